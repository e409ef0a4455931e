"""Policy lines as a file: what is read is what was written, and every kind of line that cannot stand is named."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from authz.grants import expand
from authz.lines import (
    MOST_OWN_ROLES,
    MOST_STEPS,
    PolicyInvalid,
    PolicyLine,
    _steps,
    default_lines,
    default_text,
    digest,
    faults,
    holdable,
    kinds,
    parse,
    read,
    write,
)
from authz.vocabulary import ACTIONS, ROLES, Level, Scope
from domain.privacy import Privacy

GROUND = "p, public, office, read, any\n"


def test_the_shipped_policy_is_read_and_written_and_read_again_unchanged() -> None:
    lines = default_lines()

    assert [(line.kind, line.cells) for line in read(write(lines))] == [(line.kind, line.cells) for line in lines]
    assert digest(read(write(lines))) == digest(lines) == digest(read(default_text()))


def test_a_role_of_its_own_is_what_it_inherits_from_by_whatever_way_but_never_the_public() -> None:
    text = """r, one, 一
r, two, 二
r, three, 三
r, four, 四
g, one, partner
g, two, between
g, between, one
g, two, clerk
g, three, public
g, three, officer
g, officer, reader
g, four, subject
g, subject, public
p, between, office, read, any
"""
    found = {role: set(kinds) for role, kinds in kinds(read(text)).items()}
    assert found == {"one": {"partner"}, "two": {"partner", "clerk"}, "three": set(), "four": {"subject"}}


cells = st.text(st.characters(exclude_characters="\n\r\x00", exclude_categories=["Cs"]), min_size=1, max_size=12)


@settings(max_examples=200, derandomize=True)
@given(st.lists(st.tuples(st.sampled_from("pcgrt"), st.lists(cells.map(str.strip), max_size=6)), max_size=6))
def test_whatever_is_written_is_read_back_cell_by_cell(rows: list[tuple[str, list[str]]]) -> None:
    lines = [PolicyLine(number, kind, tuple(given)) for number, (kind, given) in enumerate(rows, start=1)]

    assert [(line.kind, line.cells) for line in read(write(lines))] == [(line.kind, line.cells) for line in lines]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_file_of_another_editor_reads_the_same(ending: str) -> None:
    text = "\ufeff" + ending.join(
        ["# a comment", "", '  p, "public", office, read, any  ', "p,clerk,office,read,any,allow"]
    )

    assert [(line.number, line.cells) for line in parse(text)] == [
        (3, ("public", "office", "read", "any")),
        (4, ("clerk", "office", "read", "any", "allow")),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "r, clerk, a role there is",
        "r, Trainee, capitals",
        "r, x, too short",
        "r, trainee,",
        "r, trainee",
        "r, " + "a" * 41 + ", too long",
        "t, public may read office in any",
        "t, public may read office in any, perhaps",
        "t, public may read office everywhere, yes",
        "t, nobody may read office, yes",
        "t, public may delete office, yes",
        "t, public sees salary clear in any, no",
        "t, public sees credit blurred in any, no",
        "t, public may read office; DROP TABLE office, yes",
        'p, "public, office, read, any',
        "p, public, office, re\x1fad, any",
        "?",
    ],
)
def test_a_line_that_cannot_stand_is_refused_by_its_number(line: str) -> None:
    with pytest.raises(PolicyInvalid) as refused:
        parse(GROUND + line)

    assert refused.value.extensions == {"line": 2}


def test_all_that_is_wrong_is_told_at_once() -> None:
    found = [
        fault.line for fault in faults(read(GROUND + "p, nobody, office, read, any\nx\n" + GROUND + "g, clerk, clerk"))
    ]

    assert found == [2, 3, 5]


def test_a_role_declared_twice_is_named_the_second_time() -> None:
    assert [fault.line for fault in faults(read("r, trainee, 见习\n" * 2))] == [2]


def test_a_role_of_the_policys_own_is_held_inherits_and_may_what_its_lines_say() -> None:
    lines = parse(
        "r, trainee, 见习经办\ng, trainee, clerk\np, clerk, office, read, any\np, trainee, subject, read, self\n"
    )

    grants = expand(1, lines)

    assert holdable(lines) == (*ROLES, "trainee")
    assert grants.scopes(("trainee",), "office", "read") == (Scope.ANY,)
    assert grants.scopes(("trainee",), "subject", "read") == (Scope.SELF,)
    assert grants.scopes(("clerk",), "subject", "read") == ()


def test_a_role_that_a_version_does_not_know_holds_nothing_under_it() -> None:
    grants = expand(1, parse(GROUND))

    assert grants.scopes(("trainee",), "office", "read") == grants.scopes(("trainee", "clerk"), "office", "read") == ()
    assert grants.level(("trainee",), Privacy.CREDIT, Scope.ANY) is Level.HIDDEN


def test_ten_thousand_lines_are_expanded_to_what_they_say() -> None:
    roles = [f"role_{number}" for number in range(40)]
    wanted = [
        (role, object_, action, scope.value)
        for role in roles
        for object_, actions in ACTIONS.items()
        for action in actions
        for scope in Scope
    ][:10_000]
    lines = [PolicyLine(number, "r", (role, "测试")) for number, role in enumerate(roles, start=1)]
    lines += [PolicyLine(number, "p", cells) for number, cells in enumerate(wanted, start=100)]

    grants = expand(1, lines)

    found = {
        (role, object_, action, scope.value)
        for role in roles
        for (object_, action), scopes in grants.roles[role].scopes.items()
        for scope in scopes
    }
    assert found == set(wanted)


def chain(steps: int) -> str:
    """Write roles of which each inherits from the next one, and the last one may and may not do something."""
    roles = [f"role_{number}" for number in range(steps + 1)]
    said = [f"r, {role}, 测试" for role in roles]
    said += [f"g, {role}, {parent}" for role, parent in pairwise(roles)]
    said += [
        f"p, {roles[-1]}, office, read, any",
        f"p, {roles[-1]}, subject, read, self, deny",
        "p, role_0, subject, read, self",
    ]
    return "\n".join(said) + "\n"


def test_roles_inherit_as_far_as_casbin_follows_and_no_policy_goes_further() -> None:
    """Beyond it Casbin is silent: what is told to inherit would not, and a deny line would be passed over."""
    grants = expand(1, parse(chain(MOST_STEPS)))
    assert grants.scopes(("role_0",), "office", "read") == (Scope.ANY,)
    assert grants.scopes(("role_0",), "subject", "read") == ()

    found = list(faults(read(chain(MOST_STEPS + 1))))

    assert [one.text for one in found] == [f"the role 'role_0' inherits through more than {MOST_STEPS} others"]


def test_a_circle_is_named_by_a_role_that_is_in_it_and_not_by_one_below() -> None:
    lines = read("r, aa, x\nr, bb, x\nr, cc, x\ng, aa, bb\ng, bb, cc\ng, cc, bb\n")

    assert [(one.line, "'bb'" in one.text) for one in faults(lines)] == [(5, True)]


@pytest.mark.parametrize("last", ["", "g, role_9999, role_0\n"])
def test_twenty_thousand_lines_of_inheritance_are_looked_through_once(last: str) -> None:
    """A chain of ten thousand roles kept the process busy for hours when each role looked up all of its own."""
    lines = read(chain(9_999) + last)
    looked = Counted()
    for line in lines:
        if line.kind == "g":
            looked.setdefault(line.cells[0], set()).add(line.cells[1])
    looked.count = 0

    steps = _steps(looked)

    assert (len(steps) == 10_000) == (not last)
    assert looked.count <= 20_000


class Counted(dict[str, set[str]]):
    """Counts how often a role is looked up."""

    count = 0

    def __getitem__(self, role: str) -> set[str]:
        """Look a role up."""
        self.count += 1
        return super().__getitem__(role)


def test_a_policy_has_no_more_roles_of_its_own_than_can_be_decided_about() -> None:
    text = "".join(f"r, role_{number}, 测试\n" for number in range(MOST_OWN_ROLES + 1))

    assert [one.text for one in faults(read(text))] == [f"more than {MOST_OWN_ROLES} roles of its own"]
    assert not list(faults(read(text.partition("\n")[2])))


@pytest.mark.parametrize("word", ["deputy", "operator", "rule", "service"])
def test_no_role_is_called_as_what_stands_in_place_of_one(word: str) -> None:
    """In the ledger it would pass for the operator of the machine, in an assignment for somebody's deputy."""
    assert [one.line for one in faults(read(f"r, {word}, 冒用\n"))] == [1]


@pytest.mark.parametrize("line", ["p, {}, credit_report, count, own_office", "g, {}, clerk", "r, {}, 经办人员",
                                  "c, {}, person_name, masked, own_office", "t, {} may read credit_record, yes"])  # fmt: skip
@pytest.mark.parametrize(
    "role",
    ["\u0441lerk", "cl\u0435rk", "\uff43lerk", "\u217dlerk", "clerk\u0301", "Clerk", "clerk\u200b", "\u202eclerk",
     "\u2066clerk", "\ufeffclerk", "clerk\u00ad", "cl erk", "clerk\x00", "经办"],
)  # fmt: skip
def test_no_role_is_called_what_only_looks_like_another(role: str, line: str) -> None:
    """Letters of other alphabets, what is not seen, what turns the writing round: none is granted, inherits or is made."""
    assert [one.line for one in faults(tuple(read(line.format(role))))] == [1]
