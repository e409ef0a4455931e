"""The actions of `renxin edition …` and their arguments; what each does is `api.cli.edition`'s matter."""

from __future__ import annotations

import argparse
from typing import Final

_STEPS: Final = {
    "propose": "Propose a draft.",
    "approve": "Approve what another person has proposed.",
    "reject": "Reject it, with the reason.",
    "discard": "Discard a draft, with the reason.",
}


def add_edition_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the actions and their arguments."""
    actions = parser.add_subparsers(required=True, metavar="ACTION", dest="action")

    def add(name: str, text: str) -> argparse.ArgumentParser:
        made = actions.add_parser(name, help=text, description=text)
        made.add_argument(
            "--as", dest="officer", help="whose token to mint, with the built-in issuer: see `renxin who`"
        )
        return made

    add("list", "List the editions that you may read.").add_argument("--kind", help="of one kind only")
    show = add("show", "Write an edition as a file.")
    show.add_argument("edition", help="its id")
    show.add_argument("--format", default="toml", help="toml, or csv")
    diff = add("diff", "Tell what two editions differ in, item by item.")
    diff.add_argument("before", help="id of the first")
    diff.add_argument("after", help="id of the second")
    draft = add("draft", "Draft an edition from a file.")
    draft.add_argument("file", help="TOML, or CSV: told by its name")
    draft.add_argument("--kind", help="kind of catalogue or list; that of the file unless given")
    for word, text in (("--label", "name of the edition"), ("--valid-from", "first day in force")):
        draft.add_argument(word, help=f"{text}; that of the file unless given")
    draft.add_argument("--valid-to", help="last day in force; until another follows unless given")
    draft.add_argument("--derived-from", help="id of the edition of the division above on which it is based")
    for name, text in _STEPS.items():
        step = add(name, text)
        step.add_argument("edition", help="its id")
        if name in ("reject", "discard"):
            step.add_argument("--reason", required=True, help="why; kept in the ledger")
