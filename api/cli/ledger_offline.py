"""The command `renxin verify-ledger --offline`: does what was handed out of a ledger hold, by public keys alone.

Neither settings nor a database are looked at.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from api.cli.given_files import Misuse, key_set_at, signed_text
from api.cli.ledger_telling import MISUSED, held_of, lost_of, tell_offline
from domain.keys import KeyFault, PublicKeys, public_keys
from domain.ledger.offline import Held, NotHandedOut, check_offline
from domain.ledger.receipt import read_receipt
from domain.use.signing import SignatureRefused
from domain.use.verification import verify_offline


def verify_handed_out(given: argparse.Namespace) -> int:
    """Verify the export or proof in `given.offline` with the keys in `given.keys`, against what is held."""
    try:
        if not given.keys:
            raise Misuse("--offline needs --keys FILE: the published key set. --offline 须同时给出 --keys 公钥文件。")
        keys = public_keys(key_set_at(Path(given.keys)))
        report = check_offline(Path(given.offline), keys, _all_held(given, keys))
    except Misuse as misuse:
        sys.stderr.write(f"{misuse}\n")
        return MISUSED
    except KeyFault as fault:
        sys.stderr.write(f"The keys cannot be used 公钥不可用: {fault}\n")
        return MISUSED
    except NotHandedOut:
        sys.stderr.write(f"{given.offline}: no export and no proof of a ledger. 不是台账的导出文件或证明。\n")
        return MISUSED
    except OSError as error:
        sys.stderr.write(f"{given.offline}: {error.strerror}; name a file that can be read. 无法读取该文件。\n")
        return MISUSED
    return tell_offline(report, sys.stdout)


def _all_held(given: argparse.Namespace, keys: PublicKeys) -> Held:
    """Read what is held: digests, receipts, and the checkpoints that reports name.

    Raises: Misuse.
    """
    digests = dict(held_of(given.held))
    for name in given.report:
        digests.update(_named_by_report(name, given.keys))
    try:
        receipts = [read_receipt(signed_text(name).strip(), keys) for name in given.receipt]
    except SignatureRefused as refusal:
        raise Misuse(
            f"A receipt does not hold 回执无效 [{refusal.code}]: {refusal.message} {refusal.message_zh}"
        ) from None
    return Held(digests, receipts, [*lost_of(given.lost)])


def _named_by_report(name: str, keys: str) -> Iterator[tuple[int, str]]:
    try:
        named = verify_offline(signed_text(name), key_set_at(Path(keys))).document.get("ledger")
    except SignatureRefused as refusal:
        raise Misuse(f"{name} [{refusal.code}]: {refusal.message} {refusal.message_zh}") from None
    if named:
        yield named["checkpoint"], named["digest"]
