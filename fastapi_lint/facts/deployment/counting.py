"""Numbers of processes worked out from text and from Python expressions, with how well they are known.

`cpu_count()` and `$(nproc)` are at least 1, and a sum or product of lower bounds is a lower bound: `cpu_count() * 2 +
1` is at least 3, `min(cpu_count(), 8)` at least 1, `max(2, cpu_count())` at least 2.
"""

from __future__ import annotations

import ast
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi_lint.facts.deployment.model import Count, CountKind
from fastapi_lint.facts.deployment.text import AT_LEAST, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ONE = Count(CountKind.EXACT, 1)
_MOST = 1_000_000
_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Amount:
    """A number that is known, or of which a lower bound is known."""

    value: float
    is_exact: bool = True


def count_of(text: Text) -> Count:
    """Return the count that a text states, UNKNOWN where it is no whole number from 0 up."""
    value = text.value.strip()
    is_exact = not value.startswith(AT_LEAST)
    digits = value.lstrip(AT_LEAST)
    if not digits.isascii() or not digits.isdigit() or len(digits) > 6:
        return Count(CountKind.UNKNOWN, 1, text.location())
    kind = CountKind.EXACT if is_exact else CountKind.AT_LEAST
    return Count(kind, int(digits), text.location())


def amount_of(text: str) -> Amount | None:
    """Return the number that a text states, None where it states none."""
    digits = text.strip().lstrip(AT_LEAST)
    try:
        value = float(digits)
    except ValueError:
        return None
    return Amount(value, not text.strip().startswith(AT_LEAST)) if 0 <= value <= _MOST else None


def written(amount: Amount) -> str:
    """Return an amount as a text holds it."""
    digits = str(int(amount.value))
    return digits if amount.is_exact else AT_LEAST + digits


def arithmetic(expression: str, lookup: Callable[[str], Amount | None]) -> Amount | None:
    """Return the value of a shell's `$((...))` whose `$` signs are gone, None where it cannot be worked out."""
    if len(expression) > _LENGTH or expression.count("(") > 20:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(expression.strip().replace("/", "//"), mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    return _number(tree.body, lookup)


def _number(node: ast.expr, lookup: Callable[[str], Amount | None]) -> Amount | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        return Amount(float(node.value)) if 0 <= node.value <= _MOST else None
    if isinstance(node, ast.Name):
        return lookup(node.id)
    if isinstance(node, ast.BinOp):
        return combined(node.op, _number(node.left, lookup), _number(node.right, lookup))
    return None


def combined(operator: ast.operator, left: Amount | None, right: Amount | None) -> Amount | None:
    """Return what an operator makes of two amounts; None where not even a lower bound from 0 up follows."""
    if left is None or right is None:
        return None
    is_exact = left.is_exact and right.is_exact
    if isinstance(operator, ast.Add):
        value = left.value + right.value
    elif isinstance(operator, ast.Mult):
        value = left.value * right.value
    elif not right.is_exact:
        return None
    elif isinstance(operator, ast.Sub):
        value = left.value - right.value
    elif isinstance(operator, ast.Div) and right.value:
        value = left.value / right.value
    elif isinstance(operator, ast.FloorDiv) and right.value:
        value = float(left.value // right.value)
    else:
        return None
    if value < 0 and not is_exact:
        value = 0.0
    return Amount(value, is_exact) if 0 <= value <= _MOST else None


def greatest(amounts: Sequence[Amount | None]) -> Amount | None:
    """Return the greatest: every known one is a lower bound of it."""
    known = [amount for amount in amounts if amount is not None]
    if not known:
        return None
    value = max(amount.value for amount in known)
    return Amount(value, len(known) == len(amounts) and all(amount.is_exact for amount in known))


def least(amounts: Sequence[Amount | None]) -> Amount | None:
    """Return the least, or one of several: nothing is known of it unless all are known."""
    known = [amount for amount in amounts if amount is not None]
    if not known or len(known) != len(amounts):
        return None
    return Amount(min(amount.value for amount in known), all(amount.is_exact for amount in known))
