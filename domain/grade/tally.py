"""What one pass over the facts of a subject works out: numbers, and bits for what is merely there or not.

In charge of the bound values of a statement that grades, and of the aggregates it rests on. A bit costs a fraction of
a count: what is only asked for whether there is any, which word stands and which codes are held are bits, all of them
or-ed together by as few aggregates as hold them; what is compared with a greater number, or scored, is counted.
Refuses nothing: it writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

_WIDTH: Final = 62
"""How many bits one number holds, clear of its sign."""


@dataclass(slots=True)
class Bits:
    """Bits of one number: how many are taken, and what the facts of each kind set."""

    column: str
    taken: int = 0
    set_by: dict[str, list[str]] = field(default_factory=dict)


@dataclass(slots=True)
class Tally:
    """The values and the aggregates of a statement that looks at every fact of a division once."""

    day: date
    values: list[Any] = field(default_factory=list)
    counts: list[str] = field(default_factory=list)
    numbers: list[Bits] = field(default_factory=list)

    def bound(self, value: Any, type_: str) -> str:
        """Bind a value, once; give its place."""
        if value not in self.values:
            self.values.append(value)
        return f"${self.values.index(value) + 1}::{type_}"

    def count(self, condition: str) -> str:
        """Have facts counted; give the column."""
        if condition not in self.counts:
            self.counts.append(condition)
        return f"facts.n{self.counts.index(condition)}"

    def bits(self, many: int) -> tuple[Bits, int]:
        """Take so many bits, which lie side by side; give the number they are in, and the place of the first."""
        found = next((one for one in self.numbers if one.taken + many <= _WIDTH), None)
        if found is None:
            found = Bits(f"facts.b{len(self.numbers)}")
            self.numbers.append(found)
        first, found.taken = found.taken, found.taken + many
        return found, first

    def columns(self) -> str:
        """Write the aggregates as columns; each begins with a comma."""
        ored = [f"bit_or({self._set(one)}) AS b{place}" for place, one in enumerate(self.numbers)]
        counted = [f"count(*) FILTER (WHERE {one}) AS n{place}" for place, one in enumerate(self.counts)]
        return "".join(f",\n    {one}" for one in (*ored, *counted))

    def _set(self, number: Bits) -> str:
        """Write which bits a fact sets; the kinds with the most to tell are the most frequent, and come first."""
        kinds = sorted(number.set_by, key=lambda kind: -max(map(len, number.set_by[kind])))
        cases = [f"WHEN {self.bound(kind, 'text')} THEN {' | '.join(number.set_by[kind])}" for kind in kinds]
        return f"CASE f.kind {' '.join(cases)} ELSE 0 END"


def bit(place: int) -> str:
    """Write the number in which one bit is set."""
    return f"{1 << place}::bigint"


def chosen(column: str, cases: Sequence[tuple[str, int]]) -> str:
    """Write the bit that goes with a value of a column; none for another value."""
    return f"CASE {column} {' '.join(f'WHEN {value} THEN {bit(place)}' for value, place in cases)} ELSE 0 END"


def where(condition: str, bits: str) -> str:
    """Write bits that are set under a condition."""
    return f"CASE WHEN {condition} THEN {bits} ELSE 0 END"
