"""`renxin policy …`: two officers at the command line, the operator who appoints the first two, files without a database."""

from __future__ import annotations

import argparse
import asyncio
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from api.cli.policy import policy_command
from api.cli.policy_arguments import add_arguments
from api.cli.policy_officer import _tell_version
from api.config.settings import Settings
from api.postgres.server import EmbeddedPostgres
from authz.lines import default_text
from tests.conftest import lend
from tests.policies.conftest import FIRST, GOOD, SECOND

BREAKING = "c, public, person_name, clear, published"


class Desk:
    """Runs commands over one database and reads what they said."""

    def __init__(self, settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
        self._settings = settings
        self._capsys = capsys

    def run(self, *words: str) -> tuple[int, str, str]:
        """Run a command; give its exit code, what it said, and what it complained of."""
        parser = argparse.ArgumentParser()
        add_arguments(parser)
        code = policy_command(self._settings, parser.parse_args(words))
        told = self._capsys.readouterr()
        return code, told.out, told.err

    def done(self, *words: str) -> str:
        """Run a command that must succeed; give what it said."""
        code, said, complained = self.run(*words)
        assert code == 0, complained
        return said

    def refused(self, *words: str) -> str:
        """Run a command that must be refused; give the code."""
        code, _, complained = self.run(*words)
        assert code == 1, complained
        return complained.partition(":")[0]

    def over(self, **changes: Any) -> Desk:
        """Give a desk with other settings over the same database."""
        return Desk(replace(self._settings, **changes), self._capsys)

    def version(self, *words: str) -> str:
        """Run a step of a version; give the version's number."""
        return self.done(*words).split()[1]


@pytest.fixture
def desk(settings: Settings, demo_url: str, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(replace(settings, database_url=demo_url), capsys)


def test_who_holds_no_role_is_told_so_and_nothing_else(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command has no log: a word of one would stand among what is told to a person."""
    monkeypatch.setattr(logging.getLogger("renxin.access"), "handlers", [])
    monkeypatch.setattr(logging.root, "handlers", [])
    code, said, complained = desk.run("list", "--as", "nobody")
    assert (code, said) == (1, "")
    first, *others = complained.splitlines()
    assert (first.partition(":")[0], len(others)) == ("NO_ROLE", 1)


def test_two_officers_take_a_version_from_draft_to_active_and_back(desk: Desk) -> None:
    number = desk.version("draft", "--note", "信用办查看退回行", "--as", FIRST)
    assert desk.done("diff", number, "--as", FIRST) == "The lines are the same 没有差别.\n"
    desk.done("edit", number, "--add", GOOD, "--as", FIRST)
    assert "credit_office may now read refused_row in own_office" in desk.done("diff", number, "--as", FIRST)
    assert f"+ {GOOD}" in desk.done("diff", number, "--as", FIRST)
    assert "It may be proposed" in desk.done("lint", number, "--as", FIRST)
    assert "accesses" in desk.done("replay", number, "--as", FIRST)
    assert "proposed" in desk.done("propose", number, "--as", FIRST)
    code, _, complained = desk.run("approve", number, "--as", FIRST)
    assert (code, complained.split(":")[0]) == (1, "SECOND_OFFICER_NEEDED")
    assert "active" in desk.done("approve", number, "--activate", "--reason", "同意", "--as", SECOND)
    assert GOOD in desk.done("export", "--as", FIRST)
    shown = desk.done("show", number, "--as", SECOND)
    assert "approved" in shown
    assert f"  {GOOD}" in shown

    back = desk.done("roll-back", "1", "--reason", "试行结束", "--as", FIRST)
    assert "active" in back
    assert GOOD not in desk.done("export", "--as", FIRST)
    assert GOOD in desk.done("export", number, "--as", FIRST)
    listed = desk.done("list", "--as", FIRST)
    assert [line.split()[1] for line in listed.splitlines() if line[:4].strip()] == [
        "active",
        "superseded",
        "superseded",
    ]


def test_when_a_version_was_drafted_is_told_by_the_clock_of_the_office(capsys: pytest.CaptureFixture[str]) -> None:
    steps = dict.fromkeys(("proposedAt", "approvedAt", "activatedAt", "supersededAt", "decision"))
    version = {"number": 2, "state": "DRAFTED", "origin": "OFFICER", "note": "试行", "draftedBy": {"display": "张三"}}
    _tell_version({**version, **steps, "draftedAt": "2026-03-17T18:00:00.518815+00:00"})
    assert "drafted 2026-03-18 02:00:00 张三\n" in capsys.readouterr().out


def test_a_file_is_imported_as_a_draft_and_given_up(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "policy.csv"
    file.write_text(default_text() + f"{GOOD}\n", "utf-8")
    number = desk.version("import", str(file), "--note", "由文件导入", "--as", FIRST)
    assert f"+ {GOOD}" in desk.done("diff", number, "--as", SECOND)
    assert "rejected" in desk.done("reject", number, "--reason", "不再需要", "--as", FIRST)
    assert desk.run("activate", number, "--as", SECOND)[0] == 1


def test_who_has_a_draft_open_does_not_write_over_what_the_other_officer_wrote(desk: Desk, tmp_path: Path) -> None:
    number = desk.version("draft", "--note", "两人同时修改", "--as", FIRST)
    code, text, told = desk.run("export", number, "--as", FIRST)
    digest = told.split()[-1]
    assert (code, digest) == (0, desk.done("show", number, "--as", SECOND).split("digest 摘要 ")[1].split()[0])
    file = tmp_path / "policy.csv"
    file.write_text(f"{text}# 第一人\n", "utf-8")
    changed = ("edit", number, "--file", str(file))
    assert desk.run(*changed, "--as", FIRST)[0] == 2, "which text it was is not guessed"

    theirs = desk.done("edit", number, "--add", GOOD, "--digest", digest, "--as", SECOND).split()[-1]
    assert desk.refused(*changed, "--digest", digest, "--as", FIRST) == "STATE_CONFLICT"
    assert desk.refused("propose", number, "--digest", digest, "--as", FIRST) == "STATE_CONFLICT"
    assert GOOD in desk.done("export", number, "--as", FIRST)
    assert "proposed" in desk.done("propose", number, "--digest", theirs, "--as", FIRST)
    desk.done("reject", number, "--reason", "试过", "--as", SECOND)


SHIPS_ANEW = "p, approver, refused_row, read, own_office"


def test_what_a_release_ships_anew_is_told_and_drafted_over_a_policy_of_the_officers_own(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An upgrade grants nobody anything under such a policy; what officers have taken out themselves stays out."""
    assert "lacks nothing" in desk.done("release", "--as", FIRST)
    theirs, gone = [line for line in default_text().splitlines() if line.startswith("t, ")][:2]
    number = desk.version("draft", "--note", "自有策略", "--as", FIRST)
    desk.done("edit", number, "--add", GOOD, "--remove", theirs, "--as", FIRST)
    desk.done("propose", number, "--as", FIRST)
    desk.done("approve", number, "--activate", "--as", SECOND)
    assert "lacks nothing" in desk.done("release", "--as", FIRST)

    newer = default_text().replace(f"{gone}\n", "") + f"{SHIPS_ANEW}\n# 新版\n"
    monkeypatch.setattr("api.cli.policy_officer.default_text", lambda: newer)
    told = [f"+ {SHIPS_ANEW}", f"- {gone}"]
    assert desk.done("release", "--as", FIRST).splitlines() == told
    drafted = desk.done("release", "--note", "随新版增补", "--as", FIRST).splitlines()
    assert drafted[:2] == told
    number = drafted[2].split()[1]
    assert desk.done("diff", number, "--as", FIRST).splitlines()[:2] == told
    desk.done("propose", number, "--as", FIRST)
    desk.done("approve", number, "--activate", "--as", SECOND)
    assert "lacks nothing" in desk.done("release", "--as", FIRST)
    active = desk.done("export", "--as", FIRST).splitlines()
    assert GOOD in active
    assert theirs not in active
    desk.done("roll-back", "1", "--reason", "试行结束", "--as", FIRST)


def test_a_draft_that_breaks_an_invariant_is_refused_with_its_counter_example(desk: Desk) -> None:
    number = desk.version("draft", "--note", "公开姓名", "--as", FIRST)
    desk.done("edit", number, "--add", BREAKING, "--as", FIRST)
    code, said, _ = desk.run("lint", number, "--as", FIRST)
    assert code == 1
    assert "BROKEN public_sees_no_person_in_clear" in said
    assert "public sees person_name clear in published" in said
    code, _, complained = desk.run("propose", number, "--as", FIRST)
    assert code == 1
    assert complained.startswith("POLICY_BREAKS_INVARIANT")
    assert "public_sees_no_person_in_clear: public sees person_name clear in published" in complained


def test_who_is_no_officer_and_who_is_nobody_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RENXIN_TOKEN", raising=False)
    assert desk.run("draft", "--note", "x", "--as", "xiamen-credit-office")[0] == 1
    assert desk.run("list")[0] == 2
    assert desk.run("show", "999", "--as", FIRST)[0] == 2
    monkeypatch.setenv("RENXIN_TOKEN", "no token")
    assert desk.run("list")[0] == 1


def test_a_file_is_examined_without_a_database(
    settings: Settings, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    desk = Desk(replace(settings, database_url="postgresql://nobody@127.0.0.1:1/none"), capsys)
    file = tmp_path / "policy.csv"
    file.write_text(default_text(), "utf-8")
    assert "It may be proposed" in desk.done("lint", str(file))
    file.write_text(default_text() + f"{BREAKING}\n", "utf-8")
    code, said, _ = desk.run("lint", str(file))
    assert (code, "public sees person_name clear in published" in said) == (1, True)
    file.write_text("p, clerk, credit_record, dance, own_office\n", "utf-8")
    code, said, _ = desk.run("lint", str(file))
    assert (code, "line 1" in said) == (1, True)
    assert desk.run("lint", str(tmp_path / "missing.csv"))[0] == 2
    assert "public_sees_no_person_in_clear" in desk.done("invariants")


@pytest.fixture
def own_url(postgres: EmbeddedPostgres, _installed: str) -> Iterator[str]:
    """Give the URL of an installed database of the test's own: who is appointed is nobody else's matter."""
    yield from lend(postgres, _installed, "installed")


@pytest.fixture
def empty(settings: Settings, own_url: str, capsys: pytest.CaptureFixture[str]) -> Desk:
    """Give a desk over a database in which nobody governs yet."""
    return Desk(replace(settings, database_url=own_url), capsys)


def appoint(desk: Desk, *people: str) -> None:
    """Appoint people who may be."""
    for sub in people:
        assert "security_officer" in desk.done("appoint", "--sub", sub, "--display", sub)


def test_the_operator_appoints_two_officers_who_then_change_policies(empty: Desk, own_url: str) -> None:
    appoint(empty, "zhang", "wang")
    number = empty.version("draft", "--note", "第一次变更", "--as", "zhang")
    empty.done("edit", number, "--add", GOOD, "--as", "zhang")
    empty.done("propose", number, "--as", "zhang")
    assert empty.run("approve", number, "--as", "zhang")[0] == 1
    assert "active" in empty.done("approve", number, "--activate", "--as", "wang")
    assert _appointments(own_url) == [("grant", "operator"), ("grant", "operator")]


def test_the_operator_appoints_no_third_officer(empty: Desk, own_url: str) -> None:
    appoint(empty, "zhang", "wang")
    assert empty.refused("appoint", "--sub", "li", "--display", "李") == "OFFICERS_THERE"
    assert len(_appointments(own_url)) == 2


def test_the_operator_appoints_nobody_who_could_not_approve_or_not_sign_in(empty: Desk, own_url: str) -> None:
    named = ("appoint", "--sub", "li", "--display", "李")
    assert empty.refused(*named, "--role", "credit_office") == "ROLE_CANNOT_APPROVE"
    assert empty.refused(*named, "--issuer", "https://sso.example.gov.cn") == "ISSUER_NOT_ACCEPTED"
    assert _appointments(own_url) == []


def test_the_operator_stops_one_of_two_officers_and_appoints_another(empty: Desk, own_url: str) -> None:
    """The way in when the service must refuse: the other officer alone may not take him away."""
    appoint(empty, "zhao", "qian")

    assert "1 ended" in empty.done("dismiss", "--sub", "zhao", "--reason", "令牌失窃")
    assert empty.run("list", "--as", "zhao")[0] == 1
    assert empty.refused("dismiss", "--sub", "zhao", "--reason", "令牌失窃") == "NOT_FOUND"
    assert _appointments(own_url)[-1] == ("end", "operator")

    appoint(empty, "sun")
    assert empty.run("appoint", "--sub", "zhou", "--display", "周")[0] == 1
    number = empty.version("draft", "--note", "接任", "--as", "qian")
    empty.done("edit", number, "--add", GOOD, "--as", "qian")
    empty.done("propose", number, "--as", "qian")
    assert "active" in empty.done("approve", number, "--activate", "--as", "sun")


def test_accounts_that_cannot_act_do_not_keep_the_operator_from_appointing(empty: Desk, own_url: str) -> None:
    """Two accounts hold the role, and nobody could approve."""
    appoint(empty, "feng", "chen")
    _write(own_url, "UPDATE account SET state = 'suspended' WHERE sub = 'feng'")
    appoint(empty, "chu")


def test_where_no_issuer_of_the_officers_is_accepted_any_more_the_operator_appoints_others(
    empty: Desk, own_url: str
) -> None:
    """The service has moved, or another identity provider signs people in: whoever governed can no longer come in."""
    appoint(empty, "feng", "chen")
    moved = empty.over(public_url="https://credit.example.gov.cn")
    assert moved.run("list", "--as", "feng")[0] == 1
    appoint(moved, "wei", "jiang")
    assert moved.refused("appoint", "--sub", "shen", "--display", "沈") == "OFFICERS_THERE"
    assert "active" in moved.done("list", "--as", "wei")


def _write(url: str, text: str) -> None:
    async def write() -> None:
        connection = await asyncpg.connect(url)
        await connection.execute(text)
        await connection.close()

    asyncio.run(write())


def _appointments(url: str) -> list[tuple[str, str]]:
    async def read() -> Any:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetch("SELECT verb, role FROM ledger_event WHERE object = 'assignment' ORDER BY id")
        finally:
            await connection.close()

    return [(row["verb"], row["role"]) for row in asyncio.run(read())]
