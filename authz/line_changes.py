"""Changes of a policy's text by lines: what one text says that another does not, lines taken out, lines put in.

In charge of making changes again in another text: an officer's over a version that became active meanwhile, and those of
a release of this software over a policy of the officers' own. Remarks and the order of lines change nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TypeAlias

from authz.lines import PolicyLine, read

Said: TypeAlias = tuple[str, tuple[str, ...]]
"""What a line says, wherever it stands: its kind and its cells."""


def said_by(line: PolicyLine) -> Said:
    """Give what a line says."""
    return line.kind, line.cells


def said_in(text: str) -> Counter[Said]:
    """Count what the lines of a text say."""
    return Counter(map(said_by, read(text)))


def changes(before: str, after: str) -> tuple[Counter[Said], Counter[Said]]:
    """Give what one text says that the other does not any more, and what that says anew."""
    old, new = said_in(before), said_in(after)
    return old - new, new - old


def changes_of_release(before: str, shipped: str, active: str) -> tuple[Counter[Said], Counter[Said]]:
    """Give what a release has taken out of the policy that ships and put into it, as far as the active one is without it.

    `before` is what shipped when officers began a policy of their own: what they have taken out themselves stays out.
    """
    gone, new = changes(before, shipped)
    held = said_in(active)
    return gone & held, new - held


def without(text: str, gone: Counter[Said]) -> str:
    """Take lines out of a text; the others and its remarks stay as they are written."""
    left, numbers = Counter(gone), set[int]()
    for line in read(text):
        if left[said_by(line)] > 0:
            left[said_by(line)] -= 1
            numbers.add(line.number)
    return "\n".join(raw for number, raw in enumerate(text.split("\n"), start=1) if number not in numbers)


def with_lines(text: str, lines: Iterable[str]) -> str:
    """Put lines at the end of a text."""
    return text.rstrip("\n") + "\n" + "".join(f"{' '.join(line.split())}\n" for line in lines)


def written(said: Counter[Said]) -> list[str]:
    """Write what lines say as a file has them."""
    return [PolicyLine(0, *one).text for one in said.elements()]
