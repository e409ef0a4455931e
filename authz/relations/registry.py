"""Relations of the registry: divisions, offices, subjects, the catalogue, working days."""

from __future__ import annotations

from authz.relations import credit, lists, providers
from authz.relations.common import ANY, CHILDREN, CONSENT, Rows, exists
from authz.vocabulary import Scope
from domain.commitment import commitment
from domain.credit import record as credit_record
from domain.lists import list_entry, list_notice

_SHOWN = exists(
    "credit_record shown WHERE shown.subject_id = {t}.id AND shown.disclosure = 'public' AND "
    + credit_record.IN_FORCE.replace("{t}", "shown")
)
_LISTED = exists(
    "list_entry listed WHERE listed.subject_id = {t}.id AND listed.disclosure = 'public' AND "
    + list_entry.IN_FORCE.replace("{t}", "listed")
)
_COMMITTED = exists(
    "commitment made WHERE made.subject_id = {t}.id AND made.disclosure = 'public' AND "
    + commitment.IN_FORCE.replace("{t}", "made")
)
_NOTICED = exists(
    "list_notice noticed WHERE noticed.subject_id = {t}.id AND noticed.disclosure = 'public' AND "
    + list_notice.STANDING.replace("{t}", "noticed")
)
_SUBJECT_IS_PUBLISHED = f"(NOT {{t}}.is_person OR {_SHOWN} OR {_LISTED} OR {_COMMITTED} OR {_NOTICED})"


def _dealt_with(subject: str) -> str:
    """Write that the caller's office has a record about a subject, or took a commitment from it."""
    records = exists(f"credit_record produced WHERE produced.subject_id = {subject} AND produced.office_id = :office")
    taken = exists(f"commitment taken WHERE taken.subject_id = {subject} AND taken.office_id = :office")
    return f"({records} OR {taken})"


_ENTERED = exists("list_entry entered WHERE entered.subject_id = {t}.id AND entered.office_id = :office")


def _entered_as(relation: str) -> str:
    """Write that there is an entry about the subject in a relation to the caller."""
    return exists("list_entry entered WHERE entered.subject_id = {t}.id AND " + relation.replace("{t}", "entered"))


ROWS: Rows = {
    "jurisdiction": ANY,
    "office": ANY,
    "responsibility": ANY,
    "catalogue_item": ANY,
    "catalogue_producer": ANY,
    "working_day": ANY,
    "subject": {
        Scope.ANY: "TRUE",
        Scope.PUBLISHED: _SUBJECT_IS_PUBLISHED,
        Scope.PUBLISHED_ORGANISATION: "NOT {t}.is_person",
        Scope.OWN_OFFICE: f"({_dealt_with('{t}.id')} OR {_ENTERED})",
        Scope.OWN_BUREAU: _entered_as(lists.OWN_BUREAU),
        Scope.CO_OWNER: _entered_as(lists.ATTESTING),
        Scope.ADDRESSED: _entered_as(lists.ADDRESSED),
        Scope.PUSHED: exists(
            "credit_record ordered_of WHERE ordered_of.subject_id = {t}.id AND "
            + credit.PUSH_ORDERED.replace("{t}", "ordered_of")
        ),
        Scope.ENTRUSTED: "NOT {t}.is_person AND "
        + exists(
            "credit_record processed WHERE processed.subject_id = {t}.id AND "
            + providers.ENTRUSTED.replace("{t}", "processed")
        ),
        Scope.OWN_JURISDICTION: "{t}.jurisdiction_id = :jurisdiction",
        Scope.CHILD_JURISDICTION: "{t}.jurisdiction_id " + CHILDREN,
        Scope.PURPOSED: "{t}.jurisdiction_id = :jurisdiction",
        Scope.CONSENTED: CONSENT.replace("{subject}", "{t}.id"),
        Scope.SELF: "{t}.id = :subject",
    },
    "legal_representative": {
        Scope.ANY: "TRUE",
        Scope.PUBLISHED: "TRUE",
        Scope.PUBLISHED_ORGANISATION: "TRUE",
        Scope.OWN_OFFICE: _dealt_with("{t}.subject_id"),
        Scope.SELF: "({t}.subject_id = :subject OR {t}.person_id = :subject)",
    },
}
