"""Base images that bring a start script of their own: what that script does, told from its source.

`tiangolo/uvicorn-gunicorn` and the images made from it run `/start.sh` (docker-images/start.sh and gunicorn_conf.py
in its repository): gunicorn with APP_MODULE (`app.main:app`, or `main:app` where there is no /app/app/main.py), the
project's own gunicorn_conf.py where there is one, else WEB_CONCURRENCY workers, else one for each core but at least 2
and at most MAX_WORKERS.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fastapi_lint.facts.deployment.counting import count_of
from fastapi_lint.facts.deployment.expand import SHELL, Scope, whole
from fastapi_lint.facts.deployment.locate import find_file
from fastapi_lint.facts.deployment.model import CountKind
from fastapi_lint.facts.deployment.text import AT_LEAST, Piece, Text

if TYPE_CHECKING:
    from fastapi_lint.facts.deployment.project import Project
    from fastapi_lint.facts.deployment.scene import Scene

_IMAGE = re.compile(r"(docker\.io/)?tiangolo/uvicorn-gunicorn(-fastapi|-starlette)?(:|@|$)")
DIRECTORY = "/app"
START = "/start.sh"
_WORKERS = "this image starts a worker for each core, at least two"


def is_prepared(image: str) -> bool:
    """Return whether an image is one that this module knows."""
    return _IMAGE.match(image) is not None


def prepared_words(script: Text, scene: Scene, project: Project) -> tuple[Text, ...]:
    """Return the command that the image's start script ends in; all of it stands where the script is named."""

    def here(shell: str, label: str = "") -> Text:
        place = script.pieces[0]
        source = Text((Piece(shell, place.path, place.start, place.end, label or place.label),))
        return whole(source, SHELL, Scope(scene.variables))

    has_package = find_file("/app/app/main.py", scene, project) is not None
    default = "app.main" if has_package else "main"
    words = [
        here("gunicorn"),
        here("-k"),
        here("${WORKER_CLASS:-uvicorn.workers.UvicornWorker}"),
        here(f"${{APP_MODULE:-${{MODULE_NAME:-{default}}}:${{VARIABLE_NAME:-app}}}}"),
    ]
    for name in ("/app/gunicorn_conf.py", "/app/app/gunicorn_conf.py"):
        if "GUNICORN_CONF" not in scene.variables and any(map(project.has, scene.places.candidates(name))):
            return (*words, here("-c"), here(name))
    if "GUNICORN_CONF" in scene.variables:
        return (*words, here("-c"), here("$GUNICORN_CONF"))
    number = scene.variables.get("WEB_CONCURRENCY")
    most = scene.variables.get("MAX_WORKERS")
    if number is None and most is not None:
        limit = count_of(most)
        number = most if limit.kind is CountKind.EXACT and limit.value <= 2 else None
    return (*words, here("-w"), number if number is not None else here(AT_LEAST + "2", _WORKERS))
