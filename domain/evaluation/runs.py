"""What may happen to a run: proposed with its differences, published as one by another person, or discarded.

In charge of whole lists by one statement each: of results that an office entered, or of a whole city's that follow from
facts where the scoring is loaded. Only what differs from the grade in force is written; what is left open waits for a
person, beside the run. Refuses a second run of a scheme while one waits, results entered for a scheme that computes,
codes of nobody, and who publishes his own run.
Source: 厦门12, 13 (组织开展…评价工作; 及时将评价结果推送); 十堰正文 (动态); 个人信息保护法24.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.credit.refusals import DateInFuture
from domain.errors import InvalidInput, StateConflict
from domain.evaluation.computing import basis_of
from domain.evaluation.grade import IN_FORCE, OPEN
from domain.evaluation.grade import NOUN as GRADE
from domain.evaluation.grades import LONGEST, require_on_scale
from domain.evaluation.papers import Loaded
from domain.evaluation.refusals import GradeIsComputed, GradeProposerPublishes, RunWaiting
from domain.evaluation.run import MACHINE, NOUN
from domain.evaluation.schemes import Evaluation
from domain.grade.batch import assessed
from domain.grade.engine import MANUAL_REVIEW
from domain.grade.scheme import SchemeState
from domain.lifecycle import Transaction, create, move
from domain.many import enact
from domain.measure import lifting
from domain.rights.others_data import names_others
from domain.text import require_text

MOST: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """The results of an evaluation of many organisations, by code; null is left open."""

    evaluated_on: date
    basis: str
    values: Sequence[tuple[str, str | None]]
    period: str | None = None


async def propose(tx: Transaction, under: Evaluation, office: UUID, results: Results) -> UUID:
    """Propose a run of results that an office found; give its id. Nothing holds before another person publishes it.

    Raises: Forbidden; GradeIsComputed; DateInFuture; InvalidInput; GradeNotOnScale; RunWaiting; StateConflict.
    """
    if under.scheme.state is SchemeState.LOADED:
        raise GradeIsComputed
    basis, period = _texts(results)
    codes, values = _listed(results, under.scheme.scale)
    unknown = await tx.connection.fetch(_UNKNOWN, codes)
    if unknown:
        raise InvalidInput(
            "Some codes are of nobody here: enrol them first.",
            zh="部分代码没有对应的主体：请先登记。",
            field="results",
            places=[row["place"] for row in unknown],
        )
    await _staged(tx, _LISTED, codes, values)
    return await _propose(tx, under, _Found(office, results.evaluated_on, basis, "entered", period))


async def compute(tx: Transaction, scored: Loaded, office: UUID, on: date) -> UUID:
    """Propose a run of what follows for everybody from the facts known on a day; give its id.

    Raises: Forbidden; DateInFuture; SchemeNotLoaded; RunWaiting; StateConflict.
    """
    statement = assessed(scored.under.scheme, on)
    text = f"INSERT INTO graded_now SELECT subject_id, nullif(result, '{MANUAL_REVIEW}') FROM ({statement.text}) found"
    await _staged(tx, text, *statement.values)
    found = _Found(office, on, basis_of(scored, on), "computed", None, scored.paper_id)
    return await _propose(tx, scored.under, found)


async def publish(tx: Transaction, row: Mapping[str, Any]) -> dict[str, Any]:
    """Publish a run that another person proposed: its grades hold, and end those before them. Give the row after it.

    What is left open waits on, and what was determined meanwhile, for its own publication.
    Raises: GradeProposerPublishes; StateConflict.
    """
    if row["proposed_by"] == tx.actor.account_id:
        raise GradeProposerPublishes
    changes = {"decided_at": tx.now, "published_by": tx.actor.account_id, "version": row["version"] + 1}
    after = await move(tx, MACHINE, "publish", row["id"], changes, basis=row["clause"])
    await enact(tx, GRADE, "supersede", _SUPERSEDE, row["id"], row["proposed_by"], basis=row["clause"])
    await enact(tx, GRADE, "publish", _PUBLISH, row["id"], row["proposed_by"], basis=row["clause"])
    await lifting.lift_regraded(tx, row["id"])
    return after


async def discard(tx: Transaction, row: Mapping[str, Any], *, reason: str) -> dict[str, Any]:
    """Discard a run with everything of it that waits, saying why; give the row after it.

    Raises: InvalidInput; StateConflict.
    """
    said = _impersonal("reason", reason, longest=LONGEST)
    changes = {"decided_at": tx.now, "reason": said, "version": row["version"] + 1}
    after = await move(tx, MACHINE, "discard", row["id"], changes, reason=said, basis=row["clause"])
    await enact(tx, GRADE, "reject", _REJECT, row["id"], said, basis=row["clause"])
    return after


@dataclass(frozen=True, slots=True)
class _Found:
    """How staged results were found."""

    office: UUID
    on: date
    basis: str
    method: str
    period: str | None
    paper_id: UUID | None = None


async def _staged(tx: Transaction, statement: str, *values: Any) -> None:
    """Put results, each subject once, where the statements of this transaction find them."""
    await tx.connection.execute(_STAGE)
    await tx.connection.execute(statement, *values)
    await tx.connection.execute("ANALYZE graded_now")


async def _propose(tx: Transaction, under: Evaluation, found: _Found) -> UUID:
    """Enter a run of the staged results, and what differs from the grades in force.

    Raises: Forbidden; DateInFuture; RunWaiting; StateConflict where somebody proposed about one of them meanwhile.
    """
    tx.require_account()
    if found.on > tx.today:
        raise DateInFuture(field="evaluatedOn")
    counted = await tx.connection.fetch(_COUNT, under.jurisdiction, under.code)
    run = await _create(tx, under, found, counted)
    written = await enact(
        tx,
        GRADE,
        "propose",
        _PROPOSE,
        under.jurisdiction,
        under.code,
        found.office,
        under.scheme.name,
        found.on,
        found.period,
        found.basis,
        under.pushes,
        under.disclosure(about_person=False),
        run,
        found.method,
        found.paper_id,
        under.disclosure(about_person=True),
        basis=under.citation,
    )
    if written != sum(row["count"] for row in counted if _is_written(row)):
        raise StateConflict(verb="propose")
    return run


def _texts(results: Results) -> tuple[str, str | None]:
    period = None if results.period is None else require_text("period", results.period, longest=50)
    return _impersonal("basis", results.basis, longest=LONGEST), period


def _impersonal(field: str, text: str, *, longest: int) -> str:
    """Give a text that stands beside many subjects.

    Raises: InvalidInput, also for one that carries a number which stands for a person.
    """
    said = require_text(field, text, longest=longest)
    if names_others(said):
        raise InvalidInput("The text carries personal data: leave it out.", zh="文字含个人信息：请删除。", field=field)
    return said


def _listed(results: Results, scale: tuple[str, ...]) -> tuple[list[str], list[str | None]]:
    """Give codes and grades, each code once.

    Raises: InvalidInput; GradeNotOnScale.
    """
    codes = [code.strip().upper() for code, _ in results.values]
    if not 1 <= len(codes) <= MOST or len(set(codes)) < len(codes):
        raise InvalidInput(
            f"Give 1 to {MOST} results, each code once.",
            zh=f"请提供1至{MOST}条结果，代码不得重复。",
            field="results",
            most=MOST,
        )
    return codes, [None if value is None else require_on_scale(value, scale) for _, value in results.values]


async def _create(tx: Transaction, under: Evaluation, found: _Found, counted: Sequence[Mapping[str, Any]]) -> UUID:
    """Enter the run with what it would change.

    Raises: RunWaiting.
    """
    free = [row for row in counted if not row["waits"]]
    new = [row for row in free if _is_written(row)]
    changes = [{"from": row["old"], "to": row["value"], "count": row["count"]} for row in new]
    values = {
        "jurisdiction_id": under.jurisdiction,
        "office_id": found.office,
        "paper_id": found.paper_id,
        "scheme": under.code,
        "scheme_name": under.scheme.name,
        "evaluated_on": found.on,
        "clause": under.citation,
        "subjects": sum(row["count"] for row in counted),
        "waiting": sum(row["count"] for row in counted if row["waits"]),
        "unchanged": sum(row["count"] for row in free) - sum(row["count"] for row in new),
        "changed": sum(row["count"] for row in new if row["value"] is not None),
        "undetermined": sum(row["count"] for row in new if row["value"] is None),
        "changes": json.dumps(changes, ensure_ascii=False),
        "state": "proposed",
        "version": 1,
        "proposed_at": tx.now,
        "proposed_by": tx.actor.account_id,
    }
    try:
        async with tx.connection.transaction():
            return await create(tx, NOUN, "propose", values, basis=under.citation)
    except asyncpg.UniqueViolationError:
        raise RunWaiting from None


def _is_written(row: Mapping[str, Any]) -> bool:
    """Tell whether a result makes a grade: nothing waits, and it is open or another than the one in force."""
    return not row["waits"] and (row["value"] is None or row["value"] != row["old"])


def _judged(first: int) -> str:
    """Write each staged result beside the grade in force, and whether another proposal waits; parameters from `first`."""
    place, scheme = f"${first}", f"${first + 1}"
    current = f"was.subject_id = subject.id AND was.jurisdiction_id = {place}::text AND was.scheme = {scheme}::text"
    return f"""
SELECT subject.id AS subject_id, subject.is_person, staged.value, was.value AS old,
  EXISTS (SELECT FROM {GRADE} t WHERE {current.replace("was.", "t.")} AND {OPEN.replace("{t}", "t")}) AS waits
FROM graded_now staged JOIN subject ON subject.id = staged.subject_id
LEFT JOIN {GRADE} was ON {current} AND {IN_FORCE.replace("{t}", "was")}"""


_UNKNOWN: Final = """
SELECT given.place FROM unnest($1::text[]) WITH ORDINALITY AS given (code, place)
WHERE NOT EXISTS (SELECT FROM subject WHERE subject.uscc = given.code) ORDER BY given.place LIMIT 20
"""
_STAGE: Final = """
CREATE TEMP TABLE IF NOT EXISTS graded_now (subject_id uuid PRIMARY KEY, value text);
TRUNCATE graded_now
"""
_LISTED: Final = """
INSERT INTO graded_now
SELECT coalesce(named.merged_into_id, named.id), given.value FROM unnest($1::text[], $2::text[]) AS given (code, value)
JOIN subject named ON named.uscc = given.code
"""
_COUNT: Final = f"""
SELECT old, value, waits, count(*)::int AS count FROM ({_judged(1)}) judged
GROUP BY old, value, waits ORDER BY old NULLS FIRST, value NULLS LAST, waits
"""
_PROPOSE: Final = f"""
INSERT INTO {GRADE} (id, subject_id, about_person, jurisdiction_id, office_id, scheme, scheme_name, value, previous_value,
  evaluated_on, period, method, basis, clause, push_ordered, disclosure, run_id, paper_id, state, version, proposed_at, proposed_by)
SELECT uuidv7(), subject_id, is_person, $10::text, $12::uuid, $11::text, $13::text, value, old, $14::date, $15::text,
  $20::text, $16::text, $7::text, $17::boolean, CASE WHEN is_person THEN $22::text ELSE $18::text END, $19::uuid, $21::uuid,
  CASE WHEN value IS NULL THEN 'undetermined' ELSE 'proposed' END, 1, $1::timestamptz,
  CASE WHEN value IS NOT NULL THEN $2::uuid END
FROM ({_judged(10)}) judged WHERE NOT waits AND (value IS NULL OR value IS DISTINCT FROM old) ORDER BY subject_id
ON CONFLICT DO NOTHING RETURNING *
"""
_OF_RUN: Final = "fresh.run_id = $10::uuid AND fresh.state = 'proposed' AND fresh.proposed_by = $11::uuid"
"""Those of a run that its proposer proposed: what somebody determined meanwhile is published by itself."""
_SUPERSEDE: Final = f"""
UPDATE {GRADE} was SET state = 'superseded', version = was.version + 1, ended_at = $1::timestamptz, ended_by = $2::uuid
FROM {GRADE} fresh
WHERE {_OF_RUN} AND was.subject_id = fresh.subject_id AND was.jurisdiction_id = fresh.jurisdiction_id
  AND was.scheme = fresh.scheme AND {IN_FORCE.replace("{t}", "was")}
RETURNING was.*
"""
_PUBLISH: Final = f"""
UPDATE {GRADE} fresh SET state = 'published', version = fresh.version + 1, published_at = $1::timestamptz,
  published_by = $2::uuid, previous_value = (
    SELECT was.value FROM {GRADE} was
    WHERE was.subject_id = fresh.subject_id AND was.jurisdiction_id = fresh.jurisdiction_id AND was.scheme = fresh.scheme
      AND was.state = 'superseded' AND was.ended_at = $1 ORDER BY was.id DESC LIMIT 1)
WHERE {_OF_RUN} RETURNING fresh.*
"""
_REJECT: Final = f"""
UPDATE {GRADE} t SET state = 'rejected', version = t.version + 1, ended_at = $1::timestamptz, ended_by = $2::uuid,
  end_reason = $11::text
WHERE t.run_id = $10::uuid AND {OPEN.replace("{t}", "t")} RETURNING t.*
"""
