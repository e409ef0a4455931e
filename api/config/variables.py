"""The table of settings: every `RENXIN_*` variable with its shape, its default and its meaning.

In charge of names and texts; `api.config.settings` reads them. The README's table is this table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from api.config.key_files import parse_key, parse_key_ring
from api.config.setting_values import (
    account_sub,
    boolean,
    claim_rules,
    database_address,
    folder,
    header_name,
    host_name,
    http_address,
    key_source,
    networks,
    oidc_issuers,
    one_of,
    quotas,
    roles,
    secure_address,
    trusted_documents,
    web_origins,
    whole_number,
)

PREFIX = "RENXIN_"
MIB = 1_048_576


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable: the field it fills, how its text is read, what is expected, its default in words."""

    field: str
    read: Callable[[str], object]
    expected: str
    default: str
    meaning: str

    @property
    def name(self) -> str:
        """The name in the environment."""
        return PREFIX + self.field.upper()


BOOLEAN = "true or false"
KEY = "32 random bytes in base64"
MADE = "made at the first start with the embedded database; required with a database of your own"

VARIABLES = (
    Variable(
        "database_url",
        database_address,
        "an address postgresql://user:password@host:port/database",
        "none: the embedded PostgreSQL",
        "The PostgreSQL 18 server to use.",
    ),
    Variable(
        "data_dir", folder, "a folder", ".renxin", "Where the embedded database, its keys and attachments are kept."
    ),
    Variable("host", host_name, "a host name or an IP address", "127.0.0.1", "The address to listen on."),
    Variable("port", whole_number(1, 65_535), "a number from 1 to 65535", "8000", "The port to listen on."),
    Variable(
        "public_url",
        http_address,
        "an address http://… or https://… without query",
        "made from host and port",
        "The address under which clients reach the service; it stands in reports.",
    ),
    Variable("workers", whole_number(1, 64), "a number from 1 to 64", "1", "Server processes."),
    Variable(
        "demo",
        boolean,
        BOOLEAN,
        "true with the embedded database, else false",
        "Whether an empty database is filled with invented data.",
    ),
    Variable(
        "pool_size",
        whole_number(1, 200),
        "a number from 1 to 200",
        "10",
        "Connections per process, beside four for quick statements.",
    ),
    Variable(
        "statement_timeout_ms",
        whole_number(10, 600_000),
        "milliseconds from 10 to 600000",
        "10000",
        "After how long PostgreSQL gives up a statement of a request.",
    ),
    Variable(
        "max_connections",
        whole_number(1, 100_000),
        "a number from 1 to 100000",
        "1000",
        "Connections of clients per process; of more the idle ones are closed, then new ones answered 503.",
    ),
    Variable(
        "max_requests",
        whole_number(1, 10_000),
        "a number from 1 to 10000",
        "200",
        "Requests under way at once per process; those beyond are answered 503 within a tenth of a second, with Retry-After.",
    ),
    Variable(
        "max_wait_ms",
        whole_number(10, 60_000),
        "milliseconds from 10 to 60000",
        "200",
        "How long requests take on average while all of them are let in; when they take longer, fewer are.",
    ),
    Variable(
        "max_body_bytes",
        whole_number(1_024, 64 * MIB),
        "bytes from 1024 to 67108864",
        "1048576",
        "The longest request body.",
    ),
    Variable(
        "max_import_bytes",
        whole_number(1_024, 4_096 * MIB),
        "bytes from 1024 to 4294967296",
        "67108864",
        "The longest file handed in by an import.",
    ),
    Variable(
        "max_attachment_bytes",
        whole_number(1_024, 1_024 * MIB),
        "bytes from 1024 to 1073741824",
        "20971520",
        "The largest attachment.",
    ),
    Variable(
        "attachments_dir",
        folder,
        "a folder, one and the same for all processes",
        "attachments, below RENXIN_DATA_DIR",
        "Where the bytes of attachments are kept.",
    ),
    Variable(
        "quotas",
        quotas,
        "a TOML file like authz/default_quotas.toml",
        "the file that ships: partner agencies only",
        "Subjects and requests per minute and day, by role and by account.",
    ),
    Variable(
        "trusted_documents",
        trusted_documents,
        "a folder of *.graphql, or *.json with texts by their SHA-256",
        "none",
        "Documents that clients may name by their SHA-256 (documentId, persistedQuery); read at start.",
    ),
    Variable(
        "trusted_only",
        roles,
        "roles separated by commas, or all",
        "none",
        "Whose callers may send trusted documents only; roles of the policy's own that inherit from them, too.",
    ),
    Variable(
        "cors_origins",
        web_origins,
        "origins separated by commas, e.g. https://portal.example, or *",
        "none",
        "Pages of which other origins may ask the service from a browser.",
    ),
    Variable(
        "hsts_seconds",
        whole_number(0, 63_072_000),
        "seconds from 0 to 63072000",
        "0: the header is not sent",
        "For how long browsers are told to use HTTPS only.",
    ),
    Variable(
        "metrics",
        one_of("off", "loopback", "on"),
        "off, loopback or on",
        "off",
        "Who may read /metrics: nobody, this machine, or whoever reaches the port.",
    ),
    Variable("graphiql", boolean, BOOLEAN, "true", "Whether browsers get the query page."),
    Variable("introspection", boolean, BOOLEAN, "true", "Whether the schema may be asked for."),
    Variable(
        "oidc_issuers",
        oidc_issuers,
        'a JSON list of {"issuer", "audience", "jwks_url" or "jwks_file", "algorithms"}',
        "none",
        "Whose access tokens are accepted.",
    ),
    Variable(
        "claim_rules",
        claim_rules,
        "a TOML file; see Tokens and sessions",
        "none: roles are assigned by officers only",
        "Which claims of which issuer's tokens give which roles in which offices, or tell which subject somebody is; read at start.",
    ),
    Variable(
        "builtin_issuer",
        boolean,
        BOOLEAN,
        "true with the embedded database; not allowed otherwise",
        "Whether the service issues access tokens itself, for trial.",
    ),
    Variable(
        "token_keys_dir",
        folder,
        "a folder of Ed25519 keys <key id>.pem, other ones than those that sign reports",
        "none: no token endpoint; with the embedded database the keys of the built-in issuer",
        "The keys that sign access tokens of service accounts.",
    ),
    Variable(
        "platform_url",
        secure_address,
        "an address https://… without query (http only on this machine)",
        "none: published on the portal only; what the platform is to be told waits",
        "Where the credit platform 信用平台 takes what is pushed 推送.",
    ),
    Variable(
        "platform_account",
        account_sub,
        "the sub of a machine's account with the role platform, registered here",
        "none",
        "As whom the platform is sent what it may read, and files what it sends; its office tells the place.",
    ),
    Variable(
        "platform_keys",
        key_source,
        "a key set (JWKS) in a file or at an address https://…",
        "none: no signed receipts, and nothing is taken in from the platform",
        "With which keys the platform signs.",
    ),
    Variable(
        "client_certificate_header",
        header_name,
        "the name of a header, e.g. client-cert",
        "none: no client certificates",
        "The header in which a trusted proxy hands on the client's certificate (RFC 9440, or PEM, percent-encoded).",
    ),
    Variable(
        "trusted_proxies",
        networks,
        "addresses or networks separated by commas, e.g. 10.0.0.5, fd00::/8",
        "none",
        "The proxies whose header with a client certificate counts; they must set or remove it on every request.",
    ),
    Variable(
        "encryption_keys",
        parse_key_ring,
        f"a JSON object of keys by key id, the current one first, each {KEY}",
        MADE,
        "The keys that identity numbers are encrypted with.",
    ),
    Variable("index_key", parse_key, KEY, MADE, "The key of the blind index over identity numbers."),
    Variable("cursor_key", parse_key, KEY, MADE, "The key that authenticates cursors."),
    Variable(
        "signing_keys_dir",
        folder,
        "a folder of Ed25519 keys <key id>.pem in PKCS8, the current one sorting last",
        MADE,
        "The keys that reports and checkpoints are signed with.",
    ),
    Variable(
        "log_level",
        one_of("debug", "info", "warning", "error"),
        "debug, info, warning or error",
        "info",
        "Log level.",
    ),
)
