"""The words of a notice of the rights of credit repair: what the rules in force on the day of the decision say.

It names the decision, never the subject, so that the same words can be kept, served and audited. What no rule
sets is said to be so. Source: 厦门2, 海沧1; each sentence cites the rule it comes from.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.clock import day_in_chinese
from domain.credit.shortest import Shortest, Shortness, shortest_publication
from domain.rulebook.lookup import rule, severity
from domain.rulebook.model import Rulebooks
from domain.rulebook.repair import conditions


@dataclass(frozen=True, slots=True)
class Told:
    """What a notice is about: the decision, its severity and the days that count."""

    jurisdiction: str
    office_name: str
    decision_no: str
    title: str
    severity: str | None
    decided_on: date
    special_fields: tuple[str, ...] = ()
    public_until: date | None = None


def notice_text(books: Rulebooks, told: Told, *, on: date) -> str:
    """Write the notice in Chinese as the rules stand on a day."""
    shortest = shortest_publication(
        books,
        told.jurisdiction,
        severity=told.severity,
        decided_on=told.decided_on,
        special_fields=told.special_fields,
    )
    known = severity(books, told.jurisdiction, told.severity, told.decided_on) if told.severity else None
    lines = [
        "信用修复权益告知书",
        f"关于{told.decision_no}（{told.title}）：{_severity_words(told.severity, known.name if known else None)}。",
        f"一、公示期限：{_term_words(shortest)}；{_last_words(told.public_until)}。",
        f"二、申请条件：{_condition_words(books, told.jurisdiction, on)}。",
        f"三、受理单位：{told.office_name}（谁认定、谁修复）。",
        f"四、修复效果：{_effect_words(books, told.jurisdiction, on)}。",
        "五、您有权查询本主体的信用信息；对公示内容有异议的，可以提出异议申请。",
    ]
    return "\n".join(lines)


def _severity_words(code: str | None, name: str | None) -> str:
    if code is None:
        return "失信程度尚未明确，明确后另行告知"
    return f"失信程度为{name or code}"


def _term_words(shortest: Shortest) -> str:
    cited = f"（依据{shortest.answer.citation}）" if shortest.answer is not None else ""
    match shortest:
        case Shortest(last_on=date() as last, earliest_on=date() as first):
            return f"最短公示至{day_in_chinese(last)}，自{day_in_chinese(first)}起可以申请信用修复{cited}"
        case Shortest(kind=Shortness.NONE):
            return f"不设最短公示期，法定责任履行完毕即可申请信用修复{cited}"
        case Shortest(kind=Shortness.UNKNOWN):
            return f"最短公示期按失信程度确定{cited}，失信程度尚未明确"
    return "决定之日有效的规则未载入最短公示期"


def _last_words(public_until: date | None) -> str:
    return f"最长公示至{day_in_chinese(public_until)}，届满自动停止公示" if public_until else "规则未设定最长公示期"


def _condition_words(books: Rulebooks, jurisdiction: str, on: date) -> str:
    said = [
        f"（{number}）{one.name}（{one.citation}）" for number, one in enumerate(conditions(books, jurisdiction, on), 1)
    ]
    return "；".join(said)


def _effect_words(books: Rulebooks, jurisdiction: str, on: date) -> str:
    answer = rule(books, jurisdiction, "repair.effects", on) if "repair.effects" in books.known_paths else None
    if answer is None or not isinstance(answer.value, tuple) or answer.layer is None:
        return "终止公示"
    return "、".join(str(one) for one in answer.value) + f"（{answer.citation}）"
