"""`renxin account …`: people, machines, roles and deputies from the command line, under the same authority as over HTTP.

In charge of turning each action into the mutation that does it, in the name of the officer whose token is given, so that
two officers are two here too. Accounts are named by the `sub` of their tokens or by id, offices as in rulebooks:
<jurisdiction>.<code>. What the operator of the machine enters needs no token (`api.cli.linked_accounts`). Refuses what
the service refuses; exit codes as `renxin policy`.
"""

from __future__ import annotations

import argparse
import asyncio
from datetime import date
from pathlib import Path
from typing import Any

from api.cli.account_arguments import ACTIONS as ENTERED
from api.cli.account_arguments import STEPS
from api.cli.given_files import Misuse
from api.cli.linked_accounts import enter
from api.cli.policy import as_officer, refused_by, token_of
from api.cli.policy_officer import DONE, Officer, read_text
from api.cli.policy_telling import say
from api.config.settings import Settings
from api.postgres.address import current_database
from api.process.assembly import assemble

_ACCOUNTS = """
query ($after: String) { accounts(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes {
  id sub display kind state
  assignments(first: 100) { nodes { id role state fromOn toOn office { code } deputyOf { sub } } } } } }
"""
_OFFICE = "query ($at: [ID!], $code: [String!]) { offices(first: 1, filter: { jurisdiction: $at, code: $code }) { nodes { id } } }"


def account_command(settings: Settings, given: argparse.Namespace) -> int:
    """Carry out one action; give the exit code."""
    return refused_by(lambda: _carry_out(settings, given))


def _carry_out(settings: Settings, given: argparse.Namespace) -> int:
    with current_database(settings) as url:
        if given.action in ENTERED:
            return asyncio.run(enter(settings, url, given))
        token = token_of(settings, given)
        return asyncio.run(as_officer(assemble(settings, url), token, lambda officer: _act(officer, given)))


async def _act(officer: Officer, given: argparse.Namespace) -> int:
    if given.action == "list":
        return _tell(await _accounts(officer))
    step = STEPS[given.action]
    words = {word.lstrip("-"): field for word, field in step.arguments.items()}
    values = {field: await _read(officer, word, getattr(given, word)) for word, field in words.items()}
    text = f"mutation ($input: {step.input}!) {{ {step.mutation}(input: $input) {{ {step.row} receipts }} }}"
    data = await officer.ask(text, input={field: value for field, value in values.items() if value is not None})
    payload = data[step.mutation]
    row = next(value for name, value in payload.items() if name != "receipts")
    say(f"{' '.join(str(value) for value in row.values() if value)}  receipts 回执 {', '.join(payload['receipts'])}")
    return DONE


async def _read(officer: Officer, word: str, value: str | date | None) -> Any:
    """Give what a word of the command line means to the service."""
    if value is None:
        return None
    if isinstance(value, date):
        return value.isoformat()
    if word in ("account", "principal") and not value.startswith("Account:"):
        found = [one["id"] for one in await _accounts(officer) if one["sub"] == value]
        if len(found) != 1:
            raise Misuse(f"No account, or several, are called so: name its id 没有或有多个此账号: {value}")
        return found[0]
    if word == "office":
        return await _office(officer, value)
    return read_text(Path(value)) if word == "file" else value


async def _office(officer: Officer, name: str) -> str:
    at, _, code = name.partition(".")
    found = (await officer.ask(_OFFICE, at=[f"Jurisdiction:{at}"], code=[code]))["offices"]["nodes"]
    if not found:
        raise Misuse(f"There is no such office 没有该处室: {name}")
    return str(found[0]["id"])


async def _accounts(officer: Officer) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after = None
    while True:
        page = (await officer.ask(_ACCOUNTS, after=after))["accounts"]
        found += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def _tell(accounts: list[dict[str, Any]]) -> int:
    for one in accounts:
        say(f"{one['sub']}  {one['display']}  {one['kind'].lower()} {one['state'].lower()}  {one['id']}")
        for held in one["assignments"]["nodes"]:
            whose = f" of {held['deputyOf']['sub']}" if held["deputyOf"] else ""
            place = held["office"]["code"] if held["office"] else "-"
            days = f"{held['fromOn']}..{held['toOn'] or ''}"
            say(f"    {held['role']}{whose} {place} {days} {held['state'].lower()}  {held['id']}")
    return DONE
