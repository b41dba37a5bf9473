"""Selection: the more specific mention wins, ignore wins a draw, places build on one another."""

from __future__ import annotations

import pytest

from fastapi_lint.config.selection import Selection, SelectionLayer, check_mentions, specificity
from fastapi_lint.core.errors import ConfigError

RULES = {
    "FL301": "engine-outside-lifespan",
    "FL302": "shadowed-handler",
    "FL401": "wrong-order",
    "FL801": "blocking-call",
}


def selected(*layers: SelectionLayer, off: str = "") -> str:
    selection = Selection(layers)
    return " ".join(code for code, name in RULES.items() if selection.is_selected(code, name, default_on=code != off))


def layer(select: str | None = None, ignore: str = "", extend: str = "") -> SelectionLayer:
    return SelectionLayer(
        None if select is None else tuple(select.split()), tuple(ignore.split()), tuple(extend.split())
    )


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (layer(), "FL301 FL302 FL401"),
        (layer(select="ALL"), "FL301 FL302 FL401 FL801"),
        (layer(select="FL"), "FL301 FL302 FL401 FL801"),
        (layer(select="FL3"), "FL301 FL302"),
        (layer(select=""), ""),
        (layer(select="fl301 blocking-call"), "FL301 FL801"),
        (layer(ignore="FL3"), "FL401"),
        (layer(ignore="ALL"), ""),
        (layer(ignore="ALL", extend="FL302"), "FL302"),
        (layer(ignore="FL3", extend="FL301"), "FL301 FL401"),
        (layer(select="FL3", ignore="FL3"), ""),
        (layer(select="FL30", ignore="FL3"), "FL301 FL302"),
        (layer(select="FL3", ignore="engine-outside-lifespan"), "FL302"),
        (layer(select="FL301", ignore="engine-outside-lifespan"), ""),
        (layer(extend="blocking-call"), "FL301 FL302 FL401 FL801"),
    ],
)
def test_one_place(wish: SelectionLayer, expected: str) -> None:
    assert selected(wish, off="FL801") == expected


@pytest.mark.parametrize(
    ("settings", "command_line", "expected"),
    [
        (layer(select="FL3"), layer(select="FL4"), "FL401"),
        (layer(select="FL3", ignore="FL301"), layer(), "FL302"),
        (layer(ignore="FL401"), layer(select="FL4"), "FL401"),
        (layer(select="FL3"), layer(ignore="FL301"), "FL302"),
        (layer(select="FL301"), layer(ignore="FL"), ""),
        (layer(ignore="FL301"), layer(extend="FL3"), "FL301 FL302 FL401 FL801"),
    ],
)
def test_the_command_line_replaces_with_select_and_builds_on_without(
    settings: SelectionLayer, command_line: SelectionLayer, expected: str
) -> None:
    assert selected(settings, command_line) == expected
    assert Selection((settings,)).with_layer(command_line) == Selection((settings, command_line))


@pytest.mark.parametrize(
    ("mention", "expected"),
    [("ALL", 0), ("all", 0), ("FL", 2), ("FL3", 3), ("FL301", 5), ("engine-outside-lifespan", 5), ("FL4", -1),
     ("F", -1), ("", -1), ("FL3012", -1), ("engine", -1)],
)  # fmt: skip
def test_specificity(mention: str, expected: int) -> None:
    assert specificity(mention, "FL301", RULES["FL301"]) == expected


@pytest.mark.parametrize(
    ("mention", "hint"),
    [
        ("FL999", ""),
        ("FL30l", "did you mean `FL30"),
        ("engine-outside-lifspan", "`engine-outside-lifespan`"),
        ("E501", ""),
        ("x" * 500, ""),
    ],
)
def test_unknown_rules_are_refused(mention: str, hint: str) -> None:
    with pytest.raises(ConfigError, match="--select: unknown rule") as caught:
        check_mentions(["FL3", mention], RULES, "--select")
    assert hint in caught.value.hint
    assert len(caught.value.message) < 120
