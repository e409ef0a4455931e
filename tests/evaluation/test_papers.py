"""Scoring papers: a file proposed by one, approved by another, by which the engine then computes; and runs of a city."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from api.demo.grades import PAPER as FILE
from domain.evaluation.refusals import PaperInvalid
from domain.evaluation.scoring import read_paper
from domain.installation_rows import office_id
from domain.lifecycle import create
from tests.client import Client
from tests.evaluation.acts import PROPOSE as PROPOSE_GRADE
from tests.evaluation.acts import moved, proposal
from tests.evaluation.conftest import SHIYAN, XIAMEN
from tests.removals.ground import Ground

pytestmark = pytest.mark.anyio

PAPER = FILE.read_text("utf-8")
SHOWN = "{ scoringPaper { id state inForce basis } }"
PROPOSE = f"mutation ($input: ProposeScoringPaperInput!) {{ proposeScoringPaper(input: $input) {SHOWN} }}"
RUN = "id subjects unchanged changed undetermined changes"
PROPOSE_RUN = (
    f"mutation ($input: ProposeGradeRunInput!) {{ proposeGradeRun(input: $input) {{ gradeRun {{ {RUN} }} }} }}"
)
PUBLISH_RUN = (
    f"mutation ($input: PublishGradeRunInput!) {{ publishGradeRun(input: $input) {{ gradeRun {{ {RUN} }} }} }}"
)
SCHEMES = '{ evaluationSchemes(jurisdiction: "350200") { code scoringLoaded scoringPaper scale } }'
SYSTEMS = ("real_name", "wage_account", "bank_payment", "deposit", "rights_notice")


def asked(scheme: str = "private_training", content: str = PAPER, **more: Any) -> dict[str, Any]:
    fixed = {
        "scheme": scheme,
        "name": "民办职业培训机构评分细则（虚构）",
        "content": content,
        "validFrom": "2026-01-01",
    }
    return {"input": {**fixed, **more}}


def step(verb: str) -> str:
    name = f"{verb[0].upper()}{verb[1:]}ScoringPaperInput"
    return f"mutation ($input: {name}!) {{ {verb}ScoringPaper(input: $input) {SHOWN} }}"


async def fact(ground: Ground, place: str, subject: UUID, kind: str, outcome: str, **more: Any) -> None:
    """Record a fact, known since a month before."""
    values = {
        "subject_id": subject, "jurisdiction_id": place, "office_id": office_id(place, "JC"), "kind": kind,
        "outcome": outcome, "occurred_on": date(2026, 2, 1), "state": "recorded", "version": 1, "recorded_at": ground.now,
        "recorded_on": date(2026, 2, 1), **more,
    }  # fmt: skip
    await create(ground.tx(), "grade_fact", "record", values)


async def test_a_paper_is_approved_by_another_and_grades_are_computed_from_its_first_day_on(
    client: Client, ground: Ground
) -> None:
    """XM-15: the scoring is named and not loaded; once its paper is, indicators, veto and thresholds give the grade."""
    both = await ground.officer("paper-both", "clerk", "approver", office=(XIAMEN, "ZJ"))
    good, bad, worst = [await ground.subject(XIAMEN) for _ in range(3)]
    without = proposal(good, None, "private_training")
    assert await client.codes(PROPOSE_GRADE, without, caller="vocational-clerk") == ["GRADE_NOT_COMPUTED"]
    paper = (await client.data(PROPOSE, asked(), caller=both))["proposeScoringPaper"]["scoringPaper"]
    assert (paper["state"], paper["inForce"]) == ("PROPOSED", False)
    which = {"input": {"scoringPaper": paper["id"]}}
    assert await client.codes(step("approve"), which, caller=both) == ["PAPER_PROPOSER_APPROVES"]
    assert await client.codes(step("approve"), which, caller="vocational-clerk") == ["FORBIDDEN"]
    assert await client.codes(step("approve"), which, caller="approver") == ["NOT_FOUND"]
    done = (await client.data(step("approve"), which, caller="vocational-approver"))["approveScoringPaper"]
    assert done["scoringPaper"]["inForce"]
    told = {one["code"]: one for one in (await client.data(SCHEMES))["evaluationSchemes"]}
    assert (told["private_training"]["scoringPaper"], told["private_training"]["scale"]) == (
        paper["id"],
        ["A", "B", "C"],
    )
    assert not told["private_technical_school"]["scoringLoaded"], "the paper is of one scheme"
    entered = proposal(good, "A", "private_training")
    assert await client.codes(PROPOSE_GRADE, entered, caller="vocational-clerk") == ["GRADE_IS_COMPUTED"]
    for _ in range(2):
        await fact(ground, XIAMEN, bad, "arrears_finding", "arrears")
    await fact(ground, XIAMEN, worst, "arrears_finding", "serious", evidence="认定书")
    grades = {}
    for subject in (good, bad, worst):
        sent = proposal(subject, None, "private_training")
        data = await client.data(PROPOSE_GRADE, sent, caller="vocational-clerk")
        grades[subject] = data["proposeGrade"]["grade"]
    assert [(one["value"], one["method"]) for one in grades.values()] == [
        ("A", "COMPUTED"),
        ("B", "COMPUTED"),
        ("C", "COMPUTED"),
    ]
    early = proposal(await ground.subject(XIAMEN), None, "private_training", evaluatedOn="2025-12-31")
    assert await client.codes(PROPOSE_GRADE, early, caller="vocational-clerk") == ["GRADE_NOT_COMPUTED"], (
        "not in force yet"
    )
    assert (await moved(client, "publish", grades[bad]["id"], "vocational-approver"))["state"] == "PUBLISHED"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('scale = ["A", "B", "C"]', 'scale = ["A", "B"]', "grade"),
        ('window = "paper.window"', 'window = "no.such"', "no.such"),
        ('feature = "score", op = "gte", value = 90', 'feature = "points", op = "gte", value = 90', "points"),
        ('quote = "评价期为一年"\n', "", "quote"),
        ("[[rules]]", "[[measure]]", "measure"),
        ("[[scheme]]", "[scheme", "TOML"),
        ('code = "veto"\n', 'code = "A"\n', "A"),
        ("points = -20, cap = 60", 'points = "many"', "points"),
        ("base = 100", "base = 1000001", "the number 1000001 is out of range"),
        ("base = 100", "base = -9999999999", "the number -9999999999 is out of range"),
    ],
)
def test_a_paper_that_cannot_be_used_is_refused_with_every_fault(before: str, after: str, said: str) -> None:
    """XM-12 to XM-16: loadable as data, and checked as a rulebook is."""
    assert read_paper(PAPER, scheme="employer", name="细则")["scheme"], "as it is, it can be used"
    with pytest.raises(PaperInvalid) as refused:
        read_paper(PAPER.replace(before, after, 1), scheme="employer", name="细则")
    faults = refused.value.extensions["faults"]
    assert isinstance(faults, list)
    assert any(said in fault for fault in faults), faults


async def test_what_a_paper_may_not_be_is_refused_over_http(client: Client, ground: Ground) -> None:
    wrong = await client.codes(PROPOSE, asked("injury_insurance_institution", "scale = 1"), caller="injury-clerk")
    assert wrong == ["PAPER_INVALID"]
    scored = await client.codes(PROPOSE, asked("construction_units"), caller="shiyan-clerk")
    assert scored == ["GRADE_IS_COMPUTED"], "its scoring stands in the rulebook"
    data = await client.data(PROPOSE, asked("injury_insurance_institution"), caller="injury-clerk")
    which = {"scoringPaper": data["proposeScoringPaper"]["scoringPaper"]["id"]}
    gone = {"input": {**which, "reason": "条款引用有误"}}
    rejected = (await client.data(step("reject"), gone, caller="injury-approver"))["rejectScoringPaper"]["scoringPaper"]
    assert rejected["state"] == "REJECTED"
    over = {"input": {**which, "validTo": "2026-12-31", "reason": "已修订"}}
    assert await client.codes(step("end"), over, caller="injury-approver") == ["INVALID_INPUT"]
    later = asked("injury_insurance_institution", validFrom="2026-06-01")
    data = await client.data(PROPOSE, later, caller="injury-clerk")
    which = {"scoringPaper": data["proposeScoringPaper"]["scoringPaper"]["id"]}
    await client.data(step("approve"), {"input": which}, caller="injury-approver")
    over = {"input": {**which, "validTo": "2026-06-30", "reason": "已修订"}}
    ended = (await client.data(step("end"), over, caller="injury-approver"))["endScoringPaper"]["scoringPaper"]
    assert ended["state"] == "APPROVED", "it holds until its last day"


async def test_a_city_is_graded_by_one_run_and_only_what_changed_is_written(client: Client, ground: Ground) -> None:
    """SY-01, SY-05: A, C and the gap; nothing holds before another person publishes; a second run changes nothing."""
    fine, serious, gap = [await ground.subject(SHIYAN) for _ in range(3)]
    for subject in (fine, serious, gap):
        await fact(ground, SHIYAN, subject, "enterprise_kind", "local")
        for code in SYSTEMS:
            await fact(ground, SHIYAN, subject, "labour_system", "held", code=code)
    await fact(ground, SHIYAN, serious, "arrears_finding", "serious", evidence="认定书")
    await fact(ground, SHIYAN, gap, "arrears_finding", "arrears")
    sent = {"input": {"scheme": "construction_units", "evaluatedOn": "2026-03-18"}}
    run = (await client.data(PROPOSE_RUN, sent, caller="shiyan-clerk"))["proposeGradeRun"]["gradeRun"]
    assert {(one["from"], one["to"], one["count"]) for one in run["changes"]} == {
        (None, "A", 1), (None, "C", 1), (None, None, 1),
    }  # fmt: skip
    rows = await ground.connection.fetch(
        "SELECT subject_id, state, value, method FROM grade WHERE run_id = $1", UUID(run["id"].rpartition(":")[2])
    )
    assert {row["subject_id"]: (row["state"], row["value"]) for row in rows} == {
        fine: ("proposed", "A"), serious: ("proposed", "C"), gap: ("undetermined", None),
    }  # fmt: skip
    await client.data(PUBLISH_RUN, {"input": {"gradeRun": run["id"]}}, caller="shiyan-approver")
    again = (await client.data(PROPOSE_RUN, sent, caller="shiyan-clerk"))["proposeGradeRun"]["gradeRun"]
    assert (again["subjects"], again["unchanged"], again["changed"]) == (3, 2, 0)


EXPLAIN = """query ($subject: ID!, $on: Date, $place: String) {
  explainGrade(subject: $subject, scheme: "private_technical_school", on: $on, jurisdiction: $place) {
    result grade state keptSince scoringPaper scoringPaperName scale law contestZh
    rules { code grade standing decides veto clause quote conditions { feature op value holds } }
    features { code low high base clause indicators { feature weight cap countedLow pointsLow pointsHigh clause quote } } } }"""


async def test_a_grade_by_a_paper_is_explained_indicator_by_indicator(client: Client, ground: Ground) -> None:
    """XM-16: indicators, weights, points, thresholds, the veto that fired or did not, each with the paper's clause; PIPL 24."""
    data = await client.data(PROPOSE, asked("private_technical_school"), caller="vocational-clerk")
    paper = data["proposeScoringPaper"]["scoringPaper"]["id"]
    await client.data(step("approve"), {"input": {"scoringPaper": paper}}, caller="vocational-approver")
    school, worst, clean = [await ground.subject(XIAMEN) for _ in range(3)]
    for _ in range(4):
        await fact(ground, XIAMEN, school, "arrears_finding", "arrears")
    await fact(ground, XIAMEN, worst, "arrears_finding", "serious", evidence="认定书")
    agent = await ground.agent(f"school-{school}", school)
    given = {"subject": f"Subject:{school}"}
    found = (await client.data(EXPLAIN, given, caller="vocational-clerk"))["explainGrade"]
    assert (found["grade"], found["state"], found["scoringPaper"]) == ("C", "LOADED", paper)
    assert found["scoringPaperName"] == "民办职业培训机构评分细则（虚构）"
    score = next(one for one in found["features"] if one["code"] == "score")
    assert (score["base"], score["low"], score["high"], score["clause"]) == (100, 40, 40, "第五条")
    assert score["indicators"] == [
        {"feature": "arrears", "weight": -20, "cap": 60, "countedLow": 4, "pointsLow": -60, "pointsHigh": -60,
         "clause": "第五条", "quote": "评价期内每认定一次欠薪扣20分"},
    ]  # fmt: skip
    rules = {one["code"]: one for one in found["rules"]}
    assert [(code, one["veto"], one["standing"], one["decides"], one["clause"]) for code, one in rules.items()] == [
        ("veto", True, "NOT_FIRED", False, "第七条"), ("A", False, "NOT_FIRED", False, "第六条"),
        ("B", False, "NOT_FIRED", False, "第六条"), ("C", False, "FIRED", True, "第六条"),
    ]  # fmt: skip
    assert rules["A"]["conditions"] == [{"feature": "score", "op": "gte", "value": 90, "holds": False}]
    own = (await client.data(EXPLAIN, {**given, "place": XIAMEN}, caller=agent))["explainGrade"]
    assert own == found, "the subject is told the same"
    assert "contestGrade" in own["contestZh"]
    vetoed = (await client.data(EXPLAIN, {"subject": f"Subject:{worst}"}, caller="vocational-clerk"))["explainGrade"]
    fired = [(one["code"], one["standing"], one["decides"]) for one in vetoed["rules"]]
    assert (vetoed["grade"], fired[0]) == ("C", ("veto", "FIRED", True))
    best = (await client.data(EXPLAIN, {"subject": f"Subject:{clean}"}, caller="vocational-clerk"))["explainGrade"]
    assert (best["grade"], best["keptSince"]) == ("A", "2026-03-18")
    before = {**given, "on": "2025-12-31"}
    early = (await client.data(EXPLAIN, before, caller="vocational-clerk"))["explainGrade"]
    assert (early["result"], early["scoringPaper"], early["rules"]) == ("NOT_LOADED", None, []), "no paper on that day"


async def test_a_scheme_without_its_paper_computes_nobody(client: Client, ground: Ground) -> None:
    """XM-13: not loaded is not a grade."""
    sent = {"input": {"scheme": "hr_agency", "evaluatedOn": "2026-03-18"}}
    assert await client.codes(PROPOSE_RUN, sent, caller="talent-clerk") == ["SCHEME_NOT_LOADED"]
