"""`renxin token`: an access token of the built-in issuer, and a word on standard error where nobody will take it.

In charge of how long it holds as it is written on the command line, and of looking whether it is anybody's: a `sub`
written wrongly is a token all the same, of an account that holds no role.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from contextlib import suppress
from datetime import timedelta

import asyncpg

from api.cli.policy_telling import say
from api.config.settings import Settings
from api.postgres.server import EmbeddedPostgres
from api.process.issuing import builtin_issuer
from authz.issuer import BuiltInIssuer
from domain.clock import system_clock


def lifetime(text: str) -> timedelta:
    """Read a number of hours as it stands on a command line.

    Raises: argparse.ArgumentTypeError.
    """
    try:
        return timedelta(hours=float(text))
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of hours") from None


def token_command(settings: Settings, given: argparse.Namespace) -> int:
    """Print a token; exit with 1 where there is no built-in issuer."""
    if settings.embedded and not settings.postgres_dir.exists():
        _warn(
            f"No service has run in {settings.data_dir} 此目录未启动过服务: only one that runs there takes this token."
        )
    issuer = builtin_issuer(settings)
    if issuer is None:
        _warn("There is no built-in issuer with a real database: ask your identity provider.")
        return 1
    say(issuer.mint(given.sub, client_id="renxin-cli", lifetime=given.hours, now=system_clock()))
    if asyncio.run(_is_nobody(settings, issuer, given.sub)):
        _warn(
            f"There is no account {given.sub!r} of {settings.public_url} 该地址下没有此账号: its token holds no role. `renxin who`"
            " lists the demonstration callers; RENXIN_PORT must be that of the service."
        )
    return 0


async def _is_nobody(settings: Settings, issuer: BuiltInIssuer, sub: str) -> bool:
    """Tell whether the database, where one runs that can be asked, knows nobody of this name."""
    url = settings.database_url or EmbeddedPostgres(settings.postgres_dir).running_url()
    with suppress(OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        if url is not None:
            connection = await asyncpg.connect(url, timeout=2)
            try:
                return not await issuer.has_account(connection, sub)
            finally:
                await connection.close()
    return False


def _warn(text: str) -> None:
    sys.stderr.write(f"{text}\n")
