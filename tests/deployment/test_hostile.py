"""Broken and hostile files end in a problem or in silence, and they end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fastapi_lint.facts.deployment.entrypoint import fastapi_entrypoint
from fastapi_lint.facts.deployment.read import read_deployments

if TYPE_CHECKING:
    from conftest import Reader

ALIASES = "a0: &a0 {x: 1}\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 40))
MERGES = "a0: &a0 {x: 1}\n" + "".join(
    f"a{i}: &a{i}\n  <<: [{', '.join([f'*a{i - 1}'] * 9)}]\n  k{i}: 1\n" for i in range(1, 40)
)
SERVER = "CMD uvicorn app.main:app\n"

BROKEN_YAML = {
    "open bracket": "services: [1,",
    "tab": "services:\n\tapi: x",
    "key twice": "services:\n  api:\n    image: a\n    image: b\n",
    "deep flow": "services: " + "[" * 100_000,
    "deep block": "services:\n" + "- " * 100_000,
    "self": "services: &a\n  api: *a\n",
    "merge of itself": "services: &a\n  <<: *a\n",
    "no UTF-8": b"services:\n  api: \xff\xfe\n",
    "null byte": b"services:\n  api: \0\n",
    "too large": "services:\n" + "# x\n" * 40_000,
    "unknown alias": "services: *nothing",
}


@pytest.mark.parametrize("text", BROKEN_YAML.values(), ids=BROKEN_YAML)
def test_a_broken_compose_file_is_a_problem(project: Reader, text: str | bytes) -> None:
    read = project({"compose.yml": text})
    assert read.facts.deployments == ()
    assert [problem.location.path for problem in read.facts.problems] == ["compose.yml"]
    assert "\n" not in read.facts.problems[0].message


def test_the_place_of_a_problem(project: Reader) -> None:
    read = project({"compose.yml": "services:\n  api:\n    image: a\n    image: b\n"})
    assert read.facts.problems[0].location.span.start == "services:\n  api:\n    image: a\n    image: b\n".rindex(
        "image"
    )


SILENT = {
    "compose.yml": [
        "",
        "[]",
        "services: 3",
        "services:\n  api: 3\n",
        ALIASES,
        MERGES,
        "services: !!python/object:os.x {}",
    ],
    "Dockerfile": [
        "",
        "FROM",
        "CMD",
        "FROM x\nCMD [",
        "FROM x\nENV\nENV A\nARG\nCOPY\nCMD [1]\n",
        "\\\n" * 50_000,
        "FROM x\n" + "RUN <<A\n" * 30_000,
        "FROM x\nENV " + "A=$A$A " * 30_000,
        "FROM x AS a\n" * 20_000,
        'FROM x\nCMD ["' + '\\"' * 90_000,
    ],
    "Procfile": ["web", "web:", "web: $(", "web: 'uvicorn", "web: " + "(" * 50_000],
    "a.service": ["[Service", "[Service]\nExecStart=\n", "[Service]\nExecStart='\nEnvironment='\n", "x=1"],
    "supervisord.conf": ["[program:", "[program:a]\ncommand=\n", "[program:a]\ncommand='\nenvironment=A=\"\n"],
    "k8s.yaml": ["apiVersion: v1\nkind: Pod\nspec: {containers: [1]}", "apiVersion: v1\nkind: [Pod]\ncontainers: 1"],
    "helm/templates/d.yaml": ["apiVersion: v1\nkind: Deployment\n{{- if .X }}\ncontainers:\n{{ end }}"],
}


@pytest.mark.parametrize(("path", "text"), [(path, text) for path, texts in SILENT.items() for text in texts])
def test_odd_files_are_silent(project: Reader, path: str, text: str) -> None:
    read = project({path: text})
    assert read.facts == type(read.facts)((), ())


SCRIPTS = {
    "self-doubling": "A=x\n" + "A=$A$A\n" * 2000 + "uvicorn app.main:app --workers $A\n",
    "self-referring": "A=$A$A\nuvicorn app.main:app --workers ${A:-$A}\n",
    "many arguments": "set -- " + "a " * 5000 + "\n" + 'set -- "$@" "$@"\n' * 50 + "uvicorn app.main:app\n",
    "many ways": "if [ $A ]; then B=1; else B=2; fi\n" * 500 + "uvicorn app.main:app\n",
    "deep brackets": "( " * 20_000 + "uvicorn app.main:app",
    "deep substitution": "A=" + "$(" * 20_000 + "\n" + "uvicorn app.main:app --workers $A\n",
    "deep parameter": "uvicorn app.main:app --workers " + "${A:-" * 5_000 + "4" + "}" * 5_000,
    "recursion": "f() { f; f; uvicorn app.main:app; }\nf\nf\n",
    "itself": "./start.sh\n. ./start.sh\nsh start.sh\nuvicorn app.main:app\n",
    "long": "echo x\n" * 30_000,
    "pipes": "a | " * 60_000,
    "unclosed": "A=(" * 60_000,
    "unended": "if a; then case b in c) for d in e; do " * 5_000,
    "evals": "A='eval $A'\neval $A\nuvicorn app.main:app\n",
    "arithmetic": "uvicorn app.main:app --workers $((" + "9**" * 200 + "9))\n",
    "large number": "uvicorn app.main:app --workers 99999999999999999999\n",
    "bad UTF-8": b"uvicorn app.main:app --workers \xff\xfe\n",
    "control characters": b"uvicorn app.main:app --workers \x01\x02\x03\n",
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_hostile_scripts_end(project: Reader, script: str | bytes) -> None:
    docker = 'FROM x\nWORKDIR /code\nCOPY . .\nCMD ["./start.sh"]\n'
    read = project({"Dockerfile": docker, "start.sh": script})
    assert read.facts.problems == ()
    assert not any(found.workers.several for found in read.facts.deployments if b"4" not in read.files["start.sh"])


@pytest.mark.parametrize("path", ["Dockerfile", "Procfile", "a.service"])
def test_files_that_are_no_text_or_too_large_are_problems(project: Reader, path: str) -> None:
    assert [p.location.path for p in project({path: b"FROM x\n\0"}).facts.problems] == [path]
    assert [p.location.path for p in project({path: b"#\n" * 150_000}).facts.problems] == [path]


def test_a_file_that_cannot_be_read_is_a_problem() -> None:
    def read(path: str) -> bytes:
        raise PermissionError(13, "Permission denied", path)

    facts = read_deployments(["Dockerfile", "compose.yml", "Procfile", "x.service", "x.conf", "x.yaml"], read)
    assert [problem.message for problem in facts.problems] == ["not checked: permission denied"] * 6


CONFIGS = ["workers = (", "workers = " + "(" * 5000, "workers = " + "-" * 5000 + "1", "workers = 9 ** 9 ** 9", "\xff"]


@pytest.mark.parametrize("config", CONFIGS, ids=range(len(CONFIGS)))
def test_hostile_configurations_end(project: Reader, config: str) -> None:
    read = project({"Procfile": "web: gunicorn app.main:app", "gunicorn.conf.py": config.encode("latin-1")})
    assert [found.workers.several for found in read.facts.deployments] == [False]


TOML = [
    b"[tool.fastapi]\nentrypoint = ",
    b"\xff",
    b"entrypoint = " + b"[" * 50_000,
    b"[tool]\nfastapi = 3 # entrypoint",
]


@pytest.mark.parametrize("data", TOML, ids=range(len(TOML)))
def test_hostile_toml_names_nothing(data: bytes) -> None:
    assert fastapi_entrypoint(data) is None


WORDS = st.sampled_from(
    [b"FROM x", b"CMD", b"ENV A=", b"$A", b"${A:-", b"}", b"[", b'"', b"'", b"\\\n", b"<<EOF\n", b"$(", b")", b"\n",
     b" ", b"uvicorn a:b", b"--workers", b"4", b"services:", b"  api:", b"    command: ", b"<<: *a", b"&a ", b"|",
     b">", b"- ", b"[program:a]", b"command=", b"[Service]", b"ExecStart=", b"if ", b"then ", b"fi", b"case ", b"esac",
     b"\xff", b"\t"]
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(WORDS, max_size=40).map(b"".join), st.sampled_from(["Dockerfile", "compose.yml", "Procfile", "s.service"])
)
def test_nothing_is_raised_whatever_a_file_holds(data: bytes, path: str) -> None:
    files = {
        path: data,
        "supervisord.conf": data,
        "start.sh": data,
        "Dockerfile.b": b"FROM x\nCOPY . .\nCMD ./start.sh",
    }
    facts = read_deployments(list(files), files.__getitem__)
    for found in facts.deployments:
        span = found.location.span
        assert 0 <= span.start <= span.end <= len(files[found.location.path])
