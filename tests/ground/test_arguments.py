"""Arguments that name nothing, or no file that can be read, are refused in a line: what is done without them is not what was meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.cli.main import main


@pytest.mark.parametrize(
    "arguments",
    [
        ["verify-ledger", "--offline", "", "--keys", "jwks.json"],
        ["verify-ledger", "--offline=", "--keys", "jwks.json"],
        ["verify-ledger", "--anchor", ""],
        ["verify-report", "report.jws", "--keys", " "],
        ["rulebook", "check", ""],
    ],
    ids=" ".join,
)
def test_a_variable_that_is_not_set_does_not_verify_something_else(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert (
        told.err == "An argument is empty: is a variable of the shell not set? 有参数为空：是否引用了未赋值的变量？\n"
    )


def test_a_file_that_cannot_be_read_is_told_from_one_in_another_encoding(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "gbk.csv").write_bytes("说明".encode("gbk"))
    assert main(["policy", "lint", str(tmp_path / "gbk.csv")]) == 2
    assert capsys.readouterr().err == f"The file is not in UTF-8 该文件不是UTF-8编码: {tmp_path / 'gbk.csv'}\n"
    assert main(["policy", "lint", str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"The file cannot be read 无法读取该文件: {tmp_path}: Is a directory\n"
