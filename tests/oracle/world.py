"""A small world for the oracle: who and what there is in it, and who asks. `tests.oracle.sections` makes its rows.

All of it is invented and the same at every run. The rows are written by the owner of the database, past the
domain, so that also what the domain would not let happen today (a person's expired record, a consent that was
revoked) is there to be answered about.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import asyncpg

from authz.activation import assign, grant_purpose, install_default, upsert_account

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
    deputy_of: str | None = None
    """The sub of whom it stands in for: the roles are that one's, and the sub's own are not worn."""
    agent: bool = False
    """Whether the subject is its principal, not itself."""

    @property
    def headers(self) -> dict[str, str]:
        """Give the headers by which it says for what it asks, and in which office."""
        purpose = self.purpose or self.sent_purpose
        asked = {"renxin-purpose": purpose} if purpose else {}
        return {**asked, "renxin-office": f"Office:{self.office}"} if self.deputy_of else asked

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
OFFICES: tuple[tuple[str, str, str, str, list[str]], ...] = (
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

NOBODY = (id_number("350203199202022220"), id_number("310101200002292221"))
"""Good identity numbers that nobody has."""


def jurisdiction_of(office: str) -> str:
    """Give the division of an office."""
    return next(one[2] for one in OFFICES if one[0] == office)


# -- callers


def _officer(name: str, office: str, *roles: str, purpose: str | None = None, sent: str | None = None) -> Caller:
    return Caller(
        name=name + (f" for {purpose or sent}" if purpose or sent else ""), roles=frozenset(roles), sub=name, purpose=purpose,
        office=key("office", office), jurisdiction=jurisdiction_of(office), sent_purpose=sent,
    )  # fmt: skip


def _self(name: str) -> Caller:
    return Caller(name=f"self {name}", roles=frozenset({"subject"}), sub=f"self-{name}", subject=key("subject", name))


def _deputy(sub: str, principal: str, office: str, *roles: str, purpose: str | None = None) -> Caller:
    return replace(
        _officer(sub, office, *roles, purpose=purpose),
        name=f"{sub} for {principal}" + (f" for {purpose}" if purpose else ""),
        deputy_of=principal,
    )


CALLERS: tuple[Caller, ...] = (
    Caller(name="the public", roles=frozenset({"public"})),
    _self("chen"),
    _self("wang"),
    _self("jia"),
    _self("ding"),
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
    _officer("deputy-xm", "XMXY", "deputy_leader"),
    _officer("leader-sh", "SHJC", "leader", purpose=SHANGHAI_PURPOSE),
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
    _officer("institute", "XMRS", "exam_institute"),
    _officer("watcher", "XMJC", "exam_watcher"),
    _officer("assessor", "FUND", "assessor"),
    _officer("processor", "BANK", "processor"),
    _officer("association", "SHJC", "association"),
    _officer("data-user", "FUND", "data_user"),
    _officer("party", "XMJC", "discipline_officer"),
    _officer("clerk-watcher", "XMRS", "clerk", "exam_watcher"),
    _officer("partner-credit", "BANK", "partner", "credit_office", purpose=BID_PURPOSE),
    _deputy("reviewer-hc", "credit-xm", "XMXY", "credit_office"),
    _deputy("reviewer-hc", "approver-sh", "SHJC", "approver", purpose=SHANGHAI_PURPOSE),
    _deputy("auditor", "clerk-jc", "XMJC", "clerk"),
    replace(_self("jia"), name="agent of jia", roles=frozenset({"agent"}), sub="agent-jia", agent=True),
)


ASKING = {one.subject for one in CALLERS if one.subject}
"""Subjects who ask about themselves."""


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
        for one in {one.sub: one for one in CALLERS if one.sub and not one.deputy_of}.values():
            itself, principal = (None, one.subject) if one.agent else (one.subject, None)
            account = await upsert_account(
                connection, issuer=issuer, sub=one.sub or "", display=one.name, subject_id=itself
            )
            for role in sorted(one.roles):
                await assign(connection, account, role, from_on=SINCE, office_id=one.office, principal_id=principal)
        await connection.execute(_AUTHORITY, NOW)
        await connection.execute(_DEPUTIES)
        await connection.execute(_ACTORS, [key("account", number) for number in range(1, 5)], issuer, SINCE, NOW)
        for one in CALLERS:
            if one.deputy_of:
                await connection.execute(_STANDS_IN, one.sub, one.deputy_of, one.office)
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


_AUTHORITY = """
WITH officer AS (SELECT id FROM account WHERE sub = 'security-officer'),
drafted AS (
  INSERT INTO policy_version (id, number, state, note, policy_text, digest, base_id, authors, beneficiaries,
                              drafted_by_id, drafted_at)
  SELECT uuidv7(), 90 + turn, (ARRAY['drafted', 'proposed', 'rejected'])[turn], '试行"' || turn,
         E'# 注释\np, public, office, read, any\n', 'x', active.id, ARRAY[officer.id], '{}', officer.id, $1
  FROM generate_series(1, 3) turn, officer, policy_version active WHERE active.number = 1
  RETURNING id
),
keyed AS (
  INSERT INTO account_key (id, account_id, kid, algorithm, jwk, state, origin, reason, proposed_by_id, proposed_at,
                           approved_by_id, approved_at, ends_at)
  SELECT uuidv7(), machine.id, 'kid-' || key_state, 'EdDSA', '{"kty": "OKP"}', key_state, 'officer', '接"入', officer.id, $1,
         CASE WHEN key_state IN ('approved', 'revoked') THEN second.id END, CASE WHEN key_state = 'approved' THEN $1 END,
         $1 + interval '1 day'
  FROM unnest(ARRAY['proposed', 'approved', 'rejected', 'revoked']) AS kind (key_state), officer, account machine, account second
  WHERE machine.sub = 'platform' AND second.sub = 'clerk-rs'
)
INSERT INTO assignment (id, account_id, role, from_on, to_on, state, reason, proposed_by_id, proposed_at)
SELECT uuidv7(), account.id, 'auditor', '2026-04-01', '2026-12-31', 'proposed', '年度检查', officer.id, $1
FROM account, officer WHERE account.sub IN ('clerk-jc', 'clerk-rs', 'platform')
"""

_DEPUTIES = """
WITH people AS (
  SELECT deputy.id AS deputy_id, principal.id AS principal_id FROM account deputy, account principal
  WHERE deputy.sub = 'clerk-jc' AND principal.sub = 'clerk-rs'
), standing AS (
  INSERT INTO assignment (id, account_id, role, deputy_of_id, from_on, to_on, state, origin)
  SELECT uuidv7(), deputy_id, 'deputy', principal_id, '2026-03-01', '2026-03-31', 'granted', 'operator' FROM people
)
UPDATE ledger_event SET account_id = deputy_id, deputy_of_id = principal_id FROM people WHERE deputy_of_id IS NOT NULL
"""

_ACTORS = """
WITH actors AS (
  INSERT INTO account (id, issuer, sub, display)
  SELECT id, $2, 'actor-' || number, '经办' || number FROM unnest($1::uuid[]) WITH ORDINALITY AS named (id, number)
)
INSERT INTO assignment (id, account_id, role, from_on, to_on, state, origin, ended_at)
SELECT uuidv7(), ($1::uuid[])[3], 'subject', $3, $3, 'ended', 'operator', $4
"""
"""Accounts that the rows of the world name; the third was a subject once, and is called nothing since."""


_STANDS_IN = """
INSERT INTO assignment (id, account_id, role, deputy_of_id, office_id, from_on, to_on, state, origin)
SELECT uuidv7(), deputy.id, 'deputy', principal.id, $3, '2026-03-01', '2026-03-31', 'granted', 'operator'
FROM account deputy, account principal WHERE deputy.sub = $1 AND principal.sub = $2
"""


def _insert(table: str, row: Row) -> Iterator[Any]:
    yield f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(f'${number}' for number in range(1, len(row) + 1))})"
    yield from row.values()


async def read(url: str, *tables: str) -> Tables:
    """Read the tables of the world as they stand in the database, all of them where none is named."""
    connection = await asyncpg.connect(url, server_settings={"timezone": "UTC"})
    try:
        await connection.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")
        names = [
            row["relname"]
            for row in await connection.fetch(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            )
        ]
        wanted = tables or names
        return {name: [dict(row) for row in await connection.fetch(f'SELECT * FROM "{name}"')] for name in wanted}
    finally:
        await connection.close()
