"""Settings: one frozen object, every fault at once, no secret in any message."""

from __future__ import annotations

import base64
import json
import stat
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from api.config.key_files import keep_signing_keys
from api.config.settings import Settings, SettingsError, load_settings
from api.config.variables import VARIABLES, Variable
from domain.keys import read_signing_keys

SECRET = "hunter2hunter2"


def key(filler: int) -> str:
    return base64.b64encode(bytes([filler]) * 32).decode()


@pytest.fixture
def real(tmp_path: Path) -> dict[str, str]:
    """A complete environment with a database of one's own."""
    return {
        "RENXIN_DATABASE_URL": "postgresql://renxin:word@db.example/renxin",
        "RENXIN_ENCRYPTION_KEYS": json.dumps({"k2": key(2), "k1": key(1)}),
        "RENXIN_INDEX_KEY": key(3),
        "RENXIN_CURSOR_KEY": key(4),
        "RENXIN_SIGNING_KEYS_DIR": str(keep_signing_keys(tmp_path / "signing")),
    }


def faults(environ: dict[str, str]) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as raised:
        load_settings(environ)
    return raised.value.faults


def embedded(tmp_path: Path, **given: str) -> Settings:
    return load_settings({"RENXIN_DATA_DIR": str(tmp_path / "data"), **given})


def test_every_fault_is_listed_at_once_one_line_each() -> None:
    found = faults(
        {
            "RENXIN_DATABASE_URL": "mysql://x/y",
            "RENXIN_PORT": "70000",
            "RENXIN_DEMO": "perhaps",
            "RENXIN_WORKRES": "2",
            "RENXIN_OIDC_ISSUERS": "{",
        }
    )
    named = [line.split(":")[0] for line in found]
    assert sorted(named) == sorted(
        [
            "RENXIN_DATABASE_URL",
            "RENXIN_PORT",
            "RENXIN_DEMO",
            "RENXIN_WORKRES",
            "RENXIN_OIDC_ISSUERS",
            "RENXIN_ENCRYPTION_KEYS",
            "RENXIN_INDEX_KEY",
            "RENXIN_CURSOR_KEY",
            "RENXIN_SIGNING_KEYS_DIR",
        ]
    )
    assert not any("\n" in line for line in found)


@pytest.mark.parametrize("variable", VARIABLES, ids=lambda each: each.field)
@pytest.mark.parametrize(
    "shape",
    [
        f" {SECRET}\x01 x",
        json.dumps([{"issuer": SECRET}]),
        json.dumps({SECRET: SECRET}),
        f"postgresql://{SECRET}:x@h:notaport/?q",
    ],
)
def test_a_fault_never_quotes_what_was_given(variable: Variable, shape: str, tmp_path: Path) -> None:
    environ = {"RENXIN_DATA_DIR": str(tmp_path), variable.name: shape}
    if variable.name in ("RENXIN_DATA_DIR", "RENXIN_ATTACHMENTS_DIR"):
        (tmp_path / SECRET).touch()
        environ[variable.name] = str(tmp_path / SECRET)
    assert SECRET not in "\n".join(faults(environ))


def test_an_unknown_variable_is_a_fault_that_names_the_nearest_one(tmp_path: Path) -> None:
    (fault,) = faults({"RENXIN_DATA_DIR": str(tmp_path), "RENXIN_DATABSE_URL": "x"})
    assert fault == "RENXIN_DATABSE_URL: there is no such setting; the nearest name is RENXIN_DATABASE_URL."


def test_an_empty_variable_is_a_fault_and_does_not_choose_the_embedded_database(real: dict[str, str]) -> None:
    (fault,) = faults({**real, "RENXIN_DATABASE_URL": ""})
    assert fault.startswith("RENXIN_DATABASE_URL: got nothing")


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ("-1", "a number that is too small"),
        ("0", "a number that is too small"),
        ("65536", "a number that is too large"),
        ("--1", "text that is not a whole number"),
        ("１", "text that is not a whole number"),
        ("-", "text that is not a whole number"),
    ],
)
def test_a_number_out_of_bounds_is_told_from_text_that_is_none(raw: str, told: str, tmp_path: Path) -> None:
    (fault,) = faults({"RENXIN_DATA_DIR": str(tmp_path), "RENXIN_PORT": raw})
    assert fault == f"RENXIN_PORT: got {told}; expected a number from 1 to 65535."


def test_variables_of_other_programs_are_left_alone(tmp_path: Path) -> None:
    assert embedded(tmp_path, PATH="/bin", RENXINPORT="x").port == 8000


def test_a_real_database_needs_every_key_and_has_none_by_default(real: dict[str, str], tmp_path: Path) -> None:
    settings = load_settings({**real, "RENXIN_DATA_DIR": str(tmp_path / "untouched")})
    assert list(settings.encryption_keys) == ["k2", "k1"]
    assert (settings.embedded, settings.demo, settings.builtin_issuer) == (False, False, False)
    assert settings.issuer_keys_dir is None
    assert not (tmp_path / "untouched").exists()
    for name in set(real) - {"RENXIN_DATABASE_URL"}:
        (fault,) = faults({other: value for other, value in real.items() if other != name})
        assert fault.startswith(f"{name}: missing")


def test_the_builtin_issuer_is_refused_with_a_real_database(real: dict[str, str]) -> None:
    (fault,) = faults({**real, "RENXIN_BUILTIN_ISSUER": "true"})
    assert fault.startswith("RENXIN_BUILTIN_ISSUER")


def test_keys_of_the_embedded_default_are_made_once_and_closed_to_others(tmp_path: Path) -> None:
    first, second = embedded(tmp_path), embedded(tmp_path)
    assert first == second
    assert len({first.index_key, first.cursor_key, *first.encryption_keys.values()}) == 3
    made = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert {path.suffix for path in made} == {".key", ".json", ".pem"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in made} == {0o600}


def test_reports_and_trial_tokens_are_signed_with_different_keys(tmp_path: Path) -> None:
    settings = embedded(tmp_path)
    assert settings.issuer_keys_dir is not None
    assert set(read_signing_keys(settings.signing_keys_dir)).isdisjoint(read_signing_keys(settings.issuer_keys_dir))


def test_a_damaged_key_file_stops_the_start_instead_of_being_replaced(tmp_path: Path) -> None:
    embedded(tmp_path)
    path = tmp_path / "data" / "keys" / "index.key"
    path.write_text("damaged")
    (fault,) = faults({"RENXIN_DATA_DIR": str(tmp_path / "data")})
    assert str(path) in fault
    assert path.read_text() == "damaged"


def test_settings_cannot_change_and_do_not_show_their_secrets(real: dict[str, str]) -> None:
    settings = load_settings(real)
    with pytest.raises(FrozenInstanceError):
        settings.port = 1  # type: ignore[misc]
    with pytest.raises(TypeError):
        settings.encryption_keys["k3"] = b""  # type: ignore[index]
    assert "word" not in repr(settings)
    assert repr(settings.index_key) not in repr(settings)


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("PORT", "0"),
        ("PORT", "٨٠٠٠"),
        ("PORT", "-1"),
        ("PORT", "8e3"),
        ("HOST", "two words"),
        ("HOST", "under_score"),
        ("HOST", "a..b"),
        ("PUBLIC_URL", "ftp://x"),
        ("PUBLIC_URL", "https://user@x"),
        ("PUBLIC_URL", "https://x/?a=b"),
        ("INDEX_KEY", base64.b64encode(bytes(31)).decode()),
        ("INDEX_KEY", "not base64!"),
        ("ENCRYPTION_KEYS", "{}"),
        ("ENCRYPTION_KEYS", "[" * 100_000),
        ("ENCRYPTION_KEYS", f'{{"a": "{key(1)}", "a": "{key(2)}"}}'),
        ("ENCRYPTION_KEYS", f'{{"a": "{key(1)}", "b": "{key(1)}"}}'),
        ("ENCRYPTION_KEYS", f'{{"../a": "{key(1)}"}}'),
        ("ENCRYPTION_KEYS", '{"a": {"b": "c"}}'),
        ("ENCRYPTION_KEYS", f'[["a", "{key(1)}"]]'),
        ("LOG_LEVEL", "loud"),
        ("POOL_SIZE", "87"),
    ],
)
def test_a_value_out_of_shape_is_refused(name: str, raw: str, tmp_path: Path) -> None:
    (fault,) = faults({"RENXIN_DATA_DIR": str(tmp_path), f"RENXIN_{name}": raw})
    assert fault.startswith(f"RENXIN_{name}: got ")


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "http://id.example"},
        {"issuer": None},
        {"audience": ""},
        {"audience": None},
        {"jwks_url": None},
        {"jwks_url": "http://id.example/keys"},
        {"jwks_file": "/nowhere/keys.json"},
        {"algorithms": ["HS256"]},
        {"algorithms": ["none"]},
        {"algorithms": []},
        {"algorithms": "EdDSA"},
        {"leeway": 10},
    ],
)
def test_a_token_issuer_out_of_shape_is_refused(change: dict[str, object], tmp_path: Path) -> None:
    good = {
        "issuer": "https://id.example",
        "audience": "renxin",
        "jwks_url": "https://id.example/keys",
        "algorithms": ["EdDSA"],
    }
    (issuer,) = embedded(tmp_path, RENXIN_OIDC_ISSUERS=json.dumps([good])).oidc_issuers
    assert issuer.algorithms == ("EdDSA",)
    bad = {name: value for name, value in {**good, **change}.items() if value is not None}
    (fault,) = faults({"RENXIN_DATA_DIR": str(tmp_path), "RENXIN_OIDC_ISSUERS": json.dumps([good, bad])})
    assert "in place 2" in fault or "twice" in fault


def test_a_signing_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    pem = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "old.pem").write_bytes(pem)
    (fault,) = faults({"RENXIN_DATA_DIR": str(tmp_path), "RENXIN_SIGNING_KEYS_DIR": str(tmp_path)})
    assert "another kind than Ed25519" in fault


def test_the_current_signing_key_is_the_one_whose_name_sorts_last(tmp_path: Path) -> None:
    made = next(keep_signing_keys(tmp_path / "made").glob("*.pem"))
    for name in ("2026-01.pem", "2026-02.pem"):
        (tmp_path / name).write_bytes(made.read_bytes())
    assert list(read_signing_keys(tmp_path)) == ["2026-02", "2026-01"]


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),  # noqa: S104
        ("::", "http://[::1]:8000"),
        ("credit.example", "http://credit.example:8000"),
    ],
)
def test_the_public_address_follows_host_and_port(host: str, address: str, tmp_path: Path) -> None:
    assert embedded(tmp_path, RENXIN_HOST=host).public_url == address
