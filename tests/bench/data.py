"""The data of the benchmark: invented subjects, records and list entries, made by set-based SQL.

Ten records per subject on average: one subject in ten is a natural person, one in ten has 37 records of which
25 are public and in force, the others have seven with at least five of them so. Records are stored in no
order of subject, as those of years are. Ids of subjects and codes are numbers written out, so that a load
generator in any language can name them; the codes have no valid check digit, which reading does not need.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import asyncpg

from authz.activation import assign, install_default, upsert_account
from domain.calendar import calendar_rows
from domain.installation import install
from domain.rulebook.loader import load_rulebooks

RECORDS_PER_SUBJECT = 10
CODE = 913502000000000000
"""The code of subject n is this number plus n."""

OFTEN = 10
"""Every tenth subject, from number 5, has many records; every tenth, from number 0, is a natural person."""

CLERK = "bench-clerk"

SUBJECTS = f"""
WITH place AS (SELECT array_agg(id ORDER BY id) AS ids FROM jurisdiction WHERE id IN (SELECT jurisdiction_id FROM catalogue_item))
INSERT INTO subject (id, kind, is_person, jurisdiction_id, name, masked_name, name_pinyin, uscc, uscc_lenient,
                     masked_id_number, state_owned, registered_at)
SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid,
       CASE WHEN person THEN 'natural_person' WHEN n % 7 = 0 THEN 'individual_business' ELSE 'enterprise' END,
       person,
       CASE WHEN n % 10 < 6 THEN '350200' ELSE ids[1 + n % cardinality(ids)] END,
       CASE WHEN person THEN '虚构甲' || n ELSE '虚构第' || n || '号人力资源服务有限公司' END,
       CASE WHEN person THEN '虚**' ELSE '虚构第' || n || '号人力资源服务有限公司' END,
       CASE WHEN person THEN '' ELSE 'xugou di ' || n || ' hao renli ziyuan fuwu youxian gongsi' END,
       CASE WHEN NOT person THEN ({CODE} + n)::text END,
       NOT person,
       CASE WHEN person THEN '3****************' || n % 10 END,
       n % 31 = 0,
       now() - interval '1 hour' * (n % 50000)
FROM generate_series(1, $1::integer) n CROSS JOIN place
CROSS JOIN LATERAL (SELECT n % {OFTEN} = 0 AS person) made
"""

# `odd` decides what becomes of a record; the newest five of a subject with seven are always public.
RECORDS = f"""
WITH source AS (
  SELECT item.id AS item, producer.office_id AS office, item.jurisdiction_id AS place, item.name,
         row_number() OVER (PARTITION BY item.jurisdiction_id ORDER BY item.id, producer.id) - 1 AS number,
         count(*) OVER (PARTITION BY item.jurisdiction_id) AS size
  FROM catalogue_item item JOIN catalogue_producer producer ON producer.item_id = item.id
), made AS MATERIALIZED (
  SELECT subject.id AS subject, subject.is_person, subject.jurisdiction_id, n, k,
         current_date - (n * 7 + k * 41) % 1500 AS day,
         CASE WHEN n % {OFTEN} = 5 THEN k WHEN k < 5 THEN 0 ELSE (n * 2 + k) % 37 END AS odd
  FROM generate_series(1, $1::integer) n
  JOIN subject ON subject.id = ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid
  CROSS JOIN LATERAL generate_series(0, CASE WHEN n % {OFTEN} = 5 THEN 36 ELSE 6 END) k
  ORDER BY hashint8(n::bigint * 64 + k)
)
INSERT INTO credit_record (id, subject_id, about_person, jurisdiction_id, office_id, item_id, state, version, decision_no,
  title, severity, procedure, harm_removed, dishonest, legal_basis, legal_basis_level, content, decided_on, closed_on,
  obtained_on, due_provisional, submitted_at, portal_at, platform_at, published_at, public_until, disclosure,
  withdrawn_at, withdrawal_reason)
SELECT uuidv7(), subject, is_person, jurisdiction_id, office, item, state, 1, '虚人社监罚决〔' || to_char(day, 'YYYY') || '〕' || n || '-' || k || '号',
       name || '：未按规定支付劳动者工资', (ARRAY['minor', 'general', 'serious', NULL])[1 + k % 4], 'general', FALSE, k % 3 = 0,
       '《保障农民工工资支付条例》第五十四条', 'administrative_regulation',
       jsonb_build_object('CF_NR_FK', 0.5 * k, 'CF_SY', '未按规定支付劳动者工资', 'CF_YJ', '《保障农民工工资支付条例》第五十四条',
                          'CF_LB', '罚款', 'CF_JG', '虚构的人力资源和社会保障局'),
       day, day + 1, day, FALSE, day + time '10:00', published, published, published,
       CASE WHEN k % 8 = 3 THEN NULL WHEN odd % 9 = 8 THEN day - 1 ELSE current_date + 1000 + k END,
       CASE WHEN odd % 10 = 9 THEN 'government_sharing' WHEN odd % 17 = 16 THEN 'authorised_query' ELSE 'public' END,
       CASE WHEN state = 'withdrawn' THEN day + 3 + time '10:00' END, CASE WHEN state = 'withdrawn' THEN '决定书文号有误' END
FROM made
JOIN source ON source.place = made.jurisdiction_id AND source.number = (n + k) % source.size
CROSS JOIN LATERAL (SELECT CASE WHEN odd % 12 = 11 THEN 'submitted' WHEN odd = 22 THEN 'withdrawn' ELSE 'published' END AS state) states
CROSS JOIN LATERAL (SELECT CASE WHEN state <> 'submitted' THEN day + 2 + time '10:00' END AS published) times
"""

ENTRIES = f"""
WITH kind AS (
  SELECT list.id, office.office, list.jurisdiction_id,
         row_number() OVER (PARTITION BY list.jurisdiction_id ORDER BY list.id) - 1 AS number,
         count(*) OVER (PARTITION BY list.jurisdiction_id) AS size
  FROM credit_list list
  JOIN (SELECT jurisdiction_id, min(id::text)::uuid AS office FROM office GROUP BY 1) office USING (jurisdiction_id)
)
INSERT INTO list_entry (id, credit_list_id, subject_id, about_person, jurisdiction_id, office_id, decision_no, reason, decided_on,
                        entered_on, collected_at, state, route, round, published_at, public_until, disclosure)
SELECT uuidv7(), kind.id, subject.id, is_person, subject.jurisdiction_id, office, '虚人社列〔2025〕' || n || '-' || k || '号',
       '拖欠农民工工资，情节严重', day, day, day, 'published', 'regular', 1, now() - interval '20 days', current_date + 300, 'public'
FROM generate_series(1, $1::integer) n
JOIN subject ON subject.id = ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid
CROSS JOIN LATERAL generate_series(0, CASE WHEN n % {OFTEN} = 5 THEN 1 ELSE 0 END) k
CROSS JOIN LATERAL (SELECT current_date - 30 * k - n % 30 AS day) days
JOIN kind ON kind.jurisdiction_id = subject.jurisdiction_id AND kind.number = (n / 5 + k) % kind.size
WHERE n % 5 = 0
ORDER BY hashint8(n)
"""


# Made again after the rows are in: at a million records that takes half the time.
INDEXES = """
SELECT indexname, indexdef FROM pg_indexes
WHERE tablename IN ('subject', 'credit_record') AND indexname NOT IN (SELECT conname FROM pg_constraint)
"""


async def fill(owner_url: str, superuser_url: str, *, records: int, issuer: str) -> None:
    """Fill a migrated, empty database; foreign keys are not checked on the way, as these rows fit by the way they are made."""
    owner = await asyncpg.connect(owner_url)
    try:
        await install_default(owner, datetime.now(UTC))
        await install(owner, load_rulebooks(), calendar_rows())
        await _add_clerk(owner, issuer)
    finally:
        await owner.close()
    connection = await asyncpg.connect(superuser_url)
    try:
        await connection.execute(
            "SET session_replication_role = replica; SET maintenance_work_mem = '256MB'; SET work_mem = '256MB'"
        )
        indexes = await connection.fetch(INDEXES)
        for index in indexes:
            await connection.execute(f"DROP INDEX {index['indexname']}")
        for statement in (SUBJECTS, RECORDS, ENTRIES):
            await connection.execute(statement, records // RECORDS_PER_SUBJECT)
        for index in indexes:
            await connection.execute(index["indexdef"])
        await connection.execute("VACUUM ANALYZE")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()


async def _add_clerk(connection: asyncpg.Connection[Any], issuer: str) -> None:
    """Add a clerk of an office that produces records."""
    office = await connection.fetchval(
        "SELECT producer.office_id FROM catalogue_producer producer JOIN catalogue_item item ON item.id = producer.item_id"
        " WHERE item.jurisdiction_id = '350200' ORDER BY producer.id LIMIT 1"
    )
    account = await upsert_account(connection, issuer=issuer, sub=CLERK, display="Benchmark clerk")
    await assign(connection, account, "clerk", from_on=date(2020, 1, 1), office_id=office)
