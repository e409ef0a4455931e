"""Entities of authority: policy versions and their lines, accounts, assignments of roles."""

from __future__ import annotations

from api.declaring.entity import HISTORY, Entity, Enums, Many, Order, entity, newest, one_of, ref
from api.declaring.roots import Root, RootMany, by_id
from authz.account import (
    ACCOUNT_KINDS,
    ACCOUNT_STATES,
    ASSIGNMENT_ORIGINS,
    ASSIGNMENT_STATES,
    BINDINGS,
    Account,
    Assignment,
)
from authz.account_key import KEY_ORIGINS, KEY_STATES, AccountKey
from authz.lines import KINDS
from authz.policy import ORIGINS, VERSION_STATES, PolicyRow, PolicyVersion
from domain.privacy import Privacy

ENUMS: Enums = {
    "PolicyVersionState": ("How far a policy version has come 策略版本状态.", VERSION_STATES),
    "PolicyVersionOrigin": ("Who brought a policy version in 策略版本来源.", ORIGINS),
    "PolicyRowKind": (
        "What a line of a policy 策略行 is: P grant or denial, C clearance, G inheritance, R role of its own, T policy case.",
        tuple(KINDS),
    ),
    "AccountKind": ("Whether a person or a machine calls 账号类型.", ACCOUNT_KINDS),
    "AccountState": ("Whether an account may call at all 账号状态.", ACCOUNT_STATES),
    "AccountBinding": (
        "What the tokens of an account must be bound to 令牌绑定: nothing, a key (DPoP), or a certificate (mutual TLS).",
        BINDINGS,
    ),
    "AccountKeyState": ("How far a key of a service account has come 密钥状态.", KEY_STATES),
    "AccountKeyOrigin": (
        "Who brought a key in 密钥来源: two officers, or the account with its former key.",
        KEY_ORIGINS,
    ),
    "AssignmentState": ("How far an assignment has come 角色授予状态.", ASSIGNMENT_STATES),
    "AssignmentOrigin": ("Who brought an assignment in 角色授予来源.", ASSIGNMENT_ORIGINS),
}
"""Enumerations of the room: description and values."""

ROOTS: dict[str, Root] = {
    "policyVersion": by_id("PolicyVersion", "policy version 权限策略版本"),
    "policyVersions": RootMany("PolicyVersion", "Versions of the access policy 权限策略版本, drafts and history."),
    "account": by_id("Account", "account 账号"),
    "accounts": RootMany("Account", "Accounts 账号 of officers and machines; those of subjects are told to nobody."),
    "accountKey": by_id("AccountKey", "key of a service account 服务账号公钥"),
    "accountKeys": RootMany("AccountKey", "Public keys of service accounts 服务账号公钥."),
    "assignment": by_id("Assignment", "assignment 角色授予"),
    "assignments": RootMany("Assignment", "Assignments 角色授予 of roles to officers and machines."),
}
"""Where a selection may start."""


def declare() -> tuple[Entity, ...]:
    """Declare the entities of this room."""
    return (
        _policy_version(),
        entity(
            PolicyRow,
            enums={"kind": "PolicyRowKind"},
            orders={"LINE_ASC": Order("line", False, "By line.")},
            filters={"kind": one_of("kind", "kinds.", "PolicyRowKind")},
        ),
        _account(),
        _account_key(),
        _assignment(),
    )


def _policy_version() -> Entity:
    return entity(
        PolicyVersion,
        enums={"state": "PolicyVersionState", "origin": "PolicyVersionOrigin"},
        manys={"rows": Many("PolicyRow", "version_id", "Its lines, once it is proposed; before see policyText.")}
        | HISTORY,
        orders={
            "NUMBER_DESC": Order("number", True, "Latest version first."),
            "NUMBER_ASC": Order("number", False, "Earliest version first."),
        },
        filters={"state": one_of("state", "states.", "PolicyVersionState")},
    )


def _account() -> Entity:
    return entity(
        Account,
        description="An account 账号: a person or machine known by the issuer and subject of its tokens.",
        enums={"kind": "AccountKind", "state": "AccountState", "binding": "AccountBinding"},
        manys={"assignments": Many("Assignment", "account_id", "Its assignments 角色授予, past ones included.")}
        | {"keys": Many("AccountKey", "account_id", "Its public keys 公钥, past ones included.")}
        | HISTORY,
        filters={
            "kind": one_of("kind", "kinds.", "AccountKind"),
            "state": one_of("state", "states.", "AccountState"),
            "sub": one_of("sub", "subs of their tokens.", None, Privacy.INTERNAL),
        },
    )


def _account_key() -> Entity:
    return entity(
        AccountKey,
        enums={"state": "AccountKeyState", "origin": "AccountKeyOrigin"},
        manys=HISTORY,
        orders=newest("proposed_at", "proposal"),
        filters={
            "state": one_of("state", "states.", "AccountKeyState"),
            "account": ref("Account", "account_id", "accounts"),
        },
    )


def _assignment() -> Entity:
    return entity(
        Assignment,
        description="An assignment 角色授予: a role held by an account in an office, from a day until a day.",
        enums={"state": "AssignmentState", "origin": "AssignmentOrigin"},
        manys=HISTORY,
        orders=newest("from_on", "first day"),
        filters={
            "state": one_of("state", "states.", "AssignmentState"),
            "role": one_of("role", "roles."),
            "account": ref("Account", "account_id", "accounts"),
        },
    )
