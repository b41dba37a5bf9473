"""Shell scripts that a deployment starts, followed to the servers in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Reader

DOCKERFILE = 'FROM python\nWORKDIR /code\nCOPY . .\nENV FROM_IMAGE=7\nCMD ["./start.sh", "api"]\n'


@pytest.mark.parametrize(
    ("script", "workers"),
    [
        ("exec uvicorn app.main:app --workers 4", ["exact 4 start.sh:2 4"]),
        ("exec uvicorn app.main:app --workers ${WORKERS:-4}", ["exact 4 start.sh:2 4"]),
        ("exec uvicorn app.main:app --workers $FROM_IMAGE", ["exact 7 Dockerfile:4 7"]),
        ("WORKERS=${WORKERS:-4}\nexec uvicorn app.main:app --workers $WORKERS", ["exact 4 start.sh:2 4"]),
        ('export WEB_CONCURRENCY="${N:=3}"\nuvicorn app.main:app', ["exact 3 start.sh:2 3"]),
        ("WEB_CONCURRENCY=3\nuvicorn app.main:app", ["exact 1"]),
        ("WEB_CONCURRENCY=3\nexport WEB_CONCURRENCY\nuvicorn app.main:app", ["exact 3 start.sh:2 3"]),
        ("WEB_CONCURRENCY=3 uvicorn app.main:app", ["exact 3 start.sh:2 3"]),
        ("set -a\nWEB_CONCURRENCY=3\nset +a\nuvicorn app.main:app", ["exact 3 start.sh:3 3"]),
        (": ${N:=5}\nuvicorn app.main:app --workers $N", ["exact 5 start.sh:2 5"]),
        (
            "CORES=$(nproc)\nN=$((CORES * 2 + 1))\nuvicorn app.main:app --workers $N",
            ["at least 3 start.sh:3 CORES * 2 + 1"],
        ),
        ("N=`nproc --all`\nuvicorn app.main:app --workers $N", ["at least 1 start.sh:2 nproc --all"]),
        ("N=$(expr 2 + 2)\nuvicorn app.main:app --workers $N", ["exact 4 start.sh:2 2 + 2"]),
        ("N=$(cat workers)\nuvicorn app.main:app --workers $N", ["unknown 1 start.sh:2 $(cat workers)"]),
        ("exec uvicorn app.main:app \\\n  --host 0.0.0.0 \\\n  --workers 4", ["exact 4 start.sh:4 4"]),
        ("CMD='uvicorn app.main:app --workers 4'\nexec $CMD", ["exact 4 start.sh:2 4"]),
        ("OPTS=\nuvicorn app.main:app $OPTS", ["exact 1"]),
        ('serve() {\n  uvicorn app.main:app --workers "$1"\n}\nserve 4', ["exact 4 start.sh:5 4"]),
        ("case $1 in\n api) uvicorn app.main:app;;\n *) uvicorn app.main:app --workers 9;;\nesac", ["exact 1"]),
        ('set -- uvicorn app.main:app --workers 4\nexec "$@"', ["exact 4 start.sh:2 4"]),
        ('shift\nexec uvicorn app.main:app "$@"', ["exact 1"]),
        ("exec uvicorn app.main:app\nuvicorn app.main:app --workers 4", ["exact 1"]),
        ("if [ -f x ]; then exit 1; fi\nuvicorn app.main:app --workers 4", ["exact 4 start.sh:3 4"]),
        ("for i in 1 2; do uvicorn app.main:app --port 80$i & done", ["exact 1"]),
        ("while ! nc -z db 5432; do sleep 1; done\nuvicorn app.main:app --workers 4", ["exact 4 start.sh:3 4"]),
        ("alembic upgrade head || exit 1\nuvicorn app.main:app --workers 4", ["exact 4 start.sh:3 4"]),
        ("celery -A app worker &\nuvicorn app.main:app --workers 4\nwait", ["exact 4 start.sh:3 4"]),
        ("cat <<EOF\nuvicorn app.main:app --workers 9\nEOF\nuvicorn app.main:app", ["exact 1"]),
        ("echo uvicorn app.main:app --workers 9", []),
        ("# uvicorn app.main:app --workers 9", []),
        ('args="--workers 4"\nexec uvicorn app.main:app $(eval echo "$args")', ["exact 4 start.sh:2 4"]),
        ("function f {\n  uvicorn app.main:app --workers $1; }\nf 4", ["exact 4 start.sh:4 4"]),
        ("f() ( uvicorn app.main:app )\nf && g", ["exact 1"]),
        ("cat <<-'X' >a\n\tuvicorn app.main:app --workers 9\n\tX\nuvicorn app.main:app", ["exact 1"]),
        ("ARGS=(--workers 4)\nuvicorn app.main:app ${ARGS[@]}", ["unknown 1 start.sh:3 app.main:app"]),
        ("ARGS=--reload\nARGS=\nARGS+='--workers 4'\nuvicorn app.main:app $ARGS", ["exact 4 start.sh:4 4"]),
        ("[[ -f a && -f b ]] || sleep 1; uvicorn app.main:app --workers 4", ["exact 4 start.sh:2 4"]),
        ("if (( A > 1 )); then :; fi # uvicorn\nuvicorn app.main:app --workers 4", ["exact 4 start.sh:3 4"]),
        ("case x in (x|y) uvicorn app.main:app --workers 4 ;& z) ;; esac", ["exact 4 start.sh:2 4"]),
        ("trap 'kill $PID' TERM\nuvicorn app.main:app --workers 4 & PID=$!\nwait $PID", ["exact 4 start.sh:3 4"]),
        ('echo "it\'s $(date "+%s") | ("; uvicorn app.main:app --workers 4', ["exact 4 start.sh:2 4"]),
        ("A=$(\n  # it's a comment\n  date)\nuvicorn app.main:app --workers 4", ["exact 4 start.sh:5 4"]),
        ("fi; ) done }\nuvicorn app.main:app --workers 4", ["exact 4 start.sh:3 4"]),
        ("until false\ndo uvicorn app.main:app --workers 4\ndone </dev/null", ["exact 4 start.sh:3 4"]),
        ("unset N\nN=4 M=5\nunset M\nuvicorn app.main:app --workers $N $M --workers $N", ["exact 4 start.sh:3 4"]),
        ("uvicorn app.main:app --workers ${N%x}", ["unknown 1 start.sh:2 ${N%x}"]),
    ],
)
def test_workers_in_a_script(project: Reader, script: str, workers: list[str]) -> None:
    read = project({"Dockerfile": DOCKERFILE, "start.sh": f"#!/bin/sh\n{script}\n"})
    assert [read.count(found.workers) for found in read.facts.deployments] == workers


def test_the_places_of_a_chain(project: Reader) -> None:
    script = "#!/bin/sh\nWORKERS=${WORKERS:-4}\nexec uvicorn app.main:app --workers $WORKERS\n"
    read = project({"Dockerfile": DOCKERFILE, "start.sh": script})
    assert read.text(read.only.location) == "start.sh:3 uvicorn app.main:app --workers $WORKERS"
    assert read.count(read.only.workers) == "exact 4 start.sh:2 4"
    assert read.related == [
        "Dockerfile:5 ./start.sh: starts `start.sh`",
        "start.sh:2 4: `WORKERS` is set here",
    ]


def test_an_entrypoint_that_ends_in_its_arguments(project: Reader) -> None:
    docker = 'FROM python\nWORKDIR /code\nCOPY . .\nENTRYPOINT ["/code/entry.sh"]\n'
    docker += 'CMD ["uvicorn", "app.main:app", "--workers", "4"]\n'
    read = project({"Dockerfile": docker, "entry.sh": '#!/bin/bash\nset -e\nalembic upgrade head\nexec "$@"\n'})
    assert read.count(read.only.workers) == "exact 4 Dockerfile:5 4"
    assert read.related == ["Dockerfile:4 /code/entry.sh: starts `entry.sh`"]


def test_both_arms_count_and_the_development_arm_is_marked(project: Reader) -> None:
    script = 'if [ "$ENV" = "dev" ]; then\n  exec uvicorn app.main:app --reload\n'
    script += "else\n  exec uvicorn app.main:app --workers 4\nfi\n"
    read = project({"Dockerfile": DOCKERFILE, "start.sh": script})
    assert [(found.is_development, found.workers.value) for found in read.facts.deployments] == [(True, 1), (False, 4)]
    read = project({"Dockerfile": DOCKERFILE, "start.sh": script.replace('= "dev"', '!= "production"')})
    assert [(found.is_development, found.workers.value) for found in read.facts.deployments] == [(True, 1), (False, 4)]
    read = project({"Dockerfile": DOCKERFILE, "start.sh": script.replace('= "dev"', '= "blue"')})
    assert [(found.is_development, found.workers.value) for found in read.facts.deployments] == [(False, 1), (False, 4)]


def test_a_variable_that_one_arm_sets_has_both_values(project: Reader) -> None:
    script = 'N=1\nif [ -n "$BIG" ]; then N=8; fi\nexec uvicorn app.main:app --workers $N\n'
    read = project({"Dockerfile": DOCKERFILE, "start.sh": script})
    assert sorted(found.workers.value for found in read.facts.deployments) == [1, 8]


def test_scripts_that_start_scripts(project: Reader) -> None:
    files = {
        "Dockerfile": "FROM python\nWORKDIR /code\nCOPY . .\nCMD bash scripts/a.sh\n",
        "scripts/a.sh": '. "$(dirname "$0")/settings.sh"\ncd "$(dirname "$0")"\n./b.sh uvicorn\n',
        "scripts/settings.sh": "export WEB_CONCURRENCY=6\n",
        "scripts/b.sh": 'cd ..\nexec "$1" app.main:app\n',
    }
    read = project(files)
    assert read.count(read.only.workers) == "exact 6 scripts/settings.sh:1 6"
    assert read.only.directory == ""


def test_scripts_written_by_the_image(project: Reader) -> None:
    docker = "FROM python\nWORKDIR /code\nCOPY . .\n"
    docker += "COPY <<EOF /run.sh\n#!/bin/sh\nexec uvicorn app.main:app --workers 4\nEOF\n"
    read = project({"Dockerfile": docker + 'CMD ["/run.sh"]\n'})
    assert read.count(read.only.workers) == "exact 4 Dockerfile:6 4"


def test_scripts_that_start_each_other(project: Reader) -> None:
    files = {"start.sh": "./b.sh; ./b.sh", "b.sh": "./start.sh; ./start.sh; uvicorn app.main:app"}
    assert project({"Dockerfile": DOCKERFILE, **files}).only.workers.value == 1


def test_python_files_and_modules(project: Reader) -> None:
    def started(command: str, **files: str) -> list[tuple[str, str | None]]:
        read = project({"Dockerfile": f"FROM python\nWORKDIR /code\nCOPY . .\nCMD {command}\n", **files})
        return [(found.server, found.path_target) for found in read.facts.deployments]

    assert started("python -m app.main") == [("python", "app/main.py")]
    assert started("python app/main.py --port 80") == [("python", "app/main.py")]
    assert started("uv run app/main.py") == [("python", "app/main.py")]
    assert started("python -m app", **{"app/__main__.py": ""}) == [("python", "app/__main__.py")]
    assert started("python -m http.server") == []
    assert started("python -c 'import app.main'") == []
    scripts = '[project.scripts]\nshop = "app.main:run"\n'
    assert started("shop --port 80", **{"pyproject.toml": scripts}) == [("python", "app/main.py")]
    assert started("shop migrate", **{"pyproject.toml": scripts}) == []
