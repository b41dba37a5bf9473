"""Which origins a `CORSMiddleware` allows, as far as its arguments tell.

Its parameters are, after the application: allow_origins, allow_methods, allow_headers, allow_credentials,
allow_origin_regex (`starlette/middleware/cors.py`, 0.14 to 1.10).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fastapi_lint.lifecycle.values import NOWHERE, Literal, Sequence, Site, Value, options_of, text_of

if TYPE_CHECKING:
    from fastapi_lint.lifecycle.values import Arguments

_ANYTHING: Final = frozenset({".*", ".+", "(.*)", "https?://.*", "https?://.+", "(http|https)://.*", "http(s)?://.*"})


@dataclass(frozen=True, slots=True)
class Wildcard:
    """How every origin is allowed, and where that is said."""

    spelling: str
    is_certain: bool
    is_default: bool = False
    """Whether it is a default that the environment may override."""
    site: Site = NOWHERE


def wildcard_of(arguments: Arguments) -> Wildcard | None:
    """Return how a `CORSMiddleware` allows every origin, None where it does not or nothing tells."""
    regex = text_of(arguments.get(4, "allow_origin_regex"))
    if regex is not None and regex.removeprefix("^").removesuffix("$") in _ANYTHING:
        return Wildcard(f'`allow_origin_regex="{regex}"`', is_certain=True)
    given = arguments.get(0, "allow_origins")
    options = options_of(given) if given is not None else ()
    for option in options:
        stars = [one for one in _items(option) if text_of(one) == "*"]
        if stars:
            site = option.site if isinstance(option, Sequence) else NOWHERE
            is_default = all(isinstance(one, Literal) and one.assumed for one in stars)
            return Wildcard('`allow_origins=["*"]`', len(options) == 1, is_default, site)
    return None


def _items(value: Value) -> list[Value]:
    # A text is searched for its parts: `"*"` alone is all of it.
    return value.items if isinstance(value, Sequence) else [value]


def allows_credentials(arguments: Arguments) -> bool | None:
    """Return True where credentials are allowed, False where that is one of several values, None where they are not."""
    given = arguments.get(3, "allow_credentials")
    options = options_of(given) if given is not None else ()
    if not any(isinstance(one, Literal) and one.value is True for one in options):
        return None
    return len(options) == 1
