"""`renxin token`: a token of the built-in issuer for a demonstration caller, and a word where nobody will take it."""

from __future__ import annotations

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
