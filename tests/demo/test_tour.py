"""The tour: every step is valid, and tells what its text says."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any

import pytest

from api.demo.loading import CALLERS, PUBLIC, TOUR

pytestmark = pytest.mark.anyio


@pytest.fixture
async def client(demo_url: str, serve: Any) -> AsyncIterator[Any]:
    async with serve(demo_url) as opened:
        yield opened


def step(number: int) -> dict[str, str]:
    return TOUR[number - 1]


async def take(client: Any, number: int) -> dict[str, Any]:
    """Send a step as the explorer would and give the response."""
    one = step(number)
    answer: dict[str, Any] = await client.send(
        one["query"],
        json.loads(one["variables"]) if one["variables"] else None,
        caller=None if one["caller"] == PUBLIC else one["caller"],
        purpose=one["purpose"] or None,
    )
    return answer


async def told(client: Any, number: int) -> dict[str, Any]:
    """Take a step that must succeed and give its data."""
    answer = await take(client, number)
    assert "errors" not in answer, answer["errors"]
    data: dict[str, Any] = answer["data"]
    return data


async def code(client: Any, number: int) -> str:
    """Take a step that must be refused and give the code."""
    return str((await take(client, number))["errors"][0]["extensions"]["code"])


async def test_every_step_has_what_the_explorer_needs() -> None:
    callers = {PUBLIC, *(caller.sub for caller in CALLERS)}

    assert len(TOUR) >= 14
    for one in TOUR:
        assert set(one) == {"title", "text", "caller", "query", "variables", "purpose"}
        assert " · " in one["title"], "Chinese and English"
        assert one["caller"] in callers


async def test_the_public_finds_an_organisation_with_its_records_and_lists(client: Any) -> None:
    subject = (await told(client, 1))["subject"]

    assert subject["name"] == "厦门鹭晨劳务派遣有限公司(虚构11)"
    assert subject["creditRecords"]["totalCount"] == 4
    assert {one["publicationTimeliness"] for one in subject["creditRecords"]["nodes"]} >= {"TIMELY", "LATE"}
    assert subject["listEntries"]["nodes"][0]["evidence"]["nodes"]
    assert [one["name"] for one in subject["legalRepresentatives"]["nodes"]] == ["慕容**", "陈**"]


async def test_the_public_sees_a_person_masked_and_no_details(client: Any) -> None:
    record = (await told(client, 2))["creditRecord"]

    assert record["subject"]["name"] == "欧阳**"
    assert record["subject"]["maskedIdNumber"].startswith("350***")
    assert record["content"] is None


async def test_a_name_is_found_by_characters_and_by_pinyin(client: Any) -> None:
    by_characters = (await told(client, 3))["subjects"]
    by_pinyin = (await told(client, 4))["subjects"]

    assert by_characters["totalCount"] > 3
    assert [one["name"] for one in by_pinyin["nodes"]] == ["厦门鹭晨劳务派遣有限公司(虚构11)"]


async def test_a_rule_answers_with_its_clause_and_by_analogy_in_the_district(client: Any) -> None:
    data = await told(client, 5)

    assert (data["rule"]["value"], data["rule"]["unit"], data["rule"]["clause"]) == (7, "working_day", "8")
    assert len(data["rule"]["layers"]) > 2
    assert data["haicang"]["status"] == "by_analogy"


async def test_an_alias_leads_to_the_office_with_duties_and_items(client: Any) -> None:
    (office,) = (await told(client, 6))["offices"]["nodes"]

    assert office["name"] == "市监察支队"
    assert office["responsibilities"]["totalCount"] > 5
    assert "penalty" in {one["item"]["code"] for one in office["produces"]["nodes"]}


async def test_a_clerk_sees_what_is_not_published_and_what_is_overdue(client: Any) -> None:
    records = (await told(client, 7))["creditRecords"]

    assert records["totalCount"] > 5
    assert "OVERDUE" in {one["publicationTimeliness"] for one in records["nodes"]}


async def test_a_clerk_sees_the_version_before_the_amendment(client: Any) -> None:
    record = (await told(client, 8))["creditRecord"]

    assert record["content"]["CF_NR_FK"] == "2.00"
    assert [one["content"]["CF_NR_FK"] for one in record["versions"]["nodes"]] == ["3.00"]


async def test_the_other_office_named_for_the_item_does_not_find_the_record(client: Any) -> None:
    assert await code(client, 9) == "NOT_FOUND"


async def test_a_bank_without_a_purpose_is_refused(client: Any) -> None:
    assert await code(client, 10) == "PURPOSE_REQUIRED"


async def test_a_bank_with_purpose_and_consent_is_served(client: Any) -> None:
    person = (await told(client, 11))["person"]

    assert person["name"] == "欧阳虚构"
    assert {one["disclosure"] for one in person["creditRecords"]["nodes"]} == {"PUBLIC", "AUTHORISED_QUERY"}


async def test_a_bank_without_consent_finds_nobody(client: Any) -> None:
    assert (await told(client, 12))["person"] is None


async def test_a_report_is_issued_and_the_person_reads_who_looked(client: Any) -> None:
    report = (await told(client, 13))["issueCreditReport"]["creditReport"]
    data = await told(client, 14)

    assert report["number"]
    assert (report["documentStatus"], report["contentStatus"]) == ("VALID", "CURRENT")
    log = data["accessLog"]["nodes"]
    assert {(one["verb"], one["office"] and one["office"]["name"], one["purpose"]) for one in log} >= {
        ("issue", "鹭岛银行(虚构)", "财政性资金补助"),
        ("read", "鹭岛银行(虚构)", "财政性资金补助"),
    }
    assert data["me"]["consents"]["nodes"][0]["inForce"] is True


async def test_an_organisation_sees_its_whole_file(client: Any) -> None:
    records = (await told(client, 15))["subject"]["creditRecords"]

    assert records["totalCount"] == 9
    assert {one["state"] for one in records["nodes"]} == {"SUBMITTED", "PUBLISHED", "WITHDRAWN"}
    assert any(one["withdrawalReason"] for one in records["nodes"])
    assert any(one["state"] == "PUBLISHED" and not one["inForce"] for one in records["nodes"])


async def test_the_credit_office_sees_the_city_and_the_district_below(client: Any) -> None:
    data = await told(client, 16)

    assert data["serious"]["totalCount"] > 10
    assert data["haicang"]["totalCount"] > 10
    assert data["listed"]["totalCount"] > 5


async def test_the_security_officer_sees_no_content(client: Any) -> None:
    record = (await told(client, 17))["creditRecord"]

    assert record["office"]["name"] == "市监察支队"
    assert (record["title"], record["content"]) == (None, None)


async def test_a_reviewer_may_publish_and_not_submit(client: Any) -> None:
    viewer = (await told(client, 18))["viewer"]

    assert viewer["publish"]["scopes"] == ["own_office"]
    assert viewer["submit"]["allowed"] is False


async def test_the_counter_reads_by_which_entry_and_clause_it_restricts(client: Any) -> None:
    answer = (await told(client, 19))["eligibility"]

    assert answer["outcome"] == "RESTRICTED"
    assert [one["citation"] for one in answer["findings"]] == ["《保障农民工工资支付条例》 48"]
    assert {one["gap"] for one in answer["unknown"]} == {"NOT_LOADED", "REPORT_NOT_QUERIED"}
    assert answer["ways"], "and what can be done about it"


async def test_a_grade_that_the_text_leaves_open_shows_both_readings(client: Any) -> None:
    """SY-02: between one and five complaints."""
    explained = (await told(client, 20))["explainGrade"]

    assert explained["result"] == "MANUAL_REVIEW"
    assert [one["grade"] for one in explained["readings"]] == [None, "A"]
    assert [one["code"] for one in explained["rules"] if one["decides"]] == ["gap"]


async def test_what_is_due_names_the_clause_of_its_term(client: Any) -> None:
    due = (await told(client, 21))["dueItems"]

    assert due["totalCount"] > len(due["nodes"]) == 5
    assert due["nodes"][0]["late"] is True
    assert due["nodes"][0]["deadline"]["unit"] == "working_day"


async def test_a_refusal_is_explained_with_who_could_grant_it(client: Any) -> None:
    data = await told(client, 22)

    assert data["clerk"]["allowed"] is False
    assert "由一名安全管理员提出、另一名批准" in data["clerk"]["nearest"]["needs"]
    assert data["reviewer"]["allowed"] is True
    assert [one["scope"] for one in data["reviewer"]["relations"] if one["open"]] == ["own_office"]


async def test_the_auditor_sees_checkpoints_that_are_linked(client: Any) -> None:
    checkpoints = (await told(client, 23))["checkpoints"]["nodes"]

    assert all(later["previous"] == earlier["digest"] for later, earlier in pairwise(checkpoints))


async def test_help_and_aid_are_excepted_from_a_restriction(client: Any) -> None:
    """SH-09b, SH-09d: restricted, allowed with the exception applied."""
    data = await told(client, 24)

    assert (data["loan"]["outcome"], data["loan"]["exceptionApplied"]) == ("RESTRICTED", None)
    assert [one["effect"] for one in data["loan"]["findings"]] == ["RESTRICTS"]
    assert data["aid"]["outcome"] == "ALLOWED"
    assert data["aid"]["exceptionApplied"]["kind"] == "就业帮扶"
    assert [one["effect"] for one in data["aid"]["findings"]] == ["EXCEPTED"]


async def test_a_score_favours_above_its_edge_and_the_contradiction_is_shown(client: Any) -> None:
    """XM-21, XM-22: 550, 551, 600."""
    data = await told(client, 25)

    assert (data["edge"]["outcome"], data["above"]["outcome"]) == ("ALLOWED", "FAVOURED")
    shown = data["six"]["contradiction"]
    assert (shown["heldOutcome"], shown["otherOutcome"]) == ("FAVOURED", "ALLOWED")
