"""The statements of a staging: what is checked, entered and carried over as a set, each a named text.

Parameters 1 to 7 of a statement that tells are what its ledger events say: instant, account, roles, office,
policy version, token and clause. Identity columns stay out of the images of subjects. Rows are written in the
order of their keys, so that two files handed in at once wait for each other and never in a circle.
"""

from __future__ import annotations

from typing import Final

from domain.decision_number import ONCE, compared
from domain.many import LEDGERED
from domain.merging.known import noted
from domain.registry.name_warnings import plain

TABLES: Final = {
    "staged_record": "{staged}",
    "staged_judgement": "judgement integer, {judged}",
    "staged_organisation": "uscc text PRIMARY KEY, name text, kind text, uscc_lenient boolean, pinyin text,"
    " subject_id uuid, known_name text",
    "staged_person": "id_index bytea PRIMARY KEY, name text, masked_name text, id_cipher bytea, masked_id_number text,"
    " subject_id uuid, known_name text",
    "staged_outcome": "line integer, record_id uuid, subject_id uuid, decision_key text, first_line integer,"
    " is_known boolean NOT NULL DEFAULT false, fault text, responsible text, known_id uuid",
    "staged_candidate": "line integer, record_id uuid",
    "staged_link": "subject_id uuid PRIMARY KEY, person_id uuid, name text, masked_name text, masked_id_number text,"
    " from_on date",
}
"""Tables of the session: rows and what the rulebook makes of them, their parties, and what became of each row."""

OPEN: Final = ";".join(
    f"CREATE TEMP TABLE IF NOT EXISTS {name} ({columns}) ON COMMIT DELETE ROWS" for name, columns in TABLES.items()
)
"""What was staged is gone with its transaction: a session that goes on to other callers keeps nothing of it."""

IS_FULL: Final = "SELECT EXISTS (SELECT FROM staged_record)"
EMPTY: Final = f"TRUNCATE {', '.join(TABLES)}"
"""For a second block of one transaction; it makes the tables' files anew, which the end of a transaction does not."""

PERSONS: Final = """
INSERT INTO staged_person
SELECT first.*, coalesce(known.merged_into_id, known.id), known.name FROM (
  SELECT DISTINCT ON (id_index) id_index, name, masked_name, id_cipher, masked_id_number FROM (
    SELECT line, id_index, name, masked_name, id_cipher, masked_id_number
    FROM staged_record WHERE faults = '{}' AND id_index IS NOT NULL
    UNION ALL
    SELECT line, representative_index, representative, representative_masked, representative_cipher, representative_id
    FROM staged_record WHERE faults = '{}' AND representative_index IS NOT NULL
  ) named ORDER BY id_index, line
) first
LEFT JOIN subject known ON known.id_index = first.id_index
"""

NAME_DISAGREES: Final = """
UPDATE staged_record refused SET faults = ARRAY[found.fault] FROM (
  SELECT staged.line, 'PERSON_NAME_DISAGREES:' || $1::text || '_XDR_ZJHM' AS fault
  FROM staged_record staged JOIN staged_person first USING (id_index)
  WHERE staged.faults = '{}' AND staged.name <> coalesce(first.known_name, first.name)
  UNION ALL
  SELECT staged.line, 'PERSON_NAME_DISAGREES:' || $1::text || '_FR_ZJHM'
  FROM staged_record staged JOIN staged_person first ON first.id_index = staged.representative_index
  WHERE staged.faults = '{}' AND staged.representative <> coalesce(first.known_name, first.name)
) found WHERE refused.line = found.line
"""

ORGANISATIONS: Final = """
INSERT INTO staged_organisation (uscc, name, kind, uscc_lenient, subject_id, known_name)
SELECT first.*, coalesce(known.merged_into_id, known.id), known.name FROM (
  SELECT DISTINCT ON (uscc) uscc, name, kind, uscc_lenient FROM staged_record
  WHERE faults = '{}' AND uscc IS NOT NULL ORDER BY uscc, line
) first
LEFT JOIN subject known ON known.uscc = first.uscc
"""

NEW_NAMES: Final = "SELECT uscc, name FROM staged_organisation WHERE subject_id IS NULL"

SPELL_NAMES: Final = """
UPDATE staged_organisation spelt SET pinyin = told.pinyin
FROM unnest($1::text[], $2::text[]) told (uscc, pinyin) WHERE spelt.uscc = told.uscc
"""

ENTER_ORGANISATIONS: Final = """
INSERT INTO subject (id, kind, is_person, jurisdiction_id, name, masked_name, name_pinyin, uscc, uscc_lenient,
                     state_owned, registered_at)
SELECT uuidv7(), first.kind, false, $10, first.name, first.name, coalesce(first.pinyin, ''), first.uscc,
       first.uscc_lenient, false, $1
FROM staged_organisation first WHERE first.subject_id IS NULL
ORDER BY first.uscc
ON CONFLICT (uscc) DO NOTHING RETURNING *
"""

FIND_ORGANISATIONS: Final = """
UPDATE staged_organisation found SET subject_id = coalesce(known.merged_into_id, known.id), known_name = known.name
FROM subject known
WHERE found.subject_id IS NULL AND known.uscc = found.uscc
"""

ENTER_PERSONS: Final = """
INSERT INTO subject (id, kind, is_person, jurisdiction_id, name, masked_name, name_pinyin, uscc_lenient, id_cipher,
                     id_index, masked_id_number, state_owned, registered_at)
SELECT uuidv7(), 'natural_person', true, $10, staged.name, staged.masked_name, '', false, staged.id_cipher,
       staged.id_index, staged.masked_id_number, false, $1
FROM staged_person staged
WHERE staged.subject_id IS NULL AND staged.id_index IN (
  SELECT id_index FROM staged_record WHERE faults = '{}'
  UNION ALL
  SELECT representative_index FROM staged_record WHERE faults = '{}'
)
ORDER BY staged.id_index
ON CONFLICT (id_index) DO NOTHING RETURNING *
"""

FIND_PERSONS: Final = """
UPDATE staged_person found SET subject_id = coalesce(known.merged_into_id, known.id), known_name = known.name
FROM subject known
WHERE found.subject_id IS NULL AND known.id_index = found.id_index
"""

_STANDS: Final = "stored.state <> 'withdrawn' AND NOT stored.stands_twice"

PLACE: Final = f"""
INSERT INTO staged_outcome (line, record_id, subject_id, decision_key, first_line)
SELECT line, uuidv7(), subject_id, decision_key,
       first_value(line) OVER (PARTITION BY subject_id, decision_key ORDER BY line)
FROM (
  SELECT staged.line, {compared("staged.decision_no")} AS decision_key,
    coalesce(staged.subject_id, organisation.subject_id, person.subject_id) AS subject_id
  FROM staged_record staged
  LEFT JOIN staged_organisation organisation ON organisation.uscc = staged.uscc
  LEFT JOIN staged_person person ON person.id_index = staged.id_index
  WHERE staged.faults = '{{}}'
) clean
"""

FIND_KNOWN: Final = f"""
INSERT INTO staged_candidate
SELECT placed.line, stored.id
FROM staged_outcome placed
CROSS JOIN LATERAL (
  SELECT id FROM credit_record stored WHERE stored.item_id = $1 AND stored.subject_id = placed.subject_id
    AND {compared("stored.decision_no")} = placed.decision_key AND {_STANDS}
  LIMIT 1
) stored
UNION ALL
SELECT placed.line, stored.id
FROM staged_outcome placed
JOIN credit_record stored ON stored.subject_id = placed.subject_id
  AND {compared("stored.decision_no")} = placed.decision_key AND stored.item_id = $1 AND stored.state = 'withdrawn'
UNION ALL
SELECT placed.line, stored.id
FROM staged_outcome placed
JOIN credit_record stored ON stored.subject_id = placed.subject_id
  AND {compared("stored.decision_no")} = placed.decision_key AND stored.item_id = $1 AND stored.stands_twice AND stored.state <> 'withdrawn'
"""
"""One stands at most, by the unique index; the limit makes it be looked up there, row by row. What was withdrawn and what
stands twice are few, and each has an index of its own."""

NOT_TAKEN: Final = f"""
INSERT INTO staged_candidate
SELECT placed.line, stored.id
FROM staged_outcome placed
JOIN staged_record staged USING (line)
JOIN credit_record stored ON stored.item_id = $1 AND stored.subject_id = placed.subject_id
  AND {compared("stored.decision_no")} = placed.decision_key AND {_STANDS} AND stored.id <> placed.record_id
WHERE placed.fault IS NULL AND NOT placed.is_known OR placed.first_line <> placed.line
"""
"""Rows that are not here under the id they were given: somebody wrote their decision at the same instant."""

# A withdrawn decision may be handed in again; the same row of a list that grows month by month does not do that.
# What was taken of a file that is handed in again is known, even if amended since; what was refused is judged anew.
# A call has the keys of its rows for that: there a decision that is here is refused, the same row or not.
SETTLE: Final = """
UPDATE staged_outcome settled SET is_known = found.is_same, responsible = found.responsible, known_id = found.known_id,
  fault = CASE WHEN found.is_same THEN NULL WHEN found.is_own THEN 'RECORD_EXISTS:' ELSE 'DECISION_ALREADY_PROVIDED:' END
FROM (
  SELECT DISTINCT ON (line) line, is_same AND $3::boolean AS is_same, is_own, responsible,
    CASE WHEN is_own THEN id END AS known_id
  FROM (
    SELECT candidate.line, stored.id, (stored.state = 'withdrawn')::int AS rank, stored.office_id = $1 AS is_own,
      CASE WHEN stored.office_id <> $1 THEN office.name END AS responsible,
      stored.office_id = $1 AND (
        $2::uuid IS NOT NULL AND NOT EXISTS (
          SELECT FROM refused_row refused WHERE refused.record_import_id = $2 AND refused.line = candidate.line
        ) OR (
          stored.title = staged.title AND stored.decided_on = judged.decided_on AND stored.content = staged.content
          AND coalesce(stored.severity = judged.severity, judged.severity IS NULL)
          AND coalesce(stored.closed_on = judged.closed_on, judged.closed_on IS NULL)
          AND coalesce(stored.procedure = judged.procedure, judged.procedure IS NULL)
          AND coalesce(stored.legal_basis_level = judged.legal_basis_level, judged.legal_basis_level IS NULL)
          AND coalesce(stored.correction_due_on = judged.correction_due_on, judged.correction_due_on IS NULL)
          AND coalesce(stored.behaviour_id = judged.behaviour_id, judged.behaviour_id IS NULL)
          AND (stored.harm_removed OR NOT judged.harm_removed)
        )
      ) AS is_same
    FROM staged_candidate candidate
    JOIN credit_record stored ON stored.id = candidate.record_id
    JOIN office ON office.id = stored.office_id
    JOIN staged_record staged USING (line)
    JOIN staged_judgement judged USING (judgement)
    UNION ALL
    SELECT placed.line, NULL, 2, true, NULL,
      (first.title, earlier.decided_on, first.content, earlier.severity, earlier.closed_on, earlier.procedure,
       earlier.legal_basis_level, earlier.correction_due_on, earlier.harm_removed, earlier.behaviour_id)
      IS NOT DISTINCT FROM
      (staged.title, judged.decided_on, staged.content, judged.severity, judged.closed_on, judged.procedure,
       judged.legal_basis_level, judged.correction_due_on, judged.harm_removed, judged.behaviour_id)
    FROM staged_outcome placed
    JOIN staged_record staged USING (line)
    JOIN staged_judgement judged USING (judgement)
    JOIN staged_record first ON first.line = placed.first_line
    JOIN staged_judgement earlier ON earlier.judgement = first.judgement
    WHERE placed.first_line <> placed.line
  ) told
  WHERE rank <> 1 OR is_same AND $3::boolean
  ORDER BY line, rank, is_same DESC, id DESC
) found WHERE settled.line = found.line
"""

CARRY_OVER: Final = (
    """
WITH made AS (
  INSERT INTO credit_record (
    id, subject_id, about_person, jurisdiction_id, office_id, item_id, state, version, decision_no, title, severity,
    procedure, harm_removed, dishonest, legal_basis, legal_basis_level, content, decided_on, closed_on, obtained_on,
    correction_due_on, special_fields, repair_notice_required, collection_due_on, publication_due_on, due_provisional, submitted_at, submitted_by, import_id, disclosure,
    published_at, portal_at, public_until, behaviour_id)
  SELECT placed.record_id, placed.subject_id, staged.is_person, $10::text, $11::uuid, $12::uuid,
    CASE WHEN shown THEN 'published' ELSE 'submitted' END, 1, staged.decision_no, staged.title, judged.severity,
    judged.procedure, judged.harm_removed, judged.dishonest, staged.legal_basis, judged.legal_basis_level,
    staged.content, judged.decided_on, judged.closed_on, judged.obtained_on,
    judged.correction_due_on, judged.special_fields, judged.repair_notice_required, judged.collection_due_on,
    judged.publication_due_on, judged.due_provisional, $1::timestamptz, $2::uuid, $13::uuid, disclosed,
    CASE WHEN shown THEN $1::timestamptz END, CASE WHEN shown AND disclosed = 'public' THEN $1::timestamptz END,
    CASE WHEN shown THEN judged.public_until END, judged.behaviour_id
  FROM staged_outcome placed
  JOIN staged_record staged USING (line)
  JOIN staged_judgement judged USING (judgement)
  CROSS JOIN LATERAL (
    SELECT $14::boolean AND judged.publishable AS shown, coalesce(judged.disclosure, CASE WHEN staged.is_person THEN $16::text ELSE $15::text END) AS disclosed
  ) decided
  WHERE placed.fault IS NULL AND NOT placed.is_known AND judged.item_id = $12::uuid
  ORDER BY placed.subject_id, placed.decision_key
  ON CONFLICT (item_id, subject_id, ("""
    + compared("decision_no")
    + """)) WHERE """
    + ONCE
    + """ DO NOTHING
  RETURNING *
), told AS (
  SELECT id AS event_id, id, subject_id, 'submit' AS verb, CASE WHEN state = 'published' THEN to_jsonb(made) || jsonb_build_object(
    'state', 'submitted', 'published_at', null, 'portal_at', null, 'public_until', null)
    ELSE to_jsonb(made) END AS image
  FROM made
  UNION ALL
  SELECT uuidv7(), id, subject_id, 'publish', to_jsonb(made) FROM made WHERE state = 'published'
), event AS (
  """
    + LEDGERED.format(
        event="event_id", noun="credit_record", verb="verb", subject="subject_id", image="image", rows="told"
    )
    + """
), sent AS (
  INSERT INTO outbox_event (id, at, object, object_id, verb, version, subject_id, payload)
  SELECT uuidv7(), $1::timestamptz, 'credit_record', id, 'publish', 1, subject_id, to_jsonb(made)
  FROM made WHERE state = 'published'
)
SELECT count(*)::int AS added, (count(*) FILTER (WHERE state = 'published'))::int AS published FROM made
"""
)
"""The event of a record's submission bears its id: another random number costs as much as an index does.

What nobody outside is told row by row: the outbox has it as the import's own event, which counts the rows."""


TELL_SUBMITTED: Final = """
INSERT INTO outbox_event (id, at, object, object_id, verb, version, subject_id, payload)
SELECT told.id, told.at, told.object, told.object_id, told.verb, 1, told.subject_id, told.image
FROM staged_outcome placed JOIN ledger_event told ON told.id = placed.record_id
WHERE placed.fault IS NULL AND NOT placed.is_known
RETURNING id
"""
"""The events of the submissions of a call, told outside one by one."""

UNDER_MERGED: Final = """
SELECT EXISTS (
  SELECT FROM subject named WHERE named.merged_into_id IS NOT NULL AND (
    EXISTS (SELECT FROM staged_organisation staged WHERE staged.uscc = named.uscc)
    OR EXISTS (SELECT FROM staged_person staged WHERE staged.id_index = named.id_index))
)
"""
"""Whether a row names a merged subject by its code: there are few of those, so that it is asked for each block."""

NOTE_MERGED: Final = noted(
    """
SELECT record.id AS row_id, named.id AS under
FROM subject named
JOIN staged_record staged ON staged.uscc = named.uscc OR staged.id_index = named.id_index
JOIN staged_outcome placed USING (line)
JOIN credit_record record ON record.id = placed.record_id
WHERE named.merged_into_id IS NOT NULL
""",
    "credit_record",
)

NAMED_OTHERWISE: Final = """
SELECT EXISTS (
  SELECT FROM staged_record staged JOIN staged_organisation known USING (uscc)
  WHERE staged.faults = '{}' AND staged.name <> known.known_name
)
"""

WARN: Final = f"""
INSERT INTO name_warning (id, subject_id, about_person, jurisdiction_id, office_id, record_id, known_name, given_name,
                          state, version, found_at)
SELECT uuidv7(), subject_id, false, jurisdiction_id, office_id, record_id, known_name, given_name, 'open', 1, $1
FROM (
  SELECT DISTINCT ON (record.subject_id, {plain("staged.name")}) record.subject_id, subject.jurisdiction_id, record.office_id,
         record.id AS record_id, known.known_name, staged.name AS given_name
  FROM staged_outcome placed
  JOIN staged_record staged USING (line)
  JOIN staged_organisation known USING (uscc)
  JOIN credit_record record ON record.id = placed.record_id
  JOIN subject ON subject.id = record.subject_id
  WHERE {plain("staged.name")} <> {plain("known.known_name")}
  ORDER BY record.subject_id, {plain("staged.name")}, staged.line
) named
WHERE NOT EXISTS (
  SELECT FROM name_warning open WHERE open.subject_id = named.subject_id AND open.office_id = named.office_id
    AND open.state = 'open' AND {plain("open.given_name")} = {plain("named.given_name")}
)
RETURNING *
"""

SERVE_NOTICES: Final = """
INSERT INTO repair_notice
  (id, record_id, subject_id, about_person, jurisdiction_id, office_id, version, served_on, channel, content, noted_at, served_by)
SELECT uuidv7(), record.id, record.subject_id, record.about_person, record.jurisdiction_id, record.office_id, record.version,
       judged.notice_on, judged.notice_channel, staged.notice, $1, $2::uuid
FROM staged_outcome placed
JOIN staged_record staged USING (line)
JOIN staged_judgement judged USING (judgement)
JOIN credit_record record ON record.id = placed.record_id
WHERE judged.notice_on IS NOT NULL
RETURNING *
"""

LINKS: Final = """
INSERT INTO staged_link
SELECT latest.* FROM (
  SELECT DISTINCT ON (placed.subject_id) placed.subject_id, person.subject_id AS person_id, staged.representative AS name,
         staged.representative_masked, staged.representative_id, judged.decided_on
  FROM staged_outcome placed
  JOIN staged_record staged USING (line)
  JOIN staged_judgement judged USING (judgement)
  LEFT JOIN staged_person person ON person.id_index = staged.representative_index
  WHERE placed.fault IS NULL AND NOT placed.is_known AND staged.representative IS NOT NULL
  ORDER BY placed.subject_id, judged.decided_on DESC, staged.line DESC
) latest
WHERE NOT EXISTS (
  SELECT FROM legal_representative standing
  WHERE standing.subject_id = latest.subject_id AND standing.to_on IS NULL AND standing.name = latest.name
)
"""

LOCK_LINKED: Final = """
SELECT FROM subject WHERE id IN (SELECT subject_id FROM staged_link) ORDER BY id FOR NO KEY UPDATE
"""

END_LINKS: Final = """
UPDATE legal_representative ended SET to_on = link.from_on - 1 FROM staged_link link
WHERE ended.subject_id = link.subject_id AND ended.to_on IS NULL AND ended.name <> link.name
  AND ended.from_on < link.from_on
RETURNING ended.*
"""

MAKE_LINKS: Final = """
INSERT INTO legal_representative
  (id, subject_id, person_id, about_person, name, masked_name, masked_id_number, from_on)
SELECT uuidv7(), link.subject_id, link.person_id, true, link.name, link.masked_name, link.masked_id_number, link.from_on
FROM staged_link link
WHERE NOT EXISTS (
  SELECT FROM legal_representative standing WHERE standing.subject_id = link.subject_id AND standing.to_on IS NULL
)
RETURNING *
"""

NOTE_MERGED_LINKS: Final = noted(
    """
SELECT made.id AS row_id, named.id AS under
FROM staged_link link
JOIN legal_representative made
  ON made.subject_id = link.subject_id AND made.name = link.name AND made.from_on = link.from_on AND made.to_on IS NULL
JOIN subject named ON named.merged_into_id = link.subject_id
WHERE EXISTS (
  SELECT FROM staged_outcome placed JOIN staged_record staged USING (line)
  WHERE placed.fault IS NULL AND NOT placed.is_known AND staged.uscc = named.uscc AND staged.representative = link.name)
""",
    "legal_representative",
)

COUNT: Final = """
SELECT (SELECT count(*)::int FROM staged_record) AS read,
       (count(*) FILTER (WHERE fault IS NULL AND NOT is_known))::int AS clean,
       (count(*) FILTER (WHERE is_known))::int AS known,
       ((SELECT count(*) FROM staged_record WHERE faults <> '{}') + count(*) FILTER (WHERE fault IS NOT NULL))::int AS refused
FROM staged_outcome
"""

BECAME: Final = """
SELECT line, faults[1] AS fault, NULL::text AS responsible, NULL::uuid AS record_id FROM staged_record WHERE faults <> '{}'
UNION ALL
SELECT placed.line, placed.fault, placed.responsible, CASE WHEN placed.fault IS NULL THEN placed.record_id
    WHEN placed.fault = 'RECORD_EXISTS:' THEN coalesce(placed.known_id, first.record_id) END
FROM staged_outcome placed JOIN staged_outcome first ON first.line = placed.first_line
"""
"""What became of each row of a call: the record that it made, or the office's own that is here already."""

REFUSED: Final = """
SELECT line, fault, NULL AS responsible FROM staged_record, unnest(faults) fault
UNION ALL
SELECT line, fault, responsible FROM staged_outcome WHERE fault IS NOT NULL
ORDER BY line
"""
