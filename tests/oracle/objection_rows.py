"""Rows of objections, their pauses, statements of subjects, and what the ledger tells of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.oracle.rows import World
from tests.oracle.world import NOW, TODAY, Row, key


def _contested(world: World) -> tuple[str, Row]:
    noun = world.pick(["credit_record", "credit_record", "list_entry"])
    return noun, world.pick(world.tables[noun])


_STEPS = ("mark", "forward", "verify", "decide", "report", "correct", "tell")
_DONE = ("marked", "forwarded", "verified", "decided", "reported", "corrected", "told")


def _objections(world: World) -> None:
    open_grounds = set()
    for number in range(40):
        noun, about = _contested(world)
        steps = [step for step in _STEPS if world.pick([True, True, False]) or step in ("verify", "decide", "tell")]
        taken = world.dice.randrange(len(steps) + 1)
        withdrawn = taken <= steps.index("decide") and number % 4 == 0
        decided = taken > steps.index("decide")
        outcome = world.pick(["rejected", "amended", "withdrawn"]) if decided else None
        settled = withdrawn or outcome == "rejected" or (decided and number % 7 != 0)
        ground = f"错误{number}" if (about["id"], "错误") in open_grounds else "错误"
        if not settled:
            open_grounds.add((about["id"], ground))
        waiting = steps[taken] if taken < len(steps) and not withdrawn else None
        done = {step: world.instant(days=30) if number2 < taken else None for number2, step in enumerate(steps)}
        due = {step: world.pick([None, world.day(-20, 4), TODAY]) for step in steps}
        offices = [key("office", world.pick(["XMJC", "XMXY", "PLAT", "HCLD"])) for _ in range(3)]
        person = key("account", 1)
        objection = world.add(
            "objection",
            id=key("objection", number),
            subject_id=about["subject_id"],
            about_person=about["about_person"],
            jurisdiction_id=about["jurisdiction_id"],
            office_id=about["office_id"],
            intake_office_id=world.pick([None, offices[0]]),
            platform_office_id=world.pick([None, offices[1]]),
            next_office_id=world.pick([about["office_id"], offices[2]]) if waiting else None,
            record_id=about["id"] if noun == "credit_record" else None,
            entry_id=about["id"] if noun == "list_entry" else None,
            review_of_id=None,
            earlier_id=None,
            state="withdrawn" if withdrawn else _DONE[_STEPS.index(steps[taken - 1])] if taken else "received",
            origin=world.pick(["subject", "agent", "platform"]),
            ground=ground,
            statement='金额"有误"',
            new_facts=world.pick([None, "新的判决"]),
            received_on=world.day(-30, 0) if number % 3 else TODAY - timedelta(days=9),
            filed_at=world.instant(days=30) if number % 3 else NOW - timedelta(days=9),
            procedure={"name": "异议处理", "steps": [{"step": step, "term": None} for step in steps]},
            steps=steps,
            timed_steps=[step for step in steps if world.pick([True, False])],
            distinct_persons=True,
            next_step=waiting,
            due_on=world.pick([None, world.day(-9, 9), TODAY]) if waiting else None,
            due_provisional=world.pick([True, False]),
            **{f"{step}_due_on": due.get(step) for step in _STEPS},
            **{f"{name}_at": done.get(step) for step, name in zip(_STEPS, _DONE, strict=True)},
            withdrawn_at=NOW if withdrawn else None,
            settled_at=NOW if settled else None,
            paused_since=world.pick([None, TODAY, TODAY - timedelta(days=5)]) if waiting and not decided else None,
            finding="已核查" if done.get("verify") else None,
            outcome=outcome,
            decision_reason="理由" if outcome else None,
            notice="告知" if done.get("tell") else None,
            own_act_reason=world.pick([None, "仅一人"]) if outcome else None,
            filed_by=world.pick([None, person]),
            verified_by=None,
            decided_by=world.pick([None, person]) if outcome else None,
            corrected_by=None,
        )
        if number % 5 == 0 and number:
            first = world.tables["objection"][number - 1]
            if first["subject_id"] == objection["subject_id"]:
                objection["review_of_id"] = objection["earlier_id"] = first["id"]
        for count in range(world.pick([0, 0, 1, 2])):
            first_day = TODAY - timedelta(days=20 - 8 * count)
            world.add(
                "objection_pause",
                id=key("pause", f"{number}.{count}"),
                objection_id=objection["id"],
                subject_id=objection["subject_id"],
                about_person=objection["about_person"],
                office_id=objection["office_id"],
                kind="鉴定",
                reason="笔迹鉴定",
                basis="河南41",
                from_on=first_day,
                until_on=first_day + timedelta(days=2),
                began_at=world.instant(days=20),
                begun_by=world.pick([None, person]),
            )


def _statements(world: World) -> None:
    standing = set()
    for number in range(80):
        noun, about = _contested(world)
        removed = about["id"] in standing or number % 4 == 0
        if not removed:
            standing.add(about["id"])
        world.add(
            "subject_statement",
            id=key("statement", number),
            subject_id=about["subject_id"],
            about_person=about["about_person"],
            record_id=about["id"] if noun == "credit_record" else None,
            entry_id=about["id"] if noun == "list_entry" else None,
            words=world.pick(["已足额支付", '并非"拖欠"']),
            by_agent=world.pick([True, False]),
            made_at=world.instant(days=30) if number % 3 else NOW - timedelta(days=4),
            removed_at=NOW if removed else None,
            made_by=world.pick([None, key("account", 2)]),
        )


def _objection_events(world: World) -> None:
    """Add what the ledger tells of them: which reports it makes old follows from it."""
    for number in range(30):
        noun = world.pick(["objection", "objection", "subject_statement"])
        changed = world.pick(world.tables[noun])
        image = {name: str(changed[name]) if changed[name] else None for name in ("record_id", "entry_id")}
        world.add(
            "ledger_event",
            id=key("objected", number),
            kind="change",
            at=world.instant(days=60),
            object=noun,
            object_id=changed["id"],
            verb=world.pick(["file", "decide", "tell", "withdraw"])
            if noun == "objection"
            else world.pick(["make", "remove"]),
            outcome="done",
            subject_id=changed["subject_id"],
            account_id=world.pick([None, key("account", 1)]),
            role=world.pick(["subject", "clerk"]),
            office_id=world.pick([None, key("office", "XMJC")]),
            purpose=None,
            basis=world.pick([None, "厦门5"]),
            reason=None,
            policy_version=1,
            token_id=None,
            image=image,
        )


def _evidence(world: World) -> None:
    for number, about in enumerate(world.tables["objection"][:12]):
        world.add(
            "attachment",
            id=key("evidence-file", number),
            state="attached",
            part="evidence",
            object="objection",
            object_id=about["id"],
            office_id=about["office_id"],
            jurisdiction_id=about["jurisdiction_id"],
            subject_id=about["subject_id"],
            about_person=about["about_person"],
            name=f"回单{number}.pdf",
            media_type="application/pdf",
            size=9,
            digest=f"{number:064d}",
            uploaded_by=world.pick([None, key("account", 1)]),
            uploaded_at=world.instant(),
            disclosure="restricted",
        )


SECTIONS: tuple[Callable[[World], None], ...] = (_objections, _statements, _objection_events, _evidence)
"""The sections in an order in which their rows can be written."""
