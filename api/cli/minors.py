"""The command `renxin minors`: what tells of acts of minors and is shown all the same, and, if asked, keeping it back."""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace

from api.cli.as_operator import as_operator
from api.config.settings import Settings
from api.postgres.address import current_database
from api.postgres.database_keys import open_vault
from domain.credit.keeping_back import Found, find, keep_back
from domain.rulebook.loader import load_rulebooks
from domain.vault import Vault

_NOUNS = {"credit_record": "credit records 信用信息", "list_entry": "list entries 名单条目"}


def minors_command(settings: Settings, given: Namespace) -> int:
    """Tell, or keep back, beside whoever serves; exit with 1 while something of minors is shown or cannot be judged."""
    vault = open_vault(settings)
    with current_database(settings) as url:
        found = asyncio.run(_found(vault, url, given))
    return _tell(found, given)


async def _found(vault: Vault, url: str, given: Namespace) -> Found:
    async with as_operator(url) as transact:
        return await (keep_back if given.keep_back else find)(transact, vault, load_rulebooks())


def _tell(found: Found, given: Namespace) -> int:
    """Tell what there was, by place, and of nobody; give the exit code."""
    done = "kept back 已不予披露" if given.keep_back else "shown to others 仍对外展示"
    for (noun, place), count in sorted(found.of_minors.items()):
        print(f"{place}: {count} {_NOUNS[noun]} of minors {done}")
    for noun, count in sorted(found.unread.items()):
        print(f"{count} {_NOUNS[noun]}: a number cannot be opened 身份证件号码无法解密", file=sys.stderr)
    left = not given.keep_back and bool(found.of_minors)
    if left:
        print("With --keep-back they are kept back 使用 --keep-back 后不再对外展示 (未成年人保护法 103).")
    elif not found.unread:
        print("Nothing of minors is shown to others 没有对外展示的未成年人信息.")
    return 1 if left or found.unread else 0
