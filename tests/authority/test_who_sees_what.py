"""Who sees what: every case of `who_sees_what.toml`, asked of the real service over HTTP."""

from __future__ import annotations

import tomllib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from authz.activation import assign, grant_purpose, upsert_account
from domain import lifecycle
from domain.clock import local_day
from domain.ids import new_id
from domain.installation_rows import application_item_id, catalogue_item_id, office_id
from domain.lifecycle import Actor, Transaction
from tests.client import ISSUER, NOW, Client, Serve

pytestmark = pytest.mark.anyio

FILE = tomllib.loads((Path(__file__).parent / "who_sees_what.toml").read_text("utf-8"))
ACTS = FILE["may"]
ROWS = [
    {"data": row["data"], "who": who, "law": row["law"], "sees": seen.split()[0], "code": seen.split()[-1]}
    for row in FILE["row"]
    for seen, them in row["sees"].items()
    for who in them
]
CASES = [*FILE["case"], *ROWS]
TODAY = local_day(NOW)
XIAMEN = "350200"
PURPOSES = [application_item_id(XIAMEN, code) for code in ("procurement", "bidding")]
FACTS = "所查事实全文"

WHO: dict[str, dict[str, Any]] = {
    "public": {},
    "the organisation itself": {"caller": "agent"},
    "the person": {"caller": "person"},
    "another person": {"caller": "stranger"},
    "producing office": {"caller": "producer"},
    "other office": {"caller": "other"},
    "other office with purpose": {"caller": "other", "purpose": "350200.procurement"},
    "office of another city": {"caller": "elsewhere"},
    "partner with purpose": {"caller": "bank", "purpose": "350200.procurement"},
    "partner with another purpose": {"caller": "bank", "purpose": "350200.bidding"},
    "partner without purpose": {"caller": "bank"},
    "another partner with purpose": {"caller": "second_bank", "purpose": "350200.procurement"},
    "credit office": {"caller": "credit_office"},
    "security officer": {"caller": "officer"},
    "auditor": {"caller": "auditor"},
    "platform": {"caller": "platform"},
    "reviewer of the office": {"caller": "reviewer"},
    "approver of the office": {"caller": "approver"},
}


@dataclass
class World:
    """The rows of the cases, by the words the case file uses."""

    ids: dict[str, UUID] = field(default_factory=dict)
    people: dict[str, UUID] = field(default_factory=dict)


@pytest.fixture(scope="module")
async def world(installed_url: str) -> World:
    connection = await asyncpg.connect(installed_url)
    try:
        async with connection.transaction():
            return await _fill(Transaction(connection, NOW, Actor(None, ("public",))))
    finally:
        await connection.close()


async def _fill(tx: Transaction) -> World:
    world = World()
    producer, other = office_id(XIAMEN, "JCZD"), office_id(XIAMEN, "SP")
    banks = [await _agency(tx, f"BANK{number}") for number in (1, 2)]
    firm = await _subject(tx, "厦门一号(虚构)有限公司", "enterprise", uscc="91350200MA9T02R317")
    person, consenting, ended, revoked, stranger = [await _person(tx, number) for number in range(5)]
    world.people = {"person": person, "consenting": consenting}
    shown = {"state": "published", "published_at": NOW, "public_until": TODAY}
    records: dict[str, tuple[Any, str, dict[str, Any]]] = {
        "published record of an organisation": (firm, "public", shown),
        "published record of a person": (person, "public", shown),
        "published record of a person who consented": (consenting, "public", shown),
        "published record of a person whose consent has ended": (ended, "public", shown),
        "published record of a person who revoked the consent": (revoked, "public", shown),
        "record of a person for sharing only": (person, "government_sharing", shown),
        "restricted record of a person who consented": (consenting, "restricted", shown),
        "internal record of a person": (person, "internal", shown),
        "unpublished record": (firm, "public", {"state": "submitted"}),
        "expired record": (firm, "public", {**shown, "public_until": TODAY - timedelta(days=1)}),
        "repaired record": (firm, "public", {**shown, "state": "repaired", "repaired_at": NOW}),
        "repaired record of a person who consented": (
            consenting,
            "public",
            {**shown, "state": "repaired", "repaired_at": NOW},
        ),
        "withdrawn record": (
            firm,
            "public",
            {**shown, "state": "withdrawn", "withdrawn_at": NOW, "withdrawal_reason": "撤销"},
        ),
    }
    for number, (name, (subject, disclosure, state)) in enumerate(records.items()):
        world.ids[name] = await _record(tx, number, subject, producer, disclosure, state, about_person=subject != firm)
    world.ids["identity number of a legal representative"] = await lifecycle.create(
        tx,
        "legal_representative",
        "appoint",
        {
            "subject_id": firm, "person_id": stranger, "about_person": True, "name": "甄虚构", "masked_name": "甄*",
            "masked_id_number": "350***********34", "from_on": date(2020, 1, 1),
        },
    )  # fmt: skip
    consents = {consenting: (TODAY, None), ended: (TODAY - timedelta(days=1), None), revoked: (TODAY, NOW)}
    for subject, (until, revoked_at) in consents.items():
        await _consent(tx, subject, banks[0], until, revoked_at)
    world.ids["issued report"] = await _report(tx, person, banks[0])
    world.ids["access log of a person"] = await _access(tx, person, banks[0])
    contested = world.ids["published record of a person"]
    world.ids["objection of a person"] = await _objection(tx, person, contested, producer)
    world.ids["a person's own words beside a record"] = await _words(tx, person, contested)
    for name, state in (("reported", {}), ("removed", {"removed_at": NOW})):
        world.ids[f"what an organisation tells of itself, {name}"] = await _told(tx, firm, producer, name, **state)
    for name, (subject, record) in {
        "an organisation": (firm, world.ids["published record of an organisation"]),
        "a person": (person, contested),
    }.items():
        world.ids[f"measure applied to {name}"] = await _measure(tx, subject, record, other, producer, firm=firm)
    world.ids |= await _put_to_use(tx, firm, producer, office_id(XIAMEN, "JC"))
    await _accounts(tx, world, banks, firm=firm, person=person, stranger=stranger, producer=producer, other=other)
    return world


async def _agency(tx: Transaction, code: str) -> UUID:
    values = {
        "jurisdiction_id": XIAMEN,
        "code": code,
        "name": f"{code}(虚构)",
        "kind": "partner_agency",
        "aliases": [],
        "roles": [],
    }
    return await lifecycle.create(tx, "office", "enrol", values)


async def _subject(tx: Transaction, name: str, kind: str, **more: Any) -> UUID:
    values = {
        "kind": kind, "is_person": kind == "natural_person", "jurisdiction_id": XIAMEN, "name": name, "masked_name": name,
        "name_pinyin": "", "uscc_lenient": False, "state_owned": False, "registered_at": NOW, **more,
    }  # fmt: skip
    return await lifecycle.create(tx, "subject", "enrol", values)


async def _person(tx: Transaction, number: int) -> UUID:
    masked = {"masked_name": f"甲{number}*", "masked_id_number": f"350***********{number:02}"}
    return await _subject(tx, f"甲{number}虚构全名", "natural_person", id_index=bytes([number]) * 32, **masked)


async def _record(
    tx: Transaction,
    number: int,
    subject: UUID,
    office: UUID,
    disclosure: str,
    state: dict[str, Any],
    *,
    about_person: bool,
) -> UUID:
    values = {
        "subject_id": subject, "about_person": about_person, "jurisdiction_id": XIAMEN, "office_id": office,
        "item_id": catalogue_item_id(XIAMEN, "cn-xiamen-hrss-2021", "penalty"), "version": 1,
        "decision_no": f"厦人社罚〔2026〕{number}号", "title": f"标题{number}", "severity": "minor", "harm_removed": False,
        "dishonest": True, "content": f'{{"CF_SY": "{FACTS}"}}', "decided_on": date(2026, 1, 5), "obtained_on": date(2026, 1, 5),
        "due_provisional": False, "submitted_at": NOW, "disclosure": disclosure, **state,
    }  # fmt: skip
    return await lifecycle.create(tx, "credit_record", "submit", values)


async def _consent(tx: Transaction, subject: UUID, office: UUID, until: date, revoked_at: Any) -> None:
    values = {
        "subject_id": subject, "about_person": True, "office_id": office, "application_item_id": PURPOSES[0],
        "granted_at": NOW - timedelta(days=30), "until_on": until, "revoked_at": revoked_at,
    }  # fmt: skip
    await lifecycle.create(tx, "consent", "grant", values)


async def _report(tx: Transaction, subject: UUID, office: UUID) -> UUID:
    values = {
        "number": "RX3502000000TEST", "kind": "person", "subject_id": subject, "about_person": True, "jurisdiction_id": XIAMEN,
        "office_id": office, "application_item_id": PURPOSES[0], "issued_at": NOW, "valid_until": TODAY, "document": FACTS,
        "digest": "0" * 64, "signature": "x", "key_id": "k",
    }  # fmt: skip
    return await lifecycle.create(tx, "credit_report", "issue", values)


async def _access(tx: Transaction, subject: UUID, office: UUID) -> UUID:
    ident = new_id()
    await tx.connection.execute(
        "INSERT INTO ledger_event (id, kind, at, object, verb, outcome, subject_id, role, office_id, purpose, reason, policy_version)"
        " VALUES ($1, 'access', $2, 'credit_record', 'read', 'served', $3, 'partner', $4, '政府采购', $5, 1)",
        ident,
        NOW,
        subject,
        office,
        FACTS,
    )
    return ident


async def _objection(tx: Transaction, subject: UUID, record: UUID, office: UUID) -> UUID:
    values = {
        "subject_id": subject, "about_person": True, "jurisdiction_id": XIAMEN, "office_id": office, "record_id": record,
        "state": "marked", "origin": "subject", "ground": "错误", "statement": FACTS, "received_on": TODAY, "filed_at": NOW,
        "procedure": "{}", "steps": ["verify", "decide", "tell"], "timed_steps": [], "distinct_persons": True,
        "next_step": "verify", "next_office_id": office, "due_provisional": False,
    }  # fmt: skip
    return await lifecycle.create(tx, "objection", "file", values)


async def _words(tx: Transaction, subject: UUID, record: UUID) -> UUID:
    values = {
        "subject_id": subject, "about_person": True, "record_id": record, "words": FACTS, "by_agent": False, "made_at": NOW,
    }  # fmt: skip
    return await lifecycle.create(tx, "subject_statement", "make", values)


async def _told(tx: Transaction, firm: UUID, office: UUID, state: str, **more: Any) -> UUID:
    item = await tx.connection.fetchval(
        "SELECT id FROM commitment_item WHERE jurisdiction_id = $1 AND code = 'self_report_authenticity'", XIAMEN
    )
    common = {
        "subject_id": firm,
        "about_person": False,
        "jurisdiction_id": XIAMEN,
        "office_id": office,
        "disclosure": "public",
    }
    promised = await lifecycle.create(
        tx,
        "commitment",
        "sign",
        {
            **common, "commitment_item_id": item, "party": "legal_person", "matter_no": f"自报{state}", "text": "承诺真实",
            "text_digest": "0" * 64, "state": "signed", "version": 1, "signed_on": TODAY, "entered_at": NOW,
            "signature_method": "online_confirmation", "signer": "legal_representative", "signer_name": "甄虚构",
            "masked_name": "甄*", "published_at": NOW, "supplement_provisional": False,
        },
    )  # fmt: skip
    values = {
        **common, "kind": "资质证照", "title": f"许可证{state}", "text": FACTS, "state": state, "version": 1, "commitment_id": promised,
        "by_agent": False, "reported_at": NOW, **more,
    }  # fmt: skip
    return await lifecycle.create(tx, "self_report", "report", values)


async def _measure(tx: Transaction, subject: UUID, record: UUID, office: UUID, source: UUID, *, firm: UUID) -> UUID:
    values = {
        "subject_id": subject, "about_person": subject != firm, "jurisdiction_id": XIAMEN, "office_id": office,
        "source_office_id": source, "record_id": record, "code": "bar_hrss_awards", "name": "限制人社领域评优评审活动",
        "polarity": "negative", "basis": "《厦门》 18", "reason": FACTS, "state": "applied", "version": 1, "applied_at": NOW,
    }  # fmt: skip
    return await lifecycle.create(tx, "measure", "apply", values)


async def _put_to_use(tx: Transaction, firm: UUID, office: UUID, credit_office: UUID) -> dict[str, UUID]:
    """Make what follows from credit: grades, an archive, a warning, an interview, a referral, a watch."""
    about = {"subject_id": firm, "about_person": False, "jurisdiction_id": XIAMEN, "office_id": office}
    grade = {
        **about, "scheme": "employer", "scheme_name": "评价", "value": "A", "evaluated_on": TODAY, "method": "entered",
        "basis": FACTS, "clause": "厦门12", "push_ordered": True, "disclosure": "government_sharing", "version": 1, "proposed_at": NOW,
    }  # fmt: skip
    warning = {
        **about, "source": "evaluation", "evaluation": "C级(虚构)", "records_count": 0, "fields_count": 0, "risk": FACTS,
        "basis": "海沧14", "state": "open", "raised_at": NOW,
    }  # fmt: skip
    warned = await lifecycle.create(tx, "risk_warning", "raise", warning)
    rows: dict[str, tuple[str, str, dict[str, Any]]] = {
        "grade in force": ("grade", "publish", {**grade, "state": "published", "published_at": NOW}),
        "grade that is only proposed": ("grade", "propose", {**grade, "state": "proposed", "scheme": "hr_agency"}),
        "integrity archive": (
            "integrity_archive",
            "open",
            {**about, "scheme": "employer", "name": FACTS, "clause": "厦门12", "office_ids": [office], "opened_at": NOW},
        ),
        "interview": (
            "interview",
            "invite",
            {
                **about, "warning_id": warned, "required": False, "basis": "海沧14", "principle_inherited": False,
                "state": "invited", "invited_at": NOW, "invited_for": TODAY, "agenda": FACTS,
            },
        ),
        "criminal referral": (
            "criminal_referral",
            "refer",
            {
                **about, "kind": "欠薪逃匿案件", "facts": FACTS, "police": "公安局", "procuratorate": "检察院", "court": "法院",
                "referred_on": TODAY, "basis": "十堰正文", "state": "referred", "referred_at": NOW,
            },
        ),
        "watch": (
            "watch",
            "enter",
            {
                "kind": "key_enterprise", "name": "重点企业", "subject_id": firm, "jurisdiction_id": XIAMEN,
                "office_id": credit_office, "reason": FACTS, "basis": "海沧14", "from_on": TODAY, "entered_at": NOW,
            },
        ),
    }  # fmt: skip
    made = {name: await lifecycle.create(tx, noun, verb, values) for name, (noun, verb, values) in rows.items()}
    return {**made, "risk warning": warned}


async def _accounts(
    tx: Transaction,
    world: World,
    banks: list[UUID],
    *,
    firm: UUID,
    person: UUID,
    stranger: UUID,
    producer: UUID,
    other: UUID,
) -> None:
    day = TODAY - timedelta(days=100)
    holders: dict[str, tuple[str, UUID | None, UUID | None]] = {
        "agent": ("subject", None, firm),
        "person": ("subject", None, person),
        "stranger": ("subject", None, stranger),
        "producer": ("clerk", producer, None),
        "other": ("clerk", other, None),
        "reviewer": ("reviewer", producer, None),
        "approver": ("approver", producer, None),
        "elsewhere": ("clerk", office_id("420300", "HRSS"), None),
        "bank": ("partner", banks[0], None),
        "second_bank": ("partner", banks[1], None),
        "credit_office": ("credit_office", office_id(XIAMEN, "JC"), None),
        "officer": ("security_officer", None, None),
        "auditor": ("auditor", None, None),
        "platform": ("platform", None, None),
    }
    for sub, (role, office, subject) in holders.items():
        account = await upsert_account(tx.connection, issuer=ISSUER, sub=sub, display=sub, subject_id=subject)
        await assign(tx.connection, account, role, from_on=day, office_id=office, jurisdiction_id=None)
    for bank in banks:
        for purpose in PURPOSES:
            await grant_purpose(tx.connection, bank, purpose, from_on=day)


@pytest.fixture(scope="module")
async def client(serve: Serve, installed_url: str, world: World) -> AsyncIterator[Client]:
    async with serve(installed_url) as made:
        yield made


@pytest.mark.parametrize("case", CASES, ids=[f"{one['data']} / {one['who']}" for one in CASES])
async def test_each_sees_what_the_law_lets_it_see(case: dict[str, str], client: Client, world: World) -> None:
    seen = await _ask(client, world, case["data"], WHO[case["who"]])
    if case["sees"] == "refused":
        assert seen == f"refused: {case['code']}"
    else:
        assert seen == case["sees"], f"by {case['law']}"


async def _ask(client: Client, world: World, data: str, who: dict[str, Any]) -> str:
    match data:
        case "identity number of a legal representative":
            return await _representative(client, world.ids[data], who)
        case "issued report":
            return await _issued(client, world.ids[data], who)
        case "access log of a person":
            return await _log(client, world.ids[data], who)
        case "objection of a person":
            return await _contested(client, _OBJECTION, f"Objection:{world.ids[data]}", who)
        case "a person's own words beside a record":
            return await _contested(client, _WORDS, f"SubjectStatement:{world.ids[data]}", who)
        case _ if data.startswith("what an organisation tells"):
            return await _text_of(client, _TOLD, f"SelfReport:{world.ids[data]}", who)
        case _ if data in _USED:
            kind, text = _USED[data]
            asked = f"query ($id: ID!) {{ node(id: $id) {{ ... on {kind} {{ id text: {text} }} }} }}"
            return await _text_of(client, asked, f"{kind}:{world.ids[data]}", who)
        case _ if data.startswith("measure applied"):
            return await _text_of(client, _APPLIED, f"Measure:{world.ids[data]}", who)
        case _:
            return await _credit_record(client, world.ids[data], who)


_RECORD = "query ($id: ID!) { creditRecord(id: $id) { decidedOn office { id } title content subject { name maskedIdNumber } } }"
_METADATA = "query ($id: ID!) { creditRecord(id: $id) { decidedOn office { id } title decisionNo severity legalBasis content } }"


async def _credit_record(client: Client, record: UUID, who: dict[str, Any]) -> str:
    variables = {"id": f"CreditRecord:{record}"}
    answer = await client.send(_RECORD, variables, **who)
    codes = [error["extensions"]["code"] for error in answer.get("errors", ())]
    if codes:
        bare = await client.send(_METADATA, variables, **who)
        if "errors" in bare:
            return f"refused: {codes[0]}"
        row = bare["data"]["creditRecord"]
        if row is None:
            return "nothing"
        assert [row[name] for name in ("title", "decisionNo", "severity", "legalBasis", "content")] == [None] * 5
        return "metadata"
    row = answer["data"]["creditRecord"]
    if row is None:
        return "nothing"
    assert row["title"].startswith("标题")
    name = row["subject"]["name"]
    if name.endswith(("虚构全名", "有限公司")) and FACTS in str(row["content"]):
        return "full"
    assert name.endswith("*"), row
    assert row["content"] is None, row
    return "masked"


_REPRESENTATIVE = "query ($id: ID!) { node(id: $id) { ... on LegalRepresentative { name maskedIdNumber } } }"


async def _representative(client: Client, link: UUID, who: dict[str, Any]) -> str:
    answer = await client.send(_REPRESENTATIVE, {"id": f"LegalRepresentative:{link}"}, **who)
    if "errors" in answer:
        return f"refused: {answer['errors'][0]['extensions']['code']}"
    row = answer["data"]["node"]
    if row is None or row["maskedIdNumber"] is None:
        return "nothing"
    return "full" if row["name"] == "甄虚构" else "masked"


_REPORT = "query ($n: String!) { creditReport(number: $n) { number document } }"
_COUNT = "{ creditReports(first: 1) { totalCount } }"


async def _issued(client: Client, report: UUID, who: dict[str, Any]) -> str:
    answer = await client.send(_REPORT, {"n": "RX3502000000TEST"}, **who)
    if "errors" in answer:
        count = await client.send(_COUNT, **who)
        if "errors" not in count:
            assert count["data"]["creditReports"]["totalCount"] == 1
            return "count"
        return f"refused: {answer['errors'][0]['extensions']['code']}"
    row = answer["data"]["creditReport"]
    return "nothing" if row is None else "full" if row["document"] == FACTS else "masked"


_LOG = "query ($id: ID!) { node(id: $id) { ... on AccessEntry { purpose reason office { name } } } }"


async def _log(client: Client, entry: UUID, who: dict[str, Any]) -> str:
    answer = await client.send(_LOG, {"id": f"AccessEntry:{entry}"}, **who)
    if "errors" in answer:
        return f"refused: {answer['errors'][0]['extensions']['code']}"
    row = answer["data"]["node"]
    return "nothing" if row is None else "full" if row["purpose"] == "政府采购" and row["reason"] == FACTS else "masked"


_OBJECTION = "query ($id: ID!) { node(id: $id) { ... on Objection { state text: statement } } }"
_WORDS = "query ($id: ID!) { node(id: $id) { ... on SubjectStatement { text: words } } }"
_OBJECTIONS = "{ objections(filter: { open: true }) { totalCount } }"


async def _contested(client: Client, document: str, ident: str, who: dict[str, Any]) -> str:
    answer = await client.send(document, {"id": ident}, **who)
    if "errors" in answer:
        count = await client.send(_OBJECTIONS, **who)
        if ident.startswith("Objection") and "errors" not in count:
            assert count["data"]["objections"]["totalCount"] == 1
            return "count"
        return f"refused: {answer['errors'][0]['extensions']['code']}"
    row = answer["data"]["node"]
    return "nothing" if row is None else "full" if row["text"] == FACTS else "masked"


_USED = {
    "grade in force": ("Grade", "basis"),
    "grade that is only proposed": ("Grade", "basis"),
    "integrity archive": ("IntegrityArchive", "name"),
    "risk warning": ("RiskWarning", "risk"),
    "interview": ("Interview", "agenda"),
    "criminal referral": ("CriminalReferral", "facts"),
    "watch": ("Watch", "reason"),
}
_TOLD = "query ($id: ID!) { node(id: $id) { ... on SelfReport { state text } } }"
_APPLIED = "query ($id: ID!) { node(id: $id) { ... on Measure { state text: reason } } }"


async def _text_of(client: Client, document: str, ident: str, who: dict[str, Any]) -> str:
    answer = await client.send(document, {"id": ident}, **who)
    if "errors" in answer:
        return f"refused: {answer['errors'][0]['extensions']['code']}"
    row = answer["data"]["node"]
    return "nothing" if row is None else "full" if row["text"] == FACTS else "masked"


_MAY = "query ($object: String!, $action: String!) { viewer { can(object: $object, action: $action) { allowed } } }"


@pytest.mark.parametrize("case", ACTS, ids=[f"{one['object']} / {one['action']}" for one in ACTS])
async def test_who_may_act_and_nobody_else(case: dict[str, Any], client: Client, world: World) -> None:
    asked = {"object": case["object"], "action": case["action"]}
    may = [who for who, how in WHO.items() if (await client.data(_MAY, asked, **how))["viewer"]["can"]["allowed"]]
    assert sorted(may) == sorted(case["who"]), f"by {case['law']}"
