"""`renxin edition …`: catalogues and lists as files, in the name of an officer of the credit office.

In charge of turning each action into the GraphQL operation that does it, so that whoever proposes an edition does not
approve it here either. A file is TOML, which names its kind, or CSV with `--kind`; `show` writes one that `draft` reads.
Refuses what the service refuses; exit codes as `renxin policy`. Source: 厦门1, 4, 7, 11; 海沧8; 上海7.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from api.cli.given_files import Misuse
from api.cli.policy import LARGEST_BODY, as_officer, refused_by, token_of
from api.cli.policy_officer import DONE, Officer, read_text
from api.cli.policy_telling import say
from api.config.settings import Settings
from api.postgres.address import current_database
from api.process.assembly import assemble
from domain.edition.files import FORMATS


def edition_command(settings: Settings, given: argparse.Namespace) -> int:
    """Carry out one action; give the exit code."""
    return refused_by(lambda: _carry_out(settings, given))


def _carry_out(settings: Settings, given: argparse.Namespace) -> int:
    with current_database(settings) as url:
        token = token_of(settings, given)
        wide = replace(settings, max_body_bytes=LARGEST_BODY, trusted_only=())
        return asyncio.run(as_officer(assemble(wide, url), token, lambda officer: _act(officer, given)))


async def _act(officer: Officer, given: argparse.Namespace) -> int:
    if given.action == "list":
        return await _list(officer, given.kind)
    if given.action == "show":
        text = (await officer.ask(_FILE, edition=given.edition, format=given.format))["editionFile"]
        sys.stdout.write(text)
        return DONE
    if given.action == "diff":
        return await _diff(officer, given.before, given.after)
    values = _drafted(given) if given.action == "draft" else {"edition": given.edition}
    if getattr(given, "reason", None):
        values["reason"] = given.reason
    kind, name = given.action.capitalize(), f"{given.action}Edition"
    text = f"mutation ($input: {kind}EditionInput!) {{ {name}(input: $input) {{ edition {{ {_TOLD} }} receipts }} }}"
    payload = (await officer.ask(text, input=values))[name]
    say(f"{_told(payload['edition'])}  receipts 回执 {', '.join(payload['receipts'])}")
    return DONE


def _drafted(given: argparse.Namespace) -> dict[str, Any]:
    """Give the input of a draft from a file.

    Raises: Misuse.
    """
    path = Path(given.file)
    form = path.suffix.lower().removeprefix(".")
    if form not in FORMATS:
        raise Misuse(f"A file is named .toml or .csv 文件名应以 .toml 或 .csv 结尾: {path}")
    text = read_text(path)
    kind = given.kind or (_kind_of(text) if form == "toml" else None)
    if kind is None:
        raise Misuse("Of which kind is it? Use --kind 请用 --kind 指明种类.")
    more = {
        "label": given.label,
        "validFrom": given.valid_from,
        "validTo": given.valid_to,
        "derivedFrom": given.derived_from,
    }
    return {"kind": kind, "file": text, "format": form, **{name: value for name, value in more.items() if value}}


def _kind_of(text: str) -> str | None:
    """Give the kind that a TOML file names.

    Raises: Misuse.
    """
    try:
        head = tomllib.loads(text).get("edition")
    except (ValueError, RecursionError) as fault:
        raise Misuse(f"This is no TOML 不是TOML文件: {fault}") from None
    kind = head.get("kind") if isinstance(head, dict) else None
    return kind if isinstance(kind, str) else None


async def _list(officer: Officer, kind: str | None) -> int:
    after = None
    while True:
        page = (await officer.ask(_EDITIONS, after=after))["editions"]
        for one in page["nodes"]:
            if kind in (None, one["kind"]):
                say(_told(one))
        if not page["pageInfo"]["hasNextPage"]:
            return DONE
        after = page["pageInfo"]["endCursor"]


async def _diff(officer: Officer, before: str, after: str) -> int:
    """Tell what two editions differ in, item by item."""
    found = (await officer.ask(_DIFFERENCE, before=before, after=after))["editionDifference"]
    for mark, name in (("-", "removed"), ("+", "added"), ("~", "changed")):
        for one in found[name]:
            say(f"{mark} {one['code']} {one['name']}")
            for field in one["changes"]:
                say(f"    {field['field']} {field['name']}: {field['before'] or ''} -> {field['after'] or ''}")
    say(f"{found['words']}\n{found['wordsZh']}")
    return DONE


def _told(one: dict[str, Any]) -> str:
    days = f"{one['validFrom'] or ''}..{one['validTo'] or ''}"
    return f"{one['id']}  {one['state'].lower()}  {one['jurisdiction']['code']} {one['kind']} {one['label']}  {days}"


_TOLD: Final = "id kind label state validFrom validTo jurisdiction { code }"
_FILE: Final = "query ($edition: ID!, $format: String!) { editionFile(edition: $edition, format: $format) }"
_ITEMS: Final = "{ code name changes { field name before after } }"
_DIFFERENCE: Final = f"""
query ($before: ID!, $after: ID!) {{ editionDifference(before: $before, after: $after) {{
  words wordsZh added {_ITEMS} removed {_ITEMS} changed {_ITEMS} }} }}
"""
_EDITIONS: Final = f"""
query ($after: String) {{ editions(first: 100, after: $after) {{
  pageInfo {{ hasNextPage endCursor }} nodes {{ {_TOLD} }} }} }}
"""
