"""What an approved edition brings about: behaviours that records cite, measures, commitment items, exemptions, citations."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from typing import Any

import asyncpg
import pytest

from domain.calendar import working_calendar
from domain.edition.citations import cited_policies
from domain.edition.conformance import Lack, lacks
from domain.edition.items import Given, Item
from domain.edition.kinds import kinds_of
from domain.edition.refusals import BehaviourNotListed, EditionFaulty
from domain.errors import InvalidInput, NotFound
from domain.identifiers import invented_uscc
from domain.installation_rows import application_item_id, office_id
from domain.measure import measures
from domain.measure.measures import Wanted
from domain.measure.refusals import MeasureNotListed
from domain.registry import enrolment
from domain.rulebook.model import JurisdictionRule
from domain.use.matter_report import SubjectKindNotOfMatter, matter_report
from domain.use.report_asked import PurposeNotListed, asked
from domain.vault import Vault
from tests.credit.ground import DECIDED_ON, Clerk, item_of
from tests.edition.ground import BOOKS, FIRST, HAICANG, SHANGHAI, XIAMEN, acting, approved, behaviour
from tests.parties import app_connection

pytestmark = pytest.mark.anyio

TODAY = date(2026, 3, 18)
VAULT = Vault({"only": b"1" * 32}, "only", b"2" * 32)
LISTED: dict[str, Any] = {"first": date(2026, 2, 1), "last": date(2026, 3, 31), "on": TODAY}


@pytest.fixture
async def connection(installed_url: str) -> AsyncIterator[asyncpg.Connection[Any]]:
    """Connect as requests do; nothing is kept."""
    opened = await app_connection(installed_url)
    transaction = opened.transaction()
    await transaction.start()
    yield opened
    await transaction.rollback()
    await opened.close()


def given(code: str, name: str, **more: Any) -> Given:
    return Given(1, {"code": code, "name": name, **more}, {})


def committing(code: str, **more: Any) -> Given:
    return given(
        code, "许可事项", matter_kind="approval", parties=["legal_person"], offices=["SP"], disclosure="public",
        person_disclosure="restricted", **more,
    )  # fmt: skip


async def test_a_record_cites_only_a_behaviour_on_the_list_of_its_day(connection: asyncpg.Connection[Any]) -> None:
    """XM-01a, XX-18: not one of another day, not one for other information; the list of later leaves it as it is."""
    made = await approved(
        connection, behaviour("arrears", items=["penalty"]), behaviour("claims", items=["benefit_claimant"]), label="一",
        kind="behaviours", **LISTED,
    )  # fmt: skip
    async with acting(connection, FIRST, TODAY) as tx:
        office = office_id(XIAMEN, "JCZD")
        clerk = Clerk(
            tx, VAULT, BOOKS, working_calendar(), office_id=office, item=await item_of(tx, XIAMEN, "penalty", office)
        )
        record = await clerk.hand_in(behaviour="arrears", severity="minor")
        assert date(2026, 3, 2) == DECIDED_ON
        for number, (code, day) in enumerate(
            [
                ("claims", DECIDED_ON),
                ("none", DECIDED_ON),
                ("arrears", date(2026, 1, 31)),
                ("arrears", date(2025, 2, 28)),
            ]
        ):
            with pytest.raises(BehaviourNotListed) as told:
                await clerk.hand_in(behaviour=code, decided_on=day, decision_no=f"{number}", severity="minor")
            assert told.value.extensions["known"] == (["arrears"] if day == DECIDED_ON else [])
    await approved(connection, behaviour("other"), label="二", first=date(2026, 4, 1), on=TODAY, kind="behaviours")
    found = await connection.fetchrow(
        "SELECT item.code, item.edition_id FROM credit_record JOIN edition_item item ON item.id = behaviour_id"
        " WHERE credit_record.id = $1",
        record,
    )
    assert found is not None
    assert (found["code"], found["edition_id"]) == ("arrears", made)


async def test_only_a_measure_on_the_list_in_force_follows_a_record(connection: asyncpg.Connection[Any]) -> None:
    """XM-01a: the list that the credit office keeps takes the place of the rulebook's; a behaviour narrows it further."""
    on_record: dict[str, Any] = {"polarity": "negative", "upon": ["credit_record"]}
    await approved(
        connection, given("watch", "重点监管", **on_record), given("review", "重点审核", **on_record), label="措施一",
        first=date(2026, 3, 2), on=date(2026, 3, 1), kind="measures",
    )  # fmt: skip
    narrowed = behaviour("arrears", measures=["watch"])
    await approved(connection, narrowed, label="一", kind="behaviours", **{**LISTED, "first": date(2026, 3, 2)})
    async with acting(connection, FIRST, TODAY) as tx:
        office = office_id(XIAMEN, "JCZD")
        clerk = Clerk(
            tx, VAULT, BOOKS, working_calendar(), office_id=office, item=await item_of(tx, XIAMEN, "penalty", office)
        )
        record = await clerk.hand_in(behaviour="arrears", severity="minor")
        await clerk.publish(record)
        wanted = Wanted(
            noun="credit_record", ground_id=record, office_id=office, code="more_inspections", reason="重点对象"
        )
        for code in ("more_inspections", "review"):
            with pytest.raises(MeasureNotListed) as told:
                await measures.apply(tx, BOOKS, replace(wanted, code=code))
            assert told.value.extensions["known"] == ["watch"]
        with pytest.raises(InvalidInput):
            await measures.apply(
                tx, BOOKS, replace(wanted, code="watch", legal_basis="劳动法", legal_basis_level="custom")
            )
        applied = await measures.apply(tx, BOOKS, replace(wanted, code="watch"))
    assert await connection.fetchval("SELECT name FROM measure WHERE id = $1", applied) == "重点监管"


async def test_commitment_items_follow_their_edition(connection: asyncpg.Connection[Any]) -> None:
    """XM-11a, HC-12a: both kinds; tolerant acceptance has its term, and the next edition ends the items on the eve."""
    with pytest.raises(EditionFaulty) as told:
        await approved(
            connection,
            committing("a", kind="tolerant_acceptance"),
            label="错",
            first=TODAY,
            on=TODAY,
            kind="commitment_items",
        )
    faults: Any = told.value.extensions["faults"]
    assert [one["code"] for one in faults] == ["TERM_MISPLACED"]
    await approved(
        connection, committing("a", kind="notification"),
        committing("b", kind="tolerant_acceptance", supplement_term=20, supplement_unit="working_day"), label="2026年版",
        first=TODAY, on=TODAY, kind="commitment_items",
    )  # fmt: skip
    await approved(
        connection,
        committing("c", kind="notification"),
        label="2028年版",
        first=date(2028, 3, 1),
        on=TODAY,
        kind="commitment_items",
    )
    rows = await connection.fetch(
        "SELECT code, kind, supplement_term, valid_to FROM commitment_item"
        " WHERE jurisdiction_id = $1 AND rulebook IS NULL ORDER BY code",
        XIAMEN,
    )
    assert [tuple(row) for row in rows] == [
        ("a", "notification", None, date(2028, 2, 29)),
        ("b", "tolerant_acceptance", 20, date(2028, 2, 29)),
        ("c", "notification", None, None),
    ]
    taking = await connection.fetchval(
        "SELECT count(*) FROM commitment_item_office JOIN commitment_item item ON item.id = commitment_item_id"
        " WHERE item.jurisdiction_id = $1 AND item.rulebook IS NULL",
        XIAMEN,
    )
    assert taking == 3


async def test_acts_that_go_unpunished_follow_the_office_that_keeps_them(connection: asyncpg.Connection[Any]) -> None:
    """HC-02: minor and occasional are said by the item; only of a negative item that the office produces."""
    office = office_id(HAICANG, "RSJ")
    act: dict[str, Any] = {"industry": "人力资源", "minor_when": "三日内补办", "most_earlier": 0, "window_months": 12, "legal_basis": "《办法》3",
           "basis_level": "department_rule"}  # fmt: skip
    own: dict[str, Any] = {
        "first": TODAY,
        "on": TODAY,
        "kind": "exemptions",
        "jurisdiction": HAICANG,
        "office_id": office,
    }
    await approved(connection, given("late", "未及时备案", item="penalty", **act), label="一", **own)
    with pytest.raises(NotFound):
        await approved(
            connection,
            given("late", "未及时备案", item="permit", **act),
            label="二",
            **{**own, "first": date(2027, 1, 1)},
        )
    (row,) = await connection.fetch(
        "SELECT code, act, most_earlier, state, valid_to FROM exemption_item WHERE office_id = $1", office
    )
    assert (row["code"], row["act"], row["most_earlier"], row["state"]) == ("late@一", "未及时备案", 0, "approved")


async def test_what_cites_a_document_is_told_with_what_has_expired(connection: asyncpg.Connection[Any]) -> None:
    """XM-01b: a list cites documents of the compendium only; of each it is told what cites it, and when it ends."""
    document: dict[str, Any] = {"issuer": "国务院", "issued_on": "2019-12-30", "doc_no": "国务院令第724号"}
    days: dict[str, Any] = {"first": date(2026, 3, 1), "on": TODAY}
    await approved(
        connection, given("p1", "支付条例", **document, valid_to="2024-02-29"), given("p2", "监察条例", **document), label="汇编",
        kind="policies", **days,
    )  # fmt: skip
    with pytest.raises(EditionFaulty) as told:
        await approved(connection, behaviour("a", policies=["p3"]), label="错", kind="behaviours", **days)
    faults: Any = told.value.extensions["faults"]
    assert [one["code"] for one in faults] == ["REFERENCE_UNKNOWN"]
    await approved(connection, behaviour("a", policies=["p1"]), label="一", kind="behaviours", **days)
    first, second = await cited_policies(connection, XIAMEN, TODAY)
    assert (first.code, first.valid_to, [one.code for one in first.cited_by]) == ("p1", date(2024, 2, 29), ["a"])
    assert (second.code, second.valid_to, second.cited_by) == ("p2", None, ())
    assert await cited_policies(connection, XIAMEN, date(2026, 2, 28)) == []
    await approved(
        connection,
        given("p9", "新条例", **document),
        label="汇编二",
        kind="policies",
        first=date(2026, 3, 25),
        on=TODAY,
    )
    told_on = {day: await cited_policies(connection, XIAMEN, date(2026, 3, day)) for day in (24, 25)}
    assert {day: [one.code for one in found] for day, found in told_on.items()} == {24: ["p1", "p2"], 25: ["p9"]}


async def test_a_report_names_a_matter_on_the_list_in_force(connection: asyncpg.Connection[Any]) -> None:
    """XM-04a, HC-04: from its first day the new list decides in which matters a report may be asked for."""
    await approved(
        connection, given("procurement", "政府采购", mandatory=True), given("loan", "融资贷款(虚构)"),
        given("recruitment", "招聘(虚构)", subject_kinds=["natural_person"]), label="2026年版",
        first=date(2026, 3, 19), on=TODAY, kind="report_items",
    )  # fmt: skip
    async with acting(connection, FIRST, TODAY) as tx:
        firm = await enrolment.enrol_organisation(
            tx, uscc=invented_uscc(7_001), name="虚构清单有限公司", jurisdiction_id=XIAMEN
        )

    async def ask(matter: str, on: date) -> str:
        async with acting(connection, FIRST, on) as tx:
            told = await asked(
                tx, subject_id=firm, office_id=office_id(XIAMEN, "JC"), consent_id=None,
                application_item_id=application_item_id(XIAMEN, matter),
            )  # fmt: skip
        return str(told.item_code)

    assert await ask("bidding", TODAY) == "350200.bidding"
    assert await ask("loan", date(2026, 3, 19)) == "350200.loan"
    assert await ask("procurement", date(2026, 3, 19)) == "350200.procurement"
    with pytest.raises(PurposeNotListed):
        await ask("bidding", date(2026, 3, 19))
    with pytest.raises(PurposeNotListed):
        await ask("loan", TODAY)
    with pytest.raises(SubjectKindNotOfMatter) as told:
        await ask("recruitment", date(2026, 3, 19))
    assert told.value.extensions["kinds"] == ["natural_person"]
    must = {
        matter: await matter_report(
            connection, application_item_id(XIAMEN, matter), subject_id=firm, office_id=None, on=date(2026, 3, day)
        )
        for matter, day in (("procurement", 19), ("loan", 19), ("bidding", 18), ("bidding", 19))
    }
    assert {key: one and one.mandatory for key, one in must.items()} == {
        "procurement": True, "loan": False, "bidding": None,
    }  # fmt: skip


def test_a_catalogue_is_held_against_the_specification_of_data_items() -> None:
    """SY-08: what a category needs and the catalogue lacks, or does not ask for, is named; other categories are not."""
    specification = [
        Item("XM", "名称", {"required": "always"}),
        Item("ZJ", "证件", {"required": "natural_person", "category": "penalty"}),
        Item("BZ", "备注", {"required": "never"}),
        Item("XK", "许可内容", {"required": "always", "category": "permit"}),
    ]
    has = [{"code": "XM", "required": "never"}, {"code": "ZJ", "required": "always"}]
    catalogue = [
        Item("penalty", "行政处罚", {"category": "penalty", "data_items": has}),
        Item(
            "whole",
            "全",
            {
                "category": "other",
                "data_items": [{"code": "XM", "required": "always"}, {"code": "BZ", "required": "never"}],
            },
        ),
    ]
    assert lacks(specification, catalogue) == [Lack("penalty", "行政处罚", ("BZ",), ("XM",))]


def test_a_district_may_keep_lists_that_add_to_its_citys() -> None:
    """SH-13, SH-06: only those that the city's text lets it keep, under the city's clause; positive kinds are in the catalogue."""
    district = JurisdictionRule(
        code="310101", name="黄浦区", short="黄浦", english="Huangpu", level="district", parent=SHANGHAI
    )
    books = replace(BOOKS, jurisdictions={**BOOKS.jurisdictions, "310101": district})
    kinds = kinds_of(books, "310101")
    assert {code for code, kind in kinds.items() if kind.extends} == {"data_list", "behaviours", "application_list"}
    assert kinds["behaviours"].rule.extends_clause == "13"
    assert not kinds_of(BOOKS, HAICANG)["report_items"].extends
    positive = {item.code for item in BOOKS.books[BOOKS.heads[SHANGHAI]].catalogue if item.polarity == "positive"}
    assert positive == {"commendation", "harmonious_labour", "other_positive"}
