"""The refused rows of an import as a file: to correct and hand in again.

CSV in UTF-8 with a byte order mark, in the columns of the sheet, each headed by its Chinese name and its code, with
line and reason beside each row, which nobody reads when the file comes back. The cells were sealed when the row was refused and are opened here, for the office
that handed them in: who may is `authz`' matter.
Source: 厦门8 (谁提供、谁负责); Personal Information Protection Law 51.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.credit.item import editions_of, load_item_of
from domain.oversight.beside import BESIDE
from domain.oversight.columns import HANDED_BACK
from domain.oversight.item_sheet import checked_items, of_one_sheet
from domain.oversight.staging import ROW_SEAL
from domain.text import inert
from domain.vault import Vault, VaultFault

_ROWS_AT_ONCE: Final = 1_000
_MARK: Final = "\ufeff"


async def refused_file(connection: asyncpg.Connection[Any], vault: Vault, import_id: UUID) -> AsyncIterator[bytes]:
    """Yield the file of an import's refused rows, some rows at a time, with every column that may have been filled in."""
    told = await connection.fetchrow(_IMPORT, import_id)
    item = await load_item_of(connection, told["item_id"], office_id=told["office_id"])
    editions = await editions_of(connection, item.id, office_id=told["office_id"])
    sheets = [checked_items(one) for one in (item, *of_one_sheet(item, editions))]
    columns = {code: described.name for sheet in sheets for code, described in sheet.items()}
    names = {**dict(HANDED_BACK), **columns, **dict(BESIDE.values())}
    codes = list(names)
    yield (_MARK + _written([[f"{name} {code}" for code, name in names.items()]])).encode()
    line = 0
    while rows := await connection.fetch(_ROWS, import_id, line, _ROWS_AT_ONCE):
        yield _written([_cells(vault, row, codes) for row in rows]).encode()
        line = rows[-1]["line"]


def _cells(vault: Vault, row: asyncpg.Record, codes: list[str]) -> list[str]:
    try:
        handed: dict[str, str] = json.loads(vault.open(row["cells"], bound_to=ROW_SEAL)) if row["cells"] else {}
    except VaultFault:  # its key is gone
        handed = {}
    told = {HANDED_BACK[0][0]: str(row["line"]), HANDED_BACK[1][0]: row["reasons"]}
    return [inert({**handed, **told}.get(code, "")) for code in codes]


def _written(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


_IMPORT: Final = "SELECT item_id, office_id FROM record_import WHERE id = $1"
_ROWS: Final = """
SELECT line, string_agg(coalesce(column_code || '：', '') || reason_zh || ' ' || reason, ' ' ORDER BY column_code, code)
       AS reasons, (array_agg(cells_cipher) FILTER (WHERE cells_cipher IS NOT NULL))[1] AS cells
FROM refused_row WHERE record_import_id = $1 AND line > $2
GROUP BY line ORDER BY line LIMIT $3
"""
