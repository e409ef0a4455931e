"""What documents repeat from code: `schema.graphql`, and the README's tables of errors and settings.

`python -m api.docs` writes them anew; the tests fail when one is stale.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import api
import authz
import domain
from api.schema import schema
from api.variables import VARIABLES
from domain.errors import DomainError, catalogue, default_message

ROOT = Path(__file__).parent.parent
GRAPHQL_CODES = {
    "GRAPHQL_PARSE_FAILED": ("The document is not GraphQL: see `locations`.", "查询语法有误。"),
    "GRAPHQL_VALIDATION_FAILED": (
        "The document does not fit the schema: see `message` and `locations`.",
        "查询与模式不符。",
    ),
    "VARIABLES_INVALID": ("A variable does not fit its declared type.", "变量与声明的类型不符。"),
    "DOCUMENT_TOO_LARGE": ("The document asks for more than one request may.", "查询文档过大。"),
}
"""Codes of errors that are about the document, not about the domain."""


def documents() -> dict[Path, str]:
    """Give every generated document, whole, as it should stand in the tree."""
    readme = ROOT / "README.md"
    text = readme.read_text("utf-8")
    for name, body in (("errors", _errors()), ("settings", _settings())):
        text = _between(text, name, body)
    return {ROOT / "schema.graphql": schema.as_str() + "\n", readme: text}


def _between(text: str, name: str, body: str) -> str:
    pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    return pattern.sub(lambda found: f"{found[1]}{body}\n{found[2]}", text)


def _errors() -> str:
    rows = {**{code: (text, zh) for code, (text, zh) in GRAPHQL_CODES.items()}, **dict(_declared())}
    lines = ["| code | what it says and what to do | 中文 |", "| --- | --- | --- |"]
    lines += [f"| `{code}` | {text} | {zh} |" for code, (text, zh) in sorted(rows.items())]
    return "\n".join(lines)


def _declared() -> Iterator[tuple[str, tuple[str, str]]]:
    _import_everything()
    for kind in sorted(catalogue(), key=_depth, reverse=True):
        yield kind.code, (default_message(kind), kind.zh)


def _depth(kind: type[DomainError]) -> int:
    """Order errors so that of those that share a code the most general speaks for it."""
    return len(kind.__mro__)


def _import_everything() -> None:
    """Import every module, so that every error is known."""
    for package in (api, authz, domain):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)


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
