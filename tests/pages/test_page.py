"""The plain pages of the service, read by everybody: what they say in colour stands out from light and dark paper."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).resolve().parents[2] / "api" / "static" / "page.css").read_text("utf-8")
LIGHT, DARK = "#ffffff", "#121212"
"""What browsers lay under a page of either scheme."""

ENOUGH = 4.5
"""WCAG 2.1, 1.4.3, level AA: contrast of text of an ordinary size."""


def luminance(colour: str) -> float:
    """WCAG 2.1: relative luminance of `#rrggbb`."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2.1: contrast ratio of two colours."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("name", ["stands", "ended"])
def test_a_status_can_be_read_on_light_and_on_dark_paper(name: str) -> None:
    """`valid` had a contrast of 3.7 on dark paper, `revoked` of 3.9."""
    light, dark = re.findall(rf"--{name}: (#[0-9a-f]{{6}});", CSS)
    assert f"color: var(--{name})" in CSS
    assert contrast(light, LIGHT) >= ENOUGH
    assert contrast(dark, DARK) >= ENOUGH


def test_no_other_colour_is_set_for_text() -> None:
    assert set(re.findall(r"[ ;{]color: ([^;]+);", CSS)) == {"var(--stands)", "var(--ended)"}
