"""A policy outlives the software it was written for: what it says of what is there no more keeps nobody from starting."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import pytest

from authz import review
from authz.examination import Examination
from authz.grants import expand
from authz.invariants import Breach, Cell, invariants
from authz.lines import PolicyInvalid, read, still_known
from authz.vocabulary import ACTIONS
from tests.client import Serve
from tests.policies.conftest import APPROVE, DRAFT, FIRST, GOOD, PROPOSE, ROLL_BACK, SECOND, Desk

pytestmark = pytest.mark.anyio

CHECK = "query ($id: ID!) { policyCheck(policyVersion: $id) { passed findings { severity line text } } }"
DIFFERENCE = "query ($id: ID!) { policyDifference(policyVersion: $id) { narrows removed { text } } }"
VERSIONS = "{ policyVersions(first: 1, filter: { state: ACTIVE }) { nodes { policyText } } }"


def without(*gone: str) -> dict[str, tuple[str, ...]]:
    """Give the vocabulary of a later release, without some objects."""
    return {one: verbs for one, verbs in ACTIONS.items() if one not in gone}


@pytest.mark.parametrize(
    "gone",
    [
        "p, clerk, abacus, read, own_office",
        "p, clerk, office, dance, any",
        "p, clerk, office, read, nowhere, deny",
        "c, clerk, astrology, clear, own_office",
        "g, clerk, scribe",
        "r, clerk, 经办",
        "t, clerk may read abacus, yes",
    ],
)
def test_lines_about_what_is_there_no_more_are_left_out_and_all_others_stay(gone: str) -> None:
    kept = read("r, one, 一\ng, one, clerk\np, one, office, read, any\np, clerk, office, read, any\n")
    known = still_known((*kept, *read(gone)))
    assert [line for line in known if line in kept] == list(kept)
    assert expand(1, known).roles["clerk"].scopes.keys() == {("office", "read")}


@pytest.mark.parametrize("line", ["p, clerk, office", "x, y", "g, one, two\nr, one, 一\nr, two, 二\ng, two, one"])
def test_what_never_could_stand_is_refused_as_ever(line: str) -> None:
    with pytest.raises(PolicyInvalid):
        expand(1, still_known(read(line)))


async def test_to_what_a_release_forbids_an_officer_goes_back_where_it_is_no_worse(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both versions are older than a new action, which nobody may: what was harmful is stopped all the same."""
    sound = await desk.put_in_force("p, reviewer, refused_row, read, own_office")
    harmful = await desk.put_in_force("p, clerk, refused_row, read, own_bureau")
    monkeypatch.setattr("authz.invariants.ACTIONS", {**ACTIONS, "office": (*ACTIONS["office"], "paint")})
    monkeypatch.setattr("authz.review._examined", OrderedDict())

    draft = await desk.draft("p, approver, refused_row, read, own_office")
    assert await desk.code(PROPOSE, FIRST, policyVersion=draft) == "POLICY_BREAKS_INVARIANT"
    back = await desk.send(ROLL_BACK, FIRST, policyVersion=sound, reason="有害")
    again = await desk.code(ROLL_BACK, FIRST, policyVersion=harmful, reason="x")

    assert back["policyVersion"]["state"] == "ACTIVE"
    assert again == "POLICY_BREAKS_INVARIANT", "what gives something back is examined whole"


def test_what_is_worse_than_what_stands_is_refused_all_the_same() -> None:
    (one,) = (invariant for invariant in invariants() if invariant.id == "everything_has_somebody")
    painting, dancing = (Cell(None, "office", action, None) for action in ("paint", "dance"))
    standing, worse = (
        Examination(breaches=(Breach(one, (), frozenset(cells)),)) for cells in ([painting], [painting, dancing])
    )

    assert standing.beside(standing).passed
    assert standing.beside(worse).passed
    assert not worse.beside(standing).passed
    assert not standing.beside(Examination()).passed


async def test_the_service_starts_under_it_and_officers_mend_it(
    desk: Desk, serve: Serve, demo_url: str, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    await desk.put_in_force(GOOD)
    for module in ("authz.lines", "authz.invariants"):
        monkeypatch.setattr(f"{module}.ACTIONS", without("refused_row"))

    async with serve(demo_url) as client:
        later = Desk(client)
        active = (await client.data(VERSIONS, caller=FIRST))["policyVersions"]["nodes"][0]
        assert GOOD in active["policyText"], "it stands as it was written"
        stale = [line for line in active["policyText"].splitlines() if "refused_row" in line and line[0] in "pt"]
        made = await later.send(
            DRAFT, FIRST, note="照旧", text=f"# 新版\n{active['policyText']}"
        )  # not read over before
        version = made["policyVersion"]["id"]
        told = (await client.data(CHECK, {"id": version}, caller=FIRST))["policyCheck"]
        assert not told["passed"]
        assert any("refused_row" in one["text"] for one in told["findings"])
        assert await later.code(PROPOSE, FIRST, policyVersion=version) == "POLICY_INVALID"

        mended = await later.draft(remove=tuple(stale), caller=SECOND)
        told = (await client.data(CHECK, {"id": mended}, caller=FIRST))["policyCheck"]
        assert told["passed"], told
        assert (await client.data(DIFFERENCE, {"id": mended}, caller=FIRST))["policyDifference"]["narrows"]
        assert await later.code(PROPOSE, SECOND, policyVersion=mended) is None
    assert "policy_lines_unknown" in caplog.text


async def test_officers_go_back_to_a_version_that_speaks_of_what_is_there_no_more(
    desk: Desk, demo_url: str, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At once by one officer where that only takes away, else by two; a draft of the same text is refused as ever."""
    older = await desk.put_in_force(GOOD)
    wider = await desk.put_in_force("p, approver, subject_request, read, own_jurisdiction")
    for module in ("authz.lines", "authz.invariants"):
        monkeypatch.setattr(f"{module}.ACTIONS", without("refused_row"))
    monkeypatch.setattr(review, "_read_over", review._read_over.__wrapped__)  # what was read over before the release
    async with serve(demo_url) as client:
        later = Desk(client)
        back = await later.send(ROLL_BACK, FIRST, policyVersion=older, reason="有害")
        assert back["policyVersion"]["state"] == "ACTIVE"
        assert GOOD in (await client.data(VERSIONS, caller=FIRST))["policyVersions"]["nodes"][0]["policyText"]

        wider_again = (await later.send(ROLL_BACK, FIRST, policyVersion=wider, reason="误判"))["policyVersion"]
        assert wider_again["state"] == "PROPOSED"
        assert await later.code(APPROVE, SECOND, policyVersion=wider_again["id"], activate=True) is None

        draft = await later.draft("p, leader, subject_request, read, own_jurisdiction")
        assert await later.code(PROPOSE, FIRST, policyVersion=draft) == "POLICY_INVALID"
