"""Which way each condition of the relations goes in a world: what says them is read again, with a watch on each."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path
from typing import Any

from tests.oracle.standing import State
from tests.oracle.world import Caller, Row

_MODULES = ("standing", "relations", "scopes")
"""The modules that say what a scope means, each after those that it asks."""


class Watched:
    """The relations, with what they answered and which ways their conditions went."""

    def __init__(self) -> None:
        self.answered: dict[tuple[str, str], set[bool]] = defaultdict(set)
        """The answers by noun and scope."""
        self.went: dict[str, set[bool]] = {}
        """The ways by module, line and text of the condition."""
        self._said: dict[str, Any] = {"__name__": __name__, "_note": self._note}
        for module in _MODULES:
            path = Path(__file__).parent / f"{module}.py"
            text = path.read_text("utf-8")
            watching = _Watching(module, text)
            tree = ast.fix_missing_locations(watching.visit(ast.parse(text)))
            self.went |= {condition: set() for condition in watching.conditions}
            exec(compile(tree, path, "exec"), self._said)

    def ask(self, noun: str, scope: str, state: State, caller: Caller, row: Row) -> None:
        """Ask whether a row stands in a relation to a caller."""
        self.answered[noun, scope].add(bool(self._said["RELATIONS"][noun][scope](state, caller, row)))

    def ask_standing(self, stands: str, state: State, row: Row) -> None:
        """Ask whether a row stands on the day, by the name of the rule."""
        self._said[stands](row, state.today)

    def _note(self, condition: str, value: Any) -> Any:
        self.went[condition].add(bool(value))
        return value


class _Watching(ast.NodeTransformer):
    """Wraps each condition: the parts of `and` and `or`, what `if` asks, and what a lambda answers."""

    def __init__(self, module: str, text: str) -> None:
        self._module, self._text = module, text
        self.conditions: list[str] = []

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:
        """Leave out what comes from a module that is watched itself: its names are there."""
        return None if node.module in {f"tests.oracle.{module}" for module in _MODULES} else node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        node.values = [self._watch(one) for one in node.values]
        return node

    def visit_If(self, node: ast.If) -> ast.AST:
        node.test = self._watch(node.test)
        node.body = [self.visit(one) for one in node.body]
        return node

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        node.iter = self.visit(node.iter)
        node.ifs = [self._watch(one) for one in node.ifs]
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        node.body = self._watch(node.body)
        return node

    def _watch(self, node: ast.expr) -> ast.expr:
        seen: ast.expr = self.visit(node)
        if isinstance(node, ast.BoolOp | ast.Constant):
            return seen
        text = " ".join((ast.get_source_segment(self._text, node) or "").split())
        self.conditions.append(f"{self._module}:{node.lineno}: {text}")
        return ast.Call(ast.Name("_note", ast.Load()), [ast.Constant(self.conditions[-1]), seen], [])
