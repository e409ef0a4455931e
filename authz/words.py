"""The policy told in words, English and Chinese: cells, and what a change of them means.

In charge of sentences for officers who decide about a policy. The Chinese words stand in `words.toml`; a word that
is missing there, as one of a role of the policy's own, is shown as it is.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from authz.invariants import Cell
from authz.lines import PolicyLine
from authz.vocabulary import Level, Scope
from domain.privacy import Privacy


def zh(kind: str, word: str) -> str:
    """Give the Chinese of a word; `kind` is roles, objects, actions, scopes, classes or levels."""
    return _words().get(kind, {}).get(word, word)


def told(cell: Cell) -> tuple[str, str]:
    """Tell a cell: English, Chinese."""
    role = zh("roles", cell.role) if cell.role else "无人"
    place = f"在“{zh('scopes', cell.scope.value)}”范围内" if cell.scope else ""
    if cell.object in set(Privacy):
        what = f"{zh('classes', cell.object)}为{zh('levels', cell.action)}"
        return str(cell), f"{role}{place}看到的{what}"
    return str(cell), f"{role}{place}可以{_act(cell)}{zh('objects', cell.object)}"


def in_chinese(line: PolicyLine) -> str:
    """Tell a line that grants or denies an action, or shows a privacy class, to somebody who reads no policies."""
    role, what, how, scope, *effect = line.cells
    cell = Cell(role, what, how, Scope(scope))
    if effect:
        return f"{zh('roles', role)}{_place(cell)[1]}不得{_act(cell)}{zh('objects', what)}"
    return told(cell)[1]


def gained(cell: Cell, before: Level | None) -> tuple[str, str]:
    """Tell that a cell is gained: English, Chinese; `before` is the level that a class was seen at."""
    place, place_zh = _place(cell)
    role, role_zh = str(cell.role), zh("roles", str(cell.role))
    if before is not None:
        return (
            f"{role} now sees {cell.object} {cell.action} instead of {before.value}{place}",
            f"{role_zh}{place_zh}看到的{zh('classes', cell.object)}由{zh('levels', before)}变为{zh('levels', cell.action)}",
        )
    return (
        f"{role} may now {cell.action} {cell.object}{place}",
        f"{role_zh}{place_zh}新增：可以{_act(cell)}{zh('objects', cell.object)}",
    )


def lost(cell: Cell, after: Level | None) -> tuple[str, str]:
    """Tell that a cell is lost: English, Chinese; `after` is the level that a class is seen at from now on."""
    place, place_zh = _place(cell)
    role, role_zh = str(cell.role), zh("roles", str(cell.role))
    if after is not None:
        return (
            f"{role} sees {cell.object} only {after.value} instead of {cell.action}{place}",
            f"{role_zh}{place_zh}看到的{zh('classes', cell.object)}由{zh('levels', cell.action)}变为{zh('levels', after)}",
        )
    return (
        f"{role} may no longer {cell.action} {cell.object}{place}",
        f"{role_zh}{place_zh}取消：不再可以{_act(cell)}{zh('objects', cell.object)}",
    )


def _act(cell: Cell) -> str:
    """Give the Chinese of an action, of that on the object where it is another word there."""
    return _words()["actions"].get(f"{cell.object}.{cell.action}", zh("actions", cell.action))


def _place(cell: Cell) -> tuple[str, str]:
    if cell.scope is None:
        return "", ""
    return f" in {cell.scope.value}", f"在“{zh('scopes', cell.scope.value)}”范围内"


@cache
def _words() -> dict[str, dict[str, str]]:
    return tomllib.loads(resources.files("authz").joinpath("words.toml").read_text("utf-8"))
