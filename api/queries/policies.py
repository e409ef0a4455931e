"""What is known about a policy before anybody answers for it: checks, the difference in words, the standing invariants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import strawberry

from api.commands.inputs import local_id
from api.queries.fields import Ctx, argument, global_id
from api.queries.policy_review import classes_of_objects, replayed, require, reviewed, reviewed_text
from authz.difference import Difference, compare
from authz.holdings import Held
from authz.invariants import Breach as BrokenInvariant
from authz.invariants import CounterExample as Example
from authz.invariants import Invariant, invariants
from authz.lines import PolicyLine
from authz.lint import Finding
from authz.review import Review, side_of
from authz.versions import accept_text
from authz.words import told
from domain.errors import InvalidInput

MAY_REVIEW = (("policy_version", "read"), ("account", "read"), ("assignment", "read"))


class OneOfTwo(InvalidInput):
    """Name a version or give a text, one of the two."""

    zh = "请指明版本或给出文本，二者取一。"


@strawberry.type(description="A standing invariant 不变量 that no policy version may break, with its source.")
class PolicyInvariant:
    id: str = strawberry.field(description="Stable name, e.g. public_sees_no_person_in_clear.")
    says: str = strawberry.field(description="What it says.")
    says_zh: str = strawberry.field(description="What it says, in Chinese.")
    source: str = strawberry.field(description="Where it comes from.")


@strawberry.type(description="A line of a policy 策略行, as a file has it.")
class PolicyFileLine:
    line: int = strawberry.field(description="Number of the line.")
    text: str = strawberry.field(description="The line.")


@strawberry.type(description="A cell of the matrix that breaks an invariant 反例, and the lines it comes from.")
class PolicyCounterExample:
    text: str = strawberry.field(description="The cell, e.g. public sees person_name clear in published.")
    text_zh: str = strawberry.field(description="The cell in Chinese.")
    lines: list[PolicyFileLine] = strawberry.field(description="The lines it comes from; none where one is missing.")


@strawberry.type(description="An invariant 不变量 that the policy breaks, with counter-examples.")
class PolicyBreach:
    invariant: PolicyInvariant = strawberry.field(description="The invariant.")
    count: int = strawberry.field(description="How many cells break it.")
    counter_examples: list[PolicyCounterExample] = strawberry.field(description="The first twenty of them.")


@strawberry.type(description="A policy case 权限用例: a sentence with its expected answer, and the answer given.")
class PolicyCase:
    line: int = strawberry.field(description="Number of its line.")
    sentence: str = strawberry.field(description="The sentence.")
    expected: bool = strawberry.field(description="The expected answer.")
    given: bool = strawberry.field(description="The answer of this policy.")
    holds: bool = strawberry.field(description="Whether they agree.")
    source: str | None = strawberry.field(description="Where the expected answer comes from.")


@strawberry.type(description="What lint 检查 found: a line or an account to look at.")
class PolicyFinding:
    code: str = strawberry.field(
        description="fault, never_matches, shadowed, role_empty, role_unheld, role_unknown, role_looks_alike,"
        " roles_incompatible, account_without_role, account_looks_alike, person_unknown or officers_too_few."
    )
    severity: str = strawberry.field(description="error: it cannot stand; warning: look at it.")
    line: int | None = strawberry.field(description="Number of the line, where it is about one.")
    text: str = strawberry.field(description="What is odd.")
    text_zh: str = strawberry.field(description="What is odd, in Chinese.")


@strawberry.type(description="The examination of a policy 策略检查: whether it may be proposed, and everything found.")
class PolicyCheck:
    passed: bool = strawberry.field(
        description="Whether it may be proposed: no fault, no breach, every case holds, nobody with roles that may not meet."
    )
    breaches: list[PolicyBreach] = strawberry.field(description="Invariants it breaks, with counter-examples.")
    cases: list[PolicyCase] = strawberry.field(description="Its policy cases, answered.")
    findings: list[PolicyFinding] = strawberry.field(description="Lint: faults first.")


@strawberry.type(description="A cell 权限项 that is gained or lost by a change of policy, in words.")
class PolicyChange:
    gain: bool = strawberry.field(description="True when it is gained, false when it is lost.")
    role: str = strawberry.field(description="The role.")
    object: str = strawberry.field(description="The object, or the privacy class.")
    action: str = strawberry.field(description="The action, or the level.")
    scope: str = strawberry.field(description="The scope.")
    text: str = strawberry.field(description="In words.")
    text_zh: str = strawberry.field(description="In Chinese.")


@strawberry.type(description="A role held by a real account that a change of policy touches 受影响账号.")
class PolicyTouched:
    account_id: strawberry.ID = strawberry.field(description="Global id of the account.")
    display: str = strawberry.field(description="What it is called.")
    kind: str = strawberry.field(description="person or machine.")
    role: str = strawberry.field(description="The role it holds.")
    office: str | None = strawberry.field(description="The office it holds it in.")
    gained: int = strawberry.field(description="How many cells the role gains.")
    lost: int = strawberry.field(description="How many cells the role loses.")


@strawberry.type(
    description="The difference between two policy versions 策略差异: lines, cells in words, accounts touched."
)
class PolicyDifference:
    narrows: bool = strawberry.field(description="Whether it only takes away.")
    added: list[PolicyFileLine] = strawberry.field(description="Lines that came.")
    removed: list[PolicyFileLine] = strawberry.field(description="Lines that went.")
    changes: list[PolicyChange] = strawberry.field(description="Cells gained, then lost.")
    touched: list[PolicyTouched] = strawberry.field(description="Accounts of officers and machines that are touched.")
    subjects_touched: int = strawberry.field(
        description="How many accounts of subjects and their agents are touched; none is named."
    )


@strawberry.type(
    description="What becomes of the accesses of one kind under a draft 重放结果: by roles, office, nouns and verb."
)
class PolicyReplayed:
    roles: list[str] = strawberry.field(description="Roles that were worn together.")
    office: str | None = strawberry.field(description="The office; null for callers without one.")
    nouns: list[str] = strawberry.field(description="What was read; person stands for a lookup by identity number.")
    verb: str = strawberry.field(description="What was done, e.g. read, issue.")
    entries: int = strawberry.field(description="How many accesses there were.")
    refused: int = strawberry.field(description="Served then, refused under the draft.")
    allowed: int = strawberry.field(description="Refused then, allowed under the draft.")
    shown_less: int = strawberry.field(description="Served under both, with something masked or hidden that was not.")
    shown_more: int = strawberry.field(description="Served under both, with something shown that was not.")
    outdated: int = strawberry.field(
        description="Decided otherwise by now under the active policy too; not by the draft."
    )


@strawberry.type(
    description="The real accesses of the last days decided again under a draft 重放, without any content."
)
class PolicyReplay:
    entries: int = strawberry.field(description="How many accesses were decided again.")
    cut: bool = strawberry.field(description="Whether there were more: only the latest 50,000 are decided again.")
    undecided: int = strawberry.field(description="Accesses whose entries do not tell what was asked.")
    refused: int = strawberry.field(description="Served then, refused under the draft.")
    allowed: int = strawberry.field(description="Refused then, allowed under the draft.")
    kinds: list[PolicyReplayed] = strawberry.field(description="The kinds of access that the draft changes.")


VERSION = argument("policyVersion", "Global id of the policy version; leave it out where a text is given.")
TEXT = argument("text", "A policy as a file (CSV) that is no version yet; leave it out where a version is named.")


async def policy_check(
    info: Ctx,
    policy_version: Annotated[strawberry.ID | None, VERSION] = None,
    text: Annotated[str | None, TEXT] = None,
) -> PolicyCheck | None:
    """Tell which invariants, cases and lint findings a version or a text has."""
    found = await _review(info, policy_version, text)
    return _check(found, await found.linted(classes_of_objects()))


async def policy_difference(
    info: Ctx,
    policy_version: Annotated[strawberry.ID | None, VERSION] = None,
    text: Annotated[str | None, TEXT] = None,
    to: Annotated[
        strawberry.ID | None,
        argument("to", "Global id of the version to compare it with; the active one unless given."),
    ] = None,
) -> PolicyDifference | None:
    """Compare a policy with the active version, or with another."""
    found = await _review(info, policy_version, text)
    _, side = found.sides()
    assert found.difference is not None
    if to is None:
        return _difference(found.difference)
    before = await side_of(info.context.service.database, local_id(str(to), "PolicyVersion"))
    return _difference(compare(before, side, found.holdings))


async def policy_replay(
    info: Ctx,
    policy_version: Annotated[strawberry.ID | None, VERSION] = None,
    text: Annotated[str | None, TEXT] = None,
    days: Annotated[int, argument("days", "How many days back, 1 to 90.")] = 30,
) -> PolicyReplay | None:
    """Decide the accesses of the last days again."""
    require(info.context, ("access_entry", "read"))
    found = await replayed(info.context, await _review(info, policy_version, text), days)
    kinds = [
        PolicyReplayed(
            roles=list(one.roles),
            office=one.office,
            nouns=one.object.split(","),
            verb=one.verb,
            entries=one.entries,
            refused=one.refused,
            allowed=one.allowed,
            shown_less=one.less,
            shown_more=one.more,
            outdated=one.outdated,
        )
        for one in found.kinds
    ]
    return PolicyReplay(
        entries=found.entries,
        cut=found.cut,
        undecided=found.undecided,
        refused=sum(one.refused for one in kinds),
        allowed=sum(one.allowed for one in kinds),
        kinds=kinds,
    )


async def policy_invariants(info: Ctx) -> list[PolicyInvariant] | None:
    """List the rules that hold in every version."""
    require(info.context, ("policy_version", "read"))
    return [_invariant(one) for one in invariants()]


async def _review(info: Ctx, policy_version: strawberry.ID | None, text: str | None) -> Review:
    require(info.context, *MAY_REVIEW)
    if (policy_version is None) == (text is None):
        raise OneOfTwo
    if text is not None:
        return await reviewed_text(info.context, accept_text(text))
    return await reviewed(info.context, local_id(str(policy_version), "PolicyVersion"))


def _check(found: Review, findings: Sequence[Finding]) -> PolicyCheck:
    return PolicyCheck(
        passed=found.passed,
        breaches=[_breach(one) for one in found.examination.breaches],
        cases=[
            PolicyCase(
                line=one.line,
                sentence=one.sentence,
                expected=one.expected,
                given=one.given,
                holds=one.holds,
                source=one.source,
            )
            for one in found.examination.cases
        ],
        findings=[
            PolicyFinding(code=one.code, severity=one.severity, line=one.line, text=one.text, text_zh=one.zh)
            for one in findings
        ],
    )


def _breach(found: BrokenInvariant) -> PolicyBreach:
    return PolicyBreach(
        invariant=_invariant(found.invariant),
        count=found.count,
        counter_examples=[_example(one) for one in found.examples],
    )


def _example(found: Example) -> PolicyCounterExample:
    text, text_zh = told(found.cell)
    return PolicyCounterExample(text=text, text_zh=text_zh, lines=_lines(found.lines))


def _invariant(found: Invariant) -> PolicyInvariant:
    return PolicyInvariant(id=found.id, says=found.says, says_zh=found.says_zh, source=found.source)


def _lines(lines: Sequence[PolicyLine]) -> list[PolicyFileLine]:
    return [PolicyFileLine(line=line.number, text=line.text) for line in lines]


def _difference(found: Difference) -> PolicyDifference:
    return PolicyDifference(
        narrows=found.narrows,
        added=_lines(found.added),
        removed=_lines(found.removed),
        changes=[
            PolicyChange(
                gain=one.gain,
                role=str(one.cell.role),
                object=one.cell.object,
                action=one.cell.action,
                scope=str(one.cell.scope),
                text=one.text,
                text_zh=one.zh,
            )
            for one in found.changes
        ],
        touched=[_touched(one.held, one.gained, one.lost) for one in found.touched],
        subjects_touched=found.subjects,
    )


def _touched(held: Held, gained: int, lost: int) -> PolicyTouched:
    account = global_id("Account", held.account_id)
    assert account is not None
    return PolicyTouched(
        account_id=account,
        display=held.display,
        kind=held.kind,
        role=held.role,
        office=held.office,
        gained=gained,
        lost=lost,
    )


FIELDS: dict[str, Any] = {
    "policyCheck": strawberry.field(
        resolver=policy_check,
        name="policyCheck",
        description="The examination of a policy 策略检查: invariants with counter-examples, policy cases, lint.",
    ),
    "policyDifference": strawberry.field(
        resolver=policy_difference,
        name="policyDifference",
        description="The difference of a policy from the active version 策略差异, in words, with the accounts it touches.",
    ),
    "policyReplay": strawberry.field(
        resolver=policy_replay,
        name="policyReplay",
        description="The real accesses of the last days decided again under a policy 策略回放: who would have been"
        " refused or newly allowed, by role and office, without content.",
    ),
    "policyInvariants": strawberry.field(
        resolver=policy_invariants,
        name="policyInvariants",
        description="The standing invariants 不变量 that no policy version may break, with their sources.",
    ),
}
"""Fields of Query."""
