"""Mutation of monitoring figures: loaded as their source gives them."""

from __future__ import annotations

from datetime import date

import strawberry

from api.commands.inputs import KEY, optional, required
from api.execution.mutation import Changed, Work, mutation
from domain.oversight import monitoring_figure


@strawberry.input(description="A figure 监测数据 as its source gives it (海沧11).")
class LoadMonitoringFigureInput:
    source: str = required("Whose figure it is.")
    indicator: str = required("Name of the indicator, as the source calls it.")
    on: date = required("Day for which it holds.")
    value: str = required("The figure, as a decimal number.")
    unit: str = required("Its unit, as the source gives it.")
    client_mutation_id: str | None = optional(KEY)


@mutation(
    "loadMonitoringFigure",
    noun="monitoring_figure",
    verb="load",
    input=LoadMonitoringFigureInput,
    payload={"monitoringFigure": "MonitoringFigure"},
)
async def load_monitoring_figure(work: Work, given: LoadMonitoringFigureInput) -> Changed:
    """Load a figure of the city's credit monitoring; one for the same indicator, source and day is replaced (海沧11)."""
    scopes = work.scopes("monitoring_figure", "load")
    office_id, jurisdiction_id = work.place()
    figure = monitoring_figure.Figure(
        source=given.source, indicator=given.indicator, on=given.on, value=given.value, unit=given.unit
    )
    made = await monitoring_figure.load(
        work.tx, work.job.service.books, figure, office_id=office_id, jurisdiction=jurisdiction_id
    )
    await work.require("monitoring_figure", made, scopes)
    return Changed({"monitoringFigure": made})
