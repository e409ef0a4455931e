"""What a text has pushed without ordering that it be published: to the platform it names, and to no other (HC-27)."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import pytest

from domain.identifiers import invented_resident_id
from tests.client import NOW
from tests.delivery.ground import Ground
from tests.delivery.receiver import Receiver

pytestmark = pytest.mark.anyio

SAFETY = ("350205", "safety_serious", "YJ")
ACT = {"ACT": "破坏监测监控设施", "FACTS": "关闭可燃气体报警装置继续生产"}
PERSON = {"id_number": invented_resident_id(2727), "name": "欧阳虚拟"}
RESPONSIBLE = {**ACT, "UNIT": "海沧虚构化工有限公司", "CAPACITY": "主要负责人"}


async def _act(ground: Ground, content: Mapping[str, str] = ACT, **who: str) -> UUID:
    return await ground.publish_under(
        SAFETY, {}, title="安全生产严重主观故意行为信息", content=content, severity="serious",
        legal_basis="《中华人民共和国安全生产法》", legal_basis_level="law", **who,
    )  # fmt: skip


async def test_who_gravely_endangers_safety_is_told_to_the_district_hc_27(
    district: Ground, district_receiver: Receiver
) -> None:
    record = await _act(district)
    await district.drain(district.worker(district_receiver))

    assert district_receiver.of(record) == [("publish", True)]
    told = district_receiver.log[0]["content"]
    assert (told["item"]["code"], told["content"]["ACT"]) == ("safety_serious", "破坏监测监控设施")
    (row,) = await district.fetch("SELECT disclosure, platform_at FROM credit_record WHERE id = $1", record)
    assert (row["disclosure"], row["platform_at"]) == ("government_sharing", NOW)


async def test_the_main_responsible_person_is_told_masked_and_reads_that_in_the_log_hc_27(
    district: Ground, district_receiver: Receiver
) -> None:
    record = await _act(district, RESPONSIBLE, **PERSON)
    await district.drain(district.worker(district_receiver))

    assert district_receiver.of(record) == [("publish", True)]
    told = district_receiver.log[0]["content"]
    assert (told["subject"]["name"], told["content"]) == ("欧阳**", None)
    assert PERSON["id_number"] not in str(district_receiver.log)
    entries = await district.fetch(
        "SELECT role FROM ledger_event WHERE kind = 'access' AND subject_id ="
        " (SELECT subject_id FROM credit_record WHERE id = $1)",
        record,
    )
    assert [one["role"] for one in entries] == ["platform"]


async def test_it_comes_down_there_when_it_is_withdrawn_hc_27(district: Ground, district_receiver: Receiver) -> None:
    worker, record = district.worker(district_receiver), await _act(district)
    await district.drain(worker)
    await district.withdraw(record)
    await district.drain(worker)

    assert district_receiver.of(record) == [("publish", True), ("withdraw", False)]


async def test_the_city_is_not_told_what_the_text_pushes_to_the_district_hc_27(
    ground: Ground, receiver: Receiver
) -> None:
    record = await _act(ground)
    await ground.drain(ground.worker(receiver))

    assert receiver.of(record) == []
    assert await ground.states(record) == [("publish", "withheld")]


@pytest.mark.parametrize(
    ("code", "office", "arrives"), [("evaluation_result", "JCZD", True), ("employer_record", "JCZD", False)]
)
async def test_of_what_is_only_shared_the_city_is_told_what_its_text_has_pushed_xm_12(
    ground: Ground, receiver: Receiver, code: str, office: str, arrives: bool
) -> None:
    record = await ground.publish_under(("350200", code, office), {})
    await ground.drain(ground.worker(receiver))

    assert bool(receiver.of(record)) is arrives
    assert [state for _, state in await ground.states(record)] == ["delivered" if arrives else "withheld"]
