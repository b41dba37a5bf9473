"""Suppression comments: their forms, the rows they cover, and what is only meant as one."""

from __future__ import annotations

import io
import tokenize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastapi_lint.core.span import LineIndex, Span
from fastapi_lint.source.directives import DirectiveReading, comments_of_text, read_directives


def read(text: str, statement_rows: dict[int, int] | None = None) -> DirectiveReading:
    data = text.encode()
    starts = [0]
    for line in data.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    comments = []
    lines = text.splitlines(keepends=True)
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            start = starts[row - 1] + len(lines[row - 1][:column].encode())
            comments.append((Span(start, start + len(token.string.encode())), token.string))
    return read_directives(comments, data, statement_rows=statement_rows)


@pytest.mark.parametrize(
    ("comment", "codes", "reason", "is_file_level", "is_noqa"),
    [
        ("# fastapi-lint: ignore", (), "", False, False),
        ("# fastapi-lint: ignore[FL301]", ("FL301",), "", False, False),
        ("#fastapi-lint:ignore[FL301]", ("FL301",), "", False, False),
        ("# FastAPI-lint: Ignore[FL301] it is closed elsewhere", ("FL301",), "it is closed elsewhere", False, False),
        ("# fastapi-lint: ignore[FL3, engine-outside-lifespan,FL3]: why", ("FL3", "engine-outside-lifespan"), "why",
         False, False),
        ("# fastapi-lint: ignore -- generated", (), "generated", False, False),
        ("# fastapi-lint: ignore-file[FL301] \u2014 legacy", ("FL301",), "legacy", True, False),
        ("# fastapi-lint: ignore_file", (), "", True, False),
        ("# noqa", (), "", False, True),
        ("#NOQA", (), "", False, True),
        ("# noqa: FL301", ("FL301",), "", False, True),
        ("# noqa:E501,fl301 FL302 for now", ("FL301", "FL302"), "for now", False, True),
        ("# type: ignore[attr] # noqa: E501, FL301", ("FL301",), "", False, True),
        ("# noqa because the line is long", (), "", False, True),
    ],
)  # fmt: skip
def test_forms(comment: str, codes: tuple[str, ...], reason: str, is_file_level: bool, is_noqa: bool) -> None:
    reading = read(f"x = 1  {comment}\n")
    (directive,) = reading.directives
    assert (directive.codes, directive.is_file_level, directive.is_noqa) == (codes, is_file_level, is_noqa)
    assert directive.reason == reason
    assert reading.malformed == ()
    assert directive.span == Span(7, 7 + len(comment.encode()))


@pytest.mark.parametrize(
    "comment",
    ["# noqa: E501", "# noqa: this is long", "# nomore", "# noqa-ish", "# fastapi lint: ignore", "# no qa", "# noqa:"],
)
def test_what_is_no_directive_of_ours(comment: str) -> None:
    assert read(f"x = 1  {comment}\n") == DirectiveReading()


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("# fastapi-lint: ignroe[FL301]", "`ignroe` is no directive"),
        ("# fastapi-lint: ignore FL301", "stand in brackets"),
        ("# fastapi-lint: ignore: FL301, FL302", "stand in brackets"),
        ("# fastapi-lint: ignore[FL301", "never closed"),
        ("# fastapi-lint: ignore[]", "names no rule"),
        ("# fastapi-lint: ignore[ , ]", "names no rule"),
        ("# fastapi-lint:", "is no directive"),
    ],
)
def test_malformed_ones_silence_nothing(comment: str, message: str) -> None:
    reading = read(f"x = 1\ny = 2  {comment}\n")
    assert reading.directives == ()
    (malformed,) = reading.malformed
    assert message in malformed.message
    assert malformed.row == 2


def test_both_forms_in_one_comment() -> None:
    reading = read("x = 1  # noqa: FL302  # fastapi-lint: ignore[FL301] why\n")
    assert [directive.codes for directive in reading.directives] == [("FL301",), ("FL302",)]
    assert [directive.reason for directive in reading.directives] == ["why", ""]


COVERAGE = """\
# fastapi-lint: ignore[FL301]

# another comment
engine = create(
    url,
)
x = 1  # fastapi-lint: ignore
app = FastAPI(  # fastapi-lint: ignore[FL302]
    # fastapi-lint: ignore[FL303]
    title="x",
)
# noqa: FL304
y = "é"  # noqa
# fastapi-lint: ignore
"""


def test_rows_covered() -> None:
    reading = read(COVERAGE, {4: 6, 8: 11})
    assert [(directive.row, directive.covers) for directive in reading.directives] == [
        (1, (1, 6)),
        (7, (7, 7)),
        (8, (8, 11)),
        (9, (9, 10)),
        (12, (12, 12)),
        (13, (13, 13)),
        (14, (14, 14)),
    ]


def test_file_level_covers_every_row() -> None:
    (directive,) = read("x = 1\n# fastapi-lint: ignore-file[FL3]\ny = 1\n").directives
    assert directive.covers == (1, 4)


def test_comments_of_deployment_files() -> None:
    data = (
        b'# fastapi-lint: ignore[FL111]\nCMD ["x"]\nurl: http://h/#noqa\nrun: x\t# noqa\r\n'
        b"# plain\nt: 1 # Fastapi-Lint: ignore"
    )
    comments = comments_of_text(data)
    assert [text for _, text in comments] == [
        "# fastapi-lint: ignore[FL111]",
        "# noqa",
        "# Fastapi-Lint: ignore",
    ]
    assert all(data[span.start : span.end].decode() == text for span, text in comments)
    assert [directive.covers for directive in read_directives(comments, data).directives] == [(1, 2), (4, 4), (6, 6)]
    assert comments_of_text(b"# nothing here\n") == ()


PIECES = st.sampled_from(
    [
        "#",
        "# ",
        "fastapi-lint",
        ":",
        "ignore",
        "ignore-file",
        "[",
        "]",
        "FL301",
        ",",
        " ",
        "noqa",
        "\t",
        "\n",
        "\r",
        "é",
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join), st.dictionaries(st.integers(0, 9), st.integers(0, 9), max_size=4))
def test_never_raises_and_covers_its_own_row(text: str, statement_rows: dict[int, int]) -> None:
    data = text.encode()
    whole = [(Span(0, len(data)), text)]
    for comments in (whole, comments_of_text(data)):
        for directive in read_directives(comments, data, statement_rows=statement_rows).directives:
            first, last = directive.covers
            assert first <= directive.row <= last
            assert directive.reason == directive.reason.strip()


@given(st.binary(max_size=200))
def test_any_bytes_are_taken(data: bytes) -> None:
    read_directives(comments_of_text(data + b" # noqa"), data + b" # noqa")


def test_reads_each_row_a_fixed_number_of_times(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    line = LineIndex.line
    monkeypatch.setattr(LineIndex, "line", lambda self, row: asked.append(row) or line(self, row))
    data = b"# fastapi-lint: ignore\n" * 300
    assert len(read_directives(comments_of_text(data), data).directives) == 300
    assert len(asked) < 4 * 300
