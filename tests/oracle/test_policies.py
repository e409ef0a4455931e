"""Policies that nobody wrote: whatever lines are active, the plan and the second evaluator agree."""

from __future__ import annotations

import contextlib
import json
import random
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest

from api.schema import schema
from authz.activation import activate
from authz.lines import PolicyLine, default_lines
from authz.vocabulary import ACTIONS, ROLES, Level, Scope
from domain.privacy import Privacy
from tests.oracle.comparing import compare
from tests.oracle.conftest import Ground, TooLarge
from tests.oracle.documents import Writer, Written
from tests.oracle.policy import Policy
from tests.oracle.world import CALLERS, NOW, Caller, caller

PUBLIC = caller("the public")
GUARDED = [one for one in Privacy if one not in (Privacy.OPEN, Privacy.SECRET)]


def random_lines(dice: random.Random) -> list[tuple[str, ...]]:
    """Take lines from the default policy, and add some of any kind, denials among them."""
    lines = [(line.kind, *line.cells) for line in default_lines() if dice.random() > 0.12]
    for _ in range(60):
        noun = dice.choice(list(ACTIONS))
        action = "read" if "read" in ACTIONS[noun] and dice.random() < 0.6 else dice.choice(ACTIONS[noun])
        effect = dice.choice(["allow", "allow", "allow", "deny"])
        lines.append(("p", dice.choice(ROLES), noun, action, dice.choice(list(Scope)).value, effect))
        level = dice.choice([Level.CLEAR, Level.MASKED]).value
        lines.append(("c", dice.choice(ROLES), dice.choice(GUARDED).value, level, dice.choice(list(Scope)).value))
    return list(dict.fromkeys(lines))


def purpose_stands(policy: Policy, caller: Caller) -> bool:
    """Tell whether a policy lets the caller name its purpose at all: those of others open nothing, or are refused."""
    if caller.sent_purpose:
        return False
    scopes = {
        scope for noun in ACTIONS for action in ACTIONS[noun] for scope in policy.scopes(caller.roles, noun, action)
    }
    return caller.purpose is None or ("consented" if "partner" in caller.roles else "purposed") in scopes


def test_people_are_found_by_name_only_where_their_names_are_seen_clear(ground: Ground) -> None:
    """The public may search what is published, people among it, and sees their surnames only."""
    people = {f"Subject:{row['id']}": row["name"] for row in ground.tables["subject"] if row["is_person"]}
    lines = default_lines()
    searching = PolicyLine(lines[-1].number + 1, "p", ("public", "subject", "search", "published"))

    async def found() -> tuple[set[str], set[str]]:
        await activate(ground.owner, [*lines, searching], "the public searches what is published", NOW)
        read = await _shown(ground, "subjects(first: 100)")
        searched = [await _shown(ground, f"subjects(first: 9, search: {json.dumps(name)})") for name in people.values()]
        await activate(ground.owner, lines, "as it was", NOW)
        return read, {one for each in searched for one in each}

    read, searched = ground.run(found())
    assert read & people.keys(), "no person is published: the case is not there"
    assert searched & people.keys() == set()


def test_a_search_finds_what_its_own_grant_reaches(ground: Ground) -> None:
    """An office that may search only what it deals with finds nobody else, whatever it may read."""
    lines = default_lines()
    narrow = [line for line in lines if line.cells[1:] != ("subject", "search", "published_organisation")]
    names = [json.dumps(row["name"]) for row in ground.tables["subject"] if not row["is_person"]]

    async def found() -> set[str]:
        shown = [await _shown(ground, f"subjects(first: 9, search: {name})", caller("clerk-rs")) for name in names]
        return {one for each in shown for one in each}

    async def both() -> tuple[set[str], set[str]]:
        everywhere = await found()
        await activate(ground.owner, narrow, "officers search their own", NOW)
        own = await found()
        await activate(ground.owner, lines, "as it was", NOW)
        return everywhere, own

    everywhere, own = ground.run(both())
    assert own < everywhere


def test_who_must_name_a_purpose_counts_nobody_without_one(ground: Ground) -> None:
    lines = default_lines()
    counting = PolicyLine(lines[-1].number + 1, "p", ("partner", "objection", "count", "any"))

    async def asked() -> dict[str, Any]:
        await activate(ground.owner, [*lines, counting], "partners count objections", NOW)
        answer = await ground.post(Written("{ objections { totalCount } }", {}, None, []), caller("partner-bank"))
        await activate(ground.owner, lines, "as it was", NOW)
        return dict(json.loads(answer))

    answer = ground.run(asked())
    assert answer["data"] == {"objections": None}
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["PURPOSE_REQUIRED"]


def test_whom_a_purpose_would_let_in_is_told_to_name_one(ground: Ground) -> None:
    lines = default_lines()
    opened = [
        PolicyLine(lines[-1].number + number, "p", ("exam_watcher", *cell))
        for number, cell in enumerate(
            [("credit_record", "read", "purposed"), ("eligibility", "read", "consented")], start=1
        )
    ]
    text = '{ creditRecords { totalCount } eligibility(matter: "bidding", jurisdiction: "350200") { outcome } }'
    answer = ground.run(_under(ground, [*lines, *opened], text, caller("watcher")))
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["PURPOSE_REQUIRED"] * 2


ID = UUID(int=1)
COMPUTED = {
    '{ policyCitations(jurisdiction: "350200") { code } }': "edition_item",
    '{ catalogueConformance(jurisdiction: "420300") { status } }': "edition",
    f'{{ editionFile(edition: "Edition:{ID}") }}': "edition",
    f'{{ supervision(subject: "Subject:{ID}") {{ grade }} }}': "grade",
    f'{{ ledgerProof(event: "{ID}") {{ hash }} }}': "ledger_checkpoint",
}


@pytest.mark.parametrize("text", COMPUTED)
def test_what_is_computed_of_rows_is_closed_to_whoever_may_not_read_them(ground: Ground, text: str) -> None:
    open_, lines = default_lines(), [line for line in default_lines() if line.cells[1:3] != (COMPUTED[text], "read")]
    asked = [ground.run(_under(ground, policy, text, PUBLIC)) for policy in (open_, lines)]
    before, after = ([one["extensions"]["code"] for one in answer.get("errors", [])] for answer in asked)
    assert after == ["FORBIDDEN"]
    assert before != after


STEPS = {
    'mutation { openCampaign(input: { name: "行动", topics: ["欠薪"], fromOn: "2026-01-01", toOn: "2026-12-31" }) { receipts } }':
        ("the public", "public", "campaign", "open", "any"),
    f'mutation {{ grantConsent(input: {{ office: "Office:{ID}", purpose: "x", untilOn: "2026-12-31" }}) {{ receipts }} }}':
        ("clerk-jc", "clerk", "consent", "grant", "own_office"),
}  # fmt: skip


@pytest.mark.parametrize("text", STEPS)
def test_who_is_no_office_and_no_subject_takes_no_step_of_one_whatever_is_granted(ground: Ground, text: str) -> None:
    lines = default_lines()
    who, role, noun, verb, scope = STEPS[text]
    granted = [
        PolicyLine(lines[-1].number + place, "p", (role, noun, one, scope))
        for place, one in enumerate((verb, "read"), start=1)
    ]
    answer = ground.run(_under(ground, [*lines, *granted], text, caller(who)))
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]


async def _under(ground: Ground, lines: Sequence[PolicyLine], text: str, who: Caller) -> Any:
    """Ask under a policy that nobody wrote."""
    await activate(ground.owner, list(lines), "for this question", NOW)
    answer = await ground.post(Written(text, {}, None, []), who)
    await activate(ground.owner, default_lines(), "as it was", NOW)
    return json.loads(answer)


async def _shown(ground: Ground, field: str, who: Caller = PUBLIC) -> set[str]:
    """Give the ids of the subjects that a connection shows."""
    answer = json.loads(await ground.post(Written(f"{{ found: {field} {{ nodes {{ id }} }} }}", {}, None, []), who))
    assert "errors" not in answer, answer
    return {row["id"] for row in answer["data"]["found"]["nodes"]}


@pytest.mark.parametrize("seed", range(5))
def test_plan_and_second_evaluator_agree_under_any_policy(ground: Ground, seed: int) -> None:
    dice = random.Random(seed)
    lines = random_lines(dice)
    written = [PolicyLine(number, line[0], line[1:]) for number, line in enumerate(lines, start=1)]
    ground.naive.policy_version = ground.run(activate(ground.owner, written, f"random {seed}", NOW))
    ground.run(ground.read_again("policy_version", "policy_row", "ledger_event"))
    policy = ground.naive.meaning.policy = Policy("\n".join(",".join(line) for line in lines))
    callers = [one for one in CALLERS if purpose_stands(policy, one)]
    for number in range(30):
        document = Writer(schema._schema, ground.pools, random.Random(1000 * seed + number), 14).document()
        with contextlib.suppress(TooLarge):
            ground.run(compare(ground, document, dice.choice(callers)))
