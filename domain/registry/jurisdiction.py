"""Jurisdictions: the administrative divisions whose rulebooks run in this service, and those above them."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from domain.privacy import column, reference


class Jurisdiction(Model):
    """An administrative division 行政区划 with a rulebook of its own, or one above such a division."""

    id: str = column(
        fields.CharField, "Division code 行政区划代码 (GB/T 2260), e.g. 350200.", max_length=6, primary_key=True
    )
    name: str = column(fields.TextField, "Name of the division, e.g. 厦门市.")
    level: str = column(fields.TextField, "Level: nation, province, city or district.")
    parent = reference("renxin.Jurisdiction", "The division directly above this one.", null=True)

    class Meta:
        table = "jurisdiction"
