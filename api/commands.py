"""The mutations: their inputs, payloads and what each does, by locking its target and calling the domain."""

from __future__ import annotations

from typing import Any

import strawberry


def mutation_fields() -> dict[str, Any]:
    return {"noop": strawberry.field(resolver=_noop)}

def _noop() -> int:
    return 1
