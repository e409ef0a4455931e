"""The examination of a draft: what keeps it from being proposed, approved or activated.

In charge of putting faults, invariants and cases together, and of refusing with them: a line that cannot stand, a
broken invariant (with its counter-examples), a case that is answered otherwise than expected. It depends on the lines,
on those of the active version and on the package alone. Lint (`authz.lint`) stands beside it and refuses nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from authz.cases import Case, answered
from authz.grants import Grants
from authz.invariants import Breach, Matrix, breaches
from authz.lines import Fault, PolicyInvalid, PolicyLine
from authz.words import told
from domain.errors import DomainError


class InvariantBroken(DomainError):
    """The policy breaks a standing invariant: see the counter-example, and correct the lines it comes from."""

    code = "POLICY_BREAKS_INVARIANT"
    zh = "权限策略违反了不变量：请查看反例并更正相关行。"


class CaseFails(DomainError):
    """A policy case is answered otherwise than expected: correct the policy, or change the case in the same draft."""

    code = "POLICY_CASE_FAILS"
    zh = "权限用例的结果与预期不符：请更正策略，或在同一草稿中修改用例。"


@dataclass(frozen=True, slots=True)
class Examination:
    """What is wrong with a policy: faults first, and only without any the rest."""

    faults: tuple[Fault, ...] = ()
    breaches: tuple[Breach, ...] = ()
    cases: tuple[Case, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether it may be proposed."""
        return not (self.faults or self.breaches) and all(case.holds for case in self.cases)

    def beside(self, standing: Examination) -> Examination:
        """Leave out the invariants that what stands (`standing`) breaks in the same cells: they are no worse by it."""
        there = {one.invariant.id: one.cells for one in standing.breaches}
        new = tuple(one for one in self.breaches if not one.cells <= there.get(one.invariant.id, frozenset()))
        return replace(self, breaches=new)

    def require(self) -> None:
        """Refuse a policy that may not be proposed.

        Raises: PolicyInvalid; InvariantBroken; CaseFails.
        """
        if self.faults:
            fault = self.faults[0]
            raise PolicyInvalid(str(fault), line=fault.line)
        if self.breaches:
            raise broken(self.breaches)
        failing = [case for case in self.cases if not case.holds]
        if failing:
            case = failing[0]
            answer = "yes" if case.given else "no"
            raise CaseFails(
                f"Line {case.line}: {case.sentence!r} is answered {answer}.",
                zh=f"第{case.line}行：用例“{case.sentence}”的结果为{'是' if case.given else '否'}，与预期不符。",
                lines=[one.line for one in failing],
            )


def examine(lines: Sequence[PolicyLine], grants: Grants, active: Grants, shipped: Grants) -> Examination:
    """Examine a policy whose lines can stand, beside the active one and the shipped one."""
    return Examination(
        breaches=tuple(breaches(Matrix(tuple(lines), grants, active, shipped))),
        cases=tuple(answered(lines, grants)),
    )


def broken(found: Sequence[Breach]) -> InvariantBroken:
    """Make the refusal of a policy that breaks invariants; it carries the counter-examples."""
    first = found[0]
    example = first.examples[0]
    text, zh = told(example.cell)
    lines = "".join(f" (line {line.number}: {line.text})" for line in example.lines)
    return InvariantBroken(
        f"{first.invariant.says} Counter-example: {text}{lines}.",
        zh=f"{first.invariant.says_zh}反例：{zh}。",
        invariant=first.invariant.id,
        counterExamples=[
            {
                "invariant": breach.invariant.id,
                "source": breach.invariant.source,
                "cell": str(one.cell),
                "lines": [line.number for line in one.lines],
            }
            for breach in found
            for one in breach.examples
        ][:50],
    )
