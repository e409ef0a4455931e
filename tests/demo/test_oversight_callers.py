"""The callers of the demonstration at the office that oversees: what it alone does can be tried."""

from __future__ import annotations

import pytest

from tests.client import Serve
from tests.self_report.test_over_http import REFUTE

pytestmark = pytest.mark.anyio


async def test_self_reported_information_is_found_untrue_by_a_demonstration_caller(demo_url: str, serve: Serve) -> None:
    """XM-20, SH-05c, SH-05d: by the office that looks after it, its commitment broken with it."""
    async with serve(demo_url) as client:
        (told,) = (await client.data("{ selfReports(first: 9) { nodes { id } } }"))["selfReports"]["nodes"]
        found = {"id": told["id"], "no": "厦人社核〔2026〕1号"}
        assert await client.codes(REFUTE, found, caller="xiamen-inspection-reviewer") == ["NOT_FOUND"]
        refuted = await client.data(REFUTE, found, caller="xiamen-oversight-reviewer")
        shown = refuted["refuteSelfReport"]["selfReport"]
        assert (shown["state"], shown["inForce"], shown["commitment"]["state"]) == ("REFUTED", False, "BROKEN")
        assert shown["label"] == "自主上报、经查不实"
        assert (await client.data("{ selfReports(first: 9) { nodes { id } } }"))["selfReports"]["nodes"] == []


async def test_the_quarter_is_reported_by_demonstration_callers(demo_url: str, serve: Serve) -> None:
    """XM-31: drafted and completed by one, handed in by another."""
    draft = """mutation { draftProgressReport(input: { cycle: QUARTER, year: 2025, period: 4 }) { progressReport { id } } }"""
    complete = """mutation ($id: ID!) { completeProgressReport(input: { progressReport: $id, narrative: "四季度情况" }) {
      progressReport { state } } }"""
    hand_in = (
        "mutation ($id: ID!) { handInProgressReport(input: { progressReport: $id }) { progressReport { timeliness } } }"
    )
    async with serve(demo_url) as client:
        made = (await client.data(draft, caller="xiamen-oversight-clerk"))["draftProgressReport"]["progressReport"]
        await client.data(complete, made, caller="xiamen-oversight-clerk")
        done = (await client.data(hand_in, made, caller="xiamen-oversight-reviewer"))["handInProgressReport"]
        assert done["progressReport"]["timeliness"] == "NONE_SET"
