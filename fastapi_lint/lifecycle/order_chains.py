"""Reads chains and lists of middleware: `request -> A -> B -> endpoint`, numbered lines under `Execution order:`."""

from __future__ import annotations

import re
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from msgspec import Struct

from fastapi_lint.knowledge import order_words
from fastapi_lint.lifecycle.order_model import ChainClaim, StackEntry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fastapi_lint.lifecycle.order_tokens import Sentence

_Way: TypeAlias = Literal["request", "response", "added"]
_Node: TypeAlias = "StackEntry | Literal['client', 'endpoint', 'dots', 'unknown']"

_CLIENTS: Final = frozenset(order_words.CLIENTS.split())
_ENDPOINTS: Final = frozenset(order_words.ENDPOINTS.split())
_FLOW: Final = frozenset(order_words.REQUEST_FLOW.split())
_NEGATIONS: Final = frozenset(order_words.NEGATIONS.split())
_INWARD = re.compile(r"[Ou]m?[vg>\-]{1,2}[In]|O[=v]?1")
_OUTWARD = re.compile(r"[In]m?[vg>\-]{1,2}[Ou]|I[=v]?1")
_REMARK = re.compile(r"\([^()]{0,12}\)")
_WAYS: Final[Mapping[str, _Way]] = MappingProxyType(
    {
        "R": "request",
        "O": "request",
        "I": "response",
        "s": "response",
        "A": "added",
    }
)
_LONGEST_NODE: Final = 8
_CUE_WORDS: Final = 8


class Chain(Struct, frozen=True):
    """A chain that was found, whether or not its direction is known: claims, and the tokens that it takes."""

    claims: tuple[ChainClaim, ...]
    start: int
    end: int


def read_chains(sentence: Sentence, lead: Sentence | None) -> Iterator[Chain]:
    """Yield the arrow chains of a sentence; `lead` is the sentence before, if it ends with a colon."""
    arrows = [index for index, kind in enumerate(sentence.kinds) if kind == ">"]
    for run in _runs(sentence.kinds, arrows):
        start, nodes, end = _nodes(sentence, run)
        known = sum(isinstance(node, StackEntry) for node in nodes)
        if known >= 2 and known >= nodes.count("unknown"):
            cue = _cue(sentence, start) or (_cue(lead, len(lead.tokens)) if lead and not start else None)
            yield Chain(tuple(_claims(sentence, start, end, nodes, cue)), start, end)


def read_list(items: Sequence[Sentence], lead: Sentence | None) -> ChainClaim | None:
    """Return the claim of lines that each start with a middleware, under a heading that gives them an order."""
    if lead is None or len(items) < 2:
        return None
    way = _list_way(lead)
    entries = [entry for item in items if (entry := _leading(item)) is not None]
    if way is None or len(entries) < 2 or len(set(entries)) < len(entries) or len(entries) * 2 < len(items):
        return None
    ordered = tuple(entries if way != "response" else reversed(entries))
    return ChainClaim(lead.words(0, len(lead.tokens)), ordered, added=way == "added")


def leads_a_listing(items: Sequence[Sentence]) -> bool:
    """Return whether at least two of some lines start with a middleware."""
    return sum(_leading(item) is not None for item in items) >= 2


def _leading(item: Sentence) -> StackEntry | None:
    match = re.match(r"g?Nm?(?:\Z|[,:()\-=>])", item.kinds)
    entries = item.entries(0, match.end()) if match else ()
    return entries[0] if entries else None


def _list_way(lead: Sentence) -> _Way | None:
    kinds = lead.kinds
    words = {token.word for token in lead.tokens}
    if words & _NEGATIONS or "d" in kinds:
        return None
    if "A" in kinds:
        return "added" if "r" in kinds and "R" not in kinds else None
    inward, outward = _INWARD.search(kinds), _OUTWARD.search(kinds)
    if inward or outward:
        return "request" if inward else "response"
    if "s" in kinds:
        return "response" if "q" not in kinds and (words & _FLOW or "r" in kinds) else None
    runs = "R" in kinds and ("r" in kinds or words & _FLOW)
    return "request" if runs or ("q" in kinds and (words & _FLOW or "r" in kinds)) else None


def _runs(kinds: str, arrows: Sequence[int]) -> Iterator[list[int]]:
    run: list[int] = []
    for arrow in arrows:
        if run and (arrow - run[-1] > _LONGEST_NODE or ":" in kinds[run[-1] : arrow]):
            yield run
            run = []
        run.append(arrow)
    if run:
        yield run


def _nodes(sentence: Sentence, run: Sequence[int]) -> tuple[int, list[_Node], int]:
    first = _start_of_first(sentence.kinds, run[0])
    nodes: list[_Node] = [_node(sentence, first, run[0])]
    for left, right in pairwise(run):
        nodes.append(_node(sentence, left + 1, right))
    end = _end_of_last(sentence.kinds, run[-1] + 1)
    nodes.append(_node(sentence, run[-1] + 1, end))
    return first, nodes, end


def _start_of_first(kinds: str, arrow: int) -> int:
    first = arrow - 1
    if kinds[first : first + 1] == ")":
        first = max(kinds.rfind("(", 0, first) - 1, 0)
    while first > 0 and kinds[first] == "m":
        first -= 1
    return max(first, 0)


def _end_of_last(kinds: str, start: int) -> int:
    end = start
    while end < len(kinds) and end - start < _LONGEST_NODE and kinds[end] not in ",:(-)&<":
        end += 1
    return end


def _node(sentence: Sentence, start: int, end: int) -> _Node:
    tokens = sentence.tokens[max(start, 0) : end]
    kinds = _REMARK.sub("", "".join(token.kind for token in tokens))
    bare = kinds.strip("gm)")
    if bare == "N":
        return next(token.entry for token in tokens if token.entry is not None)
    words = {token.word for token in tokens if token.kind not in "gmv"}
    if bare == "~":
        return "dots"
    if words and words <= _ENDPOINTS | {"path", "business", "your"}:
        return "endpoint"
    if words and words <= _CLIENTS:
        return "client"
    return "unknown"


def _cue(sentence: Sentence, end: int) -> str | None:
    """Return the class of the nearest word that tells an order: `R`, `A`, `s`, or `O`/`I` for inward and outward."""
    start = max(0, end - _CUE_WORDS)
    kinds = sentence.kinds[start:end]
    words = {token.word for token in sentence.tokens[start:end]}
    if words & _NEGATIONS or "d" in kinds:
        return "x"
    if _INWARD.search(kinds):
        return "O"
    if _OUTWARD.search(kinds):
        return "I"
    for index in range(end - 1, start - 1, -1):
        kind = sentence.kinds[index]
        if kind in "RAqs":
            return "R" if kind == "q" else kind
        if sentence.tokens[index].word in _FLOW:
            return "s" if "s" in kinds and "q" not in kinds else "R"
    return None


def _claims(sentence: Sentence, start: int, end: int, nodes: list[_Node], cue: str | None) -> Iterator[ChainClaim]:
    words = sentence.words(start, end)
    inner = nodes.index("endpoint") if "endpoint" in nodes else None
    if cue == "x" or (cue == "A" and inner is not None):
        return
    if inner is not None and 0 < inner < len(nodes) - 1:
        parts: list[tuple[_Way, list[_Node]]] = [("request", nodes[:inner]), ("response", nodes[inner + 1 :])]
    else:
        way = _way(nodes, cue)
        parts = [(way, nodes)] if way else []
    for part, members in parts:
        entries = [node for node in members if isinstance(node, StackEntry)]
        if len(entries) >= 2 and len(set(entries)) == len(entries):
            ordered = tuple(reversed(entries)) if part == "response" else tuple(entries)
            yield ChainClaim(words, ordered, added=part == "added")


def _way(nodes: list[_Node], cue: str | None) -> _Way | None:
    by_ends: _Way | None = None
    if nodes[-1] == "endpoint" or nodes[0] == "client":
        by_ends = "request"
    elif nodes[0] == "endpoint" or nodes[-1] == "client":
        by_ends = "response"
    by_cue = _WAYS.get(cue or "")
    if by_ends and by_cue and by_ends != by_cue:
        return None
    return by_ends or by_cue
