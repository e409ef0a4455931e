"""Expanding a policy beside the requests that go on meanwhile.

A policy of ten thousand unlike lines takes two seconds; in a thread of a process that serves, its requests would
share the interpreter with it all that time. So a small policy is expanded in a thread, a large one in a
process of its own with lower priority. What was expanded lately is kept by the digest of its lines; whoever asks for
what is being expanded waits for the same expansion.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from authz.grants import Grants, RoleGrants, expand
from authz.lines import PolicyInvalid, PolicyLine, digest, kinds
from authz.vocabulary import Level, Scope
from domain.privacy import Privacy

FEW = 800
"""Up to so many lines are expanded in a thread: about 0.2 s, half of what beginning a process takes."""

KEPT = 16
NICE = 10

_kept: OrderedDict[str, Grants] = OrderedDict()
_under_way: dict[tuple[str, int], asyncio.Task[Grants]] = {}
"""What is being expanded, by digest and event loop."""


async def expanded_beside(version: int, lines: Sequence[PolicyLine]) -> Grants:
    """Expand a policy without keeping requests of this process waiting.

    Raises: PolicyInvalid for lines that cannot stand.
    """
    key = digest(lines)
    grants = _kept.get(key)
    if grants is None:
        grants = await _shared(key, lines)
        _kept[key] = grants
        if len(_kept) > KEPT:
            _kept.popitem(last=False)
    return replace(grants, version=version)


async def _shared(key: str, lines: Sequence[PolicyLine]) -> Grants:
    """Wait for the expansion that is under way, or begin it; who gives up waiting does not end it for others."""
    place = key, id(asyncio.get_running_loop())
    task = _under_way.get(place)
    if task is None:
        few = len(lines) <= FEW
        task = asyncio.ensure_future(asyncio.to_thread(expand, 0, tuple(lines)) if few else _in_a_process(lines))
        _under_way[place] = task
        task.add_done_callback(lambda _: _under_way.pop(place, None))
    return await asyncio.shield(task)


async def _in_a_process(lines: Sequence[PolicyLine]) -> Grants:
    given = json.dumps([[line.number, line.kind, line.cells] for line in lines]).encode()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "authz.expanding",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )  # fmt: skip
    try:
        answer, _ = await process.communicate(given)
    except BaseException:
        process.kill()
        raise
    if process.returncode != 0:
        expand(0, lines)  # says what is wrong with the lines, if it was them
        raise RuntimeError("the process that expands policies has failed")
    return replace(_read(json.loads(answer)), kinds=kinds(lines))


def _written(grants: Grants) -> Mapping[str, Any]:
    return {
        role: [
            [[object_, action, [scope.value for scope in scopes]] for (object_, action), scopes in held.scopes.items()],
            [[privacy.value, scope.value, level.value] for (privacy, scope), level in held.levels.items()],
        ]
        for role, held in grants.roles.items()
    }


def _read(roles: Mapping[str, Any]) -> Grants:
    return Grants(
        0,
        {
            role: RoleGrants(
                {(object_, action): tuple(Scope(one) for one in scopes) for object_, action, scopes in may},
                {(Privacy(privacy), Scope(scope)): Level(level) for privacy, scope, level in sees},
            )
            for role, (may, sees) in roles.items()
        },
    )


def main() -> int:
    """Expand the lines on standard input; write the table to standard output."""
    os.nice(NICE)
    lines = [PolicyLine(number, kind, tuple(cells)) for number, kind, cells in json.load(sys.stdin)]
    try:
        grants = expand(0, lines)
    except PolicyInvalid:
        return 1
    try:
        sys.stdout.write(json.dumps(_written(grants)))
        sys.stdout.flush()
    except BrokenPipeError:  # whoever asked has ended
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
