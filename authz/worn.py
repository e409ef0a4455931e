"""Which roles an account wears: those it is assigned, and as a deputy those that its principal is assigned.

In charge of the one statement that says so. A deputy wears what the principal is assigned itself in the office that
the deputy is assigned for, while the principal is not suspended: never what the principal wears as somebody's deputy,
and never what a subject of credit information or its agent has.
"""

from __future__ import annotations

from authz.account import OF_SUBJECT


def worn(in_force: str) -> str:
    """Give the SQL of the roles worn, a row each; `in_force` is the condition of an assignment `{t}` that counts.

    A deputy's row has the id, days and account of its own assignment, and role and place of the principal's.
    """
    own, stand, theirs = (in_force.replace("{t}", name) for name in ("own", "stand", "theirs"))
    return f"""
  SELECT own.id, own.account_id, own.role, own.office_id, own.jurisdiction_id, own.subject_id, own.from_on,
         NULL::uuid AS deputy_of_id, NULL::text AS deputy_of, NULL::date AS until, own.origin = 'rule' AS by_rule
  FROM assignment own WHERE own.deputy_of_id IS NULL AND {own}
  UNION ALL
  SELECT stand.id, stand.account_id, theirs.role, theirs.office_id, theirs.jurisdiction_id, NULL, stand.from_on,
         principal.id, principal.display, stand.to_on, false
  FROM assignment stand
  JOIN account principal ON principal.id = stand.deputy_of_id AND principal.state = 'active'
  JOIN assignment theirs ON theirs.account_id = principal.id AND theirs.deputy_of_id IS NULL
    AND theirs.office_id IS NOT DISTINCT FROM stand.office_id AND {theirs}
    AND NOT {OF_SUBJECT.replace("{t}", "theirs")}
  WHERE {stand}
"""
