"""What a run says: raw findings of rules, graded diagnostics, and the report that holds them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Literal, NewType

if TYPE_CHECKING:
    from fastapi_lint.core.span import Location, Position

Code = NewType("Code", str)


class Severity(Enum):
    """How bad a finding is; the order of the members is from mild to grave."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """Return 0 for info, 1 for warning, 2 for error."""
        return ("info", "warning", "error").index(self.value)


class Confidence(Enum):
    """Whether all that a finding rests on was resolved; `possible` ones are hidden by default."""

    CERTAIN = "certain"
    POSSIBLE = "possible"


@dataclass(frozen=True, slots=True)
class Note:
    """Another place that takes part in a finding, and what it does there."""

    location: Location
    message: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found, before severity, selection and suppression are applied.

    `severity` overrides the rule's own one where the rule's text grades its cases; `help` is the
    one line that says what to do instead.
    """

    location: Location
    message: str
    notes: tuple[Note, ...] = ()
    confidence: Confidence = Confidence.CERTAIN
    severity: Severity | None = None
    help: str = ""
    parts: tuple[Location, ...] = ()
    """What the rule's repair works on beside the location; which place means what is between it and the check."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Bytes of one file to be replaced by others; `place` is worked out for reports, as that of a diagnostic is."""

    location: Location
    replacement: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Fix:
    """The edits that mend a diagnostic, and whether they keep behaviour but for the mistake."""

    applicability: Literal["safe", "unsafe"]
    message: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A location ready for people: display path (POSIX, relative to where the run was started) and positions."""

    filename: str
    start: Position
    end: Position


@dataclass(frozen=True, slots=True)
class Annotation:
    """A note with its place worked out."""

    place: Place
    message: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A graded finding: selected, not suppressed, with places that people can read."""

    code: Code
    name: str
    message: str
    place: Place
    severity: Severity
    confidence: Confidence
    notes: tuple[Annotation, ...] = ()
    help: str = ""
    url: str = ""
    fix: Fix | None = None

    @property
    def sort_key(self) -> tuple[str, Position, str, str]:
        """Return what diagnostics are sorted by: path, start, code, message."""
        return (self.place.filename, self.place.start, self.code, self.message)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was not checked, and why; `is_folder` says that it stands for all Python files of a folder."""

    filename: str
    reason: str
    is_folder: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """A rule that crashed on one entity: our own mistake, never the project's."""

    rule: str
    entity: str
    message: str


@dataclass(frozen=True, slots=True)
class Source:
    """A line of context for the reader: what was taken from where, e.g. `fastapi 0.115.0` from `uv.lock`."""

    subject: str
    value: str
    origin: str


@dataclass(frozen=True, slots=True)
class Report:
    """All that a run has to say; `files` are the display paths of the files that were checked."""

    diagnostics: tuple[Diagnostic, ...]
    files: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    failures: tuple[Failure, ...] = ()
    apps: tuple[Source, ...] = ()
    entries: tuple[Source, ...] = ()
    targets: tuple[Source, ...] = ()
    deployments: tuple[Source, ...] = ()
    warnings: tuple[str, ...] = ()
    silenced: int = 0
    hidden: int = 0
    known: int = 0
    """How many findings are not shown because a baseline or an earlier revision has them."""
    unaffected: int = 0
    """How many findings are not shown because no changed file takes part in them."""
    fail_on: Severity = Severity.WARNING
    """The mildest severity that fails, as the settings have it."""
    output_format: str | None = None
    """The format that the settings ask for, None where they do not."""
    lines: dict[str, dict[int, str]] = field(default_factory=dict)
    """Source lines (row to text) by display path, for the rows that the diagnostics and their notes touch."""
