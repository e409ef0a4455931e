"""What two editions differ in: items that were added, removed, changed field by field, as rows and in words.

In charge of comparing by code, and of what a district's edition made of the one it derives from: taken over, changed,
left out, of its own. Refuses editions of different fields. Source: 厦门7; 海沧8 (根据市目录修订完善); 上海7 (动态调整).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain.edition.items import Item
from domain.edition.shape import Shape


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that two editions say otherwise of one item."""

    field: str
    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class ItemChange:
    """An item that both editions have, and what they say otherwise of it."""

    code: str
    name: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of the items of one edition in another."""

    added: tuple[Item, ...]
    removed: tuple[Item, ...]
    changed: tuple[ItemChange, ...]
    unchanged: tuple[Item, ...]

    @property
    def words(self) -> str:
        """Say it in English."""
        return (
            f"{len(self.added)} added, {len(self.removed)} removed, {len(self.changed)} changed,"
            f" {len(self.unchanged)} unchanged."
        )

    @property
    def words_zh(self) -> str:
        """Say it in Chinese."""
        parts = [
            f"新增{len(self.added)}项{_named(self.added)}",
            f"取消{len(self.removed)}项{_named(self.removed)}",
            f"变更{len(self.changed)}项{_named(self.changed)}",
            f"未变{len(self.unchanged)}项",
        ]
        return "；".join(parts) + "。"


def difference(shape: Shape, before: Sequence[Item], after: Sequence[Item]) -> Difference:
    """Compare two editions of one shape by the codes of their items."""
    older, newer = {one.code: one for one in before}, {one.code: one for one in after}
    changes = {code: _changes(shape, older[code], one) for code, one in newer.items() if code in older}
    return Difference(
        added=tuple(one for code, one in newer.items() if code not in older),
        removed=tuple(one for code, one in older.items() if code not in newer),
        changed=tuple(ItemChange(code, newer[code].name, found) for code, found in changes.items() if found),
        unchanged=tuple(newer[code] for code, found in changes.items() if not found),
    )


def _changes(shape: Shape, before: Item, after: Item) -> tuple[FieldChange, ...]:
    told: list[FieldChange] = []
    if before.name != after.name:
        told.append(FieldChange("name", "名称", before.name, after.name))
    for field in shape.fields:
        older, newer = before.content.get(field.code), after.content.get(field.code)
        if older != newer:
            told.append(FieldChange(field.code, field.name, older, newer))
    return tuple(told)


def _named(items: Sequence[Item | ItemChange]) -> str:
    """Name up to five items in brackets."""
    if not items:
        return ""
    names = "、".join(one.name for one in items[:5])
    return f"（{names}{'等' if len(items) > 5 else ''}）"
