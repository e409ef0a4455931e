"""Which rows refer to a subject, found in the database itself, and their way to another subject and back.

Every foreign key to `subject` is a reference that goes over with a merge, so a new table enters by itself; what stays
is declared in STAYS. The role that serves requests may change a reference in no table: the database's own function
`move_subject_rows` does, for a merge that two persons approved, and notes each row; each has its event in the ledger.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from domain.lifecycle import NEED_TO_KNOW, Transaction
from domain.many import FIRST, enact

STAYS: Final[Mapping[tuple[str, str], str]] = {
    ("subject_merge", "kept_id"): "it tells which two were merged on that day",
    ("subject_merge", "merged_id"): "it tells which two were merged on that day",
    (
        "ledger_event",
        "subject_id",
    ): "history is not rewritten; who asks for a subject's asks for those merged into it, too",
    ("ledger_event", "agent_of_id"): "history is not rewritten",
    (
        "outbox_event",
        "subject_id",
    ): "it tells what happened on that day; the move itself is told by an event of its own",
}
"""Columns that name a subject and do not go over, each with its reason."""

MADE_OF: Final = (
    ("commitment", "record_id", "credit_record"),  # kept or broken, it became a record
    ("exam_violation", "record_id", "credit_record"),
    ("exemption", "commitment_id", "commitment"),  # signed on its way
    ("repair_application", "commitment_id", "commitment"),
    ("self_report", "commitment_id", "commitment"),
)
"""What was made of a row, by the row's column that names it: it belongs to the same subject, always."""

GROUNDS: Final = frozenset({("list_removal", "cause_id"), ("list_removal", "cause_entry_id")})
"""Columns that say why there is a row: the row goes with what it is about, and not with its ground."""

MOST: Final = 20
"""Conflicts that a refusal names."""


@dataclass(frozen=True, slots=True, order=True)
class Reference:
    """A column that refers to a subject."""

    table: str
    column: str


@dataclass(frozen=True, slots=True)
class Once:
    """A unique index with a subject in it: what one subject has once."""

    of: Reference
    keys: tuple[str, ...]
    """Expressions of the other columns."""
    predicate: str
    nulls_agree: bool


@dataclass(frozen=True, slots=True)
class Hanging:
    """A table about subjects that refers to rows of others: a version to its record, a removal to its entry."""

    of: Reference
    parents: tuple[tuple[str, Reference], ...]
    """The column that refers to the parent, and how the parent names its subject."""


async def references(tx: Transaction) -> list[Reference]:
    """Find every reference to a subject that goes over."""
    rows = await tx.connection.fetch(_REFERENCES)
    found = (Reference(row["table"], row["column"]) for row in rows)
    return sorted(one for one in found if (one.table, one.column) not in STAYS)


async def conflicts(tx: Transaction, kept_id: UUID, merged_id: UUID) -> list[dict[str, Any]]:
    """Find pairs of rows that one subject cannot have both, by the unique indexes; of need-to-know nouns no more than that."""
    found: list[dict[str, Any]] = []
    for index in _once(await tx.connection.fetch(_UNIQUE)):
        rows = await tx.connection.fetch(_pairs(index), kept_id, merged_id)
        if index.of.table in NEED_TO_KNOW:
            found.extend({"noun": None} for _ in rows[:1])
        else:
            noun = index.of.table
            found.extend(
                {"noun": noun, "kept": _global(noun, row["kept"]), "merged": _global(noun, row["merged"])}
                for row in rows
            )
    return found[:MOST]


async def go_over(tx: Transaction, merge_id: UUID) -> None:
    """Let every row of the merged subject of a merge that was just approved go over to the kept one."""
    for one in await references(tx):
        await _move(tx, merge_id, one, "merge")


async def go_back(tx: Transaction, merge_id: UUID, kept_id: UUID) -> None:
    """Give the rows of a merge that was just undone back to the merged subject, with what was hung on them since."""
    every = await references(tx)
    await _follow(tx, merge_id, kept_id, every)
    for one in every:
        await _move(tx, merge_id, one, "unmerge")


async def _move(tx: Transaction, merge_id: UUID, one: Reference, verb: str) -> None:
    moved = await tx.connection.fetchval("SELECT move_subject_rows($1, $2, $3)", merge_id, one.table, one.column)
    if moved:
        await enact(tx, one.table, verb, _MOVED.format(first=FIRST, **_named(one)), merge_id, basis=None)


async def _follow(tx: Transaction, merge_id: UUID, kept_id: UUID, every: Sequence[Reference]) -> None:
    """Note rows made since that hang on rows which go back and on none that stays, or that were made of them."""
    hanging = _hanging(await tx.connection.fetch(_FOREIGN), every)
    made = [_MADE.format(table=table, row=row, column=column) for row, column, table in MADE_OF]
    statements = [*(_followers(one) for one in hanging), *made, _ATTACHED]
    while sum([await _count(tx, text, merge_id, kept_id) for text in statements]):
        pass


async def _count(tx: Transaction, text: str, *values: Any) -> int:
    return int((await tx.connection.execute(text, *values)).split()[-1])


def _global(noun: str, row_id: UUID) -> str:
    return f"{''.join(part.capitalize() for part in noun.split('_'))}:{row_id}"


def _named(one: Reference) -> dict[str, str]:
    return {"table": one.table, "column": one.column}


def _once(rows: Sequence[Mapping[str, Any]]) -> Iterator[Once]:
    for row in rows:
        if (row["table"], row["column"]) not in STAYS:
            of = Reference(row["table"], row["column"])
            yield Once(of, tuple(row["keys"]), row["predicate"] or "TRUE", row["nulls_agree"])


def _pairs(index: Once) -> str:
    keys = "".join(f", {key} AS k{number}" for number, key in enumerate(index.keys))
    alike = "IS NOT DISTINCT FROM" if index.nulls_agree else "="
    same = " AND ".join(f"mine.k{number} {alike} theirs.k{number}" for number in range(len(index.keys))) or "TRUE"
    mine, theirs = (
        f"SELECT id{keys} FROM {index.of.table} WHERE {index.of.column} = {subject} AND ({index.predicate})"
        for subject in ("$1", "$2")
    )
    return (
        f"SELECT mine.id AS kept, theirs.id AS merged FROM ({mine}) mine"
        f" JOIN ({theirs}) theirs ON {same} ORDER BY mine.id, theirs.id LIMIT {MOST}"
    )


def _hanging(rows: Sequence[Mapping[str, Any]], every: Sequence[Reference]) -> Iterator[Hanging]:
    """Give the tables that hang on others; an account is nobody's parent: what it holds is for whom it is held."""
    owned = {one.table: one for one in reversed(every) if one.table not in ("subject", "account")}
    parents: dict[str, list[tuple[str, Reference]]] = {}
    for row in rows:
        if row["table"] in owned and row["parent"] in owned and (row["table"], row["column"]) not in GROUNDS:
            parents.setdefault(row["table"], []).append((row["column"], owned[row["parent"]]))
    for one in every:
        if one.table in parents:
            yield Hanging(one, tuple(parents[one.table]))


def _followers(one: Hanging) -> str:
    goes = " OR ".join(_NOTED.format(row=f"child.{column}", **_named(parent)) for column, parent in one.parents)
    stays = " OR ".join(
        f"EXISTS (SELECT FROM {parent.table} up WHERE up.id = child.{column} AND up.{parent.column} = $2 AND NOT "
        + _NOTED.format(row="up.id", **_named(parent))
        + ")"
        for column, parent in one.parents
    )
    return _NOTE.format(**_named(one.of), condition=f"({goes}) AND NOT ({stays})")


_NOTED: Final = (
    "EXISTS (SELECT FROM subject_merge_row noted WHERE noted.merge_id = $1 AND noted.table_name = '{table}'"
    " AND noted.column_name = '{column}' AND noted.row_id = {row})"
)
_NOTE: Final = """
INSERT INTO subject_merge_row (id, merge_id, table_name, column_name, row_id)
SELECT uuidv7(), $1, '{table}', '{column}', child.id FROM {table} child WHERE child.{column} = $2 AND {condition}
ON CONFLICT DO NOTHING
"""
_MADE: Final = """
INSERT INTO subject_merge_row (id, merge_id, table_name, column_name, row_id)
SELECT uuidv7(), $1, '{table}', 'subject_id', made.id FROM {table} made WHERE made.subject_id = $2 AND EXISTS (
  SELECT FROM {row} going JOIN subject_merge_row noted ON noted.row_id = going.id AND noted.merge_id = $1
    AND noted.table_name = '{row}' AND noted.column_name = 'subject_id' WHERE going.{column} = made.id)
ON CONFLICT DO NOTHING
"""
_ATTACHED: Final = _NOTE.format(
    table="attachment",
    column="subject_id",
    condition="EXISTS (SELECT FROM subject_merge_row noted WHERE noted.merge_id = $1"
    " AND noted.table_name = child.object AND noted.row_id = child.object_id)",
)
_MOVED: Final = """
SELECT moved.* FROM {table} moved
JOIN subject_merge_row noted ON noted.row_id = moved.id AND noted.merge_id = ${first}
  AND noted.table_name = '{table}' AND noted.column_name = '{column}'
"""
_REFERENCES: Final = """
SELECT held.relname AS "table", attname AS "column"
FROM pg_constraint JOIN pg_class held ON held.oid = conrelid
JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
WHERE contype = 'f' AND confrelid = 'subject'::regclass
"""
_FOREIGN: Final = """
SELECT child.relname AS "table", attname AS "column", parent.relname AS parent
FROM pg_constraint JOIN pg_class child ON child.oid = conrelid JOIN pg_class parent ON parent.oid = confrelid
JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
WHERE contype = 'f' AND array_length(conkey, 1) = 1
ORDER BY 1, 2
"""
_UNIQUE: Final = """
SELECT held.relname AS "table", referring.attname AS "column", pg_get_expr(indpred, indrelid) AS predicate,
  indnullsnotdistinct AS nulls_agree,
  ARRAY(SELECT pg_get_indexdef(indexrelid, place, true) FROM generate_series(1, indnkeyatts) place
        WHERE indkey[place - 1] <> referring.attnum ORDER BY place) AS keys
FROM pg_index JOIN pg_class held ON held.oid = indrelid
JOIN pg_constraint ON conrelid = indrelid AND contype = 'f' AND confrelid = 'subject'::regclass
JOIN pg_attribute referring ON attrelid = conrelid AND attnum = conkey[1] AND attnum = ANY(indkey)
WHERE indisunique
ORDER BY 1, indexrelid
"""
