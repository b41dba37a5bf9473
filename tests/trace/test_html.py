"""The page as text: nothing outside of it, a policy that fits its script, and findings at the parts they belong to."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

SHOP = Path(__file__).parents[2] / "examples" / "shop"
EMPTY = {"meta", "input", "br", "link", "img", "hr"}


class Page(HTMLParser):
    """The elements of a page in order, with their attributes, text and ancestors."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[dict[str, Any]] = []
        self.open: list[dict[str, Any]] = []
        self.feed(text)
        self.close()
        assert self.open == [], "an element is not closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {"tag": tag, "text": "", "inside": [one["tag"] for one in self.open], **{f"@{k}": v for k, v in attrs}}
        assert len(attrs) == len(dict(attrs)), "an attribute is given twice"
        self.elements.append(found)
        if tag not in EMPTY:
            self.open.append(found)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in EMPTY:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()["tag"] == tag

    def handle_data(self, data: str) -> None:
        for one in self.open:
            one["text"] += data

    def all(self, tag: str, **attributes: str) -> list[dict[str, Any]]:
        """The elements of a tag with some attributes; `class_` looks for one class."""
        classes = attributes.pop("class_", None)
        return [
            one
            for one in self.elements
            if one["tag"] == tag
            and all(one.get(f"@{key}") == value for key, value in attributes.items())
            and (classes is None or classes in (one.get("@class") or "").split())
        ]


@pytest.fixture(scope="module")
def text(run: Callable[..., Any]) -> str:
    done = run(SHOP, "--output-format", "html")
    assert (done.returncode, done.stderr) == (0, "")
    return str(done.stdout)


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def test_nothing_is_loaded_from_anywhere(page: Page, text: str) -> None:
    assert [
        one["tag"] for one in page.elements if one["tag"] in {"link", "img", "iframe", "object", "base", "form"}
    ] == []
    assert [one for one in page.elements if "@src" in one or "@style" in one] == []
    assert not re.search(r"@import|url\(", text)
    outside = {one["@href"] for one in page.elements if "@href" in one and not one["@href"].startswith("#")}
    assert outside
    assert all(href.startswith("https://fastapi-lint.readthedocs.io/rules/") for href in outside)


def test_the_policy_allows_the_pages_own_style_and_script_only(page: Page) -> None:
    (policy,) = [one["@content"] for one in page.all("meta") if "@http-equiv" in one]
    (style,) = page.all("style")
    (script,) = [one for one in page.all("script") if "@type" not in one]
    for name, found in (("style-src", style), ("script-src", script)):
        digest = base64.b64encode(hashlib.sha256(found["text"].encode()).digest()).decode()
        assert f"{name} 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


def test_the_page_carries_the_document(page: Page, traced: Callable[..., Any]) -> None:
    (data,) = page.all("script", type="application/json")
    assert json.loads(data["text"]) == traced(SHOP)


def test_every_link_in_the_page_leads_somewhere(page: Page) -> None:
    names = [one["@id"] for one in page.elements if "@id" in one]
    assert len(names) == len(set(names))
    for one in page.elements:
        for attribute in ("@href", "@for", "@aria-labelledby", "@aria-controls"):
            target = (one.get(attribute) or "").removeprefix("#")
            if target and not target.startswith("https:"):
                assert target in names, (attribute, target)


def test_the_onion_has_a_ring_for_each_middleware_outermost_first(page: Page) -> None:
    rings = page.all("a", class_="ring")
    assert [ring["@aria-label"].partition(",")[0] for ring in rings] == [
        "1. shop.middleware:setup_middleware.<locals>.time_request",
        "2. shop.middleware:RequestIdMiddleware",
        "3. starlette.middleware.gzip:GZipMiddleware",
        "4. starlette.middleware.cors:CORSMiddleware",
        "1 exception handler",
        "Router",
    ]
    radii = [float(one["@r"]) for one in page.all("circle") if "svg" in one["inside"]]
    assert radii == sorted(radii, reverse=True)


def test_findings_stand_where_they_belong(page: Page) -> None:
    stories = {story["@id"]: story["text"] for story in page.all("article", class_="story")}
    (change,) = [key for key, words in stories.items() if "change_item" in words]
    assert "FL501" in stories[change]
    (items,) = [key for key, words in stories.items() if "list_items" in words]
    assert "FL501" not in stories[items]
    (shutdown,) = [one["text"] for one in page.all("li") if one["text"].startswith("shutdown ")]
    assert "FL302" in shutdown
    (server,) = [one["text"] for one in page.all("li") if one["text"].startswith("gunicorn")]
    assert "FL101" in server
    flagged = [one["text"] for one in page.all("li") if "finding" in one["text"] and "routes" not in one["text"]]
    assert any("PUT /admin/items/{number}" in words for words in flagged)


def test_findings_that_belong_to_no_part_are_shown_too(project: Any, run: Any) -> None:
    root = project({"main.py": "from fastapi import FastAPI\napp = FastAPI()\n", "db.py": "def (:\n"})
    page = Page(run(root, "--output-format", "html").stdout)
    (other,) = page.all("section", **{"aria-label": "Other findings"})
    assert "db.py:1" in other["text"]


def test_pages_of_several_applications_and_of_none(project: Any, run: Any) -> None:
    root = project({"a.py": "from fastapi import FastAPI\napp = FastAPI()\nother = FastAPI()\n"})
    page = Page(run(root, "--output-format", "html").stdout)
    assert [one["@aria-label"] for one in page.all("section", class_="app")] == ["a:app", "a:other"]
    empty = project({"a.py": "x = 1\n"})
    assert "No application was found." in run(empty, "--output-format", "html").stdout
