"""The page in a real browser, from the file system and without a network: picking, searching, keys, focus, contrast."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

SHOP = Path(__file__).parents[2] / "examples" / "shop"


def _webdriver() -> ModuleType:
    spec = importlib.util.spec_from_file_location("webdriver", Path(__file__).with_name("webdriver.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


webdriver = _webdriver()
pytestmark = pytest.mark.skipif(
    webdriver.programs() is None and os.environ.get("BROWSER") != "required",
    reason="no Chromium with its driver, and none could be installed",
)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory, run: Callable[..., Any]) -> str:
    file = tmp_path_factory.mktemp("page") / "trace.html"
    done = run(SHOP, "--output-format", "html", "-o", str(file))
    assert done.returncode == 0, done.stderr
    return file.as_uri()


@pytest.fixture(scope="module", params=["light", "dark"])
def browser(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A browser in each colour scheme that wants no motion and whose every network connection fails."""
    options = ["--force-prefers-reduced-motion", "--proxy-server=127.0.0.1:9"]
    with webdriver.browsing(tmp_path_factory.mktemp("profile"), *options) as found:
        found.scheme = request.param
        yield found


@pytest.fixture
def opened(browser: Any, page: str) -> Any:
    features = [
        {"name": "prefers-color-scheme", "value": browser.scheme},
        {"name": "prefers-reduced-motion", "value": "reduce"},
    ]
    browser.call("POST", "/goog/cdp/execute", {"cmd": "Emulation.setEmulatedMedia", "params": {"features": features}})
    browser.open("about:blank")
    browser.open(page)
    return browser


SHOWN = "return [...document.querySelectorAll('.story:not([hidden]) .path')].map(one => one.textContent)"
LISTED = "return [...document.querySelectorAll('.routes li:not([hidden]) .path')].map(one => one.textContent)"
CENTRE = "return [...document.querySelectorAll('.centre text')].map(one => one.textContent)"
FOCUSED = "return document.activeElement.closest('a, input')?.textContent || document.activeElement.tagName"


def test_the_page_works_without_a_word_on_the_console(opened: Any) -> None:
    assert opened.run("return document.title") == "Request lifecycle: shop.main:app"
    assert opened.run(SHOWN) == ["/items/"]
    assert opened.run(CENTRE) == ["GET", "/items/", "list_items"]
    assert opened.messages() == []
    assert opened.run("return performance.getEntriesByType('resource').length") == 0


def test_a_route_is_picked_with_the_mouse(opened: Any) -> None:
    opened.click(".routes li:nth-child(5) a")
    assert opened.run(SHOWN) == ["/admin/items/{number}"]
    assert opened.run(CENTRE) == ["PUT", "/admin/items/{number}", "change_item"]
    assert opened.run("return document.querySelectorAll('[aria-current=true]').length") == 1
    assert opened.run("return location.hash") == "#a0r4"
    assert "FL501" in opened.run("return document.querySelector('.story:not([hidden])').textContent")


def test_an_address_leads_to_a_route(opened: Any, page: str) -> None:
    opened.open("about:blank")
    opened.open(f"{page}#a0r6")
    assert opened.run(SHOWN) == ["/notifications/{customer}"]
    opened.run("location.hash = '#a0r0'")
    opened.run("return new Promise(done => setTimeout(done, 50))")
    assert opened.run(SHOWN) == ["/items/"]


def test_searching_narrows_the_list_and_says_so(opened: Any) -> None:
    opened.run("document.querySelector('input[type=search]').focus()")
    opened.press("put admin")
    assert opened.run(LISTED) == ["/admin/items/{number}", "/admin/rates"]
    assert opened.run("return document.querySelector('[role=status]').textContent") == "2 of 8 routes"
    opened.press("escape", "get_hub")
    assert opened.run(LISTED) == ["/orders/", "/notifications/{customer}"]
    opened.press("escape", "no such route")
    assert opened.run(LISTED) == []
    opened.press("escape")
    assert len(opened.run(LISTED)) == 8


def test_everything_is_reached_with_the_keyboard(opened: Any) -> None:
    opened.press("tab")
    assert opened.run(FOCUSED) == "Skip to the applications"
    assert opened.run("return document.activeElement.getBoundingClientRect().left >= 0")
    opened.press("enter")
    assert opened.run("return document.activeElement.id") == "content"
    opened.press("tab")
    assert opened.run("return document.activeElement.getAttribute('aria-label')").startswith("1. shop.middleware")
    ring = "getComputedStyle(document.activeElement.querySelector('circle')).strokeWidth"
    assert opened.run(f"return {ring}") == "5px"
    opened.run("document.querySelector('input[type=search]').focus()")
    opened.press("admin", "down")
    assert "PUT /admin/items/{number}" in opened.run(FOCUSED)
    opened.press("down")
    assert "PUT /admin/rates" in opened.run(FOCUSED)
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert opened.run(f"return {outline}") == "solid"
    opened.press("enter")
    assert opened.run(SHOWN) == ["/admin/rates"]
    opened.press("up", "up")
    assert opened.run("return document.activeElement.type") == "search"


def test_a_ring_leads_to_its_middleware(opened: Any) -> None:
    opened.run("document.querySelectorAll('a.ring')[2].focus()")
    opened.press("enter")
    assert opened.run("return location.hash") == "#a0m2"
    target = "document.querySelector(':target')"
    assert "GZipMiddleware" in opened.run(f"return {target}.textContent")


ROLES = """
const named = [...document.querySelectorAll("a, input, section, nav, article, svg")].filter((one) => !(
  one.textContent.trim() || one.getAttribute("aria-label") || (one.labels && one.labels.length)));
const levels = [...document.querySelectorAll("h1, h2, h3, h4")].map((one) => Number(one.tagName[1]));
return {
  unnamed: named.map((one) => one.outerHTML.slice(0, 80)),
  skips: levels.filter((level, at) => at && level > levels[at - 1] + 1),
  first: levels[0],
  language: document.documentElement.lang,
  mains: document.querySelectorAll("main").length,
  status: document.querySelectorAll("[role=status]").length,
};
"""


def test_parts_have_names_and_headings_do_not_skip(opened: Any) -> None:
    found = opened.run(ROLES)
    assert found == {"unnamed": [], "skips": [], "first": 1, "language": "en", "mains": 1, "status": 1}


CONTRAST = """
const parse = (text) => { const [r, g, b, a] = text.match(/[0-9.]+/g).map(Number); return [r, g, b, a ?? 1]; };
const light = ([r, g, b]) => [r, g, b].map((one) => one / 255)
  .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
  .reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
const behind = (node) => {
  for (let one = node; one; one = one.parentElement) {
    const circle = one.matches(".ring, .centre") ? one.querySelector("circle") : null;
    const paint = parse(circle ? getComputedStyle(circle).fill : getComputedStyle(one).backgroundColor);
    if (paint[3] > 0) return paint;
  }
  return [255, 255, 255, 1];
};
const poor = [];
for (const node of document.querySelectorAll("body *")) {
  const own = [...node.childNodes].some((one) => one.nodeType === 3 && one.textContent.trim());
  if (!own || node.closest("script, [hidden], title")) continue;
  const style = getComputedStyle(node);
  const text = parse(node.closest("svg") ? style.fill : style.color);
  const pair = [light(text), light(behind(node))].sort((one, other) => other - one);
  const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
  if (ratio < 4.5) poor.push([node.tagName, node.textContent.slice(0, 40), ratio]);
}
return poor;
"""


def test_all_text_has_enough_contrast(opened: Any) -> None:
    dark = opened.run("return getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"
    assert dark is (opened.scheme == "dark")
    assert opened.run(CONTRAST) == []


def test_nothing_moves_for_those_who_want_no_motion(opened: Any) -> None:
    assert opened.run("return matchMedia('(prefers-reduced-motion: reduce)').matches")
    moving = (
        "[...document.querySelectorAll('*')].filter(one => getComputedStyle(one).transitionDuration !== '0s').length"
    )
    assert opened.run(f"return {moving}") == 0
    assert opened.run("return getComputedStyle(document.documentElement).scrollBehavior") == "auto"


def test_nothing_is_cut_off_on_a_narrow_screen(opened: Any) -> None:
    opened.call("POST", "/window/rect", {"width": 500, "height": 800})
    try:
        assert opened.run("return document.documentElement.scrollWidth <= innerWidth")
    finally:
        opened.call("POST", "/window/rect", {"width": 1280, "height": 900})


def test_text_of_the_project_is_never_code(browser: Any, tmp_path: Path, project: Any, run: Any) -> None:
    attack = "</script><script>window.owned=1</script><img src=x onerror=window.owned=1>"
    root = project(
        {
            "main.py": "from fastapi import FastAPI\napp = FastAPI()\n"
            f"@app.get({'/' + attack!r})\ndef read(): ...\n@app.exception_handler({attack!r})\ndef bad(r, e): ...\n"
        }
    )
    file = tmp_path / "attack.html"
    assert run(root, "--output-format", "html", "-o", str(file)).returncode == 0
    browser.open(file.as_uri())
    assert browser.run("return [window.owned, document.images.length]") == [None, 0]
    assert attack in browser.run(SHOWN)[0]
    assert browser.messages() == []
