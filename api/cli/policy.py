"""`renxin policy …`: policies from the command line, under the same authority as over HTTP.

In charge of who acts: an officer, told by an access token (RENXIN_TOKEN, or --as with the built-in issuer), so that
two officers are two here too; or the operator of the machine, who appoints the first two and dismisses one. A file is examined and
the invariants are listed without token and database. Exit codes: 0 done, 1 refused or not passed, 2 used wrongly.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import asyncpg

from api.cli.given_files import Misuse
from api.cli.policy_arguments import BY_OPERATOR
from api.cli.policy_officer import ACTIONS, DONE, MISUSED, REFUSED, Officer, Refused, read_text
from api.cli.policy_telling import say, tell_example, tell_failing, tell_finding, tell_invariant, tell_verdict
from api.config.settings import Settings
from api.execution.service import Service
from api.postgres.address import current_database
from api.process.assembly import assemble, sign_in
from api.process.issuing import builtin_issuer
from api.queries.policy_review import classes_of_objects
from authz.examination import Examination, examine
from authz.first_officers import appoint, dismiss
from authz.grants import default_grants, expand
from authz.holdings import Holdings
from authz.invariants import invariants
from authz.lines import PolicyLine, faults, read
from authz.lint import Finding, lint, lint_faults
from authz.versions import accept_text
from authz.words import told
from domain.clock import system_clock
from domain.errors import DomainError

LARGEST_BODY = 16_777_216


def policy_command(settings: Settings, given: argparse.Namespace) -> int:
    """Carry out one action; give the exit code."""
    return refused_by(lambda: _carry_out(settings, given))


def refused_by(work: Callable[[], int]) -> int:
    """Do some work, and tell why it was refused or could not begin; give the exit code."""
    try:
        return work()
    except Misuse as misuse:
        sys.stderr.write(f"{misuse}\n")
        return MISUSED
    except DomainError as error:
        sys.stderr.write(f"{error.code}: {error}\n{error.message_zh}\n")
        return REFUSED


def _carry_out(settings: Settings, given: argparse.Namespace) -> int:
    if given.action == "invariants":
        return _invariants()
    if given.action == "lint" and not given.what.isdecimal():
        return _lint_file(Path(given.what))
    if given.action == "lint":
        given.version = int(given.what)
    with current_database(settings) as url:
        if given.action in BY_OPERATOR:
            return asyncio.run(_as_operator(settings, url, given))
        token = token_of(settings, given)
        wide = replace(settings, max_body_bytes=LARGEST_BODY, trusted_only=())
        action = ACTIONS[given.action]
        return asyncio.run(as_officer(assemble(wide, url), token, lambda officer: action(officer, given)))


# -- without a database


def _lint_file(path: Path) -> int:
    lines = read(accept_text(read_text(path)))
    found, findings = _examined(lines)
    for finding in findings:
        if finding.line is not None:  # who holds what is not known here
            tell_finding(finding.severity, finding.line, finding.text, finding.zh)
    for breach in found.breaches:
        rule = breach.invariant
        tell_invariant(rule.id, rule.says, rule.says_zh, rule.source, broken=True)
        for example in breach.examples:
            tell_example(*told(example.cell), ((line.number, line.text) for line in example.lines))
    for case in found.cases:
        if not case.holds:
            tell_failing(case.line, case.sentence, expected=case.expected)
    tell_verdict(found.passed)
    return DONE if found.passed else REFUSED


def _examined(lines: Sequence[PolicyLine]) -> tuple[Examination, list[Finding]]:
    wrong = tuple(faults(lines))
    if wrong:
        return Examination(wrong), lint_faults(lines)
    grants, shipped = expand(0, lines), default_grants()
    nobody = Holdings((), {}, {})
    return examine(lines, grants, shipped, shipped), lint(lines, grants, nobody, classes_of_objects())


def _invariants() -> int:
    for one in invariants():
        tell_invariant(one.id, one.says, one.says_zh, one.source, broken=False)
    return DONE


# -- as the operator


async def _as_operator(settings: Settings, url: str, given: argparse.Namespace) -> int:
    """Appoint or dismiss an officer; give the exit code."""
    named, now = {"issuer": given.issuer or settings.public_url, "sub": given.sub}, system_clock()
    connection = await asyncpg.connect(url)
    try:
        if given.action == "appoint":
            account = await appoint(
                connection, sign_in(settings), **named, display=given.display, role=given.role, now=now
            )
            say(f"Account:{account} holds {given.role} 已授予.")
        else:
            ended = await dismiss(connection, **named, reason=given.reason, now=now)
            say(f"{given.sub}: {ended} ended 已解除.")
    finally:
        await connection.close()
    return DONE


# -- as an officer


def token_of(settings: Settings, given: argparse.Namespace) -> str:
    """Give the token of the officer who acts.

    Raises: Misuse.
    """
    if given.officer:
        issuer = builtin_issuer(settings)
        if issuer is None:
            raise Misuse("--as needs the built-in issuer; with a real database set RENXIN_TOKEN 请设置 RENXIN_TOKEN.")
        return issuer.mint(given.officer, client_id="renxin-cli", lifetime=timedelta(minutes=10), now=system_clock())
    token = os.environ.get("RENXIN_TOKEN")
    if not token:
        raise Misuse("Who acts? Set RENXIN_TOKEN to an access token, or use --as 请设置 RENXIN_TOKEN 或使用 --as.")
    return token


async def as_officer(service: Service, token: str, action: Callable[[Officer], Awaitable[int]]) -> int:
    """Do something in the name of an officer, and tell why it was refused; give the exit code."""
    logging.getLogger("renxin.access").addHandler(logging.NullHandler())  # what it would say is told below
    try:
        await service.callers.refresh()
        return await action(Officer(service, token))
    except Refused as refused:
        for line in refused.told():
            sys.stderr.write(f"{line}\n")
        return REFUSED
    finally:
        await service.database.close()
