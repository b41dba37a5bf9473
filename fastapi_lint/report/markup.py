"""HTML and SVG built from elements, so that text of the project can only ever be text."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Final

from fastapi_lint.report.sanitize import inert_json, sanitize

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_EMPTY: Final = frozenset({"input", "meta", "br", "path", "circle", "line", "rect"})


class Markup(str):
    """Text that is markup already; made here and nowhere else."""

    __slots__ = ()


def element(
    name: str, attributes: Mapping[str, str | int | float | bool | None], *children: Markup | str | None
) -> Markup:
    """Return an element; attributes that are None or False are left out, and whatever is not Markup is escaped."""
    words = "".join(
        f" {key}" if value is True else f' {key}="{_escaped(str(value))}"'
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in _EMPTY and not children:
        return Markup(f"<{name}{words}>" if name in {"input", "meta", "br"} else f"<{name}{words}/>")
    return Markup(f"<{name}{words}>{joined(children)}</{name}>")


def joined(children: Iterable[Markup | str | None]) -> Markup:
    """Return parts one after another."""
    return Markup("".join(one if isinstance(one, Markup) else _escaped(one) for one in children if one is not None))


def embedded(value: object) -> Markup:
    """Return a value as JSON that may stand in a script element: nothing in it can end the element."""
    text = inert_json(json.dumps(value, separators=(",", ":")))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def _escaped(text: str) -> str:
    return escape(sanitize(text), quote=True)
