"""What the README has a partner's engineer paste: its last line is the thumbprint by which two officers know the key."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import jwt

from authz.token_keys import thumbprint

README = Path(__file__).resolve().parents[2] / "README.md"


def test_the_thumbprint_that_the_readme_computes_is_the_kid_of_the_key(tmp_path: Path) -> None:
    (block,) = re.findall(r"<!-- key -->\n```sh\n(.*?)```\n<!-- /key -->", README.read_text("utf-8"), re.DOTALL)
    for _ in range(3):
        told = subprocess.run(
            ["/bin/sh", "-euc", block], cwd=tmp_path, check=True, capture_output=True, text=True
        ).stdout
        public, _, last = told.strip().rpartition("\n")
        key = jwt.algorithms.OKPAlgorithm().prepare_key(public)
        assert thumbprint(jwt.algorithms.OKPAlgorithm.to_jwk(key, as_dict=True)) == last
