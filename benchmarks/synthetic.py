"""Writes a made-up FastAPI project, always the same one, for a benchmark that is given no real project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

FEATURES: Final = 50
"""Six files a feature, about a third of which speak of the framework: the share measured in real projects."""

_MAIN: Final = """from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware

{imports}


@asynccontextmanager
async def lifespan(app: FastAPI):
    yield


app = FastAPI(lifespan=lifespan)
app.add_middleware(GZipMiddleware)
app.add_middleware(CORSMiddleware, allow_origins=["https://example.com"])
{includes}
"""

_ROUTES: Final = '''"""Routes of {name}."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException

from app.{name}.repository import {title}Repository
from app.{name}.schemas import {title}, {title}Update
from app.{name}.service import describe

router = APIRouter(prefix="/{name}", tags=["{name}"])
_seen: dict[int, str] = {{}}


def get_repository() -> {title}Repository:
    return {title}Repository()


Repository = Annotated[{title}Repository, Depends(get_repository)]


@router.get("/")
async def list_{name}(repository: Repository, offset: int = 0, limit: int = 100) -> list[{title}]:
    return repository.all()[offset : offset + limit]


@router.get("/{{item_id}}")
async def read_{name}(item_id: int, repository: Repository) -> {title}:
    found = repository.get(item_id)
    if found is None:
        raise HTTPException(404, "{title} not found")
    _seen[item_id] = describe(found)
    return found


@router.put("/{{item_id}}")
async def update_{name}(item_id: int, change: {title}Update, repository: Repository) -> {title}:
    if repository.get(item_id) is None:
        raise HTTPException(404, "{title} not found")
    return repository.update(item_id, **change.model_dump(exclude_unset=True))
'''

_SCHEMAS: Final = '''"""What the routes of {name} take and return."""

from pydantic import BaseModel, Field


class {title}Base(BaseModel):
    name: str = Field(min_length=1, max_length=200)
    description: str | None = None
    price: float = Field(default=0.0, ge=0)
    tags: list[str] = Field(default_factory=list)


class {title}({title}Base):
    id: int


class {title}Update(BaseModel):
    name: str | None = None
    description: str | None = None
    price: float | None = None
'''

_REPOSITORY: Final = '''"""Storage of {name}."""

from __future__ import annotations

from app.{name}.schemas import {title}


class {title}Repository:
    def __init__(self) -> None:
        self._items: dict[int, {title}] = {{}}

    def all(self) -> list[{title}]:
        return sorted(self._items.values(), key=lambda item: item.id)

    def get(self, item_id: int) -> {title} | None:
        return self._items.get(item_id)

    def update(self, item_id: int, **changes: object) -> {title}:
        item = self._items[item_id].model_copy(update=changes)
        self._items[item_id] = item
        return item

    def delete(self, item_id: int) -> bool:
        return self._items.pop(item_id, None) is not None
'''

_SERVICE: Final = '''"""What {name} mean to the business."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from app.{name}.schemas import {title}


@dataclass
class Totals:
    count: int = 0
    amount: float = 0.0
    by_tag: dict[str, float] = field(default_factory=dict)

    def add(self, item: {title}) -> None:
        self.count += 1
        self.amount += item.price
        for tag in item.tags:
            self.by_tag[tag] = self.by_tag.get(tag, 0.0) + item.price


def describe(item: {title}) -> str:
    words = [word.capitalize() for word in item.name.split() if word]
    return f"{{' '.join(words)}} ({{item.price:.2f}})"


def totals(items: list[{title}]) -> Totals:
    result = Totals()
    for item in items:
        if item.price < 0 or math.isnan(item.price):
            continue
        result.add(item)
    return result
'''

_TESTS: Final = '''"""Tests of {name}."""

import pytest

from app.{name}.schemas import {title}
from app.{name}.service import describe, totals


@pytest.mark.parametrize(("name", "expected"), [("a b", "A B (1.00)"), ("c", "C (1.00)")])
def test_describe(name, expected):
    assert describe({title}(id=1, name=name, price=1.0)) == expected


def test_totals():
    items = [{title}(id=n, name="x", price=float(n), tags=["even" if n % 2 == 0 else "odd"]) for n in range(10)]
    result = totals(items)
    assert result.count == 10
    assert result.by_tag == {{"even": 20.0, "odd": 25.0}}
'''

_FILES: Final = (
    ("app/{name}/__init__.py", ""),
    ("app/{name}/routes.py", _ROUTES),
    ("app/{name}/schemas.py", _SCHEMAS),
    ("app/{name}/repository.py", _REPOSITORY),
    ("app/{name}/service.py", _SERVICE),
    ("tests/test_{name}.py", _TESTS),
)


def write_project(root: Path) -> None:
    """Write the project below `root`, a folder that need not exist."""
    names = [f"feature{number:02}" for number in range(FEATURES)]
    imports = "\n".join(f"from app.{name} import routes as {name}" for name in names)
    includes = "\n".join(f"app.include_router({name}.router)" for name in names)
    files = {
        "app/__init__.py": "",
        "app/main.py": _MAIN.format(imports=imports, includes=includes),
        "pyproject.toml": '[project]\nname = "synthetic"\nversion = "1"\ndependencies = ["fastapi==0.165.0"]\n',
        "Dockerfile": 'FROM python:3.13\nCMD ["uvicorn", "app.main:app", "--workers", "4"]\n',
    }
    for name in names:
        for path, text in _FILES:
            files[path.format(name=name)] = text.format(name=name, title=name.capitalize())
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
