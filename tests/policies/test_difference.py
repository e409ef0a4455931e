"""The difference in words, lint, and the examination of a policy over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import asyncpg
import pytest

from api.queries.policy_review import classes_of_objects
from authz.grants import expand
from authz.holdings import Held, Holdings, incompatible
from authz.lines import ancestry, default_lines, parents, parse
from authz.lint import lint
from authz.lint import lint_faults as faults_of
from tests.policies.conftest import FIRST, GOOD, Desk

DIFFERENCE = """
query ($version: ID, $text: String, $to: ID) { policyDifference(policyVersion: $version, text: $text, to: $to) {
  narrows added { line text } removed { text } subjectsTouched
  changes { gain role object action scope text textZh }
  touched { accountId display kind role office gained lost } } }
"""
CHECK = """
query ($version: ID, $text: String) { policyCheck(policyVersion: $version, text: $text) {
  passed breaches { count invariant { id says saysZh source } counterExamples { text textZh lines { line text } } }
  cases { sentence expected given holds source } findings { code severity line text textZh } } }
"""


async def difference(desk: Desk, version: str, **more: Any) -> dict[str, Any]:
    """Ask for the difference of a version."""
    found: dict[str, Any] = (await desk.client.data(DIFFERENCE, {"version": version, **more}, caller=FIRST))[
        "policyDifference"
    ]
    return found


async def check(desk: Desk, **given: Any) -> dict[str, Any]:
    """Ask for the examination of a policy."""
    found: dict[str, Any] = (await desk.client.data(CHECK, given, caller=FIRST))["policyCheck"]
    return found


@pytest.mark.anyio
async def test_a_difference_tells_cells_in_words_and_the_accounts_it_touches(desk: Desk) -> None:
    found = await difference(desk, await desk.draft(GOOD))

    assert [one["text"] for one in found["added"]] == [GOOD]
    assert [(one["text"], one["textZh"]) for one in found["changes"]] == [
        ("credit_office may now read refused_row in own_office", "信用办在“本单位”范围内新增：可以查看退回行")
    ]
    assert {one["role"] for one in found["touched"]} == {"credit_office"}
    assert "厦门监察处(局信用办)" in {one["display"] for one in found["touched"]}
    assert all((one["gained"], one["lost"]) == (1, 0) for one in found["touched"])
    assert (found["narrows"], found["subjectsTouched"]) == (False, 0)


@pytest.mark.anyio
async def test_a_version_whose_text_was_changed_past_the_service_is_not_read(desk: Desk, demo_url: str) -> None:
    version = await desk.draft(GOOD)
    connection = await asyncpg.connect(demo_url)
    await connection.execute(
        "UPDATE policy_version SET policy_text = replace(policy_text, $2, '') WHERE id = $1",
        version.removeprefix("PolicyVersion:"),
        GOOD,
    )
    await connection.close()
    assert await desk.client.codes(DIFFERENCE, {"version": version}, caller=FIRST) == ["POLICY_INVALID"]


@pytest.mark.anyio
async def test_a_change_of_an_inherited_role_is_told_for_each_role_that_holds_it(desk: Desk) -> None:
    version = await desk.draft(
        remove=("p, officer, record_import, read, own_office", "c, officer, person_name, clear, purposed")
    )

    found = await difference(desk, version)

    assert found["narrows"]
    changed = {(one["role"], one["object"]) for one in found["changes"]}
    assert changed >= {(role, thing) for role in ("clerk", "reviewer") for thing in ("record_import", "person_name")}
    above = parents(default_lines())
    assert all("officer" in ancestry(role, above) for role, _ in changed)
    assert "reviewer may no longer read record_import in own_office" in {one["text"] for one in found["changes"]}


@pytest.mark.anyio
async def test_a_clearance_that_shrinks_is_told_with_both_levels(desk: Desk) -> None:
    version = await desk.draft(
        "c, credit_office, credit, masked, published", remove=("c, credit_office, credit, clear, published",)
    )

    changes = (await difference(desk, version))["changes"]

    assert [(one["text"], one["textZh"]) for one in changes] == [
        ("credit_office sees credit only masked instead of clear in published",
         "信用办在“已公示”范围内看到的信用信息由明文变为脱敏")
    ]  # fmt: skip


@pytest.mark.anyio
async def test_subjects_that_are_touched_are_counted_and_not_named(desk: Desk) -> None:
    found = await difference(desk, await desk.draft(remove=("p, subject, consent, revoke, self",)))

    assert found["subjectsTouched"] >= 3
    assert found["touched"] == []


@pytest.mark.anyio
async def test_any_two_versions_are_compared(desk: Desk) -> None:
    one, other = await desk.draft(GOOD), await desk.draft()

    there = await difference(desk, one, to=other)
    back = await difference(desk, other, to=one)

    assert [one["text"] for one in there["changes"]] == ["credit_office may now read refused_row in own_office"]
    assert [one["text"] for one in back["changes"]] == ["credit_office may no longer read refused_row in own_office"]


@pytest.mark.anyio
async def test_a_text_is_examined_and_compared_before_it_is_a_version(desk: Desk) -> None:
    text = (await desk.active())["policyText"] + GOOD + "\n"

    examined = await check(desk, text=text)
    assert examined["passed"], examined
    found = await desk.client.data(DIFFERENCE, {"text": text}, caller=FIRST)
    assert [one["text"] for one in found["policyDifference"]["added"]] == [GOOD]


@pytest.mark.anyio
async def test_an_examination_tells_breaches_cases_and_lint(desk: Desk) -> None:
    found = await check(desk, version=await desk.draft("c, public, person_name, clear, published"))

    assert not found["passed"]
    broken = {one["invariant"]["id"]: one for one in found["breaches"]}
    example = broken["public_sees_no_person_in_clear"]["counterExamples"][0]
    assert example["text"] == "public sees person_name clear in published"
    assert example["textZh"] == "公众在“已公示”范围内看到的个人姓名为明文"
    assert [one["text"] for one in example["lines"]] == ["c, public, person_name, clear, published"]
    assert [one["sentence"] for one in found["cases"] if not one["holds"]] == [
        "public sees person_name masked in published"
    ]


@pytest.mark.anyio
async def test_a_text_that_cannot_stand_is_told_line_by_line(desk: Desk) -> None:
    found = await check(desk, text="p, public, office, read, any\np, public, salary, read, any\nnonsense\n")

    assert not found["passed"]
    assert [(one["line"], one["severity"]) for one in found["findings"]] == [(2, "error"), (3, "error")]
    assert await desk.client.codes(DIFFERENCE, {"text": "nonsense"}, caller=FIRST) == ["POLICY_INVALID"]


@pytest.mark.anyio
async def test_checks_and_differences_are_for_those_who_read_policies(desk: Desk) -> None:
    text = {"text": "p, public, office, read, any"}
    for caller in (None, "xiamen-inspection-clerk", "xiamen-credit-office"):
        assert await desk.client.codes(CHECK, text, caller=caller) == ["FORBIDDEN"]
        assert await desk.client.codes(DIFFERENCE, text, caller=caller) == ["FORBIDDEN"]
        assert await desk.client.codes("{ policyInvariants { id } }", caller=caller) == ["FORBIDDEN"]


# -- lint, without a database

NOBODY = Holdings((), {}, {})


def findings(text: str, code: str) -> list[int | None]:
    """Give the lines about which lint says something."""
    lines = parse(text)
    return [one.line for one in lint(lines, expand(1, lines), NOBODY, classes_of_objects()) if one.code == code]


@pytest.mark.parametrize(
    ("line", "never"),
    [
        ("p, public, consent, read, published", True),
        ("p, public, office, read, any", False),
        ("p, public, credit_report, issue, published_organisation", False),
        ("p, public, credit_report, issue, purposed, deny", True),
        ("c, public, credit, clear, self", True),
        ("p, public, credit_record, read, published\nc, public, credit, clear, published", False),
        ("p, public, office, read, any\nc, public, credit, clear, any", True),
        ("p, public, credit_record, read, own_office", True),
        ("p, public, subject, read, consented\np, public, subject, read, consented, deny", True),
        ("p, subject, credit_record, read, own_office", True),
        ("p, subject, credit_record, read, self", False),
        ("g, clerk, public\np, public, credit_record, read, own_office", False),
        ("p, public, consent, read, published\np, public, consent, read, published, deny", True),
        ("p, clerk, office, read, any\nc, clerk, open, clear, any", True),
        ("g, subject, public\np, subject, credit_record, read, self\nc, public, credit, clear, self", False),
    ],
)
def test_a_line_that_can_never_match_is_found(line: str, *, never: bool) -> None:
    assert bool(findings(line, "never_matches")) is never


@pytest.mark.parametrize(
    ("text", "shadowed"),
    [
        ("p, public, office, read, any\np, public, office, read, any, allow", [2]),
        ("g, clerk, officer\np, officer, office, read, any\np, clerk, office, read, any", [3]),
        ("p, public, credit_record, read, any\nc, public, credit, clear, any\nc, public, credit, masked, any", [3]),
        ("p, public, office, read, any\np, public, office, read, any, deny", [1]),
        ("p, public, office, read, any\np, clerk, office, read, any", []),
        ("p, officer, office, read, any\ng, clerk, officer\ng, leader, clerk\ng, leader, officer", [4]),
    ],
)
def test_a_line_that_says_nothing_beside_the_others_is_found(text: str, shadowed: list[int]) -> None:
    assert findings(text, "shadowed") == shadowed


def test_roles_that_nobody_holds_and_roles_that_may_nothing_are_found() -> None:
    text = "r, trainee, 见习\nr, watcher, 值守\np, watcher, office, read, any\ng, clerk, watcher"

    assert findings(text, "role_unheld").count(1) == 1
    assert 2 not in findings(text, "role_unheld")  # it is inherited from
    assert 1 in findings(text, "role_empty")


@pytest.mark.parametrize("name", ["c1erk", "cierk", "clerk_", "credit0ffice", "pub1ic", "proce55or"])
def test_a_role_that_looks_like_another_one_is_found(name: str) -> None:
    own = "p, clerk, office, read, any\nr, team_one, 一组\nr, teamone, 另一组\n"
    assert findings(f"{own}r, {name}, 经办", "role_looks_alike") == [3, 4]


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Zhang San", "Zh\u0430ng San"),  # Cyrillic а
        ("Zhang San", "\uff3a\uff48ang San"),  # full width
        ("Nina Kou", "\u039dina K\u03bfu"),  # Greek Ν, ο
        ("Li Ling", "L1 Ling"),
        ("Li Ling", "li_ling"),
        ("Zhou Jie", "Zhou Ji\u00e9"),
        ("窗口10 经办", "窗口1O经办"),
    ],
)
def test_an_account_that_looks_like_another_one_is_found(name: str, other: str) -> None:
    lines = parse("p, clerk, office, read, any")
    first, second = UUID(int=1), UUID(int=2)
    known = Holdings(
        (Held(first, name, "person", "clerk", None, str(first), "us"),), {}, {second: other, UUID(int=3): "周某"}
    )
    found = [
        one for one in lint(lines, expand(1, lines), known, classes_of_objects()) if one.code == "account_looks_alike"
    ]
    assert [one.text for one in found] == [f"Account:{second} {other} looks like {name}, which is Account:{first}"]


def test_two_people_of_one_name_are_told_apart_by_their_accounts() -> None:
    lines = parse("p, clerk, office, read, any")
    same = Holdings(
        (),
        {},
        {UUID(int=1): "张三", UUID(int=2): "张三", UUID(int=3): "张三丰", UUID(int=4): "窗口2", UUID(int=5): "窗口3"},
    )
    found = lint(lines, expand(1, lines), same, classes_of_objects())
    assert "account_looks_alike" not in [one.code for one in found]


def _of(number: int, issuer: str, person: str | None = None, kind: str = "person") -> Held:
    account = UUID(int=number)
    return Held(account, f"经办{number}", kind, "clerk", None, person or str(account), issuer)


@pytest.mark.parametrize(
    ("held", "told"),
    [
        ((_of(1, "a"), _of(2, "b"), _of(3, "b")), ["1 accounts of a", "2 accounts of b"]),
        ((_of(1, "a", "x"), _of(2, "b", "y"), _of(3, "b")), ["1 accounts of b"]),
        ((_of(1, "a", "x"), _of(2, "b", "y")), []),
        ((_of(1, "a"), _of(2, "a")), []),
        ((_of(1, "a"), _of(2, "b", kind="machine")), []),
    ],
    ids=["both", "one of them", "known", "one issuer", "machine"],
)
def test_accounts_of_nobody_in_particular_are_told_where_a_person_may_have_two(
    held: tuple[Held, ...], told: list[str]
) -> None:
    """Source: separation of duties; whose accounts are not known to be one person's count as two people's."""
    lines = parse("p, clerk, office, read, any")
    found = lint(lines, expand(1, lines), Holdings(held, {}, {}), classes_of_objects())
    texts = [one.text for one in found if one.code == "person_unknown"]
    assert len(texts) == len(told)
    assert all(words in text for words, text in zip(told, texts, strict=True))


def test_faults_are_told_as_errors() -> None:
    assert [(one.line, one.severity) for one in faults_of(parse("p, public, office, read, any"))] == []


def test_officers_and_content_do_not_meet_but_officers_are_subjects_too() -> None:
    grants = expand(1, default_lines())

    assert incompatible(grants, {"security_officer", "clerk"})
    assert incompatible(grants, {"security_officer", "platform", "partner"})
    assert not incompatible(grants, {"security_officer", "subject"})
    assert not incompatible(grants, {"security_officer", "auditor"})
    assert not incompatible(grants, {"clerk", "credit_office"})
