"""`renxin import` is a process that hands a file in, and holds nothing of the service that answers requests."""

from __future__ import annotations

import errno
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from api.cli.main import main
from api.config.settings import Settings
from api.postgres.database_version import DatabaseNotMigrated
from api.postgres.server import EmbeddedPostgres
from api.process.worker import worker_command
from tests.conftest import lend

ROOT = Path(__file__).parents[2]
LOADED = (
    "import api.cli.main, api.cli.record_import, sys; print([name for name in sys.argv[1:] if name in sys.modules])"
)


def test_the_command_loads_neither_the_schema_nor_the_service() -> None:
    """Issue 6 §1, at most 300 MB whatever the file: they are some 60 of them, and three seconds of each start."""
    heavy = ("api.schema", "strawberry", "api.process.assembly", "api.process.app", "domain.oversight.imports")
    told = subprocess.run([sys.executable, "-c", LOADED, *heavy], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "['domain.oversight.imports']"


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("XK_XDR_MC,BZ,BZ", ["Columns stand in the header twice", "表头中有重复的数据列", "  columns: BZ"]),
        ("XK_XDR_MC,NEITHER,OTHER", ["The first line is no header", "首行不是双公示数据表", "  places: 2, 3"]),
    ],
)
def test_a_refused_file_is_told_with_what_is_amiss(
    header: str,
    told: list[str],
    installed_url: str,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Issue 6 §1: which columns of a file are amiss is told at the command line as over HTTP."""
    monkeypatch.setattr("api.cli.main.load_settings", lambda _: replace(settings, database_url=installed_url))
    file = tmp_path / "permits.csv"
    file.write_text(f"{header}\nx,y,z\n", "utf-8")
    assert main(["import", str(file), "--office", "350200.SP"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line[: len(said)] for line, said in zip(lines, told, strict=True)] == told


@pytest.fixture
def bare(postgres: EmbeddedPostgres, settings: Settings) -> Iterator[Settings]:
    """Settings with a database that nobody has migrated."""
    with contextmanager(lend)(postgres, "template1", "bare") as url:
        yield replace(settings, database_url=url)


@pytest.mark.parametrize("command", [["import", __file__, "--office", "350200.SP"], ["edition", "list"]])
def test_a_database_that_was_never_migrated_is_told_with_what_to_do(
    bare: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    monkeypatch.setattr("api.cli.main.load_settings", lambda _: bare)
    assert main(command) == 1
    assert "renxin migrate" in capsys.readouterr().err


def test_a_worker_does_not_begin_on_such_a_database(bare: Settings) -> None:
    with pytest.raises(DatabaseNotMigrated):
        worker_command(bare)


def test_who_reads_no_further_than_the_first_lines_is_told_of_no_fault() -> None:
    """`renxin … | head -1`: the pipe is closed before all is said, which is no fault of the database."""
    command = [sys.executable, "-m", "api.cli.main", "rulebook", "coverage"]
    run = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert run.stdout is not None
    assert run.stderr is not None
    run.stdout.close()
    assert (run.stderr.read(), run.wait()) == ("", 0)
    run.stderr.close()


def test_where_refused_rows_cannot_go_is_told_before_a_row_is_taken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It was told of the database, and after all other rows had gone in; the file itself was written over."""
    file = tmp_path / "permits.csv"
    file.write_text("XK_XDR_MC\n甲\n", "utf-8")
    for place in (tmp_path / "nowhere" / "back.csv", tmp_path, file):
        assert main(["import", str(file), "--office", "350200.SP", "--refused", str(place)]) == 2
        told = capsys.readouterr().err
        assert told.startswith(f"{place}: ")
        assert "refused rows" in told
    assert file.read_text("utf-8") == "XK_XDR_MC\n甲\n"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "磁盘空间不足"),
        (PermissionError(errno.EACCES, "Permission denied", "/srv/export.json"), "/srv/export.json: Permission denied"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "Connect call failed"), "数据库不可用"),
    ],
)
def test_a_full_disk_and_a_file_out_of_reach_are_not_told_as_the_database(
    error: OSError, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: object) -> Settings:
        raise error

    monkeypatch.setattr("api.cli.main.load_settings", fail)
    assert main(["who"]) == 3
    said = capsys.readouterr().err
    assert told in said
    assert ("database" in said) == isinstance(error, ConnectionRefusedError)


def _interrupt(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_what_was_stopped_by_the_keyboard_is_not_told_as_done(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`renxin import … && rm …` removed the file, and a verification that never ended counted as passed."""
    monkeypatch.setattr("api.cli.main.load_settings", _interrupt)
    assert main(["verify-ledger"]) == 130
    assert "未办完即中断" in capsys.readouterr().err


def test_a_server_stopped_by_the_keyboard_has_done_its_work(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("api.cli.main.load_settings", lambda _: settings)
    monkeypatch.setattr("api.process.serve.serve", _interrupt)
    assert main(["serve"]) == 0
    assert capsys.readouterr().err == ""
