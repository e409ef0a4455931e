"""The command line `renxin`: serve, worker, migrate, demo, import, token, who, verify-report, verify-ledger, export-ledger, adopt-ledger,
reseal, minors, policy, account, edition, rulebook.

Exit codes: 0 done, 1 refused or not verified, 2 used wrongly, 3 the database, the settings, a file or the disk are at fault, 130 stopped
by Ctrl-C before it was done.
"""

from __future__ import annotations

import argparse
import asyncio
import errno
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Final

import asyncpg

from api.cli.access_token import lifetime, token_command
from api.cli.account_arguments import add_account_arguments
from api.cli.edition_arguments import add_edition_arguments
from api.cli.policy_arguments import add_arguments
from api.config.settings import Settings, SettingsError, load_settings
from api.postgres.database_fit import DatabaseUnfit
from api.postgres.home import EmbeddedPostgresError
from domain.clock import system_clock
from domain.errors import DomainError

OK, REFUSED, MISUSED, BROKEN, INTERRUPTED = 0, 1, 2, 3, 130
_EMPTY: Final = "An argument is empty: is a variable of the shell not set? 有参数为空：是否引用了未赋值的变量？"
_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; give its exit code."""
    given = _parser().parse_args(arguments)
    if any(map(_says_nothing, sys.argv[1:] if arguments is None else arguments)):
        return _fail(_EMPTY, MISUSED)
    if getattr(given, "offline", None):
        return _verify_handed_out(given)
    try:
        settings = load_settings(os.environ)
        code = int(given.run(settings, given))
        sys.stdout.flush()
        return code
    except SettingsError as error:
        return _fail("The settings are faulty 配置有误:\n" + "\n".join(f"  {fault}" for fault in error.faults), BROKEN)
    except DomainError as error:
        return _fail("\n".join(_told(error)), REFUSED)
    except BrokenPipeError:  # whoever reads what we print has read enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except (EmbeddedPostgresError, DatabaseUnfit, asyncpg.PostgresError, OSError) as error:
        return _fail(_broken(error), BROKEN)
    except KeyboardInterrupt:
        return _fail("Stopped before it was done 未办完即中断.", INTERRUPTED)


def _says_nothing(word: str) -> bool:
    """Tell an argument without a value: what would be done without it, the wrong ledger verified, say, is not what is meant."""
    name, equals, value = word.partition("=")
    return not word.strip() or (name.startswith("--") and bool(equals) and not value.strip())


def _told(error: DomainError) -> Iterator[str]:
    """Tell a refusal with what it names: which columns of a file, which words there are."""
    yield from (error.message, error.message_zh)
    for name, value in error.extensions.items():
        yield f"  {name}: {', '.join(map(str, value)) if isinstance(value, list | tuple) else value}"


def _broken(error: Exception) -> str:
    """Tell what is at fault: a file that is named, a disk without room, or else the database."""
    if isinstance(error, OSError) and error.filename is not None:
        return f"The file cannot be read or written 文件无法读写: {error.filename}: {error.strerror}"
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        return f"What was to be written has no room 磁盘空间不足，无法写出: {error.strerror}"
    return f"The database cannot be used 数据库不可用: {error}"


def _fail(text: str, code: int) -> int:
    print(text, file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="renxin", description="Renxin 人信: public credit service of a 人社局.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[Settings, argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        made.set_defaults(run=run)
        return made

    command("serve", _serve, "Serve; with the embedded database, start it first.")
    command("worker", _worker, "Push what is published to the credit platform 推送, until told to stop.")
    command("migrate", _migrate, "Bring the database to the newest migration, policy and rulebook rows.")
    command("demo", _demo, "Load the demonstration data, if it is not there.")
    _describe_import(
        command("import", _import, "Hand in a file in the national 双公示 columns, in the name of an office.")
    )
    _describe_token(command("token", token_command, "Print an access token of the built-in issuer."))
    command("who", _who, "List the demonstration callers.")
    _describe_report(command("verify-report", _verify_report, "Verify a signed credit report, offline."))
    _describe_verification(
        command(
            "verify-ledger",
            _verify_ledger,
            "Verify the ledger, or what it has handed out: every hash, link, signature.",
        )
    )
    _describe_adoption(command("adopt-ledger", _adopt_ledger, "Let the ledger go on after the database was restored."))
    _describe_export(
        command("export-ledger", _export_ledger, "Write the checkpoints into a new file for those outside.")
    )
    command(
        "reseal", _reseal, "Seal anew 重新加密 what older encryption keys have sealed, so that they can be put away."
    )
    _describe_minors(
        command(
            "minors", _minors, "Tell what is shown of acts of minors 未成年人信息; keep it back where that is asked."
        )
    )
    add_arguments(command("policy", _policy, "Draft, examine, propose, approve, activate and roll back policies."))
    add_account_arguments(
        command("account", _account, "Register accounts, propose and approve keys, roles and deputies.")
    )
    add_edition_arguments(
        command("edition", _edition, "Draft, propose and approve catalogues and lists from files; write them as files.")
    )
    _describe_rulebook(
        command("rulebook", _rulebook, "Check the rulebook files; tell which requirement is carried out where.")
    )
    return parser


def _describe_minors(taken: argparse.ArgumentParser) -> None:
    taken.add_argument("--keep-back", action="store_true", help="keep it back 不予披露; without this, only tell of it")


def _describe_import(taken: argparse.ArgumentParser) -> None:
    taken.add_argument(
        "file", help="CSV (UTF-8 or GB18030; comma, tab or semicolon), NDJSON or XLSX; either may be packed by gzip"
    )
    taken.add_argument("--office", required=True, help="the producing office: <jurisdiction>.<code>, e.g. 350200.JCZD")
    taken.add_argument("--item", help="code of the catalogue item; told from the header unless given")
    taken.add_argument("--dry-run", action="store_true", help="take nothing: only tell what would be refused 试运行")
    taken.add_argument("--refused", help="write the refused rows here, as CSV to correct and hand in again 退回行")
    taken.add_argument("--lenient", action="store_true", help="take codes that fail only their check digit, flagged")
    taken.add_argument("--publish", action="store_true", help="publish at once what may be published")


def _describe_token(token: argparse.ArgumentParser) -> None:
    token.add_argument("sub", help="whose: see `renxin who`")
    token.add_argument("--hours", type=lifetime, default=timedelta(hours=12), help="how long it holds (12; at most 24)")


def _describe_report(report: argparse.ArgumentParser) -> None:
    report.add_argument(
        "file", help="the report's `signature`, or an answer with it as it was saved; - for standard input"
    )
    report.add_argument("--keys", help="key set (JWKS) file; the service's own keys unless given")


def _describe_verification(ledger: argparse.ArgumentParser) -> None:
    ledger.add_argument("--anchor", help="an anchor file kept elsewhere; the one in the data folder unless given")
    ledger.add_argument("--offline", metavar="FILE", help="an export or a proof: needs --keys, and no database")
    ledger.add_argument("--keys", metavar="FILE", help="with --offline: the published key set (JWKS)")
    ledger.add_argument("--held", action="append", default=[], metavar="N:DIGEST", help="a checkpoint that you hold")
    ledger.add_argument("--receipt", action="append", default=[], metavar="FILE", help="with --offline: a receipt")
    ledger.add_argument("--report", action="append", default=[], metavar="FILE", help="with --offline: a credit report")
    ledger.add_argument(
        "--lost", action="append", default=[], metavar="A-B", help="checkpoints known to have lost events"
    )


def _describe_adoption(adopt: argparse.ArgumentParser) -> None:
    adopt.add_argument("--by", required=True, help="who adopts it, by name")
    adopt.add_argument("--reason", required=True, help="why it was restored; written into the ledger")


def _describe_export(export: argparse.ArgumentParser) -> None:
    export.add_argument("file", help="a file that is not there yet")
    export.add_argument("--from", dest="first", type=int, default=1, help="number of the first checkpoint")
    export.add_argument("--to", dest="last", type=int, help="number of the last checkpoint; the latest unless given")


def _describe_rulebook(rulebook: argparse.ArgumentParser) -> None:
    rulebook.add_argument(
        "action", choices=["check", "coverage"], help="what to do: check the files, or tell what is carried out"
    )
    rulebook.add_argument("folder", nargs="?", help="folder of the files; those of the package unless given")


def _tell(text: str) -> None:
    print(f"  … {text}", flush=True)


def _serve(settings: Settings, given: argparse.Namespace) -> int:
    from api.process.serve import serve

    with suppress(
        KeyboardInterrupt
    ):  # by which a server is stopped, as uvicorn raises anew the signal that it has obeyed
        return serve(settings, tell=_tell)
    return OK


def _worker(settings: Settings, given: argparse.Namespace) -> int:
    from logging.config import dictConfig

    from api.process.logs import log_config
    from api.process.worker import worker_command

    dictConfig(log_config(settings.log_level))
    return worker_command(settings)


def _migrate(settings: Settings, given: argparse.Namespace) -> int:
    from dataclasses import replace

    from api.postgres.address import made_database
    from api.process.start import prepare

    with made_database(settings) as url:
        asyncio.run(prepare(replace(settings, demo=False), url, now=system_clock(), tell=_tell))
    print("The database is current 数据库已是最新.")
    return OK


def _demo(settings: Settings, given: argparse.Namespace) -> int:
    from dataclasses import replace

    from api.postgres.address import made_database
    from api.process.start import prepare

    with made_database(settings) as url:
        asyncio.run(prepare(replace(settings, demo=True), url, now=system_clock(), tell=_tell))
    print("The demonstration data is there 演示数据已就绪.")
    return OK


def _import(settings: Settings, given: argparse.Namespace) -> int:
    from api.cli.record_import import import_command

    return import_command(settings, given)


def _who(settings: Settings, given: argparse.Namespace) -> int:
    from api.demo.caller_table import caller_table

    print(caller_table())
    return OK


def _verify_report(settings: Settings, given: argparse.Namespace) -> int:
    from api.cli.report import verify_report

    return verify_report(settings, given)


def _verify_ledger(settings: Settings, given: argparse.Namespace) -> int:
    from api.cli.ledger import verify_ledger

    return verify_ledger(settings, given)


def _verify_handed_out(given: argparse.Namespace) -> int:
    """Verify without settings: whoever holds an export need not have set anything."""
    from api.cli.ledger_offline import verify_handed_out

    return verify_handed_out(given)


def _adopt_ledger(settings: Settings, given: argparse.Namespace) -> int:
    from api.cli.ledger import adopt_ledger

    return adopt_ledger(settings, given)


def _export_ledger(settings: Settings, given: argparse.Namespace) -> int:
    from api.cli.ledger import export_ledger

    return export_ledger(settings, given)


def _reseal(settings: Settings, given: argparse.Namespace) -> int:
    from api.cli.reseal import reseal_command

    return reseal_command(settings)


def _minors(settings: Settings, given: argparse.Namespace) -> int:
    from api.cli.minors import minors_command

    return minors_command(settings, given)


def _policy(settings: Settings, given: argparse.Namespace) -> int:
    from api.cli.policy import policy_command

    return policy_command(settings, given)


def _account(settings: Settings, given: argparse.Namespace) -> int:
    from api.cli.account import account_command

    return account_command(settings, given)


def _edition(settings: Settings, given: argparse.Namespace) -> int:
    from api.cli.edition import edition_command

    return edition_command(settings, given)


def _rulebook(settings: Settings, given: argparse.Namespace) -> int:
    from pathlib import Path

    from domain.rulebook.check import check_rulebooks
    from domain.rulebook.loader import FOLDER
    from domain.rulebook.requirements import requirements, told

    if given.action == "coverage":
        print("\n".join(told(one) for one in requirements()))
        missing = sum(bool(one.missing) for one in requirements())
        print(f"{len(requirements())} requirements 项要求, {missing} missing 缺失")
        return REFUSED if missing else OK
    folder = Path(given.folder) if given.folder else FOLDER
    if not folder.is_dir():
        return _fail(f"{folder}: there is no such folder. 没有此目录。", MISUSED)
    faults = check_rulebooks(folder)
    for fault in faults:
        print(fault)
    print(f"{len(faults)} faults 处错误" if faults else "Every value has its citation, unit and validity 规则文件无误.")
    return REFUSED if faults else OK


if __name__ == "__main__":
    sys.exit(main())
