"""Small projects held in memory, read as the real thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from fastapi_lint.core.span import LineIndex
from fastapi_lint.facts.deployment.read import read_deployments

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi_lint.core.span import Location
    from fastapi_lint.facts.deployment.model import Count, Deployment, DeploymentFacts

MAIN = "from fastapi import FastAPI\n\napp = FastAPI()\n"


@dataclass(frozen=True)
class Read:
    """What was read of a project, with the project at hand to show places."""

    files: Mapping[str, bytes]
    facts: DeploymentFacts

    @property
    def only(self) -> Deployment:
        assert len(self.facts.deployments) == 1, self.facts
        assert self.facts.problems == ()
        return self.facts.deployments[0]

    def text(self, location: Location | None) -> str:
        """The text at a place, with the file and the row before it."""
        assert location is not None
        data = self.files[location.path]
        span = location.span
        assert 0 <= span.start <= span.end <= len(data)
        return f"{location.path}:{LineIndex(data).row(span.start)} {data[span.start : span.end].decode()}"

    def count(self, count: Count) -> str:
        """A count as one readable text: `exact 4 Dockerfile:3 4`."""
        place = "" if count.location is None else " " + self.text(count.location)
        return f"{count.kind.value} {count.value}{place}"

    @property
    def related(self) -> list[str]:
        return [f"{self.text(location)}: {message}" for location, message in self.only.related]


class Reader:
    """Reads a project given as texts by path; `app/main.py` is there unless `bare`."""

    def __call__(self, files: Mapping[str, str | bytes], *, bare: bool = False) -> Read:
        data = {path: text if isinstance(text, bytes) else text.encode() for path, text in files.items()}
        if not bare:
            data.setdefault("app/main.py", MAIN.encode())
            data.setdefault("app/__init__.py", b"")

        def read(path: str) -> bytes:
            if path not in data:
                raise FileNotFoundError(2, "No such file", path)
            return data[path]

        facts = read_deployments(sorted(data), read)
        assert facts == read_deployments(sorted(data, reverse=True), read)
        return Read(data, facts)


@pytest.fixture
def project() -> Reader:
    return Reader()
