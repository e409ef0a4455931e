"""Relations of authority: policy versions and their lines, accounts, assignments.

Accounts that only are a subject of credit information or act for one, and what they hold, are in no relation to
anybody: they are neither listed nor given roles. Who is told the id of one may have explained what it may do, and may end
its sessions; whose it is stays untold (`api.queries.access`).
"""

from __future__ import annotations

from authz.account import OF_SUBJECT
from authz.relations.common import ANY, Rows, exists
from authz.vocabulary import Scope

_ASSIGNED = exists(f"assignment held WHERE held.account_id = {{t}}.id AND NOT {OF_SUBJECT.replace('{t}', 'held')}")
_HELD = exists("assignment held WHERE held.account_id = {t}.id")

ROWS: Rows = {
    "policy_version": ANY,
    "policy_row": ANY,
    "account": {Scope.ANY: f"({_ASSIGNED} OR ({{t}}.subject_id IS NULL AND NOT {_HELD}))"},
    "told_account": ANY,
    "account_key": ANY,
    "assignment": {Scope.ANY: f"NOT {OF_SUBJECT}"},
}
