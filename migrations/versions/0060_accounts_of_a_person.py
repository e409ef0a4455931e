"""The accounts of a person are found by an index: by whoever signs in under another issuer, and by every step that two take."""

from tortoise import migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("renxin", "0059_violations_told_by_listings")]

    initial = False

    operations = [ops.AddIndex(model_name="Account", index=Index(fields=["person"], name="account_by_person"))]
