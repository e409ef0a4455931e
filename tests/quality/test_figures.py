"""Completeness, timeliness, correctness: counted as a jurist counts them, as of any day, and for whom."""

from __future__ import annotations

import tomllib
from collections.abc import AsyncIterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from domain.commitment import sampling
from domain.installation_rows import catalogue_item_id, office_id
from domain.lifecycle import Actor, Transaction
from domain.oversight import assessments
from domain.oversight.quality import Share, Target, target
from domain.rulebook.loader import load_rulebooks
from tests.client import NOW, Client, Serve
from tests.commitments.ground import make_ground
from tests.commitments.people import seat, settle
from tests.quality.records import EDITION, enter

pytestmark = pytest.mark.anyio

CASES = tomllib.loads((Path(__file__).parent / "quarter.toml").read_text("utf-8"))
RATE = "{ part whole rate target meets targetStatus citation }"
FIGURES = f"""query ($place: String!, $from: Date!, $to: Date!, $asOf: Date) {{
  qualityFigures(jurisdiction: $place, from: $from, to: $to, asOf: $asOf) {{ office officeName item asOf
    completeness {RATE} publicationTimeliness {RATE} collectionTimeliness {RATE} correctness {RATE} }} }}"""
DRAW = """mutation ($input: DrawQualityAssessmentInput!) { drawQualityAssessment(input: $input) { receipts qualityAssessment {
  id state seed populationSize populationDigest sampleSize basis records(first: 50) { nodes { id place state record { id } } } } } }"""
JUDGE = """mutation ($id: ID!, $verdict: Verdict!, $finding: String) {
  judgeAssessedRecord(input: { assessedRecord: $id, verdict: $verdict, finding: $finding }) { assessedRecord { state finding } } }"""
CONCLUDE = """mutation ($id: ID!) { concludeQualityAssessment(input: { qualityAssessment: $id }) { qualityAssessment { state correct incorrect } } }"""
ASSESSOR = "haicang-assessor"
MEMBERS = """
SELECT record.id FROM credit_record record JOIN catalogue_item item ON item.id = record.item_id
WHERE record.office_id = $1 AND item.double_publicity AND record.withdrawn_at IS NULL
  AND (record.submitted_at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN $2 AND $3"""


@pytest.fixture(scope="module")
async def quarter(installed_url: str) -> str:
    """Enter the quarter of the case file, and the people of the cities with a third party and one who does too much."""
    towns = await settle(installed_url)
    connection = await asyncpg.connect(installed_url)
    ground = make_ground(connection, now=NOW)
    for told in CASES["record"]:
        await enter(ground, CASES["place"], told, towns["haicang"].firm)
    await seat(ground, ASSESSOR, "assessor", office=office_id("350205", "ZX"))
    await seat(ground, "haicang-credit-a", "assessor", office=office_id("350205", "ZX"))
    await connection.close()
    return installed_url


@pytest.fixture(scope="module")
async def client(serve: Serve, quarter: str) -> AsyncIterator[Client]:
    async with serve(quarter) as made:
        yield made


async def figures(client: Client, caller: str, as_of: date | None = None, **changes: Any) -> dict[tuple[str, str], Any]:
    """Read the figures of the quarter by office and item."""
    asked = {"place": CASES["place"], "from": CASES["from"].isoformat(), "to": CASES["to"].isoformat(), **changes}
    asked["asOf"] = as_of.isoformat() if as_of else None
    found = (await client.data(FIGURES, asked, caller=caller))["qualityFigures"]
    return {(one["office"], one["item"]): one for one in found}


def key(office: str, item: str) -> tuple[str, str]:
    place = CASES["place"]
    return f"Office:{office_id(place, office)}", f"CatalogueItem:{catalogue_item_id(place, EDITION[place], item)}"


@pytest.mark.parametrize("case", CASES["expected"], ids=lambda case: f"{case['as_of']} {case['office']} {case['item']}")
async def test_the_figures_are_those_counted_by_hand(client: Client, case: dict[str, Any]) -> None:
    """XM-08c, XM-09d, SH-07b, HC-09a: timely, complete, accurate; by office, item and period, as of any day."""
    told = (await figures(client, "haicang-credit-b", case["as_of"]))[key(case["office"], case["item"])]

    counted = {
        "completeness": told["completeness"],
        "publication": told["publicationTimeliness"],
        "collection": told["collectionTimeliness"],
        "correctness": told["correctness"],
    }
    assert {name: [one["part"], one["whole"]] for name, one in counted.items()} == {
        name: case[name] for name in counted
    }
    for one in counted.values():
        assert (one["rate"] is None) == (one["whole"] == 0)


async def test_the_target_is_the_rulebook_s_and_only_where_it_binds(client: Client) -> None:
    """HC-09a: 95 % and 90 % in Haicang, as last known; Xiamen's text sets none."""
    told = (await figures(client, "haicang-credit-b"))[key("RSJ", "penalty")]

    assert (told["publicationTimeliness"]["target"], told["correctness"]["target"]) == (0.95, 0.9)
    assert told["publicationTimeliness"]["citation"] == "《海沧区社会信用体系建设2021年工作要点》 9"
    assert (told["publicationTimeliness"]["meets"], told["correctness"]["meets"]) == (False, None)
    assert told["completeness"]["target"] is None
    none = target(load_rulebooks(), "350200", "publication", date(2021, 6, 1))
    assert (none.share, none.status) == (None, "not_loaded")


@pytest.mark.parametrize(
    ("part", "whole", "meets"), [(19, 20, True), (949, 1000, False), (95, 100, True), (0, 0, None), (0, 1, False)]
)
def test_a_target_is_reached_at_the_number_itself(part: int, whole: int, meets: bool | None) -> None:
    """HC-09a: 以上 is inclusive; an empty denominator is not applicable, not 0 and not 100."""
    assert Share(part, whole).meets(Target(Fraction("0.95"), "says", None, None)) is meets
    assert Share(part, whole).meets(Target(None, "none_set", None, None)) is None


async def test_who_may_see_the_figures(client: Client) -> None:
    """HC-29a: an office its own, the credit office all, the city's credit office those below, nobody else."""
    own = await figures(client, "haicang-clerk")
    assert {office for office, _ in own} == {f"Office:{office_id('350205', 'RSJ')}"}
    everybody = await figures(client, "haicang-credit-b")
    assert {office for office, _ in everybody} == {f"Office:{office_id('350205', code)}" for code in ("RSJ", "JYJ")}
    assert await figures(client, "xiamen-credit-b") == everybody
    asked = {"place": "350205", "from": "2026-01-01", "to": "2026-03-31"}
    for caller in (None, "haicang-bank", "haicang-security", "haicang-firm", ASSESSOR):
        assert await client.codes(FIGURES, asked, caller=caller) == ["FORBIDDEN"], caller
    for caller in ("xiamen-clerk", "shanghai-credit-b"):
        assert await client.codes(FIGURES, asked, caller=caller) == ["NOT_FOUND"], caller
    for wrong in ({"asOf": "2026-03-19"}, {"asOf": "1999-12-31"}, {"to": "2025-12-31"}):
        assert await client.codes(FIGURES, {**asked, **wrong}, caller="haicang-credit-b") == ["INVALID_INPUT"], wrong


def drawing(**changes: Any) -> dict[str, Any]:
    place = CASES["place"]
    return {
        "input": {
            "office": f"Office:{office_id(place, 'RSJ')}", "assessor": f"Office:{office_id(place, 'ZX')}", "fromOn": "2026-01-01",
            "toOn": "2026-03-18", "size": 3, "seed": "2026年第一季度", **changes,
        }
    }  # fmt: skip


async def test_a_draw_is_that_of_the_sampling_by_hand_and_keeps_nobody_from_its_records(quarter: str) -> None:
    """HC-09b: place by place the SHA-256 of seed and id; an office goes on amending while it is being drawn."""
    drawing_, clerk = await asyncpg.connect(quarter), await asyncpg.connect(quarter)
    producer, assessor = (office_id("350205", code) for code in ("RSJ", "ZX"))
    first, last = date(2026, 1, 1), date(2026, 3, 18)
    undone = drawing_.transaction()
    await undone.start()
    await drawing_.execute("DELETE FROM assessed_record; DELETE FROM quality_assessment")
    tx = Transaction(drawing_, NOW, Actor(None, ("credit_office",)))
    made = await assessments.draw(
        tx,
        load_rulebooks(),
        assessments.Sample(office_id=producer, assessor_id=assessor, from_on=first, to_on=last, size=3, seed="种子"),
    )
    told = await drawing_.fetchrow("SELECT * FROM quality_assessment WHERE id = $1", made)
    rows = await drawing_.fetch("SELECT record_id FROM assessed_record WHERE assessment_id = $1 ORDER BY place", made)
    members = [row["id"] for row in await clerk.fetch(MEMBERS, producer, first, last)]
    assert len(members) > len(rows) == 3
    assert [row["record_id"] for row in rows] == sampling.draw("种子", members, basis_points=sampling.WHOLE)[:3]
    assert (told["population_size"], told["population_digest"]) == (len(members), sampling.digest(members))
    drawn = {row["record_id"] for row in rows}
    free = await clerk.fetch(f"{MEMBERS} FOR UPDATE OF record SKIP LOCKED", producer, first, last)
    assert {row["id"] for row in free} >= set(members) - drawn
    await undone.rollback()
    await drawing_.close()
    await clerk.close()


async def test_correctness_is_what_a_third_party_found_in_a_sample_that_anybody_can_draw_again(client: Client) -> None:
    """HC-09b: seeded sample, another office's assessor, a verdict per record, a rate once all are judged."""
    bureau = f"Office:{office_id('350200', 'SP')}"
    for nobody in (None, "haicang-clerk", "haicang-reviewer", ASSESSOR, "haicang-security", "haicang-auditor"):
        assert await client.codes(DRAW, drawing(), caller=nobody) == ["FORBIDDEN"], nobody
    assert await client.codes(DRAW, drawing(), caller="xiamen-credit-a") == ["NOT_FOUND"]
    own = f"Office:{office_id('350205', 'RSJ')}"
    credit = "haicang-credit-b"
    assert await client.codes(DRAW, drawing(assessor=bureau), caller=credit) == ["ASSESSOR_NOT_INDEPENDENT"]
    assert await client.codes(DRAW, drawing(assessor=own), caller=credit) == ["ASSESSOR_NOT_INDEPENDENT"]
    assert await client.codes(DRAW, drawing(size=0), caller=credit) == ["INVALID_INPUT"]
    assert await client.codes(DRAW, drawing(size=100_000), caller=credit) == ["SAMPLE_TOO_LARGE"]
    assert await client.codes(DRAW, drawing(toOn="2026-03-19"), caller=credit) == ["INVALID_INPUT"]
    assert await client.codes(DRAW, drawing(fromOn="2020-01-01", toOn="2020-02-29"), caller=credit) == [
        "NOTHING_TO_ASSESS"
    ]
    made = (await client.data(DRAW, drawing(), caller=credit))["drawQualityAssessment"]["qualityAssessment"]
    assert (made["populationSize"], made["sampleSize"], made["basis"]) == (
        6,
        3,
        "《海沧区社会信用体系建设2021年工作要点》 9",
    )
    for days in (
        {},
        {"fromOn": "2026-01-02"},
        {"fromOn": "2026-03-18"},
        {"fromOn": "2025-01-01", "toOn": "2026-01-01"},
    ):
        again = (await client.send(DRAW, drawing(seed="再抽", **days), caller=credit))["errors"][0]["extensions"]
        assert (again["code"], again["fromOn"], again["toOn"]) == ("ASSESSMENT_EXISTS", "2026-01-01", "2026-03-18")
    drawn = made["records"]["nodes"]
    assert [one["place"] for one in drawn] == [1, 2, 3]
    read = "query ($id: ID!) { node(id: $id) { id } }"
    for one in drawn:
        assert (await client.data(read, {"id": one["id"]}, caller="haicang-clerk"))[
            "node"
        ] is None  # not told beforehand
        seen = "query ($id: ID!) { assessedRecord(id: $id) { record { decisionNo content } } }"
        assert (await client.data(seen, {"id": one["id"]}, caller=ASSESSOR))["assessedRecord"]["record"][
            "content"
        ] is not None
    assert await client.codes(CONCLUDE, {"id": made["id"]}, caller=ASSESSOR) == ["VERDICTS_MISSING"]
    first, *others = drawn
    wrong = {"id": first["id"], "verdict": "INCORRECT"}
    for nobody in (None, credit, "haicang-clerk", "haicang-reviewer"):
        assert await client.codes(JUDGE, {**wrong, "finding": "罚款金额与决定书不符"}, caller=nobody) == [
            "FORBIDDEN"
        ], nobody
    assert await client.codes(JUDGE, wrong, caller=ASSESSOR) == ["FINDING_MISPLACED"]
    assert await client.codes(JUDGE, {**wrong, "verdict": "PENDING"}, caller=ASSESSOR) == ["INVALID_INPUT"]
    assert await client.codes(JUDGE, {**wrong, "finding": "身份证110101199003070134"}, caller=ASSESSOR) == [
        "PERSONAL_TEXT_IN_PUBLIC"
    ]
    judged = await client.data(JUDGE, {**wrong, "finding": "罚款金额与决定书不符"}, caller=ASSESSOR)
    assert judged["judgeAssessedRecord"]["assessedRecord"]["state"] == "INCORRECT"
    assert await client.codes(JUDGE, {"id": first["id"], "verdict": "CORRECT"}, caller=ASSESSOR) == ["STATE_CONFLICT"]
    for one in others:
        await client.data(JUDGE, {"id": one["id"], "verdict": "CORRECT"}, caller=ASSESSOR)
    before = await figures(client, credit)
    assert all(one["correctness"]["whole"] == 0 for one in before.values())  # nothing counts before the conclusion
    done = (await client.data(CONCLUDE, {"id": made["id"]}, caller=ASSESSOR))["concludeQualityAssessment"]
    assert done["qualityAssessment"] == {"state": "CONCLUDED", "correct": 2, "incorrect": 1}
    told = await figures(client, credit)
    assert sum(one["correctness"]["part"] for one in told.values()) == 2
    assert sum(one["correctness"]["whole"] for one in told.values()) == 3
    assert all(one["correctness"]["whole"] == 0 for one in (await figures(client, credit, date(2026, 3, 17))).values())
    for one in drawn:
        assert (await client.data(read, {"id": one["id"]}, caller="haicang-clerk"))["node"] == {"id": one["id"]}


async def test_who_drew_does_not_judge(client: Client) -> None:
    """HC-09b: not even somebody who holds both roles."""
    both = "haicang-credit-a"
    place = CASES["place"]
    offices = (
        {"renxin-office": f"Office:{office_id(place, 'QXYB')}"},
        {"renxin-office": f"Office:{office_id(place, 'ZX')}"},
    )
    made = await as_office(client, both, offices[0], DRAW, drawing(office=f"Office:{office_id(place, 'JYJ')}", size=1))
    record = made["data"]["drawQualityAssessment"]["qualityAssessment"]["records"]["nodes"][0]["id"]
    refused = await as_office(client, both, offices[1], JUDGE, {"id": record, "verdict": "CORRECT"})

    assert [error["extensions"]["code"] for error in refused["errors"]] == ["DRAWER_JUDGES"]


async def as_office(
    client: Client, caller: str, header: dict[str, str], query: str, variables: dict[str, Any]
) -> dict[str, Any]:
    """Send an operation in the name of one of the caller's offices."""
    headers = {
        "authorization": f"Bearer {client.token(caller)}",
        "accept": "application/graphql-response+json",
        **header,
    }
    answer = await client.http.post("/graphql", json={"query": query, "variables": variables}, headers=headers)
    found: dict[str, Any] = answer.json()
    return found
