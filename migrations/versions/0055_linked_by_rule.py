"""Assignments of subjects by rule: a sign-in that tells which subject it is. The request role never enters an operator's."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint

from migrations.together import Together

TWO_OFFICERS = "(proposed_by_id IS NOT NULL AND (state IN ('proposed', 'rejected') OR approved_by_id IS NOT NULL))"
CHECKS = {
    "assignment_origin_is_known": "origin IN ('operator', 'officer', 'rule')",
    "assignment_has_two_officers": f"origin <> 'officer' OR {TWO_OFFICERS}",
    "assignment_by_rule_is_of_a_subject": "origin <> 'rule' OR role = 'subject'",
}
RIGHTS = """
GRANT INSERT (subject_id) ON account TO renxin_app;
GRANT INSERT (origin) ON assignment TO renxin_app;
ALTER TABLE assignment ENABLE ROW LEVEL SECURITY;
CREATE POLICY assignment_is_read ON assignment FOR SELECT USING (true);
CREATE POLICY assignment_is_changed ON assignment FOR UPDATE USING (true);
CREATE POLICY assignment_by_operator_is_the_owners ON assignment FOR INSERT WITH CHECK (origin <> 'operator');
"""
RIGHTS_BACK = """
DROP POLICY assignment_by_operator_is_the_owners ON assignment;
DROP POLICY assignment_is_changed ON assignment;
DROP POLICY assignment_is_read ON assignment;
ALTER TABLE assignment DISABLE ROW LEVEL SECURITY;
REVOKE INSERT (origin) ON assignment FROM renxin_app;
REVOKE INSERT (subject_id) ON account FROM renxin_app;
"""


class Migration(migrations.Migration):
    dependencies = [("renxin", "0054_counted_by_index")]

    initial = False

    operations = [
        Together(
            ops.RemoveConstraint(model_name="Assignment", name="assignment_origin_is_known", fields=None),
            ops.RemoveConstraint(model_name="Assignment", name="assignment_has_two_officers", fields=None),
        ),
        Together(
            *(
                ops.AddConstraint(model_name="Assignment", constraint=CheckConstraint(check=check, name=name))
                for name, check in CHECKS.items()
            )
        ),
        ops.RunSQL(RIGHTS, RIGHTS_BACK),
    ]
