"""What the objector is told 告知书: outcome, reason, basis, and what may still be done; in Chinese.

The text is made from the row alone. It names offices, documents and days, and no person.
Source: 厦门5, 海沧6 (反馈核查结果); 上海市社会信用条例36; 河南省社会信用条例28 (复核), 41.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from domain.clock import day_in_chinese, local_day
from domain.lifecycle import Transaction
from domain.rights.objections.target import target_of
from domain.rights.objections.way import REVIEW, Way
from domain.rulebook.model import Rulebooks
from domain.rulebook.procedure import ProcedureUnknown, procedure

_WHAT: Final = {"credit_record": "信用信息", "list_entry": "名单列入信息"}
_OUTCOMES: Final = {
    "rejected": "异议不成立，不予更正",
    "amended": "异议成立，已予更正",
    "withdrawn": "异议成立，已予撤销",
}
_ORDERED: Final = {"amended": "异议成立，应予更正", "withdrawn": "异议成立，应予撤销"}


async def compose(tx: Transaction, books: Rulebooks, row: Mapping[str, Any], way: Way) -> str:
    """Write what the objector is told."""
    noun, row_id = target_of(row)
    number, office = await tx.connection.fetchrow(_NAMED[noun], row_id, row["next_office_id"])
    decided = way.step("decide")
    about = f"对{_WHAT[noun]}（{number}）" if number else f"对{_WHAT[noun]}"
    result = _OUTCOMES if row["settled_at"] is not None else _ORDERED
    parts = [
        f"您（贵单位）于{day_in_chinese(row['received_on'])}{about}以“{row['ground']}”为由提出的异议，已核查处理完毕。",
        f"处理结果：{result[row['outcome']]}（{day_in_chinese(local_day(row['decided_at']))}作出）。",
        f"理由：{row['decision_reason']}",
        f"依据：{decided.citation}。",
        _remedy(books, row, noun),
        f"告知单位：{office}。",
    ]
    return "\n".join(part for part in parts if part)


def _remedy(books: Rulebooks, row: Mapping[str, Any], noun: str) -> str | None:
    """Say who may review the outcome, where a law lets somebody."""
    if row["review_of_id"] is not None:
        return None
    try:
        review = procedure(books, row["jurisdiction_id"], REVIEW, row["received_on"], (noun,))
    except ProcedureUnknown:
        return None
    decided = review.step("decide")
    return f"对处理结果仍有异议的，可以向{decided.by}申请复核（{decided.citation}）。" if decided else None


_NAMED: Final = {
    noun: f"SELECT named.decision_no, office.name FROM {noun} named, office WHERE named.id = $1 AND office.id = $2"
    for noun in _WHAT
}
