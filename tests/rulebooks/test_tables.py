"""The tables of the five rulebooks: offices, duties, catalogue items, lists, as the texts have them."""

from __future__ import annotations

from datetime import date

import pytest

from domain.registry import catalogue as catalogue_table
from domain.registry import office as office_table
from domain.registry import subject as subject_table
from domain.rulebook import vocabulary
from domain.rulebook.loader import load_rulebooks
from domain.rulebook.lookup import book_of, list_kind, resolve_office, rule

BOOKS = load_rulebooks()
CITIES = ("350200", "350205", "410700", "420300", "310000")


def duties_of(jurisdiction: str, office: str) -> set[str]:
    book = book_of(BOOKS, jurisdiction)
    return {part.clause for part in book.responsibilities if part.office == office}


def test_the_vocabularies_are_those_of_the_tables() -> None:
    assert vocabulary.DISCLOSURES == catalogue_table.DISCLOSURES
    assert vocabulary.POLARITIES == catalogue_table.POLARITIES
    assert vocabulary.BASIS_LEVELS == catalogue_table.BASIS_LEVELS
    assert vocabulary.OFFICE_KINDS == office_table.OFFICE_KINDS
    assert set(vocabulary.SUBJECT_KINDS) == set(subject_table.SUBJECT_KINDS)


def test_five_jurisdictions_run_side_by_side_and_every_parent_is_described() -> None:
    assert set(CITIES) <= set(BOOKS.heads)
    assert all(place.parent is None or place.parent in BOOKS.jurisdictions for place in BOOKS.jurisdictions.values())
    assert BOOKS.jurisdictions["350205"].parent == "350200"


@pytest.mark.parametrize("jurisdiction", CITIES)
def test_at_least_two_offices_of_a_jurisdiction_produce_something(jurisdiction: str) -> None:
    book = book_of(BOOKS, jurisdiction)
    producers = {office for item in book.catalogue for office in item.producers}

    assert len({code for code in producers if book.offices_by_code[code].form != "group"}) >= 2


@pytest.mark.parametrize("jurisdiction", ["350200", "350205", "420300"])
def test_double_publicity_has_permits_and_penalties_with_the_national_columns(jurisdiction: str) -> None:
    """XM-08b, HC-09a, SY-17."""
    items = {item.code: item for item in book_of(BOOKS, jurisdiction).catalogue if item.double_publicity}

    assert items["permit"].data_item_set == "double_publicity.permit"
    assert items["penalty"].data_item_set == "double_publicity.penalty"
    assert items["permit"].polarity == "neutral"
    assert items["penalty"].polarity == "negative"


def test_the_national_sheets_have_28_and_30_columns_with_unique_codes() -> None:
    permit, penalty = (BOOKS.data_item_sets[f"double_publicity.{kind}"].items for kind in ("permit", "penalty"))

    assert len({item.code for item in permit}) == len(permit) == 28
    assert len({item.code for item in penalty}) == len(penalty) == 30


def test_columns_that_identify_a_person_are_marked_personal() -> None:
    for kind in ("permit", "penalty"):
        items = {item.code[3:]: item for item in BOOKS.data_item_sets[f"double_publicity.{kind}"].items}
        assert all(items[code].personal for code in ("XDR_MC", "FRDB", "FR_ZJHM", "XDR_ZJHM"))


def test_a_column_may_be_required_for_one_kind_of_subject_only() -> None:
    columns = {item.code: item for item in BOOKS.data_item_sets["double_publicity.penalty"].items}

    assert columns["CF_XDR_ZJHM"].required == "natural_person"
    assert columns["CF_XDR_SHXYM"].required == "organisation"
    assert columns["CF_WSH"].required == "always"
    assert columns["BZ"].required == "never"


def test_who_produces_permits_and_penalties_in_xiamen_is_marked_as_a_reading() -> None:
    """XM-08a: clause 8 names both offices together."""
    items = {item.code: item for item in book_of(BOOKS, "350200").catalogue}

    assert items["permit"].producers == ("SP",)
    assert items["penalty"].producers == ("JCZD",)
    assert items["permit"].producer_reading
    assert items["penalty"].producer_reading


@pytest.mark.parametrize(("jurisdiction", "item"), [("350200", "penalty"), ("350205", "penalty")])
def test_a_penalty_needs_a_severity_and_a_notice_of_repair_rights(jurisdiction: str, item: str) -> None:
    """XM-02a, XM-02b, HC-01."""
    found = next(row for row in book_of(BOOKS, jurisdiction).catalogue if row.code == item)

    assert found.severity_required
    assert found.repair_notice_required


def test_the_catalogue_of_shanghai_knows_its_conditions_and_exclusions() -> None:
    """SH-05b, SH-05c, SH-05f."""
    items = {item.code: item for item in book_of(BOOKS, "310000").catalogue}

    assert items["penalty_general_procedure"].procedure == "general"
    assert items["penalty_general_procedure"].exclusions == ("违法行为轻微", "主动消除、减轻违法行为危害后果")
    assert items["false_material_or_misuse"].conditions == ("侵害社会管理秩序和社会公共利益",)
    assert items["other_negative"].needs_citation


@pytest.mark.parametrize("jurisdiction", sorted(BOOKS.heads))
def test_where_an_item_needs_a_citation_the_levels_that_count_are_told_sh_05f(jurisdiction: str) -> None:
    book = BOOKS.books[BOOKS.heads[jurisdiction]]
    if any(item.needs_citation for item in book.catalogue):
        levels = rule(BOOKS, jurisdiction, "citation.levels", book.effective_from or date(2026, 3, 18))
        assert levels.binding
        assert set(levels.value if isinstance(levels.value, tuple) else ()) <= set(vocabulary.BASIS_LEVELS)


def test_need_to_know_items_are_never_public() -> None:
    """XM-18a, SY-06e, HC-24a."""
    guarded = {
        (book.jurisdiction, item.code): {item.disclosure, item.person_disclosure}
        for book in BOOKS.books.values()
        for item in book.catalogue
    }
    assert guarded["350200", "benefit_claimant"] == {"restricted"}
    assert guarded["350205", "civil_servant_archive"] == {"restricted"}
    assert guarded["420300", "exam_watch"] == {"internal"}


def test_an_item_about_persons_only_is_about_persons() -> None:
    xiamen = {item.code: item for item in book_of(BOOKS, "350200").catalogue}

    assert xiamen["exam_violation"].subject_kinds == ("natural_person",)
    assert "enterprise" in xiamen["penalty"].subject_kinds
    assert "organisation" not in xiamen["penalty"].subject_kinds


def test_an_item_whose_clause_names_no_kind_admits_whom_it_may_concern() -> None:
    """XM-18a: 待遇申领相对人, an employer among them; XX-06.2: 企业 stands with hours and contracts, not with 建筑领域."""
    xiamen = {item.code: item for item in book_of(BOOKS, "350200").catalogue}
    assert {"natural_person", "enterprise"} <= set(xiamen["benefit_claimant"].subject_kinds)
    book = book_of(BOOKS, "410700")
    items = {item.code: set(item.subject_kinds) for item in book.catalogue}
    for good_or_bad in ("good", "bad"):
        assert items[f"hours_contracts_construction_{good_or_bad}"] == set(book.list_kinds[0].subject_kinds)
        assert items[f"social_insurance_{good_or_bad}"] == {"enterprise"}
    assert items["labour_law_violation"] == {"enterprise"}


def test_thirteen_offices_share_the_list_standards_and_two_lead_the_publicity() -> None:
    """XM-03, XM-26."""
    duties = {duty.code: duty for duty in book_of(BOOKS, "350200").duties}

    assert len(duties["list_standards"].offices) == 13
    assert duties["publicity"].lead == ("JC", "DW")
    assert duties["repair"].open_ended
    assert not duties["catalogue"].open_ended


def test_every_clause_of_xiamen_has_a_duty_dated_within_2021() -> None:
    book = book_of(BOOKS, "350200")

    assert [duty.clause for duty in book.duties] == [str(number) for number in range(1, 32)]
    assert all(part.valid_to == date(2021, 12, 31) for part in book.responsibilities)


def test_the_supervision_detachment_has_the_clauses_the_text_gives_it() -> None:
    """XM-12, XM-24, XM-25, XM-28a."""
    assert {"1", "2", "3", "8", "12", "24", "25", "27", "28"} <= duties_of("350200", "JCZD")
    assert "21" not in duties_of("350200", "JCZD")


def test_parts_of_a_list_on_which_its_text_is_silent_stay_empty() -> None:
    """XM-03, HC-03."""
    serious = list_kind(book_of(BOOKS, "350200"), "serious_dishonesty")

    assert serious is not None
    assert (serious.standard, serious.procedure, serious.measures) == (None, None, None)
    assert serious.exit is not None


def test_the_labour_list_of_xiamen_accepts_public_bodies_and_wants_an_interview() -> None:
    """XM-24, XM-28b: no immunity for public bodies; 黑名单 and 严重失信名单 are one list by our reading."""
    labour = list_kind(book_of(BOOKS, "350200"), "labour_serious")

    assert labour is not None
    assert labour.accepts_public_bodies
    assert labour.interview_required
    assert {"government_organ", "public_institution", "enterprise"} <= set(labour.subject_kinds)
    assert "劳动保障(含工资支付)黑名单" in labour.aliases
    assert labour.alias_reading


def test_the_lists_of_xinxiang_are_quarterly_and_at_most_three_years_public() -> None:
    """XX-05, XX-11."""
    for code in ("red", "black"):
        kind = list_kind(book_of(BOOKS, "410700"), code)
        assert kind is not None
        assert kind.cycle == "quarter"
        assert kind.max_publication_years == 3


@pytest.mark.parametrize(
    ("domain", "owners"),
    [
        ("labour_dispatch", ("JYB",)),
        ("hours_contracts_construction", ("LDGX", "JCK")),
        ("social_insurance", ("SB",)),
        ("wage_arrears_illegal_employment_grade", ("JCZD",)),
        ("employment", ("JYJ",)),
        ("micro_loan", ("CYDB",)),
        ("recruitment_exam", ("KS",)),
    ],
)
def test_each_domain_of_xinxiang_has_its_owners(domain: str, owners: tuple[str, ...]) -> None:
    """XX-06.1 to XX-06.7."""
    domains = {row.code: row for row in book_of(BOOKS, "410700").list_domains}

    assert domains[domain].owners == owners
    assert not domains[domain].catch_all


def test_the_catch_all_of_xinxiang_opens_no_domain_with_a_named_owner() -> None:
    """XX-06.8."""
    domains = book_of(BOOKS, "410700").list_domains
    other = next(row for row in domains if row.catch_all)
    named = {owner for row in domains if not row.catch_all for owner in row.owners}

    assert not named & set(other.owners)


def test_similar_names_in_xinxiang_are_different_offices() -> None:
    """XX-06.1, XX-06.4: 就业办 and 就业局, 监察科 and 市劳动保障监察支队 are never aliases."""
    book = book_of(BOOKS, "410700")

    assert resolve_office(book, "就业办") != resolve_office(book, "就业局")
    assert resolve_office(book, "监察科") != resolve_office(book, "市劳动保障监察支队")


def test_five_evaluation_schemes_in_xiamen_and_none_of_their_rules_is_loaded() -> None:
    """XM-12 to XM-16: 13 orders a push and no archive, 14 to 16 an archive and no push, 12 both."""
    schemes = {row.code: row for row in book_of(BOOKS, "350200").schemes}

    assert len(schemes) == 5
    assert schemes["hr_agency"].push_to
    assert not schemes["hr_agency"].archive
    assert schemes["private_training"].archive
    assert not schemes["private_training"].push_to
    assert schemes["employer"].archive
    assert schemes["employer"].push_to


def test_a_document_is_dated_apart_from_its_signature() -> None:
    """SH-00: effective 2023-09-01, signed 2023-09-25."""
    book = book_of(BOOKS, "310000")

    assert book.effective_from == date(2023, 9, 1)
    assert book.promulgated_on == date(2023, 9, 25)
    assert book.in_force(date(2028, 8, 31))
    assert not book.in_force(date(2028, 9, 1))


def test_the_newspaper_account_is_marked_as_reported() -> None:
    """SY-01."""
    book = book_of(BOOKS, "420300")

    assert book.confidence == "reported"
    assert {value.confidence for value in book.values} == {"reported"}


def test_documents_we_do_not_hold_are_listed_by_name() -> None:
    """SY-16: three rules of Hubei stand above Shiyan."""
    named = {entry.name for entry in BOOKS.not_loaded.values() if entry.jurisdiction == "420000"}

    assert "湖北省拖欠农民工工资“黑名单”管理暂行办法" in named
    assert len(named) == 4


MEASURES = {
    "350200": {"more_inspections", "bar_hrss_awards", "exam_joint_punishment"},
    "350205": {"easier_approval", "fewer_checks", "lawful_punishment", "property_construction_punishment"},
    "410700": {"industry", "administrative", "market", "social"},
    "420300": {
        "joint_restriction", "deposit_reduction", "deposit_exemption", "easier_service", "lawful_bidding",
        "more_supervision", "restricted_activities", "local_bidding_ban",
    },
    "310000": {
        "no_startup_finance", "no_training_base",
        "convenience", "fewer_checks", "other_incentive", "key_review", "key_supervision", "no_simplified_procedure",
        "other_punishment", "other_joint_punishment", "joint_restriction",
    },
}  # fmt: skip


@pytest.mark.parametrize(("jurisdiction", "codes"), MEASURES.items())
def test_the_list_of_measures_says_what_each_may_rest_on(jurisdiction: str, codes: set[str]) -> None:
    """XM-01a, XM-18b, SH-09a, SH-09b, SH-09c, SY-11: a recommendation to a Party body (SY-06c) rests on none."""
    resting = {one.code for one in book_of(BOOKS, jurisdiction).measures if one.upon}
    assert resting == codes


def test_only_where_a_clause_ties_them_to_a_grade_measures_rest_on_one() -> None:
    """SY-04, HC-13: the uses of Shiyan's grades, and Haicang's supervision by grade; no other city's text does so."""
    graded = {place: {one.code for one in book_of(BOOKS, place).measures if "grade" in one.upon} for place in MEASURES}
    assert graded == {
        "350200": set(),
        "350205": {"easier_approval", "fewer_checks", "lawful_punishment"},
        "410700": set(),
        "420300": MEASURES["420300"] - {"joint_restriction"},
        "310000": set(),
    }


def test_only_measures_whose_clause_says_so_need_another_rule() -> None:
    """SH-08b: 国家和本市规定的其他措施 are nothing without it."""
    needing = {one.code for one in book_of(BOOKS, "310000").measures if one.needs_citation}
    assert needing == {"other_incentive", "other_punishment", "other_joint_punishment"}


def test_fraud_is_exposed_regularly_and_no_period_is_set() -> None:
    """XM-18c: 定期 without a number is no number; what the regulation over it says is not loaded, and not a guess."""
    said = rule(BOOKS, "350200", "benefit_claimant.exposure", date(2021, 6, 1))
    assert said.value == "定期对骗取社会保险金行为进行曝光"
    cycle = rule(BOOKS, "350200", "benefit_claimant.exposure.cycle", date(2021, 6, 1))
    assert (cycle.status.value, cycle.value) == ("not_loaded", None), "the regulation over it is not held"
