"""What a log line may carry is what it does carry: a field that is not on the list would be dropped unseen."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from api.process.logs import ALLOWED

ROOT = Path(__file__).resolve().parents[2]


def _fields() -> Iterator[tuple[str, str]]:
    for room in ("api", "authz", "domain"):
        for path in sorted((ROOT / room).rglob("*.py")):
            for call in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(call, ast.Call) and "_log." in ast.unparse(call.func):
                    for key in _keys(call):
                        yield f"{path.relative_to(ROOT)}:{key.lineno} {key.value!s}", str(key.value)


def _keys(call: ast.Call) -> Iterator[ast.Constant]:
    for given in call.keywords:
        if given.arg == "extra" and isinstance(given.value, ast.Dict):
            yield from (key for key in given.value.keys if isinstance(key, ast.Constant))


def test_every_field_that_is_logged_is_let_through() -> None:
    fields = dict(_fields())
    assert len(fields) > 10
    assert {place: name for place, name in fields.items() if name not in ALLOWED} == {}
