"""A file is taken as one whole: each row becomes a record, is known already, or is refused with its reasons."""

from __future__ import annotations

import io
import json
import random
from datetime import date
from typing import Any

import pytest

from domain.credit.item import produced_items
from domain.credit.records import withdraw
from domain.credit.refusals import NotProducer, RecordHasProcedure
from domain.errors import DomainError
from domain.identifiers import invented_resident_id, invented_uscc, resident_id_check_character
from domain.oversight import placing
from domain.oversight.beside import BESIDE
from domain.oversight.columns import ColumnsDoubled, ColumnsMissing, HeaderUnknown
from domain.oversight.container import MARKS_OF_WIDE
from domain.oversight.placing import ItemUnclear, SheetDisagrees
from domain.oversight.sheet import EncodingUnknown, FileEmpty, NotWrittenAsCsv
from domain.rulebook.loader import load_rulebooks
from tests.intake.conftest import Desk
from tests.intake.sheets import columns, names, penalty, permit, person, sheet

pytestmark = pytest.mark.anyio

BOOKS = load_rulebooks()
TOLD = {"RX_XFGZRQ": "2026/03/02", "RX_XFGZFS": "两书同达"}
"""That the subject was told of its rights of repair together with the decision."""


def _counts(summary: Any) -> tuple[int, int, int, int]:
    return summary.rows_read, summary.rows_added, summary.rows_known, summary.rows_refused


# -- reading


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
async def test_files_are_read_however_they_are_encoded_and_divided(desk: Desk, encoding: str, delimiter: str) -> None:
    rows = [penalty(1, CF_CFLB="罚款"), penalty(2, CF_CFLB="罚款", CF_SY='第一行\n第二行，"引号"')]
    mark = MARKS_OF_WIDE.get(encoding, b"")
    content = sheet("penalty", rows, encoding=encoding, delimiter=delimiter).getvalue()
    summary = await desk.hand_in(io.BytesIO(mark + content))
    assert _counts(summary) == (2, 2, 0, 0)
    assert summary.encoding == encoding.removesuffix("-sig")
    stored = [json.loads(row["content"])["CF_SY"] for row in await desk.records()]
    assert stored == ["未按时足额支付劳动者工资", '第一行\n第二行，"引号"']


@pytest.mark.parametrize("star", ["", "*"])
async def test_columns_may_be_named_in_chinese(desk: Desk, star: str) -> None:
    header = [f"{name}{star}".replace("(", "（").replace(")", "）") for name in names("penalty")]
    assert _counts(await desk.hand_in(sheet("penalty", [penalty(1)], header=header))) == (1, 1, 0, 0)


async def test_the_sheets_of_2018_are_read(desk: Desk) -> None:
    older = [code for code in columns("penalty") if code not in ("CF_XDR_LB", "CF_FR_ZJLX")]
    header = [code.replace("FR_ZJHM", "FR_SFZH") for code in older]
    assert len(header) == 28
    rows = [penalty(1, CF_FRDB="虚构甲", CF_FR_ZJHM=invented_resident_id(1)), person(2, "虚构乙")]
    assert _counts(await desk.hand_in(sheet("penalty", rows, codes=older, header=header))) == (2, 2, 0, 0)
    assert [row["about_person"] for row in await desk.records()] == [False, True]
    assert await desk.count("legal_representative") == 1


async def test_permits_are_taken_from_the_permit_office(desk: Desk) -> None:
    permits = await desk.of("350200", "SP")
    assert _counts(await permits.hand_in(sheet("permit", [permit(1), permit(2)]))) == (2, 2, 0, 0)
    record = (await desk.records())[0]
    assert (record["title"], record["severity"], record["dishonest"]) == ("人力资源服务许可决定书", None, False)
    assert json.loads(record["content"])["XK_YXQZI"] == "2099-12-31"


async def test_a_basis_without_its_level_is_told_at_the_column_that_lacks_it_sh_05f(desk: Desk) -> None:
    """上海5(五): by what is national law or regulation; a clerk who has cited one reads that its level is missing."""
    office = await desk.of("310000", "ZFZD")

    def conduct(number: int, **more: str) -> dict[str, str]:
        return {
            "RX_XDR_MC": f"上海虚构{number}公司", "RX_XDR_LB": "法人及非法人组织", "RX_XDR_SHXYM": invented_uscc(number),
            "RX_WSH": f"虚构〔2026〕{number}号", "RX_BT": "虚构的标题", "RX_JDRQ": "2026/03/02", "FACTS": "虚构的事实",
            "DECISION_NO": f"{number}", "BASIS": "《中华人民共和国劳动合同法》", "CF_SXYZCD": "一般", **more,
        }  # fmt: skip

    rows = [conduct(1), conduct(2, RX_YJCJ="规范性文件"), conduct(3, RX_YJCJ="法律"), conduct(4, BASIS="")]
    file = sheet("own", rows, codes=[*rows[0], "RX_YJCJ"])
    assert await desk.refusals(await office.hand_in(file, item_code="other_negative")) == [
        (2, "RX_YJCJ", "LEGAL_BASIS_MISSING"),
        (3, "RX_YJCJ", "LEGAL_BASIS_MISSING"),
        (5, "BASIS", "DATA_ITEM_MISSING"),
    ]
    praise = conduct(6, BASIS="", RX_YJCJ="法律", TITLE="虚构的称号", AWARDED_BY="虚构的机关")
    codes = [code for code in praise if code not in ("FACTS", "DECISION_NO", "CF_SXYZCD")]
    office, file = await desk.of("310000", "HRSS"), sheet("own", [praise], codes=codes)
    assert await desk.refusals(await office.hand_in(file, item_code="other_positive")) == [
        (2, "BASIS", "LEGAL_BASIS_MISSING")
    ]


async def test_no_telephone_of_anybody_is_published_with_a_decision_xm_05a(desk: Desk) -> None:
    """Nothing is refused for it, and a decision whose number has eleven digits keeps that."""
    facts = "经查，现场负责人手机13812345678，合同编号13912345678"
    await desk.hand_in(sheet("penalty", [penalty(1, CF_WSH="13612345678", CF_SY=facts, CF_WFXW="欠薪 13812345678")]))
    [record] = await desk.records()
    assert (record["decision_no"], record["title"]) == ("13612345678", "欠薪 138******78")
    assert json.loads(record["content"])["CF_SY"] == "经查，现场负责人手机138******78，合同编号13912345678"


async def test_lines_are_counted_as_an_editor_counts_them(desk: Desk) -> None:
    file = sheet("penalty", [penalty(1, CF_SY="一\n二\n三"), penalty(2), penalty(3, CF_JDRQ="2026/02/30")])
    assert await desk.refusals(await desk.hand_in(file)) == [(6, "CF_JDRQ", "DATA_ITEM_INVALID")]


async def test_empty_lines_and_empty_trailing_cells_are_passed_over(desk: Desk) -> None:
    text = sheet("penalty", [penalty(1)]).getvalue().decode().replace("\r\n", ",,\r\n\r\n")
    assert _counts(await desk.hand_in(io.BytesIO(text.encode()))) == (1, 1, 0, 0)


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", FileEmpty),
        (b"\r\n\r\n", FileEmpty),
        (sheet("penalty", []).getvalue(), FileEmpty),
        (b"\xff\xfe" + "CF_XDR_MC".encode("utf-16-le"), FileEmpty),
        (b"\xff\xfe" + "CF_XDR_MC\n甲".encode("utf-16-le")[:-1], EncodingUnknown),
        ("CF_XDR_MC\n甲\n".encode("utf-32"), HeaderUnknown),
        (b"CF_XDR_MC\n\xff\xff\xff", EncodingUnknown),
        (b"name,number\nx,1\n", HeaderUnknown),
        (b"CF_XDR_MC,XK_XDR_MC\nx,1\n", HeaderUnknown),
        (b"CF_XDR_MC,CF_XDR_MC\nx,1\n", ColumnsDoubled),
        (b"CF_XDR_MC,CF_WSH\nx,1\n", ColumnsMissing),
        (sheet("penalty", [penalty(1)]).getvalue() + b'"never closed', NotWrittenAsCsv),
        (sheet("permit", [permit(1)]).getvalue(), NotProducer),
    ],
)
async def test_a_file_that_cannot_be_read_leaves_nothing(
    desk: Desk, content: bytes, refusal: type[DomainError]
) -> None:
    with pytest.raises(refusal):
        await desk.hand_in(io.BytesIO(content))
    for table in ("credit_record", "subject", "record_import", "refused_row", "outbox_event"):
        assert await desk.count(table) == 0
    assert await desk.count("ledger_event WHERE object <> 'policy_version'") == 0


@pytest.mark.parametrize(
    ("encoding", "amiss"),
    [("utf-8", b"\xff"), ("gb18030", b"\xff"), ("utf-16-le", b"\x00\xd8"), ("utf-16-be", b"\xdc\x00")],
)
async def test_of_a_text_that_cannot_be_read_the_line_is_told(desk: Desk, encoding: str, amiss: bytes) -> None:
    lines = sheet("penalty", [penalty(number) for number in range(1, 4)]).getvalue().decode().splitlines(keepends=True)
    whole = [line.encode(encoding) for line in lines]
    with pytest.raises(EncodingUnknown) as refused:
        await desk.hand_in(io.BytesIO(b"".join([MARKS_OF_WIDE.get(encoding, b""), *whole[:2], amiss, *whole[2:]])))
    assert refused.value.extensions == {"line": 3}


@pytest.mark.parametrize("sign", ["\u200b", "\ufeff", "\u200e", "\u00ad"])
async def test_a_decision_and_its_party_are_the_same_with_signs_that_nobody_sees(desk: Desk, sign: str) -> None:
    """They come along with what is copied from a page; a second record of one decision would count twice."""
    seen, person_ = penalty(1, CF_FRDB="虚构乙"), person(2, "虚构丙")
    assert _counts(await desk.hand_in(sheet("penalty", [seen, person_]))) == (2, 2, 0, 0)
    copied = [
        {**row, **{code: f"{sign}{row[code][:2]}{sign}{row[code][2:]}" for code in ("CF_WSH", "CF_XDR_MC")}}
        for row in ({**seen, "CF_FRDB": f"虚构{sign}乙"}, person_)
    ]
    assert _counts(await desk.hand_in(sheet("penalty", copied))) == (2, 0, 2, 0)
    first = {**penalty(3), "CF_WSH": f"虚构罚{sign}3号", "CF_XDR_MC": f"厦门{sign}虚构三公司"}
    assert _counts(await desk.hand_in(sheet("penalty", [first]))) == (1, 1, 0, 0)
    stored = [(row["decision_no"], json.loads(row["content"])["CF_WSH"]) for row in await desk.records()]
    assert ("虚构罚3号", "虚构罚3号") in stored


async def test_what_turns_the_writing_round_is_in_no_number_and_no_name(desk: Desk) -> None:
    rows = [
        penalty(1, CF_WSH="虚构\u202e号1罚"),
        penalty(2, CF_XDR_MC="厦门\u202e司公"),
        penalty(3, CF_FRDB="虚\u2066构"),
    ]
    summary = await desk.hand_in(sheet("penalty", rows))
    assert await desk.refusals(summary) == [
        (line, column, "DATA_ITEM_INVALID") for line, column in enumerate(("CF_WSH", "CF_XDR_MC", "CF_FRDB"), start=2)
    ]


async def test_of_two_items_of_a_kind_the_office_names_one(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def twice(*asked: Any, **named: Any) -> Any:
        return 2 * await produced_items(*asked, **named)

    monkeypatch.setattr(placing, "produced_items", twice)
    with pytest.raises(ItemUnclear) as refused:
        await desk.hand_in(sheet("penalty", [penalty(1)]))
    told = refused.value.extensions["items"]
    assert isinstance(told, list)
    assert len(told) == 2
    assert await desk.count("record_import") == 0


async def test_a_sheet_goes_to_an_item_of_its_kind(desk: Desk) -> None:
    item = await desk.tx.connection.fetchval(
        "SELECT id FROM catalogue_item WHERE jurisdiction_id = '350200' AND code = 'employer_record'"
    )
    with pytest.raises(SheetDisagrees):
        await desk.hand_in(sheet("penalty", [penalty(1)]), item_id=item)


async def test_a_national_sheet_goes_to_an_item_of_the_same_kind(desk: Desk) -> None:
    permits = await desk.of("350200", "SP")
    with pytest.raises(SheetDisagrees):
        await permits.hand_in(sheet("penalty", [penalty(1)]), item_code="permit")


async def test_what_a_procedure_of_its_own_enters_is_handed_in_by_no_file(desk: Desk) -> None:
    """SY-06a: the integrity file of an exam is entered by deciding the violation."""
    shiyan = await desk.of("420300", "HRSS")
    with pytest.raises(RecordHasProcedure) as refused:
        await shiyan.hand_in(sheet("penalty", [penalty(1)]), item_code="exam_violation")
    assert refused.value.extensions["noun"] == "exam_violation"


async def test_an_office_hands_in_under_its_own_items_only(desk: Desk) -> None:
    item = await desk.tx.connection.fetchval(
        "SELECT id FROM catalogue_item WHERE jurisdiction_id = '420300' AND code = 'penalty'"
    )
    with pytest.raises(NotProducer):
        await desk.hand_in(sheet("penalty", [penalty(1)]), item_id=item)


# -- refused rows


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"CF_XDR_SHXYM": ""}, ("CF_XDR_SHXYM", "DATA_ITEM_MISSING")),
        ({"CF_XDR_SHXYM": "91350211M0000XUF46"}, ("CF_XDR_SHXYM", "USCC_CHECK_FAILED")),
        ({"CF_XDR_SHXYM": "9135021X"}, ("CF_XDR_SHXYM", "USCC_INVALID")),
        ({"CF_XDR_SHXYM": "９１３５０２００ＭＡ０００００００1"}, ("CF_XDR_SHXYM", "USCC_INVALID")),
        ({"CF_XDR_MC": "\x00"}, ("CF_XDR_MC", "DATA_ITEM_INVALID")),
        ({"CF_XDR_MC": "名" * 201}, ("CF_XDR_MC", "DATA_ITEM_INVALID")),
        ({"CF_SY": "a\x00b"}, ("CF_SY", "DATA_ITEM_INVALID")),
        ({"CF_XDR_LB": "公司"}, ("CF_XDR_LB", "DATA_ITEM_INVALID")),
        ({"CF_WSH": ""}, ("CF_WSH", "DATA_ITEM_MISSING")),
        ({"CF_WSH": "号" * 129}, ("CF_WSH", "DATA_ITEM_INVALID")),
        ({"CF_WSH": invented_resident_id(6)}, ("CF_WSH", "PERSONAL_TEXT_IN_PUBLIC")),
        ({"CF_JDRQ": "2026/02/29"}, ("CF_JDRQ", "DATA_ITEM_INVALID")),
        ({"CF_JDRQ": "２０２６/03/02"}, ("CF_JDRQ", "DATA_ITEM_INVALID")),
        ({"CF_JDRQ": "2026/03/19"}, ("CF_JDRQ", "DATE_IN_FUTURE")),
        ({"CF_JDRQ": "2020/12/31"}, ("CF_JDRQ", "ITEM_NOT_IN_FORCE")),
        ({"CF_NR_FK": "5万"}, ("CF_NR_FK", "DATA_ITEM_INVALID")),
        ({"CF_NR_FK": "5.0000001"}, ("CF_NR_FK", "DATA_ITEM_INVALID")),
        ({"CF_CFLB": "罚金"}, ("CF_CFLB", "DATA_ITEM_INVALID")),
        ({"CF_CFJGDM": "x"}, ("CF_CFJGDM", "DATA_ITEM_INVALID")),
        ({"CF_FRDB": "虚构甲", "CF_FR_ZJHM": "350205199002300011"}, ("CF_FR_ZJHM", "RESIDENT_ID_INVALID")),
        ({"CF_SXYZCD": "一般"}, ("CF_SXYZCD", "SEVERITY_UNKNOWN")),
        ({"CF_SXYZCD": "很严重"}, ("CF_SXYZCD", "DATA_ITEM_INVALID")),
        ({"RX_BJRQ": "2026/03/01"}, ("RX_BJRQ", "DATES_OUT_OF_ORDER")),
        ({"RX_BJRQ": "2026/03/19"}, ("RX_BJRQ", "DATE_IN_FUTURE")),
        ({"RX_BJRQ": "昨天"}, ("RX_BJRQ", "DATA_ITEM_INVALID")),
    ],
)
async def test_a_refused_row_names_column_and_reason(
    desk: Desk, changes: dict[str, str], fault: tuple[str, str]
) -> None:
    beside = ["CF_SXYZCD", "RX_BJRQ"]
    file = sheet("penalty", [penalty(1), penalty(2, **changes)], codes=[*columns("penalty"), *beside])
    summary = await desk.hand_in(file)
    assert _counts(summary) == (2, 1, 0, 1)
    assert await desk.refusals(summary) == [(3, *fault)]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"CF_XDR_ZJHM": ""}, ("CF_XDR_ZJHM", "DATA_ITEM_MISSING")),
        ({"CF_XDR_ZJHM": "350205199002300011"}, ("CF_XDR_ZJHM", "RESIDENT_ID_INVALID")),
        ({"CF_XDR_ZJLX": "护照号"}, ("CF_XDR_ZJLX", "DOCUMENT_NOT_SUPPORTED")),
        ({"CF_XDR_SHXYM": invented_uscc(1)}, ("CF_XDR_SHXYM", "DATA_ITEM_INVALID")),
    ],
)
async def test_a_person_is_known_by_the_identity_number(
    desk: Desk, changes: dict[str, str], fault: tuple[str, str]
) -> None:
    summary = await desk.hand_in(sheet("penalty", [{**person(1, "虚构乙"), **changes}]))
    assert await desk.refusals(summary) == [(2, *fault)]
    assert summary.state == "void"
    assert await desk.count("subject") == 0


@pytest.mark.parametrize(
    ("card", "number", "masked"),
    [
        ("外国人永久居留身份证", "935840198803010012", "935*************12"),
        ("外国人永久居留身份证", "KAZ110090123105", "K*************5"),
        ("其他-港澳台居民居住证", "810000199001010027", "810*************27"),
        ("其他－台湾居民居住证", "830000197512310034", "830*************34"),
    ],
)
async def test_who_holds_another_card_whose_number_stays_is_known_by_it(
    desk: Desk, card: str, number: str, masked: str
) -> None:
    """新乡三 (个人等各类社会主体): foreigners and residents of Hong Kong, Macao and Taiwan work here, too."""
    summary = await desk.hand_in(sheet("penalty", [person(1, "虚构乙", CF_XDR_ZJLX=card, CF_XDR_ZJHM=number)]))
    assert _counts(summary) == (1, 1, 0, 0)
    assert await desk.tx.connection.fetchval("SELECT masked_id_number FROM subject") == masked


@pytest.mark.parametrize(("born", "refused"), [("20120302", True), ("20120301", False)])
async def test_a_penalty_against_a_child_is_refused_with_the_law(desk: Desk, born: str, refused: bool) -> None:
    """行政处罚法 30: who is not fourteen, as nobody is before the day after its birthday, is not punished."""
    number = f"350200{born}001"
    given = person(1, "虚构乙", CF_XDR_ZJHM=number + resident_id_check_character(number), CF_JDRQ="2026/03/02")
    summary = await desk.hand_in(sheet("penalty", [given]))
    assert await desk.refusals(summary) == ([(2, "CF_XDR_ZJHM", "CHILD_PUNISHED")] if refused else [])


@pytest.mark.parametrize(("born", "disclosure"), [("20080302", "restricted"), ("20080301", "public")])
async def test_a_penalty_against_a_minor_is_kept_back(desk: Desk, born: str, disclosure: str) -> None:
    """未成年人保护法 103: nobody is told what lets the minor be recognised; its office and itself see it."""
    number = f"350200{born}001"
    given = person(1, "虚构乙", CF_XDR_ZJHM=number + resident_id_check_character(number), CF_JDRQ="2026/03/02")
    summary = await desk.hand_in(sheet("penalty", [given, person(2, "虚构丙")]))
    assert _counts(summary) == (2, 2, 0, 0)
    rows = await desk.tx.connection.fetch(
        "SELECT disclosure, publication_due_on FROM credit_record ORDER BY decision_no"
    )
    assert [row["disclosure"] for row in rows] == [disclosure, "public"]
    assert (rows[0]["publication_due_on"] is None) == (disclosure == "restricted")


async def test_a_row_is_refused_for_all_its_faults_at_once(desk: Desk) -> None:
    summary = await desk.hand_in(sheet("penalty", [penalty(1, CF_SY="", CF_NR_FK="x", CF_XDR_SHXYM="y")]))
    assert await desk.refusals(summary) == [
        (2, "CF_NR_FK", "DATA_ITEM_INVALID"),
        (2, "CF_SY", "DATA_ITEM_MISSING"),
        (2, "CF_XDR_SHXYM", "USCC_INVALID"),
    ]


async def test_a_row_with_too_many_cells_is_refused(desk: Desk) -> None:
    text = sheet("penalty", [penalty(1)]).getvalue().decode().rstrip() + ",more\r\n"
    assert await desk.refusals(await desk.hand_in(io.BytesIO(text.encode()))) == [(2, None, "ROW_TOO_WIDE")]


async def test_a_permit_does_not_end_before_it_begins(desk: Desk) -> None:
    permits = await desk.of("350200", "SP")
    summary = await permits.hand_in(sheet("permit", [permit(1, XK_YXQZI="2026/03/01")]))
    assert await desk.refusals(summary) == [(2, "XK_YXQZI", "DATES_OUT_OF_ORDER")]


async def test_no_value_of_a_refused_row_is_kept(desk: Desk) -> None:
    number = invented_resident_id(5)
    await desk.hand_in(sheet("penalty", [{**person(5, "虚构戊"), "CF_NR_FK": "秘密的值"}]))
    kept = await desk.tx.connection.fetch("SELECT refused_row::text AS row FROM refused_row")
    told = await desk.tx.connection.fetch("SELECT image::text AS row FROM ledger_event")
    for word in ("虚构戊", "秘密的值", number):
        assert word not in str([row["row"] for row in [*kept, *told]])


async def test_lenient_mode_flags_a_code_that_fails_its_check(desk: Desk) -> None:
    rows = [penalty(1, CF_XDR_SHXYM="91350211M0000XUF46"), penalty(2, CF_XDR_SHXYM="91350211M0000XUF4")]
    summary = await desk.hand_in(sheet("penalty", rows), lenient=True)
    assert await desk.refusals(summary) == [(3, "CF_XDR_SHXYM", "USCC_INVALID")]
    assert await desk.tx.connection.fetchval("SELECT uscc_lenient FROM subject")


# -- the same again


async def test_the_same_file_twice_adds_nothing(desk: Desk) -> None:
    rows = [penalty(1), penalty(2, CF_NR_FK="x"), person(3, "虚构丙")]
    assert _counts(await desk.hand_in(sheet("penalty", rows))) == (3, 2, 0, 1)
    before = [await desk.count(table) for table in ("credit_record", "subject", "legal_representative")]
    again = await desk.hand_in(sheet("penalty", rows))
    assert _counts(again) == (3, 0, 2, 1)
    assert again.state == "completed"
    assert [await desk.count(table) for table in ("credit_record", "subject", "legal_representative")] == before


async def test_the_same_file_is_known_even_after_a_record_was_withdrawn(desk: Desk) -> None:
    await desk.hand_in(sheet("penalty", [penalty(1)]))
    record = (await desk.records())[0]["id"]
    await withdraw(desk.tx, BOOKS, record, reason="处罚决定被撤销")
    assert _counts(await desk.hand_in(sheet("penalty", [penalty(1)]))) == (1, 0, 1, 0)
    assert [row["state"] for row in await desk.records()] == ["withdrawn"]


async def test_a_growing_list_does_not_bring_back_what_was_withdrawn(desk: Desk) -> None:
    await desk.hand_in(sheet("penalty", [penalty(1)]))
    await withdraw(desk.tx, BOOKS, (await desk.records())[0]["id"], reason="处罚决定被撤销")
    assert _counts(await desk.hand_in(sheet("penalty", [penalty(1), penalty(2)]))) == (2, 1, 1, 0)
    assert [row["state"] for row in await desk.records()] == ["withdrawn", "submitted"]


async def test_what_was_refused_of_a_file_is_refused_again_when_it_comes_again(desk: Desk) -> None:
    """XM-08c: a row that says otherwise than the record that is here is no known row because its file came before."""
    await desk.hand_in(sheet("penalty", [penalty(1)]))
    rows = [penalty(2), penalty(1, CF_SY="另一事由"), penalty(2, CF_NR="罚款人民币六万元"), penalty(2)]
    first = await desk.hand_in(sheet("penalty", rows))
    assert _counts(first) == (4, 1, 1, 2)
    told = await desk.refusals(first)
    assert [(line, code) for line, _, code in told] == [(3, "RECORD_EXISTS"), (4, "RECORD_EXISTS")]
    for _ in range(2):
        again = await desk.hand_in(sheet("penalty", rows))
        assert _counts(again) == (4, 0, 2, 2)
        assert await desk.refusals(again) == told


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("RX_GZQX", "2026/04/30"),
        ("RX_YJCJ", "法律"),
        ("RX_WFQJ", "是"),
        ("CF_SXYZCD", "轻微"),
        ("RX_BJRQ", "2026/03/03"),
    ],
)
async def test_a_row_that_says_more_than_the_record_is_no_known_row(desk: Desk, column: str, value: str) -> None:
    """XM-06d, SH-05b: what stands beside the sheet is not dropped unsaid when the decision is here without it."""
    codes = [*columns("penalty"), column]
    fuller = {**penalty(1), column: value}
    await desk.hand_in(sheet("penalty", [penalty(1)]))
    assert [one[2] for one in await desk.refusals(await desk.hand_in(sheet("penalty", [fuller], codes=codes)))] == [
        "RECORD_EXISTS"
    ]
    both = [{**penalty(2)}, {**fuller, **penalty(2)}]
    assert [one[2] for one in await desk.refusals(await desk.hand_in(sheet("penalty", both, codes=codes)))] == [
        "RECORD_EXISTS"
    ]
    whole = [{**fuller, **penalty(3)}]
    assert (await desk.hand_in(sheet("penalty", whole, codes=codes))).rows_added == 1
    assert (await desk.hand_in(sheet("penalty", [penalty(3)]))).rows_known == 1


async def test_a_withdrawn_decision_is_taken_again_when_its_row_was_put_right(desk: Desk) -> None:
    await desk.hand_in(sheet("penalty", [penalty(1)]))
    await withdraw(desk.tx, BOOKS, (await desk.records())[0]["id"], reason="录入有误")
    mended = sheet("penalty", [penalty(1, CF_NR_FK="9")])
    assert _counts(await desk.hand_in(mended)) == (1, 1, 0, 0)
    mended.seek(0)
    assert _counts(await desk.hand_in(mended)) == (1, 0, 1, 0)
    assert sorted(row["state"] for row in await desk.records()) == ["submitted", "withdrawn"]


async def test_a_longer_file_adds_only_what_is_new(desk: Desk) -> None:
    await desk.hand_in(sheet("penalty", [penalty(1), penalty(2)]))
    assert _counts(await desk.hand_in(sheet("penalty", [penalty(1), penalty(2), penalty(3)]))) == (3, 1, 2, 0)


async def test_a_changed_row_of_a_known_decision_is_refused(desk: Desk) -> None:
    await desk.hand_in(sheet("penalty", [penalty(1)]))
    summary = await desk.hand_in(sheet("penalty", [penalty(1, CF_NR_FK="9")]))
    assert await desk.refusals(summary) == [(2, None, "RECORD_EXISTS")]


async def test_a_row_twice_in_one_file_is_known_the_second_time(desk: Desk) -> None:
    summary = await desk.hand_in(sheet("penalty", [penalty(1), penalty(1), penalty(1, CF_NR_FK="9")]))
    assert _counts(summary) == (3, 1, 1, 1)
    assert await desk.refusals(summary) == [(4, None, "RECORD_EXISTS")]


async def test_another_offices_decision_is_refused_and_only_the_office_named(desk: Desk) -> None:
    inspection, bureau = await desk.of("420300", "JC"), await desk.of("420300", "HRSS")
    await inspection.hand_in(sheet("penalty", [penalty(1)]))
    summary = await bureau.hand_in(sheet("penalty", [penalty(1), penalty(2)]))
    assert _counts(summary) == (2, 1, 0, 1)
    assert await desk.refusals(summary) == [(2, None, "DECISION_ALREADY_PROVIDED")]
    row = await desk.tx.connection.fetchrow("SELECT reason, reason_zh FROM refused_row")
    assert row["reason"].endswith("Responsible: 市劳动保障监察局.")
    assert row["reason_zh"].endswith("责任单位：市劳动保障监察局。")


async def test_no_cell_whatever_it_holds_breaks_an_import(desk: Desk) -> None:
    dice = random.Random(20260318)
    alphabet = [
        *"0129XVabc,;\t\"'\\/-. \x00\x1b\u200b\u3000",
        "罚款",
        "自然人",
        "身份证",
        "2026/03/02",
        "𠮷",
        "９",
        "\n",
    ]

    def cell() -> str:
        return "".join(dice.choice(alphabet) for _ in range(dice.randrange(6)))

    codes = [*columns("penalty"), *(code for code, _ in BESIDE.values())]
    rows = []
    for number in range(400):
        row = penalty(number) if dice.random() < 0.7 else person(number, "虚构丁")
        rows.append(row | {code: cell() for code in dice.sample(codes, dice.randrange(4))})
    summary = await desk.hand_in(sheet("penalty", rows, codes=codes), lenient=dice.random() < 0.5, publish=True)
    read, added, known, refused = _counts(summary)
    assert read == added + known + refused == 400
    assert min(added, refused) > 50
    assert {line for line, *_ in await desk.refusals(summary)} <= set(range(2, 5000))


# -- subjects


async def test_an_organisation_with_many_rows_is_entered_once(desk: Desk) -> None:
    code = invented_uscc(77)
    rows = [penalty(number, CF_XDR_SHXYM=code, CF_XDR_MC=f"厦门虚构{number}公司") for number in range(5)]
    assert _counts(await desk.hand_in(sheet("penalty", rows))) == (5, 5, 0, 0)
    subject = await desk.tx.connection.fetchrow("SELECT * FROM subject")
    assert (await desk.count("subject"), subject["name"], subject["kind"]) == (1, "厦门虚构0公司", "enterprise")
    assert subject["name_pinyin"] == "xiamenxugou0gongsi xmxg0gs"


async def test_a_persons_number_is_nowhere_in_clear(desk: Desk) -> None:
    number = invented_resident_id(3)
    facts = f"当事人证件号码{number}，案号350200202603020001"
    await desk.hand_in(sheet("penalty", [person(3, "虚构丙", CF_WFXW="虚构丙的违法行为", CF_SY=facts)]))
    subject = await desk.tx.connection.fetchrow("SELECT * FROM subject")
    record = (await desk.records())[0]
    assert desk.vault.open(subject["id_cipher"]) == number
    assert (subject["masked_name"], record["title"]) == ("虚**", "虚**的违法行为")
    assert json.loads(record["content"])["CF_SY"].endswith("，案号350200202603020001")
    assert not {"CF_XDR_MC", "CF_XDR_ZJHM", "CF_XDR_ZJLX"} & json.loads(record["content"]).keys()
    for table in ("subject", "credit_record", "ledger_event", "outbox_event", "refused_row"):
        rows = await desk.tx.connection.fetch(f"SELECT t::text AS row FROM {table} t")
        assert number not in str([row["row"] for row in rows])


async def test_a_number_under_two_names_is_refused_the_second_time(desk: Desk) -> None:
    number = invented_resident_id(3)
    rows = [
        person(3, "虚构丙"),
        person(3, "虚构丁", CF_WSH="另一号"),
        penalty(4, CF_FRDB="虚构戊", CF_FR_ZJHM=number),
        penalty(5, CF_FRDB="虚构丙", CF_FR_ZJHM=number),
    ]
    summary = await desk.hand_in(sheet("penalty", rows))
    assert await desk.refusals(summary) == [
        (3, "CF_XDR_ZJHM", "PERSON_NAME_DISAGREES"),
        (4, "CF_FR_ZJHM", "PERSON_NAME_DISAGREES"),
    ]
    assert await desk.count("subject") == 2


async def test_the_latest_row_tells_who_represents_an_organisation(desk: Desk) -> None:
    code = invented_uscc(9)

    def row(number: int, name: str, day: str) -> dict[str, str]:
        return penalty(number, CF_XDR_SHXYM=code, CF_FRDB=name, CF_JDRQ=day)

    await desk.hand_in(sheet("penalty", [row(1, "虚构甲", "2025/06/02"), row(2, "虚构乙", "2025/03/03")]))
    await desk.hand_in(sheet("penalty", [row(3, "虚构丙", "2026/01/05"), row(4, "虚构丁", "2024/01/05")]))
    links = await desk.tx.connection.fetch("SELECT name, from_on, to_on FROM legal_representative ORDER BY from_on")
    assert [tuple(link) for link in links] == [
        ("虚构甲", date(2025, 6, 2), date(2026, 1, 4)),
        ("虚构丙", date(2026, 1, 5), None),
    ]
    verbs = await desk.tx.connection.fetch(
        "SELECT verb FROM ledger_event WHERE object = 'legal_representative' ORDER BY id"
    )
    assert [row["verb"] for row in verbs] == ["link", "end", "link"]


# -- what the rulebook makes of rows


async def test_terms_run_from_the_decision_where_the_sheet_has_no_closing_day(desk: Desk) -> None:
    row = penalty(1, CF_JDRQ="2021/09/10", RX_BJRQ="2021/09/24")
    without = await desk.hand_in(sheet("penalty", [row]))
    assert not without.has_closing_days
    assert (await desk.records())[0]["publication_due_on"] == date(2021, 9, 22)


async def test_terms_run_from_the_closing_day_where_it_is_handed_in(desk: Desk) -> None:
    row = penalty(1, CF_JDRQ="2021/09/10", RX_BJRQ="2021/09/24")
    summary = await desk.hand_in(sheet("penalty", [row], codes=[*columns("penalty"), "RX_BJRQ"]))
    assert summary.has_closing_days
    assert (await desk.records())[0]["publication_due_on"] == date(2021, 10, 9)


async def test_what_may_be_published_is_published_at_once_where_asked(desk: Desk) -> None:
    rows = [penalty(1, CF_SXYZCD="轻微失信行为", **TOLD), penalty(2)]
    codes = [*columns("penalty"), "CF_SXYZCD", *TOLD]
    summary = await desk.hand_in(sheet("penalty", rows, codes=codes), publish=True)
    assert summary.rows_published == 1
    published, waiting = await desk.records()
    assert (published["state"], published["public_until"]) == ("published", date(2029, 3, 2))
    assert (published["portal_at"], published["platform_at"]) == (desk.tx.now, None)
    assert (waiting["state"], waiting["published_at"]) == ("submitted", None)


async def test_every_record_has_its_ledger_events_and_what_is_published_is_told(desk: Desk) -> None:
    rows = [penalty(number, CF_SXYZCD="轻微", **TOLD) for number in range(3)]
    await desk.hand_in(sheet("penalty", rows, codes=[*columns("penalty"), "CF_SXYZCD", *TOLD]), publish=True)
    events = await desk.tx.connection.fetch(
        "SELECT object_id, verb, image->>'state' AS state, basis, subject_id FROM ledger_event"
        " WHERE object = 'credit_record' ORDER BY object_id, id"
    )
    records = sorted(await desk.records(), key=lambda record: str(record["id"]))
    for record, pair in zip(records, zip(events[::2], events[1::2], strict=True), strict=True):
        assert [(e["object_id"], e["verb"], e["state"], e["subject_id"]) for e in pair] == [
            (record["id"], "submit", "submitted", record["subject_id"]),
            (record["id"], "publish", "published", record["subject_id"]),
        ]
        assert all(e["basis"].endswith("》 8") for e in pair)
    sent = await desk.tx.connection.fetch("SELECT object, verb, count(*) FROM outbox_event GROUP BY 1, 2")
    assert {tuple(row) for row in sent} == {
        ("credit_record", "publish", 3),
        ("record_import", "hand_in", 1),
        ("record_import", "advance", 1),
        ("record_import", "complete", 1),
    }


async def test_a_penalty_whose_subject_was_not_told_of_its_rights_waits_xm_02b(desk: Desk) -> None:
    rows = [
        penalty(1, CF_SXYZCD="轻微", **TOLD),
        penalty(2, CF_SXYZCD="轻微"),
        penalty(3, CF_SXYZCD="轻微", **TOLD | {"RX_XFGZRQ": "2026/03/01"}),
        penalty(4, CF_SXYZCD="轻微", **TOLD | {"RX_XFGZRQ": "2026/03/19"}),
        penalty(5, CF_SXYZCD="轻微", **TOLD | {"RX_XFGZFS": ""}),
        penalty(6, CF_SXYZCD="轻微", **TOLD | {"RX_XFGZFS": "口头"}),
    ]
    codes = [*columns("penalty"), "CF_SXYZCD", *TOLD]
    summary = await desk.hand_in(sheet("penalty", rows, codes=codes), publish=True)
    assert [row["state"] for row in await desk.records()] == ["published", "submitted"]
    assert await desk.refusals(summary) == [
        (4, "RX_XFGZRQ", "DATES_OUT_OF_ORDER"),
        (5, "RX_XFGZRQ", "DATE_IN_FUTURE"),
        (6, "RX_XFGZFS", "DATA_ITEM_MISSING"),
        (7, "RX_XFGZFS", "DATA_ITEM_INVALID"),
    ]
    notice = await desk.tx.connection.fetchrow("SELECT * FROM repair_notice")
    assert (notice["served_on"], notice["channel"], notice["version"]) == (date(2026, 3, 2), "with_decision", 1)
    assert "厦人社监罚〔2026〕1号" in notice["content"]
    assert "自2026年6月3日起可以申请信用修复" in notice["content"]


async def test_a_permit_has_no_notice_of_rights_of_repair(desk: Desk) -> None:
    permits = await desk.of("350200", "SP")
    summary = await permits.hand_in(sheet("permit", [permit(1, **TOLD)], codes=[*columns("permit"), *TOLD]))
    assert await desk.refusals(summary) == [(2, "RX_XFGZRQ", "REPAIR_NOTICE_NOT_APPLICABLE")]


async def test_the_term_of_correction_is_handed_in_beside_the_sheet_xm_06d(desk: Desk) -> None:
    await desk.hand_in(sheet("penalty", [penalty(1, RX_GZQX="2026/03/31")], codes=[*columns("penalty"), "RX_GZQX"]))
    assert (await desk.records())[0]["correction_due_on"] == date(2026, 3, 31)


async def test_a_shanghai_penalty_by_summary_procedure_is_kept_and_no_dishonest_conduct(desk: Desk) -> None:
    shanghai = await desk.of("310000", "ZFZD")
    beside = ["CF_SXYZCD", "RX_CFCX", "RX_YJCJ", "RX_WFQJ"]
    rows = [
        penalty(1, CF_SXYZCD="严重", RX_CFCX="一般程序", RX_YJCJ="法律"),
        penalty(2, CF_SXYZCD="一般", RX_CFCX="简易程序"),
        penalty(3, CF_SXYZCD="一般", RX_CFCX="普通程序", RX_WFQJ="是"),
        penalty(4, CF_SXYZCD="严重", RX_CFCX="一般程序", RX_YJCJ="部门规章"),
        penalty(5, CF_SXYZCD="轻微", RX_CFCX="一般程序"),
    ]
    summary = await shanghai.hand_in(sheet("penalty", rows, codes=[*columns("penalty"), *beside]))
    assert [row["dishonest"] for row in await desk.records()] == [True, False, False]
    assert await desk.refusals(summary) == [
        (5, "RX_YJCJ", "SEVERITY_BASIS_INSUFFICIENT"),
        (6, "CF_SXYZCD", "SEVERITY_UNKNOWN"),
    ]


async def test_progress_is_told_after_each_block(desk: Desk) -> None:
    told: list[tuple[int, int]] = []
    rows = [penalty(number) for number in range(450)]
    await desk.hand_in(
        sheet("penalty", rows),
        rows_at_once=200,
        progress=lambda summary: told.append((summary.rows_read, summary.rows_total)),
    )
    assert told == [(200, 450), (400, 450), (450, 450)]


@pytest.mark.parametrize("rows_at_once", [1, 3, 10_000])
async def test_the_size_of_blocks_changes_nothing(desk: Desk, rows_at_once: int) -> None:
    twice = penalty(3)
    rows = [
        penalty(1, CF_FRDB="虚构甲", CF_FR_ZJHM=invented_resident_id(1)),
        person(1, "虚构甲"),
        penalty(2, CF_JDRQ="2026/02/30"),
        twice,
        person(1, "虚构乙", CF_WSH="乙号"),
        twice,
        {**twice, "CF_SY": "另一事由"},
        penalty(4),
    ]
    summary = await desk.hand_in(sheet("penalty", rows), rows_at_once=rows_at_once)
    assert _counts(summary) == (8, 4, 1, 3)
    assert await desk.refusals(summary) == [
        (4, "CF_JDRQ", "DATA_ITEM_INVALID"),
        (6, "CF_XDR_ZJHM", "PERSON_NAME_DISAGREES"),
        (8, None, "RECORD_EXISTS"),
    ]


async def test_a_trial_tells_everything_and_takes_nothing(desk: Desk) -> None:
    rows = [penalty(1), penalty(2, CF_SY=""), penalty(1)]
    summary = await desk.hand_in(sheet("penalty", rows), rows_at_once=2, trial=True)
    assert (_counts(summary), summary.is_dry_run, summary.state) == ((3, 1, 1, 1), True, "completed")
    assert await desk.count("credit_record") == 0
