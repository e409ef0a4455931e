"""A list is opened by its definition: with its parts, by another person, from a day on, until the next one."""

from __future__ import annotations

from typing import Any

import pytest

from domain.identifiers import invented_resident_id
from domain.lists.list_kind import kind_of
from domain.lists.refusals import ListNotDescribed
from domain.rulebook.loader import load_rulebooks
from tests.lists.ground import BEHAVIOUR, PARTS, STANDARD, WAGE_DOMAIN, Desk, list_id

pytestmark = pytest.mark.anyio

BLACK = list_id("410700", "black")
SERIOUS = list_id("350200", "serious_dishonesty")


async def drafted(desk: Desk, clerk: str, credit_list: str, **given: Any) -> str:
    """Draft a definition that must be taken."""
    made = await desk.do(clerk, "draftListDefinition", creditList=credit_list, **given)
    assert made.code is None, made
    ident: str = made.listDefinition["id"]
    return ident


@pytest.mark.parametrize("part", ["standard", "procedure", "measures"])
async def test_xiamen_opens_no_list_without_one_of_the_four_parts_xm_03(desk: Desk, part: str) -> None:
    """XM-03; the fourth, the exit, stands in clause 6 itself."""
    given = {name: text for name, text in PARTS.items() if name not in (part, "remedy", "exitRule")}
    definition = await drafted(desk, "xm-clerk", SERIOUS, **given)
    refused = await desk.do("xm-approver", "openListDefinition", listDefinition=definition)
    assert refused.code == "PART_MISSING"
    assert refused.extensions["parts"] == [part]
    assert "3" in refused.extensions["citation"]


async def test_xiamen_takes_the_exit_from_its_own_text_with_the_clause(desk: Desk) -> None:
    given = {name: text for name, text in PARTS.items() if name not in ("exitRule", "remedy")}
    definition = await drafted(desk, "xm-clerk", SERIOUS, **given)
    opened = await desk.do("xm-approver", "openListDefinition", listDefinition=definition)
    assert opened.code is None
    assert opened.listDefinition["exitRule"].startswith("对在规定期限内依法纠正失信行为")
    assert opened.listDefinition["exitRuleSource"].endswith("3,6")


async def test_haicang_asks_for_the_four_parts_too_hc_03(desk: Desk) -> None:
    definition = await drafted(desk, "hc-clerk", list_id("350205", "key_attention"), standard=STANDARD)
    refused = await desk.do("hc-approver", "openListDefinition", listDefinition=definition)
    assert (refused.code, refused.extensions["parts"]) == ("PART_MISSING", ["procedure", "measures"])


async def test_xinxiang_asks_for_a_national_standard_and_the_behaviours_xx_17_xx_18_xx_21(desk: Desk) -> None:
    """XX-17 (each unit's own), XX-18 (behaviours), XX-21 (国家统一认定标准)."""
    bare = await drafted(desk, "xx-clerk", BLACK, domain=WAGE_DOMAIN)
    refused = await desk.do("xx-approver", "openListDefinition", listDefinition=bare)
    assert (refused.code, refused.extensions["parts"]) == ("PART_MISSING", ["standard", "behaviours"])
    local = {"standard": STANDARD, "behaviours": [BEHAVIOUR], "domain": WAGE_DOMAIN}
    definition = await drafted(desk, "xx-clerk", BLACK, **local, standardLevel="LOCAL_RULE")
    refused = await desk.do("xx-approver", "openListDefinition", listDefinition=definition)
    assert refused.code == "STANDARD_NOT_NATIONAL"
    assert "五(一)" in refused.extensions["citation"]
    definition = await drafted(desk, "xx-clerk", BLACK, **local, standardLevel="LAW")
    assert (await desk.do("xx-approver", "openListDefinition", listDefinition=definition)).code is None


async def test_shanghai_publishes_conditions_of_entry_and_removal_and_remedy_with_the_list(desk: Desk) -> None:
    """上海市社会信用条例25."""
    given = {"standard": STANDARD, "exitRule": PARTS["exitRule"]}
    definition = await drafted(desk, "sh-clerk", list_id("310000", "wage_arrears"), **given)
    refused = await desk.do("sh-approver", "openListDefinition", listDefinition=definition)
    assert (refused.code, refused.extensions["names"]) == ("PART_MISSING", ["救济途径"])


async def test_where_no_text_asks_for_parts_the_answer_says_so(desk: Desk) -> None:
    query = "query ($j: String!) { listParts(jurisdiction: $j) { status parts { code name citation } } }"
    shiyan = (await desk.ask(None, query, j="420300"))["listParts"]
    assert (shiyan["status"], shiyan["parts"]) == ("not_loaded", [])
    xiamen = (await desk.ask(None, query, j="350200"))["listParts"]
    assert [part["name"] for part in xiamen["parts"]] == ["认定标准", "认定程序", "惩戒措施", "退出机制"]
    assert xiamen["status"] == "says"


async def test_nobody_opens_what_he_drafted(desk: Desk) -> None:
    given = {"standard": STANDARD, "behaviours": [BEHAVIOUR], "domain": WAGE_DOMAIN, "standardLevel": "LAW"}
    definition = await drafted(desk, "xx-clerk-approver", BLACK, **given)
    refused = await desk.do("xx-clerk-approver", "openListDefinition", listDefinition=definition)
    assert refused.code == "OWN_APPROVAL"


@pytest.mark.parametrize(
    ("caller", "code"),
    [
        ("xx-clerk", "FORBIDDEN"),
        ("xx-reviewer", "FORBIDDEN"),
        ("xx-deputy", "FORBIDDEN"),
        ("xm-approver", "NOT_FOUND"),
        ("xm-leader", "NOT_FOUND"),
        ("auditor", "FORBIDDEN"),
        (None, "FORBIDDEN"),
    ],
)
async def test_only_the_heads_of_the_office_or_the_bureau_open_it(desk: Desk, caller: str | None, code: str) -> None:
    definition = await drafted(desk, "xx-clerk", BLACK, domain=WAGE_DOMAIN)
    assert (await desk.do(caller, "openListDefinition", listDefinition=definition)).code == code


async def test_only_an_owner_of_the_list_drafts_for_it(desk: Desk) -> None:
    refused = await desk.do("xm-permits", "draftListDefinition", creditList=SERIOUS)
    assert refused.code == "NOT_LIST_OWNER"
    refused = await desk.do("xx-employment", "draftListDefinition", creditList=BLACK, domain=WAGE_DOMAIN)
    assert refused.code == "NOT_LIST_OWNER"


async def test_an_imported_list_needs_no_definition_and_takes_none_hc_05(desk: Desk) -> None:
    refused = await desk.do("hc-clerk", "draftListDefinition", creditList=list_id("350205", "national_serious"))
    assert refused.code == "LIST_IMPORTED"


async def test_the_next_definition_supersedes_the_one_before_on_the_eve_and_both_are_kept(desk: Desk) -> None:
    given = {**PARTS, "standardLevel": "LAW"}
    credit_list = list_id("350205", "serious_dishonesty")
    first = await drafted(desk, "hc-clerk", credit_list, **given)
    opened = await desk.do("hc-approver", "openListDefinition", listDefinition=first, fromOn="2026-03-18")
    assert (opened.listDefinition["fromOn"], opened.listDefinition["inForce"]) == ("2026-03-18", True)
    second = await drafted(desk, "hc-clerk", credit_list, **given)
    opened = await desk.do("hc-approver", "openListDefinition", listDefinition=second, fromOn="2026-04-01")
    assert (opened.listDefinition["number"], opened.listDefinition["inForce"]) == (2, False)
    query = "query ($id: ID!) { listDefinition(id: $id) { state untilOn inForce } }"
    kept = (await desk.ask(None, query, id=first))["listDefinition"]
    assert kept == {"state": "OPENED", "untilOn": "2026-03-31", "inForce": True}


@pytest.mark.parametrize("day", ["2026-03-17", "2020-02-29"])
async def test_a_definition_is_not_opened_for_days_that_have_passed(desk: Desk, day: str) -> None:
    definition = await drafted(desk, "sy-clerk", list_id("420300", "red"), **PARTS)
    refused = await desk.do("sy-approver", "openListDefinition", listDefinition=definition, fromOn=day)
    assert refused.code == "DATES_OUT_OF_ORDER"


async def test_a_definition_does_not_begin_before_the_one_it_follows(desk: Desk) -> None:
    credit_list = list_id("420300", "major_violation")
    first = await drafted(desk, "sy-clerk", credit_list, **PARTS)
    assert (await desk.do("sy-approver", "openListDefinition", listDefinition=first, fromOn="2026-05-01")).code is None
    second = await drafted(desk, "sy-clerk", credit_list, **PARTS)
    refused = await desk.do("sy-approver", "openListDefinition", listDefinition=second, fromOn="2026-05-01")
    assert (refused.code, refused.extensions["after"]) == ("DATES_OUT_OF_ORDER", "2026-05-01")


async def test_a_draft_is_seen_by_its_office_only_and_may_be_discarded(desk: Desk) -> None:
    definition = await drafted(desk, "xm-clerk", SERIOUS)
    query = "query ($id: ID!) { listDefinition(id: $id) { state } }"
    assert (await desk.ask(None, query, id=definition))["listDefinition"] is None
    assert (await desk.ask("xm-permits", query, id=definition))["listDefinition"] is None
    discarded = await desk.do("xm-clerk", "discardListDefinition", listDefinition=definition, reason="重新起草")
    assert discarded.listDefinition["state"] == "DISCARDED"
    assert (await desk.do("xm-approver", "openListDefinition", listDefinition=definition)).code == "STATE_CONFLICT"


async def test_a_part_names_nobody_by_number_and_says_where_it_is_written(desk: Desk) -> None:
    number = {"text": f"例：{invented_resident_id(7)}不得列入", "source": "细则"}
    refused = await desk.do("xm-clerk", "draftListDefinition", creditList=SERIOUS, standard=number)
    assert refused.code == "PERSONAL_TEXT_IN_PUBLIC"
    unwritten = {"text": "标准", "source": " "}
    refused = await desk.do("xm-clerk", "draftListDefinition", creditList=SERIOUS, standard=unwritten)
    assert refused.code == "INVALID_INPUT"


@pytest.mark.parametrize(
    "row", [{"rulebook": "no-such-book", "code": "black"}, {"rulebook": "xinxiang", "code": "none"}]
)
def test_a_list_that_no_rulebook_describes_is_refused(row: dict[str, str]) -> None:
    with pytest.raises(ListNotDescribed):
        kind_of(load_rulebooks(), row)
