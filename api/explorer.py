"""What the explorer page is given: where to send queries, whom to be, and a tour."""

from __future__ import annotations

from typing import Any

from api.service import Service


def explorer_config(service: Service) -> dict[str, Any]:
    """Give the configuration of the page; demonstration callers only where the demonstration runs."""
    return {"endpoint": "/graphql", "callers": [], "tour": []}
