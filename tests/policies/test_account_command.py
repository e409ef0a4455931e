"""`renxin account …`: two officers give a machine its key and somebody a role and a deputy, at the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from graphql import GraphQLInputObjectType, is_required_input_field

from api.cli.account import account_command
from api.cli.account_arguments import STEPS, add_account_arguments
from api.cli.main import _parser
from api.config.settings import Settings
from api.schema import schema
from tests.client import ISSUER
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


@pytest.mark.parametrize("name", STEPS)
def test_what_the_service_must_be_told_the_command_line_asks_for(name: str) -> None:
    """So that whoever leaves a word out is told which, and not of a variable of GraphQL."""
    parser = argparse.ArgumentParser()
    add_account_arguments(parser)
    (actions,) = (one for one in parser._actions if isinstance(one, argparse._SubParsersAction))
    asked = {one.dest for one in actions.choices[name]._actions if one.required}
    taken = schema._schema.type_map[STEPS[name].input]
    assert isinstance(taken, GraphQLInputObjectType)
    needed = {word for word, field in STEPS[name].arguments.items() if is_required_input_field(taken.fields[field])}
    assert asked == {word.removeprefix("--") for word in needed}


def test_a_day_that_is_none_is_refused_before_anybody_is_asked(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run(FIRST, "propose", "newcomer", "clerk", "--from", "2026-02-30", "--reason", "新到岗")
    assert "argument --from: '2026-02-30' is no day" in capsys.readouterr().err


def test_every_argument_of_the_command_line_says_what_it_is() -> None:
    assert list(_silent(_parser(), "renxin")) == []


def _silent(parser: argparse.ArgumentParser, path: str) -> Iterator[str]:
    for one in parser._actions:
        if isinstance(one, argparse._SubParsersAction):
            for name, below in one.choices.items():
                yield from _silent(below, f"{path} {name}")
        elif not one.help:
            yield f"{path} {one.dest}"
