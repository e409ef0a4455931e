"""The README's tour and its other examples can be pasted and give what they show."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.cli.main import _parser
from tests.client import Client

pytestmark = pytest.mark.anyio

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
_STEP = re.compile(r"```sh\n(curl .*?)```\n\n```json\n(.*?)```", re.DOTALL)
_BLOCK = re.compile(r"^```\w*\n(.*?)^```", re.DOTALL | re.MULTILINE)
_TOKEN = re.compile(r"Bearer \$\(\.venv/bin/renxin token ([a-z-]+)\)")
STEPS = _STEP.findall(README)


def test_the_tour_has_steps_and_other_parts_examples() -> None:
    assert len(_STEP.findall(README[: README.index("<!-- /tour -->")])) >= 8
    assert len(STEPS) >= 10


async def test_the_steps_of_the_tour_give_what_they_show_one_after_the_other(client: Client) -> None:
    """A step may tell of the one before: the person reads who looked at the report that was just issued."""
    for command, shown in STEPS:
        response = await client.http.post(
            "/graphql", content=_option(command, "-d")[0], headers=dict(_headers(client, command))
        )
        assert list(_differences(json.loads(shown), response.json())) == [], command


def test_a_link_within_the_readme_leads_to_one_heading() -> None:
    headings = re.findall(r"^#{2,3} (.+)$", _BLOCK.sub("", README), re.MULTILINE)
    anchors = [re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings]
    linked = set(re.findall(r"\]\(#([^)]+)\)", README))
    assert len(linked) >= 25
    assert {name: anchors.count(name) for name in linked} == dict.fromkeys(linked, 1)


COMMANDS = [line for block in _BLOCK.findall(README) for line in block.splitlines() if line.startswith("renxin ")]


def test_there_are_commands_to_be_pasted() -> None:
    assert len(COMMANDS) >= 15


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_readme_is_one(command: str) -> None:
    words = shlex.split(re.sub(r"\[.*?\]|> \S+", "", command), comments=True)
    assert _parser().parse_args(words[1:]).run


def _words(command: str) -> list[str]:
    return shlex.split(command.replace("\\\n", " "))


def _option(command: str, name: str) -> list[str]:
    words = _words(command)
    return [words[place + 1] for place, word in enumerate(words) if word == name]


def _headers(client: Client, command: str) -> Iterator[tuple[str, str]]:
    for header in _option(command, "-H"):
        name, _, value = header.partition(": ")
        found = _TOKEN.fullmatch(value)
        yield name, f"Bearer {client.token(found[1])}" if found else value


def _differences(shown: Any, given: Any, path: str = "") -> Iterator[str]:
    """Compare what is shown with what is given; an ellipsis stands for anything."""
    if shown == "…":
        return
    if isinstance(shown, dict) and isinstance(given, dict):
        for key in shown.keys() | given.keys():
            yield from _differences(shown.get(key), given.get(key), f"{path}.{key}")
    elif isinstance(shown, list) and isinstance(given, list) and len(shown) == len(given):
        for place, (one, other) in enumerate(zip(shown, given, strict=True)):
            yield from _differences(one, other, f"{path}[{place}]")
    elif shown != given:
        yield path
