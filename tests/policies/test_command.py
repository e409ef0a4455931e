"""`renxin policy …`: two officers at the command line, the operator who appoints the first two, files without a database."""

from __future__ import annotations

import argparse
import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from api.cli.policy import policy_command
from api.cli.policy_arguments import add_arguments
from api.settings import Settings
from authz.lines import default_text
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

    def version(self, *words: str) -> str:
        """Run a step of a version; give the version's number."""
        return self.done(*words).split()[1]


@pytest.fixture
def desk(settings: Settings, demo_url: str, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(replace(settings, database_url=demo_url), capsys)


def test_two_officers_take_a_version_from_draft_to_active_and_back(desk: Desk) -> None:
    number = desk.version("draft", "--note", "信用办查看退回行", "--as", FIRST)
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


def test_a_file_is_imported_as_a_draft_and_given_up(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "policy.csv"
    file.write_text(default_text() + f"{GOOD}\n", "utf-8")
    number = desk.version("import", str(file), "--note", "由文件导入", "--as", FIRST)
    assert f"+ {GOOD}" in desk.done("diff", number, "--as", SECOND)
    assert "rejected" in desk.done("reject", number, "--reason", "不再需要", "--as", FIRST)
    assert desk.run("activate", number, "--as", SECOND)[0] == 1


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


def test_the_operator_appoints_two_officers_and_no_third(
    settings: Settings, installed_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = Desk(replace(settings, database_url=installed_url), capsys)
    code, _, complained = desk.run("appoint", "--sub", "li", "--display", "李", "--role", "credit_office")
    assert (code, complained.split(":")[0]) == (1, "ROLE_CANNOT_APPROVE")
    for sub in ("zhang", "wang"):
        assert "security_officer" in desk.done("appoint", "--sub", sub, "--display", sub)
    code, _, complained = desk.run("appoint", "--sub", "li", "--display", "李")
    assert (code, complained.split(":")[0]) == (1, "OFFICERS_THERE")

    number = desk.version("draft", "--note", "第一次变更", "--as", "zhang")
    desk.done("edit", number, "--add", GOOD, "--as", "zhang")
    desk.done("propose", number, "--as", "zhang")
    assert desk.run("approve", number, "--as", "zhang")[0] == 1
    assert "active" in desk.done("approve", number, "--activate", "--as", "wang")
    assert _appointments(installed_url) == [("grant", "operator"), ("grant", "operator")]


def test_the_operator_stops_one_of_two_officers_and_appoints_another(
    settings: Settings, installed_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The way in when the service must refuse: the other officer alone may not take him away."""
    desk = Desk(replace(settings, database_url=installed_url), capsys)
    for sub in ("zhao", "qian"):
        desk.run("appoint", "--sub", sub, "--display", sub)  # unless others of these tests are there
    with_roles = [sub for sub in ("zhang", "wang", "zhao", "qian") if desk.run("list", "--as", sub)[0] == 0]
    stopped, left = with_roles[0], with_roles[1]

    assert "1 ended" in desk.done("dismiss", "--sub", stopped, "--reason", "令牌失窃")
    assert desk.run("list", "--as", stopped)[0] == 1
    code, _, complained = desk.run("dismiss", "--sub", stopped, "--reason", "令牌失窃")
    assert (code, complained.split(":")[0]) == (1, "NOT_FOUND")
    assert _appointments(installed_url)[-1] == ("end", "operator")

    assert "security_officer" in desk.done("appoint", "--sub", "sun", "--display", "孙")
    assert desk.run("appoint", "--sub", "zhou", "--display", "周")[0] == 1
    number = desk.version("draft", "--note", "接任", "--as", left)
    desk.done("edit", number, "--add", "p, credit_office, refused_row, read, own_jurisdiction", "--as", left)
    desk.done("propose", number, "--as", left)
    assert "active" in desk.done("approve", number, "--activate", "--as", "sun")


def test_accounts_that_cannot_act_do_not_keep_the_operator_from_appointing(
    settings: Settings, installed_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Suspended, the same person twice, a machine: two accounts hold the role, and nobody could approve."""
    desk = Desk(replace(settings, database_url=installed_url), capsys)
    for sub in ("feng", "chen"):
        desk.run("appoint", "--sub", sub, "--display", sub)
    assert desk.run("appoint", "--sub", "chu", "--display", "褚")[0] == 1

    async def suspend() -> None:
        connection = await asyncpg.connect(installed_url)
        await connection.execute(
            "UPDATE account SET state = 'suspended' WHERE id = (SELECT account_id FROM assignment"
            " WHERE role = 'security_officer' AND state = 'granted' ORDER BY id LIMIT 1)"
        )
        await connection.close()

    asyncio.run(suspend())
    assert "security_officer" in desk.done("appoint", "--sub", "chu", "--display", "褚")


def _appointments(url: str) -> list[tuple[str, str]]:
    async def read() -> Any:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetch("SELECT verb, role FROM ledger_event WHERE object = 'assignment' ORDER BY id")
        finally:
            await connection.close()

    return [(row["verb"], row["role"]) for row in asyncio.run(read())]
