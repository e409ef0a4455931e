"""Values that are hidden from somebody: how each is changed, and from whom it is hidden."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import asyncpg

from tests.oracle.meaning import Meaning
from tests.oracle.world import NOW, NUMBERS, TODAY, Caller, Row, key


@dataclass(frozen=True)
class Secret:
    """A row of which some columns are changed, or that is there or not; and who must not notice."""

    name: str
    table: str
    changes: dict[str, Any]
    row: Callable[[Meaning], Row]
    """The row that is changed, or that is added."""
    hidden: Callable[[Meaning, Caller, Row], bool]
    asked: Sequence[str] = field(default=())
    """Documents that look for it."""
    added: bool = False

    async def change(self, connection: asyncpg.Connection[Any], row: Row) -> None:
        """Change the row, or add it."""
        if self.added:
            places = ", ".join(f"${number}" for number in range(1, len(row) + 1))
            await connection.execute(f"INSERT INTO {self.table} ({', '.join(row)}) VALUES ({places})", *_bound(row))
        else:
            await self._set(connection, {**self.changes, "id": row["id"]})

    async def undo(self, connection: asyncpg.Connection[Any], row: Row) -> None:
        """Put the row back as it was."""
        if self.added:
            await connection.execute(f"DELETE FROM {self.table} WHERE id = $1", row["id"])
        else:
            await self._set(connection, {**{name: row[name] for name in self.changes}, "id": row["id"]})

    async def _set(self, connection: asyncpg.Connection[Any], row: Row) -> None:
        sets = ", ".join(f"{name} = ${number}" for number, name in enumerate(row, start=1))
        await connection.execute(f"UPDATE {self.table} SET {sets} WHERE id = ${len(row)}", *_bound(row))


def _bound(row: Row) -> list[Any]:
    return [json.dumps(value) if isinstance(value, dict) else value for value in row.values()]


def _row(table: str, wanted: Callable[[Row], bool]) -> Callable[[Meaning], Row]:
    return lambda meaning: next(row for row in meaning.tables[table] if wanted(row))


def _copied(wanted: Callable[[Row], bool], **changes: Any) -> Callable[[Meaning], Row]:
    """Give a new record made after one that is there."""
    found = _row("credit_record", wanted)
    return lambda meaning: {**found(meaning), "id": key("record", "added"), "decision_no": "新[2026]1号", **changes}


def _not_clear(noun: str, privacy: str) -> Callable[[Meaning, Caller, Row], bool]:
    return lambda meaning, caller, row: meaning.level(caller, noun, privacy, row) != "clear"


def _unseen(noun: str) -> Callable[[Meaning, Caller, Row], bool]:
    return lambda meaning, caller, row: not meaning.within(caller, noun, meaning.open_scopes(caller, noun, "read"), row)


def _neither_seen_nor_due(meaning: Meaning, caller: Caller, row: Row) -> bool:
    """Tell whether neither a record nor, as an open duty of its office, what is due about it is for the caller."""
    duties = meaning.open_scopes(caller, "due_item", "read")
    return _unseen("credit_record")(meaning, caller, row) and not meaning.within(caller, "due_item", duties, row)


def _not_looked_up(meaning: Meaning, caller: Caller, row: Row) -> bool:
    return not meaning.within(caller, "subject", meaning.open_scopes(caller, "subject", "lookup_person"), row)


def _of_chen(row: Row) -> bool:
    return bool(row["id"] == key("subject", "chen"))


def _drawn(meaning: Meaning) -> Row:
    """Give a pending result of a check that is there, of a person's commitment that was not drawn in it."""
    found = _row("spot_check_result", lambda row: row["state"] == "pending" and row["about_person"])(meaning)
    results = meaning.tables["spot_check_result"]
    drawn = {row["commitment_id"] for row in results if row["spot_check_id"] == found["spot_check_id"]}
    other = next(row for row in meaning.tables["commitment"] if row["id"] not in drawn)
    return {**found, "id": key("spot check result", "added"), "commitment_id": other["id"], "place": 99}


_NUMBER = next(number for number, subject in NUMBERS.items() if subject == key("subject", "chen"))
_NAMES = (
    '{ subjects(search: "陈小明", first: 5) { totalCount nodes { id name } pageInfo { endCursor hasNextPage } } }',
    '{ a: subjects(search: "陈大") { totalCount } b: subjects(search: "小明") { totalCount } }',
    "{ subjects(first: 100, filter: { kind: NATURAL_PERSON }) { totalCount edges { cursor node { name } } } }",
    f'{{ node(id: "Subject:{key("subject", "chen")}") {{ ... on Subject {{ name creditRecords(first: 9) {{ totalCount }} }} }} }}',
)
_RECORDS = (
    "{ creditRecords(first: 100) { totalCount edges { cursor node { id severity title decisionNo content } } } }",
    "{ creditRecords(first: 3, filter: { severity: [SERIOUS] }) { totalCount nodes { id } pageInfo { hasNextPage } } }",
    "{ creditRecords(last: 3, filter: { dishonest: true }, orderBy: SUBMITTED_AT_ASC) { totalCount nodes { id title } } }",
    '{ creditRecords(filter: { decisionNo: ["新[2026]1号", "新[2026]2号"] }) { totalCount } }',
    "{ subjects(first: 100) { totalCount nodes { id creditRecords(first: 2) { totalCount pageInfo { hasNextPage } } } } }",
    "{ creditRecords(filter: { state: [SUBMITTED] }) { totalCount } }",
    "{ catalogue(first: 100) { nodes { id producers(first: 9) { totalCount } } } }",
)
_COMMITMENTS = (
    "{ commitments(first: 100) { totalCount edges { cursor node { id state version supplyTimeliness foundOn breachGround record { id } } } } }",
    "{ commitments(first: 5, filter: { state: [BROKEN] }) { totalCount nodes { id } pageInfo { hasNextPage } } }",
    "{ subjects(first: 100) { nodes { id name commitments(first: 3) { totalCount nodes { state finding } } } } }",
    "{ commitments(filter: { inForce: true }) { totalCount } }",
)
_CHECKS = (
    "{ spotChecks(first: 20) { totalCount nodes { id pending kept broken results(first: 9) { totalCount nodes { id state } } } } }",
    "{ commitments(first: 100) { nodes { id spotChecks(first: 3) { totalCount nodes { state } } } } }",
)
_EXAMS = (
    "{ examWatches(first: 50) { totalCount edges { cursor node { id name site finding inForce } } } }",
    "{ disciplineRecommendations(first: 50) { totalCount nodes { id unit text state } } }",
    "{ examViolations(first: 100) { totalCount nodes { id name facts witness state retainedUntil record { id } } } }",
    "{ examViolations(filter: { inForce: true }) { totalCount } }",
    "{ examBulletins(first: 9) { nodes { title lines(first: 50) { totalCount nodes { name violationClass } } } } }",
    "{ accessLog(first: 100) { totalCount nodes { id verb role } } }",
    "{ changes(first: 100) { totalCount nodes { object objectId verb role } } }",
    "{ subjects(first: 100) { totalCount nodes { id name accessLog(first: 9) { totalCount } } } }",
)
_TOLD = (
    "{ selfReports(first: 100) { totalCount edges { cursor node { id title text state label inForce attachments(first: 3) { totalCount } } } } }",
    "{ selfReports(first: 3, filter: { state: [REPORTED] }) { totalCount nodes { id } pageInfo { hasNextPage } } }",
    "{ subjects(first: 100) { nodes { id name } } selfReports(filter: { inForce: true }) { totalCount } }",
)
_MEASURES = (
    "{ measures(first: 100) { totalCount edges { cursor node { id code name field reason state inForce liftedFor } } } }",
    "{ measures(first: 3, filter: { inForce: true }) { totalCount nodes { id } pageInfo { hasNextPage } } }",
    "{ subjects(first: 100) { nodes { id measures(first: 3) { totalCount nodes { name } } } } }",
    "{ creditRecords(first: 100) { nodes { id measures(first: 3) { totalCount } } } listEntries(first: 100) { nodes { measures(first: 1) { totalCount } } } }",
)
_GRADE_FACTS = (
    "{ gradeFacts(first: 100) { totalCount edges { cursor node { id kind outcome code number amount occurredOn state inForce } } } }",
    "{ gradeFacts(first: 3, filter: { kind: [ARREARS_COMPLAINT] }) { totalCount nodes { id } pageInfo { hasNextPage } } }",
    "{ subjects(first: 100) { nodes { id gradeFacts(first: 3) { totalCount nodes { number } } } } }",
)
_GRADES = (
    "{ grades(first: 100) { totalCount edges { cursor node { id value basis period state inForce announcementZh previousValue } } } }",
    '{ grades(first: 3, filter: { value: ["A"] }) { totalCount nodes { id } pageInfo { hasNextPage } } }',
    "{ subjects(first: 100) { nodes { id grades(first: 3) { totalCount nodes { value } } } } }",
    "{ gradeRuns(first: 20) { nodes { id grades(first: 20) { totalCount nodes { value basis } } } } }",
    "{ measures(first: 100) { nodes { id grade { value basis } } } }",
)
_ARCHIVES = (
    "{ integrityArchives(first: 100) { totalCount edges { cursor node { id name clause closedAt reason } } } }",
    "{ subjects(first: 100) { nodes { id integrityArchives(first: 3) { totalCount nodes { name } } } } }",
)
_OTHER = {"title": "另一个名称", "decision_no": "新[2026]2号", "severity": "serious", "legal_basis": "另一部法"}

SECRETS = (
    Secret("a person's name", "subject", {"name": "陈大海"}, _row("subject", _of_chen), _not_clear("subject", "person_name"), _NAMES),
    Secret(
        "a person's identity number",
        "subject",
        {"id_cipher": b"\x01other", "id_index": b"\x02other"},
        _row("subject", _of_chen),
        _not_looked_up,
        (f'{{ person(idNumber: "{_NUMBER}") {{ id name }} }}', *_NAMES),
    ),
    Secret(
        "a search key of a person",
        "subject",
        {"name_pinyin": "chenxiaoming cxm"},
        _row("subject", _of_chen),
        lambda meaning, caller, row: True,
        ('{ subjects(first: 9, search: "xiaoming") { totalCount nodes { id } } }', *_NAMES),
    ),
    Secret(
        "what a record that is not published says",
        "credit_record",
        {**_OTHER, "content": {"CF_NR": "另外"}, "dishonest": True, "decided_on": TODAY - timedelta(days=2)},
        _row("credit_record", lambda row: row["state"] == "submitted" and row["version"] == 1),
        _neither_seen_nor_due,
        _RECORDS,
    ),
    Secret(
        "a record that is not published",
        "credit_record",
        {},
        _copied(lambda row: row["state"] == "submitted" and row["about_person"], submitted_at=NOW),
        _neither_seen_nor_due,
        _RECORDS,
        added=True,
    ),
    Secret(
        "a record that stays inside the office, even from its subject",
        "credit_record",
        {},
        _copied(
            lambda row: row["state"] == "published" and row["public_until"] is None,
            subject_id=key("subject", "chen"),
            about_person=True,
            disclosure="internal",
        ),
        _neither_seen_nor_due,
        _RECORDS,
        added=True,
    ),
    Secret(
        "what a published record says, for those who see its metadata only",
        "credit_record",
        {**_OTHER, "dishonest": True, "harm_removed": True, "procedure": "summary", "content": {"CF_NR": "另外"}},
        _row("credit_record", lambda row: row["disclosure"] == "public" and row["state"] == "published" and row["public_until"] is None
             and not row["about_person"]),
        _not_clear("credit_record", "credit"),
        _RECORDS,
    ),
    Secret(
        "whether a published commitment was kept",
        "commitment",
        {"state": "broken", "version": 9, "found_on": TODAY, "finding": "另一情况", "found_by": key("account", 9),
         "breach_ground": "unfulfilled", "supplied_on": None, "supplement_provisional": True},
        _row("commitment", lambda row: row["disclosure"] == "public" and row["state"] == "kept" and row["published_at"] is not None),
        _not_clear("commitment", "fulfilment"),
        _COMMITMENTS,
    ),
    Secret(
        "what was found about a commitment",
        "commitment",
        {"finding": "另一情况"},
        _row("commitment", lambda row: row["state"] == "broken" and row["published_at"] is not None),
        _not_clear("commitment", "restricted"),
        _COMMITMENTS,
    ),
    Secret(
        "that a commitment was drawn and waits for its check",
        "spot_check_result",
        {},
        _drawn,
        _unseen("spot_check_result"),
        _CHECKS,
        added=True,
    ),
    Secret(
        "that somebody is on a watch list",
        "exam_watch",
        {},
        lambda meaning: {
            **_row("exam_watch", lambda row: row["office_id"] == key("office", "XMJC"))(meaning),
            "id": key("watch", "added"),
            "subject_id": key("subject", "chen"),
        },
        _unseen("exam_watch"),
        _EXAMS,
        added=True,
    ),
    Secret(
        "what a watch list says",
        "exam_watch",
        {"name": "陈另", "site": "另一处", "finding": "另一情况", "until_on": TODAY + timedelta(days=30), "source": "另一来源"},
        _row("exam_watch", lambda row: row["office_id"] == key("office", "XMJC")),
        _unseen("exam_watch"),
        _EXAMS,
    ),
    Secret(
        "that somebody looked at a watch list",
        "ledger_event",
        {"object": "examWatches,exam_watch", "role": "exam_watcher", "office_id": key("office", "XMJC"), "verb": "issue"},
        _row("ledger_event", lambda row: row["kind"] == "access" and row["object"] == "examWatches,exam_watch"),
        _unseen("access_entry"),
        _EXAMS,
    ),
    Secret(
        "that a candidate is a Party member",
        "discipline_recommendation",
        {"unit": "另一单位", "text": "另一建议", "state": "recommended", "answer": None, "answered_on": None},
        _row("discipline_recommendation", lambda row: True),
        _unseen("discipline_recommendation"),
        _EXAMS,
    ),
    Secret(
        "what a candidate did",
        "exam_violation",
        {"facts": "另一情况", "site": "另一处", "violation_class": "另一类", "witness": "另一人", "name": "陈另"},
        _row("exam_violation", lambda row: row["office_id"] == key("office", "XMJC") and row["confirmation"] == "refused"),
        _unseen("exam_violation"),
        _EXAMS,
    ),
    Secret(
        "the details of a person's published record",
        "credit_record",
        {"content": {"CF_NR": "另外"}},
        _row("credit_record", lambda row: row["disclosure"] == "public" and row["state"] == "published" and row["about_person"]),
        _not_clear("credit_record", "credit_detail"),
        _RECORDS,
    ),
    Secret(
        "the masked number of a representative",
        "legal_representative",
        {"masked_id_number": "999*************99"},
        _row("legal_representative", lambda row: True),
        lambda meaning, caller, row: meaning.level(caller, "legal_representative", "representative_id", row) == "hidden",
        ("{ subjects(first: 100) { nodes { legalRepresentatives(first: 9) { nodes { name maskedIdNumber } } } } }",),
    ),
    Secret(
        "the text of a report",
        "credit_report",
        {"document": '{"另": 1}', "signature": "ey.X.y"},
        _row("credit_report", lambda row: row["office_id"] == key("office", "BANK")),
        _not_clear("credit_report", "credit_detail"),
        ("{ creditReports(first: 100) { totalCount nodes { number digest document } } }", '{ creditReport(number: "R2026-0000") { id document } }'),
    ),
    Secret(
        "who looked at somebody, and why",
        "ledger_event",
        {"account_id": key("account", 9), "reason": "OTHER", "outcome": "served", "purpose": "另一事项"},
        _row("ledger_event", lambda row: row["kind"] == "access" and row["office_id"] == key("office", "BANK")),
        _unseen("access_entry"),
        ("{ accessLog(first: 100) { totalCount nodes { id accountId reason } } }", "{ accessLog(filter: { outcome: [REFUSED] }) { totalCount } }",
         '{ accessLog(first: 100, filter: { purpose: ["另一事项"] }) { totalCount } }'),
    ),
    Secret(
        "what a subject told of itself and has removed",
        "self_report",
        {"title": "另一许可证", "text": "另一内容", "kind": "其他"},
        _row("self_report", lambda row: row["state"] == "removed"),
        _unseen("self_report"),
        _TOLD,
    ),
    Secret(
        "that a subject told something that was found untrue",
        "self_report",
        {"title": "另一许可证", "refuted_at": NOW - timedelta(days=9), "refuted_by": key("account", 1)},
        _row("self_report", lambda row: row["state"] == "refuted"),
        _unseen("self_report"),
        _TOLD,
    ),
    Secret(
        "that an office applies a measure to somebody",
        "measure",
        {"name": "另一措施", "field": "另一领域", "reason": "另一理由", "polarity": "neutral"},
        _row("measure", lambda row: row["state"] == "applied"),
        _unseen("measure"),
        _MEASURES,
    ),
    Secret(
        "that an enterprise is warned of",
        "risk_warning",
        {"risk": "另一风险", "basis": "另一依据", "fields_count": 9, "records_count": 9},
        _row("risk_warning", lambda row: row["state"] == "open"),
        _unseen("risk_warning"),
        (
            "{ riskWarnings(first: 100) { totalCount edges { cursor node { id risk basis fieldsCount recordsCount state } } } }",
            "{ screenings(first: 100) { nodes { id warnings(first: 5) { totalCount nodes { risk basis } } } } }",
            "{ subjects(first: 100) { nodes { id riskWarnings(first: 5) { totalCount nodes { risk } } } } }",
        ),
    ),
    Secret(
        "what somebody undertook in an interview",
        "interview",
        {"agenda": "另一事由", "invited_for": TODAY - timedelta(days=300), "basis": "另一依据"},
        _row("interview", lambda row: row["state"] == "invited"),
        _unseen("interview"),
        (
            "{ interviews(first: 100) { totalCount edges { cursor node { id agenda invitedFor basis } } } }",
            "{ listEntries(first: 100) { nodes { id interviews(first: 5) { totalCount nodes { agenda } } } } }",
            "{ dueItems(first: 100, filter: { kind: [INTERVIEW_HELD] }) { totalCount nodes { id dueOn } } }",
        ),
    ),
    Secret(
        "a criminal case that is open",
        "criminal_referral",
        {"kind": "另一案由", "police": "另一公安局", "facts": "另一事实"},
        _row("criminal_referral", lambda row: row["office_id"] == key("office", "HCLD")),
        _unseen("criminal_referral"),
        ("{ criminalReferrals(first: 100) { totalCount nodes { id kind police facts state } } }",),
    ),
    Secret(
        "that a record named its subject otherwise",
        "name_warning",
        {"given_name": "另一名称", "known_name": "又一名称"},
        _row("name_warning", lambda row: row["state"] == "open"),
        _unseen("name_warning"),
        ("{ nameWarnings(first: 100) { totalCount nodes { id givenName knownName } } }", "{ nameWarnings(first: 3, filter: { state: [OPEN] }) { totalCount } }"),
    ),
    Secret(
        "that two subjects are thought to be one",
        "subject_merge",
        {"reason": "另一理由", "unmerge_reason": "又一理由"},
        _row("subject_merge", lambda row: row["state"] == "unmerge_proposed"),
        _unseen("subject_merge"),
        (
            "{ subjectMerges(first: 100) { totalCount nodes { id reason unmergeReason rows } } }",
            "{ subjects(first: 100) { nodes { id mergedFrom(first: 5) { totalCount nodes { reason } } } } }",
        ),
    ),
    Secret(
        "that an office has recorded a complaint about somebody",
        "grade_fact",
        {"number": "另一文号", "outcome": "verified", "project": "另一项目", "occurred_on": NOW.date() - timedelta(days=80)},
        _row("grade_fact", lambda row: row["kind"] == "arrears_complaint" and row["state"] == "recorded"),
        _unseen("grade_fact"),
        _GRADE_FACTS,
    ),
    Secret(
        "which grade is proposed for somebody",
        "grade",
        {"value": "Z", "basis": "另一依据", "period": "另一周期", "previous_value": "Y"},
        _row("grade", lambda row: row["state"] == "proposed"),
        _unseen("grade"),
        _GRADES,
    ),
    Secret(
        "which grade an office shares and does not publish",
        "grade",
        {"value": "Z", "basis": "另一依据", "previous_value": "Y"},
        _row("grade", lambda row: row["state"] in ("published", "contested") and row["disclosure"] != "public"),
        _unseen("grade"),
        _GRADES,
    ),
    Secret(
        "what an integrity archive is called and why it was closed",
        "integrity_archive",
        {"name": "另一档案", "clause": "《另一要点》", "reason": "另一理由"},
        _row("integrity_archive", lambda row: row["closed_at"] is not None),
        _unseen("integrity_archive"),
        _ARCHIVES,
    ),
    Secret(
        "a consent given to somebody else",
        "consent",
        {"until_on": TODAY - timedelta(days=1), "revoked_at": NOW},
        _row("consent", lambda row: row["subject_id"] == key("subject", "li") and row["office_id"] == key("office", "FUND")),
        _unseen("consent"),
        ("{ consents(first: 100) { totalCount nodes { id untilOn inForce } } }", *_NAMES),
    ),
)  # fmt: skip
