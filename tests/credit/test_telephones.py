"""A mobile telephone number is masked wherever a text shows one; a number of something else stays as it is."""

from __future__ import annotations

import pytest

from domain.credit.data_items import DataItem, shown_text, written_value
from domain.identifiers import invented_resident_id
from domain.registry.enrolment import names_identity
from domain.registry.telephones import without_telephones

NUMBER = invented_resident_id(3)
SHOWN = f"{NUMBER[:3]}{'*' * 13}{NUMBER[-2:]}"
REMARK, PERMIT_NO = DataItem("BZ", name="备注"), DataItem("XK_XKBH", name="许可编号")


@pytest.mark.parametrize(("text", "shown"), [
    ("经办人电话13812345678。", "经办人电话138******78。"),
    ("手机号码：138 1234 5678", "手机号码：138********78"),
    ("电话138-1234-5678", "电话138********78"),
    ("微信号13812345678", "微信号138******78"),
    ("１３８１２３４５６７８", "１３８******７８"),
    ("+86 13812345678、008613912345679", "+86 138******78、0086139******79"),
    ("13812345678,13912345679/15012345670", "138******78,139******79/150******70"),
])  # fmt: skip
def test_a_telephone_number_is_masked_however_it_is_written_xm_05a(text: str, shown: str) -> None:
    assert without_telephones(text) == shown


@pytest.mark.parametrize(("text", "shown"), [
    ("家庭电话：0592-2110000。", "家庭电话：059*******00。"),
    ("本人座机(0592)2110000", "本人座机(05********00"),
    ("其联系电话２１１００００，", "其联系电话*******，"),
])  # fmt: skip
def test_the_number_of_a_landline_is_masked_where_it_is_called_somebodys_own_xm_05a(text: str, shown: str) -> None:
    assert without_telephones(text) == shown
    assert names_identity(text, person_name=None)


@pytest.mark.parametrize(
    "text", ["咨询电话0592-2110000", "投诉电话：12333", "监督电话0592-12333", "本人电话未留，编号20260001"]
)
def test_the_telephone_of_an_office_stays(text: str) -> None:
    assert without_telephones(text) == text
    assert not names_identity(text, person_name=None)


@pytest.mark.parametrize("text", [
    "厦人社监罚〔2026〕13812345678号", "第13812345678号", "合同编号：13812345678", "许可证号15035020123", "账号 13812345678",
    "XK-13812345678", "13812345678-01", "罚款13812345678元", "投资13800000000.50元", "金额¥13800000000",
    "23812345678", "138123456789", "12812345678", "1381234567",
])  # fmt: skip
def test_a_number_that_is_called_another_one_stays(text: str) -> None:
    assert without_telephones(text) == text


@pytest.mark.parametrize(("item", "value", "written"), [
    (REMARK, "13812345678", "138******78"),
    (REMARK, NUMBER, SHOWN),
    (DataItem("CONTACT", name="联系电话号码"), "13812345678", "138******78"),
    (DataItem("CF_CFLB", "always", "choices", ("罚款", "其他"), name="处罚类别"), f"罚款;其他-{NUMBER}", f"罚款;其他-{SHOWN}"),
    (DataItem("CARD", kind="id_number", name="证件"), NUMBER, SHOWN),
    (PERMIT_NO, "13812345678", "13812345678"),
    (PERMIT_NO, NUMBER, SHOWN),
    (DataItem("CF_XDR_GSZC", name="行政相对人代码_2(工商注册号)"), "13812345678", "13812345678"),
    (DataItem("CF_NR_FK", kind="money", name="罚款金额(万元)"), "13812345678", "13812345678"),
    (DataItem("CF_XDR_ZJHM", kind="id_number", name="证件号码"), NUMBER, NUMBER),
])  # fmt: skip
def test_a_data_item_keeps_no_number_that_stands_for_a_person_xm_05a(item: DataItem, value: str, written: str) -> None:
    """The column of the party's own number is read to find the party, and is not stored."""
    assert written_value(item, value) == written


@pytest.mark.parametrize("written", [
    "".join(chr(ord(digit) + 0xFEE0) for digit in NUMBER), f"{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}",
    f"{NUMBER[:6]}-{NUMBER[6:14]}-{NUMBER[14:]}", NUMBER.lower(),
])  # fmt: skip
def test_an_identity_number_is_masked_however_it_is_written_xm_05a(written: str) -> None:
    assert shown_text(f"当事人{written}，经查", person_name=None) == f"当事人{SHOWN}，经查"
    assert shown_text(f"0{written}", person_name=None) == f"0{written}", "a part of a longer number"
