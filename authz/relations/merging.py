"""Relations of merges and of pairs that look like one: to the office, and to the division that answers for both subjects."""

from __future__ import annotations

from authz.relations import registry
from authz.relations.common import CHILDREN, Rows
from authz.vocabulary import Scope

_KNOWN = registry.ROWS["subject"][Scope.OWN_OFFICE]
"""That an office may name a subject in a proposal: the same as in `proposeSubjectMerge`."""

ROWS: Rows = {
    "subject_merge_candidate": {
        Scope.OWN_OFFICE: f"({_KNOWN.replace('{t}.id', '{t}.kept_id')} AND {_KNOWN.replace('{t}.id', '{t}.merged_id')})",
        Scope.OWN_JURISDICTION: "{t}.jurisdiction_id = :jurisdiction",
        Scope.CHILD_JURISDICTION: "{t}.jurisdiction_id " + CHILDREN,
    },
    "subject_merge": {
        Scope.OWN_OFFICE: "{t}.office_id = :office",
        Scope.OWN_JURISDICTION: "{t}.jurisdiction_id = :jurisdiction",
    },
}
