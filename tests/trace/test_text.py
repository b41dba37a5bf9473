"""The tree for people: golden texts of the example, choosing an application and a route, and hostile names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

SHOP = Path(__file__).parents[2] / "examples" / "shop"
GOLDEN = Path(__file__).parent / "golden"

CASES = {
    "shop": (),
    "shop_route": ("--route", "PUT /admin/items/{number}"),
    "shop_socket": ("--route", "WEBSOCKET /notifications/{customer}"),
    "shop_old": ("--route", "POST /orders/", "--target-version", "fastapi=0.110.0"),
    "shop_mermaid": ("--output-format", "mermaid"),
    "shop_route_mermaid": ("--output-format", "mermaid", "--route", "GET /items/{number}"),
}


@pytest.mark.parametrize("name", CASES)
def test_the_example_reads_as_before(name: str, run: Callable[..., Any]) -> None:
    """Rewrite a golden text with: fastapi-lint trace <arguments> -o tests/trace/golden/<name>.txt, in examples/shop."""
    done = run(SHOP, *CASES[name])
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


def test_every_golden_text_has_a_case() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(CASES)


def test_the_documentation_shows_the_real_text() -> None:
    text = (GOLDEN / "shop_route.txt").read_text(encoding="utf-8")
    page = (Path(__file__).parents[2] / "docs" / "trace.md").read_text(encoding="utf-8")
    assert text[text.index("└─ Request") :] in page


def test_a_request_to_a_path_finds_the_route_that_answers(run: Callable[..., Any]) -> None:
    assert "Request: GET /items/{number}" in run(SHOP, "--route", "GET /items/42").stdout
    assert "Request: WEBSOCKET /notifications" in run(SHOP, "--route", "ws /notifications/7").stdout


def test_a_path_alone_means_every_method_and_may_have_a_space(project: Any, run: Any) -> None:
    text = "from fastapi import FastAPI\napp = FastAPI()\n"
    text += "".join(f"@app.{verb}('/a b')\ndef {verb}(): ...\n" for verb in ("get", "put"))
    root = project({"main.py": text})
    assert "2 routes" in run(root, "--route", "/a b").stdout
    assert "Request: PUT /a b" in run(root, "--route", "put /a b").stdout


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (("--app", "shop.main:ap"), "no application is called `shop.main:ap`", "did you mean `shop.main:app`?"),
        (("--app", "zzz"), "no application is called `zzz`", "the applications are `shop.main:app`"),
        (("--route", "GET /itms/"), "no route is `GET /itms/`", "did you mean `GET /items/`?"),
        (("--route", "DELETE /nothing/like/it"), "no route is", "the routes are `GET /items/`"),
        (("--route", ""), "no route is ``", "the routes are `GET /items/`"),
        (("--output-format", "jsn"), "jsn", ""),
        (("--isolated", "--config", "pyproject.toml"), "exclude each other", ""),
        (("no-such-folder",), "no-such-folder", ""),
        (("-o", "no/such/folder.html"), "its folder does not exist", ""),
    ],
)
def test_what_does_not_exist_is_said_so(arguments: tuple[str, ...], message: str, hint: str, run: Any) -> None:
    done = run(SHOP, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert hint in done.stderr
    assert "Traceback" not in done.stderr


def test_a_terminal_without_the_characters_gets_ascii(run: Callable[..., Any]) -> None:
    done = run(SHOP, encoding="ascii")
    assert done.returncode == 0
    assert done.stdout.isascii()
    assert "|- Server" in done.stdout
    assert "\\u" not in done.stdout


def test_the_output_may_go_to_a_file(run: Callable[..., Any], tmp_path: Path) -> None:
    done = run(SHOP, "-o", str(tmp_path / "trace.txt"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "Wrote the trace of 1 application to the file.\n")
    assert (tmp_path / "trace.txt").read_text(encoding="utf-8") == run(SHOP).stdout


def test_the_settings_say_what_is_read(project: Any, run: Any) -> None:
    root = project({"main.py": "from fastapi import FastAPI\napp = FastAPI()\n"})
    assert "main:app" in run(root).stdout
    (root / "other.py").write_text("X = 1\n", encoding="utf-8")
    (root / "pyproject.toml").write_text('[tool.fastapi-lint]\nexclude = ["main.py"]\n', encoding="utf-8")
    assert run(root).stdout == "No application was found.\n"
    assert "main:app" in run(root, "--isolated").stdout


HOSTILE = """\
from fastapi import Depends, FastAPI
def dependency():
    yield "\x1b]0;owned\x07"
app = FastAPI()

@app.get("/\\x1b[31m</script><script>alert(1)</script>\\u202e\\n::error::x/{a}")
def read(value=Depends(dependency)): ...
@app.get("/\\x1b[31m</script><script>alert(1)</script>\\u202e\\n::error::x/b")
def late(): ...
@app.exception_handler("\\ud800")
def on_error(request, error): ...
"""


@pytest.mark.parametrize("output_format", ["text", "json", "mermaid", "html"])
def test_no_text_of_the_project_reaches_a_terminal_raw(output_format: str, project: Any, run: Any) -> None:
    root = project({"main.py": HOSTILE})
    done = run(root, "--output-format", output_format)
    assert done.returncode == 0, done.stderr
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", done.stdout)
    assert not any(line.lstrip().startswith("::") for line in done.stdout.splitlines())
    if output_format == "html":
        assert done.stdout.count("<script") == 2
        assert done.stdout.count("</script>") == 2


def test_broken_files_and_deep_code_give_no_traceback(project: Any, run: Any) -> None:
    deep = "".join(f"{' ' * level}if x:\n" for level in range(60)) + " " * 60 + "yield 1\n"
    root = project(
        {
            "broken.py": "def (:\n",
            "main.py": "from fastapi import Depends, FastAPI\n"
            "def deep(x=1):\n" + "".join(f" {line}\n" for line in deep.splitlines()) + "app = FastAPI()\n"
            "@app.get('/')\ndef read(v=Depends(deep)): ...\n",
        }
    )
    done = run(root, "--route", "GET /")
    assert done.returncode == 0
    assert done.stderr.startswith("warning: not read: broken.py: ")
    assert "Traceback" not in done.stderr
    assert "deep" in done.stdout


def test_help_needs_neither_parser_nor_reports(run: Callable[..., Any]) -> None:
    done = run(SHOP, "--help")
    assert done.returncode == 0
    assert "--route" in done.stdout
