"""Settings: where they are looked for, what they may say, and the place and hint of every mistake."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastapi_lint.config.schema import Reader
from fastapi_lint.config.settings import Settings, ignored_in, load_settings, matches_glob
from fastapi_lint.core.errors import ConfigError
from fastapi_lint.core.finding import Severity
from fastapi_lint.source.discovery import DEFAULT_EXCLUDE

if TYPE_CHECKING:
    from pathlib import Path

RULES = {"FL301": "engine-outside-lifespan", "FL401": "wrong-order", "FL801": "blocking-call-in-async"}
OPTIONS = {"engine-outside-lifespan": {"strict": False, "limit": 3, "word": "x"}}
FORMATS = ("text", "json", "sarif")

FULL = """\
select = ["FL3", "wrong-order"]
ignore = ["FL301"]
extend_select = ["FL801"]
preview = true
exclude = ["gen"]
extend-exclude = ["*_pb2.py"]
src = ["src", "."]
apps = ["shop.main:app"]
target-version = { fastapi = "0.115", python = ">=3.10" }
workers = 4
max-file-size = 9
fail-on = "info"
output-format = "json"

[per-file-ignores]
"tests/**" = ["ALL"]
"*_gen.py" = ["FL3", "FL401"]

[engine-outside-lifespan]
strict = true
limit = 0
"""


def load(root: Path, explicit: Path | None = None) -> Settings:
    return load_settings(root, RULES, explicit, options=OPTIONS, formats=FORMATS)


def refused(tmp_path: Path, text: str, name: str = "fastapi-lint.toml") -> ConfigError:
    (tmp_path / name).write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(tmp_path)
    return caught.value


class TestWhatIsRead:
    def test_nothing_states_the_default(self, tmp_path: Path) -> None:
        (tmp_path / ".git").mkdir()
        (tmp_path / "pyproject.toml").write_text("[tool.ruff]\nselect = 1\n")
        settings = load(tmp_path)
        assert settings == Settings()
        assert settings.excluded == DEFAULT_EXCLUDE
        assert settings.fail_on is Severity.WARNING

    def test_every_key(self, tmp_path: Path) -> None:
        (tmp_path / "src").mkdir(exist_ok=True)
        (tmp_path / "fastapi-lint.toml").write_text(FULL)
        settings = load(tmp_path)
        assert settings == Settings(
            path="fastapi-lint.toml",
            select=("FL3", "wrong-order"),
            ignore=("FL301",),
            extend_select=("FL801",),
            preview=True,
            per_file_ignores=(("tests/**", ("ALL",)), ("*_gen.py", ("FL3", "FL401"))),
            exclude=("gen",),
            extend_exclude=("*_pb2.py",),
            src=("src", "."),
            apps=("shop.main:app",),
            max_file_size=9,
            target_version={"fastapi": "0.115", "python": ">=3.10"},
            workers=4,
            fail_on=Severity.INFO,
            output_format="json",
            rule_options={"engine-outside-lifespan": {"strict": True, "limit": 0}},
        )
        assert settings.excluded == ("gen", "*_pb2.py")

    def test_pyproject_says_the_same(self, tmp_path: Path) -> None:
        (tmp_path / "src").mkdir(exist_ok=True)
        lines = FULL.replace("[per-file", "[tool.fastapi-lint.per-file").replace("[engine", "[tool.fastapi-lint.engine")
        (tmp_path / "pyproject.toml").write_text(f"[project]\nname = 'x'\n[tool.fastapi-lint]\n{lines}")
        read = load(tmp_path)
        (tmp_path / "src").mkdir(exist_ok=True)
        (tmp_path / "fastapi-lint.toml").write_text(FULL)
        assert load(tmp_path).path == "fastapi-lint.toml"
        assert (read.path, read.rule_options, read.select) == (
            "pyproject.toml",
            load(tmp_path).rule_options,
            load(tmp_path).select,
        )

    def test_the_nearest_folder_wins_and_own_files_before_pyproject(self, tmp_path: Path) -> None:
        root = tmp_path / "a" / "b"
        root.mkdir(parents=True)
        (tmp_path / "pyproject.toml").write_text("[tool.fastapi-lint]\nworkers = 1\n")
        assert load(root).path == "../../pyproject.toml"
        (tmp_path / "a" / "fastapi-lint.toml").write_text("workers = 2\n")
        (root / "pyproject.toml").write_text("[tool.other]\nnote = 'fastapi-lint'\n")
        assert load(root).workers == 2
        (root / "fastapi-lint.toml").write_text("workers = 3\n")
        (root / ".fastapi-lint.toml").write_text("workers = 4\n")
        assert load(root).workers == 4
        assert load(root, tmp_path / "pyproject.toml").workers == 1

    def test_the_repository_is_the_limit(self, tmp_path: Path) -> None:
        (tmp_path / "fastapi-lint.toml").write_text("workers = 1\n")
        (tmp_path / "repository" / ".git").mkdir(parents=True)
        assert load(tmp_path / "repository") == Settings()

    def test_paths_are_relative_to_the_file(self, tmp_path: Path) -> None:
        root = tmp_path / "backend"
        (root / "src").mkdir(parents=True)
        (tmp_path / "lib").mkdir()
        (tmp_path / "fastapi-lint.toml").write_text(
            'src = ["backend/src", "lib"]\nper-file-ignores = { "backend/tests/*" = ["FL3"] }\n'
        )
        settings = load(root)
        assert (settings.above, settings.src) == ("backend/", ("src", "../lib"))
        assert ignored_in(settings, "tests/test_a.py") == ("FL3",)
        assert ignored_in(settings, "app/a.py") == ()

    def test_a_byte_order_mark_and_other_line_ends(self, tmp_path: Path) -> None:
        (tmp_path / "fastapi-lint.toml").write_bytes(b"\xef\xbb\xbfworkers = 2\r\nfail-on = 'error'\r\n")
        assert load(tmp_path).workers == 2

    def test_foreign_files_that_are_broken_are_not_ours(self, tmp_path: Path) -> None:
        (tmp_path / ".git").mkdir()
        (tmp_path / "pyproject.toml").write_text("[project\n# no fastapi-lint here\n")
        assert load(tmp_path) == Settings()


class TestMistakes:
    @pytest.mark.parametrize(
        ("text", "place", "message", "hint"),
        [
            ("workers = 1\nworkerz = 2\n", "2:1", "unknown key `workerz`", "did you mean `workers`?"),
            ("extend_selekt = []\n", "1:1", "unknown key `extend_selekt`", "did you mean `extend-select`?"),
            (
                "[engine-outside-lifspan]\nstrict = true",
                "1:2",
                "unknown key",
                "did you mean `engine-outside-lifespan`?",
            ),
            ("q = 1", "1:1", "unknown key `q`", "the keys are select, ignore"),
            ("select = 'FL3'", "1:1", "`select` must be a list of texts, not a text", ""),
            ("select = [\n  'FL3',\n  1,\n]", "3:3", "this item is a number", ""),
            ("select = ['FL3', 'FL999']", "1:18", "unknown rule `FL999`", ""),
            ("ignore = ['wrong-ordr']", "1:11", "unknown rule `wrong-ordr`", "did you mean `wrong-order`?"),
            ("exclude = ['']", "1:12", "`exclude` has an empty item", ""),
            ("per-file-ignores = ['x']", "1:1", "must be a table of globs", ""),
            ("[per-file-ignores]\n'*.py' = 'FL3'", "2:1", "`*.py` must be a list of texts, not a text", ""),
            ("[per-file-ignores]\n'*.py' = ['FL3', 'FL9']", "2:18", "unknown rule `FL9`", ""),
            ("workers = '4'", "1:1", "`workers` must be a number, not a text", ""),
            ("workers = true", "1:1", "`workers` must be a number, not true or false", ""),
            ("workers = 0", "1:1", "must be at least 1, not 0", ""),
            ("workers = 2020-01-01", "1:1", "not a date", ""),
            ("fail-on = 'eror'", "1:1", "unknown severity `eror`", "did you mean `error`?"),
            ("output-format = 'jsn'", "1:1", "unknown output format `jsn`", "did you mean `json`?"),
            ("target-version = '0.115'", "1:1", "must be a table of packages to versions", ""),
            ("target-version = { fastpi = '0.115' }", "1:20", "`fastpi` is no package", "did you mean `fastapi`?"),
            ("target-version = { fastapi = 'new' }", "1:20", "`new` is no version of fastapi", "fastapi=0.115"),
            ("target-version = { fastapi = 0.115 }", "1:20", "`fastapi` must be a text, not a number", ""),
            ("engine-outside-lifespan = true", "1:1", "must be a table of the rule's options", ""),
            ("engine-outside-lifespan.strct = true", "1:25", "has no option `strct`", "did you mean `strict`?"),
            ("engine-outside-lifespan.strict = 1", "1:25", "`strict` must be true or false, not a number", ""),
            ("engine-outside-lifespan.limit = true", "1:25", "`limit` must be a number, not true or false", ""),
            ("wrong-order.x = 1", "1:13", "has no option `x`", "it has none"),
            ("'é' = 1", "1:1", "unknown key", ""),
            ("x = 'é' = 1", "1:9", "", ""),
            ("select = [", "1:11", "", ""),
        ],
    )
    def test_have_a_place_and_a_hint(self, tmp_path: Path, text: str, place: str, message: str, hint: str) -> None:
        error = refused(tmp_path, text)
        assert error.message.startswith(f"fastapi-lint.toml:{place}: ")
        assert message in error.message
        assert hint in error.hint

    def test_in_pyproject(self, tmp_path: Path) -> None:
        text = "[project]\nselect = 1\n[tool.fastapi-lint]\nextend-select = []\n  selct = []\n"
        error = refused(tmp_path, text, "pyproject.toml")
        assert (error.message, error.hint) == ("pyproject.toml:5:3: unknown key `selct`", "did you mean `select`?")

    def test_a_broken_file_of_ours(self, tmp_path: Path) -> None:
        assert "pyproject.toml:1:" in refused(tmp_path, "a = \n[tool.fastapi-lint]\n", "pyproject.toml").message

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="is no file"):
            load(tmp_path, tmp_path / "gone.toml")

    @pytest.mark.skipif(sys.platform == "win32", reason="no named pipes")
    def test_a_pipe_is_not_opened(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "fastapi-lint.toml")
        (tmp_path / ".git").mkdir()
        with pytest.raises(ConfigError, match="is no file"):
            load(tmp_path)
        with pytest.raises(ConfigError, match="is no file"):
            load(tmp_path, tmp_path / "fastapi-lint.toml")


KEYS = sorted(
    {
        *("select", "ignore", "extend-select", "per-file-ignores", "exclude", "extend-exclude", "src", "apps"),
        *("target-version", "workers", "max-file-size", "fail-on", "output-format", "preview"),
        *RULES.values(),
    }
)


@st.composite
def misspelt(draw: st.DrawFn) -> tuple[str, str]:
    key = draw(st.sampled_from(KEYS))
    at = draw(st.integers(0, len(key) - 1))
    letter = draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz0123456789-_"))
    typo = draw(
        st.sampled_from(
            [
                key[:at] + key[at + 1 :],
                key[:at] + letter + key[at:],
                key + letter,
                key[:at] + letter + key[at + 1 :],
                key[:at] + key[at + 1 : at + 2] + key[at] + key[at + 2 :],
            ]
        )
    )
    return key, typo


@given(misspelt())
def test_every_key_with_one_edit_is_recognised(pair: tuple[str, str]) -> None:
    key, typo = pair
    if typo.replace("_", "-") in KEYS:
        return
    reader = Reader({typo: []}, RULES, OPTIONS, FORMATS)
    reader.read()
    assert reader.problem is not None
    assert reader.problem.hint == f"did you mean `{key}`?"


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("tests/*", "tests/unit/test_a.py", True),
        ("tests/**", "tests/unit/test_a.py", True),
        ("tests", "tests/unit/test_a.py", True),
        ("tests/", "backend/tests/a.py", True),
        ("tests/*", "backend/tests/a.py", False),
        ("**/tests/*", "backend/tests/a.py", True),
        ("__init__.py", "a/b/__init__.py", True),
        ("*_gen.py", "a/b_gen.py", True),
        ("a/*.py", "a/b.py", True),
        ("a.py", "b/ba.py", False),
        ("!app/**", "scripts/x.py", True),
        ("!app/**", "app/x.py", False),
    ],
)
def test_globs(pattern: str, path: str, expected: bool) -> None:
    assert matches_glob(pattern, path) is expected
