"""Why an action is allowed or not, and a field shown or not: by which lines, in which relation, resting on which law.

In charge of answering from the same table that requests are decided by, with the lines of the version beside it;
it decides nothing itself and shows no content. Source: 上海12 (管理责任); 河南省社会信用条例39 (操作权限, 留痕可查).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from authz import fields, rows
from authz.account import SUBJECT_ROLES
from authz.grants import Grants
from authz.lines import PolicyLine, ancestry, parents
from authz.vocabulary import Level, Scope
from domain.connection import Queryable
from domain.privacy import Privacy

CLAUSES: Final[Mapping[Scope, str]] = {
    Scope.PUBLISHED: "依法公开的信息 (厦门8; 上海市社会信用条例; 个人信息保护法13)",
    Scope.PUBLISHED_ORGANISATION: "依法公开的单位信息 (厦门8; 新乡三)",
    Scope.OWN_OFFICE: "谁产生,谁提供、谁负责 (厦门8; 上海4; 新乡二)",
    Scope.OWN_JURISDICTION: "政务共享 (河南省社会信用条例18; 厦门9)",
    Scope.CHILD_JURISDICTION: "汇总下级 (厦门9; 海沧1)",
    Scope.PURPOSED: "为特定应用事项查询 (厦门4, 海沧4; 个人信息保护法6)",
    Scope.CONSENTED: "本人授权 (个人信息保护法13, 14; 上海市社会信用条例17)",
    Scope.SELF: "本人知情、查阅 (个人信息保护法44, 45; 上海市社会信用条例34)",
    Scope.OWN_BUREAU: "负责人审核、审定 (厦门8; 新乡四(二))",
    Scope.CO_OWNER: "共同负责的单位, 第三方评估 (新乡三; 海沧9)",
    Scope.ADDRESSED: "提交其办理 (厦门9; 新乡四(二))",
    Scope.PUSHED: "文件规定推送 (厦门7, 11, 12; 海沧27; 上海5, 6)",
    Scope.ENTRUSTED: "合同委托处理 (厦门30; 个人信息保护法21)",
    Scope.ANY: "不涉及具体信用主体, 或者履行岗位职责 (河南省社会信用条例39)",
}
"""What each relation rests on."""

_GIVERS: Final[Mapping[str, str]] = {
    "purpose": "the caller: name a purpose in Renxin-Purpose that is granted to the office 请在请求头写明用途",
    "office": "two security officers: assign the role in an office 由两名安全管理员在处室内分配角色",
    "jurisdiction": "two security officers: assign the role in a division 由两名安全管理员在区划内分配角色",
    "subject": "the operator of the service, or a sign-in that names it: link the account to the subject it is, or acts for"
    " 由运维人员登记或按登录规则对应本人（或委托人）",
}
"""Who can give what a relation still needs."""

READING: Final = ("read", "search", "lookup_person")
"""Actions that show rows."""

REINSTATE: Final = (
    "another security officer than who suspended the account: reinstate it 账号已停用，由另一名安全管理员恢复"
)
TAKE_AWAY: Final = "two security officers: take away the line that denies it 由一名安全管理员提出删去禁止行、另一名批准"
TWO_OFFICERS: Final = "two security officers: one proposes, another approves 由一名安全管理员提出、另一名批准"


@dataclass(frozen=True, slots=True)
class Relation:
    """A scope that lines grant: by which lines, what it still needs, whether the row stands in it."""

    scope: Scope
    lines: tuple[PolicyLine, ...]
    missing: tuple[str, ...]
    holds: bool | None
    """Whether the row asked about stands in it; None when no row was named or the scope is not open."""

    @property
    def open(self) -> bool:
        """Whether the caller has all that the scope needs."""
        return not self.missing


@dataclass(frozen=True, slots=True)
class Clearance:
    """How a privacy class is shown in a scope, and by which line; without a line it is hidden."""

    privacy: Privacy
    scope: Scope
    level: Level
    line: PolicyLine | None


@dataclass(frozen=True, slots=True)
class Nearest:
    """What would have allowed a refused action, or shown a field in clear: a line, and who could bring it about."""

    line: PolicyLine
    needs: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether an action is allowed, under which relations, and what takes it away or would have allowed it."""

    allowed: bool
    relations: tuple[Relation, ...]
    denied_by: tuple[PolicyLine, ...]
    clearances: tuple[Clearance, ...]
    nearest: Nearest | None


@dataclass(frozen=True, slots=True)
class Question:
    """Whose action on what is explained: roles, what the caller has, object and action."""

    roles: tuple[str, ...]
    present: frozenset[str]
    noun: str
    action: str
    may_omit_purpose: bool
    unlinked: str | None = None
    """What would let the caller be the subject that it is not linked to; None for callers who are none."""

    @property
    def must_name_purpose(self) -> bool:
        """Whether reading these rows needs a purpose that the caller may not omit."""
        return self.noun in rows.PURPOSE_NEEDED and self.action in READING and not self.may_omit_purpose


def explain(
    lines: Sequence[PolicyLine], grants: Grants, asked: Question, *, standing: Mapping[Scope, bool] | None = None
) -> Explanation:
    """Explain an action; `standing` tells for open scopes whether the row asked about stands in them."""
    ancestors = _ancestors(lines, asked.roles)
    relations = tuple(_relation(lines, ancestors, asked, scope, standing) for scope in _granted(grants, asked))
    allowed = any(one.open and one.holds is not False for one in relations)
    spoken = [line for line in lines if line.kind == "p" and line.cells[1:3] == (asked.noun, asked.action)]
    denied = tuple(line for line in spoken if line.cells[4:] == ("deny",) and line.cells[0] in ancestors)
    clearances = tuple(
        _clearance(lines, grants, asked.roles, ancestors, privacy, one.scope)
        for one in relations
        if one.open and one.holds is not False
        for privacy in Privacy
        if privacy not in (Privacy.OPEN, Privacy.SECRET)
    )
    nearest = None if allowed else _waiting(relations) or _denied(spoken, denied, ancestors)
    if not allowed and nearest is None:
        nearest = _nearest(spoken, grants, asked, relations)
    return Explanation(allowed, relations, denied, clearances, nearest)


def explain_class(
    lines: Sequence[PolicyLine], grants: Grants, asked: Question, found: Explanation, privacy: Privacy
) -> tuple[tuple[Clearance, ...], Nearest | None]:
    """Explain how a field of a class is shown in the relations that are open, and what would show it in clear.

    The latter is None where it is shown in clear, and where no line at all shows the class so.
    """
    ancestors = _ancestors(lines, asked.roles)
    clearances = tuple(
        _clearance(lines, grants, asked.roles, ancestors, privacy, one.scope)
        for one in found.relations
        if one.open and one.holds is not False
    )
    if any(one.level is Level.CLEAR for one in clearances) or privacy in fields.NEVER:
        return clearances, None
    showing = [line for line in lines if line.kind == "c" and line.cells[1:3] == (privacy.value, Level.CLEAR.value)]
    for one in found.relations:
        mine = [line for line in showing if line.cells[0] in ancestors and line.cells[3] == one.scope.value]
        if one.missing and mine:
            return clearances, Nearest(mine[0], _GIVERS[one.missing[0]])
    return clearances, _of_least_role(showing, grants, asked)


async def read_row(
    database: Queryable, table: str, row_id: Any, person: str | None, *, base: str | None, today: date
) -> tuple[bool, UUID | None]:
    """Tell whether a row of a table is there, and about which natural person it tells.

    `person` is the expression of that over the row `{t}`, `base` what all rows of the noun meet.
    """
    about = f"SELECT {person or 'NULL'} AS person FROM {table} t WHERE t.id = $1 AND {base or 'TRUE'}"
    values: list[Any] = [row_id]
    if ":today" in about:
        values.append(today)
    row = await database.fetchrow(about.replace("{t}", "t").replace(":today", "$2"), *values)
    return row is not None, row["person"] if row is not None else None


def open_scopes(grants: Grants, asked: Question) -> tuple[Scope, ...]:
    """Give the granted scopes for which the caller has all that they need."""
    return tuple(scope for scope in _granted(grants, asked) if not set(rows.NEEDS.get(scope, ())) - asked.present)


def _granted(grants: Grants, asked: Question) -> tuple[Scope, ...]:
    """Give the granted scopes; one that no row of the object can stand in grants nothing."""
    noun = rows.target(asked.noun, asked.action)
    granted = grants.scopes(asked.roles, asked.noun, asked.action)
    return tuple(one for one in granted if noun not in rows.ROWS or rows.predicate(noun, one) != "FALSE")


def _relation(
    lines: Sequence[PolicyLine],
    ancestors: frozenset[str],
    asked: Question,
    scope: Scope,
    standing: Mapping[Scope, bool] | None,
) -> Relation:
    by = tuple(
        line
        for line in lines
        if line.kind == "p"
        and line.cells[0] in ancestors
        and line.cells[1:4] == (asked.noun, asked.action, scope.value)
        and line.cells[4:] != ("deny",)
    )
    needed = (*rows.NEEDS.get(scope, ()), *(("purpose",) if asked.must_name_purpose else ()))
    missing = tuple(dict.fromkeys(need for need in needed if need not in asked.present))
    holds = None if standing is None or missing else standing.get(scope, False)
    return Relation(scope, by, missing, holds)


def _clearance(
    lines: Sequence[PolicyLine],
    grants: Grants,
    roles: tuple[str, ...],
    ancestors: frozenset[str],
    privacy: Privacy,
    scope: Scope,
) -> Clearance:
    if privacy in fields.ALWAYS_CLEAR:
        return Clearance(privacy, scope, Level.CLEAR, None)
    level = Level.HIDDEN if privacy in fields.NEVER else grants.level(roles, privacy, scope)
    wanted = (privacy.value, level.value, scope.value)
    by = (line for line in lines if line.kind == "c" and line.cells[0] in ancestors and line.cells[1:] == wanted)
    return Clearance(privacy, scope, level, next(by, None))


def _waiting(relations: tuple[Relation, ...]) -> Nearest | None:
    """Give what lacks least of all: a granted relation that needs something."""
    waiting = next((one for one in relations if one.missing and one.lines), None)
    return Nearest(waiting.lines[0], _GIVERS[waiting.missing[0]]) if waiting else None


def _denied(spoken: Sequence[PolicyLine], denied: Sequence[PolicyLine], ancestors: frozenset[str]) -> Nearest | None:
    """Give a line of the caller's own roles that only a deny undoes."""
    undone = {line.cells[3] for line in denied}
    own = (line for line in spoken if line.cells[4:] != ("deny",) and line.cells[0] in ancestors)
    found = next((line for line in own if line.cells[3] in undone), None)
    return Nearest(found, TAKE_AWAY) if found else None


def _nearest(
    spoken: Sequence[PolicyLine], grants: Grants, asked: Question, relations: tuple[Relation, ...]
) -> Nearest | None:
    """Give the line of the role that may least, of those that would allow it."""
    standing = {line.number for one in relations for line in one.lines}
    others = [line for line in spoken if line.cells[4:] != ("deny",) and line.number not in standing]
    return _of_least_role(others, grants, asked)


def _of_least_role(lines: Sequence[PolicyLine], grants: Grants, asked: Question) -> Nearest | None:
    """Give the line of the role that may least of all: what widens least; of a subject's where who asks could be one."""
    own = [line for line in lines if line.cells[0] in SUBJECT_ROLES] if asked.unlinked else []
    if not lines:
        return None
    found = min(own or lines, key=lambda line: (_size(grants, line.cells[0]), line.number))
    if found.cells[0] not in SUBJECT_ROLES:
        return Nearest(found, TWO_OFFICERS)
    return Nearest(found, asked.unlinked or _GIVERS["subject"])


def _size(grants: Grants, role: str) -> int:
    """Count what a role may do in all."""
    held = grants.roles.get(role)
    return sum(len(scopes) for scopes in held.scopes.values()) if held else 0


def _ancestors(lines: Sequence[PolicyLine], roles: Iterable[str]) -> frozenset[str]:
    """Give roles with all that they inherit from."""
    above = parents(lines)
    return frozenset(one for role in roles for one in ancestry(role, above))
