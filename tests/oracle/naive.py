"""The second evaluator: plain graphql-core over Python objects, row by row, field by field.

It answers what the plan answers, by the slowest and plainest means. The schema is the real one, printed and
read again, so that no resolver of ours is left in it. Cursors stand as `cursor:` and the id of their row, since
their text is sealed.
"""

from __future__ import annotations

import base64
import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    build_schema,
    execute_sync,
    get_named_type,
    is_enum_type,
    parse,
    print_schema,
)

from tests.oracle.computed import COMPUTED, named_in
from tests.oracle.filters import fits
from tests.oracle.meaning import NOUNS, Meaning, snake
from tests.oracle.refusals import Refusals, is_number
from tests.oracle.relations import was
from tests.oracle.world import NUMBERS, Caller, Row

LINKS = {
    ("Jurisdiction", "parent"): "parent_id",
    ("Jurisdiction", "divisions"): "parent_id",
    ("Jurisdiction", "offices"): "jurisdiction_id",
    ("Subject", "creditRecords"): "subject_id",
    ("Subject", "listEntries"): "subject_id",
    ("Subject", "commitments"): "subject_id",
    ("Subject", "legalRepresentatives"): "subject_id",
    ("Subject", "represents"): "person_id",
    ("Subject", "creditReports"): "subject_id",
    ("Subject", "consents"): "subject_id",
    ("Subject", "subjectStatements"): "subject_id",
    ("Subject", "listRemovals"): "subject_id",
    ("Subject", "examViolations"): "subject_id",
    ("Subject", "disciplineRecommendations"): "subject_id",
    ("Subject", "integrityComplaints"): "subject_id",
    ("Subject", "governmentContracts"): "subject_id",
    ("Subject", "marketRecords"): "subject_id",
    ("Subject", "attachments"): "subject_id",
    ("ListEntry", "deliveries"): "object_id",
    ("Commitment", "deliveries"): "object_id",
    ("Edition", "deliveries"): "object_id",
    ("Subject", "requests"): "subject_id",
    ("Subject", "listNotices"): "subject_id",
    ("Subject", "urgings"): "subject_id",
    ("Office", "responsibilities"): "office_id",
    ("Office", "produces"): "office_id",
    ("CatalogueItem", "producers"): "item_id",
    ("Edition", "items"): "edition_id",
    ("Edition", "catalogueItems"): "catalogue_edition_id",
    ("Edition", "history"): "object_id",
    ("CreditRecord", "versions"): "record_id",
    ("CreditRecord", "listed"): "record_id",
    ("CreditRecord", "repairNotices"): "record_id",
    ("CreditRecord", "repairApplications"): "record_id",
    ("Subject", "repairApplications"): "subject_id",
    ("Subject", "repairNotices"): "subject_id",
    ("CreditRecord", "exemptions"): "record_id",
    ("CreditRecord", "measures"): "record_id",
    ("ListEntry", "measures"): "entry_id",
    ("Grade", "measures"): "grade_id",
    ("Subject", "measures"): "subject_id",
    ("Subject", "grades"): "subject_id",
    ("Subject", "supervisions"): "subject_id",
    ("Subject", "integrityArchives"): "subject_id",
    ("Grade", "attachments"): "object_id",
    ("GradeRun", "grades"): "run_id",
    ("ScoringPaper", "history"): "object_id",
    ("GradeRun", "history"): "object_id",
    ("Grade", "deliveries"): "object_id",
    ("Grade", "history"): "object_id",
    ("SupervisedSubject", "history"): "object_id",
    ("IntegrityArchive", "history"): "object_id",
    ("Measure", "history"): "object_id",
    ("Subject", "riskWarnings"): "subject_id",
    ("Subject", "interviews"): "subject_id",
    ("ListEntry", "interviews"): "entry_id",
    ("Screening", "warnings"): "screening_id",
    ("Screening", "history"): "object_id",
    ("RiskWarning", "records"): "warning_id",
    ("RiskWarning", "actions"): "warning_id",
    ("RiskWarning", "interviews"): "warning_id",
    ("RiskWarning", "history"): "object_id",
    ("RiskWarningAction", "history"): "object_id",
    ("Interview", "attachments"): "object_id",
    ("Watch", "changes"): "watch_id",
    ("Watch", "history"): "object_id",
    ("MajorEvent", "history"): "object_id",
    ("MonitoringFigure", "history"): "object_id",
    ("Interview", "history"): "object_id",
    ("TypicalCase", "history"): "object_id",
    ("TypicalCase", "attachments"): "object_id",
    ("TypicalCase", "deliveries"): "object_id",
    ("PortalEntry", "history"): "object_id",
    ("Activity", "history"): "object_id",
    ("Activity", "attachments"): "object_id",
    ("Activity", "attendances"): "activity_id",
    ("Attendance", "history"): "object_id",
    ("Subject", "attendances"): "subject_id",
    ("Subject", "selfReports"): "subject_id",
    ("RepairApplication", "attendances"): "application_id",
    ("Campaign", "history"): "object_id",
    ("Campaign", "tags"): "campaign_id",
    ("Campaign", "activities"): "campaign_id",
    ("CampaignTag", "history"): "object_id",
    ("Mandate", "history"): "object_id",
    ("IntegrityComplaint", "history"): "object_id",
    ("GovernmentContract", "history"): "object_id",
    ("ProcessingContract", "history"): "object_id",
    ("MarketRecord", "history"): "object_id",
    ("NameWarning", "history"): "object_id",
    ("SubjectMerge", "history"): "object_id",
    ("Subject", "mergedFrom"): "kept_id",
    ("Subject", "gradeFacts"): "subject_id",
    ("GradeFact", "history"): "object_id",
    ("Subject", "exemptions"): "subject_id",
    ("Exemption", "history"): "object_id",
    ("RepairApplication", "attachments"): "object_id",
    ("RepairApplication", "history"): "object_id",
    ("CreditRecord", "attachments"): "object_id",
    ("ListEntry", "attachments"): "object_id",
    ("CreditList", "entries"): "credit_list_id",
    ("CreditList", "definitions"): "credit_list_id",
    ("ListEntry", "attestations"): "entry_id",
    ("ListEntry", "notices"): "entry_id",
    ("ListDefinition", "history"): "object_id",
    ("ListNotice", "history"): "object_id",
    ("Urging", "history"): "object_id",
    ("ListEntry", "evidence"): "entry_id",
    ("ListEntry", "responsiblePersons"): "with_entry_id",
    ("CommitmentItem", "offices"): "commitment_item_id",
    ("Commitment", "spotChecks"): "commitment_id",
    ("SpotCheck", "results"): "spot_check_id",
    ("ExamBulletin", "lines"): "bulletin_id",
    ("QualityAssessment", "records"): "assessment_id",
    ("QualityAssessment", "history"): "object_id",
    ("AssessedRecord", "history"): "object_id",
    ("ProgressReport", "history"): "object_id",
    ("RecordImport", "refusedRows"): "record_import_id",
    ("RecordImport", "records"): "import_id",
    ("CreditRecord", "recordImport"): "import_id",
    ("PolicyVersion", "rows"): "version_id",
    ("Account", "assignments"): "account_id",
    ("CreditRecord", "history"): "object_id",
    ("CreditRecord", "deliveries"): "object_id",
    ("ListEntry", "history"): "object_id",
    ("Attachment", "history"): "object_id",
    ("ListEntry", "removals"): "entry_id",
    ("ListEntry", "batches"): "entry_id",
    ("ListBatch", "places"): "batch_id",
    ("ListBatch", "attachments"): "object_id",
    ("ListBatch", "history"): "object_id",
    ("ListRemoval", "attachments"): "object_id",
    ("SelfReport", "attachments"): "object_id",
    ("SelfReport", "history"): "object_id",
    ("ListRemoval", "history"): "object_id",
    ("Subject", "objections"): "subject_id",
    ("CreditRecord", "objections"): "record_id",
    ("ListEntry", "objections"): "entry_id",
    ("CreditRecord", "subjectStatements"): "record_id",
    ("ListEntry", "subjectStatements"): "entry_id",
    ("Objection", "pauses"): "objection_id",
    ("Objection", "attachments"): "object_id",
    ("Objection", "reviews"): "review_of_id",
    ("Objection", "history"): "object_id",
    ("PolicyVersion", "history"): "object_id",
    ("Assignment", "history"): "object_id",
    ("Account", "history"): "object_id",
    ("Account", "keys"): "account_id",
    ("AccountKey", "history"): "object_id",
}
"""By which column an object leads on, where it is not the field's own name."""


def _held(archive: Row, other: Row) -> bool:
    """Tell whether a row is about an archive's subject and of an office of its scheme."""
    return bool(other["subject_id"] == archive["subject_id"] and other["office_id"] in archive["office_ids"])


def _of_scheme(archive: Row, other: Row) -> bool:
    """Tell whether a grade is of an archive's subject under its scheme."""
    return all(other[name] == archive[name] for name in ("subject_id", "jurisdiction_id", "scheme"))


AMONG: Mapping[tuple[str, str], Callable[[Row, Row], bool]] = {
    ("IntegrityArchive", "creditRecords"): _held,
    ("IntegrityArchive", "listEntries"): _held,
    ("IntegrityArchive", "commitments"): _held,
    ("IntegrityArchive", "grades"): _of_scheme,
}
"""Which rows hang on an object, where no column alone leads to them."""

ORDERED_BY = {("ListEntry", "DECIDED_ON"): "ENTERED_ON", ("DueItem", "DUE"): "ORDER_ON"}
"""Which column an order goes by, where its name is another's: an undecided entry stands by its collection."""


@dataclass
class Given:
    """What an operation answers by the second evaluator."""

    data: Any
    errors: dict[tuple[Any, ...], set[str]]
    """The codes that are right for each path with an error; more than one where several reasons apply."""
    persons: set[UUID]
    """The natural persons whose data is in the answer."""
    attempts: list[UUID | None]
    """Whom the caller asked for by number and was not shown: a person, or nobody."""


@dataclass(frozen=True)
class Object:
    """A row as an object of a type."""

    type: str
    row: Row


@dataclass
class Page:
    """The rows of a page and where it stands."""

    rows: list[Row]
    more: bool
    beyond: bool
    backward: bool


@dataclass
class Rows:
    """A connection: how many rows it has, and its page, looked for only when it is asked for."""

    type: str
    count: int
    turn: Callable[[], Page]

    @functools.cached_property
    def page(self) -> Page:
        """Give the page."""
        return self.turn()


class Refusal(GraphQLError):
    """A root field that is refused, with every code that would be right."""

    def __init__(self, codes: set[str]) -> None:
        super().__init__("refused", extensions={"codes": codes})


@functools.cache
def _plain(schema: GraphQLSchema) -> GraphQLSchema:
    """Read the schema as a client would, from its text."""
    return build_schema(print_schema(schema))


class Naive:
    """The second evaluator of a schema over the rows of a world."""

    def __init__(self, schema: GraphQLSchema, meaning: Meaning) -> None:
        self.schema = _plain(schema)
        self.meaning = meaning
        self.policy_version = 1
        self.by_id: dict[str, dict[Any, Row]] = {}
        self.index()

    def index(self) -> None:
        """Find rows by id, as they are now."""
        self.by_id = {
            name: {row["id"]: row for row in self.meaning.rows_of(noun)}
            for name, noun in NOUNS.items()
            if noun in (*self.meaning.tables, "access_entry", "change_entry")
        }

    def answer(
        self,
        document: str,
        variables: Mapping[str, Any],
        caller: Caller,
        *,
        operation: str | None = None,
        cursors: Iterable[str] = (),
    ) -> Given:
        """Answer an operation; `cursors` are those that are good where they stand in it."""
        asked = _Asked(self, caller, set(cursors))
        result = execute_sync(
            self.schema,
            _parsed(document),
            variable_values=dict(variables),
            operation_name=operation,
            field_resolver=asked.resolve,
            type_resolver=lambda value, info, kind: value.type,
        )
        errors = {}
        for error in result.errors or ():
            if error.original_error is not None and not isinstance(error.original_error, GraphQLError):
                raise error.original_error
            errors[tuple(error.path or ())] = set((error.extensions or {}).get("codes", {"GRAPHQL_VALIDATION_FAILED"}))
        return Given(result.data, errors, asked.persons, asked.attempts)


def _parsed(document: str) -> DocumentNode:
    return parse(document, no_location=True)


@dataclass
class _Asked:
    """One operation of one caller."""

    naive: Naive
    caller: Caller
    cursors: set[str]
    persons: set[UUID] = field(default_factory=set)
    attempts: list[UUID | None] = field(default_factory=list)

    # -- resolving

    def resolve(self, source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        """Resolve any field of any type."""
        if info.parent_type.name == "Query":
            return self._root(info, arguments)
        if isinstance(source, Rows):
            return self._of_connection(source, info.field_name)
        if isinstance(source, Object):
            return self._of_object(source, info, arguments)
        value = source[info.field_name]
        return self._noted(value) if isinstance(value, Object) else value

    def _root(self, info: GraphQLResolveInfo[Any], arguments: Mapping[str, Any]) -> Any:
        name, target = info.field_name, get_named_type(info.return_type).name
        if name == "viewer":
            return self._viewer()
        if name == "node":
            target = str(arguments["id"]).partition(":")[0]
            if target not in NOUNS:
                return None
        codes = self._refusals(info).of_root(target, arguments)
        if name == "person":
            self._note_attempt(codes, arguments)
        if codes:
            raise Refusal(codes)
        if target.endswith("Connection"):
            return self._connection(info, arguments, lambda row: row.get("merged_into_id") is None)
        return self._single(target, self._picked(name, arguments))

    def _refusals(self, info: GraphQLResolveInfo[Any]) -> Refusals:
        return Refusals(self.naive.schema, self.naive.meaning, self.caller, self.cursors, info)

    def _note_attempt(self, codes: set[str], arguments: Mapping[str, Any]) -> None:
        """Note whom the caller, if it is anybody, asks for by number and is not shown."""
        number = arguments["idNumber"]
        row = None if codes else self._picked("person", arguments)
        shown = row is not None and self._visible("Subject", row)
        if not shown and self.caller.sub is not None and is_number(number):
            self.attempts.append(NUMBERS.get(number))

    def _viewer(self) -> Mapping[str, Any]:
        caller, accounts = self.caller, self.naive.meaning.tables["account"]
        return {
            "anonymous": caller.sub is None,
            "accountId": next((f"Account:{one['id']}" for one in accounts if one["sub"] == caller.sub), None),
            "roles": sorted(caller.roles),
            "officeId": f"Office:{caller.office}" if caller.office else None,
            "jurisdictionId": f"Jurisdiction:{caller.jurisdiction}" if caller.jurisdiction else None,
            "subjectId": f"Subject:{caller.subject}" if caller.subject else None,
            "deputyOf": None,
            "agentOf": f"Subject:{caller.subject}" if caller.agent else None,
            "purpose": caller.purpose,
            "policyVersion": self.naive.policy_version,
        }

    def _picked(self, name: str, arguments: Mapping[str, Any]) -> Row | None:
        table = self.naive.meaning.tables
        match name:
            case "me":
                return next((row for row in table["subject"] if row["id"] == self.caller.subject), None)
            case "subject":
                code = arguments["code"].strip().upper()
                return self._kept(next((row for row in table["subject"] if row["uscc"] == code), None))
            case "person":
                found = NUMBERS.get(arguments["idNumber"])
                row = next((row for row in table["subject"] if row["id"] == found), None)
                scopes = self.naive.meaning.open_scopes(self.caller, "subject", "lookup_person")
                return row if row and self.naive.meaning.within(self.caller, "subject", scopes, row) else None
            case "checkpoint":
                return next((row for row in table["ledger_checkpoint"] if row["id"] == arguments["number"]), None)
            case "creditReport":
                return next((row for row in table["credit_report"] if row["number"] == arguments["number"]), None)
            case _:
                return self._by_global_id(arguments["id"])

    def _by_global_id(self, ident: str) -> Row | None:
        name, _, rest = ident.partition(":")
        found = next((row for row in self.naive.by_id[name].values() if str(row["id"]) == rest), None)
        return self._kept(found) if name == "Subject" else found

    def _kept(self, subject: Row | None) -> Row | None:
        return subject and self.naive.meaning.kept(subject)

    def _visible(self, type_name: str, row: Row, *, count: bool = False) -> bool:
        noun = NOUNS[type_name]
        meaning = self.naive.meaning
        scopes = meaning.open_scopes(self.caller, noun, "read")
        if count:
            scopes = scopes | meaning.open_scopes(self.caller, noun, "count")
        return meaning.within(self.caller, noun, scopes, row)

    def _single(self, type_name: str, row: Row | None) -> Object | None:
        if row is None or not self._visible(type_name, row):
            return None
        return self._noted(Object(type_name, row))

    def _noted(self, shown: Object) -> Object:
        person = self.naive.meaning.person(NOUNS[shown.type], shown.row)
        if person is not None:
            self.persons.add(person)
        return shown

    def _of_object(self, source: Object, info: GraphQLResolveInfo[Any], arguments: Mapping[str, Any]) -> Any:
        name, row = info.field_name, source.row
        if name == "id":
            return f"{source.type}:{row['id']}"
        target = get_named_type(info.return_type).name
        link = LINKS.get((source.type, name))
        if (source.type, name) == ("Subject", "accessLog"):
            return self._connection(
                info, arguments, lambda other: was(self.naive.meaning, other["subject_id"], row["id"])
            )
        if among := AMONG.get((source.type, name)):
            return self._connection(info, arguments, functools.partial(among, row))
        if target.endswith("Connection"):
            assert link is not None
            return self._connection(info, arguments, lambda other: other[link] == row["id"])
        if target in NOUNS:
            return self._single(target, self.naive.by_id[target].get(row[link or f"{snake(name)}_id"]))
        computed = COMPUTED.get((source.type, name))
        if name.endswith("ByName"):
            computed = named_in(snake(name.removesuffix("Name")))
        value = (
            self.naive.meaning.computed(self.caller, source.type, name, row, computed)
            if computed
            else self.naive.meaning.shown(self.caller, source.type, name, row)
        )
        return _written(value, upper=is_enum_type(get_named_type(info.return_type)))

    # -- connections

    def _connection(
        self, info: GraphQLResolveInfo[Any], arguments: Mapping[str, Any], hangs: Callable[[Row], bool]
    ) -> Rows:
        type_name = get_named_type(info.return_type).name.removesuffix("Connection")
        counting = self._refusals(info).is_counting(type_name, info.field_nodes)
        rows = [
            row
            for row in self.naive.meaning.rows_of(NOUNS[type_name])
            if hangs(row) and fits(self.naive.meaning, self.caller, type_name, row, arguments)
        ]
        counted = [row for row in rows if self._visible(type_name, row, count=True)]
        readable = [row for row in rows if self._visible(type_name, row)]
        # what may only be counted counts where nothing but the number is asked for
        return Rows(
            type_name, len(counted if counting else readable), lambda: self._page(type_name, readable, arguments)
        )

    def _page(self, type_name: str, readable: list[Row], arguments: Mapping[str, Any]) -> Page:
        order = arguments.get("orderBy") or next(iter(self.naive.schema.get_type(f"{type_name}Order").values))  # type: ignore[union-attr]
        column, direction = order.rsplit("_", 1)
        column = ORDERED_BY.get((type_name, column), column)
        size, backward = arguments.get("first") or arguments["last"], arguments.get("last") is not None
        ordered = sorted(readable, key=_sort_key(column.lower()), reverse=direction == "DESC")
        cursor = arguments.get("after") or arguments.get("before")
        if cursor is not None:
            at = _sort_key(column.lower())(self._row_of(type_name, cursor))
            upward = (direction == "DESC") == backward
            ordered = [row for row in ordered if (_sort_key(column.lower())(row) > at) is upward and row["id"] != at[1]]
        rows = ordered[-size:] if backward else ordered[:size]
        return Page(rows, len(ordered) > size, cursor is not None, backward)

    def _row_of(self, type_name: str, cursor: str) -> Row:
        return next(
            row for row in self.naive.meaning.rows_of(NOUNS[type_name]) if str(row["id"]) == row_of_cursor(cursor)
        )

    def _of_connection(self, rows: Rows, name: str) -> Any:
        if name == "totalCount":
            return rows.count
        page, shown = rows.page, [Object(rows.type, row) for row in rows.page.rows]
        match name:
            case "nodes":
                return [self._noted(one) for one in shown]
            case "edges":
                return [{"node": one, "cursor": f"cursor:{one.row['id']}"} for one in shown]
        return {
            "hasNextPage": page.beyond if page.backward else page.more,
            "hasPreviousPage": page.more if page.backward else page.beyond,
            "startCursor": f"cursor:{shown[0].row['id']}" if shown else None,
            "endCursor": f"cursor:{shown[-1].row['id']}" if shown else None,
        }


def _sort_key(column: str) -> Callable[[Row], tuple[Any, Any]]:
    return lambda row: (row[column], row["id"])


def _written(value: Any, *, upper: bool) -> Any:
    if isinstance(value, str) and upper:
        return value.upper()
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def row_of_cursor(cursor: str) -> str:
    """Give the id of the row that a cursor stands for, without asking whether it is a good one."""
    body = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))[12:]
    return body.decode().rpartition("|")[2]
