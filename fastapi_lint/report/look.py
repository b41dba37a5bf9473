"""How a report is to look: what the caller knows of the terminal and wants of the format."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Severity
from fastapi_lint.report.sanitize import sanitize

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi_lint.report.rule_info import RuleInfo


class Style(Enum):
    """The parts of a text report that have a colour; the value is the parameter of the ANSI sequence."""

    PLAIN = ""
    BOLD = "1"
    DIM = "2"
    GUTTER = "1;34"
    SECONDARY = "1;36"
    GOOD = "1;32"
    ERROR = "1;31"
    WARNING = "1;33"
    INFO = "1;35"


_SEVERITY_STYLES: Mapping[Severity, Style] = MappingProxyType(
    {Severity.ERROR: Style.ERROR, Severity.WARNING: Style.WARNING, Severity.INFO: Style.INFO}
)


def style_of(severity: Severity) -> Style:
    """Return the style in which a severity is shown."""
    return _SEVERITY_STYLES[severity]


@dataclass(frozen=True, slots=True)
class Look:
    """Colour, width in cells (None: not known), hyperlinks, whether to leave out the footer, and the rules by code."""

    color: bool = False
    width: int | None = None
    links: bool = False
    quiet: bool = False
    rules: Mapping[str, RuleInfo] = field(default_factory=lambda: MappingProxyType({}))

    def paint(self, style: Style, text: str) -> str:
        """Return `text` in a style; as it is where colours are off or there is nothing to paint."""
        if not self.color or not text or style is Style.PLAIN:
            return text
        return f"\x1b[{style.value}m{text}\x1b[0m"

    def link(self, url: str, text: str) -> str:
        """Return `text` as an OSC 8 hyperlink; as it is where links are off or there is no address."""
        if not self.links or not url:
            return text
        return f"\x1b]8;;{sanitize(url)}\x1b\\{text}\x1b]8;;\x1b\\"
