"""Read the text of one setting into a value.

Each reader refuses what it cannot read with a `Fault` that says what kind of thing was given, and never
quotes it: a secret may have been put under any name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from api.planning.trusted import TrustedInvalid, read_folder
from authz.claim_rules import IssuerRules, read_claim_rules
from authz.claim_table import ClaimRulesInvalid
from authz.quota import Quotas, QuotasInvalid, read_quotas
from domain.keys import KeyFault

Fault = KeyFault
ALGORITHMS = frozenset({"EdDSA", "ES256", "RS256"})
HOST_NAME = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*",
    re.IGNORECASE | re.ASCII,
)
HEADER_NAME = re.compile(r"[a-z0-9-]{1,64}")
ACCOUNT_SUB = re.compile(r"[\w.@+-]{1,200}")
ROLE_NAME = re.compile(r"[a-z][a-z_]{0,63}")
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
ISSUER_KEYS = frozenset({"issuer", "audience", "jwks_url", "jwks_file", "algorithms"})
TRUE = frozenset({"true", "1", "yes", "on"})
FALSE = frozenset({"false", "0", "no", "off"})


@dataclass(frozen=True, slots=True)
class OidcIssuer:
    """A provider of access tokens; its keys come from exactly one of `jwks_url` and `jwks_file`.

    Source: RFC 9068; RFC 8725 section 3.1 (only the algorithms named here are accepted).
    """

    issuer: str
    audience: str
    jwks_url: str | None
    jwks_file: Path | None
    algorithms: tuple[str, ...]


def text(raw: str) -> str:
    """Return text without spaces around it or inside it."""
    value = raw.strip()
    if any(character.isspace() or not character.isprintable() for character in value):
        raise Fault("text with a space or a control character in it")
    return value


def account_sub(raw: str) -> str:
    """Return what an account of a machine is called by its issuer."""
    value = raw.strip()
    if not ACCOUNT_SUB.fullmatch(value):
        raise Fault("text that is no name of an account")
    return value


def host_name(raw: str) -> str:
    """Return the name or the IP address of a machine."""
    value = text(raw)
    with suppress(ValueError):
        return str(ip_address(value))
    if HOST_NAME.fullmatch(value) is None:
        raise Fault("text that is neither a host name nor an IP address")
    return value


def boolean(raw: str) -> bool:
    """Return a truth value."""
    value = raw.strip().lower()
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise Fault("text that says neither yes nor no")


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """Return a reader of numbers within bounds, both included."""

    def read(raw: str) -> int:
        value = raw.strip()
        digits = value.removeprefix("-")
        if not (digits.isascii() and digits.isdigit()) or len(value) > 18:
            raise Fault("text that is not a whole number")
        number = int(value)
        if number < least:
            raise Fault("a number that is too small")
        if number > most:
            raise Fault("a number that is too large")
        return number

    return read


def one_of(*words: str) -> Callable[[str], str]:
    """Return a reader of one word out of several."""

    def read(raw: str) -> str:
        value = raw.strip().lower()
        if value not in words:
            raise Fault("another word")
        return value

    return read


def folder(raw: str) -> Path:
    """Return a path that is a folder, or could become one."""
    path = Path(raw.strip()).expanduser()
    if "\0" in raw:
        raise Fault("text with a NUL character in it")
    if path.exists() and not path.is_dir():
        raise Fault("a file")
    return path


def _text_of_file(raw: str) -> str:
    path = Path(raw.strip()).expanduser()
    if "\0" in raw or not path.is_file():
        raise Fault("a path at which there is no file")
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise Fault(f"a file that cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise Fault("a file that is not UTF-8") from None


def quotas(raw: str) -> Quotas:
    """Return the quotas that a file holds."""
    text = _text_of_file(raw)
    try:
        return read_quotas(text)
    except QuotasInvalid as fault:
        raise Fault(f"a file with {fault}") from None


def claim_rules(raw: str) -> tuple[IssuerRules, ...]:
    """Return the table of claims that a file holds."""
    text = _text_of_file(raw)
    try:
        return read_claim_rules(text)
    except ClaimRulesInvalid as fault:
        raise Fault(f"a file with {fault}") from None


def trusted_documents(raw: str) -> Mapping[str, str]:
    """Return the trusted documents of a folder, by the SHA-256 of their text."""
    path = folder(raw)
    if not path.is_dir():
        raise Fault("a folder that does not exist")
    try:
        return read_folder(path)
    except TrustedInvalid as fault:
        raise Fault(str(fault)) from None


def header_name(raw: str) -> str:
    """Return the name of a header, in small letters."""
    value = raw.strip().lower()
    if HEADER_NAME.fullmatch(value) is None:
        raise Fault("text that is no name of a header")
    return value


def networks(raw: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Return addresses and networks."""
    try:
        return tuple(ip_network(one.strip()) for one in raw.split(","))
    except ValueError:
        raise Fault("text that is no list of addresses or networks") from None


def roles(raw: str) -> tuple[str, ...]:
    """Return the names of roles."""
    names = tuple(one.strip() for one in raw.split(","))
    if not all(ROLE_NAME.fullmatch(one) for one in names):
        raise Fault("text that is no list of roles")
    return names


def web_origins(raw: str) -> tuple[str, ...]:
    """Return origins as browsers write them: scheme, host and, where it is not the usual one, port."""
    found = tuple(one.strip() for one in raw.split(","))
    for one in found:
        if one == "*":
            continue
        parts = _split(one)
        if parts.scheme not in {"http", "https"} or not parts.hostname or one != f"{parts.scheme}://{parts.netloc}":
            raise Fault("text that is no list of origins")
        if parts.username is not None or one != one.lower():
            raise Fault("an origin that no browser would write so")
    return found


def database_address(raw: str) -> str:
    """Return the address of a PostgreSQL database."""
    parts = _split(raw)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise Fault("an address that does not begin with postgresql://")
    if not parts.path.strip("/"):
        raise Fault("an address without a database name")
    return raw.strip()


def http_address(raw: str) -> str:
    """Return an HTTP address without a slash at its end."""
    parts = _split(raw)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Fault("text that is no HTTP address")
    if parts.query or parts.fragment or parts.username is not None:
        raise Fault("an address with a query, a fragment or a user in it")
    return raw.strip().rstrip("/")


def secure_address(raw: str) -> str:
    """Return an HTTPS address without a slash at its end; HTTP only on this machine."""
    return _secure(http_address(raw), "text")


def key_source(raw: str) -> Path | str:
    """Return where a key set is: a file, or an HTTPS address."""
    value = raw.strip()
    if "://" in value:
        return secure_address(value)
    path = Path(value).expanduser()
    if "\0" in value or not path.is_file():
        raise Fault("a path at which there is no file")
    return path.absolute()


def oidc_issuers(raw: str) -> tuple[OidcIssuer, ...]:
    """Return the providers of access tokens."""
    try:
        entries = json.loads(raw)
    except (ValueError, RecursionError):
        raise Fault("text that is not JSON") from None
    if not isinstance(entries, list):
        raise Fault("JSON that is not a list")
    issuers = []
    for place, entry in enumerate(entries, start=1):
        try:
            issuers.append(_oidc_issuer(entry))
        except Fault as fault:
            raise Fault(f"{fault}, in place {place}") from None
    if len({issuer.issuer for issuer in issuers}) != len(issuers):
        raise Fault("the same issuer twice")
    return tuple(issuers)


def _oidc_issuer(entry: object) -> OidcIssuer:
    if not isinstance(entry, dict):
        raise Fault("an entry that is not an object")
    if not set(entry) <= ISSUER_KEYS:
        raise Fault("an unknown member")
    if ("jwks_url" in entry) == ("jwks_file" in entry):
        raise Fault("both or neither of jwks_url and jwks_file")
    words = {name: _member(entry, name) for name in entry if name != "algorithms"}
    if not {"issuer", "audience"} <= set(words):
        raise Fault("no issuer or no audience")
    return OidcIssuer(
        issuer=_secure(words["issuer"], "a member issuer"),
        audience=words["audience"],
        jwks_url=_secure(words["jwks_url"], "a member jwks_url") if "jwks_url" in words else None,
        jwks_file=_file(words["jwks_file"]) if "jwks_file" in words else None,
        algorithms=_algorithms(entry.get("algorithms")),
    )


def _member(entry: dict[str, object], name: str) -> str:
    value = entry[name]
    if not isinstance(value, str) or not value.strip():
        raise Fault(f"a member {name} that is not text")
    return value


def _algorithms(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(name, str) for name in value):
        raise Fault("algorithms that are not a list of names")
    if not set(value) <= ALGORITHMS:
        raise Fault(f"an algorithm other than {', '.join(sorted(ALGORITHMS))}")
    return tuple(value)


def _secure(address: str, name: str) -> str:
    """Return an HTTPS address unchanged (issuers are compared to the letter); HTTP only on this machine."""
    parts = _split(address)
    if parts.scheme == "https" and parts.hostname:
        return address
    if parts.scheme == "http" and parts.hostname in LOOPBACK_HOSTS:
        return address
    raise Fault(f"{name} that is no https address")


def _file(path: str) -> Path:
    if "\0" in path or not Path(path).is_file():
        raise Fault("a jwks_file that does not exist")
    return Path(path).absolute()


def _split(raw: str) -> SplitResult:
    try:
        parts = urlsplit(text(raw))
        _ = parts.port
    except ValueError as error:
        raise error if isinstance(error, Fault) else Fault("a malformed address") from None
    return parts
