"""Rows of commitments, of what may be promised, and of spot checks among them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.oracle.rows import World, subject_of
from tests.oracle.world import (
    ASKING,
    DISCLOSURES,
    JURISDICTIONS,
    NOW,
    OFFICES,
    TODAY,
    Row,
    jurisdiction_of,
    key,
)


def _commitments(world: World) -> None:
    _commitment_items(world)
    for number in range(60):
        _commitment(world, number)


def _commitment_items(world: World) -> None:
    for number in range(9):
        kept, tolerant = number % 2 == 0, number % 3 == 0
        state = world.pick(["approved", "approved", "proposed", "rejected"]) if kept else "approved"
        day = timedelta(days=1)
        first, last = world.pick(
            [(None, None), (TODAY, TODAY + 2 * day), (None, TODAY), (None, TODAY - day), (TODAY + day, None)], of=state
        )
        item = world.add(
            "commitment_item",
            id=key("commitment item", number),
            jurisdiction_id=world.pick(JURISDICTIONS)[0],
            rulebook=None if kept else "cn-xiamen",
            edition=f"{2020 + number}年版",
            code=f"item{number}",
            name=f'承诺"{number}"',
            kind="tolerant_acceptance" if tolerant else world.pick(["notification", "general"]),
            matter_kind=world.pick(["approval", "other"]),
            parties=["natural_person", "legal_person"],
            text=world.pick([None, "文\n本"]),
            supplement_term=5 if tolerant else None,
            supplement_unit="working_day" if tolerant else None,
            disclosure="public",
            person_disclosure="authorised_query",
            clause="厦门11",
            reading=world.pick([None, "解读"]),
            state=state,
            valid_from=first,
            valid_to=last,
            reason="不符" if state == "rejected" else None,
            proposed_by=key("account", 1) if kept else None,
            proposed_at=NOW if kept else None,
            decided_by=key("account", 2) if kept and state != "proposed" else None,
            decided_at=None,
        )
        for office in world.dice.sample([one[0] for one in OFFICES], 1 + number % 2):
            world.add(
                "commitment_item_office",
                id=key("taker", f"{number}{office}"),
                commitment_item_id=item["id"],
                office_id=key("office", office),
            )


def _commitment(world: World, number: int) -> None:
    subject, office = subject_of(world), world.pick(["XMJC", "XMRS", "XMXY", "HCLD", "SHJC"])
    state = world.pick(["signed", "signed", "refused", "kept", "broken", "withdrawn"])
    found, refused = state in ("kept", "broken"), state == "refused"
    record = world.pick([None, *world.tables["credit_record"]]) if found else None
    tolerant = not refused and number % 4 == 0
    entered = world.instant() if number % 3 else NOW - timedelta(days=7)
    published = None if refused else world.pick([None, entered + timedelta(hours=1), entered + timedelta(hours=1)])
    party = "natural_person" if subject["is_person"] else world.pick(["legal_person", "other_organisation"])
    signed = {
        "signature_method": "handwritten",
        "signer": "agent",
        "signed_on": entered.date(),
        "text": '承"诺',
        "text_digest": f"{number:064x}",
    }
    world.add(
        "commitment",
        id=key("commitment", number),
        commitment_item_id=world.pick(world.tables["commitment_item"])["id"],
        subject_id=subject["id"],
        about_person=subject["is_person"],
        party=party,
        jurisdiction_id=jurisdiction_of(office),
        office_id=key("office", office),
        matter_no=f"受[{number}]",
        state=state,
        version=world.pick([1, 2]),
        **(dict.fromkeys(signed) if refused else signed),
        entered_at=entered,
        evidence=world.pick([None, "档案柜"]),
        signer_name=None if refused else "外人某",
        masked_name=None if refused else "外**",
        signed_by=None,
        taken_in_by=world.pick([None, key("account", 1)]),
        refusal_reason="不愿" if refused else None,
        missing="学历证明" if tolerant else None,
        supplement_due_on=world.pick([TODAY, TODAY - timedelta(days=1), TODAY + timedelta(days=9)])
        if tolerant
        else None,
        supplement_provisional=world.pick([True, False]),
        supplied_on=world.pick([None, entered.date()]) if tolerant else None,
        disclosure="restricted" if refused else world.pick(DISCLOSURES),
        published_at=published,
        portal_at=published,
        platform_at=published,
        found_on=TODAY - timedelta(days=2) if found else None,
        finding="查实" if found else None,
        found_by=key("account", 2) if found else None,
        breach_ground="untrue" if state == "broken" else None,
        record_id=record["id"] if record else None,
        unrecorded=world.pick([None, "no_item"]) if found else None,
        withdrawal_reason="误录" if state == "withdrawn" else None,
        found_at=entered if found else None,
        withdrawn_at=entered if state == "withdrawn" else None,
    )


def _spot_checks(world: World) -> None:
    for number in range(8):
        office = world.pick(["XMJC", "XMRS", "HCLD", "SHJC"])
        where = jurisdiction_of(office)
        stated = number % 2 == 0
        made = world.add(
            "spot_check",
            id=key("spot check", number),
            jurisdiction_id=where,
            office_id=key("office", office),
            commitment_item_id=world.pick([None, world.tables["commitment_item"][number]["id"]]),
            population_on=TODAY - timedelta(days=number),
            drawn_at=NOW - timedelta(days=number // 2),
            seed=f"种{number}",
            rate_basis_points=500,
            rate_source="stated" if stated else "rulebook",
            rate_reason="首次" if stated else None,
            basis="none_set",
            population_size=40,
            population_digest=f"{number:064x}",
            sample_size=5,
            drawn_by=world.pick([None, key("account", 1)]),
        )
        _drawn(world, number, made)


def _drawn(world: World, number: int, check: Row) -> None:
    own = [
        one
        for one in world.tables["commitment"]
        if one["office_id"] == check["office_id"] and one["state"] != "refused"
    ]
    for place, commitment in enumerate(own[:5], start=1):
        state = world.pick(["pending", "kept", "broken"], of=str(commitment["subject_id"] in ASKING))
        world.add(
            "spot_check_result",
            id=key("spot check result", f"{number}.{place}"),
            spot_check_id=check["id"],
            commitment_id=commitment["id"],
            subject_id=commitment["subject_id"],
            about_person=commitment["about_person"],
            jurisdiction_id=check["jurisdiction_id"],
            office_id=check["office_id"],
            place=place,
            state=state,
            found_at=None if state == "pending" else NOW,
            found_by=None if state == "pending" else key("account", 2),
        )


SECTIONS: tuple[Callable[[World], None], ...] = (
    _commitments,
    _spot_checks,
)
