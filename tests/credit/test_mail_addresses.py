"""An address of electronic mail is masked wherever a text shows one, but that of a public body."""

from __future__ import annotations

import pytest

from domain.credit.data_items import DataItem, written_value
from domain.registry.enrolment import names_identity
from domain.registry.mail_addresses import without_addresses


@pytest.mark.parametrize(("text", "shown"), [
    ("邮箱12345678@qq.com。", "邮箱1***@qq.com。"),
    ("请寄zhang.san+a@mail.example.com.cn查收", "请寄z***@mail.example.com.cn查收"),
    ("邮箱 a@b.cn", "邮箱 ***@b.cn"),
    ("邮箱zs＠163．com", "邮箱z***@163.com"),
    ("邮箱zs @ 163.com", "邮箱z***@163.com"),
    ("甲a1@163.com,乙b2@163.com", "甲a***@163.com,乙b***@163.com"),
    ("zs@fake-gov.cn、zs@gov.cn.example.com", "z***@fake-gov.cn、z***@gov.cn.example.com"),
])  # fmt: skip
def test_an_address_of_mail_is_masked_however_it_is_written_xm_05a(text: str, shown: str) -> None:
    assert without_addresses(text) == shown
    assert written_value(DataItem("BZ", name="备注"), text) == shown
    assert names_identity(text, person_name=None)


@pytest.mark.parametrize("text", [
    "举报邮箱jczd@hrss.xm.gov.cn", "JCZD@GOV.CN", "单价5元@10件", "微博@厦门人社", "a@b", "@", "a@@b.cn", "无邮箱",
])  # fmt: skip
def test_that_of_a_public_body_and_what_is_none_stay(text: str) -> None:
    assert without_addresses(text) == text
    assert not names_identity(text, person_name=None)


def test_a_text_made_to_be_slow_is_read_in_time_that_grows_with_its_length() -> None:
    """No timing: what would be tried anew from each of its characters would not end within the test's time."""
    text = "a" * 5_000_000 + "@"
    assert without_addresses(text) == text
