"""Suppression comments lose a name, or get another, and keep the rest of their line."""

from __future__ import annotations

import pytest

from fastapi_lint.core.span import Span
from fastapi_lint.edits.comments import renamed, with_codes, without


def changed(line: str, name: str, *, new: str = "", is_noqa: bool = False, encoding: str = "utf-8") -> str | None:
    data = line.encode(encoding)
    start = data.index(b"#")
    end = len(data.rstrip(b"\r\n"))
    span = Span(start, end)
    found = renamed(data, span, name, new, encoding) if new else without(data, span, name, encoding, is_noqa=is_noqa)
    if found is None:
        return None
    where, text = found
    return (data[: where.start] + text.encode(encoding) + data[where.end :]).decode(encoding)


@pytest.mark.parametrize(
    ("line", "name", "after"),
    [
        ("x = 1  # fastapi-lint: ignore[FL301]\n", "FL301", "x = 1\n"),
        ("x = 1  # fastapi-lint: ignore[FL301] why\r\n", "FL301", "x = 1\r\n"),
        ("x = 1  # fastapi-lint: ignore[FL301, FL302] why\n", "FL301", "x = 1  # fastapi-lint: ignore[FL302] why\n"),
        ("x = 1  # fastapi-lint: ignore[FL301, FL302] why\n", "FL302", "x = 1  # fastapi-lint: ignore[FL301] why\n"),
        ("# fastapi-lint: ignore[a,FL301,b]", "FL301", "# fastapi-lint: ignore[a,b]"),
        ("    # fastapi-lint: ignore[FL301]\nx = 1\n", "FL301", "x = 1\n"),
        ("# fastapi-lint: ignore\nx = 1\n", "", "x = 1\n"),
        ("# fastapi-lint: ignore-file[FL301] it is so", "FL301", ""),
        ("x  # type: ignore  # fastapi-lint: ignore[FL301] why", "FL301", "x  # type: ignore"),
        ("x  # fastapi-lint: ignore[FL301] why  # noqa: E501", "FL301", "x  # noqa: E501"),
        ("x  # a  # fastapi-lint: ignore[FL301] why  # noqa", "FL301", "x  # a  # noqa"),
        ("x = 'é'  # fastapi-lint: ignore[FL301, FL302] ü", "FL301", "x = 'é'  # fastapi-lint: ignore[FL302] ü"),
    ],
)
def test_a_name_goes(line: str, name: str, after: str) -> None:
    start = line.index("#")
    if "\n" in line.rstrip("\r\n"):  # the comment is the first row only
        first, rest = line[: line.index("\n") + 1], line[line.index("\n") + 1 :]
        data = line.encode()
        found = without(data, Span(start, len(first.encode()) - 1), name, "utf-8", is_noqa=False)
        assert found is not None
        where, text = found
        assert (data[: where.start] + text.encode() + data[where.end :]).decode() == after == rest
        return
    assert changed(line, name) == after


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("x  # noqa: FL301\n", "x\n"),
        ("x  # noqa: FL301, E501\n", "x  # noqa: E501\n"),
        ("x  # noqa: E501, FL301\n", "x  # noqa: E501\n"),
        ("x  # noqa: E501,FL301,F401 and why\n", "x  # noqa: E501,F401 and why\n"),
        ("x  # noqa: FL301 it is so  # type: ignore\n", "x  # type: ignore\n"),
        ("x  # NOQA:fl301\n", "x\n"),
    ],
)
def test_a_code_goes_from_a_noqa(line: str, after: str) -> None:
    assert changed(line, "FL301", is_noqa=True) == after


def test_what_is_not_there_cannot_go() -> None:
    assert changed("x  # noqa\n", "FL301", is_noqa=True) is None
    assert changed("x  # nothing\n", "FL301") is None


def test_a_name_is_spelt_anew() -> None:
    line = "x  # fastapi-lint: ignore[startup-evnt, FL301] startup-evnt\n"
    assert changed(line, "startup-evnt", new="startup-event") == line.replace("startup-evnt,", "startup-event,")
    assert changed(line, "startup-evnt", new="FL301") == "x  # fastapi-lint: ignore[FL301] startup-evnt\n"


def test_other_encodings() -> None:
    line = "x = 'é'  # ü: fastapi-lint: ignore[FL301, FL302]\n".replace("# ü: ", "# é # ")
    assert changed(line, "FL302", encoding="latin-1") == line.replace(", FL302", "")


def test_codes_join_those_that_are_there() -> None:
    assert with_codes("  # fastapi-lint: ignore[FL301] why", ("FL302",)) == "  # fastapi-lint: ignore[FL301, FL302] why"
    assert with_codes("x  # fastapi-lint: ignore[FL301] why", ("FL302",)) is None
    assert with_codes("# fastapi-lint: ignore-file[FL301]", ("FL302",)) is None
