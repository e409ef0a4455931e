"""What is due, said a second time over Python objects; and the deadlines of the oracle's world.

Written from the documented meaning of each kind of duty, without a look at how the service says it in SQL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from hashlib import md5
from typing import Any
from uuid import UUID

from tests.oracle.rows import World
from tests.oracle.standing import local_day
from tests.oracle.world import TODAY, Row, Tables, key

NO_DAY, STANDING_STILL = date(9999, 12, 31), date(9999, 12, 30)
UNDER_WAY = (
    "collected", "attested", "answered", "announced", "investigated", "report_approved", "reviewed", "decided",
    "submitted", "returned",
)  # fmt: skip
OPEN_REMOVALS = ("raised", "applied", "proposed", "reviewed", "decided", "filed")


def _deadlines(world: World) -> None:
    turn = TODAY - timedelta(days=100)
    spans = (("350200", None, turn), ("350200", turn + timedelta(days=1), None), ("310000", None, None))
    paths = (
        "deadline.double_publicity", "deadline.repair.push", "deadline.approval", "deadline.batch", "commitment.supplement_term",
        "deadline.monthly_report", "deadline.subject_request.access", "list.black.prior_notice.objection", "deadline.early_removal",
    )  # fmt: skip
    for path in paths:
        for where, begins, until in spans:
            status = world.pick(["says", "expired", "none_set", "not_loaded", "by_analogy"])
            told = status in ("says", "expired", "by_analogy")
            world.add(
                "deadline", id=key("deadline", f"{where}{path}{begins}"), jurisdiction_id=where, rulebook=f"cn-{where}", path=path,
                from_on=begins, until_on=until, status=status, value=7 if told else None, unit="working_day" if told else None,
                starts=world.pick([None, "办结之日"]), citation=world.pick([None, "《要点》 8", '《"试"》 2']),
                quote=world.pick([None, "起7个工作日内"]), reading=None, layers={"要点": status},
            )  # fmt: skip


def _supplements(world: World) -> None:
    """Let one supplement of tolerant acceptance be open, whatever the dice of commitments gave."""
    owing = (row for row in world.tables["commitment"] if row["state"] == "signed" and row["supplement_due_on"])
    next(owing)["supplied_on"] = None


def _standing(world: World) -> None:
    """Add what is owed without a row: reports of every cycle, with and without a day, cases, editions made and unmade."""
    for number, (office, cycle, day, rolls) in enumerate(
        (
            ("XMJC", "month", 5, False), ("XMRS", "month", 31, False), ("HCLD", "month", 20, True), ("SHJC", "quarter", None, False),
            ("XMXY", "quarter", 15, False), ("XMRS", "quarter", None, False),
        )
    ):  # fmt: skip
        turn = date(2025, 10, 31)
        for begins, until in ((date(2025, 2, 1) if number else None, turn), (turn + timedelta(days=1), None)):
            _owe(world, office, "report", cycle=cycle, day=day, rolls=rolls, from_on=begins, until_on=until)
    for office, wanted in (("XMJC", 99), ("XMRS", 1), ("SHJC", 3)):
        _owe(world, office, "cases", cycle="year", wanted=wanted)
    for office, kind in (("XMXY", "catalogue"), ("XMXY", "policies"), ("SHJC", "measures")):
        _owe(
            world,
            office,
            "edition",
            edition_kind=kind,
            path=None,
            due_on=TODAY - timedelta(days=1),
            from_on=date(2021, 1, 1),
        )


def _owe(world: World, office: str, kind: str, **more: Any) -> None:
    place = next(one["jurisdiction_id"] for one in world.tables["office"] if one["id"] == key("office", office))
    nothing = dict.fromkeys(("cycle", "edition_kind", "from_on", "until_on", "day", "due_on", "wanted"))
    number = len(world.tables.get("standing_duty", ()))
    path = world.pick([None, "deadline.monthly_report", "deadline.nowhere"])
    world.add(
        "standing_duty",
        **{
            **nothing, "id": key("standing duty", number), "jurisdiction_id": place, "office_id": key("office", office),
            "rulebook": f"cn-{place}", "kind": kind, "rolls": False, "path": path, "status": world.pick(["says", "none_set", "expired"]),
            "basis": world.pick(["《要点》 9", '《"要点"》 27']), **more,
        },
    )  # fmt: skip


SECTIONS: tuple[Callable[[World], None], ...] = (_deadlines, _supplements, _standing)


def due_items(tables: Tables) -> list[Row]:
    """List what is due, from the rows of the world."""
    return [_item(tables, **duty) for tell in _KINDS for duty in tell(tables)]


def _item(
    tables: Tables, kind: str, noun: str, row: Row, started_on: date, *, office: Any = None, party: str = "office",
    step: str | None = None, due_on: date | None = None, provisional: bool = False, paused: date | None = None,
    path: str | None = None, basis: str | None = None, status: str | None = None, mark: str = "",
) -> Row:  # fmt: skip
    deadline = next(
        (
            one
            for one in tables["deadline"]
            if (one["jurisdiction_id"], one["path"]) == (row["jurisdiction_id"], path)
            and (one["from_on"] or date.min) <= started_on <= (one["until_on"] or date.max)
        ),
        None,
    )
    order = due_on or NO_DAY
    if due_on and paused and paused <= due_on:
        order = STANDING_STILL
    return {
        "id": UUID(
            f"{row['id']}"[:19] + md5(f"{kind}{row['id']}{mark}".encode(), usedforsecurity=False).hexdigest()[16:]
        ),
        "kind": kind,
        "noun": noun,
        "row_id": row["id"],
        "step": step or row["state"],
        "office_id": office or row["office_id"],
        "jurisdiction_id": row["jurisdiction_id"],
        "party": party,
        "started_on": started_on,
        "due_on": due_on,
        "due_provisional": provisional,
        "paused_since": paused,
        "deadline_id": deadline["id"] if deadline else None,
        "basis": basis or (deadline["citation"] if deadline else None),
        "term_status": status or (deadline["status"] if deadline else "none_set"),
        "order_on": order,
    }


Duties = Iterator[dict[str, Any]]


def _of_records(tables: Tables) -> Duties:
    items = {row["id"]: row for row in tables["catalogue_item"]}
    told = {row["record_id"] for row in tables["repair_notice"]}
    corrected = {row["record_id"] for row in tables["repair_application"] if row["corrected_on"] is not None}
    for row in tables["credit_record"]:
        item = items[row["item_id"]]
        publication = {
            "noun": "credit_record",
            "row": row,
            "started_on": row["closed_on"] or row["decided_on"],
            "due_on": row["publication_due_on"],
            "provisional": row["due_provisional"],
            "path": "deadline.double_publicity",
        }
        portal_missing = row["portal_at"] is None and row["disclosure"] == "public"
        shown = row["platform_at"] is not None and not portal_missing
        owed = item["double_publicity"] and row["disclosure"] != "restricted"  # a minor's penalty is shown to nobody
        if owed and row["state"] in ("submitted", "published") and not shown:
            yield {"kind": "publication", **publication}
        if row["state"] == "submitted" and item["severity_required"] and row["severity"] is None:
            yield {"kind": "severity", **publication}
        if row["state"] == "submitted" and row["repair_notice_required"] and row["id"] not in told:
            yield {"kind": "repair_notice", **publication}
        if row["stands_twice"] and row["state"] != "withdrawn":
            yield {
                "kind": "stands_twice",
                "noun": "credit_record",
                "row": row,
                "started_on": local_day(row["submitted_at"]),
            }
        prescribed = row["state"] == "published" and row["correction_due_on"] is not None
        if prescribed and row["id"] not in corrected and _may_be_repaired(tables, row):
            yield {
                "kind": "correction", "noun": "credit_record", "row": row, "started_on": row["decided_on"], "party": "subject",
                "due_on": row["correction_due_on"], "status": "set_by_office",
            }  # fmt: skip


def _of_objections(tables: Tables) -> Duties:
    for row in tables["objection"]:
        if row["next_step"] is None:
            continue
        said: dict[str, Any] = next((one for one in row["procedure"]["steps"] if one["step"] == row["next_step"]), {})
        term = said.get("term") or {}
        yield {
            "kind": "objection", "noun": "objection", "row": row, "started_on": row["received_on"], "step": row["next_step"],
            "office": row["next_office_id"], "due_on": row["due_on"], "provisional": row["due_provisional"],
            "paused": row["paused_since"], "basis": term.get("citation") or said.get("citation"),
            "status": term.get("status") or "none_set",
        }  # fmt: skip


def _may_be_repaired(tables: Tables, record: Row) -> bool:
    """Tell whether a record is shown on, or an entry rests on it that is."""
    resting = {one["entry_id"] for one in tables["list_evidence"] if one["record_id"] == record["id"]}
    listed = [one for one in tables["list_entry"] if one["id"] in resting and one["state"] == "published"]
    return any(one["public_until"] is None or one["public_until"] >= TODAY for one in (record, *listed))


def _of_repairs(tables: Tables) -> Duties:
    for row in tables["repair_application"]:
        told = {"noun": "repair_application", "row": row}
        about = next(one for one in tables["credit_record"] if one["id"] == row["record_id"])
        if row["state"] in ("applied", "fulfilment_found", "signed") and _may_be_repaired(tables, about):
            yield {"kind": "repair", **told, "started_on": local_day(row["applied_at"])}
        if row["state"] == "granted" and row["platform_told_at"] is None:
            yield {
                "kind": "repair_push", **told, "started_on": local_day(row["decided_at"]), "due_on": row["platform_due_on"],
                "provisional": row["due_provisional"], "path": "deadline.repair.push",
            }  # fmt: skip


def _of_lists(tables: Tables) -> Duties:
    codes = {row["id"]: row["code"] for row in tables["credit_list"]}
    entries = {row["id"]: row for row in tables["list_entry"]}
    for row in tables["list_entry"]:
        if row["stands_twice"] and row["state"] != "withdrawn":
            yield {
                "kind": "listed_twice",
                "noun": "list_entry",
                "row": row,
                "started_on": local_day(row["collected_at"]),
            }
        if row["state"] in UNDER_WAY:
            yield {
                "kind": "list_step", "noun": "list_entry", "row": row, "started_on": local_day(row["collected_at"]),
                "office": row["publisher_id"] if row["state"] == "submitted" else None, "path": "deadline.approval",
            }  # fmt: skip
    for row in tables["list_notice"]:
        told = {"noun": "list_notice", "row": row, "started_on": row["served_on"]}
        if row["state"] == "served" and row["kind"] == "prior_notice":
            yield {
                "kind": "prior_notice", **told, "party": "subject", "due_on": row["answer_due_on"],
                "provisional": row["due_provisional"], "path": f"list.{codes[row['credit_list_id']]}.prior_notice.objection",
            }  # fmt: skip
        waits = entries[row["entry_id"]]["state"] == "answered" and entries[row["entry_id"]]["round"] == row["round"]
        if row["kind"] == "prior_notice" and row["state"] == "answered" and waits and row["verify_due_on"] is not None:
            yield {
                "kind": "prior_answer", **told, "started_on": local_day(row["answered_at"]), "due_on": row["verify_due_on"],
                "provisional": any(day["id"] == row["verify_due_on"] and day["provisional"] for day in tables["working_day"]),
                "status": "says",
            }  # fmt: skip
        if row["state"] == "served" and row["kind"] == "public_notice":
            yield {"kind": "public_notice", **told, "due_on": row["until_on"], "status": _named(row["until_on"])}
    for row in tables["list_removal"]:
        if row["state"] in OPEN_REMOVALS:
            own = (
                f"list.{codes[row['credit_list_id']]}.early_removal.decide"
                if row["due_on"]
                else "deadline.early_removal"
            )
            yield {
                "kind": "list_removal", "noun": "list_removal", "row": row, "started_on": local_day(row["opened_at"]),
                "due_on": row["due_on"], "provisional": row["due_provisional"], "basis": row["basis"],
                "path": own if row["way"] == "early" else None,
            }  # fmt: skip
    for row in tables["list_batch"]:
        handed_in = row["state"] == "submitted"
        if handed_in or row["state"] in ("opened", "returned"):
            yield {
                "kind": "list_batch", "noun": "list_batch", "row": row,
                "started_on": row["period_ends_on"] or local_day(row["opened_at"]),
                "office": row["publisher_id"] if handed_in else None, "due_on": None if handed_in else row["due_on"],
                "provisional": row["due_provisional"] and not handed_in,
                "path": "deadline.approval" if handed_in else "deadline.batch",
            }  # fmt: skip


def _of_commitments(tables: Tables) -> Duties:
    for row in tables["commitment"]:
        if row["state"] == "signed" and row["supplement_due_on"] is not None and row["supplied_on"] is None:
            yield {
                "kind": "supplement", "noun": "commitment", "row": row, "started_on": row["signed_on"], "party": "subject",
                "due_on": row["supplement_due_on"], "provisional": row["supplement_provisional"],
                "path": "commitment.supplement_term", "status": "set_by_office",
            }  # fmt: skip
    checks = {row["id"]: row for row in tables["spot_check"]}
    for row in tables["spot_check_result"]:
        drawn = checks[row["spot_check_id"]]
        if row["state"] == "pending":
            started: datetime = drawn["drawn_at"]
            yield {
                "kind": "spot_check", "noun": "spot_check_result", "row": row, "started_on": local_day(started),
                "basis": drawn["basis"],
            }  # fmt: skip
    for row in tables["exemption"]:
        if row["state"] in ("proposed", "signed"):
            yield {"kind": "exemption", "noun": "exemption", "row": row, "started_on": local_day(row["proposed_at"])}


def _of_rights(tables: Tables) -> Duties:
    for row in tables["subject_request"]:
        if row["state"] == "filed":
            yield {
                "kind": "subject_request", "noun": "subject_request", "row": row, "started_on": local_day(row["filed_at"]),
                "due_on": row["due_on"], "provisional": row["due_provisional"], "basis": row["basis"],
                "path": f"deadline.subject_request.{row['kind']}",
            }  # fmt: skip
    for row in tables["urging"]:
        if row["state"] == "issued":
            yield {
                "kind": "urging", "noun": "urging", "row": row, "started_on": row["urged_on"], "party": "subject",
                "due_on": row["pay_by_on"], "status": _named(row["pay_by_on"]),
            }  # fmt: skip


def _named(day: date | None) -> str:
    return "none_set" if day is None else "set_by_office"


def _of_reports(tables: Tables) -> Duties:
    for row in tables["progress_report"]:
        if row["state"] != "handed_in":
            yield {
                "kind": "progress_report", "noun": "progress_report", "row": row, "started_on": row["to_on"], "due_on": row["due_on"],
                "provisional": row["due_provisional"],
                "path": "deadline.monthly_report" if row["cycle"] == "month" else "deadline.quarterly_progress",
            }  # fmt: skip


def _watched(tables: Tables, place: str, cycle: str) -> date:
    """Tell from when on the duties of a place are kept: from the installation, or its first report of the cycle."""
    handed: list[date] = [
        row["from_on"]
        for row in tables["progress_report"]
        if row["jurisdiction_id"] == place and row["cycle"] == cycle and row["state"] == "handed_in"
    ]
    began: list[date] = [local_day(row["activated_at"]) for row in tables["policy_version"] if row["activated_at"]]
    return min([*began, *handed])


def _periods(tables: Tables, duty: Row) -> Iterator[tuple[date, date]]:
    """Yield the periods of a duty, first and last day, up to the one that runs today."""
    months = {"month": 1, "quarter": 3, "year": 12}[duty["cycle"]]
    since = _watched(tables, duty["jurisdiction_id"], duty["cycle"])
    for number in range(2000 * 12, (TODAY.year + 1) * 12, months):
        first = date(number // 12, number % 12 + 1, 1)
        last = date((number + months) // 12, (number + months) % 12 + 1, 1) - timedelta(days=1)
        ruled = (duty["from_on"] or date.min) <= last <= (duty["until_on"] or date.max)
        if ruled and last >= since and first <= TODAY:
            yield first, last


def _last_day(tables: Tables, duty: Row, last: date) -> tuple[date | None, bool]:
    """Give the last day to report on a period that ended, and whether it is provisional."""
    if duty["day"] is None:
        return None, False
    after = last + timedelta(days=1)
    ends = date(after.year + after.month // 12, after.month % 12 + 1, 1) - timedelta(days=1)
    nominal = min(after + timedelta(days=duty["day"] - 1), ends)
    if not duty["rolls"]:
        return nominal, False
    people_work = sorted((row["id"], row["provisional"]) for row in tables["working_day"] if row["working"])
    return next((found for found in people_work if found[0] >= nominal), (None, True))


def _of_standing(tables: Tables) -> Duties:
    reports = {(row["office_id"], row["cycle"], row["from_on"]) for row in tables["progress_report"]}
    made = {
        (row["jurisdiction_id"], row["kind"])
        for row in tables["edition"]
        if row["office_id"] is None and row["state"] == "approved"
    }
    for duty in tables["standing_duty"]:
        owner = {"id": duty["office_id"], "office_id": duty["office_id"], "jurisdiction_id": duty["jurisdiction_id"]}
        told = {"noun": "office", "row": owner, **{name: duty[name] for name in ("path", "basis", "status")}}
        if duty["kind"] == "edition" and (duty["jurisdiction_id"], duty["edition_kind"]) not in made:
            yield {
                "kind": "edition", **told, "started_on": duty["from_on"], "due_on": duty["due_on"], "step": duty["edition_kind"],
                "mark": duty["edition_kind"],
            }  # fmt: skip
        if duty["kind"] == "edition":
            continue
        for first, last in _periods(tables, duty):
            if duty["kind"] == "cases":
                done = sum(_counts(row, duty, first, last) for row in tables["typical_case"])
                if done < duty["wanted"]:
                    yield {
                        "kind": "typical_cases", **told, "started_on": first, "due_on": last, "step": f"{done}/{duty['wanted']}",
                        "mark": first.isoformat(),
                    }  # fmt: skip
            elif last < TODAY and (duty["office_id"], duty["cycle"], first) not in reports:
                due_on, provisional = _last_day(tables, duty, last)
                yield {
                    "kind": "unopened_report", **told, "started_on": last, "due_on": due_on, "provisional": provisional,
                    "step": "not_opened", "mark": f"{duty['cycle']}{first.isoformat()}",
                }  # fmt: skip


def _counts(case: Row, duty: Row, first: date, last: date) -> bool:
    """Tell whether a case counts for a quota: pushed in its year, receipted, standing."""
    pushed = case["published_at"] is not None and first <= local_day(case["published_at"]) <= last
    whose = (case["office_id"], case["jurisdiction_id"]) == (duty["office_id"], duty["jurisdiction_id"])
    return pushed and whose and case["platform_at"] is not None and case["withdrawn_at"] is None


def _of_warnings(tables: Tables) -> Duties:
    asking = {row["id"] for row in tables["credit_list"] if row["interview_required"]}
    for row in tables["list_entry"]:
        in_force = row["state"] == "published" and (row["public_until"] is None or row["public_until"] >= TODAY)
        asked = [one for one in tables["interview"] if one["entry_id"] == row["id"]]
        step = max(asked, key=lambda one: (one["invited_at"], one["id"]))["state"] if asked else "not_yet_interviewed"
        if row["credit_list_id"] in asking and in_force and step not in ("held", "concluded"):
            yield {
                "kind": "interview", "noun": "list_entry", "row": row, "started_on": local_day(row["published_at"]), "step": step,
                "path": "deadline.interview",
            }  # fmt: skip
    for row in tables["interview"]:
        if row["state"] == "invited":
            yield {
                "kind": "interview_held", "noun": "interview", "row": row, "started_on": local_day(row["invited_at"]),
                "due_on": row["invited_for"], "status": "set_by_office",
            }  # fmt: skip
    for row in tables["risk_warning"]:
        if row["state"] in ("open", "acted", "followed_up"):
            waits = row["contested_at"] is not None and row["contest_answered_at"] is None
            yield {
                "kind": "risk_warning", "noun": "risk_warning", "row": row, "started_on": local_day(row["raised_at"]),
                "step": "contested" if waits else None, "basis": row["basis"],
            }  # fmt: skip


def _of_complaints(tables: Tables) -> Duties:
    for row in tables["integrity_complaint"]:
        if row["state"] in ("monitored", "handled"):
            yield {
                "kind": "integrity_complaint", "noun": "integrity_complaint", "row": row, "started_on": row["received_on"],
                "basis": row["basis"],
            }  # fmt: skip


_KINDS = (
    _of_standing,
    _of_complaints,
    _of_warnings,
    _of_reports,
    _of_records,
    _of_objections,
    _of_repairs,
    _of_lists,
    _of_commitments,
    _of_rights,
)
