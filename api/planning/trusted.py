"""Trusted documents: operations that were handed in beforehand, found by the SHA-256 of their text.

In charge of the folder they come from, of the two ways to name one in a request, and of the roles that may send no
other. Refuses a name that is not known, and one that is not that of the text sent with it. A client cannot add any:
they are read once, at start.
Source: GraphQL over HTTP, appendix "Persisted Documents" (`documentId`: "sha256:" and 64 hexadecimal digits); the
widespread `extensions.persistedQuery` (version 1, `sha256Hash`).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from api.errors import BadRequest
from domain.errors import Forbidden, InvalidInput

PREFIX = "sha256:"
ALL_ROLES = "all"
MOST_DOCUMENTS = 10_000
LARGEST = 1 << 20

_HASH = re.compile(r"[0-9a-f]{64}")


class PersistedQueryNotFound(InvalidInput):
    """No document of this SHA-256 has been handed in: send its text, or have it added to the trusted documents."""

    code = "PERSISTED_QUERY_NOT_FOUND"
    zh = "没有登记过该 SHA-256 对应的查询文档：请发送文档原文，或申请将其加入可信文档。"


class DocumentNotTrusted(Forbidden):
    """Your role may send trusted documents only: have this one added to them, or name one of them by its SHA-256."""

    code = "DOCUMENT_NOT_TRUSTED"
    zh = "您的角色只能使用可信文档：请申请将该文档加入可信文档，或以 SHA-256 指明其中一个。"


class TrustedInvalid(ValueError):
    """The folder of trusted documents cannot be used; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Trusted:
    """The trusted documents by the SHA-256 of their text, and the roles that may send no other."""

    texts: Mapping[str, str] = field(default_factory=dict)
    only: frozenset[str] = frozenset()

    def text_of(self, query: str | None, document_id: str | None, extensions: Mapping[str, Any]) -> str:
        """Give the text of the document that a request means.

        Raises: BadRequest; PersistedQueryNotFound.
        """
        named = _named(document_id, extensions)
        if named is None:
            if query is None:
                raise BadRequest("The parameter `query` must be a string.", zh="参数 query 必须是字符串。")
            return query
        if query is None:
            if named not in self.texts:
                raise PersistedQueryNotFound
            return self.texts[named]
        if digest(query) != named:
            raise BadRequest(
                "The SHA-256 is not that of the document sent with it.", zh="SHA-256 与所发送的查询文档不一致。"
            )
        return query

    def require(self, text: str, roles: Iterable[str]) -> None:
        """Refuse a document that is not trusted where a role of the caller may send no other.

        Raises: DocumentNotTrusted.
        """
        if self.holds(roles) and digest(text) not in self.texts:
            raise DocumentNotTrusted

    def holds(self, roles: Iterable[str]) -> bool:
        """Tell whether who has these roles may send no other documents."""
        return bool(self.only) and (ALL_ROLES in self.only or not self.only.isdisjoint(roles))


def digest(text: str) -> str:
    """Give the SHA-256 of a text in UTF-8, hexadecimal; of one that cannot be written in it, of what is left."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def read_folder(folder: Path) -> dict[str, str]:
    """Read the documents of a folder: `*.graphql`, and `*.json` with texts by their SHA-256 (with or without prefix).

    A file's text counts with and without the line end at its end: editors add one, clients leave it out.
    Raises: TrustedInvalid.
    """
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".graphql", ".gql"):
            text = _text(path)
            for one in (text, text.rstrip("\r\n")):
                found[digest(one)] = one
        elif path.suffix == ".json":
            found.update(_manifest(path))
        if len(found) > 2 * MOST_DOCUMENTS:
            raise TrustedInvalid(f"a folder of more than {MOST_DOCUMENTS} documents")
    return found


def _manifest(path: Path) -> Iterator[tuple[str, str]]:
    try:
        given = json.loads(_text(path))
    except (ValueError, RecursionError):
        raise TrustedInvalid(f"a file that is not JSON ({path.name})") from None
    if not isinstance(given, dict):
        raise TrustedInvalid(f"a file that is no JSON object ({path.name})")
    for name, text in given.items():
        if not isinstance(text, str) or digest(text) != name.removeprefix(PREFIX):
            raise TrustedInvalid(f"a text that does not have the SHA-256 it stands under ({path.name})")
        yield name.removeprefix(PREFIX), text


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST * (16 if path.suffix == ".json" else 1):
            raise TrustedInvalid(f"a file that is too large ({path.name})")
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise TrustedInvalid(f"a file that cannot be read ({path.name}: {error.strerror})") from None
    except UnicodeDecodeError:
        raise TrustedInvalid(f"a file that is not UTF-8 ({path.name})") from None


def _named(document_id: str | None, extensions: Mapping[str, Any]) -> str | None:
    """Give the SHA-256 that a request names, in either way.

    Raises: BadRequest; PersistedQueryNotFound for an identifier of another kind.
    """
    persisted = extensions.get("persistedQuery")
    named = None if persisted is None else _persisted(persisted)
    if document_id is None:
        return named
    if not document_id.startswith(PREFIX) or not _HASH.fullmatch(document_id.removeprefix(PREFIX)):
        raise PersistedQueryNotFound
    if named is not None and named != document_id.removeprefix(PREFIX):
        raise BadRequest("`documentId` and `extensions.persistedQuery` name different documents.",
                         zh="documentId 与 extensions.persistedQuery 指明的文档不同。")  # fmt: skip
    return document_id.removeprefix(PREFIX)


def _persisted(given: Any) -> str:
    found = given.get("sha256Hash") if isinstance(given, dict) and given.get("version") == 1 else None
    if not isinstance(found, str) or not _HASH.fullmatch(found):
        raise BadRequest("`extensions.persistedQuery` must hold version 1 and a sha256Hash of 64 hexadecimal digits.",
                         zh="extensions.persistedQuery 应包含 version 1 和 64 位十六进制的 sha256Hash。")  # fmt: skip
    return found
