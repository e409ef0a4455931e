"""Whether a database can carry the service, asked before anything is changed in it: the embedded one always can.

Refuses a server that is older than our statements, that may lose what it acknowledged, another encoding than UTF-8, a
locale that knows no Chinese letters (by parts of a name nobody would be found, in silence; where data stands already it
goes on being served), and a role that may not make what migrations make.
"""

from __future__ import annotations

from typing import Final

import asyncpg

OLDEST: Final = 180000
DURABLE: Final = ("fsync", "full_page_writes", "synchronous_commit")
SILENT: Final = {"log_min_messages": {"log", "fatal", "panic"}, "log_parameter_max_length": {"0"}}
"""Settings under which the server's own log quotes nothing that was sent: an error's message may, and so may its details."""


class DatabaseUnfit(Exception):
    """The database cannot carry the service: what is to be changed there, each in English and Chinese."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(["", *(f"  {fault}" for fault in faults)]))
        self.faults = faults


async def require_fit(connection: asyncpg.Connection) -> None:
    """Pass a database that can carry the service.

    Raises: DatabaseUnfit.
    """
    if connection.get_server_version() < (OLDEST // 10_000,):
        raise DatabaseUnfit(["PostgreSQL 18 or later is needed 需要 PostgreSQL 18 或更高版本."])
    faults = [
        f"{name} is off: acknowledged writes could be lost; switch it on 已确认的写入可能丢失，请开启该参数."
        for name in DURABLE
        if await connection.fetchval("SELECT current_setting($1)", name) == "off"
    ]
    if await connection.fetchval("SELECT current_setting('server_encoding')") != "UTF8":
        faults.append("The database is not in UTF-8: make it with ENCODING 'UTF8' 数据库编码应为 UTF8.")
    elif not await connection.fetchval("SELECT '人' ~ '[[:alpha:]]' OR to_regclass('subject') IS NOT NULL"):
        faults.append(
            "The locale of the database knows no Chinese letters: make it with LOCALE_PROVIDER builtin BUILTIN_LOCALE"
            " 'C.UTF-8' 数据库区域设置不识别汉字，名称检索将失效."
        )
    if faults:
        raise DatabaseUnfit(faults)


async def told_too_much(connection: asyncpg.Connection) -> list[str]:
    """Name the settings under which values that were sent, personal data among them, could reach the server's own log."""
    return [
        name
        for name, silent in SILENT.items()
        if await connection.fetchval("SELECT current_setting($1)", name) not in silent
    ]


async def require_rights(connection: asyncpg.Connection) -> None:
    """Pass a role that may bring the database to the newest migration.

    Raises: DatabaseUnfit.
    """
    row = await connection.fetchrow(_RIGHTS)
    assert row is not None
    faults = []
    if not row["may_create"]:
        faults.append(
            "The role may not create in this database: make it the owner 该角色无权在此数据库建表，请设为所有者."
        )
    if not row["may_have_role"]:
        faults.append(
            "The role may not create the role renxin_app: give it CREATEROLE 该角色无权创建 renxin_app，请授予 CREATEROLE."
        )
    if faults:
        raise DatabaseUnfit(faults)


_RIGHTS: Final = """
SELECT has_database_privilege(current_database(), 'CREATE')
       AND coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) AS may_create,
       rolsuper OR rolcreaterole OR EXISTS (SELECT FROM pg_roles WHERE rolname = 'renxin_app') AS may_have_role
FROM pg_roles WHERE rolname = current_user
"""
