"""What the explorer page is given: where to send queries, whom to be, and a tour."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from api.demo.callers import CALLERS
from api.demo.tour import PUBLIC, TOUR
from api.execution.service import Service

TOKEN_LIFETIME = timedelta(hours=12)


def explorer_config(service: Service) -> dict[str, Any]:
    """Give the configuration of the page; demonstration callers only where the demonstration runs."""
    config: dict[str, Any] = {"endpoint": "/graphql", "callers": [], "tour": []}
    if service.settings.demo and service.issuer is not None:
        config["callers"] = [_public(), *(_caller(service, one) for one in CALLERS)]
        config["tour"] = [dict(step) for step in TOUR]
    return config


def _public() -> dict[str, Any]:
    return {"name": PUBLIC, "role": "public", "description": "未登录的公众 the anonymous public", "token": None}


def _caller(service: Service, caller: Any) -> dict[str, Any]:
    assert service.issuer is not None
    token = service.issuer.mint(caller.sub, client_id="explorer", lifetime=TOKEN_LIFETIME, now=service.clock())
    return {"name": caller.sub, "role": ",".join(caller.roles), "description": caller.display, "token": token}
