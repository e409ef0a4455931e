"""Kinds of credit report: about whom, where, from which GraphQL document, with which notes.

In charge of reading them from `report_kinds/`: a new kind is a table in `kinds.toml` and a document beside it.
Refuses a kind that does not exist, is not about this kind of subject, or is not offered there.
Source: 厦门4, 25; 海沧4, 5; 《公共信用信息报告标准》 (two kinds: organisation and person).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from domain.errors import InvalidInput

FOLDER = Path(__file__).with_name("report_kinds")


class ReportKindUnknown(InvalidInput):
    """There is no such kind of report: name one of the kinds that the schema lists."""

    code = "REPORT_KIND_UNKNOWN"
    zh = "没有该种类的报告：请使用接口所列的报告种类。"


class ReportKindNotForSubject(InvalidInput):
    """This kind of report is not about this kind of subject: people and organisations have different ones."""

    code = "REPORT_KIND_NOT_FOR_SUBJECT"
    zh = "该种类的报告不适用于此类主体：请分别选用自然人或法人和其他组织的报告。"


class ReportKindNotOffered(InvalidInput):
    """The rulebook of this division does not provide for this kind of report."""

    code = "REPORT_KIND_NOT_OFFERED"
    zh = "本地规则未规定出具该种类的报告。"


@dataclass(frozen=True, slots=True)
class ReportKind:
    """A kind of credit report."""

    code: str
    name: str
    english: str
    about_person: bool
    document: str
    """The GraphQL document of its content; its variable `subject` is the global id of the subject."""
    statement: bool
    """Whether it states that nothing, or how much, speaks against the subject."""
    jurisdictions: tuple[str, ...]
    """Divisions in which it is offered; empty for all."""
    clauses: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A remark that a report makes about itself, in Chinese and English."""

    code: str
    zh: str
    en: str


@cache
def report_kinds() -> Mapping[str, ReportKind]:
    """Give all kinds by code."""
    return {row["code"]: _kind(row) for row in _data()["kind"]}


@cache
def report_notes() -> Mapping[str, Note]:
    """Give all notes by code."""
    return {code: Note(code, row["zh"], row["en"]) for code, row in _data()["notes"].items()}


def require_kind(code: str, *, about_person: bool, jurisdiction: str) -> ReportKind:
    """Give the kind of a code for a subject in a division.

    Raises: ReportKindUnknown; ReportKindNotForSubject; ReportKindNotOffered.
    """
    kind = report_kinds().get(code)
    if kind is None:
        raise ReportKindUnknown
    if kind.about_person != about_person:
        raise ReportKindNotForSubject
    if kind.jurisdictions and jurisdiction not in kind.jurisdictions:
        raise ReportKindNotOffered
    return kind


def _kind(row: Mapping[str, Any]) -> ReportKind:
    return ReportKind(
        code=row["code"],
        name=row["name"],
        english=row["english"],
        about_person=row["subject"] == "person",
        document=(FOLDER / row["document"]).read_text(encoding="utf-8"),
        statement=row["statement"],
        jurisdictions=tuple(row["jurisdictions"]),
        clauses=tuple(row["clauses"]),
        notes=tuple(row["notes"]),
    )


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "kinds.toml").read_text(encoding="utf-8"))
