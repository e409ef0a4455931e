"""The explorer page: whole in the package, silent towards other hosts, safe under a strict policy.

No browser here. After a rebuild, look at the page in one, under the policy in the folder's BUILD.md.
"""

import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import jinja2
import pytest

API = Path(__file__).resolve().parents[2] / "api"
FILES = API / "static" / "graphiql"
BUILT = ("graphiql.js", "graphiql.css", "editor.worker.js", "json.worker.js", "graphql.worker.js")
SOURCES = ("build.mjs", "entry.css", "entry.jsx")
STATIC = "/static/graphiql"
SPITEFUL = "</script><script>alert(1)</script><!-- <img src=x onerror=alert(1)> & ' \" \u2028"
CONFIG = {
    "endpoint": "/graphql",
    "callers": [{"name": "社会公众", "role": "public", "description": SPITEFUL, "token": None}],
    "tour": [{"title": SPITEFUL, "text": "", "caller": "社会公众", "query": "{ __typename }", "variables": ""}],
}
CDN_HOSTS = (
    "unpkg.com",
    "jsdelivr.net",
    "esm.sh",
    "esm.run",
    "cdnjs.cloudflare.com",
    "skypack.dev",
    "jspm.io",
    "jspm.dev",
    "fonts.googleapis.com",
    "fonts.gstatic.com",
    "ajax.googleapis.com",
    "vscode-cdn.net",
)
ELSEWHERE = r"""["'`]?\s*(?:https?:)?//"""


class Page(HTMLParser):
    """Collect the elements of a page and the text of its scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "script":
            self.in_script = True
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self.in_script = False

    def handle_data(self, data: str) -> None:
        if self.in_script:
            self.scripts[-1] += data


def render(static: str = STATIC) -> str:
    loader = jinja2.FileSystemLoader(API / "pages")
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    return environment.get_template("graphiql.html").render(static=static, config=CONFIG)


def read_page(html: str) -> Page:
    page = Page()
    page.feed(html)
    page.close()
    return page


def named_addresses(page: Page) -> list[str]:
    return [value for _, attrs in page.elements for key in ("src", "href") if (value := attrs.get(key))]


def test_the_page_names_no_address_on_another_host() -> None:
    html = render()
    assert not re.search(r"https?:", html)
    assert all(re.match(r"/static/graphiql/|data:,$", address) for address in named_addresses(read_page(html)))


def test_every_file_the_page_names_exists() -> None:
    named = [address for address in named_addresses(read_page(render())) if address.startswith(STATIC)]
    assert sorted(named) == [f"{STATIC}/graphiql.css", f"{STATIC}/graphiql.js"]
    assert all((FILES / address.removeprefix(f"{STATIC}/")).is_file() for address in named)


def test_every_worker_the_bundle_starts_lies_beside_it() -> None:
    bundle = (FILES / "graphiql.js").read_text("utf-8")
    assert re.search(r"new URL\(`\$\{\w+\}\.worker\.js`", bundle)
    assert all((FILES / f"{kind}.worker.js").is_file() for kind in ("editor", "json", "graphql"))


def test_configuration_cannot_leave_its_script_element() -> None:
    page = read_page(render())
    assert [tag for tag, _ in page.elements].count("script") == 2
    assert "img" not in [tag for tag, _ in page.elements]
    assert json.loads(page.scripts[0]) == CONFIG
    assert "<" not in page.scripts[0]


def test_a_static_address_cannot_leave_its_attribute() -> None:
    page = read_page(render(static='"><b>'))
    assert "b" not in [tag for tag, _ in page.elements]


def test_the_page_runs_nothing_inline() -> None:
    page = read_page(render())
    scripts = [attrs for tag, attrs in page.elements if tag == "script"]
    assert all("src" in attrs or attrs.get("type") == "application/json" for attrs in scripts)
    assert not [key for _, attrs in page.elements for key in attrs if key.startswith("on")]


@pytest.mark.parametrize("name", BUILT)
def test_a_built_file_names_no_delivery_network(name: str) -> None:
    text = (FILES / name).read_text("utf-8").lower()
    assert [host for host in CDN_HOSTS if host in text] == []


@pytest.mark.parametrize("name", [name for name in BUILT if name.endswith(".js")])
def test_a_built_script_fetches_nothing_elsewhere_and_evaluates_no_text(name: str) -> None:
    text = (FILES / name).read_text("utf-8")
    calls = r"\b(?:fetch|importScripts|import|Worker|EventSource|WebSocket|sendBeacon)\(\s*"
    assert not re.search(calls + ELSEWHERE, text)
    assert not re.search(r"\beval\(|\bnew Function\b", text)
    assert "sourceMappingURL" not in text


def test_the_stylesheet_fetches_nothing_at_all() -> None:
    text = (FILES / "graphiql.css").read_text("utf-8")
    assert "@import" not in text
    assert "sourceMappingURL" not in text
    assert re.findall(r"""url\(["']?(?!data:)[^)]{0,60}""", text) == []


def test_the_bundle_was_built_from_the_sources_beside_it() -> None:
    digest = hashlib.sha256(b"".join((FILES / name).read_bytes() for name in SOURCES)).hexdigest()
    for name in BUILT:
        if name.endswith(".js"):
            assert (FILES / name).read_text("utf-8").startswith(f"/* sources sha256 {digest} */"), (
                f"{name} is older than its sources: rebuild as BUILD.md says"
            )


def test_what_is_typed_is_kept_in_no_storage_of_the_browser() -> None:
    source = (FILES / "entry.jsx").read_text("utf-8")
    given = re.findall(r"\bstorage=\{(\w+)\}", source)
    assert given == ["storage"]
    assert "const storage = memory();" in source
    assert set(re.findall(r"\.setItem\((\w+)", source)) == {"CALLER_KEY", "PURPOSE_KEY"}
    assert "localStorage" not in source


def test_every_bundled_package_comes_with_its_licence() -> None:
    text = (FILES / "LICENSES.txt").read_text("utf-8")
    for package in ("graphiql 5.", "monaco-editor 0.", "react 19.", "graphql 16."):
        assert re.search(rf"^{re.escape(package)}\S* \(MIT\)$", text, re.MULTILINE)


def test_the_explorer_stays_under_eight_megabytes() -> None:
    assert sum(path.stat().st_size for path in FILES.iterdir()) < 8_000_000
