"""Where the tests of objections play: a contested record in each of the five places, and everybody with a hand in it.

Records are handed in and published through the real domain functions, by accounts of their own, so that the ledger
knows who did what. Every account is called by place and part, e.g. "310000.clerk".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg

from authz.activation import assign, grant_purpose, upsert_account
from domain import lifecycle
from domain.calendar import working_calendar
from domain.clock import local_day
from domain.credit import records
from domain.credit.item import load_item
from domain.credit.repair_notices import Service
from domain.identifiers import invented_resident_id, invented_uscc
from domain.ids import new_id
from domain.installation_rows import application_item_id, office_id
from domain.lifecycle import Actor, Transaction
from domain.rulebook.loader import load_rulebooks
from domain.vault import Vault
from tests.client import ISSUER, NOW
from tests.credit.ground import filled

BOOKS = load_rulebooks()
CALENDAR = working_calendar()
VAULT = Vault({"k1": b"1" * 32}, "k1", b"2" * 32)
SINCE = date(2019, 1, 1)
DECIDED_ON = date(2026, 2, 2)

XIAMEN, HAICANG, XINXIANG, SHIYAN, SHANGHAI = "350200", "350205", "410700", "420300", "310000"
PLACES = (XIAMEN, HAICANG, XINXIANG, SHIYAN, SHANGHAI)


@dataclass(frozen=True)
class Place:
    """A place: the item and the office of its records, its other offices."""

    item: str
    office: str
    other: str
    credit_office: str
    platform: str
    severity: str | None
    procedure: str | None = None


PLACE: Final = {
    XIAMEN: Place("penalty", "JCZD", "SP", "JC", "PLATFORM", "serious"),
    HAICANG: Place("penalty", "RSJ", "QXYB", "QXYB", "PLATFORM", "serious"),
    XINXIANG: Place("hours_contracts_construction_bad", "LDGX", "JCK", "XYB", "XYB", None),
    SHIYAN: Place("penalty", "JC", "HRSS", "HRSS", "HRSS", None),
    SHANGHAI: Place("penalty_general_procedure", "ZFZD", "JY", "HRSS", "CENTRE", "serious", "general"),
}
ROLES: Final = {
    "clerk": ("clerk", "office"),
    "second_clerk": ("clerk", "office"),
    "reviewer": ("reviewer", "office"),
    "approver": ("approver", "office"),
    "both": ("clerk", "office"),
    "other_clerk": ("clerk", "other"),
    "other_reviewer": ("reviewer", "other"),
    "credit_office": ("credit_office", "credit_office"),
    "platform": ("platform", "platform"),
}
"""Who there is in each place: the role, and in which of the place's offices; `both` is clerk and approver at once."""

PERSON_NAME: Final = "欧阳虚构"
PROVINCE: Final = ("410000", "SCX")


@dataclass
class World:
    """The rows of a database of the tests' own."""

    accounts: dict[str, UUID] = field(default_factory=dict)
    firm: dict[str, UUID] = field(default_factory=dict)
    person: dict[str, UUID] = field(default_factory=dict)
    number: dict[str, str] = field(default_factory=dict)
    """The identity number of the person of each place."""
    record: dict[str, UUID] = field(default_factory=dict)
    """A published record of the firm of each place."""
    serial: int = 0

    def actor(self, sub: str, *, subject: UUID | None = None) -> Actor:
        """Give an account as the one who acts."""
        place, _, part = sub.partition(".")
        if subject is not None:
            return Actor(self.accounts[sub], ("subject",), subject_id=subject)
        if sub == "province":
            return Actor(self.accounts[sub], ("reviewer",), office_id=office_id(*PROVINCE), jurisdiction_id="410000")
        role, office = ROLES[part]
        code = getattr(PLACE[place], office)
        return Actor(self.accounts[sub], (role,), office_id=office_id(place, code), jurisdiction_id=place)


async def make_world(connection: asyncpg.Connection[Any], places: tuple[str, ...] = PLACES) -> World:
    """Fill a database in which the rulebooks are installed."""
    world = World()
    for number, place in enumerate(places):
        async with connection.transaction():
            await _people(connection, world, place, number)
            world.record[place] = await make_record(connection, world, place)
    world.accounts["province"] = await _account(connection, "province")
    await assign(connection, world.accounts["province"], "reviewer", from_on=SINCE, office_id=office_id(*PROVINCE))
    await _bank(connection, world)
    return world


async def _people(connection: asyncpg.Connection[Any], world: World, place: str, number: int) -> None:
    tx = Transaction(connection, NOW - timedelta(days=60), Actor(None, ("clerk",)))
    world.firm[place] = await _subject(tx, place, f"虚构{number}号建设有限公司", uscc=invented_uscc(700 + number))
    world.number[place] = invented_resident_id(700 + number)
    world.person[place] = await _subject(tx, place, PERSON_NAME, id_number=world.number[place])
    for part, (role, office) in ROLES.items():
        account = world.accounts[f"{place}.{part}"] = await _account(connection, f"{place}.{part}")
        code = getattr(PLACE[place], office)
        await assign(connection, account, role, from_on=SINCE, office_id=office_id(place, code))
        if part == "both":
            await assign(connection, account, "approver", from_on=SINCE, office_id=office_id(place, code))
    for part, subject in (("firm", world.firm[place]), ("person", world.person[place])):
        account = world.accounts[f"{place}.{part}"] = await _account(connection, f"{place}.{part}", subject)
        await assign(connection, account, "subject", from_on=SINCE)
    agent = world.accounts[f"{place}.agent"] = await _account(connection, f"{place}.agent")
    await assign(connection, agent, "agent", from_on=SINCE, principal_id=world.firm[place])


async def _bank(connection: asyncpg.Connection[Any], world: World) -> None:
    tx = Transaction(connection, NOW, Actor(None, ("platform",)))
    values = {
        "jurisdiction_id": XIAMEN,
        "code": "BANK",
        "name": "虚构银行",
        "kind": "partner_agency",
        "aliases": [],
        "roles": [],
    }
    bank = await lifecycle.create(tx, "office", "enrol", values)
    world.accounts["bank"] = await _account(connection, "bank")
    await assign(connection, world.accounts["bank"], "partner", from_on=SINCE, office_id=bank)
    await grant_purpose(connection, bank, application_item_id(XIAMEN, "procurement"), from_on=SINCE)


async def _account(connection: asyncpg.Connection[Any], sub: str, subject: UUID | None = None) -> UUID:
    return await upsert_account(connection, issuer=ISSUER, sub=sub, display=sub, subject_id=subject)


async def _subject(
    tx: Transaction, place: str, name: str, *, uscc: str | None = None, id_number: str | None = None
) -> UUID:
    person = id_number is not None
    values: dict[str, Any] = {
        "kind": "natural_person" if person else "enterprise", "is_person": person, "jurisdiction_id": place, "name": name,
        "masked_name": "欧阳*" if person else name, "name_pinyin": "", "uscc": uscc, "uscc_lenient": False, "state_owned": False,
        "registered_at": NOW,
    }  # fmt: skip
    if id_number is not None:
        values |= {"id_index": VAULT.blind_index(id_number), "masked_id_number": "350*************11"}
    return await lifecycle.create(tx, "subject", "enrol", values)


async def make_record(
    connection: asyncpg.Connection[Any],
    world: World,
    place: str,
    *,
    about_person: bool = False,
    at: datetime = NOW - timedelta(days=40),
    publish: bool = True,
) -> UUID:
    """Hand in and publish a record of the place's firm or person, by two accounts of its office; give its id."""
    world.serial += 1
    described = PLACE[place]
    office = office_id(place, described.office)
    clerk = Transaction(connection, at, world.actor(f"{place}.clerk"))
    row = await connection.fetchval(
        "SELECT id FROM catalogue_item WHERE jurisdiction_id = $1 AND code = $2", place, described.item
    )
    item = await load_item(clerk, row, office_id=office)
    submission = records.Submission(
        office_id=office,
        item_id=item.id,
        decision_no=f"虚构〔2026〕{world.serial}号",
        title="虚构的决定",
        decided_on=DECIDED_ON,
        subject_id=None if about_person else world.firm[place],
        id_number=world.number[place] if about_person else None,
        name=PERSON_NAME if about_person else None,
        severity=described.severity,
        procedure=described.procedure,
        content=filled(item.data_items),
        legal_basis="《中华人民共和国劳动合同法》第八十二条",
        legal_basis_level="law",
    )
    record = await records.submit(clerk, VAULT, BOOKS, CALENDAR, submission)
    if publish:
        reviewer = Transaction(connection, at + timedelta(hours=1), world.actor(f"{place}.reviewer"))
        told = Service(served_on=local_day(at), channel="with_decision") if item.category == "penalty" else None
        await records.publish(reviewer, BOOKS, record, platform_at=reviewer.now, notice=told)
    return record


async def make_entry(
    connection: asyncpg.Connection[Any], world: World, place: str, *, subject: UUID | None = None
) -> UUID:
    """Put a subject on a list of the place, as published; give the entry's id."""
    world.serial += 1
    subject = subject or world.firm[place]
    tx = Transaction(connection, NOW - timedelta(days=30), Actor(None, ("clerk",)))
    row = await connection.fetchrow(
        "SELECT id FROM credit_list WHERE jurisdiction_id = $1 AND polarity = 'negative'", place
    )
    person = await connection.fetchval("SELECT is_person FROM subject WHERE id = $1", subject)
    assert row is not None
    values = {
        "credit_list_id": row["id"], "subject_id": subject, "about_person": person, "jurisdiction_id": place,
        "office_id": office_id(place, PLACE[place].office), "state": "published", "route": "regular", "round": 1,
        "decision_no": f"虚构列〔2026〕{world.serial}号", "reason": "虚构的列入事由", "collected_at": tx.now, "entered_on": tx.today,
        "decided_on": tx.today, "published_at": tx.now, "disclosure": "public",
    }  # fmt: skip
    return await lifecycle.create(tx, "list_entry", "publish", values)


def nobody() -> UUID:
    """Give an id that no row has."""
    return new_id()
