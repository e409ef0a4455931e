"""Editions over HTTP: drafted by one person of the credit office, approved by another, read by everybody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from tests.client import Client, Serve
from tests.edition.ground import HAICANG, SHANGHAI, XIAMEN, XINXIANG
from tests.removals.ground import Ground

pytestmark = pytest.mark.anyio

STAFF = (
    ("xm-first", "credit_office", (XIAMEN, "JC")),
    ("xm-second", "credit_office", (XIAMEN, "JC")),
    ("xm-clerk", "clerk", (XIAMEN, "JCZD")),
    ("hc-first", "credit_office", (HAICANG, "QXYB")),
    ("hc-second", "credit_office", (HAICANG, "QXYB")),
    ("sh-first", "credit_office", (SHANGHAI, "HRSS")),
    ("sh-second", "credit_office", (SHANGHAI, "HRSS")),
    ("xx-clerk", "clerk", (XINXIANG, "JCZD")),
    ("xx-approver", "approver", (XINXIANG, "JCZD")),
    ("xx-beside", "clerk", (XINXIANG, "JYB")),
)
DRAFT = """mutation ($input: DraftEditionInput!) { draftEdition(input: $input) { receipts edition {
  id kind label state inForce basis validFrom items(first: 50) { nodes { code name content } } } } }"""
STEP = (
    "mutation ($input: %sEditionInput!) { %sEdition(input: $input) { edition { id state validFrom validTo inForce } } }"
)
PUBLIC = "query ($id: ID!) { edition(id: $id) { label } }"
FILE = "query ($id: ID!, $format: String!) { editionFile(edition: $id, format: $format) }"
DERIVED = """query ($id: ID!) { editionDerivation(edition: $id) { status fromEdition succeededBy succeededOn takenOver { code }
  changed { code changes { field before after } } leftOut { code } own { code } } }"""
DIFFERENCE = """query ($before: ID!, $after: ID!) { editionDifference(before: $before, after: $after) {
  added { code } removed { code } changed { code changes { field before after } } unchanged { code } wordsZh } }"""
ON_DAY = """query ($day: Date!, $kind: [String!]) { editions(first: 9, filter: {asOf: $day, kind: $kind}) {
  nodes { label jurisdiction { code } } } }"""


@pytest.fixture(scope="module")
async def ground(installed_url: str) -> AsyncIterator[Ground]:
    """Give the database with the people of the offices."""
    connection = await asyncpg.connect(installed_url)
    made = Ground(connection)
    for sub, role, office in STAFF:
        await made.officer(sub, role, office=office)
    yield made
    await connection.close()


@pytest.fixture(scope="module")
async def client(serve: Serve, installed_url: str, ground: Ground) -> AsyncIterator[Client]:
    """Serve the database."""
    async with serve(installed_url) as made:
        yield made


def item(code: str, name: str, **fields: str) -> dict[str, Any]:
    return {"code": code, "name": name, "fields": [{"code": key, "value": value} for key, value in fields.items()]}


def policy(code: str, name: str = "工作要点", **more: str) -> dict[str, Any]:
    return item(code, name, **{"issuer": "厦门市人力资源和社会保障局", "issued_on": "2021-04-29", **more})


async def drafted(client: Client, caller: str = "xm-first", **given: Any) -> dict[str, Any]:
    made: dict[str, Any] = (await client.data(DRAFT, {"input": given}, caller=caller))["draftEdition"]["edition"]
    return made


async def step(client: Client, verb: str, edition: str, caller: str, **more: Any) -> dict[str, Any]:
    text = STEP % (verb.capitalize(), verb)
    answer = await client.data(text, {"input": {"edition": edition, **more}}, caller=caller)
    made: dict[str, Any] = answer[f"{verb}Edition"]["edition"]
    return made


async def refused(client: Client, verb: str, edition: str, caller: str | None, **more: Any) -> list[str]:
    text = STEP % (verb.capitalize(), verb)
    return await client.codes(text, {"input": {"edition": edition, **more}}, caller=caller)


async def approved(client: Client, place: str = "xm", **given: Any) -> str:
    made = await drafted(client, f"{place}-first", **given)
    await step(client, "propose", made["id"], f"{place}-first")
    await step(client, "approve", made["id"], f"{place}-second")
    return str(made["id"])


async def test_two_people_of_the_credit_office_bring_an_edition_into_force(client: Client, ground: Ground) -> None:
    """XM-01b, XM-07: nobody approves his own; until then only the credit office sees it, afterwards everybody."""
    made = await drafted(client, kind="policies", label="2026年版", validFrom="2026-01-01", items=[policy("p1")])
    assert (made["state"], made["inForce"]) == ("DRAFTED", False)
    assert made["basis"].endswith("》 1")
    assert (await client.data(PUBLIC, {"id": made["id"]}))["edition"] is None
    assert await refused(client, "propose", made["id"], "xm-clerk") == ["NOT_FOUND"]
    assert await refused(client, "propose", made["id"], "hc-first") == ["NOT_FOUND"]
    assert await refused(client, "propose", made["id"], None) == ["FORBIDDEN"]
    assert await refused(client, "approve", made["id"], "xm-second") == ["STATE_CONFLICT"], "it was not proposed"
    await step(client, "propose", made["id"], "xm-first")
    assert await refused(client, "approve", made["id"], "xm-first") == ["EDITION_PROPOSER_DECIDES"]
    assert await refused(client, "reject", made["id"], "xm-first", reason="不全") == ["EDITION_PROPOSER_DECIDES"]
    done = await step(client, "approve", made["id"], "xm-second")
    assert (done["state"], done["inForce"]) == ("APPROVED", True)
    assert await refused(client, "approve", made["id"], "xm-second") == ["STATE_CONFLICT"]
    assert (await client.data(PUBLIC, {"id": made["id"]}))["edition"] == {"label": "2026年版"}
    verbs = await ground.connection.fetch(
        "SELECT verb FROM ledger_event WHERE object = 'edition' AND object_id = $1 ORDER BY id",
        UUID(made["id"].removeprefix("Edition:")),
    )
    assert [one["verb"] for one in verbs] == ["draft", "propose", "approve"]


async def test_faults_are_told_all_at_once_by_line_item_and_field(client: Client, ground: Ground) -> None:
    """SH-05e, XX-18: a basis of the level that the rulebook asks for; every fault with its line, none with a value."""
    file = (
        '[edition]\nlabel = "错"\nvalid_from = 2026-05-01\n\n[[item]]\ncode = "a"\nname = "拖欠工资"\n'
        'severity = "serious"\nlegal_basis = "《通知》"\nbasis_level = "normative_document"\n\n[[item]]\ncode = "a"\n'
        'name = "骗保"\ncolour = "red"\n\n[[item]]\ncode = "b 1"\nname = "11010519491231002X"\n'
        'legal_basis = "《条例》"\nbasis_level = "law"\n'
    )
    answer = await client.send(
        DRAFT, {"input": {"kind": "behaviours", "file": file, "format": "toml"}}, caller="sh-first"
    )
    told = answer["errors"][0]["extensions"]
    assert told["code"] == "EDITION_FAULTY"
    assert [(one["line"], one["item"], one["field"], one["code"]) for one in told["faults"]] == [
        (8, "a", "severity", "SEVERITY_WITHOUT_BASIS"),
        (12, "a", "legal_basis", "BASIS_MISSING"),
        (13, "a", "code", "ITEM_CODE_REPEATED"),
        (15, "a", "colour", "FIELD_UNKNOWN"),
        (18, "b 1", "code", "ITEM_CODE_INVALID"),
        (19, "b 1", "name", "PERSON_NAMED"),
    ]
    assert "11010519491231002X" not in str(answer)
    unreadable = await client.send(DRAFT, {"input": {"kind": "behaviours", "file": 'x = "'}}, caller="sh-first")
    assert unreadable["errors"][0]["extensions"]["code"] == "EDITION_UNREADABLE"


@pytest.mark.parametrize("written", ["toml", "csv"])
async def test_a_file_comes_back_with_the_same_bytes(client: Client, ground: Ground, written: str) -> None:
    """XM-07: what was exported, handed in elsewhere, gives the same file: line breaks, quotes, bars and all."""
    editions = await client.data('{ editions(first: 20, filter: {kind: ["catalogue"]}) { nodes { id label } } }')
    source = next(one["id"] for one in editions["editions"]["nodes"] if one["label"] == "cn-xiamen-hrss-2021")
    text = (await client.data(FILE, {"id": source, "format": written}))["editionFile"]
    made = await drafted(
        client, kind="catalogue", label=f"回路{written}", validFrom="2027-01-01", file=text, format=written
    )
    again = (await client.data(FILE, {"id": made["id"], "format": written}, caller="xm-first"))["editionFile"]
    if written == "toml":
        head, items = text.split("\n\n", 1)
        assert again.split("\n\n", 1)[1] == items
        assert 'label = "cn-xiamen-hrss-2021"' in head
    else:
        assert again == text
    await step(client, "discard", made["id"], "xm-first", reason="试")
    third = await drafted(
        client, kind="catalogue", file=again, format=written, label=f"回路{written}", validFrom="2027-01-01"
    )
    assert (await client.data(FILE, {"id": third["id"], "format": written}, caller="xm-first"))["editionFile"] == again
    await step(client, "discard", third["id"], "xm-first", reason="试")


def _headed(head: str) -> str:
    """Write a file of one policy document under a head."""
    return f'[edition]\n{head}\n\n[[item]]\ncode = "p1"\nname = "文件一"\n'


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"label": None}, "INVALID_INPUT"),
        ({"validFrom": None}, "INVALID_INPUT"),
        ({"file": "x", "format": "xml", "items": None}, "INVALID_INPUT"),
        ({"file": "x"}, "INVALID_INPUT"),
        ({"label": "11010519491231002X"}, "PERSONAL_TEXT_IN_PUBLIC"),
        ({"label": "问13900000001"}, "PERSONAL_TEXT_IN_PUBLIC"),
        *(
            ({"validFrom": None, "items": None, "file": _headed(head)}, "INVALID_INPUT")
            for head in (
                'valid_from = "20260101"',
                "valid_from = 2026-01-01T00:00:00",
                'valid_from = 2026-01-01\nvalid_to = "2026"',
                "valid_from = 2026-01-01\nvalid_to = 2026-02-01T00:00:00",
            )
        ),
        (
            {"file": '[edition]\nkind = "behaviours"\n\n[[item]]\ncode = "a"\nname = "甲"\n', "items": None},
            "EDITION_UNREADABLE",
        ),
    ],
)
async def test_a_draft_that_cannot_be_is_refused(
    client: Client, ground: Ground, given: dict[str, Any], code: str
) -> None:
    whole = {"kind": "policies", "label": "一", "validFrom": "2026-01-01", "items": [policy("p1")], **given}
    whole = {name: value for name, value in whole.items() if value is not None}
    assert await client.codes(DRAFT, {"input": whole}, caller="xm-first") == [code]


async def test_an_edition_is_written_as_a_file_in_one_of_two_forms_for_who_may_read_it(
    client: Client, ground: Ground
) -> None:
    made = await drafted(client, kind="policies", label="档", validFrom="2026-01-01", items=[policy("p1")])
    assert await client.codes(FILE, {"id": made["id"], "format": "xml"}, caller="xm-first") == ["INVALID_INPUT"]
    for ident in (made["id"], f"Edition:{UUID(int=1)}"):
        assert await client.codes(FILE, {"id": ident, "format": "csv"}) == ["NOT_FOUND"]
    await step(client, "discard", made["id"], "xm-first", reason="试")


async def test_a_name_that_a_spreadsheet_would_calculate_stays_text(client: Client, ground: Ground) -> None:
    """Whoever opens the table of an edition opens what others wrote; handed in again, it is what it was."""
    name = "=1+1|公式"
    made = await drafted(client, kind="policies", label="表", validFrom="2026-01-01", items=[policy("p1", name)])
    text = (await client.data(FILE, {"id": made["id"], "format": "csv"}, caller="xm-first"))["editionFile"]
    assert f",'{name}," in text
    await step(client, "discard", made["id"], "xm-first", reason="试")

    again = await drafted(client, kind="policies", label="表", validFrom="2026-01-01", file=text, format="csv")

    written = (await client.data(FILE, {"id": again["id"], "format": "toml"}, caller="xm-first"))["editionFile"]
    assert f'name = "{name}"' in written
    await step(client, "discard", again["id"], "xm-first", reason="试")


async def test_a_file_made_to_hold_up_the_reader_is_unreadable(client: Client, ground: Ground) -> None:
    for file in (".".join(["a"] * 100_000) + " = 1", "x = " + "[" * 100_000):
        given = {"input": {"kind": "behaviours", "file": file, "format": "toml"}}
        assert await client.codes(DRAFT, given, caller="sh-first") == ["EDITION_UNREADABLE"]


async def test_the_next_edition_ends_the_one_before_it_on_the_eve(client: Client, ground: Ground) -> None:
    """XM-07, SH-07a: what holds on a day is told as of that day; a later edition never reaches into the past."""
    label = {"kind": "application_list"}
    first = await approved(
        client, "sh", **label, label="一", validFrom="2026-02-01", items=[item("a", "政府采购"), item("b", "招投标")]
    )
    second = await drafted(
        client,
        "sh-first",
        **label,
        label="二",
        validFrom="2026-04-01",
        items=[item("b", "招标投标"), item("c", "评优")],
    )
    backdated = await drafted(
        client, "sh-first", **label, label="三", validFrom="2026-03-18", items=[item("d", "资质")]
    )
    again = await drafted(client, "sh-first", **label, label="四", validFrom="2026-05-01", base=first)
    for one in (second, backdated):
        await step(client, "propose", one["id"], "sh-first")
    assert await refused(client, "approve", backdated["id"], "sh-second") == ["EDITION_OVERLAPS"], "it begins today"
    await step(client, "approve", second["id"], "sh-second")

    async def holding(day: str) -> list[str]:
        answer = await client.data(ON_DAY, {"day": day, "kind": ["application_list"]})
        return [one["label"] for one in answer["editions"]["nodes"]]

    assert [await holding(day) for day in ("2026-01-31", "2026-02-01", "2026-03-31", "2026-04-01")] == [
        [], ["一"], ["一"], ["二"],
    ]  # fmt: skip
    found = (await client.data(DIFFERENCE, {"before": first, "after": second["id"]}))["editionDifference"]
    assert [one["code"] for one in found["added"] + found["removed"]] == ["c", "a"]
    taken_over = await client.data(DIFFERENCE, {"before": first, "after": again["id"]}, caller="sh-first")
    assert taken_over["editionDifference"]["added"] + taken_over["editionDifference"]["removed"] == []
    assert found["changed"] == [{"code": "b", "changes": [{"field": "name", "before": "招投标", "after": "招标投标"}]}]
    assert found["wordsZh"] == "新增1项（评优）；取消1项（政府采购）；变更1项（招标投标）；未变0项。"
    hand_in = "mutation ($input: SubmitEditionInput!) { submitEdition(input: $input) { edition { submittedTo submittedOn } } }"
    later = {"input": {"edition": first, "submittedOn": "2026-03-19"}}
    assert await client.codes(hand_in, later, caller="sh-first") == ["INVALID_INPUT"]
    given = {"input": {"edition": first, "submittedOn": "2026-03-01"}}
    handed = await client.data(hand_in, given, caller="sh-first")
    assert handed["submitEdition"]["edition"] == {"submittedTo": "市发展和改革委员会", "submittedOn": "2026-03-01"}


async def test_a_district_shows_what_it_made_of_its_citys_catalogue(client: Client, ground: Ground) -> None:
    """HC-08: not loaded while nobody holds the city's; then taken over, changed, left out and its own."""
    common = {"category": "penalty", "polarity": "negative", "disclosure": "public", "person_disclosure": "restricted",
              "data_items": '[{"code":"A","name":"甲","required":"always"}]'}  # fmt: skip
    alone = await drafted(
        client, "hc-first", kind="catalogue", label="先", validFrom="2027-01-01", items=[item("x", "自有", **common)]
    )
    found = (await client.data(DERIVED, {"id": alone["id"]}, caller="hc-first"))["editionDerivation"]
    assert (found["status"], found["fromEdition"]) == ("not_loaded", None)
    city = await approved(
        client, kind="city_catalogue", label="市2021年版", validFrom="2021-06-01",
        items=[item("p", "行政处罚", **common), item("q", "行政许可", **common), item("r", "欠税", **common)],
    )  # fmt: skip
    bureau = await client.data('{ editions(first: 1, filter: {kind: ["catalogue"], inForce: true}) { nodes { id } } }')
    wrong = {"kind": "catalogue", "label": "区", "validFrom": "2027-01-01", "items": [item("p", "行政处罚", **common)]}
    other = bureau["editions"]["nodes"][0]["id"]
    assert await client.codes(DRAFT, {"input": {**wrong, "derivedFrom": other}}, caller="hc-first") == [
        "EDITION_NOT_DERIVABLE"
    ]
    made = await drafted(
        client, "hc-first", kind="catalogue", label="区2026年版", validFrom="2027-01-01", derivedFrom=city,
        items=[item("p", "行政处罚", **common), item("q", "行政许可", **{**common, "polarity": "neutral"}), item("s", "区级表彰", **common)],
    )  # fmt: skip
    found = (await client.data(DERIVED, {"id": made["id"]}, caller="hc-first"))["editionDerivation"]
    assert found == {
        "status": "says", "fromEdition": city, "succeededBy": None, "succeededOn": None, "takenOver": [{"code": "p"}], "leftOut": [{"code": "r"}], "own": [{"code": "s"}],
        "changed": [{"code": "q", "changes": [{"field": "polarity", "before": "negative", "after": "neutral"}]}],
    }  # fmt: skip
    newer = await approved(
        client,
        kind="city_catalogue",
        label="市2026年版",
        validFrom="2026-04-01",
        items=[item("p", "行政处罚", **common)],
    )
    since = (await client.data(DERIVED, {"id": made["id"]}, caller="hc-first"))["editionDerivation"]
    assert since == found | {"succeededBy": newer, "succeededOn": "2026-04-01"}, (
        "what it was made of stays, and that it is no longer the city's is told"
    )


async def test_a_district_is_told_of_the_city_s_next_edition_before_it_begins(client: Client) -> None:
    """HC-08: it has until the first day to follow."""
    common = {"category": "penalty", "polarity": "negative", "disclosure": "public", "person_disclosure": "restricted",
              "data_items": '[{"code":"A","name":"甲","required":"always"}]'}  # fmt: skip
    rows = [item("p", "行政处罚", **common)]
    city = await approved(client, kind="city_catalogue", label="市甲", validFrom="2031-01-01", items=rows)
    made = await drafted(
        client, "hc-first", kind="catalogue", label="区甲", validFrom="2031-01-01", derivedFrom=city, items=rows
    )
    for label, begins in (("市乙", "2032-05-01"), ("市丙", "2033-05-01")):
        later = await approved(client, kind="city_catalogue", label=label, validFrom=begins, items=rows)
        if label == "市乙":
            following = later
    found = (await client.data(DERIVED, {"id": made["id"]}, caller="hc-first"))["editionDerivation"]
    assert (found["succeededBy"], found["succeededOn"]) == (following, "2032-05-01"), "the first to follow"


async def test_each_office_keeps_its_own_rules_and_no_other_does(client: Client, ground: Ground) -> None:
    """XX-17, XX-18: implementing rules and standards are a unit's own; its approver approves what its clerk proposed."""
    made = await drafted(
        client, "xx-clerk", kind="implementing_rules", label="2026", validFrom="2026-04-01",
        items=[item("scope", "发布范围", part="发布范围", text="本支队查处的拖欠工资案件")],
    )  # fmt: skip
    assert await refused(client, "propose", made["id"], "xx-beside") == ["NOT_FOUND"]
    put = [item("term", "发布期限", part="发布期限", text="一年")]
    assert await refused(client, "amend", made["id"], "xx-clerk", put=put, remove=["no_such"]) == ["NOT_FOUND"]
    amended = await step(client, "amend", made["id"], "xx-clerk", put=put, remove=["scope"])
    assert amended["id"] != made["id"], "the draft before it is kept"
    await step(client, "propose", amended["id"], "xx-clerk")
    assert (await step(client, "reject", amended["id"], "xx-approver", reason="未写范围"))["state"] == "REJECTED"
    made = await drafted(
        client, "xx-clerk", kind="implementing_rules", label="2026-2", validFrom="2026-04-01",
        items=[item("scope", "发布范围", part="发布范围", text="本支队查处的拖欠工资案件")],
    )  # fmt: skip
    await step(client, "propose", made["id"], "xx-clerk")
    assert (await step(client, "approve", made["id"], "xx-approver"))["state"] == "APPROVED"
    until = {"validTo": "2026-12-31", "reason": "另行制定"}
    assert (await step(client, "end", made["id"], "xx-approver", **until))["validTo"] == "2026-12-31"
    central = {
        "kind": "measures",
        "label": "x",
        "validFrom": "2026-04-01",
        "items": [item("m", "措施", polarity="negative")],
    }
    assert await client.codes(DRAFT, {"input": central}, caller="xx-clerk") == ["NOT_FOUND"], (
        "the division's is not its"
    )
    assert await client.codes(DRAFT, {"input": {**central, "kind": "policies"}}, caller="xx-clerk") == [
        "EDITION_KIND_UNKNOWN"
    ]


async def test_the_kinds_of_a_division_tell_text_fields_and_edition(client: Client, ground: Ground) -> None:
    """SH-07a, SY-08, XM-04a: three lists as data, what is not loaded, and what the rulebook itself states."""
    text = """query ($place: String!, $day: Date) { editionKinds(jurisdiction: $place, asOf: $day) {
      code group submittedTo status itemCount edition citation fields { code required } } }"""
    shanghai = (await client.data(text, {"place": SHANGHAI}))["editionKinds"]
    assert {one["code"]: one["submittedTo"] for one in shanghai if one["group"] == "三清单"} == dict.fromkeys(
        ("data_list", "behaviours", "application_list"), "市发展和改革委员会"
    )
    shiyan = {one["code"]: one["status"] for one in (await client.data(text, {"place": "420300"}))["editionKinds"]}
    assert shiyan == {"data_item_spec": "not_loaded", "catalogue": "says", "measures": "says", "report_items": "says"}
    on_day = {"place": XIAMEN, "day": "2020-12-31"}
    xiamen = {one["code"]: one["status"] for one in (await client.data(text, on_day))["editionKinds"]}
    assert xiamen["catalogue"] == "none_set", "the day before the first edition"


@pytest.mark.parametrize("asked", ["editionKinds", "catalogueConformance", "policyCitations"])
async def test_a_place_that_nobody_has_loaded_is_no_place_with_nothing(client: Client, asked: str) -> None:
    """A slip in the division's code was answered with an empty list, as a place that orders no list is."""
    text = f"query ($place: String!) {{ {asked}(jurisdiction: $place) {{ __typename }} }}"
    for place in ("35020", "350000", ""):
        assert await client.codes(text, {"place": place}) == ["JURISDICTION_UNKNOWN"]
    assert await client.codes(text, {"place": XIAMEN}) == []


async def test_an_edition_that_says_nothing_or_stands_already_is_refused(client: Client) -> None:
    """XM-01b, XM-07: one name once, never without items; what was decided on is not written over or ended by hand."""
    given = {"kind": "policies", "label": "2027年版", "validFrom": "2027-01-01"}
    nothing: tuple[dict[str, Any], ...] = ({}, {"items": []})
    for empty in nothing:
        assert await client.codes(DRAFT, {"input": {**given, **empty}}, caller="xm-first") == ["EDITION_EMPTY"]
    made = await drafted(client, **given, items=[policy("p1")])
    assert await client.codes(DRAFT, {"input": {**given, "items": [policy("p2")]}}, caller="xm-first") == [
        "EDITION_EXISTS"
    ]
    await step(client, "propose", made["id"], "xm-first")
    assert await refused(client, "amend", made["id"], "xm-first", items=[policy("p2")]) == ["EDITION_SETTLED"]
    editions = "{ editions(first: 100) { nodes { id kind rulebook jurisdiction { code } } } }"
    found = (await client.data(editions, caller="xm-first"))["editions"]["nodes"]
    law = next(one for one in found if one["rulebook"] and one["jurisdiction"]["code"] == "350200")
    assert await refused(client, "end", law["id"], "xm-first", validTo="2030-01-01", reason="不用") == [
        "EDITION_OF_RULEBOOK"
    ]
    assert await client.codes(DIFFERENCE, {"before": made["id"], "after": law["id"]}, caller="xm-first") == [
        "EDITION_NOT_COMPARABLE"
    ]
