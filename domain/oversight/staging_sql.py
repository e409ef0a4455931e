"""The statements of a staging: what is checked, entered and carried over as a set, each a named text.

Parameters 1 to 7 of a statement that tells are what its ledger events say: instant, account, roles, office,
policy version, token and clause. Identity columns stay out of the images of subjects. Rows are written in the
order of their keys, so that two files handed in at once wait for each other and never in a circle.
"""

from __future__ import annotations

from typing import Final

OPEN: Final = """
DROP TABLE IF EXISTS pg_temp.staged_record, pg_temp.staged_person, pg_temp.staged_pinyin, pg_temp.staged_link;
CREATE TEMP TABLE staged_record (
  {columns}, is_known boolean NOT NULL DEFAULT false, responsible text
) ON COMMIT DROP;
CREATE TEMP TABLE staged_person (
  id_index bytea PRIMARY KEY, name text, masked_name text, id_cipher bytea, masked_id_number text
) ON COMMIT DROP;
CREATE TEMP TABLE staged_pinyin (place integer PRIMARY KEY, name text, pinyin text) ON COMMIT DROP;
CREATE TEMP TABLE staged_link (
  subject_id uuid PRIMARY KEY, person_id uuid, name text, masked_name text, masked_id_number text, from_on date
) ON COMMIT DROP
"""

PERSONS: Final = """
INSERT INTO staged_person
SELECT DISTINCT ON (id_index) id_index, name, masked_name, id_cipher, masked_id_number FROM (
  SELECT line, id_index, name, masked_name, id_cipher, masked_id_number
  FROM staged_record WHERE faults = '{}' AND id_index IS NOT NULL
  UNION ALL
  SELECT line, representative_index, representative, representative_masked, representative_cipher, representative_id
  FROM staged_record WHERE faults = '{}' AND representative_index IS NOT NULL
) named ORDER BY id_index, line
"""

NAME_DISAGREES: Final = """
UPDATE staged_record refused SET faults = ARRAY[found.fault] FROM (
  SELECT staged.line, 'PERSON_NAME_DISAGREES:' || $1::text || '_XDR_ZJHM' AS fault
  FROM staged_record staged
  JOIN staged_person first ON first.id_index = staged.id_index
  LEFT JOIN subject known ON known.id_index = staged.id_index
  WHERE staged.faults = '{}' AND staged.name <> coalesce(known.name, first.name)
  UNION ALL
  SELECT staged.line, 'PERSON_NAME_DISAGREES:' || $1::text || '_FR_ZJHM'
  FROM staged_record staged
  JOIN staged_person first ON first.id_index = staged.representative_index
  LEFT JOIN subject known ON known.id_index = staged.representative_index
  WHERE staged.faults = '{}' AND staged.representative <> coalesce(known.name, first.name)
) found WHERE refused.line = found.line
"""

NEW_NAMES: Final = """
INSERT INTO staged_pinyin (place, name)
SELECT row_number() OVER (), found.name FROM (
  SELECT DISTINCT staged.name FROM staged_record staged
  WHERE staged.faults = '{}' AND staged.uscc IS NOT NULL
    AND NOT EXISTS (SELECT FROM subject known WHERE known.uscc = staged.uscc)
) found
"""

SOME_NAMES: Final = "SELECT place, name FROM staged_pinyin WHERE place > $1 ORDER BY place LIMIT 5000"

SPELL_NAMES: Final = """
UPDATE staged_pinyin spelt SET pinyin = told.pinyin
FROM unnest($1::int[], $2::text[]) told (place, pinyin) WHERE spelt.place = told.place
"""

ENTER_ORGANISATIONS: Final = """
INSERT INTO subject (id, kind, is_person, jurisdiction_id, name, masked_name, name_pinyin, uscc, uscc_lenient,
                     state_owned, registered_at)
SELECT uuidv7(), first.kind, false, $8, first.name, first.name, coalesce(spelt.pinyin, ''), first.uscc,
       first.uscc_lenient, false, $1
FROM (
  SELECT DISTINCT ON (staged.uscc) staged.* FROM staged_record staged
  WHERE staged.faults = '{}' AND staged.uscc IS NOT NULL
    AND NOT EXISTS (SELECT FROM subject known WHERE known.uscc = staged.uscc)
  ORDER BY staged.uscc, staged.line
) first
LEFT JOIN staged_pinyin spelt ON spelt.name = first.name
ORDER BY first.uscc
ON CONFLICT (uscc) DO NOTHING RETURNING *
"""

ENTER_PERSONS: Final = """
INSERT INTO subject (id, kind, is_person, jurisdiction_id, name, masked_name, name_pinyin, uscc_lenient, id_cipher,
                     id_index, masked_id_number, state_owned, registered_at)
SELECT uuidv7(), 'natural_person', true, $8, staged.name, staged.masked_name, '', false, staged.id_cipher,
       staged.id_index, staged.masked_id_number, false, $1
FROM staged_person staged
WHERE NOT EXISTS (SELECT FROM subject known WHERE known.id_index = staged.id_index)
  AND EXISTS (
    SELECT FROM staged_record clean WHERE clean.faults = '{}'
      AND (clean.id_index = staged.id_index OR clean.representative_index = staged.id_index)
  )
ORDER BY staged.id_index
ON CONFLICT (id_index) DO NOTHING RETURNING *
"""

# A withdrawn decision may be handed in again; the same row of a list that grows month by month does not do that.
SETTLE_KNOWN: Final = """
UPDATE staged_record settled SET is_known = found.is_same, responsible = found.responsible,
  faults = CASE WHEN found.is_same THEN settled.faults
                WHEN found.is_own THEN '{RECORD_EXISTS:}'::text[]
                ELSE '{DECISION_ALREADY_PROVIDED:}'::text[] END
FROM (
  SELECT staged.line,
    record.id IS NULL OR record.office_id = $2 AS is_own,
    CASE WHEN record.id IS NULL THEN
      (first.title, first.decided_on, first.content, first.severity, first.closed_on, first.procedure)
      IS NOT DISTINCT FROM
      (staged.title, staged.decided_on, staged.content, staged.severity, staged.closed_on, staged.procedure)
    ELSE record.is_same END AS is_same,
    CASE WHEN record.office_id <> $2 THEN office.name END AS responsible
  FROM (
    SELECT *, first_value(line) OVER (PARTITION BY uscc, id_index, decision_no ORDER BY line) AS first_line
    FROM staged_record WHERE faults = '{}' AND NOT is_known
  ) staged
  LEFT JOIN subject organisation ON organisation.uscc = staged.uscc
  LEFT JOIN subject person ON person.id_index = staged.id_index
  LEFT JOIN LATERAL (
    SELECT known.* FROM (
      SELECT stored.id, stored.office_id, stored.state, stored.office_id = $2 AND ($4 OR (
          stored.title = staged.title AND stored.decided_on = staged.decided_on AND stored.content = staged.content
          AND coalesce(stored.severity = staged.severity, staged.severity IS NULL)
          AND coalesce(stored.closed_on = staged.closed_on, staged.closed_on IS NULL)
          AND coalesce(stored.procedure = staged.procedure, staged.procedure IS NULL)
        )) AS is_same
      FROM credit_record stored
      WHERE stored.item_id = $1 AND stored.decision_no = staged.decision_no
        AND stored.subject_id = coalesce(organisation.id, person.id) AND stored.import_id IS DISTINCT FROM $3
    ) known
    WHERE known.state <> 'withdrawn' OR known.is_same
    ORDER BY known.state = 'withdrawn', known.id DESC LIMIT 1
  ) record ON true
  LEFT JOIN office ON office.id = record.office_id
  LEFT JOIN staged_record first ON first.line = staged.first_line AND staged.first_line <> staged.line
  WHERE record.id IS NOT NULL OR first.line IS NOT NULL
) found WHERE settled.line = found.line
"""

TOLD: Final = """
event AS (
  INSERT INTO ledger_event (id, kind, at, object, object_id, verb, outcome, subject_id, account_id, role, office_id,
                            policy_version, token_id, basis, image)
  SELECT uuidv7(), 'change', $1, '{noun}', id, '{verb}', 'done', {subject}, $2::uuid, $3::text, $4::uuid, $5::int,
         $6::text, $7::text, {image}
  FROM made
)
INSERT INTO outbox_event (id, at, object, object_id, verb, version, subject_id, payload)
SELECT uuidv7(), $1, '{noun}', id, '{verb}', 1, {subject},
       {image}
FROM made
"""

CARRY_OVER: Final = """
WITH made AS (
  INSERT INTO credit_record (
    id, subject_id, about_person, jurisdiction_id, office_id, item_id, state, version, decision_no, title, severity,
    procedure, harm_removed, dishonest, legal_basis, legal_basis_level, content, decided_on, closed_on, obtained_on,
    correction_due_on, special_fields, repair_notice_required, collection_due_on, publication_due_on, due_provisional, submitted_at, submitted_by, import_id, disclosure,
    published_at, portal_at, platform_at, public_until)
  SELECT uuidv7(), coalesce(organisation.id, person.id), staged.is_person, $8::text, $9::uuid, $10::uuid,
    CASE WHEN shown THEN 'published' ELSE 'submitted' END, 1, staged.decision_no, staged.title, staged.severity,
    staged.procedure, staged.harm_removed, staged.dishonest, staged.legal_basis, staged.legal_basis_level,
    staged.content, staged.decided_on, staged.closed_on, staged.obtained_on,
    staged.correction_due_on, '{}', staged.repair_notice_required, staged.collection_due_on,
    staged.publication_due_on, staged.due_provisional, $1::timestamptz, $2::uuid, $11::uuid, disclosed,
    CASE WHEN shown THEN $1::timestamptz END, CASE WHEN shown AND disclosed = 'public' THEN $1::timestamptz END, CASE WHEN shown THEN $1::timestamptz END,
    CASE WHEN shown THEN staged.public_until END
  FROM staged_record staged
  CROSS JOIN LATERAL (
    SELECT $12::boolean AND staged.publishable AS shown, CASE WHEN staged.is_person THEN $14::text ELSE $13::text END AS disclosed
  ) decided
  LEFT JOIN subject organisation ON organisation.uscc = staged.uscc
  LEFT JOIN subject person ON person.id_index = staged.id_index
  WHERE staged.faults = '{}' AND NOT staged.is_known
  ORDER BY staged.uscc, staged.id_index, staged.decision_no
  ON CONFLICT (item_id, subject_id, decision_no) WHERE state <> 'withdrawn' DO NOTHING
  RETURNING *
), told AS (
  SELECT id, subject_id, 'submit' AS verb, to_jsonb(made) || CASE WHEN state = 'published' THEN jsonb_build_object(
    'state', 'submitted', 'published_at', null, 'portal_at', null, 'platform_at', null, 'public_until', null)
    ELSE '{}' END AS image
  FROM made
  UNION ALL
  SELECT id, subject_id, 'publish', to_jsonb(made) FROM made WHERE state = 'published'
), event AS (
  INSERT INTO ledger_event (id, kind, at, object, object_id, verb, outcome, subject_id, account_id, role, office_id,
                            policy_version, token_id, basis, image)
  SELECT uuidv7(), 'change', $1::timestamptz, 'credit_record', id, verb, 'done', subject_id, $2::uuid, $3::text, $4::uuid, $5::int,
         $6::text, $7::text, image
  FROM told
), sent AS (
  INSERT INTO outbox_event (id, at, object, object_id, verb, version, subject_id, payload)
  SELECT uuidv7(), $1::timestamptz, 'credit_record', id, verb, 1, subject_id, image FROM told
)
SELECT count(*)::int AS added, (count(*) FILTER (WHERE state = 'published'))::int AS published FROM made
"""

SERVE_NOTICES: Final = """
INSERT INTO repair_notice
  (id, record_id, subject_id, about_person, jurisdiction_id, office_id, version, served_on, channel, content, noted_at, served_by)
SELECT uuidv7(), record.id, record.subject_id, record.about_person, record.jurisdiction_id, record.office_id, record.version,
       staged.notice_on, staged.notice_channel, staged.notice, $1, $2::uuid
FROM credit_record record
JOIN subject ON subject.id = record.subject_id
JOIN staged_record staged ON staged.decision_no = record.decision_no
  AND (staged.uscc = subject.uscc OR staged.id_index = subject.id_index)
WHERE record.import_id = $8::uuid AND staged.faults = '{}' AND NOT staged.is_known AND staged.notice_on IS NOT NULL
RETURNING *
"""

LINKS: Final = """
INSERT INTO staged_link
SELECT latest.* FROM (
  SELECT DISTINCT ON (organisation.id) organisation.id AS subject_id, person.id AS person_id, staged.representative AS name,
         staged.representative_masked, staged.representative_id, staged.decided_on
  FROM staged_record staged
  JOIN subject organisation ON organisation.uscc = staged.uscc
  LEFT JOIN subject person ON person.id_index = staged.representative_index
  WHERE staged.faults = '{}' AND NOT staged.is_known AND staged.representative IS NOT NULL
  ORDER BY organisation.id, staged.decided_on DESC, staged.line DESC
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

COUNT: Final = """
SELECT count(*)::int AS read, (count(*) FILTER (WHERE is_known))::int AS known,
       (count(*) FILTER (WHERE faults <> '{}'))::int AS refused
FROM staged_record
"""

KEEP_REFUSALS: Final = """
INSERT INTO refused_row (id, record_import_id, office_id, line, column_code, code, reason, reason_zh)
SELECT uuidv7(), $1, $2, staged.line, nullif(split_part(fault, ':', 2), ''), named.code,
       named.english || coalesce(' Responsible: ' || staged.responsible || '.', ''),
       named.chinese || coalesce('责任单位：' || staged.responsible || '。', '')
FROM staged_record staged
CROSS JOIN LATERAL unnest(staged.faults) fault
JOIN unnest($3::text[], $4::text[], $5::text[]) named (code, english, chinese)
  ON named.code = split_part(fault, ':', 1)
ORDER BY staged.line
"""
