"""The tables of a rulebook: offices, duties, severities, catalogue, lists, purposes, measures.

Each row carries its clause and a quote of the text; what is ours stands in a `reading`. The keys a file may
use are exactly the fields of these classes. Source: 厦门1–31, 新乡三–五, 海沧1–29, 上海4–9, 十堰.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeRule:
    """An office 处室/单位, with every spelling the documents use for it."""

    code: str
    name: str
    kind: str
    clause: str
    quote: str = ""
    form: str | None = None
    aliases: tuple[str, ...] = ()
    alias_reading: str | None = None
    not_alias_of: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    reading: str | None = None
    note: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyRule:
    """A duty 责任分工 of one clause: who leads, who is responsible, who assists, by when."""

    code: str
    name: str
    clause: str
    quote: str
    lead: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()
    assist: tuple[str, ...] = ()
    open_ended: bool = False
    due: date | None = None
    due_text: str | None = None
    produces: tuple[str, ...] = ()
    reading: str | None = None
    note: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Responsibility:
    """One office's part in one duty."""

    office: str
    duty: str
    name: str
    role: str
    clause: str
    quote: str
    valid_from: date | None
    valid_to: date | None
    reading: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityRule:
    """A class of severity 失信程度; ranks compare across rulebooks: 1 minor, 2 general, 3 serious."""

    code: str
    name: str
    rank: int
    clause: str
    quote: str
    criterion: str | None = None
    required_basis: tuple[str, ...] = ()
    required_basis_quote: str | None = None
    confidence: str | None = None
    reading: str | None = None
    note: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DataItemRule:
    """A data item 数据项 of a record: required always, for organisations, for natural persons, or never."""

    code: str
    name: str
    required: str
    personal: bool = False
    sensitive: bool = False
    kind: str = "text"
    max_length: int | None = None
    values: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    """Values that speak against the subject, in an item that otherwise does not."""
    older: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DataItemSet:
    """A named set of data items that catalogue items share, e.g. the national 双公示 columns."""

    code: str
    name: str
    clause: str
    quote: str
    items: tuple[DataItemRule, ...]
    reading: str | None = None
    columns: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueItemRule:
    """A catalogue item 目录条目: what may be recorded, by whom, about whom, shown how far.

    `subject_kinds` lists concrete kinds (the file may say `organisation` for all of them).
    """

    code: str
    name: str
    category: str
    polarity: str
    producers: tuple[str, ...]
    subject_kinds: tuple[str, ...]
    disclosure: str
    person_disclosure: str
    clause: str
    quote: str
    disclosure_reading: str | None = None
    person_disclosure_reading: str | None = None
    producer_reading: str | None = None
    lead: tuple[str, ...] = ()
    overseers: tuple[str, ...] = ()
    data_item_set: str | None = None
    data_items: tuple[DataItemRule, ...] = ()
    data_items_reading: str | None = None
    double_publicity: bool = False
    severity_required: bool = False
    repair_notice_required: bool = False
    procedure: str | None = None
    conditions: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()
    needs_citation: bool = False
    personal: bool = False
    sensitive: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    kinds_open_ended: bool = False
    rule: str | None = None
    legal_basis: str | None = None
    basis_level: str | None = None
    publication_years: int | None = None
    retention: str | None = None
    through: str | None = None
    """The noun whose procedure alone enters the information; it is not handed in."""
    push_to: tuple[str, ...] = ()
    provenance: str = "public"
    enters_subject_record: bool = False
    status: str = "in_force"
    reading: str | None = None
    note: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListKindRule:
    """A kind of list 名单; its four parts are null where the text is silent (厦门3, 海沧3).

    How an entry leaves it when the record it rests on is repaired: with the repair (`exit_on_repair`), when the
    office finds the list's exit standard met (`exit_by_standard`), or as the national rules of its `sector` say,
    e.g. wage_arrears for `list.wage_arrears`; else by the list's own way. With `sector_by_condition` the list holds
    other failings beside those of its sector: an entry is of the sector where it states a condition, the law's or, for
    whom the text names beside everybody (`must_also_accept`), the list's own `condition`; the exits of the list itself
    are those of the others.
    """

    code: str
    name: str
    polarity: str
    owners: tuple[str, ...]
    subject_kinds: tuple[str, ...]
    disclosure: str
    person_disclosure: str
    clause: str
    quote: str
    aliases: tuple[str, ...] = ()
    alias_reading: str | None = None
    owner_reading: str | None = None
    recogniser_reading: str | None = None
    disclosure_reading: str | None = None
    person_disclosure_reading: str | None = None
    standard: str | None = None
    procedure: str | None = None
    measures: str | None = None
    exit: str | None = None
    exit_on_repair: bool = False
    exit_by_standard: bool = False
    sector: str | None = None
    sector_by_condition: bool = False
    cycle: str | None = None
    max_publication_years: int | None = None
    interview_required: bool = False
    accepts_public_bodies: bool = False
    must_also_accept: tuple[str, ...] = ()
    condition: str | None = None
    imported: bool = False
    shown_in: str | None = None
    channel: str | None = None
    exposure_channels: tuple[str, ...] = ()
    exposure_open_ended: bool = False
    reported_size: int | None = None
    reading: str | None = None
    note: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    def sector_of(self, condition: str | None) -> str | None:
        """Tell of which sector an entry is by whose national rules it leaves its list; none for another failing (厦门28).

        `condition` is the condition of a law, or of the list's own text, that the entry states.
        """
        return None if self.sector_by_condition and condition is None else self.sector


@dataclass(frozen=True, slots=True, kw_only=True)
class ListDomainRule:
    """A domain of a list and the offices that alone may submit to it (新乡三)."""

    code: str
    name: str
    owners: tuple[str, ...]
    clause: str
    quote: str
    catch_all: bool = False
    reading: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationItemRule:
    """An application item 应用事项: a matter in which a credit report is queried, i.e. a purpose."""

    code: str
    name: str
    clause: str
    quote: str
    actors: tuple[str, ...] = ()
    subject_kinds: tuple[str, ...] = ()
    mandatory: bool = False
    """Whether the text has a report queried in it without exception, and not only lets one be used."""
    status: str = "in_force"
    replaces: str | None = None
    reading: str | None = None
    note: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisionRule:
    """What follows a grade 分级分类监管: inspections, conveniences, restrictions (codes of measures).

    It holds for `grades` of the scheme, or for the text's own word in `standing` where it names no grade; with `rule`
    the text leaves it to a document that is not loaded. `factor` multiplies inspections; no text sets one.
    """

    code: str
    scheme: str
    clause: str
    quote: str
    grades: tuple[str, ...] = ()
    standing: str | None = None
    rule: str | None = None
    factor: str | None = None
    inspection: str | None = None
    conveniences: tuple[str, ...] = ()
    restrictions: tuple[str, ...] = ()
    reading: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionKindRule:
    """A kind of catalogue 目录 or list 清单 that is kept in editions, with the words that order it.

    `shape` says which fields its items have (`domain/edition/shapes.toml`); `kept_by` whether the credit office keeps
    it for the division or each office its own; `jurisdiction` whose it is, where a text speaks of another's.
    `derives_from` names the kind of the division above on which it is based; `extends` that divisions below may keep
    one of their own that adds to it; `takes_effect` that its items become what is worked with.
    """

    code: str
    name: str
    shape: str
    clause: str
    quote: str
    kept_by: str = "credit_office"
    takes_effect: bool = False
    push_to: tuple[str, ...] = ()
    submitted_to: str | None = None
    due: date | None = None
    due_text: str | None = None
    derives_from: str | None = None
    extends: bool = False
    extends_clause: str | None = None
    extends_quote: str | None = None
    group: str | None = None
    jurisdiction: str | None = None
    foreign: bool = False
    """Whether it is another body's document: not loaded until somebody who holds it enters it."""
    reading: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureRule:
    """A measure 奖惩措施; one that needs a citation is void without it (上海8, 9(三)).

    `upon` says what it may rest on (`vocabulary.MEASURE_GROUNDS`), `lists`, `items`, `severities`, `schemes` and `grades`
    narrow that, for a grade beside what the uses of its scheme say; `fields` is the path of the value that names the fields in which it restricts.
    """

    code: str
    name: str
    polarity: str
    clause: str
    quote: str
    applies_to: str | None = None
    needs_citation: bool = False
    upon: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    schemes: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    fields: str | None = None
    open_ended: bool = False
    strength: str | None = None
    reading: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairConditionRule:
    """A condition of credit repair 信用修复 that a text sets; all that any binding layer sets must be met.

    `condition` is a word of `vocabulary.REPAIR_CONDITIONS`; `concerns` names the sectors it holds for, all if empty.
    """

    code: str
    condition: str
    clause: str
    quote: str
    law: str | None = None
    confidence: str | None = None
    concerns: tuple[str, ...] = ()
    reading: str | None = None
    note: str | None = None
    sources: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentItemRule:
    """A commitment item 信用承诺事项: a matter in which a commitment is taken, from whom, by which offices.

    Without offices, whichever office has the matter in hand takes it. `text` is the wording where it is fixed;
    the supplement term is that of tolerant acceptance 容缺受理.
    """

    code: str
    name: str
    kind: str
    matter_kind: str
    parties: tuple[str, ...]
    disclosure: str
    person_disclosure: str
    clause: str
    quote: str
    offices: tuple[str, ...] = ()
    text: str | None = None
    supplement_term: int | None = None
    supplement_unit: str | None = None
    disclosure_reading: str | None = None
    person_disclosure_reading: str | None = None
    reading: str | None = None
    note: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRule:
    """A step of a procedure: the move, in whose hands the text lays it, and the rule that sets its term.

    `by` is the text's word for the actor, `office` the code of an office that alone does it, `office_role` a role
    by which the city's own file knows that office, `due` the path of the rule with the step's term. `roles` are
    those that may take it among whom the policy admits; whoever it admits where none is named. `concerns` names the
    outcomes it is for, all if empty; an `automatic` step is done by the service when its turn comes. Clause and quote
    are those of the procedure unless the step has its own.
    """

    verb: str
    by: str
    office: str | None = None
    office_role: str | None = None
    due: str | None = None
    roles: tuple[str, ...] = ()
    concerns: tuple[str, ...] = ()
    automatic: bool = False
    clause: str | None = None
    quote: str | None = None
    reading: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureRule:
    """A procedure 程序: the steps of a noun's way in their order, none of which may be skipped.

    `of` names noun and way, e.g. list_entry.add; `concerns` the polarities or codes it holds for, all if empty.
    With `before`, its steps are added to a lower layer's procedure in front of that step; with `at_end`, behind
    the last one. `law` names the document where the file gathers several.
    """

    code: str
    of: str
    name: str
    clause: str
    quote: str
    steps: tuple[StepRule, ...]
    law: str | None = None
    confidence: str | None = None
    concerns: tuple[str, ...] = ()
    before: str | None = None
    at_end: bool = False
    distinct_persons: bool = False
    reading: str | None = None
    note: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
