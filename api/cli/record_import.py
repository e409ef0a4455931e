"""`renxin import FILE --office 350200.JCZD`: hand in a file in the name of an office, as the operator."""

from __future__ import annotations

import argparse
import asyncio
import gc
import sys
from pathlib import Path
from time import monotonic
from uuid import UUID

from api.cli.given_files import Misuse, place_for_refused
from api.config.settings import Settings
from api.http.handing_in import Desk, hand_in, open_desk
from api.postgres.address import current_database
from domain.lifecycle import Actor
from domain.oversight.imports import ImportSummary, ImportTooFaulty
from domain.oversight.intake import REFUSED_ROWS
from domain.oversight.placing import Wanted
from domain.oversight.refused_file import refused_file
from domain.registry.offices import named_office

SHOWN_ROWS = 20


def import_command(settings: Settings, given: argparse.Namespace) -> int:
    """Import a file; exit with 1 when rows were refused."""
    path = Path(given.file)
    if not path.is_file():
        print(f"There is no such file 没有该文件: {path}", file=sys.stderr)
        return 2
    try:
        refused = place_for_refused(given.refused, handed_in=path)
    except Misuse as misuse:
        print(misuse, file=sys.stderr)
        return 2
    with current_database(settings) as url:
        desk = open_desk(settings, url)
        gc.freeze()  # rulebooks and code stay: collections pass them over
        return asyncio.run(_run(desk, path, given, refused=refused))


async def _run(desk: Desk, path: Path, given: argparse.Namespace, *, refused: Path | None) -> int:
    try:
        office_id = await named_office(desk.database, given.office)

        async def operator(_: object) -> Actor:
            return Actor(None, ("operator",), office_id=office_id)

        with path.open("rb") as file:
            summary = await hand_in(
                desk,
                operator,
                file=file,
                wanted=Wanted(
                    office_id=office_id, item_code=given.item or None, lenient=given.lenient, publish=given.publish
                ),
                dry_run=given.dry_run,
                progress=_Progress(),
            )
        await _tell(desk, summary)
        if refused and summary.rows_refused:
            await _hand_back(desk, summary.import_id, refused)
        return 1 if summary.rows_refused else 0
    except ImportTooFaulty as stopped:
        if refused:
            await _hand_back(desk, stopped.import_id, refused)
        raise
    finally:
        await desk.database.close()


async def _hand_back(desk: Desk, import_id: UUID, path: Path) -> None:
    """Write the refused rows as a file to correct and hand in again."""
    async with desk.database.session() as session:
        with path.open("wb") as file:
            async for piece in refused_file(session, desk.vault, import_id):
                file.write(piece)
    print(f"Refused rows to correct and hand in again 退回行: {path}")


class _Progress:
    """Shows how far an import is: a bar, the rate, and the time left."""

    def __init__(self) -> None:
        self._since = monotonic()
        self._before: int | None = None

    def __call__(self, summary: ImportSummary) -> None:
        """Show it, counting from the first row that this process read."""
        now, total = summary.rows_read, summary.rows_total
        if self._before is None:
            self._before = now if now < total else 0
        bar = ("#" * (20 * now // total)).ljust(20, ".")
        rate = (now - self._before) / max(monotonic() - self._since, 0.001)
        left = f", {(total - now) / rate:.0f} s left 剩余" if rate else ""
        print(f"\r  [{bar}] {now}/{total} rows 行, {rate:.0f}/s{left}   ", end="", file=sys.stderr, flush=True)


async def _tell(desk: Desk, summary: ImportSummary) -> None:
    print(
        f"Import 归集 {summary.import_id}: {summary.rows_read} rows read 行, {summary.rows_added} added 新增,"
        f" {summary.rows_known} known 已有, {summary.rows_refused} refused 拒收, {summary.rows_published} published 公示"
    )
    refused = await desk.database.fetch(REFUSED_ROWS, summary.import_id, SHOWN_ROWS)
    for row in refused:
        print(f"  line 行 {row['line']} {row['column_code'] or ''}: {row['reason_zh']} {row['reason']}")
    if summary.rows_refused > len(refused):
        print(f"  … and {summary.rows_refused - len(refused)} more: see `recordImport` 其余见接口")
