"""What cannot be is refused where it is read, also what a client's schema lets nobody send."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, TypeAlias, cast
from uuid import UUID

import asyncpg
import pytest

from authz import account_key, revocation
from domain.calendar import TermInvalid, day_of_next_month, working_calendar
from domain.commitment import items as commitment_items
from domain.credit import terms
from domain.credit.item import load_item_of
from domain.credit.refusals import (
    DateInFuture,
    LegalBasisMissing,
    PersonalTextInPublic,
    SubjectKindNotAllowed,
    SubjectUnclear,
)
from domain.culture import activities, attendances, campaigns, typical_cases
from domain.culture.refusals import AttendanceUnfit
from domain.delivery import deliveries
from domain.edition import editions, files
from domain.edition.kinds import kind_of
from domain.edition.refusals import EditionUnreadable
from domain.errors import DomainError, Forbidden, InvalidInput, StateConflict
from domain.evaluation import grades, papers, register
from domain.evaluation.refusals import GradeUnchanged
from domain.evaluation.schemes import evaluation
from domain.exemption import items as exemption_items
from domain.grade import facts
from domain.grade.facts import GradeFactUnfit
from domain.installation_rows import catalogue_item_id, credit_list_id, office_id
from domain.integrity import contracts
from domain.integrity.refusals import IntegrityNotOrdered
from domain.lifecycle import Actor, Transaction
from domain.lists import (
    list_collection,
    list_definitions,
    list_grounds,
    list_subject,
    list_terms,
    removal_rules,
    urging,
)
from domain.lists.list_kind import load_kind
from domain.lists.removal_rules import RemovalNotProvided
from domain.merging import merges
from domain.oversight import monitoring_figure, progress_reports
from domain.registry import name_warnings
from domain.rights import subject_requests
from domain.rulebook.loader import load_rulebooks
from domain.rulebook.model import Rulebooks
from domain.self_report import reports
from tests.client import NOW
from tests.lists.ground import WAGE_DOMAIN as WAGES

pytestmark = pytest.mark.anyio

BOOKS = load_rulebooks()
TODAY, XIAMEN, HAICANG, SHIYAN, XINXIANG = NOW.date(), "350200", "350205", "420300", "410700"
SHANGHAI, CITING = "310000", "other_negative"
TOMORROW, YESTERDAY = TODAY + timedelta(1), TODAY - timedelta(1)
ONE, OTHER = UUID(int=7), UUID(int=8)
NOTHING = cast(Any, None)

Step: TypeAlias = Callable[[Transaction], Awaitable[object]]

OFFICERS: Mapping[str, Step] = {
    "proposes a grade": lambda tx: grades.propose(tx, NOTHING, NOTHING),
    "proposes a scoring paper": lambda tx: papers.propose(tx, NOTHING, ONE, NOTHING),
    "adds to a register": lambda tx: register.register(tx, NOTHING, ONE, ["1"], valid_from=TODAY, source="名册"),
    "proposes an exempted act": lambda tx: exemption_items.propose(tx, BOOKS, NOTHING),
    "proposes a merge": lambda tx: merges.propose(tx, kept_id=ONE, merged_id=OTHER, office_id=ONE, reason="一个主体"),
    "proposes to undo a merge": lambda tx: merges.propose_unmerge(tx, ONE, reason="不是一个主体"),
    "signs out everywhere": revocation.sign_out,
    "proposes a key": lambda tx: account_key.propose(tx, {}, "", issuer="", reason=""),
}  # fmt: skip


def _edition(**more: Any) -> editions.Draft:
    said: dict[str, Any] = {
        "jurisdiction_id": XIAMEN,
        "kind": "measures",
        "label": "一",
        "valid_from": TODAY,
        "given": [],
    }
    return editions.Draft(**said | more)


def _campaign(**more: Any) -> campaigns.Opening:
    said = {"jurisdiction_id": XIAMEN, "office_id": ONE, "name": "行动", "topics": [TOPIC], "from_on": TODAY}
    return campaigns.Opening(**{**said, "to_on": TOMORROW, **more})


TOPIC = "拖欠工资"
INSPECTION, BLACK = office_id(XINXIANG, "JCZD"), credit_list_id(BOOKS.heads[XINXIANG], "black")


def _item(**more: Any) -> commitment_items.Proposal:
    said: dict[str, Any] = {
        "jurisdiction_id": HAICANG, "edition": "2026", "code": "c", "name": "承诺", "kind": "general",
        "matter_kind": "other", "parties": ["legal_person"], "offices": [ONE], "clause": "12",
        "disclosure": "government_sharing", "person_disclosure": "government_sharing",
    }  # fmt: skip
    return commitment_items.Proposal(**said | more)


def _contract(**more: Any) -> contracts.Surveyed:
    said: dict[str, Any] = {
        "jurisdiction_id": HAICANG, "office_id": ONE, "subject_id": ONE, "field": "政府采购", "number": "1",
        "title": "合同", "signed_on": TODAY, "due_on": None, "fulfilment": "fulfilled", "finding": None,
    }  # fmt: skip
    return contracts.Surveyed(**said | more)


def _definition(**more: Any) -> list_definitions.Draft:
    return list_definitions.Draft(office_id=INSPECTION, list_id=BLACK, domain=WAGES, **more)


async def _listed_person(tx: Transaction) -> None:
    kind = await load_kind(tx, BOOKS, credit_list_id(BOOKS.heads[SHIYAN], "major_violation"))
    await list_subject.admit_subject(tx, NOTHING, BOOKS, kind, list_subject.Named(name="甲", id_number="1"))


async def _without_basis(tx: Transaction, place: str, code: str) -> None:
    item = await load_item_of(tx.connection, catalogue_item_id(place, BOOKS.heads[place], code), office_id=None)
    terms.check_legal_basis(BOOKS, item, legal_basis=None, basis_level=None, on=TODAY)


def _without(path: str) -> Rulebooks:
    """Give the rulebooks without a rule."""
    kept = {
        name: replace(book, values=tuple(one for one in book.values if one.path != path))
        for name, book in BOOKS.books.items()
    }
    return replace(BOOKS, books=kept)


async def _reported(tx: Transaction) -> None:
    """Tell something of a firm where no rulebook says who looks after it."""
    law = terms.binding(BOOKS, XIAMEN, reports.KINDS, TODAY)
    assert law is not None
    assert isinstance(law.value, tuple)
    given = reports.SelfReported(
        subject_id=ONE, jurisdiction=XIAMEN, kind=str(law.value[0]), title="获奖", text="获奖", commitment="属实",
        signature=NOTHING,
    )  # fmt: skip
    await reports.report(tx, _without(reports.OVERSEERS), working_calendar(), given)


def _in(tx: Transaction, jurisdiction: str) -> Transaction:
    """Give the transaction as that of an officer of a division."""
    return replace(tx, actor=replace(tx.actor, jurisdiction_id=jurisdiction))


VALUES: Mapping[str, tuple[type[DomainError], Step]] = {
    "an edition that ends before it begins": (
        InvalidInput, lambda tx: editions.draft(tx, BOOKS, _edition(valid_to=YESTERDAY))
    ),
    "an office's edition of no office": (
        Forbidden, lambda tx: editions.draft(tx, BOOKS, _edition(jurisdiction_id=HAICANG, kind="exemptions"))
    ),
    "a receipt at an instant without a time zone": (
        InvalidInput, lambda tx: deliveries.tell(tx, {"at": NOW}, receipt="1", received_at=NOW.replace(tzinfo=None))
    ),
    "a monitored figure of tomorrow": (
        DateInFuture,
        lambda tx: monitoring_figure.load(
            tx, BOOKS, monitoring_figure.Figure(
                source="国家城市信用监测", indicator="综合指数", on=TOMORROW, value="88.25", unit="分"
            ),
            office_id=ONE, jurisdiction=HAICANG,
        ),
    ),
    "a report of an office whose place has no rulebook": (
        progress_reports.ReportNotOwed,
        lambda tx: progress_reports.draft(
            tx, replace(BOOKS, heads={}), working_calendar(), office_id(XIAMEN, "JCZD"), cycle="month", year=2026, place=2
        ),
    ),
    "a campaign that ends before it begins": (
        InvalidInput, lambda tx: campaigns.open_campaign(tx, BOOKS, _campaign(to_on=YESTERDAY))
    ),
    "a campaign of an office that is none": (
        InvalidInput, lambda tx: campaigns.open_campaign(tx, BOOKS, _campaign(office_codes=["NONE"]))
    ),
    "an activity of another century": (
        InvalidInput,
        lambda tx: activities.plan(
            tx, BOOKS, activities.Plan(
                jurisdiction_id=XIAMEN, office_id=ONE, category="training", kind="credit_repair", title="培训",
                on_day=date(2101, 1, 1),
            )
        ),
    ),
    "a warning about a name that is forgotten": (
        InvalidInput, lambda tx: name_warnings.resolve(tx, ONE, outcome="forgotten", reason="原因")
    ),
    "a result that names an identity number": (
        PersonalTextInPublic, lambda tx: urging.conclude(tx, BOOKS, NOTHING, result="已付11010519491231002X")
    ),
    "a subject that is not named": (
        SubjectUnclear, lambda tx: list_subject.admit_subject(tx, NOTHING, BOOKS, NOTHING, list_subject.Named())
    ),
    "a person on a list of organisations": (SubjectKindNotAllowed, _listed_person),
    "a behaviour without the law that it breaks": (
        LegalBasisMissing, lambda tx: _without_basis(tx, XINXIANG, "hours_contracts_construction_bad")
    ),
    "a record of a kind that must cite": (LegalBasisMissing, lambda tx: _without_basis(tx, SHANGHAI, CITING)),
    "a subject that is named twice": (
        SubjectUnclear,
        lambda tx: list_subject.admit_subject(
            tx, NOTHING, BOOKS, NOTHING, list_subject.Named(name="甲", uscc="91350200XLFJH8BP1B", id_number="1")
        ),
    ),
    "a commitment item that ends before it begins": (
        InvalidInput, lambda tx: commitment_items.propose(tx, _item(valid_from=TODAY, valid_to=YESTERDAY))
    ),
    "a commitment item of no kind": (InvalidInput, lambda tx: commitment_items.propose(tx, _item(kind="promise"))),
    "an activity of minus one participants": (
        InvalidInput,
        lambda tx: activities.conclude(
            tx, {"id": ONE, "on_day": TODAY, "category": "training", "basis": ""},
            activities.Outcome(text="已举办", participants=-1),
        ),
    ),
    "a training cited in an application that is not there": (
        AttendanceUnfit, lambda tx: attendances.cite(tx, {"id": ONE, "subject_id": ONE, "withdrawn_at": None}, OTHER)
    ),
    "a typical case that is neither good nor bad": (
        InvalidInput,
        lambda tx: typical_cases.propose(
            tx, BOOKS, typical_cases.Proposal(
                jurisdiction_id=HAICANG, office_id=ONE, field=None, kind="诚信经商", polarity="grey", title="案例",
                text="案例",
            )
        ),
    ),
    "a grade that is determined as it was": (
        GradeUnchanged,
        lambda tx: grades.determine(
            tx, {"id": ONE, "subject_id": ONE, "previous_value": "A"}, value="A", basis="复核", scale=("A", "B")
        ),
    ),
    "a scoring paper that ends before it begins": (
        InvalidInput,
        lambda tx: papers.propose(
            tx, evaluation(BOOKS, XIAMEN, "employer", TODAY), ONE,
            papers.Paper(name="细则", content="x", valid_from=TODAY, valid_to=YESTERDAY),
        ),
    ),
    "a supervision that ends before it begins": (
        InvalidInput,
        lambda tx: register.end_supervision(tx, {"id": ONE, "valid_from": TODAY}, valid_to=YESTERDAY, reason="错误"),
    ),
    "archives of nobody": (
        InvalidInput,
        lambda tx: register.open_archives(tx, evaluation(BOOKS, XIAMEN, "employer", TODAY), ONE, []),
    ),
    "a fact of no kind": (
        GradeFactUnfit,
        lambda tx: facts.record(
            _in(tx, SHIYAN), BOOKS, ONE, facts.Told(kind="rumour", outcome="bad", occurred_on=TODAY), office_id=ONE
        ),
    ),
    "a survey of contracts where no text orders one": (
        IntegrityNotOrdered, lambda tx: contracts.survey(tx, BOOKS, _contract(jurisdiction_id=SHIYAN))
    ),
    "a contract that was neither kept nor broken": (
        InvalidInput, lambda tx: contracts.update(tx, {"id": ONE, "version": 1}, fulfilment="eaten", finding=None)
    ),
    "a contract that is surveyed and not there": (
        StateConflict, lambda tx: contracts.update(tx, {"id": ONE, "version": 1}, fulfilment="fulfilled", finding=None)
    ),
    "a definition with a part of no name": (
        InvalidInput,
        lambda tx: list_definitions.draft(tx, BOOKS, _definition(parts={"colour": list_definitions.Written("红", "一")})),
    ),
    "a definition of a level that there is not": (
        InvalidInput, lambda tx: list_definitions.draft(tx, BOOKS, _definition(standard_level="custom"))
    ),
    "a definition of a thousand behaviours": (
        InvalidInput,
        lambda tx: list_definitions.draft(tx, BOOKS, _definition(behaviours=[f"行为{each}" for each in range(1_000)])),
    ),
    "an entry by a route that there is not": (
        InvalidInput,
        lambda tx: list_collection.collect(
            tx, NOTHING, BOOKS, list_collection.Collection(
                office_id=INSPECTION, list_id=BLACK, subject=list_subject.Named(subject_id=ONE), grounds=NOTHING,
                domain=WAGES, route="sideways",
            )
        ),
    ),
    "a request of a kind that the law does not know": (
        InvalidInput,
        lambda tx: subject_requests.file(
            tx, BOOKS, NOTHING, subject_requests.Asked(subject_id=ONE, kind="praise", words="请求", office_id=INSPECTION)
        ),
    ),
    "something told of oneself after which no office looks": (reports.SelfReportNotProvided, _reported),
    "a subject with a number and no name": (
        SubjectUnclear,
        lambda tx: list_subject.admit_subject(tx, NOTHING, BOOKS, NOTHING, list_subject.Named(id_number="1")),
    ),
}  # fmt: skip


async def _transaction(url: str, actor: Actor) -> AsyncIterator[Transaction]:
    connection = await asyncpg.connect(url)
    begun = connection.transaction()
    await begun.start()
    yield Transaction(connection, NOW, actor)
    await begun.rollback()
    await connection.close()


@pytest.fixture
async def tx(installed_url: str) -> AsyncIterator[Transaction]:
    """Give a transaction of an officer; nothing of it stays."""
    async for each in _transaction(installed_url, Actor(OTHER, ("credit_office",))):
        yield each


@pytest.fixture
async def anonymous(installed_url: str) -> AsyncIterator[Transaction]:
    """Give a transaction of nobody in particular."""
    async for each in _transaction(installed_url, Actor(None, ("public",))):
        yield each


@pytest.mark.parametrize("step", OFFICERS)
async def test_nobody_in_particular_answers_for_nothing(anonymous: Transaction, step: str) -> None:
    with pytest.raises(Forbidden):
        await OFFICERS[step](anonymous)


async def test_an_officer_is_an_account(anonymous: Transaction, tx: Transaction) -> None:
    assert tx.require_account() == OTHER
    with pytest.raises(Forbidden):
        anonymous.require_account()


@pytest.mark.parametrize("value", VALUES)
async def test_what_cannot_be_is_refused(tx: Transaction, value: str) -> None:
    refusal, step = VALUES[value]
    with pytest.raises(refusal) as refused:
        await step(tx)
    assert refused.type is refusal


@pytest.mark.parametrize(("book", "code"), [("none", "black"), (BOOKS.heads[XINXIANG], "none")])
def test_nothing_is_removed_early_from_a_list_that_no_rulebook_has(book: str, code: str) -> None:
    with pytest.raises(RemovalNotProvided):
        removal_rules.listed(BOOKS, {"rulebook": book, "code": code, "jurisdiction_id": XINXIANG}, TODAY)


@pytest.mark.parametrize("day", [0, 32])
def test_a_month_has_no_such_day(day: int) -> None:
    with pytest.raises(TermInvalid):
        day_of_next_month(TODAY, day)


def test_a_law_is_cited_with_a_level_that_there_is() -> None:
    with pytest.raises(InvalidInput):
        list_terms.cited("劳动法", "custom")
    with pytest.raises(InvalidInput):
        list_grounds.check_grounds(
            BOOKS, NOTHING, list_grounds.Grounds(reason="原因", legal_basis="劳动法", legal_basis_level="custom"), None,
            on=TODAY, person_name=None,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "written", "line"),
    [
        ("code,name\nA,\x00\n", "csv", 1),
        ("code,name\n" + "A,B\n" * 500_001, "csv", 1),
        ("item = 3\n", "toml", 1),
        ('other = "x"\n', "toml", 1),
        ("", "csv", 1),
        ("code,name,unheard_of\nA,B,C\n", "csv", 1),
        ("code,code,name\nA,B,C\n", "csv", 1),
        ("code\nA\n", "csv", 1),
        ("code,name\nA,B\nC\n", "csv", 3),
        ('code,name\nA,B\n"C"D,E\n', "csv", 3),
    ],
    ids=[
        "nul",
        "too-long",
        "no-items",
        "another-table",
        "empty",
        "unknown-field",
        "twice",
        "no-name",
        "too-few",
        "quotes",
    ],
)
def test_an_edition_that_cannot_be_read_is_told_with_its_line(text: str, written: str, line: int) -> None:
    with pytest.raises(EditionUnreadable) as refused:
        files.read_file(kind_of(BOOKS, XIAMEN, "measures").shape, text, written)
    assert refused.value.extensions["line"] == line
