"""The tally of quality says how it was counted: what another version of the software counted is counted anew.

Until now figures that a version mended stayed as they were until a record changed.
"""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("renxin", "0057_alike_by_index")]

    initial = False

    operations = [
        ops.AddField(
            model_name="QualityCount",
            name="counted_by",
            field=fields.TextField(
                null=True, description="Digest of how it was counted; null for a count that did not say.", unique=False
            ),
        )
    ]
