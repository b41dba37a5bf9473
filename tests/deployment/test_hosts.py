"""Procfiles, systemd units, supervisor programs and Kubernetes manifests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Reader

DOCKERFILE = 'FROM python\nWORKDIR /code\nCOPY . .\nCMD ["uvicorn", "app.main:app"]\n'


@pytest.mark.parametrize(
    ("line", "workers"),
    [
        ("web: uvicorn app.main:app --workers 4", "exact 4 Procfile:1 4"),
        (
            "web: gunicorn app.main:app -w ${WEB_CONCURRENCY:-4} -k uvicorn.workers.UvicornWorker",
            "exact 4 Procfile:1 4",
        ),
        ("web: uvicorn app.main:app --port=$PORT", "exact 1"),
        ("worker: celery -A app worker\napi: uvicorn app.main:app --workers 2", "exact 2 Procfile:2 2"),
        ("release: alembic upgrade head\r\nweb: sh bin/start.sh\r\n", "exact 3 bin/start.sh:1 3"),
        ("# web: uvicorn app.main:app --workers 9\nweb: uvicorn app.main:app", "exact 1"),
    ],
)
def test_procfile(project: Reader, line: str, workers: str) -> None:
    read = project({"Procfile": line, "bin/start.sh": "exec uvicorn app.main:app --workers 3"})
    assert read.count(read.only.workers) == workers
    assert (read.only.target, read.only.directory) == ("app.main:app", "")


def test_a_procfile_of_a_folder(project: Reader) -> None:
    read = project({"backend/Procfile": "web: cd src && uvicorn shop:app", "backend/src/shop.py": ""}, bare=True)
    assert read.only.directory == "backend/src"


UNIT = "[Unit]\nDescription=x\n[Service]\nWorkingDirectory=/srv/shop/backend\n"


@pytest.mark.parametrize(
    ("lines", "workers"),
    [
        ("ExecStart=/srv/venv/bin/uvicorn app.main:app --workers 4", "exact 4 shop.service:5 4"),
        ("ExecStart=/srv/venv/bin/uvicorn app.main:app \\\n  # why\n  --workers 4", "exact 4 shop.service:7 4"),
        ("Environment=N=4 M=2\nExecStart=/v/uvicorn app.main:app --workers ${N}", "exact 4 shop.service:5 4"),
        ('Environment="WEB_CONCURRENCY=4"\nExecStart=-/v/uvicorn app.main:app', "exact 4 shop.service:5 4"),
        (
            "EnvironmentFile=-/srv/shop/backend/web.env\nExecStart=/v/uvicorn app.main:app",
            "exact 5 backend/web.env:1 5",
        ),
        ("ExecStart=/bin/sh -c 'exec uvicorn app.main:app --workers 4'", "exact 4 shop.service:5 4"),
        ("ExecStart=\nExecStart=/v/uvicorn app.main:app --workers 4", "exact 4 shop.service:6 4"),
        ("ExecStartPre=/v/uvicorn app.main:app --workers 9\nExecStart=/v/uvicorn app.main:app", "exact 1"),
        ("ExecStart=/srv/shop/backend/start.sh", "exact 6 backend/start.sh:1 6"),
        ("ExecStart=/v/uvicorn app.main:app --workers $N", "unknown 1 shop.service:5 $N"),
    ],
)
def test_systemd(project: Reader, lines: str, workers: str) -> None:
    files = {"deploy/shop.service": UNIT + lines, "backend/app/main.py": "", "backend/web.env": "WEB_CONCURRENCY=5\n"}
    files["backend/start.sh"] = "uvicorn app.main:app --workers 6"
    read = project(files, bare=True)
    assert read.count(read.only.workers).replace("deploy/", "") == workers
    assert read.only.directory == "backend"


@pytest.mark.parametrize(
    ("lines", "workers", "replicas"),
    [
        ("command=uvicorn app.main:app --workers 4", 4, 1),
        ("command = uvicorn app.main:app\n  --workers 4 ; why\nnumprocs=2", 4, 2),
        ('environment=WEB_CONCURRENCY="4",B=2\ncommand=uvicorn app.main:app', 4, 1),
        ("environment=N=4\ncommand=uvicorn app.main:app --workers %(ENV_N)s", 4, 1),
        ("; command=uvicorn app.main:app --workers 9\ncommand=uvicorn app.main:app", 1, 1),
    ],
)
@pytest.mark.parametrize("path", ["supervisord.conf", "etc/app.conf", "supervisor.ini"])
def test_supervisor(project: Reader, path: str, lines: str, workers: int, replicas: int) -> None:
    text = f"[supervisord]\nnodaemon=true\n[program:api]\ndirectory=/app\n{lines}\n[program:w]\ncommand=celery\n"
    read = project({path: text})
    assert (read.only.workers.value, read.only.replicas.value) == (workers, replicas)
    assert read.only.target == "app.main:app"


def test_programs_that_do_not_start_by_themselves(project: Reader) -> None:
    text = "[program:api]\nautostart=false\ncommand=uvicorn app.main:app\n"
    assert project({"a.conf": text}).facts.deployments == ()


MANIFEST = """apiVersion: apps/v1
kind: Deployment
metadata: {{name: api}}
spec:
  replicas: 3
  template:
    spec:
      containers:
        - name: api
          image: {image}
{body}---
apiVersion: v1
kind: Service
"""


def manifest(body: str, image: str = "registry.example/shop-api:1") -> str:
    return MANIFEST.format(image=image, body="".join(f"          {line}\n" for line in body.splitlines()))


@pytest.mark.parametrize(
    ("body", "workers"),
    [
        ('command: ["uvicorn", "app.main:app", "--workers", "4"]', "exact 4 k8s/api.yaml:11 4"),
        ('command: ["uvicorn"]\nargs: ["app.main:app", "--workers=4"]', "exact 4 k8s/api.yaml:12 4"),
        ("command: [sh, -c]\nargs:\n  - |\n    alembic upgrade head\n    uvicorn app.main:app --workers 4",
         "exact 4 k8s/api.yaml:15 4"),
        ("env: [{name: WEB_CONCURRENCY, value: '4'}]\ncommand: [uvicorn, app.main:app]", "exact 4 k8s/api.yaml:11 4"),
        ("env: [{name: N, value: '4'}]\ncommand: [uvicorn, app.main:app, --workers, $(N)]",
         "exact 4 k8s/api.yaml:11 4"),
        ("env: [{name: WEB_CONCURRENCY, valueFrom: {x: y}}]\ncommand: [uvicorn, app.main:app]",
         "unknown 1 k8s/api.yaml:11 WEB_CONCURRENCY"),
        ("env: [{name: WEB_CONCURRENCY, value: '4'}]", "exact 4 k8s/api.yaml:11 4"),
        ("args: [uvicorn, app.main:app, --workers, '4']", "exact 4 k8s/api.yaml:11 4"),
    ],
)  # fmt: skip
def test_manifest(project: Reader, body: str, workers: str) -> None:
    read = project({"k8s/api.yaml": manifest(body), "Dockerfile": DOCKERFILE})
    assert read.count(read.only.workers) == workers
    assert read.count(read.only.replicas) == "exact 3 k8s/api.yaml:5 3"
    assert (read.only.target, read.only.directory) == ("app.main:app", "")


def test_an_autoscaler_makes_a_lower_bound(project: Reader) -> None:
    scaler = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nspec:\n  minReplicas: 2\n"
    scaler += "  scaleTargetRef: {kind: Deployment, name: api}\n"
    read = project({"k8s/api.yaml": manifest("command: [uvicorn, app.main:app]"), "k8s/hpa.yaml": scaler})
    assert read.count(read.only.replicas) == "at least 2 k8s/hpa.yaml:4 2"


@pytest.mark.parametrize("image", ["redis:7", "bitnami/postgresql", "nginx", "shop-frontend", "vendor/thing"])
def test_other_images_are_not_the_project(project: Reader, image: str) -> None:
    read = project({"k8s/x.yaml": manifest("", image), "Dockerfile": DOCKERFILE})
    assert read.text(read.only.location).startswith("Dockerfile")
    assert read.only.replicas.value == 1


def test_templates_are_no_mistake(project: Reader) -> None:
    text = manifest("command: [uvicorn, app.main:app, --workers, '{{ .Values.workers }}']")
    assert project({"chart/templates/api.yaml": text.replace("3", "{{ .Values.n }}")}).facts.problems == ()
    read = project({"chart/templates/api.yaml": text})
    assert read.count(read.only.workers).startswith("unknown 1")
