"""The lines of a policy: structured rows, read from a file and written to one, and what is wrong with them.

In charge of the form that a policy has outside the database (CSV, as `default_policy.csv`) and of its words.
Refuses, naming the line, what no policy may hold: a word that the vocabulary does not know, a line of another
shape, a role that inherits from itself. There are no expressions and no patterns.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

from authz.sentence import read_sentence
from authz.vocabulary import ACTIONS, ROLES, Level, Scope
from domain.errors import DomainError
from domain.privacy import Privacy

KINDS = {
    "p": "grant: role, object, action, scope; with deny as a fifth cell it takes away",
    "c": "clearance: role, class, level, scope",
    "g": "inheritance: role, parent",
    "r": "role of this policy's own: name, what it is",
    "t": "policy case: sentence, yes or no, source",
}
"""What each kind of line says, and its cells."""

SHIPPED_FILES = ("default_policy.csv", "default_cases.csv")
"""The policy that ships with the package, and its cases."""

_ROLE_NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")
_NO_ROLES = frozenset({"deputy", "operator", "rule", "service"})
"""Words that stand in place of a role, in an assignment or in the ledger: nobody is to be taken for one of them."""

MOST_STEPS = 9
"""How far roles inherit: Casbin follows nine steps and is silent about the tenth, deny lines included."""

MOST_OWN_ROLES = 400
"""How many roles a policy may have beside those that ship: each is decided about for every cell that speaks of it."""
_SHAPE = (
    "a line is p with role, object, action, scope; c with role, class, level, scope; g with role, parent;"
    " r with role, words; or t with sentence, yes or no"
)


class PolicyInvalid(DomainError):
    """The policy has a line that cannot stand: correct the named line."""

    code = "POLICY_INVALID"
    zh = "权限策略中有无效的行：请更正所指的行。"


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """One line of a policy: its number, its kind (a key of `KINDS`) and its cells."""

    number: int
    kind: str
    cells: tuple[str, ...]

    @property
    def text(self) -> str:
        """The line as a file has it."""
        return _written((self.kind, *self.cells))


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line, or with the policy as a whole."""

    line: int | None
    text: str

    def __str__(self) -> str:
        """Name the line first."""
        return f"Line {self.line}: {self.text}." if self.line is not None else f"{self.text}."


def default_text() -> str:
    """Give the policy that ships with the package, with its cases, as one file."""
    texts = (resources.files("authz").joinpath(name).read_text("utf-8") for name in SHIPPED_FILES)
    return "".join(text.rstrip("\n") + "\n" for text in texts)


def default_lines() -> tuple[PolicyLine, ...]:
    """Read the default policy that ships with the package."""
    return parse(default_text())


def parse(text: str) -> tuple[PolicyLine, ...]:
    """Read a policy from its CSV text: comments and blank lines are passed over.

    Raises: PolicyInvalid with the number of the first line at fault.
    """
    lines = read(text)
    check(lines)
    return lines


def read(text: str) -> tuple[PolicyLine, ...]:
    """Read the lines of a CSV text as they are, whatever they say; `faults` tells what cannot stand."""
    numbered = enumerate(text.removeprefix("\ufeff").split("\n"), start=1)
    return tuple(read_line(number, raw) for number, raw in numbered if raw.strip() and not raw.lstrip().startswith("#"))


def read_line(number: int, raw: str) -> PolicyLine:
    """Read one line; one that is not CSV, or blank, becomes a line of no kind."""
    try:
        kind, *cells = [cell.strip() for cell in next(csv.reader([raw.strip()], strict=True, skipinitialspace=True))]
    except (csv.Error, ValueError):
        return PolicyLine(number, "?", ())
    return PolicyLine(number, kind, tuple(cells))


def write(lines: Iterable[PolicyLine]) -> str:
    """Give the CSV text of lines, one each, without comments."""
    return "".join(f"{line.text}\n" for line in lines)


def _written(cells: Iterable[str]) -> str:
    if any(mark in cell for cell in cells for mark in ',"\r\n'):
        text = io.StringIO()
        csv.writer(text, lineterminator="").writerow(cells)
        return text.getvalue()
    return ", ".join(cells)


def digest(lines: Iterable[PolicyLine]) -> str:
    """Give the SHA-256 of a policy's lines, hexadecimal."""
    return hashlib.sha256("\n".join(",".join((line.kind, *line.cells)) for line in lines).encode()).hexdigest()


def holdable(lines: Iterable[PolicyLine]) -> tuple[str, ...]:
    """Give the roles that an account can hold under a policy: those of the vocabulary, and its own."""
    return (*ROLES, *dict.fromkeys(line.cells[0] for line in lines if line.kind == "r" and line.cells))


def check(lines: Sequence[PolicyLine]) -> None:
    """Refuse a policy with an unknown word or a line of the wrong shape.

    Raises: PolicyInvalid with the number of the first line at fault.
    """
    fault = next(faults(lines), None)
    if fault is not None:
        raise PolicyInvalid(str(fault), line=fault.line)


def faults(lines: Sequence[PolicyLine]) -> Iterator[Fault]:
    """Tell everything that keeps a policy from standing, in the order of its lines."""
    words = _words(lines)
    declared = set[str]()
    numbers = set[int]()
    for line in lines:
        if line.number in numbers:
            yield Fault(line.number, "two lines have the same number")
        if fault := words.fault(line):
            yield Fault(line.number, fault)
        elif line.kind == "r":
            if line.cells[0] in declared:
                yield Fault(line.number, f"the role {line.cells[0]!r} is declared twice")
            declared.add(line.cells[0])
        numbers.add(line.number)
    if len(words.known - set(ROLES)) > MOST_OWN_ROLES:
        yield Fault(None, f"more than {MOST_OWN_ROLES} roles of its own")
    yield from _inherited(lines)


def still_known(lines: Sequence[PolicyLine]) -> tuple[PolicyLine, ...]:
    """Leave out the lines of a version that once could stand whose words this software knows no more, or has taken over.

    None of them gives or takes anything: what it speaks of is there for nobody. Others that cannot stand are left in.
    """
    left = tuple(lines)
    while len(known := _spoken_of(left)) < len(left):
        left = known
    return left


def _spoken_of(lines: tuple[PolicyLine, ...]) -> tuple[PolicyLine, ...]:
    words = _words(lines)
    return tuple(line for line in lines if words.fault(line) in (None, _SHAPE))


@dataclass(frozen=True, slots=True)
class _Words:
    """The roles that a policy knows: those held by accounts, and those with the ones only inherited from."""

    held: set[str]
    known: set[str]

    def fault(self, line: PolicyLine) -> str | None:
        """Tell what is wrong with a line by itself."""
        if not all(cell.isprintable() for cell in line.cells):
            return "a cell holds a character that cannot be printed"
        match line.kind, line.cells:
            case "p", (role, object_, action, scope) | (role, object_, action, scope, "allow" | "deny"):
                return self._grant(role, object_, action, scope)
            case "c", (role, privacy, level, scope):
                return self._clearance(role, privacy, level, scope)
            case "g", (role, parent):
                return None if {role, parent} <= self.known else "an unknown role"
            case "r", (role, words):
                return _role(role, words)
            case "t", (sentence, "yes" | "no") | (sentence, "yes" | "no", _):
                return (
                    None if read_sentence(sentence, self.held) else f"no sentence of known words: {_quoted(sentence)}"
                )
        return _SHAPE

    def _grant(self, role: str, object_: str, action: str, scope: str) -> str | None:
        if role not in self.known:
            return f"no role {_quoted(role)}"
        if action not in ACTIONS.get(object_, ()):
            return f"no action {_quoted(action)} on {_quoted(object_)}"
        return None if scope in set(Scope) else f"no scope {_quoted(scope)}"

    def _clearance(self, role: str, privacy: str, level: str, scope: str) -> str | None:
        if role not in self.known:
            return f"no role {_quoted(role)}"
        if privacy not in set(Privacy) or privacy == Privacy.SECRET:
            return f"no clearance for class {_quoted(privacy)}"
        if level not in (Level.CLEAR, Level.MASKED):
            return f"no level {_quoted(level)}"
        return None if scope in set(Scope) else f"no scope {_quoted(scope)}"


def _words(lines: Sequence[PolicyLine]) -> _Words:
    inherited = {line.cells[1] for line in lines if line.kind == "g" and len(line.cells) == 2}
    speaking = {line.cells[0] for line in lines if line.cells and line.kind in "pcg"}
    held = set(holdable(lines))
    return _Words(held, held | (inherited & speaking))


def _role(role: str, words: str) -> str | None:
    if not _ROLE_NAME.fullmatch(role) or role in ROLES or role in _NO_ROLES:
        return f"{_quoted(role)} cannot be the name of a new role: small letters, digits, _; 2 to 40; not one there is"
    return None if words else "a new role says what it is"


def _quoted(word: str) -> str:
    """Quote a word that is not known, shortened: it may be anything."""
    return repr(word if len(word) <= 60 else word[:57] + "…")


def _inherited(lines: Sequence[PolicyLine]) -> Iterator[Fault]:
    """Find a role that inherits from itself, by whatever way, and one that inherits through too many others."""
    above = parents(lines)
    steps = _steps(above)
    for line in lines:
        if line.kind != "g" or len(line.cells) != 2:
            continue
        if line.cells[0] not in steps:
            circling = _circling(line.cells[0], above, steps)
            number = next(one.number for one in lines if one.kind == "g" and one.cells[0] == circling)
            yield Fault(number, f"the role {_quoted(circling)} inherits from itself")
            return
        if steps[line.cells[0]] > MOST_STEPS:
            yield Fault(
                line.number, f"the role {_quoted(line.cells[0])} inherits through more than {MOST_STEPS} others"
            )
            return


def _steps(above: Mapping[str, set[str]]) -> dict[str, int]:
    """Give for each role by how many steps it inherits at most; those that never come to an end are left out."""
    below: dict[str, list[str]] = {}
    for role, found in above.items():
        for parent in found:
            below.setdefault(parent, []).append(role)
    open_ = {role: len(found) for role, found in above.items()}
    steps = dict.fromkeys(below.keys() - above.keys(), 0)
    waiting = list(steps)
    while waiting:
        parent = waiting.pop()
        for role in below.get(parent, ()):
            open_[role] -= 1
            if not open_[role]:
                steps[role] = 1 + max(steps[one] for one in above[role])
                waiting.append(role)
    return steps


def _circling(role: str, above: Mapping[str, set[str]], steps: Mapping[str, int]) -> str:
    """Walk up from a role that comes to no end to one that inherits from itself."""
    seen = set[str]()
    while role not in seen:
        seen.add(role)
        role = min(above[role] - steps.keys())
    return role


def parents(lines: Iterable[PolicyLine]) -> dict[str, set[str]]:
    """Give the roles that each role inherits from directly."""
    found: dict[str, set[str]] = {}
    for line in lines:
        if line.kind == "g" and len(line.cells) == 2:
            found.setdefault(line.cells[0], set()).add(line.cells[1])
    return found


def kinds(lines: Sequence[PolicyLine]) -> dict[str, frozenset[str]]:
    """Give for each role of the policy's own the roles that ship which it is by inheritance, under another name.

    Not the public, whom roles inherit from for what everybody may read.
    """
    above = parents(lines)
    own = [line.cells[0] for line in lines if line.kind == "r" and line.cells]
    return {role: frozenset(_nearest(role, above)) - {"public"} for role in own}


def _nearest(role: str, above: Mapping[str, set[str]]) -> set[str]:
    """Walk up from a role to those that ship, and no further."""
    found, seen, waiting = set[str](), set[str](), set(above.get(role, ()))
    while waiting:
        found |= waiting & set(ROLES)
        seen |= waiting
        waiting = {parent for one in waiting - found for parent in above.get(one, ())} - seen
    return found


def ancestry(role: str, above: dict[str, set[str]]) -> set[str]:
    """Give a role and all that it inherits from."""
    reached, waiting = set[str](), {role}
    while waiting:
        reached |= waiting
        waiting = {parent for one in waiting for parent in above.get(one, ())} - reached
    return reached
