"""The rows of the oracle's world: over every state, disclosure and date, the same at every run."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from domain.vault import Vault
from tests.oracle.edition_rows import add_editions
from tests.oracle.world import (
    BID_PURPOSE,
    DISCLOSURES,
    ITEMS,
    JURISDICTIONS,
    LISTS,
    NOW,
    OFFICES,
    ORGANISATIONS,
    PEOPLE,
    PERMIT_PURPOSE,
    PURPOSES,
    SHANGHAI_PURPOSE,
    TODAY,
    Row,
    Tables,
    id_number,
    key,
)


@dataclass
class World:
    """The rows of the world before they are written."""

    vault: Vault
    dice: random.Random = field(default_factory=lambda: random.Random(2026))
    tables: Tables = field(default_factory=dict)

    def add(self, table: str, **row: Any) -> Row:
        """Add a row."""
        self.tables.setdefault(table, []).append(row)
        return row

    def pick(self, options: Sequence[Any]) -> Any:
        """Choose one of the options."""
        return self.dice.choice(options)

    def instant(self, *, days: int = 600) -> datetime:
        """Choose an instant of the past, some with fractions of a second."""
        micro = self.pick([0, 0, 123456])
        return NOW - timedelta(
            days=self.dice.randrange(1, days), seconds=self.dice.randrange(86_400), microseconds=-micro
        )

    def day(self, low: int, high: int) -> date:
        """Choose a day, from so many days after today to so many."""
        return TODAY + timedelta(days=self.dice.randrange(low, high))

    def subject(self, ident: UUID) -> Row:
        """Find a subject."""
        return next(row for row in self.tables["subject"] if row["id"] == ident)


def rows(vault: Vault) -> World:
    """Make the rows of records, lists and rights, table by table in an order in which they can be written."""
    world = World(vault)
    for make in (_registry, _subjects, _records, _lists, _commitments, _spot_checks, _exams, _rights, _intake, _ledger):
        world.dice = random.Random(f"2026 {make.__name__}")  # of its own: a row more in one part changes no other
        make(world)
    return world


def _registry(world: World) -> None:
    for code, name, level, parent in JURISDICTIONS:
        world.add("jurisdiction", id=code, name=name, level=level, parent_id=parent)
    for code, name, where, kind, aliases in OFFICES:
        world.add(
            "office",
            id=key("office", code),
            jurisdiction_id=where,
            code=code,
            name=name,
            aliases=aliases,
            kind=kind,
            roles=["归集"] if aliases else [],
            clause=world.pick(["厦门8", None]),
            rulebook=world.pick(["cn-xiamen", None]),
        )
    for number in range(6):
        world.add(
            "responsibility",
            id=key("duty", number),
            office_id=key("office", world.pick(OFFICES)[0]),
            duty=f"责任{number}",
            clause="厦门8",
            rulebook="cn-xiamen",
            valid_from=world.pick([None, date(2021, 1, 1)]),
            valid_to=None,
        )
    add_editions(world)
    for code, where, name, category, polarity, disclosure, person_disclosure, years in ITEMS:
        item = world.add(
            "catalogue_item",
            id=key("catalogue", f"{where}.{code}"),
            jurisdiction_id=where,
            edition=f"cn-{where}",
            catalogue_edition_id=key("edition", 2) if code == "penalty" else None,
            code=code,
            name=name,
            category=category,
            polarity=polarity,
            disclosure=disclosure,
            person_disclosure=person_disclosure,
            subject_kinds=world.pick([[], ["enterprise", "natural_person"]]),
            data_items=[{"code": "CF_NR_FK", "name": "罚款", "required": True, "personal": False}]
            if polarity == "negative"
            else [],
            severity_required=polarity == "negative",
            double_publicity=category in ("penalty", "permit"),
            push_to=["PLAT"] if where == "350200" and polarity == "negative" else [],
            publication_years=years,
            legal_basis=world.pick([None, "社会保险法"]),
            legal_basis_level=world.pick([None, "law", "normative_document"]),
            clause="厦门2",
            valid_from=world.pick([None, date(2021, 5, 1)]),
            valid_to=None,
        )
        for office in world.dice.sample([one[0] for one in OFFICES], 2):
            world.add(
                "catalogue_producer",
                id=key("producer", f"{item['id']}{office}"),
                item_id=item["id"],
                office_id=key("office", office),
                clause="厦门8",
                reading=world.pick([None, "解读"]),
            )
    for code, where, name in PURPOSES:
        world.add(
            "application_item",
            id=key("item", code),
            jurisdiction_id=where,
            code=code,
            name=name,
            clause="厦门4",
            rulebook="cn-xiamen",
        )
    for number in range(25):
        day = date(2026, 3, 1) + timedelta(days=number)
        working = day.weekday() < 5
        world.add(
            "working_day", id=day, working=working, kind="weekday" if working else "weekend", provisional=number > 20
        )


def _subjects(world: World) -> None:
    for name, full, masked, where, digits in PEOPLE:
        valid = id_number(digits)
        world.add(
            "subject",
            id=key("subject", name),
            kind="natural_person",
            is_person=True,
            jurisdiction_id=where,
            name=full,
            masked_name=masked,
            name_pinyin="",
            uscc=None,
            uscc_lenient=False,
            id_cipher=world.vault.seal(valid),
            id_index=world.vault.blind_index(valid),
            masked_id_number=valid[:3] + "*" * 13 + valid[-2:],
            state_owned=False,
            registered_at=world.instant(),
            merged_into_id=None,
        )
    for name, full, pinyin, kind, where, code, state_owned in ORGANISATIONS:
        world.add(
            "subject",
            id=key("subject", name),
            kind=kind,
            is_person=False,
            jurisdiction_id=where,
            name=full,
            masked_name=full,
            name_pinyin=pinyin,
            uscc=code,
            uscc_lenient=code is not None,
            id_cipher=None,
            id_index=None,
            masked_id_number=None,
            state_owned=state_owned,
            registered_at=world.instant(),
            merged_into_id=None,
        )
    people = [name for name, *_ in PEOPLE if name != "zhou"]
    for number in range(14):
        first = world.day(-900, -10)
        person = world.pick([*people, None, None])
        masked = next((one[2] for one in PEOPLE if one[0] == person), "外**")
        world.add(
            "legal_representative",
            id=key("link", number),
            subject_id=key("subject", world.pick(ORGANISATIONS)[0]),
            person_id=key("subject", person) if person else None,
            about_person=True,
            name=next((one[1] for one in PEOPLE if one[0] == person), f"外人{number}"),
            masked_name=masked,
            masked_id_number=world.pick([None, "350*************11"]),
            from_on=first,
            to_on=world.pick([None, first + timedelta(days=5)]),
        )


def subject_of(world: World) -> Row:
    """Draw a subject that something may be about."""
    name = world.pick([one[0] for one in PEOPLE if one[0] != "zhou"] + [one[0] for one in ORGANISATIONS])
    return world.subject(key("subject", name))


def _records(world: World) -> None:
    producing = ["XMJC", "XMRS", "XMXY", "HCLD", "SHJC"]
    for number in range(90):
        subject, item, office = subject_of(world), world.pick(world.tables["catalogue_item"]), world.pick(producing)
        state = world.pick(["submitted", "published", "published", "published", "withdrawn"])
        decided = world.day(-500, -20) if number % 4 else TODAY - timedelta(days=100)
        submitted = NOW - timedelta(days=19, hours=number % 7) if number % 5 else world.instant(days=19)
        published = submitted + timedelta(days=2) if state != "submitted" else None
        record = world.add(
            "credit_record",
            id=key("record", number),
            subject_id=subject["id"],
            about_person=subject["is_person"],
            jurisdiction_id=item["jurisdiction_id"],
            office_id=key("office", office),
            item_id=item["id"],
            state=state,
            version=1,
            decision_no=f"文[2026]{number}号",
            title=world.pick(["罚款", '许"可"', "表\\彰", "考试\t违纪"]) + str(number),
            behaviour_id=key("edition item", "2.penalty") if number % 9 == 0 else None,
            severity=world.pick([None, "minor", "general", "serious"]),
            procedure=world.pick([None, "general", "summary"]),
            harm_removed=world.pick([True, False]),
            dishonest=world.pick([True, False]),
            legal_basis=world.pick([None, "劳动法"]),
            legal_basis_level=world.pick([None, "law", "local_rule"]),
            content=world.pick(
                [{}, {"CF_NR_FK": "1.50", "CF_NR": 'a"\\\u2028'}, {"b": [1, None, True], "aa": {"x": 2.5}}]
            ),
            decided_on=decided,
            closed_on=world.pick([None, decided + timedelta(days=3)]),
            obtained_on=decided,
            collection_due_on=world.pick([None, submitted.date(), submitted.date() - timedelta(days=1)]),
            publication_due_on=world.pick([None, TODAY, TODAY - timedelta(days=17), TODAY - timedelta(days=18)]),
            due_provisional=world.pick([True, False]),
            submitted_at=submitted,
            portal_at=world.pick([published, published, None]),
            platform_at=world.pick([published, submitted, None]) if published else None,
            published_at=published if state == "published" else world.pick([published, None]),
            public_until=world.pick([None, None, TODAY, TODAY - timedelta(days=1), TODAY + timedelta(days=40)]),
            disclosure=world.pick(DISCLOSURES),
            withdrawn_at=submitted + timedelta(days=5) if state == "withdrawn" else None,
            withdrawal_reason="有误" if state == "withdrawn" else None,
            repaired_at=None,
            repair_notice_required=number % 2 == 0,
            correction_due_on=decided + timedelta(days=30) if number % 5 == 0 else None,
            special_fields=["安全生产"] if number % 7 == 0 else [],
            necessity="确有必要" if number % 3 == 0 else None,
            submitted_by=world.pick([None, key("account", 1)]),
            import_id=world.pick([None, key("import", 1)]),
        )
        for version in range(1, world.pick([1, 1, 2, 3])):
            record["version"] = version + 1
            world.add(
                "credit_record_version",
                id=key("version", f"{number}.{version}"),
                record_id=record["id"],
                subject_id=subject["id"],
                about_person=subject["is_person"],
                office_id=record["office_id"],
                version=version,
                title=f"旧{version}",
                severity=world.pick([None, "minor"]),
                content={"old": version},
                reason="更正",
                replaced_at=world.instant(days=18),
            )


def _definitions(world: World) -> None:
    dice = random.Random("definitions")
    parts = ("standard", "procedure", "measures", "exit_rule", "remedy")
    for number in range(12):
        chosen = dice.choice(world.tables["credit_list"])
        state = dice.choice(["drafted", "opened", "opened", "discarded"])
        first = TODAY + timedelta(days=dice.choice([-90, -1, 0, 30])) if state == "opened" else None
        written = {part: dice.choice([None, "文字"]) for part in parts}
        world.add(
            "list_definition",
            id=key("definition", number),
            credit_list_id=chosen["id"],
            jurisdiction_id=chosen["jurisdiction_id"],
            office_id=key("office", dice.choice(["XMJC", "XMXY", "HCLD", "SHJC"])),
            domain=dice.choice([None, "other"]),
            number=number + 1,
            state=state,
            standard_level=dice.choice([None, "law"]),
            behaviours=dice.choice([[], ["欠薪"]]),
            **written,
            **{f"{part}_source": "细则" if text else None for part, text in written.items()},
            from_on=first,
            until_on=first + timedelta(days=dice.choice([0, 40])) if first and number % 2 else None,
            drafted_at=NOW - timedelta(days=100 + number // 2),
            opened_at=NOW - timedelta(days=99) if state == "opened" else None,
            drafted_by=key("account", 1),
            opened_by=key("account", 2) if state == "opened" else None,
        )


ENTRY_STATES = (
    "collected",
    "attested",
    "notified",
    "reviewed",
    "decided",
    "submitted",
    "returned",
    "withdrawn",
    "removed",
)
PUBLISHING = ("submitted", "published", "removed", "withdrawn")


def _lists(world: World) -> None:
    for code, where, name, polarity, years in LISTS:
        world.add(
            "credit_list",
            id=key("list", f"{where}.{code}"),
            jurisdiction_id=where,
            rulebook=f"cn-{where}",
            code=code,
            name=name,
            aliases=["黑名单"] if code == "black" else [],
            polarity=polarity,
            standard=world.pick([None, "标准"]),
            procedure=None,
            measures=world.pick([None, "惩戒"]),
            exit_rule=None,
            max_publication_years=years,
            clause="厦门24",
            imported=code == "empty",
            interview_required=code == "black" and where == "350200",
        )
    _definitions(world)
    for number in range(80):
        subject = subject_of(world)
        chosen = world.pick(world.tables["credit_list"])
        if chosen["code"] == "empty" or (chosen["code"] == "organisations" and subject["is_person"]):
            chosen = world.tables["credit_list"][number % 3]
        lasting = chosen["code"] == "organisations"
        state = "published" if lasting else world.pick([*ENTRY_STATES, *["published"] * 12])
        removed = world.pick([TODAY, TODAY - timedelta(days=9)]) if state in ("removed", "withdrawn") else None
        decided = world.day(-400, -5) if number % 3 else TODAY - timedelta(days=50)
        undecided = state in ("collected", "attested", "notified", "reviewed", "returned")
        imported = state == "published" and number % 7 == 0
        unit = next((one for one in world.tables.get("list_entry", []) if not one["about_person"]), None)
        joined = unit if unit and subject["is_person"] and number % 2 else None
        publisher = key("office", world.pick(["XMJC", "XMXY", "HCLD", "SHJC"]))
        domain = world.pick([None, "labour_dispatch", "other"])
        domain = domain if state in ("published", "removed", "withdrawn") else f"domain{number}"  # one under way each
        entry = world.add(
            "list_entry",
            id=key("entry", number),
            credit_list_id=chosen["id"],
            subject_id=subject["id"],
            about_person=subject["is_person"],
            jurisdiction_id=chosen["jurisdiction_id"],
            office_id=key("office", world.pick(["XMJC", "XMXY", "HCLD", "SHJC"])),
            definition_id=key("definition", number) if number < 12 else None,
            precondition_met=True if number % 4 == 0 else None,
            investigation_no=f"调[{number}]" if number % 5 == 0 else None,
            investigation="属实" if number % 5 == 0 else None,
            extended_with_id=None,
            until_before=TODAY if number % 9 == 0 else None,
            state=state,
            route="imported" if imported else world.pick(["regular", "self_published"]),
            round=world.pick([1, 1, 2]),
            domain=domain,
            behaviour=world.pick([None, "欠薪"]),
            legal_basis=world.pick([None, "劳动法"]),
            legal_basis_level=world.pick([None, "law"]),
            condition=world.pick([None, "情形一"]),
            with_entry_id=joined["id"] if joined else None,
            capacity="法定代表人" if joined else None,
            decision_no=None if undecided else f"列[{number}]",
            reason=world.pick(["欠薪", '守"信"']),
            decided_on=None if undecided else decided,
            entered_on=decided,
            collected_at=world.instant(),
            submitted_at=world.pick([None, world.instant()]),
            publisher_id=publisher if state in PUBLISHING else None,
            published_at=world.instant() if state in ("published", "removed") else None,
            term_basis=world.pick([None, "《条例》 19"]),
            term_basis_level=None,
            withdrawal_reason="有误" if state == "withdrawn" else None,
            return_reason="不符" if state == "returned" else None,
            source="人民法院" if imported else None,
            source_no=f"执[{number}]" if imported else None,
            obtained_on=decided if imported else None,
            collected_by=world.pick([None, key("account", 1)]),
            attested_by=world.pick([None, key("account", 1)]),
            reviewed_by=world.pick([None, key("account", 2)]),
            decided_by=world.pick([None, key("account", 3)]),
            submitted_by=world.pick([None, key("account", 1)]),
            published_by=world.pick([None, key("account", 4)]),
            returned_by=None,
            public_until=None
            if lasting
            else world.pick([None, TODAY, TODAY - timedelta(days=1), TODAY + timedelta(days=90)]),
            disclosure="public" if lasting else world.pick(DISCLOSURES),
            removed_on=removed,
            removal_reason="withdrawn"
            if state == "withdrawn"
            else world.pick(["expired", "repaired"])
            if removed
            else None,
        )
        about = [record for record in world.tables["credit_record"] if record["subject_id"] == subject["id"]]
        for record in about[:2]:
            world.add(
                "list_evidence",
                id=key("evidence", f"{number}.{record['id']}"),
                entry_id=entry["id"],
                record_id=record["id"],
                subject_id=subject["id"],
            )


def _commitments(world: World) -> None:
    for number in range(9):
        kept, tolerant = number % 2 == 0, number % 3 == 0
        state = world.pick(["approved", "approved", "proposed", "rejected"]) if kept else "approved"
        item = world.add(
            "commitment_item",
            id=key("commitment item", number),
            jurisdiction_id=world.pick(JURISDICTIONS)[0],
            rulebook=None if kept else "cn-xiamen",
            edition=f"{2020 + number}年版",
            code=f"item{number}",
            name=f'承诺"{number}"',
            kind="tolerant_acceptance" if tolerant else world.pick(["notification", "general"]),
            matter_kind=world.pick(["approval", "other"]),
            parties=["natural_person", "legal_person"],
            text=world.pick([None, "文\n本"]),
            supplement_term=5 if tolerant else None,
            supplement_unit="working_day" if tolerant else None,
            disclosure="public",
            person_disclosure="authorised_query",
            clause="厦门11",
            reading=world.pick([None, "解读"]),
            state=state,
            valid_from=world.pick([None, TODAY, TODAY + timedelta(days=1)]),
            valid_to=world.pick([None, TODAY + timedelta(days=2)]),
            reason="不符" if state == "rejected" else None,
            proposed_by=key("account", 1) if kept else None,
            proposed_at=NOW if kept else None,
            decided_by=key("account", 2) if kept and state != "proposed" else None,
            decided_at=None,
        )
        for office in world.dice.sample([one[0] for one in OFFICES], number % 3):
            world.add(
                "commitment_item_office",
                id=key("taker", f"{number}{office}"),
                commitment_item_id=item["id"],
                office_id=key("office", office),
            )
    for number in range(60):
        _commitment(world, number)


def _commitment(world: World, number: int) -> None:
    subject, office = subject_of(world), world.pick(["XMJC", "XMRS", "XMXY", "HCLD", "SHJC"])
    state = world.pick(["signed", "signed", "refused", "kept", "broken", "withdrawn"])
    found, refused = state in ("kept", "broken"), state == "refused"
    record = world.pick([None, *world.tables["credit_record"]]) if found else None
    tolerant = not refused and number % 4 == 0
    entered = world.instant() if number % 3 else NOW - timedelta(days=7)
    published = None if refused else world.pick([None, entered + timedelta(hours=1), entered + timedelta(hours=1)])
    party = "natural_person" if subject["is_person"] else world.pick(["legal_person", "other_organisation"])
    signed = {
        "signature_method": "handwritten",
        "signer": "agent",
        "signed_on": entered.date(),
        "text": '承"诺',
        "text_digest": f"{number:064x}",
    }
    world.add(
        "commitment",
        id=key("commitment", number),
        commitment_item_id=world.pick(world.tables["commitment_item"])["id"],
        subject_id=subject["id"],
        about_person=subject["is_person"],
        party=party,
        jurisdiction_id=next(one[2] for one in OFFICES if one[0] == office),
        office_id=key("office", office),
        matter_no=f"受[{number}]",
        state=state,
        version=world.pick([1, 2]),
        **(dict.fromkeys(signed) if refused else signed),
        entered_at=entered,
        evidence=world.pick([None, "档案柜"]),
        signer_name=None if refused else "外人某",
        masked_name=None if refused else "外**",
        signed_by=None,
        taken_in_by=world.pick([None, key("account", 1)]),
        refusal_reason="不愿" if refused else None,
        missing="学历证明" if tolerant else None,
        supplement_due_on=world.pick([TODAY, TODAY - timedelta(days=1), TODAY + timedelta(days=9)])
        if tolerant
        else None,
        supplement_provisional=world.pick([True, False]),
        supplied_on=world.pick([None, entered.date()]) if tolerant else None,
        disclosure="restricted" if refused else world.pick(DISCLOSURES),
        published_at=published,
        portal_at=published,
        platform_at=published,
        found_on=TODAY - timedelta(days=2) if found else None,
        finding="查实" if found else None,
        found_by=key("account", 2) if found else None,
        breach_ground="untrue" if state == "broken" else None,
        record_id=record["id"] if record else None,
        unrecorded=world.pick([None, "no_item"]) if found else None,
        withdrawal_reason="误录" if state == "withdrawn" else None,
        found_at=entered if found else None,
        withdrawn_at=entered if state == "withdrawn" else None,
    )


def _spot_checks(world: World) -> None:
    for number in range(8):
        office = world.pick(["XMJC", "XMRS", "HCLD", "SHJC"])
        where = next(one[2] for one in OFFICES if one[0] == office)
        stated = number % 2 == 0
        made = world.add(
            "spot_check",
            id=key("spot check", number),
            jurisdiction_id=where,
            office_id=key("office", office),
            commitment_item_id=world.pick([None, world.tables["commitment_item"][number]["id"]]),
            population_on=TODAY - timedelta(days=number),
            drawn_at=NOW - timedelta(days=number // 2),
            seed=f"种{number}",
            rate_basis_points=500,
            rate_source="stated" if stated else "rulebook",
            rate_reason="首次" if stated else None,
            basis="none_set",
            population_size=40,
            population_digest=f"{number:064x}",
            sample_size=5,
            drawn_by=world.pick([None, key("account", 1)]),
        )
        own = [
            one
            for one in world.tables["commitment"]
            if one["office_id"] == made["office_id"] and one["state"] != "refused"
        ]
        for place, commitment in enumerate(own[:5], start=1):
            state = world.pick(["pending", "kept", "broken"])
            world.add(
                "spot_check_result",
                id=key("spot check result", f"{number}.{place}"),
                spot_check_id=made["id"],
                commitment_id=commitment["id"],
                subject_id=commitment["subject_id"],
                about_person=commitment["about_person"],
                jurisdiction_id=where,
                office_id=made["office_id"],
                place=place,
                state=state,
                found_at=None if state == "pending" else NOW,
                found_by=None if state == "pending" else key("account", 2),
            )


def _exams(world: World) -> None:
    people = [one for one in world.tables["subject"] if one["is_person"]]
    for number in range(40):
        _violation(world, number, world.pick(people))
    for number in range(14):
        person, office = world.pick(people), world.pick(["XMJC", "XMRS", "SHJC"])
        lifted = number % 4 == 0
        world.add(
            "exam_watch",
            id=key("watch", number),
            subject_id=person["id"],
            about_person=True,
            jurisdiction_id=next(one[2] for one in OFFICES if one[0] == office),
            office_id=key("office", office),
            name=person["name"],
            masked_id_number=person["masked_id_number"],
            exam_name=f"考试{number}",
            site="一中",
            finding="多次异常报考",
            source="数据分析",
            entered_at=NOW - timedelta(days=40, hours=number),
            until_on=world.pick([TODAY, TODAY - timedelta(days=1), TODAY + timedelta(days=9)]),
            lifted_at=NOW if lifted else None,
            lift_reason="误判" if lifted else None,
            entered_by=world.pick([None, key("account", 1)]),
        )
    decided = [one for one in world.tables["exam_violation"] if one["state"] in ("decided", "entered")]
    for number, violation in enumerate(decided[::2]):
        answered = number % 2 == 0
        world.add(
            "discipline_recommendation",
            id=key("recommendation", number),
            violation_id=violation["id"],
            subject_id=violation["subject_id"],
            about_person=True,
            jurisdiction_id=violation["jurisdiction_id"],
            office_id=violation["office_id"],
            unit="某单位",
            text="建议处分",
            state="answered" if answered else "recommended",
            recommended_at=NOW - timedelta(days=3),
            recommended_by=None,
            answer="已处理" if answered else None,
            answered_on=TODAY if answered else None,
        )
    entered = [one for one in world.tables["exam_violation"] if one["state"] == "entered"]
    for number in range(4):
        bulletin = world.add(
            "exam_bulletin",
            id=key("bulletin", number),
            jurisdiction_id="350200",
            office_id=key("office", world.pick(["XMJC", "XMRS"])),
            exam_kind=world.pick(["professional_qualification", "recruitment"]),
            title=f"通报{number}",
            from_on=TODAY - timedelta(days=90),
            to_on=TODAY,
            issued_at=NOW - timedelta(days=number // 2),
            basis="正文",
            issued_by=None,
        )
        for violation in entered[number::2]:
            world.add(
                "exam_bulletin_line",
                id=key("bulletin line", f"{number}{violation['id']}"),
                bulletin_id=bulletin["id"],
                violation_id=violation["id"],
                subject_id=violation["subject_id"],
                about_person=True,
                violation_class=violation["violation_class"],
                exam_name=violation["exam_name"],
                name=violation["masked_name"],
                treatment=violation["treatment"],
            )


def _violation(world: World, number: int, person: Row) -> None:
    office = world.pick(["XMJC", "XMRS", "HCLD", "SHJC"])
    state = world.pick(["recorded", "confirmed", "decided", "entered", "entered", "entered", "withdrawn"])
    confirmed, decided, entered = (
        state in ("confirmed", "decided", "entered"),
        state in ("decided", "entered"),
        state == "entered",
    )
    refused = confirmed and number % 3 == 0
    limited = decided and number % 2 == 0
    world.add(
        "exam_violation",
        id=key("violation", number),
        subject_id=person["id"],
        about_person=True,
        name=person["name"],
        masked_name=person["masked_name"],
        masked_id_number=person["masked_id_number"],
        jurisdiction_id=next(one[2] for one in OFFICES if one[0] == office),
        office_id=key("office", office),
        exam_kind=world.pick(["recruitment", "professional_qualification", "vocational_qualification"]),
        exam_name=f"考试{number}",
        exam_on=TODAY - timedelta(days=200),
        site="一中",
        violation_class=world.pick(["作弊", "替考"]),
        facts="携带手机",
        state=state,
        version=1,
        recorded_at=world.instant() if number % 3 else NOW - timedelta(days=7),
        recorded_by=key("account", 1),
        confirmation=("refused" if refused else "signed") if confirmed else None,
        confirmed_on=TODAY - timedelta(days=190) if confirmed else None,
        witness="监考某" if refused else None,
        evidence="档案柜" if confirmed else None,
        confirmed_by=None,
        treatment="成绩无效" if decided else None,
        decision_no=f"处[{number}]" if decided else None,
        decided_on=TODAY - timedelta(days=180) if decided else None,
        decider_id=key("office", world.pick(["XMRS", office])),
        decided_by=key("account", 2) if decided else None,
        retention=("limited" if limited else "not_loaded") if decided else None,
        retention_term=5 if limited else None,
        retention_unit="year" if limited else None,
        retention_basis="正文" if decided else None,
        entered_on=TODAY - timedelta(days=170) if entered else None,
        entered_by=None,
        retained_until=world.pick([TODAY, TODAY - timedelta(days=1), TODAY + timedelta(days=900)])
        if entered and limited
        else None,
        record_id=world.pick(world.tables["credit_record"])["id"] if entered else None,
        withdrawal_reason="误录" if state == "withdrawn" else None,
    )


def _rights(world: World) -> None:
    consents = (
        ("chen", "BANK", BID_PURPOSE, 30, None),
        ("chen", "BANK", PERMIT_PURPOSE, -1, None),
        ("wang", "BANK", BID_PURPOSE, 0, None),
        ("li", "BANK", BID_PURPOSE, 30, NOW - timedelta(days=2)),
        ("li", "FUND", SHANGHAI_PURPOSE, 10, None),
        ("jia", "BANK", BID_PURPOSE, 10, None),
        ("zhou", "BANK", BID_PURPOSE, 10, None),
        ("ouyang", "FUND", BID_PURPOSE, 10, None),
    )
    for number, (name, office, purpose, days, revoked) in enumerate(consents):
        subject = world.subject(key("subject", name))
        world.add(
            "consent",
            id=key("consent", number),
            subject_id=subject["id"],
            about_person=subject["is_person"],
            office_id=key("office", office),
            application_item_id=key("item", purpose),
            granted_at=NOW - timedelta(days=40, hours=number // 3),
            until_on=TODAY + timedelta(days=days),
            revoked_at=revoked,
        )
    for number in range(16):
        subject = subject_of(world)
        office = world.pick(["BANK", "FUND", "XMJC", "XMRS", None])
        world.add(
            "credit_report",
            id=key("report", number),
            number=f"R2026-{number:04d}",
            kind="enterprise",
            subject_id=subject["id"],
            about_person=subject["is_person"],
            jurisdiction_id=world.pick(["350200", "350205", "310000"]),
            office_id=key("office", office) if office else None,
            application_item_id=key("item", BID_PURPOSE) if office else None,
            consent_id=next(
                (one["id"] for one in world.tables["consent"] if one["subject_id"] == subject["id"] and number % 2),
                None,
            ),
            requested_by=world.pick([None, key("account", 2)]),
            issued_at=world.instant(days=60),
            valid_until=world.day(-3, 4),
            document='{"秘密": 1}',
            digest="ab" * 32,
            signature="ey.J.x",
            key_id="k1",
            revoked_at=world.pick([None, None, NOW - timedelta(days=1)]),
            revocation_reason=None,
        )


def _intake(world: World) -> None:
    for number in range(5):
        office = world.pick(["XMJC", "XMRS", "HCLD"])
        made = world.add(
            "record_import",
            id=key("import", number),
            office_id=key("office", office),
            jurisdiction_id=next(one[2] for one in OFFICES if one[0] == office),
            item_id=key("catalogue", "350200.permit"),
            state=world.pick(["completed", "void"]),
            file_digest=f"{number:064d}",
            rows_read=10,
            rows_added=7,
            rows_known=1,
            rows_refused=2,
            handed_in_by=world.pick([None, key("account", 1)]),
            started_at=NOW - timedelta(days=9 - number % 2),
            finished_at=world.pick([None, NOW]),
        )
        for line in (3, 9, 20):
            world.add(
                "refused_row",
                id=key("refused", f"{number}.{line}"),
                record_import_id=made["id"],
                office_id=made["office_id"],
                line=line,
                column_code=world.pick([None, "CF_JDRQ"]),
                code="DATE_INVALID",
                reason="no such day",
                reason_zh="日期不存在",
            )


def _ledger(world: World) -> None:
    for number in range(60):
        noun = world.pick(
            [
                "subject",
                "credit_record",
                "consent",
                "list_entry",
                "legal_representative",
                "working_day",
                "credit_record",
                "exam_watch",
                "discipline_recommendation",
            ]
        )
        changed = world.pick(world.tables[noun]) if noun != "working_day" else {"id": key("row", number)}
        subject = changed["id"] if noun == "subject" else changed.get("subject_id")
        world.add(
            "ledger_event",
            id=key("change", number),
            kind="change",
            at=world.instant(days=40 if number < 15 else 600) if number % 5 else NOW - timedelta(days=30),
            object=noun,
            object_id=changed["id"],
            verb=world.pick(["amend", "publish", "enrol"]),
            outcome="done",
            subject_id=subject,
            account_id=world.pick([None, key("account", 1), key("account", 3)]),
            role=world.pick(["clerk", "reviewer,clerk"]),
            office_id=key("office", world.pick(["XMJC", "XMRS", "SHJC"])) if number % 9 else None,
            purpose=None,
            basis=world.pick([None, "厦门8", "上海12"]),
            reason=world.pick([None, '数据"有误"']),
            policy_version=1,
            token_id=None,
            deputy_of_id=key("account", 3) if number % 7 == 0 else None,
            agent_of_id=subject if number % 11 == 3 else None,
            image=world.pick(
                [
                    None,
                    {"published_at": NOW.isoformat(), "disclosure": "public"},
                    {"published_at": None, "disclosure": "public"},
                    {"published_at": NOW.isoformat(), "disclosure": "internal", "version": number},
                ]
            ),
        )
    for number in range(3):
        world.add(
            "ledger_adoption",
            id=key("adoption", number),
            adopted_at=NOW - timedelta(days=number),
            adopted_by="系统管理员",
            reason="恢复备份",
            put_back=number,
            lost_from=number or None,
            lost_to=number or None,
            shift=number * 10**10,
        )
    for number in range(1, 8):
        world.add(
            "ledger_checkpoint",
            id=number if number < 7 else 2**31 - 1,
            from_xid=number - 1,
            to_xid=number,
            size=number * 3,
            leaves=b"",
            nodes=b"",
            root=f"{number:064x}",
            tree=world.pick([None, f"{number + 9:064x}"]),
            previous=f"{number - 1:064x}",
            digest=f"{number:064x}",
            key_id="k1",
            signature="ey.J.x",
            sealed_at=world.instant(days=9),
        )
    for number in range(30):
        office = world.pick(["XMJC", "BANK", "FUND", None])
        world.add(
            "ledger_event",
            id=key("access", number),
            kind="access",
            at=world.instant() if number % 3 else NOW - timedelta(days=3),
            object=world.pick(["subjects", "subjects", "examWatches,exam_watch", "node,discipline_recommendation"]),
            object_id=None,
            verb=world.pick(["read", "issue"]),
            outcome=world.pick(["served", "served", "refused"]),
            subject_id=subject_of(world)["id"],
            account_id=world.pick([None, key("account", 3)]),
            role=world.pick(["public", "partner"]),
            office_id=key("office", office) if office else None,
            purpose=world.pick([None, "政府采购"]),
            basis=world.pick([None, "授权"]),
            reason=world.pick([None, "FORBIDDEN"]),
            policy_version=1,
            token_id=None,
            image=None,
            deputy_of_id=key("account", 3) if number % 4 == 0 else None,
        )
        entry = world.tables["ledger_event"][-1]
        entry["agent_of_id"] = entry["subject_id"] if number % 6 == 1 else None
