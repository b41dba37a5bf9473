"""Kubernetes manifests: the containers of workloads, with their commands, environment, replicas and autoscalers."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from fastapi_lint.facts.deployment.counting import ONE, count_of
from fastapi_lint.facts.deployment.model import Count, CountKind
from fastapi_lint.facts.deployment.moods import is_development_path
from fastapi_lint.facts.deployment.scalars import YamlFile, load_yaml, scalar_at
from fastapi_lint.facts.deployment.text import UNKNOWN, Text, joined, marker
from fastapi_lint.source.yaml import MAX_BYTES, Items, Pairs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fastapi_lint.core.span import Location
    from fastapi_lint.facts.deployment.project import Project
    from fastapi_lint.source.yaml import Tree

_WORKLOADS = frozenset(
    {
        "Deployment",
        "StatefulSet",
        "DaemonSet",
        "ReplicaSet",
        "ReplicationController",
        "Job",
        "CronJob",
        "Pod",
        "Rollout",
    }
)
_REFERENCE = re.compile(r"\$\$|\$\(([A-Za-z_][A-Za-z0-9_.-]*)\)")


@dataclass(frozen=True, slots=True)
class Container:
    """One container of a workload; `command` and `arguments` are None where the image's own are used."""

    path: str
    workload: str
    location: Location
    image: str | None
    command: tuple[Text, ...] | None
    arguments: tuple[Text, ...] | None
    directory: str | None = None
    variables: Mapping[str, Text] = field(default_factory=dict)
    replicas: Count = ONE
    is_development: bool = False


def may_be_manifest(data: bytes) -> bool:
    """Return whether a file's bytes hold what every manifest of interest holds, so that parsing it is worth while."""
    is_workload = b"containers:" in data or b"HorizontalPodAutoscaler" in data
    return is_workload and b"kind:" in data and b"apiVersion:" in data and len(data) <= MAX_BYTES


def read_containers(paths: Sequence[str], project: Project) -> tuple[Container, ...]:
    """Return the containers of all workloads of the project; an autoscaler makes their replicas a lower bound."""
    documents: list[tuple[YamlFile, Pairs]] = []
    for path in paths:
        file = load_yaml(path, project)
        if file is None:
            continue
        documents.extend((file, document) for document in _manifests(file.documents))
    scalers = dict(
        _scaler(file, document) for file, document in documents if _kind(document) == "HorizontalPodAutoscaler"
    )
    found: list[Container] = []
    for file, document in documents:
        if _kind(document) in _WORKLOADS:
            found.extend(_containers(file, document, scalers))
    return tuple(found)


def _manifests(documents: Sequence[Tree]) -> Iterator[Pairs]:
    for document in documents:
        if not isinstance(document, Pairs):
            continue
        items = document.get("items")
        if _kind(document) == "List" and isinstance(items, Items):
            yield from (item for item in items.items if isinstance(item, Pairs))
        else:
            yield document


def _kind(document: Pairs) -> str:
    kind = scalar_at(document, "kind")
    return kind.value if kind is not None and scalar_at(document, "apiVersion") is not None else ""


def _scaler(file: YamlFile, document: Pairs) -> tuple[tuple[str, str], Count]:
    """Return what an autoscaler scales and the least number of replicas (1 by default)."""
    kind, name = (
        scalar_at(document, "spec", "scaleTargetRef", "kind"),
        scalar_at(document, "spec", "scaleTargetRef", "name"),
    )
    least = scalar_at(document, "spec", "minReplicas")
    place = file.location(least if least is not None else document)
    count = count_of(file.text(least)) if least is not None else ONE
    value = count.value if count.kind is not CountKind.UNKNOWN else 1
    key = (kind.value if kind is not None else "", name.value if name is not None else "")
    return key, Count(CountKind.AT_LEAST, max(value, 1), place)


def _containers(file: YamlFile, document: Pairs, scalers: Mapping[tuple[str, str], Count]) -> Iterator[Container]:
    kind = _kind(document)
    name = scalar_at(document, "metadata", "name")
    workload = name.value if name is not None else ""
    spec = document.get("spec", "jobTemplate", "spec") if kind == "CronJob" else document.get("spec")
    replicas = _replicas(file, spec, kind)
    replicas = scalers.get((kind, workload), replicas)
    pod = spec if kind == "Pod" else spec.get("template", "spec") if isinstance(spec, Pairs) else None
    containers = pod.get("containers") if isinstance(pod, Pairs) else None
    for tree in containers.items if isinstance(containers, Items) else ():
        if isinstance(tree, Pairs):
            yield _container(file, tree, workload, replicas)


def _replicas(file: YamlFile, spec: Tree | None, kind: str) -> Count:
    scalar = scalar_at(spec, "replicas")
    if kind == "DaemonSet":
        return Count(CountKind.AT_LEAST, 1)
    if scalar is None:
        return ONE
    count = count_of(file.text(scalar))
    return replace(count, location=file.location(scalar))


def _container(file: YamlFile, tree: Pairs, workload: str, replicas: Count) -> Container:
    variables = dict(_variables(file, tree.get("env")))
    image = scalar_at(tree, "image")
    directory = scalar_at(tree, "workingDir")
    return Container(
        path=file.path,
        workload=workload,
        location=file.location(image if image is not None else tree),
        image=file.text(image).shown if image is not None else None,
        command=_words(file, tree.get("command"), variables),
        arguments=_words(file, tree.get("args"), variables),
        directory=directory.value if directory is not None else None,
        variables=variables,
        replicas=replicas,
        is_development=is_development_path(file.path),
    )


def _variables(file: YamlFile, tree: Tree | None) -> Iterator[tuple[str, Text]]:
    for item in tree.items if isinstance(tree, Items) else ():
        name, value = scalar_at(item, "name"), scalar_at(item, "value")
        if name is not None:
            text = file.text(value) if value is not None else marker(UNKNOWN, file.text(name))
            yield name.value, text.labelled(f"`{name.value}` is set here")


def _words(file: YamlFile, tree: Tree | None, variables: Mapping[str, Text]) -> tuple[Text, ...] | None:
    if tree is None:
        return None
    return tuple(_referring(text, variables) for text in file.texts(tree))


def _referring(text: Text, variables: Mapping[str, Text]) -> Text:
    """Return a text with Kubernetes' own `$(NAME)` expanded; a name that is not known stays as it stands."""
    parts: list[Text] = []
    at = 0
    for match in _REFERENCE.finditer(text.value):
        known = variables.get(match[1]) if match[1] else text.cut(match.start(), match.start() + 1)
        parts.extend((text.cut(at, match.start()), known if known is not None else text.cut(*match.span())))
        at = match.end()
    return joined((*parts, text.cut(at)))


_SERVICE_IMAGE = re.compile(
    r"postgres|redis|nginx|mysql|mariadb|mongo|rabbit|kafka|zookeeper|traefik|envoy|haproxy|caddy|keycloak|grafana"
    r"|prometheus|elasticsearch|opensearch|minio|vault|consul|busybox|alpine|ubuntu|debian|otel|datadog|fluent|jaeger"
    r"|celery|worker|frontend|next|react|node|exporter|proxy|qdrant|chroma|weaviate|ollama|vllm|adminer|pgadmin|flower"
)
_OWN_WORDS = frozenset({"app", "api", "backend", "server", "web", "service", "fastapi", "image", "my"})


def may_be_own(image: str | None, names: frozenset[str]) -> bool:
    """Return whether an image's name suggests that it is the project's own.

    `names` are words of the project's and its Dockerfile's names; an image of a known service never is.
    """
    if image is None or _SERVICE_IMAGE.search(image.lower()):
        return False
    last = posixpath.basename(image.partition("@")[0]).partition(":")[0]
    words = set(re.findall(r"[a-z0-9]+", last.lower()))
    return bool(words & (_OWN_WORDS | names)) or "\x01" in image
