"""The actions of `renxin policy` and their arguments; what they do stands in `api.cli.policy`."""

from __future__ import annotations

import argparse

BY_OPERATOR = ("appoint", "dismiss")
_DIGEST = "digest of the draft as you read it, as `show`, `export` and `edit` tell it: refused when it says something else by now"
WITHOUT_TOKEN = ("invariants", *BY_OPERATOR)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the actions and their arguments."""
    actions = _Actions(parser)
    _add_reading(actions)
    _add_drafting(actions)
    _add_deciding(actions)
    _add_operator(actions)


class _Actions:
    """The actions of the command."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self._all = parser.add_subparsers(required=True, metavar="ACTION", dest="action")

    def add(self, name: str, text: str) -> argparse.ArgumentParser:
        """Add an action; who acts is told by a token, except where nobody needs to be."""
        made = self._all.add_parser(name, help=text, description=text)
        if name not in WITHOUT_TOKEN:
            made.add_argument(
                "--as", dest="officer", help="whose token to mint, with the built-in issuer: see `renxin who`"
            )
        return made

    def add_step(self, name: str, text: str) -> argparse.ArgumentParser:
        """Add an action on a version."""
        made = self.add(name, text)
        made.add_argument("version", type=int, help="number of the version")
        return made


def _add_reading(actions: _Actions) -> None:
    actions.add("list", "List the versions: who, when, why.")
    actions.add_step("show", "Show a version: who, when, why, and its lines.")
    export = actions.add("export", "Write a version as a file to standard output; the active one unless numbered.")
    export.add_argument("version", type=int, nargs="?", help="number of the version")
    lint = actions.add("lint", "Examine a version, or a file without any database: lines, invariants, cases, lint.")
    lint.add_argument("what", help="number of the version, or policy file (CSV)")
    actions.add("invariants", "List the standing invariants with their sources; needs no database.")
    diff = actions.add_step("diff", "Tell the difference of a version from the active one, in words.")
    diff.add_argument("--to", type=int, help="number of the version to compare it with")
    replay = actions.add_step("replay", "Decide the accesses of the last days again under a version.")
    replay.add_argument("--days", type=int, default=30, help="how many days back, 1 to 90")


def _add_drafting(actions: _Actions) -> None:
    imported = actions.add("import", "Draft a version from a file.")
    imported.add_argument("file", help="policy file (CSV)")
    drafted = actions.add("draft", "Draft a version from the active one.")
    for made in (imported, drafted):
        made.add_argument("--note", required=True, help="what it changes and why")
    release = actions.add(
        "release", "Tell what this release ships that the active version lacks; with a note, draft it."
    )
    release.add_argument("--note", help="what it changes and why: drafts a version with it")
    edit = actions.add_step("edit", "Change a draft.")
    edit.add_argument("--file", help="policy file (CSV) to import in its place; needs --digest")
    edit.add_argument("--digest", help=_DIGEST)
    edit.add_argument("--add", action="append", default=[], metavar="LINE", help="a line to add")
    edit.add_argument("--remove", action="append", default=[], metavar="LINE", help="a line to take out")


def _add_deciding(actions: _Actions) -> None:
    reasoned = {
        "propose": actions.add_step("propose", "Propose a draft."),
        "approve": actions.add_step("approve", "Approve a proposed version, as the second officer."),
        "reject": actions.add_step("reject", "Reject a version, or give up a draft."),
        "activate": actions.add_step("activate", "Activate an approved version."),
        "roll-back": actions.add_step("roll-back", "Go back to the lines of an earlier version."),
    }
    for name, made in reasoned.items():
        why = "why; kept in the history and in the ledger"
        made.add_argument("--reason", required=name in ("reject", "roll-back"), help=why)
    reasoned["propose"].add_argument("--digest", help=_DIGEST)
    reasoned["approve"].add_argument("--activate", action="store_true", help="and activate it at once")


def _add_operator(actions: _Actions) -> None:
    first = actions.add("appoint", "Appoint one of the first two security officers, as the operator of the machine.")
    gone = actions.add(
        "dismiss", "End all by which an account governs, and its sessions, as the operator of the machine."
    )
    for made in (first, gone):
        made.add_argument("--issuer", help="issuer (iss) of the officer's tokens; the built-in one unless given")
        made.add_argument("--sub", required=True, help="subject (sub) of the officer's tokens")
    first.add_argument("--display", required=True, help="what the account is called")
    first.add_argument("--role", default="security_officer", help="role that may approve policy versions")
    gone.add_argument("--reason", required=True, help="why; kept in the ledger")
