"""Discovery: which folder is the project, which files it has, and what is left out with a reason."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from fastapi_lint.core.errors import ConfigError
from fastapi_lint.source.discovery import DEFAULT_EXCLUDE, discover, find_project
from fastapi_lint.source.ignoring import IgnoreRules

if TYPE_CHECKING:
    from pathlib import Path


def lay(root: Path, *paths: str, **texts: str) -> None:
    for path in paths:
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("")
    for name, text in texts.items():
        (root / name).write_text(text)


def ignore(root: Path, *lines: str, at: str = ".gitignore") -> None:
    (root / at).parent.mkdir(parents=True, exist_ok=True)
    (root / at).write_text("\n".join(lines) + "\n")


class TestRoot:
    def test_is_the_nearest_folder_with_a_marker(self, tmp_path: Path) -> None:
        lay(tmp_path, ".git/HEAD", "backend/pyproject.toml", "backend/app/main.py", "scripts/x.py")
        assert find_project(["backend/app"], tmp_path).root == tmp_path / "backend"
        assert find_project(["backend/app/main.py"], tmp_path).root == tmp_path / "backend"
        assert find_project(["."], tmp_path / "backend" / "app").root == tmp_path / "backend"
        assert find_project([], tmp_path / "scripts").root == tmp_path

    def test_is_the_path_itself_without_any_marker(self, tmp_path: Path) -> None:
        lay(tmp_path, "a/b/main.py")
        project = find_project(["a/b"], tmp_path)
        assert (project.root, project.asked) == (tmp_path / "a" / "b", ("",))
        assert find_project(["a/b/main.py"], tmp_path).root == tmp_path / "a" / "b"

    @pytest.mark.parametrize(
        "marker", ["pyproject.toml", "fastapi-lint.toml", "setup.cfg", "requirements.txt", "Pipfile"]
    )
    def test_every_marker_counts(self, tmp_path: Path, marker: str) -> None:
        lay(tmp_path, marker, "a/b/main.py")
        assert find_project(["a/b"], tmp_path).root == tmp_path

    def test_of_several_paths_is_the_folder_above_their_roots(self, tmp_path: Path) -> None:
        lay(tmp_path, "one/pyproject.toml", "one/a.py", "two/pyproject.toml", "two/b/b.py")
        project = find_project(["one", "two/b", "one"], tmp_path)
        assert (project.root, project.asked) == (tmp_path, ("one/", "two/b/"))

    def test_narrowing(self, tmp_path: Path) -> None:
        lay(tmp_path, "pyproject.toml", "app/main.py", "application.py")
        project = find_project(["app", "application.py"], tmp_path)
        assert project.files == ("application.py",)
        assert project.includes("app/main.py")
        assert project.includes("application.py")
        assert not project.includes("app.py")
        assert not project.includes("application.pyi")
        assert find_project(["."], tmp_path).includes("anything")

    def test_refuses_what_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="nowhere does not exist"):
            find_project(["nowhere"], tmp_path)
        with pytest.raises(ConfigError, match="cannot be read"):
            find_project(["a\0b"], tmp_path)
        with pytest.raises(ConfigError, match="cannot be read"):
            find_project(["a" * 5000], tmp_path)
        (tmp_path / "loop").symlink_to("loop")
        with pytest.raises(ConfigError, match="loop"):
            find_project(["loop"], tmp_path)

    @pytest.mark.skipif(sys.platform == "win32", reason="no named pipes")
    def test_refuses_a_pipe_without_opening_it(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe.py")
        with pytest.raises(ConfigError, match="a named pipe"):
            find_project(["pipe.py"], tmp_path)

    def test_a_path_without_files_is_refused(self, tmp_path: Path) -> None:
        lay(tmp_path, "pyproject.toml", "app/main.py", "build/x.py")
        (tmp_path / "empty").mkdir()
        found = discover(tmp_path).python
        find_project(["app"], tmp_path).check_matches(found)
        with pytest.raises(ConfigError, match=r"pyproject\.toml is no file that is checked"):
            find_project(["pyproject.toml"], tmp_path).check_matches(found)
        for path in ("empty", "build"):
            with pytest.raises(ConfigError, match=f"{path} holds no file"):
                find_project(["app", path], tmp_path).check_matches(found)


class TestFiles:
    def test_are_sorted_by_bytes_and_parted(self, tmp_path: Path) -> None:
        lay(tmp_path, "b.py", "a/z.py", "a.py", "é.py", "Dockerfile", "a/x.pyi", ".env", "Z.py")
        found = discover(tmp_path)
        assert found.python == ("Z.py", "a.py", "a/z.py", "b.py", "é.py")
        assert found.other == (".env", "Dockerfile", "a/x.pyi")
        assert found.skipped == ()

    def test_default_folders_are_left_out_but_not_files_of_the_name(self, tmp_path: Path) -> None:
        for name in DEFAULT_EXCLUDE:
            lay(tmp_path, f"{name}x.py", f"pkg/{name}x.py")
        lay(tmp_path, "env/pyvenv.cfg", "env/lib/x.py", "pkg2/build", "distribution/x.py")
        assert discover(tmp_path).python == ("distribution/x.py",)
        assert discover(tmp_path).other == ("pkg2/build",)

    def test_a_root_that_is_an_environment_is_scanned(self, tmp_path: Path) -> None:
        lay(tmp_path, "pyvenv.cfg", "main.py")
        assert discover(tmp_path).python == ("main.py",)

    def test_own_patterns_replace_the_default(self, tmp_path: Path) -> None:
        lay(tmp_path, "build/x.py", "gen/a_pb2.py", "tests/fixtures/x.py", "docs/tests/fixtures/y.py")
        assert discover(tmp_path, ("*_pb2.py", "tests/fixtures")).python == ("build/x.py", "docs/tests/fixtures/y.py")

    def test_own_patterns_of_a_folder_above(self, tmp_path: Path) -> None:
        lay(tmp_path, "gen/x.py", "backend/y.py")
        assert discover(tmp_path, ("/gen", "*z.py"), above="backend/").python == ("backend/y.py", "gen/x.py")
        assert discover(tmp_path, ("/backend/gen",), above="backend/").python == ("backend/y.py",)

    def test_explicit_files_are_taken_whatever_ignores_them(self, tmp_path: Path) -> None:
        ignore(tmp_path, "*.py")
        lay(tmp_path, "build/x.py", "y.py", "z.py")
        assert discover(tmp_path, explicit=["build/x.py", "y.py", "y.py"]).python == ("build/x.py", "y.py")


class TestLinksAndKinds:
    def test_links(self, tmp_path: Path) -> None:
        root = tmp_path / "project"
        lay(tmp_path, "project/pkg/a.py", "outside.py", "project-other/x.py")
        (root / "inside.py").symlink_to("pkg/a.py")
        (root / "leaves.py").symlink_to("../outside.py")
        (root / "sibling.py").symlink_to("../project-other/x.py")
        (root / "pkg" / "up").symlink_to("..")
        (root / "loop.py").symlink_to("loop.py")
        (root / "gone.py").symlink_to("nothing")
        found = discover(root)
        assert found.python == ("inside.py", "pkg/a.py")
        assert [(skipped.filename, skipped.reason) for skipped in found.skipped] == [
            ("gone.py", "a link to nothing"),
            ("leaves.py", "a link to a file outside of the project"),
            ("loop.py", "a link to nothing"),
            ("pkg/up", "a link to a folder"),
            ("sibling.py", "a link to a file outside of the project"),
        ]

    def test_through_a_linked_root(self, tmp_path: Path) -> None:
        lay(tmp_path, "real/a.py")
        (tmp_path / "real" / "b.py").symlink_to("a.py")
        (tmp_path / "link").symlink_to("real")
        assert discover(tmp_path / "link").python == ("a.py", "b.py")

    @pytest.mark.skipif(sys.platform == "win32", reason="no such files")
    def test_pipes_and_sockets(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        os.mkfifo(tmp_path / "pipe.py")
        (tmp_path / "null.py").symlink_to("/dev/null")
        monkeypatch.chdir(tmp_path)
        with socket.socket(socket.AF_UNIX) as opened:
            opened.bind("sock.py")
            found = discover(tmp_path)
        assert found.python == ()
        assert {skipped.filename: skipped.reason for skipped in found.skipped} == {
            "null.py": "a link to a file outside of the project",
            "pipe.py": "a named pipe",
            "sock.py": "a socket",
        }

    def test_unreadable_folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        lay(tmp_path, "shut/x.py", "a.py")
        scandir = os.scandir

        def refusing(path: str) -> object:  # root may read every folder, so the refusal is made up
            if path.endswith("/shut/"):
                raise PermissionError(13, "Permission denied")
            return scandir(path)

        monkeypatch.setattr(os, "scandir", refusing)
        found = discover(tmp_path)
        assert found.python == ("a.py",)
        assert [(skipped.filename, skipped.reason) for skipped in found.skipped] == [
            ("shut", "cannot be read: Permission denied")
        ]

    def test_a_folder_that_is_gone(self, tmp_path: Path) -> None:
        (skipped,) = discover(tmp_path / "gone").skipped
        assert skipped.reason.startswith("cannot be read")

    @pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="names are Unicode there")
    def test_names_that_are_no_utf8(self, tmp_path: Path) -> None:
        ignore(tmp_path, "*.txt", "odd/**/x")
        (tmp_path / os.fsdecode(b"\xff.py")).write_text("")
        (tmp_path / os.fsdecode(b"\xff.txt")).write_text("")
        lay(tmp_path, "é.py", "\U0001f600.py")
        assert [os.fsencode(path) for path in discover(tmp_path).python] == [
            "é.py".encode(),
            "\U0001f600.py".encode(),
            b"\xff.py",
        ]


class TestGitIgnore:
    def test_nested_files_and_negation(self, tmp_path: Path) -> None:
        ignore(tmp_path, "*.gen.py", "/local", "data/", "docs/_build/", "*.log", "!keep.log", "lib/**/tmp")
        ignore(tmp_path, "!b.gen.py", "/c.py", at="pkg/.gitignore")
        lay(tmp_path, "a.gen.py", "pkg/b.gen.py", "pkg/c.py", "pkg/sub/c.py", "local/x.py", "pkg/local/x.py")
        lay(tmp_path, "data/x.py", "pkg/data/x.py", "docs/_build/x.py", "pkg/docs/_build/x.py", "x.log", "keep.log")
        lay(tmp_path, "lib/a/b/tmp/x.py", "lib/tmp/x.py", "lib/tmpx.py")
        found = discover(tmp_path)
        assert found.python == ("lib/tmpx.py", "pkg/b.gen.py", "pkg/docs/_build/x.py", "pkg/local/x.py", "pkg/sub/c.py")
        assert [path for path in found.other if path.endswith(".log")] == ["keep.log"]

    def test_nothing_under_an_ignored_folder_comes_back(self, tmp_path: Path) -> None:
        ignore(tmp_path, "out/", "!out/x.py")
        lay(tmp_path, "out/x.py")
        assert discover(tmp_path).python == ()

    def test_folders_above_the_root_and_info_exclude(self, tmp_path: Path) -> None:
        lay(tmp_path, ".git/HEAD", "sub/project/a.py", "sub/project/b.py", "sub/project/c.py", "sub/project/d.py")
        ignore(tmp_path, "b.py", "/sub/project/c.py", "/d.py")
        ignore(tmp_path, "a.py", at=".git/info/exclude")
        assert discover(tmp_path / "sub" / "project").python == ("d.py",)

    def test_without_a_repository_folders_above_do_not_count(self, tmp_path: Path) -> None:
        ignore(tmp_path, "*.py")
        lay(tmp_path, "project/a.py")
        assert discover(tmp_path / "project").python == ("a.py",)

    def test_files_of_any_content_are_taken(self, tmp_path: Path) -> None:
        lay(tmp_path, "a.py", "b.py", "c.py")
        lines = (b"!", b"[", b"a\\", b"\xff\xfe*", b"*a*b*c*d*e*f*", b"x" * 9000, b"\xef\xbb\xbf", b"b.py\r")
        (tmp_path / ".gitignore").write_bytes(b"\n".join(lines))
        assert discover(tmp_path).python == ("a.py", "c.py")
        (tmp_path / ".gitignore").unlink()
        (tmp_path / ".gitignore").mkdir()
        assert len(discover(tmp_path).python) == 3

    def test_agrees_with_git(self, tmp_path: Path) -> None:
        subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
        ignore(
            tmp_path,
            "*.py[cod]",
            "**/cache",
            "a/**/z.py",
            "/top.py",
            "dir/",
            "**/deep/er",
            "x?.py",
            "foo/*",
            "!foo/k.py",
        )
        lay(
            tmp_path, "m.pyc", "m.py", "a/z.py", "a/b/c/z.py", "top.py", "a/top.py", "dir/x.py", "a/dir", "p/cache/x.py"
        )
        lay(
            tmp_path,
            "p/deep/er/x.py",
            "deep/er",
            "p/xy.py",
            "p/x.py",
            "foo/k.py",
            "foo/l.py",
            "foo/foo/k.py",
            "p/foo/l.py",
        )
        command = ["git", "-C", str(tmp_path), "ls-files", "--others", "--exclude-standard", "-z"]
        listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\0")
        found = discover(tmp_path, (".git/",))
        assert sorted((*found.python, *found.other)) == sorted(filter(None, listed))


NAMES = st.sampled_from(["a", "b", "ab", "a.py", "b.py", ".a", "a b"])
PARTS = st.sampled_from(
    ["a", "b", "*", "**", "a**", "***b", "*a**", "?", "*.py", "a*", "[ab]", "[!a]", "\\a", "a b", ".a", "a.py", "*b.py"]
)
LINES = st.builds(
    lambda bang, lead, parts, trail: f"{bang}{lead}{'/'.join(parts)}{trail}",
    st.sampled_from(["", "", "!"]),
    st.sampled_from(["", "", "/", "**/"]),
    st.lists(PARTS, min_size=1, max_size=3),
    st.sampled_from(["", "", "/", " "]),
)


@given(st.lists(LINES, max_size=5), st.lists(NAMES, min_size=1, max_size=3), st.booleans())
def test_rules_answer_as_pathspec_does(lines: list[str], parts: list[str], is_dir: bool) -> None:
    reference = GitIgnoreSpec.from_lines(lines)
    path = "/".join(parts)
    for end in range(1, len(parts)):
        assume(not reference.check_file("/".join(parts[:end]) + "/").include)
    expected = reference.check_file(f"{path}/" if is_dir else path).include
    answer = IgnoreRules(lines).ignores(path, parts[-1], is_dir=is_dir)
    assert bool(answer) == bool(expected)


@given(st.lists(st.text(max_size=20), max_size=5), NAMES)
def test_rules_take_any_lines(lines: list[str], name: str) -> None:
    IgnoreRules(lines).ignores(name, name, is_dir=False)
