"""Ground of the tests of lists: the staff of the five bureaus, subjects with accounts, and a desk that speaks for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote
from uuid import UUID

import asyncpg
from graphql import GraphQLNonNull, GraphQLSchema

from api.schema import schema
from authz.activation import assign, upsert_account
from domain.identifiers import invented_uscc
from domain.installation_rows import credit_list_id, office_id
from domain.rulebook.loader import load_rulebooks
from tests.attachments.samples import png
from tests.client import ISSUER, Client
from tests.removals.ground import Ground

GRAPHQL: GraphQLSchema = schema._schema
BOOKS = load_rulebooks()
SINCE = date(2021, 1, 1)

STAFF: dict[str, tuple[tuple[str, ...], str, str]] = {
    "xx-clerk": (("clerk",), "410700", "JCZD"),
    "xx-other-clerk": (("clerk",), "410700", "JCZD"),
    "xx-reviewer": (("reviewer",), "410700", "JCZD"),
    "xx-approver": (("approver",), "410700", "JCZD"),
    "xx-clerk-approver": (("clerk", "approver"), "410700", "JCZD"),
    "xx-deputy": (("deputy_leader",), "410700", "BUREAU"),
    "xx-leader": (("leader",), "410700", "BUREAU"),
    "xx-deputy-and-leader": (("deputy_leader", "leader"), "410700", "BUREAU"),
    "xx-credit": (("credit_office",), "410700", "XYB"),
    "xx-misplaced": (("approver", "credit_office"), "410700", "JCZD"),
    "xx-labour": (("clerk",), "410700", "LDGX"),
    "xx-inspection": (("clerk",), "410700", "JCK"),
    "xx-employment": (("clerk",), "410700", "JYJ"),
    "xx-archives": (("clerk",), "410700", "OTHERS"),
    "xm-clerk": (("clerk",), "350200", "JCZD"),
    "xm-other-clerk": (("clerk",), "350200", "JCZD"),
    "xm-approver": (("approver",), "350200", "JCZD"),
    "xm-other-approver": (("approver",), "350200", "JCZD"),
    "xm-permits": (("clerk",), "350200", "SP"),
    "xm-leader": (("leader",), "350200", "JC"),
    "xm-credit": (("credit_office",), "350200", "JC"),
    "hc-clerk": (("clerk",), "350205", "RSJ"),
    "hc-approver": (("approver",), "350205", "RSJ"),
    "hc-credit": (("credit_office",), "350205", "QXYB"),
    "sy-clerk": (("clerk",), "420300", "JC"),
    "sy-approver": (("approver",), "420300", "JC"),
    "sh-clerk": (("clerk",), "310000", "ZFZD"),
    "sh-approver": (("approver",), "310000", "ZFZD"),
    "sh-credit": (("credit_office",), "310000", "HRSS"),
    "sh-platform": (("platform",), "310000", "PLATFORM"),
}
"""By `sub`: roles, jurisdiction, office."""

OUTSIDERS = ("xm-clerk", "xm-approver", "xm-leader", "sh-credit", "auditor", "security-officer")
"""Who has nothing to say about a list of Xinxiang."""

LAW = "《保障农民工工资支付条例》第五十四条"
_ENTRY = (
    "id state round route decisionNo decidedOn publishedAt publicUntil termBasis termBasisLevel inForce removedOn"
    " removalReason returnReason disclosure source sourceNo obtainedOn capacity extendedWith { id } publisher { code }"
    " definition { id number } office { code }"
)
_SHOWN = {
    "listEntry": _ENTRY,
    "listNotice": "id state kind answerDueOn dueProvisional answerTimeliness answer servedOn untilOn",
    "listDefinition": "id state number fromOn untilOn inForce standard exitRule exitRuleSource behaviours",
    "listBatch": "id state number",
    "urging": "id state urgedOn result concludedOn",
}


@dataclass(frozen=True)
class Outcome:
    """What became of a mutation: the code and extensions of its refusal, or its payload."""

    code: str | None
    extensions: dict[str, Any]
    payload: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        """Give a part of the payload."""
        return self.payload[name]


class Desk:
    """Speaks to the service for the staff and for subjects."""

    def __init__(self, client: Client, url: str) -> None:
        self.client = client
        self.url = url
        self._numbers = iter(range(700_000, 800_000))

    async def do(self, caller: str | None, mutation: str, /, **given: Any) -> Outcome:
        """Carry out a mutation as a caller."""
        field = GRAPHQL.mutation_type.fields[mutation]  # type: ignore[union-attr]
        kind = field.args["input"].type
        assert isinstance(kind, GraphQLNonNull)
        payload = field.type
        shown = " ".join(f"{one} {{ {text} }}" for one, text in _SHOWN.items() if one in payload.fields)
        query = f"mutation ($input: {kind}) {{ {mutation}(input: $input) {{ receipts {shown} }} }}"
        answer = await self.client.send(query, {"input": given}, caller=caller)
        if answer.get("errors"):
            error = answer["errors"][0]["extensions"]
            return Outcome(error["code"], error, {})
        return Outcome(None, {}, answer["data"][mutation])

    async def draft(self, caller: str, content: bytes, name: str) -> str:
        """Upload a file as a draft; give its global id."""
        headers = {"authorization": f"Bearer {self.client.token(caller)}", "renxin-name": quote(name)}
        response = await self.client.http.post("/attachments", content=content, headers=headers)
        assert response.status_code == 201, response.text
        ident: str = response.json()["id"]
        return ident

    async def batch(self, entry: str, *, clerk: str = "xx-clerk", code: str = "black") -> str:
        """Hand an entry of Xinxiang's labour inspection in, in an extra batch of the quarter with its typical case."""
        opened = await self.do(
            clerk, "openListBatch", creditList=list_id("410700", code), domain=WAGE_DOMAIN, year=2026, period=1,
            extraReason=f"专项行动{next(self._numbers)}",
        )  # fmt: skip
        batch: str = opened.listBatch["id"]
        acts: list[tuple[str, dict[str, Any]]] = [("fillListBatch", {"add": [entry]})]
        for part, content, name in (("REPORT", "以案释法".encode(), "案例.txt"), ("PICTURE", png(), "现场.png")):
            acts.append(("attachToListBatch", {"part": part, "attachment": await self.draft(clerk, content, name)}))
        for move, given in (*acts, ("submitListBatch", {})):
            done = await self.do(clerk, move, listBatch=batch, **given)
            assert done.code is None, (move, done)
        return batch

    async def publish_batch(self, batch: str, entry: str, **term: Any) -> Outcome:
        """Publish a batch as the credit office; the payload is the entry's then."""
        terms = {"terms": [{"listEntry": entry, **term}]} if term else {}
        done = await self.do("xx-credit", "publishListBatch", listBatch=batch, **terms)
        return done if done.code else Outcome(None, {}, {"listEntry": await self.entry("xx-credit", entry)})

    async def ask(self, caller: str | None, query: str, **variables: Any) -> dict[str, Any]:
        """Ask a query that must succeed."""
        return await self.client.data(query, variables or None, caller=caller)

    async def entry(self, caller: str | None, entry: str) -> dict[str, Any] | None:
        """Ask for an entry."""
        data = await self.ask(caller, f"query ($id: ID!) {{ listEntry(id: $id) {{ {_ENTRY} }} }}", id=entry)
        found: dict[str, Any] | None = data["listEntry"]
        return found

    def firm(self, jurisdiction: str = "410700", prefix: str = "91") -> dict[str, str]:
        """Name an organisation that nobody has named yet."""
        number = next(self._numbers)
        code = invented_uscc(number, prefix=prefix, division=jurisdiction)
        return {"code": code, "name": f"虚构名单测试{number}有限公司"}

    async def subject(self, code: str) -> str:
        """Give the global id of an organisation."""
        return (await self.ask(None, "query ($c: String!) { subject(code: $c) { id } }", c=code))["subject"]["id"]  # type: ignore[no-any-return]

    async def red(self, subject: str) -> UUID:
        """Put a subject on Xinxiang's red list; give the id of the entry."""
        owner = await asyncpg.connect(self.url)
        try:
            return await Ground(owner).entry("410700", "red", "JYB", UUID(subject.partition(":")[2]))
        finally:
            await owner.close()

    async def stranger(self) -> str:
        """Give the global id of a person of Shiyan, whom no record and no list names."""
        owner = await asyncpg.connect(self.url)
        try:
            return f"Subject:{await Ground(owner).subject('420300', person=True)}"
        finally:
            await owner.close()

    async def record_elsewhere(self) -> str:
        """Give the global id of a record of Xiamen that is not published."""
        owner = await asyncpg.connect(self.url)
        try:
            ground = Ground(owner)
            subject = await ground.subject("350200")
            return f"CreditRecord:{await ground.record('350200', 'penalty', 'JCZD', subject)}"
        finally:
            await owner.close()

    async def account_of(self, code: str) -> str:
        """Give an account to the agent of an organisation, and its `sub`."""
        subject = UUID((await self.subject(code)).partition(":")[2])
        owner = await asyncpg.connect(self.url)
        try:
            sub = f"agent-{code}"
            account = await upsert_account(owner, issuer=ISSUER, sub=sub, display="经办人", subject_id=subject)
            await assign(owner, account, "subject", from_on=SINCE)
        finally:
            await owner.close()
        return sub

    async def sql(self, query: str, *values: Any) -> Any:
        """Ask the database for one value, as its owner."""
        owner = await asyncpg.connect(self.url)
        try:
            return await owner.fetchval(query, *values)
        finally:
            await owner.close()


async def hire(url: str) -> None:
    """Give the staff its accounts."""
    owner = await asyncpg.connect(url)
    try:
        for sub, (roles, jurisdiction, office) in STAFF.items():
            account = await upsert_account(owner, issuer=ISSUER, sub=sub, display=f"虚构{sub}")
            for role in roles:
                await assign(owner, account, role, from_on=SINCE, office_id=office_id(jurisdiction, office))
        for sub, role in (("auditor", "auditor"), ("security-officer", "security_officer")):
            account = await upsert_account(owner, issuer=ISSUER, sub=sub, display=sub)
            await assign(owner, account, role, from_on=SINCE)
    finally:
        await owner.close()


def list_id(jurisdiction: str, code: str) -> str:
    """Give the global id of a list."""
    return f"CreditList:{credit_list_id(BOOKS.heads[jurisdiction], code)}"


STANDARD = {"text": "拖欠劳动报酬，经责令限期支付逾期未支付", "source": "《保障农民工工资支付条例》第四十八条"}
PARTS = {
    "standard": STANDARD,
    "procedure": {"text": "经办、审核、审定三级", "source": "本单位细则第三条"},
    "measures": {"text": "增加检查频次", "source": "本单位细则第四条"},
    "exitRule": {"text": "履行义务并消除影响后移出", "source": "本单位细则第五条"},
    "remedy": {"text": "可以提出异议、申请行政复议", "source": "本单位细则第六条"},
}
BEHAVIOUR = "拖欠劳动报酬"


async def open_list(desk: Desk, jurisdiction: str, code: str, *, clerk: str, opener: str, **more: Any) -> str:
    """Draft a definition with every part and open it; give its global id."""
    drafted = await desk.do(
        clerk,
        "draftListDefinition",
        creditList=list_id(jurisdiction, code),
        standardLevel="ADMINISTRATIVE_REGULATION",
        behaviours=[BEHAVIOUR],
        **PARTS,
        **more,
    )
    assert drafted.code is None, drafted
    opened = await desk.do(opener, "openListDefinition", listDefinition=drafted.listDefinition["id"])
    assert opened.code is None, opened
    ident: str = opened.listDefinition["id"]
    return ident


NOTICE = {
    "reason": "经查拖欠劳动报酬，责令限期支付逾期未支付。",
    "channel": "直接送达",
    "grounds": LAW,
    "measures": "纳入联合惩戒、增加检查频次",
    "rights": "可在收到告知书后提出异议、陈述申辩",
}
VOUCHED = {"truthful": True, "accurate": True, "lawful": True}
WAGE_DOMAIN = "wage_arrears_illegal_employment_grade"
CONDITION = "克扣、无故拖欠农民工工资达到认定拒不支付劳动报酬罪数额标准的"
