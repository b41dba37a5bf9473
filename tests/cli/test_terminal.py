"""Colours, hyperlinks and the progress bar obey the terminal and its environment."""

from __future__ import annotations

import io

import pytest

from fastapi_lint.cli.progress import Progress
from fastapi_lint.cli.terminal import is_terminal, wants_color, wants_links, width_of


class Terminal(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        return True


class Clock:
    """A clock that stands until it is set."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("choice", "terminal", "environment", "wanted"),
    [
        ("auto", True, {}, True),
        ("auto", False, {}, False),
        ("auto", True, {"NO_COLOR": "1"}, False),
        ("auto", True, {"NO_COLOR": ""}, True),
        ("auto", False, {"FORCE_COLOR": "1"}, True),
        ("auto", False, {"FORCE_COLOR": "0"}, False),
        ("auto", True, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ("auto", True, {"TERM": "dumb"}, False),
        ("always", False, {"NO_COLOR": "1"}, True),
        ("never", True, {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colors(choice: str, terminal: bool, environment: dict[str, str], wanted: bool) -> None:
    assert wants_color(choice, Terminal() if terminal else io.StringIO(), environment) is wanted


@pytest.mark.parametrize(
    ("terminal", "environment", "wanted"),
    [
        (True, {}, False),
        (True, {"TERM": "xterm-kitty"}, True),
        (True, {"TERM_PROGRAM": "vscode"}, True),
        (True, {"VTE_VERSION": "7600"}, True),
        (True, {"VTE_VERSION": "4200"}, False),
        (True, {"VTE_VERSION": "odd"}, False),
        (True, {"TERM": "xterm-kitty", "CI": "true"}, False),
        (False, {"TERM": "xterm-kitty"}, False),
        (False, {"FORCE_HYPERLINK": "1"}, True),
        (True, {"TERM": "xterm-kitty", "FORCE_HYPERLINK": "0"}, False),
    ],
)
def test_links(terminal: bool, environment: dict[str, str], wanted: bool) -> None:
    assert wants_links(Terminal() if terminal else io.StringIO(), environment) is wanted


def test_a_closed_stream_is_no_terminal() -> None:
    closed = Terminal()
    closed.close()
    assert not is_terminal(None)
    assert not is_terminal(io.StringIO())
    assert width_of(None) is None


def test_the_width_is_that_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "77")
    assert width_of(Terminal()) == 77


def test_the_bar_waits_a_second_and_leaves_no_trace() -> None:
    stream, clock = Terminal(), Clock()
    progress = Progress(stream, clock)
    progress(1, 120)
    assert stream.getvalue() == ""
    clock.now = 1.5
    progress(60, 120)
    assert stream.getvalue() == "\r[############            ] 60/120 files"
    clock.now = 1.55
    progress(61, 120)
    assert "61" not in stream.getvalue()
    clock.now = 2.0
    progress(9, 9)
    progress.close()
    last = stream.getvalue().rsplit("\r", 2)
    assert last[1].strip() == ""
    assert len(last[1]) == len("[############            ] 60/120 files")
    assert last[2] == ""


def test_a_short_run_shows_nothing() -> None:
    stream = Terminal()
    progress = Progress(stream, Clock())
    progress(1, 1)
    progress.close()
    assert stream.getvalue() == ""


def test_nothing_to_do_and_a_broken_terminal_are_no_errors() -> None:
    stream, clock = Terminal(), Clock()
    progress = Progress(stream, clock)
    clock.now = 2.0
    progress(0, 0)
    stream.close()
    clock.now = 3.0
    progress(0, 0)
    progress.close()
