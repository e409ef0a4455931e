"""The bootstrap: needs nothing but Python, installs only what is locked, does nothing twice."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from api.gate.stopping import GRACE_SECONDS
from api.process import bootstrap

ROOT = Path(__file__).resolve().parents[2]
PINNED = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    return dict(PINNED.findall((ROOT / name).read_text()))


@pytest.fixture
def empty_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A copy without packages to install; returns what was done to its environment."""
    done: list[str] = []
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / ".venv" / "renxin.json")
    locks = {"runtime": tmp_path / "requirements.lock", "dev": tmp_path / "requirements-dev.lock"}
    monkeypatch.setattr(bootstrap, "LOCKS", locks)
    for path in locks.values():
        path.touch()

    def make_venv() -> None:
        done.append("venv")
        (tmp_path / ".venv" / "lib" / "python3" / "site-packages").mkdir(parents=True, exist_ok=True)
        (tmp_path / ".venv" / "bin").mkdir(exist_ok=True)
        (tmp_path / ".venv" / "bin" / "python").touch()

    monkeypatch.setattr(bootstrap, "make_venv", make_venv)
    monkeypatch.setattr(bootstrap, "install", lambda path: done.append(path.name))
    return done


def test_it_imports_nothing_that_has_to_be_installed() -> None:
    listing = "import sys, api.__main__, api.process.bootstrap; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-S", "-c", listing], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) - {"api", "__main__"} <= set(sys.stdlib_module_names)


def test_its_help_works_without_any_package() -> None:
    done = subprocess.run([sys.executable, "-S", "-m", "api"], cwd=ROOT, capture_output=True, text=True, check=True)
    for command in ("run", "test", "lint", "bench", "bench-gate", "lock", "clean"):
        assert f"\n  {command} " in done.stdout


def test_make_and_the_bootstrap_know_the_same_commands() -> None:
    targets = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert targets is not None
    assert set(targets.group(1).split()) == {name for name in bootstrap.COMMANDS if not name.startswith("-")}


def test_nothing_is_done_twice(empty_copy: list[str]) -> None:
    bootstrap.prepare("runtime")
    bootstrap.prepare("runtime")
    assert empty_copy == ["venv", "requirements.lock"]
    assert (bootstrap.VENV / "bin" / "renxin").stat().st_mode & 0o111 == 0o111


def test_tests_add_to_the_environment_and_a_later_run_keeps_it(empty_copy: list[str]) -> None:
    bootstrap.prepare("runtime")
    bootstrap.prepare("dev")
    bootstrap.prepare("runtime")
    bootstrap.prepare("dev")
    assert empty_copy == ["venv", "requirements.lock", "requirements-dev.lock"]


@pytest.mark.parametrize("change", ["lock", "moved", "interrupted", "python"])
def test_an_environment_that_does_not_fit_is_made_anew(
    empty_copy: list[str], change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bootstrap.prepare("runtime")
    match change:
        case "lock":
            bootstrap.LOCKS["runtime"].write_text("another==1")
        case "moved":
            bootstrap.STAMP.write_text(bootstrap.STAMP.read_text().replace(str(bootstrap.ROOT), "/elsewhere"))
        case "interrupted":
            bootstrap.STAMP.unlink()
        case "python":
            bootstrap.PYTHON.unlink()
    bootstrap.prepare("runtime")
    assert empty_copy == ["venv", "requirements.lock"] * 2


def test_a_failed_installation_is_not_taken_for_a_done_one(
    empty_copy: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bootstrap.prepare("runtime")

    def fail(path: Path) -> None:
        raise bootstrap.CannotPrepare("no network")

    monkeypatch.setattr(bootstrap, "install", fail)
    with pytest.raises(bootstrap.CannotPrepare):
        bootstrap.prepare("dev")
    assert not bootstrap.is_current("runtime")


def test_a_python_without_ensurepip_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(bootstrap.CannotPrepare, match=rf"python3\.{sys.version_info[1]}-venv") as raised:
        bootstrap.make_venv()
    assert "\n" not in str(raised.value)
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_package_is_pinned_with_hashes_and_no_registry_is_named(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "://" not in text
    assert "index-url" not in text
    for package in PINNED.finditer(text):
        assert text[package.end() :].lstrip(" \\\n").startswith("--hash=sha256:"), package.group(1)


def test_development_adds_packages_and_changes_none() -> None:
    runtime, dev = pins("requirements.lock"), pins("requirements-dev.lock")
    assert runtime
    assert {name: dev.get(name) for name in runtime} == runtime


def test_pycasbin_is_never_installed_beside_casbin() -> None:
    assert "pycasbin" in pins("requirements.lock")
    assert "casbin" not in pins("requirements-dev.lock")


def test_a_container_is_not_killed_while_what_is_under_way_is_ended() -> None:
    """Ten seconds are what a container is given unless its file says more."""
    (given,) = re.findall(r"stop_grace_period: (\d+)s\b", (ROOT / "compose.yaml").read_text())
    assert int(given) > GRACE_SECONDS + 10


def test_no_secret_in_the_compose_file_has_a_default() -> None:
    values = re.findall(r"\$\{[^}]*\}", (ROOT / "compose.yaml").read_text())
    assert values
    assert all(":?" in value for value in values)
