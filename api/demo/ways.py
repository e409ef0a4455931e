"""Lists on their way in the demonstration: definitions opened, entries under way and entries that went the whole way.

Every city has one of each; Xinxiang a black entry that awaits its subject's answer, a red one shown to the
public and one that was returned. All of it is done by the functions that requests use.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from api.demo.names import DemoSubject, demo_id, organisations
from api.demo.scene import Place, Scene
from api.demo.stories import STATE_OWNED
from domain.installation_rows import credit_list_id, office_id
from domain.lifecycle import Transaction
from domain.lists import list_collection, list_definitions, list_entries, list_notices, list_publication, urging
from domain.lists.list_collection import Collection
from domain.lists.list_definitions import Draft, Written
from domain.lists.list_entries import Vouching
from domain.lists.list_grounds import Grounds
from domain.lists.list_notices import PriorNotice
from domain.lists.list_subject import Named
from domain.lists.list_way import load_entry, next_step, way_of

_DEFINITIONS: Final = 1
_ENTRIES: Final = 1_000
"""Where the numbers of the demonstration's definitions and of these entries begin."""

BEHAVIOUR: Final = "拖欠劳动报酬"
_LAW: Final = "《保障农民工工资支付条例》第四十八条"
_WAGES: Final = "wage_arrears_illegal_employment_grade"
ARREARS_CONDITION: Final = "克扣、无故拖欠农民工工资达到认定拒不支付劳动报酬罪数额标准的"
_PARTS: Final = {
    "standard": Written("拖欠劳动报酬，经责令限期支付逾期未支付（虚构）", _LAW),
    "procedure": Written("经办、审核、审定三级办理（虚构）", "本单位细则（虚构）第三条"),
    "measures": Written("增加检查频次，依法实施联合惩戒（虚构）", "本单位细则（虚构）第四条"),
    "exit_rule": Written("履行义务、消除影响后移出（虚构）", "本单位细则（虚构）第五条"),
    "remedy": Written("可以提出异议，申请行政复议（虚构）", "本单位细则（虚构）第六条"),
}


@dataclass(frozen=True, slots=True)
class Chain:
    """Whose hands the steps of a city's lists lie in: collecting, reviewing, deciding, publishing."""

    office: Place
    decider: tuple[str, Place]
    publisher: tuple[str, Place]
    reviewer: tuple[str, Place] | None = None
    submits: bool = False


_BUREAU: Final = ("410700", "BUREAU")
_CHAINS: Final = {
    "410700": Chain(
        ("410700", "JCZD"),
        ("leader", _BUREAU),
        ("credit_office", ("410700", "XYB")),
        reviewer=("deputy_leader", _BUREAU),
        submits=True,
    ),
    **{
        place: Chain((place, code), ("approver", (place, code)), ("approver", (place, code)))
        for place, code in (("350200", "JCZD"), ("350205", "RSJ"), ("420300", "JC"), ("310000", "ZFZD"))
    },
}

DEFINED: Final = (
    ("410700", "black", _WAGES),
    ("410700", "red", _WAGES),
    ("350200", "labour_serious", None),
    ("350205", "serious_dishonesty", None),
    ("310000", "wage_arrears", None),
)
"""Jurisdiction, list, domain: what is defined. No text loaded asks Shiyan's lists for parts."""

STANDING: Final = (
    ("410700", "black", _WAGES, 298),
    ("350200", "labour_serious", None, 300),
    ("350205", "serious_dishonesty", None, 292),
    ("420300", "major_violation", None, 299),
    ("310000", "wage_arrears", None, 296),
)
"""Jurisdiction, list, domain, organisation: entries that went the whole way and are in force."""

UNDER_WAY: Final = (
    ("410700", "black", _WAGES, 293, "notify"),
    ("410700", "red", _WAGES, 263, "announce"),
    ("410700", "black", _WAGES, 253, "return"),
    ("350200", "labour_serious", None, 291, "notify"),
    ("350205", "serious_dishonesty", None, 277, "attest"),
    ("420300", "black", None, 294, "collect"),
    ("310000", "wage_arrears", None, 295, "answer"),
)
"""Jurisdiction, list, domain, organisation, and the last step that was taken."""

NOTICED: Final = next(one for one in organisations() if one.number == 293)
"""The organisation of Xinxiang that has a prior notice to answer."""


async def walk_all(scene: Scene) -> None:
    """Open the definitions, take the entries as far as they have come, urge a state-owned enterprise."""
    for jurisdiction, code, domain in DEFINED:
        await _define(scene, jurisdiction, code, domain)
    for jurisdiction, code, domain, number in STANDING:
        await _walk(scene, _collection(scene, jurisdiction, code, domain, number), "publish", started=120)
    for jurisdiction, code, domain, number, last in UNDER_WAY:
        await _walk(scene, _collection(scene, jurisdiction, code, domain, number), last, started=12)
    await _urge(scene)


async def _define(scene: Scene, jurisdiction: str, code: str, domain: str | None) -> None:
    chain = _CHAINS[jurisdiction]
    drafted = Draft(
        office_id=office_id(*chain.office),
        list_id=credit_list_id(scene.book(jurisdiction).id, code),
        domain=domain,
        id=demo_id("list_definition", _DEFINITIONS + DEFINED.index((jurisdiction, code, domain))),
        parts=_PARTS,
        standard_level="administrative_regulation",
        behaviours=(BEHAVIOUR, "足额按时支付工资"),
    )
    clerk = scene.acting(scene.at(scene.ago(400), minutes=5), role="clerk", office=chain.office)
    definition = await list_definitions.draft(clerk, scene.books, drafted)
    role, place = chain.decider
    opener = scene.acting(scene.at(scene.ago(398), minutes=5), role=role, office=place)
    await list_definitions.open_definition(opener, scene.books, definition)


def _collection(scene: Scene, jurisdiction: str, code: str, domain: str | None, number: int) -> Collection:
    red = code == "red"
    lawful = code in ("wage_arrears", "black", "labour_serious") and jurisdiction != "410700"
    return Collection(
        office_id=office_id(*_CHAINS[jurisdiction].office),
        list_id=credit_list_id(scene.book(jurisdiction).id, code),
        subject=Named(subject_id=_organisation(number).id),
        grounds=Grounds(
            reason="连续两年足额按时支付工资（虚构）" if red else "拖欠劳动者工资，经责令限期支付逾期未支付（虚构）",
            behaviour="足额按时支付工资" if red else BEHAVIOUR,
            legal_basis=_LAW,
            legal_basis_level="administrative_regulation",
            condition=ARREARS_CONDITION if lawful else None,
            precondition_met=lawful,
            decision_no=f"虚列〔{scene.today.year}〕{number}号",
        ),
        domain=domain,
        id=demo_id("list_entry", _ENTRIES + number),
    )


@dataclass(slots=True)
class _Walk:
    """An entry on its way, one step a day."""

    scene: Scene
    chain: Chain
    day: int

    def acting(self, role: str, office: Place, *, days: int = 1) -> Transaction:
        """Give the transaction of the next step, so many days later."""
        self.day = max(self.day - days, 0)
        return self.scene.acting(self.scene.at(self.scene.ago(self.day), minutes=40), role=role, office=office)

    def clerk(self, *, days: int = 1) -> Transaction:
        """Give the transaction of a clerk of the office."""
        return self.acting("clerk", self.chain.office, days=days)


async def _walk(scene: Scene, collection: Collection, last: str, *, started: int) -> None:
    """Take an entry from its collection to its last step."""
    chain = next(one for one in _CHAINS.values() if office_id(*one.office) == collection.office_id)
    walk, books = _Walk(scene, chain, started), scene.books
    entry = await list_collection.collect(walk.clerk(), scene.vault, books, collection)
    if last == "collect":
        return
    vouching = Vouching(truthful=True, accurate=True, lawful=True, officer="经办人（虚构）")
    await list_entries.attest(walk.clerk(), books, entry, vouching, office_id=collection.office_id)
    if last == "attest" or not await _noticed(walk, entry, last):
        return
    if last == "return":
        assert chain.reviewer is not None
        why = "欠薪人数与金额不一致，请核实（虚构）"
        await list_entries.send_back(walk.acting(*chain.reviewer), books, entry, reason=why)
        return
    if chain.reviewer is not None:
        await list_entries.review(walk.acting(*chain.reviewer), books, entry)
    await list_entries.decide(walk.acting(*chain.decider), books, entry)
    if chain.submits:
        await list_entries.submit(walk.clerk(), books, entry)
    await list_publication.publish(walk.acting(*chain.publisher), books, entry)


async def _noticed(walk: _Walk, entry: UUID, last: str) -> bool:
    """Serve the notice that the way asks for and close it unanswered; tell whether the entry goes on."""
    scene, tx = walk.scene, walk.clerk()
    row, kind = await load_entry(tx, scene.books, entry)
    due = next_step(way_of(scene.books, row, kind), row["state"])
    if due is not None and due.verb == "announce":
        await list_notices.announce(
            tx, scene.books, entry, reason="连续两年足额按时支付工资（虚构）", channel="门户网站"
        )
        return last != "announce"
    if due is None or due.verb != "notify":
        return True
    notice = await list_notices.notify(tx, scene.books, scene.calendar, entry, _NOTICE)
    if last == "notify":
        return False
    await list_notices.close(walk.clerk(days=16), scene.books, notice, note="期满未收到答复（虚构）")
    return last != "answer"


async def _urge(scene: Scene) -> None:
    """Urge a state-owned enterprise, and note what came of it."""
    office: Place = ("350200", "JCZD")
    clerk = scene.acting(scene.at(scene.ago(250), minutes=20), role="clerk", office=office)
    urged = await urging.issue(
        clerk,
        scene.books,
        office_id=office_id(*office),
        subject_id=STATE_OWNED.id,
        demand="请按合同约定支付项目部劳动者工资（虚构）",
        pay_by_on=scene.ago(244),
    )
    later = scene.acting(scene.at(scene.ago(243), minutes=20), role="clerk", office=office)
    row = await later.connection.fetchrow("SELECT * FROM urging WHERE id = $1", urged)
    await urging.conclude(later, scene.books, row, result="逾期未支付，转入列入程序（虚构）")


def _organisation(number: int) -> DemoSubject:
    return next(one for one in organisations() if one.number == number)


_NOTICE: Final = PriorNotice(
    reason="经查拖欠劳动者工资，责令限期支付逾期未支付（虚构）",
    channel="直接送达",
    grounds=_LAW,
    measures="纳入联合惩戒，增加检查频次",
    rights="可以陈述、申辩，提出异议",
)
