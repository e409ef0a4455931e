"""Drawing, judging and concluding a third-party assessment of an office's records.

The population is what the office handed in on some days and has not withdrawn; each record's place follows from
the SHA-256 of seed and id, so that anybody can draw the sample again. Refuses: an assessor of the bureau, a second
draw from the same records, a judge who drew, a conclusion with verdicts missing. Source: 海沧9.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.commitment.refusals import SampleTooLarge
from domain.commitment.spot_checks import LARGEST
from domain.credit.refusals import PersonalTextInPublic
from domain.errors import DomainError, InvalidInput, NotFound
from domain.lifecycle import Transaction, create, machine, move
from domain.registry.enrolment import names_identity
from domain.rulebook.lookup import rule
from domain.rulebook.model import Rulebooks
from domain.text import require_text

MACHINE: Final = machine("quality_assessment", conclude=("drawn", "concluded"))
VERDICT_MACHINE: Final = machine("assessed_record", judge=("pending", None))
ASSESSED_BY: Final = "threshold.double_publicity.assessed_by"
_LONGEST: Final = 2_000


class AssessorNotIndependent(DomainError):
    """Correctness is judged by a third party: name an office outside the bureau that is not assessed itself."""

    code = "ASSESSOR_NOT_INDEPENDENT"
    zh = "正确率由第三方评估：请指定非人社部门、且不是被评估单位的评估机构。"


class NothingToAssess(DomainError):
    """The office handed in no such records on those days: there is nothing to draw from."""

    code = "NOTHING_TO_ASSESS"
    zh = "该单位在此期间没有报送此类信息：无从抽取。"


class AssessmentExists(DomainError):
    """A sample has been drawn already of these days, or of some of them: see `fromOn` and `toOn`; it is not drawn again."""

    code = "ASSESSMENT_EXISTS"
    zh = "该单位该事项在所列期间或其中部分日期已抽样评估：见 fromOn、toOn，不得重复抽取。"


class DrawerJudges(DomainError):
    """Whoever drew the sample does not judge it: leave the verdict to another person."""

    code = "DRAWER_JUDGES"
    zh = "抽样人不得作出评估结论：请由他人办理。"


class VerdictsMissing(DomainError):
    """Records of the sample are not judged yet: see `pending`."""

    code = "VERDICTS_MISSING"
    zh = "样本中仍有记录未作评估：见 pending。"


class FindingMisplaced(InvalidInput):
    """An incorrect record is told with what is incorrect in it; a correct one has no finding."""

    code = "FINDING_MISPLACED"
    zh = "认定不正确的须写明问题；认定正确的不填写问题。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What is to be drawn: whose records of which days, how many, for whom to judge."""

    office_id: UUID
    assessor_id: UUID
    from_on: date
    to_on: date
    size: int
    seed: str
    item_id: UUID | None = None


async def draw(tx: Transaction, books: Rulebooks, wanted: Sample) -> UUID:
    """Draw a sample of an office's records for a third party to judge; give the assessment's id.

    Raises: NotFound; InvalidInput; AssessorNotIndependent; NothingToAssess; SampleTooLarge; AssessmentExists.
    """
    office = await tx.connection.fetchrow("SELECT jurisdiction_id FROM office WHERE id = $1", wanted.office_id)
    if office is None:
        raise NotFound
    await _require_independent(tx, wanted)
    seed = _seed(wanted, today=tx.today)
    await _require_undrawn(tx, wanted)
    chosen = await tx.connection.fetch(
        _CHOSEN, wanted.office_id, wanted.item_id, wanted.from_on, wanted.to_on, tx.now, seed, wanted.size
    )
    if not chosen:
        raise NothingToAssess
    shared = {
        "jurisdiction_id": office["jurisdiction_id"],
        "office_id": wanted.office_id,
        "assessor_id": wanted.assessor_id,
        "drawn_by": tx.actor.account_id,
    }
    basis = _basis(books, office["jurisdiction_id"], wanted.to_on)
    values = {
        **shared,
        "item_id": wanted.item_id,
        "from_on": wanted.from_on,
        "to_on": wanted.to_on,
        "state": "drawn",
        "seed": seed,
        "population_size": chosen[0]["population_size"],
        "population_digest": chosen[0]["population_digest"],
        "sample_size": len(chosen),
        "basis": basis,
        "drawn_at": tx.now,
    }
    assessment_id = await create(tx, "quality_assessment", "draw", values, basis=basis)
    for place, record in enumerate(chosen, start=1):
        told = {name: record[name] for name in ("record_id", "subject_id", "about_person", "version")}
        drawn = {"assessment_id": assessment_id, "place": place, "state": "pending"}
        await create(tx, "assessed_record", "draw", {**shared, **told, **drawn}, basis=basis)
    return assessment_id


def _seed(wanted: Sample, *, today: date) -> str:
    """Give the seed of a sample that can be drawn: of days that are over or today's, not empty and not too large.

    Raises: InvalidInput; SampleTooLarge.
    """
    if not wanted.from_on <= wanted.to_on <= today:
        raise InvalidInput("The days are out of order or lie in the future.", zh="起止日期颠倒或晚于今天。")
    if wanted.size < 1:
        raise InvalidInput("A sample has at least one record.", zh="样本至少一条。", field="size")
    if wanted.size > LARGEST:
        raise SampleTooLarge(size=wanted.size, largest=LARGEST)
    return require_text("seed", wanted.seed, longest=128)


async def judge(tx: Transaction, row: Mapping[str, Any], *, verdict: str, finding: str | None) -> dict[str, Any]:
    """Judge a record that was drawn; give the row after it.

    Raises: InvalidInput; FindingMisplaced; DrawerJudges; PersonalTextInPublic; StateConflict.
    """
    if verdict not in ("correct", "incorrect"):
        raise InvalidInput("A verdict is correct or incorrect.", zh="评估结论为正确或不正确。", field="verdict")
    if (verdict == "incorrect") != (finding is not None):
        raise FindingMisplaced
    _require_another(tx, row)
    said = require_text("finding", finding, longest=_LONGEST) if finding is not None else None
    if said is not None and names_identity(said, person_name=None):
        raise PersonalTextInPublic(field="finding")
    changes = {"state": verdict, "finding": said, "judged_at": tx.now, "judged_by": tx.actor.account_id}
    return await move(tx, VERDICT_MACHINE, "judge", row["id"], changes)


async def conclude(tx: Transaction, row: Mapping[str, Any]) -> dict[str, Any]:
    """Conclude an assessment whose records are all judged: from now on it tells the office's rate.

    Raises: VerdictsMissing; DrawerJudges; StateConflict.
    """
    _require_another(tx, row)
    pending = await tx.connection.fetchval(
        "SELECT count(*) FROM assessed_record WHERE assessment_id = $1 AND state = 'pending'", row["id"]
    )
    if pending:
        raise VerdictsMissing(pending=pending)
    changes = {"concluded_at": tx.now, "concluded_by": tx.actor.account_id}
    return await move(tx, MACHINE, "conclude", row["id"], changes, basis=row["basis"])


async def _require_independent(tx: Transaction, wanted: Sample) -> None:
    """Pass a third party.

    Raises: AssessorNotIndependent; NotFound for an office that there is not.
    """
    kind = await tx.connection.fetchval("SELECT kind FROM office WHERE id = $1", wanted.assessor_id)
    if kind is None:
        raise NotFound
    if kind == "bureau_office" or wanted.assessor_id == wanted.office_id:
        raise AssessorNotIndependent


async def _require_undrawn(tx: Transaction, wanted: Sample) -> None:
    """Pass days of which no sample was drawn, or a rate could be drawn until it pleases; one draw of an office at a time.

    Raises: AssessmentExists.
    """
    await tx.connection.execute(_ALONE, str(wanted.office_id))
    drawn = await tx.connection.fetchrow(_DRAWN, wanted.office_id, wanted.item_id, wanted.from_on, wanted.to_on)
    if drawn is not None:
        raise AssessmentExists(fromOn=drawn["from_on"].isoformat(), toOn=drawn["to_on"].isoformat())


def _basis(books: Rulebooks, jurisdiction: str, on: date) -> str:
    answer = rule(books, jurisdiction, ASSESSED_BY, on)
    return answer.citation or f"{ASSESSED_BY}: {answer.status.value}"


def _require_another(tx: Transaction, row: Mapping[str, Any]) -> None:
    if row["drawn_by"] is not None and row["drawn_by"] == tx.actor.account_id:
        raise DrawerJudges


_ALONE: Final = "SELECT pg_advisory_xact_lock(hashtextextended('quality_assessment:' || $1, 0))"
_DRAWN: Final = """
SELECT from_on, to_on FROM quality_assessment
WHERE office_id = $1 AND from_on <= $4 AND to_on >= $3 AND (item_id = $2 OR item_id IS NULL OR $2::uuid IS NULL)
ORDER BY drawn_at LIMIT 1
"""
_CHOSEN: Final = r"""
WITH population AS MATERIALIZED (
  SELECT record.id AS record_id, record.subject_id, record.about_person, record.version FROM credit_record record
  JOIN catalogue_item item ON item.id = record.item_id
  WHERE record.office_id = $1 AND CASE WHEN $2::uuid IS NULL THEN item.double_publicity ELSE record.item_id = $2 END
    AND record.submitted_at >= ($3::date::timestamp AT TIME ZONE 'Asia/Shanghai')
    AND record.submitted_at < (($4::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai')
    AND record.submitted_at <= $5 AND record.withdrawn_at IS NULL
)
SELECT population.*, whole.population_size, whole.population_digest FROM population, (
  SELECT count(*) AS population_size,
         encode(sha256(convert_to(string_agg(record_id::text, E'\n' ORDER BY record_id), 'UTF8')), 'hex') AS population_digest
  FROM population) whole
ORDER BY sha256(convert_to($6 || E'\n' || record_id::text, 'UTF8')) LIMIT $7
"""
"""The same as `domain/commitment/sampling` draws, where the records are: a year of a city's is not held here, nor locked."""
