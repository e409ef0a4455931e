"""What the credit office keeps an eye on: watches, major dishonesty events, monitoring figures."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from migrations.together import Together
from domain.ids import new_id
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

GRANTS = """
GRANT SELECT, INSERT, UPDATE ON watch, major_event, monitoring_figure TO renxin_app;
CREATE UNIQUE INDEX monitoring_figure_holds ON monitoring_figure (jurisdiction_id, source, indicator, on_day)
WHERE replaced_at IS NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("renxin", "0040_name_warnings")]

    initial = False

    operations = [
        Together(
            ops.CreateModel(
                name="MajorEvent",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    (
                        "jurisdiction",
                        fields.ForeignKeyField(
                            "renxin.Jurisdiction",
                            source_field="jurisdiction_id",
                            description="The division of the office.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "office",
                        fields.ForeignKeyField(
                            "renxin.Office",
                            source_field="office_id",
                            description="The office that handles it.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "subject",
                        fields.ForeignKeyField(
                            "renxin.Subject",
                            source_field="subject_id",
                            null=True,
                            description="Whom it is about, where that is known.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "about_person",
                        fields.BooleanField(default=False, description="Whether that subject is a natural person."),
                    ),
                    (
                        "source",
                        fields.TextField(
                            description="Where it came from, in the words of the rulebook, e.g. 媒体曝光.", unique=False
                        ),
                    ),
                    (
                        "source_document",
                        fields.TextField(
                            description="The notice, report or inspection, by name, number and day.", unique=False
                        ),
                    ),
                    ("facts", fields.TextField(description="What is said to have happened.", unique=False)),
                    ("learned_on", fields.DateField(description="Day on which the office learned of it.")),
                    ("basis", fields.TextField(description="Document and clause.", unique=False)),
                    ("state", fields.TextField(description="Reported, handled or fed back.", unique=False)),
                    (
                        "reported_at",
                        fields.DatetimeField(description="When it was entered.", auto_now=False, auto_now_add=False),
                    ),
                    ("reported_by", fields.UUIDField(null=True, description="Account that entered it.")),
                    (
                        "handling",
                        fields.TextField(null=True, description="What was done about it; null before.", unique=False),
                    ),
                    ("handled_on", fields.DateField(null=True, description="Day on which it was handled.")),
                    ("handled_by", fields.UUIDField(null=True, description="Account that noted it.")),
                    ("fed_back_to", fields.TextField(null=True, description="To whom it was fed back.", unique=False)),
                    (
                        "feedback",
                        fields.TextField(null=True, description="What was fed back; null before.", unique=False),
                    ),
                    ("fed_back_on", fields.DateField(null=True, description="Day of the feedback.")),
                    ("fed_back_by", fields.UUIDField(null=True, description="Account that fed it back.")),
                ],
                options={
                    "table": "major_event",
                    "app": "renxin",
                    "indexes": [
                        Index(fields=["jurisdiction_id", "reported_at", "id"], name="major_event_by_jurisdiction"),
                        Index(fields=["office_id", "reported_at", "id"], name="major_event_by_office"),
                    ],
                    "pk_attr": "id",
                    "table_description": "A major dishonesty event 重大失信事件: reported, handled, fed back to its source.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="MonitoringFigure",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    (
                        "jurisdiction",
                        fields.ForeignKeyField(
                            "renxin.Jurisdiction",
                            source_field="jurisdiction_id",
                            description="The division it tells about.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "office",
                        fields.ForeignKeyField(
                            "renxin.Office",
                            source_field="office_id",
                            description="The office that loaded it.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "source",
                        fields.TextField(
                            description="Whose figure it is, e.g. the monitoring of a national centre.", unique=False
                        ),
                    ),
                    (
                        "indicator",
                        fields.TextField(description="Name of the indicator, as the source calls it.", unique=False),
                    ),
                    ("on_day", fields.DateField(description="Day for which it holds.")),
                    (
                        "value",
                        fields.TextField(
                            description="The figure as a decimal number, as the source gives it.", unique=False
                        ),
                    ),
                    ("unit", fields.TextField(description="Its unit, as the source gives it.", unique=False)),
                    (
                        "loaded_at",
                        fields.DatetimeField(description="When it was loaded.", auto_now=False, auto_now_add=False),
                    ),
                    ("loaded_by", fields.UUIDField(null=True, description="Account that loaded it.")),
                    (
                        "replaced_at",
                        fields.DatetimeField(
                            null=True,
                            description="When another was loaded in its place; null for the one that holds.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                ],
                options={
                    "table": "monitoring_figure",
                    "app": "renxin",
                    "indexes": [
                        Index(fields=["jurisdiction_id", "on_day", "id"], name="monitoring_figure_by_jurisdiction")
                    ],
                    "pk_attr": "id",
                    "table_description": "A figure 监测数据 of the city's credit monitoring: one indicator of one source on one day, as it was loaded.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="Watch",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    ("kind", fields.TextField(description="Key field, key project or key enterprise.", unique=False)),
                    ("name", fields.CharField(description="What is watched, as the office calls it.", max_length=200)),
                    (
                        "subject",
                        fields.ForeignKeyField(
                            "renxin.Subject",
                            source_field="subject_id",
                            null=True,
                            description="The enterprise, or the one that carries the project; null for a field.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "field_office",
                        fields.ForeignKeyField(
                            "renxin.Office",
                            source_field="field_office_id",
                            null=True,
                            description="The office whose field 领域 it is; null for a project or an enterprise.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "jurisdiction",
                        fields.ForeignKeyField(
                            "renxin.Jurisdiction",
                            source_field="jurisdiction_id",
                            description="The division in which changes are watched.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "office",
                        fields.ForeignKeyField(
                            "renxin.Office",
                            source_field="office_id",
                            description="The office that watches.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("reason", fields.TextField(description="Why it is watched.", unique=False)),
                    ("basis", fields.TextField(description="Document and clause of the watch.", unique=False)),
                    ("from_on", fields.DateField(description="First day of the watch.")),
                    (
                        "until_on",
                        fields.DateField(null=True, description="Last day of the watch; null while none is set."),
                    ),
                    (
                        "entered_at",
                        fields.DatetimeField(description="When it was entered.", auto_now=False, auto_now_add=False),
                    ),
                    ("entered_by", fields.UUIDField(null=True, description="Account that entered it.")),
                    (
                        "ended_at",
                        fields.DatetimeField(
                            null=True,
                            description="When it was ended before its last day.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                    ("ending_reason", fields.TextField(null=True, description="Why it was ended.", unique=False)),
                ],
                options={
                    "table": "watch",
                    "app": "renxin",
                    "indexes": [
                        Index(fields=["jurisdiction_id", "entered_at", "id"], name="watch_by_jurisdiction"),
                        Index(fields=["subject_id", "entered_at", "id"], name="watch_by_subject"),
                    ],
                    "pk_attr": "id",
                    "table_description": "A watch 动态监测 over a key field, project or enterprise, from a day to a day.",
                },
                bases=["Model"],
            ),
            ops.AddConstraint(
                "MajorEvent",
                CheckConstraint(
                    check="state IN ('reported', 'handled', 'fed_back')", name="major_event_state_is_known"
                ),
            ),
            ops.AddConstraint(
                "MajorEvent",
                CheckConstraint(
                    check="(state = 'reported') = (handling IS NULL) AND (handling IS NULL) = (handled_on IS NULL)",
                    name="major_event_handled_is_whole",
                ),
            ),
            ops.AddConstraint(
                "MajorEvent",
                CheckConstraint(
                    check="(state = 'fed_back') = (feedback IS NOT NULL AND fed_back_to IS NOT NULL AND fed_back_on IS NOT NULL)",
                    name="major_event_fed_back_is_whole",
                ),
            ),
            ops.AddConstraint(
                "MajorEvent",
                CheckConstraint(check="NOT about_person OR subject_id IS NOT NULL", name="major_event_person_is_named"),
            ),
            ops.AddConstraint(
                "Watch",
                CheckConstraint(
                    check="kind IN ('key_field', 'key_project', 'key_enterprise')", name="watch_kind_is_known"
                ),
            ),
            ops.AddConstraint(
                "Watch",
                CheckConstraint(
                    check="(kind = 'key_field') = (field_office_id IS NOT NULL) AND (field_office_id IS NULL) = (subject_id IS NOT NULL)",
                    name="watch_has_one_object",
                ),
            ),
            ops.AddConstraint("Watch", CheckConstraint(check="until_on >= from_on - 1", name="watch_days_in_order")),
            ops.AddConstraint(
                "Watch",
                CheckConstraint(check="(ended_at IS NULL) = (ending_reason IS NULL)", name="watch_ended_says_why"),
            ),
            ops.RunSQL(GRANTS, "REVOKE ALL ON major_event, monitoring_figure, watch FROM renxin_app;"),
        )
    ]
