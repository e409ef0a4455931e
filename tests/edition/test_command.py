"""`renxin edition …`: an edition is drafted from a file and approved by another person, at the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from api.cli.edition import edition_command
from api.cli.edition_arguments import add_edition_arguments
from api.config.settings import Settings

FIRST, SECOND = "xiamen-credit-office", "xiamen-credit-office-second"
Run = Callable[..., tuple[int, str, str]]

FILE = """[edition]
kind = "behaviours"
label = "2099年版"
valid_from = 2099-01-01

[[item]]
code = "ARREARS"
name = "拖欠工资"
legal_basis = "《保障农民工工资支付条例》48"
basis_level = "administrative_regulation"
"""


@pytest.fixture
def run(settings: Settings, demo_url: str, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command as an officer; give its exit code, what it said, and what it complained of."""

    def act(officer: str, *words: str) -> tuple[int, str, str]:
        parser = argparse.ArgumentParser()
        add_edition_arguments(parser)
        code = edition_command(replace(settings, database_url=demo_url), parser.parse_args([*words, "--as", officer]))
        told = capsys.readouterr()
        return code, told.out, told.err

    return act


def done(answer: tuple[int, str, str]) -> str:
    """Give what an answer says that must be one of success."""
    code, said, complained = answer
    assert code == 0, complained
    return said


def test_an_edition_goes_from_a_file_to_force_by_two_people_and_back_to_the_same_file(run: Run, tmp_path: Path) -> None:
    """XM-01a, XM-07: kept through files; who proposes never approves."""
    file = tmp_path / "behaviours.toml"
    file.write_text(FILE, "utf-8")
    ident, state, place, kind, *_ = done(run(FIRST, "draft", str(file))).split()
    assert (state, place, kind) == ("drafted", "350200", "behaviours")
    assert done(run(FIRST, "propose", ident)).split()[1] == "proposed"
    code, _, complained = run(FIRST, "approve", ident)
    assert (code, complained.split(":")[0]) == (1, "EDITION_PROPOSER_DECIDES")
    assert done(run(SECOND, "approve", ident)).split()[1] == "approved"
    assert f"{ident}  approved  350200 behaviours 2099年版" in done(run(FIRST, "list", "--kind", "behaviours"))
    assert ident not in done(run(FIRST, "list", "--kind", "measures"))
    written = done(run(FIRST, "show", ident))
    assert all(line in written.splitlines() for line in FILE.splitlines() if line and line != "[edition]")
    table = tmp_path / "behaviours.csv"
    head, rows = done(run(FIRST, "show", ident, "--format", "csv")).split("\n", 1)
    in_chinese = head.replace("code,name", "代码,名称").replace("legal_basis", "依据")
    table.write_text(f"{in_chinese}\n{rows}", "utf-8")
    words = ("--kind", "behaviours", "--label", "2100年版", "--valid-from", "2100-01-01")
    again, *_ = done(run(FIRST, "draft", str(table), *words)).split()
    assert done(run(FIRST, "discard", again, "--reason", "试用")).split()[1] == "discarded"


def test_what_two_editions_differ_in_is_told_item_by_item_hc_08(run: Run, tmp_path: Path) -> None:
    """XM-07, HC-08: before it is proposed, beside the one in force."""
    file = tmp_path / "behaviours.toml"
    idents: list[str] = []
    added = FILE.split("[[item]]")[1].replace("ARREARS", "CHILD").replace("拖欠工资", "使用童工")
    for text in (FILE, FILE.replace("拖欠工资", "拖欠农民工工资") + "[[item]]" + added):
        file.write_text(text.replace("2099年版", f"第{len(idents)}稿"), "utf-8")
        idents.append(done(run(FIRST, "draft", str(file))).split()[0])
    *rows, words, words_zh = done(run(FIRST, "diff", *idents)).splitlines()
    assert rows == ["+ CHILD 使用童工", "~ ARREARS 拖欠农民工工资", "    name 名称: 拖欠工资 -> 拖欠农民工工资"]
    assert (words, words_zh[:5]) == ("1 added, 0 removed, 1 changed, 0 unchanged.", "新增1项（")
    for ident in idents:
        done(run(FIRST, "discard", ident, "--reason", "试用"))


def test_a_faulty_file_is_told_by_line_and_nothing_is_kept(run: Run, tmp_path: Path) -> None:
    before = done(run(FIRST, "list", "--kind", "behaviours"))
    faulty = tmp_path / "faulty.toml"
    faulty.write_text(FILE.replace("administrative_regulation", "hearsay"), "utf-8")
    code, _, complained = run(FIRST, "draft", str(faulty))
    assert code == 1
    assert "line 10 行 ARREARS basis_level:" in complained
    assert "(law, administrative_regulation," in complained, "the words that the field may hold"
    assert done(run(FIRST, "list", "--kind", "behaviours")) == before
    for name, text in (("none.txt", FILE), ("torn.toml", "[edition"), ("whose.csv", "code,name\nA,甲\n")):
        (tmp_path / name).write_text(text, "utf-8")
        assert run(FIRST, "draft", str(tmp_path / name))[0] == 2, name
    assert run("xiamen-inspection-clerk", "draft", str(faulty))[0] == 1
