"""Metrics in the text format of Prometheus: counts and sizes of one process, nothing about anybody.

In charge of what `/metrics` tells. Refuses everybody unless the setting lets them in: by default nobody, else this
machine only, or whoever reaches the port. With several processes each tells of itself, under its number.
Source: Prometheus text exposition format 0.0.4.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from ipaddress import ip_address

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.execution.service import Service
from api.pushing.platform import PlatformNotConnected, connected
from domain.delivery.deliveries import backlog
from domain.errors import DomainError

OFF, LOOPBACK = "off", "loopback"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Sample = tuple[str, float]


def metrics_routes(service: Service) -> list[Route]:
    """Give the route of the metrics, unless they are off."""

    async def metrics(request: Request) -> Response:
        if service.settings.metrics == LOOPBACK and not _is_loopback(request):
            return Response(status_code=403)
        return Response(
            written(service) + await push_written(service),
            media_type=None,
            headers={"content-type": CONTENT_TYPE, "cache-control": "no-store"},
        )

    return [] if service.settings.metrics == OFF else [Route("/metrics", metrics, methods=["GET"])]


def written(service: Service) -> str:
    """Write all metrics of this process."""
    return "".join(_family(*one) for one in _families(service)) + _durations(service)


async def push_written(service: Service) -> str:
    """Write the metrics of the push, which are the database's and of all workers together; none while it is away.

    Of events there is only told where a platform is connected: the others wait for one that is not here.
    """
    try:
        gauges = await _push_gauges(service)
    except DomainError:
        return ""
    return "".join(_family(name, "gauge", description, _one(value)) for name, description, value in gauges)


async def _push_gauges(service: Service) -> tuple[tuple[str, str, float], ...]:
    """Give name, description and value of each.

    Raises: DatabaseAway; TooBusy.
    """
    name, description = (
        "push_connected",
        "Whether the account of the credit platform is set and holds its role: 1 or 0.",
    )
    try:
        platform = await connected(service, service.clock())
    except PlatformNotConnected:
        return ((name, description, 0),)
    found = await backlog(service.database, jurisdiction=platform.jurisdiction)
    age = (service.clock() - found.oldest_at).total_seconds() if found.oldest_at else 0.0
    return (
        (name, description, 1),
        ("push_waiting", "Events that the credit platform has not receipted yet.", found.waiting),
        ("push_dead", "Events that need somebody: dead letters of the push.", found.dead),
        ("push_oldest_seconds", "Age of the oldest event that waits; 0 where none does.", max(0.0, age)),
    )


def _families(service: Service) -> Iterator[tuple[str, str, str, Iterable[Sample]]]:
    gate, database, metering = service.gate, service.database, service.metering
    yield "requests_total", "counter", "Answers at /graphql by HTTP status.", _by("status", service.statuses)
    yield (
        "turned_away_total",
        "counter",
        "Requests and connections turned away because there were too many.",
        _one(gate.turned_away),
    )
    yield (
        "quota_refusals_total",
        "counter",
        "Requests refused by a quota, by what it counts.",
        _by("counted", metering.refused),
    )
    yield (
        "callers_refused_total",
        "counter",
        "Requests refused for who calls, by reason.",
        _by("reason", service.refusals.by_reason),
    )
    yield "requests_under_way", "gauge", "Requests under way.", _one(gate.under_way)
    yield "requests_limit", "gauge", "How many may be under way now.", _one(gate.limit)
    yield (
        "sessions",
        "gauge",
        "Sessions with the database: of the pool, free or lent, and pipelines.",
        _by("state", {"free": database.free, "lent": database.lent, "pipeline": len(database.pipelines)}),
    )
    yield "sessions_waiting", "gauge", "Requests that wait for a session.", _one(database.waiting)
    yield "database_faults_total", "counter", "Faults of the database, by kind.", _by("kind", database.faults)
    yield "documents_kept", "gauge", "Documents kept parsed.", _one(len(service.documents))
    yield "plans_kept", "gauge", "Plans kept.", _one(len(service.plans.kept))
    yield "authority_epoch", "gauge", "Epoch of authority that this process knows.", _one(service.callers.epoch)
    yield "policy_version", "gauge", "Policy version that this process knows.", _one(service.callers.grants.version)
    yield "start_time_seconds", "gauge", "When the process started.", _one(service.started_at)


def _family(name: str, kind: str, description: str, samples: Iterable[Sample]) -> str:
    lines = "".join(f"renxin_{name}{labels} {value:.15g}\n" for labels, value in samples)
    return f"# HELP renxin_{name} {description}\n# TYPE renxin_{name} {kind}\n{lines}"


def _durations(service: Service) -> str:
    gate, name = service.gate, "renxin_request_seconds"
    lines, count = [], 0
    for bound, number in zip((*gate.BOUNDS, "+Inf"), gate.durations, strict=True):
        count += number
        lines.append(f'{name}_bucket{{process="{os.getpid()}",le="{bound}"}} {count}\n')
    lines.append(f'{name}_sum{{process="{os.getpid()}"}} {gate.seconds:.15g}\n')
    lines.append(f'{name}_count{{process="{os.getpid()}"}} {count}\n')
    return f"# HELP {name} How long requests take.\n# TYPE {name} histogram\n" + "".join(lines)


def _one(value: float) -> list[Sample]:
    return [(f'{{process="{os.getpid()}"}}', value)]


def _by(label: str, values: object) -> list[Sample]:
    assert isinstance(values, dict)
    return [(f'{{process="{os.getpid()}",{label}="{key}"}}', values[key]) for key in sorted(values)]


def _is_loopback(request: Request) -> bool:
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False
