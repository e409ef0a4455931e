"""Who signs in to an account whose person nobody entered is entered by it, as its token tells."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("renxin", "0066_numbers_free_again")]

    initial = False

    operations = [
        ops.RunSQL(
            "GRANT UPDATE (person) ON account TO renxin_app", "REVOKE UPDATE (person) ON account FROM renxin_app"
        )
    ]
