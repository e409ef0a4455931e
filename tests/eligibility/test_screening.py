"""Screening over HTTP: by code, number and name; consent, quota, log; and nothing about who is not shown."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from authz.quota import Limits, Quotas
from domain.eligibility.screening import candidates, chosen
from domain.identifiers import invented_resident_id, invented_uscc
from domain.registry.enrolment import enrol_organisation, enrol_person
from domain.vault import Vault
from tests.client import Client, Serve
from tests.eligibility.conftest import SHANGHAI, consent
from tests.removals.ground import Ground

pytestmark = pytest.mark.anyio

SCREEN = """query ($matter: String!, $them: [ScreenedInput!]!) { eligibilityScreening(matter: $matter, subjects: $them) {
  on found matter { code } subjects { position outcome until citations subject { subject name score reasons }
  matches { subject name score reasons } } } }"""
LOAN = {"caller": "sh-bank", "purpose": f"{SHANGHAI}.startup_loan"}


async def screened(client: Client, *them: dict[str, str], matter: str = "startup_loan", **how: Any) -> list[Any]:
    answer = await client.data(SCREEN, {"matter": matter, "them": list(them)}, **(how or LOAN))
    shown: list[Any] = answer["eligibilityScreening"]["subjects"]
    return shown


async def refusal(client: Client, *them: dict[str, str], matter: str = "startup_loan", **how: Any) -> list[str]:
    return await client.codes(SCREEN, {"matter": matter, "them": list(them)}, **(how or LOAN))


async def firm(ground: Ground, number: int, name: str) -> UUID:
    return await enrol_organisation(ground.tx(), uscc=invented_uscc(number), name=name, jurisdiction_id=SHANGHAI)


async def person(ground: Ground, vault: Vault, number: int) -> tuple[UUID, str]:
    id_number = invented_resident_id(number)
    made = await enrol_person(ground.tx(), vault, id_number=id_number, name="欧阳虚构", jurisdiction_id=SHANGHAI)
    return made, id_number


async def test_each_is_decided_by_its_code_and_logged(client: Client, ground: Ground) -> None:
    """SH-08c, HC-10: restricted and allowed in the order asked, with clause and last day; each has its access entry."""
    barred, free = await firm(ground, 81_001, "浦江虚构甲有限公司"), await firm(ground, 81_002, "浦江虚构乙有限公司")
    await ground.entry(SHANGHAI, "enforcement_defaulter", "ZFZD", barred, until=date(2027, 5, 1))
    shown = await screened(
        client,
        {"code": invented_uscc(81_002)},
        {"code": invented_uscc(81_001).lower()},
        {"code": invented_uscc(81_009)},
    )
    assert [(one["position"], one["outcome"], one["until"]) for one in shown] == [
        (0, "ALLOWED", None), (1, "RESTRICTED", "2027-05-01"), (2, None, None),
    ]  # fmt: skip
    assert shown[1]["citations"][0].endswith("9(二)1")
    assert shown[1]["subject"]["reasons"] == ["code"]
    for subject, word in ((free, "可以办理"), (barred, "限制")):
        logged = await ground.connection.fetch(
            "SELECT verb, purpose, reason FROM ledger_event WHERE kind = 'access' AND subject_id = $1", subject
        )
        assert [(one["verb"], one["purpose"], one["reason"].endswith(word)) for one in logged] == [
            ("screen", "创业担保贷款及贴息", True)
        ]


async def test_people_only_with_consent_and_nobody_learns_who_exists(client: Client, ground: Ground) -> None:
    """SH-08c: without consent, unknown and malformed look alike; the person sees the attempt."""
    vault = client.service.vault
    (known, number), (agreed, other) = await person(ground, vault, 81_101), await person(ground, vault, 81_102)
    await consent(ground, agreed, (SHANGHAI, "BANK"), "startup_loan")
    await ground.entry(SHANGHAI, "enforcement_defaulter", "ZFZD", agreed, disclosure="authorised_query")
    them = [{"idNumber": one} for one in (number, invented_resident_id(81_999), "1" * 18, other)]
    shown = await screened(client, *them)
    unseen = [{key: value for key, value in one.items() if key != "position"} for one in shown[:3]]
    assert unseen[0] == unseen[1] == unseen[2]
    assert unseen[0]["subject"] is None
    assert (shown[3]["outcome"], shown[3]["subject"]["name"]) == ("RESTRICTED", "")
    assert number not in str(shown)
    refused = await ground.connection.fetch(
        "SELECT verb, outcome FROM ledger_event WHERE kind = 'access' AND subject_id = $1", known
    )
    assert [tuple(one) for one in refused] == [("screen", "refused")]
    named = await screened(client, {"name": "欧阳虚构"})
    assert (named[0]["subject"], named[0]["matches"]) == (None, [])


async def test_names_are_matched_with_score_and_reasons(client: Client, ground: Ground) -> None:
    """SH-08c: widths, blanks and legal form may differ; what is only alike is shown and not decided."""
    held = await firm(ground, 81_201, "浦东星河劳务（虚构）有限公司")
    await firm(ground, 81_202, "东岸长风一号有限公司")
    await firm(ground, 81_203, "东岸长风一号股份有限公司")
    shown = await screened(
        client,
        {"name": "浦东星河劳务(虚构) 有限公司"},
        {"name": "浦东星河劳务（虚构）有限责任公司"},
        {"name": "浦东星河劳务有限公司"},
        {"name": "东岸长风一号"},
        {"name": "%"},
        {"name": "\x00"},
    )
    by_width, by_form, without, two, wild, odd = shown
    assert (by_width["subject"]["subject"], by_width["outcome"]) == (f"Subject:{held}", "ALLOWED")
    assert by_width["subject"]["reasons"] == ["same_name", "width_or_blanks"]
    assert (by_form["subject"]["score"], by_form["subject"]["reasons"]) == (0.92, ["legal_form"])
    assert (without["subject"], without["outcome"]) == (None, None)
    assert [one["reasons"] for one in without["matches"]] == [["bracketed_part"]]
    assert two["subject"] is None
    assert len(two["matches"]) == 2, "two names are the same: neither is chosen"
    assert (wild["matches"], odd["matches"]) == ([], [])


def test_a_merged_subject_is_one_whichever_of_its_names_is_alike() -> None:
    """SH-08c: two spellings of one firm are no two firms between which nobody chooses; those of two firms are."""
    spellings = ("虚构（浦江）有限公司", "虚构(浦江)有限公司", "虚构浦江二号有限公司")
    one, other = UUID(int=1), UUID(int=2)
    rows = [{"id": one, "is_person": False, "weighs": False, "name": name} for name in spellings]
    found = candidates("虚构（浦江）有限公司", rows)
    assert [(each.asked.id, each.name) for each in found] == [(one, "虚构（浦江）有限公司")]
    assert chosen(found) is found[0]
    assert chosen(candidates("虚构（浦江）有限公司", [*rows, {**rows[1], "id": other}])) is None


async def test_one_named_twice_is_answered_twice_and_logged_once(client: Client, ground: Ground) -> None:
    """SH-08c: by code, by name, in another case, in between nobody; each has its place in the answer."""
    held = await firm(ground, 81_301, "浦江虚构重复有限公司")
    code = invented_uscc(81_301)
    shown = await screened(
        client, {"code": code}, {"name": "浦江虚构重复有限公司"}, {"code": "没有"}, {"code": f" {code.lower()}"}
    )
    assert [(one["position"], one["outcome"]) for one in shown] == [
        (0, "ALLOWED"), (1, "ALLOWED"), (2, None), (3, "ALLOWED"),
    ]  # fmt: skip
    logged = "SELECT count(*) FROM ledger_event WHERE kind = 'access' AND subject_id = $1"
    assert await ground.connection.fetchval(logged, held) == 1


async def test_who_may_screen_how_many_and_for_what(client: Client, ground: Ground) -> None:
    """SH-03, SH-08c: partners with the purpose of the matter, 1 to 1,000, each named once."""
    one = {"code": invented_uscc(81_001)}
    assert await refusal(client, one, caller="sh-clerk") == ["FORBIDDEN"]
    assert await refusal(client, one, caller="sh-bank") == ["PURPOSE_REQUIRED"]
    assert await refusal(client, one, matter="bidding") == ["MATTER_NOT_OF_PURPOSE"]
    assert await refusal(client, one, matter="\x00") == ["MATTER_UNKNOWN"]
    assert await refusal(client) == ["TOO_MANY_SUBJECTS"]
    assert await refusal(client, *[one] * 1_001) == ["TOO_MANY_SUBJECTS"]
    assert await refusal(client, {**one, "name": "浦江"}) == ["INVALID_INPUT"]
    assert await refusal(client, {}) == ["INVALID_INPUT"]
    assert [
        one["subject"] for one in await screened(client, {"code": ""}, {"code": " "}, {"name": " "}, {"idNumber": ""})
    ] == [None] * 4
    assert len(await screened(client, *[one] * 1_000)) == 1_000


async def test_every_subject_counts_found_or_not(
    serve: Serve, client: Client, installed_url: str, ground: Ground
) -> None:
    """SH-08c: what would go beyond the quota tells nothing of anybody."""
    quotas = Quotas({"partner": Limits(subjects_per_day=10)}, {})
    async with serve(installed_url, quotas=quotas) as metered:
        them = [{"code": invented_uscc(90_000 + number)} for number in range(6)]
        assert len(await screened(metered, *them)) == 6
        assert await refusal(metered, *them) == ["QUOTA_EXCEEDED"]
        assert len(await screened(metered, *them[:4])) == 4
        assert await refusal(metered, them[0]) == ["QUOTA_EXCEEDED"]
