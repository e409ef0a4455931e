"""What documents repeat from code: `schema.graphql`, the codes of errors, the README's tables of errors and settings.

`python -m api.docs` writes them anew; the tests fail when one is stale.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from api.config.variables import VARIABLES
from api.error_codes import FILE, CodeEntry, describe_refusals
from api.reach.entries import declared, found_entries
from api.schema import schema
from domain.errors import default_message

ROOT = Path(__file__).parent.parent


def documents() -> dict[Path, str]:
    """Give every generated document, whole, as it should stand in the tree."""
    readme = ROOT / "README.md"
    text = readme.read_text("utf-8")
    entries = found_entries()
    describe_refusals(schema._schema, entries)
    for name, body in (("errors", _errors()), ("settings", _settings())):
        text = _between(text, name, body)
    return {FILE: _code_table(entries), ROOT / "schema.graphql": schema.as_str() + "\n", readme: text}


def _between(text: str, name: str, body: str) -> str:
    pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    return pattern.sub(lambda found: f"{found[1]}{body}\n{found[2]}", text)


def _errors() -> str:
    lines = ["| code | what it says and what to do | 中文 |", "| --- | --- | --- |"]
    lines += [f"| `{code}` | {default_message(kind)} | {kind.zh} |" for code, kind in sorted(declared().items())]
    return "\n".join(lines)


def _code_table(entries: Sequence[CodeEntry]) -> str:
    parts = ["# Written by `python -m api.docs` from the code: api/reach."]
    for one in entries:
        status = [f"status = {one.status}"] if one.status is not None else []
        parts += ["", f"[{one.code}]", f"en = {_quoted(one.message)}", f"zh = {_quoted(one.message_zh)}", *status]
        parts += [f"any_request = {_quoted(one.any_request)}", f"raised_by = {_quoted(list(one.raised_by))}"]
    return "\n".join(parts) + "\n"


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _settings() -> str:
    lines = ["| variable | what it is | expected | default |", "| --- | --- | --- | --- |"]
    lines += [f"| `{one.name}` | {one.meaning} | {one.expected} | {one.default} |" for one in VARIABLES]
    return "\n".join(lines)


def main() -> None:
    """Write the generated documents."""
    for path, text in documents().items():
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
