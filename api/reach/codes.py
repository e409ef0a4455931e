"""Which codes a function may refuse with: its own, and those of whatever it uses.

In charge of following one function to the next. It tells too much rather than too little: what is named is counted,
whether or not it is ever met.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
from functools import cache

from api.reach.code import Place, modules
from api.reach.function import read
from domain.errors import DomainError, catalogue

_QUOTED = re.compile(r"'([A-Z][A-Z_]+)[:']")


def codes_of(places: Iterable[Place], *, beyond: Set[Place] = frozenset()) -> frozenset[str]:
    """Give the codes with which some functions may refuse; those of functions `beyond` are not followed."""
    reached = _reached(places, beyond)
    found = {place: _own(place) for place in reached}
    while _passed_on(found):
        pass
    return frozenset(code for place in places for kind in found[place] if (code := kind.code))


def _passed_on(found: Mapping[Place, set[type[DomainError]]]) -> bool:
    """Pass refusals on to the functions that use those that refuse; tell whether there was one to pass on."""
    moved = False
    for place, refusals in found.items():
        before = len(refusals)
        for used, caught in read(place).used:
            refusals |= {kind for kind in found.get(used, ()) if not issubclass(kind, caught)}
        moved |= len(refusals) > before
    return moved


def _reached(places: Iterable[Place], beyond: Set[Place]) -> list[Place]:
    """Give every function that is used, those that use others behind those that they use, as far as it goes."""
    waiting, found = list(places), dict[Place, None]()
    while waiting:
        place = waiting.pop()
        if place not in found and place not in beyond:
            found[place] = None
            waiting += [used for used, _ in read(place).used]
    return list(reversed(found))


def _own(place: Place) -> set[type[DomainError]]:
    one = read(place)
    named = {kind for kind, caught in one.refusals if not issubclass(kind, caught)}
    told = {code for text in one.texts for code in (*_QUOTED.findall(text), text)}
    return named | {kind for code, kind in _by_code().items() if code in told}


@cache
def _by_code() -> Mapping[str, type[DomainError]]:
    modules()
    return {kind.code: kind for kind in catalogue()}
