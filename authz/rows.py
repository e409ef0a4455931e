"""What a scope means in SQL: the one place that says which rows stand in which relation to the caller.

`{t}` is the alias of the row's table; `:name` is a bound value of the request: office, jurisdiction,
subject, purpose (ids of the caller) and today. A scope that an object does not list here holds for none
of its rows.
"""

from __future__ import annotations

from authz.vocabulary import Scope
from domain.credit import credit_list
from domain.credit import record as credit_record
from domain.rights import consent

NEEDS: dict[Scope, tuple[str, ...]] = {
    Scope.OWN_OFFICE: ("office",),
    Scope.OWN_JURISDICTION: ("jurisdiction",),
    Scope.CHILD_JURISDICTION: ("jurisdiction",),
    Scope.PURPOSED: ("jurisdiction", "purpose"),
    Scope.CONSENTED: ("office", "purpose"),
    Scope.SELF: ("subject",),
}
"""What the caller must have for a scope to be open to it at all."""

PURPOSE_NEEDED = frozenset(
    {"subject", "legal_representative", "credit_record", "credit_record_version", "list_entry", "list_evidence"}
)
"""Objects that tell about somebody: who may not omit the purpose must name one to read them."""


def _exists(rows: str) -> str:
    """Write that there are such rows, to be looked up row by row.

    OFFSET 0 keeps the planner from collecting them for all rows beforehand: for one page of subjects that read
    every record of the caller's office (260 ms instead of 2 at a million records).
    """
    return f"EXISTS (SELECT FROM {rows} OFFSET 0)"


_CHILDREN = "IN (SELECT child.id FROM jurisdiction child WHERE child.parent_id = :jurisdiction)"
_CONSENT = _exists(
    "consent given WHERE given.subject_id = {subject} AND given.office_id = :office"
    " AND given.application_item_id = :purpose AND " + consent.IN_FORCE.replace("{t}", "given")
)
_SHOWN = _exists(
    "credit_record shown WHERE shown.subject_id = {t}.id AND shown.disclosure = 'public' AND "
    + credit_record.IN_FORCE.replace("{t}", "shown")
)
_LISTED = _exists(
    "list_entry listed WHERE listed.subject_id = {t}.id AND listed.disclosure = 'public' AND "
    + credit_list.IN_FORCE.replace("{t}", "listed")
)
_SUBJECT_IS_PUBLISHED = f"(NOT {{t}}.is_person OR {_SHOWN} OR {_LISTED})"


def _subject_owned(in_force: str) -> dict[Scope, str]:
    """Give the scopes of a table whose rows are about a subject and in force by their dates."""
    shared = f"{in_force} AND {{t}}.disclosure IN ('public', 'government_sharing')"
    queried = f"{in_force} AND {{t}}.disclosure IN ('public', 'government_sharing', 'authorised_query')"
    return {
        Scope.ANY: "TRUE",
        Scope.PUBLISHED: f"{{t}}.disclosure = 'public' AND {in_force}",
        Scope.PUBLISHED_ORGANISATION: f"NOT {{t}}.about_person AND {{t}}.disclosure = 'public' AND {in_force}",
        Scope.OWN_OFFICE: "{t}.office_id = :office",
        Scope.OWN_JURISDICTION: f"{{t}}.jurisdiction_id = :jurisdiction AND {shared}",
        Scope.CHILD_JURISDICTION: f"{{t}}.jurisdiction_id {_CHILDREN} AND {shared}",
        Scope.PURPOSED: f"{{t}}.jurisdiction_id = :jurisdiction AND {shared}",
        Scope.CONSENTED: f"{queried} AND " + _CONSENT.replace("{subject}", "{t}.subject_id"),
        Scope.SELF: "{t}.subject_id = :subject AND {t}.disclosure <> 'internal'",
    }


_ANY = {Scope.ANY: "TRUE"}
_RECORD = _subject_owned(credit_record.IN_FORCE)
_ENTRY = _subject_owned(credit_list.IN_FORCE)

ROWS: dict[str, dict[Scope, str]] = {
    "jurisdiction": _ANY,
    "office": _ANY,
    "responsibility": _ANY,
    "catalogue_item": _ANY,
    "catalogue_producer": _ANY,
    "application_item": _ANY,
    "credit_list": _ANY,
    "working_day": _ANY,
    "subject": {
        Scope.ANY: "TRUE",
        Scope.PUBLISHED: _SUBJECT_IS_PUBLISHED,
        Scope.PUBLISHED_ORGANISATION: "NOT {t}.is_person",
        Scope.OWN_OFFICE: _exists(
            "credit_record produced WHERE produced.subject_id = {t}.id AND produced.office_id = :office"
        ),
        Scope.OWN_JURISDICTION: "{t}.jurisdiction_id = :jurisdiction",
        Scope.CHILD_JURISDICTION: "{t}.jurisdiction_id " + _CHILDREN,
        Scope.PURPOSED: "{t}.jurisdiction_id = :jurisdiction",
        Scope.CONSENTED: _CONSENT.replace("{subject}", "{t}.id"),
        Scope.SELF: "{t}.id = :subject",
    },
    "legal_representative": {
        Scope.ANY: "TRUE",
        Scope.PUBLISHED: "TRUE",
        Scope.PUBLISHED_ORGANISATION: "TRUE",
        Scope.OWN_OFFICE: _exists(
            "credit_record produced WHERE produced.subject_id = {t}.subject_id AND produced.office_id = :office"
        ),
        Scope.SELF: "({t}.subject_id = :subject OR {t}.person_id = :subject)",
    },
    "credit_record": _RECORD,
    "credit_record_version": {
        Scope.OWN_OFFICE: "{t}.office_id = :office",
        Scope.SELF: (
            "{t}.subject_id = :subject AND "
            + _exists("credit_record amended WHERE amended.id = {t}.record_id AND amended.disclosure <> 'internal'")
        ),
    },
    "list_entry": _ENTRY,
    "list_evidence": {
        scope: _exists("list_entry evident WHERE evident.id = {t}.entry_id AND " + text.replace("{t}", "evident"))
        for scope, text in _ENTRY.items()
    },
    "consent": {
        Scope.OWN_OFFICE: "{t}.office_id = :office",
        Scope.SELF: "{t}.subject_id = :subject",
    },
    "credit_report": {
        Scope.ANY: "TRUE",
        Scope.OWN_OFFICE: "{t}.office_id = :office",
        Scope.OWN_JURISDICTION: "{t}.jurisdiction_id = :jurisdiction",
        Scope.CHILD_JURISDICTION: "{t}.jurisdiction_id " + _CHILDREN,
        Scope.SELF: "{t}.subject_id = :subject",
    },
    "record_import": {
        Scope.OWN_OFFICE: "{t}.office_id = :office",
        Scope.OWN_JURISDICTION: "{t}.jurisdiction_id = :jurisdiction",
    },
    "refused_row": {Scope.OWN_OFFICE: "{t}.office_id = :office"},
    "access_entry": {
        Scope.ANY: "TRUE",
        Scope.OWN_OFFICE: "{t}.office_id = :office",
        Scope.SELF: "{t}.subject_id = :subject",
    },
}


TARGETS = {("credit_report", "issue"): "subject"}
"""Where an action creates a row, the rows its scopes speak of: a report is issued about a subject."""


def target(noun: str, action: str) -> str:
    """Give the noun whose rows the scopes of an action speak of."""
    return TARGETS.get((noun, action), noun)


def predicate(row: str, scope: Scope) -> str:
    """Give the SQL condition of a scope on an object's rows; FALSE where the object knows no such scope."""
    return ROWS.get(row, {}).get(scope, "FALSE")


def any_of(row: str, scopes: tuple[Scope, ...]) -> str:
    """Give the condition that a row lies in at least one of the scopes; FALSE for none."""
    texts = [predicate(row, scope) for scope in scopes]
    if "TRUE" in texts:
        return "TRUE"
    texts = list(dict.fromkeys(text for text in texts if text != "FALSE"))
    if not texts:
        return "FALSE"
    return texts[0] if len(texts) == 1 else "(" + " OR ".join(f"({text})" for text in texts) + ")"
