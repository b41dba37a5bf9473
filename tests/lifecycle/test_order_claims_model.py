"""Generated sentences about random stacks, judged against a small model that really runs the middleware."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hypothesis import example, given, settings
from hypothesis import strategies as st

from fastapi_lint.lifecycle.order_claims import StackEntry, contradictions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SURFACES = {
    "CORSMiddleware": ("CORSMiddleware", "CORS", "the CORS middleware", "`CORSMiddleware`"),
    "SessionMiddleware": ("SessionMiddleware", "the session middleware", "Session"),
    "AuthenticationMiddleware": ("AuthenticationMiddleware", "Auth", "the auth middleware", "Authentication"),
    "GZipMiddleware": ("GZipMiddleware", "GZip", "``GZipMiddleware``"),
    "RequestTimingMiddleware": ("RequestTimingMiddleware", "Timing", "the request timing middleware", "RequestTiming"),
    "RateLimitMiddleware": ("RateLimitMiddleware", "the rate limiter", "Rate limiting", "RateLimit"),
    "log_requests": ("log_requests", "`log_requests()`"),
    "RequestIDMiddleware": ("RequestIDMiddleware", "RequestID", "the request ID middleware"),
}


@dataclass(frozen=True)
class World:
    """A stack as it was written, and what happened when a request went through it."""

    stack: tuple[StackEntry, ...]
    inward: tuple[str, ...]
    outward: tuple[str, ...]

    def entry(self, name: str) -> StackEntry:
        return next(entry for entry in self.stack if entry.name == name)


def run(listed: list[str], added: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Wrap an endpoint the way Starlette does and send one request through."""
    user_middleware = list(listed)
    for name in added:
        user_middleware.insert(0, name)
    inward: list[str] = []
    outward: list[str] = []

    def wrapped(name: str, inner: Callable[[], None]) -> Callable[[], None]:
        def call() -> None:
            inward.append(name)
            inner()
            outward.append(name)

        return call

    app: Callable[[], None] = lambda: None  # noqa: E731
    for name in reversed(user_middleware):
        app = wrapped(name, app)
    app()
    return tuple(inward), tuple(outward)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    names = draw(st.lists(st.sampled_from(sorted(SURFACES)), min_size=2, max_size=6, unique=True))
    split = draw(st.sampled_from([0, 0, 0, len(names), draw(st.integers(0, len(names)))]))
    listed, added = names[:split], names[split:]
    inward, outward = run(listed, added)
    stack = [StackEntry(name, inward.index(name), index, "list") for index, name in enumerate(listed)]
    for index, name in enumerate(added):
        via = draw(st.sampled_from(["add_middleware", "decorator"]))
        stack.append(StackEntry(name, inward.index(name), index, via))
    return World(tuple(draw(st.permutations(stack))), inward, outward)


def of_one(world: World, name: str) -> Iterator[tuple[str, bool]]:
    peers = [entry for entry in world.stack if entry.listed == world.entry(name).listed]
    is_last = world.entry(name).registered == len(peers) - 1
    yield "{X} must be outermost.", world.inward[0] == name
    yield "{X} is the outermost middleware.", world.inward[0] == name
    yield "{X} is the innermost layer.", world.inward[-1] == name
    yield "{X} runs first.", world.inward[0] == name
    yield "{X} executes last on the request.", world.inward[-1] == name
    yield "{X} runs first on the response", world.outward[0] == name
    yield "{X} runs last on the response", world.outward[-1] == name
    yield "{X} sees the request first.", world.inward[0] == name
    yield "{X} sees every response last", world.outward[-1] == name
    yield "{X} wraps everything else", world.inward[0] == name
    yield "{X} runs before any other middleware", world.inward[0] == name
    yield "{X} runs after all other middleware", world.inward[-1] == name
    yield "Here, {X} must be added last.", is_last
    yield "{X} is registered last so it is the outermost", is_last and world.inward[0] == name
    yield "{X} (outermost)", world.inward[0] == name
    yield "{X} - innermost", world.inward[-1] == name


def of_two(world: World, name: str, other: str) -> Iterator[tuple[str, bool]]:
    before = world.inward.index(name) < world.inward.index(other)
    yield "{X} runs before {Y}.", before
    yield "{X} must run after {Y}.", not before
    yield "{X} executes before {Y} on the request", before
    yield "{X} runs before {Y} on the response", world.outward.index(name) < world.outward.index(other)
    yield "{X} sees the request before {Y}", before
    yield "{X} processes the response before {Y}", world.outward.index(name) < world.outward.index(other)
    yield "{X} wraps {Y}.", before
    yield "{X} is wrapped by {Y}.", not before
    yield "{X} runs outside {Y}", before
    yield "{X} sits inside {Y}", not before
    yield "Execution order: {X} -> {Y}", before
    yield "Request → {X} → {Y} → endpoint", before
    yield "Response: endpoint -> {X} -> {Y}", not before
    yield "Execution order:\n1. {X}\n2. {Y}", before
    if world.entry(name).listed == world.entry(other).listed:
        added_before = world.entry(name).registered < world.entry(other).registered
        yield "{X} must be added before {Y}.", added_before
        yield "{X} must be registered after {Y}.", not added_before
        yield "Added in this order: {X} -> {Y}", added_before


def without_subject(world: World, name: str) -> Iterator[tuple[str, bool]]:
    for sentence, truth in of_one(world, name):
        if sentence.startswith("{X} ") and sentence[4].isalpha():
            yield sentence.removeprefix("{X} ").capitalize(), truth
            yield sentence.replace("{X}", "This"), truth


def of_the_mechanism(world: World) -> Iterator[tuple[str, bool]]:
    ordered = sorted(world.stack, key=lambda entry: entry.registered)
    first_in = ordered[0].rank < ordered[-1].rank
    yield "Middleware is executed in the order they are added.", first_in
    yield "first added is outermost", first_in
    yield "last added = innermost", first_in
    yield "The last one added runs first.", not first_in
    yield "Last registered, first executed", not first_in
    yield "The outermost middleware must be added last", not first_in
    yield "the middleware added first sees the request first", first_in
    yield "On the response path, the last added runs first.", first_in
    yield "Order: outermost first", first_in
    yield "innermost to outermost", not first_in
    yield "first added runs last on the response", first_in


def check(world: World, sentence: str, *, truth: bool, subject: StackEntry | None = None) -> None:
    found = contradictions(sentence, world.stack, subject=subject)
    assert bool(found) == (not truth), (sentence, world.inward, found)


@settings(deadline=None)
@given(worlds(), st.data())
def test_claims_about_one(world: World, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(world.inward))
    surface = data.draw(st.sampled_from(SURFACES[name]))
    subject = data.draw(st.sampled_from([None, *world.stack]))
    for sentence, truth in of_one(world, name):
        check(world, sentence.format(X=surface), truth=truth, subject=subject)


@settings(deadline=None)
@given(worlds(), st.data())
def test_claims_about_the_registration_below(world: World, data: st.DataObject) -> None:
    subject = data.draw(st.sampled_from(world.stack))
    for sentence, truth in without_subject(world, subject.name):
        check(world, sentence, truth=truth, subject=subject)


@settings(deadline=None)
@given(worlds(), st.data())
def test_claims_about_two(world: World, data: st.DataObject) -> None:
    name, other = data.draw(st.permutations(world.inward))[:2]
    surfaces = [data.draw(st.sampled_from(SURFACES[each])) for each in (name, other)]
    for sentence, truth in of_two(world, name, other):
        check(world, sentence.format(X=surfaces[0], Y=surfaces[1]), truth=truth)


@settings(deadline=None)
@given(worlds(), st.data())
def test_chains_of_all(world: World, data: st.DataObject) -> None:
    order = data.draw(st.permutations(world.inward))
    surfaces = [data.draw(st.sampled_from(SURFACES[each])) for each in order]
    check(world, "Execution order: " + " -> ".join(surfaces), truth=tuple(order) == world.inward)
    check(world, "Request -> " + " -> ".join(surfaces) + " -> handler", truth=tuple(order) == world.inward)
    check(world, "Response: handler -> " + " -> ".join(surfaces), truth=tuple(order) == world.outward)


@settings(deadline=None)
@given(worlds())
def test_claims_about_the_mechanism(world: World) -> None:
    mixed = len({entry.listed for entry in world.stack}) > 1
    for sentence, truth in of_the_mechanism(world):
        check(world, sentence, truth=truth or mixed)


@settings(deadline=None)
@given(worlds(), st.data())
def test_denials_and_questions_claim_nothing(world: World, data: st.DataObject) -> None:
    name, other = data.draw(st.permutations(world.inward))[:2]
    x, y = (data.draw(st.sampled_from(SURFACES[each])) for each in (name, other))
    for sentence, _ in (*of_one(world, name), *of_two(world, name, other), *of_the_mechanism(world)):
        if "\n" in sentence:
            continue
        said = sentence.format(X=x, Y=y).rstrip(".")
        for text in (f"Is it so that {said}?", f"If {said} then it works.", f"In Express, {said}", f"{said} is wrong"):
            assert contradictions(text, world.stack, subject=world.entry(name)) == (), text


VOCABULARY = """outermost innermost outer inner first last added add registered runs executes before after wraps
inside outside the middleware CORS session auth CORSMiddleware it this so that must be is order reverse request response
-> → = ( ) , . : ; - -- ` " ``` not if all other everything in on of and or 1. list endpoint app top bottom to
add_middleware() app.add_middleware( TODO https://x/y >>> ... don't é ? ! # * _ ' /"""
WORDS = st.sampled_from([*VOCABULARY.split(), "\n", "\n- ", "\n1. ", "\u2028", "\x0c", "\r\n"])


@settings(max_examples=300, deadline=None)
@given(worlds(), st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=60).map(" ".join)), st.booleans())
def test_any_text_can_be_read(world: World, text: str, trailing: bool) -> None:
    for subject in (None, world.stack[0]):
        for found in contradictions(text, world.stack, subject=subject, following=world.stack, trailing=trailing):
            assert text[found.start :].startswith(found.claim)
            assert found.claim
            assert found.truth
            assert set(found.entries) <= set(world.stack)


@given(worlds(), st.lists(WORDS, min_size=1, max_size=3).map(" ".join))
@example(World((StackEntry("A", 1, 0), StackEntry("B", 0, 1)), ("B", "A"), ("A", "B")), "outermost")
@settings(max_examples=8, deadline=None)
def test_long_text_comes_to_an_end(world: World, words: str) -> None:
    contradictions(f"{words} " * (60_000 // (len(words) + 1)), world.stack, subject=world.stack[0])
