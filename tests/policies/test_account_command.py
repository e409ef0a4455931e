"""`renxin account …`: two officers give a machine its key and somebody a role and a deputy, at the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from api.cli.account import account_command
from api.cli.account_arguments import add_account_arguments
from api.settings import Settings
from tests.conftest import ISSUER
from tests.policies.conftest import FIRST, SECOND

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(settings: Settings, demo_url: str, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command as an officer; give its exit code, what it said, and what it complained of."""

    def act(officer: str, *words: str) -> tuple[int, str, str]:
        parser = argparse.ArgumentParser()
        add_account_arguments(parser)
        code = account_command(replace(settings, database_url=demo_url), parser.parse_args([*words, "--as", officer]))
        told = capsys.readouterr()
        return code, told.out, told.err

    return act


def done(answer: tuple[int, str, str]) -> list[str]:
    """Give the words of an answer that must be one of success."""
    code, said, complained = answer
    assert code == 0, complained
    return said.split()


def test_a_machine_gets_its_account_and_its_key_by_two_officers(run: Run, tmp_path: Path) -> None:
    public = Ed25519PrivateKey.generate().public_key()
    key = tmp_path / "key.pem"
    key.write_bytes(public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))
    done(run(FIRST, "register", ISSUER, "bank-gateway", "鹭岛银行网关", "--kind", "machine"))
    ident, _, state, *_ = done(run(FIRST, "propose-key", "bank-gateway", str(key), "--reason", "接入"))
    assert state == "PROPOSED"

    code, _, complained = run(FIRST, "approve-key", ident)
    assert (code, complained.split(":")[0]) == (1, "SECOND_OFFICER_NEEDED")
    assert done(run(SECOND, "approve-key", ident))[2] == "APPROVED"


def test_a_role_and_a_deputy_are_given_by_two_officers_and_ended_by_one(run: Run) -> None:
    done(run(FIRST, "register", ISSUER, "newcomer", "新人"))
    role, *_ = done(run(FIRST, "propose", "newcomer", "clerk", "--office", "350200.JCZD", "--reason", "新到岗"))
    assert done(run(SECOND, "approve", role))[2] == "GRANTED"
    deputy, *_ = done(
        run(
            FIRST,
            "propose-deputy",
            "newcomer",
            "xiamen-credit-office",
            "2099-12-31",
            "--office",
            "350200.JC",
            "--reason",
            "休假",
        )
    )
    assert done(run(SECOND, "approve", deputy))[2] == "GRANTED"

    listed = " ".join(done(run(FIRST, "list")))
    assert "deputy of xiamen-credit-office JC" in listed

    assert done(run(FIRST, "end", deputy, "--reason", "返岗"))[2] == "ENDED"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("suspend", "nobody", "--reason", "x"), 2),
        (("propose", FIRST, "auditor", "--office", "350200.NOSUCH", "--reason", "x"), 2),
        (("propose", FIRST, "auditor", "--reason", "x"), 1),
    ],
)
def test_what_is_not_known_or_not_allowed_is_told(run: Run, words: tuple[str, ...], code: int) -> None:
    found, _, complained = run(FIRST, *words)
    assert found == code
    assert complained
