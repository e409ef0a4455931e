"""What the commands about the ledger say in Chinese and English, and how what is held or lost is named to them.

Exit codes: 0 it holds, 1 it does not or is not shown, 2 used wrongly.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final, TextIO

from api.cli.given_files import Misuse
from domain.ledger.check import Fault, Finding, Findings, LedgerReport
from domain.ledger.offline import OfflineReport

HOLDS, FAILS, MISUSED = 0, 1, 2

_RANGE: Final = re.compile("([1-9][0-9]{0,17})-([1-9][0-9]{0,17})")
_HELD: Final = re.compile("([1-9][0-9]{0,17}):([0-9a-f]{64})")

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
    return ": ".join(filter(None, (where, f"{english} {chinese}")))


def held_of(given: list[str]) -> Iterator[tuple[int, str]]:
    """Read digests of checkpoints that are held, each as NUMBER:DIGEST.

    Raises: Misuse.
    """
    for text in given:
        found = _HELD.fullmatch(text)
        if found is None:
            raise Misuse(f"--held {text}: write NUMBER:DIGEST, e.g. 12:9f86…. 请写作 编号:摘要。")
        yield int(found[1]), found[2]


def lost_of(given: list[str]) -> Iterator[range]:
    """Read which checkpoints' events are known to be gone, each as FIRST-LAST.

    Raises: Misuse.
    """
    for text in given:
        found = _RANGE.fullmatch(text)
        lost = range(int(found[1]), int(found[2]) + 1) if found else ()
        if not lost:
            raise Misuse(f"--lost {text}: write FIRST-LAST, e.g. 12-15. 请写作 起-止。")
        yield lost
