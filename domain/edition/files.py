"""Editions as files: TOML with what the edition says of itself, or CSV of its items; the same bytes there and back.

In charge of reading with the line of every item and field, and of writing one text for one content. Refuses a file
that is no TOML or CSV, naming the line. Source: RFC 4180; TOML 1.0.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from domain.edition.items import Given, ordered
from domain.edition.refusals import EditionUnreadable
from domain.edition.shape import LISTS, FieldRule, Shape
from domain.given_toml import read_toml
from domain.text import as_handed_in, inert

FORMATS: Final = ("toml", "csv")
LONGEST_FILE: Final = 2_000_000
_BOM: Final = "\ufeff"
_ITEM: Final = re.compile(r"\s*\[\[\s*item\s*\]\]\s*(#.*)?")
_KEY: Final = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*)\s*=")
_AT_LINE: Final = re.compile(r"at line (\d+)")


def read_file(shape: Shape, text: str, written: str) -> tuple[dict[str, Any], list[Given]]:
    """Read a file in one of `FORMATS`; give what the edition says of itself, and its items.

    Raises: EditionUnreadable.
    """
    if len(text) > LONGEST_FILE or "\x00" in text:
        raise EditionUnreadable(line=1)
    plain = text.removeprefix(_BOM)
    return _read_toml(plain) if written == "toml" else ({}, _read_csv(shape, plain))


def write_file(shape: Shape, head: Mapping[str, Any], items: Sequence[Mapping[str, Any]], written: str) -> str:
    """Write an edition in one of `FORMATS`; `items` have code, name and the fields of the shape."""
    return _write_toml(shape, head, items) if written == "toml" else _write_csv(shape, items)


def head_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a file says of an edition itself."""
    return {
        "kind": row["kind"],
        "jurisdiction": row["jurisdiction_id"],
        "label": row["label"],
        "title": row["title"],
        "source": row["source"],
        "basis": row["basis"],
        "valid_from": row["valid_from"],
        "valid_to": row["valid_to"],
    }


def of_cells(shape: Shape, cells: Mapping[str, str]) -> dict[str, Any]:
    """Give the values of an item whose fields are written as in a CSV file; data items that are no JSON stay text."""
    values: dict[str, Any] = dict(cells)
    for code, field in shape.by_code.items():
        if field.kind == "data_items" and cells.get(code, "").strip():
            try:
                values[code] = json.loads(cells[code])
            except (ValueError, RecursionError):
                continue
    return values


def _read_toml(text: str) -> tuple[dict[str, Any], list[Given]]:
    try:
        raw = read_toml(text)
    except ValueError as fault:
        found = _AT_LINE.search(str(fault))
        line = int(found.group(1)) if found else text.count("\n") + 1
        raise EditionUnreadable(line=line) from None
    head, rows = raw.get("edition", {}), raw.get("item", [])
    lines = list(_lines_of_items(text))
    shaped = isinstance(head, dict) and isinstance(rows, list) and all(isinstance(row, dict) for row in rows)
    if not shaped or raw.keys() - {"edition", "item"} or len(lines) != len(rows):
        raise EditionUnreadable(line=1)
    return head, [Given(line, row, keys) for (line, keys), row in zip(lines, rows, strict=True)]


def _lines_of_items(text: str) -> Iterator[tuple[int, dict[str, int]]]:
    """Find the line on which each item and each of its keys stands; what is inside a long string is passed over."""
    found: tuple[int, dict[str, int]] | None = None
    inside: str | None = None
    for number, line in enumerate(text.split("\n"), start=1):
        if inside is None:
            if _ITEM.fullmatch(line):
                if found is not None:
                    yield found
                found = (number, {})
            elif found is not None and (key := _KEY.match(line)):
                found[1].setdefault(key.group(1), number)
        inside = _inside(line, inside)
    if found is not None:
        yield found


def _inside(line: str, inside: str | None) -> str | None:
    """Tell in which kind of long string, if in any, a line ends that begins in `inside`."""
    place = 0
    while place < len(line):
        if inside is not None:
            end = line.find(inside, place)
            if end < 0:
                return inside
            place, inside = end + 3, None
        elif line.startswith(('"""', "'''"), place):
            inside, place = line[place : place + 3], place + 3
        elif line[place] in "\"'":
            place = _end_of_string(line, place)
        elif line[place] == "#":
            return None
        else:
            place += 1
    return inside


def _end_of_string(line: str, place: int) -> int:
    quote, place = line[place], place + 1
    while place < len(line) and line[place] != quote:
        place += 2 if quote == '"' and line[place] == "\\" else 1
    return place + 1


def _read_csv(shape: Shape, text: str) -> list[Given]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    given: list[Given] = []
    header: list[str] | None = None
    before = 0
    try:
        for row in reader:
            line, before = before + 1, reader.line_num
            if header is None:
                header = [_column(shape, cell.strip()) for cell in row]
                _require_header(shape, header)
            elif any(cell.strip() for cell in row):
                given.append(_row_of(shape, header, row, line))
    except csv.Error:
        raise EditionUnreadable(line=before + 1) from None
    if header is None:
        raise EditionUnreadable(line=1)
    return given


def _column(shape: Shape, head: str) -> str:
    """Give the code of a column that may be headed by its name in Chinese."""
    return next(
        (one.code for one in shape.fields if one.name == head), {"代码": "code", "名称": "name"}.get(head, head)
    )


def _require_header(shape: Shape, header: Sequence[str]) -> None:
    known = {"code", "name", *shape.by_code}
    if len(set(header)) < len(header) or not {"code", "name"} <= set(header) or set(header) - known:
        raise EditionUnreadable(
            "The first line names the fields, by code or name: code, name and those of the kind, each once.",
            zh="首行应为字段代码或名称：code（代码）、name（名称）及该类字段，各一次。",
            line=1,
            fields=["code", "name", *shape.by_code],
        )


def _row_of(shape: Shape, header: Sequence[str], row: Sequence[str], line: int) -> Given:
    if len(row) != len(header):
        raise EditionUnreadable(line=line)
    return Given(line, of_cells(shape, dict(zip(header, map(as_handed_in, row), strict=True))), {})


def _write_csv(shape: Shape, items: Sequence[Mapping[str, Any]]) -> str:
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    columns = ["code", "name", *shape.by_code]
    table.writerow(columns)
    table.writerows([inert(cell(shape.by_code.get(key), item.get(key))) for key in columns] for item in items)
    return written.getvalue()


def cell(field: FieldRule | None, value: Any) -> str:
    if value is None:
        return ""
    if field is not None and field.kind in LISTS:
        return "|".join(value)
    if field is not None and field.kind == "data_items":
        return json.dumps([ordered(one) for one in value], ensure_ascii=False, separators=(",", ":"))
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _write_toml(shape: Shape, head: Mapping[str, Any], items: Sequence[Mapping[str, Any]]) -> str:
    lines = ["[edition]", *(f"{key} = {_literal(value)}" for key, value in head.items() if value is not None)]
    for item in items:
        lines += ["", "[[item]]"]
        for key in ("code", "name", *shape.by_code):
            if item.get(key) is not None:
                lines.append(f"{key} = {_literal(item[key])}")
    return "\n".join(lines) + "\n"


def _literal(value: Any) -> str:
    """Write a value as TOML; text as JSON writes it, which TOML reads the same way."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        value = ordered(value)
        return "{ " + ", ".join(f"{key} = {_literal(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_literal(one) for one in value) + "]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)
