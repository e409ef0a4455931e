"""The register, integrity archives and their coverage over HTTP, as of any past day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.evaluation import register
from domain.evaluation.schemes import evaluation_by
from domain.installation_rows import office_id
from tests.client import NOW, Client
from tests.evaluation.acts import OPEN, REGISTER, code_of, published
from tests.evaluation.conftest import HAICANG, XIAMEN
from tests.removals.ground import BOOKS, Ground

pytestmark = pytest.mark.anyio

COVERAGE = """query ($place: String!, $day: Date) { archiveCoverage(jurisdiction: $place, asOf: $day) {
  rows { scheme office officeName archiveOrdered supervised archived rate } campaignDays { day name clause } } }"""
ARCHIVES = """query ($subject: ID!) { integrityArchives(first: 5, filter: { subject: [$subject] }) { nodes {
  id name open creditRecords(first: 9) { totalCount nodes { title } } listEntries(first: 9) { totalCount }
  grades(first: 9) { nodes { value scheme } } commitments(first: 9) { totalCount } } } }"""


def listed(scheme: str, codes: list[str], **more: Any) -> dict[str, Any]:
    return {"input": {"scheme": scheme, "codes": codes, "validFrom": "2026-01-01", "source": "许可名录", **more}}


async def figure(client: Client, scheme: str, office: str, caller: str, day: str | None = None) -> dict[str, Any]:
    data = await client.data(COVERAGE, {"place": XIAMEN, "day": day}, caller=caller)
    wanted = f"Office:{office_id(XIAMEN, office)}"
    row: dict[str, Any] = next(
        one for one in data["archiveCoverage"]["rows"] if (one["scheme"], one["office"]) == (scheme, wanted)
    )
    return row


async def test_a_register_that_is_empty_gives_no_rate_and_one_that_is_loaded_does(
    client: Client, ground: Ground
) -> None:
    """XM-26: coverage is archives over supervised subjects; nobody supervised is n/a, never all of them."""
    empty = await figure(client, "private_training", "ZJ", "vocational-clerk")
    assert (empty["supervised"], empty["archived"], empty["rate"]) == (0, 0, None)
    firms = [await ground.subject(XIAMEN) for _ in range(4)]
    codes = [await code_of(ground, firm) for firm in firms]
    sent = listed("private_training", [*codes, codes[0], "91350200MA0000000X"])
    told = (await client.data(REGISTER, sent, caller="vocational-clerk"))["registerSupervisedSubjects"]["codes"]
    assert [one["outcome"] for one in told] == [*["registered"] * 4, "twice", "unknown_subject"]
    again = await client.data(REGISTER, listed("private_training", codes[:1]), caller="vocational-clerk")
    assert again["registerSupervisedSubjects"]["codes"] == [{"place": 1, "outcome": "known"}]
    some = {"input": {"scheme": "private_training", "subjects": [f"Subject:{one}" for one in firms[:3]]}}
    opened = await client.data(OPEN, some, caller="vocational-clerk")
    assert opened["openIntegrityArchives"]["opened"] == [{"scheme": "private_training", "count": 3}]
    counted = await figure(client, "private_training", "ZJ", "credit")
    assert (counted["supervised"], counted["archived"], counted["rate"]) == (4, 3, 0.75)
    rest = await client.data(OPEN, {"input": {"scheme": "private_training"}}, caller="vocational-clerk")
    assert rest["openIntegrityArchives"]["opened"][0]["count"] == 1, "everybody in the register who had none"
    assert (await figure(client, "private_training", "ZJ", "credit"))["rate"] == 1.0


async def test_the_figure_of_a_past_day_stays_what_it_was(client: Client, ground: Ground) -> None:
    """XM-26: what is loaded, opened, closed or ended later does not rewrite the answer of a day; leap day included."""
    office = office_id(XIAMEN, "GS")
    firms = [await ground.subject(XIAMEN) for _ in range(2)]
    codes = [await code_of(ground, firm) for firm in firms]
    for days, part in ((30, firms[:1]), (10, firms)):
        ground.now = NOW - timedelta(days=days)
        tx = ground.tx("injury-clerk", roles=("clerk",), office_id=office, jurisdiction_id=XIAMEN)
        under = evaluation_by(BOOKS, XIAMEN, "injury_insurance_institution", office=office, on=tx.today)
        loaded = codes[: len(part)]
        await register.register(tx, under, office, loaded, valid_from=tx.today, source="协议机构名录")
        await register.open_archives(tx, under, office, [firms[0]])
    ground.now = NOW
    archive = await ground.connection.fetchrow("SELECT * FROM integrity_archive WHERE subject_id = $1", firms[0])
    place = await ground.connection.fetchrow("SELECT * FROM supervised_subject WHERE subject_id = $1", firms[1])
    close = "mutation ($input: CloseIntegrityArchiveInput!) { closeIntegrityArchive(input: $input) { integrityArchive { open } } }"
    end = "mutation ($input: EndSupervisedSubjectInput!) { endSupervisedSubject(input: $input) { supervisedSubject { validTo } } }"
    shut = {"input": {"integrityArchive": f"IntegrityArchive:{archive['id']}", "reason": "协议终止"}}
    over = {
        "input": {"supervisedSubject": f"SupervisedSubject:{place['id']}", "validTo": "2026-03-10", "reason": "注销"}
    }
    assert await client.codes(close, shut, caller="clerk") == ["NOT_FOUND"], "another office's"
    await client.data(close, shut, caller="injury-clerk")
    await client.data(end, over, caller="injury-clerk")
    assert await client.codes(end, over, caller="injury-clerk") == ["STATE_CONFLICT"]
    told = {
        day: await figure(client, "injury_insurance_institution", "GS", "credit", day)
        for day in ("2026-02-15", "2026-02-16", "2026-03-08", "2026-03-17", "2026-03-18")
    }
    assert {day: (one["supervised"], one["archived"]) for day, one in told.items()} == {
        "2026-02-15": (0, 0), "2026-02-16": (1, 1), "2026-03-08": (2, 1), "2026-03-17": (2, 1), "2026-03-18": (1, 0),
    }  # fmt: skip
    assert await client.codes(COVERAGE, {"place": XIAMEN, "day": "2026-03-19"}, caller="credit") == ["INVALID_INPUT"]


async def test_a_clause_that_orders_no_archive_has_none(client: Client, ground: Ground) -> None:
    """XM-13 orders the push and no archive; XM-12, XM-14 to XM-16 order one (A.4 item 25)."""
    firm = await ground.subject(XIAMEN)
    sent = {"input": {"scheme": "hr_agency", "subjects": [f"Subject:{firm}"]}}
    assert await client.codes(OPEN, sent, caller="talent-clerk") == ["ARCHIVE_NOT_ORDERED"]
    data = await client.data(COVERAGE, {"place": XIAMEN, "day": None}, caller="credit")
    [row] = (one for one in data["archiveCoverage"]["rows"] if one["scheme"] == "employer")
    assert row["officeName"] == await ground.connection.fetchval(
        "SELECT name FROM office WHERE id = $1", UUID(row["office"].removeprefix("Office:"))
    )
    ordered = {one["scheme"]: one["archiveOrdered"] for one in data["archiveCoverage"]["rows"]}
    assert ordered == {
        "employer": True, "hr_agency": False, "injury_insurance_institution": True, "private_training": True,
        "private_technical_school": True,
    }  # fmt: skip


async def test_an_archive_shows_what_its_schemes_offices_hold_of_units_and_individuals(
    client: Client, ground: Ground
) -> None:
    """XM-12, XM-12c: one view over records, entries, grades and commitments; other offices' holdings are not in it."""
    for person in (False, True):
        subject = await ground.subject(XIAMEN, person=person)
        agent = await ground.agent(f"agent-{subject}", subject)
        await ground.record(XIAMEN, "penalty", "JCZD", subject, title="欠薪处罚")
        await ground.record(XIAMEN, "permit", "SP", subject, title="许可", dishonest=False)
        await ground.entry(XIAMEN, "labour_serious", "JCZD", subject)
        await published(client, subject, "C")
        sent = {"input": {"scheme": "employer", "subjects": [f"Subject:{subject}"]}}
        assert await client.codes(OPEN, sent, caller="injury-clerk") == ["SCHEME_OF_OTHER_OFFICE"]
        await client.data(OPEN, sent, caller="clerk")
        for caller in ("clerk", agent):
            data = await client.data(ARCHIVES, {"subject": f"Subject:{subject}"}, caller=caller)
            (archive,) = data["integrityArchives"]["nodes"]
            assert archive["name"] == "劳动保障守法诚信档案"
            assert [one["title"] for one in archive["creditRecords"]["nodes"]] == ["欠薪处罚"], caller
            assert archive["listEntries"]["totalCount"] == 1
            assert archive["grades"]["nodes"] == [{"value": "C", "scheme": "employer"}]
        assert (await client.data(ARCHIVES, {"subject": f"Subject:{subject}"}, caller="injury-clerk"))[
            "integrityArchives"
        ]["nodes"] == []
    assert await client.codes(ARCHIVES, {"subject": f"Subject:{subject}"}) == ["FORBIDDEN"], "the public has none"


async def test_the_campaign_days_have_the_names_that_each_text_gives_them(client: Client, ground: Ground) -> None:
    """XM-26: 3·15 and 6·14; the second is 诚信记录日 in Xiamen and 信用记录关爱日 in Haicang (A.4 item 8)."""
    await ground.officer("haicang-credit", "credit_office", office=(HAICANG, "QXYB"))
    for place, caller, name in (
        (XIAMEN, "credit", "6·14诚信记录日"),
        (HAICANG, "haicang-credit", "6·14信用记录关爱日"),
    ):
        data = await client.data(COVERAGE, {"place": place, "day": None}, caller=caller)
        days = {one["day"]: one["name"] for one in data["archiveCoverage"]["campaignDays"]}
        assert days == {"03-15": "3·15消费者权益日", "06-14": name}


async def test_whoever_asks_for_none_or_too_many_is_told_how_many(client: Client, ground: Ground) -> None:
    for codes in ([], [f"91350200MA{number:08d}" for number in range(register.MOST + 1)]):
        answer = await client.send(REGISTER, listed("employer", codes), caller="clerk")
        told = answer["errors"][0]["extensions"]
        assert (told["code"], told["most"]) == ("INVALID_INPUT", register.MOST)
