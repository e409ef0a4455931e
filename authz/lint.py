"""Lint: what is odd about a policy, line by line, and about who holds its roles.

In charge of telling it, never of refusing: what cannot stand at all are the faults of `authz.lines`, told here as
errors. Warnings are lines that can never match, lines that another one makes superfluous or undoes, roles that
look like another one or that nobody holds, accounts without a role, accounts in which two roles meet that may not, and
accounts of which nobody knows whether somebody has another one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from authz.fields import ALWAYS_CLEAR
from authz.grants import Grants
from authz.holdings import Holdings, incompatible
from authz.lines import PolicyLine, ancestry, faults, holdable, parents
from authz.look import look
from authz.rows import NEEDS, ROWS, predicate, target
from authz.vocabulary import Level, Scope
from domain.errors import DomainError
from domain.privacy import Privacy

Classes = Mapping[str, frozenset[Privacy]]
"""The privacy classes of each object's fields."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a policy that its officer should look at: a stable code, the line, the words."""

    code: str
    severity: str
    line: int | None
    text: str
    zh: str


def lint_faults(lines: Sequence[PolicyLine]) -> list[Finding]:
    """Give what keeps a policy from standing at all."""
    return [Finding("fault", "error", fault.line, fault.text, f"该行无效：{fault.text}") for fault in faults(lines)]


def lint_staff(refused: DomainError | None, *, enough: bool) -> list[Finding]:
    """Give that too few people would govern: why a policy may not be proposed for it, or what is so anyhow."""
    code = "officers_too_few"
    if refused is not None:
        return [Finding(code, "error", None, str(refused), refused.message_zh)]
    if enough:
        return []
    text = "fewer than two people could change policies and appoint others: the operator of the machine appoints them"
    return [Finding(code, "warning", None, text, "能够变更权限策略、任命人员的不足两人：须由运维人员任命")]


def lint(
    lines: Sequence[PolicyLine],
    grants: Grants,
    holdings: Holdings,
    classes: Classes,
    refused: frozenset[UUID] = frozenset(),
) -> list[Finding]:
    """Give what is odd about a policy whose lines can stand; `refused` are the accounts for which it may not be proposed."""
    seen = _Seen(lines, grants, classes)
    return [
        *seen.never_matching(),
        *seen.shadowed(),
        *_alike(lines),
        *_unheld(lines, grants, holdings),
        *_people(grants, holdings, refused),
        *_accounts_alike(holdings),
        *_nobody_s(holdings),
    ]


def _alike(lines: Sequence[PolicyLine]) -> Iterator[Finding]:
    """Tell of roles of the policy's own whose name a second officer in a hurry takes for another one's."""
    known = {look(role): role for role in reversed(holdable(lines))}
    for line in lines:
        if line.kind == "r" and (other := known[look(line.cells[0])]) != line.cells[0]:
            text = f"the role {line.cells[0]} looks like {other}"
            yield Finding(
                "role_looks_alike", "warning", line.number, text, f"角色名{line.cells[0]}与{other}形似，易混淆"
            )


class _Seen:
    """The lines of a policy, indexed by what they say."""

    def __init__(self, lines: Sequence[PolicyLine], grants: Grants, classes: Classes) -> None:
        self.lines = lines
        self.grants = grants
        self.classes = classes
        self.direct = above = parents(lines)
        roles = {line.cells[0] for line in lines if line.kind in "pcg"} | set(holdable(lines))
        self.above = {role: ancestry(role, above) for role in roles}
        self.heirs: dict[str, set[str]] = {}
        for role, found in self.above.items():
            for one in found:
                self.heirs.setdefault(one, set()).add(role)
        self.first: dict[tuple[str, ...], int] = {}
        for line in lines:
            self.first.setdefault(_key(line), line.number)

    # -- lines that never match

    def never_matching(self) -> Iterator[Finding]:
        """Tell of lines that no request can ever meet."""
        for line in self.lines:
            match line.kind, line.cells:
                case "p", (role, object_, action, scope, *effect):
                    noun = target(object_, action)
                    if noun in ROWS and predicate(noun, Scope(scope)) == "FALSE":
                        yield _never(line, f"{object_} has no rows in {scope}", "该对象没有这种范围的数据")
                    elif effect == ["deny"] and not self._allowed_anywhere(role, object_, action, scope):
                        yield _never(line, "it takes away what nobody is given", "所取消的权限本来就没有授予")
                    elif lacking := self._lacking(role, Scope(scope)):
                        yield _never(line, f"whoever holds {role} has no {lacking}", f"角色{role}没有该范围所需的条件")
                case "c", (role, privacy, _, scope):
                    if privacy in ALWAYS_CLEAR:
                        yield _never(line, "it is shown to whoever may read the row", "可查看该数据者均可见此类信息")
                    elif not self._read_anywhere(role, privacy, scope):
                        yield _never(line, f"nothing with {privacy} is read in {scope}", "该范围内没有可查看的此类信息")

    def _allowed_anywhere(self, role: str, object_: str, action: str, scope: str) -> bool:
        wearers = {one for heir in self.heirs.get(role, {role}) for one in self.above[heir]}
        keys = (("p", one, object_, action, scope) for one in wearers)
        return any(key in self.first for key in keys)

    def _lacking(self, role: str, scope: Scope) -> str | None:
        """Give what a scope needs that none of those who wear a role can have; None where somebody can."""
        wearers = [one for one in self.heirs.get(role, {role}) if one in self.grants.roles]
        had = [_HAD.get(one) for one in wearers]
        if not had or None in had:
            return None
        needed = NEEDS.get(scope, ())
        return next((need for need in needed if not any(need in one for one in had if one is not None)), None)

    def _read_anywhere(self, role: str, privacy: str, scope: str) -> bool:
        heirs = self.heirs.get(role, {role}) & self.grants.roles.keys()
        return any(
            scope in scopes
            for heir in heirs
            for (object_, action), scopes in self.grants.roles[heir].scopes.items()
            if action in _SHOWING and privacy in self.classes.get(target(object_, action), ())
        )

    # -- lines that others make superfluous

    def shadowed(self) -> Iterator[Finding]:
        """Tell of lines that say nothing beside the others."""
        for line in self.lines:
            by = self._shadowing(line)
            if by is not None:
                number, why, why_zh = by
                yield Finding(
                    "shadowed",
                    "warning",
                    line.number,
                    f"{line.text}: {why} line {number}",
                    f"{line.text}：{why_zh}（第{number}行）",
                )

    def _shadowing(self, line: PolicyLine) -> tuple[int, str, str] | None:
        key = _key(line)
        if self.first[key] != line.number:
            return self.first[key], "says the same as", "与另一行重复"
        if line.kind == "g":
            return self._inherited_anyway(*line.cells)
        if line.kind not in "pc":
            return None
        role = line.cells[0]
        for one in sorted(self.above[role] - {role}):
            number = self.first.get((key[0], one, *key[2:]))
            if number is not None:
                return number, f"{role} inherits it from {one} by", "已由继承的角色授予"
        if line.kind == "c" and line.cells[2] == Level.MASKED:
            for one in sorted(self.above[role]):
                number = self.first.get(("c", one, line.cells[1], Level.CLEAR, line.cells[3]))
                if number is not None:
                    return number, "is outdone by the clear one of", "已有更高的明文授权"
        if line.kind == "p" and line.cells[4:] != ("deny",):
            for one in sorted(self.above[role]):
                number = self.first.get(("deny", one, *line.cells[1:4]))
                if number is not None:
                    return number, "is taken away by", "被禁止行取消"
        return None

    def _inherited_anyway(self, role: str, parent: str) -> tuple[int, str, str] | None:
        """Give the line by which a role inherits from a parent through another one."""
        for one in sorted(self.direct[role] - {parent}):
            if parent in self.above[one]:
                return self.first["g", role, one], f"{role} inherits it anyway by", "已通过另一行继承"
        return None


_HAD: Mapping[str, tuple[str, ...]] = {"public": (), "subject": ("subject",), "agent": ("subject",)}
"""What the callers have who wear these roles, which no officer grants; others may have all that scopes need."""

_SHOWING = frozenset({"read", "search", "lookup_person", "count", "issue"})
"""Actions that show fields, or search by them."""


def _key(line: PolicyLine) -> tuple[str, ...]:
    """Give what a line says, however it is written."""
    if line.kind == "p":
        return ("deny" if line.cells[4:] == ("deny",) else "p", *line.cells[:4])
    return (line.kind, *line.cells)


def _never(line: PolicyLine, why: str, why_zh: str) -> Finding:
    return Finding(
        "never_matches",
        "warning",
        line.number,
        f"{line.text}: never matches, {why}",
        f"{line.text}：永不生效，{why_zh}",
    )


def _unheld(lines: Sequence[PolicyLine], grants: Grants, holdings: Holdings) -> Iterator[Finding]:
    held = holdings.roles()
    inherited = {line.cells[1] for line in lines if line.kind == "g"}
    declared = {line.cells[0]: line.number for line in lines if line.kind == "r"}
    for role, given in grants.roles.items():
        if not (given.scopes or given.levels):
            yield Finding(
                "role_empty", "warning", declared.get(role), f"the role {role} may nothing", f"角色{role}没有任何权限"
            )
        if role not in held and role not in inherited:
            yield Finding(
                "role_unheld", "warning", declared.get(role), f"nobody holds the role {role}", f"没有人担任角色{role}"
            )


def _people(grants: Grants, holdings: Holdings, refused: frozenset[UUID]) -> Iterator[Finding]:
    for account, display in holdings.idle.items():
        yield _of_account("account_without_role", account, f"{display} holds no role", f"{display}没有任何角色")
    for account, held in holdings.by_account().items():
        if unknown := sorted({one.role for one in held} - grants.roles.keys()):
            yield _of_account(
                "role_unknown",
                account,
                f"{held[0].display} holds {', '.join(unknown)}, which the policy does not know",
                f"{held[0].display}担任的角色{'、'.join(unknown)}在策略中不存在",
            )
    for own in holdings.by_person().values():
        if incompatible(grants, (one.role for one in own)):
            for account, display in {one.account_id: one.display for one in own}.items():
                yield _of_account(
                    "roles_incompatible",
                    account,
                    f"{display} is of one person who changes policies and sees credit content: end one of the roles",
                    f"{display}的使用人既管理权限策略又能查看信用内容（含其名下其他账号）：请终止其中一个角色",
                    "error" if account in refused else "warning",
                )


def _accounts_alike(holdings: Holdings) -> Iterator[Finding]:
    """Tell of accounts whose name a second officer in a hurry takes for another one's: who is called the same is told apart
    by the account, who is called almost the same hides."""
    known: dict[str, tuple[UUID, str]] = {}
    for account, display in sorted(holdings.names().items()):
        other, name = known.setdefault(look(display), (account, display))
        if name != display:
            yield _of_account(
                "account_looks_alike",
                account,
                f"{display} looks like {name}, which is Account:{other}",
                f"{display}与{name}（Account:{other}）形似，易混淆",
            )


def _nobody_s(holdings: Holdings) -> Iterator[Finding]:
    """Tell of accounts of nobody in particular, where people sign in by several issuers: one person may have two of them."""
    people = [one for one in holdings.held if one.kind == "person"]
    issuers = {one.issuer for one in people}
    for issuer in sorted(issuers) if len(issuers) > 1 else ():
        count = len({one.account_id for one in people if one.issuer == issuer and not one.is_somebody})
        if count:
            text = (
                f"nobody knows whose {count} accounts of {issuer} are: who has an account of another issuer, too, counts as two"
                " people and could approve what he proposed; name the claim `person` in RENXIN_CLAIM_RULES, or register `person`"
            )
            zh = (
                f"{issuer}的{count}个账号未登记使用人：同一人在其他身份提供方另有账号的，将被视为两人，可能批准自己提出的事项；"
                "请在 RENXIN_CLAIM_RULES 中写明 person 声明，或者登记账号时填写 person"
            )
            yield Finding("person_unknown", "warning", None, text, zh)


def _of_account(code: str, account: UUID, text: str, zh: str, severity: str = "warning") -> Finding:
    return Finding(code, severity, None, f"Account:{account} {text}", f"Account:{account} {zh}")
