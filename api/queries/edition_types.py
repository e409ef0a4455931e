"""What is told of kinds of catalogues and lists, of what two editions differ in, and of what one derives from.

The GraphQL types alone; how they are found is `api.queries.editions`' matter.
Source: 厦门1, 4, 7, 11; 海沧8; 上海7, 13.
"""

from __future__ import annotations

from datetime import date

import strawberry


@strawberry.type(description="A field 字段 of the items of a kind.")
class EditionField:
    code: str = strawberry.field(description="Its code.")
    name: str = strawberry.field(description="Its name in Chinese.")
    kind: str = strawberry.field(
        description="What it holds: text, texts, integer, boolean, date, choice or choices of `values`, address, office, offices,"
        " severity, or data_items."
    )
    required: bool = strawberry.field(description="Whether it must be given.")
    values: list[str] = strawberry.field(description="The words it may hold; none where it is free.")
    refers: str | None = strawberry.field(description="Whose codes it names: the shape of another list; null for none.")
    note: str = strawberry.field(description="What it says.")


@strawberry.type(description="A kind of catalogue 目录 or list 清单 that a text orders, and its edition on a day.")
class EditionKind:
    code: str = strawberry.field(description="Its code within the division.")
    name: str = strawberry.field(description="Its name in the words of the text.")
    group: str | None = strawberry.field(description="The group it belongs to, e.g. 三清单 (上海7); null for none.")
    kept_by: str = strawberry.field(description="Who keeps it: credit_office for the division, or each office its own.")
    citation: str = strawberry.field(description="Document and clause 依据 that order it.")
    quote: str = strawberry.field(description="Words of the document.")
    reading: str | None = strawberry.field(description="Our reading 解读, where the text leaves room.")
    due: date | None = strawberry.field(description="By when the text orders it; null where none is set.")
    submitted_to: str | None = strawberry.field(
        description="Who it is handed to 报送; null where the text names nobody."
    )
    extends: bool = strawberry.field(
        description="Whether the division may add to the list of the division above, whose text it is (上海13)."
    )
    fields: list[EditionField] = strawberry.field(description="The fields of its items.")
    status: str = strawberry.field(
        description="says; none_set where no edition holds on the day; not_loaded where the text's own is not held."
    )
    edition: strawberry.ID | None = strawberry.field(
        description="Global id of the division's edition that holds on the day; null for none, or where offices keep it."
    )
    item_count: int | None = strawberry.field(description="How many items that edition has.")


@strawberry.type(description="A field 字段 that two editions say otherwise of an item.")
class EditionFieldChange:
    field: str = strawberry.field(description="Code of the field.")
    name: str = strawberry.field(description="Its name in Chinese.")
    before: str | None = strawberry.field(description="What the first says, as in a CSV file; null for nothing.")
    after: str | None = strawberry.field(description="What the second says; null for nothing.")


@strawberry.type(description="An item 条目 in which two editions differ, or do not.")
class EditionItemDifference:
    code: str = strawberry.field(description="Code of the item.")
    name: str = strawberry.field(description="Its name.")
    changes: list[EditionFieldChange] = strawberry.field(description="The fields that differ; none where it is whole.")


@strawberry.type(description="What two editions differ in 版本差异, as rows and in words.")
class EditionDifference:
    before: strawberry.ID = strawberry.field(description="Global id of the first edition.")
    after: strawberry.ID = strawberry.field(description="Global id of the second edition.")
    added: list[EditionItemDifference] = strawberry.field(description="Items that only the second has 新增.")
    removed: list[EditionItemDifference] = strawberry.field(description="Items that only the first has 取消.")
    changed: list[EditionItemDifference] = strawberry.field(description="Items that both have and say otherwise 变更.")
    unchanged: list[EditionItemDifference] = strawberry.field(description="Items that both have alike 未变.")
    words: str = strawberry.field(description="The same in a sentence.")
    words_zh: str = strawberry.field(description="The same in Chinese.")


@strawberry.type(description="What an edition made of the one of the division above on which it is based (海沧8).")
class EditionDerivation:
    status: str = strawberry.field(
        description="says; not_loaded where the text names a catalogue of the division above that is not held, or was not"
        " named; none_set where its text asks for none."
    )
    from_edition: strawberry.ID | None = strawberry.field(description="Global id of the edition it is based on.")
    succeeded_by: strawberry.ID | None = strawberry.field(
        description="Global id of the edition of the division above that holds in its place 上级目录已更新, or has been approved"
        " to hold after it, from the first day of this one or from today, whichever is later; null while there is none."
    )
    succeeded_on: date | None = strawberry.field(
        description="First day of the edition that succeeds: to come, where this division still has time to follow; null"
        " where none succeeds, or it holds from the beginning."
    )
    taken_over: list[EditionItemDifference] = strawberry.field(description="Items taken over as they are 沿用.")
    changed: list[EditionItemDifference] = strawberry.field(description="Items taken over and changed 修订.")
    left_out: list[EditionItemDifference] = strawberry.field(description="Items left out 未采用.")
    own: list[EditionItemDifference] = strawberry.field(description="Items of its own 自有.")
