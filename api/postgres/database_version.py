"""Of which version of the software a database is: a service or a command uses one of its own version alone."""

from __future__ import annotations

import asyncpg

from domain.errors import DomainError
from migrations.applied import is_current, of_other_versions


class DatabaseOfOtherVersion(DomainError):
    """Another version of Renxin, mostly a newer one, has changed this database: start that one, or restore a backup."""

    code = "DATABASE_OF_OTHER_VERSION"
    zh = "该数据库已由其他版本（通常为更新版本）升级：请启动该版本，或恢复升级前的备份。"


class DatabaseNotMigrated(DomainError):
    """This database has not been brought to this version of Renxin: run `renxin migrate`, or start the service, first."""

    code = "DATABASE_NOT_MIGRATED"
    zh = "该数据库尚未升级到本版本：请先运行 renxin migrate 或启动服务。"


async def require_known(connection: asyncpg.Connection) -> None:
    """Refuse a database that another version has changed.

    Raises: DatabaseOfOtherVersion.
    """
    if others := await of_other_versions(connection):
        raise DatabaseOfOtherVersion(migrations=sorted(others))


async def require_current(connection: asyncpg.Connection) -> None:
    """Refuse a database that is not of this version.

    Raises: DatabaseOfOtherVersion; DatabaseNotMigrated.
    """
    await require_known(connection)
    if not await is_current(connection):
        raise DatabaseNotMigrated
