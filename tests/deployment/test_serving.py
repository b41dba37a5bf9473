"""Servers: precedence of what sets the workers, targets, reloading, gunicorn's configuration, fastapi's entrypoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fastapi_lint.facts.deployment.model import Count, CountKind, Deployment
from fastapi_lint.facts.deployment.read import fastapi_entrypoint

if TYPE_CHECKING:
    from conftest import Reader


@pytest.mark.parametrize(
    ("config", "workers"),
    [
        ("workers = 4", "exact 4 gunicorn.conf.py:1 workers = 4"),
        ("import multiprocessing\nworkers = multiprocessing.cpu_count() * 2 + 1", "at least 3 gunicorn.conf.py:2"),
        ("from multiprocessing import cpu_count\nworkers = cpu_count()", "at least 1 gunicorn.conf.py:2"),
        ("import os\nworkers = os.cpu_count() or 1", "at least 1 gunicorn.conf.py:2"),
        ('import os\nworkers = int(os.getenv("WORKERS", "4"))', "exact 4 gunicorn.conf.py:2"),
        ('import os\nworkers = int(os.environ.get("WORKERS", 6))', "exact 6 gunicorn.conf.py:2"),
        ('import os\nworkers = int(os.environ.get("WORKERS", default=6))', "exact 6 gunicorn.conf.py:2"),
        ('import os\nworkers = int(os.getenv("WORKERS") or 6)', "exact 6 gunicorn.conf.py:2"),
        ('import os\nworkers = int(os.environ["WORKERS"])', "unknown 1 gunicorn.conf.py:2"),
        ('import os\nworkers = int(os.getenv("SET", "4"))', "exact 2 Procfile:1 2"),
        ("n = 2\nworkers = n * 3", "exact 6 gunicorn.conf.py:2"),
        ("workers: int = 3\nworkers += 1", "exact 4 gunicorn.conf.py:2"),
        ("import os\nworkers = max(2, os.cpu_count())", "at least 2 gunicorn.conf.py:2"),
        ("import os\nworkers = min(8, os.cpu_count())", "at least 1 gunicorn.conf.py:2"),
        ("workers = 8 // 2", "exact 4 gunicorn.conf.py:1"),
        ("def count():\n    return 5\nworkers = count()", "exact 5 gunicorn.conf.py:3"),
        ("import x\nif x.big():\n    workers = 8\nelse:\n    workers = 2", "at least 2 gunicorn.conf.py:3"),
        ("import x\nif x.big():\n    workers = 8", "at least 1 gunicorn.conf.py:3"),
        (
            "import os\nn = os.getenv('N')\nif n:\n    workers = int(n)\nelse:\n    workers = 3",
            "exact 3 gunicorn.conf.py:6",
        ),
        ("import x\nworkers = x.count()", "unknown 1 gunicorn.conf.py:2"),
        ("bind = '0.0.0.0:80'", "exact 1"),
        ("# workers = 9", "exact 1"),
    ],
)
def test_gunicorn_configuration(project: Reader, config: str, workers: str) -> None:
    files = {"Procfile": "web: SET=2 gunicorn app.main:app", "gunicorn.conf.py": config}
    read = project(files)
    assert read.count(read.only.workers).startswith(workers)


@pytest.mark.parametrize(
    ("command", "workers"),
    [
        ("gunicorn app.main:app", 3),
        ("gunicorn app.main:app -c conf/other.py", 5),
        ("gunicorn app.main:app --config python:conf.other", 5),
        ("gunicorn app.main:app -c file:conf/other.py", 5),
        ("gunicorn app.main:app -w 7", 7),
        ("WEB_CONCURRENCY=9 gunicorn app.main:app", 3),
        ("WEB_CONCURRENCY=9 gunicorn app.main:app -c conf/empty.py", 9),
        ("GUNICORN_CMD_ARGS='--workers 6' gunicorn app.main:app", 6),
        ("GUNICORN_CMD_ARGS='--workers=6' gunicorn app.main:app -w 2", 2),
        ("GUNICORN_CMD_ARGS='-c conf/other.py' gunicorn app.main:app", 5),
        ("gunicorn app.main:app -c $CONFIG -w 2", 2),
    ],
)
def test_gunicorn_precedence(project: Reader, command: str, workers: int) -> None:
    files = {"gunicorn.conf.py": "workers = 3", "conf/other.py": "workers = 5", "conf/empty.py": ""}
    assert project({"Procfile": f"web: {command}", **files}).only.workers.value == workers


def test_what_else_a_configuration_says(project: Reader) -> None:
    config = "worker_class = 'uvicorn.workers.UvicornWorker'\npreload_app = True\n"
    config += "wsgi_app = 'app.main:app'\nreload = False\n"
    read = project({"Procfile": "web: gunicorn", "gunicorn.conf.py": config})
    found = read.only
    assert found.target == "app.main:app"
    assert found.worker_class is not None
    assert found.worker_class[0] == "uvicorn.workers.UvicornWorker"
    assert read.text(found.worker_class[1]).startswith("gunicorn.conf.py:1")
    assert read.text(found.preload) == "gunicorn.conf.py:2 preload_app = True"
    assert found.reload is None


def test_a_configuration_that_is_no_python_is_a_problem(project: Reader) -> None:
    read = project({"Procfile": "web: gunicorn app.main:app", "gunicorn.conf.py": "x = 1\nworkers = (\n"})
    assert [(p.location.path, p.location.span.start) for p in read.facts.problems] == [("gunicorn.conf.py", 6)]


@pytest.mark.parametrize(
    ("command", "target", "factory"),
    [
        ("uvicorn app.main:app", "app.main:app", False),
        ("uvicorn --factory app.main:make", "app.main:make", True),
        ("UVICORN_FACTORY=true uvicorn app.main:make", "app.main:make", True),
        ("UVICORN_APP=app.main:app uvicorn", "app.main:app", False),
        ("gunicorn 'app.main:make()'", "app.main:make", True),
        ('gunicorn "app.main:make(debug=False)"', "app.main:make", True),
        ("gunicorn app.main", "app.main", False),
        ("hypercorn asgi:app.main:app", "app.main:app", False),
        ("hypercorn app.main", "app.main", False),
        ("granian --factory app.main:make", "app.main:make", True),
        ("uvicorn $APP", None, False),
        ("fastapi run -e app.main:app", "app.main:app", False),
        ("fastapi run", None, False),
    ],
)
def test_targets(project: Reader, command: str, target: str | None, *, factory: bool) -> None:
    found = project({"Procfile": f"web: {command}"}).only
    assert (found.target, found.factory) == (target, factory)


@pytest.mark.parametrize(
    "command", ["uvicorn", "gunicorn", "uvicorn --version", "hypercorn wsgi:app:app", "fastapi login"]
)
def test_commands_that_serve_nothing(project: Reader, command: str) -> None:
    assert project({"Procfile": f"web: {command}"}).facts.deployments == ()


@pytest.mark.parametrize(
    ("command", "path", "name"),
    [
        ("fastapi run app/main.py", "app/main.py", None),
        ("fastapi run --app api app/main.py", "app/main.py", "api"),
        ("fastapi run app", "app/__init__.py", None),
        ("fastapi run missing.py", "missing.py", None),
        ("cd app && fastapi run main.py", "app/main.py", None),
        ("granian app/main.py:api", "app/main.py", "api"),
        ("hypercorn app/main", "app/main.py", "app"),
    ],
)
def test_targets_that_are_files(project: Reader, command: str, path: str, name: str | None) -> None:
    found = project({"Procfile": f"web: {command}"}).only
    assert (found.path_target, found.app_name) == (path, name)


def test_reloading_means_one_process(project: Reader) -> None:
    read = project({"Procfile": "web: uvicorn app.main:app --workers 4 --reload"})
    assert read.text(read.only.reload) == "Procfile:1 --reload"
    assert read.count(read.only.workers) == "exact 1"
    assert read.only.ignored_workers is not None
    assert read.count(read.only.ignored_workers) == "exact 4 Procfile:1 4"
    assert project({"Procfile": "web: gunicorn -w 4 --reload app.main:app"}).only.workers.value == 4
    assert project({"Procfile": "web: UVICORN_RELOAD=1 uvicorn app.main:app"}).only.reload is not None


def test_fastapi_dev_is_for_development(project: Reader) -> None:
    found = project({"Procfile": "web: WEB_CONCURRENCY=4 fastapi dev app/main.py"}).only
    assert (found.is_development, found.workers.value, found.reload is not None) == (True, 1, True)
    found = project({"Procfile": "web: WEB_CONCURRENCY=4 fastapi dev --no-reload app/main.py"}).only
    assert (found.is_development, found.workers.value, found.reload) == (True, 4, None)


def test_preload_and_worker_class_of_the_command_line(project: Reader) -> None:
    read = project({"Procfile": "web: gunicorn -k uvicorn.workers.UvicornWorker --preload app.main:app"})
    assert read.only.worker_class is not None
    assert read.text(read.only.worker_class[1]) == "Procfile:1 uvicorn.workers.UvicornWorker"
    assert read.text(read.only.preload) == "Procfile:1 --preload"


def test_uvicorn_reads_the_number_from_its_env_file(project: Reader) -> None:
    read = project({"Procfile": "web: uvicorn app.main:app --env-file web.env", "web.env": "WEB_CONCURRENCY=3\n"})
    assert read.count(read.only.workers) == "exact 3 web.env:1 3"
    assert project({"Procfile": "web: uvicorn app.main:app", ".env": "WEB_CONCURRENCY=3\n"}).only.workers.value == 1


def test_the_entrypoint_of_a_project(project: Reader) -> None:
    toml = '[project]\nname = "x"\n[tool.fastapi]\nentrypoint = "app.main:app"\n'
    read = project({"Procfile": "web: fastapi run --workers 2", "pyproject.toml": toml})
    assert read.only.target == "app.main:app"
    assert read.related == ['pyproject.toml:4 "app.main:app": `[tool.fastapi]` names the application here']
    assert project({"Procfile": "web: fastapi run app/main.py", "pyproject.toml": toml}).only.target is None


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ('[tool.fastapi]\nentrypoint = "a.b:c"\n', "a.b:c"),
        ("[tool.fastapi]\nentrypoint = 'a.b:c' # why\n", "a.b:c"),
        ('tool.fastapi.entrypoint = "a.b:c"\n', "a.b:c"),
        ('[tool]\nfastapi = { entrypoint = "a.b:c" }\n', "a.b:c"),
        ('[x]\nentrypoint = "a.b:c"\n[tool.fastapi]\nentrypoint = "a.b:c"\n', "a.b:c"),
        ('[x]\nentrypoint = "a.b:c"\n', None),
        ("[tool.fastapi]\nentrypoint = 3\n", None),
    ],
)
def test_fastapi_entrypoint(text: str, target: str | None) -> None:
    found = fastapi_entrypoint(text.encode())
    assert (found[0] if found else None) == target
    if found is not None:
        assert text[found[1].start + 1 : found[1].end - 1] == target
        assert found[1].start > text.rindex("fastapi")


def test_processes_are_workers_times_replicas(project: Reader) -> None:
    found = project({"Procfile": "web: uvicorn app.main:app --workers 2"}).only
    assert isinstance(found, Deployment)
    assert found.processes == Count(CountKind.EXACT, 2, found.workers.location)
