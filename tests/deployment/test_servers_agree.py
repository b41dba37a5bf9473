"""What is read of a command line is what the server's own parser says."""

from __future__ import annotations

import importlib
import shlex
import sys
from typing import TYPE_CHECKING, Any

import pytest

from fastapi_lint.facts.deployment.flags import read_arguments
from fastapi_lint.facts.deployment.text import Piece, Text
from fastapi_lint.knowledge.servers import SERVERS

if TYPE_CHECKING:
    from pathlib import Path

UVICORN = [
    "app.main:app",
    "app.main:app --workers 4",
    "app.main:app --workers=4",
    "--workers 4 app.main:app",
    "--workers 4 --workers 2 app.main:app",
    "--host=0.0.0.0 app.main:app",
    "--host 0.0.0.0 --port 80 app.main:app --reload",
    "--reload --reload-dir src --reload-include '*.html' app:app",
    "--factory app.main:create_app",
    "--app-dir src --proxy-headers --no-access-log app.main:app",
    "--log-config log.yml --loop uvloop --http httptools app.main:app --workers 3",
    "--limit-max-requests 100 --timeout-keep-alive 30 app.main:app",
    "--header a:b --no-server-header app.main:app",
    "--workers 2 -- app.main:app",
    "--use-colors app.main:app --env-file .env",
]
GUNICORN = [
    "app.main:app",
    "app.main:app -w4",
    "app.main:app -w 4",
    "app.main:app -w=4",
    "app.main:app --workers=4",
    "app.main:app --workers 4 -w 2",
    "-w 4 -k uvicorn.workers.UvicornWorker app.main:app",
    "-kuvicorn.workers.UvicornWorker -w2 app.main:app",
    "--worker-class uvicorn_worker.UvicornWorker --bind 0.0.0.0:80 app.main:app",
    "--worker-cl asgi app.main:app",
    "--preload app.main:app",
    "--prel app.main:app",
    "-c gunicorn.py app.main:app",
    "--config=gunicorn.py app.main:app",
    "-R app.main:app --reload",
    "-Rw3 app.main:app",
    "-b :80 -t 60 -n name -e A=1 -e B=2 app.main:app",
    "--chdir src --pythonpath lib,other main:app",
    "'app.main:create_app()' -w 2",
    "--access-logfile - --error-logfile - app.main:app",
    "--proxy-protocol -w 2 app.main:app",
    "-w 2 -- app.main:app",
    "--timeout 120 --keep-alive 5 --max-requests 1000 --max-requests-jitter 50 app.main:app",
]


def ours(command: str, server: str) -> tuple[dict[str, str], set[str], list[str]]:
    words = [Text((Piece(word, "f", 0, len(word)),)) for word in shlex.split(command)]
    found = read_arguments(words, SERVERS[server])
    values = {name: text.value for name, text in found.values.items()}
    return values, set(found.flags), [operand.value for operand in found.operands]


@pytest.mark.parametrize("command", UVICORN)
def test_uvicorn_reads_the_same(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "src").mkdir()
    for name in ("log.yml", ".env"):
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    pytest.importorskip("uvicorn", reason="uvicorn is not installed")
    main = importlib.import_module("uvicorn.main").main
    parsed = main.make_context("uvicorn", shlex.split(command), resilient_parsing=False).params
    values, flags, operands = ours(command, "uvicorn")
    assert operands == [parsed["app"]]
    assert values.get("workers") == (None if parsed["workers"] is None else str(parsed["workers"]))
    assert values.get("app_dir", "") == parsed["app_dir"]
    assert values.get("env_file") == parsed["env_file"]
    assert ("reload" in flags) is parsed["reload"]
    assert ("factory" in flags) is parsed["factory"]


@pytest.mark.parametrize("command", GUNICORN)
def test_gunicorn_reads_the_same(command: str) -> None:
    pytest.importorskip("gunicorn", reason="gunicorn is not installed")
    if sys.platform == "win32":
        pytest.skip("gunicorn does not run on Windows")
    config: Any = importlib.import_module("gunicorn.config")
    parsed = config.Config().parser().parse_args(shlex.split(command))
    values, flags, operands = ours(command, "gunicorn")
    assert operands == parsed.args
    assert values.get("workers") == (None if parsed.workers is None else str(parsed.workers))
    for name in ("worker_class", "config", "chdir", "pythonpath"):
        assert values.get(name) == getattr(parsed, name), name
    assert ("preload" in flags) is bool(parsed.preload_app)
    assert ("reload" in flags) is bool(parsed.reload)


def test_every_option_of_uvicorn_is_known() -> None:
    pytest.importorskip("uvicorn", reason="uvicorn is not installed")
    server = SERVERS["uvicorn"]
    for parameter in importlib.import_module("uvicorn.main").main.params:
        if parameter.param_type_name == "option":
            known = server.flags if parameter.is_flag else server.valued
            assert known.issuperset([*parameter.opts, *parameter.secondary_opts])


def test_every_option_of_gunicorn_is_known() -> None:
    pytest.importorskip("gunicorn", reason="gunicorn is not installed")
    server = SERVERS["gunicorn"]
    for action in importlib.import_module("gunicorn.config").Config().parser()._actions:
        for option in action.option_strings:
            assert option in (server.flags if action.nargs == 0 else server.valued | server.optional.keys())


@pytest.mark.parametrize(
    ("server", "command", "values", "flags", "operands"),
    [
        ("hypercorn", "asgi:app.main:app -w 4 --reload", {"workers": "4"}, {"reload"}, ["asgi:app.main:app"]),
        ("hypercorn", "-k trio --bind 0.0.0.0:80 app.main", {"worker_class": "trio"}, set(), ["app.main"]),
        ("granian", "--interface asgi --workers 2 app.main:app", {"interface": "asgi", "workers": "2"}, set(), None),
        ("granian", "app.main:make --factory --no-factory", {}, {"no_factory"}, ["app.main:make"]),
        ("fastapi", "run --workers 4 app/main.py", {"workers": "4"}, set(), ["run", "app/main.py"]),
        ("fastapi", "dev -e app.main:app --no-reload", {"entrypoint": "app.main:app"}, {"no_reload"}, ["dev"]),
        ("uvicorn", "--brand-new yes app.main:app --workers 2", {"workers": "2"}, set(), ["app.main:app"]),
        ("uvicorn", "--brand-new app.main:app --workers 2", {"workers": "2"}, set(), ["app.main:app"]),
    ],
)
def test_other_command_lines(
    server: str, command: str, values: dict[str, str], flags: set[str], operands: list[str] | None
) -> None:
    assert ours(command, server) == (values, flags, operands or ["app.main:app"])
