"""What the law sets for credit records: severities, the basis of a serious one, last days, publication terms.

Everything is looked up in the rulebook of the record's jurisdiction and the layers above it. What a sister
document says does not bind, and where nothing binds the answer is None, never a term of our own. The work
points of a past year hold as last known until the next edition, as their catalogue does.
Source: 厦门2, 8; 海沧1; 上海5; 十堰正文; 新乡二; 信用修复管理办法 (2025年第36号令).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from domain.calendar import OutsideCalendar, WorkingCalendar, add_term
from domain.credit.item import Item
from domain.credit.refusals import (
    ChildPunished,
    LegalBasisMissing,
    SeverityBasisInsufficient,
    SeverityNotApplicable,
    SeverityUnknown,
    citing,
)
from domain.errors import InvalidInput
from domain.registry.catalogue import BASIS_LEVELS
from domain.rulebook.answer import RuleAnswer, RuleStatus
from domain.rulebook.lookup import book_of, catalogue_item, rule, severities
from domain.rulebook.model import Rulebooks
from domain.rulebook.tables import CatalogueItemRule

KEPT_BACK: Final = "restricted"
"""How far what was decided against a minor is shown: to its office and to the person."""

OF_A_MINOR: Final = "未成年人信息不予披露"
"""Why what was shown is kept back."""

_LEAST_AGE: Final = "minimum_age"
_SHOWN_FROM: Final = "kept_back_under"


@dataclass(frozen=True, slots=True)
class Due:
    """A last day, null where no term is set, and whether the calendar it rests on is only provisional."""

    on: date | None = None
    provisional: bool = False


def collection_due(books: Rulebooks, calendar: WorkingCalendar, item: Item, *, obtained_on: date) -> Due:
    """Give the last day to hand in what an office produced or obtained on a day.

    Source: 十堰正文 (三个工作日内).
    """
    return _due(calendar, _binding(books, item, "deadline.collection", obtained_on), obtained_on)


def publication_due(
    books: Rulebooks,
    calendar: WorkingCalendar,
    item: Item,
    *,
    decided_on: date,
    closed_on: date | None,
    severity: str | None,
) -> Due:
    """Give the last day to publish a permit or penalty on both channels.

    The term runs from the day the case was closed; where only the day of the decision is known it is computed
    from that day, which the record tells by having no closing day. What a rule keeps from publication has no day by
    which it must be published (a reading); while its severity is open the term goes on.
    Source: 厦门8 (办结之日起7个工作日内); 发改办财金〔2018〕424号 has no closing day among its columns; 信用修复管理办法.
    """
    if not item.double_publicity or kept_from_publication(books, item, severity=severity, decided_on=decided_on):
        return Due()
    start = closed_on or decided_on
    return _due(calendar, _binding(books, item, "deadline.double_publicity", start), start)


def public_until(books: Rulebooks, item: Item, *, severity: str | None, decided_on: date) -> date | None:
    """Give the last day of publication; None where none is set.

    The catalogue's own term comes first, then the longest period the national rules allow for information
    that speaks against the subject, by its severity, from the day of the decision.
    Source: 信用修复管理办法 (2025年第36号令); before it 2023年第58号令.
    """
    if item.publication_years is not None:
        return add_term(decided_on, item.publication_years, "year")
    if not item.is_negative:
        return None
    longest = _binding(books, item, f"publication.{severity}.max" if severity else "publication.max", decided_on)
    if longest is None or not isinstance(longest.value, int) or longest.unit is None:
        return None
    return add_term(decided_on, longest.value, longest.unit)


def is_retained(books: Rulebooks, item: Item, *, on: date) -> bool:
    """Tell whether a decision sets how long a record of the item is shown, so that no amendment moves its end.

    Source: 十堰正文 (记入诚信档案库5年或长期记录处理).
    """
    return item.category == "exam" and _binding(books, item, "exam.retention.options", on) is not None


def kept_from_publication(books: Rulebooks, item: Item, *, severity: str | None, decided_on: date) -> str | None:
    """Give the citation of a rule that keeps information of this severity from publication, unless needed.

    Source: 信用修复管理办法 (轻微失信信息原则上不予公示).
    """
    if severity != "minor" or not item.is_negative:
        return None
    answer = _binding(books, item, "publication.minor.by_default", decided_on)
    return answer.citation if answer is not None and answer.value is False else None


def repair_notice_rule(books: Rulebooks, item: Item, *, decided_on: date) -> RuleAnswer | None:
    """Give the rule by which the subject must be told of its rights of repair with this kind of decision.

    Source: 厦门2, 海沧1 (并告知行政相对人有关信用修复的权益). That the national plan of 2025 encourages it is no duty.
    """
    answer = _binding(books, item, "notice.repair_rights.required_for", decided_on)
    named = answer is not None and isinstance(answer.value, tuple) and item.category in answer.value
    return answer if named else None


def check_severity(books: Rulebooks, item: Item, *, severity: str | None, basis_level: str | None, on: date) -> None:
    """Pass a severity that the jurisdiction knows and that rests on what it must rest on.

    Raises: SeverityNotApplicable; SeverityUnknown; SeverityBasisInsufficient.
    Source: 厦门2, 海沧1 (轻微|严重); 上海5 (一般|严重, 严重 needs law, regulation or central policy).
    """
    if severity is None:
        return
    if not item.is_negative:
        raise SeverityNotApplicable()
    known = severities(books, item.jurisdiction_id, on)
    if severity not in (row.code for row in known):
        raise SeverityUnknown(known=[row.code for row in known])
    required = _binding(books, item, f"severity.{severity}.required_basis", on) if severity == "serious" else None
    if required is not None and isinstance(required.value, tuple) and basis_level not in required.value:
        raise citing(SeverityBasisInsufficient, required.citation, levels=list(required.value))


def check_age(books: Rulebooks, item: Item, *, born_on: date | None, on: date) -> None:
    """Pass what was decided on a day about a person, unless it is a penalty and that was a child; its birthday counts as yet.

    Raises: ChildPunished.
    Source: 行政处罚法 30 (不满十四周岁的未成年人有违法行为的，不予行政处罚).
    """
    path = f"{item.category}.{_LEAST_AGE}"
    least = _age_not_reached(books, item.jurisdiction_id, path, born_on=born_on, on=on, law_on=on)
    if least is not None:
        raise citing(ChildPunished, least.citation)


def kept_back_for_age(books: Rulebooks, item: Item, *, born_on: date | None, on: date, today: date) -> dict[str, Any]:
    """Give the columns by which what was decided, or done, on a day by a minor is kept back; none for everything else.

    That is a penalty and an exam violation, whatever does not speak against the person aside. The law binds whoever discloses, and so by what it says today, however long ago the penalty was. What may be shown to
    nobody has no day by which it must be.
    Source: 未成年人保护法 103 (不得披露有关案件中未成年人的…可能识别出其身份的信息).
    """
    kept_back = item.is_negative and keeps_back(
        books, item.jurisdiction_id, item.category, born_on=born_on, on=on, today=today
    )
    return {"disclosure": KEPT_BACK, "publication_due_on": None} if kept_back else {}


def keeps_back(
    books: Rulebooks, jurisdiction: str, kind: str, *, born_on: date | None, on: date, today: date
) -> RuleAnswer | None:
    """Give the law of today that keeps back what is of a kind, such as `list`, and of a day on which the person was a minor.

    Source: 未成年人保护法 103.
    """
    return _age_not_reached(books, jurisdiction, _shown_from(kind), born_on=born_on, on=on, law_on=today)


def asks_for_age_of(books: Rulebooks, jurisdiction: str, kind: str, *, today: date) -> bool:
    """Tell whether how far something of a kind, such as `list`, is shown depends on the age of the person."""
    return binding(books, jurisdiction, _shown_from(kind), today) is not None


def asks_for_age(books: Rulebooks, item: Item, *, person: bool, today: date) -> bool:
    """Tell whether it depends on the age of the party what becomes of a record: a penalty, an exam violation of a person."""
    if not person or not item.is_negative:
        return False
    return any(_binding(books, item, f"{item.category}.{age}", today) is not None for age in (_LEAST_AGE, _SHOWN_FROM))


def check_legal_basis(
    books: Rulebooks, item: Item, *, legal_basis: str | None, basis_level: str | None, on: date
) -> None:
    """Pass a record that cites what its kind must cite.

    Raises: LegalBasisMissing; InvalidInput for a level that does not exist.
    Source: 上海5(五), 6(三) (法律、法规和国家规定的其他信息); 新乡二 (依法界定守信和失信行为).
    """
    if basis_level is not None and basis_level not in BASIS_LEVELS:
        raise InvalidInput("There is no such level of legal basis.", zh="没有这一依据层级。", levels=list(BASIS_LEVELS))
    described = described_by(books, item, on)
    if described is not None and described.needs_citation:
        levels = _citable_levels(books, item, on)
        if not legal_basis or basis_level not in levels:
            raise citing(LegalBasisMissing, item.clause, levels=list(levels))
    defined = _binding(books, item, "behaviour.definition_required", on)
    if defined is not None and defined.value is True and item.polarity != "neutral" and not legal_basis:
        raise citing(LegalBasisMissing, defined.citation)


def counts_as_dishonest(
    books: Rulebooks, item: Item, *, procedure: str | None, harm_removed: bool, condition_met: bool, on: date
) -> bool:
    """Tell whether a record is dishonest conduct 失信信息 under the rulebook.

    Where only penalties by general procedure count, one whose procedure is not stated does not count yet.
    Source: 上海5(二) (一般程序; 轻微或者主动消除、减轻危害后果的除外), 5(三) (侵害社会管理秩序的).
    """
    if not item.is_negative:
        return False
    described = described_by(books, item, on)
    if described is None:
        return True
    if described.procedure is not None and procedure != described.procedure:
        return False
    if described.exclusions and harm_removed:
        return False
    return condition_met or not described.conditions


def citation(books: Rulebooks, item: Item) -> str:
    """Name the document and clause that the item rests on."""
    book = books.books.get(item.edition)
    return f"《{book.name}》 {item.clause}" if book is not None else item.clause


def withdrawal_citation(books: Rulebooks, item: Item, *, on: date) -> str:
    """Name the rule under which a record is withdrawn with a public reason.

    Source: 行政处罚法 48 for penalties; for anything else the item's own clause.
    """
    rule_of_law = _binding(books, item, "withdrawal.public_reason", on) if item.category == "penalty" else None
    return rule_of_law.citation if rule_of_law is not None else citation(books, item)


def described_by(books: Rulebooks, item: Item, on: date) -> CatalogueItemRule | None:
    """Give the item as its rulebook describes it, beyond what its row holds.

    Of an edition that the credit office keeps, the rulebook of its division describes the items of the same codes.
    """
    book = books.books.get(item.edition)
    if book is not None:
        return catalogue_item(book, item.code, on)
    return catalogue_item(book_of(books, item.jurisdiction_id), item.code, on)


def _citable_levels(books: Rulebooks, item: Item, on: date) -> tuple[str, ...]:
    """Give the levels of legal basis to which an open-ended item must point; every level where none are named."""
    answer = _binding(books, item, "citation.levels", on)
    return tuple(str(one) for one in answer.value) if answer and isinstance(answer.value, tuple) else BASIS_LEVELS


def binding(books: Rulebooks, jurisdiction: str, path: str, on: date) -> RuleAnswer | None:
    """Give the rule that binds a jurisdiction on a day, those of a past year as last known, or nothing.

    Raises: JurisdictionUnknown.
    """
    if path not in books.known_paths:
        return None
    answer = rule(books, jurisdiction, path, on)
    return answer if answer.binding or _is_last_known(books, answer) else None


def _age_not_reached(
    books: Rulebooks, jurisdiction: str, path: str, *, born_on: date | None, on: date, law_on: date
) -> RuleAnswer | None:
    """Give the rule whose age the person had not reached on a day: one has it the day after its birthday."""
    if born_on is None:
        return None
    found = binding(books, jurisdiction, path, law_on)
    if found is None or not isinstance(found.value, int) or on > add_term(born_on, found.value, "year"):
        return None
    return found


def _shown_from(kind: str) -> str:
    return f"{kind}.{_SHOWN_FROM}"


def _binding(books: Rulebooks, item: Item, path: str, on: date) -> RuleAnswer | None:
    return binding(books, item.jurisdiction_id, path, on)


def _is_last_known(books: Rulebooks, answer: RuleAnswer) -> bool:
    """Tell whether a value that ran out stands in the work points of a year, not yet followed by others."""
    if answer.status is not RuleStatus.EXPIRED or answer.layer is None or answer.layer.relation == "sister":
        return False
    return books.books[answer.layer.rulebook].validity == "year_scope"


def _due(calendar: WorkingCalendar, term: RuleAnswer | None, start: date) -> Due:
    if term is None or not isinstance(term.value, int) or term.unit is None:
        return Due()
    try:
        last = calendar.add_term(start, term.value, term.unit)
    except OutsideCalendar:
        return Due()
    return Due(last.day, last.provisional)
