"""Asking for batches as somebody: mutations by name, entries that have come as far as is wanted."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any
from uuid import UUID

from domain.clock import local_day
from domain.installation_rows import credit_list_id, office_id
from tests.client import Client
from tests.removals.ground import BOOKS, Ground

XINXIANG = "410700"
WAGES = "wage_arrears_illegal_employment_grade"
_extras = itertools.count(1)


def list_id(jurisdiction: str, code: str) -> str:
    """Give the global id of a list."""
    return f"CreditList:{credit_list_id(BOOKS.heads[jurisdiction], code)}"


async def do(client: Client, caller: str | None, name: str, **given: Any) -> dict[str, Any]:
    """Carry out a mutation; give its payload, or the extensions of its refusal under `refused`."""
    kind = {
        "openListBatch": "OpenListBatchInput", "fillListBatch": "FillListBatchInput", "submitListBatch": "SubmitListBatchInput",
        "returnListBatch": "ReasonListBatchInput", "withdrawListBatch": "ReasonListBatchInput",
        "publishListBatch": "PublishListBatchInput", "attachToListBatch": "AttachToListBatchInput",
    }[name]  # fmt: skip
    query = f"""mutation ($input: {kind}!) {{ {name}(input: $input) {{ receipts listBatch {{
      id state number caseDuty caseStatus dueOn timeliness afterPeriod round basis }} }} }}"""
    answer = await client.send(query, {"input": given}, caller=caller)
    if answer.get("errors"):
        return {"refused": answer["errors"][0]["extensions"], "code": answer["errors"][0]["extensions"]["code"]}
    payload: dict[str, Any] = answer["data"][name]
    return {**payload, "code": None}


async def opened(client: Client, *, caller: str = "xx-clerk", code: str = "black", **more: Any) -> str:
    """Open an extra batch of the first quarter of 2026, which there may be any number of."""
    given = {"creditList": list_id(XINXIANG, code), "domain": WAGES, "year": 2026, "period": 1}
    made = await do(client, caller, "openListBatch", **given, extraReason=f"专项行动{next(_extras)}", **more)
    assert made["code"] is None, made
    ident: str = made["listBatch"]["id"]
    return ident


async def entry(
    ground: Ground, code: str = "black", *, state: str = "decided", person: bool = False, **more: Any
) -> str:
    """Make an entry of Xinxiang's labour inspection that has come so far."""
    subject = more.pop("subject_id", None) or await ground.subject(XINXIANG, person=person)
    before = ground.now - timedelta(days=20)
    values = {
        "state": state,
        "domain": WAGES,
        "published_at": None,
        "publisher_id": office_id(XINXIANG, "XYB"),
        "collected_at": before,
        "entered_on": local_day(before),
        "decided_on": local_day(before) if state in ("decided", "submitted") else None,
        **more,
    }
    made = await ground.entry(XINXIANG, code, "JCZD", subject, **values)
    return f"ListEntry:{made}"


async def carries_case(client: Client, ground: Ground, batch: str, *, caller: str = "xx-clerk", **more: Any) -> None:
    """Attach a report and a picture to a batch."""
    office = office_id(XINXIANG, "JCZD")
    for part, media in (("REPORT", "application/pdf"), ("PICTURE", "image/png")):
        draft = await ground.attachment(caller, office=office)
        await ground.connection.execute(
            "UPDATE attachment SET media_type = $1, disclosure = 'internal' WHERE id = $2",
            media,
            UUID(draft.partition(":")[2]),
        )
        made = await do(client, caller, "attachToListBatch", listBatch=batch, attachment=draft, part=part, **more)
        assert made["code"] is None, made


async def states(ground: Ground, entries: list[str]) -> list[str]:
    """Give the states of entries."""
    return [(await ground.row("list_entry", one))["state"] for one in entries]
