"""Rows of the register: divisions, offices and their duties, catalogue, purposes, the calendar; and the subjects."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from tests.oracle.edition_rows import add_editions
from tests.oracle.rows import World
from tests.oracle.world import (
    ITEMS,
    JURISDICTIONS,
    OFFICES,
    ORGANISATIONS,
    PEOPLE,
    PURPOSES,
    id_number,
    key,
)


def _registry(world: World) -> None:
    _divisions(world)
    _offices(world)
    _responsibilities(world)
    add_editions(world)
    _catalogue(world)
    _purposes(world)
    _calendar(world)


def _divisions(world: World) -> None:
    for code, name, level, parent in JURISDICTIONS:
        world.add("jurisdiction", id=code, name=name, level=level, parent_id=parent)


def _offices(world: World) -> None:
    for code, name, where, kind, aliases in OFFICES:
        world.add(
            "office",
            id=key("office", code),
            jurisdiction_id=where,
            code=code,
            name=name,
            aliases=aliases,
            kind=kind,
            roles=["归集"] if aliases else [],
            clause=world.pick(["厦门8", None]),
            rulebook=world.pick(["cn-xiamen", None]),
        )


def _responsibilities(world: World) -> None:
    for number in range(6):
        world.add(
            "responsibility",
            id=key("duty", number),
            office_id=key("office", world.pick(OFFICES)[0]),
            duty=f"责任{number}",
            clause="厦门8",
            rulebook="cn-xiamen",
            valid_from=world.pick([None, date(2021, 1, 1)]),
            valid_to=None,
        )


def _catalogue(world: World) -> None:
    for code, where, name, category, polarity, disclosure, person_disclosure, years in ITEMS:
        item = world.add(
            "catalogue_item",
            id=key("catalogue", f"{where}.{code}"),
            jurisdiction_id=where,
            edition=f"cn-{where}",
            catalogue_edition_id=key("edition", 2) if code == "penalty" else None,
            code=code,
            name=name,
            category=category,
            polarity=polarity,
            disclosure=disclosure,
            person_disclosure=person_disclosure,
            subject_kinds=world.pick([[], ["enterprise", "natural_person"]]),
            data_items=[{"code": "CF_NR_FK", "name": "罚款", "required": True, "personal": False}]
            if polarity == "negative"
            else [],
            severity_required=polarity == "negative",
            double_publicity=category in ("penalty", "permit"),
            push_to=["PLAT"] if where == "350200" and polarity == "negative" else [],
            publication_years=years,
            legal_basis=world.pick([None, "社会保险法"]),
            legal_basis_level=world.pick([None, "law", "normative_document"]),
            clause="厦门2",
            valid_from=world.pick([None, date(2021, 5, 1)]),
            valid_to=None,
        )
        for office in world.dice.sample([one[0] for one in OFFICES], 2):
            world.add(
                "catalogue_producer",
                id=key("producer", f"{item['id']}{office}"),
                item_id=item["id"],
                office_id=key("office", office),
                clause="厦门8",
                reading=world.pick([None, "解读"]),
            )


def _purposes(world: World) -> None:
    for code, where, name in PURPOSES:
        world.add(
            "application_item",
            id=key("item", code),
            jurisdiction_id=where,
            code=code,
            name=name,
            clause="厦门4",
            rulebook="cn-xiamen",
        )


def _calendar(world: World) -> None:
    for number in range(25):
        day = date(2026, 3, 1) + timedelta(days=number)
        working = day.weekday() < 5
        world.add(
            "working_day", id=day, working=working, kind="weekday" if working else "weekend", provisional=number > 20
        )


def _subjects(world: World) -> None:
    _people(world)
    _organisations(world)
    _representatives(world)


def _people(world: World) -> None:
    for name, full, masked, where, digits in PEOPLE:
        valid = id_number(digits)
        world.add(
            "subject",
            id=key("subject", name),
            kind="natural_person",
            is_person=True,
            jurisdiction_id=where,
            name=full,
            masked_name=masked,
            name_pinyin="",
            uscc=None,
            uscc_lenient=False,
            id_cipher=world.vault.seal(valid),
            id_index=world.vault.blind_index(valid),
            masked_id_number=valid[:3] + "*" * 13 + valid[-2:],
            state_owned=False,
            registered_at=world.instant(),
            merged_into_id=None,
        )


def _organisations(world: World) -> None:
    for name, full, pinyin, kind, where, code, state_owned in ORGANISATIONS:
        world.add(
            "subject",
            id=key("subject", name),
            kind=kind,
            is_person=False,
            jurisdiction_id=where,
            name=full,
            masked_name=full,
            name_pinyin=pinyin,
            uscc=code,
            uscc_lenient=code is not None,
            id_cipher=None,
            id_index=None,
            masked_id_number=None,
            state_owned=state_owned,
            registered_at=world.instant(),
            merged_into_id=None,
        )


def _representatives(world: World) -> None:
    people = [name for name, *_ in PEOPLE if name != "zhou"]
    for number in range(14):
        first = world.day(-900, -10)
        person = world.pick([*people, None, None])
        masked = next((one[2] for one in PEOPLE if one[0] == person), "外**")
        world.add(
            "legal_representative",
            id=key("link", number),
            subject_id=key("subject", world.pick(ORGANISATIONS)[0]),
            person_id=key("subject", person) if person else None,
            about_person=True,
            name=next((one[1] for one in PEOPLE if one[0] == person), f"外人{number}"),
            masked_name=masked,
            masked_id_number=world.pick([None, "350*************11"]),
            from_on=first,
            to_on=world.pick([None, first + timedelta(days=5)]),
        )


SECTIONS: tuple[Callable[[World], None], ...] = (
    _registry,
    _subjects,
)
