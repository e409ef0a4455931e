"""The command `renxin verify-report`: is this report ours, and as we signed it.

In charge of saying in Chinese and English what came of it. Exit codes: 0 it holds, 1 it does not, 2 used wrongly.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from api.cli.given_files import Misuse, key_set_at, signed_text
from api.config.settings import Settings
from domain.clock import local_day, system_clock
from domain.keys import KeyFault
from domain.use.report_kind import report_kinds
from domain.use.signing import NotSigned, SignatureRefused
from domain.use.verification import Verified, verify_offline

HOLDS, FAILS, MISUSED = 0, 1, 2


def verify_report(settings: Settings, given: argparse.Namespace) -> int:
    """Verify the signed report in `given.file`, with the key set in `given.keys` or our own keys."""
    try:
        text = signed_text(given.file)
        key_set = key_set_at(Path(given.keys) if given.keys else settings.signing_keys_dir)
        return tell_report(text, key_set, local_day(system_clock()), sys.stdout)
    except Misuse as misuse:
        sys.stderr.write(f"{misuse}\n")
        return MISUSED


def tell_report(text: str, key_set: Mapping[str, Any], today: date, out: TextIO) -> int:
    """Verify a signed report, say what came of it, and give the exit code."""
    try:
        found = verify_offline(text, key_set)
    except SignatureRefused as refusal:
        out.write(f"NOT GENUINE 未通过验证 [{refusal.code}]\n  {refusal.message}\n  {refusal.message_zh}\n")
        if isinstance(refusal, NotSigned):
            out.write(
                "  Give the report's field `signature` alone, or the saved answer as it is, with the `signature` of one report.\n"
            )
            out.write("  请提供报告的 signature 字段，或原样保存、含一份报告 signature 字段的查询结果。\n")
        return FAILS
    except KeyFault as fault:
        raise Misuse(f"The keys cannot be used 公钥不可用: {fault}") from None
    out.write("GENUINE 签名有效：每个字节均与签发时一致\n")
    out.writelines(f"  {label}: {value}\n" for label, value in _cover(found))
    if found.unsigned:
        names = ", ".join(found.unsigned)
        out.write(f"  Not vouched for by the signature 签名不证明文件中的下列内容: {names}\n")
    expired = found.expired(today)
    if expired:
        out.write("EXPIRED 已过有效期：请申请新的报告。\n")
    out.write("  A signature does not tell whether the report was revoked: look its number up online.\n")
    out.write("  签名不反映撤销情况：请凭报告编号在线核验。\n")
    return FAILS if expired else HOLDS


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
