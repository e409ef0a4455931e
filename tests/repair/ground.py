"""Ground of the tests of repair: in each jurisdiction a published failing, entries that rest on it, and who acts."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import asyncpg

from authz.activation import assign, upsert_account
from domain import lifecycle
from domain.calendar import working_calendar
from domain.credit.item import load_item
from domain.credit.records import Submission, publish, submit
from domain.credit.repair_notices import Service
from domain.identifiers import invented_resident_id, invented_uscc
from domain.installation_rows import credit_list_id, office_id
from domain.lifecycle import Actor, Transaction
from domain.rulebook.loader import load_rulebooks
from domain.vault import Vault
from tests.client import ISSUER, NOW
from tests.credit.ground import filled

BOOKS = load_rulebooks()
CALENDAR = working_calendar()
SINCE = date(2020, 1, 1)
DECIDED_ON = date(2025, 11, 28)
"""Under the order of 2023: three months, so that repair may be applied for from 2026-03-01 on."""

_numbers = itertools.count(5_000)


@dataclass(frozen=True)
class City:
    """How failings are recorded in a jurisdiction, and the lists that rest on them."""

    code: str
    office: str
    rival: str
    item: str
    lists: tuple[str, ...]
    severity: str | None = None
    correction_due_on: date | None = None
    platform_days: int | None = None


XIAMEN = City(
    "350200", "JCZD", "SP", "penalty", ("serious_dishonesty", "key_attention", "labour_serious"), "serious",
    correction_due_on=date(2026, 1, 31),
)  # fmt: skip
HAICANG = City("350205", "RSJ", "QXYB", "penalty", ("serious_dishonesty", "key_attention"), "serious")
XINXIANG = City("410700", "JCZD", "LDGX", "labour_law_violation", ("black",), platform_days=1)
SHIYAN = City("420300", "JC", "HRSS", "penalty", ("black",))
SHANGHAI = City("310000", "ZFZD", "SB", "penalty_general_procedure", ("wage_arrears",), "general", platform_days=3)
CITIES = (XIAMEN, HAICANG, XINXIANG, SHIYAN, SHANGHAI)


@dataclass
class Scene:
    """A failing of a subject in a city, and the accounts that have to do with it, by what they are."""

    city: City
    subject: UUID
    record: UUID
    person: bool = False
    entries: dict[str, UUID] = field(default_factory=dict)
    accounts: dict[str, UUID] = field(default_factory=dict)

    def sub(self, who: str) -> str:
        """Give the token subject of an account."""
        return f"{self.city.code}-{self.record}-{who}"

    @property
    def record_gid(self) -> str:
        """Give the global id of the record."""
        return f"CreditRecord:{self.record}"


async def scene(
    url: str,
    vault: Vault,
    city: City,
    *,
    person: bool = False,
    lists: tuple[str, ...] | None = None,
    decided_on: date = DECIDED_ON,
    published: bool = True,
    **changes: Any,
) -> Scene:
    """Make a scene in an installed database, committed."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            at = datetime(decided_on.year, decided_on.month, decided_on.day, 3, tzinfo=UTC)
            tx = Transaction(connection, at, Actor(None, ("clerk",), office_id(city.code, city.office)))
            given = {"severity": city.severity, "correction_due_on": city.correction_due_on, **changes}
            record = await hand_in(tx, vault, city, person=person, decided_on=decided_on, **given)
            if published:
                await show(tx, record)
            subject = await connection.fetchval("SELECT subject_id FROM credit_record WHERE id = $1", record)
            made = Scene(city, subject, record, person)
            for code in city.lists if lists is None else lists:
                made.entries[code] = await enter(tx, made, code, person=person)
        made.accounts = await _accounts(connection, made)
        return made
    finally:
        await connection.close()


async def hand_in(tx: Transaction, vault: Vault, city: City, *, person: bool, decided_on: date, **given: Any) -> UUID:
    """Hand in a failing of a new subject, unless `subject_id` names one."""
    number = next(_numbers)
    office = office_id(city.code, city.office)
    found = await tx.connection.fetchval(
        "SELECT id FROM catalogue_item WHERE jurisdiction_id = $1 AND code = $2", city.code, city.item
    )
    item = await load_item(tx, found, office_id=office)
    who: dict[str, Any] = {"uscc": invented_uscc(number), "name": f"虚构修复{number}号有限公司"}
    if person:
        who = {"id_number": invented_resident_id(number), "name": "欧阳修复"}
    if "subject_id" in given:
        who = {}
    submission = Submission(
        office_id=office,
        item_id=item.id,
        decision_no=f"修复〔2025〕{number}号",
        title="拖欠劳动者工资",
        decided_on=decided_on,
        legal_basis="《保障农民工工资支付条例》第五十三条",
        legal_basis_level="administrative_regulation",
        content=filled(item.data_items),
        **who,
        **{name: value for name, value in given.items() if value is not None},
    )
    return await submit(tx, vault, BOOKS, CALENDAR, submission)


async def show(tx: Transaction, record: UUID) -> None:
    """Publish a record, its subject told of its rights where that is asked for."""
    row = await tx.connection.fetchrow("SELECT * FROM credit_record WHERE id = $1", record)
    assert row is not None
    notice = Service(row["decided_on"], "with_decision") if row["repair_notice_required"] else None
    await publish(tx, BOOKS, record, notice=notice, necessity="确有必要" if row["severity"] == "minor" else None)


async def enter(tx: Transaction, made: Scene, code: str, *, person: bool = False, **changes: Any) -> UUID:
    """Put the subject on a list, with the record as evidence; or somebody else whom `changes` names, without it."""
    book = BOOKS.heads[made.city.code]
    office = office_id(made.city.code, made.city.office)
    values: dict[str, Any] = {
        "credit_list_id": credit_list_id(book, code),
        "subject_id": made.subject,
        "about_person": person,
        "jurisdiction_id": made.city.code,
        "office_id": office,
        "state": "published",
        "route": "regular",
        "round": 1,
        "decision_no": f"列入{next(_numbers)}号",
        "reason": "拖欠劳动者工资",
        "condition": "违反规定的" if code == "labour_serious" else None,
        "collected_at": tx.now,
        "entered_on": tx.today,
        "decided_on": tx.today,
        "publisher_id": office,
        "published_at": tx.now,
        "disclosure": "public",
        **changes,
    }
    entry = await lifecycle.create(tx, "list_entry", "publish", values)
    if values["subject_id"] == made.subject:
        await rest_on(tx, made, entry, made.record)
    return entry


async def rest_on(tx: Transaction, made: Scene, entry: UUID, record: UUID) -> None:
    """Make an entry rest on a record."""
    values = {"entry_id": entry, "record_id": record, "subject_id": made.subject}
    await lifecycle.create(tx, "list_evidence", "link", values)


OFFICERS: Mapping[str, tuple[str, str]] = {
    "clerk": ("clerk", "office"),
    "reviewer": ("reviewer", "office"),
    "approver": ("approver", "office"),
    "second approver": ("approver", "office"),
    "clerk and approver": ("clerk approver", "office"),
    "rival approver": ("approver", "rival"),
    "rival clerk": ("clerk", "rival"),
    "credit office": ("credit_office", "office"),
}
"""Roles of an officer, and whether it is of the recognising office or of another."""


async def restrict(url: str, record_id: UUID) -> UUID:
    """Let another office apply a measure because of a record, as measures are applied; give its id."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            tx = Transaction(connection, NOW, Actor(None, ("reviewer",)))
            record = await connection.fetchrow("SELECT * FROM credit_record WHERE id = $1", record_id)
            assert record is not None
            values = {
                **{name: record[name] for name in ("subject_id", "about_person", "jurisdiction_id", "office_id")},
                "source_office_id": record["office_id"], "record_id": record_id, "code": "some", "name": "增加检查频次",
                "polarity": "negative", "basis": "《办法》 8", "reason": "依法实施", "state": "applied", "version": 1, "applied_at": NOW,
            }  # fmt: skip
            return await lifecycle.create(tx, "measure", "apply", values)
    finally:
        await connection.close()


async def _accounts(connection: asyncpg.Connection[Any], made: Scene) -> dict[str, UUID]:
    found = {}
    for who, (role, of) in OFFICERS.items():
        place = made.city.office if of == "office" else made.city.rival
        account = await upsert_account(connection, issuer=ISSUER, sub=made.sub(who), display=who)
        for one in role.split():
            await assign(connection, account, one, from_on=SINCE, office_id=office_id(made.city.code, place))
        found[who] = account
    people = {"subject": made.subject, "stranger": await _stranger(connection, made)}
    for who, subject in people.items():
        account = await upsert_account(connection, issuer=ISSUER, sub=made.sub(who), display=who, subject_id=subject)
        await assign(connection, account, "subject", from_on=SINCE)
        found[who] = account
    auditor = await upsert_account(connection, issuer=ISSUER, sub=made.sub("auditor"), display="auditor")
    await assign(connection, auditor, "auditor", from_on=SINCE)
    return {**found, "auditor": auditor}


async def _stranger(connection: asyncpg.Connection[Any], made: Scene) -> UUID:
    number = next(_numbers)
    tx = Transaction(connection, datetime(2025, 1, 1, tzinfo=UTC), Actor(None, ("clerk",)))
    values = {
        "kind": "enterprise", "is_person": False, "jurisdiction_id": made.city.code, "name": f"虚构旁人{number}号公司",
        "masked_name": f"虚构旁人{number}号公司", "name_pinyin": "", "uscc": invented_uscc(number), "uscc_lenient": False,
        "state_owned": False, "registered_at": tx.now,
    }  # fmt: skip
    return await lifecycle.create(tx, "subject", "enrol", values)
