"""Asking the rulebooks: the layers, the silences, the spellings."""

from __future__ import annotations

from datetime import date

import pytest

from domain.rulebook.answer import LayerStatus, RuleAnswer, RuleStatus
from domain.rulebook.loader import load_rulebooks
from domain.rulebook.lookup import (
    JurisdictionUnknown,
    OfficeUnknown,
    RulePathUnknown,
    book_of,
    catalogue_item,
    data_items,
    list_kind,
    paths,
    purpose,
    resolve_office,
    rule,
    search,
    severities,
    severity,
)

BOOKS = load_rulebooks()
IN_2021 = date(2021, 6, 15)
CITIES = ("350200", "350205", "410700", "420300", "310000")


def ask(jurisdiction: str, path: str, on: date = IN_2021) -> RuleAnswer:
    return rule(BOOKS, jurisdiction, path, on)


def test_a_path_that_no_rulebook_knows_is_refused() -> None:
    with pytest.raises(RulePathUnknown):
        ask("350200", "deadline.doubel_publicity")


def test_a_jurisdiction_without_a_rulebook_is_refused() -> None:
    with pytest.raises(JurisdictionUnknown):
        ask("110000", "deadline.double_publicity")


@pytest.mark.parametrize("jurisdiction", CITIES)
def test_every_known_path_has_an_answer_with_every_layer_asked_in_order(jurisdiction: str) -> None:
    book = book_of(BOOKS, jurisdiction)
    expected = [book.id, *(layer.rulebook for layer in book.layers)]
    for path in BOOKS.known_paths:
        answer = ask(jurisdiction, path)
        assert [layer.rulebook for layer in answer.layers] == expected
        assert (answer.value is None) == (answer.status in (RuleStatus.NONE_SET, RuleStatus.NOT_LOADED))


@pytest.mark.parametrize("jurisdiction", CITIES)
def test_whatever_has_a_value_cites_document_clause_and_words(jurisdiction: str) -> None:
    for path in BOOKS.known_paths:
        answer = ask(jurisdiction, path)
        if answer.value is not None:
            assert answer.layer is not None
            assert answer.clause
            assert answer.quote
            assert answer.law
            assert answer.law in answer.citation


def test_none_set_and_not_loaded_are_different_answers() -> None:
    """SY-16: a parent whose text is not held is “not loaded”, never “silent”."""
    assert ask("410700", "deadline.batch").status is RuleStatus.NONE_SET
    assert ask("420300", "deadline.double_publicity").status is RuleStatus.NOT_LOADED


def test_a_sister_document_never_binds() -> None:
    """HC-00: the city bureau's work points are Haicang's sister, not its parent."""
    answer = ask("350205", "quota.typical_cases.JCZD")

    assert answer.status is RuleStatus.BY_ANALOGY
    assert not answer.binding
    assert answer.inherited
    assert answer.reading is not None
    assert "do not bind" in answer.reading


def test_a_silent_text_still_gives_the_words_that_come_nearest() -> None:
    """XM-05b: 按时 is no number, and is shown."""
    own = ask("350200", "deadline.objection.decide").layers[0]

    assert own.status is LayerStatus.NONE_SET
    assert own.clause == "5"
    assert own.quote == "按时处理异议信息、反馈核查结果"


def test_silence_on_a_path_covers_what_lies_below_it() -> None:
    own = ask("350205", "quota.typical_cases.JCZD").layers[0]

    assert own.status is LayerStatus.NONE_SET
    assert own.clause == "22"


def test_a_value_of_the_parent_is_never_passed_off_as_the_childs() -> None:
    """SH-10: the bureau says 及时, the regulation five working days."""
    answer = ask("310000", "deadline.objection.decide", date(2024, 1, 10))

    assert answer.binding
    assert answer.inherited
    assert answer.layer is not None
    assert answer.layer.level == "local_regulation"


def test_the_own_rule_is_not_inherited() -> None:
    answer = ask("350200", "deadline.double_publicity")

    assert answer.binding
    assert not answer.inherited


def test_two_layers_that_say_different_things_are_made_visible() -> None:
    """SH-14b: higher law prevails; the severity words of city and nation differ from 2026-04-01."""
    assert ask("310000", "severity.vocabulary", date(2026, 4, 1)).differs
    assert not ask("310000", "severity.vocabulary", date(2026, 3, 31)).differs


def test_two_layers_that_say_the_same_do_not_differ() -> None:
    """SH-09a: the eight fields of the city are those of the national regulation."""
    assert not ask("310000", "joint_punishment.wage_arrears.fields", date(2024, 1, 10)).differs


def test_severities_follow_the_layer_that_sets_them() -> None:
    """XM-02a, SH-05e, SH-14b: 轻微|严重 in Xiamen, 一般|严重 in Shanghai, three classes by the order of 2026, which 上海14
    lets go before."""

    def codes(jurisdiction: str, on: date) -> list[str]:
        return [row.code for row in severities(BOOKS, jurisdiction, on)]

    assert codes("350200", IN_2021) == ["minor", "serious"]
    assert codes("350200", date(2025, 1, 1)) == ["minor", "serious"]
    assert codes("350200", date(2026, 4, 1)) == ["minor", "general", "serious"]
    assert codes("310000", date(2024, 1, 10)) == ["general", "serious"]
    assert codes("310000", date(2026, 3, 31)) == ["general", "serious"]
    assert codes("310000", date(2026, 4, 1)) == ["minor", "general", "serious"]
    assert [row.name for row in severities(BOOKS, "310000", date(2026, 4, 1))][1:] == ["一般失信行为", "严重失信行为"]
    assert codes("410700", date(2021, 1, 1)) == []


def test_a_severity_is_found_by_code_and_by_name() -> None:
    by_name = severity(BOOKS, "350200", "严重失信行为", IN_2021)

    assert by_name is not None
    assert by_name == severity(BOOKS, "350200", "serious", IN_2021)
    assert severity(BOOKS, "350200", "一般失信行为", IN_2021) is None


@pytest.mark.parametrize(
    ("jurisdiction", "spelling", "code"),
    [
        ("350200", "监察支队", "JCZD"),
        ("350200", "市监察支队", "JCZD"),
        ("350200", "JCZD", "JCZD"),
        ("350200", "局信用办", "JC"),
        ("350200", "办公室（新闻中心）", "BG"),
        ("350200", " 市 信用平台 ", "PLATFORM"),
        ("350200", "市信用信息共享平台", "PLATFORM"),
        ("410700", "就业办", "JYB"),
        ("410700", "就业局", "JYJ"),
        ("410700", "监察科", "JCK"),
        ("410700", "市劳动保障监察支队", "JCZD"),
        ("350205", "区人社局", "RSJ"),
    ],
)
def test_every_spelling_of_an_office_resolves_to_one_office(jurisdiction: str, spelling: str, code: str) -> None:
    assert resolve_office(book_of(BOOKS, jurisdiction), spelling).code == code


def test_an_office_the_text_does_not_name_is_refused() -> None:
    with pytest.raises(OfficeUnknown):
        resolve_office(book_of(BOOKS, "350200"), "市医保中心")


def test_the_paths_of_a_rulebook_are_those_with_a_value() -> None:
    book = book_of(BOOKS, "350200")

    assert "deadline.double_publicity" in paths(book)
    assert "deadline.objection.decide" not in paths(book)


def test_search_finds_values_by_their_words() -> None:
    found = {(book, value.path) for book, value in search(BOOKS, "白鹭分")}

    assert ("cn-xiamen-hrss-2021", "incentive.credit_plus_arbitration.threshold") in found
    assert {book for book, _ in search(BOOKS, "工作日", jurisdiction="420300")} == {"cn-shiyan-hrss-15333"}


def test_a_catalogue_edition_lasts_until_a_newer_one() -> None:
    """XM-07: the work points end with 2021, the catalogue edition does not."""
    xiamen = book_of(BOOKS, "350200")

    assert catalogue_item(xiamen, "penalty", date(2026, 6, 1)) is not None
    assert catalogue_item(xiamen, "penalty", date(2020, 12, 31)) is None


def test_the_items_of_a_document_with_a_stated_end_end_with_it() -> None:
    """SH-00: after 2028-08-31 the measures do not apply."""
    shanghai = book_of(BOOKS, "310000")

    assert catalogue_item(shanghai, "commendation", date(2028, 8, 31)) is not None
    assert catalogue_item(shanghai, "commendation", date(2028, 9, 1)) is None


def test_lists_and_purposes_are_found_by_code() -> None:
    xiamen = book_of(BOOKS, "350200")
    labour, certificate = (
        list_kind(xiamen, "labour_serious"),
        purpose(xiamen, "labour_compliance_certificate"),
    )

    assert labour is not None
    assert certificate is not None
    assert certificate.replaces == "劳动保障守法诚信证明"
    assert list_kind(xiamen, "red") is None
    assert purpose(xiamen, "marketing") is None


def test_data_items_come_from_the_item_or_from_the_set_it_names() -> None:
    xiamen = book_of(BOOKS, "350200")
    penalty, commitment = (catalogue_item(xiamen, code, IN_2021) for code in ("penalty", "commitment"))

    assert penalty is not None
    assert commitment is not None
    assert len(data_items(BOOKS, penalty)) == 30
    assert [item.code for item in data_items(BOOKS, commitment)] == ["MATTER", "MATTER_KIND", "TEXT"]
