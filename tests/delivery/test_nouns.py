"""What else is pushed than records: commitments with whether they were kept (XM-11b, XM-11c), list entries (XM-06b)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import asyncpg
import pytest

from domain import lifecycle
from domain.commitment import commitments
from domain.delivery.delivery import SHOWN_STATES
from domain.edition import editions
from domain.edition.editions import Draft
from domain.ids import new_id
from domain.lifecycle import Actor
from domain.lists import list_publication
from tests.client import NOW
from tests.commitments.ground import XIAMEN
from tests.commitments.ground import Ground as Signing
from tests.delivery.ground import Ground
from tests.delivery.receiver import Receiver
from tests.edition.ground import catalogue_item

pytestmark = pytest.mark.anyio


async def test_a_persons_commitment_is_pushed_masked_and_then_whether_it_was_kept_xm_11b_xm_11c(
    ground: Ground, receiver: Receiver
) -> None:
    worker = ground.worker(receiver)
    async with ground.transaction() as tx:
        plain = replace(tx, actor=Actor(new_id(), ("clerk",)))
        signing = Signing(plain, ground.service.vault, ground.service.books, ground.service.calendar)
        made = await signing.sign(await signing.kept_item(XIAMEN, "SP"), await signing.person(31), (XIAMEN, "SP"))
        await commitments.publish(plain, made)
    await ground.drain(worker)
    async with ground.transaction() as tx:
        await replace(signing, tx=tx).other().keep(made, 31)
    await ground.drain(worker)

    assert receiver.of(made) == [("publish", True), ("keep", True)]
    first, second = receiver.log[0]["content"], receiver.log[-1]["content"]
    assert (first["state"], second["state"], first["subject"]["name"], first["text"]) == (
        "SIGNED",
        "KEPT",
        "欧阳**",
        None,
    )
    (row,) = await ground.fetch("SELECT platform_at FROM commitment WHERE id = $1", made)
    assert row["platform_at"] == NOW


async def test_an_entry_that_leaves_its_list_leaves_it_there_too_xm_06b(ground: Ground, receiver: Receiver) -> None:
    worker, entry = ground.worker(receiver), await _listed(ground)
    await ground.drain(worker)
    async with ground.transaction() as tx:
        await list_publication.remove(tx, ground.service.books, entry, removal_reason="repaired", reason="信用修复申请")
    await ground.drain(worker)

    assert receiver.of(entry) == [("publish", True), ("remove", False)]
    (shown,) = [one["content"] for one in receiver.log if one["row"] == f"ListEntry:{entry}" and one["shown"]]
    assert shown["creditList"]["polarity"] == "NEGATIVE"


async def test_a_catalogue_is_pushed_when_it_is_published_and_when_it_is_ended_xm_07(
    ground: Ground, receiver: Receiver
) -> None:
    """XM-07 (同步推送至市信用平台): the platform has the whole of it, and is told of its last day."""
    worker, service = ground.worker(receiver), ground.service
    async with ground.transaction() as tx:
        office = await tx.connection.fetchval("SELECT id FROM office WHERE jurisdiction_id = '350200' AND code = 'JC'")
        author, approver = (Actor(new_id(), ("credit_office",), office_id=office) for _ in range(2))
        drafted = Draft(
            jurisdiction_id="350200", kind="catalogue", label="2026年版", valid_from=date(2026, 4, 1),
            given=[catalogue_item("penalty", producers=["JCZD"])],
        )  # fmt: skip
        made = await editions.draft(replace(tx, actor=author), service.books, drafted)
        await editions.propose(replace(tx, actor=author), service.books, made)
        await editions.approve(replace(tx, actor=approver), service.books, made)
    await ground.drain(worker)
    async with ground.transaction() as tx:
        await editions.end(replace(tx, actor=approver), made, valid_to=date(2026, 12, 31), reason="机构改革")
    await ground.drain(worker)

    assert receiver.of(made) == [("approve", True), ("end", True)]
    first, last = [one["content"] for one in receiver.log if one["row"] == f"Edition:{made}"]
    assert (first["kind"], first["validTo"], last["validTo"]) == ("catalogue", None, "2026-12-31")
    assert '\n[[item]]\ncode = "penalty"\n' in first["file"]
    (row,) = await ground.fetch("SELECT platform_at, published_at FROM edition WHERE id = $1", made)
    assert (row["platform_at"], row["published_at"]) == (NOW, NOW)


async def _listed(ground: Ground) -> UUID:
    record = await ground.publish()
    async with ground.transaction() as tx:
        (about,) = await tx.connection.fetch("SELECT subject_id, office_id FROM credit_record WHERE id = $1", record)
        credit_list = await tx.connection.fetchval(
            "SELECT id FROM credit_list WHERE jurisdiction_id = '350200' AND polarity = 'negative' ORDER BY code LIMIT 1"
        )
        values = {
            "credit_list_id": credit_list, "subject_id": about["subject_id"], "about_person": False, "jurisdiction_id": "350200",
            "office_id": about["office_id"], "state": "published", "route": "regular", "round": 1, "decision_no": "虚构列〔2026〕1号",
            "reason": "虚构的列入事由", "collected_at": tx.now, "entered_on": tx.today, "decided_on": tx.today,
            "published_at": tx.now - timedelta(hours=1), "disclosure": "public",
        }  # fmt: skip
        return await lifecycle.create(tx, "list_entry", "publish", values)


async def test_the_database_takes_up_every_noun_that_is_pushed(installed_url: str) -> None:
    """XM-12, XM-27: migrations written side by side each name the nouns anew; the last one must name them all."""
    connection = await asyncpg.connect(installed_url)
    try:
        check = await connection.fetchval(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'delivery_object_is_told'"
        )
        index = await connection.fetchval("SELECT indexdef FROM pg_indexes WHERE indexname = 'outbox_event_untaken'")
    finally:
        await connection.close()
    assert [noun for noun in SHOWN_STATES if f"'{noun}'" not in check] == []
    assert [noun for noun in SHOWN_STATES if f"'{noun}'" not in index] == []
