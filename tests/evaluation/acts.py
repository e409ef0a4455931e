"""What people of the evaluating offices do over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tests.client import Client
from tests.removals.ground import Ground

SHOWN = "id state value previousValue inForce method pushOrdered disclosure announcementZh answer"
PROPOSE = f"mutation ($input: ProposeGradeInput!) {{ proposeGrade(input: $input) {{ receipts grade {{ {SHOWN} }} }} }}"
REGISTER = """mutation ($input: RegisterSupervisedSubjectsInput!) {
  registerSupervisedSubjects(input: $input) { codes { place outcome } } }"""
OPEN = """mutation ($input: OpenIntegrityArchivesInput!) {
  openIntegrityArchives(input: $input) { opened { scheme count } } }"""
BASIS = "日常巡查及书面审查情况"


def step(verb: str) -> str:
    """Write the mutation of a step on a grade."""
    name = f"{verb[0].upper()}{verb[1:]}GradeInput"
    return f"mutation ($input: {name}!) {{ {verb}Grade(input: $input) {{ grade {{ {SHOWN} }} }} }}"


def proposal(subject: UUID, value: str | None = "A", scheme: str = "employer", **more: Any) -> dict[str, Any]:
    """Give the input of a proposal."""
    fixed = {"subject": f"Subject:{subject}", "scheme": scheme, "evaluatedOn": "2026-03-01", "basis": BASIS}
    return {"input": {**fixed, **({} if value is None else {"value": value}), **more}}


async def proposed(client: Client, subject: UUID, value: str = "A", caller: str = "clerk", **more: Any) -> str:
    """Propose a grade; give its id."""
    data = await client.data(PROPOSE, proposal(subject, value, **more), caller=caller)
    ident: str = data["proposeGrade"]["grade"]["id"]
    return ident


async def moved(client: Client, verb: str, grade: str, caller: str, **more: Any) -> dict[str, Any]:
    """Take a step on a grade; give it as it is shown after it."""
    data = await client.data(step(verb), {"input": {"grade": grade, **more}}, caller=caller)
    shown: dict[str, Any] = data[f"{verb}Grade"]["grade"]
    return shown


async def published(
    client: Client, subject: UUID, value: str = "A", *, by: str = "clerk", then: str = "approver", **more: Any
) -> str:
    """Propose and publish a grade; give its id."""
    grade = await proposed(client, subject, value, by, **more)
    await moved(client, "publish", grade, then)
    return grade


async def code_of(ground: Ground, subject: UUID) -> str:
    """Give the code of an organisation."""
    code: str = await ground.connection.fetchval("SELECT uscc FROM subject WHERE id = $1", subject)
    return code


async def outbox(ground: Ground, grade: str) -> list[str]:
    """List what others are told of a grade."""
    rows = await ground.connection.fetch(
        "SELECT verb FROM outbox_event WHERE object = 'grade' AND object_id = $1 ORDER BY id",
        UUID(grade.rpartition(":")[2]),
    )
    return [row["verb"] for row in rows]
