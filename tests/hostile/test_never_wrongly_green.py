"""No way leads from a file that was not read, or from a wish that came to nothing, to exit code 0."""

from __future__ import annotations

import os
import re
import socket
from typing import TYPE_CHECKING

import pytest

from fastapi_lint.cli.entry import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

APP = "from fastapi import FastAPI\napp = FastAPI()\n"
BROKEN = "x = (\n"

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes, links and modes of POSIX")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    (root / "main.py").write_text(APP)
    (root / "pyproject.toml").write_text("")
    monkeypatch.chdir(root)
    return root


def pipe(name: str) -> Callable[[Path], None]:
    return lambda root: os.mkfifo(root / name)


def link(name: str, target: str) -> Callable[[Path], None]:
    return lambda root: (root / name).symlink_to(target)


def text(name: str, content: str | bytes) -> Callable[[Path], None]:
    data = content.encode() if isinstance(content, str) else content

    def lay(root: Path) -> None:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)

    return lay


def several(*steps: Callable[[Path], object]) -> Callable[[Path], None]:
    def lay(root: Path) -> None:
        for step in steps:
            step(root)

    return lay


def sparse(root: Path) -> None:
    (root / "sparse.py").touch()
    os.truncate(root / "sparse.py", 1 << 40)


def bound(root: Path) -> None:
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind("s.py")


def foreign_folder(root: Path) -> None:
    (root.parent / "other").mkdir()
    (root.parent / "other" / "a.py").write_text(APP)
    (root / "pkg").symlink_to("../other")


UNREAD = {
    "a named pipe": pipe("x.py"),
    "a socket": bound,
    "a link to nothing": link("x.py", "nowhere"),
    "a link to itself": link("x.py", "x.py"),
    "a link out of the project": link("x.py", "/etc/passwd"),
    "a link to a device": link("x.py", "/dev/zero"),
    "a link to a folder of code out of the project": foreign_folder,
    "a terabyte": sparse,
    "more than a megabyte": text("x.py", b"#" * (1 << 20) + b"\n"),
    "a null byte": text("x.py", "x = 1\0"),
    "UTF-16": text("x.py", "x = 1\n".encode("utf-16")),
    "no UTF-8": text("x.py", b"x = '\xff'\n"),
    "a syntax error": text("x.py", BROKEN),
    "what would kill the parser": text("x.py", "(" * 100_000),
    "silenced from within": text("x.py", "# fastapi-lint: ignore-file\n" + BROKEN),
    "silenced by name": text("x.py", "# fastapi-lint: ignore-file[FL000]\n" + BROKEN),
    "a Dockerfile that is a pipe": pipe("Dockerfile"),
    "a Dockerfile of null bytes": text("Dockerfile", "FROM x\n\0"),
    "a compose file that is a pipe": pipe("compose.yaml"),
    "a compose file that is none": text("compose.yaml", "services: ["),
    "a Procfile that leads nowhere": link("Procfile", "nowhere"),
    "a lock file that is a pipe": pipe("uv.lock"),
    "requirements that lead nowhere": link("requirements.txt", "nowhere"),
    "a name that is no UTF-8": lambda root: (root / os.fsdecode(b"\xff.py")).write_text(BROKEN),
    "silenced by the settings": several(
        text("x.py", BROKEN),
        text("pyproject.toml", '[tool.fastapi-lint]\nignore = ["FL0"]\nper-file-ignores = { "*" = ["ALL"] }\n'),
    ),
}


@pytest.mark.parametrize("options", [(), ("--select", "FL3", "--ignore", "FL0", "--fail-on", "error")])
@pytest.mark.parametrize("lay", UNREAD.values(), ids=UNREAD)
def test_a_file_that_is_not_read_fails_the_run(
    project: Path, lay: Callable[[Path], None], options: tuple[str, ...], capfd: pytest.CaptureFixture[str]
) -> None:
    lay(project)
    assert main(["check", "--no-cache", *options]) == 1
    shown = capfd.readouterr()
    assert "FL000 [error]" in shown.out
    assert shown.err == ""
    assert main(["check", "--no-cache", "--exit-zero", *options]) == 0


def test_a_folder_that_cannot_be_gone_into_fails_the_run(
    project: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (project / "shut").mkdir()
    scandir = os.scandir

    def refusing(path: str) -> object:  # root may read every folder, so the refusal is made up
        if str(path).endswith("/shut/"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    assert main(["check", "--no-cache"]) == 1
    assert "not checked: cannot be read: Permission denied" in capfd.readouterr().out


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (PermissionError(13, "Permission denied"), "permission denied"),
        (FileNotFoundError(2, "No such file or directory"), "no such file"),
        (OSError(5, "Input/output error"), "input/output error"),
    ],
)
@pytest.mark.parametrize(
    "name", ["x.py", "Dockerfile", "compose.yaml", "pyproject.toml", "k8s.yaml", "supervisor.conf"]
)
def test_a_file_that_vanishes_or_is_refused_meanwhile(
    project: Path, name: str, error: OSError, reason: str, monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    (project / name).write_text("")
    opened = os.open

    def refusing(path: object, flags: int, *rest: int) -> int:
        if str(path).endswith(f"/{name}"):
            raise error
        return opened(path, flags, *rest)

    monkeypatch.setattr(os, "open", refusing)
    assert main(["check", "--no-cache", "--isolated"]) == 1
    assert re.search(rf"FL000 \[error\] not checked: {reason}", capfd.readouterr().out)


HARMLESS = {
    "a lock of Emacs": link(".#main.py", "ada@host.1:2"),
    "a link to a folder of the project": link("again", "."),
    "a link to a file of the project": link("again.py", "main.py"),
    "a pipe of no interest": pipe("pipe"),
    "a folder with the name of a file": lambda root: (root / "x.py").mkdir(),
    "names that differ in case": text("MAIN.py", "x = 1\n"),
    "a long file that is allowed": several(
        text("x.py", b"#" * (1 << 20) + b"\n"),
        text("pyproject.toml", "[tool.fastapi-lint]\nmax-file-size = 2_000_000\n"),
    ),
    "a broken file that is left out": several(
        text("x.py", BROKEN), text("pyproject.toml", '[tool.fastapi-lint]\nextend-exclude = ["x.py"]\n')
    ),
    "a lock file of two megabytes": text("uv.lock", "version = 1\n" + "# long\n" * 300_000),
}


@pytest.mark.parametrize("lay", HARMLESS.values(), ids=HARMLESS)
def test_what_is_no_lost_file_does_not(
    project: Path, lay: Callable[[Path], object], capfd: pytest.CaptureFixture[str]
) -> None:
    lay(project)
    assert main(["check", "--no-cache"]) == 0, capfd.readouterr()


WISHES = {
    "no rule": (["--select", ","], "", "--select names no rule"),
    "an unknown rule": (["--select", "startup-evnt"], "", "did you mean `startup-event`?"),
    "an unknown code": (["--extend-select", "FL30X"], "", "unknown rule `FL30X`"),
    "an unknown rule to ignore": (["--ignore", "startup-evnt"], "", "did you mean `startup-event`?"),
    "no rule left": (["--select", "FL3", "--ignore", "FL3"], "", "no rule is left to check by"),
    "no rule left by the settings": ([], "select = []", "no rule is left to check by"),
    "unread files to ignore": (["--ignore", "fl000"], "", "cannot be ignored"),
    "an unknown rule in the settings": ([], 'select = ["FL3", "startup-evnt"]', "pyproject.toml:2:18: unknown rule"),
    "an unknown rule for files": ([], 'per-file-ignores = { "*" = ["FL3X"] }', "unknown rule `FL3X`"),
    "unread files for files": ([], 'per-file-ignores = { "*" = ["unreadable-file"] }', "cannot be ignored"),
    "unread files in the settings": ([], 'ignore = ["FL000"]', "pyproject.toml:2:11: `FL000` cannot be ignored"),
    "an unknown key": ([], 'selct = ["FL3"]', "did you mean `select`?"),
    "an unknown application": ([], 'apps = ["main:ap"]', "`apps` names `main:ap`, which leads to no application"),
    "an unknown folder": ([], 'src = [".", "scr"]', "pyproject.toml:2:13: `src` names `scr`, which is no folder"),
    "no size": ([], "max-file-size = 0", "`max-file-size` must be at least 1, not 0"),
    "an empty folder": (["empty"], "", "empty holds no file to check"),
    "a folder of prose": (["prose"], "", "prose holds no file to check"),
    "prose": (["prose/notes.txt"], "", "prose/notes.txt is no file that is checked"),
    "nothing": (["nowhere.py"], "", "does not exist"),
}


@pytest.mark.parametrize(("options", "settings", "message"), WISHES.values(), ids=WISHES)
def test_a_wish_that_comes_to_nothing_is_a_mistake(
    project: Path, options: list[str], settings: str, message: str, capfd: pytest.CaptureFixture[str]
) -> None:
    (project / "empty").mkdir()
    text("prose/notes.txt", "notes")(project)
    (project / "pyproject.toml").write_text(f"[tool.fastapi-lint]\n{settings}\n")
    assert main(["check", "--no-cache", *options]) == 2
    shown = capfd.readouterr()
    assert message in shown.err
    assert shown.out == ""


@pytest.mark.parametrize("lay", [pipe("fastapi-lint.toml"), link("fastapi-lint.toml", "nowhere"),
                                 lambda root: (root / "fastapi-lint.toml").mkdir(),
                                 text("fastapi-lint.toml", b"\xff"),
                                 text("fastapi-lint.toml", "#" * (1 << 20) + "\n")])  # fmt: skip
def test_settings_that_cannot_be_read_are_a_mistake(
    project: Path, lay: Callable[[Path], None], capfd: pytest.CaptureFixture[str]
) -> None:
    lay(project)
    assert main(["check", "--no-cache"]) == 2
    assert "fastapi-lint.toml" in capfd.readouterr().err


def test_a_project_without_a_file_to_check_is_a_mistake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "README.md").write_text("# no code\n")
    monkeypatch.chdir(tmp_path)
    assert main(["check", "--no-cache"]) == 2
    assert "the project holds no file to check" in capfd.readouterr().err


def test_the_summary_counts_what_was_left_out(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for number in range(3):
        (project / f"broken{number}.py").write_text(BROKEN)
    os.mkfifo(project / "pipe.py")
    assert main(["check", "--no-cache"]) == 1
    shown = capfd.readouterr().out
    assert "Found 4 findings (4 errors) in 1 file." in shown
    assert "Skipped 4 files: syntax error: '(' was never closed (3), a named pipe (1)." in shown
