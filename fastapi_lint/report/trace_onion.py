"""The onion of a trace as SVG: a ring for each middleware around the router, the endpoint in the middle."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin
from typing import TYPE_CHECKING, Final

from fastapi_lint.report.markup import Markup, element

if TYPE_CHECKING:
    from collections.abc import Sequence

_SIZE: Final = 600
_OUTER: Final = 292.0
_INNER: Final = 92.0
_LARGEST: Final = 15.0
_SMALLEST: Final = 7.0
_CHARACTER: Final = 0.6
"""The width of a character of a monospaced font, in its size."""


@dataclass(frozen=True, slots=True)
class Ring:
    """A ring: its label, what a screen reader says of it, where in the page it leads, and whether it has findings."""

    label: str
    title: str
    target: str
    has_findings: bool = False


def onion(rings: Sequence[Ring], name: str, key: str) -> Markup:
    """Return the picture of rings, outermost first; `name` titles it, `key` makes its identifiers unique."""
    step = (_OUTER - _INNER) / max(len(rings), 1)
    drawn = [_ring(ring, _OUTER - index * step, step, f"{key}ring{index}", index) for index, ring in enumerate(rings)]
    centre = element(
        "g",
        {"class": "centre", "aria-hidden": "true"},
        element("circle", {"cx": 0, "cy": 0, "r": _INNER}),
        element("text", {"class": "verb", "x": 0, "y": -14, "text-anchor": "middle"}, "endpoint"),
        element("text", {"class": "what", "x": 0, "y": 10, "text-anchor": "middle"}, ""),
        element("text", {"class": "who", "x": 0, "y": 30, "text-anchor": "middle"}, ""),
    )
    half = _SIZE / 2
    return element(
        "svg",
        {
            "viewBox": f"{-half:g} {-half:g} {_SIZE} {_SIZE}",
            "class": "onion",
            "role": "group",
            "aria-label": name,
            "font-family": "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace",
        },
        *drawn,
        centre,
    )


def _ring(ring: Ring, radius: float, step: float, key: str, index: int) -> Markup:
    middle = radius - step / 2
    # A label runs along at most two thirds of its circle.
    room = 2 * pi * middle * 0.66
    size = min(_LARGEST, step * 0.62)
    label = f"⚠ {ring.label}" if ring.has_findings else ring.label
    if len(label) * size * _CHARACTER > room:
        size = max(_SMALLEST, room / (len(label) * _CHARACTER))
        most = int(room / (size * _CHARACTER))
        label = label if len(label) <= most else label[: max(1, most - 1)] + "…"
    return element(
        "a",
        {
            "href": f"#{ring.target}",
            "class": "ring finding" if ring.has_findings else "ring",
            "aria-label": ring.title,
            "data-shade": index % 2,
        },
        element("title", {}, ring.title),
        element("circle", {"cx": 0, "cy": 0, "r": f"{radius:.2f}"}),
        element("path", {"id": key, "d": _arc(middle - size * 0.35), "fill": "none"}),
        element(
            "text",
            {"font-size": f"{size:.2f}", "aria-hidden": "true"},
            element("textPath", {"href": f"#{key}", "startOffset": "50%", "text-anchor": "middle"}, label),
        )
        if step > _SMALLEST
        else None,
    )


def _arc(radius: float) -> str:
    """Return the upper part of a circle, from the left to the right."""
    angle = pi * 0.86
    x, y = radius * sin(angle), -radius * cos(angle)
    return f"M {-x:.2f} {y:.2f} A {radius:.2f} {radius:.2f} 0 1 1 {x:.2f} {y:.2f}"
