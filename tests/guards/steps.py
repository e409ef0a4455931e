"""Guards that stand in the code by a rule: each place in which a mutation asks who takes a step, and on which row.

In charge of finding them: every call of `work.scopes`, `work.lock` and `work.require` in `api/commands`. Taken out, the
step is anybody's, on any row (`tests.guards.unguarded`). So a mutation that is added stands in the table by itself.
A row that was required before within the scopes of the step is only held by its lock, and is none here.
"""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.asking import CARRIED_OUT
from tests.guards.guard import ROOT, Cut, Guard

TABLE = "steps"
_ASKED = {
    "scopes": "the step is granted",
    "lock": "the row is locked within the scopes of the step",
    "require": "the row lies within the caller's scopes",
}
_TESTS = "tests/oracle/test_moves.py::test_nobody_acts_beyond_his_grants"
_Function = ast.FunctionDef | ast.AsyncFunctionDef


def of_steps() -> Iterator[Guard]:
    """Give a guard for each call, named after its mutation and what it asks."""
    files = {path: _functions(path) for path in sorted((ROOT / "api/commands").glob("*.py"))}
    shared = [one for functions in files.values() for one in functions if not one.name.startswith("_")]
    elsewhere: dict[str, list[str]] = defaultdict(list)
    for functions in files.values():
        for name, mutations in _mutations_of([*shared, *functions]).items():
            elsewhere[name] += mutations
    for path, functions in files.items():
        yield from _of_file(path, functions, elsewhere)


def _functions(path: Path) -> list[_Function]:
    return [one for one in ast.parse(path.read_text("utf-8")).body if isinstance(one, _Function)]


def _of_file(path: Path, functions: list[_Function], elsewhere: Mapping[str, list[str]]) -> Iterator[Guard]:
    source, served = path.read_text("utf-8"), _mutations_of(functions)
    seen: Counter[str] = Counter()
    for function in functions:
        own = served[function.name]
        mutations = own or list(dict.fromkeys(elsewhere[function.name]))
        for call, asked in _calls(function):
            name = f"{own[0] if own else function.name.strip('_')}-{asked}"
            seen[name] += 1
            yield Guard(
                TABLE,
                f"{name}-{seen[name]}",
                f"{', '.join(mutations) or function.name}: {_ASKED[asked]}",
                (_cut(source, path, call, asked),),
                tuple(_tests_of(mutations, asked)) or (_TESTS,),
            )


def _tests_of(mutations: list[str], asked: str) -> list[str]:
    """Give the tests of what nobody may do, and of what must be asked about what is done, the likelier ones first."""
    refused = [f"{_TESTS}[{one}]" for one in mutations]
    done = list(dict.fromkeys(CARRIED_OUT[one] for one in mutations if one in CARRIED_OUT))
    return [*done, *refused] if asked == "require" else [*refused, *done]


def _mutations_of(functions: list[_Function]) -> dict[str, list[str]]:
    """Give for each function of a file the mutations that come through it, the file's own first."""
    names = {one.name: _mutation(one) for one in functions}
    called = {one.name: {call.id for call in ast.walk(one) if isinstance(call, ast.Name)} for one in functions}
    found: dict[str, list[str]] = defaultdict(list)
    for start, mutation in names.items():
        reached, waiting = {start}, [start]
        while waiting:
            following = (called[waiting.pop()] & names.keys()) - reached
            reached |= following
            waiting += following
        for one in reached if mutation else ():
            found[one].append(str(mutation))
    return found


def _mutation(function: _Function) -> str | None:
    for one in function.decorator_list:
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id == "mutation":
            return str(ast.literal_eval(one.args[0]))
    return None


def _calls(function: _Function) -> Iterator[tuple[ast.Call, str]]:
    found = [
        (one, one.func.attr)
        for one in ast.walk(function)
        if isinstance(one, ast.Call)
        and isinstance(one.func, ast.Attribute)
        and ast.unparse(one.func.value) == "work"
        and one.func.attr in _ASKED
    ]
    required = {ast.unparse(call.args[1]): call.lineno for call, asked in found if asked == "require"}
    for call, asked in found:
        is_only_held = asked == "lock" and required.get(ast.unparse(call.args[1]), call.lineno) < call.lineno
        if not is_only_held:
            yield call, asked


def _cut(source: str, path: Path, call: ast.Call, asked: str) -> Cut:
    """Cut a call out, with as many lines around it as make the text the only one of its kind."""
    text = ast.get_source_segment(source, call)
    assert text is not None
    lines, first, last = source.splitlines(keepends=True), call.lineno - 1, call.end_lineno or call.lineno
    around = text
    while source.count(around) > 1:
        first, last = first - 1, last + 1
        around = "".join(lines[first:last])
    before, _, after = around.partition(text) if source.count(text) == 1 else _at(lines, first, call, around, text)
    other = text.replace(f"work.{asked}(", f'__import__("tests.guards.unguarded", fromlist=["*"]).{asked}(work, ', 1)
    return Cut(str(path.relative_to(ROOT)), around, before + other + after)


def _at(lines: list[str], first: int, call: ast.Call, around: str, text: str) -> tuple[str, str, str]:
    """Part a text of whole lines at the place of a call."""
    start = sum(len(one) for one in lines[first : call.lineno - 1])
    start += len(lines[call.lineno - 1].encode()[: call.col_offset].decode())
    return around[:start], text, around[start + len(text) :]
