"""Rows of early warning: screenings, risk warnings with records and actions, interviews, criminal referrals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from hashlib import md5
from uuid import UUID

from tests.oracle.rows import World, subject_of
from tests.oracle.standing import local_day
from tests.oracle.world import NOW, TODAY, Row, Tables, jurisdiction_of, key


def _screenings(world: World) -> None:
    for number in range(9):
        office = ("XMXY", "XMJC", "HCLD")[number % 3]
        several, told = number % 2 == 0, world.pick([True, True, False])
        lines = [{"subject": "虚构甲有限公司", "records": 3}]
        world.add(
            "screening",
            id=key("screening", number),
            jurisdiction_id=jurisdiction_of(office),
            office_id=key("office", office),
            source_office_id=None if office == "XMXY" else key("office", office),
            pattern="several_fields" if several else "same_field",
            on_day=world.day(-60, 0),
            window_months=world.pick([12, 24]),
            least_records=3,
            least_fields=2 if several else None,
            named_by_caller=world.pick([["window_months"], []]),
            basis='《要点》 "14"',
            state="circulated" if told else "run",
            found=3,
            known=1,
            bulletin=lines if told else None,
            run_at=world.instant(days=50) if number % 2 else NOW - timedelta(days=9),
            run_by=key("account", 1),
            circulated_at=NOW if told else None,
            circulated_by=key("account", 1) if told else None,
        )


def _warnings(world: World) -> None:
    screenings = world.tables["screening"]
    for number, record in enumerate(world.tables["credit_record"][::3][:24]):
        screened = number % 3 != 0
        run = world.pick(screenings) if screened else None
        office = ("XMXY", "XMJC", "HCLD")[number % 3]
        state = world.pick(["open", "open", "acted", "followed_up", "closed", "dismissed"])
        ended, contested = state in ("closed", "dismissed"), number % 4 == 0
        answered = contested and (ended or number % 8 == 0)
        warning = key("warning", number)
        world.add(
            "risk_warning",
            id=warning,
            subject_id=record["subject_id"],
            about_person=record["about_person"],
            jurisdiction_id=run["jurisdiction_id"] if run else jurisdiction_of(office),
            office_id=run["office_id"] if run else key("office", office),
            source="screening" if run else "evaluation",
            screening_id=run["id"] if run else None,
            pattern=run["pattern"] if run else None,
            field_office_id=record["office_id"] if run and run["pattern"] == "same_field" else None,
            evaluation=None if run else 'C级"(虚构)',
            records_count=1,
            fields_count=1,
            risk='多次"违法"',
            basis="《要点》 14",
            state=state,
            raised_at=world.instant(days=40) if number % 2 else NOW - timedelta(days=8),
            raised_by=key("account", 1),
            contested_at=NOW if contested else None,
            contest_grounds="不属实" if contested else None,
            contested_by=key("account", 3) if contested else None,
            contest_answered_at=NOW if answered else None,
            contest_answer="经核属实" if answered else None,
            contest_answered_by=key("account", 2) if answered else None,
            ended_at=NOW if ended else None,
            ending_reason="已整改" if ended else None,
            ended_by=key("account", 1) if ended else None,
        )
        world.add(
            "risk_warning_record",
            id=key("behind", number),
            warning_id=warning,
            record_id=record["id"],
            subject_id=record["subject_id"],
        )
        if state != "open":
            followed = state != "acted"
            world.add(
                "risk_warning_action",
                id=key("action", number),
                warning_id=warning,
                subject_id=record["subject_id"],
                office_id=record["office_id"],
                kind=world.pick(["inform", "interview", "train"]),
                note="已告\n知",
                taken_at=world.instant(days=5),
                taken_by=key("account", 1),
                result="已整改" if followed else None,
                followed_up_at=NOW if followed else None,
                followed_up_by=key("account", 1) if followed else None,
            )


def _interviews(world: World) -> None:
    grounds = [("entry", row) for row in world.tables["list_entry"][::4]]
    grounds += [("warning", row) for row in world.tables["risk_warning"][::5]]
    for number, (kind, ground) in enumerate(grounds):
        state = world.pick(["invited", "held", "refused", "not_appeared", "concluded"])
        held = state in ("held", "concluded")
        of_entry = kind == "entry"
        world.add(
            "interview",
            id=key("interview", number),
            subject_id=ground["subject_id"],
            about_person=ground["about_person"],
            jurisdiction_id=ground["jurisdiction_id"],
            office_id=ground["office_id"],
            entry_id=ground["id"] if of_entry else None,
            warning_id=None if of_entry else ground["id"],
            required=of_entry,
            basis="《要点》 28",
            principle="谁认定、谁约谈" if of_entry else None,
            principle_layer="要点" if of_entry else None,
            principle_inherited=number % 7 == 0,
            state=state,
            invited_at=world.instant(days=30) if number % 2 else NOW - timedelta(days=7),
            invited_for=TODAY - timedelta(days=number % 5),
            agenda="约谈教育",
            invited_by=key("account", 1),
            held_on=TODAY if held else None,
            undertakings="限期支付" if held else None,
            held_by=key("account", 1) if held else None,
            missed_reason=None if held or state == "invited" else "拒绝",
            effect="已支付" if state == "concluded" else None,
            concluded_on=TODAY if state == "concluded" else None,
            concluded_by=key("account", 1) if state == "concluded" else None,
        )


def _referrals(world: World) -> None:
    for number in range(8):
        office, subject = ("XMJC", "HCLD", "SHJC", "XMRS")[number % 4], subject_of(world)
        state = world.pick(["referred", "accepted", "ended"])
        accepted, ended = state != "referred", state == "ended"
        world.add(
            "criminal_referral",
            id=key("referral", number),
            subject_id=subject["id"],
            about_person=subject["is_person"],
            jurisdiction_id=jurisdiction_of(office),
            office_id=key("office", office),
            record_id=None,
            kind="欠薪逃匿案件",
            facts='逃"匿"',
            police="某公安局",
            procuratorate="某检察院",
            court="某法院",
            referred_on=world.day(-90, -60),
            basis="《综述》 正文",
            state=state,
            case_no="公立字1号" if accepted else None,
            accepted_on=world.day(-50, -40) if accepted else None,
            outcome=world.pick(["convicted", "withdrawn"]) if ended else None,
            ended_on=TODAY if ended else None,
            ending_note="文书" if ended else None,
            referred_at=NOW - timedelta(days=60),
            referred_by=key("account", 1),
            ended_by=key("account", 1) if ended else None,
        )


def _watches(world: World) -> None:
    firms = [row for row in world.tables["subject"] if not row["is_person"]]
    for number in range(9):
        kind = ("key_field", "key_project", "key_enterprise")[number % 3]
        place, office = (("350200", "XMXY"), ("350205", "HCLD"))[number % 2]
        of_field, ended = kind == "key_field", number == 7
        until = TODAY - timedelta(days=3) if ended else world.pick([None, TODAY, TODAY + timedelta(days=9)])
        begun = number != 8
        world.add(
            "watch",
            id=key("watch", number),
            kind=kind,
            name=f'重点"{number}"',
            subject_id=None if of_field else world.pick(firms)["id"],
            field_office_id=key("office", "XMJC" if place == "350200" else "HCLD") if of_field else None,
            jurisdiction_id=place,
            office_id=key("office", office),
            reason="招商",
            basis="《要点》 14",
            from_on=TODAY - timedelta(days=400) if begun else TODAY + timedelta(days=1),
            until_on=until if begun else None,
            entered_at=NOW - timedelta(days=number),
            entered_by=key("account", 1),
            ended_at=NOW if ended else None,
            ending_reason="已建成" if ended else None,
        )


def _events(world: World) -> None:
    for number in range(8):
        subject, state = world.pick([None, subject_of(world)]), ("reported", "handled", "fed_back")[number % 3]
        office = ("XMJC", "HCLD", "XMRS")[number % 3]
        handled, told = state != "reported", state == "fed_back"
        world.add(
            "major_event",
            id=key("event", number),
            jurisdiction_id=jurisdiction_of(office),
            office_id=key("office", office),
            subject_id=subject["id"] if subject else None,
            about_person=bool(subject and subject["is_person"]),
            source="媒体曝光",
            source_document='某报"3月1日"',
            facts="欠薪\n",
            learned_on=world.day(-60, -30),
            basis="《要点》 15",
            state=state,
            reported_at=NOW - timedelta(days=number % 4),
            reported_by=key("account", 1),
            handling="约谈" if handled else None,
            handled_on=TODAY if handled else None,
            handled_by=key("account", 1) if handled else None,
            fed_back_to="某局" if told else None,
            feedback="已支付" if told else None,
            fed_back_on=TODAY if told else None,
            fed_back_by=key("account", 1) if told else None,
        )


def _figures(world: World) -> None:
    for number in range(10):
        place, office = (("350200", "XMXY"), ("350205", "HCLD"))[number % 2]
        world.add(
            "monitoring_figure",
            id=key("figure", number),
            jurisdiction_id=place,
            office_id=key("office", office),
            source="国家监测",
            indicator='指标"甲"',
            on_day=TODAY - timedelta(days=number // 2),
            value=f"{80 + number}.50",
            unit="分",
            loaded_at=NOW - timedelta(days=number % 3),
            loaded_by=key("account", 1),
            replaced_at=NOW if number > 7 else None,
        )


def _changes_under_watch(world: World) -> None:
    """Change what somebody watches: now, and before it was shared."""
    rows = [(noun, row) for noun in _SINCE for row in world.tables.get(noun, ()) if not row["about_person"]]
    for number, watch in enumerate(world.tables["watch"]):
        meant = [
            (noun, row)
            for noun, row in rows
            if row["jurisdiction_id"] == watch["jurisdiction_id"]
            and (row["subject_id"] == watch["subject_id"] or row["office_id"] == watch["field_office_id"])
        ]
        for place, (noun, row) in enumerate(meant[:4]):
            at = NOW - timedelta(hours=number) if place % 4 else NOW - timedelta(days=399)
            world.add_event(f"watched {number}.{place}", noun, row, at=at, office_id=row["office_id"])


_SINCE = {"credit_record": "published_at", "list_entry": "published_at", "measure": "applied_at"}


def watched_changes(tables: Tables) -> list[Row]:
    """List what changed under each watch: of shared rows about organisations, since they were shared."""
    rows = {noun: {row["id"]: row for row in tables[noun]} for noun in _SINCE}
    found = []
    for event in tables["ledger_event"]:
        made = rows.get(event["object"], {}).get(event["object_id"])
        if event["kind"] != "change" or made is None or made["about_person"]:
            continue
        since = made[_SINCE[event["object"]]]
        is_shared = event["object"] == "measure" or made["disclosure"] in ("public", "government_sharing")
        if since is None or event["at"] < since or not is_shared:
            continue
        for watch in tables["watch"]:
            is_meant = made["subject_id"] == watch["subject_id"] or made["office_id"] == watch["field_office_id"]
            in_days = watch["from_on"] <= local_day(event["at"]) <= (watch["until_on"] or date.max)
            if is_meant and in_days and made["jurisdiction_id"] == watch["jurisdiction_id"]:
                ident = md5(f"{watch['id']}{event['id']}".encode(), usedforsecurity=False).hexdigest()
                found.append(
                    {
                        "id": UUID(ident),
                        "watch_id": watch["id"],
                        "jurisdiction_id": watch["jurisdiction_id"],
                        **{
                            name: event[name]
                            for name in ("subject_id", "at", "object", "object_id", "verb", "office_id")
                        },
                    }
                )
    return found


SECTIONS: tuple[Callable[[World], None], ...] = (
    _screenings,
    _warnings,
    _interviews,
    _referrals,
    _watches,
    _events,
    _changes_under_watch,
    _figures,
)
