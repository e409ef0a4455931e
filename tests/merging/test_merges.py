"""What may be merged at all, and that every table with a subject in it is known: it goes over, or stays for a reason."""

from __future__ import annotations

from collections.abc import AsyncIterator
from importlib import import_module
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.models import Model

from domain.errors import DomainError
from domain.identifiers import invented_uscc
from domain.ids import new_id
from domain.installation_rows import office_id
from domain.lifecycle import Actor, Transaction, create
from domain.merging import merges, moves
from migrations.config import MODEL_MODULES
from tests.client import NOW
from tests.removals.ground import BOOKS

pytestmark = pytest.mark.anyio

OFFICE = office_id("350200", "JC")
ONE, OTHER = new_id(), new_id()


@pytest.fixture
async def tx(installed_url: str) -> AsyncIterator[Transaction]:
    """Give a transaction of a person of the credit office; nothing of it stays."""
    connection = await asyncpg.connect(installed_url)
    await connection.execute("SET ROLE renxin_app")
    begun = connection.transaction()
    await begun.start()
    yield Transaction(connection, NOW, Actor(ONE, ("credit_office",), OFFICE))
    await begun.rollback()
    await connection.close()


async def enter(
    tx: Transaction, number: int, *, code: bool = True, place: str = "350200", kind: str = "enterprise"
) -> UUID:
    """Enter a firm."""
    values = {
        "kind": kind, "is_person": False, "jurisdiction_id": place, "name": f"虚构{number}号公司", "masked_name": f"虚构{number}号公司",
        "name_pinyin": "", "uscc": invented_uscc(600_000 + number) if code else None, "uscc_lenient": False, "state_owned": False,
        "registered_at": NOW,
    }  # fmt: skip
    return await create(tx, "subject", "enrol", values)


async def propose(tx: Transaction, kept: UUID, merged: UUID, by: UUID = ONE) -> UUID:
    """Propose a merge."""
    return await merges.propose(
        as_(tx, by), kept_id=kept, merged_id=merged, office_id=OFFICE, reason="登记机关确认为同一主体"
    )


def as_(tx: Transaction, account: UUID | None) -> Transaction:
    """Give the transaction as another account's."""
    return Transaction(tx.connection, tx.now, Actor(account, ("credit_office",), OFFICE))


async def refusal(made: Any) -> tuple[str, dict[str, object]]:
    """Give the code of a refusal and what it tells."""
    with pytest.raises(DomainError) as refused:
        await made
    return refused.value.code, refused.value.extensions


async def test_the_one_with_the_code_is_kept(tx: Transaction) -> None:
    coded, bare = await enter(tx, 1), await enter(tx, 2, code=False)
    assert await refusal(propose(tx, bare, coded)) == ("KEPT_WITHOUT_CODE", {})
    await propose(tx, coded, bare)


@pytest.mark.parametrize(
    ("kept", "merged", "decides"), [("350200", "350205", "350200"), ("350205", "350200", "350200")]
)
async def test_the_upper_of_two_divisions_decides(tx: Transaction, kept: str, merged: str, decides: str) -> None:
    merge = await propose(tx, await enter(tx, 1, place=kept), await enter(tx, 2, place=merged))
    assert await tx.connection.fetchval("SELECT jurisdiction_id FROM subject_merge WHERE id = $1", merge) == decides


async def test_divisions_without_a_common_credit_office_merge_nothing(tx: Transaction) -> None:
    here, there = await enter(tx, 1), await enter(tx, 2, place="420300")
    assert await refusal(propose(tx, here, there)) == ("SUBJECTS_OF_TWO_PLACES", {})
    business = await enter(tx, 3, kind="individual_business")
    assert await refusal(propose(tx, here, business)) == ("SUBJECT_KINDS_DIFFER", {})
    assert await refusal(propose(tx, here, new_id())) == ("NOT_FOUND", {})
    assert await refusal(
        merges.propose(as_(tx, None), kept_id=here, merged_id=there, office_id=OFFICE, reason="x")
    ) == (
        "FORBIDDEN",
        {},
    )


async def test_what_was_merged_is_not_merged_again(tx: Transaction) -> None:
    kept, merged, third = [await enter(tx, number) for number in (1, 2, 3)]
    waiting = await propose(tx, third, merged)
    await merges.withdraw(tx, waiting, reason="重提")
    merge = await propose(tx, kept, merged)
    assert await refusal(propose(tx, merged, third)) == ("MERGE_PENDING", {"merge": f"SubjectMerge:{merge}"})
    await merges.approve(as_(tx, OTHER), BOOKS, merge)
    for pair in ((merged, third), (third, merged)):
        assert await refusal(propose(tx, *pair)) == ("SUBJECT_MERGED_ALREADY", {"merge": f"SubjectMerge:{merge}"})


async def test_a_proposal_whose_subject_went_elsewhere_meanwhile_is_not_approved(tx: Transaction) -> None:
    kept, merged, third = [await enter(tx, number) for number in (1, 2, 3)]
    merge = await propose(tx, kept, merged)
    await tx.connection.execute("UPDATE subject SET merged_into_id = $1 WHERE id = $2", third, kept)
    code, _ = await refusal(merges.approve(as_(tx, OTHER), BOOKS, merge))
    assert code == "SUBJECT_MERGED_ALREADY"


def _models() -> list[type[Model]]:
    found = (vars(import_module(name)).values() for name in MODEL_MODULES)
    return [
        one for ones in found for one in ones if isinstance(one, type) and issubclass(one, Model) and one is not Model
    ]


async def test_every_reference_to_a_subject_goes_over_or_stays_for_a_reason(tx: Transaction) -> None:
    declared = {
        (str(model._meta.db_table), f"{name}_id")
        for model in _models()
        for name, field in model._meta.fields_map.items()
        if isinstance(field, ForeignKeyFieldInstance) and field.model_name == "renxin.Subject"
    }
    goes = {(one.table, one.column) for one in await moves.references(tx)}
    assert len(goes) > 40
    assert declared == goes | {one for one in moves.STAYS if one in declared}
    assert not goes & set(moves.STAYS)
    named = await tx.connection.fetch(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' AND data_type = 'uuid'"
        " AND column_name ~ '(subject|person|principal|agent_of|kept|merged)(_into)?_id$'"
    )
    unknown = {(row["table_name"], row["column_name"]) for row in named} - goes - set(moves.STAYS)
    assert unknown == set(), "declare in moves.STAYS why it stays, or make it a foreign key"


async def test_the_request_role_moves_nothing_by_itself(tx: Transaction) -> None:
    kept, merged = await enter(tx, 1), await enter(tx, 2)
    merge = await propose(tx, kept, merged)
    for table, column in (
        ("credit_record", "subject_id"),
        ("subject_merge", "kept_id"),
        ("credit_record", "office_id"),
    ):
        with pytest.raises(asyncpg.RaiseError):
            async with tx.connection.transaction():
                await tx.connection.execute("SELECT move_subject_rows($1, $2, $3)", merge, table, column)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with tx.connection.transaction():
            await tx.connection.execute("UPDATE credit_record_version SET subject_id = $1", kept)
