"""Policy versions over HTTP: who may take which step, what is refused, and that each step is in the ledger."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from api.execution import standing
from authz.activation import activate
from authz.caller import Caller
from authz.lines import default_lines, digest, parse, write
from domain.idempotency import Answered, answered
from tests.client import NOW
from tests.policies.conftest import (
    ACTIVATE,
    APPROVE,
    AUDITOR,
    DRAFT,
    EDIT,
    FIRST,
    GOOD,
    PROPOSE,
    REJECT,
    ROLL_BACK,
    SECOND,
    Desk,
)

pytestmark = pytest.mark.anyio

TABBED = "p,\tcredit_office,\trefused_row , read,own_office"
MORE = "p, credit_office, repair_notice, read, own_office"
DENY = "p, credit_office, credit_report, count, child_jurisdiction, deny"


async def test_a_version_is_drafted_edited_proposed_approved_and_activated(desk: Desk, demo_url: str) -> None:
    version = await desk.draft(GOOD)
    assert await desk.code(PROPOSE, FIRST, policyVersion=version, reason="信用办查看退回行") is None
    assert await desk.code(APPROVE, SECOND, policyVersion=version, reason="同意") is None
    before = await desk.active()
    assert await desk.code(ACTIVATE, FIRST, policyVersion=version) is None

    after = await desk.active()
    assert after["id"] == version
    assert GOOD in after["policyText"]
    assert await desk.state(before["id"]) == "SUPERSEDED"
    connection = await asyncpg.connect(demo_url)
    try:
        rows = await connection.fetch(
            "SELECT event.verb, account.sub, event.policy_version, event.image FROM ledger_event event"
            " LEFT JOIN account ON account.id = event.account_id"
            " WHERE object = 'policy_version' AND object_id = $1 ORDER BY event.id",
            version.partition(":")[2],
        )
        assert [(row["verb"], row["sub"]) for row in rows] == [
            ("draft", FIRST), ("edit", FIRST), ("propose", FIRST), ("approve", SECOND), ("activate", FIRST),
        ]  # fmt: skip
        assert {json.loads(row["image"])["digest"] for row in rows[1:]} == {after["digest"]}
        assert {row["policy_version"] for row in rows} == {before["number"]}
    finally:
        await connection.close()


async def test_the_proposer_cannot_approve_and_neither_can_who_wrote_in_it(desk: Desk) -> None:
    version = await desk.draft(GOOD + ", allow", "g, platform, reader")
    await desk.send(EDIT, SECOND, policyVersion=version, remove=["g, platform, reader"])
    assert await desk.code(PROPOSE, FIRST, policyVersion=version) is None

    assert await desk.code(APPROVE, FIRST, policyVersion=version) == "SECOND_OFFICER_NEEDED"
    assert await desk.code(APPROVE, SECOND, policyVersion=version) == "SECOND_OFFICER_NEEDED"
    assert await desk.state(version) == "PROPOSED"


async def test_nobody_approves_with_a_second_account_what_he_proposed_with_the_first(desk: Desk, demo_url: str) -> None:
    """An officer known under two issuers approved what he had proposed himself, and so changed any policy alone."""
    version = await desk.draft(GOOD + ", allow")
    assert await desk.code(PROPOSE, FIRST, policyVersion=version) is None
    connection = await asyncpg.connect(demo_url)
    await connection.execute("UPDATE account SET person = 'digest' WHERE sub = ANY($1)", [FIRST, SECOND])

    assert await desk.code(APPROVE, SECOND, policyVersion=version) == "PRINCIPAL_ACTED"
    assert await desk.state(version) == "PROPOSED"

    await connection.execute("UPDATE account SET person = NULL WHERE sub = ANY($1)", [FIRST, SECOND])
    assert await desk.code(APPROVE, SECOND, policyVersion=version) is None
    assert await desk.code(REJECT, FIRST, policyVersion=version, reason="x") is None
    await connection.close()


@pytest.mark.parametrize("principal", [FIRST, AUDITOR])
async def test_nobody_approves_what_he_stands_in_for_the_proposer_or_a_writer_of(
    desk: Desk, demo_url: str, principal: str
) -> None:
    """In his own name either: while he stands in for one of them they are not two people."""
    version = await desk.draft(GOOD + ", allow")
    assert await desk.code(PROPOSE, FIRST, policyVersion=version) is None
    connection = await asyncpg.connect(demo_url)
    wrote = "UPDATE policy_version SET authors = authors || account.id FROM account WHERE policy_version.id = $1 AND sub = $2"
    await connection.execute(wrote, UUID(version.removeprefix("PolicyVersion:")), principal)
    standing = """INSERT INTO assignment (id, account_id, role, deputy_of_id, from_on, to_on, origin)
      SELECT uuidv7(), deputy.id, 'deputy', principal.id, '2026-03-01', '2026-03-18', 'operator'
      FROM account deputy, account principal WHERE deputy.sub = $1 AND principal.sub = $2 RETURNING id"""
    held = await connection.fetchval(standing, SECOND, principal)

    assert await desk.code(APPROVE, SECOND, policyVersion=version) == "PRINCIPAL_ACTED"
    assert await desk.state(version) == "PROPOSED"

    await connection.execute("DELETE FROM assignment WHERE id = $1", held)
    assert await desk.code(APPROVE, SECOND, policyVersion=version) is None
    assert await desk.code(REJECT, FIRST, policyVersion=version, reason="x") is None
    await connection.close()


async def test_who_gains_by_a_version_neither_proposes_nor_approves_it(desk: Desk, demo_url: str) -> None:
    """A security officer does not grant himself anything, through a role that he will hold either."""
    later = """INSERT INTO assignment (id, account_id, role, from_on, origin)
      SELECT uuidv7(), id, 'credit_office', '2026-04-01', 'operator' FROM account WHERE sub = $1 RETURNING id"""
    connection = await asyncpg.connect(demo_url)
    held = await connection.fetchval(later, SECOND)
    own, other = await desk.draft(MORE, caller=SECOND), await desk.draft(MORE)

    assert await desk.code(PROPOSE, SECOND, policyVersion=own) == "OFFICER_BENEFITS"
    assert await desk.code(PROPOSE, FIRST, policyVersion=other) is None
    assert await desk.code(APPROVE, SECOND, policyVersion=other) == "OFFICER_BENEFITS"
    assert await desk.state(other) == "PROPOSED"

    await connection.execute("DELETE FROM assignment WHERE id = $1", held)
    await connection.close()


STANDS_IN = """INSERT INTO assignment (id, account_id, role, deputy_of_id, office_id, from_on, to_on, origin)
  SELECT uuidv7(), deputy.id, 'deputy', principal.id, office.id, '2026-03-01', '2026-03-18', 'operator'
  FROM account deputy, account principal, office WHERE deputy.sub = $1 AND principal.sub = $2 AND office.code = $3
  ORDER BY office.id LIMIT 1 RETURNING id"""


@pytest.mark.parametrize(("deputy", "principal"), [(SECOND, "xiamen-credit-office"), ("xiamen-credit-office", SECOND)])
async def test_nobody_decides_what_whoever_he_stands_in_for_gains_elsewhere(
    desk: Desk, demo_url: str, deputy: str, principal: str
) -> None:
    """The deputy in an office that gains nothing is one person with its principal, which gains in another one."""
    connection = await asyncpg.connect(demo_url)
    held = await connection.fetchval(STANDS_IN, deputy, principal, "JYZX")
    assert held is not None
    own, other = await desk.draft(MORE, caller=SECOND), await desk.draft(MORE)

    assert await desk.code(PROPOSE, SECOND, policyVersion=own) == "OFFICER_BENEFITS"
    assert await desk.code(PROPOSE, FIRST, policyVersion=other) is None
    assert await desk.code(APPROVE, SECOND, policyVersion=other) == "OFFICER_BENEFITS"

    await connection.execute("DELETE FROM assignment WHERE id = $1", held)
    await connection.close()


@pytest.mark.parametrize("account", [SECOND, "xiamen-inspection-clerk"], ids=["by its account", "by another account"])
async def test_who_approved_a_version_and_would_gain_by_it_since_keeps_it_from_being_activated(
    desk: Desk, demo_url: str, account: str
) -> None:
    """The role came later, from two others; the version has to be decided on by somebody else."""
    version = await desk.draft(MORE)
    assert await desk.code(PROPOSE, FIRST, policyVersion=version) is None
    assert await desk.code(APPROVE, SECOND, policyVersion=version) is None
    connection = await asyncpg.connect(demo_url)
    since = """INSERT INTO assignment (id, account_id, role, from_on, origin, proposed_by_id, approved_by_id, approved_at)
      SELECT uuidv7(), officer.id, 'credit_office', '2026-04-01', 'officer', one.id, other.id, '2026-03-18 03:00Z'
      FROM account officer, account one, account other
      WHERE officer.sub = $1 AND one.sub = 'auditor' AND other.sub = 'platform' RETURNING id"""
    held = await connection.fetchval(since, account)
    await connection.execute("UPDATE account SET person = 'digest' WHERE sub = ANY($1)", [SECOND, account])

    assert await desk.code(ACTIVATE, FIRST, policyVersion=version) == "OFFICER_BENEFITS"
    assert await desk.state(version) == "APPROVED"

    await connection.execute("UPDATE account SET person = NULL WHERE sub = ANY($1)", [SECOND, account])
    await connection.execute("DELETE FROM assignment WHERE id = $1", held)
    assert await desk.code(REJECT, FIRST, policyVersion=version, reason="x") is None
    await connection.close()


@pytest.mark.parametrize("caller", [AUDITOR, "xiamen-inspection-clerk", "xiamen-credit-office", "person-with-consent"])
async def test_nobody_else_drafts_edits_proposes_approves_rejects_activates_or_rolls_back(
    desk: Desk, caller: str
) -> None:
    version = await desk.draft()
    active = (await desk.active())["id"]

    codes = [
        await desk.code(DRAFT, caller, note="x"),
        await desk.code(EDIT, caller, policyVersion=version, add=[GOOD]),
        await desk.code(PROPOSE, caller, policyVersion=version),
        await desk.code(APPROVE, caller, policyVersion=version),
        await desk.code(REJECT, caller, policyVersion=version, reason="x"),
        await desk.code(ACTIVATE, caller, policyVersion=version),
        await desk.code(ROLL_BACK, caller, policyVersion=active, reason="x"),
    ]
    assert codes == ["FORBIDDEN"] * 7


async def test_auditors_read_versions_and_others_do_not(desk: Desk) -> None:
    text = "{ policyVersions(first: 1) { nodes { number rows(first: 1) { nodes { line } } } } }"

    assert await desk.client.codes(text, caller=AUDITOR) == []
    for caller in (None, "xiamen-inspection-clerk", "xiamen-bank", "person-with-consent"):
        assert await desk.client.codes(text, caller=caller) == ["FORBIDDEN"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("p, clerk, salary, read, any", "POLICY_INVALID"),
        ("p, clerk, credit_record, publish, own_office", "POLICY_BREAKS_INVARIANT"),
        ("t, clerk may publish credit_record, yes", "POLICY_CASE_FAILS"),
        ("p, reader, consent, read, own_office", "POLICY_BREAKS_INVARIANT"),
    ],
)
async def test_what_may_not_be_is_drafted_but_not_proposed(desk: Desk, line: str, code: str) -> None:
    version = await desk.draft(line)

    assert await desk.code(PROPOSE, FIRST, policyVersion=version) == code
    assert await desk.state(version) == "DRAFTED"


async def test_no_version_lets_roles_meet_in_an_account_that_no_officer_could_have_given_it(
    desk: Desk, demo_url: str
) -> None:
    """A clerk holds a harmless role of the policy's own; a draft lets that one govern. Invariants look at roles alone."""
    await desk.put_in_force("r, helper, 帮手", "p, helper, office, read, any")
    connection = await asyncpg.connect(demo_url)
    helping = """INSERT INTO assignment (id, account_id, role, from_on, origin)
      SELECT uuidv7(), id, 'helper', '2026-04-01', 'operator' FROM account WHERE sub = 'xiamen-inspection-clerk'
      RETURNING id, account_id"""
    ruling, taken = await desk.draft("g, helper, security_officer"), await desk.draft("g, helper, security_officer")
    assert await desk.code(PROPOSE, FIRST, policyVersion=ruling) is None
    assert await desk.code(APPROVE, SECOND, policyVersion=ruling) is None
    held = await connection.fetchrow(helping)
    assert held is not None

    refused = (await desk.send(ACTIVATE, FIRST, policyVersion=ruling))["error"]["extensions"]

    assert (refused["code"], refused["accounts"]) == ("ROLES_INCOMPATIBLE", [f"Account:{held['account_id']}"])
    other = await connection.fetchval(
        "UPDATE assignment SET account_id = (SELECT id FROM account WHERE sub = 'auditor')"
        " WHERE id = $1 RETURNING account_id",
        held["id"],
    )
    of_one = "UPDATE account SET person = $2 WHERE id = ANY($1::uuid[])"
    both = [held["account_id"], other]
    assert await desk.code(PROPOSE, FIRST, policyVersion=taken) is None
    await connection.execute(of_one, both, "digest of one")
    meeting = (await desk.send(ACTIVATE, FIRST, policyVersion=ruling))["error"]["extensions"]
    await connection.execute(of_one, both, None)
    await connection.execute("UPDATE assignment SET account_id = $2 WHERE id = $1", held["id"], held["account_id"])
    assert (meeting["code"], set(meeting["accounts"])) == ("ROLES_INCOMPATIBLE", {f"Account:{one}" for one in both})
    assert await desk.code(REJECT, FIRST, policyVersion=taken, reason="撤回") is None
    taken = await desk.draft("g, helper, security_officer")
    assert await desk.code(PROPOSE, FIRST, policyVersion=taken) == "ROLES_INCOMPATIBLE"
    check = "query ($id: ID!) { policyCheck(policyVersion: $id) { passed findings { code severity } } }"
    told = (await desk.client.data(check, {"id": taken}, caller=FIRST))["policyCheck"]
    assert told["passed"] is False
    assert {"code": "roles_incompatible", "severity": "error"} in told["findings"]

    await connection.execute("DELETE FROM assignment WHERE id = $1", held["id"])
    await connection.close()
    assert await desk.code(REJECT, FIRST, policyVersion=ruling, reason="撤回") is None


async def test_a_broken_invariant_is_told_with_its_counter_example_and_the_line(desk: Desk) -> None:
    version = await desk.draft("c, public, person_name, clear, published")

    refused = (await desk.send(PROPOSE, FIRST, policyVersion=version))["error"]

    assert "public sees person_name clear in published" in refused["message"]
    assert "c, public, person_name, clear, published" in refused["message"]
    assert "公众" in refused["extensions"]["messageZh"]
    assert refused["extensions"]["invariant"] == "public_sees_no_person_in_clear"
    assert refused["extensions"]["counterExamples"][0]["cell"] == "public sees person_name clear in published"


async def test_what_is_exported_and_imported_again_is_the_same_byte_by_byte(desk: Desk) -> None:
    """Chinese, tabs, blanks of either width, the line ends of another editor and its mark at the beginning."""
    text = (await desk.active())["policyText"]
    odd = "\ufeff# 注释\tx　全角  \r\n" + text.replace("\n", "\r\n") + f"{TABBED}\t\r\n\r\n"
    exported = (await desk.send(DRAFT, FIRST, note="导入", text=odd))["policyVersion"]
    assert exported["policyText"].startswith("# 注释\tx　全角  \n")
    for file in (exported["policyText"], exported["policyText"].replace("\n", "\r\n")):
        again = (await desk.send(DRAFT, FIRST, note="导入", text=file))["policyVersion"]
        assert (again["policyText"], again["digest"]) == (exported["policyText"], exported["digest"])


async def test_a_draft_that_changes_nothing_is_not_proposed(desk: Desk) -> None:
    assert await desk.code(PROPOSE, FIRST, policyVersion=await desk.draft()) == "POLICY_UNCHANGED"


async def test_a_proposed_version_is_edited_no_more(desk: Desk) -> None:
    version = await desk.draft(DENY)
    assert await desk.code(PROPOSE, FIRST, policyVersion=version) is None

    assert await desk.code(EDIT, FIRST, policyVersion=version, add=[GOOD]) == "STATE_CONFLICT"
    assert await desk.code(ACTIVATE, SECOND, policyVersion=version) == "STATE_CONFLICT"
    assert await desk.code(REJECT, SECOND, policyVersion=version, reason="暂缓") is None
    assert await desk.code(APPROVE, SECOND, policyVersion=version) == "STATE_CONFLICT"
    assert await desk.state(version) == "REJECTED"


async def test_what_another_officer_has_edited_since_it_was_read_is_neither_overwritten_nor_proposed(
    desk: Desk,
) -> None:
    """Both take the draft up; who says what he has read is told that it has moved on."""
    version = await desk.draft(GOOD)
    read = (await desk.send(EDIT, FIRST, policyVersion=version, add=["# 待核"]))["policyVersion"]
    edited = await desk.send(EDIT, SECOND, policyVersion=version, add=[MORE], digest=read["digest"])
    assert MORE in edited["policyVersion"]["policyText"]

    for step, given in ((EDIT, {"text": read["policyText"]}), (PROPOSE, {})):
        assert await desk.code(step, FIRST, policyVersion=version, digest=read["digest"], **given) == "STATE_CONFLICT"
    seen = edited["policyVersion"]["digest"]
    assert await desk.code(PROPOSE, FIRST, policyVersion=version, digest=seen) is None


async def test_who_approves_what_became_active_meanwhile_is_not_told_to_draft_it_anew(desk: Desk) -> None:
    version = await desk.put_in_force(MORE)
    for step in (PROPOSE, APPROVE, ACTIVATE):
        assert await desk.code(step, SECOND, policyVersion=version) == "STATE_CONFLICT"


async def test_a_line_that_is_not_there_cannot_be_taken_out(desk: Desk) -> None:
    version = await desk.draft()

    for line in (GOOD + "_nowhere", "", " ", '"'):
        assert await desk.code(EDIT, FIRST, policyVersion=version, remove=[line]) == "POLICY_LINE_UNKNOWN"


async def test_two_officers_that_approve_and_reject_at_once_leave_one_decision(desk: Desk) -> None:
    for _ in range(3):
        version = await desk.draft(DENY)
        assert await desk.code(PROPOSE, FIRST, policyVersion=version) is None

        codes = await asyncio.gather(
            desk.code(APPROVE, SECOND, policyVersion=version),
            desk.code(APPROVE, SECOND, policyVersion=version),
            desk.code(REJECT, FIRST, policyVersion=version, reason="暂缓"),
            desk.code(REJECT, SECOND, policyVersion=version, reason="暂缓"),
        )

        assert await desk.state(version) in ("APPROVED", "REJECTED")
        approvals, rejections = codes[:2].count(None), codes[2:].count(None)
        assert (approvals, rejections) in ((1, 0), (0, 1), (1, 1)), codes
        assert set(codes) <= {None, "STATE_CONFLICT"}
        if (approvals, rejections) == (1, 1):  # approved first, then rejected: a decision is taken back, not doubled
            assert await desk.state(version) == "REJECTED"


async def test_a_version_drafted_from_what_is_no_longer_active_is_not_proposed_and_its_changes_are_carried_over(
    desk: Desk,
) -> None:
    late = await desk.draft("p, credit_office, consent, read, own_office")
    await desk.put_in_force("p, platform, list_evidence, read, published")
    assert await desk.code(PROPOSE, FIRST, policyVersion=late) == "POLICY_OUTDATED"

    anew = await desk.send(DRAFT, FIRST, note="重新起草", carryOver=late)

    text = anew["policyVersion"]["policyText"]
    assert "p, platform, list_evidence, read, published" in text
    assert "p, credit_office, consent, read, own_office" in text
    assert await desk.code(PROPOSE, FIRST, policyVersion=anew["policyVersion"]["id"]) is None


async def test_a_proposed_version_is_not_approved_over_another_than_it_was_compared_with(desk: Desk) -> None:
    version = await desk.draft(MORE)
    await desk.send(PROPOSE, FIRST, policyVersion=version)
    await desk.put_in_force("p, platform, credit_report, count, own_office, deny")

    assert await desk.code(APPROVE, SECOND, policyVersion=version) == "POLICY_OUTDATED"


async def test_an_approved_version_is_not_activated_over_another_than_it_was_compared_with(desk: Desk) -> None:
    version = await desk.draft(DENY)
    await desk.send(PROPOSE, FIRST, policyVersion=version)
    await desk.send(APPROVE, SECOND, policyVersion=version)
    await desk.put_in_force("p, platform, credit_report, count, own_jurisdiction")

    assert await desk.code(ACTIVATE, FIRST, policyVersion=version) == "POLICY_OUTDATED"


async def test_who_approves_and_may_not_activate_leaves_it_approved(desk: Desk, demo_url: str) -> None:
    owner = await asyncpg.connect(demo_url)
    nobody = [line for line in default_lines() if line.cells[1:3] != ("policy_version", "activate")]
    await activate(owner, nobody, "nobody activates", NOW)
    version = await desk.draft("p, security_officer, policy_version, activate, any")
    await desk.send(PROPOSE, FIRST, policyVersion=version)

    refused = await desk.code(APPROVE, SECOND, policyVersion=version, activate=True)
    await desk.send(APPROVE, SECOND, policyVersion=version)
    await activate(owner, default_lines(), "as it was", NOW)
    await owner.close()

    assert refused == "FORBIDDEN"


async def test_a_version_that_is_edited_while_it_is_reviewed_is_not_proposed(
    desk: Desk, demo_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = await desk.draft(GOOD)
    connection = await asyncpg.connect(demo_url)

    async def after_an_edit(session: Any, caller: Caller, **how: Any) -> bool:
        await connection.execute(
            "UPDATE policy_version SET digest = repeat('0', 64) WHERE id = $1", version.removeprefix("PolicyVersion:")
        )
        return await standing.stands(session, caller, **how)

    monkeypatch.setattr("api.execution.change.stands", after_an_edit)
    assert await desk.code(PROPOSE, FIRST, policyVersion=version) == "STATE_CONFLICT"
    await connection.close()


async def test_going_back_takes_away_at_once_and_gives_back_only_with_a_second_officer(desk: Desk) -> None:
    before = await desk.active()
    given = await desk.put_in_force("p, credit_office, record_import, read, child_jurisdiction")

    back = await desk.send(ROLL_BACK, FIRST, policyVersion=before["id"], reason="误授")
    assert back["policyVersion"]["state"] == "ACTIVE"
    assert (await desk.active())["digest"] == before["digest"]

    again = await desk.send(ROLL_BACK, FIRST, policyVersion=given, reason="确有需要")
    assert again["policyVersion"]["state"] == "PROPOSED"
    assert await desk.code(APPROVE, FIRST, policyVersion=again["policyVersion"]["id"]) == "SECOND_OFFICER_NEEDED"
    assert await desk.code(APPROVE, SECOND, policyVersion=again["policyVersion"]["id"], activate=True) is None
    assert (await desk.active())["number"] == again["policyVersion"]["number"]


async def test_only_a_version_that_was_active_is_gone_back_to(desk: Desk) -> None:
    for version in ((await desk.active())["id"], await desk.draft(DENY)):
        assert await desk.code(ROLL_BACK, FIRST, policyVersion=version, reason="x") == "STATE_CONFLICT"


async def test_a_policy_is_exported_and_imported_as_a_file(desk: Desk) -> None:
    exported = (await desk.active())["policyText"]
    changed = write((*parse(exported), *parse(DENY)))

    made = await desk.send(DRAFT, FIRST, note="导入", text="\ufeff" + changed.replace("\n", "\r\n"))

    assert [(line.kind, line.cells) for line in parse(made["policyVersion"]["policyText"])] == [
        (line.kind, line.cells) for line in parse(changed)
    ]
    assert await desk.code(PROPOSE, FIRST, policyVersion=made["policyVersion"]["id"]) is None


@pytest.mark.parametrize("text", ["a\x00b", "#\n" * 20_001, "p" * 2_000_001])
async def test_a_file_that_is_too_large_or_cannot_be_stored_is_refused(desk: Desk, text: str) -> None:
    assert await desk.code(DRAFT, FIRST, note="x", text=text) in ("POLICY_TOO_LARGE", "BODY_TOO_LARGE")


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x85", "\u202e", "\u2066", "\u200b", "\u3164"])
async def test_a_remark_that_looks_like_a_line_or_hides_one_is_refused(desk: Desk, sign: str) -> None:
    """The second officer approves by what is shown of the file."""
    text = f"{write(default_lines())}# 待核{sign}p, partner, credit_record, read, own_office, deny\n"
    assert await desk.code(DRAFT, FIRST, note="x", text=text) == "INVALID_INPUT"
    version = await desk.draft()
    assert await desk.code(EDIT, FIRST, policyVersion=version, text=text) == "INVALID_INPUT"


async def test_missing_and_foreign_versions_answer_alike(desk: Desk) -> None:
    missing = "PolicyVersion:01856aa0-c807-7228-9361-95da70166965"
    for mutation, more in ((EDIT, {}), (PROPOSE, {}), (APPROVE, {}), (ACTIVATE, {}), (REJECT, {"reason": "x"})):
        assert await desk.code(mutation, FIRST, policyVersion=missing, **more) == "NOT_FOUND"
        assert await desk.code(mutation, FIRST, policyVersion="Office:1", **more) == "ID_INVALID"


async def test_a_step_sent_twice_with_its_key_is_taken_once(desk: Desk) -> None:
    first = await desk.send(DRAFT, FIRST, note="一次", clientMutationId="k-1")
    again = await desk.send(DRAFT, FIRST, note="一次", clientMutationId="k-1")
    of_another = await desk.send(DRAFT, SECOND, note="一次", clientMutationId="k-1")

    assert first == again
    assert of_another["policyVersion"]["id"] != first["policyVersion"]["id"], "a key is the account's own"


async def test_a_step_sent_again_while_it_is_being_taken_is_answered_alike(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who sends it again since no answer has come meets what its own step has changed, and is not refused for it."""
    version = await desk.draft(GOOD)
    first = await desk.send(PROPOSE, FIRST, policyVersion=version, clientMutationId="k-2")
    asked = 0

    async def not_yet(*given: Any) -> dict[str, Answered]:
        nonlocal asked
        asked += 1
        return {} if asked == 1 else await answered(*given)

    monkeypatch.setattr("api.execution.change.answered", not_yet)
    again = await desk.send(PROPOSE, FIRST, policyVersion=version, clientMutationId="k-2")

    assert "code" not in first
    assert again == first
    assert await desk.code(PROPOSE, FIRST, policyVersion=version, clientMutationId="k-3") == "STATE_CONFLICT"


async def test_what_was_reviewed_for_its_approval_is_neither_read_nor_compared_anew_for_its_activation(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = await desk.draft("p, credit_office, credit_report, count, own_office, deny")
    assert await desk.code(PROPOSE, FIRST, policyVersion=version) is None
    assert await desk.code(APPROVE, SECOND, policyVersion=version) is None

    def again(*_: object) -> None:
        raise AssertionError

    for name in ("review.faults", "review.examine", "review.beneficiaries", "review.compare", "lines.read_line"):
        monkeypatch.setattr(f"authz.{name}", again)

    assert await desk.code(ACTIVATE, FIRST, policyVersion=version) is None


@pytest.mark.parametrize(("state", "step"), [("proposed", APPROVE), ("approved", ACTIVATE), ("superseded", ROLL_BACK)])
async def test_a_version_that_an_earlier_release_let_pass_is_examined_again_at_each_step(
    desk: Desk, demo_url: str, state: str, step: str
) -> None:
    """What it was examined by when it was proposed may have been less than is asked today."""
    version = await desk.draft()
    text = (await desk.active())["policyText"] + "\nc, public, person_name, clear, published\n"
    connection = await asyncpg.connect(demo_url)
    await connection.execute(
        "UPDATE policy_version SET state = $2, policy_text = $3, digest = $4, proposed_by_id = account.id,"
        " approved_by_id = CASE WHEN $2 <> 'proposed' THEN second.id END FROM account, account second"
        " WHERE policy_version.id = $1 AND account.sub = $5 AND second.sub = $6",
        UUID(version.removeprefix("PolicyVersion:")), state, text, digest(parse(text)), FIRST, SECOND,
    )  # fmt: skip
    await connection.close()

    more = {"reason": "x"} if step == ROLL_BACK else {}
    assert await desk.code(step, SECOND, policyVersion=version, **more) == "POLICY_BREAKS_INVARIANT"
    assert await desk.state(version) == state.upper()
