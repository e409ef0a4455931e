"""Properties of the decision: order never matters, neutral facts change nothing, what ends later leaves the past alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.eligibility.answer import Decision, Effect, Outcome
from domain.eligibility.contest import ways_of
from domain.eligibility.decision import decide
from domain.eligibility.facts import (
    Circumstances,
    EntryFact,
    Facts,
    GradeFact,
    LinkFact,
    MeasureFact,
    RecordFact,
    Spell,
)
from domain.eligibility.law import law_of, matters_of
from domain.eligibility.names import match
from domain.rulebook.loader import load_rulebooks

BOOKS = load_rulebooks()
DAY = date(2026, 3, 18)
PLACES = {"310000": "上海", "350200": "厦门", "350205": "海沧", "410700": "新乡", "420300": "十堰"}
PEOPLE = (UUID(int=1), UUID(int=2))
days = st.dates(date(2023, 12, 1), date(2027, 3, 1))
ids = st.uuids()


@st.composite
def spells(draw: st.DrawFn) -> Spell:
    since = draw(days)
    until = draw(st.none() | st.integers(0, 1_200).map(lambda more: since + timedelta(days=more)))
    ended = draw(st.none() | st.integers(0, 1_200).map(lambda more: since + timedelta(days=more)))
    return Spell(since=since, until=until, ended_on=ended)


@st.composite
def known(draw: st.DrawFn, place: str) -> Facts:
    book = BOOKS.books[BOOKS.heads[place]]
    lists = st.sampled_from([kind.code for kind in book.list_kinds])
    items = st.sampled_from([item.code for item in book.catalogue])
    entry = st.builds(
        EntryFact,
        id=ids,
        code=lists,
        name=st.just("名单"),
        spell=spells(),
        person_id=st.none() | st.sampled_from(PEOPLE),
    )
    record = st.builds(
        RecordFact, id=ids, code=items, name=st.just("记录"), spell=spells(), dishonest=st.booleans(),
        severity=st.sampled_from([None, "minor", "general", "serious"]), broken_commitment=st.booleans(),
    )  # fmt: skip
    grade = st.builds(
        GradeFact, scheme=st.just("construction_units"), grade=st.sampled_from("ABC"), spell=spells(), id=ids
    )
    link = st.builds(LinkFact, person_id=st.sampled_from(PEOPLE), from_on=days, to_on=st.none() | days)
    entries, records = draw(st.lists(entry, max_size=3)), draw(st.lists(record, max_size=3))
    grades = draw(st.lists(grade, max_size=3))
    counted = Counter([*(one.id for one in entries), *(one.id for one in records), *(one.id for one in grades)])
    grounds = [one for one, times in counted.items() if one and times == 1]  # an id is of one row alone
    measure = st.builds(
        MeasureFact, id=ids, code=st.sampled_from([one.code for one in book.measures]), name=st.just("措施"),
        restricts=st.booleans(), rests_on=st.sampled_from([*grounds, UUID(int=9)]), spell=spells(), basis=st.just("依据"),
        field=st.none() | st.sampled_from([rule.name for rule, _ in matters_of(BOOKS, place, DAY)]),
    )  # fmt: skip
    return Facts(
        entries=tuple(entries),
        records=tuple(records),
        grades=tuple(grades),
        measures=tuple(draw(st.lists(measure, max_size=2, unique_by=lambda one: one.id))),
        links=tuple(draw(st.lists(link, max_size=2))),
        represented=draw(st.booleans()),
    )


@st.composite
def questions(draw: st.DrawFn) -> tuple[str, str, Facts]:
    place = draw(st.sampled_from(sorted(PLACES)))
    matter = draw(st.sampled_from([rule.code for rule, _ in matters_of(BOOKS, place, DAY)]))
    return place, matter, draw(known(place))


def decided(place: str, matter: str, facts: Facts, on: date = DAY) -> Decision:
    return decide(law_of(BOOKS, place, matter, on), facts, Circumstances(), on=on)


@given(questions())
@settings(max_examples=60)
def test_the_order_of_facts_never_matters(question: tuple[str, str, Facts]) -> None:
    """SY-05b, SH-09a: facts shuffled give the same answer to the letter."""
    place, matter, facts = question
    turned = Facts(
        entries=facts.entries[::-1], records=facts.records[::-1], grades=facts.grades[::-1], links=facts.links[::-1],
        measures=facts.measures[::-1], represented=facts.represented,
    )  # fmt: skip
    assert decided(place, matter, turned) == decided(place, matter, facts)


@given(questions(), spells())
@settings(max_examples=60)
def test_a_neutral_fact_changes_nothing(question: tuple[str, str, Facts], spell: Spell) -> None:
    """XX-14: a list or a record on which no rule rests leaves the answer as it was."""
    place, matter, facts = question
    more = replace(
        facts,
        entries=(*facts.entries, EntryFact(id=UUID(int=5), code="unrelated", name="别的名单", spell=spell)),
        records=(*facts.records, RecordFact(id=UUID(int=6), code="permit", name="行政许可", spell=spell)),
        grades=(*facts.grades, GradeFact(scheme="of_another", grade="C", spell=spell)),
        measures=(
            *facts.measures,
            MeasureFact(
                id=UUID(int=7),
                code="unrelated",
                name="别的措施",
                restricts=True,
                rests_on=UUID(int=5),
                spell=spell,
                basis="依据",
            ),
        ),
    )
    assert decided(place, matter, more) == decided(place, matter, facts)


@given(questions(), st.integers(0, 400), st.integers(0, 400))
@settings(max_examples=60)
@example(("310000", "bidding", Facts(entries=(EntryFact(id=UUID(int=8), code="wage_arrears", name="名单",
         spell=Spell(since=date(2024, 2, 29), until=date(2027, 2, 28))),))), 0, 0)  # fmt: skip
def test_what_is_repaired_later_never_rewrites_a_past_day(
    question: tuple[str, str, Facts], back: int, after: int
) -> None:
    """XX-22: ended on a later day, everything was on the day before as it was told then; from that day it is gone."""
    place, matter, facts = question
    asked = DAY - timedelta(days=back)
    ends = asked + timedelta(days=after + 1)

    def ended(spell: Spell) -> Spell:
        return replace(spell, ended_on=min(spell.ended_on or ends, ends))

    repaired = replace(
        facts,
        entries=tuple(replace(one, spell=ended(one.spell)) for one in facts.entries),
        records=tuple(replace(one, spell=ended(one.spell)) for one in facts.records),
        measures=tuple(replace(one, spell=ended(one.spell)) for one in facts.measures),
    )
    before, then = decided(place, matter, repaired, asked), decided(place, matter, facts, asked)
    assert (before.outcome, before.until) == (then.outcome, then.until)
    assert [one.id for one in before.findings] == [one.id for one in then.findings]
    later = decided(place, matter, repaired, ends)
    assert not [one for one in later.findings if one.kind in ("list_entry", "credit_record", "measure")]


@given(questions())
@settings(max_examples=60)
def test_an_answer_says_by_which_rule(question: tuple[str, str, Facts]) -> None:
    """SH-09a, SY-11: restricted and favoured rest on findings with clause and quote; nobody is favoured while restricted."""
    decision = decided(*question)
    restricts = [one for one in decision.findings if one.effect is Effect.RESTRICTS]
    assert (decision.outcome is Outcome.RESTRICTED) is bool(restricts)
    for one in decision.findings:
        assert one.citation
        assert one.consequence is not None or one.kind == "measure", "a measure may be of another rule, which it cites"
        assert one.consequence is None or one.consequence.cited.quote
    if decision.outcome is Outcome.FAVOURED:
        assert decision.decisive


def test_a_name_fits_itself_best_and_symmetrically() -> None:
    """SH-08c: the scores of names."""
    assert match("甲乙丙有限公司", "甲乙丙有限公司").score == 1.0
    assert match("甲乙丙（上海）有限公司", "甲乙丙(上海) 有限公司").reasons == ("same_name", "width_or_blanks")
    assert match("ＡＢＣ科技有限公司", "abc科技有限公司").score == 0.98
    assert match("甲乙丙有限公司", "甲乙丙股份有限公司").reasons == ("legal_form",)
    assert match("鹭晨劳务有限公司", "路晨劳务有限公司").reasons == ("same_sound",)
    assert match("甲乙丙有限公司", "丁戊己有限公司").score < 0.5


def test_what_a_measure_rests_on_is_what_its_subject_contests() -> None:
    """SH-09e, SH-09a (PIPL 24): a restriction by a measure alone has a way, is marked disputed, and points at no guarded file."""
    spell, entry = Spell(since=DAY), UUID(int=21)
    measure = MeasureFact(
        id=UUID(int=22), code="other_joint_punishment", name="其他联合惩戒措施", restricts=True, rests_on=entry, spell=spell,
        basis="依据", field="招投标",
    )  # fmt: skip
    listed = EntryFact(id=entry, code="unrelated", name="别的名单", spell=spell, disputed=True)
    facts = Facts(entries=(listed,), measures=(measure,))
    told = decided("310000", "bidding", facts)
    assert [(one.kind, one.disputed) for one in told.findings] == [("measure", True)]
    ways = list(ways_of(told, BOOKS, DAY, is_person=False))
    assert [(one.mutation, one.noun, one.row_id) for one in ways] == [("fileObjection", "list_entry", entry)]
    record = RecordFact(id=entry, code="unrelated", name="别的记录", spell=spell)
    for guarded, mutations in ((False, ["fileObjection", "applyForRepair"]), (True, [])):
        told = decided("310000", "bidding", replace(facts, entries=(), records=(replace(record, guarded=guarded),)))
        assert [one.mutation for one in ways_of(told, BOOKS, DAY, is_person=False)] == mutations
