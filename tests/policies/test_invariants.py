"""Standing invariants: the shipped policy holds them all, and every one notices the cell that breaks it."""

from __future__ import annotations

import pytest

from authz.grants import Grants, default_grants, expand
from authz.invariants import Matrix, breaches, gains, governing, invariants
from authz.invariants import _file as the_file
from authz.lines import PolicyLine, default_lines, parse
from authz.rows import PURPOSE_NEEDED
from authz.vocabulary import ACTIONS, ROLES, Level, Scope
from domain.privacy import Privacy

SHIPPED = default_lines()


def check(lines: tuple[PolicyLine, ...], active: Grants | None = None) -> dict[str, list[str]]:
    """Give the counter-examples of each invariant that lines break."""
    found = breaches(Matrix(lines, expand(2, lines), active or default_grants(), default_grants()))
    return {one.invariant.id: [str(example.cell) for example in one.examples] for one in found}


def shipped(*added: str, without: str = "") -> tuple[PolicyLine, ...]:
    """Give the shipped policy with lines added, and without those that begin with a text."""
    kept = (line.text for line in SHIPPED if not without or not line.text.startswith(without))
    return parse("\n".join([*kept, *added]))


def test_every_invariant_has_words_in_two_languages_and_a_source() -> None:
    assert len({one.id for one in invariants()}) == len(invariants())
    assert all(one.says and one.says_zh and one.source for one in invariants())


@pytest.mark.parametrize(
    ("invariant", "role", "line"),
    [
        ("warnings_are_no_credit_records", "partner", "p, other, risk_warning, read, own_jurisdiction"),
        ("warnings_are_no_credit_records", "platform", "p, other, watch, read, own_office"),
        ("data_users_get_public_data_only", "data_user", "p, other, credit_record, read, consented"),
        ("processors_get_what_is_entrusted", "processor", "p, other, credit_record, read, own_jurisdiction"),
        ("subjects_reach_themselves_and_what_is_published", "subject", "p, other, access_entry, read, any"),
        ("auditors_see_no_content", "auditor", "c, other, credit, masked, published"),
    ],
)
def test_a_role_by_another_name_breaks_what_it_would_by_its_own(invariant: str, role: str, line: str) -> None:
    """It inherits by way of another one, and is found all the same."""
    other = ("r, between, 其间", f"g, between, {role}", "r, other, 另名", "g, other, between", line)
    assert check(shipped(*other)).keys() >= {invariant}
    assert invariant not in check(shipped(*other[:-1]))


def test_what_inherits_from_the_public_alone_is_not_the_public() -> None:
    assert check(shipped("r, other, 另名", "g, other, public", "p, other, risk_warning, read, own_office")) == {}


def test_every_word_of_an_invariant_is_known() -> None:
    known = {*ACTIONS, *Scope, *Privacy, *Level, *ROLES, "*", "about_somebody"}
    known |= {action for actions in ACTIONS.values() for action in actions}
    known |= {f"verbs:{name}" for name in the_file()["verbs"]} | {f"classes:{name}" for name in the_file()["classes"]}
    for one in invariants():
        keys = ("roles", "objects", "actions", "classes", "scopes", "first", "second", "except_objects")
        words = [word for key in keys for word in one.given.get(key, ())]
        cells = (asked for key in ("but", "who_may", "one_may", "another_may") for asked in one.given.get(key, ()))
        words += [part for asked in cells for part in asked.split(".")]
        assert set(words) <= known, one.id


PROPOSING = "p, security_officer, policy_version, propose"

BREAKING = {
    "public_sees_no_person_in_clear": "c, public, person_name, clear, published",
    "public_sees_nothing_internal": "c, public, internal, masked, published",
    "public_reads_what_is_published": "p, public, subject, search, published\np, public, subject, search, own_jurisdiction",
    "nobody_proposes_and_decides": "p, clerk, credit_record, publish, own_office",
    "authority_sees_no_content": "c, security_officer, credit, masked, published",
    "authority_changes_nothing_else": "p, security_officer, consent, revoke, any",
    "authority_does_not_raise_itself": "p, security_officer, subject, search, published_organisation",
    "only_the_producer_changes_a_record": "p, reviewer, credit_record, withdraw, own_jurisdiction",
    "nobody_changes_what_he_only_looks_at": "p, partner, list_evidence, read, consented\np, partner, credit_record, amend, consented",
    "of_itself_a_subject_takes_its_own_steps": "p, credit_office, list_entry, withdraw, self",
    "who_is_no_authority_decides_nothing": "p, platform, objection, decide, own_jurisdiction",
    "auditors_change_nothing": "p, auditor, objection, verify, own_jurisdiction",
    "subjects_reach_themselves_and_what_is_published": "g, subject, auditor",
    "of_others_a_subject_sees_no_more_than_the_public": "c, agent, person_name, clear, published_organisation",
    "of_others_a_subject_sees_nothing_internal": "c, subject, inquiry, masked, any",
    "by_consent_means_for_a_purpose": "p, partner, request, omit_purpose, any",
    "people_are_asked_for_with_a_reason": "p, officer, subject, lookup_person, own_office",
    "nobody_reads_about_everybody": "p, platform, credit_record, read, any",
    "names_in_clear_have_a_reason": "c, credit_office, person_name, clear, own_jurisdiction",
    "numbers_in_clear_have_a_reason": "c, platform, person_id, clear, published",
    "restricted_is_need_to_know": "c, approver, restricted, clear, own_jurisdiction",
    "internal_lists_stay_with_their_office": "p, credit_office, exam_watch, read, own_jurisdiction",
    "warnings_are_no_credit_records": "p, partner, risk_warning, read, own_jurisdiction",
    "criminal_cases_stay_with_their_office": "p, credit_office, criminal_referral, read, own_jurisdiction",
    "data_users_get_public_data_only": "p, data_user, credit_record, read, own_jurisdiction",
    "market_information_stays_with_who_keeps_it": "p, credit_office, market_record, read, own_jurisdiction",
    "processors_get_what_is_entrusted": "p, processor, credit_record, read, published",
    "party_membership_stays_with_its_officer": "p, partner, discipline_recommendation, read, consented",
    "auditors_see_no_content": "c, auditor, credit, masked, any",
    "who_reads_the_whole_log_sees_no_content": "p, association, access_entry, read, any\nc, association, fulfilment, clear, own_office",
}


@pytest.mark.parametrize("name", BREAKING)
def test_a_line_that_breaks_an_invariant_is_shown_with_the_cell_and_the_line(name: str) -> None:
    lines = shipped(*BREAKING[name].split("\n"))
    broken = {
        one.invariant.id: one for one in breaches(Matrix(lines, expand(2, lines), default_grants(), default_grants()))
    }

    assert name in broken
    culprits = {line.text for example in broken[name].examples for line in example.lines}
    assert BREAKING[name].split("\n")[-1] in culprits


@pytest.mark.parametrize(
    ("name", "without"),
    [
        ("everything_has_somebody", "p, clerk, credit_record, amend"),
        ("subjects_see_their_own", "p, subject, access_entry, read"),
        ("two_people_change_policies", "p, security_officer, policy_version, draft"),
        ("two_people_change_policies", "p, security_officer, policy_version, activate"),
        ("two_people_appoint_others", "p, security_officer, account, register"),
        ("two_people_appoint_others", "p, security_officer, assignment, approve"),
    ],
)
def test_a_line_that_is_missing_is_shown_as_the_cell_that_nobody_has(name: str, without: str) -> None:
    cells = check(shipped(without=without))[name]

    assert cells
    assert all("may" in cell for cell in cells)


def test_every_invariant_is_broken_by_one_of_these_tests() -> None:
    missing = {
        "everything_has_somebody",
        "subjects_see_their_own",
        "two_people_change_policies",
        "two_people_appoint_others",
    }
    assert {one.id for one in invariants()} == {*BREAKING, *missing}


def test_who_may_propose_in_a_scope_without_rows_does_not_count_as_somebody_who_may() -> None:
    narrow = shipped("p, security_officer, policy_version, propose, published", without=PROPOSING)

    assert check(narrow)["two_people_change_policies"] == ["nobody may propose policy_version in any"]


def test_what_is_inherited_breaks_as_what_is_given() -> None:
    found = check(shipped("r, watcher, 值守", "g, watcher, clerk", "g, security_officer, watcher"))

    assert "authority_sees_no_content" in found
    assert any(cell.startswith("security_officer sees credit clear") for cell in found["authority_sees_no_content"])


def test_a_role_of_the_policys_own_stands_under_the_same_invariants() -> None:
    found = check(shipped("r, watcher, 值守", "p, watcher, policy_version, approve, any", "g, watcher, clerk"))

    assert any(cell.startswith("watcher sees") for cell in found["authority_sees_no_content"])


def test_a_deny_that_takes_the_cell_away_heals_the_breach() -> None:
    added = "p, clerk, credit_record, publish, own_office"

    assert "nobody_proposes_and_decides" in check(shipped(added))
    assert check(shipped(added, added + ", deny")) == {}


def test_officers_may_take_over_what_ships_for_them_and_nothing_else() -> None:
    narrower = expand(1, shipped(without="p, security_officer, access_entry"))

    assert check(SHIPPED, active=narrower) == {}
    assert "authority_does_not_raise_itself" in check(
        shipped("p, security_officer, record_import, read, own_jurisdiction"), active=narrower
    )


def test_taking_away_from_officers_is_no_gain() -> None:
    assert check(shipped(without="p, security_officer, access_entry")) == {}


def test_the_roles_that_change_policies_are_the_security_officers() -> None:
    assert governing(default_grants()) == {"security_officer"}


CELLS = [("p", object_, action) for object_, actions in ACTIONS.items() for action in actions]


def test_no_line_lets_a_subject_change_what_is_said_about_it() -> None:
    """What ships for it is what it does about itself; of every other line the invariant names the cell."""
    own = {
        (line.cells[1], line.cells[2])
        for line in SHIPPED
        if line.kind == "p" and (line.cells[0], line.cells[-1]) == ("subject", "self")
    }
    looks = {*the_file()["verbs"]["reading"], *the_file()["verbs"]["overseeing"]}
    given = {(object_, action) for _, object_, action in CELLS if object_ in PURPOSE_NEEDED and action not in looks}
    lines = parse("\n".join(f"p, agent, {object_}, {action}, self" for object_, action in given))
    found = breaches(Matrix(lines, expand(1, lines), default_grants(), default_grants()))

    named = {one.invariant.id: one.count for one in found}
    assert named["of_itself_a_subject_takes_its_own_steps"] == len(given - own)


@pytest.mark.parametrize(
    "line",
    ["repair_application, grant, self", "list_removal, remove, self", "grade, publish, self", "list_entry, end, self"],
)
def test_no_version_lets_a_subject_rehabilitate_itself(line: str) -> None:
    assert "of_itself_a_subject_takes_its_own_steps" in check(shipped(f"p, subject, {line}"))
    assert "of_itself_a_subject_takes_its_own_steps" in check(
        shipped("r, own, 自办", f"p, own, {line}", "g, agent, own")
    )


def test_no_single_line_can_give_the_public_anything_about_somebody_beyond_publication() -> None:
    """Of every line that could be added for the public, the invariant names each, but those of what is published."""
    given = [(object_, action) for _, object_, action in CELLS if object_ in PURPOSE_NEEDED]
    for scope in Scope:
        lines = parse("\n".join(f"p, public, {object_}, {action}, {scope.value}" for object_, action in given))
        found = breaches(Matrix(lines, expand(1, lines), default_grants(), default_grants()))
        named = {one.invariant.id: one.count for one in found}
        let_through = scope in {Scope.PUBLISHED, Scope.PUBLISHED_ORGANISATION}
        assert named.get("public_reads_what_is_published", 0) == (0 if let_through else len(given)), scope


def test_gains_are_what_one_table_has_and_the_other_has_not() -> None:
    before = expand(1, parse("p, public, office, read, any\nc, public, credit, masked, published"))
    after = expand(1, parse("p, clerk, office, read, any\nc, public, credit, clear, published"))

    assert {str(cell) for cell in gains(before, after)} == {
        "clerk may read office in any",
        "public sees credit clear in published",
    }
    assert {str(cell) for cell in gains(after, before)} == {"public may read office in any"}
