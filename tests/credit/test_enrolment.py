"""A subject is entered once, whoever hands it in, and a name never overwrites another."""

from __future__ import annotations

from datetime import date

import pytest

from domain.identifiers import (
    ResidentIdInvalid,
    UsccCheckFailed,
    invented_resident_id,
    invented_uscc,
    resident_id_check_character,
)
from domain.lifecycle import Transaction
from domain.registry.enrolment import (
    PersonNameDisagrees,
    SubjectKindDisagrees,
    enrol_organisation,
    enrol_person,
    link_representative,
    names_identity,
    pinyin,
    without_identity,
)
from domain.vault import Vault

pytestmark = pytest.mark.anyio

CODE, NUMBER = invented_uscc(11), invented_resident_id(11)
XIAMEN = "350200"


async def test_an_organisation_is_found_again_and_keeps_its_name(tx: Transaction) -> None:
    first = await enrol_organisation(tx, uscc=CODE, name="厦门虚构甲公司", jurisdiction_id=XIAMEN)
    again = await enrol_organisation(tx, uscc=CODE.lower(), name="厦门虚构乙公司", jurisdiction_id=XIAMEN)
    row = await tx.connection.fetchrow("SELECT * FROM subject WHERE id = $1", first)
    assert again == first
    assert (row["name"], row["masked_name"], row["kind"]) == ("厦门虚构甲公司", "厦门虚构甲公司", "enterprise")
    assert await tx.connection.fetchval("SELECT count(*) FROM ledger_event WHERE object_id = $1", first) == 1


async def test_an_organisation_does_not_become_another_kind(tx: Transaction) -> None:
    await enrol_organisation(tx, uscc=CODE, name="厦门虚构甲公司", jurisdiction_id=XIAMEN)
    with pytest.raises(SubjectKindDisagrees):
        await enrol_organisation(tx, uscc=CODE, name="厦门虚构甲公司", jurisdiction_id=XIAMEN, kind="government_organ")


async def test_a_code_that_fails_its_check_is_taken_only_with_a_flag(tx: Transaction) -> None:
    real = "91350211M0000XUF46"
    with pytest.raises(UsccCheckFailed):
        await enrol_organisation(tx, uscc=real, name="某公司", jurisdiction_id=XIAMEN)
    subject = await enrol_organisation(tx, uscc=real, name="某公司", jurisdiction_id=XIAMEN, lenient=True)
    assert await tx.connection.fetchval("SELECT uscc_lenient FROM subject WHERE id = $1", subject)


async def test_a_persons_number_is_stored_sealed_and_masked(tx: Transaction, vault: Vault) -> None:
    person = await enrol_person(tx, vault, id_number=NUMBER, name="欧阳虚构", jurisdiction_id=XIAMEN)
    row = await tx.connection.fetchrow("SELECT * FROM subject WHERE id = $1", person)
    assert vault.open(row["id_cipher"]) == NUMBER
    assert row["id_index"] == vault.blind_index(NUMBER)
    assert row["masked_name"] == "欧阳**"
    assert row["masked_id_number"] == NUMBER[:3] + "*" * 13 + NUMBER[-2:]
    assert NUMBER not in str(dict(row))
    image = await tx.connection.fetchval("SELECT image::text FROM ledger_event WHERE object_id = $1", person)
    assert NUMBER not in image
    assert "id_cipher" not in image


async def test_a_person_is_found_again_by_number_and_name(tx: Transaction, vault: Vault) -> None:
    person = await enrol_person(tx, vault, id_number=NUMBER, name="虚构甲", jurisdiction_id=XIAMEN)
    assert await enrol_person(tx, vault, id_number=NUMBER, name=" 虚构甲 ", jurisdiction_id="420300") == person


async def test_a_number_under_another_name_is_refused(tx: Transaction, vault: Vault) -> None:
    await enrol_person(tx, vault, id_number=NUMBER, name="虚构甲", jurisdiction_id=XIAMEN)
    with pytest.raises(PersonNameDisagrees) as refused:
        await enrol_person(tx, vault, id_number=NUMBER, name="虚构乙", jurisdiction_id=XIAMEN)
    assert "虚构" not in refused.value.message + refused.value.message_zh


async def test_a_number_of_somebody_not_yet_born_is_refused(tx: Transaction, vault: Vault) -> None:
    tomorrow = "35020020260319001"
    number = tomorrow + resident_id_check_character(tomorrow)
    with pytest.raises(ResidentIdInvalid):
        await enrol_person(tx, vault, id_number=number, name="某人", jurisdiction_id=XIAMEN)


async def test_representatives_follow_each_other_by_days(tx: Transaction, vault: Vault) -> None:
    organisation = await enrol_organisation(tx, uscc=CODE, name="厦门虚构甲公司", jurisdiction_id=XIAMEN)

    async def represent(name: str, day: date) -> object:
        return await link_representative(
            tx, vault, organisation_id=organisation, name=name, from_on=day, jurisdiction_id=XIAMEN
        )

    first = await represent("虚构甲", date(2024, 3, 1))
    assert await represent("虚构甲", date(2025, 1, 1)) == first
    await represent("虚构乙", date(2025, 6, 1))
    assert await represent("虚构丙", date(2025, 1, 1)) is None
    rows = await tx.connection.fetch(
        "SELECT name, from_on, to_on FROM legal_representative WHERE subject_id = $1 ORDER BY from_on", organisation
    )
    assert [tuple(row) for row in rows] == [
        ("虚构甲", date(2024, 3, 1), date(2025, 5, 31)),
        ("虚构乙", date(2025, 6, 1), None),
    ]


async def test_a_representative_with_a_number_is_a_subject_too(tx: Transaction, vault: Vault) -> None:
    organisation = await enrol_organisation(tx, uscc=CODE, name="厦门虚构甲公司", jurisdiction_id=XIAMEN)
    link = await link_representative(
        tx,
        vault,
        organisation_id=organisation,
        name="虚构甲",
        id_number=NUMBER.lower(),
        from_on=date(2024, 3, 1),
        jurisdiction_id=XIAMEN,
    )
    row = await tx.connection.fetchrow("SELECT * FROM legal_representative WHERE id = $1", link)
    person = await enrol_person(tx, vault, id_number=NUMBER, name="虚构甲", jurisdiction_id=XIAMEN)
    assert row["person_id"] == person
    assert row["masked_id_number"] == NUMBER[:3] + "*" * 13 + NUMBER[-2:]


def test_names_are_spelt_for_search_whole_and_by_initials() -> None:
    assert pinyin("厦门重庆银行ABC") == "xiamenchongqingyinhangabc xmcqyhabc"


def test_a_persons_name_and_numbers_are_taken_out_of_a_title() -> None:
    text = f"对虚构甲（{NUMBER}）的处罚"
    assert without_identity(text, person_name="虚构甲") == f"对虚**（{NUMBER[:3]}{'*' * 13}{NUMBER[-2:]}）的处罚"
    assert names_identity(text, person_name=None)
    assert names_identity("虚构甲的处罚", person_name="虚构甲")
    assert not names_identity("厦人社监罚〔2026〕1号", person_name="虚构甲")


def test_a_text_that_is_shown_may_tell_no_telephone_and_a_number_of_eleven_digits_is_none() -> None:
    """HC-25b: the reason of an entry stands on the screens of the underground."""
    assert names_identity("有履行能力而拒不履行，联系13812345678", person_name=None)
    for number in ("13812345678", "JC 13812345678", "（2026）13812345678", "(2026)闽0205执13812345678号"):
        assert not names_identity(number, person_name=None)
