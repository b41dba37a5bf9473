"""Dicts of the replay: what they surely have, and what setting, merging and doubt make of them."""

from __future__ import annotations

from fastapi_lint.lifecycle.machine import MOST_TURNS
from fastapi_lint.lifecycle.values import UNKNOWN, Dictionary, Literal, OneOf, Unknown, Value, one_of, same


def place_of(mapping: Dictionary, key: Value) -> int | None:
    """Return where a dict has a key, None where it is not known to have it."""
    if isinstance(key, Literal):
        value = key.value
        for index, (known, _) in enumerate(mapping.items):
            if known.__class__ is Literal and known.value == value:
                return index
        return None
    return next((index for index, (known, _) in enumerate(mapping.items) if same(known, key)), None)


def put(mapping: Dictionary, key: Value, value: Value) -> None:
    """Set a key of a dict; a key that is not known may be any of those before it, and leaves the dict open."""
    at = place_of(mapping, key)
    if at is not None:
        mapping.items[at] = (mapping.items[at][0], value)
        return
    if isinstance(key, Unknown | OneOf) or (isinstance(key, Literal) and key.assumed):
        mapping.items[:] = [(known, one_of([old, value])) for known, old in mapping.items]
    if len(mapping.items) > MOST_TURNS:
        mapping.items.clear()
        mapping.open = True
    mapping.items.append((key, value))
    if isinstance(key, Unknown | OneOf) or (isinstance(key, Literal) and key.assumed):
        mapping.open = True


def put_perhaps(mapping: Dictionary, key: Value, value: Value) -> None:
    """Set a key of a dict in a way that may not have happened."""
    at = place_of(mapping, key)
    if at is not None:
        known, old = mapping.items[at]
        mapping.items[at] = (known, one_of([old, value]))
        return
    put(mapping, key, one_of([value, UNKNOWN]))
    mapping.open = True


def merge(mapping: Dictionary, other: Value) -> None:
    """Put all of another dict into one; what the other may hold beside that may replace anything."""
    if not isinstance(other, Dictionary) or other.open:
        blur(mapping)
    if isinstance(other, Dictionary):
        for key, value in other.items:
            put(mapping, key, value)


def blur(mapping: Dictionary) -> None:
    """Leave a dict with keys that may be gone and values that may be others."""
    mapping.items[:] = [(key, one_of([value, UNKNOWN])) for key, value in mapping.items]
    mapping.open = True


def is_missing(mapping: Dictionary, key: Value | None) -> bool:
    """Return whether a dict surely does not have a key."""
    if mapping.open or not isinstance(key, Literal) or key.assumed:
        return False
    known = all(isinstance(one, Literal) and not one.assumed for one, _ in mapping.items)
    return known and place_of(mapping, key) is None
