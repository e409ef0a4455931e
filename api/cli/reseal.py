"""The command `renxin reseal`: what older encryption keys have sealed is sealed anew, so that they can be put away."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping

from api.cli.as_operator import as_operator
from api.config.settings import Settings
from api.postgres.address import current_database
from api.postgres.database_keys import open_vault
from domain.resealing import reseal
from domain.vault import Vault


def reseal_command(settings: Settings) -> int:
    """Seal anew, beside whoever serves; exit with 1 while something is left under an older key."""
    vault = open_vault(settings)
    with current_database(settings) as url:
        left = asyncio.run(_resealed(vault, url))
    if not left:
        print(f"Everything is sealed under {vault.current}: older keys may be put away 已全部改用该密钥，旧密钥可停用.")
        return 0
    for key, count in sorted(left.items()):
        print(f"{count} values are left under {key} 仍有未改用新密钥的数据.", file=sys.stderr)
    print(
        "Keep these keys; a process that does not know the new one must be started anew, then run this once more"
        " 请保留上述密钥；尚未启用新密钥的进程须重启，然后再次运行.",
        file=sys.stderr,
    )
    return 1


async def _resealed(vault: Vault, url: str) -> Mapping[str, int]:
    try:
        async with as_operator(url) as transact:
            return await reseal(transact, vault, progress=_tell)
    finally:
        print(file=sys.stderr)


def _tell(done: int) -> None:
    print(f"\r  {done} values sealed anew 已重新加密", end="", file=sys.stderr, flush=True)
