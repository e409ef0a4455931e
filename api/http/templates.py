"""Templates of catalogue items: `GET /templates/<id>.xlsx` and `.csv`, an empty sheet to fill in and hand in.

Who may read the catalogue item may have its template. Refuses an item that is not there, another form than these two,
and information that a procedure of its own enters. Source: 厦门7, 8.
"""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.execution.service import Service
from api.http.routes import PRIVATE, answered, credentials_of, read_row
from api.planning import bind
from domain.clock import local_day
from domain.credit import terms
from domain.credit.item import load_item_of
from domain.credit.refusals import RecordHasProcedure
from domain.errors import InvalidInput, NotFound
from domain.files.media import XLSX
from domain.oversight.item_sheet import columns_of
from domain.oversight.template import csv_template, xlsx_template

_CSV: Final = "text/csv; charset=utf-8"


def template_routes(service: Service) -> list[Route]:
    """Give the route of templates."""

    async def template(request: Request) -> Response:
        return await answered(_template(service, request))

    return [Route("/templates/{name}", template, methods=["GET"])]


async def _template(service: Service, request: Request) -> Response:
    ident, _, form = str(request.path_params["name"]).rpartition(".")
    ident = f"CatalogueItem:{ident.removeprefix('CatalogueItem:')}"
    try:
        item_id = bind.local_id(ident, "CatalogueItem")
    except InvalidInput:
        raise NotFound from None
    row = await read_row(service, credentials_of(service, request), _ITEM, {"id": ident})
    if row["node"] is None or form not in ("csv", "xlsx"):
        raise NotFound
    async with service.database.session() as session:
        item = await load_item_of(session, item_id, office_id=None)
    today = local_day(service.clock())
    described = terms.described_by(service.books, item, today)
    if described is not None and described.through is not None:
        raise RecordHasProcedure(noun=described.through)
    columns = list(columns_of(service.books, item, on=today))
    cited = terms.citation(service.books, item)
    division = service.books.jurisdictions[item.jurisdiction_id].name
    made = csv_template(columns) if form == "csv" else xlsx_template(item, columns, division=division, citation=cited)
    headers = {"content-disposition": f'attachment; filename="{item.code}-{item.jurisdiction_id}.{form}"', **PRIVATE}
    return Response(made, media_type=_CSV if form == "csv" else XLSX, headers=headers)


_ITEM: Final = "query ($id: ID!) { node(id: $id) { ... on CatalogueItem { id } } }"
