"""Taking entries off their lists: applied for or proposed, then step by step as the rulebook lays down.

In charge of every removal before the last day but those by repair and by the source of an imported list. The
entry leaves in the same transaction as the last step, and with it every channel: the events of the outbox tell
platform and portal, reports become superseded. Refuses a step out of order or by the person of another step,
an application without what the rule asks for, and a removal of what is no longer in force.
Source: 新乡四(四) (XX-12, XX-13); 人社部令第45号; 海沧7 (HC-07); 河南省社会信用条例37.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.calendar import WorkingCalendar
from domain.clock import local_day
from domain.credit.record import AGAINST
from domain.errors import DomainError, InvalidInput, NotFound, StateConflict
from domain.installation_rows import office_id
from domain.lifecycle import Transaction, change, move
from domain.lists import list_publication
from domain.lists.list_removal import NOT_ONE_PERSON, OPEN
from domain.lists.refusals import OwnApproval
from domain.lists.removal_openings import LISTED, PROPOSED, STARTS, open_removal
from domain.lists.removal_rules import Listed, RemovalNotProvided, decision_due, earliest, listed
from domain.rulebook.model import Rulebooks
from domain.rulebook.procedure import Procedure, Step, require_next
from domain.text import require_text

REASONS: Final = {"violation": "verified_violation", "early": "early_removal", "standard_met": "standard_met"}
"""Under which reason an entry leaves on each way."""

_WORDS: Final = {"violation": "查实违法失信，移出红名单", "early": "准予提前移出", "standard_met": "符合退出标准"}
_VIOLATION: Final = "违法违规或违诺失信等行为"
"""To what a statement is made where a violation is proposed (新乡四(四))."""
_LONGEST: Final = 2_000


class EntryNotInForce(DomainError):
    """The entry is not published, or has left its list already: there is nothing to remove."""

    code = "ENTRY_NOT_IN_FORCE"
    zh = "该列入未公示或已移出、到期：没有可移出的信息。"


class ConditionMissing(InvalidInput):
    """The rule's conditions are stated one by one, and nothing else: see `conditions`."""

    code = "REMOVAL_CONDITION_MISSING"
    zh = "应逐项说明规则所列条件，不得缺项或多项：见 conditions。"


class EvidenceRequired(InvalidInput):
    """What is stated needs evidence: hand in at least one attachment."""

    code = "EVIDENCE_REQUIRED"
    zh = "所述情况须有证明材料：请至少提交一个附件。"


class RemovalTooEarly(DomainError):
    """The time that must pass after the correction has not passed: see `earliest`."""

    code = "REMOVAL_TOO_EARLY"
    zh = "改正后须满规定期限方可申请：最早日期见 earliest。"


class RemovalBarred(DomainError):
    """A bar of the rule was found: the application is refused, it cannot go on."""

    code = "REMOVAL_BARRED"
    zh = "存在规则规定的不得提前移出情形：应予驳回，不得继续办理。"


class BarsNotStated(InvalidInput):
    """The rule has bars: say which were found, none included; see `bars`."""

    code = "REMOVAL_BARS_NOT_STATED"
    zh = "规则规定了不得提前移出的情形：请说明核查结果（包括没有发现），见 bars。"


class ExitRuleMissing(DomainError):
    """The list has no exit rule 退出机制: an exit standard cannot be met where there is none."""

    code = "EXIT_RULE_MISSING"
    zh = "该名单没有退出机制：无退出标准可适用。"


class ViolationFallen(DomainError):
    """What told of the violation was withdrawn or tells of none any more: close the task; propose anew for another one."""

    code = "VIOLATION_FALLEN"
    zh = "据以移出的失信信息已撤销，或者经更正不再是失信信息：请办结本事项；另有违法失信行为的可另行提出。"


class NotTheWayOut(DomainError):
    """This way out is not for lists of this kind: red entries leave after a violation, black ones by application."""

    code = "NOT_THE_WAY_OUT"
    zh = "该方式不适用于此类名单：红名单因查实的违法失信移出，黑名单可申请提前移出。"


# -- beginnings that somebody asks for


async def apply(
    tx: Transaction,
    books: Rulebooks,
    calendar: WorkingCalendar,
    entry_id: UUID,
    *,
    statements: Mapping[str, str],
    corrected_on: date | None,
    evidence: int,
) -> UUID:
    """File the subject's application to end the publication of its black entry early; give its id.

    `statements` says something to each condition of the rule, `evidence` is the number of attachments.
    Raises: EntryNotInForce; NotTheWayOut; RemovalPending; RemovalNotProvided; ConditionMissing; EvidenceRequired;
    RemovalTooEarly; InvalidInput.
    Source: 新乡四(四) (积极纠错,挽回社会影响并取得较大成效,可以申请); 人社部令第45号.
    """
    entry = await _entry_in_force(tx, entry_id)
    if entry["polarity"] != "negative":
        raise NotTheWayOut
    found = listed(books, entry, tx.today)
    asked = found.procedure("early")
    said = _stated(found, statements)
    if evidence < 1:
        raise EvidenceRequired(citation=asked.citation)
    _pass_waiting_time(found, corrected_on, listed_on=entry["decided_on"], today=tx.today)
    due = decision_due(found, calendar, tx.today)
    changes = {"statements": said, "corrected_on": corrected_on, "opened_by": tx.actor.account_id}
    return await open_removal(tx, found, entry, "early", changes, due=due)


async def propose(tx: Transaction, books: Rulebooks, entry_id: UUID, *, statement: str, evidence: int = 0) -> UUID:
    """Propose that an entry leaves: a red one for a violation that its publisher has verified, any other because it meets
    the exit standard of its list. Give the id of the removal.

    `evidence` is the number of attachments.
    Raises: EntryNotInForce; RemovalPending; RemovalNotProvided; ExitRuleMissing; EvidenceRequired; InvalidInput.
    Source: 新乡四(四) (经查证属实的,由发布责任单位提出并删除); 厦门3 (退出机制); 海沧7 (及时移除符合退出标准的).
    """
    entry = await _entry_in_force(tx, entry_id)
    said = require_text("statement", statement, longest=_LONGEST)
    found = listed(books, entry, tx.today)
    if entry["polarity"] == "positive":
        way, about = "violation", _VIOLATION
        if evidence < 1:
            raise EvidenceRequired(citation=found.procedure(way).citation)
    else:
        way, about = "standard_met", entry["exit_rule"]
        if about is None:
            raise ExitRuleMissing
        if found.kind.sector_of(entry["condition"]) is not None:
            raise RemovalNotProvided(way=way)
    statements = json.dumps({about: said}, ensure_ascii=False)
    return await open_removal(
        tx, found, entry, way, {"state": PROPOSED, "statements": statements, "opened_by": tx.actor.account_id}
    )


def _stated(found: Listed, statements: Mapping[str, str]) -> str:
    """Give what is said to each condition of the rule, as JSON.

    Raises: ConditionMissing; InvalidInput.
    """
    conditions = found.words_of("early_removal.conditions")
    said = {
        condition.strip(): require_text("statement", text, longest=_LONGEST) for condition, text in statements.items()
    }
    if set(said) != set(conditions):
        raise ConditionMissing(conditions=list(conditions))
    return json.dumps({condition: said[condition] for condition in conditions}, ensure_ascii=False)


def _pass_waiting_time(found: Listed, corrected_on: date | None, *, listed_on: date, today: date) -> None:
    if corrected_on is not None and corrected_on > today:
        raise InvalidInput("The day of the correction lies in the future: correct it.", zh="改正日期晚于今天：请更正。")
    if found.rule("early_removal.after") is None:
        return
    if corrected_on is None:
        raise InvalidInput(
            "State the day of the correction: a term runs from it.", zh="请填写改正日期：期限自该日起算。"
        )
    first = earliest(found, corrected_on, listed_on=listed_on)
    if first is not None and today < first[0]:
        raise RemovalTooEarly(earliest=first[0].isoformat(), citation=first[1])


async def read(tx: Transaction, removal_id: UUID) -> Mapping[str, Any]:
    """Give a removal as it stands.

    Raises: NotFound.
    """
    row: Mapping[str, Any] | None = await tx.connection.fetchrow("SELECT * FROM list_removal WHERE id = $1", removal_id)
    if row is None:
        raise NotFound
    return row


# -- steps


async def review(
    tx: Transaction, books: Rulebooks, row: Mapping[str, Any], *, opinion: str, bars_found: Sequence[str] | None
) -> None:
    """Note that the publishing office has examined a matter and found that the entry may leave.

    Raises: StepOutOfOrder; OwnApproval; BarsNotStated; RemovalBarred; StateConflict; InvalidInput.
    """
    said = require_text("opinion", opinion, longest=_LONGEST)
    changes = {
        "reviewed_by": tx.actor.account_id,
        "opinion": said,
        **await _looked_for_bars(tx, books, row, bars_found),
    }
    await _step(tx, books, row, "review", changes)


async def decide(
    tx: Transaction, books: Rulebooks, row: Mapping[str, Any], *, opinion: str, bars_found: Sequence[str] | None
) -> None:
    """Decide that the entry leaves.

    Raises: what `review` raises.
    """
    said = require_text("opinion", opinion, longest=_LONGEST)
    changes = {
        "decided_by": tx.actor.account_id,
        "decided_at": tx.now,
        "opinion": said,
        **await _looked_for_bars(tx, books, row, bars_found),
    }
    await _step(tx, books, row, "decide", changes)


async def file(tx: Transaction, books: Rulebooks, row: Mapping[str, Any]) -> None:
    """File a reviewed removal with the credit office 报备; only then may the entry be deleted.

    Raises: StepOutOfOrder; StateConflict.
    Source: 新乡四(四) (报备市信用办后,可以提前删除).
    """
    step = _next(await _procedure(tx, books, row), row, "file")
    assert step.office is not None  # a step that files with nobody is a fault of its rulebook
    changes = {
        "filed_by": tx.actor.account_id,
        "filed_at": tx.now,
        "filed_with_id": office_id(row["jurisdiction_id"], step.office),
    }
    await _step(tx, books, row, "file", changes)


async def remove(tx: Transaction, books: Rulebooks, row: Mapping[str, Any]) -> None:
    """Take the entry off its list as the last step of its removal, from every channel at once.

    Raises: StepOutOfOrder; OwnApproval; EntryNotInForce; ViolationFallen; StateConflict.
    """
    _next(await _procedure(tx, books, row), row, "remove")
    await _entry_in_force(tx, row["entry_id"])
    if await tx.connection.fetchval(_FALLEN, row["cause_id"], row["cause_entry_id"]):
        raise ViolationFallen
    await _step(tx, books, row, "remove", {"removed_by": tx.actor.account_id, "removed_at": tx.now})
    reason = REASONS[row["way"]]
    await list_publication.remove(
        tx, books, row["entry_id"], removal_reason=reason, reason=_WORDS[row["way"]], basis=row["basis"]
    )


async def announce(tx: Transaction, row: Mapping[str, Any]) -> None:
    """Note that the exit was announced on the channel on which the list is published.

    Raises: StateConflict when it is not removed, or was announced.
    Source: 河南省社会信用条例37 (通过原发布渠道发布名单退出公告).
    """
    if row["state"] != "removed":
        raise StateConflict(verb="announce")
    changes = {"announced_at": tx.now, "announced_by": tx.actor.account_id}
    await change(tx, "list_removal", "announce", row["id"], changes, unless="announced_at", basis=row["basis"])


# -- what the steps are made of


async def _entry_in_force(tx: Transaction, entry_id: UUID) -> Mapping[str, Any]:
    """Lock an entry that is in force today, with its list.

    Raises: NotFound; EntryNotInForce.
    """
    entry: Mapping[str, Any] | None = await tx.connection.fetchrow(_ENTRY, entry_id)
    if entry is None:
        raise NotFound
    over = entry["public_until"] is not None and entry["public_until"] < tx.today
    if entry["state"] != "published" or over:
        raise EntryNotInForce
    return entry


async def _procedure(tx: Transaction, books: Rulebooks, row: Mapping[str, Any]) -> Procedure:
    """Give the procedure a removal follows: that of the day on which it was opened."""
    entry = await tx.connection.fetchrow(_ENTRY, row["entry_id"])
    return listed(books, entry, local_day(row["opened_at"])).procedure(row["way"])


async def _step(
    tx: Transaction, books: Rulebooks, row: Mapping[str, Any], verb: str, changes: Mapping[str, Any]
) -> None:
    """Take a step that is due, by somebody who took none of those that another person must have taken."""
    followed = await _procedure(tx, books, row)
    step = _next(followed, row, verb)
    _pass_another(row, f"{step.state}_by", tx.actor.account_id)
    steps = followed.machine("list_removal", start=_start(row))
    await move(tx, steps, verb, row["id"], changes, basis=step.citation)


def _next(followed: Procedure, row: Mapping[str, Any], verb: str) -> Step:
    if row["state"] not in OPEN:
        raise StateConflict(verb=verb)
    return require_next(followed, row["state"], verb, start=_start(row))


def _start(row: Mapping[str, Any]) -> str:
    is_stated = row["way"] == "violation" and row["cause_id"] is None and row["cause_entry_id"] is None
    return PROPOSED if is_stated else STARTS[row["way"]]


def _pass_another(row: Mapping[str, Any], column: str, account_id: UUID | None) -> None:
    """Pass an officer who took no step that must be another's.

    Raises: OwnApproval.
    """
    others = {one for pair in NOT_ONE_PERSON if column in pair for one in pair} - {column}
    if account_id is not None and any(row[one] == account_id for one in others):
        raise OwnApproval(step=column.removesuffix("_by"))


async def _looked_for_bars(
    tx: Transaction, books: Rulebooks, row: Mapping[str, Any], found: Sequence[str] | None
) -> dict[str, Any]:
    """Give what is noted of the bars of the rule, where it has any.

    Raises: BarsNotStated; RemovalBarred.
    """
    entry = await tx.connection.fetchrow(_ENTRY, row["entry_id"])
    of_list = listed(books, entry, local_day(row["opened_at"]))
    bars = of_list.words_of("no_early_removal") if row["way"] == "early" else ()
    if not bars:
        return {}
    if found is None or not set(found) <= set(bars):
        raise BarsNotStated(bars=list(bars))
    if found:
        raise RemovalBarred(bars=list(found))
    return {"bars_found": []}


_ENTRY: Final = f"{LISTED} WHERE entry.id = $1 FOR UPDATE OF entry"

_FALLEN: Final = f"""
SELECT EXISTS (
    SELECT FROM credit_record told WHERE told.id = $1
      AND (told.state = 'withdrawn' OR {AGAINST.format(t="told")} IS NOT TRUE))
  OR EXISTS (SELECT FROM list_entry WHERE id = $2 AND state = 'withdrawn')
"""
