"""Runs the real command on the example shop and expects its mistakes, each one and no other."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
SHOP = ROOT / "examples" / "shop"

MISTAKES = (
    ("FL101", "shop/catalogue.py", "_items: dict[int, ItemOut] = {}"),
    ("FL101", "shop/shipping.py", "def shipping_rates() -> dict[str, int]:"),
    ("FL102", "shop/notifications.py", "hub = NotificationHub()"),
    ("FL103", "shop/limits.py", "limiter = Limiter("),
    ("FL301", "shop/db.py", "engine = create_async_engine("),
    ("FL302", "shop/api/notifications.py", '@router.on_event("shutdown")'),
    ("FL401", "shop/middleware.py", "# CORS comes first: "),
    ("FL501", "shop/api/admin.py", "async def change_item("),
)


def row_of(filename: str, start: str) -> int:
    rows = [
        row
        for row, line in enumerate((SHOP / filename).read_text("utf-8").splitlines(), 1)
        if line.strip().startswith(start)
    ]
    assert len(rows) == 1, f"{filename}: {start}"
    return rows[0]


def check(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "fastapi_lint", "check", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)


def test_the_shop_has_its_mistakes_and_no_others() -> None:
    done = check("examples/shop", "--output-format", "json")
    assert done.returncode == 1, done.stderr
    found = [(one["code"], one["filename"], one["location"]["row"]) for one in json.loads(done.stdout)]
    expected = [(code, f"examples/shop/{filename}", row_of(filename, start)) for code, filename, start in MISTAKES]
    assert sorted(found) == sorted(expected)


def test_the_readme_lists_the_mistakes() -> None:
    readme = (SHOP / "README.md").read_text("utf-8")
    listed = [line.split("|") for line in readme.splitlines() if line.startswith("| FL")]
    assert [(code.strip(), where.split("`")[1]) for _, code, where, *_ in listed] == [
        (code, filename) for code, filename, _ in MISTAKES
    ]


def test_nothing_in_the_code_gives_a_mistake_away() -> None:
    text = "\n".join(path.read_text("utf-8") for path in sorted((SHOP / "shop").rglob("*.py")))
    assert "FL" not in text
    assert "fastapi-lint" not in text
