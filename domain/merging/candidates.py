"""Which pairs of organisations look like one, and by what 疑似同一主体: what nobody has proposed or decided on yet.

Read, never stored: a pair is told as long as both stand for themselves, a merge of them is possible (one kind, one credit
office), and none was proposed, refused or undone: who looked once is not asked again. Only what everybody may read is
compared, codes and names of organisations; a person's number is entered once, and a name in common tells nothing.
Source: 厦门8 (数据完整、及时、准确), 9; 上海7; GB 32100 (positions 9 to 17 stay with an organisation for life).
"""

from __future__ import annotations

from typing import Final

from domain.identifiers import ALPHABET
from domain.registry.name_warnings import plain

GROUNDS: Final = ("same_organisation_code", "code_mistyped", "same_name")
"""By what two look like one, the surest first."""

MOST: Final = 10
"""How many may bear one name, or one code but for its prefix, for that to tell anything."""

_STANDS: Final = "NOT {t}.is_person AND {t}.merged_into_id IS NULL"


def _standing(alias: str) -> str:
    return _STANDS.replace("{t}", alias)


def _alike(ground: str, key: str, *, of: str = "TRUE") -> str:
    """Write the pairs of organisations `t`, those `of` which there is a key, that agree in it.

    The keys that several bear are told by one pass over an index of theirs, and who bears them is looked up there.
    """
    shared = (
        f"SELECT {key} AS said FROM subject t WHERE {_standing('t')} AND {of}"
        f" GROUP BY {key} HAVING count(*) BETWEEN 2 AND {MOST}"
    )
    bearer = f"SELECT t.id FROM subject t WHERE {_standing('t')} AND {of} AND {key} = shared.said OFFSET 0"
    return (
        f"SELECT one.id AS one_id, other.id AS other_id, {GROUNDS.index(ground)} AS rank FROM ({shared}) shared"
        f" CROSS JOIN LATERAL ({bearer}) one CROSS JOIN LATERAL ({bearer}) other WHERE one.id < other.id"
    )


_MISTYPED: Final = f"""
SELECT least(wrong.id, meant.id), greatest(wrong.id, meant.id), {GROUNDS.index("code_mistyped")}
FROM subject wrong
CROSS JOIN LATERAL (
  SELECT overlay(wrong.uscc PLACING letter FROM place FOR 1) AS code
  FROM generate_series(1, 18) place, unnest(string_to_array('{ALPHABET}', NULL)) letter
  UNION ALL
  SELECT overlay(wrong.uscc PLACING substr(wrong.uscc, place + 1, 1) || substr(wrong.uscc, place, 1) FROM place FOR 2)
  FROM generate_series(1, 17) place
) written
JOIN subject meant ON meant.uscc = written.code AND NOT meant.uscc_lenient AND {_standing("meant")}
WHERE wrong.uscc_lenient AND {_standing("wrong")}
"""
"""A code whose check digit fails, and one whose holds and that differs from it in one character or two that changed places."""

_PLACE: Final = """
CASE WHEN one.jurisdiction_id = other.jurisdiction_id OR EXISTS (
    SELECT FROM jurisdiction below WHERE below.id = other.jurisdiction_id AND below.parent_id = one.jurisdiction_id)
  THEN one.jurisdiction_id
WHEN EXISTS (SELECT FROM jurisdiction below WHERE below.id = one.jurisdiction_id AND below.parent_id = other.jurisdiction_id)
  THEN other.jurisdiction_id END
"""
"""The division whose credit office answers for both; null where none does."""

_KEPT: Final = "(one.uscc IS NULL, one.uscc_lenient, one.registered_at) <= (other.uscc IS NULL, other.uscc_lenient, other.registered_at)"
"""Whether the first is the one to keep: with a code before without, a right one before a wrong one, then who was here first."""

TABLE: Final = f"""(SELECT * FROM (
SELECT md5(pair.one_id::text || pair.other_id::text)::uuid AS id,
  (ARRAY{list(GROUNDS)!r})[pair.rank + 1] AS ground,
  {plain("one.name")} = {plain("other.name")} AS same_name,
  CASE WHEN {_KEPT} THEN one.id ELSE other.id END AS kept_id, CASE WHEN {_KEPT} THEN other.id ELSE one.id END AS merged_id,
  greatest(one.registered_at, other.registered_at) AS entered_at, {_PLACE} AS jurisdiction_id
FROM (
  SELECT one_id, other_id, min(rank) AS rank FROM (
    {_alike("same_organisation_code", "substr(t.uscc, 9, 9)", of="t.uscc IS NOT NULL")}
    UNION ALL {_alike("same_name", f"hashtextextended({plain('t.name')}, 0)")}
    UNION ALL {_MISTYPED}
  ) found GROUP BY one_id, other_id
) pair
CROSS JOIN LATERAL (SELECT * FROM subject WHERE id = pair.one_id OFFSET 0) one
CROSS JOIN LATERAL (SELECT * FROM subject WHERE id = pair.other_id OFFSET 0) other
WHERE one.kind = other.kind
  AND (pair.rank <> {GROUNDS.index("same_name")} OR {plain("one.name")} = {plain("other.name")})
  AND NOT EXISTS (
  SELECT FROM subject_merge known WHERE known.state <> 'withdrawn'
    AND (known.kept_id, known.merged_id) IN ((pair.one_id, pair.other_id), (pair.other_id, pair.one_id)))
) possible WHERE jurisdiction_id IS NOT NULL)"""
