"""Comments that claim an order of middleware: what is read, and what the real stack contradicts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from msgspec.structs import replace

from fastapi_lint.lifecycle.order_claims import Contradiction, StackEntry, contradictions

CASES = Path(__file__).parent / "order_claims"


@dataclass(frozen=True)
class Case:
    verdict: str
    kinds: tuple[str, ...]
    stack: tuple[StackEntry, ...]
    subject: StackEntry | None
    trailing: bool
    only: bool
    text: str


def stack_of(spec: str) -> tuple[StackEntry, ...]:
    """Build a stack from names in the order of adding; names in brackets before them are a `middleware=` list."""
    match = re.fullmatch(r"(?:\[(?P<listed>[^]]*)\])?\s*(?P<added>.*)", spec.strip())
    assert match is not None
    listed = [name.strip() for name in (match["listed"] or "").split(",") if name.strip()]
    added = match["added"].split()
    entries = [StackEntry(name, len(added) + index, index, "list") for index, name in enumerate(listed)]
    entries += [StackEntry(name, len(added) - 1 - index, index) for index, name in enumerate(added)]
    return tuple(entries)


def turned(stack: tuple[StackEntry, ...]) -> tuple[StackEntry, ...]:
    """Return the same entries added the other way round."""
    last = len(stack) - 1
    count = {True: sum(entry.listed for entry in stack), False: sum(not entry.listed for entry in stack)}
    return tuple(
        replace(entry, rank=last - entry.rank, registered=count[entry.listed] - 1 - entry.registered) for entry in stack
    )


def as_list(stack: tuple[StackEntry, ...]) -> tuple[StackEntry, ...]:
    """Return the entries in the same order in the source, but in a list if they are added, and added if in a list."""
    last = len(stack) - 1
    return tuple(
        replace(entry, via="add_middleware" if entry.listed else "list", rank=last - entry.rank) for entry in stack
    )


def read_cases(path: Path) -> list[Case]:
    blocks = re.split(r"^== ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    cases = []
    for block in blocks:
        header, _, text = block.partition("\n")
        verdict, spec, *options = [part.strip() for part in header.split("|")]
        kind, _, kinds = verdict.partition(":")
        stack = stack_of(spec)
        words = options[0].split() if options else []
        named = next((word[8:] for word in words if word.startswith("subject=")), None)
        subject = next(entry for entry in stack if entry.name == named) if named else None
        expected = tuple(kinds.replace(" ", "").split(",")) if kinds else ()
        cases.append(Case(kind, expected, stack, subject, "trailing" in words, "only" in words, text.rstrip("\n")))
    return cases


ALL_CASES = [
    pytest.param(case, id=f"{path.stem}-{index}")
    for path in sorted(CASES.glob("*.txt"))
    for index, case in enumerate(read_cases(path), start=1)
]


def judged(case: Case, stack: tuple[StackEntry, ...]) -> tuple[Contradiction, ...]:
    subject = None
    if case.subject is not None:
        subject = stack[case.stack.index(case.subject)]
    return contradictions(case.text, stack, subject=subject, trailing=case.trailing)


@pytest.mark.parametrize("case", ALL_CASES)
def test_verdict(case: Case) -> None:
    found = judged(case, case.stack)
    assert tuple(contradiction.kind for contradiction in found) == case.kinds, found
    for contradiction in found:
        end = contradiction.start + len(contradiction.claim)
        assert case.text[contradiction.start : end] == contradiction.claim
        assert contradiction.truth
        assert all(entry in case.stack for entry in contradiction.entries)


@pytest.mark.parametrize("case", [param for param in ALL_CASES if param.values[0].verdict == "true"])
def test_what_is_true_is_wrong_the_other_way_round(case: Case) -> None:
    assert judged(case, turned(case.stack)) or judged(case, as_list(case.stack))


@pytest.mark.parametrize("case", [param for param in ALL_CASES if param.values[0].verdict == "silent"])
def test_what_claims_nothing_is_never_wrong(case: Case) -> None:
    for subject in (case.subject,) if case.only else (*case.stack, None):
        for stack in (case.stack,) if case.only else (case.stack, turned(case.stack)):
            placed = stack[case.stack.index(subject)] if subject is not None else None
            for trailing in (False, True):
                assert contradictions(case.text, stack, subject=placed, trailing=trailing) == ()
