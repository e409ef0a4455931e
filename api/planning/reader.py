"""Who reads, as far as a plan depends on it: what is open to a role, in which scopes and how clear; the rest is refused."""

from __future__ import annotations

from dataclasses import dataclass, replace

from authz import rows
from authz.grants import Grants
from authz.vocabulary import Level, Scope
from domain.errors import DomainError, Forbidden
from domain.privacy import Privacy


class FieldForbidden(Forbidden):
    """Your role may not read this field's rows: ask your security officer which grant it needs."""

    code = "FORBIDDEN"


class PurposeRequired(DomainError):
    """Name the purpose of the request: send an application item's code in the header Renxin-Purpose."""

    code = "PURPOSE_REQUIRED"
    zh = "请说明查询用途：在请求头 Renxin-Purpose 中填写应用事项代码。"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, as far as a plan depends on it: grants, roles, and which of the caller's bindings have a value."""

    grants: Grants
    roles: tuple[str, ...]
    present: frozenset[str]
    counted: bool = False
    """Whether the reader has a quota of subjects."""

    def scopes(self, noun: str, action: str) -> tuple[Scope, ...]:
        """Give the scopes open to the reader: those granted whose bindings have a value."""
        return tuple(
            scope
            for scope in self.grants.scopes(self.roles, noun, action)
            if self.present.issuperset(rows.NEEDS.get(scope, ()))
            and rows.predicate(rows.target(noun, action), scope) != "FALSE"
        )

    def level(self, privacy: Privacy, scope: Scope) -> Level:
        """Give the reader's clearance for a privacy class on rows in a scope."""
        return self.grants.level(self.roles, privacy, scope)

    def required(self, noun: str, action: str = "read") -> tuple[Scope, ...]:
        """Give the scopes in which the reader may do the action on the noun's rows.

        Raises: PurposeRequired where naming a purpose would open a scope; FieldForbidden where nothing would.
        """
        self._require_purpose(noun)
        found = self.scopes(noun, action)
        if not found:
            with_purpose = replace(self, present=self.present | {"purpose"})
            if with_purpose.scopes(noun, action):
                raise PurposeRequired
            raise FieldForbidden(noun=noun, action=action)
        return found

    def to_count(self, noun: str) -> tuple[Scope, ...]:
        """Give the scopes in which the reader may count the noun's rows: those to read or to count.

        Raises: PurposeRequired; FieldForbidden.
        """
        counted = self.scopes(noun, "count")
        if not counted:
            return self.required(noun)
        self._require_purpose(noun)
        readable = self.scopes(noun, "read")
        return tuple(scope for scope in Scope if scope in {*counted, *readable})

    def _require_purpose(self, noun: str) -> None:
        """Refuse a reader who asks for somebody's credit data without naming the purpose that it must name."""
        needed = noun in rows.PURPOSE_NEEDED and "purpose" not in self.present
        if needed and not self.grants.scopes(self.roles, "request", "omit_purpose"):
            raise PurposeRequired
