"""Entities of authority: policy versions and their lines, accounts, assignments of roles."""

from __future__ import annotations

from api.entity import HISTORY, Entity, Enums, Many, Order, entity, newest, one_of, ref
from api.roots import Root, RootMany, by_id
from authz.account import ACCOUNT_KINDS, ASSIGNMENT_ORIGINS, ASSIGNMENT_STATES, Account, Assignment
from authz.lines import KINDS
from authz.policy import ORIGINS, VERSION_STATES, PolicyRow, PolicyVersion

ENUMS: Enums = {
    "PolicyVersionState": ("How far a policy version has come.", VERSION_STATES),
    "PolicyVersionOrigin": ("Who brought a policy version in.", ORIGINS),
    "PolicyRowKind": (
        "What a line of a policy is: P grant or denial, C clearance, G inheritance, R role of its own, T policy case.",
        tuple(KINDS),
    ),
    "AccountKind": ("Whether a person or a machine calls.", ACCOUNT_KINDS),
    "AssignmentState": ("How far an assignment has come.", ASSIGNMENT_STATES),
    "AssignmentOrigin": ("Who brought an assignment in.", ASSIGNMENT_ORIGINS),
}
"""Enumerations of the room: description and values."""

ROOTS: dict[str, Root] = {
    "policyVersion": by_id("PolicyVersion", "policy version 权限策略版本"),
    "policyVersions": RootMany("PolicyVersion", "Versions of the access policy 权限策略版本, drafts and history."),
    "account": by_id("Account", "account 账号"),
    "accounts": RootMany("Account", "Accounts 账号 of officers and machines; those of subjects are told to nobody."),
    "assignment": by_id("Assignment", "assignment 角色授予"),
    "assignments": RootMany("Assignment", "Assignments 角色授予 of roles to officers and machines."),
}
"""Where a selection may start."""


def declare() -> tuple[Entity, ...]:
    """Declare the entities of this room."""
    return (
        entity(
            PolicyVersion,
            enums={"state": "PolicyVersionState", "origin": "PolicyVersionOrigin"},
            manys={"rows": Many("PolicyRow", "version_id", "Its lines, once it is proposed; before see policyText.")}
            | HISTORY,
            orders={
                "NUMBER_DESC": Order("number", True, "Latest version first."),
                "NUMBER_ASC": Order("number", False, "Earliest version first."),
            },
            filters={"state": one_of("state", "states.", "PolicyVersionState")},
        ),
        entity(
            PolicyRow,
            enums={"kind": "PolicyRowKind"},
            orders={"LINE_ASC": Order("line", False, "By line.")},
            filters={"kind": one_of("kind", "kinds.", "PolicyRowKind")},
        ),
        entity(
            Account,
            description="An account 账号: a person or machine known by the issuer and subject of its tokens.",
            enums={"kind": "AccountKind"},
            manys={"assignments": Many("Assignment", "account_id", "Its assignments 角色授予, past ones included.")},
            filters={"kind": one_of("kind", "kinds.", "AccountKind")},
        ),
        entity(
            Assignment,
            description="An assignment 角色授予: a role held by an account in an office, from a day until a day.",
            enums={"state": "AssignmentState", "origin": "AssignmentOrigin"},
            manys=HISTORY,
            orders=newest("from_on", "first day"),
            filters={
                "state": one_of("state", "states.", "AssignmentState"),
                "role": one_of("role", "roles."),
                "office": ref("Office", "office_id", "offices"),
                "account": ref("Account", "account_id", "accounts"),
            },
        ),
    )
