"""A small world for the oracle: some three hundred rows over every state, disclosure and date, and its callers.

All of it is invented and the same at every run. The rows are written by the owner of the database, past the
domain, so that also what the domain would not let happen today (a person's expired record, a consent that was
revoked) is there to be answered about.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import asyncpg

from authz.activation import assign, grant_purpose, install_default, upsert_account
from domain.vault import Vault

Row = dict[str, Any]
Tables = dict[str, list[Row]]

TODAY = date(2026, 3, 18)
NOW = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)
SINCE = date(2025, 1, 1)

PERMIT_PURPOSE = "350200.permit"
BID_PURPOSE = "350200.bid"
SHANGHAI_PURPOSE = "310000.subsidy"


def key(kind: str, name: object) -> UUID:
    """Give the id of a row of the world."""
    return uuid5(NAMESPACE_URL, f"oracle/{kind}/{name}")


@dataclass(frozen=True)
class Caller:
    """Somebody who asks, as the world knows it: the oracle takes roles and relations from here."""

    name: str
    roles: frozenset[str]
    sub: str | None = None
    purpose: str | None = None
    office: UUID | None = None
    jurisdiction: str | None = None
    subject: UUID | None = None
    sent_purpose: str | None = None
    """A purpose that is sent but opens nothing for these roles."""

    @property
    def purpose_id(self) -> UUID | None:
        """Give the id of the purpose that counts."""
        return key("item", self.purpose) if self.purpose else None


JURISDICTIONS = (
    ("100000", "全国", "nation", None),
    ("350000", "福建省", "province", "100000"),
    ("350200", "厦门市", "city", "350000"),
    ("350205", "海沧区", "district", "350200"),
    ("310000", "上海市", "city", "100000"),
)
OFFICES = (
    ("XMJC", "厦门监察支队", "350200", "bureau_office", ["市监察支队", "支队"]),
    ("XMRS", "厦门人事处", "350200", "bureau_office", []),
    ("XMXY", "厦门信用办", "350200", "bureau_office", ["局信用办"]),
    ("FJXY", "省信用办", "350000", "bureau_office", []),
    ("HCLD", "海沧劳动科", "350205", "bureau_office", []),
    ("SHJC", '上海"监察"处', "310000", "other_body", ["支队"]),
    ("BANK", "厦门银行", "350200", "partner_agency", []),
    ("FUND", "上海基金", "310000", "partner_agency", []),
    ("PLAT", "市信用平台", "350200", "credit_platform", []),
)
PEOPLE = (
    ("chen", "陈小明", "陈**", "350200", "350203199001011236"),
    ("wang", "王芳", "王**", "350200", "350203198502021249"),
    ("ouyang", "欧阳娜娜", "欧阳**", "350205", "350205199903031258"),
    ("li", "李𠮷", "李**", "310000", "310101198812121266"),
    ("zhao", "Zhao_Qi", "Z**", "350200", "350203197707071270"),
    ("sun", "孙\\胜%", "孙**", "350000", "350102196606061288"),
    ("zhou", "周无记录", "周**", "350200", "350203200011111295"),
)
ORGANISATIONS = (
    ("jia", "虚构甲有限公司", "xugoujiayouxiangongsi xgjyxgs", "enterprise", "350200", "91350200MA00000011", False),
    ("yi", '虚构"乙"\\100%厂', "xugouyi100%chang xgyc", "enterprise", "350200", "91350200MA00000022", True),
    ("bing", "虚构_丙\n店", "xugoubingdian xgbd", "individual_business", "350205", "92350205MA00000033", False),
    ("ding", "虚构丁局", "xugoudingju xgdj", "government_organ", "350200", "11350200MA00000044", False),
    ("wu", "虚构戊ABC院", "xugouwuabcyuan xgwy", "public_institution", "310000", "12310000MA00000055", True),
    ("ji", "虚构己协会", "xugoujixiehui xgjxh", "social_organisation", "350000", "51350000MA00000066", False),
    ("geng", "虚构庚村", "xugougengcun xggc", "village_collective", "310000", None, False),
    ("xin", "甲辛公司", "jiaxingongsi jxgs", "enterprise", "350205", "91350205MA00000077", True),
)
ITEMS = (
    ("penalty", "350200", "行政处罚", "penalty", "negative", "public", "government_sharing", 3),
    ("permit", "350200", "行政许可", "permit", "neutral", "public", "public", None),
    ("exam", "350200", "考试违纪", "exam", "negative", "authorised_query", "authorised_query", 5),
    ("permit", "350205", "行政许可", "permit", "neutral", "public", "public", None),
    ("arrears", "310000", "拖欠工资", "arrears", "negative", "government_sharing", "authorised_query", 1),
    ("praise", "310000", "表彰", "praise", "positive", "public", "public", None),
)
LISTS = (
    ("red", "350200", "诚信红名单", "positive", 2),
    ("black", "350200", "失信黑名单", "negative", 3),
    ("black", "310000", "失信名单", "negative", None),
    ("empty", "350205", "空名单", "positive", None),
    ("organisations", "350205", "单位名单", "positive", None),
)
PURPOSES = (
    (PERMIT_PURPOSE, "350200", "许可审批"),
    (BID_PURPOSE, "350200", "政府采购"),
    (SHANGHAI_PURPOSE, "310000", "资金补贴"),
    ("100000.any", "100000", "国家事项"),
)


DISCLOSURES = ("public", "public", "public", "government_sharing", "authorised_query", "restricted", "internal")


def id_number(first_17_and_check: str) -> str:
    """Give a valid identity number from one whose check character need not be right."""
    first = first_17_and_check[:17]
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return first + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(first, weights, strict=True)) % 11]


NUMBERS = {id_number(number): key("subject", name) for name, _, _, _, number in PEOPLE}
"""Whose identity number it is."""


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


def rows(vault: Vault) -> Tables:
    """Make every row of the world, table by table in an order in which they can be written."""
    world = World(vault)
    _registry(world)
    _subjects(world)
    _records(world)
    _lists(world)
    _rights(world)
    _intake(world)
    _ledger(world)
    return world.tables


def _registry(world: World) -> None:
    for code, name, level, parent in JURISDICTIONS:
        world.add("jurisdiction", id=code, name=name, level=level, parent_id=parent)
    for code, name, where, kind, aliases in OFFICES:
        world.add(
            "office", id=key("office", code), jurisdiction_id=where, code=code, name=name, aliases=aliases, kind=kind,
            roles=["归集"] if aliases else [], clause=world.pick(["厦门8", None]), rulebook=world.pick(["cn-xiamen", None]),
        )  # fmt: skip
    for number in range(6):
        world.add(
            "responsibility", id=key("duty", number), office_id=key("office", world.pick(OFFICES)[0]), duty=f"责任{number}",
            clause="厦门8", rulebook="cn-xiamen", valid_from=world.pick([None, date(2021, 1, 1)]), valid_to=None,
        )  # fmt: skip
    for code, where, name, category, polarity, disclosure, person_disclosure, years in ITEMS:
        item = world.add(
            "catalogue_item", id=key("catalogue", f"{where}.{code}"), jurisdiction_id=where, edition=f"cn-{where}", code=code,
            name=name, category=category, polarity=polarity, disclosure=disclosure, person_disclosure=person_disclosure,
            subject_kinds=world.pick([[], ["enterprise", "natural_person"]]),
            data_items=[{"code": "CF_NR_FK", "name": "罚款", "required": True, "personal": False}] if polarity == "negative" else [],
            severity_required=polarity == "negative", double_publicity=category in ("penalty", "permit"),
            publication_years=years, legal_basis=world.pick([None, "社会保险法"]),
            legal_basis_level=world.pick([None, "law", "normative_document"]), clause="厦门2",
            valid_from=world.pick([None, date(2021, 5, 1)]), valid_to=None,
        )  # fmt: skip
        for code_ in world.dice.sample([office[0] for office in OFFICES], 2):
            world.add(
                "catalogue_producer", id=key("producer", f"{item['id']}{code_}"), item_id=item["id"], office_id=key("office", code_),
                clause="厦门8", reading=world.pick([None, "解读"]),
            )  # fmt: skip
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
    for name, full, masked, where, number in PEOPLE:
        valid = id_number(number)
        world.add(
            "subject", id=key("subject", name), kind="natural_person", is_person=True, jurisdiction_id=where, name=full, masked_name=masked,
            name_pinyin="", uscc=None, uscc_lenient=False, id_cipher=world.vault.seal(valid), id_index=world.vault.blind_index(valid),
            masked_id_number=valid[:3] + "*" * 13 + valid[-2:], state_owned=False, registered_at=world.instant(),
        )  # fmt: skip
    for name, full, pinyin, kind, where, code, state_owned in ORGANISATIONS:
        world.add(
            "subject", id=key("subject", name), kind=kind, is_person=False, jurisdiction_id=where, name=full, masked_name=full,
            name_pinyin=pinyin, uscc=code, uscc_lenient=code is not None, id_cipher=None, id_index=None, masked_id_number=None,
            state_owned=state_owned, registered_at=world.instant(),
        )  # fmt: skip
    people = [name for name, *_ in PEOPLE if name != "zhou"]
    for number in range(14):
        first = world.day(-900, -10)
        person = world.pick([*people, None, None])
        masked = next((one[2] for one in PEOPLE if one[0] == person), "外**")
        world.add(
            "legal_representative", id=key("link", number), subject_id=key("subject", world.pick(ORGANISATIONS)[0]),
            person_id=key("subject", person) if person else None, about_person=True,
            name=next((one[1] for one in PEOPLE if one[0] == person), f"外人{number}"), masked_name=masked,
            masked_id_number=world.pick([None, "350*************11"]), from_on=first, to_on=world.pick([None, first + timedelta(days=5)]),
        )  # fmt: skip


def _subject_of(world: World) -> Row:
    name = world.pick([one[0] for one in PEOPLE if one[0] != "zhou"] + [one[0] for one in ORGANISATIONS])
    return world.subject(key("subject", name))


def _records(world: World) -> None:
    producing = ["XMJC", "XMRS", "XMXY", "HCLD", "SHJC"]
    for number in range(90):
        subject, item, office = _subject_of(world), world.pick(world.tables["catalogue_item"]), world.pick(producing)
        state = world.pick(["submitted", "published", "published", "published", "withdrawn"])
        decided = world.day(-500, -20) if number % 4 else TODAY - timedelta(days=100)
        submitted = NOW - timedelta(days=19, hours=number % 7) if number % 5 else world.instant(days=19)
        published = submitted + timedelta(days=2) if state != "submitted" else None
        record = world.add(
            "credit_record", id=key("record", number), subject_id=subject["id"], about_person=subject["is_person"],
            jurisdiction_id=item["jurisdiction_id"] if number % 3 else next(one[2] for one in OFFICES if one[0] == office),
            office_id=key("office", office), item_id=item["id"], state=state, version=1, decision_no=f"文[2026]{number}号",
            title=world.pick(["罚款", '许"可"', "表\\彰", "考试\t违纪"]) + str(number),
            severity=world.pick([None, "minor", "general", "serious"]), procedure=world.pick([None, "general", "summary"]),
            harm_removed=world.pick([True, False]), dishonest=world.pick([True, False]), legal_basis=world.pick([None, "劳动法"]),
            legal_basis_level=world.pick([None, "law", "local_rule"]),
            content=world.pick([{}, {"CF_NR_FK": "1.50", "CF_NR": 'a"\\\u2028'}, {"b": [1, None, True], "aa": {"x": 2.5}}]),
            decided_on=decided, closed_on=world.pick([None, decided + timedelta(days=3)]), obtained_on=decided,
            collection_due_on=world.pick([None, submitted.date(), submitted.date() - timedelta(days=1)]),
            publication_due_on=world.pick([None, TODAY, TODAY - timedelta(days=17), TODAY - timedelta(days=18)]),
            due_provisional=world.pick([True, False]), submitted_at=submitted,
            portal_at=world.pick([published, published, None]), platform_at=world.pick([published, submitted, None]) if published else None,
            published_at=published if state == "published" else world.pick([published, None]),
            public_until=world.pick([None, None, TODAY, TODAY - timedelta(days=1), TODAY + timedelta(days=40)]),
            disclosure=world.pick(DISCLOSURES),
            withdrawn_at=submitted + timedelta(days=5) if state == "withdrawn" else None,
            withdrawal_reason="有误" if state == "withdrawn" else None,
            submitted_by=world.pick([None, key("account", 1)]), import_id=world.pick([None, key("import", 1)]),
        )  # fmt: skip
        for version in range(1, world.pick([1, 1, 2, 3])):
            record["version"] = version + 1
            world.add(
                "credit_record_version", id=key("version", f"{number}.{version}"), record_id=record["id"], subject_id=subject["id"],
                about_person=subject["is_person"], office_id=record["office_id"], version=version, title=f"旧{version}",
                severity=world.pick([None, "minor"]), content={"old": version}, reason="更正", replaced_at=world.instant(days=18),
            )  # fmt: skip


def _lists(world: World) -> None:
    for code, where, name, polarity, years in LISTS:
        world.add(
            "credit_list", id=key("list", f"{where}.{code}"), jurisdiction_id=where, rulebook=f"cn-{where}", code=code, name=name,
            aliases=["黑名单"] if code == "black" else [], polarity=polarity, standard=world.pick([None, "标准"]), procedure=None,
            measures=world.pick([None, "惩戒"]), exit_rule=None, max_publication_years=years, clause="厦门24",
        )  # fmt: skip
    for number in range(40):
        subject = _subject_of(world)
        chosen = world.pick(world.tables["credit_list"])
        if chosen["code"] == "empty" or (chosen["code"] == "organisations" and subject["is_person"]):
            chosen = world.tables["credit_list"][number % 3]
        removed = world.pick([None, None, TODAY, TODAY + timedelta(days=9), TODAY - timedelta(days=9)])
        entry = world.add(
            "list_entry", id=key("entry", number), credit_list_id=chosen["id"], subject_id=subject["id"], about_person=subject["is_person"],
            jurisdiction_id=chosen["jurisdiction_id"], office_id=key("office", world.pick(["XMJC", "XMXY", "HCLD", "SHJC"])),
            decision_no=f"列[{number}]", reason=world.pick(["欠薪", '守"信"']), decided_on=world.day(-400, -5) if number % 3 else TODAY - timedelta(days=50),
            published_at=world.pick([None, world.instant(), world.instant()]),
            public_until=world.pick([None, TODAY, TODAY - timedelta(days=1), TODAY + timedelta(days=90)]),
            disclosure=world.pick(DISCLOSURES), removed_on=removed,
            removal_reason=world.pick(["expired", "repaired"]) if removed else None,
        )  # fmt: skip
        about = [record for record in world.tables["credit_record"] if record["subject_id"] == subject["id"]]
        for record in about[:2]:
            world.add(
                "list_evidence",
                id=key("evidence", f"{number}.{record['id']}"),
                entry_id=entry["id"],
                record_id=record["id"],
                subject_id=subject["id"],
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
            "consent", id=key("consent", number), subject_id=subject["id"], about_person=subject["is_person"], office_id=key("office", office),
            application_item_id=key("item", purpose), granted_at=NOW - timedelta(days=40, hours=number // 3),
            until_on=TODAY + timedelta(days=days), revoked_at=revoked,
        )  # fmt: skip
    for number in range(16):
        subject = _subject_of(world)
        office = world.pick(["BANK", "FUND", "XMJC", "XMRS", None])
        world.add(
            "credit_report", id=key("report", number), number=f"R2026-{number:04d}", kind="enterprise", subject_id=subject["id"],
            about_person=subject["is_person"], jurisdiction_id=world.pick(["350200", "350205", "310000"]),
            office_id=key("office", office) if office else None, application_item_id=key("item", BID_PURPOSE) if office else None,
            consent_id=next((one["id"] for one in world.tables["consent"] if one["subject_id"] == subject["id"] and number % 2), None), requested_by=world.pick([None, key("account", 2)]),
            issued_at=world.instant(days=60), valid_until=world.day(-3, 4), document='{"秘密": 1}', digest="ab" * 32, signature="ey.J.x",
            key_id="k1", revoked_at=world.pick([None, None, NOW - timedelta(days=1)]), revocation_reason=None,
        )  # fmt: skip


def _intake(world: World) -> None:
    for number in range(5):
        office = world.pick(["XMJC", "XMRS", "HCLD"])
        made = world.add(
            "record_import", id=key("import", number), office_id=key("office", office),
            jurisdiction_id=next(one[2] for one in OFFICES if one[0] == office), item_id=key("catalogue", "350200.permit"),
            state=world.pick(["completed", "void"]), file_digest=f"{number:064d}", rows_read=10, rows_added=7, rows_known=1, rows_refused=2,
            handed_in_by=world.pick([None, key("account", 1)]), started_at=NOW - timedelta(days=9 - number % 2), finished_at=world.pick([None, NOW]),
        )  # fmt: skip
        for line in (3, 9, 20):
            world.add(
                "refused_row", id=key("refused", f"{number}.{line}"), record_import_id=made["id"], office_id=made["office_id"], line=line,
                column_code=world.pick([None, "CF_JDRQ"]), code="DATE_INVALID", reason="no such day", reason_zh="日期不存在",
            )  # fmt: skip


def _ledger(world: World) -> None:
    for number in range(12):
        world.add(
            "ledger_event", id=key("change", number), kind="change", at=world.instant(days=40),
            object=world.pick(["subject", "credit_record", "consent", "list_entry", "legal_representative"]), object_id=key("row", number),
            verb="amend", outcome="done", subject_id=_subject_of(world)["id"], account_id=None, role="clerk", office_id=key("office", "XMJC"),
            purpose=None, basis=None, reason=None, policy_version=1, token_id=None, image=None,
        )  # fmt: skip
    for number in range(30):
        office = world.pick(["XMJC", "BANK", "FUND", None])
        world.add(
            "ledger_event", id=key("access", number), kind="access", at=world.instant() if number % 3 else NOW - timedelta(days=3),
            object="subjects", object_id=None, verb=world.pick(["read", "issue"]), outcome=world.pick(["served", "served", "refused"]),
            subject_id=_subject_of(world)["id"], account_id=world.pick([None, key("account", 3)]), role=world.pick(["public", "partner"]),
            office_id=key("office", office) if office else None, purpose=world.pick([None, "政府采购"]), basis=world.pick([None, "授权"]),
            reason=world.pick([None, "FORBIDDEN"]), policy_version=1, token_id=None, image=None,
        )  # fmt: skip


# -- callers


def _officer(name: str, office: str, *roles: str, purpose: str | None = None, sent: str | None = None) -> Caller:
    where = next(one[2] for one in OFFICES if one[0] == office)
    return Caller(
        name=name + (f" for {purpose or sent}" if purpose or sent else ""), roles=frozenset(roles), sub=name, purpose=purpose,
        office=key("office", office), jurisdiction=where, sent_purpose=sent,
    )  # fmt: skip


def _self(name: str) -> Caller:
    return Caller(name=f"self {name}", roles=frozenset({"subject"}), sub=f"self-{name}", subject=key("subject", name))


CALLERS: tuple[Caller, ...] = (
    Caller(name="the public", roles=frozenset({"public"})),
    _self("chen"),
    _self("wang"),
    _self("jia"),
    _officer("clerk-jc", "XMJC", "clerk"),
    _officer("clerk-jc", "XMJC", "clerk", purpose=PERMIT_PURPOSE),
    _officer("clerk-rs", "XMRS", "clerk"),
    _officer("clerk-rs", "XMRS", "clerk", purpose="100000.any"),
    _officer("reviewer-hc", "HCLD", "reviewer"),
    _officer("reviewer-hc", "HCLD", "reviewer", purpose=BID_PURPOSE),
    _officer("approver-sh", "SHJC", "approver"),
    _officer("approver-sh", "SHJC", "approver", purpose=SHANGHAI_PURPOSE),
    _officer("clerk-approver-jc", "XMJC", "clerk", "approver"),
    _officer("clerk-credit-xy", "XMXY", "clerk", "credit_office"),
    _officer("credit-xm", "XMXY", "credit_office"),
    _officer("credit-xm", "XMXY", "credit_office", sent=BID_PURPOSE),
    _officer("credit-fj", "FJXY", "credit_office"),
    _officer("partner-bank", "BANK", "partner"),
    _officer("partner-bank", "BANK", "partner", purpose=BID_PURPOSE),
    _officer("partner-bank", "BANK", "partner", purpose=PERMIT_PURPOSE),
    _officer("partner-fund", "FUND", "partner", purpose=SHANGHAI_PURPOSE),
    Caller(name="auditor", roles=frozenset({"auditor"}), sub="auditor"),
    Caller(name="security officer", roles=frozenset({"security_officer"}), sub="security-officer"),
    _officer("platform", "PLAT", "platform"),
    _officer("partner-credit", "BANK", "partner", "credit_office", purpose=BID_PURPOSE),
)


def caller(name: str) -> Caller:
    """Give a caller by name."""
    return next(one for one in CALLERS if one.name == name)


async def write(url: str, tables: Tables, issuer: str) -> None:
    """Write the world into an empty, migrated database and give its callers their roles."""
    connection = await asyncpg.connect(url)
    try:
        await connection.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")
        await install_default(connection, NOW)
        for table, made in tables.items():
            for row in made:
                await connection.execute(*_insert(table, row))
        for office, purpose in (("BANK", BID_PURPOSE), ("BANK", PERMIT_PURPOSE), ("FUND", SHANGHAI_PURPOSE)):
            await grant_purpose(connection, key("office", office), key("item", purpose), from_on=SINCE)
        for one in {one.sub: one for one in CALLERS if one.sub}.values():
            account = await upsert_account(
                connection, issuer=issuer, sub=one.sub or "", display=one.name, subject_id=one.subject
            )
            for role in sorted(one.roles):
                await assign(connection, account, role, from_on=SINCE, office_id=one.office)
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


def _insert(table: str, row: Row) -> Iterator[Any]:
    yield f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(f'${number}' for number in range(1, len(row) + 1))})"
    yield from row.values()


async def read(url: str) -> Tables:
    """Read every table of the world as it stands in the database."""
    connection = await asyncpg.connect(url, server_settings={"timezone": "UTC"})
    try:
        await connection.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")
        names = [
            row["relname"]
            for row in await connection.fetch(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            )
        ]
        return {name: [dict(row) for row in await connection.fetch(f'SELECT * FROM "{name}"')] for name in names}
    finally:
        await connection.close()
