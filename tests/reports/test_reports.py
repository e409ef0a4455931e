"""Credit reports: for whom, for what, on which basis, with which content, and what they leave behind (XM-04, XM-25)."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import asyncpg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.canonical import canonical, parse
from domain.errors import InvalidInput, NotFound, StateConflict
from domain.lifecycle import Actor
from domain.rights import consents
from domain.rulebook.loader import load_rulebooks
from domain.rulebook.lookup import rule
from domain.use import reports
from domain.use.inquiries import Attempt, inquiries, refused
from domain.use.partner import PurposeNotGrantedToOffice
from domain.use.report_asked import ConsentRequired, ReportPurposeRequired
from domain.use.report_kind import ReportKindNotForSubject, ReportKindNotOffered
from domain.use.signing import Signer
from domain.use.verification import verify_offline
from tests.parties import Parties, app_connection, make_parties, make_subject, transaction

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)
TODAY = date(2026, 3, 18)
BOOKS = load_rulebooks()
SIGNER = Signer({"k1": Ed25519PrivateKey.generate()}, "k1")
Connection: TypeAlias = "asyncpg.Connection[Any]"


def page(*nodes: dict[str, Any], total: int | None = None) -> dict[str, Any]:
    return {"totalCount": len(nodes) if total is None else total, "nodes": [*nodes]}


def shown(records: Any = None, entries: Any = None) -> dict[str, Any]:
    """Give the data that a kind's document gives."""
    return {
        "subject": {"name": "虚构有限公司", "uscc": None},
        "content": {"creditRecords": records or page(), "listEntries": entries or page()},
    }


RECORD = {"title": "行政处罚", "item": {"category": "penalty"}, "content": {"CF_NR_FK": Decimal("0.50")}}
RED, BLACK = {"creditList": {"polarity": "POSITIVE"}}, {"creditList": {"polarity": "NEGATIVE"}}


@dataclass
class Desk:
    """Issues reports as requests do, and reads them back."""

    app: Connection
    parties: Parties

    async def issue(self, *, now: datetime = NOW, actor: Actor | None = None, **changes: Any) -> UUID:
        asked: dict[str, Any] = {
            "kind": "general",
            "subject_id": self.parties.company,
            "office_id": self.parties.agency,
            "application_item_id": self.parties.purpose,
            "consent_id": None,
            "content": shown(),
        }
        async with transaction(self.app, now, actor) as tx:
            return await reports.issue(tx, SIGNER, BOOKS, **{**asked, **changes})

    async def own(self, subject: UUID, **changes: Any) -> UUID:
        return await self.issue(subject_id=subject, office_id=None, application_item_id=None, **changes)

    async def consent(self, **changes: Any) -> UUID:
        given: dict[str, Any] = {
            "subject_id": self.parties.person,
            "office_id": self.parties.agency,
            "application_item_id": self.parties.purpose,
            "until_on": TODAY + timedelta(days=30),
        }
        async with transaction(self.app, NOW) as tx:
            return await consents.grant(tx, **{**given, **changes})

    async def row(self, report: UUID) -> asyncpg.Record:
        row = await self.app.fetchrow("SELECT * FROM credit_report WHERE id = $1", report)
        assert row is not None
        return row

    async def document(self, report: UUID) -> dict[str, Any]:
        document: dict[str, Any] = parse((await self.row(report))["document"])
        return document


@pytest.fixture
async def owner(installed_url: str) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(installed_url)
    yield connection
    await connection.close()


@pytest.fixture
async def desk(installed_url: str, owner: Connection) -> AsyncIterator[Desk]:
    connection = await app_connection(installed_url)
    yield Desk(connection, await make_parties(owner))
    await connection.close()


# -- what is in it


async def test_a_report_says_who_whom_what_for_and_until_when(desk: Desk) -> None:
    report = await desk.issue(content=shown(page(RECORD)))
    row, document = await desk.row(report), await desk.document(report)
    office = await desk.app.fetchval("SELECT name FROM office WHERE id = $1", desk.parties.agency)
    assert document["issuer"] == {"jurisdiction": "350200", "name": "厦门市人力资源和社会保障局"}
    assert document["requester"] == {"office": office}
    assert document["purpose"] == {"code": "350200.procurement", "name": "政府采购", "clause": "4"}
    assert document["subject"] == {"name": "虚构有限公司", "uscc": None}
    assert document["basis"]["kind"] == "law"
    assert document["basis"]["citation"].startswith("《厦门市人力资源和社会保障局2021年")
    assert document["number"] == row["number"]
    assert document["issued_at"] == "2026-03-18T02:00:00Z"
    assert (row["issued_at"], row["office_id"], row["jurisdiction_id"]) == (NOW, desk.parties.agency, "350200")


async def test_it_is_stored_and_signed_as_canonical_json(desk: Desk) -> None:
    row = await desk.row(await desk.issue(content=shown(page(RECORD))))
    assert canonical(parse(row["document"])) == row["document"]
    assert '"CF_NR_FK":0.50' in row["document"]
    assert hashlib.sha256(row["document"].encode()).hexdigest() == row["digest"]
    found = verify_offline(row["signature"], SIGNER.public_jwks())
    assert (found.number, found.digest, found.key_id) == (row["number"], row["digest"], row["key_id"])


async def test_its_validity_is_the_rulebooks_and_says_whose(desk: Desk) -> None:
    """No text sets a validity: thirty days are the service's own, and the report says so."""
    report = await desk.issue()
    document = await desk.document(report)
    assert (await desk.row(report))["valid_until"] == TODAY + timedelta(days=30)
    assert document["valid_until"] == "2026-04-17"
    [validity] = [rule for rule in document["rules"] if rule["about"] == "report.valid_for"]
    assert (validity["rulebook"], validity["status"]) == ("renxin-service", "service_default")
    assert "validity_is_ours" in [note["code"] for note in document["notes"]]


async def test_it_cites_purpose_and_kind(desk: Desk) -> None:
    rules = (await desk.document(await desk.issue()))["rules"]
    assert {"about": "purpose", "rulebook": "cn-xiamen-hrss-2021", "clause": "4"} in rules
    assert {"about": "kind", "clause": "厦门4"} in rules


async def test_rows_that_are_left_out_are_visible(desk: Desk) -> None:
    whole = await desk.document(await desk.issue(content=shown(page(RECORD))))
    cut = await desk.document(await desk.issue(content=shown(page(RECORD, total=250))))
    assert cut["content"]["creditRecords"]["totalCount"] == 250
    assert ["rows_left_out" in [note["code"] for note in one["notes"]] for one in (whole, cut)] == [False, True]


async def test_self_reported_information_is_marked_where_it_stands(desk: Desk) -> None:
    own = {**RECORD, "item": {"category": "self_reported"}}
    without = await desk.document(await desk.issue(content=shown(page(RECORD))))
    with_it = await desk.document(await desk.issue(content=shown(page(RECORD, own))))
    assert "self_reported_not_included" in [note["code"] for note in without["notes"]]
    assert "self_reported_unverified" in [note["code"] for note in with_it["notes"]]


@pytest.mark.parametrize("content", [{}, {"subject": None, "content": {}}, {"subject": {}, "content": None}])
async def test_a_subject_out_of_sight_has_no_report(desk: Desk, content: dict[str, Any]) -> None:
    with pytest.raises(NotFound):
        await desk.issue(content=content)
    assert not await desk.app.fetchval("SELECT count(*) FROM credit_report WHERE subject_id = $1", desk.parties.company)


async def test_a_district_is_named_with_its_city(desk: Desk) -> None:
    item = await desk.app.fetchval("SELECT id FROM application_item WHERE code = '350205.procurement'")
    report = await desk.issue(office_id=desk.parties.bureau_office, application_item_id=item)
    document = await desk.document(report)
    assert document["issuer"] == {"jurisdiction": "350205", "name": "厦门市海沧区人力资源和社会保障局"}


# -- the certificate (XM-25)


@pytest.mark.parametrize(
    ("content", "clear", "words"),
    [
        (shown(), True, "截至2026年3月18日，未见失信信息。"),
        (shown(entries=page(RED)), True, "截至2026年3月18日，未见失信信息。"),
        (shown(page(RECORD)), False, "截至2026年3月18日，有失信信息1条、列入惩戒类名单0项。"),
        (shown(entries=page(RED, BLACK)), False, "截至2026年3月18日，有失信信息0条、列入惩戒类名单1项。"),
        (shown(entries=page(RED, total=101)), False, "截至2026年3月18日，有失信信息0条、列入惩戒类名单0项。"),
    ],
)
async def test_the_labour_report_states_whether_anything_speaks_against_the_organisation_xm_25(
    desk: Desk, content: dict[str, Any], clear: bool, words: str
) -> None:
    document = await desk.document(await desk.issue(kind="labour_compliance", content=content))
    assert (document["statement"]["clear"], document["statement"]["text"]) == (clear, words)
    assert {"about": "kind", "clause": "厦门25"} in document["rules"]


async def test_what_was_not_seen_is_not_stated_as_clear_xm_25(desk: Desk) -> None:
    content = {"subject": {"name": "x"}, "content": {"creditRecords": None, "listEntries": page()}}
    document = await desk.document(await desk.issue(kind="labour_compliance", content=content))
    assert document["statement"]["clear"] is False
    assert document["statement"]["records"] is None


async def test_the_labour_report_is_not_offered_outside_of_xiamen_xm_25(desk: Desk) -> None:
    item = await desk.app.fetchval("SELECT id FROM application_item WHERE code = '350205.procurement'")
    with pytest.raises(ReportKindNotOffered):
        await desk.issue(kind="labour_compliance", office_id=desk.parties.bureau_office, application_item_id=item)


# -- who may ask for what (XM-04b)


async def test_an_agency_names_a_purpose_that_is_granted_to_it_xm_04b(desk: Desk) -> None:
    with pytest.raises(ReportPurposeRequired):
        await desk.issue(application_item_id=None)
    with pytest.raises(PurposeNotGrantedToOffice):
        await desk.issue(application_item_id=desk.parties.other_purpose)


async def test_an_office_of_the_bureau_names_any_purpose_but_names_one(desk: Desk) -> None:
    await desk.issue(office_id=desk.parties.bureau_office, application_item_id=desk.parties.other_purpose)
    with pytest.raises(ReportPurposeRequired):
        await desk.issue(office_id=desk.parties.bureau_office, application_item_id=None)


async def test_an_agency_asks_about_a_person_with_that_persons_consent(desk: Desk) -> None:
    consent = await desk.consent()
    report = await desk.issue(kind="person", subject_id=desk.parties.person, consent_id=consent)
    row, document = await desk.row(report), await desk.document(report)
    assert (row["consent_id"], row["about_person"]) == (consent, True)
    assert document["basis"] == {
        "kind": "consent",
        "consent": str(consent),
        "citation": "本人授权（个人信息保护法13、14）",
    }


async def test_without_consent_in_force_there_is_no_report_on_a_person(desk: Desk) -> None:
    person: dict[str, Any] = {"kind": "person", "subject_id": desk.parties.person}
    with pytest.raises(ConsentRequired):
        await desk.issue(**person)
    consent = await desk.consent()
    with pytest.raises(ConsentRequired):
        await desk.issue(**person, consent_id=consent, now=NOW + timedelta(days=31))
    async with transaction(desk.app, NOW) as tx:
        await consents.revoke(tx, consent)
    with pytest.raises(ConsentRequired):
        await desk.issue(**person, consent_id=consent)


async def test_a_consent_of_another_person_agency_or_purpose_does_not_serve(desk: Desk, owner: Connection) -> None:
    other_person = await make_subject(owner, "natural_person")
    wrong = [
        await desk.consent(subject_id=other_person),
        await desk.consent(office_id=desk.parties.other_agency),
        uuid4(),
    ]
    for consent in wrong:
        with pytest.raises(ConsentRequired):
            await desk.issue(kind="person", subject_id=desk.parties.person, consent_id=consent)


async def test_a_subject_gets_its_own_report_without_purpose_or_consent(desk: Desk) -> None:
    company, person = desk.parties.company, desk.parties.person
    for subject, kind, basis in (
        (company, "general", "本单位查询"),
        (person, "person", "本人查询（个人信息保护法45）"),
    ):
        document = await desk.document(await desk.own(subject, kind=kind))
        assert (document["requester"], document["purpose"]) == (None, None)
        assert document["basis"] == {"kind": "self", "consent": None, "citation": basis}


async def test_the_kind_fits_the_subject(desk: Desk) -> None:
    with pytest.raises(ReportKindNotForSubject):
        await desk.issue(kind="person")


@pytest.mark.parametrize("missing", ["subject_id", "office_id", "application_item_id"])
async def test_what_does_not_exist_is_not_found(desk: Desk, missing: str) -> None:
    unknown: dict[str, Any] = {missing: uuid4()}
    with pytest.raises(NotFound):
        await desk.issue(**unknown)


# -- what it leaves behind (SH-08c, no audit, no data)


async def test_a_report_and_its_access_entry_are_one_transaction_sh_08c(desk: Desk) -> None:
    actor = Actor(account_id=uuid4(), roles=("partner",), office_id=desk.parties.agency, policy_version=3)
    report = await desk.issue(actor=actor)
    rows = await desk.app.fetch("SELECT * FROM ledger_event WHERE object_id = $1 ORDER BY kind, id", report)
    access, change = rows
    assert (change["kind"], change["verb"], change["outcome"]) == ("change", "issue", "done")
    assert (access["kind"], access["verb"], access["outcome"]) == ("access", "issue", "served")
    assert access["xid"] == change["xid"]
    assert (access["subject_id"], access["office_id"]) == (desk.parties.company, desk.parties.agency)
    assert (access["account_id"], access["policy_version"]) == (actor.account_id, 3)
    assert access["purpose"] == "政府采购"
    assert access["basis"].startswith("《厦门市")
    assert access["image"] is None


async def test_when_the_access_entry_cannot_be_written_there_is_no_report(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise ConnectionResetError

    monkeypatch.setattr(reports, "served", fail)
    with pytest.raises(ConnectionResetError):
        await desk.issue()
    company = desk.parties.company
    assert not await desk.app.fetchval("SELECT count(*) FROM credit_report WHERE subject_id = $1", company)
    assert not await desk.app.fetchval("SELECT count(*) FROM ledger_event WHERE subject_id = $1", company)


async def test_a_refused_attempt_is_written_with_its_reason(desk: Desk) -> None:
    actor = Actor(account_id=uuid4(), roles=("partner",), office_id=desk.parties.agency, policy_version=3)
    attempt = Attempt(
        subject_id=desk.parties.person,
        office_id=desk.parties.agency,
        purpose="政府采购",
        basis=None,
        reason="CONSENT_REQUIRED",
    )
    await refused(desk.app, actor, NOW, attempt)
    [row] = await desk.app.fetch("SELECT * FROM ledger_event WHERE subject_id = $1", desk.parties.person)
    assert (row["kind"], row["verb"], row["outcome"]) == ("access", "issue", "refused")
    assert (row["reason"], row["purpose"], row["object_id"]) == ("CONSENT_REQUIRED", "政府采购", None)


async def test_a_refusal_is_not_written_where_a_rollback_could_take_it_back(desk: Desk) -> None:
    actor = Actor(account_id=None, roles=("partner",))
    attempt = Attempt(subject_id=None, office_id=None, purpose=None, basis=None, reason="FORBIDDEN")
    with pytest.raises(RuntimeError):
        async with desk.app.transaction():
            await refused(desk.app, actor, NOW, attempt)


# -- uses and inquiries (上海市社会信用条例34, 河南省社会信用条例40)


async def test_a_report_names_who_asked_before_and_not_itself(desk: Desk) -> None:
    parties = desk.parties
    names = dict(await desk.app.fetch("SELECT id, name FROM office"))
    first = await desk.document(await desk.issue(now=NOW - timedelta(days=2)))
    await desk.issue(now=NOW - timedelta(days=1), office_id=parties.other_agency)
    await desk.issue(now=NOW - timedelta(days=1, hours=1), office_id=parties.other_agency)
    last = await desk.document(await desk.issue())
    assert (first["uses"], first["inquiries"]) == ([], [])
    assert last["uses"] == [
        {"on": "2026-03-17", "office": names[parties.other_agency], "purpose": "政府采购", "times": 2},
        {"on": "2026-03-16", "office": names[parties.agency], "purpose": "政府采购", "times": 1},
    ]


async def test_a_look_is_an_inquiry_a_refusal_and_ones_own_look_are_none(desk: Desk) -> None:
    person, agency = desk.parties.person, desk.parties.agency
    for outcome, office in (("served", agency), ("refused", agency), ("served", None)):
        await desk.app.execute(
            "INSERT INTO ledger_event (id, kind, at, object, verb, outcome, subject_id, role, office_id,"
            " policy_version) VALUES ($1, 'access', $2, 'subject', 'read', $3, $4, 'partner', $5, 1)",
            uuid4(),
            NOW,
            outcome,
            person,
            office,
        )
    document = await desk.document(await desk.own(person, kind="person"))
    assert [(one["on"], one["times"]) for one in document["inquiries"]] == [("2026-03-18", 1)]
    assert document["uses"] == []


async def test_the_list_of_inquiries_is_bounded_and_begins_with_the_latest(desk: Desk) -> None:
    for days in range(5):
        await desk.issue(now=NOW - timedelta(days=days))
    found = await inquiries(desk.app, desk.parties.company, limit=3)
    assert [one.on for one in found] == [TODAY, date(2026, 3, 17), date(2026, 3, 16)]


# -- revocation


async def test_a_report_is_revoked_once_with_a_reason_and_stays_as_it_was_signed(desk: Desk) -> None:
    report = await desk.issue()
    before = await desk.row(report)
    async with transaction(desk.app, NOW) as tx:
        await reports.revoke(tx, report, " 出具有误 ")
    after = await desk.row(report)
    assert (after["revoked_at"], after["revocation_reason"]) == (NOW, "出具有误")
    assert [after[part] for part in ("document", "signature")] == [before[part] for part in ("document", "signature")]
    with pytest.raises(StateConflict):
        async with transaction(desk.app, NOW) as tx:
            await reports.revoke(tx, report, "再次")


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501, "a\0b"])
async def test_a_report_is_not_revoked_without_a_usable_reason(desk: Desk, reason: str) -> None:
    report = await desk.issue()
    with pytest.raises(InvalidInput):
        async with transaction(desk.app, NOW) as tx:
            await reports.revoke(tx, report, reason)
    assert (await desk.row(report))["revoked_at"] is None


async def test_without_a_validity_in_days_none_is_issued(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def in_years(*asked: Any) -> Any:
        answer = rule(*asked)
        return replace(answer, unit="year") if reports.VALIDITY in asked else answer

    monkeypatch.setattr(reports, "rule", in_years)
    with pytest.raises(reports.ValidityNotSet):
        await desk.issue()
