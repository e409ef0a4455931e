-- What the anonymous public may see, as views of a schema that a server without authority of its own can show whole.
-- Comments beginning with @ tell PostGraphile the keys, which views have none of. The day is China's, as the service's.
DROP SCHEMA IF EXISTS peer CASCADE;
CREATE SCHEMA peer;
CREATE VIEW peer.subject AS
  SELECT id, masked_name AS name, upper(kind) AS kind, uscc FROM subject
  WHERE NOT is_person AND merged_into_id IS NULL AND kind IN ('enterprise', 'individual_business');
CREATE VIEW peer.office AS SELECT id, name FROM office;
CREATE VIEW peer.credit_list AS SELECT id, name FROM credit_list;
CREATE VIEW peer.credit_record AS
  SELECT id, subject_id, office_id, decision_no, title, upper(severity) AS severity, decided_on, published_at
  FROM credit_record
  WHERE disclosure = 'public' AND state = 'published'
    AND (public_until IS NULL OR public_until >= (now() AT TIME ZONE 'Asia/Shanghai')::date);
CREATE VIEW peer.list_entry AS
  SELECT id, subject_id, credit_list_id, decision_no, CASE WHEN NOT about_person THEN reason END AS reason,
         decided_on, entered_on
  FROM list_entry
  WHERE disclosure = 'public' AND state = 'published'
    AND (public_until IS NULL OR public_until >= (now() AT TIME ZONE 'Asia/Shanghai')::date);
COMMENT ON VIEW peer.subject IS E'@primaryKey id\n@unique uscc';
COMMENT ON VIEW peer.office IS '@primaryKey id';
COMMENT ON VIEW peer.credit_list IS '@primaryKey id';
COMMENT ON VIEW peer.credit_record IS
  E'@primaryKey id\n@foreignKey (subject_id) references peer.subject (id)\n'
  '@foreignKey (office_id) references peer.office (id)';
COMMENT ON VIEW peer.list_entry IS
  E'@primaryKey id\n@foreignKey (subject_id) references peer.subject (id)\n'
  '@foreignKey (credit_list_id) references peer.credit_list (id)';
