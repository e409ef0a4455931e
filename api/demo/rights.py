"""Partner agencies of the demonstration, what they may ask for, who consents, and who has looked already.

Two banks are partner agencies: one in 厦门, one in 上海. Of five people one consents to each bank, one does
not, one's consent has ended and one has revoked it (上海市社会信用条例17; 个人信息保护法15).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, cast

from api.demo import stories
from api.demo.names import DemoSubject, demo_id
from api.demo.scene import Place, Scene
from api.gate.access import BY_CONSENT, Access, AccessLog
from api.postgres.database import Database
from authz.activation import grant_purpose
from authz.caller import Caller
from domain.connection import Connection
from domain.installation_rows import application_item_code, application_item_id, office_id
from domain.lifecycle import create
from domain.oversight import quota_breach
from domain.rights import consents, subject_requests
from domain.rulebook.lookup import purpose

FIRST_DAY: Final = date(2020, 1, 1)
"""From which day the demonstration's roles and purposes are held: before anything that happens in it."""

XIAMEN_BANK: Final = ("350200", "BANK")
SHANGHAI_BANK: Final = ("310000", "BANK")
PARTNERS: Final = {XIAMEN_BANK: "鹭岛银行(虚构)", SHANGHAI_BANK: "浦江银行(虚构)"}

XIAMEN_PURPOSE: Final = ("350200", "fiscal_subsidy")
SHANGHAI_PURPOSE: Final = ("310000", "startup_loan")

PURPOSES: Final = (
    (XIAMEN_BANK, XIAMEN_PURPOSE, None),
    (XIAMEN_BANK, ("350200", "bidding"), None),
    (XIAMEN_BANK, ("350200", "merit_rating"), date(2021, 12, 31)),
    (SHANGHAI_BANK, SHANGHAI_PURPOSE, None),
)
"""Agency, purpose, and the last day of the grant."""


@dataclass(frozen=True, slots=True)
class _Given:
    """A consent: by whom, to whom, for what, since and until how many days from the present, revoked or not."""

    number: int
    subject: DemoSubject
    agency: Place
    purpose: Place
    since_days: int
    until_days: int
    revoked_days: int | None = None


CONSENTS: Final = (
    _Given(1, stories.PERSON_WITH_CONSENT, XIAMEN_BANK, XIAMEN_PURPOSE, 60, 300),
    _Given(2, stories.PERSON_WITH_EXPIRED_CONSENT, XIAMEN_BANK, XIAMEN_PURPOSE, 400, -10),
    _Given(3, stories.PERSON_WITH_REVOKED_CONSENT, XIAMEN_BANK, XIAMEN_PURPOSE, 200, 300, 20),
    _Given(4, stories.PERSON_OF_SHANGHAI, SHANGHAI_BANK, SHANGHAI_PURPOSE, 45, 320),
    _Given(5, stories.EXAMPLE, XIAMEN_BANK, XIAMEN_PURPOSE, 90, 275),
)


async def enter_partners(scene: Scene) -> None:
    """Enter the partner agencies and grant them their purposes."""
    for (jurisdiction, code), name in PARTNERS.items():
        values: dict[str, Any] = {
            "id": office_id(jurisdiction, code),
            "jurisdiction_id": jurisdiction,
            "code": code,
            "name": name,
            "aliases": [],
            "kind": "partner_agency",
            "roles": [],
        }
        await create(scene.acting(scene.at(scene.ago(1_250), minutes=30)), "office", "enrol", values)
    for agency, item, until in PURPOSES:
        await grant_purpose(
            scene.connection,
            office_id(*agency),
            application_item_id(*item),
            from_on=FIRST_DAY,
            to_on=until,
            now=scene.now,
        )


async def give_consents(scene: Scene) -> None:
    """Write the consents, and revoke the one that was revoked."""
    for given in CONSENTS:
        granted_at = scene.at(scene.ago(given.since_days), minutes=given.number * 40)
        consent_id = demo_id("consent", given.number)
        values = {
            "id": consent_id,
            "subject_id": given.subject.id,
            "about_person": given.subject.is_person,
            "office_id": office_id(*given.agency),
            "application_item_id": application_item_id(*given.purpose),
            "granted_at": granted_at,
            "until_on": scene.today + timedelta(days=given.until_days),
        }
        await create(scene.acting(granted_at), "consent", "grant", values)
        if given.revoked_days is not None:
            revoked_at = scene.at(scene.ago(given.revoked_days), minutes=200)
            await consents.revoke(scene.acting(revoked_at), consent_id)


async def file_requests(scene: Scene) -> None:
    """Write two requests of subjects: one is open, one was answered (个人信息保护法24, 46)."""
    for number, (subject, kind, words) in enumerate(
        (
            (stories.PERSON_WITH_CONSENT, "correction", "记录中的单位名称有误，请更正。"),
            (stories.PERSON_WITHOUT_CONSENT, "explanation_of_rules", "请说明我的信息向哪些单位提供。"),
        ),
        start=1,
    ):
        asked = subject_requests.Asked(
            subject_id=subject.id, kind=kind, words=words, office_id=office_id("350200", "JCZD")
        )
        tx = scene.acting(scene.at(scene.ago(number * 6), minutes=100))
        request_id = await subject_requests.file(tx, scene.books, scene.calendar, asked)
        if kind == "explanation_of_rules":
            answering = scene.acting(scene.at(scene.ago(3), minutes=30), role="reviewer", office=("350200", "JCZD"))
            await subject_requests.grant(answering, request_id, answer="仅向经您授权的单位提供，详见查询记录。")


async def note_accesses(scene: Scene) -> None:
    """Write who has looked at the people of the tour before, as every access is written."""
    served = _access(scene, XIAMEN_BANK, XIAMEN_PURPOSE, stories.PERSON_WITH_CONSENT, days=30)
    again = _access(scene, XIAMEN_BANK, XIAMEN_PURPOSE, stories.PERSON_WITH_CONSENT, days=12)
    shanghai = _access(scene, SHANGHAI_BANK, SHANGHAI_PURPOSE, stories.PERSON_OF_SHANGHAI, days=9)
    refused = _access(scene, XIAMEN_BANK, XIAMEN_PURPOSE, stories.PERSON_WITHOUT_CONSENT, days=11, refused="NOT_FOUND")
    log = AccessLog(cast(Database, _Borrowed(scene.connection)))
    await log.write((served, again, shanghai, refused))


async def report_breaches(scene: Scene) -> None:
    """Write that a bank asked for more than its quota on one day, for the security officers to review."""
    tx = scene.acting(scene.at(scene.ago(5), minutes=300), role="partner", office=XIAMEN_BANK)
    await quota_breach.report(tx, account_name=PARTNERS[XIAMEN_BANK], counted="subjects", period="minute", most=600)


@dataclass(frozen=True, slots=True)
class _Borrowed:
    """The demonstration's own connection, lent where a database is expected."""

    connection: Connection

    async def execute(self, statement: str, *values: Any) -> None:
        """Carry out a statement on the connection."""
        await self.connection.execute(statement, *values)


def _access(
    scene: Scene,
    agency: Place,
    item: Place,
    subject: DemoSubject,
    *,
    days: int,
    refused: str | None = None,
) -> Access:
    """Describe an access of a bank for its purpose."""
    stated = purpose(scene.book(item[0]), item[1])
    caller = Caller(
        roles=("partner",),
        account_id=scene.accounts.get(("partner", agency)),
        office_id=office_id(*agency),
        jurisdiction_id=agency[0],
        purpose_id=application_item_id(*item),
        purpose_code=application_item_code(*item),
        purpose_name=stated.name if stated else None,
    )
    return Access(
        caller=caller,
        noun="subject,credit_record",
        verb="read",
        outcome="refused" if refused else "served",
        subject_id=subject.id,
        at=scene.at(scene.ago(days), minutes=90),
        basis=None if refused else BY_CONSENT,
        reason=refused,
    )
