"""Which pairs look like one is told to whoever may propose to merge them, with the reason, until somebody has looked."""

from __future__ import annotations

from typing import Any

import pytest

from domain.identifiers import invented_uscc, uscc_check_character
from domain.merging import candidates
from domain.registry.enrolment import LONGEST_NAME
from tests.merging.conftest import CLERK, CREDIT, FOREIGN, OTHER, SECOND, Party, Town

pytestmark = pytest.mark.anyio

LIKE = """query ($filter: SubjectMergeCandidateFilter) { subjectMergeCandidates(first: 50, filter: $filter) { totalCount
  nodes { id ground sameName enteredAt jurisdiction { id } kept { id name } merged { id } } } }"""


async def told(town: Town, who: str, party: Party) -> list[dict[str, Any]]:
    """Give the pairs with a subject that somebody is told."""
    answer = await town.client.data(LIKE, {"filter": {"subject": [party.id]}}, caller=who)
    found: list[dict[str, Any]] = answer["subjectMergeCandidates"]["nodes"]
    return found


async def firm(town: Town, code: str, name: str) -> Party:
    """Hand in a record about a firm under a code and a name."""
    row = await town.hand_in(code=code, name=name)
    return Party(f"Subject:{row['subject_id']}", name, code, None, [row["global"]])


def succeeding(code: str) -> str:
    """Give the code that the same organisation has from another registration authority."""
    first_17 = "91350203" + code[8:17]
    return first_17 + uscc_check_character(first_17)


async def test_a_code_that_succeeded_another_is_told_to_who_may_propose_xm_08(town: Town) -> None:
    """XM-08: accuracy; positions 9 to 17 of a code stay with an organisation."""
    was = await town.firm()
    now = await firm(town, succeeding(str(was.code)), "厦门虚构改制后公司")
    for who in (CREDIT, CLERK):
        [pair] = await told(town, who, now)
        assert (pair["ground"], pair["sameName"], pair["jurisdiction"]["id"]) == (
            "SAME_ORGANISATION_CODE",
            False,
            "Jurisdiction:350200",
        )
        assert (pair["kept"], pair["merged"]) == ({"id": was.id, "name": was.name}, {"id": now.id})
    assert await told(town, FOREIGN, now) == await told(town, OTHER, now) == []
    assert await town.client.codes(LIKE) == ["FORBIDDEN"]


async def test_an_office_is_told_no_pair_of_which_it_knows_one_only(town: Town) -> None:
    was, now = await town.firm(), await town.firm()
    await town.owner.execute("UPDATE subject SET name = $1 WHERE id = $2", was.name, now.id.partition(":")[2])
    assert [one["ground"] for one in await told(town, CLERK, was)] == ["SAME_NAME"]
    await town.owner.execute(
        "UPDATE credit_record SET office_id = (SELECT id FROM office WHERE code = 'SP' AND jurisdiction_id = '350200')"
        " WHERE id = $1",
        now.records[0].partition(":")[2],
    )
    assert await told(town, CLERK, was) == await told(town, OTHER, was) == []
    assert len(await told(town, CREDIT, was)) == 1


async def test_names_agree_blanks_width_and_capitals_apart(town: Town) -> None:
    one = await firm(town, invented_uscc(810_001), "厦门虚构ABC(集团)公司")
    other = await firm(town, invented_uscc(810_002), "厦门虚构ａｂｃ（集团） 公司")
    [pair] = await told(town, CREDIT, other)
    assert (pair["ground"], pair["sameName"], pair["kept"]["id"]) == ("SAME_NAME", True, one.id)


@pytest.mark.parametrize("slip", ["one character", "two that changed places"])
async def test_the_right_code_is_kept_where_the_other_fails_its_check(town: Town, slip: str) -> None:
    wrong, right = await town.firm(), await town.firm()
    code = list(str(right.code))
    at = next(place for place in range(9, 16) if code[place] != code[place + 1])
    if slip == "one character":
        code[at] = code[at + 1]
    else:
        code[at], code[at + 1] = code[at + 1], code[at]
    await town.owner.execute(
        "UPDATE subject SET uscc = $1, uscc_lenient = true WHERE id = $2", "".join(code), wrong.id.partition(":")[2]
    )
    [pair] = await told(town, CREDIT, wrong)
    assert (pair["ground"], pair["kept"]["id"], pair["merged"]["id"]) == ("CODE_MISTYPED", right.id, wrong.id)


async def test_who_looked_once_is_not_asked_again(town: Town) -> None:
    was = await town.firm()
    now = await firm(town, succeeding(str(was.code)), was.name)
    assert len(await told(town, CREDIT, was)) == 1
    merge = await town.propose(was, now, CLERK)
    assert await told(town, CREDIT, was) == []
    await town.take("withdrawSubjectMerge", merge, CLERK)
    assert len(await told(town, CREDIT, was)) == 1
    merge = await town.propose(was, now, CLERK)
    await town.take("refuseSubjectMerge", merge, CREDIT)
    assert await told(town, CREDIT, was) == []


async def test_undone_they_are_known_to_be_two(town: Town) -> None:
    was = await town.firm()
    now = await firm(town, succeeding(str(was.code)), was.name)
    await town.unmerge(await town.merge(was, now))
    assert await told(town, CREDIT, was) == await told(town, SECOND, now) == []


async def test_people_of_one_name_are_no_pair(town: Town) -> None:
    one, other = await town.person(), await town.person()
    await town.owner.execute("UPDATE subject SET name = $1 WHERE id = $2", one.name, other.id.partition(":")[2])
    assert await told(town, CREDIT, one) == await told(town, CLERK, one) == []


async def test_of_two_places_without_a_common_credit_office_none_is_told(town: Town) -> None:
    one, other = await town.firm(), await town.firm()
    await town.owner.execute(
        "UPDATE subject SET name = $1, jurisdiction_id = '420300' WHERE id = $2", one.name, other.id.partition(":")[2]
    )
    assert await told(town, CREDIT, one) == await told(town, FOREIGN, other) == []
    await town.owner.execute("UPDATE subject SET jurisdiction_id = '350205' WHERE id = $1", other.id.partition(":")[2])
    [pair] = await told(town, CREDIT, one)
    assert pair["jurisdiction"]["id"] == "Jurisdiction:350200"


async def test_pairs_are_found_by_indexes_of_what_they_agree_in(town: Town) -> None:
    """Names, codes and doubted codes are written alike where pairs are looked for and where they are indexed."""
    async with town.owner.transaction():
        await town.owner.execute("SET LOCAL enable_seqscan = off")
        lines = await town.owner.fetch(f"EXPLAIN SELECT * FROM {candidates.TABLE} pair")
    plan = "\n".join(line[0] for line in lines)
    for index in ("subject_alike_by_code", "subject_alike_by_name", "subject_code_doubted"):
        assert index in plan
    sorted_by = [line[0] for line in lines if "Sort Key" in line[0]]
    assert not [one for one in sorted_by if "substr" in one or "hash" in one], "an index has equals side by side"


async def test_a_name_that_grows_when_it_is_compared_can_still_be_entered(town: Town) -> None:
    """U+FDFA is eighteen letters of another writing: 200 of them are longer than what an index takes."""
    one, other = await town.firm(), await town.firm()
    for party in (one, other):
        name = "\ufdfa" * LONGEST_NAME
        await town.owner.execute("UPDATE subject SET name = $1 WHERE id = $2", name, party.id.partition(":")[2])
    assert [pair["ground"] for pair in await told(town, CREDIT, one)] == ["SAME_NAME"]
