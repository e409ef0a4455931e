"""Deliveries that are due are found place by place: those of a place without a platform wait, and must cost nothing."""

from tortoise import migrations
from tortoise.migrations import operations as ops

DUE = """
DROP INDEX delivery_waiting;
CREATE INDEX delivery_waiting ON delivery (jurisdiction_id, next_at, id) INCLUDE (at) WHERE state = 'waiting';
"""
BACK = """
DROP INDEX delivery_waiting;
CREATE INDEX delivery_waiting ON delivery (next_at, id) INCLUDE (at) WHERE state = 'waiting';
"""


class Migration(migrations.Migration):
    dependencies = [("renxin", "0031_deliveries")]

    initial = False

    operations = [ops.RunSQL(DUE, BACK)]
