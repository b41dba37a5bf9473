"""Compose files: overrides, environment, replicas, files over files, and what they say of a Dockerfile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Read, Reader

DOCKERFILE = 'FROM python\nWORKDIR /code\nCOPY . .\nENV A=1\nCMD ["uvicorn", "app.main:app"]\n'


def service(project: Reader, body: str, **files: str) -> Read:
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    more = {name.replace("__", "."): text for name, text in files.items()}
    return project({"Dockerfile": DOCKERFILE, "compose.yml": f"services:\n  api:\n{lines}", **more})


@pytest.mark.parametrize(
    ("body", "workers"),
    [
        ("build: .", "exact 1"),
        ("build: .\ncommand: uvicorn app.main:app --workers 4", "exact 4 compose.yml:4 4"),
        ('build: .\ncommand: ["uvicorn", "app.main:app", "--workers", "4"]', "exact 4 compose.yml:4 4"),
        ("build: .\ncommand:\n  - uvicorn\n  - app.main:app\n  - --workers=4", "exact 4 compose.yml:7 4"),
        (
            'build: .\ncommand: >\n  sh -c "alembic upgrade head &&\n  uvicorn app.main:app --workers 4"',
            "exact 4 compose.yml:6 4",
        ),
        ("build: .\ncommand: |\n  uvicorn app.main:app\n  --workers 4", "exact 4 compose.yml:6 4"),
        ('build: .\ncommand: "sh -c \\"uvicorn app.main:app --workers 4\\""', "exact 4 compose.yml:4 4"),
        ("build: .\ncommand: 'sh -c ''uvicorn app.main:app --workers 4'''", "exact 4 compose.yml:4 4"),
        (
            'build: .\ncommand: bash -c "uvicorn app.main:app --workers $$N"\nenvironment:\n  N: 4',
            "exact 4 compose.yml:6 4",
        ),
        ("build: .\ncommand: uvicorn app.main:app --workers ${N:-4}", "exact 4 compose.yml:4 4"),
        ("build: .\ncommand: uvicorn app.main:app --workers ${N}", "unknown 1 compose.yml:4 ${N}"),
        ("build: .\nenvironment:\n  WEB_CONCURRENCY: 4", "exact 4 compose.yml:5 4"),
        ("build: .\nenvironment:\n  - WEB_CONCURRENCY=4", "exact 4 compose.yml:5 4"),
        ("build: .\nenvironment:\n  - WEB_CONCURRENCY=${N:-4}", "exact 4 compose.yml:5 4"),
        ("build: .\nenvironment:\n  - WEB_CONCURRENCY", "unknown 1 compose.yml:5 WEB_CONCURRENCY"),
        ("build: .\nenvironment:\n  WEB_CONCURRENCY:", "unknown 1 compose.yml:5 WEB_CONCURRENCY"),
        ("build: .\nenv_file: web.env", "exact 5 web.env:2 5"),
        ("build: .\nenv_file:\n  - path: web.env\n    required: false", "exact 5 web.env:2 5"),
        ("build: .\nenv_file: [web.env]\nenvironment: {WEB_CONCURRENCY: 2}", "exact 2 compose.yml:5 2"),
        ("build: .\nenv_file: missing.env", "exact 1"),
        ("build: .\nentrypoint: uvicorn app.main:app --workers 4", "exact 4 compose.yml:4 4"),
        ("build: .\nentrypoint: [uvicorn, app.main:app]\ncommand: [--workers, '4']", "exact 4 compose.yml:5 4"),
        ("build: {context: ., dockerfile: Dockerfile}", "exact 1"),
    ],
)
def test_workers_of_a_service(project: Reader, body: str, workers: str) -> None:
    read = service(project, body, web__env="# comment\nWEB_CONCURRENCY=5 # more\n")
    assert read.count(read.only.workers) == workers


def test_the_places_of_a_service(project: Reader) -> None:
    read = service(project, "build: .\nenv_file: web.env\ndeploy:\n  replicas: 3", web__env="WEB_CONCURRENCY=2\n")
    assert read.count(read.only.replicas) == "exact 3 compose.yml:6 3"
    assert read.related == [
        "compose.yml:4 web.env: reads `web.env`",
        "compose.yml:6 3: the number of replicas is set here",
        "web.env:1 2: `WEB_CONCURRENCY` is set here",
    ]
    assert read.only.processes.value == 6


@pytest.mark.parametrize(
    ("body", "replicas"),
    [
        ("scale: 2", "exact 2 compose.yml:4 2"),
        ("deploy: {replicas: 2}", "exact 2 compose.yml:4 2"),
        ("deploy: {replicas: '${N:-2}'}", "exact 2 compose.yml:4 2"),
        ("deploy: {mode: global}", "at least 1 compose.yml:4 global"),
    ],
)
def test_replicas(project: Reader, body: str, replicas: str) -> None:
    read = service(project, "build: .\n" + body)
    assert read.count(read.only.replicas) == replicas


def test_a_service_speaks_in_the_place_of_its_dockerfile(project: Reader) -> None:
    read = service(project, "build: .\ncommand: uvicorn app.main:app --workers 4")
    assert read.text(read.only.location).startswith("compose.yml")
    read = service(project, "build: .\ncommand: celery -A app worker")
    assert read.text(read.only.location).startswith("Dockerfile")


def test_a_service_that_reloads_does_not_hide_the_image(project: Reader) -> None:
    read = service(project, "build: .\ncommand: uvicorn app.main:app --reload")
    assert [found.location.path for found in read.facts.deployments] == ["Dockerfile", "compose.yml"]


def test_the_context_and_the_target_of_a_build(project: Reader) -> None:
    docker = "FROM python AS prod\nWORKDIR /code\nCOPY backend /code\nCMD uvicorn app.main:app\n"
    docker += "FROM prod AS dev\nCMD uvicorn app.main:app --reload\n"
    compose = (
        "services:\n  api:\n    build:\n      context: .\n      dockerfile: backend/Dockerfile\n      target: prod\n"
    )
    files = {"backend/Dockerfile": docker, "backend/app/main.py": "", "compose.yml": compose}
    read = project(files, bare=True)
    assert (read.only.directory, read.only.reload, read.only.is_development) == ("backend", None, False)
    read = project({**files, "compose.yml": compose.replace("prod", "dev")}, bare=True)
    assert {found.is_development for found in read.facts.deployments} == {True, False}


def test_build_arguments(project: Reader) -> None:
    docker = "FROM python\nARG N=1\nENV WEB_CONCURRENCY=$N\nWORKDIR /c\nCOPY . .\nCMD uvicorn app.main:app\n"
    compose = "services:\n  api:\n    build:\n      context: .\n      args:\n        N: 3\n"
    read = project({"Dockerfile": docker, "compose.yml": compose})
    assert read.count(read.only.workers) == "exact 3 compose.yml:6 3"


def test_a_file_over_the_file_of_its_folder(project: Reader) -> None:
    base = "services:\n  api:\n    build: .\n    environment:\n      A: 1\n"
    production = "services:\n  api:\n    environment:\n      WEB_CONCURRENCY: 4\n    deploy:\n      replicas: 2\n"
    override = "services:\n  api:\n    command: uvicorn app.main:app --reload\n"
    files = {"Dockerfile": DOCKERFILE, "compose.yml": base}
    read = project({**files, "compose.prod.yml": production, "compose.override.yml": override})
    assert [(f.workers.value, f.replicas.value, f.is_development) for f in read.facts.deployments] == [
        (1, 1, False),
        (4, 2, False),
        (1, 1, True),
    ]


def test_services_that_extend_and_anchors(project: Reader) -> None:
    shared = "services:\n  base:\n    build: .\n    environment:\n      WEB_CONCURRENCY: 4\n"
    compose = "x-c: &c\n  extends: {file: shared.yml, service: base}\nservices:\n  api:\n    <<: *c\n    scale: 2\n"
    read = project({"Dockerfile": DOCKERFILE, "shared.yml": shared, "compose.yml": compose})
    assert read.count(read.only.workers) == "exact 4 shared.yml:5 4"
    assert read.only.replicas.value == 2


def test_an_anchor_that_is_set_again_is_the_later_one(project: Reader) -> None:
    compose = "x-a: &n 2\nx-b: &n 4\nservices:\n  api:\n    build: .\n    scale: *n\n"
    assert project({"Dockerfile": DOCKERFILE, "compose.yml": compose}).only.replicas.value == 4


def test_mounted_folders_and_working_directories(project: Reader) -> None:
    compose = "services:\n  api:\n    image: python:3\n    working_dir: /srv\n    volumes: ['./src:/srv:ro']\n"
    compose += "    command: uvicorn shop:app\n"
    read = project({"compose.yml": compose, "src/shop.py": ""}, bare=True)
    assert read.only.directory == "src"


def test_images_that_are_not_the_project(project: Reader) -> None:
    compose = "services:\n  other:\n    image: vendor/dashboard\n    command: uvicorn dashboard:app --workers 4\n"
    assert project({"compose.yml": compose}).facts.deployments == ()
    same = (
        "services:\n  a:\n    build: .\n    image: own:1\n    command: celery\n  b:\n    image: own:2\n    scale: 3\n"
    )
    read = project({"Dockerfile": DOCKERFILE, "compose.yml": same})
    assert read.only.replicas.value == 3


@pytest.mark.parametrize("path", ["docker-compose.dev.yml", "compose.override.yaml", "tests/docker-compose.yml"])
def test_files_for_development(project: Reader, path: str) -> None:
    text = "services:\n  api:\n    build: {context: CTX}\n    command: uvicorn app.main:app --workers 2\n"
    text = text.replace("CTX", ".." if "/" in path else ".")
    read = project({"Dockerfile": DOCKERFILE, path: text})
    assert {found.location.path: found.is_development for found in read.facts.deployments} == {
        "Dockerfile": False,
        path: True,
    }


def test_places_after_characters_of_several_bytes(project: Reader) -> None:
    read = service(project, "# ÄÖÜ 🙂\nbuild: .\ncommand: uvicorn app.main:app --workers 4  # é")
    assert read.count(read.only.workers) == "exact 4 compose.yml:5 4"
    read = service(project, "build: .\ncommand: >\n  uvicorn app.main:app --header ä:ö\n  --workers 4")
    assert read.count(read.only.workers) == "exact 4 compose.yml:6 4"
