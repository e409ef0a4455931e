"""What every mutation must have asked before it changed anything: the step, and each row that it names.

In charge of watching the handlers of mutations in the tests that `carried_out.toml` names: whoever carries one out
must have asked for the grant of its own step, and within which scopes lies each row that its input names or that it
has made or changed. A mutation that asks less fails the test that sends it, whoever the caller was.
Source: security, E (one office writes another's record).
"""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from api.entities.index import ENTITIES
from api.execution.mutation import MUTATIONS, Changed, Handler, Mutation, Work
from api.planning import bind
from authz.vocabulary import Scope

Row = tuple[str, UUID]

CARRIED_OUT: Mapping[str, str] = tomllib.loads((Path(__file__).parent / "carried_out.toml").read_text("utf-8"))
"""By mutation, a test that carries it out."""

WATCHED = frozenset(CARRIED_OUT.values())
"""The tests in which mutations are watched."""

ENTITY_TABLES = {entity.noun: entity.table for entity in ENTITIES.values()}

LAW = frozenset({"credit_list", "catalogue_item", "commitment_item", "exemption_item"})
"""Tables whose rows anybody may name: what may be done under them is asked by the rulebook."""

NAMED_FREELY = {
    "admitMandate": {"unit"},  # an office of one's own place
    "attachToListBatch": {"about"},  # an entry of the batch
    "draftEdition": {"derived_from"},  # an approved edition of the division above
    "drawQualityAssessment": {"assessor", "office"},  # another office; the one in whose place the assessment is made
    "enterWatch": {"field_office"},  # an office of one's own place
    "fileSubjectRequest": {"office", "record"},  # any office; a record about oneself
    "fillListBatch": {"drop"},  # entries of the batch
    "followUpRiskWarning": {"action"},  # one of the warning, and of one's own office
    "grantConsent": {"office"},  # any partner
    "monitorIntegrityComplaint": {"office"},  # one of one's own place
    "planActivity": {"campaign"},  # one that runs, of one's own office or of all
    "proposeCommitmentItem": {"offices"},  # of one's own division
    "proposeProcessingContract": {"provider"},  # any partner
    "recordGradeFact": {"subject"},  # any organisation that is graded, wherever it is registered
    "tagForCampaign": {"campaign"},  # one that runs, of one's own office or of all
}
"""By mutation, the arguments whose rows need lie in nobody's scope; what they must be instead, its domain asks."""

NAMED_BY_SUBJECTS = {"reportSelfReport": {"office"}, "signCommitment": {"office", "subject"}}
"""The same for a subject, which signs for itself at any office, whomever it names."""

MADE_WITH_ANOTHER = frozenset({
    "amendEdition", "amendGradeFact", "appealObjection", "applyListRemoval", "applyMeasure", "declineMeasure",
    "fileObjection", "issueCreditReport", "makeSubjectStatement", "proposeAccountKey", "proposeAssignment",
    "proposeDeputy", "proposeListRemoval", "proposeSubjectMerge", "reportMeasure", "rollBackPolicyVersion",
})  # fmt: skip
"""Mutations whose row lies where the row lies that they name, within the scopes of the step itself."""

MADE_ANYWHERE = frozenset({"draftPolicyVersion", "registerAccount"})
"""Mutations whose rows belong to no place: there is one policy, and an account is nobody's before it has a role."""


class Asked(Work):
    """A mutation under way that notes what is asked about it."""

    __slots__ = ("_given", "rows", "steps")

    def __init__(self, work: Work) -> None:
        super().__init__(work.job, work.tx, work.prepared)
        caller = work.job.caller
        own = (("subject", caller.subject_id), ("office", caller.office_id), ("account", caller.account_id))
        self.rows: set[Row] = {(table, row) for table, row in own if row is not None}
        self.steps: set[tuple[str, str]] = set()
        self._given: list[tuple[Scope, ...]] = []

    def scopes(self, noun: str, action: str) -> tuple[Scope, ...]:
        """Note which step is asked for."""
        found = super().scopes(noun, action)
        self.steps.add((noun, action))
        self._given.append(found)
        return found

    async def _within(self, table: str, noun: str, row_id: UUID, scopes: tuple[Scope, ...], *, lock: str) -> Any:
        assert any(scopes is one for one in self._given), "a row is asked for within the scopes of a step"
        found = await super()._within(table, noun, row_id, scopes, lock=lock)
        self.rows.add((table, row_id))
        return found


def named(given: Any, free: Set[str] = frozenset()) -> Iterator[Row]:
    """Give the rows that an input names by global ids, in other arguments than the free ones."""
    if dataclasses.is_dataclass(given):
        for one in dataclasses.fields(given):
            if one.name not in free:
                yield from named(getattr(given, one.name))
    elif isinstance(given, list | tuple):
        for each in given:
            yield from named(each)
    elif isinstance(given, str) and (entity := bind.entity_of(given)):
        local = bind.local_id(given, entity)
        if isinstance(local, UUID):
            yield ENTITIES[entity].table, local


def unasked(declared: Mutation, asked: Asked, given: Any, changed: Changed) -> set[str]:
    """Give what a mutation that was carried out has not asked about: the step, tables with rows that it names or made."""
    free = NAMED_FREELY.get(declared.name, set())
    if asked.job.caller.subject_id is not None:
        free = free | NAMED_BY_SUBJECTS.get(declared.name, set())
    made = {(ENTITIES[declared.payload[name]].table, row) for name, row in changed.rows.items() if row.int}
    names = {(table, row) for table, row in named(given, free) if table not in LAW}
    found = {f"{table} that is named" for table, _ in names - asked.rows}
    if not (declared.name in MADE_WITH_ANOTHER and names) and declared.name not in MADE_ANYWHERE:
        found |= {f"{table} that is made" for table, _ in made - asked.rows if table == ENTITY_TABLES[declared.noun]}
    if (declared.noun, declared.verb) not in asked.steps:
        found.add("the step")
    return found


@contextmanager
def watched() -> Iterator[None]:
    """Watch the handler of every mutation until the end of the block."""
    known = dict(MUTATIONS)
    MUTATIONS.update({one.name: dataclasses.replace(one, handle=_watched(one)) for one in known.values()})
    yield
    MUTATIONS.update(known)


def _watched(declared: Mutation) -> Handler:
    async def handle(work: Work, given: Any) -> Changed:
        asked = Asked(work)
        changed = await declared.handle(asked, given)
        missing = unasked(declared, asked, given, changed)
        assert not missing, f"{declared.name} does not ask about {', '.join(sorted(missing))}"
        return changed

    return handle
