"""What a report may say about a rule; handed in by the caller, for reports do not know the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi_lint.core.finding import Severity


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """One rule: `summary` is a sentence without a full stop, `explanation` the whole documentation in Markdown."""

    code: str
    name: str
    summary: str
    explanation: str
    url: str
    severity: Severity
    layer: str = ""
