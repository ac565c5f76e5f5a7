"""The colours: readable in light and in dark, and dark the same both times."""

import re

import pytest

from channels.pages.rendering import STATIC

TOKENS = (STATIC / "tokens.css").read_text(encoding="utf-8")
GROUNDS = ("paper", "surface", "sunken")
SOFT = ("good", "warn", "danger", "info", "person")


def colours(selector: str) -> dict[str, str]:
    block = TOKENS[TOKENS.index(selector):]
    block = block[block.index("{") + 1:block.index("}")]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


LIGHT = colours(":root,\n:host {")
DARK = colours(':root:not([data-theme="light"])')
CHOSEN = colours(':root[data-theme="dark"]')


def luminance(colour: str) -> float:
    channels = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_dark_is_the_same_by_system_and_by_choice() -> None:
    assert DARK == CHOSEN
    assert DARK.keys() == LIGHT.keys()


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_can_be_read_on_its_ground(theme: dict[str, str]) -> None:
    pairs = [
        *((text, ground) for text in ("ink", "ink-soft", "accent") for ground in GROUNDS),
        *((name, ground) for name in SOFT for ground in ("paper", "surface", f"{name}-soft")),
        ("on-accent", "accent"), ("on-accent", "accent-strong"), ("on-danger", "danger"),
        ("accent", "accent-soft"), ("accent-strong", "accent-soft"), ("ink", "accent-soft"),
        ("ink", "person-soft"), ("paper", "ink"),
    ]
    poor = {
        pair: round(contrast(theme[pair[0]], theme[pair[1]]), 2)
        for pair in pairs if contrast(theme[pair[0]], theme[pair[1]]) < 4.5
    }
    assert poor == {}


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_edge_of_a_field_and_the_focus_can_be_seen(theme: dict[str, str]) -> None:
    for name in ("line-strong", "focus"):
        for ground in GROUNDS:
            assert contrast(theme[name], theme[ground]) >= 3
