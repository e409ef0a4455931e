"""Signing a commitment: under an item in force, by a party it admits, with exact text and whole signature."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.commitment import commitments, items
from domain.commitment.commitments import Matter, party_of
from domain.commitment.refusals import (
    CommitmentExists,
    ItemNotUsable,
    ItemNotYours,
    MissingNotStated,
    PartyNotAdmitted,
    RulebookItem,
    SignatureIncomplete,
    SignedInFuture,
    SupplementOverdue,
    SupplementTermMissing,
    TextDiffers,
    TextMissing,
)
from domain.credit.refusals import PersonalTextInPublic
from domain.errors import DomainError, InvalidInput, NotFound, StateConflict
from domain.identifiers import invented_resident_id
from domain.ids import new_id
from domain.installation_rows import office_id
from domain.registry.subject import SUBJECT_KINDS
from tests.commitments.ground import (
    HAICANG,
    SHANGHAI,
    SHIYAN,
    TEXT,
    TODAY,
    XIAMEN,
    XINXIANG,
    Ground,
    rulebook_item,
    signs,
)

pytestmark = pytest.mark.anyio

OFFICE = (XIAMEN, "SP")


async def test_a_commitment_keeps_the_exact_text_its_digest_and_how_it_was_signed(ground: Ground) -> None:
    """XM-11b."""
    item = await ground.kept_item(XIAMEN, "SP")
    made = await ground.row("commitment", await ground.sign(item, await ground.organisation(), OFFICE))

    assert made["state"] == "signed"
    assert made["text"] == TEXT
    assert made["text_digest"] == hashlib.sha256(TEXT.encode()).hexdigest()
    assert (made["signature_method"], made["signer"], made["masked_name"]) == ("seal", "legal_representative", "法**")
    assert made["signed_on"] == TODAY
    assert made["taken_in_by"] == ground.tx.actor.account_id
    assert made["disclosure"] == "public"
    assert len(ground.tx.events) > 0


@pytest.mark.parametrize("kind", SUBJECT_KINDS)
async def test_every_kind_of_subject_is_one_of_the_three_parties(kind: str) -> None:
    """XM-11e: 自然人、法人和其他组织."""
    expected = {"natural_person": "natural_person", "individual_business": "other_organisation", "other_organisation": "other_organisation"}  # fmt: skip
    assert party_of(kind) == expected.get(kind, "legal_person")


async def test_the_words_of_a_fixed_text_are_taken_or_met_exactly(ground: Ground) -> None:
    item = await ground.kept_item(XIAMEN, "SP", text=TEXT)
    firm = await ground.organisation()

    with pytest.raises(TextDiffers):
        await ground.sign(item, firm, OFFICE, text=TEXT + "。")
    made = await ground.sign(item, firm, OFFICE, text=None)
    assert (await ground.row("commitment", made))["text"] == TEXT


@pytest.mark.parametrize("how", [{"method": "telepathy"}, {"signer": "neighbour", "name": "邻居"}])
async def test_there_is_no_such_way_to_sign(ground: Ground, how: dict[str, str]) -> None:
    item = await ground.kept_item(XIAMEN, "SP", text=TEXT)
    with pytest.raises(InvalidInput):
        await ground.sign(item, await ground.organisation(), OFFICE, **how)


async def test_an_item_without_a_text_needs_the_signers(ground: Ground) -> None:
    with pytest.raises(TextMissing):
        await ground.sign(await ground.kept_item(XIAMEN, "SP"), await ground.organisation(), OFFICE, text=None)


async def test_only_the_offices_of_an_item_take_commitments_under_it(ground: Ground) -> None:
    item = await ground.kept_item(XIAMEN, "SP", "RC")
    firm = await ground.organisation()

    with pytest.raises(ItemNotYours):
        await ground.sign(item, firm, (XIAMEN, "JCZD"))
    assert await signs(ground, item, firm, (XIAMEN, "RC"))


async def test_an_item_reaches_no_other_division_not_even_a_sisters(ground: Ground) -> None:
    """A district is not bound by the city bureau's items."""
    authenticity = rulebook_item("cn-xiamen-hrss-2021", "self_report_authenticity")
    firm = await ground.organisation(jurisdiction=HAICANG)

    with pytest.raises(ItemNotUsable):
        await ground.sign(authenticity, firm, (HAICANG, "RSJ"))


@pytest.mark.parametrize(
    "office", [(XIAMEN, "JCZD"), (HAICANG, "RSJ"), (XINXIANG, "JCZD"), (SHIYAN, "JC"), (SHANGHAI, "ZFZD")]
)
async def test_a_repair_commitment_may_be_signed_in_every_jurisdiction(ground: Ground, office: tuple[str, str]) -> None:
    """Order 36 from 2026-04-01, the service's own before it."""
    before = await commitments.named_item(ground.tx, ground.books, jurisdiction=office[0], code="credit_repair")
    later = ground.at(datetime(2026, 4, 1, 2, 0, tzinfo=UTC))
    after = await commitments.named_item(later.tx, ground.books, jurisdiction=office[0], code="credit_repair")

    assert before == rulebook_item("renxin-service", "credit_repair")
    assert after == rulebook_item("cn-national", "credit_repair")
    assert await signs(ground, before, await ground.organisation(), office)


async def test_exam_registration_is_for_people_only(ground: Ground) -> None:
    """SY-13."""
    item = rulebook_item("cn-shiyan-hrss-15333", "exam_registration")

    with pytest.raises(PartyNotAdmitted):
        await ground.sign(item, await ground.organisation(jurisdiction=SHIYAN), (SHIYAN, "HRSS"))
    made = await ground.sign(item, await ground.person(jurisdiction=SHIYAN), (SHIYAN, "HRSS"))
    assert (await ground.row("commitment", made))["disclosure"] == "authorised_query"


INCOMPLETE: dict[str, dict[str, Any]] = {
    "an organisation signed by nobody": {"signer": "legal_representative", "name": None},
    "an organisation in person": {"signer": "in_person", "name": None},
    "paper that lies nowhere": {"evidence": None},
    "paper from an account": {"online": True},
}


@pytest.mark.parametrize("changes", INCOMPLETE.values(), ids=INCOMPLETE.keys())
async def test_a_signature_that_is_not_whole_is_refused(ground: Ground, changes: dict[str, Any]) -> None:
    item, firm = await ground.kept_item(XIAMEN, "SP"), await ground.organisation()
    with pytest.raises(SignatureIncomplete):
        await ground.sign(item, firm, OFFICE, **{"signer": "legal_representative", "method": "seal", **changes})


async def test_a_person_has_no_legal_representative_but_may_have_an_agent(ground: Ground) -> None:
    item, person = await ground.kept_item(XIAMEN, "SP"), await ground.person()
    with pytest.raises(SignatureIncomplete):
        await ground.sign(item, person, OFFICE, signer="legal_representative")
    with pytest.raises(SignatureIncomplete):
        await ground.sign(item, person, OFFICE, signer="in_person", name="别人")
    assert await signs(ground, item, person, OFFICE, signer="agent", name="代理人")


async def test_nothing_is_signed_tomorrow_or_before_the_item_was_in_force(ground: Ground) -> None:
    item = await ground.kept_item(XIAMEN, "SP", valid_from=TODAY)
    firm = await ground.organisation()
    with pytest.raises(SignedInFuture):
        await ground.sign(item, firm, OFFICE, signed_on=TODAY + timedelta(days=1))
    with pytest.raises(ItemNotUsable):
        await ground.sign(item, firm, OFFICE, signed_on=TODAY - timedelta(days=1))


async def test_a_number_of_a_matter_names_nobody(ground: Ground) -> None:
    item, person = await ground.kept_item(XIAMEN, "SP"), await ground.person()
    for number in ("受欧阳虚构1号", invented_resident_id(5)):
        with pytest.raises(PersonalTextInPublic):
            await ground.sign(item, person, OFFICE, matter_no=number)


async def test_one_matter_has_one_commitment_and_a_withdrawn_one_makes_room(ground: Ground) -> None:
    item, firm = await ground.kept_item(XIAMEN, "SP"), await ground.organisation()
    first = await ground.sign(item, firm, OFFICE)

    with pytest.raises(CommitmentExists):
        await ground.sign(item, firm, OFFICE)
    with pytest.raises(CommitmentExists):
        await ground.sign(item, firm, OFFICE, matter_no="受（2026） 1号")
    assert await signs(ground, item, firm, OFFICE, matter_no="受〔2026〕2号")
    await commitments.withdraw(ground.tx, first, reason="误录")
    assert await signs(ground, item, firm, OFFICE)


async def test_a_refusal_is_recorded_shown_to_nobody_else_and_has_no_consequence(ground: Ground) -> None:
    """XM-11e: 引导, guided and not forced."""
    item, firm = await ground.kept_item(XIAMEN, "SP"), await ground.organisation()
    matter = Matter(item_id=item, subject_id=firm, office_id=office_id(*OFFICE), matter_no="受〔2026〕1号")
    refused = await ground.row(
        "commitment", await commitments.refuse(ground.tx, ground.books, matter, reason="另行提交")
    )

    assert (refused["state"], refused["disclosure"], refused["signed_on"]) == ("refused", "restricted", None)
    for verb in (commitments.publish(ground.tx, refused["id"]), ground.other().keep(refused["id"]), ground.other().break_(refused["id"])):  # fmt: skip
        with pytest.raises(StateConflict):
            await verb
    assert await signs(ground, item, firm, OFFICE)


async def test_publishing_happens_once_and_waits_for_the_platform(ground: Ground) -> None:
    """XM-11b: 推送至市信用平台进行公示."""
    made = await ground.sign(await ground.kept_item(XIAMEN, "SP"), await ground.organisation(), OFFICE)
    row = await commitments.publish(ground.tx, made)

    assert (row["portal_at"], row["platform_at"], row["published_at"]) == (ground.tx.now, None, ground.tx.now)
    with pytest.raises(StateConflict):
        await commitments.publish(ground.tx, made)
    pushed = await ground.tx.connection.fetchval(
        "SELECT count(*) FROM ledger_event WHERE object_id = $1 AND verb = 'publish'", made
    )
    assert pushed == 1


async def test_what_is_shared_only_does_not_appear_on_the_portal(ground: Ground) -> None:
    item = await ground.kept_item(XIAMEN, "SP", disclosure="government_sharing")
    row = await commitments.publish(ground.tx, await ground.sign(item, await ground.organisation(), OFFICE))
    assert row["portal_at"] is None


TERMS = {
    "a term over the spring festival and its make-up days": (date(2026, 2, 12), 3, "working_day", date(2026, 2, 24), False),
    "a make-up Saturday counts": (date(2026, 2, 27), 1, "working_day", date(2026, 2, 28), False),
    "a leap day begins a month": (date(2024, 2, 29), 1, "month", date(2024, 3, 29), False),
    "a month that has no such day": (date(2026, 1, 31), 1, "month", date(2026, 2, 28), False),
    "days that are not working days": (date(2026, 3, 13), 5, "calendar_day", date(2026, 3, 18), False),
}  # fmt: skip


@pytest.mark.parametrize(("start", "term", "unit", "due", "provisional"), TERMS.values(), ids=TERMS.keys())
async def test_the_day_for_what_is_missing_is_stored_when_its_clock_starts(
    ground: Ground, start: date, term: int, unit: str, due: date, provisional: bool
) -> None:
    """HC-12a: 容缺受理, with the term that the item states."""
    item = await ground.tolerant_item(HAICANG, "RSJ", term=term, unit=unit)
    firm = await ground.organisation(jurisdiction=HAICANG)
    made = await ground.sign(item, firm, (HAICANG, "RSJ"), signed_on=start, missing="学历证明原件")
    row = await ground.row("commitment", made)
    assert (row["supplement_due_on"], row["supplement_provisional"]) == (due, provisional)


async def test_beyond_the_known_calendar_the_day_is_provisional(ground: Ground) -> None:
    late = ground.at(datetime(2026, 12, 30, 2, 0, tzinfo=UTC))
    item = await late.tolerant_item(HAICANG, "RSJ", term=5)
    made = await late.sign(item, await late.organisation(jurisdiction=HAICANG), (HAICANG, "RSJ"), missing="证明")
    assert (await late.row("commitment", made))["supplement_provisional"] is True


async def test_what_is_missing_is_said_in_tolerant_acceptance_and_nowhere_else(ground: Ground) -> None:
    firm = await ground.organisation(jurisdiction=HAICANG)
    with pytest.raises(MissingNotStated):
        await ground.sign(await ground.tolerant_item(HAICANG, "RSJ"), firm, (HAICANG, "RSJ"))
    with pytest.raises(MissingNotStated):
        await ground.sign(await ground.kept_item(HAICANG, "RSJ"), firm, (HAICANG, "RSJ"), missing="证明")
    whole = await ground.sign(await ground.kept_item(HAICANG, "RSJ"), firm, (HAICANG, "RSJ"))
    with pytest.raises(MissingNotStated):
        await commitments.supply(ground.tx, whole)


async def test_what_was_missing_comes_by_its_last_day_once_and_not_later(ground: Ground) -> None:
    """HC-12a."""
    item, firm = await ground.tolerant_item(HAICANG, "RSJ"), await ground.organisation(jurisdiction=HAICANG)
    made = await ground.sign(item, firm, (HAICANG, "RSJ"), missing="学历证明原件")
    due = (await ground.row("commitment", made))["supplement_due_on"]
    last = ground.at(datetime(due.year, due.month, due.day, 15, 59, tzinfo=UTC))
    after = ground.at(last.tx.now + timedelta(minutes=1))

    with pytest.raises(SupplementOverdue):
        await commitments.supply(after.tx, made)
    with pytest.raises(InvalidInput):
        await commitments.supply(last.tx, made, supplied_on=due + timedelta(days=1))
    with pytest.raises(InvalidInput):
        await commitments.supply(last.tx, made, supplied_on=TODAY - timedelta(days=1))
    assert (await commitments.supply(last.tx, made))["supplied_on"] == due
    with pytest.raises(StateConflict):
        await commitments.supply(last.tx, made)


async def test_missing_rows_are_not_found(ground: Ground) -> None:
    item, firm = await ground.kept_item(XIAMEN, "SP"), await ground.organisation()
    for values in ((new_id(), firm), (item, new_id())):
        with pytest.raises(NotFound):
            await ground.sign(values[0], values[1], OFFICE)
    with pytest.raises(NotFound):
        await commitments.publish(ground.tx, new_id())


async def test_a_partner_agency_takes_no_commitments(ground: Ground) -> None:
    agency = new_id()
    item, firm = await ground.kept_item(XIAMEN, "SP"), await ground.organisation()
    matter = Matter(item_id=item, subject_id=firm, office_id=agency, matter_no="1")
    with pytest.raises(DomainError):
        await commitments.refuse(ground.tx, ground.books, matter)


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "tolerant_acceptance"},
        {"kind": "tolerant_acceptance", "supplement_term": 5},
        {"kind": "tolerant_acceptance", "supplement_term": 0, "supplement_unit": "working_day"},
        {"kind": "tolerant_acceptance", "supplement_term": 401, "supplement_unit": "working_day"},
        {"kind": "notification", "supplement_term": 5, "supplement_unit": "working_day"},
    ],
)
async def test_xm_11_an_item_of_tolerant_acceptance_and_no_other_has_a_term(
    ground: Ground, changes: dict[str, Any]
) -> None:
    with pytest.raises(SupplementTermMissing):
        await ground.kept_item(XIAMEN, "SP", **changes)


async def test_an_item_of_a_rulebook_ends_with_its_rulebook(ground: Ground) -> None:
    item = await ground.tx.connection.fetchval("SELECT id FROM commitment_item WHERE rulebook IS NOT NULL LIMIT 1")
    with pytest.raises(RulebookItem):
        await items.end(ground.tx, item, valid_to=TODAY, reason="不再采用")
