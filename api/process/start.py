"""Starting: the database brought to the newest migration, policy, rulebook rows and, once, demonstration data."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import asyncpg

from api.config.settings import Settings
from api.demo import loading as demo
from api.demo.attachments import keep_files
from api.demo.reports import issue_reports
from api.postgres.database_fit import require_fit, require_rights, told_too_much
from api.postgres.database_keys import require_keys
from api.postgres.database_version import require_known
from api.process.assembly import assemble
from authz.activation import install_default
from domain.calendar import calendar_rows
from domain.files.store import AttachmentStore
from domain.installation import install
from domain.ledger.adoption import require_continued
from domain.ledger.anchor import FILE_NAME, Anchor
from domain.rulebook.loader import load_rulebooks
from migrations.applied import is_current
from migrations.apply import migrate

Progress = Callable[[str], None]


async def prepare(settings: Settings, url: str, *, now: datetime, tell: Progress) -> None:
    """Bring the database to where requests can be served.

    Raises: DatabaseUnfit; DatabaseOfOtherVersion; SettingsError for keys of another database; what the database reports.
    """
    connection = await asyncpg.connect(url)
    try:
        await require_known(connection)
        await require_fit(connection)
        if altered := await require_keys(connection, settings):
            tell(
                f"identity numbers that were altered in the database, of the first few looked at 数据库中被改动的证件号码: {altered}"
            )
        if loud := await told_too_much(connection):
            tell(
                f"personal data could reach the database's own log, set as in compose.yaml 请按 compose.yaml 设置: {', '.join(loud)}"
            )
        if not await is_current(connection):
            await require_rights(connection)
            tell("migrating the database 升级数据库")
            await migrate(url)
        await require_continued(connection, Anchor(settings.data_dir / FILE_NAME))
        await install_default(connection, now)
        summary = await install(connection, load_rulebooks(), calendar_rows())
        for row in summary.kept:
            tell(f"a rule in use was not changed, edit it as a new edition 已使用的规则未改动: {row}")
        if settings.demo:
            await _demonstrate(settings, url, connection, now, tell)
    finally:
        await connection.close()


async def _demonstrate(
    settings: Settings, url: str, connection: asyncpg.Connection, now: datetime, tell: Progress
) -> None:
    keep_files(AttachmentStore(settings.attachments_dir))
    if not await demo.is_loaded(connection):
        tell("loading demonstration data 载入演示数据")
        service = assemble(settings, url)
        await demo.load_demo(
            connection,
            vault=service.vault,
            books=service.books,
            calendar=service.calendar,
            now=now,
            issuer=settings.public_url,
        )
        if service.issuer is not None:
            await issue_reports(service)
        await service.database.close()
        await connection.execute("ANALYZE")
    await demo.ensure_callers(connection, settings.public_url)
