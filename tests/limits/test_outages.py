"""What fails again and again in the background is told when it begins and when it is over, not every second."""

from __future__ import annotations

import logging

import pytest

from domain.outage import REMIND_SECONDS, Outage

LOG = logging.getLogger("renxin.ledger")


class Watch:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def told(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str | None, int, int | None]]:
    lines = [
        (one.message, getattr(one, "kind", None), one.__dict__["count"], getattr(one, "seconds", None))
        for one in caplog.records
    ]
    caplog.clear()
    return lines


def test_an_outage_is_a_line_when_it_begins_and_a_line_with_its_length_when_it_is_over(
    caplog: pytest.LogCaptureFixture,
) -> None:
    watch = Watch()
    outage = Outage(LOG, "not_sealed", "sealed_again", seconds=watch)
    outage.went_well()
    assert told(caplog) == []
    for _ in range(100):
        outage.failed(OSError("a secret"))
        watch.now += 5
    assert told(caplog) == [("not_sealed", "OSError", 1, None)]
    outage.went_well()
    outage.went_well()
    assert told(caplog) == [("sealed_again", None, 100, 500)]
    outage.failed(OSError())
    assert told(caplog) == [("not_sealed", "OSError", 1, None)]


def test_a_failure_of_another_kind_is_told_and_whatever_goes_on_is_told_again_after_an_hour(
    caplog: pytest.LogCaptureFixture,
) -> None:
    watch = Watch()
    outage = Outage(LOG, "not_sealed", "sealed_again", seconds=watch)
    outage.failed(OSError())
    outage.failed(TimeoutError())
    outage.failed(OSError())
    assert told(caplog) == [("not_sealed", "OSError", 1, None), ("not_sealed", "TimeoutError", 2, None)]
    watch.now += REMIND_SECONDS
    outage.failed(OSError())
    assert told(caplog) == [("not_sealed", "OSError", 4, None)]


def test_where_some_of_it_fails_while_some_goes_well_it_is_over_when_nothing_has_failed_for_a_while(
    caplog: pytest.LogCaptureFixture,
) -> None:
    watch = Watch()
    outage = Outage(LOG, "not_sealed", "sealed_again", quiet=10, seconds=watch)
    for _ in range(3):
        outage.failed(OSError())
        watch.now += 5
        outage.went_well()
        watch.now += 5
        outage.went_well()
    assert told(caplog) == [("not_sealed", "OSError", 1, None)]
    watch.now += 5
    outage.went_well()
    outage.went_well()
    assert told(caplog) == [("sealed_again", None, 3, 25)], "until it went well, not until that was told"
