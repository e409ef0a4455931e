"""Guards that stand in the code by a rule: each place in which something is refused with a code.

In charge of finding them: every `raise` of a coded refusal for which `tests/refused.toml` names a test. Taken out, what
would have been refused goes on. Where one function refuses the same in several places, each of them is a guard.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

import api
import authz
import domain
from domain.errors import catalogue
from tests.guards.guard import ROOT, Cut, Guard

TABLE = "refusals"
REFUSED: Mapping[str, Mapping[str, Sequence[str]]] = tomllib.loads((ROOT / "tests/refused.toml").read_text("utf-8"))
"""By file, and by function and refusal, the tests that fail without it."""

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def of_refusals() -> Iterator[Guard]:
    """Give a guard for each refusal that is named, called after its file, its function and its class."""
    for file, named in REFUSED.items():
        source = (ROOT / file).read_text("utf-8")
        seen: Counter[str] = Counter()
        for key, one in places(source):
            if key in named:
                seen[key] += 1
                function, refusal = key.split(" ")
                name = f"{file.removesuffix('.py').replace('/', '.')}-{function}-{refusal}-{seen[key]}"
                keeps = f"{function} refuses with {refusal}"
                yield Guard(TABLE, name, keeps, (_cut(source, file, one),), tuple(named[key]))


def unnamed() -> Iterator[str]:
    """Tell each place in which something is refused with a code and for which no test is named here."""
    for room in (api, authz, domain):
        for path in sorted((ROOT / room.__name__).rglob("*.py")):
            file = str(path.relative_to(ROOT))
            for key, one in places(path.read_text("utf-8")):
                if key not in REFUSED.get(file, {}):
                    yield f"{file}:{one.lineno} {key}"


@cache
def load_everything() -> None:
    """Load every module, as a refusal is known once its class is."""
    for room in (api, authz, domain):
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)


def places(source: str) -> Iterator[tuple[str, ast.Raise]]:
    """Give each place in which something is refused with a code: its function and the refusal, and the statement."""
    yield from _within(ast.parse(source), "")


def _within(node: ast.AST, function: str) -> Iterator[tuple[str, ast.Raise]]:
    for one in ast.iter_child_nodes(node):
        if isinstance(one, ast.Raise) and (refusal := _refusal(one)):
            yield f"{function} {refusal}", one
        yield from _within(one, one.name if isinstance(one, _Function) else function)


def _refusal(one: ast.Raise) -> str | None:
    """Give the class of what is raised, by itself or `citing` what it rests on."""
    made = one.exc
    if isinstance(made, ast.Call):
        is_cited = isinstance(made.func, ast.Name) and made.func.id == "citing" and made.args
        made = made.args[0] if is_cited else made.func
    name = made.attr if isinstance(made, ast.Attribute) else made.id if isinstance(made, ast.Name) else None
    return name if name in _classes() else None


@cache
def _classes() -> frozenset[str]:
    load_everything()
    return frozenset(kind.__name__ for kind in catalogue())


def _cut(source: str, file: str, one: ast.Raise) -> Cut:
    """Cut a statement out, with as many lines before it as make the text the only one of its kind."""
    lines = source.splitlines(keepends=True)
    first, last = one.lineno - 1, one.end_lineno or one.lineno
    statement = around = "".join(lines[first:last])
    while source.count(around) > 1:
        first -= 1
        around = lines[first] + around
    return Cut(file, around, around.removesuffix(statement) + " " * one.col_offset + "pass\n")
