"""Replay: the real accesses of the last days decided again under another policy, without showing content.

In charge of telling, by role and office, which accesses would have been refused, newly allowed, or shown with less
or more. Each access entry names its roles, office, purpose, nouns and the person; in which relations that person's
rows stand to the caller is asked of the database once more, and both policies decide from the same relations; who was
merged with another subject since counts as that one. So an
access that both would decide alike otherwise than it was decided (a consent has ended since) is told apart as
outdated, and is no fault of the draft. Nothing of a row, and no person, is in the answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from authz import rows
from authz.grants import Grants
from authz.invariants import content_classes
from authz.rows import PURPOSE_NEEDED, target
from authz.vocabulary import RANK, Scope
from domain.connection import Queryable

MOST = 50_000
"""How many of the latest entries are decided again; a replay of more says that it was cut."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How the rows of a noun are found that tell about a person: table, the person's id in SQL, an indexed column."""

    table: str
    person: str
    column: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What an access asked: actions on nouns, all of which must be allowed."""

    actions: tuple[tuple[str, str], ...]


Reading = Callable[[str, str], Asked | None]
"""Tells what an access entry asked from its object and verb; None when that is not known."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What becomes of the accesses of one kind: of which roles, by which office, to which nouns."""

    roles: tuple[str, ...]
    office: str | None
    object: str
    verb: str
    entries: int
    refused: int
    """Served then, refused under the draft."""
    allowed: int
    """Refused then, allowed under the draft."""
    less: int
    """Served under both, with something masked or hidden that was not."""
    more: int
    """Served under both, with something shown that was not."""
    outdated: int
    """Decided otherwise by now under the active policy too."""


@dataclass(frozen=True, slots=True)
class Replay:
    """The replay of all accesses since an instant."""

    entries: int
    cut: bool
    undecided: int
    """Entries that do not tell what was asked."""
    kinds: tuple[Replayed, ...]
    """The kinds of access that the draft changes."""


@dataclass(frozen=True, slots=True)
class _Policy:
    """A policy as it decides an access."""

    grants: Grants
    roles: tuple[str, ...]

    def scopes(self, asked: Asked) -> tuple[tuple[str, tuple[Scope, ...]], ...]:
        """Give for each action the noun whose rows are shown, and the scopes granted.

        One noun may stand there twice: a person is looked up by its number and read.
        """
        return tuple(
            (target(noun, action), self.grants.scopes(self.roles, noun, action)) for noun, action in asked.actions
        )

    def names_no_purpose(self, asked: Asked) -> bool:
        """Tell whether a purpose may be left out."""
        guarded = any(target(noun, action) in PURPOSE_NEEDED for noun, action in asked.actions)
        return not guarded or bool(self.grants.scopes(self.roles, "request", "omit_purpose"))

    def allows(self, asked: Asked, stands: frozenset[str], *, root: str, purpose: bool) -> bool:
        """Tell whether an access is allowed to somebody to whom the person's rows stand in these relations.

        What hangs on a row is reached through it: the rows of the `root` noun must be within reach.
        """
        granted = self.scopes(asked)
        if not all(scopes for _, scopes in granted) or not (purpose or self.names_no_purpose(asked)):
            return False
        within = [scopes for noun, scopes in granted if noun == root]
        return all(any(f"{root}:{scope.value}" in stands for scope in scopes) for scopes in within)

    def shown(self, asked: Asked, stands: frozenset[str]) -> tuple[int, ...]:
        """Give the best level of each content class on the person's rows of each noun."""
        found = []
        for noun, scopes in self.scopes(asked):
            near = [scope for scope in scopes if f"{noun}:{scope.value}" in stands]
            for one in sorted(content_classes()):
                levels = (self.grants.level(self.roles, one, scope) for scope in near)
                found.append(max(map(RANK.__getitem__, levels), default=0))
        return tuple(found)


async def replay(
    database: Queryable,
    *,
    before: Grants,
    after: Grants,
    since: datetime,
    reaches: Mapping[str, Reach],
    reading: Reading,
) -> Replay:
    """Decide the accesses since an instant again: `before` is the active policy, `after` the draft."""
    groups = await database.fetch(_GROUPS, since, MOST)
    total, undecided, kinds = 0, 0, list[Replayed]()
    for group in groups:
        total += group["entries"]
        roles = tuple(group["role"].split(","))
        asked = reading(group["object"], group["verb"])
        if asked is None:
            undecided += group["entries"]
            continue
        old, new = _Policy(before, roles), _Policy(after, roles)
        if not _differ(old, new, asked):
            continue
        root = next((noun for noun, _ in old.scopes(asked) if noun in reaches), None)
        if root is None:
            undecided += group["entries"]
        else:
            kinds += await _decide(database, group, asked, root, (old, new), since, reaches)
    return Replay(min(total, MOST), total > MOST, undecided, tuple(kinds))


def _differ(old: _Policy, new: _Policy, asked: Asked) -> bool:
    """Tell whether two policies could decide an access of a kind differently at all."""
    if old.scopes(asked) != new.scopes(asked) or old.names_no_purpose(asked) != new.names_no_purpose(asked):
        return True
    return any(
        old.grants.level(old.roles, one, scope) is not new.grants.level(new.roles, one, scope)
        for _, found in old.scopes(asked)
        for scope in found
        for one in content_classes()
    )


async def _decide(
    database: Queryable,
    group: Mapping[str, Any],
    asked: Asked,
    root: str,
    policies: tuple[_Policy, _Policy],
    since: datetime,
    reaches: Mapping[str, Reach],
) -> Iterable[Replayed]:
    relations = {
        (noun, scope)
        for policy in policies
        for noun, found in policy.scopes(asked)
        for scope in found
        if noun in reaches and rows.predicate(noun, scope) != "FALSE"
    }
    text = _ENTRIES.replace("{stands}", _stands(sorted(relations), reaches))
    found = await database.fetch(text, since, MOST, group["role"], group["object"], group["verb"])
    counts: dict[str | None, Counter[str]] = {}
    for row in found:
        count = counts.setdefault(row["office"], Counter())
        count["entries"] += row["entries"]
        for word in _outcome(row, asked, root, policies):
            count[word] += row["entries"]
    words = ("entries", "refused", "allowed", "less", "more", "outdated")
    roles = policies[0].roles
    return [
        Replayed(roles, office, group["object"], group["verb"], *(count[word] for word in words))
        for office, count in counts.items()
        if any(count[word] for word in words[1:])
    ]


def _outcome(row: Mapping[str, Any], asked: Asked, root: str, policies: Sequence[_Policy]) -> Iterable[str]:
    """Tell what becomes of an access, in the words of `Replayed`."""
    stands = frozenset(row["stands"])
    old, new = (policy.allows(asked, stands, root=root, purpose=row["named"]) for policy in policies)
    served = row["outcome"] == "served"
    if old is not served:
        return ["outdated"] if new is not served else []
    if served and not new:
        return ["refused"]
    if not served:
        return ["allowed"] if new else []
    before, after = (policy.shown(asked, stands) for policy in policies)
    pairs = tuple(zip(before, after, strict=True))
    return [
        word
        for word, changed in (("less", any(a < b for b, a in pairs)), ("more", any(a > b for b, a in pairs)))
        if changed
    ]


def _stands(relations: Sequence[tuple[str, Scope]], reaches: Mapping[str, Reach]) -> str:
    """Write the array of the relations in which rows about the person stand to the caller of an entry."""
    cases = [
        f"CASE WHEN {_holds(reaches[noun], noun, scope)} THEN '{noun}:{scope.value}' END" for noun, scope in relations
    ]
    return f"array_remove(ARRAY[{', '.join(cases)}]::text[], NULL)"


def _holds(reach: Reach, noun: str, scope: Scope) -> str:
    found = f"{reach.person.replace('{t}', 'held')} = entry.subject_id"
    if reach.column:
        found = f"held.{reach.column} = entry.subject_id AND {found}"
    condition = rows.predicate(noun, scope).replace("{t}", "held")
    for name, column in _BOUND.items():
        condition = condition.replace(f":{name}", f"entry.{column}")
    needs = "".join(f"entry.{_BOUND[name]} IS NOT NULL AND " for name in rows.NEEDS.get(scope, ()))
    return f"{needs}EXISTS (SELECT FROM {reach.table} held WHERE {found} AND ({condition}))"


_BOUND = {
    "office": "office_id",
    "jurisdiction": "jurisdiction_id",
    "subject": "self_id",
    "purpose": "purpose_id",
    "today": "day",
}
"""Which column of an entry stands for each value that a relation binds."""

_LATEST = """
  SELECT * FROM ledger_event WHERE kind = 'access' AND "at" >= $1 ORDER BY "at" DESC, id DESC LIMIT $2::integer + 1
"""

_GROUPS = f"""
SELECT latest.role, latest.object, latest.verb, count(*)::integer AS entries
FROM ({_LATEST}) latest GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""

_ENTRIES = f"""
WITH entry AS (
  SELECT latest.id, latest.outcome, coalesce(person.merged_into_id, person.id) AS subject_id, latest.office_id,
         office.jurisdiction_id, coalesce(principal.merged_into_id, principal.id, account.subject_id) AS self_id,
         latest.purpose IS NOT NULL AS named,
         (latest."at" AT TIME ZONE 'Asia/Shanghai')::date AS day,
         office.jurisdiction_id || '.' || office.code || ' ' || office.name AS office,
         (SELECT item.id FROM application_item item
          LEFT JOIN partner_purpose granted ON granted.application_item_id = item.id AND granted.office_id = office.id
          WHERE item.name = latest.purpose
          ORDER BY granted.id IS NULL, item.jurisdiction_id IS DISTINCT FROM office.jurisdiction_id, item.id
          LIMIT 1) AS purpose_id
  FROM ({_LATEST}) latest
  LEFT JOIN office ON office.id = latest.office_id
  LEFT JOIN account ON account.id = latest.account_id
  LEFT JOIN subject person ON person.id = latest.subject_id
  LEFT JOIN subject principal ON principal.id = latest.agent_of_id
  WHERE latest.role = $3 AND latest.object = $4 AND latest.verb = $5
)
SELECT office, outcome, named, {{stands}} AS stands, count(*)::integer AS entries
FROM entry GROUP BY 1, 2, 3, 4 ORDER BY 1 NULLS FIRST
"""
