"""The commands `renxin verify-ledger` and `renxin export-ledger`: is the ledger as sealed, and what others may hold of it.

In charge of reading what is named on the command line and of saying in Chinese and English what came of it. With
`--offline` neither settings nor a database are looked at. Exit codes: 0 it holds, 1 it does not or is not shown, 2 used
wrongly; a database that is away is the caller's to report.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TextIO

import asyncpg

from api.given_files import Misuse, key_set_at, signed_text
from api.settings import Settings
from domain.anchor import FILE_NAME, Anchor
from domain.clock import system_clock
from domain.keys import KeyFault, PublicKeys, public_key_set, public_keys, read_signing_keys
from domain.ledger_adoption import Adopted, adopt
from domain.ledger_check import Fault, Finding, Findings, LedgerReport, Lost, verify
from domain.ledger_export import export_lines, write_export
from domain.ledger_offline import Held, NotHandedOut, OfflineReport, check_offline
from domain.lifecycle import Actor, Transaction
from domain.receipt import read_receipt
from domain.use.signing import SignatureRefused
from domain.use.verification import verify_offline

HOLDS, FAILS, MISUSED = 0, 1, 2

PROGRESS_EVERY: Final = 10_000
"""Units: events."""

WORDS: Final[Mapping[Fault, tuple[str, str]]] = {
    Fault.EVENT_ALTERED: ("an event was altered", "事件被改动"),
    Fault.EVENT_MISSING: ("a sealed event is missing or was moved", "已封存的事件缺失或被移动"),
    Fault.EVENT_ADDED: ("an event was added among sealed ones", "已封存的事件之间被插入事件"),
    Fault.EVENTS_DIFFER: ("its events are not those that were sealed", "所含事件与封存时不一致"),
    Fault.EVENT_AHEAD: ("an event claims a transaction that has not begun", "事件所称事务尚未发生"),
    Fault.CHECKPOINT_ALTERED: ("the checkpoint was altered", "封存点被改动"),
    Fault.CHECKPOINT_MISSING: ("the checkpoint is missing", "封存点缺失"),
    Fault.SIGNER_UNKNOWN: ("the checkpoint is signed with an unknown key", "封存点的签名密钥不在公布之列"),
    Fault.LINK_BROKEN: ("the checkpoint does not continue the one before it", "封存点与前一个不相衔接"),
    Fault.FORKED: (
        "the checkpoint is not the one kept outside: history was rewritten",
        "封存点与外部留存的不同：历史被重写",
    ),
    Fault.ANCHOR_ALTERED: ("the anchor file was altered here", "锚定文件此处被改动"),
    Fault.ANCHOR_MISSING: ("the anchor file is missing", "锚定文件缺失"),
    Fault.PROOF_REFUSED: ("the proof does not prove it", "证明不成立"),
}
"""What each fault is called, in English and Chinese."""


_WHAT: Final[Mapping[str, tuple[str, str]]] = {
    "export": ("THE EXPORT HOLDS 导出文件完整", "THE EXPORT DOES NOT HOLD 导出文件不完整"),
    "event": ("THE EVENT IS SEALED 事件已封存", "THE PROOF DOES NOT HOLD 证明不成立"),
    "consistency": ("THE CHECKPOINT IS CONTINUED 封存点前后相承", "THE PROOF DOES NOT HOLD 证明不成立"),
}
_RANGE: Final = re.compile("([1-9][0-9]{0,17})-([1-9][0-9]{0,17})")
_HELD: Final = re.compile("([1-9][0-9]{0,17}):([0-9a-f]{64})")


def verify_ledger(settings: Settings, given: argparse.Namespace) -> int:
    """Verify the ledger of the service's database, with its own keys and its anchor."""
    from api.start import database  # noqa: PLC0415 - starts the embedded database where there is one

    try:
        held, lost = dict(_held(given.held)), [*_lost(given.lost)]
        key_set = key_set_at(settings.signing_keys_dir)
        anchor = Path(given.anchor) if given.anchor else settings.data_dir / FILE_NAME
        with database(settings) as url:
            report = asyncio.run(_verified_ledger(url, key_set, anchor, held, lost))
    except Misuse as misuse:
        sys.stderr.write(f"{misuse}\n")
        return MISUSED
    return tell_ledger(report, system_clock(), sys.stdout)


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


def adopt_ledger(settings: Settings, given: argparse.Namespace) -> int:
    """Adopt a ledger that was restored, in the name of `given.by`, for `given.reason`."""
    from api.start import database  # noqa: PLC0415 - starts the embedded database where there is one

    keys = public_keys(public_key_set(read_signing_keys(settings.signing_keys_dir)))
    with database(settings) as url:
        done = asyncio.run(_adopted(url, Anchor(settings.data_dir / FILE_NAME), keys, given))
    out = sys.stdout
    out.write(
        "The ledger is adopted and goes on; the adoption is an event of it. 台账已接管并继续，接管本身已记入台账。\n"
    )
    out.write(f"  {done.put_back} checkpoints put back from the anchor 由锚定文件补回封存点 {done.put_back} 个\n")
    if done.lost:
        span = f"{min(done.lost)}-{max(done.lost)}"
        out.write(f"  events of checkpoints {span} are gone: verify with --lost {span} 这些封存点的事件已丢失\n")
    return HOLDS


def export_ledger(settings: Settings, given: argparse.Namespace) -> int:
    """Write an export of the checkpoints into `given.file`, which must not be there yet."""
    from api.start import database  # noqa: PLC0415 - starts the embedded database where there is one

    path = Path(given.file)
    with database(settings) as url:
        asyncio.run(_exported(url, path, given.first, given.last))
    sys.stdout.write(f"{path}: written, for reading only 已导出，只读\n")
    sys.stdout.write(
        "  It holds signatures, ids and salted hashes; nothing of what an event says. 不含任何事件内容。\n"
    )
    return HOLDS


def tell_ledger(report: LedgerReport, now: datetime, out: TextIO) -> int:
    """Say what a verification of the ledger came to, and give the exit code."""
    verdict = "THE LEDGER HOLDS 台账完整" if report.sound else "THE LEDGER DOES NOT HOLD 台账不完整"
    out.write(f"{verdict}\n")
    _tell_findings(report, out)
    out.write(f"  {report.events} sealed events 已封存事件, {report.checkpoints} checkpoints 封存点\n")
    _tell_lost(report.lost, out)
    anchored = "no anchor 无锚定文件" if report.anchored is None else f"{report.anchored} anchored 已锚定"
    out.write(f"  {anchored}; last digest 末次摘要 {report.digest}\n")
    if report.unsealed_since is not None:
        seconds = max(0, int((now - report.unsealed_since).total_seconds()))
        out.write(f"  {report.unsealed} events not sealed yet 尚未封存, the oldest for 最久 {seconds} s\n")
    return HOLDS if report.sound else FAILS


def tell_offline(report: OfflineReport, out: TextIO) -> int:
    """Say what a check of something handed out came to, and give the exit code."""
    out.write(f"{_WHAT[report.what][0 if report.sound else 1]}\n")
    _tell_findings(report, out)
    if report.what == "event":
        out.write(f"  event 事件 {report.event_id}, position 位置 {report.position}\n")
    if report.what == "export":
        out.write(f"  {report.events} events 事件\n")
    out.write(f"  checkpoints 封存点 {report.first}–{report.last}; last digest 末次摘要 {report.digest}\n")
    out.write(f"  sealed 封存于 {report.sealed_at}\n")
    _tell_lost(report.lost, out)
    if report.borne_out:
        out.write(f"  {report.borne_out} of what you hold are borne out 与您所持 {report.borne_out} 项相符\n")
    if report.not_covered:
        out.write(
            f"  {report.not_covered} of what you hold are not in this file 您所持 {report.not_covered} 项不在此文件中\n"
        )
        out.write("  Ask for a later or a longer one. 请索取更新或更完整的文件。\n")
    return HOLDS if report.sound and not report.not_covered else FAILS


def _tell_lost(lost: int, out: TextIO) -> None:
    if lost:
        out.write(
            f"  {lost} checkpoints were not looked into: their events are known to be gone 已知事件已丢失，未核验\n"
        )


def _tell_findings(report: Findings, out: TextIO) -> None:
    for finding in report.findings:
        out.write(f"  ✗ {_finding(finding)}\n")
    if report.more:
        out.write(f"  … and {report.more} more 另有 {report.more} 处\n")


def _finding(finding: Finding) -> str:
    english, chinese = WORDS[finding.fault]
    places = (
        ("checkpoint 封存点", finding.checkpoint),
        ("position 位置", finding.position),
        ("event 事件", finding.event_id),
    )
    where = ", ".join(f"{label} {value}" for label, value in places if value is not None)
    return f"{where}: {english} {chinese}"


def _held(given: list[str]) -> Iterator[tuple[int, str]]:
    """Read digests of checkpoints that are held, each as NUMBER:DIGEST.

    Raises: Misuse.
    """
    for text in given:
        found = _HELD.fullmatch(text)
        if found is None:
            raise Misuse(f"--held {text}: write NUMBER:DIGEST, e.g. 12:9f86…. 请写作 编号:摘要。")
        yield int(found[1]), found[2]


def _lost(given: list[str]) -> Iterator[range]:
    """Read which checkpoints' events are known to be gone, each as FIRST-LAST.

    Raises: Misuse.
    """
    for text in given:
        found = _RANGE.fullmatch(text)
        if found is None:
            raise Misuse(f"--lost {text}: write FIRST-LAST, e.g. 12-15. 请写作 起-止。")
        yield range(int(found[1]), int(found[2]) + 1)


def _all_held(given: argparse.Namespace, keys: PublicKeys) -> Held:
    """Read what is held: digests, receipts, and the checkpoints that reports name.

    Raises: Misuse.
    """
    digests = dict(_held(given.held))
    for name in given.report:
        digests.update(_named_by_report(name, given.keys))
    try:
        receipts = [read_receipt(signed_text(name).strip(), keys) for name in given.receipt]
    except SignatureRefused as refusal:
        raise Misuse(
            f"A receipt does not hold 回执无效 [{refusal.code}]: {refusal.message} {refusal.message_zh}"
        ) from None
    return Held(digests, receipts, [*_lost(given.lost)])


def _named_by_report(name: str, keys: str) -> Iterator[tuple[int, str]]:
    try:
        named = verify_offline(signed_text(name), key_set_at(Path(keys))).document.get("ledger")
    except SignatureRefused as refusal:
        raise Misuse(f"{name} [{refusal.code}]: {refusal.message} {refusal.message_zh}") from None
    if named:
        yield named["checkpoint"], named["digest"]


async def _adopted(url: str, anchor: Anchor, keys: PublicKeys, given: argparse.Namespace) -> Adopted:
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            tx = Transaction(connection, system_clock(), Actor(None, ("operator",)))
            return await adopt(tx, anchor, keys, by=given.by, reason=given.reason)
    finally:
        await connection.close()


async def _exported(url: str, path: Path, first: int, last: int | None) -> None:
    connection = await asyncpg.connect(url)
    try:
        await write_export(export_lines(connection, first, last), path)
    finally:
        await connection.close()


async def _verified_ledger(
    url: str, key_set: Mapping[str, Any], anchor: Path, held: Mapping[int, str], lost: Lost
) -> LedgerReport:
    connection = await asyncpg.connect(url)
    try:
        return await verify(connection, key_set, anchor, held=held, lost=lost, progress=_progress(sys.stderr))
    finally:
        await connection.close()


def _progress(err: TextIO) -> Any:
    """Tell people at a terminal how far it has come; say nothing to a pipe."""
    told = 0

    def progress(events: int) -> None:
        nonlocal told
        if err.isatty() and events - told >= PROGRESS_EVERY:
            told = events
            err.write(f"\r  … {events} events 事件")
            err.flush()

    return progress
