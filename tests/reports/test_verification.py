"""Verification: by number online, by signature offline; what may be known, and what gives a forgery away (XM-25)."""

from __future__ import annotations

import dataclasses
import io
import json
from argparse import Namespace
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import asyncpg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from graphql import GraphQLObjectType

from api.cli.report import tell_report, verify_report
from api.config.settings import Settings
from api.schema import schema
from domain.canonical import canonical
from domain.rulebook.loader import load_rulebooks
from domain.use import reports
from domain.use.report_number import new_number
from domain.use.signing import Altered, NotSigned, SignatureRefused, Signer, SignerUnknown, open_signer
from domain.use.verification import BESIDE, VerificationStatus, status_of, verify_offline
from tests.parties import Parties, app_connection, make_parties, transaction

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)
TODAY = date(2026, 3, 18)
BOOKS = load_rulebooks()
SIGNER = Signer({"k1": Ed25519PrivateKey.generate()}, "k1")
KEYS = SIGNER.public_jwks()
Connection: TypeAlias = "asyncpg.Connection[Any]"


def signed_document(**changes: Any) -> str:
    """Make a document with everything the cover of a report has."""
    return canonical(
        {
            "number": new_number("350200", TODAY),
            "kind": "general",
            "issued_at": "2026-03-18T02:00:00Z",
            "valid_until": "2026-04-17",
            "issuer": {"name": "厦门市人力资源和社会保障局"},
            "subject": {"name": '虚构"有限"公司'},
            "purpose": {"name": "政府采购"},
            **changes,
        }
    )


def file_of(document: str, **how: Any) -> str:
    return json.dumps({"signature": SIGNER.sign(document.encode()), "document": document}, **how)


# -- offline


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"ensure_ascii": False},
        {"separators": (",", ":"), "ensure_ascii": False},
        {"indent": 2, "ensure_ascii": False},
        {"indent": 4},
    ],
)
def test_a_report_verifies_as_a_file_however_a_program_writes_it(how: dict[str, Any]) -> None:
    document = signed_document()
    for end in ("", "\n", "\r\n"):
        assert verify_offline(file_of(document, **how) + end, KEYS).document["subject"]["name"] == '虚构"有限"公司'


def test_the_signature_alone_is_the_report_too() -> None:
    document = signed_document()
    found = verify_offline(SIGNER.sign(document.encode()) + "\n", KEYS)
    assert canonical(found.document) == document


@pytest.mark.parametrize("how", [{"ensure_ascii": False}, {"indent": 2}, {"separators": (",", ":")}])
def test_every_flipped_byte_of_the_file_is_refused(how: dict[str, Any]) -> None:
    """Each byte is replaced by two others, blanks between members included."""
    content = (file_of(signed_document(), **how) + "\n").encode()
    verify_offline(content.decode(), KEYS)
    for place in range(len(content)):
        for mask in (1, 32):
            flipped = content[:place] + bytes([content[place] ^ mask]) + content[place + 1 :]
            with pytest.raises(SignatureRefused):
                verify_offline(flipped.decode("utf-8", "surrogateescape"), KEYS)


def test_every_flipped_byte_of_the_signature_alone_is_refused() -> None:
    content = (SIGNER.sign(signed_document().encode()) + "\n").encode()
    for place in range(len(content)):
        for mask in (1, 2, 4, 8, 16, 32, 64):
            flipped = content[:place] + bytes([content[place] ^ mask]) + content[place + 1 :]
            with pytest.raises(SignatureRefused):
                verify_offline(flipped.decode(), KEYS)


def test_the_document_of_another_report_does_not_go_with_a_signature() -> None:
    mine, other = signed_document(), signed_document()
    for document in (other, "", "\ud800"):
        with pytest.raises(Altered):
            verify_offline(json.dumps({"signature": SIGNER.sign(mine.encode()), "document": document}), KEYS)


@pytest.mark.parametrize(
    "text",
    ["", "{", "{}", "null", '{"signature":"x"}', '{"signature":1,"document":2}', '{"a":1,"a":1}', "x" * 100],
)
def test_what_is_no_report_is_told_so(text: str) -> None:
    with pytest.raises(NotSigned):
        verify_offline(text, KEYS)


def test_a_report_of_another_bureau_is_of_an_unknown_signer() -> None:
    elsewhere = Signer({"k9": Ed25519PrivateKey.generate()}, "k9")
    with pytest.raises(SignerUnknown):
        verify_offline(elsewhere.sign(signed_document().encode()), KEYS)


# -- on the command line


def test_the_command_says_what_a_genuine_report_is_about() -> None:
    out = io.StringIO()
    code = tell_report(file_of(signed_document()), KEYS, TODAY, out)
    told = out.getvalue()
    assert code == 0
    for words in ("GENUINE", "签名有效", "厦门市人力资源和社会保障局", "政府采购", "2026-04-17", "k1"):
        assert words in told


def test_the_command_says_why_a_report_does_not_hold() -> None:
    out = io.StringIO()
    text = SIGNER.sign(signed_document().encode())
    assert tell_report(text[:-10] + "AAAAAAAAAA", KEYS, TODAY, out) == 1
    assert "NOT GENUINE" in out.getvalue()
    assert "signature" not in out.getvalue()


def saved(**beside: Any) -> dict[str, Any]:
    """Make the answer to a mutation as somebody saves it."""
    document = signed_document()
    known = json.loads(document)
    told = {
        "number": known["number"],
        "validUntil": known["valid_until"],
        "digest": sha256(document.encode()).hexdigest(),
    }
    report = json.loads(file_of(document)) | {
        "id": "CreditReport:1",
        **told,
        "kind": "general",
        "keyId": "k1",
        **beside,
    }
    return {"data": {"issueCreditReport": {"receipts": [], "creditReport": report}}}


@pytest.mark.parametrize("how", [{}, {"ensure_ascii": False, "separators": (",", ":")}, {"indent": 2}])
def test_an_answer_that_was_saved_is_genuine_and_what_nobody_signed_in_it_is_named(how: dict[str, Any]) -> None:
    """XM-25: the receiving counter hands in what it saved; a status in it is of that day and no part of the report."""
    out = io.StringIO()
    assert tell_report(json.dumps(saved(documentStatus="VALID"), **how) + "\n", KEYS, TODAY, out) == 0
    assert "签名不证明文件中的下列内容: documentStatus, id, receipts" in out.getvalue()
    node = saved()["data"]["issueCreditReport"]["creditReport"]
    for part in (node, {"data": {"creditReports": {"nodes": [node]}}}):
        assert verify_offline(json.dumps(part), KEYS).number == node["number"]


@pytest.mark.parametrize("name", ["number", "document", "digest", "validUntil", "kind", "keyId"])
def test_an_answer_that_says_anything_else_than_what_was_signed_is_altered(name: str) -> None:
    for value in ("2099-12-31", None):
        with pytest.raises(Altered):
            verify_offline(json.dumps(saved(**{name: value})), KEYS)


def test_all_that_an_answer_may_have_beside_what_is_signed_is_known() -> None:
    kind = schema._schema.type_map["CreditReport"]
    assert isinstance(kind, GraphQLObjectType)
    signed = {"signature", "number", "document", "digest", "validUntil", "kind", "keyId"}
    assert {*kind.fields, "__typename"} - signed == BESIDE
    with pytest.raises(NotSigned):
        verify_offline(json.dumps(saved(Document="另一份")), KEYS)


def test_whoever_hands_in_what_holds_no_signature_or_two_is_told_what_is_taken() -> None:
    two = [saved(), saved()]
    for text in (signed_document(), json.dumps({"data": two}), '{"a":' * 200_000):
        out = io.StringIO()
        assert tell_report(text, KEYS, TODAY, out) == 1
        assert "field `signature` alone" in out.getvalue()
        assert "请提供报告的 signature 字段" in out.getvalue()


def test_an_expired_report_is_genuine_and_does_not_hold() -> None:
    out = io.StringIO()
    file = file_of(signed_document())
    assert tell_report(file, KEYS, date(2026, 4, 17), io.StringIO()) == 0
    assert tell_report(file, KEYS, date(2026, 4, 18), out) == 1
    assert "GENUINE" in out.getvalue()
    assert "EXPIRED" in out.getvalue()


def test_the_command_reads_files_and_key_sets(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report, keys = tmp_path / "report.json", tmp_path / "jwks.json"
    document = signed_document(valid_until="9999-12-31")
    report.write_text(file_of(document), encoding="utf-8")
    keys.write_text(json.dumps(KEYS), encoding="utf-8")
    assert verify_report(settings, Namespace(file=str(report), keys=str(keys))) == 0
    assert verify_report(settings, Namespace(file=str(report), keys=None)) == 1
    own = open_signer(settings.signing_keys_dir)
    report.write_text(own.sign(document.encode()), encoding="utf-8")
    assert verify_report(settings, Namespace(file=str(report), keys=None)) == 0
    report.write_bytes(b"\xff\xfe")
    assert verify_report(settings, Namespace(file=str(report), keys=None)) == 1
    assert "GENUINE" in capsys.readouterr().out


@pytest.mark.parametrize("broken", ["file", "keys", "content"])
def test_the_command_used_wrongly_says_what_is_wrong(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str], broken: str
) -> None:
    report, keys = tmp_path / "report.json", tmp_path / "jwks.json"
    report.write_text("x")
    keys.write_text("[]")
    given = {
        "file": Namespace(file=str(tmp_path / "none"), keys=None),
        "keys": Namespace(file=str(report), keys=str(tmp_path / "none")),
        "content": Namespace(file=str(report), keys=str(keys)),
    }
    assert verify_report(settings, given[broken]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert str(tmp_path) in told.err


# -- by number


@pytest.fixture
async def owner(installed_url: str) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(installed_url)
    yield connection
    await connection.close()


@pytest.fixture
async def app(installed_url: str) -> AsyncIterator[Connection]:
    connection = await app_connection(installed_url)
    yield connection
    await connection.close()


@pytest.fixture
async def parties(owner: Connection) -> Parties:
    return await make_parties(owner)


async def issued(app: Connection, parties: Parties) -> tuple[UUID, str]:
    async with transaction(app, NOW) as tx:
        report = await reports.issue(
            tx,
            SIGNER,
            BOOKS,
            kind="general",
            subject_id=parties.company,
            office_id=parties.agency,
            application_item_id=parties.purpose,
            consent_id=None,
            content={"subject": {"name": "x"}, "content": {}},
        )
    return report, await app.fetchval("SELECT number FROM credit_report WHERE id = $1", report)


async def test_a_number_tells_its_digest_and_two_statuses_and_nothing_else(app: Connection, parties: Parties) -> None:
    _, number = await issued(app, parties)
    digest = await app.fetchval("SELECT digest FROM credit_report WHERE number = $1", number)
    assert await status_of(app, f" {number.lower()} ", TODAY) == VerificationStatus(number, digest, "valid", "current")
    assert [one.name for one in dataclasses.fields(VerificationStatus)] == [
        "number",
        "digest",
        "document_status",
        "content_status",
    ]


async def test_the_document_expires_after_its_last_day(app: Connection, parties: Parties) -> None:
    _, number = await issued(app, parties)
    found = [await status_of(app, number, TODAY + timedelta(days=days)) for days in (30, 31)]
    assert [one and one.document_status for one in found] == ["valid", "expired"]


async def test_a_revoked_document_is_revoked_whatever_the_day(app: Connection, parties: Parties) -> None:
    report, number = await issued(app, parties)
    async with transaction(app, NOW) as tx:
        await reports.revoke(tx, report, "出具有误")
    found = [await status_of(app, number, TODAY + timedelta(days=days)) for days in (0, 31)]
    assert [one and one.document_status for one in found] == ["revoked", "revoked"]


PUBLISHED = '{"published_at": "2026-03-01T00:00:00+00:00", "disclosure": "public"}'


@pytest.mark.parametrize(
    ("noun", "kind", "after", "image", "status"),
    [
        ("credit_record", "change", 1, PUBLISHED, "superseded"),
        ("list_entry", "change", 1, PUBLISHED, "superseded"),
        ("legal_representative", "change", 1, None, "superseded"),
        ("subject", "change", 1, None, "superseded"),
        ("credit_record", "change", -1, PUBLISHED, "current"),
        ("credit_record", "access", 1, None, "current"),
        ("credit_record", "change", 1, '{"published_at": null, "disclosure": "public"}', "current"),
        ("credit_record", "change", 1, '{"published_at": "2026-03-01", "disclosure": "internal"}', "current"),
        ("consent", "change", 1, None, "current"),
        ("credit_report", "change", 1, None, "current"),
    ],
)
async def test_the_content_is_superseded_by_a_later_change_about_the_subject(
    app: Connection, parties: Parties, noun: str, kind: str, after: int, image: str | None, status: str
) -> None:
    _, number = await issued(app, parties)
    await app.execute(
        "INSERT INTO ledger_event (id, kind, at, object, verb, outcome, subject_id, role, policy_version, image)"
        " VALUES ($1, $2, $3, $4, 'withdraw', 'done', $5, 'clerk', 1, $6::jsonb)",
        uuid4(),
        kind,
        NOW + timedelta(seconds=after),
        noun,
        parties.company,
        image,
    )
    found = await status_of(app, number, TODAY)
    assert found is not None
    assert found.content_status == status


@pytest.mark.parametrize("number", ["", "RX", "\0", "RX" + "9" * 5000, "RX350200202603189FZWESCYQR5"])
async def test_a_number_that_is_none_has_no_status(app: Connection, number: str) -> None:
    assert await status_of(app, number, TODAY) is None
