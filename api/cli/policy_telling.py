"""What `renxin policy` tells about an examination, in lines of text: the same of a version and of a file.

In charge of the words only; what is found comes from `authz.examination`, at hand or as the answer of `policyCheck`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

Line = tuple[int, str]


def say(text: str) -> None:
    """Write a line to standard output."""
    sys.stdout.write(f"{text}\n")


def tell_finding(severity: str, line: int | None, text: str, zh: str) -> None:
    """Tell what lint found."""
    where = f"line {line}: " if line is not None else ""
    say(f"{severity}: {where}{text} | {zh}")


def tell_invariant(name: str, says: str, says_zh: str, source: str, *, broken: bool) -> None:
    """Tell a standing invariant."""
    say(f"{'BROKEN ' if broken else ''}{name}: {says} {says_zh} [{source}]")


def tell_example(text: str, zh: str, lines: Iterable[Line]) -> None:
    """Tell a counter-example and the lines it comes from."""
    where = "".join(f" (line {number}: {line})" for number, line in lines)
    say(f"  {text}{where} | {zh}")


def tell_failing(line: int, sentence: str, *, expected: bool) -> None:
    """Tell a policy case that is not answered as expected."""
    wanted, given = ("yes", "no") if expected else ("no", "yes")
    say(f"FAILS line {line}: {sentence}: expected {wanted}, is {given}")


def tell_verdict(passed: bool) -> None:
    """Tell whether it may be proposed."""
    say("It may be proposed 可以提出." if passed else "It may not be proposed 不得提出.")
