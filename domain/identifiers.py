"""Codes of subjects: unified social credit code (GB 32100), and the number by which a natural person is known.

In charge of reading, checking and classifying codes, and of inventing valid ones for demonstration and tests. A person
is known by the number that stays with it: of a resident card (GB 11643), of a residence permit of residents of Hong Kong,
Macao and Taiwan (810000, 820000, 830000, else alike), of a foreigner's permanent residence card: 18 digits beginning with
9 since 2023, checked alike, or 15 characters before.
Refuses: codes handed over as numbers (spreadsheets lose digits), characters other than ASCII, dates that do
not exist. A wrong check digit of a credit code is a refusal, or in lenient mode a flag: real codes exist that
fail it. The region of a resident number is a warning, never an error. The inner check digit of the
organisation code (GB 11714) is never asked for: GB 32100 does not ask for it.
Source: GB 32100-2015 with amendments; GB 11643-1999; 河南省社会信用条例 16; 港澳台居民居住证申领发放办法 (公民身份号码);
新版外国人永久居留身份证机读信息规则 2023 (国家移民管理局); of the 15 characters their use in public code: nationality, place,
day of birth, sequence, and the check digit of machine-readable travel documents (ICAO 9303).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from math import gcd
from operator import mul

from domain.errors import InvalidInput

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of GB 32100: no I, O, S, V, Z."""

_CHARACTERS = frozenset(ALPHABET)
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS = tuple(pow(3, position, 31) for position in range(17))
_INNER_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_CHECKS = "10X98765432"
_TRAVEL_WEIGHTS = (7, 3, 1)
_DIGITS = frozenset("0123456789")
_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_UPPER = {ord("a") + offset: chr(ord("A") + offset) for offset in range(26)}
_TRIMMED = " \t\r\n\u00a0\u3000\ufeff"

_EARLIER_LENGTH = 15

KINDS_BY_PREFIX = {
    "11": "government_organ",
    "12": "public_institution",
    "13": "social_organisation",
    "51": "social_organisation",
    "52": "private_non_enterprise",
    "91": "enterprise",
    "92": "individual_business",
    "N1": "village_collective",
    "N2": "village_collective",
    "N3": "village_collective",
}
"""Kind of subject by the first two characters; any other prefix is `other_organisation`."""

_PROVINCES = """
11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83
"""
PROVINCES = frozenset(_PROVINCES.split())


class CodeNotText(InvalidInput):
    """A code must be text, not a number: format the column as text and hand the file in again."""

    code = "CODE_NOT_TEXT"
    zh = "代码必须是文本而不是数字：请将该列设为文本格式后重新提交。"


class UsccInvalid(InvalidInput):
    """The unified social credit code is not valid: 18 characters, digits and capitals without I O S V Z."""

    code = "USCC_INVALID"
    zh = "统一社会信用代码无效：应为18位数字或大写字母（不含 I、O、S、V、Z）。"


class UsccCheckFailed(UsccInvalid):
    """The last character of the unified social credit code does not match: compare it with the licence."""

    code = "USCC_CHECK_FAILED"
    zh = "统一社会信用代码校验位不符：请与登记证照核对。"


class ResidentIdInvalid(InvalidInput):
    """The identity number is not valid: compare it with the card; day of birth and last character must be right."""

    code = "RESIDENT_ID_INVALID"
    zh = "身份证件号码无效：居民身份证、居住证、永久居留身份证为17位数字（出生日期真实存在）加校验位，旧版永久居留身份证为3位字母加12位数字。"


@dataclass(frozen=True, slots=True)
class Uscc:
    """A unified social credit code that was read, and whether its check digit matches."""

    code: str
    kind: str
    division: str
    check_matches: bool


@dataclass(frozen=True, slots=True, repr=False)
class ResidentId:
    """An identity number that was read; a doubtful region is only a warning. Never printed."""

    number: str
    born_on: date | None
    """The day of birth; None where the number leaves the century open."""
    region_known: bool


def normalise_code(value: object) -> str:
    """Write a code without surrounding blanks and in capitals; nothing else about it is changed.

    Full-width and other non-ASCII characters stay, so that the check refuses them.
    Raises: CodeNotText for anything that is not text.
    """
    if not isinstance(value, str):
        raise CodeNotText
    return value.strip(_TRIMMED).translate(_UPPER)


def read_uscc(value: object, *, lenient: bool = False) -> Uscc:
    """Read a unified social credit code.

    In lenient mode, for files that carry official codes, a wrong check digit is reported in `check_matches`.
    Raises: CodeNotText; UsccInvalid; UsccCheckFailed unless lenient.
    Source: GB 32100-2015; letters in positions 1 and 2 (A, N, Y) by its amendments.
    """
    read = _read_uscc(normalise_code(value))
    if read is None:
        raise UsccInvalid
    if not read.check_matches and not lenient:
        raise UsccCheckFailed
    return read


def is_uscc(value: object, *, lenient: bool = False) -> bool:
    """Say whether this is a unified social credit code."""
    try:
        read_uscc(value, lenient=lenient)
    except InvalidInput:
        return False
    return True


def uscc_check_character(first_17: str) -> str:
    """Compute the check character: 31 − (weighted sum mod 31), where 31 folds to 0."""
    total = sum(map(mul, map(_VALUES.__getitem__, first_17), _WEIGHTS))
    return ALPHABET[(31 - total % 31) % 31]


def subject_kind(uscc: str) -> str:
    """Tell the kind of subject from a code's first two characters.

    State ownership is not in the code: it is a fact on the subject (厦门24).
    """
    return KINDS_BY_PREFIX.get(uscc[:2], "other_organisation")


def read_resident_id(value: object, *, today: date | None = None) -> ResidentId:
    """Read the identity number of a natural person; with `today`, a later date of birth is refused.

    Raises: CodeNotText; ResidentIdInvalid.
    Source: GB 11643-1999; for cards of foreigners that of the module.
    """
    number = normalise_code(value)
    if len(number) == _EARLIER_LENGTH:
        return _read_earlier_card(number)
    if len(number) != 18 or not set(number[:17]) <= _DIGITS:
        raise ResidentIdInvalid
    if number[17] != resident_id_check_character(number[:17]):
        raise ResidentIdInvalid
    born_on = _birthday(number[6:14])
    if today is not None and born_on > today:
        raise ResidentIdInvalid
    province = number[1:3] if number[0] == "9" else number[:2]
    return ResidentId(number, born_on, province in PROVINCES)


def is_resident_id(value: object) -> bool:
    """Say whether this is an identity number of a natural person."""
    try:
        read_resident_id(value)
    except InvalidInput:
        return False
    return True


def resident_id_check_character(first_17: str) -> str:
    """Compute the check character of a resident identity number."""
    total = sum(int(digit) * weight for digit, weight in zip(first_17, _RESIDENT_WEIGHTS, strict=True))
    return _RESIDENT_CHECKS[total % 11]


def earlier_card_check_digit(first_14: str) -> str:
    """Compute the check digit of a foreigner's permanent residence card before 2023: letters count from A, 10, on."""
    values = (int(character, 36) for character in first_14)
    return str(sum(value * _TRAVEL_WEIGHTS[place % 3] for place, value in enumerate(values)) % 10)


def invented_uscc(seed: int, *, prefix: str = "91", division: str = "350200") -> str:
    """Invent a valid code that no real body bears; another seed gives another code.

    Its inner organisation code fails GB 11714 on purpose, which the codes of real bodies pass.
    Units: seeds from 0 to 31^8 − 1.
    """
    space = len(ALPHABET) ** 8
    if not 0 <= seed < space:
        raise ValueError(f"a seed lies between 0 and {space - 1}")
    body = _in_alphabet((seed * 387_420_489_163 + 271_828_182_845) % space)
    first_17 = f"{prefix}{division}{body}{_wrong_inner_check(body)}"
    return first_17 + uscc_check_character(first_17)


def invented_resident_id(seed: int, *, division: str = "350200") -> str:
    """Invent a valid identity number that no real person bears; another seed gives another number.

    Units: seeds from 0 to 20 million. The division must be that of a whole city or province (…00), which no
    identity card carries.
    """
    if not division.endswith("00"):
        raise ValueError("an invented number carries the code of a whole city or province, ending in 00")
    first, days = date(1950, 1, 1), 20_454
    if not 0 <= seed < days * 999:
        raise ValueError(f"a seed lies between 0 and {days * 999 - 1}")
    day, sequence = divmod(_scatter(seed, days * 999), 999)
    first_17 = f"{division}{first + timedelta(days=day):%Y%m%d}{sequence + 1:03d}"
    return first_17 + resident_id_check_character(first_17)


@lru_cache(maxsize=4096)
def _read_uscc(code: str) -> Uscc | None:
    """Read a code once: the rows of a file name the same few offices, and a party in one row after another."""
    if len(code) != 18 or not _CHARACTERS.issuperset(code) or not _DIGITS.issuperset(code[2:8]):
        return None
    return Uscc(code, subject_kind(code), code[2:8], code[17] == uscc_check_character(code[:17]))


def _read_earlier_card(number: str) -> ResidentId:
    """Read the number of a foreigner's permanent residence card before 2023; the year of birth has two digits.

    Raises: ResidentIdInvalid.
    """
    if not _LETTERS.issuperset(number[:3]) or not _DIGITS.issuperset(number[3:]):
        raise ResidentIdInvalid
    if number[14] != earlier_card_check_digit(number[:14]):
        raise ResidentIdInvalid
    _birthday(f"20{number[7:13]}")  # 29 February of 1900 is no day of either century's
    return ResidentId(number, None, number[3:5] in PROVINCES)


def _birthday(digits: str) -> date:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise ResidentIdInvalid from None


def _in_alphabet(number: int) -> str:
    characters = []
    for _ in range(8):
        number, digit = divmod(number, len(ALPHABET))
        characters.append(ALPHABET[digit])
    return "".join(characters)


def _wrong_inner_check(body: str) -> str:
    """Give a ninth character other than the one GB 11714 asks for."""
    total = sum(int(character, 36) * weight for character, weight in zip(body, _INNER_WEIGHTS, strict=True))
    right = "0123456789X"[(11 - total % 11) % 11]
    return "1" if right == "0" else "0"


def _scatter(seed: int, space: int) -> int:
    """Map the seeds one to one onto the space, neighbours far apart."""
    factor = 7_368_787
    while gcd(factor, space) != 1:
        factor += 2
    return (seed * factor + 1_234_567) % space
