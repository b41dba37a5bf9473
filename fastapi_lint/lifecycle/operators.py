"""What operators give for the values of the replay, as far as both operands are known."""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import Final

from fastapi_lint.lifecycle.classes import class_attribute, is_enum
from fastapi_lint.lifecycle.machine import MOST_TEXT
from fastapi_lint.lifecycle.values import (
    UNKNOWN,
    ClassValue,
    External,
    Instance,
    Literal,
    Member,
    OneOf,
    Sequence,
    Unknown,
    Value,
)

_PERCENT: Final = re.compile("%[sd]")


def identical(left: Value, right: Value) -> bool | None:
    """Return what `left is right` gives, None where that is not known."""
    for first, second in ((left, right), (right, left)):
        if isinstance(second, Literal) and second.value is None:
            if isinstance(first, Literal):
                return None if first.assumed else first.value is None
            if isinstance(first, Unknown | OneOf | Member | External):
                return None
            if isinstance(first, Instance) and isinstance(first.type, External):
                # What a library's function gives may be None; its classes are written with a capital.
                is_class = first.type.name.rpartition(".")[2][:1].isupper()
                return False if first.record is not None or (is_class and first.receiver is None) else None
            return False
    if isinstance(left, Instance) and isinstance(right, Instance):
        return True if left is right else _same_member(left, right)
    if isinstance(left, Literal) and isinstance(right, Literal) and not (left.assumed or right.assumed):
        return left.value is right.value if isinstance(left.value, bool) or isinstance(right.value, bool) else None
    return True if left is right and not isinstance(left, Unknown) else None


def arithmetic(operator: str, left: Literal, right: Literal) -> Value:
    """Return what `+`, `-` or `*` give for two literals."""
    first, second = left.value, right.value
    assumed = left.assumed or right.assumed
    if operator == "+" and isinstance(first, str) and isinstance(second, str):
        return Literal(first + second, assumed) if len(first) + len(second) <= MOST_TEXT else UNKNOWN
    if isinstance(first, int | float) and isinstance(second, int | float) and max(abs(first), abs(second)) < 2**31:
        match operator:
            case "+":
                return Literal(first + second, assumed)
            case "-":
                return Literal(first - second, assumed)
            case "*":
                return Literal(first * second, assumed)
            case _:
                return UNKNOWN
    return UNKNOWN


def formatted(left: Literal, values: list[Value]) -> Value:
    """Return `text % values`, of `%s` and `%d` alone."""
    given = [value for value in values if isinstance(value, Literal)]
    if not isinstance(left.value, str) or len(given) != len(values):
        return UNKNOWN
    pieces = _PERCENT.split(left.value)
    if "%" in "".join(pieces) or len(pieces) != len(given) + 1:
        return UNKNOWN
    texts = [str(value.value) for value in given]
    text = "".join(piece + after for piece, after in zip_longest(pieces, texts, fillvalue=""))
    assumed = left.assumed or any(value.assumed for value in given)
    return Literal(text, assumed) if len(text) <= MOST_TEXT else UNKNOWN


def ordered(operator: str, left: Value, right: Value) -> bool | None:
    """Return what a comparison by value or order gives, None where that is not known."""
    if isinstance(left, External) and left.name == "sys.version_info" and isinstance(right, Sequence):
        return _python_at_least(operator, right)
    if isinstance(left, OneOf) and operator in {"==", "!="}:
        answers = {ordered(operator, one, right) for one in left.options}
        return answers.pop() if len(answers) == 1 else None
    if isinstance(left, Instance) and isinstance(right, Instance) and operator in {"==", "!="}:
        found = _same_member(left, right)
        return found if found is None or operator == "==" else not found
    if not (isinstance(left, Literal) and isinstance(right, Literal)) or left.assumed or right.assumed:
        return None
    first, second = left.value, right.value
    if operator in {"==", "!="}:
        return (first == second) is (operator == "==")
    if not isinstance(first, int | float) or not isinstance(second, int | float):
        return None
    compared: dict[str, bool] = {"<": first < second, ">": first > second, "<=": first <= second, ">=": first >= second}
    return compared.get(operator)


def is_part_of(item: Value, text: Literal) -> bool | None:
    """Return whether a text is part of another; None where either is only assumed."""
    if not isinstance(item, Literal) or item.assumed or text.assumed:
        return None
    both_texts = isinstance(item.value, str) and isinstance(text.value, str)
    return item.value in text.value if both_texts else None  # type: ignore[operator]  # both are texts


def _same_member(left: Instance, right: Instance) -> bool | None:
    """Return whether two members of one enumeration are the same; None for anything else, and where one is assumed."""
    owner = left.type
    if owner is not right.type or not isinstance(owner, ClassValue) or not is_enum(owner):
        return None
    first, second = left.attributes.get("value"), right.attributes.get("value")
    is_known = isinstance(first, Literal) and isinstance(second, Literal) and not (first.assumed or second.assumed)
    return first == second if is_known and class_attribute(owner, "__eq__") is None else None


def _python_at_least(operator: str, version: Sequence) -> bool | None:
    numbers = [item.value for item in version.items if isinstance(item, Literal)]
    minor = numbers[1] if len(numbers) > 1 else 0
    if not numbers or not isinstance(minor, int) or numbers[0] != 3 or minor > 8:
        return None
    return operator in {">=", ">"}
