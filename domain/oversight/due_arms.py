"""Every kind of due item 待办期限, as the rows behind it tell it: who owes what, since when, until when, under which rule.

Each kind is one arm of `ARMS`, SQL over the tables of the noun that has the duty; a new kind is one more arm. A term that
nobody set stays without a day. What only a named role may know (watch lists, recommendations) has no arm.
Source: the clauses of each arm; the readings on "none set" and on a missing severity as a due item of its own.
"""

from __future__ import annotations

from typing import Final

from domain.credit.terms import KEPT_BACK
from domain.exemption.exemption import OPEN_STATES as OPEN_EXEMPTIONS
from domain.interview import interview
from domain.lists.list_batch import IN_HAND
from domain.lists.list_entry import UNDER_WAY
from domain.lists.list_removal import OPEN as OPEN_REMOVALS
from domain.oversight.due_arm import Arm
from domain.oversight.standing_duty import kept_since
from domain.repair.application import OPEN_STATES as OPEN_REPAIRS
from domain.warning.risk_warning import UNDER_WAY as UNDER_WAY_WARNINGS


def _day(instant: str) -> str:
    return f"({instant} AT TIME ZONE 'Asia/Shanghai')::date"


def _set_by_office(day: str) -> str:
    return f"CASE WHEN {day} IS NULL THEN 'none_set' ELSE 'set_by_office' END"


def _said(words: str) -> str:
    return (
        f"(SELECT {words} FROM jsonb_array_elements(t.procedure -> 'steps') step"
        " WHERE step ->> 'step' = t.next_step LIMIT 1)"
    )


_WATCHED: Final = (
    f"CROSS JOIN LATERAL (SELECT {kept_since('duty.jurisdiction_id', cycle='duty.cycle')} AS since) watched"
)

_OWED: Final = (
    f"standing_duty duty {_WATCHED}"
    " CROSS JOIN LATERAL (SELECT CASE duty.cycle WHEN 'month' THEN interval '1 month'"
    " WHEN 'quarter' THEN interval '3 months' ELSE interval '1 year' END AS long) cycle"
    " CROSS JOIN LATERAL generate_series(date_trunc(duty.cycle, greatest(watched.since, duty.from_on)::timestamp),"
    " :today::date::timestamp, cycle.long) AS period(begins)"
    " CROSS JOIN LATERAL (SELECT begins::date AS from_on, (begins + cycle.long)::date - 1 AS to_on) days"
)
_IN_RULE: Final = (
    "(duty.from_on IS NULL OR days.to_on >= duty.from_on) AND (duty.until_on IS NULL OR days.to_on <= duty.until_on)"
)

_UNOPENED: Final = (
    "(SELECT duty.office_id AS id, duty.office_id, duty.jurisdiction_id, duty.path, duty.basis, duty.status, duty.rolls,"
    f" duty.cycle, days.from_on, days.to_on, named.day FROM {_OWED}"
    " CROSS JOIN LATERAL (SELECT CASE WHEN duty.day IS NOT NULL"
    " THEN least(days.to_on + duty.day, (days.to_on + 1 + interval '1 month')::date - 1) END AS day) named"
    f" WHERE duty.kind = 'report' AND {_IN_RULE} AND days.to_on < :today"
    " AND NOT EXISTS (SELECT FROM progress_report report WHERE report.office_id = duty.office_id"
    " AND report.cycle = duty.cycle AND report.from_on = days.from_on)) t"
    " LEFT JOIN LATERAL (SELECT id AS day, provisional FROM working_day WHERE t.rolls AND working AND id >= t.day"
    " ORDER BY id LIMIT 1) rolled ON TRUE"
)
_PUSHED: Final = (
    "(SELECT count(*) FROM typical_case pushed WHERE pushed.office_id = duty.office_id"
    " AND pushed.jurisdiction_id = duty.jurisdiction_id AND pushed.platform_at IS NOT NULL AND pushed.withdrawn_at IS NULL"
    " AND (pushed.published_at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN days.from_on AND days.to_on)"
)
_MISSING_CASES: Final = (
    "(SELECT duty.office_id AS id, duty.office_id, duty.jurisdiction_id, duty.path, duty.basis, duty.status,"
    f" duty.wanted, days.from_on, days.to_on, {_PUSHED} AS done FROM {_OWED} WHERE duty.kind = 'cases' AND {_IN_RULE}) t"
    " WHERE t.done < t.wanted"
)
_UNMADE: Final = (
    "(SELECT office_id AS id, office_id, jurisdiction_id, edition_kind, basis, status, from_on, due_on"
    " FROM standing_duty duty WHERE kind = 'edition' AND NOT EXISTS (SELECT FROM edition made WHERE made.kind = duty.edition_kind"
    " AND made.jurisdiction_id = duty.jurisdiction_id AND made.office_id IS NULL AND made.state = 'approved')) t"
)

_UNPUBLISHED: Final = (
    "credit_record t JOIN catalogue_item item ON item.id = t.item_id"
    " WHERE t.state IN ('submitted', 'published') AND item.double_publicity"
    " AND (t.platform_at IS NULL OR t.portal_at IS NULL AND t.disclosure = 'public')"
    f" AND t.disclosure <> '{KEPT_BACK}'"
)
_UNTOUCHED: Final = "t.state = 'submitted' AND t.platform_at IS NULL"
"""What is published nowhere, the platform included: said so that the index over what is not settled serves."""

_PUBLICATION: Final = {
    "noun": "credit_record",
    "step": "t.state",
    "started_on": "coalesce(t.closed_on, t.decided_on)",
    "due_on": "t.publication_due_on",
    "provisional": "t.due_provisional",
    "path": "'deadline.double_publicity'",
    "status": "CASE WHEN t.severity = 'minor' AND t.publication_due_on IS NULL THEN 'none_set' END",
}
"""A minor failing that the law keeps from publication has no last day, whatever the rule of its place says."""


def _while_repairable(record: str) -> str:
    """Give the last day on which a record can be repaired: of its publication, or of an entry that rests on it."""
    return (
        "(SELECT CASE WHEN bool_and(ends.on_day IS NOT NULL) THEN max(ends.on_day) END FROM ("
        f"SELECT told.public_until AS on_day FROM credit_record told WHERE told.id = {record}"
        " UNION ALL SELECT listed.public_until FROM list_evidence rests JOIN list_entry listed ON listed.id = rests.entry_id"
        f" WHERE rests.record_id = {record} AND listed.state = 'published') ends)"
    )


ARMS: Final = (
    Arm(
        "publication",
        "Publish on both channels 双公示 (厦门8).",
        rows=_UNPUBLISHED,
        within="double_publicity",
        **_PUBLICATION,
    ),
    Arm(
        "severity",
        "Determine the severity 失信程度, without which nothing is published while the term goes on (厦门2, 海沧1).",
        rows="credit_record t JOIN catalogue_item item ON item.id = t.item_id"
        f" WHERE {_UNTOUCHED} AND item.severity_required AND t.severity IS NULL",
        within="severity",
        **_PUBLICATION,
    ),
    Arm(
        "repair_notice",
        "Tell the subject of its rights of repair 信用修复告知, on or before publication (厦门2, 海沧1).",
        rows=f"credit_record t WHERE {_UNTOUCHED} AND t.repair_notice_required"
        " AND NOT EXISTS (SELECT FROM repair_notice served WHERE served.record_id = t.id)",
        within="division",
        **_PUBLICATION,
    ),
    Arm(
        "correction",
        "Correct the failing 纠正 within the period that the decision prescribes, while it can be repaired (厦门6).",
        "credit_record",
        "credit_record t WHERE t.state = 'published' AND t.correction_due_on IS NOT NULL AND NOT EXISTS"
        " (SELECT FROM repair_application found WHERE found.record_id = t.id AND found.corrected_on IS NOT NULL)",
        step="t.state",
        started_on="t.decided_on",
        party="subject",
        due_on="t.correction_due_on",
        status="'set_by_office'",
        open_until=_while_repairable("t.id"),
        within="division",
    ),
    Arm(
        "stands_twice",
        "Withdraw a record that tells again what an earlier one tells, its number typed otherwise: both count until then (厦门8).",
        "credit_record",
        "credit_record t WHERE t.stands_twice AND t.state <> 'withdrawn'",
        step="t.state",
        started_on=_day("t.submitted_at"),
    ),
    Arm(
        "listed_twice",
        "Withdraw a list entry that tells again what an earlier one tells, its number typed otherwise (厦门8).",
        "list_entry",
        "list_entry t WHERE t.stands_twice AND t.state <> 'withdrawn'",
        step="t.state",
        started_on=_day("t.collected_at"),
    ),
    Arm(
        "objection",
        "Take the next step of an objection 异议 (厦门5, 新乡四(三), 上海10, 海沧6).",
        "objection",
        "objection t WHERE t.next_step IS NOT NULL",
        step="t.next_step",
        started_on="t.received_on",
        office="coalesce(t.next_office_id, t.office_id)",
        due_on="t.due_on",
        provisional="t.due_provisional",
        paused_since="t.paused_since",
        basis=_said("coalesce(step #>> '{term,citation}', step ->> 'citation')"),
        status="coalesce(" + _said("step #>> '{term,status}'") + ", 'none_set')",
    ),
    Arm(
        "repair",
        "Find, and decide on, an application for repair 信用修复, while there is something to repair (厦门6, 海沧7).",
        "repair_application",
        f"repair_application t WHERE t.state IN {OPEN_REPAIRS}",
        step="t.state",
        started_on=_day("t.applied_at"),
        open_until=_while_repairable("t.record_id"),
    ),
    Arm(
        "repair_push",
        "Tell the platform of a granted repair 推送修复结果 (厦门6; 上海市社会信用条例38; 河南省社会信用条例43).",
        "repair_application",
        "repair_application t WHERE t.state = 'granted' AND t.platform_told_at IS NULL",
        step="t.state",
        started_on=_day("t.decided_at"),
        due_on="t.platform_due_on",
        provisional="t.due_provisional",
        path="'deadline.repair.push'",
    ),
    Arm(
        "list_step",
        "Take the next step of an entry on its way onto a list 列入 (新乡四(二)).",
        "list_entry",
        f"list_entry t WHERE t.state IN {UNDER_WAY} AND t.state <> 'notified'",
        step="t.state",
        started_on=_day("t.collected_at"),
        office="CASE WHEN t.state = 'submitted' THEN coalesce(t.publisher_id, t.office_id) ELSE t.office_id END",
        path="'deadline.approval'",
    ),
    Arm(
        "prior_notice",
        "Answer the notice before a black entry 陈述申辩 (河南省社会信用条例28; 第45号令).",
        "list_notice",
        "list_notice t JOIN credit_list listed ON listed.id = t.credit_list_id"
        " WHERE t.kind = 'prior_notice' AND t.state = 'served'",
        step="t.state",
        started_on="t.served_on",
        party="subject",
        due_on="t.answer_due_on",
        provisional="t.due_provisional",
        path="'list.' || listed.code || '.prior_notice.objection'",
    ),
    Arm(
        "prior_answer",
        "Verify what the subject answered to the notice 核查陈述申辩, before its entry goes on (第45号令).",
        "list_notice",
        "list_notice t JOIN credit_list listed ON listed.id = t.credit_list_id JOIN list_entry entry ON entry.id = t.entry_id"
        " WHERE t.kind = 'prior_notice' AND t.state = 'answered' AND t.verify_due_on IS NOT NULL"
        " AND entry.state = 'answered' AND entry.round = t.round",
        step="t.state",
        started_on=_day("t.answered_at"),
        due_on="t.verify_due_on",
        provisional="coalesce((SELECT provisional FROM working_day WHERE id = t.verify_due_on), FALSE)",
        path="(SELECT said.path FROM deadline said WHERE said.jurisdiction_id = t.jurisdiction_id"
        " AND said.path LIKE 'list.%.prior_notice.verify' AND said.value IS NOT NULL"
        " ORDER BY split_part(said.path, '.', 2) = listed.code DESC, said.path LIMIT 1)",
        status="'says'",
    ),
    Arm(
        "public_notice",
        "Go on with a red entry after its public notice 公示 (河南省社会信用条例28).",
        "list_notice",
        "list_notice t WHERE t.kind = 'public_notice' AND t.state = 'served'",
        step="t.state",
        started_on="t.served_on",
        due_on="t.until_on",
        status=_set_by_office("t.until_on"),
    ),
    Arm(
        "list_removal",
        "Take the next step of a removal 移出 from a list (新乡四(四); 第45号令).",
        "list_removal",
        f"list_removal t JOIN credit_list listed ON listed.id = t.credit_list_id WHERE t.state IN {OPEN_REMOVALS}",
        step="t.state",
        started_on=_day("t.opened_at"),
        due_on="t.due_on",
        provisional="t.due_provisional",
        path="CASE WHEN t.way = 'early' THEN CASE WHEN t.due_on IS NULL THEN 'deadline.early_removal'"
        " ELSE 'list.' || listed.code || '.early_removal.decide' END END",
        basis="t.basis",
    ),
    Arm(
        "list_batch",
        "Hand in a batch 批次 that was opened or returned, or publish the one handed in (新乡三, 四(一)).",
        "list_batch",
        f"list_batch t WHERE t.state IN {(*IN_HAND, 'submitted')}",
        step="t.state",
        started_on=f"coalesce(t.period_ends_on, {_day('t.opened_at')})",
        office="CASE WHEN t.state = 'submitted' THEN t.publisher_id ELSE t.office_id END",
        due_on="CASE WHEN t.state = 'submitted' THEN NULL ELSE t.due_on END",
        provisional="t.due_provisional AND t.state <> 'submitted'",
        path="CASE WHEN t.state = 'submitted' THEN 'deadline.approval' ELSE 'deadline.batch' END",
    ),
    Arm(
        "supplement",
        "Hand in what is missing 补正 after tolerant acceptance 容缺受理 (海沧12: the term is the office's own).",
        "commitment",
        "commitment t WHERE t.state = 'signed' AND t.supplement_due_on IS NOT NULL AND t.supplied_on IS NULL",
        step="t.state",
        started_on="t.signed_on",
        party="subject",
        due_on="t.supplement_due_on",
        provisional="t.supplement_provisional",
        path="'commitment.supplement_term'",
        status="'set_by_office'",
    ),
    Arm(
        "spot_check",
        "Find whether a commitment that was drawn was kept 履约核实 (厦门11, 海沧12).",
        "spot_check_result",
        "spot_check_result t JOIN spot_check drawn ON drawn.id = t.spot_check_id WHERE t.state = 'pending'",
        step="t.state",
        started_on=_day("drawn.drawn_at"),
        basis="drawn.basis",
    ),
    Arm(
        "exemption",
        "Go on with an exemption 豁免惩戒 that was proposed or signed (海沧2).",
        "exemption",
        f"exemption t WHERE t.state IN {OPEN_EXEMPTIONS}",
        step="t.state",
        started_on=_day("t.proposed_at"),
    ),
    Arm(
        "subject_request",
        "Answer a request of a subject about its data 个人信息权利请求 (个人信息保护法 45-50).",
        "subject_request",
        "subject_request t WHERE t.state = 'filed'",
        step="t.state",
        started_on=_day("t.filed_at"),
        due_on="t.due_on",
        provisional="t.due_provisional",
        path="'deadline.subject_request.' || t.kind",
        basis="t.basis",
    ),
    Arm(
        "integrity_complaint",
        "Handle, then feed back on, a complaint about a public body 政务诚信投诉 (海沧24: 监测、处理、反馈).",
        "integrity_complaint",
        "integrity_complaint t WHERE t.state <> 'fed_back'",
        step="t.state",
        started_on="t.received_on",
        basis="t.basis",
    ),
    Arm(
        "urging",
        "Pay as urged 督促支付 (厦门24: the day is the one that the urging names).",
        "urging",
        "urging t WHERE t.state = 'issued'",
        step="t.state",
        started_on="t.urged_on",
        party="subject",
        due_on="t.pay_by_on",
        status=_set_by_office("t.pay_by_on"),
    ),
    Arm(
        "interview",
        "Interview 约谈 who stands on a list that asks for it; nobody set a day: not yet interviewed (厦门28, 海沧23).",
        "list_entry",
        f"list_entry t WHERE {interview.AWAITED.replace('{t}', 't')}",
        step=interview.STANDING.replace("{t}", "t"),
        started_on=_day("t.published_at"),
        open_until="t.public_until",
        path="'deadline.interview'",
        within="interview",
    ),
    Arm(
        "interview_held",
        "Hold an interview 约谈 on the day for which the subject was invited (厦门28, 海沧14, 23).",
        "interview",
        "interview t WHERE t.state = 'invited'",
        step="t.state",
        started_on=_day("t.invited_at"),
        due_on="t.invited_for",
        status="'set_by_office'",
    ),
    Arm(
        "risk_warning",
        "Act upon a risk warning 风险预警, follow it up, answer what the subject says against it (海沧14).",
        "risk_warning",
        f"risk_warning t WHERE t.state IN {UNDER_WAY_WARNINGS}",
        step="CASE WHEN t.contested_at IS NOT NULL AND t.contest_answered_at IS NULL THEN 'contested' ELSE t.state END",
        started_on=_day("t.raised_at"),
        basis="t.basis",
    ),
    Arm(
        "progress_report",
        "Complete and hand in a monthly or quarterly report 月报、季报 (厦门9, 31).",
        "progress_report",
        "progress_report t WHERE t.state <> 'handed_in'",
        step="t.state",
        started_on="t.to_on",
        due_on="t.due_on",
        provisional="t.due_provisional",
        path="CASE WHEN t.cycle = 'month' THEN 'deadline.monthly_report' ELSE 'deadline.quarterly_progress' END",
    ),
    Arm(
        "unopened_report",
        "Open, complete and hand in a monthly or quarterly report 月报、季报 that nobody has opened (厦门9, 31); the period"
        " is the one that ends with the first day of the clock.",
        "office",
        _UNOPENED,
        step="'not_opened'",
        started_on="t.to_on",
        due_on="CASE WHEN t.rolls THEN rolled.day ELSE t.day END",
        provisional="t.rolls AND coalesce(rolled.provisional, TRUE)",
        path="t.path",
        basis="t.basis",
        status="t.status",
        mark="t.cycle || t.from_on::text",
    ),
    Arm(
        "typical_cases",
        "Push the typical cases 典型案例 that are required of the office in a calendar year (厦门27).",
        "office",
        _MISSING_CASES,
        step="t.done::text || '/' || t.wanted::text",
        started_on="t.from_on",
        due_on="t.to_on",
        path="t.path",
        basis="t.basis",
        status="t.status",
        mark="t.from_on::text",
    ),
    Arm(
        "edition",
        "Make the catalogue or list 目录、清单 for which the text names a day (厦门1, 4, 7, 11).",
        "office",
        _UNMADE,
        step="t.edition_kind",
        started_on="coalesce(t.from_on, t.due_on)",
        due_on="t.due_on",
        basis="t.basis",
        status="t.status",
        mark="t.edition_kind",
    ),
)
"""Every kind of duty, as the rows behind it tell it."""
