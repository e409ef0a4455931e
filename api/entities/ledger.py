"""Entities of the ledger: its changes, as rows, and its checkpoints; its accesses stand with the rights of subjects."""

from __future__ import annotations

from api.declaring.entity import (
    Column,
    Entity,
    Enums,
    Filter,
    Order,
    Shape,
    computed,
    entity,
    newest,
    one_of,
)
from api.declaring.roots import Argument, Root, RootMany, RootOne
from authz.account_names import WHO, WHO_ZH
from domain.ledger.adoption import LedgerAdoption
from domain.ledger.event import LedgerCheckpoint, LedgerEvent
from domain.privacy import Declared, Privacy

ENUMS: Enums = {}

WHO_DID_IT = {
    name: Column(sql, Shape.TEXT, True, Declared(Privacy.INTERNAL), description, computed=True)
    for name, sql, description in (
        ("who", WHO, "Who did it, as its account is called: X, or as a deputy X for Y; no subject, no agent of one."),
        ("whoZh", WHO_ZH, "Who did it, in Chinese: X，或者由代理人 X 代 Y."),
    )
}
"""Fields of each entry: the account that acted, and the one in whose place it did."""

ROOTS: dict[str, Root] = {
    "checkpoint": RootOne(
        "LedgerCheckpoint",
        ("number", Argument("{t}.id = {v}", "bigint", "number", int, "Number of the checkpoint, from 1.")),
        "The checkpoint 封存点 of the ledger with this number, or null: to be compared with the one that you hold.",
    ),
    "ledgerAdoptions": RootMany(
        "LedgerAdoption", "Adoptions 接管 of the ledger after its database was restored: what was lost, and why."
    ),
    "checkpoints": RootMany("LedgerCheckpoint", "The checkpoints 封存点 of the ledger, latest first."),
    "changes": RootMany(
        "ChangeEntry",
        "The changes 变更记录 within your authority: all for auditors, those made by their office for officers,"
        " those of rows about them for subjects.",
    ),
}
"""Where a selection may start."""

ROW_ID = "(replace(initcap(replace({t}.object, '_', ' ')), ' ', '') || ':' || {t}.object_id)"
"""The global id of the row that `object` and `object_id` name: the same word names its table and its GraphQL type."""

OF_ROWS = (
    "{t}.object_id = ANY(ARRAY(SELECT split_part(one, ':', 2)::uuid FROM unnest({v}) AS one))"
    f" AND {ROW_ID} = ANY({{v}})"
)
"""Whether it is one of the rows that a filter names by their global ids."""

_VERSION = "CASE WHEN {t}.image ->> 'version' ~ '^[0-9]{1,9}$' THEN ({t}.image ->> 'version')::integer END"
_PERSON = "(SELECT whom.id FROM subject whom WHERE whom.id = {t}.subject_id AND whom.is_person)"


def days_and_account(what: str, privacy: Privacy) -> dict[str, Filter]:
    """Declare the filters of entries by their day in China and by who acted, whose account is of a privacy class."""
    start = "(({v}%s)::timestamp AT TIME ZONE 'Asia/Shanghai')"
    return {
        "from": Filter("{t}.at >= " + start % "", "date", f"Only {what} on this day in China or later.", "Date"),
        "to": Filter("{t}.at < " + start % " + 1", "date", f"Only {what} on this day in China or earlier.", "Date"),
        "account": Filter(
            "{t}.account_id = ANY({v})",
            "uuid[]",
            f"Only {what} by these accounts.",
            list[str],
            privacy,
            reader="accounts",
        ),
    }


def declare() -> tuple[Entity, ...]:
    """Declare the entities of this room."""
    return (
        _change_entry(),
        entity(
            LedgerAdoption,
            only=("adopted_at", "adopted_by", "reason", "put_back", "lost_from", "lost_to"),
            orders=newest("adopted_at", "adoption"),
        ),
        _ledger_checkpoint(),
    )


def _change_entry() -> Entity:
    return entity(
        LedgerEvent,
        name="ChangeEntry",
        noun="change_entry",
        description="An entry of a change 变更记录 in the ledger: what was done to which row, when, by which office.",
        only=("at", "object", "verb", "role", "office", "basis", "policy_version"),
        extra=WHO_DID_IT
        | {
            "objectId": Column(
                ROW_ID,
                Shape.TEXT,
                True,
                Declared(Privacy.OPEN),
                "Global id of the row that was changed.",
                type="ID",
                computed=True,
            ),
            "version": Column(
                _VERSION,
                Shape.NUMBER,
                True,
                Declared(Privacy.OPEN),
                "Version of the row after the change, where its rows have versions.",
                type=int,
                computed=True,
            ),
            "accountId": Column(
                "account_id", Shape.PLAIN, True, Declared(Privacy.INTERNAL), "Account that did it.", type="ID"
            ),
            "deputyOfId": Column(
                "deputy_of_id",
                Shape.PLAIN,
                True,
                Declared(Privacy.INTERNAL),
                "Account in whose place it did it, as its deputy 代理.",
                type="ID",
            ),
            "reason": Column(
                "reason", Shape.TEXT, True, Declared(Privacy.CREDIT_DETAIL), "Reason given for the change."
            ),
        },
        orders=newest("at", "change"),
        filters={
            "object": one_of("object", "nouns, e.g. credit_record."),
            "objectId": Filter(
                OF_ROWS, "text[]", "Only changes of these rows; global ids.", list[str], reader="row_ids"
            ),
            "verb": one_of("verb", "verbs, e.g. publish."),
            "basis": one_of("basis", "legal bases 依据, as the entries name them."),
        }
        | days_and_account("changes", Privacy.INTERNAL),
        person=_PERSON,
        base="{t}.kind = 'change'",
    )


def _ledger_checkpoint() -> Entity:
    return entity(
        LedgerCheckpoint,
        only=("size", "root", "tree", "previous", "digest", "key_id", "signature", "sealed_at"),
        extra={"number": computed("{t}.id", Shape.NUMBER, "Number of the checkpoint, from 1.", type=int)},
        orders={
            "ID_DESC": Order("id", True, "Latest checkpoint first."),
            "ID_ASC": Order("id", False, "Earliest checkpoint first."),
        },
    )
