"""The demonstration: invented subjects, records, lists, consents and callers, so that every query tells something.

In charge of loading it once, in one transaction. Everything in it is invented and says so (虚构); every date
follows the present, every id and code is the same on every machine. Loading it again does nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from api.demo.attachments import attach_all
from api.demo.batches import open_batches
from api.demo.callers import CALLERS, DemoCaller, ensure_callers
from api.demo.commitments import commit_all
from api.demo.editions import keep_lists
from api.demo.exams import enter_exams
from api.demo.exemptions import exempt_some
from api.demo.grade_facts import record_grade_facts
from api.demo.grades import grade_some
from api.demo.lists import list_all
from api.demo.matters import drawn_deeds
from api.demo.measures import apply_some
from api.demo.merges import merge_some
from api.demo.name_warnings import warn_once
from api.demo.names import demo_id
from api.demo.objections import object_to_some
from api.demo.progress import report_once
from api.demo.providers import entrust_some
from api.demo.publicity import tell_of_culture
from api.demo.records import enact
from api.demo.removals import remove_some
from api.demo.repairs import repair_some
from api.demo.rights import enter_partners, file_requests, give_consents, note_accesses, report_breaches
from api.demo.scene import Scene
from api.demo.self_reports import tell_some
from api.demo.stories import EXAMPLE, told_deeds
from api.demo.subjects import enter_subjects, link_representatives
from api.demo.tour import PUBLIC, TOUR
from api.demo.warnings import warn_of_some
from api.demo.ways import walk_all
from domain.calendar import WorkingCalendar
from domain.connection import Connection
from domain.rulebook.model import Rulebooks
from domain.vault import Vault

__all__ = ["CALLERS", "PUBLIC", "TOUR", "DemoCaller", "demo_id", "ensure_callers", "is_loaded", "load_demo"]

_LOCK: Final = 0x44454D4F  # "DEMO"


async def is_loaded(connection: Connection) -> bool:
    """Tell whether the demonstration is in the database."""
    return bool(await connection.fetchval("SELECT EXISTS (SELECT FROM subject WHERE id = $1)", EXAMPLE.id))


async def load_demo(
    connection: Connection,
    *,
    vault: Vault,
    books: Rulebooks,
    calendar: WorkingCalendar,
    now: datetime,
    issuer: str,
) -> None:
    """Load the demonstration, unless it is there; the rows of the rulebooks must be installed.

    `issuer` is whose tokens the demonstration callers carry.
    """
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        if await is_loaded(connection):
            return
        scene = Scene(connection=connection, vault=vault, books=books, calendar=calendar, now=now)
        await enter_subjects(scene)
        await link_representatives(scene)
        await enter_partners(scene)
        accounts = await ensure_callers(connection, issuer, now)
        scene = replace(
            scene, accounts={(one.roles[0], one.office): accounts[one.sub] for one in CALLERS if one.office}
        )
        enacted = [await enact(scene, deed) for deed in (*await told_deeds(scene), *await drawn_deeds(scene))]
        await list_all(scene, enacted)
        await open_batches(scene)
        await remove_some(scene)
        await repair_some(scene)
        await walk_all(scene)
        await exempt_some(scene)
        await tell_of_culture(scene)
        await entrust_some(scene)
        await attach_all(scene)
        await commit_all(scene)
        await object_to_some(scene)
        await enter_exams(scene)
        await tell_some(scene)
        await warn_once(scene)
        await merge_some(scene)
        await apply_some(scene)
        await grade_some(scene)
        await warn_of_some(scene)
        await record_grade_facts(scene)
        await keep_lists(scene)
        await report_once(scene)
        await give_consents(scene)
        await file_requests(scene)
        await note_accesses(scene)
        await report_breaches(scene)
