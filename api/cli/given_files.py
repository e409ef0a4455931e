"""Files named on the command line: a signed text, a set of public keys, where refused rows are written to.

Refuses what cannot be read, and what cannot be written before anything is done, saying which file and why, in English
and Chinese.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from domain.keys import KeyFault, public_key_set, read_signing_keys

FILE_BYTES: Final = 16 * 1024 * 1024
"""No report and no receipt is longer. Units: bytes."""


class Misuse(Exception):
    """The command was used wrongly; the message says how, in English and Chinese."""


def signed_text(file: str) -> str:
    """Read a signed text from a file or standard input; bytes that are no text become one that nobody has signed.

    Raises: Misuse.
    """
    try:
        with sys.stdin.buffer if file == "-" else Path(file).open("rb") as source:
            content = source.read(FILE_BYTES + 1)
    except OSError as error:
        raise Misuse(f"{file}: {error.strerror}; name a file that can be read. 无法读取该文件。") from None
    if len(content) > FILE_BYTES:
        raise Misuse(f"{file}: longer than anything signed here. 文件过大，不是本服务签名的文件。")
    try:
        return content.decode()
    except UnicodeDecodeError:
        return ""


def key_set_at(path: Path) -> Mapping[str, Any]:
    """Read published keys: a key set as a file, or the folder of our own keys.

    Raises: Misuse.
    """
    try:
        if path.is_dir():
            return public_key_set(read_signing_keys(path))
        key_set = json.loads(path.read_bytes())
    except KeyFault as fault:
        raise Misuse(f"{path}: {fault}. 密钥目录不可用。") from None
    except (OSError, ValueError):
        raise Misuse(f"{path}: no key set (JWKS) that can be read. 不是可读取的公钥文件。") from None
    if not isinstance(key_set, dict):
        raise Misuse(f"{path}: no key set (JWKS). 不是公钥文件。")
    return key_set


def place_for_refused(file: str | None, *, handed_in: Path) -> Path | None:
    """Give where refused rows are to be written, which is looked at before the others are taken in.

    Raises: Misuse for the file that is handed in, and where nothing can be written.
    """
    if file is None:
        return None
    path = Path(file)
    if path.exists() and handed_in.exists() and path.samefile(handed_in):
        raise Misuse(
            f"{path}: that is the file handed in; name another for the refused rows. 退回行不能写入所提交的文件。"
        )
    if path.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
        raise Misuse(f"{path}: the refused rows cannot be written there. 退回行无法写入该文件。")
    return path
