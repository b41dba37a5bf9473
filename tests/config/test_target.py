"""The target: which file decides, in what order, and what is said of files that cannot be read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastapi_lint.config.claims import poetry_specifiers, requirement_of
from fastapi_lint.config.lockfiles import read_pipfile_lock, read_toml_lock
from fastapi_lint.config.manifests import read_pyproject, read_python_version, read_setup_cfg, read_setup_py
from fastapi_lint.config.overrides import parse_overrides
from fastapi_lint.config.requirements import read_requirements
from fastapi_lint.config.target import TargetReading, read_target
from fastapi_lint.core.errors import ConfigError
from fastapi_lint.knowledge.versions import Ternary

if TYPE_CHECKING:
    from collections.abc import Mapping

UV = """version = 1
requires-python = ">=3.11"

[[package]]
name = "fastapi"
version = "0.115.3"
source = { registry = "https://example.org/simple" }
dependencies = [
    { name = "starlette" },
]

[[package]]
name = "fastapi-users"
version = "14.0.0"

[[package]]
name = "starlette"
version = "0.41.0"

[[package]]
name = "Ruamel.YAML"
version = "0.18.6"

[[package]]
name = "shop"
version = "0.1.0"
source = { editable = "services/shop" }
"""
POETRY = """[[package]]
name = "fastapi"
version = "0.110.0"
description = "x"
python-versions = ">=3.8"

[metadata]
lock-version = "2.0"
python-versions = "^3.10"
"""


def read(
    files: Mapping[str, str | bytes],
    near: str = "main.py",
    overrides: Mapping[str, str] | None = None,
    configured: Mapping[str, str] | None = None,
) -> TargetReading:
    data = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}

    def opened(path: str) -> bytes:
        if data[path] == b"!":
            raise PermissionError(13, "Permission denied")
        return data[path]

    reading = read_target(sorted(data), opened, near, overrides or {}, configured or {})
    for statement in reading.target.statements.values():
        if statement.location is not None:
            text = data[statement.location.path]
            span = statement.location.span
            assert b"\n" not in text[span.start : span.end]
    return reading


def fastapi(reading: TargetReading) -> tuple[str, str]:
    return reading.target.describe("fastapi"), reading.target.statements["fastapi"].origin


def line(reading: TargetReading, files: Mapping[str, str], package: str = "fastapi") -> str:
    location = reading.target.statements[package].location
    assert location is not None
    return files[location.path].encode()[location.span.start : location.span.end].decode()


class TestFiles:
    @pytest.mark.parametrize(
        ("path", "text", "version", "stated"),
        [
            ("uv.lock", UV, "0.115.3", 'version = "0.115.3"'),
            ("poetry.lock", POETRY, "0.110.0", 'version = "0.110.0"'),
            ("pdm.lock", UV.replace("\n", "\r\n"), "0.115.3", 'version = "0.115.3"'),
            ("pylock.toml", UV.replace("[package]", "[packages]"), "0.115.3", 'version = "0.115.3"'),
            ("pylock.prod.toml", UV.replace("[package]", "[packages]"), "0.115.3", 'version = "0.115.3"'),
            ("uv.lock", "package = [{name = 'a'}, {version = '0.99.0', name = \"FastAPI\"}]", "0.99.0", None),
            ("Pipfile.lock", json.dumps({"default": {"fastapi": {"version": "==0.95.0"}}}, indent=1), "0.95.0",
             '"version": "==0.95.0"'),
            ("requirements.txt", "a==1\nFastAPI[all] == 0.95.1 ; python_version>'3' # c\n", "0.95.1", None),
            ("requirements.txt", "fastapi==0.95.1 \\\n    --hash=sha256:1 \\\n    --hash=sha256:2\n", "0.95.1",
             "fastapi==0.95.1 \\"),
            ("requirements.txt", "fastapi \\\n  ==0.95.1\n", "0.95.1", "fastapi \\"),
            ("requirements.txt", "fastapi @ git+https://example.org/fastapi@0.95.1#egg=x\n", "0.95.1", None),
            ("requirements.txt", "fastapi @ https://example.org/fastapi-0.95.1-py3-none-any.whl\n", "0.95.1", None),
            ("reqs-prod.txt", "fastapi==0.95.1", "0.95.1", "fastapi==0.95.1"),
            ("requirements/base.txt", "fastapi==0.95.1", "0.95.1", "fastapi==0.95.1"),
            ("requirements.in", "fastapi==0.95.1", "0.95.1", "fastapi==0.95.1"),
            ("pyproject.toml", "[project]\ndependencies = [\n  'fastapi [standard]==0.95.1', # c\n]", "0.95.1",
             "'fastapi [standard]==0.95.1', # c"),
            ("pyproject.toml", "[project.optional-dependencies]\nserver = ['fastapi==0.95.1']", "0.95.1", None),
            ("pyproject.toml", "[dependency-groups]\nx = [{include-group = 'y'}, 'fastapi==0.95.1']", "0.95.1", None),
            ("pyproject.toml", "[tool.poetry.dependencies]\npython = '^3.9'\nfastapi = '0.95.1'", "0.95.1",
             "fastapi = '0.95.1'"),
            ("pyproject.toml", "[tool.poetry.group.web.dependencies]\nfastapi = {version = '==0.95.1', extras = []}",
             "0.95.1", None),
            ("setup.cfg", "[options]\ninstall_requires =\n    a\n    fastapi==0.95.1\n", "0.95.1", "fastapi==0.95.1"),
            ("setup.py", "from setuptools import setup\nNEEDS = ['fastapi==0.95.1']\nsetup(install_requires=NEEDS)",
             "0.95.1", "NEEDS = ['fastapi==0.95.1']"),
            ("setup.py", "import setuptools\nsetuptools.setup(\n install_requires=[\n  'fastapi==0.95.1'])", "0.95.1",
             "'fastapi==0.95.1'])"),
        ],
    )  # fmt: skip
    def test_a_pin_decides(self, path: str, text: str, version: str, stated: str | None) -> None:
        reading = read({path: text})
        assert fastapi(reading) == (version, path)
        assert reading.problems == ()
        assert stated is None or line(reading, {path: text}) == stated

    @pytest.mark.parametrize(
        ("path", "text", "versions", "origin"),
        [
            ("requirements.txt", "fastapi>=0.110,<0.112", "0.110.0 to 0.111.1",
             "requirements.txt (range >=0.110,<0.112)"),
            ("requirements.txt", "fastapi>=0.110\n-c c.txt\n", "0.110.0 to 0.111.1", "c.txt (range >=0.110,<0.112)"),
            ("pyproject.toml", "[tool.poetry.dependencies]\nfastapi = '^0.115.10'", "0.115.10 to 0.115.14",
             "pyproject.toml (range >=0.115.10,<0.116)"),
            ("pyproject.toml", "[tool.poetry.dependencies]\nfastapi = [{version='0.95.1'}, {version='^0.96.0'}]",
             "0.95.1 to 0.96.1", "pyproject.toml (range ==0.95.1 or >=0.96.0,<0.97)"),
            ("requirements.txt", "fastapi==0.95.1; a\nfastapi==0.95.2; b", "0.95.1 to 0.95.2", "requirements.txt"),
            ("pyproject.toml", "project.dependencies = ['fastapi ~= 0.110.0']\ndependency-groups.a = ['fastapi==0.99']",
             "0.110.0 to 0.110.3", "pyproject.toml (range ~= 0.110.0)"),
        ],
    )  # fmt: skip
    def test_a_range_keeps_all_known_releases_in_it(self, path: str, text: str, versions: str, origin: str) -> None:
        assert fastapi(read({path: text, "c.txt": "fastapi<0.112\nstarlette==0.1\n"})) == (versions, origin)

    def test_includes_are_followed_and_loops_end(self) -> None:
        files = {
            "requirements.txt": "-r deps/a.txt\n--constraint=deps/c.txt\n-r ../outside.txt\n-r gone.txt\nfastapi\n",
            "deps/a.txt": "-r b.txt\n-rdeep/d.txt\n",
            "deps/b.txt": "-r ../requirements.txt\nuvicorn==0.30.0\n",
            "deps/deep/d.txt": "gunicorn==22.0.0 # c\n",
            "deps/c.txt": "fastapi==0.110.1\nsqlalchemy==2.0.1\n",
        }
        reading = read(files)
        assert fastapi(reading) == ("0.110.1", "deps/c.txt")
        assert line(reading, files) == "fastapi==0.110.1"
        assert reading.target.describe("uvicorn") == "0.30.0"
        assert reading.target.describe("gunicorn") == "22.0.0"
        assert reading.target.describe("sqlalchemy") == "any"

    def test_everything_a_lock_pins_is_kept(self) -> None:
        target = read({"uv.lock": UV}).target
        assert target.holds("ruamel-yaml", ">=0.18") is Ternary.YES
        assert target.describe("starlette") == "0.41.0"
        assert target.describe("python") == "3.11 to 3.15"

    def test_what_names_no_version_is_the_newest_and_says_so(self) -> None:
        reading = read(
            {"requirements.txt": "fastapi\n", "pyproject.toml": "[tool.poetry.dependencies]\nfastapi = '*'\n"}
        )
        assert fastapi(reading)[1] == "newest known release (requirements.txt names none)"
        assert reading.target.statements["starlette"].origin == "newest known release (requirements.txt names none)"
        assert fastapi(read({"main.py": ""}))[1] == "newest known release"


class TestOrder:
    FILES: Mapping[str, str] = {
        "uv.lock": UV,
        "poetry.lock": POETRY,
        "requirements.txt": "fastapi==0.100.0",
        "requirements/base.txt": "fastapi==0.101.0",
        "requirements-extra.txt": "fastapi==0.102.0",
        "requirements-dev.txt": "fastapi==0.103.0",
        "requirements.in": "fastapi==0.103.1",
        "pyproject.toml": "[project]\ndependencies = ['fastapi==0.104.0']",
        "setup.cfg": "[options]\ninstall_requires = fastapi==0.105.0",
    }

    def test_within_a_folder(self) -> None:
        files = dict(self.FILES)
        seen = []
        while files:
            origin = fastapi(read(files))[1]
            seen.append(origin)
            del files[origin]
        assert seen == [
            *("uv.lock", "poetry.lock", "requirements.txt", "requirements-extra.txt", "requirements-dev.txt"),
            *("requirements.in", "requirements/base.txt", "pyproject.toml", "setup.cfg"),
        ]

    def test_the_nearest_folder_wins(self) -> None:
        files = {
            "uv.lock": UV,
            "backend/requirements.txt": "fastapi==0.100.0\n",
            "backend/app/setup.py": "x = 1",
            "other/requirements.txt": "fastapi==0.99.0",
        }
        assert fastapi(read(files, "backend/app/main.py")) == ("0.100.0", "backend/requirements.txt")
        assert fastapi(read(files, "app/main.py")) == ("0.115.3", "uv.lock")

    def test_what_an_image_is_built_from_counts_where_nothing_nearer_knows_fastapi(self) -> None:
        files = {"docker/main/requirements-wheels.txt": "fastapi==0.116.1\nstarlette==0.46.2\n", "setup.py": "x = 1"}
        target = read(files, "app/main.py").target
        assert target.describe("fastapi") == "0.116.1"
        assert target.describe("starlette") == "0.46.2"
        several = {
            **files,
            "docker/worker/requirements.txt": "celery==5\n",
            "deploy/requirements.txt": "fastapi==0.110.0",
        }
        assert fastapi(read(several, "app/main.py"))[0] == "0.110.0 to 0.116.1"
        assert fastapi(read({**files, "requirements.txt": "fastapi==0.99.0"}, "app/main.py"))[0] == "0.99.0"
        assert (
            fastapi(read({"examples/requirements.txt": "fastapi==0.99.0"}, "app/main.py"))[1] == "newest known release"
        )

    def test_starlette_comes_from_where_fastapi_does(self) -> None:
        files = {"uv.lock": UV, "backend/requirements.txt": "fastapi==0.100.0\nuvicorn\n"}
        target = read(files, "backend/main.py").target
        assert target.describe("starlette") == "0.27.0"
        assert target.describe("python") == "3.11 to 3.15"
        assert "ruamel-yaml" not in target.statements

    def test_a_range_that_names_no_version_yields_to_a_pin_above(self) -> None:
        files = {"pyproject.toml": "[project]\ndependencies = ['fastapi==0.99.1']", "a/requirements.txt": "fastapi"}
        assert fastapi(read(files, "a/main.py")) == ("0.99.1", "pyproject.toml")

    def test_the_lock_of_a_uv_workspace_speaks_for_its_members(self) -> None:
        member = "[project]\nrequires-python = '>=3.12'\ndependencies = ['fastapi>=0.100']"
        files = {"uv.lock": UV, "services/shop/pyproject.toml": member, "services/other/pyproject.toml": member}
        assert fastapi(read(files, "services/shop/app/main.py")) == ("0.115.3", "uv.lock")
        assert fastapi(read(files, "services/other/main.py"))[1] == "services/other/pyproject.toml (range >=0.100)"

    def test_the_user_has_the_first_word(self) -> None:
        reading = read(
            {"uv.lock": UV}, overrides={"fastapi": "0.100"}, configured={"fastapi": "0.1", "SQLAlchemy": "1.4"}
        )
        assert fastapi(reading) == ("0.100.0 to 0.100.1", "--target-version")
        assert reading.target.describe("starlette") == "0.27.0"
        assert reading.target.statements["sqlalchemy"].origin == "target-version in the settings"
        assert reading.target.describe("python") == "3.11 to 3.15"
        assert read({"uv.lock": UV}, overrides={"python": "3.13"}).target.describe("python") == "3.13"

    @pytest.mark.parametrize(
        ("files", "python"),
        [
            ({".python-version": "# c\ncpython-3.12.4\n3.11\n", "uv.lock": UV}, "3.12.4"),
            ({".python-version": "3.12\n", "uv.lock": UV}, "3.12"),
            ({".python-version": "pypy\n", "poetry.lock": POETRY}, "3.10 to 3.15"),
            ({"pyproject.toml": "[project]\nrequires-python = '>=3.9, <3.12'"}, "3.9 to 3.11"),
            ({"pyproject.toml": "[tool.poetry.dependencies]\npython = '~3.9 || ^3.12'"}, "3.9 to 3.15"),
            ({"setup.cfg": "[options]\npython_requires = >=3.13"}, "3.13 to 3.15"),
            ({"setup.py": "setup(python_requires='>=3.14')"}, "3.14 to 3.15"),
        ],
    )
    def test_python(self, files: Mapping[str, str], python: str) -> None:
        assert read(files).target.describe("python") == python


class TestMistakes:
    @pytest.mark.parametrize(
        ("path", "data", "line", "message"),
        [
            ("uv.lock", "version = 1\n[[package]\n", "[[package]", "cannot be read: "),
            ("uv.lock", b"\xff\xfe", "", "not valid UTF-8"),
            ("uv.lock", "x = " + "[" * 9999, "", "nested too deeply"),
            ("Pipfile.lock", '{\n "default": [,]\n}', '"default": [,]', "cannot be read: "),
            ("Pipfile.lock", "[" * 99999, "", "cannot be read: "),
            ("Pipfile.lock", b"\xff", "", "cannot be read: "),
            ("pyproject.toml", "[project]\ndependencies = [\n", "", "cannot be read: "),
            ("setup.cfg", "x\n", "x", "cannot be read: "),
            ("requirements.txt", "a\nfastapi==zero\n", "fastapi==zero", "`==zero` is no version of fastapi"),
            (
                "pyproject.toml",
                "[tool.poetry.dependencies]\nfastapi = 'latest'",
                "fastapi = 'latest'",
                "`latest` is no version",
            ),
            ("requirements.txt", "!", "", "not checked: permission denied"),
        ],
    )
    def test_are_told_with_a_place(self, path: str, data: str | bytes, line: str, message: str) -> None:
        reading = read({path: data})
        ((location, text),) = reading.problems
        assert location.path == path
        assert message in text
        content = data.encode() if isinstance(data, str) else data
        assert not line or content[location.span.start : location.span.end].decode() == line
        assert fastapi(reading)[1] == "newest known release"

    def test_a_lock_with_merge_conflicts_may_be_either(self) -> None:
        sides = 'version = "0.115.3"\n=======\nname = "fastapi"\nversion = "0.115.5"\n>>>>>>> theirs\n'
        files = {"uv.lock": UV.replace('version = "0.115.3"\n', sides)}
        reading = read(files)
        assert reading.target.describe("fastapi") == "0.115.3 to 0.115.5"
        ((location, message),) = reading.problems
        assert location.path == "uv.lock"
        assert "cannot be read" in message

    def test_other_files_still_count(self) -> None:
        reading = read({"uv.lock": "[", "requirements.txt": "fastapi==0.99.0"})
        assert fastapi(reading) == ("0.99.0", "requirements.txt")
        assert len(reading.problems) == 1

    @pytest.mark.parametrize(
        "data", ["def f(:", "setup(", "x = '\\d'", "(" * 9999, "\0", "setup(install_requires=[f'{x}'])"]
    )
    def test_any_setup_py_is_taken(self, data: str) -> None:
        assert read({"setup.py": data}).problems == ()

    def test_requirements_from_powershell(self) -> None:
        assert fastapi(read({"requirements.txt": "fastapi==0.99.0\r\n".encode("utf-16")})) == (
            "0.99.0",
            "requirements.txt",
        )


class TestOverrides:
    def test_forms(self) -> None:
        arguments = ["fastapi=0.115", "starlette==0.41.2", "FastAPI-CLI >= 0.0.5, <0.1", "python=3.12", "pydantic=>=2"]
        assert parse_overrides(arguments) == {
            "fastapi": "0.115",
            "starlette": "==0.41.2",
            "fastapi-cli": ">= 0.0.5, <0.1",
            "python": "3.12",
            "pydantic": ">=2",
        }

    @pytest.mark.parametrize(
        ("argument", "hint"),
        [("0.115", "fastapi=0.115"), ("fastapi", "fastapi=0.115"), ("fastapi=", ""), ("fastapi=x", ""),
         ("fastapi>=", ""), ("fastpi=0.1", "did you mean `fastapi`?"), ("django=5", "the packages are")],
    )  # fmt: skip
    def test_mistakes(self, argument: str, hint: str) -> None:
        with pytest.raises(ConfigError) as caught:
            parse_overrides([argument])
        assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("text", "specifiers"),
    [
        ("^1.2.3", (">=1.2.3,<2",)),
        ("^0.2.3", (">=0.2.3,<0.3",)),
        ("^0.0.3", (">=0.0.3,<0.0.4",)),
        ("^0.0", (">=0.0,<0.1",)),
        ("^0", (">=0,<1",)),
        ("~1.2.3", (">=1.2.3,<1.3",)),
        ("~1.2", (">=1.2,<1.3",)),
        ("~1", (">=1,<2",)),
        ("~=1.2", ("~=1.2",)),
        ("1.2.*", ("==1.2.*",)),
        ("*", ("",)),
        (">=1.0 <2.0", (">=1.0,<2.0",)),
        (">= 1.0, != 1.5", (">= 1.0,!= 1.5",)),
        ("^1.0 || ~2.0", (">=1.0,<2", ">=2.0,<2.1")),
        ("^1.0b1", (">=1.0b1,<2",)),
    ],
)
def test_poetry_forms(text: str, specifiers: tuple[str, ...]) -> None:
    assert poetry_specifiers(text) == specifiers


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FastAPI", ("fastapi", "")),
        ("fast_api.x[a,b] (>=1,<2) ; m", ("fast-api-x", ">=1,<2")),
        ("x @ file:///y", ("x", "")),
        ("x" * 2000, None),
        ("-e .", None),
        ("", None),
    ],
)
def test_requirement_forms(text: str, expected: tuple[str, str] | None) -> None:
    assert requirement_of(text) == expected


READERS = st.sampled_from(
    [
        read_toml_lock,
        read_pipfile_lock,
        read_pyproject,
        read_setup_cfg,
        read_setup_py,
        read_python_version,
        read_requirements,
    ]
)
WORDS = [
    "fastapi",
    "==",
    "0.1",
    "\n",
    " ",
    "-r",
    "x.txt",
    "[",
    "]",
    "project",
    '"',
    "=",
    "{",
    "}",
    "name",
    "\\",
    "#",
    "é",
    ":",
]


@given(READERS, st.one_of(st.binary(max_size=80), st.lists(st.sampled_from(WORDS)).map("".join).map(str.encode)))
def test_readers_take_any_bytes(reader: object, data: bytes) -> None:
    assert callable(reader)
    found = reader(data)
    for span in (*(claim.span for claim in found.claims), *(span for span, _ in found.problems)):
        assert 0 <= span.start <= span.end <= len(data)
