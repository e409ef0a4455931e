"""The actions of `renxin account`, the mutations that do them, and their arguments; see `api.cli.account`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from domain.written_time import written_day


@dataclass(frozen=True, slots=True)
class Step:
    """An action: the mutation that does it, its input type, the payload's row, and what it is told in words."""

    mutation: str
    input: str
    row: str
    text: str
    arguments: Mapping[str, str]
    """Words of the command line, `--` for those that may be left out, to fields of the input."""


_ACCOUNT = "account { id sub }"
_KEY = "accountKey { id kid state }"
_ASSIGNMENT = "assignment { id role state fromOn toOn }"
_REASON = {"--reason": "reason"}

_WORDS: Mapping[str, str] = {
    "account": "subject (sub) of its tokens, or its id Account:…",
    "assignment": "id of the assignment: see `renxin account list`",
    "display": "what the account is called",
    "file": "file with the public key, as PEM or as a JSON Web Key",
    "issuer": "issuer (iss) of the account's tokens",
    "key": "id of the key",
    "principal": "in whose place: subject (sub) of its tokens, or its id Account:…",
    "role": "a role of the policy, e.g. clerk",
    "sub": "subject (sub) of the account's tokens",
    "to": "last day, included",
    "--binding": "what its tokens must be bound to: none, dpop or mtls",
    "--from": "first day; today unless given",
    "--kind": "person or machine; a person unless given",
    "--office": "<jurisdiction>.<code>, e.g. 350200.JCZD; none for a role of the whole service",
    "--on": "last day; at once unless given",
    "--person": "staff number or the like, by which accounts of one person are known as one",
    "--reason": "why; kept in the ledger",
    "--to": "last day, included; without an end unless given",
}
"""What a word of the command line stands for."""

_DAYS = frozenset({"to", "--from", "--on", "--to"})

STEPS: Mapping[str, Step] = {
    "register": Step(
        "registerAccount", "RegisterAccountInput", _ACCOUNT, "Register a person or machine; it may do nothing yet.",
        {"issuer": "issuer", "sub": "sub", "display": "display", "--kind": "kind", "--person": "person", "--binding": "binding"},
    ),
    "propose-key": Step(
        "proposeAccountKey", "ProposeAccountKeyInput", _KEY, "Propose the public key of a machine.",
        {"account": "account", "file": "publicKey", **_REASON},
    ),
    "approve-key": Step(
        "approveAccountKey", "ApproveAccountKeyInput", _KEY, "Approve a key, as the second officer.",
        {"key": "accountKey", **_REASON},
    ),
    "revoke-key": Step(
        "revokeAccountKey", "ReasonedAccountKeyInput", _KEY, "Revoke a key and every token of its account.",
        {"key": "accountKey", **_REASON},
    ),
    "propose": Step(
        "proposeAssignment", "ProposeAssignmentInput", _ASSIGNMENT, "Propose a role for an account.",
        {"account": "account", "role": "role", "--office": "office", "--from": "fromOn", "--to": "toOn", **_REASON},
    ),
    "propose-deputy": Step(
        "proposeDeputy", "ProposeDeputyInput", _ASSIGNMENT, "Propose an account as deputy of a principal.",
        {"account": "account", "principal": "principal", "to": "toOn", "--office": "office", "--from": "fromOn", **_REASON},
    ),
    "approve": Step(
        "approveAssignment", "ApproveAssignmentInput", _ASSIGNMENT, "Approve a role or deputy, as the second officer.",
        {"assignment": "assignment", **_REASON},
    ),
    "reject": Step(
        "rejectAssignment", "RejectAssignmentInput", _ASSIGNMENT, "Reject a proposed role or deputy.",
        {"assignment": "assignment", **_REASON},
    ),
    "end": Step(
        "endAssignment", "EndAssignmentInput", _ASSIGNMENT, "End a role or deputy: at once, or on a last day.",
        {"assignment": "assignment", "--on": "lastOn", **_REASON},
    ),
    "suspend": Step(
        "suspendAccount", "SuspendAccountInput", _ACCOUNT, "Let an account call no more.", {"account": "account", **_REASON}
    ),
    "reinstate": Step(
        "reinstateAccount", "ReinstateAccountInput", _ACCOUNT, "Let it call again, as another officer.",
        {"account": "account", **_REASON},
    ),
}  # fmt: skip
"""What officers can do, by the word of the command line."""


def add_account_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the actions and their arguments."""
    actions = parser.add_subparsers(required=True, metavar="ACTION", dest="action")
    listed = "List accounts of officers and machines with what they are assigned."
    made = {"list": actions.add_parser("list", help=listed, description=listed)}
    for name, step in STEPS.items():
        made[name] = actions.add_parser(name, help=step.text, description=step.text)
        for word in step.arguments:
            _add_word(made[name], word, approves=name.startswith("approve"))
    for name, text in ACTIONS.items():
        add_operator_arguments(name, actions.add_parser(name, help=text, description=text))
    for one in made.values():
        one.add_argument("--as", dest="officer", help="whose token to mint, with the built-in issuer: see `renxin who`")


def _add_word(parser: argparse.ArgumentParser, word: str, *, approves: bool) -> None:
    """Declare one argument; whoever approves may give a reason, everybody else does."""
    added = parser.add_argument(word, type=_day if word in _DAYS else str, help=_WORDS[word])
    if word == "--reason":
        added.required = not approves


ACTIONS: Mapping[str, str] = {
    "link": "Let an account be the subject of a code; `-` reads an identity number from standard input.",
    "agent": "Let an account act for the subject of a code from a day until a day, as its authorised agent.",
    "unlink": "End what ties an account to subjects, from the next request on.",
    "person": "Correct whose account it is, and end its sessions; `-` reads the number from standard input.",
    "partner": "Enter a partner agency, and grant it purposes from a day until a day.",
}
"""What the operator enters, by the word of the command line."""


def add_operator_arguments(name: str, parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of an action."""
    if name == "partner":
        parser.add_argument("office", help="<jurisdiction>.<code>, e.g. 350200.LDBANK")
        parser.add_argument("name", help="what it is called")
        parser.add_argument("--purpose", action="append", default=[], help="code of an application item; repeatable")
    else:
        named = [parser.add_argument("sub", help="subject (sub) of the account's tokens")]
        parser.add_argument("--issuer", help="issuer (iss) of the account's tokens; the built-in one unless given")
    if name in ("link", "agent"):
        code = "unified social credit code, or - for an identity number on standard input"
        named.append(parser.add_argument("code", help=code))
        parser.add_argument("--display", required=name == "agent", help="what the account is called")
    if name == "link":
        for one in named:  # not by nargs="?": Python 3.11 then loses the second where an option stands between them
            one.required = False
        parser.add_argument(
            "--file", help="instead of sub and code: a CSV of them with the columns sub, code, display, issuer"
        )
        parser.add_argument("--refused", help="where to write the rows of the file that were refused")
    if name in ("agent", "partner"):
        parser.add_argument("--from", dest="from_on", type=_day, help="first day; today unless given")
        parser.add_argument("--to", dest="to_on", type=_day, help="last day")
    if name == "person":
        number = "staff number or the like, as the claim `person` of its tokens tells it, or - to read it from standard input"
        parser.add_argument("person", help=number)
    if name in ("unlink", "person"):
        parser.add_argument("--reason", required=True, help="why; kept in the ledger")


def _day(text: str) -> date:
    """Read a day of the command line; the words of its refusal are the reader's."""
    try:
        return written_day(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day: {error}") from None
