"""Silence: selection, then per-file-ignores, then directives; and which directives were of use."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fastapi_lint.config.selection import Selection, SelectionLayer
from fastapi_lint.config.settings import Settings
from fastapi_lint.engine.silence import Fate, Mention, Subject, silence, unknown_mentions, unused_mentions
from fastapi_lint.source.directives import Directive, comments_of_text, read_directives

RULES = {"FL001": "unused-suppression", "FL301": "engine-outside-lifespan", "FL302": "other", "FL401": "wrong-order"}


def directives(text: str) -> tuple[Directive, ...]:
    data = text.encode()
    return read_directives(comments_of_text(data), data).directives


def subject(code: str, row: int, path: str = "app/main.py", *, default_on: bool = True) -> Subject:
    return Subject(code, RULES[code], path, row, default_on)


def fates(subjects: list[Subject], text: str = "", settings: Settings | None = None) -> list[str]:
    settings = settings or Settings()
    found = silence(subjects, settings.selection, settings, {"app/main.py": directives(text)})
    return [fate.value for fate in found.fates]


TEXT = """\
a = 1  # fastapi-lint: ignore[FL301] why
b = 2  # fastapi-lint: ignore[FL3, wrong-order]
c = 3  # noqa: FL301
d = 4  # noqa
e = 5
# fastapi-lint: ignore
f = 6
"""


def test_directives_silence_what_they_name_where_they_stand() -> None:
    silenced = {
        (code, row)
        for code in ("FL301", "FL302", "FL401")
        for row in range(1, 8)
        if fates([subject(code, row)], TEXT) == ["silenced"]
    }
    every = ("FL301", "FL302", "FL401")
    assert silenced == {("FL301", 1), *((code, 2) for code in every), ("FL301", 3)} | {
        (code, row) for code in every for row in (4, 6, 7)
    }


def test_a_directive_speaks_of_its_own_file_only() -> None:
    assert fates([subject("FL301", 1, "app/other.py")], TEXT) == ["kept"]


def test_file_level() -> None:
    text = "x = 1\n# fastapi-lint: ignore-file[FL3] legacy\n"
    assert fates([subject("FL301", 1), subject("FL401", 1), subject("FL302", 99)], text) == [
        "silenced",
        "kept",
        "silenced",
    ]


def test_selection_and_files_come_first() -> None:
    settings = Settings(
        select=("FL3",), ignore=("FL302",), per_file_ignores=(("tests/**", ("ALL",)), ("app/*", ("wrong-order",)))
    )
    subjects = [
        subject("FL302", 1),
        subject("FL301", 1),
        subject("FL301", 1, "tests/a.py"),
        subject("FL401", 1),
        subject("FL301", 5),
    ]
    found = silence(subjects, settings.selection, settings, {"app/main.py": directives(TEXT)})
    assert found.fates == (Fate.UNSELECTED, Fate.SILENCED, Fate.IGNORED, Fate.UNSELECTED, Fate.KEPT)
    assert found.count == 1
    wider = settings.selection.with_layer(SelectionLayer(extend_select=("FL401",)))
    assert silence([subjects[3]], wider, settings, {}).fates == (Fate.IGNORED,)
    assert fates([subject("FL401", 1, default_on=False)]) == ["unselected"]


def test_what_a_blanket_directive_says_of_itself_stands() -> None:
    text = "x = 1  # fastapi-lint: ignore\ny = 1  # fastapi-lint: ignore[FL001]\n"
    assert fates([subject("FL001", 1), subject("FL001", 2)], text) == ["kept", "silenced"]


def names(mentions: tuple[Mention, ...]) -> list[tuple[int, str]]:
    return [(mention.directive.row, mention.text) for mention in mentions]


def test_unused_mentions() -> None:
    found = {"app/main.py": directives(TEXT)}
    subjects = [subject("FL301", 1), subject("FL302", 2), subject("FL301", 4)]
    used = silence(subjects, Selection(), Settings(), found).used
    assert names(unused_mentions(found, used, RULES)) == [(2, "wrong-order"), (3, "FL301"), (6, "")]
    assert names(unused_mentions(found, used, {"FL401": "wrong-order"})) == [(2, "wrong-order"), (6, "")]


def test_every_directive_that_covers_a_finding_is_used() -> None:
    found = {"app/main.py": directives("# fastapi-lint: ignore-file[FL301]\nx = 1  # noqa: FL301\n")}
    used = silence([subject("FL301", 2)], Selection(), Settings(), found).used
    assert unused_mentions(found, used, RULES) == ()


def test_unknown_mentions() -> None:
    text = "x = 1  # fastapi-lint: ignore[FL999, wrong-ordr, FL3, all]\ny = 1  # noqa: FL999\n"
    found = {"b.py": directives(text), "a.py": directives("# fastapi-lint: ignore-file[E501]\n")}
    assert [(mention.path, mention.text) for mention in unknown_mentions(found, RULES)] == [
        ("a.py", "E501"),
        ("b.py", "FL999"),
        ("b.py", "wrong-ordr"),
    ]


SUBJECTS = st.builds(subject, st.sampled_from([*RULES]), st.integers(1, 9), st.sampled_from(["app/main.py", "x.py"]))


@given(st.lists(SUBJECTS, max_size=6), st.lists(SUBJECTS, max_size=6))
def test_a_fate_does_not_hang_on_the_other_findings(left: list[Subject], right: list[Subject]) -> None:
    assert fates([*left, *right], TEXT) == fates(left, TEXT) + fates(right, TEXT)
