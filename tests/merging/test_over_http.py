"""Two subjects found to be one: everything goes over, codes go on finding the kept one, and all of it can be undone."""

from __future__ import annotations

import asyncio

import pytest

from tests.merging.conftest import CLERK, CREDIT, FOREIGN, MERGE, OTHER, PROPOSE, SECOND, WHY, Town

pytestmark = pytest.mark.anyio

BY_CODE = "query ($code: String!) { subject(code: $code) { id name mergedFrom(first: 5) { totalCount } creditRecords(first: 9) { nodes { id } } } }"
NODE = "query ($id: ID!) { node(id: $id) { id ... on Subject { name } } }"
ONE = f"query ($id: ID!) {{ one: {MERGE.replace('subjectMerge', 'subjectMerge(id: $id)', 1)} }}"
HISTORY = "query ($id: ID!) { subjectMerge(id: $id) { history(first: 9, orderBy: AT_ASC) { nodes { verb } } } }"


async def test_everything_held_about_one_is_the_others_and_back_again_xm_08(town: Town) -> None:
    """XM-08: accuracy; the codes of both go on finding the one that is kept."""
    kept, merged = await town.firm(), await town.firm()
    merge = await town.propose(kept, merged)
    done = await town.take("approveSubjectMerge", merge, SECOND)
    assert (done["state"], done["kept"], done["merged"]) == (
        "MERGED",
        {"id": kept.id},
        {"id": merged.id, "mergedInto": {"id": kept.id}},
    )
    for code in (kept.code, merged.code):
        found = (await town.client.data(BY_CODE, {"code": code}, caller=CLERK))["subject"]
        assert (found["id"], found["name"]) == (kept.id, kept.name)
        assert {row["id"] for row in found["creditRecords"]["nodes"]} == {*kept.records, *merged.records}
    assert (await town.client.data(NODE, {"id": merged.id}, caller=CLERK))["node"]["id"] == kept.id
    undone = await town.unmerge(merge)
    assert (undone["state"], undone["merged"]) == ("UNMERGED", {"id": merged.id, "mergedInto": None})
    for one in (kept, merged):
        found = (await town.client.data(BY_CODE, {"code": one.code}, caller=CLERK))["subject"]
        assert (found["id"], [row["id"] for row in found["creditRecords"]["nodes"]]) == (one.id, one.records)
    assert (await town.client.data(NODE, {"id": merged.id}, caller=CLERK))["node"]["id"] == merged.id
    verbs = (await town.client.data(HISTORY, {"id": merge}, caller=CREDIT))["subjectMerge"]["history"]["nodes"]
    assert [one["verb"] for one in verbs] == ["propose", "approve", "propose_unmerge", "approve_unmerge"]


async def test_a_record_handed_in_later_under_the_old_code_is_the_kept_ones_and_goes_back(town: Town) -> None:
    kept, merged = await town.firm(), await town.firm()
    merge = await town.merge(kept, merged)
    under_old, under_own = await town.hand_in(**merged.named), await town.hand_in(**kept.named)
    assert {f"Subject:{row['subject_id']}" for row in (under_old, under_own)} == {kept.id}
    await town.unmerge(merge)
    assert await town.subject_of(under_old["global"]) == merged.id
    assert await town.subject_of(under_own["global"]) == kept.id


async def test_persons_are_found_by_either_number(town: Town) -> None:
    kept, merged = await town.person(), await town.person()
    merge = await town.merge(kept, merged)
    row = await town.hand_in(**merged.named)
    assert f"Subject:{row['subject_id']}" == kept.id
    await town.unmerge(merge)
    assert await town.subject_of(row["global"]) == merged.id


async def test_who_proposed_does_not_decide_and_strangers_are_told_nothing(town: Town) -> None:
    kept, merged = await town.firm(), await town.firm()
    given = {"input": {"kept": kept.id, "merged": merged.id, "reason": WHY}}
    refused = {who: await town.client.codes(PROPOSE, given, caller=who) for who in (OTHER, FOREIGN, None)}
    assert refused == {OTHER: ["NOT_FOUND"], FOREIGN: ["NOT_FOUND"], None: ["FORBIDDEN"]}
    merge = await town.propose(kept, merged)
    for name in ("approveSubjectMerge", "refuseSubjectMerge"):
        assert await town.codes(name, merge, CREDIT) == ["MERGE_PROPOSER_DECIDES"]
        assert await town.codes(name, merge, CLERK) == ["FORBIDDEN"]
        assert await town.codes(name, merge, FOREIGN) == ["NOT_FOUND"]
        assert await town.codes(name, merge, None) == ["FORBIDDEN"]
    for who, sees in ((SECOND, True), (CLERK, False), (FOREIGN, False)):
        assert ((await town.client.data(ONE, {"id": merge}, caller=who))["one"] is not None) is sees
    await town.take("approveSubjectMerge", merge, SECOND)
    assert await town.codes("approveUnmerge", merge, SECOND) == ["STATE_CONFLICT"]
    await town.take("proposeUnmerge", merge, SECOND)
    for name in ("approveUnmerge", "refuseUnmerge"):
        assert await town.codes(name, merge, SECOND) == ["UNMERGE_PROPOSER_DECIDES"]
        assert await town.codes(name, merge, FOREIGN) == ["NOT_FOUND"]
    assert (await town.take("refuseUnmerge", merge, CREDIT))["state"] == "MERGED"
    assert (await town.unmerge(merge))["state"] == "UNMERGED"


async def test_an_office_proposes_for_subjects_of_its_own_records_and_withdraws(town: Town) -> None:
    kept, merged = await town.firm(), await town.firm()
    merge = await town.propose(kept, merged, CLERK)
    again = {"input": {"kept": kept.id, "merged": merged.id, "reason": WHY}}
    assert await town.client.codes(PROPOSE, again, caller=CREDIT) == ["MERGE_PENDING"]
    assert await town.codes("withdrawSubjectMerge", merge, CREDIT) == ["NOT_FOUND"]
    assert (await town.take("withdrawSubjectMerge", merge, CLERK))["state"] == "WITHDRAWN"
    assert await town.codes("approveSubjectMerge", merge, SECOND) == ["STATE_CONFLICT"]
    merge = await town.propose(kept, merged, CLERK)
    assert (await town.take("refuseSubjectMerge", merge, CREDIT))["state"] == "REFUSED"


async def test_what_one_subject_has_once_is_named_and_refused(town: Town) -> None:
    kept = await town.firm(decision=9_001)
    merged = await town.firm(decision=9_001)
    merge = await town.propose(kept, merged)
    answer = await town.client.send(
        "mutation ($input: SubjectMergeInput!) { approveSubjectMerge(input: $input) { receipts } }",
        {"input": {"subjectMerge": merge}},
        caller=SECOND,
    )
    [error] = answer["errors"]
    assert error["extensions"]["code"] == "SUBJECT_ROWS_CONFLICT"
    assert error["extensions"]["conflicts"] == [
        {"noun": "credit_record", "kept": kept.records[0], "merged": merged.records[0]}
    ]
    assert (await town.client.data(ONE, {"id": merge}, caller=CREDIT))["one"]["state"] == "PROPOSED"


async def test_a_person_is_no_organisation_and_nobody_is_merged_with_himself(town: Town) -> None:
    firm, person = await town.firm(), await town.person()
    for kept, merged, code in ((firm, person, "SUBJECT_KINDS_DIFFER"), (firm, firm, "SUBJECTS_ARE_ONE")):
        given = {"input": {"kept": kept.id, "merged": merged.id, "reason": WHY}}
        assert await town.client.codes(PROPOSE, given, caller=CREDIT) == [code]
    other = await town.person()
    named = {"input": {"kept": person.id, "merged": other.id, "reason": f"{other.name}即为其本人"}}
    assert await town.client.codes(PROPOSE, named, caller=CREDIT) == ["OTHERS_PERSONAL_DATA"]


async def test_a_chain_is_undone_from_its_end(town: Town) -> None:
    one, two, three = await town.firm(), await town.firm(), await town.firm()
    first = await town.merge(two, one)
    again = {"input": {"kept": two.id, "merged": one.id, "reason": WHY}}
    assert await town.client.codes(PROPOSE, again, caller=CREDIT) == ["SUBJECTS_ARE_ONE"]
    second = await town.merge(three, two)
    row = await town.hand_in(**one.named)
    assert f"Subject:{row['subject_id']}" == three.id
    for party in (one, two, three):
        found = (await town.client.data(BY_CODE, {"code": party.code}, caller=CLERK))["subject"]
        assert (found["id"], len(found["creditRecords"]["nodes"])) == (three.id, 4)
    assert await town.codes("proposeUnmerge", first, CREDIT) == ["MERGED_LATER"]
    await town.unmerge(second)
    assert [await town.subject_of(record) for record in (*one.records, *two.records, *three.records)] == [
        two.id,
        two.id,
        three.id,
    ]
    assert await town.subject_of(row["global"]) == two.id
    await town.unmerge(first)
    assert await town.subject_of(row["global"]) == one.id
    assert await town.subject_of(one.records[0]) == one.id


async def test_of_two_approvals_at_once_one_counts(town: Town) -> None:
    kept, merged = await town.firm(), await town.firm()
    merge = await town.propose(kept, merged, CLERK)
    came = await asyncio.gather(
        *(town.codes("approveSubjectMerge", merge, who) for who in (CREDIT, SECOND, CREDIT)),
    )
    assert sorted(came) == [[], ["STATE_CONFLICT"], ["STATE_CONFLICT"]]
