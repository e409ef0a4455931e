"""How PostgreSQL goes about a statement: which scans it chose for a table, and how often they left the index."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import asyncpg

from tests.bench.cases import Statement
from tests.bench.load import SESSION, as_text


async def scans(url: str, statement: Statement, table: str) -> list[str]:
    """Give the scans of a table that took place in a statement under the plan that requests get, the generic one."""
    values = ", ".join(f"'{as_text(value)}'" for value in statement.values)
    session = await asyncpg.connect(url, server_settings=SESSION)
    try:
        await session.execute(f"PREPARE asked AS {statement.text}")
        explained = await session.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE asked({values})")
    finally:
        await session.close()
    nodes = _nodes(json.loads(explained)[0]["Plan"])
    return [_told(node) for node in nodes if node.get("Relation Name") == table and node["Actual Loops"]]


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for inner in node.get("Plans", ()):
        yield from _nodes(inner)


def _told(node: dict[str, Any]) -> str:
    told = f"{node['Node Type']} on {node.get('Index Name', 'the table')}"
    return told + (f" (rows read from the table: {node['Heap Fetches']})" if "Heap Fetches" in node else "")
