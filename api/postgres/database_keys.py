"""The vault of the settings, and whether their keys are those of the database: asked before it is served from or written to."""

from __future__ import annotations

from typing import Final

import asyncpg

from api.config.settings import Settings, SettingsError
from domain.keys import read_signing_keys
from domain.keys_fit import look
from domain.vault import Vault


def open_vault(settings: Settings) -> Vault:
    """Take the keys of the vault from the settings."""
    return Vault(settings.encryption_keys, next(iter(settings.encryption_keys)), settings.index_key)


async def require_keys(connection: asyncpg.Connection, settings: Settings) -> int:
    """Pass settings whose keys are those of the database; give how many of the numbers looked at were altered in it.

    Raises: SettingsError.
    """
    fit = await look(connection, open_vault(settings), read_signing_keys(settings.signing_keys_dir))
    if fit.misfits:
        raise SettingsError(tuple(_FAULTS[kind].format(key=key) + _RESTORE for kind, key in sorted(fit.misfits)))
    return fit.altered


_FAULTS: Final = {
    "encryption": "RENXIN_ENCRYPTION_KEYS: lacks the key {key}, or has another one of that name, by which identity numbers"
    " of this database are sealed 缺少本数据库加密证件号码所用的密钥",
    "index": "RENXIN_INDEX_KEY: got another key than the one by which persons of this database are found"
    " 不是本数据库检索自然人所用的密钥",
    "signing": "RENXIN_SIGNING_KEYS_DIR: lacks the key {key}, by which the ledger of this database was sealed last"
    " 缺少台账最近一次封存所用的签名密钥",
}
_RESTORE: Final = "; put back the keys that were backed up with this database 请恢复与本数据库一同备份的密钥."
