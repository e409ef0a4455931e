"""Rows of mandates, complaints, surveyed contracts, processing contracts and market information, in every state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.oracle.rows import World, subject_of
from tests.oracle.world import NOW, TODAY, jurisdiction_of, key

_MINE = ("XMJC", "XMRS", "HCLD", "SHJC")


def _mandates(world: World) -> None:
    for number in range(12):
        office, kind = world.pick(_MINE), world.pick(["responsibility", "group_member"])
        named = kind == "responsibility"
        world.add(
            "mandate",
            id=key("mandate", number),
            jurisdiction_id=jurisdiction_of(office),
            office_id=key("office", office),
            unit_id=key("office", world.pick(_MINE)),
            kind=kind,
            name="欧阳某某" if named else None,
            masked_name="欧阳**" if named else None,
            post="副局长" if named else None,
            section='"监察"处' if named else None,
            division=world.pick([None, "分工"]) if named else None,
            basis="《要点》 28",
            valid_from=TODAY - timedelta(days=400 + number),
            valid_to=world.pick([None, TODAY, TODAY - timedelta(days=1)]),
            reason=None,
            named_by=key("account", 1),
            named_at=world.instant(days=90),
        )


def _complaints(world: World) -> None:
    bodies = [one for one in world.tables["subject"] if one["kind"] in ("government_organ", "public_institution")]
    for number in range(10):
        office, state = world.pick(_MINE), world.pick(["monitored", "handled", "fed_back"])
        handled = state != "monitored"
        world.add(
            "integrity_complaint",
            id=key("complaint", number),
            jurisdiction_id=jurisdiction_of(office),
            office_id=key("office", office),
            subject_id=world.pick(bodies)["id"],
            ticket=f"12345-{number}",
            received_on=TODAY - timedelta(days=number),
            matter='承诺"未兑现"',
            founded=world.pick([True, False]) if handled else None,
            result="已兑现" if handled else None,
            feedback="已反馈" if state == "fed_back" else None,
            basis="《要点》 24",
            state=state,
            monitored_by=key("account", 1),
            monitored_at=world.instant(days=60),
            handled_by=key("account", 2) if handled else None,
            handled_at=NOW if handled else None,
            fed_back_at=NOW if state == "fed_back" else None,
        )


def _contracts(world: World) -> None:
    firms = [one for one in world.tables["subject"] if not one["is_person"]]
    for number in range(10):
        office = world.pick(_MINE)
        world.add(
            "government_contract",
            id=key("contract", number),
            jurisdiction_id=jurisdiction_of(office),
            office_id=key("office", office),
            subject_id=world.pick(firms)["id"],
            field=world.pick(["招商", "政府招投标"]),
            number=f"合{number}",
            title='协议"书"',
            signed_on=TODAY - timedelta(days=100),
            due_on=world.pick([None, TODAY]),
            fulfilment=world.pick(["under_way", "overdue"]),
            finding=world.pick([None, "未付款"]),
            basis="《要点》 24",
            version=1,
            surveyed_by=key("account", 1),
            surveyed_at=world.instant(days=60),
        )


def _processings(world: World) -> None:
    for number in range(40):
        office, state = (
            world.pick(_MINE),
            world.pick(["approved", "approved", "approved", "proposed", "rejected", "ended"]),
        )
        run_out = number < 12  # found before those that run
        world.add(
            "processing_contract",
            id=key("processing", number),
            jurisdiction_id=jurisdiction_of(office),
            office_id=key("office", office),
            provider_id=key("office", world.pick(["BANK", "BANK", "FUND"])),
            number=f"委{number}",
            purpose="数据清洗",
            safeguards="加密",
            item_codes=world.pick([["penalty"], ["penalty", "permit"], ["arrears", "praise"]]),
            valid_from=TODAY - timedelta(days=100),
            valid_to=TODAY - timedelta(days=1) if run_out else world.pick([TODAY, TODAY + timedelta(days=9)]),
            basis="《要点》 30",
            state=state,
            reason="终止" if state in ("rejected", "ended") else None,
            proposed_by=key("account", 1),
            proposed_at=world.instant(days=100),
            decided_by=None if state == "proposed" else key("account", 2),
            decided_at=None if state == "proposed" else NOW,
            ended_at=NOW if state == "ended" else None,
        )


def _market(world: World) -> None:
    for number in range(12):
        office, kind = world.pick(_MINE), world.pick(["member_record", "third_party_report"])
        subject, member = subject_of(world), kind == "member_record"
        withdrawn = world.pick([True, False, False])
        world.add(
            "market_record",
            id=key("market", number),
            subject_id=subject["id"],
            about_person=subject["is_person"],
            jurisdiction_id=jurisdiction_of(office),
            office_id=key("office", office),
            kind=kind,
            provenance="market",
            issuer='"信用"公司',
            number=None if member else f"R{number}",
            matter=None if member else "招投标",
            text="按时缴纳会费" if member else None,
            evaluation=world.pick([None, "AAA"]) if member else None,
            on_day=TODAY - timedelta(days=number),
            basis="《要点》 26",
            state="withdrawn" if withdrawn else "recorded",
            recorded_by=key("account", 1),
            recorded_at=world.instant(days=60),
            withdrawn_at=NOW if withdrawn else None,
            reason="有误" if withdrawn else None,
        )


SECTIONS: tuple[Callable[[World], None], ...] = (_mandates, _complaints, _contracts, _processings, _market)
