"""`renxin import FILE --office 350200.JCZD`: hand in a file in the name of an office, as the operator."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from api.assembly import assemble
from api.imports import hand_in
from api.service import Service
from api.settings import Settings
from api.start import database
from domain.lifecycle import Actor
from domain.oversight.imports import ImportSummary
from domain.oversight.intake import REFUSED_ROWS
from domain.registry.offices import named_office

SHOWN_ROWS = 20


def import_command(settings: Settings, given: argparse.Namespace) -> int:
    """Import a file; exit with 1 when rows were refused."""
    path = Path(given.file)
    if not path.is_file():
        print(f"There is no such file 没有该文件: {path}", file=sys.stderr)
        return 2
    with database(settings) as url:
        return asyncio.run(_run(assemble(settings, url), path, given))


async def _run(service: Service, path: Path, given: argparse.Namespace) -> int:
    try:
        office_id, item_id = await named_office(service.database, given.office, item=given.item)
        actor = Actor(None, ("operator",), office_id=office_id)
        with path.open("rb") as file:
            summary = await hand_in(
                service,
                actor,
                office_id=office_id,
                file=file,
                item_id=item_id,
                lenient=given.lenient,
                publish=given.publish,
                progress=_progress,
            )
        await _tell(service, summary)
        return 1 if summary.rows_refused else 0
    finally:
        await service.database.close()


def _progress(rows: int) -> None:
    print(f"\r  … {rows} rows read 行已读取", end="", file=sys.stderr, flush=True)


async def _tell(service: Service, summary: ImportSummary) -> None:
    print(
        f"Import 归集 {summary.import_id}: {summary.rows_read} rows read 行, {summary.rows_added} added 新增,"
        f" {summary.rows_known} known 已有, {summary.rows_refused} refused 拒收, {summary.rows_published} published 公示"
    )
    refused = await service.database.fetch(REFUSED_ROWS, summary.import_id, SHOWN_ROWS)
    for row in refused:
        print(f"  line 行 {row['line']} {row['column_code'] or ''}: {row['reason_zh']} {row['reason']}")
    if summary.rows_refused > len(refused):
        print(f"  … and {summary.rows_refused - len(refused)} more: see `recordImport` 其余见接口")
