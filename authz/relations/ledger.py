"""Relations of the ledger: the entries of its changes, its checkpoints."""

from __future__ import annotations

from authz.relations.common import ANY, Rows, exists
from authz.vocabulary import Scope
from domain.lifecycle import NEED_TO_KNOW
from domain.registry.subject import ever

NOT_CHANGED = frozenset({"access_entry", "change_entry"})
"""Nouns that are the ledger's own entries: no table of their own is changed."""


def rows(others: Rows) -> Rows:
    """Give the relations of change entries, which rest on those of the nouns that are changed.

    A subject sees the changes of rows about itself that it may see: an entry about a hidden row would tell of it.
    """
    concerned = " ".join(
        f"WHEN '{noun}' THEN "
        + exists(
            f"{noun} concerned WHERE concerned.id = {{t}}.object_id AND {of[Scope.SELF].replace('{t}', 'concerned')}"
        )
        for noun, of in others.items()
        if Scope.SELF in of and noun not in NOT_CHANGED
    )
    return {
        "ledger_checkpoint": ANY,
        "ledger_adoption": ANY,
        "change_entry": {
            Scope.ANY: "TRUE",
            Scope.OWN_OFFICE: f"{{t}}.office_id = :office AND {{t}}.object NOT IN {tuple(sorted(NEED_TO_KNOW))}",
            Scope.SELF: f"{{t}}.subject_id = {ever(':subject')} AND CASE {{t}}.object {concerned} ELSE FALSE END",
        },
    }
