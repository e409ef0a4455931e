"""Finding or entering subjects 信用主体, and who represents an organisation.

A subject is known by its code or by the blind index of its identity number, once, whoever hands it in. A
name that disagrees with the known one overwrites nothing: an organisation keeps the name it was entered
with (the document's name stays in the record); for a person it is refused, because a decision would
otherwise stand under the wrong person. Refuses codes and numbers that are not valid.
Source: GB 32100, GB 11643; 厦门24; 上海9(二) (法定代表人); Personal Information Protection Law 8 (accuracy).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.errors import DomainError
from domain.identifiers import is_resident_id, normalise_code, read_resident_id, read_uscc
from domain.lifecycle import Transaction, change, create
from domain.masking import Patterns, mask_name, mask_resident_id
from domain.registry.mail_addresses import without_addresses
from domain.registry.telephones import tells_telephone
from domain.text import require_seen
from domain.vault import Vault

LONGEST_NAME: Final = 200
_ID_LENGTH: Final = 15
_DIGIT: Final = "[0-9０-９]"
_LETTER: Final = "[A-Za-zＡ-Ｚａ-ｚ]"
_BETWEEN: Final = re.compile(r"[\s\-—·.]+")
_ID_NUMBER: Final = re.compile(
    rf"{_DIGIT}(?<![0-9A-Za-z０-９].)(?:[\s\-—·.]?{_DIGIT}){{16}}[\s\-—·.]?[0-9Xx０-９Ｘｘ](?![0-9A-Za-z０-９])"
    rf"|{_LETTER}(?<![0-9A-Za-z０-９].){_LETTER}{{2}}(?:[\s\-—·.]?{_DIGIT}){{12}}(?![0-9A-Za-z０-９])"
)
"""In full-width digits, too, and with blanks or strokes between them: whoever reads it reads a number all the same."""


class PersonNameDisagrees(DomainError):
    """The name does not agree with the one known for this identity number: compare it with the card."""

    code = "PERSON_NAME_DISAGREES"
    zh = "姓名与该身份证号已登记的姓名不一致：请与身份证核对。"


class SubjectKindDisagrees(DomainError):
    """The kind of subject does not agree with the one known for this code: leave it out."""

    code = "SUBJECT_KIND_DISAGREES"
    zh = "主体类型与该代码已登记的类型不一致：请勿填写。"


@dataclass(frozen=True, slots=True)
class Known:
    """A subject that is here already: the kept one of a merge, under the name that goes with the code asked for."""

    id: UUID
    kind: str
    name: str


async def enrol_organisation(
    tx: Transaction,
    *,
    uscc: str,
    name: str,
    jurisdiction_id: str,
    kind: str | None = None,
    lenient: bool = False,
    state_owned: bool = False,
) -> UUID:
    """Find an organisation by its code, or enter it; give its id.

    `kind` is told by the code where it is not given. `lenient` accepts, and flags, a code of an official
    file that fails its check digit.
    Raises: UsccInvalid; UsccCheckFailed; SubjectKindDisagrees; InvalidInput for a name that cannot be one.
    """
    code = read_uscc(uscc, lenient=lenient)
    known = await _known(tx, "uscc", code.code)
    if known is not None:
        if kind is not None and kind != known.kind:
            raise SubjectKindDisagrees()
        return known.id
    plain = require_name(name)
    values = {
        "kind": kind or code.kind,
        "is_person": False,
        "jurisdiction_id": jurisdiction_id,
        "name": plain,
        "masked_name": plain,
        "name_pinyin": pinyin(plain),
        "uscc": code.code,
        "uscc_lenient": not code.check_matches,
        "state_owned": state_owned,
        "registered_at": tx.now,
    }
    return (await _enter_once(tx, "uscc", values)).id


async def enrol_person(
    tx: Transaction,
    vault: Vault,
    *,
    id_number: str,
    name: str,
    jurisdiction_id: str,
    patterns: Patterns | None = None,
) -> UUID:
    """Find a natural person by the identity number, or enter the person; give the id.

    The number is stored sealed and masked, never in clear.
    Raises: ResidentIdInvalid; PersonNameDisagrees; InvalidInput for a name that cannot be one.
    """
    values = person_values(vault, id_number=id_number, name=name, today=tx.today, patterns=patterns or Patterns())
    known = await _known(tx, "id_index", values["id_index"])
    if known is None:
        known = await _enter_once(
            tx, "id_index", {**values, "jurisdiction_id": jurisdiction_id, "registered_at": tx.now}
        )
    if known.name != values["name"]:
        raise PersonNameDisagrees()
    return known.id


async def link_representative(
    tx: Transaction,
    vault: Vault,
    *,
    organisation_id: UUID,
    name: str,
    from_on: date,
    jurisdiction_id: str,
    id_number: str | None = None,
    patterns: Patterns | None = None,
) -> UUID | None:
    """Note who represents an organisation since a day; give the link that stands after it.

    The same name again changes nothing; another name from a later day ends the link before it on the eve; an
    older document does not rewrite what is known, and gives None.
    Raises: ResidentIdInvalid; PersonNameDisagrees; InvalidInput for a name that cannot be one.
    Source: 上海9(二)2 (以失信被执行人作为法定代表人的单位).
    """
    plain = require_name(name)
    await tx.connection.execute("SELECT FROM subject WHERE id = $1 FOR NO KEY UPDATE", organisation_id)
    standing = await tx.connection.fetchrow(_STANDING, organisation_id)
    if standing is not None and standing["name"] == plain:
        return UUID(str(standing["id"]))
    if standing is not None and from_on <= standing["from_on"]:
        return None
    person_id = None
    if id_number:
        person_id = await enrol_person(
            tx, vault, id_number=id_number, name=plain, jurisdiction_id=jurisdiction_id, patterns=patterns
        )
    if standing is not None:
        eve = from_on - timedelta(days=1)
        await change(tx, "legal_representative", "end", standing["id"], {"to_on": eve}, unless="to_on")
    named = _named(plain, id_number, patterns or Patterns())
    values = {"subject_id": organisation_id, "person_id": person_id, **named, "from_on": from_on}
    return await create(tx, "legal_representative", "link", values)


def _named(name: str, id_number: str | None, patterns: Patterns) -> dict[str, Any]:
    """Give the columns of a link that name its person, in clear and masked; the number is stored masked only."""
    return {
        "about_person": True,
        "name": name,
        "masked_name": mask_name(name),
        "masked_id_number": mask_resident_id(normalise_code(id_number or ""), patterns) or None,
    }


def person_values(vault: Vault, *, id_number: str, name: str, today: date, patterns: Patterns) -> dict[str, Any]:
    """Give the columns of a natural person: name and number masked, number sealed and indexed.

    Raises: ResidentIdInvalid; InvalidInput for a name that cannot be one.
    """
    number = read_resident_id(id_number, today=today).number
    plain = require_name(name)
    return {
        "kind": "natural_person",
        "is_person": True,
        "name": plain,
        "masked_name": mask_name(plain),
        "name_pinyin": "",
        "uscc_lenient": False,
        "id_cipher": vault.seal(number),
        "id_index": vault.blind_index(number),
        "masked_id_number": mask_resident_id(number, patterns),
        "state_owned": False,
    }


def require_name(name: str) -> str:
    """Give a name as it is seen, without blanks around it.

    Raises: InvalidInput when it is empty, too long, or cannot be stored, or holds what turns the writing round.
    """
    return require_seen("name", name, longest=LONGEST_NAME)


def pinyin(name: str) -> str:
    """Give the pinyin of an organisation's name for search: without tones, then the initials, lower case."""
    pairs = [pair for word in _words(name) for pair in _syllables(word)]
    whole, initials = "".join(pair[0] for pair in pairs), "".join(pair[1] for pair in pairs)
    return f"{whole} {initials}".lower()


async def search_words(tx: Transaction, subject_id: UUID, name: str) -> str:
    """Give the words by which an organisation is found beside its name: pinyin, and the names of those merged into it."""
    rows = await tx.connection.fetch("SELECT name FROM subject WHERE merged_into_id = $1 ORDER BY id", subject_id)
    return " ".join([pinyin(name), *(f"{row['name'].lower()} {pinyin(row['name'])}" for row in rows)])


def _words(name: str) -> Iterable[str]:
    from pypinyin.seg import mmseg  # noqa: PLC0415 - its dictionaries cost half a second and 40 MB at each start

    words: Iterable[str] = mmseg.seg.cut(name)
    return words


@lru_cache(maxsize=65536)
def _syllables(word: str) -> tuple[tuple[str, str], ...]:
    """Give the syllables of a word with their initials; what has no pinyin stands for itself."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - as above

    read = lazy_pinyin(word, errors=lambda other: "\0" + other)
    return tuple((part[1:], part[1:]) if part.startswith("\0") else (part, part[:1]) for part in read)


def names_identity(text: str, *, person_name: str | None) -> bool:
    """Tell whether a text names a person it is about, or carries an identity or telephone number or an address of mail."""
    if without_identity(text, person_name=person_name) != text or tells_telephone(text):
        return True
    return without_addresses(text) != text


def without_identity(text: str, *, person_name: str | None) -> str:
    """Give a text in which the person's name and every identity number stand masked."""
    shown = _ID_NUMBER.sub(_masked, text) if len(text) >= _ID_LENGTH else text
    return shown.replace(person_name, mask_name(person_name)) if person_name else shown


def _masked(found: re.Match[str]) -> str:
    number = _BETWEEN.sub("", unicodedata.normalize("NFKC", found[0]))
    return mask_resident_id(number) if is_resident_id(number) else found[0]


async def _known(tx: Transaction, column: str, key: str | bytes) -> Known | None:
    row = await tx.connection.fetchrow(f"SELECT id, merged_into_id, kind, name FROM subject WHERE {column} = $1", key)
    if row is None:
        return None
    if row["merged_into_id"] is not None:
        tx.under.add(row["id"])
    return Known(UUID(str(row["merged_into_id"] or row["id"])), row["kind"], row["name"])


async def _enter_once(tx: Transaction, column: str, values: Mapping[str, Any]) -> Known:
    """Enter a subject, or find the one that somebody else entered at the same instant."""
    try:
        async with tx.connection.transaction():
            return Known(await create(tx, "subject", "enrol", values), values["kind"], values["name"])
    except asyncpg.UniqueViolationError:
        known = await _known(tx, column, values[column])
        if known is None:
            raise
        return known


_STANDING: Final = """
SELECT id, name, from_on FROM legal_representative
WHERE subject_id = $1 AND to_on IS NULL
ORDER BY from_on DESC, id DESC LIMIT 1
"""
