"""Who calls: the account behind a token, the office it acts for, the purpose it names, under which epoch.

In charge of turning the headers of a request into a `Caller`. A token only names an account; roles, office
and purpose are read from the database, as they stand today. Refuses what `authz.token` and `authz.assigned`
refuse.

A resolved caller is kept until the epoch of authority moves, the day ends or the token is due again,
and costs no statement until then. What is kept may be out of date by one request: its statement carries the
epoch it was resolved under, the fence refuses it, and `refresh` drops what was kept.
Source: RFC 6750 section 2.1.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import OrderedDict
from collections.abc import Callable, Collection
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Protocol
from uuid import UUID

import asyncpg

from authz.assigned import Holding, NoRole, Snapshot, read_account, read_account_by_id, read_purpose
from authz.authority import read_epoch, read_lines
from authz.expanding import expanded_beside
from authz.grants import Grants
from authz.issuer_clock import note_clock
from authz.lines import PolicyLine
from authz.linked_by_rule import SIGN_IN, LinkByHand, link_by_rule, why_not_linked
from authz.sender import Bound, Sender, require_sender
from authz.subject_rules import LinkNotAssured, LinkRefused, Sought
from authz.token import Claims, Fault, TokenInvalid, digest_of
from authz.told_person import PersonDiffers, enter_person
from domain.clock import CHINA, local_day
from domain.connection import Queryable
from domain.lifecycle import Actor, Transaction
from domain.merging.known import NONE, read_merged

Signature = tuple[int, tuple[str, ...], bool, bool, bool, bool]
"""Policy version, roles, and whether office, jurisdiction, subject and purpose are present."""

VERSIONS_KEPT = 8
LINK_AGAIN = timedelta(minutes=1)
"""After this an account that was not linked to a subject by rule is looked at again."""

Changes = Callable[[], AbstractAsyncContextManager["asyncpg.Connection[Any]"]]
"""Lends a session for one transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls, as everything after the headers knows it."""

    roles: tuple[str, ...]
    kinds: frozenset[str] = frozenset()
    """Its roles, and those that ship which they are by inheritance: what the operator's settings name."""
    account_id: UUID | None = None
    office_id: UUID | None = None
    jurisdiction_id: str | None = None
    subject_id: UUID | None = field(default=None, repr=False)
    purpose_id: UUID | None = None
    purpose_code: str | None = None
    purpose_name: str | None = None
    token_id: str | None = field(default=None, repr=False)
    epoch: int = 0
    policy_version: int = 0
    display: str | None = field(default=None, repr=False)
    deputy_of_id: UUID | None = None
    """The account in whose place it acts, as its deputy."""
    deputy_of: str | None = field(default=None, repr=False)
    """What that account is called."""
    deputy_until: date | None = None
    agent_of_id: UUID | None = field(default=None, repr=False)
    """The subject for whom it acts, as its agent."""
    suspended: bool = False
    """Whether it is only explained and its account is suspended: it wears no role then."""
    not_linked: type[LinkRefused] | None = None
    """Why who signed in is the public and no subject, where its issuer's tokens may tell which one it is."""
    unlinked_id: UUID | None = None
    """The account that is not linked then, if there is one: it does nothing, and may be named to be explained."""
    signature: Signature = field(init=False, repr=False, compare=False)
    """All of the caller that a plan may depend on; hashable. Its values are not in it: they are bound."""

    def __post_init__(self) -> None:
        """Sort the roles and compute the signature once."""
        object.__setattr__(self, "roles", tuple(sorted(set(self.roles))))
        object.__setattr__(self, "kinds", self.kinds | set(self.roles))
        values = (self.office_id, self.jurisdiction_id, self.subject_id, self.purpose_id)
        present = (value is not None for value in values)
        object.__setattr__(self, "signature", (self.policy_version, self.roles, *present))

    @property
    def anonymous(self) -> bool:
        """Whether nobody in particular calls."""
        return self.account_id is None

    def bindings(self, today: date) -> dict[str, Any]:
        """Give the values that a scope's SQL binds: `:office`, `:jurisdiction` and so on, and `:today`."""
        return {
            "office": self.office_id,
            "jurisdiction": self.jurisdiction_id,
            "subject": self.subject_id,
            "purpose": self.purpose_id,
            "today": today,
        }

    def to_actor(self) -> Actor:
        """Give the caller as the one who acts in the ledger."""
        return Actor(
            account_id=self.account_id,
            roles=self.roles,
            office_id=self.office_id,
            jurisdiction_id=self.jurisdiction_id,
            subject_id=self.subject_id,
            token_id=self.token_id,
            policy_version=self.policy_version,
            deputy_of_id=self.deputy_of_id,
            agent_of_id=self.agent_of_id,
        )


PUBLIC = Caller(roles=("public",))
"""The anonymous public, before any epoch: use `Callers.public`, which carries the current one."""


class Verifier(Protocol):
    """What tells the claims of a token."""

    async def verify(self, token: str, *, now: datetime) -> Claims:
        """Give the claims of a token that holds now.

        Raises: TokenInvalid.
        """
        ...

    async def await_key(self, token: str, *, now: datetime) -> None:
        """Wait until the key that a token names is read, where it has to be."""
        ...


class Callers:
    """The callers of one process, with the grants of the active policy version."""

    def __init__(
        self,
        pool: Queryable,
        verifier: Verifier,
        *,
        changes: Changes | None = None,
        telling: Collection[str] = (),
        capacity: int = 10_000,
    ) -> None:
        """Begin with nobody; `telling` are the issuers whose tokens may tell which subject somebody is."""
        self.epoch = 0
        self.grants = Grants(0, {})
        self.public = PUBLIC
        self.merged = NONE
        """What names merged subjects, as of the epoch."""
        self._pool = pool
        self._verifier = verifier
        self._changes = changes
        self._telling = frozenset(telling)
        self._capacity = capacity
        self._known: OrderedDict[tuple[bytes, str | None, str | None], tuple[Caller, datetime, Bound]] = OrderedDict()
        self._versions: OrderedDict[int, tuple[tuple[PolicyLine, ...], Grants]] = OrderedDict()
        self._refreshing = asyncio.Lock()
        self._refreshed = 0
        self._ticks = itertools.count(1)

    async def resolve(
        self,
        authorization: str | None,
        purpose: str | None,
        *,
        office: str | None = None,
        sender: Sender | None = None,
        now: datetime,
    ) -> Caller:
        """Give the caller of a request from its headers Authorization, Renxin-Purpose and Renxin-Office.

        No Authorization is the anonymous public, for whom the other two say nothing. `office` is an office's
        global id or code, the global id of an agent's or deputy's principal, or "none"; without it the oldest
        assignment decides, one of its own before those as deputy. `sender` tells how the request was sent, for tokens that are bound.
        Raises: TokenInvalid; PersonDiffers; NoRole; OfficeNotHeld; PurposeUnknown; PurposeNotGranted.
        """
        if authorization is None:
            return self.public
        key = (digest_of(authorization), purpose, office)
        scheme, token = _token(authorization)
        known = self._known.get(key)
        if known is not None and known[0].epoch == self.epoch and now < known[1]:
            self._known.move_to_end(key)
            await require_sender(known[2], sender, self._pool, scheme=scheme, token=token, now=now)
            if known[0].not_linked is None or not await self._was_linked_since(token, now):
                return known[0]
        claims = await self._verifier.verify(token, now=now)
        account, bound = await self._account(claims, now)
        await require_sender(bound, sender, self._pool, scheme=scheme, token=token, now=now)
        caller = await self._signed_in(account, claims, purpose, office, now)
        self._known[key] = caller, _until(caller, claims, now), bound
        if len(self._known) > self._capacity:
            self._known.popitem(last=False)
        return caller

    async def await_key(self, authorization: str | None, *, now: datetime) -> None:
        """Wait until an issuer has given the key that a token names, where it has to be asked; refuses nothing.

        So that who waits for an issuer that is slow takes the place of nobody else.
        """
        if authorization is not None:
            with suppress(TokenInvalid):
                await self._verifier.await_key(_token(authorization)[1], now=now)

    async def refresh(self) -> None:
        """Read the epoch and the active policy version again; drop what was kept under another epoch.

        Calls that wait for each other share one reading, as long as it began after each of them.
        Raises: AuthorityMissing; PolicyInvalid for rows that are no policy: what was active stays in
        `grants`, and the fence keeps refusing it.
        """
        called = next(self._ticks)
        async with self._refreshing:
            if self._refreshed > called:
                return
            began = next(self._ticks)
            epoch, version = await read_epoch(self._pool)
            merged = await read_merged(self._pool) if epoch != self.epoch else self.merged
            grants = await self._grants(version)
            if (epoch, version) != (self.epoch, self.grants.version):
                self._known.clear()
                self.epoch, self.grants, self.merged = epoch, grants, merged
                self.public = replace(PUBLIC, epoch=epoch, policy_version=version)
            self._refreshed = began

    async def warm(self) -> None:
        """Expand the versions that may become active next, so that no request waits for it when one does.

        They are those that wait for their decision and those that were active last, to which officers may go back:
        the lines of the latter come as a new version, but are known by then.
        Raises: PolicyInvalid for rows that are no policy.
        """
        for row in await self._pool.fetch(_MAY_COME, VERSIONS_KEPT // 2):
            await self._grants(row["number"])

    def grants_of(self, caller: Caller) -> Grants:
        """Give the grants of the policy version that the caller was resolved under; it may be replaced since.

        A plan is cached under the caller's signature, so it must be made from these and from no others.
        """
        known = self._versions.get(caller.policy_version)
        return known[1] if known else self.grants

    async def lines_of(self, caller: Caller) -> tuple[PolicyLine, ...]:
        """Give the lines of the policy version that the caller was resolved under."""
        lines, _ = await self._version(caller.policy_version)
        return lines

    async def _grants(self, version: int) -> Grants:
        _, grants = await self._version(version)
        return grants

    async def _version(self, version: int) -> tuple[tuple[PolicyLine, ...], Grants]:
        """Give the lines of a policy version and what they grant, expanded beside the requests that go on."""
        if version not in self._versions:
            lines = await read_lines(self._pool, version)
            self._versions[version] = lines, await expanded_beside(version, lines)
            if len(self._versions) > VERSIONS_KEPT:
                self._forget()
        return self._versions[version]

    def _forget(self) -> None:
        """Forget the version expanded longest ago that is not the one in force."""
        del self._versions[next(version for version in self._versions if version != self.grants.version)]

    async def of_account(self, account_id: UUID, purpose: str | None, *, office: str | None, today: date) -> Caller:
        """Give the caller that an account would be today with these headers, for explanations; nothing is kept.

        An account without any role, or suspended, is a caller without any; one that its issuer's tokens may link to a
        subject, and do not, is the public.
        Raises: OfficeNotHeld; PurposeUnknown; PurposeNotGranted.
        """
        account = await read_account_by_id(self._pool, account_id, today=today)
        try:
            if account.suspended:
                raise NoRole
            return await self._called(account, purpose, office, today)
        except NoRole:
            found = Caller(
                roles=(), account_id=account_id, epoch=account.epoch, policy_version=account.policy_version,
                suspended=account.suspended,
            )  # fmt: skip
        if account.suspended or account.issuer not in self._telling:
            return found
        why = await why_not_linked(self._pool, account_id)
        return replace(found, roles=PUBLIC.roles, account_id=None, not_linked=why, unlinked_id=account_id)

    async def _account(self, claims: Claims, now: datetime) -> tuple[Snapshot, Bound]:
        """Read the account of a token anew, and what the token is bound to.

        Raises: TokenInvalid.
        """
        await note_clock(self._pool, claims, now=now)
        account = await read_account(self._pool, claims, today=local_day(now))
        if account.revoked:
            raise TokenInvalid(Fault.REVOKED)
        if account.suspended:
            raise TokenInvalid(Fault.SUSPENDED)
        return account, Bound(claims.key, claims.certificate, account.binding)

    async def _signed_in(
        self, account: Snapshot, claims: Claims, purpose: str | None, office: str | None, now: datetime
    ) -> Caller:
        """Give the caller that an account is, under the epoch of its snapshot; one without any role may become a subject.

        Raises: PersonDiffers; NoRole; OfficeNotHeld; PurposeUnknown; PurposeNotGranted.
        """
        await self._require_person(account, claims, now)
        said = claims.given.subject
        try:
            caller = await self._called(account, purpose, office, local_day(now))
        except NoRole:
            if said is None or self._changes is None:
                raise
            found = await self._linked(self._changes, claims, said, purpose, office, now)
            return replace(found, unlinked_id=account.account_id) if found.not_linked else found
        if said is not None and not said.assured and account.is_subject_by_rule and "subject" in caller.roles:
            return replace(self.public, not_linked=LinkNotAssured, unlinked_id=account.account_id)
        return replace(caller, token_id=claims.token_id)

    async def _require_person(self, account: Snapshot, claims: Claims, now: datetime) -> None:
        """Require that an account is that of the person whom its token names, if any; where nobody knows whose, it is now.

        Raises: PersonDiffers.
        """
        told, known = claims.given.person, account.person
        if told is None:
            return
        if account.unnamed and account.account_id and self._changes is not None:
            async with self._changes() as session:
                known = await enter_person(Transaction(session, now, SIGN_IN), account.account_id, claims)
        if known not in (None, told):
            raise PersonDiffers(account=account.account_id and f"Account:{account.account_id}")

    async def _was_linked_since(self, token: str, now: datetime) -> bool:
        """Tell whether who was served as the public may be a subject by now, as another process has linked the account.

        A sign-in that links somebody moves no epoch, as it would make every process forget everybody.
        Raises: TokenInvalid.
        """
        account, _ = await self._account(await self._verifier.verify(token, now=now), now)
        return bool(account.assignments)

    async def _linked(
        self, changes: Changes, claims: Claims, said: Sought, purpose: str | None, office: str | None, now: datetime
    ) -> Caller:
        """Link an account to the subject that its token names (`said`), and give the caller it is then, or the public and why.

        Raises: OfficeNotHeld; PurposeUnknown; PurposeNotGranted.
        """
        try:
            with suppress(asyncpg.UniqueViolationError):  # another process was faster
                async with changes() as session:
                    await link_by_rule(Transaction(session, now, SIGN_IN), claims, said)
            account, _ = await self._account(claims, now)
            caller = await self._called(account, purpose, office, local_day(now))
        except LinkRefused as refused:
            return replace(self.public, not_linked=type(refused))
        except NoRole:
            return replace(self.public, not_linked=LinkByHand)
        return replace(caller, token_id=claims.token_id)

    async def _called(self, account: Snapshot, purpose: str | None, office: str | None, today: date) -> Caller:
        if account.epoch != self.epoch:
            await self.refresh()
        grants = await self._grants(account.policy_version)
        held = account.holding(office, grants)
        caller = _caller(account, held, grants)
        if purpose is None:
            return caller
        item = await read_purpose(self._pool, purpose, held, grants, today=today)
        if item is None:
            return caller
        return replace(caller, purpose_id=item["id"], purpose_code=item["code"], purpose_name=item["name"])


_MAY_COME = """
(SELECT number FROM policy_version WHERE state IN ('proposed', 'approved') ORDER BY number DESC LIMIT $1)
UNION ALL
(SELECT number FROM policy_version WHERE state = 'superseded' ORDER BY superseded_at DESC LIMIT 2)
"""


def _caller(account: Snapshot, held: Holding, grants: Grants) -> Caller:
    return Caller(
        kinds=grants.kinds_of(held.roles),
        account_id=account.account_id,
        roles=held.roles,
        office_id=held.office_id,
        jurisdiction_id=held.jurisdiction_id,
        subject_id=held.principal_id or account.subject_id,
        agent_of_id=held.principal_id,
        epoch=account.epoch,
        policy_version=account.policy_version,
        display=account.display,
        deputy_of_id=held.deputy_of_id,
        deputy_of=held.deputy_of,
        deputy_until=held.until,
    )


def _until(caller: Caller, claims: Claims, now: datetime) -> datetime:
    """Give the instant from which a caller is read anew."""
    until = min(claims.held_until, _end_of(local_day(now)))
    return min(until, now + LINK_AGAIN) if caller.not_linked else until


def _end_of(today: date) -> datetime:
    """Give the instant at which a day in China ends, and with it what was assigned until that day."""
    return datetime.combine(today + timedelta(days=1), time.min, CHINA).astimezone(UTC)


def _token(authorization: str) -> tuple[str, str]:
    """Take scheme and token out of the header; the scheme may be written in any case (RFC 9110 section 11.1)."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() not in ("bearer", "dpop"):
        raise TokenInvalid(Fault.SCHEME)
    return scheme.lower(), token.strip(" ")
