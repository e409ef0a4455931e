"""`renxin account link`, `agent`, `unlink`, `person` and `partner`: what the operator of the machine enters, without a token.

In charge of turning the words of the command line into what `authz.linked_accounts` and `authz.partners` do, as the owner of the
database. An identity number never stands in a command line: `-` reads it from standard input. Refuses what that refuses.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg

from api.cli.given_files import Misuse, place_for_refused
from api.cli.links_file import link_rows, read_rows, told, write_refused
from api.cli.policy_officer import DONE, REFUSED
from api.cli.policy_telling import say
from api.config.settings import Settings
from api.postgres.database import keep_days
from api.postgres.database_keys import open_vault
from authz import linked_accounts
from authz.partners import enter_partner
from authz.told_person import correct_person, digest_of_person
from domain.clock import local_day, system_clock
from domain.connection import Connection
from domain.identifiers import is_resident_id


class RowsRefused(Exception):
    """Some rows of a file were refused; the message says how many."""


async def enter(settings: Settings, url: str, given: argparse.Namespace) -> int:
    """Carry out one action; give the exit code: 1 when rows of a file were refused."""
    connection = await asyncpg.connect(url)
    await keep_days(connection)
    try:
        say(await _DOING[given.action](connection, settings, given, system_clock()))
    except RowsRefused as refused:
        say(str(refused))
        return REFUSED
    finally:
        await connection.close()
    return DONE


async def _link(connection: Connection, settings: Settings, given: argparse.Namespace, now: datetime) -> str:
    if given.file is not None:
        return await _link_all(connection, settings, given, now)
    if None in (given.sub, given.code, given.display):
        raise Misuse("Name sub, code and --display, or a --file 请指明 sub、code 和 --display，或者 --file。")
    subject = await _subject(connection, settings, given.code)
    account = await linked_accounts.link_subject(
        connection, **_account(settings, given), display=given.display, subject_id=subject, now=now
    )
    return f"Account:{account} is Subject:{subject} 已对应本人."


async def _link_all(connection: Connection, settings: Settings, given: argparse.Namespace, now: datetime) -> str:
    """Link what a file lists.

    Raises: RowsRefused when a row was refused; the others are linked.
    """
    if given.sub is not None:
        raise Misuse("Name one account or a file, not both 请指明一个账号或者一个文件。")
    place = place_for_refused(given.refused, handed_in=Path(given.file))
    linked, refused = await link_rows(
        connection, open_vault(settings), read_rows(given.file), issuer=given.issuer or settings.public_url, now=now
    )
    summary = f"{linked} linked 已对应, {len(refused)} refused 退回."
    if not refused:
        return summary
    if place:
        write_refused(place, refused)
    say("\n".join(map(told, refused)))
    raise RowsRefused(summary)


async def _agent(connection: Connection, settings: Settings, given: argparse.Namespace, now: datetime) -> str:
    subject = await _subject(connection, settings, given.code)
    first = given.from_on or local_day(now)
    made = await linked_accounts.appoint_agent(
        connection, **_account(settings, given), display=given.display, principal_id=subject, from_on=first,
        to_on=given.to_on, now=now,
    )  # fmt: skip
    return f"Assignment:{made} acts for Subject:{subject} {first}..{given.to_on or ''} 已委托."


async def _unlink(connection: Connection, settings: Settings, given: argparse.Namespace, now: datetime) -> str:
    ended = await linked_accounts.end_links(connection, **_account(settings, given), reason=given.reason, now=now)
    return f"{given.sub}: {ended} ended 已解除."


async def _person(connection: Connection, settings: Settings, given: argparse.Namespace, now: datetime) -> str:
    digest = digest_of_person(open_vault(settings), _number(given.person))
    account = await correct_person(connection, **_account(settings, given), person=digest, reason=given.reason, now=now)
    return f"Account:{account} belongs to the person named 已更正使用人."


async def _partner(connection: Connection, settings: Settings, given: argparse.Namespace, now: datetime) -> str:
    jurisdiction, _, code = given.office.partition(".")
    if not code:
        raise Misuse(f"An office is written <jurisdiction>.<code> 单位应写作 <区划>.<代码>: {given.office}")
    office = await enter_partner(
        connection, jurisdiction=jurisdiction, code=code, name=given.name, purposes=tuple(given.purpose),
        from_on=given.from_on or local_day(now), to_on=given.to_on, now=now,
    )  # fmt: skip
    return f"Office:{office} {', '.join(given.purpose)} 已登记."


_DOING: Mapping[str, Callable[[Connection, Settings, argparse.Namespace, datetime], Awaitable[str]]] = {
    "link": _link,
    "agent": _agent,
    "unlink": _unlink,
    "person": _person,
    "partner": _partner,
}


def _account(settings: Settings, given: argparse.Namespace) -> dict[str, Any]:
    return {"issuer": given.issuer or settings.public_url, "sub": given.sub}


async def _subject(connection: Connection, settings: Settings, code: str) -> Any:
    return await linked_accounts.subject_named(connection, open_vault(settings), _number(code))


def _number(word: str) -> str:
    """Give the number that a word of the command line is, or `-` stands for.

    Raises: Misuse for an identity number in it.
    """
    if is_resident_id(word):
        raise Misuse(
            "An identity number does not stand in a command line: write - and hand it in 身份证号请从标准输入提供."
        )
    return sys.stdin.readline().strip() if word == "-" else word
