"""What the terminal can do: colours, hyperlinks, width."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

_LINKING_PROGRAMS = frozenset({"iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby", "rio"})
_LINKING_TERMS = ("xterm-kitty", "xterm-ghostty", "alacritty", "foot", "wezterm", "contour")
_FIRST_LINKING_VTE = 5000


def is_terminal(stream: TextIO | None) -> bool:
    """Return whether a stream is a terminal; a stream that is closed or missing is none."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False


def wants_color(choice: str, stream: TextIO | None, environment: Mapping[str, str]) -> bool:
    """Return whether to colour: `always` and `never` decide, `auto` asks NO_COLOR, FORCE_COLOR, TERM and the stream."""
    if choice != "auto":
        return choice == "always"
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR", "0") not in {"", "0"}:
        return True
    return environment.get("TERM") != "dumb" and is_terminal(stream)


def wants_links(stream: TextIO | None, environment: Mapping[str, str]) -> bool:
    """Return whether the terminal is known to show OSC 8 hyperlinks; FORCE_HYPERLINK decides where it is set."""
    forced = environment.get("FORCE_HYPERLINK")
    if forced:
        return forced != "0"
    if not is_terminal(stream) or environment.get("CI"):
        return False
    vte = environment.get("VTE_VERSION", "")
    return (
        environment.get("TERM_PROGRAM") in _LINKING_PROGRAMS
        or environment.get("TERM", "").startswith(_LINKING_TERMS)
        or "WT_SESSION" in environment
        or "KITTY_WINDOW_ID" in environment
        or (vte.isdecimal() and int(vte) >= _FIRST_LINKING_VTE)
    )


def width_of(stream: TextIO | None) -> int | None:
    """Return the width of the terminal in cells; None where the stream is none."""
    return shutil.get_terminal_size().columns if is_terminal(stream) else None
