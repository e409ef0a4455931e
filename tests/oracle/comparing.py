"""Comparing the answer over HTTP with the answer of the second evaluator, to the byte where there is one."""

from __future__ import annotations

import json
from typing import Any

from tests.oracle.conftest import Ground
from tests.oracle.documents import Written
from tests.oracle.naive import Given, row_of_cursor
from tests.oracle.world import Caller


async def compare(ground: Ground, written: Written, caller: Caller, cursors: tuple[str, ...] = ()) -> Any:
    """Send a document, and hold its answer, errors and access entries against the second evaluator's."""
    await ground.accesses()
    given = ground.naive.answer(written.text, written.variables, caller, operation=written.operation, cursors=cursors)
    answer = json.loads(await ground.post(written, caller))
    where = (
        f"{caller.name}\n{written.text}\n{json.dumps(written.variables, ensure_ascii=False)}\n{answer.get('errors')}"
    )
    if given.data is None:  # nothing can be executed at all
        assert answer["errors"], where
        assert answer.get("data") is None, where
        return {"data": None}
    assert_same_data(answer["data"], given, where)
    assert_same_errors(answer, given, where)
    await assert_noted(ground, given, where)
    return answer


async def assert_noted(ground: Ground, given: Given, where: str) -> None:
    """Hold the access log against the second evaluator: who was shown, who was asked for by number in vain."""
    entries = await ground.accesses()
    served = sorted(str(subject) for subject, outcome in entries if outcome == "served")
    assert served == sorted(str(person) for person in given.persons), f"persons shown\n{where}"
    refused = sorted(str(subject) for subject, outcome in entries if outcome == "refused")
    assert refused == sorted(str(person) for person in given.attempts), f"persons asked for\n{where}"


def assert_same_data(data: Any, given: Given, where: str) -> None:
    """Hold data against data: values, and the order of every object's fields."""
    same = json.dumps(_opened(data, given.data), ensure_ascii=False), json.dumps(given.data, ensure_ascii=False)
    assert same[0] == same[1], where


def assert_same_errors(answer: Any, given: Given, where: str) -> None:
    """Hold errors against errors: one for each refused root, in order, with a code that is right for it."""
    errors = answer.get("errors", [])
    assert sorted(error["path"] for error in errors) == sorted(list(path) for path in given.errors), where
    for error in errors:
        assert error["extensions"]["code"] in given.errors[tuple(error["path"])], (where, given.errors)
    assert "errors" not in answer or errors, "an empty list of errors"


def _opened(shown: Any, meant: Any) -> Any:
    """Put the id of its row in the place of each cursor, where the other answer has a cursor."""
    if isinstance(shown, dict) and isinstance(meant, dict):
        return {key: _opened(value, meant.get(key)) for key, value in shown.items()}
    if isinstance(shown, list) and isinstance(meant, list):
        return [_opened(one, meant[number] if number < len(meant) else None) for number, one in enumerate(shown)]
    if isinstance(shown, str) and isinstance(meant, str) and meant.startswith("cursor:"):
        return f"cursor:{row_of_cursor(shown)}"
    return shown
