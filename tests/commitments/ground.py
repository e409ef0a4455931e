"""What the tests of commitments stand on: offices, people who act, subjects, and items that the credit office keeps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import asyncpg

from domain.calendar import WorkingCalendar, working_calendar
from domain.commitment import commitments, items, results
from domain.commitment.commitments import Matter, Signature
from domain.commitment.results import Finding
from domain.identifiers import invented_resident_id, invented_uscc
from domain.ids import new_id
from domain.installation_rows import commitment_item_id, office_id
from domain.lifecycle import Actor, Transaction
from domain.registry import enrolment
from domain.rulebook.loader import load_rulebooks
from domain.rulebook.model import Rulebooks
from domain.vault import Vault

NOW = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)
TODAY = date(2026, 3, 18)
XIAMEN, HAICANG, XINXIANG, SHIYAN, SHANGHAI = "350200", "350205", "410700", "420300", "310000"
TEXT = "本单位郑重承诺：所提交材料真实有效，依法支付劳动报酬，违反承诺的自愿接受约束和惩戒。"


@dataclass(frozen=True)
class Ground:
    """A transaction with everything that domain functions take, and who acts in it."""

    tx: Transaction
    vault: Vault
    books: Rulebooks
    calendar: WorkingCalendar

    def at(self, now: datetime) -> Ground:
        """Give the same at another instant."""
        return replace(self, tx=replace(self.tx, now=now, events=[]))

    def by(self, account: UUID) -> Ground:
        """Give the same with another person acting."""
        return replace(self, tx=replace(self.tx, actor=replace(self.tx.actor, account_id=account), events=[]))

    def other(self) -> Ground:
        """Give the same with somebody else acting."""
        return self.by(new_id())

    async def organisation(self, number: int = 1, *, jurisdiction: str = XIAMEN) -> UUID:
        """Enter an invented organisation."""
        return await enrolment.enrol_organisation(
            self.tx, uscc=invented_uscc(900 + number), name=f"虚构{number}号有限公司", jurisdiction_id=jurisdiction
        )

    async def person(self, number: int = 1, *, jurisdiction: str = XIAMEN) -> UUID:
        """Enter an invented person."""
        return await enrolment.enrol_person(
            self.tx,
            self.vault,
            id_number=invented_resident_id(900 + number),
            name="欧阳虚构",
            jurisdiction_id=jurisdiction,
        )

    async def kept_item(self, jurisdiction: str, *offices: str, **changes: Any) -> UUID:
        """Let the credit office keep an item: one person proposes, another approves."""
        plain = items.Proposal(
            jurisdiction_id=jurisdiction,
            edition="2026年版",
            code=f"item_{new_id().hex[-8:]}",
            name="劳务派遣经营许可告知承诺",
            kind="notification",
            matter_kind="approval",
            parties=["natural_person", "legal_person", "other_organisation"],
            offices=[office_id(jurisdiction, code) for code in offices],
            clause="11",
            disclosure="public",
            person_disclosure="public",
        )
        item_id = await items.propose(self.tx, replace(plain, **changes))
        await items.approve(self.other().tx, item_id)
        return item_id

    async def tolerant_item(self, jurisdiction: str, *offices: str, term: int = 5, unit: str = "working_day") -> UUID:
        """Let the credit office keep an item of tolerant acceptance."""
        return await self.kept_item(
            jurisdiction, *offices, kind="tolerant_acceptance", supplement_term=term, supplement_unit=unit
        )

    async def sign(
        self, item: UUID, subject: UUID, office: tuple[str, str], *, matter_no: str = "受〔2026〕1号", **changes: Any
    ) -> UUID:
        """Take in a commitment on paper."""
        signer = changes.pop("signer", None) or await self._signer(subject)
        signature = Signature(
            method=changes.pop("method", "seal" if signer != "in_person" else "handwritten"),
            signer=signer,
            name=changes.pop("name", "法定虚构" if signer != "in_person" else None),
            evidence=changes.pop("evidence", "档案柜3"),
            signed_on=changes.pop("signed_on", None),
            online=changes.pop("online", False),
        )
        matter = Matter(item_id=item, subject_id=subject, office_id=office_id(*office), matter_no=matter_no)
        return await commitments.sign(
            self.tx, self.books, self.calendar, matter, signature=signature, **{"text": TEXT, **changes}
        )

    async def _signer(self, subject: UUID) -> str:
        person = await self.tx.connection.fetchval("SELECT is_person FROM subject WHERE id = $1", subject)
        return "in_person" if person else "legal_representative"

    async def keep(self, commitment: UUID, number: int = 1, **changes: Any) -> dict[str, Any]:
        """Find a commitment kept."""
        finding = Finding(text="经核查已履行", decision_no=f"核〔2026〕{number}号", **changes)
        return await results.keep(self.tx, self.vault, self.books, self.calendar, commitment, finding)

    async def break_(self, commitment: UUID, number: int = 1, **changes: Any) -> dict[str, Any]:
        """Find a commitment broken."""
        plain = Finding(text="经核查未履行", decision_no=f"核〔2026〕{number}号", ground="unfulfilled")
        return await results.find_broken(
            self.tx, self.vault, self.books, self.calendar, commitment, replace(plain, **changes)
        )

    async def row(self, table: str, ident: UUID) -> asyncpg.Record:
        """Read a row."""
        found = await self.tx.connection.fetchrow(f"SELECT * FROM {table} WHERE id = $1", ident)
        assert found is not None
        return found


async def signs(ground: Ground, item: UUID, subject: UUID, office: tuple[str, str], **changes: Any) -> bool:
    """Tell whether a commitment that is taken in stands as signed."""
    made = await ground.sign(item, subject, office, **changes)
    return bool((await ground.row("commitment", made))["state"] == "signed")


def make_ground(connection: Any, *, now: datetime = NOW) -> Ground:
    """Give the ground over a connection, an officer acting."""
    tx = Transaction(connection, now, Actor(new_id(), ("clerk",), policy_version=1))
    return Ground(tx, Vault({"k1": b"1" * 32}, "k1", b"2" * 32), load_rulebooks(), working_calendar())


def rulebook_item(rulebook: str, code: str) -> UUID:
    """Give the id of an item that a rulebook names."""
    return commitment_item_id(rulebook, code)
