"""The door of this room: a report goes in, the text of one format comes out."""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from fastapi_lint.report.look import Look

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi_lint.core.finding import Report
    from fastapi_lint.report.rule_info import RuleInfo

_RENDERERS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "text": ("text", "render"),
        "concise": ("concise", "render"),
        "grouped": ("grouped", "render"),
        "json": ("json", "render"),
        "jsonl": ("json", "render_lines"),
        "sarif": ("sarif", "render"),
        "github": ("github", "render"),
        "gitlab": ("gitlab", "render"),
        "junit": ("junit", "render"),
        "pylint": ("pylint", "render"),
        "azure": ("azure", "render"),
        "rdjson": ("rdjson", "render"),
    }
)

FORMATS: tuple[str, ...] = tuple(_RENDERERS)
"""The names of the formats, in the order in which they are offered."""

TEXT_FORMATS: frozenset[str] = frozenset({"text", "concise", "grouped"})
"""The formats for people: they end with a footer and may have colours."""


class _Renderer(Protocol):
    def __call__(self, report: Report, look: Look) -> str: ...


def render(
    report: Report,
    output_format: str,
    *,
    color: bool = False,
    width: int | None = None,
    links: bool = False,
    quiet: bool = False,
    rules: Mapping[str, RuleInfo] = MappingProxyType({}),
) -> str:
    """Return a report in one of `FORMATS`, ending with a line end unless it is empty.

    `color` and `links` allow ANSI colours and OSC 8 hyperlinks in the text formats; `width` is that of the terminal in
    cells; `quiet` leaves out the footer; `rules` maps codes to what `sarif` says about them.

    Raises: KeyError for a format that is not in `FORMATS`.
    """
    module, function = _RENDERERS[output_format]
    # Only the module of the wanted format is loaded: the others cost time at every start.
    renderer: _Renderer = getattr(import_module(f"fastapi_lint.report.{module}"), function)
    return renderer(report, Look(color=color, width=width, links=links, quiet=quiet, rules=rules))
