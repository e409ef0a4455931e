"""The subjects of the demonstration in the database, and who represents the organisations.

Numbers of people are sealed, names masked, as `domain.registry.enrolment` does it for everybody. Some
organisations have changed their representative; some representatives are subjects themselves.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from api.demo.names import DemoSubject, demo_id, invented_person, organisations, people
from api.demo.scene import Scene
from api.demo.stories import EXAMPLE, REPRESENTATIVE
from domain.lifecycle import create
from domain.masking import Patterns, mask_name, mask_resident_id, patterns
from domain.registry.enrolment import person_values, pinyin

_REGISTERED_DAYS: Final = 1_300
_WELL_KNOWN_PEOPLE: Final = 6


async def enter_subjects(scene: Scene) -> None:
    """Enter every organisation and person."""
    for subject in (*organisations(), *people()):
        registered_at = scene.at(scene.ago(_REGISTERED_DAYS), minutes=subject.number)
        columns = _person(scene, subject) if subject.is_person else _organisation(subject)
        values = {
            "id": subject.id,
            "jurisdiction_id": subject.jurisdiction,
            "registered_at": registered_at,
            **columns,
        }
        await create(scene.acting(registered_at), "subject", "enrol", values)


async def link_representatives(scene: Scene) -> None:
    """Note who represents each organisation, and who did before."""
    for organisation in organisations():
        current, former = _representatives(organisation)
        changed_on = scene.ago(150 + organisation.number % 300)
        if former is not None:
            await _link(scene, organisation, former, 1, scene.ago(_REGISTERED_DAYS), changed_on)
        since = changed_on if former is not None else scene.ago(_REGISTERED_DAYS - organisation.number)
        await _link(scene, organisation, current, 2, since, None)


def _organisation(subject: DemoSubject) -> dict[str, Any]:
    return {
        "kind": subject.kind,
        "is_person": False,
        "name": subject.name,
        "masked_name": subject.name,
        "name_pinyin": pinyin(subject.name),
        "uscc": subject.uscc,
        "uscc_lenient": False,
        "state_owned": subject.state_owned,
    }


def _person(scene: Scene, subject: DemoSubject) -> dict[str, Any]:
    assert subject.id_number is not None
    return person_values(
        scene.vault,
        id_number=subject.id_number,
        name=subject.name,
        today=scene.today,
        patterns=_patterns(scene, subject.jurisdiction),
    )


def _patterns(scene: Scene, jurisdiction: str) -> Patterns:
    return patterns(scene.books, jurisdiction, scene.today)


def _representatives(organisation: DemoSubject) -> tuple[DemoSubject | None, DemoSubject | None]:
    """Give the representative who stands and the one before; None stands for somebody who is no subject here."""
    if organisation.id == EXAMPLE.id:
        return REPRESENTATIVE, people()[_WELL_KNOWN_PEOPLE]
    known = people()[_WELL_KNOWN_PEOPLE + organisation.number % 50]
    current = known if organisation.number % 7 == 0 else None
    former = people()[_WELL_KNOWN_PEOPLE + organisation.number % 40] if organisation.number % 9 == 0 else None
    return current, former


async def _link(
    scene: Scene,
    organisation: DemoSubject,
    person: DemoSubject | None,
    step: int,
    from_on: date,
    changed_on: date | None,
) -> None:
    name, number = _named(organisation, person)
    linked_at = scene.at(from_on, minutes=organisation.number)
    keep = _patterns(scene, organisation.jurisdiction)
    values = {
        "id": demo_id("legal_representative", organisation.number * 10 + step),
        "subject_id": organisation.id,
        "person_id": person.id if person else None,
        "about_person": True,
        "name": name,
        "masked_name": mask_name(name),
        "masked_id_number": mask_resident_id(number, keep),
        "from_on": from_on,
        "to_on": changed_on - timedelta(days=1) if changed_on else None,
    }
    await create(scene.acting(linked_at), "legal_representative", "link", values)


def _named(organisation: DemoSubject, person: DemoSubject | None) -> tuple[str, str]:
    if person is None:
        return invented_person(organisation.number)
    assert person.id_number is not None
    return person.name, person.id_number
