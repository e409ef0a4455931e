"""Kinds of report: their documents are valid, bounded and tell how much they left out (C10)."""

from __future__ import annotations

import pytest
from graphql import FieldNode, IntValueNode, SelectionSetNode, Visitor, parse, validate, visit

from api.schema import schema
from domain.use.report_kind import (
    ReportKind,
    ReportKindNotForSubject,
    ReportKindNotOffered,
    ReportKindUnknown,
    report_kinds,
    report_notes,
    require_kind,
)

KINDS = list(report_kinds().values())


class _Connections(Visitor):
    """Collects the fields that are connections."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[FieldNode] = []

    def enter_field(self, node: FieldNode, *_: object) -> None:
        if any(argument.name.value == "first" for argument in node.arguments or ()):
            self.found.append(node)


def _selected(selection: SelectionSetNode | None) -> set[str]:
    assert selection is not None
    return {one.name.value for one in selection.selections if isinstance(one, FieldNode)}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_its_document_is_valid_against_the_schema(kind: ReportKind) -> None:
    assert validate(schema._schema, parse(kind.document)) == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_every_list_is_bounded_and_counted(kind: ReportKind) -> None:
    connections = _Connections()
    visit(parse(kind.document), connections)
    assert len(connections.found) >= 2
    for node in connections.found:
        [first] = [one.value for one in node.arguments or () if one.name.value == "first"]
        assert isinstance(first, IntValueNode)
        # of a subject's own words at most one statement stands beside a row
        assert int(first.value) == (1 if node.name.value == "subjectStatements" else 100)
        assert {"totalCount", "nodes"} <= _selected(node.selection_set)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_its_notes_exist_in_both_languages(kind: ReportKind) -> None:
    for code in kind.notes:
        note = report_notes()[code]
        assert note.zh
        assert note.en


def test_a_person_has_another_report_than_an_organisation() -> None:
    assert require_kind("person", about_person=True, jurisdiction="310000").about_person
    for code, about_person in (("person", False), ("general", True), ("labour_compliance", True)):
        with pytest.raises(ReportKindNotForSubject):
            require_kind(code, about_person=about_person, jurisdiction="350200")


def test_only_xiamen_issues_a_report_in_place_of_the_certificate_xm_25() -> None:
    assert require_kind("labour_compliance", about_person=False, jurisdiction="350200").clauses == ("厦门25",)
    for elsewhere in ("350205", "310000", "410700", "420300"):
        with pytest.raises(ReportKindNotOffered):
            require_kind("labour_compliance", about_person=False, jurisdiction=elsewhere)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ReportKindUnknown):
        require_kind("general.graphql", about_person=False, jurisdiction="350200")
