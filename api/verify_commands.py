"""The commands `renxin verify-report` and `renxin verify-ledger`: is this report ours, is the ledger as sealed.

In charge of reading what is named on the command line and of saying in Chinese and English what came of it.
Exit codes: 0 it holds, 1 it does not, 2 used wrongly; a database that is away is the caller's to report.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, TextIO

import asyncpg

from api.settings import Settings
from domain.anchor import FILE_NAME
from domain.clock import local_day, system_clock
from domain.keys import KeyFault, public_key_set, read_signing_keys
from domain.ledger_check import Fault, Finding, LedgerReport, verify
from domain.use.report_kind import report_kinds
from domain.use.signing import SignatureRefused
from domain.use.verification import Verified, verify_offline

HOLDS, FAILS, MISUSED = 0, 1, 2

FILE_BYTES: Final = 16 * 1024 * 1024
"""No report is longer. Units: bytes."""

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
    Fault.FORKED: ("the checkpoint is not the anchored one: history was rewritten", "封存点与锚定文件不同：历史被重写"),
    Fault.ANCHOR_ALTERED: ("the anchor file was altered here", "锚定文件此处被改动"),
    Fault.ANCHOR_MISSING: ("the anchor file is missing", "锚定文件缺失"),
}
"""What each fault is called, in English and Chinese."""


class Misuse(Exception):
    """The command was used wrongly; the message says how, in English and Chinese."""


def verify_report(settings: Settings, given: argparse.Namespace) -> int:
    """Verify the signed report in `given.file`, with the key set in `given.keys` or our own keys."""
    try:
        text = _report_text(given.file)
        key_set = _key_set(Path(given.keys) if given.keys else settings.signing_keys_dir)
        return tell_report(text, key_set, local_day(system_clock()), sys.stdout)
    except Misuse as misuse:
        sys.stderr.write(f"{misuse}\n")
        return MISUSED


def verify_ledger(settings: Settings, given: argparse.Namespace) -> int:
    """Verify the ledger of the service's database, with its own keys and its anchor."""
    from api.start import database  # noqa: PLC0415 - starts the embedded database where there is one

    try:
        key_set = _key_set(settings.signing_keys_dir)
        with database(settings) as url:
            report = asyncio.run(_verified_ledger(url, key_set, settings.data_dir / FILE_NAME))
    except Misuse as misuse:
        sys.stderr.write(f"{misuse}\n")
        return MISUSED
    return tell_ledger(report, system_clock(), sys.stdout)


def tell_report(text: str, key_set: Mapping[str, Any], today: date, out: TextIO) -> int:
    """Verify a signed report, say what came of it, and give the exit code."""
    try:
        found = verify_offline(text, key_set)
    except SignatureRefused as refusal:
        out.write(f"NOT GENUINE 未通过验证 [{refusal.code}]\n  {refusal.message}\n  {refusal.message_zh}\n")
        return FAILS
    except KeyFault as fault:
        raise Misuse(f"The keys cannot be used 公钥不可用: {fault}") from None
    out.write("GENUINE 签名有效：每个字节均与签发时一致\n")
    out.writelines(f"  {label}: {value}\n" for label, value in _cover(found))
    expired = found.expired(today)
    if expired:
        out.write("EXPIRED 已过有效期：请申请新的报告。\n")
    out.write("  A signature does not tell whether the report was revoked: look its number up online.\n")
    out.write("  签名不反映撤销情况：请凭报告编号在线核验。\n")
    return FAILS if expired else HOLDS


def tell_ledger(report: LedgerReport, now: datetime, out: TextIO) -> int:
    """Say what a verification of the ledger came to, and give the exit code."""
    verdict = "THE LEDGER HOLDS 台账完整" if report.sound else "THE LEDGER DOES NOT HOLD 台账不完整"
    out.write(f"{verdict}\n")
    for finding in report.findings:
        out.write(f"  ✗ {_finding(finding)}\n")
    if report.more:
        out.write(f"  … and {report.more} more 另有 {report.more} 处\n")
    out.write(f"  {report.events} sealed events 已封存事件, {report.checkpoints} checkpoints 封存点\n")
    anchored = "no anchor 无锚定文件" if report.anchored is None else f"{report.anchored} anchored 已锚定"
    out.write(f"  {anchored}; last digest 末次摘要 {report.digest}\n")
    if report.unsealed_since is not None:
        seconds = max(0, int((now - report.unsealed_since).total_seconds()))
        out.write(f"  {report.unsealed} events not sealed yet 尚未封存, the oldest for 最久 {seconds} s\n")
    return HOLDS if report.sound else FAILS


def _cover(found: Verified) -> list[tuple[str, str]]:
    document = found.document
    kind = report_kinds().get(found.kind)
    return [
        ("number 报告编号", found.number),
        ("kind 种类", f"{kind.name} / {kind.english}" if kind else found.kind),
        ("issuer 出具单位", document["issuer"]["name"]),
        ("subject 主体", str(document["subject"].get("name") or "-")),
        ("purpose 用途", (document["purpose"] or {}).get("name", "-")),
        ("issued 出具时间", document["issued_at"]),
        ("valid until 有效期至", found.valid_until.isoformat()),
        ("digest 摘要", found.digest),
        ("key 密钥", found.key_id),
    ]


def _finding(finding: Finding) -> str:
    english, chinese = WORDS[finding.fault]
    places = (
        ("checkpoint 封存点", finding.checkpoint),
        ("position 位置", finding.position),
        ("event 事件", finding.event_id),
    )
    where = ", ".join(f"{label} {value}" for label, value in places if value is not None)
    return f"{where}: {english} {chinese}"


async def _verified_ledger(url: str, key_set: Mapping[str, Any], anchor: Path) -> LedgerReport:
    connection = await asyncpg.connect(url)
    try:
        return await verify(connection, key_set, anchor, progress=_progress(sys.stderr))
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


def _report_text(file: str) -> str:
    """Read the report from a file or standard input; bytes that are no text become one that no report has.

    Raises: Misuse.
    """
    try:
        with sys.stdin.buffer if file == "-" else Path(file).open("rb") as source:
            content = source.read(FILE_BYTES + 1)
    except OSError as error:
        raise Misuse(f"{file}: {error.strerror}; name a file that can be read. 无法读取该文件。") from None
    if len(content) > FILE_BYTES:
        raise Misuse(f"{file}: longer than any report. 文件过大，不是信用报告。")
    try:
        return content.decode()
    except UnicodeDecodeError:
        return ""


def _key_set(path: Path) -> Mapping[str, Any]:
    """Read published keys: a key set as a file, or the folder of our own keys.

    Raises: Misuse.
    """
    try:
        if path.is_dir():
            return public_key_set(read_signing_keys(path))
        key_set = json.loads(path.read_bytes())
    except KeyFault as fault:
        raise Misuse(f"{path}: {fault}. 密钥目录不可用。") from None
    except (OSError, ValueError):
        raise Misuse(f"{path}: no key set (JWKS) that can be read. 不是可读取的公钥文件。") from None
    if not isinstance(key_set, dict):
        raise Misuse(f"{path}: no key set (JWKS). 不是公钥文件。")
    return key_set
