"""Entries step by step over HTTP: two owners, evidence, people, imports, terms, urgings, foreign and missing rows."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from domain.credit.refusals import NumberNeeded
from domain.identifiers import invented_resident_id, resident_id_check_character
from domain.installation_rows import credit_list_id, office_id
from domain.lifecycle import Actor, Transaction
from domain.lists import list_entries, list_notices
from domain.lists.list_entries import Vouching
from domain.lists.list_imports import Imported, import_entry
from domain.lists.list_subject import Named
from domain.lists.refusals import NoticeTermRuns, NotListOwner
from domain.rulebook.loader import load_rulebooks
from domain.vault import Vault
from tests.client import NOW, Client, Serve
from tests.lists.ground import (
    BEHAVIOUR,
    CONDITION,
    LAW,
    NOTICE,
    OUTSIDERS,
    VOUCHED,
    WAGE_DOMAIN,
    Desk,
    list_id,
    open_list,
)

pytestmark = pytest.mark.anyio

BOOKS = load_rulebooks()

BLACK = list_id("410700", "black")
PAIR = "hours_contracts_construction"


@pytest.fixture(scope="module", autouse=True)
async def definitions(desk: Desk) -> None:
    """Open the lists that the tests collect for."""
    await open_list(desk, "410700", "black", clerk="xx-clerk", opener="xx-approver", domain=WAGE_DOMAIN)
    await open_list(desk, "410700", "black", clerk="xx-labour", opener="xx-leader", domain=PAIR)
    await open_list(desk, "410700", "red", clerk="xx-clerk", opener="xx-approver", domain=WAGE_DOMAIN)
    await open_list(desk, "410700", "black", clerk="xx-employment", opener="xx-leader", domain="employment")
    await open_list(desk, "350200", "labour_serious", clerk="xm-clerk", opener="xm-approver")


async def collected(desk: Desk, clerk: str = "xx-clerk", **more: Any) -> str:
    """Collect a black entry of Xinxiang."""
    given = {"creditList": BLACK, "domain": WAGE_DOMAIN, "reason": "欠薪", "behaviour": BEHAVIOUR, "legalBasis": LAW}
    about = {} if more.keys() & {"subject", "idNumber"} else desk.firm()
    made = await desk.do(clerk, "collectListEntry", **given | about | more)
    assert made.code is None, made
    ident: str = made.listEntry["id"]
    return ident


async def noticed(desk: Desk, entry: str, clerk: str = "xx-clerk") -> None:
    """Serve the notice of an entry and close it unanswered."""
    made = await desk.do(clerk, "notifyListEntry", listEntry=entry, **NOTICE)
    closed = await desk.do(clerk, "closeListNotice", listNotice=made.listNotice["id"], note="无答复")
    assert closed.code is None, closed


async def published(desk: Desk, entry: str, number: str, **term: Any) -> Any:
    """Take an entry of Xinxiang's labour inspection the whole way."""
    return await desk.publish_batch(await handed_in(desk, entry, number), entry, **term)


async def handed_in(desk: Desk, entry: str, number: str) -> str:
    """Take an entry of Xinxiang's labour inspection as far as a batch that is handed in."""
    await desk.do("xx-clerk", "attestListEntry", listEntry=entry, **VOUCHED)
    await noticed(desk, entry)
    await desk.do("xx-deputy", "reviewListEntry", listEntry=entry)
    await desk.do("xx-leader", "decideListEntry", listEntry=entry, decisionNo=number)
    return await desk.batch(entry)


async def test_of_two_owners_either_submits_and_both_attest_xx_06_2(desk: Desk) -> None:
    """XX-06.2: 劳动关系科 and 监察科; that both attest is a reading."""
    entry = await collected(desk, "xx-labour", domain=PAIR)
    assert await desk.entry("xx-inspection", entry) is not None
    assert await desk.entry("xx-clerk", entry) is None
    waiting = "{ listAttestations(first: 5, filter: { given: false }) { nodes { entry { id } office { code } } } }"
    [awaited] = (await desk.ask("xx-inspection", waiting))["listAttestations"]["nodes"]
    assert awaited == {"entry": {"id": entry}, "office": {"code": "JCK"}}
    first = await desk.do("xx-labour", "attestListEntry", listEntry=entry, **VOUCHED)
    assert first.listEntry["state"] == "COLLECTED"
    again = await desk.do("xx-labour", "attestListEntry", listEntry=entry, **VOUCHED)
    assert again.code == "ATTESTATION_GIVEN"
    refused = await desk.do("xx-labour", "amendListEntry", listEntry=entry, reason="改")
    assert refused.code == "ATTESTED_ALREADY"
    assert (await desk.do("xx-labour", "notifyListEntry", listEntry=entry, **NOTICE)).code == "STEP_OUT_OF_ORDER"
    assert (await desk.do("xx-inspection", "withdrawListEntry", listEntry=entry, reason="x")).code == "NOT_FOUND"
    second = await desk.do("xx-inspection", "attestListEntry", listEntry=entry, **VOUCHED)
    assert second.listEntry["state"] == "ATTESTED"
    assert (await desk.do("xx-inspection", "notifyListEntry", listEntry=entry, **NOTICE)).code == "NOT_FOUND"


async def test_nobody_vouches_for_an_entry_of_another_office_whoever_calls(desk: Desk) -> None:
    """新乡三: the office that is responsible vouches."""
    entry = UUID((await collected(desk)).partition(":")[2])
    connection = await asyncpg.connect(desk.url)
    try:
        tx = Transaction(connection, NOW, Actor(uuid4(), ("clerk",)))
        vouched = Vouching(truthful=True, accurate=True, lawful=True, officer="甲")
        with pytest.raises(NotListOwner):
            await list_entries.attest(tx, BOOKS, entry, vouched, office_id=office_id("410700", "LDGX"))
    finally:
        await connection.close()


async def test_a_notice_is_served_between_its_entry_and_today(desk: Desk) -> None:
    entry = await collected(desk)
    await desk.do("xx-clerk", "attestListEntry", listEntry=entry, **VOUCHED)
    for day, code in (("2026-03-19", "DATE_IN_FUTURE"), ("2026-03-17", "DATES_OUT_OF_ORDER")):
        served = await desk.do("xx-clerk", "notifyListEntry", listEntry=entry, **NOTICE | {"servedOn": day})
        assert served.code == code


async def test_the_number_of_a_decision_names_nobody(desk: Desk) -> None:
    entry = await collected(desk)
    await desk.do("xx-clerk", "attestListEntry", listEntry=entry, **VOUCHED)
    await noticed(desk, entry)
    await desk.do("xx-deputy", "reviewListEntry", listEntry=entry)
    decided = await desk.do("xx-leader", "decideListEntry", listEntry=entry, decisionNo="11010519491231002X")
    assert decided.code == "PERSONAL_TEXT_IN_PUBLIC"


async def test_whoever_attested_does_not_take_a_step_of_approval(desk: Desk) -> None:
    entry = await collected(desk)
    await desk.do("xx-clerk", "attestListEntry", listEntry=entry, **VOUCHED)
    await noticed(desk, entry)
    connection = await asyncpg.connect(desk.url)
    attested = "UPDATE list_attestation SET attested_by = account.id FROM account WHERE entry_id = $1 AND sub = $2"
    await connection.execute(attested, UUID(entry.removeprefix("ListEntry:")), "xx-deputy")
    await connection.close()

    assert (await desk.do("xx-deputy", "reviewListEntry", listEntry=entry)).code == "OWN_APPROVAL"


async def test_the_other_owner_may_return_it_instead_of_attesting(desk: Desk) -> None:
    entry = await collected(desk, "xx-labour", domain=PAIR)
    returned = await desk.do("xx-inspection", "returnListEntry", listEntry=entry, reason="事实不清")
    assert (returned.listEntry["state"], returned.listEntry["returnReason"]) == ("RETURNED", "事实不清")


@pytest.mark.parametrize(
    ("mutation", "given"),
    [
        ("attestListEntry", VOUCHED),
        ("notifyListEntry", NOTICE),
        ("amendListEntry", {"reason": "改"}),
        ("resumeListEntry", {}),
        ("reviewListEntry", {}),
        ("decideListEntry", {"decisionNo": "1"}),
        ("submitListEntry", {}),
        ("publishListEntry", {}),
        ("returnListEntry", {"reason": "退"}),
        ("withdrawListEntry", {"reason": "撤"}),
        ("extendListEntry", {"publicUntil": "2030-01-01", "reason": "延"}),
        ("endListEntry", {"reason": "止"}),
    ],
)
async def test_a_foreign_entry_is_answered_as_one_that_does_not_exist(
    desk: Desk, mutation: str, given: dict[str, Any]
) -> None:
    entry = await collected(desk)
    missing = f"ListEntry:{uuid4()}"
    for caller in OUTSIDERS:
        foreign = await desk.do(caller, mutation, listEntry=entry, **given)
        nowhere = await desk.do(caller, mutation, listEntry=missing, **given)
        assert foreign.code in ("NOT_FOUND", "FORBIDDEN")
        assert (foreign.code, foreign.extensions) == (nowhere.code, nowhere.extensions)


async def test_evidence_is_of_the_same_subject_and_can_be_seen(desk: Desk) -> None:
    firm = desk.firm("410700")
    record = await _violation(desk, decisionNo="新劳监〔2026〕1号", **firm)
    given = {"creditList": BLACK, "domain": WAGE_DOMAIN, "reason": "欠薪", "behaviour": BEHAVIOUR, "legalBasis": LAW}
    other = await desk.do("xx-clerk", "collectListEntry", **given, **desk.firm(), records=[record])
    assert other.code == "EVIDENCE_UNFIT"
    unseen = await desk.do("xx-labour", "collectListEntry", **given | {"domain": PAIR}, **firm, records=[record])
    assert unseen.code == "NOT_FOUND"
    nowhere = await desk.do("xx-clerk", "collectListEntry", **given, **firm, records=[f"CreditRecord:{uuid4()}"])
    assert nowhere.code == "NOT_FOUND"
    made = await desk.do("xx-clerk", "collectListEntry", **given, **firm, records=[record, record])
    assert made.code is None, made
    shown = await desk.ask(
        "xx-leader",
        "query ($id: ID!) { listEntry(id: $id) { evidence(first: 5) { nodes { record { decisionNo } } } } }",
        id=made.listEntry["id"],
    )
    assert shown["listEntry"]["evidence"]["nodes"] == [{"record": {"decisionNo": "新劳监〔2026〕1号"}}]


async def _violation(
    desk: Desk, what: str = "labour_law_violation", *, by: str = "xx-clerk", decidedOn: str = "2026-03-02", **about: Any
) -> str:
    """Hand in a violation; give its global id."""
    item = await desk.sql("SELECT id FROM catalogue_item WHERE jurisdiction_id = '410700' AND code = $1", what)
    submitted = await desk.client.data(
        "mutation ($i: SubmitCreditRecordInput!) { submitCreditRecord(input: $i) { creditRecord { id } } }",
        {
            "i": {
                "item": f"CatalogueItem:{item}", "title": "欠薪", "decidedOn": decidedOn, "legalBasis": LAW, **about,
                "content": [{"code": code, "value": "虚构"} for code in await _needed(desk, item)],
            }
        },
        caller=by,
    )  # fmt: skip
    record: str = submitted["submitCreditRecord"]["creditRecord"]["id"]
    return record


async def _needed(desk: Desk, item: Any) -> list[str]:
    text = await desk.sql(
        "SELECT string_agg(one ->> 'code', ',') FROM catalogue_item, jsonb_array_elements(data_items) one"
        " WHERE id = $1 AND one ->> 'required' = 'always'",
        item,
    )
    return str(text).split(",")


async def test_a_person_is_named_to_those_who_handle_the_entry_and_masked_to_the_publisher(desk: Desk) -> None:
    number = invented_resident_id(4711)
    entry = await collected(desk, idNumber=number, name="欧阳虚构")
    query = "query ($id: ID!) { listEntry(id: $id) { reason subject { name maskedIdNumber } } }"

    async def seen(caller: str | None) -> Any:
        return (await desk.ask(caller, query, id=entry))["listEntry"]

    assert (await seen("xx-clerk"))["subject"]["name"] == "欧阳虚构"
    assert (await seen("xx-leader"))["subject"]["name"] == "欧阳虚构"
    assert [await seen(who) for who in ("xx-credit", "xx-employment", "xm-leader", None)] == [None] * 4
    again = await desk.do(
        "xx-clerk", "collectListEntry", creditList=BLACK, domain=WAGE_DOMAIN, behaviour=BEHAVIOUR, legalBasis=LAW,
        reason=f"其身份证号为{number}", idNumber=invented_resident_id(4712), name="司马虚构",
    )  # fmt: skip
    assert again.code == "PERSONAL_TEXT_IN_PUBLIC"
    assert (await published(desk, entry, "新人社列〔2026〕人1号")).code is None
    assert (await seen("xx-credit"))["subject"]["name"] == "欧阳**"
    assert (await seen(None)) == {
        "reason": None,
        "subject": {"name": "欧阳**", "maskedIdNumber": number[:3] + "*" * 13 + number[-2:]},
    }


def _born(years_ago: int) -> str:
    """Give the number of somebody who has had a birthday on the day of the tests."""
    first_17 = f"410700{NOW.year - years_ago}{NOW:%m%d}003"
    return first_17 + resident_id_check_character(first_17)


async def test_an_entry_against_a_minor_is_seen_by_those_who_handle_it_and_the_minor_alone(desk: Desk) -> None:
    """未成年人保护法 103: eighteen is who had that birthday before the day; one of honour is shown as any other (新乡三)."""
    minor = await collected(desk, idNumber=_born(18), name="欧阳虚构")
    kept_back = await desk.entry("xx-clerk", minor)
    assert kept_back is not None
    assert kept_back["disclosure"] == "RESTRICTED"
    assert (await published(desk, minor, "新人社列〔2026〕少1号")).code is None
    assert [await desk.entry(caller, minor) for caller in (None, "xx-employment", "xm-leader")] == [None] * 3
    for number, name, what in (
        (_born(19), "司马虚构", {}),
        (_born(17), "诸葛虚构", {"creditList": list_id("410700", "red")}),
    ):
        shown = await desk.entry("xx-clerk", await collected(desk, idNumber=number, name=name, **what))
        assert shown is not None
        assert shown["disclosure"] == "PUBLIC"


async def test_an_entry_for_what_somebody_did_as_a_minor_is_kept_back_though_it_is_an_adult_by_now(desk: Desk) -> None:
    """未成年人保护法 103: by the earliest day of what the entry rests on; without any, by that of its collection."""
    about = {"idNumber": _born(20), "name": "欧阳虚构"}
    birthday = f"{NOW.year - 2}-{NOW:%m-%d}"
    minors, adults = [
        await _violation(
            desk, "employment_bad", by="xx-employment", decidedOn=day, decisionNo=f"新就〔2024〕{day}", **about
        )
        for day in (birthday, _day_after(birthday))
    ]
    assert await _shown(desk, **about, records=[adults, minors]) == "RESTRICTED"
    assert await _shown(desk, **about) == "PUBLIC"
    entry = await collected(desk, "xx-employment", **about, domain="employment", records=[adults])
    for records, shown in (([], "PUBLIC"), ([minors], "RESTRICTED"), ([], "RESTRICTED")):
        amended = await desk.do("xx-employment", "amendListEntry", listEntry=entry, reason="再次违规", records=records)
        assert (amended.code, amended.listEntry["disclosure"]) == (None, shown)


async def _shown(desk: Desk, **more: Any) -> str:
    """Tell how far an entry of employment is shown that is collected, and withdrawn again."""
    entry = await collected(desk, "xx-employment", domain="employment", **more)
    row = await desk.entry("xx-employment", entry)
    assert row is not None
    assert (await desk.do("xx-employment", "withdrawListEntry", listEntry=entry, reason="有误")).code is None
    return str(row["disclosure"])


def _day_after(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


async def test_an_imported_entry_is_judged_by_the_day_of_its_decision_and_names_the_person_by_number(
    desk: Desk,
) -> None:
    """未成年人保护法 103: under the subject's id, one day after another would reveal a birthday."""
    given = {
        "creditList": list_id("310000", "enforcement_defaulter"), "source": "人民法院（虚构）", "sourceNo": "（2024）沪执少2号",
        "obtainedOn": "2026-03-17", "decidedOn": f"{NOW.year - 2}-{NOW:%m-%d}", "reason": "有履行能力而拒不履行",
    }  # fmt: skip
    minor = await desk.do("sh-platform", "importListEntry", **given, idNumber=_born(20), name="欧阳虚构")
    assert (minor.code, minor.listEntry["disclosure"]) == (None, "RESTRICTED")
    later = {**given, "sourceNo": "（2024）沪执少3号", "decidedOn": _day_after(given["decidedOn"])}
    adult = await desk.do("sh-platform", "importListEntry", **later, idNumber=_born(20), name="欧阳虚构")
    assert (adult.code, adult.listEntry["disclosure"]) == (None, "AUTHORISED_QUERY")
    whose = await desk.sql(
        "SELECT subject_id FROM list_entry WHERE id = $1", UUID(adult.listEntry["id"].partition(":")[2])
    )
    by_id = Imported(
        office_id=office_id("310000", "PLATFORM"), list_id=credit_list_id(BOOKS.heads["310000"], "enforcement_defaulter"),
        subject=Named(subject_id=whose), source="人民法院（虚构）", source_no="（2024）沪执少4号", reason="拒不履行",
        obtained_on=NOW.date(), decided_on=date(2024, 3, 18),
    )  # fmt: skip
    connection = await asyncpg.connect(desk.url)
    try:
        tx = Transaction(connection, NOW, Actor(uuid4(), ("platform",)))
        with pytest.raises(NumberNeeded):
            await import_entry(tx, Vault({"k1": b"1" * 32}, "k1", b"2" * 32), BOOKS, by_id)
    finally:
        await connection.close()


async def test_an_imported_entry_against_a_minor_is_kept_back_as_well(desk: Desk) -> None:
    """未成年人保护法 103; 海沧5, 上海9(二)."""
    made = await desk.do(
        "sh-platform", "importListEntry", creditList=list_id("310000", "enforcement_defaulter"),
        source="人民法院（虚构）", sourceNo="（2025）沪执少1号", obtainedOn="2026-03-17", decidedOn="2025-12-01",
        reason="有履行能力而拒不履行", idNumber=_born(18), name="欧阳虚构",
    )  # fmt: skip
    assert (made.code, made.listEntry["disclosure"]) == (None, "RESTRICTED")


async def test_what_a_subject_or_the_public_sees_of_an_entry_under_way(desk: Desk) -> None:
    firm = desk.firm()
    entry = await collected(desk, **firm)
    agent = await desk.account_of(firm["code"])
    assert await desk.entry(agent, entry) is None
    await desk.do("xx-clerk", "attestListEntry", listEntry=entry, **VOUCHED)
    assert await desk.entry(agent, entry) is None
    await noticed(desk, entry)
    mine = await desk.entry(agent, entry)
    assert mine is not None
    assert (mine["state"], mine["inForce"], mine["returnReason"]) == ("ANSWERED", False, None)
    for caller in (None, "xx-credit", "xx-employment", "sh-credit"):
        assert await desk.entry(caller, entry) is None


async def test_the_last_day_to_answer_a_notice_is_the_subjects_to_its_end(desk: Desk) -> None:
    """第45号令: who may answer until a day is not noted as silent on it."""
    firm = desk.firm("350200")
    given = {
        "creditList": list_id("350200", "labour_serious"),
        "reason": "未按合同约定支付工资",
        "condition": CONDITION,
    }
    made = await desk.do("xm-clerk", "collectListEntry", **given, preconditionMet=True, **firm)
    assert made.code is None, made
    entry = made.listEntry["id"]
    assert (await desk.do("xm-clerk", "attestListEntry", listEntry=entry, **VOUCHED)).code is None
    notified = await desk.do("xm-clerk", "notifyListEntry", listEntry=entry, **NOTICE)
    assert notified.listNotice["answerDueOn"] == "2026-03-25"
    notice = UUID(notified.listNotice["id"].partition(":")[2])
    connection = await asyncpg.connect(desk.url)
    try:
        for day, closes in ((25, False), (26, True)):
            tx = Transaction(connection, datetime(2026, 3, day, 3, tzinfo=UTC), Actor(None, ("clerk",)))
            with nullcontext() if closes else pytest.raises(NoticeTermRuns):
                await list_notices.close(tx, BOOKS, notice, note="无答复")
    finally:
        await connection.close()


async def test_a_decision_is_listed_once(desk: Desk) -> None:
    firm = desk.firm()
    first = await collected(desk, **firm)
    assert (await published(desk, first, "新人社列〔2026〕同号")).code is None
    second = await collected(desk, **firm)
    await desk.do("xx-clerk", "attestListEntry", listEntry=second, **VOUCHED)
    await noticed(desk, second)
    await desk.do("xx-deputy", "reviewListEntry", listEntry=second)
    for typed in ("新人社列〔2026〕同号", "新人社列（２０２６） 同号"):
        refused = await desk.do("xx-leader", "decideListEntry", listEntry=second, decisionNo=typed)
        assert refused.code == "LIST_ENTRY_EXISTS"
    await desk.do("xx-approver", "withdrawListEntry", listEntry=first, reason="列错名单")
    taken = await desk.do("xx-leader", "decideListEntry", listEntry=second, decisionNo="新人社列〔2026〕同号")
    assert taken.listEntry["state"] == "DECIDED", "what was withdrawn has left its number"


async def test_sent_twice_it_is_collected_once(desk: Desk) -> None:
    given = {"creditList": BLACK, "domain": WAGE_DOMAIN, "reason": "欠薪", "behaviour": BEHAVIOUR, "legalBasis": LAW}
    once = {**given, **desk.firm(), "clientMutationId": "列入-1"}
    first = await desk.do("xx-clerk", "collectListEntry", **once)
    second = await desk.do("xx-clerk", "collectListEntry", **once)
    assert first.code is None
    assert first.payload == second.payload


async def test_the_credit_office_returns_what_it_does_not_publish(desk: Desk) -> None:
    entry = await collected(desk)
    await desk.do("xx-clerk", "attestListEntry", listEntry=entry, **VOUCHED)
    await noticed(desk, entry)
    await desk.do("xx-deputy", "reviewListEntry", listEntry=entry)
    await desk.do("xx-leader", "decideListEntry", listEntry=entry, decisionNo="新人社列〔2026〕退号")
    assert (await desk.do("xx-leader", "returnListEntry", listEntry=entry, reason="退")).code == "NOT_RETURNABLE"
    await desk.do("xx-clerk", "submitListEntry", listEntry=entry)
    assert (await desk.do("xx-leader", "returnListEntry", listEntry=entry, reason="退")).code == "STEP_NOT_YOURS"
    misplaced = await desk.do("xx-misplaced", "returnListEntry", listEntry=entry, reason="退")
    assert misplaced.code == "STEP_NOT_YOURS", "a credit office, but not the one that publishes"
    returned = await desk.do("xx-credit", "returnListEntry", listEntry=entry, reason="缺典型案例材料")
    assert returned.listEntry["state"] == "RETURNED"
    resumed = await desk.do("xx-clerk", "resumeListEntry", listEntry=entry)
    assert (resumed.listEntry["round"], resumed.listEntry["decidedOn"]) == (2, None)


async def test_a_publication_is_extended_by_a_law_or_while_its_subject_is_still_listed(desk: Desk) -> None:
    """XX-11; 河南省社会信用条例19: 延至被移出名单之日."""
    firm = desk.firm()
    first = await published(desk, await collected(desk, **firm), "新人社列〔2026〕延1号", publicUntil="2026-06-30")
    lasting = await published(desk, await collected(desk, **firm), "新人社列〔2026〕延2号")
    assert lasting.listEntry["publicUntil"] == "2029-03-18"
    entry, other = first.listEntry["id"], lasting.listEntry["id"]
    why = {"listEntry": entry, "reason": "仍在名单"}
    for caller in ("xx-clerk", "xx-approver", "xx-leader"):
        refused = await desk.do(caller, "extendListEntry", **why, publicUntil="2027-06-30")
        assert refused.code in ("FORBIDDEN", "STEP_NOT_YOURS")
    assert (
        await desk.do("xx-credit", "extendListEntry", **why, publicUntil="2026-06-30")
    ).code == "EXTENSION_UNFOUNDED"
    within = await desk.do("xx-credit", "extendListEntry", **why, publicUntil="2026-09-30")
    assert within.listEntry["publicUntil"] == "2026-09-30"
    beyond = await desk.do("xx-credit", "extendListEntry", **why, publicUntil="2029-03-19")
    assert beyond.code == "PUBLICATION_TOO_LONG"
    law = {"legalBasis": "某法第八条（虚构）", "legalBasisLevel": "LAW"}
    cited = await desk.do("xx-credit", "extendListEntry", **why, publicUntil="2029-04-30", **law)
    assert (cited.listEntry["termBasis"], cited.listEntry["termBasisLevel"]) == ("某法第八条（虚构）", "LAW")

    standing = await published(desk, await collected(desk, **firm), "新人社列〔2026〕延3号", publicUntil="2026-06-30")
    third = standing.listEntry["id"]
    refused = await desk.do(
        "xx-credit", "extendListEntry", listEntry=third, reason="仍在名单", publicUntil="2029-03-19", whileListed=other
    )
    assert refused.code == "EXTENSION_UNFOUNDED"
    of_nobody = {"listEntry": third, "reason": "仍在名单", "whileListed": f"ListEntry:{UUID(int=1)}"}
    assert (await desk.do("xx-credit", "extendListEntry", **of_nobody, publicUntil="2026-09-30")).code == "NOT_FOUND"
    foreign = await published(desk, await collected(desk), "新人社列〔2026〕延4号")
    of_another = {**of_nobody, "whileListed": foreign.listEntry["id"]}
    assert (await desk.do("xx-credit", "extendListEntry", **of_another, publicUntil="2026-09-30")).code == "NOT_FOUND"
    held = await desk.do(
        "xx-credit", "extendListEntry", listEntry=third, reason="仍在名单", publicUntil="2029-03-18", whileListed=other
    )
    assert (held.listEntry["publicUntil"], held.listEntry["extendedWith"]) == ("2029-03-18", {"id": other})
    assert held.listEntry["termBasis"] == "《河南省社会信用条例》 19"
    await desk.do("xx-approver", "withdrawListEntry", listEntry=other, reason="处罚决定已撤销")
    shortened = await desk.entry("xx-clerk", third)
    assert shortened is not None
    assert shortened["publicUntil"] == "2026-06-30"


async def test_an_entry_ends_by_itself_on_its_day(desk: Desk, serve: Serve) -> None:
    """XX-11: published on the last day, not on the day after; no move is made."""
    made = await published(desk, await collected(desk), "新人社列〔2026〕止号", publicUntil="2026-03-20")
    entry = made.listEntry["id"]

    async def on(day: int) -> Any:
        async with serve(desk.url, now=datetime(2026, 3, day, 2, 0, tzinfo=UTC)) as client:
            later: Client = client
            data = await later.data("query ($id: ID!) { listEntry(id: $id) { inForce state } }", {"id": entry})
            return data["listEntry"]

    assert await on(20) == {"inForce": True, "state": "PUBLISHED"}
    assert await on(21) is None


async def test_a_persons_entry_follows_the_units_and_goes_with_it(desk: Desk) -> None:
    """河南省社会信用条例35, 上海市社会信用条例33, 第45号令5: the persons responsible are listed with the unit."""
    firm = desk.firm()
    unit = await collected(desk, **firm)
    person = {"idNumber": invented_resident_id(815), "name": "诸葛虚构", "withEntry": unit}
    given = {
        "creditList": BLACK,
        "domain": WAGE_DOMAIN,
        "reason": "直接责任",
        "behaviour": BEHAVIOUR,
        "legalBasis": LAW,
    }
    assert (await desk.do("xx-clerk", "collectListEntry", **given, **person)).code == "CAPACITY_UNKNOWN"
    nowhere = {**person, "withEntry": f"ListEntry:{uuid4()}", "capacity": "实际控制人"}
    assert (await desk.do("xx-clerk", "collectListEntry", **given, **nowhere)).code == "NOT_FOUND"
    alone = {name: value for name, value in nowhere.items() if name != "withEntry"}
    assert (await desk.do("xx-clerk", "collectListEntry", **given, **alone)).code == "NOT_FOUND", "no unit is named"
    elsewhere = await collected(desk, "xx-labour", domain=PAIR)
    refused = await desk.do("xx-clerk", "collectListEntry", **given, **{**nowhere, "withEntry": elsewhere})
    assert refused.code == "NOT_FOUND"
    of_firm = {**given, **desk.firm(), "withEntry": unit, "capacity": "实际控制人"}
    assert (await desk.do("xx-clerk", "collectListEntry", **of_firm)).code == "UNIT_ENTRY_UNFIT"
    subject = {"withEntry": unit, "capacity": "法定代表人", "subject": await desk.stranger()}
    assert (await desk.do("xx-clerk", "collectListEntry", **given, **subject)).code == "NOT_FOUND"
    records = {**person, "capacity": "实际控制人", "records": [await desk.record_elsewhere()]}
    assert (await desk.do("xx-clerk", "collectListEntry", **given, **records)).code == "NOT_FOUND"
    entry = await collected(desk, **person, capacity="实际控制人")
    batch = await handed_in(desk, entry, "新人社列〔2026〕人2号")
    assert (await desk.publish_batch(batch, entry)).code == "UNIT_NOT_PUBLISHED"
    assert (await published(desk, unit, "新人社列〔2026〕位2号")).code is None
    assert (await desk.publish_batch(batch, entry)).code is None
    query = "query ($id: ID!) { listEntry(id: $id) { responsiblePersons(first: 5) { nodes { id capacity } } } }"
    shown = await desk.ask("xx-clerk", query, id=unit)
    assert shown["listEntry"]["responsiblePersons"]["nodes"] == [{"id": entry, "capacity": "实际控制人"}]
    await desk.do("xx-clerk", "withdrawListEntry", listEntry=unit, reason="认定有误")
    gone = await desk.entry("xx-clerk", entry)
    assert gone is not None
    assert gone["state"] == "WITHDRAWN"


async def test_a_withdrawal_says_publicly_why_and_names_nobody(desk: Desk) -> None:
    number = invented_resident_id(99)
    entry = await collected(desk, idNumber=number, name="上官虚构")
    for reason in ("上官虚构已付清", f"{number}有误"):
        refused = await desk.do("xx-clerk", "withdrawListEntry", listEntry=entry, reason=reason)
        assert refused.code == "PERSONAL_TEXT_IN_PUBLIC"
    assert (await desk.do("xx-clerk", "withdrawListEntry", listEntry=entry, reason=" ")).code == "INVALID_INPUT"
    assert (await desk.do("xx-clerk", "withdrawListEntry", listEntry=entry, reason="重复")).code is None
    assert (await desk.do("xx-clerk", "withdrawListEntry", listEntry=entry, reason="重复")).code == "STATE_CONFLICT"


async def test_a_listing_raises_the_task_to_remove_its_subject_from_the_red_list_xx_12(desk: Desk) -> None:
    """XX-12: an entry that rests on no record is decided all the same; so is what a court lists elsewhere."""
    task = "SELECT count(*) FROM list_removal WHERE entry_id = $1 AND cause_entry_id::text = $2 AND state = 'raised'"
    firm = desk.firm()
    entry = await collected(desk, **firm)
    red = await desk.red(await desk.subject(firm["code"]))
    batch = await handed_in(desk, entry, "新人社列〔2026〕81号")
    assert await desk.sql(task, red, entry.partition(":")[2]) == 0, "not before it is published"
    assert (await desk.publish_batch(batch, entry)).code is None
    assert await desk.sql(task, red, entry.partition(":")[2]) == 1

    firm = desk.firm()
    await collected(desk, **firm)
    red = await desk.red(await desk.subject(firm["code"]))
    made = await desk.do(
        "sh-platform", "importListEntry", creditList=list_id("310000", "enforcement_defaulter"), source="中国执行信息公开网",
        sourceNo="（2026）豫07执81号", obtainedOn="2026-03-10", decidedOn="2026-03-01", reason="有履行能力而拒不履行", **firm,
    )  # fmt: skip
    assert made.code is None, made
    assert await desk.sql(task, red, made.listEntry["id"].partition(":")[2]) == 1


async def test_urgings_are_for_public_bodies_and_state_owned_enterprises_xm_24b(desk: Desk) -> None:
    """XM-24b: date, office and result of each; whether one must come before an entry is open."""
    private, owned = desk.firm("350200"), desk.firm("350200")
    met = {"creditList": list_id("350200", "labour_serious"), "reason": "未按合同支付工资"}
    for firm, state_owned in ((private, False), (owned, True)):
        made = await desk.do("xm-clerk", "collectListEntry", **met, **firm, stateOwned=state_owned)
        assert made.code is None, made
    refused = await desk.do("xm-clerk", "issueUrging", subject=await desk.subject(private["code"]), demand="支付")
    assert refused.code == "NO_PUBLIC_BODY"
    subject = await desk.subject(owned["code"])
    assert (await desk.do("xx-leader", "issueUrging", subject=subject, demand="支付")).code == "FORBIDDEN"
    late = await desk.do("xm-clerk", "issueUrging", subject=subject, demand="支付", payByOn="2026-03-17")
    assert late.code == "DATES_OUT_OF_ORDER"
    urged = await desk.do("xm-clerk", "issueUrging", subject=subject, demand="支付", payByOn="2026-03-31")
    told = "SELECT basis FROM ledger_event WHERE object = 'urging' AND object_id::text = $1"
    cited = await desk.sql(told, urged.urging["id"].partition(":")[2])
    assert cited == "《厦门市人力资源和社会保障局2021年社会信用体系建设工作要点》 24"
    for caller in ("xx-clerk", "xm-permits"):
        foreign = await desk.do(caller, "concludeUrging", urging=urged.urging["id"], result="无")
        assert foreign.code == "NOT_FOUND"
    assert (await desk.do("xm-clerk", "concludeUrging", urging=urged.urging["id"], result="已支付")).code is None
    again = await desk.do("xm-clerk", "concludeUrging", urging=urged.urging["id"], result="已支付")
    assert again.code == "STATE_CONFLICT"


async def test_no_other_city_urges_by_xiamens_clause_xm_24b(desk: Desk) -> None:
    """XM-24b: 新乡 has no such sentence."""
    body = desk.firm("410700", prefix="12")
    await collected(desk, **body)
    refused = await desk.do("xx-clerk", "issueUrging", subject=await desk.subject(body["code"]), demand="支付")
    assert refused.code == "URGING_NOT_PROVIDED"


@pytest.mark.parametrize("prefix", ["11", "12", "91"])
async def test_public_bodies_are_listed_like_any_other_xm_24(desk: Desk, prefix: str) -> None:
    """XM-24: government departments, institutions under them, state-owned enterprises: no immunity, 违反规定的."""
    given = {"creditList": list_id("350200", "labour_serious"), "reason": "未按合同支付工资"}
    made = await desk.do(
        "xm-clerk", "collectListEntry", **given, stateOwned=prefix == "91", **desk.firm("350200", prefix=prefix)
    )
    assert made.code is None, made
    told = "SELECT condition FROM list_entry WHERE id::text = $1"
    entry = made.listEntry["id"]
    assert await desk.sql(told, entry.partition(":")[2]) == "违反规定的"
    person = {"idNumber": invented_resident_id(900 + int(prefix)), "name": "欧阳虚构"}
    with_unit = {"withEntry": entry, "capacity": "法定代表人或者主要负责人"}
    beside = await desk.do("xm-clerk", "collectListEntry", **given, **person, **with_unit)
    assert beside.code is None, beside
    assert await desk.sql(told, beside.listEntry["id"].partition(":")[2]) == "违反规定的"
    amended = await desk.do(
        "xm-clerk", "amendListEntry", listEntry=beside.listEntry["id"], reason="未按合同约定支付工资"
    )
    assert amended.code is None, amended


async def test_an_employer_is_listed_for_arrears_on_a_condition_of_the_law_xm_28b(desk: Desk) -> None:
    """XM-28b: 含工资支付: for arrears by Order 45's conditions, for another failing by the list's own standard."""
    given = {"creditList": list_id("350200", "labour_serious"), "reason": "违反劳动保障法律"}
    met = "因拖欠农民工工资违法行为引发群体性事件、极端事件造成严重不良社会影响的"
    told = "SELECT condition FROM list_entry WHERE id::text = $1"
    for more, code in (
        ({"condition": "违反规定的"}, "CONDITION_REQUIRED"),  # that is for those whom clause 24 names
        ({"condition": met}, "CONDITION_REQUIRED"),  # nobody was told to pay in time
        ({"condition": met, "preconditionMet": True}, None),
        ({}, None),
    ):
        made = await desk.do("xm-clerk", "collectListEntry", **given, **more, **desk.firm("350200"))
        assert made.code == code, made
        if code is None:
            assert await desk.sql(told, made.listEntry["id"].partition(":")[2]) == more.get("condition")


@pytest.mark.parametrize(
    ("prefix", "code"),
    [
        ("52", None),  # 民办非企业单位 is 社会组织
        ("53", None),  # so is 基金会
        ("92", None),  # 个体工商户
        ("N2", None),  # 农民专业合作社 is 各类社会主体
        ("11", "SUBJECT_KIND_NOT_ALLOWED"),  # a government organ is no 社会主体
    ],
)
async def test_the_lists_hold_every_kind_of_social_subject_xx_02(desk: Desk, prefix: str, code: str | None) -> None:
    """XX-02: 企事业单位、社会组织、个人等各类社会主体, of enterprises alone no word."""
    given = {"creditList": BLACK, "domain": WAGE_DOMAIN, "reason": "欠薪", "behaviour": BEHAVIOUR, "legalBasis": LAW}
    made = await desk.do("xx-clerk", "collectListEntry", **given, **desk.firm(prefix=prefix))
    assert made.code == code, made


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"source": " "}, "INVALID_INPUT"),
        ({"sourceNo": ""}, "INVALID_INPUT"),
        ({"obtainedOn": "2026-03-19"}, "DATE_IN_FUTURE"),
        ({"obtainedOn": "2025-01-01"}, "DATES_OUT_OF_ORDER"),
        ({"publicUntil": "2026-03-17"}, "DATES_OUT_OF_ORDER"),
        ({"creditList": list_id("310000", "wage_arrears")}, "LIST_NOT_IMPORTED"),
        ({"creditList": list_id("350205", "national_serious")}, "NOT_LIST_OWNER"),
        ({"reason": f"证号{invented_resident_id(5)}"}, "PERSONAL_TEXT_IN_PUBLIC"),
    ],
)
async def test_an_imported_entry_has_its_provenance_or_is_refused(
    desk: Desk, change: dict[str, Any], code: str
) -> None:
    """SH-09b, HC-05: source, number at the source, day obtained."""
    given = {
        "creditList": list_id("310000", "enforcement_defaulter"), "source": "上海市第一中级人民法院（虚构）", "sourceNo": "（2025）沪执1号",
        "obtainedOn": "2026-03-17", "decidedOn": "2025-12-01", "reason": "有履行能力而拒不履行", **desk.firm("310000"),
    }  # fmt: skip
    assert (await desk.do("sh-platform", "importListEntry", **{**given, **change})).code == code


async def test_a_defaulter_is_imported_by_the_platform_and_ended_by_its_source(desk: Desk) -> None:
    given = {
        "creditList": list_id("310000", "enforcement_defaulter"), "source": "人民法院（虚构）", "sourceNo": "（2025）沪执2号",
        "obtainedOn": "2026-03-17", "decidedOn": "2025-12-01", "reason": "有履行能力而拒不履行", **desk.firm("310000"),
    }  # fmt: skip
    for caller in ("sh-clerk", "sh-approver", "xx-leader", None):
        assert (await desk.do(caller, "importListEntry", **given)).code == "FORBIDDEN"
    made = await desk.do("sh-platform", "importListEntry", **given)
    assert (made.listEntry["state"], made.listEntry["inForce"]) == ("PUBLISHED", True)
    entry = made.listEntry["id"]
    again = {one: given[one] for one in given if one not in ("code", "name")} | {"sourceNo": "（2025）沪执3号"}
    stranger = await desk.stranger()
    assert (await desk.do("sh-platform", "importListEntry", **again, subject=stranger)).code == "NOT_FOUND"
    subject = await desk.subject(given["code"])
    assert (await desk.do("sh-platform", "importListEntry", **again, subject=subject)).code is None
    refused = await desk.do("sh-clerk", "collectListEntry", creditList=given["creditList"], reason="x", **desk.firm())
    assert refused.code == "LIST_IMPORTED"
    assert (await desk.do("sh-credit", "endListEntry", listEntry=entry, reason="x")).code == "NOT_FOUND"
    ended = await desk.do("sh-platform", "endListEntry", listEntry=entry, reason="来源已删除失信信息")
    assert ended.listEntry["removalReason"] == "ENDED_BY_SOURCE"
    assert await desk.entry(None, entry) is None
    assert (await desk.do("sh-platform", "endListEntry", listEntry=entry, reason="再")).code == "STATE_CONFLICT"


async def test_every_unit_of_haicang_finds_a_defaulter_until_the_court_lets_it_go(desk: Desk) -> None:
    """HC-25a: 各单位 look defaulters up where they are imported; who was repaired is found no longer."""
    firm = desk.firm("350205")
    made = await desk.do(
        "hc-credit", "importListEntry", creditList=list_id("350205", "enforcement_defaulter"), source="人民法院（虚构）",
        sourceNo="（2025）闽0205执3号", obtainedOn="2026-03-17", decidedOn="2025-12-01", reason="违反财产报告制度", **firm,
    )  # fmt: skip
    query = (
        "query ($c: String!) { subject(code: $c) { listEntries(first: 5, filter: { inForce: true })"
        " { nodes { source creditList { code } } } } }"
    )
    listed = [{"source": "人民法院（虚构）", "creditList": {"code": "enforcement_defaulter"}}]
    for caller in ("hc-clerk", "hc-approver", "hc-credit", "xm-clerk", None):
        assert (await desk.ask(caller, query, c=firm["code"]))["subject"]["listEntries"]["nodes"] == listed
    await desk.do("hc-credit", "endListEntry", listEntry=made.listEntry["id"], reason="已履行，信用修复")
    found = (await desk.ask("hc-clerk", query, c=firm["code"]))["subject"]
    assert found is None or found["listEntries"]["nodes"] == []


async def test_the_way_is_told_with_clause_actor_and_roles(desk: Desk) -> None:
    query = 'query ($r: String!) { listWay(jurisdiction: "410700", code: "black", route: $r) { isDefault steps { verb roles clause } } }'
    way = (await desk.ask(None, query, r="regular"))["listWay"]
    assert [(step["verb"], step["clause"]) for step in way["steps"]][:4] == [
        ("attest", "三"), ("notify", "28"), ("answer", "28"), ("review", "四(二)"),
    ]  # fmt: skip
    assert not way["isDefault"]
    other = (await desk.ask(None, query, r="self_published"))["listWay"]
    assert "investigate" in [step["verb"] for step in other["steps"]]
    assert (await desk.ask(None, query, r="SELF_PUBLISHED"))["listWay"] == other
    codes = await desk.client.codes('{ listWay(jurisdiction: "350200", code: "no_such") { name } }')
    assert codes == ["LIST_CODE_UNKNOWN"]
    imported = await desk.client.codes('{ listWay(jurisdiction: "350205", code: "national_serious") { name } }')
    assert imported == ["LIST_IMPORTED"]
    assert CONDITION


async def test_every_move_is_in_the_ledger_with_its_clause_and_in_the_history(desk: Desk) -> None:
    """XX-15: lists change, and what they were stays known; XX-01: who provided it and who published it both stand on it."""
    made = await published(desk, await collected(desk), "新人社列〔2026〕史号")
    entry = made.listEntry["id"]
    assert (made.listEntry["office"]["code"], made.listEntry["publisher"]["code"]) == ("JCZD", "XYB")
    answers = "SELECT attested_by IS NOT NULL AND published_by IS NOT NULL AND attested_by <> published_by FROM list_entry WHERE id = $1::text::uuid"
    assert await desk.sql(answers, entry.partition(":")[2]), "谁提供、谁负责,谁发布、谁负责: each with the person"
    query = "query ($id: ID!) { listEntry(id: $id) { history(first: 20) { nodes { verb basis } } } }"
    history = (await desk.ask("xx-clerk", query, id=entry))["listEntry"]["history"]["nodes"]
    verbs = await desk.sql(
        "SELECT string_agg(verb, ',' ORDER BY at, id) FROM ledger_event WHERE object = 'list_entry' AND object_id = $1::text::uuid"
        " AND kind = 'change'",
        entry.partition(":")[2],
    )
    assert verbs == "collect,attest,notify,answer,review,decide,submit,publish"
    assert {one["verb"] for one in history} <= set(verbs.split(","))
    assert all(one["basis"] for one in history)
