"""What an officer does with `renxin policy …`: each action is the GraphQL operation that does it over HTTP.

In charge of turning an action into that operation, sent through the whole line, and its answer into lines of text.
Refuses what the service refuses.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from api.cli.given_files import Misuse
from api.cli.policy_telling import say, tell_example, tell_failing, tell_finding, tell_invariant, tell_verdict
from api.execution.service import Service
from api.process.in_process import send
from authz.line_changes import changes_of_release, with_lines, without, written
from authz.lines import default_text
from domain.clock import CHINA

DONE, REFUSED, MISUSED = 0, 1, 2


class Refused(Exception):
    """The service has refused the operation."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__("refused")
        self.errors = errors

    def told(self) -> Iterator[str]:
        """Give the refusals in lines, with their counter-examples, and the faults of a file by line."""
        for error in self.errors:
            more = error["extensions"]
            yield f"{more['code']}: {error['message']}"
            yield from filter(None, [more.get("messageZh")])
            for example in more.get("counterExamples", ()):
                yield f"  {example['invariant']}: {example['cell']} (lines {example['lines']})"
            for fault in more.get("faults", ()):
                place = " ".join(str(fault[part]) for part in ("item", "field") if fault.get(part))
                known = f" ({', '.join(fault['known'])})" if fault.get("known") else ""
                yield f"  line {fault.get('line')} 行 {place}: {fault.get('messageZh')} {fault.get('message')}{known}"
            if "line" in more:
                yield f"  line {more['line']} 行"


class Officer:
    """Sends operations under a token."""

    def __init__(self, service: Service, token: str) -> None:
        self._service = service
        self._token = token

    async def ask(self, text: str, **variables: Any) -> dict[str, Any]:
        """Send an operation; give its data.

        Raises: Refused.
        """
        answer = await send(self._service, text, variables, token=self._token)
        if answer.get("errors"):
            raise Refused(answer["errors"])
        data: dict[str, Any] = answer["data"]
        return data

    async def do(self, name: str, **given: Any) -> int:
        """Send a mutation of a policy version and tell what became of it; give the exit code.

        Raises: Refused.
        """
        kind = f"{_INPUTS.get(name, 'Decide')}PolicyVersionInput"
        text = (
            f"mutation ($input: {kind}!) {{ {name}PolicyVersion(input: $input)"
            " { policyVersion { number state digest } receipts } }"
        )
        data = await self.ask(text, input={key: value for key, value in given.items() if value is not None})
        payload = data[f"{name}PolicyVersion"]
        version, receipts = payload["policyVersion"], ", ".join(payload["receipts"])
        say(f"version {version['number']} {version['state'].lower()}  receipts 回执 {receipts}")
        say(f"digest 摘要 {version['digest']}")
        return DONE

    async def versions(self) -> AsyncIterator[dict[str, Any]]:
        """Give all versions, the latest first.

        Raises: Refused.
        """
        after = None
        while True:
            page = (await self.ask(_VERSIONS, after=after))["policyVersions"]
            for version in page["nodes"]:
                yield version
            if not page["pageInfo"]["hasNextPage"]:
                return
            after = page["pageInfo"]["endCursor"]

    async def version(self, number: int) -> dict[str, Any]:
        """Find a version by its number.

        Raises: Misuse; Refused.
        """
        async for version in self.versions():
            if version["number"] == number:
                return version
        raise Misuse(f"There is no version {number} 没有该版本.")

    async def text(self, version: Mapping[str, Any]) -> str:
        """Give the text of a version.

        Raises: Refused.
        """
        text: str = (await self.ask(_TEXT, id=version["id"]))["policyVersion"]["policyText"]
        return text


def read_text(path: Path) -> str:
    """Read a file in UTF-8.

    Raises: Misuse.
    """
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise Misuse(f"The file cannot be read 无法读取该文件: {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Misuse(f"The file is not in UTF-8 该文件不是UTF-8编码: {path}") from None


_INPUTS = {"draft": "Draft", "edit": "Edit", "approve": "Approve", "reject": "Reasoned", "rollBack": "Reasoned"}
_VERSIONS = """
query ($after: String) { policyVersions(first: 100, after: $after) {
  pageInfo { hasNextPage endCursor }
  nodes { id number state digest origin note draftedAt proposedAt approvedAt activatedAt supersededAt decision
          draftedBy { display } proposedBy { display } approvedBy { display } } } }
"""
_TEXT = "query ($id: ID!) { policyVersion(id: $id) { policyText } }"
_CHECK = """
query ($id: ID!) { policyCheck(policyVersion: $id) { passed
  breaches { invariant { id says saysZh source } counterExamples { text textZh lines { line text } } }
  cases { line sentence expected holds } findings { severity line text textZh } } }
"""
_DIFFERENCE = """
query ($id: ID!, $to: ID) { policyDifference(policyVersion: $id, to: $to) { narrows
  added { text } removed { text } changes { text textZh } subjectsTouched
  touched { display role office gained lost } } }
"""
_REPLAY = """
query ($id: ID!, $days: Int!) { policyReplay(policyVersion: $id, days: $days) { entries cut undecided refused allowed
  kinds { roles office nouns verb refused allowed shownLess shownMore outdated } } }
"""


def _tell_version(version: Mapping[str, Any]) -> None:
    say(f"{version['number']:>4}  {version['state'].lower():<10} {version['origin'].lower():<8} {version['note']}")
    for step in ("drafted", "proposed", "approved", "activated", "superseded"):
        at, by = version[f"{step}At"], version.get(f"{step}By")
        if at:
            say(f"      {step} {_local(at)} {by['display'] if by else ''}".rstrip())
    if version["decision"]:
        say(f"      {version['decision']}")


def _local(instant: str) -> str:
    """Write an instant as the clock of the office shows it."""
    return f"{datetime.fromisoformat(instant).astimezone(CHINA):%Y-%m-%d %H:%M:%S}"


async def _list(officer: Officer, given: argparse.Namespace) -> int:
    async for version in officer.versions():
        _tell_version(version)
    return DONE


async def _show(officer: Officer, given: argparse.Namespace) -> int:
    version = await officer.version(given.version)
    _tell_version(version)
    say(f"      digest 摘要 {version['digest']}")
    for number, line in enumerate((await officer.text(version)).rstrip("\n").split("\n"), start=1):
        say(f"{number:>6}  {line}")
    return DONE


async def _export(officer: Officer, given: argparse.Namespace) -> int:
    async for version in officer.versions():
        if version["number"] == given.version or (given.version is None and version["state"] == "ACTIVE"):
            sys.stdout.write(await officer.text(version))
            sys.stderr.write(
                f"digest 摘要 {version['digest']}\n"
            )  # beside the file, which is the policy and nothing else
            return DONE
    raise Misuse(f"There is no version {given.version} 没有该版本.")


async def _import(officer: Officer, given: argparse.Namespace) -> int:
    return await officer.do("draft", note=given.note, text=read_text(Path(given.file)))


async def _draft(officer: Officer, given: argparse.Namespace) -> int:
    return await officer.do("draft", note=given.note)


async def _release(officer: Officer, given: argparse.Namespace) -> int:
    """Tell what this release ships that the active version is without; draft it with a note."""
    versions = [version async for version in officer.versions()]
    shipped = next((one for one in versions if one["origin"] == "SHIPPED"), None)
    active = next(one for one in versions if one["state"] == "ACTIVE")
    if shipped is None:
        raise Misuse("No version was shipped with a release 没有随软件发布的版本.")
    text = await officer.text(active)
    gone, new = changes_of_release(await officer.text(shipped), default_text(), text)
    for sign, lines in (("+", written(new)), ("-", written(gone))):
        for line in lines:
            say(f"{sign} {line}")
    if not gone and not new:
        say("The active version lacks nothing of this release 当前版本已包含本软件版本的全部变更.")
        return DONE
    if given.note is None:
        return DONE
    return await officer.do("draft", note=given.note, text=with_lines(without(text, gone), written(new)))


async def _edit(officer: Officer, given: argparse.Namespace) -> int:
    if given.file and not given.digest:
        raise Misuse(
            "Which text have you changed? Give its --digest, as `export` tells it 请用 --digest 注明所修改的文本."
        )
    version = await officer.version(given.version)
    text = read_text(Path(given.file)) if given.file else None
    changes = {"text": text, "add": given.add, "remove": given.remove, "digest": given.digest}
    return await officer.do("edit", policyVersion=version["id"], **changes)


async def _lint(officer: Officer, given: argparse.Namespace) -> int:
    version = await officer.version(given.version)
    found = (await officer.ask(_CHECK, id=version["id"]))["policyCheck"]
    for one in found["findings"]:
        tell_finding(one["severity"], one["line"], one["text"], one["textZh"])
    for breach in found["breaches"]:
        rule = breach["invariant"]
        tell_invariant(rule["id"], rule["says"], rule["saysZh"], rule["source"], broken=True)
        for example in breach["counterExamples"]:
            lines = ((line["line"], line["text"]) for line in example["lines"])
            tell_example(example["text"], example["textZh"], lines)
    for case in found["cases"]:
        if not case["holds"]:
            tell_failing(case["line"], case["sentence"], expected=case["expected"])
    tell_verdict(found["passed"])
    return DONE if found["passed"] else REFUSED


async def _diff(officer: Officer, given: argparse.Namespace) -> int:
    version = await officer.version(given.version)
    to = (await officer.version(given.to))["id"] if given.to else None
    found = (await officer.ask(_DIFFERENCE, id=version["id"], to=to))["policyDifference"]
    if not found["added"] and not found["removed"]:
        say("The lines are the same 没有差别.")
    for sign, lines in (("+", found["added"]), ("-", found["removed"])):
        for line in lines:
            say(f"{sign} {line['text']}")
    for change in found["changes"]:
        say(f"  {change['text']} | {change['textZh']}")
    for one in found["touched"]:
        place = f"{one['role']}, {one['office'] or '-'}"
        say(f"  touches 涉及 {one['display']} ({place}): +{one['gained']} -{one['lost']}")
    if found["subjectsTouched"]:
        say(f"  touches 涉及 {found['subjectsTouched']} accounts of subjects 主体账号")
    return DONE


async def _replay(officer: Officer, given: argparse.Namespace) -> int:
    version = await officer.version(given.version)
    found = (await officer.ask(_REPLAY, id=version["id"], days=given.days))["policyReplay"]
    say(
        f"{found['entries']} accesses 查询: {found['refused']} would be refused 将被拒绝, {found['allowed']} newly"
        f" allowed 将被允许, {found['undecided']} undecided 无法判断{' (cut 已截断)' if found['cut'] else ''}"
    )
    for one in found["kinds"]:
        counts = ", ".join(f"{key} {one[key]}" for key in _COUNTED if one[key])
        say(f"  {'+'.join(one['roles'])} {one['office'] or '-'}: {one['verb']} {','.join(one['nouns'])}: {counts}")
    if found["undecided"]:
        say("  undecided: the entry of the access does not tell what was asked 无法判断：查询记录未载明所查内容")
    return DONE


_COUNTED = ("refused", "allowed", "shownLess", "shownMore", "outdated")


def _step(name: str) -> Callable[[Officer, argparse.Namespace], Awaitable[int]]:
    """Give what sends a step of a version, as it was given: reason, digest, and whether to activate."""

    async def take(officer: Officer, given: argparse.Namespace) -> int:
        version = await officer.version(given.version)
        more = {"activate": True} if getattr(given, "activate", False) else {}
        digest = getattr(given, "digest", None)
        return await officer.do(name, policyVersion=version["id"], reason=given.reason, digest=digest, **more)

    return take


ACTIONS: Mapping[str, Callable[[Officer, argparse.Namespace], Awaitable[int]]] = {
    "list": _list,
    "show": _show,
    "export": _export,
    "import": _import,
    "draft": _draft,
    "release": _release,
    "edit": _edit,
    "lint": _lint,
    "diff": _diff,
    "replay": _replay,
    "propose": _step("propose"),
    "approve": _step("approve"),
    "reject": _step("reject"),
    "activate": _step("activate"),
    "roll-back": _step("rollBack"),
}
"""What an officer can do, by the word of the command line."""
