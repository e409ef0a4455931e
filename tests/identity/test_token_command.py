"""`renxin token`: a token of the built-in issuer for a demonstration caller, and a word where nobody will take it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import jwt
import pytest

from api.cli.main import main


def test_where_no_service_has_run_the_command_says_that_only_one_there_takes_its_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RENXIN_DATA_DIR", str(tmp_path / "data"))
    assert main(["token", "xiamen-bank"]) == 0
    first = capsys.readouterr()
    assert str(tmp_path / "data") in first.err
    (tmp_path / "data" / "postgres").mkdir()
    assert main(["token", "xiamen-bank"]) == 0
    second = capsys.readouterr()
    assert second.err == ""
    heads = [jwt.get_unverified_header(said.out.strip()) for said in (first, second)]
    assert heads[0]["kid"] == heads[1]["kid"], "both are signed with the key of that folder"


def test_a_token_is_made_without_the_schema_and_the_rulebooks(tmp_path: Path) -> None:
    """They took six of its seven seconds, and every call of the tour asks for a token."""
    asked = "import sys; from api.cli.main import main; main(['token', 'xiamen-bank']); print(*sys.modules)"
    environment = {**os.environ, "RENXIN_DATA_DIR": str(tmp_path)}
    told = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True)
    token, modules = told.stdout.splitlines()
    assert jwt.get_unverified_header(token)["kid"]
    assert not {"api.schema", "api.process.assembly", "strawberry", "casbin"} & set(modules.split())


@pytest.fixture
def running(installed_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database of the demonstration runs in the folder of the command."""
    monkeypatch.setattr("api.cli.access_token.EmbeddedPostgres.running_url", lambda _: installed_url)


def test_whose_name_is_written_wrongly_is_told_beside_the_token(
    running: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its first request was refused with NO_ROLE, far from where the slip was made."""
    monkeypatch.setenv("RENXIN_DATA_DIR", str(tmp_path))
    (tmp_path / "postgres").mkdir()
    assert main(["token", "xiamen-bnk"]) == 0
    told = capsys.readouterr()
    assert "There is no account 'xiamen-bnk' of http" in told.err
    assert jwt.decode(told.out.strip(), options={"verify_signature": False})["sub"] == "xiamen-bnk"


def test_a_number_of_hours_that_is_none_is_told_as_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RENXIN_DATA_DIR", str(tmp_path))
    for hours in ("nan", "inf", "1e300", "soon"):
        with pytest.raises(SystemExit) as stopped:
            main(["token", "xiamen-bank", "--hours", hours])
        assert stopped.value.code == 2
        assert f"'{hours}' is no number of hours" in capsys.readouterr().err
    assert main(["token", "xiamen-bank", "--hours", "25"]) == 1
