"""Read the settings of the service from `RENXIN_*` variables, once, at start.

In charge of the one frozen object that holds them. Refuses a faulty environment as a whole, with every fault
in one error, one line each: the variable, what kind of thing was given, what is expected; never a value, as a
secret may have been put under any name. No secret has a default: only the embedded database, which belongs to
one folder on one machine, makes its own keys, in files of mode 0600 under `<data_dir>/keys`.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any

from api.config.key_files import keep_signing_keys, kept_key, kept_key_ring
from api.config.setting_values import Fault, OidcIssuer
from api.config.variables import MIB, PREFIX, VARIABLES, Variable
from authz.claim_rules import IssuerRules
from authz.quota import Quotas
from domain.keys import read_signing_keys

EMBEDDED_CONNECTIONS = 90
PIPELINES = 4
"""Sessions of a process beside its pool, for quick statements (`api.postgres.pipelines`): one keeps two cores busy."""


class SettingsError(Exception):
    """The environment is faulty; each line of the message is one fault."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting, checked. Fields that hold secrets are left out of `repr`.

    Units: `_ms` milliseconds, `_bytes` bytes; keys are 32 bytes; of `encryption_keys` the first is current.
    """

    database_url: str | None = field(repr=False)
    data_dir: Path
    host: str
    port: int
    public_url: str
    workers: int
    demo: bool
    pool_size: int
    statement_timeout_ms: int
    max_connections: int
    max_requests: int
    max_wait_ms: int
    max_body_bytes: int
    max_import_bytes: int
    max_attachment_bytes: int
    attachments_dir: Path
    quotas: Quotas | None
    trusted_documents: Mapping[str, str] = field(repr=False)
    trusted_only: tuple[str, ...]
    cors_origins: tuple[str, ...]
    hsts_seconds: int
    metrics: str
    graphiql: bool
    introspection: bool
    oidc_issuers: tuple[OidcIssuer, ...]
    claim_rules: tuple[IssuerRules, ...]
    builtin_issuer: bool
    token_keys_dir: Path | None
    platform_url: str | None
    platform_account: str | None
    platform_keys: Path | str | None
    client_certificate_header: str | None
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...]
    encryption_keys: Mapping[str, bytes] = field(repr=False)
    index_key: bytes = field(repr=False)
    cursor_key: bytes = field(repr=False)
    signing_keys_dir: Path
    log_level: str

    @property
    def embedded(self) -> bool:
        """Whether the service runs its own PostgreSQL."""
        return self.database_url is None

    @property
    def postgres_dir(self) -> Path:
        """The folder of the embedded PostgreSQL."""
        return self.data_dir / "postgres"

    @property
    def issuer_keys_dir(self) -> Path | None:
        """The folder of the built-in issuer's token keys, which sign no reports; None without that issuer."""
        return self.data_dir / "keys" / "issuer" if self.builtin_issuer else None

    @property
    def token_signing_dir(self) -> Path | None:
        """The folder of the keys that sign tokens of service accounts; None where they get none here."""
        return self.token_keys_dir or self.issuer_keys_dir


DEFAULTS: Mapping[str, object] = {
    "database_url": None,
    "data_dir": Path(".renxin"),
    "host": "127.0.0.1",
    "port": 8000,
    "workers": 1,
    "pool_size": 10,
    "statement_timeout_ms": 10_000,
    "max_connections": 1_000,
    "max_requests": 200,
    "max_wait_ms": 200,
    "max_body_bytes": MIB,
    "max_import_bytes": 64 * MIB,
    "max_attachment_bytes": 20 * MIB,
    "quotas": None,
    "trusted_documents": {},
    "trusted_only": (),
    "cors_origins": (),
    "hsts_seconds": 0,
    "metrics": "off",
    "graphiql": True,
    "introspection": True,
    "oidc_issuers": (),
    "claim_rules": (),
    "token_keys_dir": None,
    "platform_url": None,
    "platform_account": None,
    "platform_keys": None,
    "client_certificate_header": None,
    "trusted_proxies": (),
    "log_level": "info",
}
KEY_FIELDS = ("encryption_keys", "index_key", "cursor_key", "signing_keys_dir")


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read all settings; with the embedded database, make the keys that are missing.

    Raises: SettingsError with every fault.
    """
    embedded = PREFIX + "DATABASE_URL" not in environ
    given, faults = _read_variables(environ)
    faults += _unknown_variables(environ)
    faults += _faults_between(given, environ, embedded=embedded)
    if faults:
        raise SettingsError(tuple(faults))
    values: dict[str, Any] = {"demo": embedded, "builtin_issuer": embedded, **DEFAULTS, **given}
    values["data_dir"] = values["data_dir"].absolute()
    values["attachments_dir"] = values.get("attachments_dir", values["data_dir"] / "attachments").absolute()
    values.setdefault("public_url", _local_address(values["host"], values["port"]))
    if embedded:
        values = {**_kept_keys(values), **values}
    return Settings(**values)


def _read_variables(environ: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    values: dict[str, Any] = {}
    faults: list[str] = []
    for variable in VARIABLES:
        if variable.name not in environ:
            continue
        try:
            values[variable.field] = _read(variable, environ[variable.name])
        except Fault as fault:
            faults.append(_fault_line(variable, f"got {fault}"))
    return values, faults


def _read(variable: Variable, raw: str) -> object:
    if not raw.strip():
        raise Fault("nothing (leave it unset for its default)")
    value = variable.read(raw)
    if variable.field in ("signing_keys_dir", "token_keys_dir") and isinstance(value, Path):
        read_signing_keys(value)
    return value


def _unknown_variables(environ: Mapping[str, str]) -> list[str]:
    known = {variable.name for variable in VARIABLES}
    faults = []
    for name in sorted(name for name in environ if name.startswith(PREFIX) and name not in known):
        nearest = difflib.get_close_matches(name, known, n=1, cutoff=0)
        faults.append(f"{name}: there is no such setting; the nearest name is {nearest[0]}.")
    return faults


def _faults_between(given: Mapping[str, Any], environ: Mapping[str, str], *, embedded: bool) -> list[str]:
    """Find what is wrong only in combination."""
    faults = []
    for variable in VARIABLES:
        if not embedded and variable.field in KEY_FIELDS and variable.name not in environ:
            faults.append(_fault_line(variable, "missing, and required with RENXIN_DATABASE_URL"))
    if not embedded and given.get("builtin_issuer"):
        faults.append("RENXIN_BUILTIN_ISSUER: got true; it is only for the embedded database: expected false.")
    if "index_key" in given and given["index_key"] == given.get("cursor_key"):
        faults.append("RENXIN_CURSOR_KEY: got the same key as RENXIN_INDEX_KEY; expected another one.")
    if "client_certificate_header" in given and "trusted_proxies" not in given:
        faults.append("RENXIN_TRUSTED_PROXIES: missing, and required with RENXIN_CLIENT_CERTIFICATE_HEADER.")
    if "platform_account" not in given and not given.keys().isdisjoint(("platform_url", "platform_keys")):
        faults.append(
            "RENXIN_PLATFORM_ACCOUNT: missing, and required with RENXIN_PLATFORM_URL or RENXIN_PLATFORM_KEYS."
        )
    if given.get("token_keys_dir") is not None and given.get("token_keys_dir") == given.get("signing_keys_dir"):
        faults.append("RENXIN_TOKEN_KEYS_DIR: got the folder of RENXIN_SIGNING_KEYS_DIR; expected another one.")
    known = {one.issuer for one in given.get("oidc_issuers", ())}
    if any(one.issuer not in known for one in given.get("claim_rules", ())):
        faults.append("RENXIN_CLAIM_RULES: got rules for an issuer that RENXIN_OIDC_ISSUERS does not name.")
    connections = given.get("workers", 1) * (given.get("pool_size", 10) + PIPELINES)
    if embedded and connections > EMBEDDED_CONNECTIONS:
        faults.append(
            f"RENXIN_POOL_SIZE: got {connections} connections in all (workers times pool size and {PIPELINES}); "
            f"expected at most {EMBEDDED_CONNECTIONS} with the embedded database."
        )
    return faults


def _kept_keys(values: Mapping[str, Any]) -> dict[str, object]:
    """Return the embedded default's keys, making those that are neither given nor kept.

    Raises: SettingsError if a file of them is unusable.
    """
    keys = values["data_dir"] / "keys"
    makers: tuple[tuple[str, Callable[[Path], object], Path], ...] = (
        ("encryption_keys", kept_key_ring, keys / "encryption.json"),
        ("index_key", kept_key, keys / "index.key"),
        ("cursor_key", kept_key, keys / "cursor.key"),
        ("signing_keys_dir", keep_signing_keys, keys / "signing"),
        ("issuer_keys_dir", keep_signing_keys, keys / "issuer"),
    )
    kept: dict[str, object] = {}
    faults = []
    for name, make, path in makers:
        if name in values or (name == "issuer_keys_dir" and not values["builtin_issuer"]):
            continue
        try:
            kept[name] = make(path)
        except Fault as fault:
            faults.append(f"{path}: got {fault}; expected a key made by Renxin: restore the file.")
        except OSError as error:
            faults.append(f"RENXIN_DATA_DIR: got a folder that cannot be used ({error.strerror}: {path}).")
    if faults:
        raise SettingsError(tuple(faults))
    kept.pop("issuer_keys_dir", None)
    return kept


def _local_address(host: str, port: int) -> str:
    # These two mean every address of the machine, which no client can dial.
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"


def _fault_line(variable: Variable, what: str) -> str:
    return f"{variable.name}: {what}; expected {variable.expected}."
