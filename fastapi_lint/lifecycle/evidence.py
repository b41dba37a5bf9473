"""The notes that show why a finding holds: the processes, the lines that read and write, the way from a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Note
from fastapi_lint.facts.deployment.model import CountKind
from fastapi_lint.lifecycle.values import FunctionValue, Site

if TYPE_CHECKING:
    from fastapi_lint.lifecycle.model import Served
    from fastapi_lint.lifecycle.state import State, Use

_MOST = 4


def processes_text(served: Served) -> str:
    """Return the number of processes in words: `4 processes`, `at least 3 processes`."""
    count = served.processes
    return f"{'at least ' if count.kind is CountKind.AT_LEAST else ''}{count.value} processes"


def process_notes(served: Served) -> tuple[Note, ...]:
    """Return a note at the line that starts several processes, and at what decided the number elsewhere."""
    deployment = served.deployment
    count = served.processes
    place = count.location or deployment.location
    workers, replicas = deployment.workers, deployment.replicas
    parts = []
    if workers.value > 1:
        parts.append(
            f"{workers.value} workers" if workers.kind is CountKind.EXACT else f"at least {workers.value} workers"
        )
    if replicas.value > 1:
        parts.append(f"{replicas.value} replicas")
    notes = [Note(place, f"starts {processes_text(served)}: {' times '.join(parts)}")]
    if replicas.value > 1 and replicas.location is not None and replicas.location != place:
        notes.append(Note(replicas.location, f"{replicas.value} replicas"))
    if place != deployment.location and place.path != deployment.location.path:
        notes.append(Note(deployment.location, f"starts {deployment.server}"))
    return tuple(notes)


def use_notes(state: State, *, reads: bool = True) -> tuple[Note, ...]:
    """Return notes at a line that changes a piece of state and one that looks into it, with the way to each."""
    notes: list[Note] = []
    seen: set[Site] = set()
    uses = [("changed", _nearest(state.writes, set()))]
    if reads:
        uses.append(("read", _nearest(state.reads, {id(use.part) for _, use in uses if use is not None})))
    is_function = isinstance(state.target, FunctionValue)
    for word, use in uses:
        if use is None or use.effect.site in seen:
            continue
        seen.add(use.effect.site)
        verb = {"changed": "cleared", "read": "called"}[word] if is_function else word
        notes.append(Note(use.effect.site.location, f"{verb} here, for {_title(use)}"))
        notes += [
            Note(edge.site.location, f"on the way there: calls `{edge.callee.label}`")
            for edge in use.path[-_MOST:]
            if edge.site.path and edge.site not in seen and not seen.add(edge.site)  # type: ignore[func-returns-value]
        ]
    return tuple(notes)


def _nearest(uses: list[Use], taken: set[int]) -> Use | None:
    """Return the use with the shortest way from a request, of another request than those taken if there is one."""
    others = [use for use in uses if id(use.part) not in taken] or uses
    return min(others, key=lambda use: (len(use.path), use.effect.site), default=None)


def _title(use: Use) -> str:
    return f"`{use.part.title}`" if use.part.kind in {"endpoint", "dependency"} else use.part.title
