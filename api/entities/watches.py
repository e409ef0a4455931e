"""Entities of what the credit office keeps an eye on: watches with their feed, major events, monitoring figures."""

from __future__ import annotations

from api.declaring.entity import (
    HISTORY,
    OWNER_IS_PERSON,
    Column,
    Entity,
    Enums,
    Filter,
    Many,
    One,
    Shape,
    computed,
    entity,
    flag,
    newest,
    one_of,
    ref,
)
from api.declaring.roots import Root, RootMany, by_id
from api.entities.ledger import ROW_ID
from domain.event.major_event import MAJOR_EVENT_STATES, MajorEvent
from domain.oversight.monitoring_figure import MonitoringFigure
from domain.privacy import Declared, Privacy
from domain.warning.watch import CHANGES, STANDS, WATCH_KINDS, Watch

ENUMS: Enums = {
    "WatchKind": (
        "What is watched: KEY_FIELD 重点领域, KEY_PROJECT 重点招商项目, KEY_ENTERPRISE 重点企业 (海沧14).",
        WATCH_KINDS,
    ),
    "MajorEventState": (
        "State of a major dishonesty event: REPORTED 已登记, HANDLED 已处置, FED_BACK 已反馈 (海沧15).",
        MAJOR_EVENT_STATES,
    ),
}
"""Enumerations of the room: description and values."""

ROOTS: dict[str, Root] = {
    "watch": by_id("Watch", "watch 动态监测"),
    "watches": RootMany(
        "Watch", "Watches 动态监测 over key fields, projects and enterprises, for the credit office (海沧14)."
    ),
    "watchedChanges": RootMany(
        "WatchedChange", "What changed under the watches of your place, latest first: the feed 监测变化 (海沧14)."
    ),
    "majorEvent": by_id("MajorEvent", "major dishonesty event 重大失信事件"),
    "majorEvents": RootMany("MajorEvent", "Major dishonesty events 重大失信事件 within your authority (海沧15)."),
    "monitoringFigure": by_id("MonitoringFigure", "figure 监测数据 of the city's credit monitoring"),
    "monitoringFigures": RootMany(
        "MonitoringFigure", "Figures 城市信用监测数据 of the city's credit monitoring, as sources gave them (海沧11)."
    ),
}
"""Where a selection may start."""

_OPEN = Declared(Privacy.OPEN)


def _watched_change() -> Entity:
    """Declare the change under a watch, which no table keeps: it is read from the ledger."""
    return Entity(
        name="WatchedChange",
        noun="watched_change",
        table=CHANGES,
        description="A change 监测变化 of something shared about what is watched: when, what, by which office; no content.",
        key="uuid",
        columns={
            "at": Column("at", Shape.INSTANT, False, _OPEN, "When it happened.", type="DateTime"),
            "object": Column("object", Shape.TEXT, False, _OPEN, "What changed: the noun, e.g. credit_record."),
            "verb": Column("verb", Shape.TEXT, False, _OPEN, "What was done, e.g. publish."),
            "objectId": computed(
                ROW_ID, Shape.TEXT, "Global id of the row: ask `node` for it, under your own authority.", type="ID"
            ),
        },
        ones={
            "watch": One("Watch", "watch_id", False, "The watch."),
            "subject": One("Subject", "subject_id", True, "The organisation the row is about."),
            "office": One("Office", "office_id", True, "The office that did it."),
            "jurisdiction": One("Jurisdiction", "jurisdiction_id", False, "The division."),
        },
        manys={},
        orders=newest("at", "change"),
        filters={
            "jurisdiction": ref("Jurisdiction", "jurisdiction_id", "jurisdictions"),
            "office": ref("Office", "office_id", "offices"),
            "subject": ref("Subject", "subject_id", "subjects"),
            "watch": ref("Watch", "watch_id", "watches"),
            "object": one_of("object", "nouns, e.g. credit_record."),
            "verb": one_of("verb", "verbs, e.g. publish."),
        },
        about_person=None,
        person=None,
    )


def declare() -> tuple[Entity, ...]:
    """Declare the entities of this room."""
    return (
        _watch(),
        _watched_change(),
        _major_event(),
        _monitoring_figure(),
    )


def _watch() -> Entity:
    return entity(
        Watch,
        enums={"kind": "WatchKind"},
        extra={"inForce": computed(STANDS, Shape.BOOLEAN, "Whether it stands today.", type=bool)},
        manys=HISTORY | {"changes": Many("WatchedChange", "watch_id", "What changed under it: the feed 监测变化.")},
        orders=newest("entered_at", "entry"),
        filters={
            "kind": one_of("kind", "kinds.", "WatchKind"),
            "inForce": flag(STANDS, "Only what is watched today, or only the rest."),
        },
    )


def _major_event() -> Entity:
    return entity(
        MajorEvent,
        enums={"state": "MajorEventState"},
        manys=HISTORY,
        orders=newest("reported_at", "report"),
        filters={
            "state": one_of("state", "states.", "MajorEventState"),
            "source": one_of("source", "sources, as the rulebook names them."),
        },
        about_person="about_person",
        person=OWNER_IS_PERSON,
    )


def _monitoring_figure() -> Entity:
    return entity(
        MonitoringFigure,
        manys=HISTORY,
        orders=newest("on_day", "day"),
        filters={
            "indicator": one_of("indicator", "indicators."),
            "source": one_of("source", "sources."),
            "inForce": flag("{t}.replaced_at IS NULL", "Only figures that hold, or only replaced ones."),
            "from": Filter("{t}.on_day >= {v}", "date", "Only figures for this day or later.", "Date"),
            "to": Filter("{t}.on_day <= {v}", "date", "Only figures for this day or earlier.", "Date"),
        },
    )
