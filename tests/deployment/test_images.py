"""Dockerfiles: forms of CMD, stages, environment, copied folders and start scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Reader

FROM = "FROM python:3.13\nWORKDIR /code\nCOPY . /code\n"


@pytest.mark.parametrize(
    ("lines", "workers"),
    [
        ('CMD ["uvicorn", "app.main:app", "--workers", "4"]', "exact 4 Dockerfile:4 4"),
        ('CMD ["uvicorn", "app.main:app"]', "exact 1"),
        ("CMD uvicorn app.main:app --workers=4", "exact 4 Dockerfile:4 4"),
        ("CMD uvicorn app.main:app \\\n  # how many\n\n  --workers 4", "exact 4 Dockerfile:7 4"),
        ('ENTRYPOINT ["uvicorn", "app.main:app"]\nCMD ["--workers", "4"]', "exact 4 Dockerfile:5 4"),
        ('CMD ["--workers", "4"]\nENTRYPOINT ["uvicorn", "app.main:app"]', "exact 4 Dockerfile:4 4"),
        ('ENTRYPOINT uvicorn app.main:app\nCMD ["--workers", "4"]', "exact 1"),
        ('CMD ["uvicorn", "app.main:app", "--workers", "2"]\nCMD ["uvicorn", "app.main:app"]', "exact 1"),
        ('# CMD ["uvicorn", "app.main:app", "--workers", "2"]\nCMD ["uvicorn", "app.main:app"]', "exact 1"),
        ("ENV WEB_CONCURRENCY=3\nCMD uvicorn app.main:app", "exact 3 Dockerfile:4 3"),
        ("ENV WEB_CONCURRENCY 3\nCMD uvicorn app.main:app", "exact 3 Dockerfile:4 3"),
        ("ENV A=1 \\\n    WEB_CONCURRENCY='3'\nCMD uvicorn app.main:app", "exact 3 Dockerfile:5 3"),
        ("ENV UVICORN_WORKERS=5 WEB_CONCURRENCY=3\nCMD uvicorn app.main:app", "exact 5 Dockerfile:4 5"),
        ("ENV WEB_CONCURRENCY=3\nCMD uvicorn app.main:app --workers 1", "exact 1 Dockerfile:5 1"),
        ("ENV N=3\nCMD uvicorn app.main:app --workers $N", "exact 3 Dockerfile:4 3"),
        ("ARG N=3\nENV M=${N}\nCMD uvicorn app.main:app --workers ${M}", "exact 3 Dockerfile:4 3"),
        ("ARG N=3\nCMD uvicorn app.main:app --workers $N", "unknown 1 Dockerfile:5 $N"),
        ("CMD uvicorn app.main:app --workers ${N:-4}", "exact 4 Dockerfile:4 4"),
        ("ENV N=2\nCMD uvicorn app.main:app --workers ${N:-4}", "exact 2 Dockerfile:4 2"),
        ("CMD uvicorn app.main:app --workers $N", "unknown 1 Dockerfile:4 $N"),
        ("CMD uvicorn app.main:app --workers $(nproc)", "at least 1 Dockerfile:4 nproc"),
        ("CMD uvicorn app.main:app --workers $((2 * $(nproc) + 1))", "at least 3 Dockerfile:4 2 * $(nproc) + 1"),
        ("CMD uvicorn app.main:app $EXTRA", "unknown 1 Dockerfile:4 app.main:app"),
        ("CMD uvicorn app.main:app ${EXTRA:-}", "exact 1"),
        ("CMD uvicorn app.main:app $EXTRA --workers 2", "exact 2 Dockerfile:4 2"),
        ('CMD ["sh", "-c", "uvicorn app.main:app --workers ${N:-4}"]', "exact 4 Dockerfile:4 4"),
        ('CMD ["uvicorn", "app.main:app", "--workers", "$N"]', "unknown 1 Dockerfile:4 $N"),
        ("CMD ['uvicorn', 'app.main:app', '--workers', '4']", None),
        ("CMD cd /code && alembic upgrade head && exec uvicorn app.main:app --workers 4", "exact 4 Dockerfile:4 4"),
        ('SHELL ["/bin/bash", "-c"]\nCMD uvicorn app.main:app --workers 4', "exact 4 Dockerfile:5 4"),
        ("ENV WEB_CONCURRENCY=4\nCMD fastapi run app/main.py", "exact 4 Dockerfile:4 4"),
        ("ENV UVICORN_WORKERS=4\nCMD fastapi run app/main.py", "exact 1"),
        ("ENV GRANIAN_WORKERS=4\nCMD granian --interface asgi app.main:app", "exact 4 Dockerfile:4 4"),
        ("ENV WEB_CONCURRENCY=4\nCMD hypercorn app.main:app", "exact 1"),
        ("RUN <<EOF\nCMD nothing\nEOF\nCMD uvicorn app.main:app --workers 4", "exact 4 Dockerfile:7 4"),
        ("CMD celery -A app worker -c 4", None),
        ("CMD uvicorn --help", None),
        ('CMD ["npm", "start"]', None),
        ("HEALTHCHECK CMD uvicorn app.main:app --workers 9\nCMD uvicorn app.main:app", "exact 1"),
        ("RUN pip install uvicorn gunicorn", None),
    ],
)
def test_workers_of_an_image(project: Reader, lines: str, workers: str | None) -> None:
    read = project({"Dockerfile": f"{FROM}{lines}\n"})
    assert read.facts.problems == ()
    assert [read.count(found.workers) for found in read.facts.deployments] == ([] if workers is None else [workers])


WRAPPED = [
    "uv run uvicorn app.main:app --workers 4",
    "uv run --frozen --env-file .env -- uvicorn app.main:app --workers 4",
    "uv run -m uvicorn app.main:app --workers 4",
    "poetry run uvicorn app.main:app --workers 4",
    "pipenv run uvicorn app.main:app --workers 4",
    "pdm run uvicorn app.main:app --workers 4",
    "python -m uvicorn app.main:app --workers 4",
    "python3.12 -u -X dev -m uvicorn app.main:app --workers 4",
    "/venv/bin/uvicorn app.main:app --workers 4",
    "dumb-init -- uvicorn app.main:app --workers 4",
    "/sbin/tini -g -- uvicorn app.main:app --workers 4",
    "env -u B A=1 uvicorn app.main:app --workers 4",
    "nohup uvicorn app.main:app --workers 4 &",
    "su-exec app uvicorn app.main:app --workers 4",
    "gosu app:app uvicorn app.main:app --workers 4",
    "time uvicorn app.main:app --workers 4",
    "newrelic-admin run-program uvicorn app.main:app --workers 4",
    "ddtrace-run uvicorn app.main:app --workers 4",
    "opentelemetry-instrument --traces_exporter console uvicorn app.main:app --workers 4",
    "su app -c 'uvicorn app.main:app --workers 4'",
    "conda run -n env --no-capture-output uvicorn app.main:app --workers 4",
    "./wait-for-it.sh db:5432 -t 60 -- uvicorn app.main:app --workers 4",
    "doppler run -- uvicorn app.main:app --workers 4",
    "bash -lc 'set -e; uvicorn app.main:app --workers 4 2>&1 | tee log'",
    "(cd /code; uvicorn app.main:app --workers 4)",
    "A=1 B=2 exec uvicorn app.main:app --workers 4",
    "test -f .ready || exit 1; uvicorn app.main:app --workers 4",
    "PORT=80 && uvicorn app.main:app --workers 4 --port $PORT",
    "/docker-entrypoint.sh uvicorn app.main:app --workers 4",
    "gunicorn app.main:app -w 4 -k uvicorn.workers.UvicornWorker",
    "python -m gunicorn -w4 app.main:app",
    "hypercorn asgi:app.main:app -w 4",
    "granian --interface asgi app.main:app --workers 4",
    "fastapi run --workers 4 -e app.main:app",
    "python -m fastapi run --workers 4 --entrypoint app.main:app",
]


@pytest.mark.parametrize("command", WRAPPED)
def test_a_command_within_other_commands(project: Reader, command: str) -> None:
    read = project({"Dockerfile": f"{FROM}CMD {command}\n"})
    assert read.only.workers.value == 4
    assert read.only.target == "app.main:app"
    assert read.only.directory == ""


def test_the_place_is_the_server_command_itself(project: Reader) -> None:
    read = project({"Dockerfile": FROM + 'CMD ["uv", "run", "uvicorn", "app.main:app", "--port", "80"]\n'})
    assert read.text(read.only.location) == 'Dockerfile:4 uvicorn", "app.main:app", "--port", "80'


def test_only_the_last_stage_starts_something(project: Reader) -> None:
    text = FROM.replace("3.13", "3.13 AS old") + "CMD uvicorn app.main:app --workers 8\n" + FROM + "CMD redis-server\n"
    assert project({"Dockerfile": text}).facts.deployments == ()


def test_a_stage_inherits_what_its_parent_says(project: Reader) -> None:
    text = 'FROM python AS base\nWORKDIR /code\nENV N=3\nCOPY . .\nENTRYPOINT ["uvicorn"]\n'
    text += 'FROM base\nCMD ["app.main:app"]\n'
    read = project({"backend/Dockerfile": text, "backend/app/main.py": "", "backend/x.py": ""}, bare=True)
    assert (read.only.target, read.only.directory) == ("app.main:app", "backend")
    assert ("N", "3") in read.only.environment


def test_an_entrypoint_resets_the_command_of_the_stage_below(project: Reader) -> None:
    text = FROM.replace("python:3.13", "python AS a") + 'CMD uvicorn app.main:app\nFROM a\nENTRYPOINT ["uvicorn"]\n'
    assert project({"Dockerfile": text}).facts.deployments == ()


def test_a_production_stage_counts_where_the_last_one_is_for_development(project: Reader) -> None:
    text = FROM.replace("3.13", "3.13 AS production") + "CMD uvicorn app.main:app\nFROM production AS dev\n"
    text += "CMD uvicorn app.main:app --reload\n"
    read = project({"Dockerfile": text})
    assert [(found.is_development, found.reload is None) for found in read.facts.deployments] == [
        (False, True),
        (True, False),
    ]


@pytest.mark.parametrize("path", ["Dockerfile.dev", "dev.Dockerfile", "dev/Dockerfile", ".devcontainer/Dockerfile"])
def test_files_for_development(project: Reader, path: str) -> None:
    assert project({path: FROM + "CMD uvicorn app.main:app --reload\n"}).only.is_development


@pytest.mark.parametrize("path", ["Containerfile", "Dockerfile.prod", "api.Dockerfile", "deploy/docker/Dockerfile"])
def test_names_of_dockerfiles(project: Reader, path: str) -> None:
    read = project({path: FROM + "CMD uvicorn app.main:app\n"})
    assert not read.only.is_development
    assert read.only.directory == ""


@pytest.mark.parametrize(
    ("copies", "directory"),
    [
        ("WORKDIR /code\nCOPY . /code", "backend"),
        ("WORKDIR /app\nCOPY ./backend/app /app/app", "backend"),
        ("WORKDIR /app/\nCOPY ./backend/pyproject.toml /app/\nCOPY ./backend/app /app/app", "backend"),
        ("ENV HOME_DIR=/srv\nWORKDIR $HOME_DIR\nCOPY app $HOME_DIR/app", "backend"),
        ('WORKDIR /srv\nCOPY ["app", "app/"]', "backend"),
        ("WORKDIR /srv\nCOPY --chown=a:b --link app ./app", "backend"),
        ("WORKDIR /\nCOPY backend /srv/backend\nWORKDIR /srv/backend", "backend"),
        ("WORKDIR /srv\nRUN git clone https://example.org/x .", "backend"),
        ("FROM scratch AS b\nCOPY . /b\nFROM python\nCOPY --from=b /b /srv\nWORKDIR /srv", "backend"),
    ],
)
def test_the_directory_is_mapped_back_to_the_project(project: Reader, copies: str, directory: str) -> None:
    files = {"backend/app/main.py": "", "backend/pyproject.toml": "", "backend/Dockerfile": ""}
    files["backend/Dockerfile"] = f"FROM python\n{copies}\nCMD uvicorn app.main:app\n"
    assert project(files, bare=True).only.directory == directory


def test_import_folders_and_renamed_files(project: Reader) -> None:
    files = {"Dockerfile": "FROM python\nWORKDIR /srv\nCOPY src /srv/src\nENV PYTHONPATH=/srv/src:$PYTHONPATH\n"}
    files["Dockerfile"] += "CMD uvicorn shop.main:app\n"
    read = project({**files, "src/shop/main.py": ""}, bare=True)
    assert (read.only.directory, read.only.search_path) == ("", ("src",))
    files = {"t/Dockerfile": "FROM python\nWORKDIR /srv\nCOPY telemetry.py main.py\nCMD uvicorn main:app\n"}
    read = project({**files, "t/telemetry.py": ""}, bare=True)
    assert read.only.path_target == "t/telemetry.py"
    read = project({"Dockerfile": FROM + "CMD uvicorn --app-dir src shop:app\n", "src/shop.py": ""}, bare=True)
    assert (read.only.directory, read.only.search_path) == ("", ("src",))


def test_other_line_ends_marks_and_escapes(project: Reader) -> None:
    text = "\ufeff# escape=`\r\nFROM python\r\nWORKDIR C:\\x\r\nCMD uvicorn app.main:app `\r\n  --workers 4\r\n"
    read = project({"Dockerfile": text})
    assert read.count(read.only.workers) == "exact 4 Dockerfile:5 4"


def test_a_prepared_base_image(project: Reader) -> None:
    base = "FROM tiangolo/uvicorn-gunicorn-fastapi:python3.11\nCOPY ./app /app/app\n"
    read = project({"Dockerfile": base})
    assert read.count(read.only.workers) == "at least 2 Dockerfile:1 tiangolo/uvicorn-gunicorn-fastapi:python3.11"
    assert (read.only.server, read.only.target, read.only.directory) == ("gunicorn", "app.main:app", "")
    read = project({"Dockerfile": base + "ENV WEB_CONCURRENCY=1\nENV MODULE_NAME=app.main VARIABLE_NAME=api\n"})
    assert read.count(read.only.workers) == "exact 1 Dockerfile:3 1"
    assert read.only.target == "app.main:api"
    assert project({"Dockerfile": base + 'CMD ["/start-reload.sh"]\n'}).facts.deployments == ()


def test_a_shell_of_ones_own(project: Reader) -> None:
    text = FROM + 'SHELL ["conda", "run", "-n", "x", "/bin/bash", "-c"]\nCMD uvicorn app.main:app --workers 4\n'
    assert project({"Dockerfile": text}).only.workers.value == 4


def test_documentation_and_vendored_code_deploy_nothing(project: Reader) -> None:
    text = FROM + "CMD uvicorn app.main:app\n"
    paths = ["docs/Dockerfile", "node_modules/x/Dockerfile", ".github/Dockerfile", "Dockerfile.dockerignore"]
    assert project(dict.fromkeys(paths, text)).facts.deployments == ()
