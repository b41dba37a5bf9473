"""What a rule or the engine itself said, before anybody decided whether it is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi_lint.core.finding import Code, Finding, Fix, Severity


@dataclass(frozen=True, slots=True)
class Raised:
    """A finding with the rule that made it."""

    code: Code
    name: str
    url: str
    severity: Severity
    default_on: bool
    finding: Finding
    source: str = ""
    """The application that it was found on."""
    fix: Fix | None = None
    is_preview: bool = False
