"""The installation: what the rulebooks and the calendar say becomes rows, at every start.

In charge of adding what is new, putting right what nothing rests on yet, and ending the catalogue of an
edition when a newer one begins. History stays: a catalogue item with records, a list with entries, a purpose
that reports were asked for is not changed or removed by a rulebook that now says something else; it is named
in the summary, as such a change belongs into a newer edition. Offices and duties follow the text.
Runs as the owner of the database. Source: 厦门7 (目录按版本发布); 上海市社会信用条例11.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from domain import installation_rows as rows
from domain.calendar import CalendarDay
from domain.connection import Connection
from domain.edition.installed import edition_item_rows, edition_rows
from domain.installation_rows import Row
from domain.oversight.deadline import deadline_rows
from domain.oversight.standing_duty import standing_duty_rows
from domain.rulebook.model import Rulebooks

_LOCK: Final = 0x494E5354414C4C  # "INSTALL"
_NEVER: Final = "FALSE"


@dataclass(frozen=True, slots=True)
class Table:
    """A table that is installed: its rows, what makes one of them history, and which rulebook it is of.

    `used` and `edition` are SQL on the alias `t`; a table without `edition` loses no rows. Columns that
    `follow` are put right in used rows, too.
    """

    name: str
    rows: Callable[[Rulebooks], list[Row]]
    used: str = _NEVER
    edition: str | None = None
    follow: tuple[str, ...] = ()
    settle: Callable[[Row, Row], Row] = field(default=lambda _, row: row)
    """How a row of the rulebook is written over the one that is there, given both."""


def _keep_end(present: Row, row: Row) -> Row:
    """Keep the last day that a newer edition has set."""
    return {**row, "valid_to": row["valid_to"] or present["valid_to"]}


def _keep_handed(present: Row, row: Row) -> Row:
    """Keep the last day, and to whom the edition was handed."""
    return {**_keep_end(present, row), **{key: present[key] for key in ("submitted_to", "submitted_on")}}


_ITEM_IS_USED: Final = (
    "EXISTS (SELECT FROM credit_record WHERE item_id = t.id) OR EXISTS (SELECT FROM record_import WHERE item_id = t.id)"
)
_EDITION_ITEM_IS_USED: Final = (
    "EXISTS (SELECT FROM credit_record JOIN catalogue_item item ON item.id = credit_record.item_id"
    " WHERE item.catalogue_edition_id = t.edition_id AND item.code = t.code)"
)
_PRODUCER_IS_USED: Final = "EXISTS (SELECT FROM credit_record WHERE item_id = t.item_id AND office_id = t.office_id)"
_COMMITMENT_ITEM_IS_USED: Final = "EXISTS (SELECT FROM commitment WHERE commitment_item_id = t.id)"
_LIST_IS_USED: Final = (
    "EXISTS (SELECT FROM list_entry WHERE credit_list_id = t.id)"
    " OR EXISTS (SELECT FROM list_definition WHERE credit_list_id = t.id)"
)
_PURPOSE_IS_USED: Final = " OR ".join(
    f"EXISTS (SELECT FROM {table} WHERE application_item_id = t.id)"
    for table in ("credit_report", "consent", "partner_purpose")
)

TABLES: Final = (
    Table("jurisdiction", rows.jurisdiction_rows),
    Table("office", rows.office_rows, settle=rows.renewed),
    Table("responsibility", rows.responsibility_rows, edition="t.rulebook"),
    Table("edition", edition_rows, edition="t.rulebook", settle=_keep_handed),
    Table(
        "edition_item",
        edition_item_rows,
        _EDITION_ITEM_IS_USED,
        "(SELECT rulebook FROM edition WHERE id = t.edition_id)",
    ),
    Table(
        "catalogue_item",
        rows.catalogue_item_rows,
        _ITEM_IS_USED,
        "t.edition",
        ("valid_to", "catalogue_edition_id", "push_to"),
        _keep_end,
    ),
    Table(
        "catalogue_producer",
        rows.catalogue_producer_rows,
        _PRODUCER_IS_USED,
        "(SELECT edition FROM catalogue_item WHERE id = t.item_id)",
    ),
    Table("credit_list", rows.credit_list_rows, _LIST_IS_USED, "t.rulebook", ("imported",)),
    Table("application_item", rows.application_item_rows, _PURPOSE_IS_USED, "t.rulebook"),
    Table(
        "commitment_item", rows.commitment_item_rows, _COMMITMENT_ITEM_IS_USED, "t.rulebook", ("valid_to",), _keep_end
    ),
    Table(
        "commitment_item_office",
        rows.commitment_item_office_rows,
        edition="(SELECT rulebook FROM commitment_item WHERE id = t.commitment_item_id)",
    ),
    Table("deadline", deadline_rows, edition="t.rulebook"),
    Table("standing_duty", standing_duty_rows, edition="t.rulebook"),
)
"""What is installed, in an order in which every row finds what it refers to."""


@dataclass(frozen=True, slots=True)
class InstallationSummary:
    """What an installation did: numbers of rows by table, and the rows that history keeps."""

    added: Mapping[str, int]
    corrected: Mapping[str, int]
    removed: Mapping[str, int]
    kept: tuple[str, ...]
    """Rows in use that the rulebooks now state otherwise, as table and id."""

    @property
    def unchanged(self) -> bool:
        """Whether everything was there already."""
        return not (self.added or self.corrected or self.removed)


@dataclass(slots=True)
class _Count:
    added: dict[str, int] = field(default_factory=dict)
    corrected: dict[str, int] = field(default_factory=dict)
    removed: dict[str, int] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)


async def install(
    connection: Connection, books: Rulebooks, calendar_rows: Iterable[CalendarDay]
) -> InstallationSummary:
    """Bring the tables to what the rulebooks and the calendar say; a second time changes nothing.

    All of it is one transaction; processes that start together wait for each other.
    """
    days = Table("working_day", lambda _: rows.working_day_rows(calendar_rows))
    tables = (*TABLES, days)
    stated = {table.name: table.rows(books) for table in tables}
    count = _Count()
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        for table in reversed(TABLES):
            await _remove(connection, table, stated[table.name], books, count)
        for table in tables:
            await _settle(connection, table, stated[table.name], count)
        await _end_editions(connection, count)
    return InstallationSummary(count.added, count.corrected, count.removed, tuple(count.kept))


async def _settle(connection: Connection, table: Table, stated: list[Row], count: _Count) -> None:
    """Add the rows that are missing and put right those that differ."""
    present = await _present(connection, table.name)
    missing = [row for row in stated if row["id"] not in present]
    if missing:
        await connection.execute(_insert(table.name), json.dumps(missing))
        count.added[table.name] = len(missing)
    wanted = [table.settle(present[row["id"]], row) for row in stated if row["id"] in present]
    differing = [row for row in wanted if row != present[row["id"]]]
    if differing:
        await _correct(connection, table, differing, present, count)


async def _correct(
    connection: Connection, table: Table, differing: list[Row], present: dict[str, Row], count: _Count
) -> None:
    """Put rows right: what follows the text always, the rest where nothing rests on the row."""
    others = set(differing[0]) - set(table.follow)
    followed = _differing_in(differing, present, set(table.follow))
    guarded = _differing_in(differing, present, others)
    ended = await _update(connection, table.name, table.follow, followed, "TRUE")
    renewed = await _update(connection, table.name, sorted(others), guarded, f"NOT ({table.used})")
    if ended | renewed:
        count.corrected[table.name] = len(ended | renewed)
    count.kept += [f"{table.name} {row['id']}" for row in guarded if row["id"] not in renewed]


def _differing_in(differing: list[Row], present: dict[str, Row], columns: set[str]) -> list[Row]:
    return [row for row in differing if any(row[column] != present[row["id"]][column] for column in columns)]


async def _remove(connection: Connection, table: Table, stated: list[Row], books: Rulebooks, count: _Count) -> None:
    """Remove rows of a loaded edition that it no longer states and that nothing rests on."""
    if table.edition is None:
        return
    values = (list(books.books), [row["id"] for row in stated])
    gone = f"{table.edition} = ANY($1::text[]) AND t.id <> ALL($2::uuid[])"
    if not await connection.fetchval(f"SELECT EXISTS (SELECT FROM {table.name} t WHERE {gone})", *values):
        return
    removed = await connection.fetch(
        f"DELETE FROM {table.name} t WHERE {gone} AND NOT ({table.used}) RETURNING t.id", *values
    )
    if removed:
        count.removed[table.name] = len(removed)
    left = await connection.fetch(f"SELECT t.id FROM {table.name} t WHERE {gone}", *values)
    count.kept += [f"{table.name} {row['id']}" for row in left]


async def _end_editions(connection: Connection, count: _Count) -> None:
    """End open editions and their catalogue items the day before a newer edition of their jurisdiction begins."""
    for table, statement in (("catalogue_item", _END_CATALOGUES), ("edition", _END_EDITIONS)):
        ended = await connection.fetch(statement)
        if ended:
            count.corrected[table] = count.corrected.get(table, 0) + len(ended)


async def _present(connection: Connection, table: str) -> dict[str, Row]:
    text = await connection.fetchval(f"SELECT coalesce(json_agg(to_jsonb(t)), '[]')::text FROM {table} t")
    return {row["id"]: row for row in json.loads(text)}


def _insert(table: str) -> str:
    return f"INSERT INTO {table} {_given(table)}"


async def _update(
    connection: Connection, table: str, columns: Iterable[str], stated: list[Row], condition: str
) -> set[str]:
    """Write columns of rows where the condition holds; give the ids of those written."""
    if not stated:
        return set()
    sets = ", ".join(f"{column} = stated.{column}" for column in columns if column != "id")
    rows_written = await connection.fetch(
        f"UPDATE {table} t SET {sets} FROM ({_given(table)}) stated"
        f" WHERE t.id = stated.id AND {condition} RETURNING t.id",
        json.dumps(stated),
    )
    return {str(row["id"]) for row in rows_written}


def _given(table: str) -> str:
    given = "jsonb_array_elements($1::text::jsonb) given"
    return f"SELECT (jsonb_populate_record(NULL::{table}, given)).* FROM {given}"


_END_CATALOGUES: Final = """
UPDATE catalogue_item older SET valid_to = newer.begins - 1
FROM (
  SELECT item.id, min(later.valid_from) AS begins FROM catalogue_item item
  JOIN catalogue_item later ON later.jurisdiction_id = item.jurisdiction_id AND later.edition <> item.edition
   AND later.valid_from > coalesce(item.valid_from, '-infinity')
  WHERE item.valid_to IS NULL GROUP BY item.id
) newer
WHERE older.id = newer.id RETURNING older.id
"""

_END_EDITIONS: Final = """
UPDATE edition older SET valid_to = newer.begins - 1
FROM (
  SELECT ended.id, min(later.valid_from) AS begins FROM edition ended
  JOIN edition later ON later.jurisdiction_id = ended.jurisdiction_id AND later.kind = ended.kind
   AND later.office_id IS NULL AND later.state = 'approved' AND later.id <> ended.id
   AND later.valid_from > coalesce(ended.valid_from, '-infinity')
  WHERE ended.valid_to IS NULL AND ended.state = 'approved' AND ended.office_id IS NULL GROUP BY ended.id
) newer
WHERE older.id = newer.id RETURNING older.id
"""
