"""Renews `fastapi_lint/knowledge/releases.py` from what pip can see: `python tools/update_releases.py`.

Every known release stays; newer stable ones are added, and for each new FastAPI release its metadata is read for the
Starlette versions it accepts. Releases are asked for one at a time, and only those that the table lacks.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import Requirement
from packaging.version import Version

from fastapi_lint.knowledge.releases import KNOWN_RELEASES, STARLETTE_OF_FASTAPI

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TABLE = Path(__file__).parents[1] / "fastapi_lint" / "knowledge" / "releases.py"
OWN_CALENDAR = frozenset({"python"})

HEADER = '''"""Tables of the known stable releases, and of the Starlette versions that each FastAPI release accepts.

Made by `tools/update_releases.py` from the metadata of the published packages; run it again to renew them. Yanked, pre-
and post-releases are left out; Python is listed by its minor versions. Every list ascends.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

'''


def main() -> int:
    """Write the table anew and say what was added."""
    releases = {package: text.split() for package, text in KNOWN_RELEASES.items()}
    accepted = list(STARLETTE_OF_FASTAPI)
    for package, known in releases.items():
        if package in OWN_CALENDAR:
            continue
        new = [version for version in published(package) if Version(version) > Version(known[-1])]
        print(f"{package}: {' '.join(new) or 'nothing new'}")
        known.extend(new)
        if package == "fastapi":
            accepted = extended(accepted, new)
    TABLE.write_text(rendered(releases, accepted), encoding="utf-8")
    return 0


def published(package: str) -> list[str]:
    """Return the plain stable versions that pip lists for a package, ascending."""
    listing = pip("index", "versions", package)
    found = re.search(r"^Available versions: (.+)$", listing, re.MULTILINE)
    versions = [version.strip() for version in found.group(1).split(",")] if found else []
    return sorted((version for version in versions if re.fullmatch(r"[0-9.]+", version)), key=Version)


def extended(accepted: Sequence[tuple[str, str]], new: Sequence[str]) -> list[tuple[str, str]]:
    """Return the table of accepted Starlette versions with a row for each new release that changes it."""
    rows = list(accepted)
    for version in new:
        specifier = starlette_of(version)
        if specifier != rows[-1][1]:
            rows.append((version, specifier))
    return rows


def starlette_of(version: str) -> str:
    """Return the Starlette specifier in the metadata of a FastAPI release."""
    quiet = ("install", "--dry-run", "--no-deps", "--ignore-installed", "--ignore-requires-python", "--quiet")
    report = json.loads(pip(*quiet, "--report", "-", f"fastapi=={version}"))
    for text in report["install"][0]["metadata"]["requires_dist"]:
        requirement = Requirement(text)
        if requirement.name == "starlette":
            return ",".join(sorted(map(str, requirement.specifier), reverse=True))
    raise SystemExit(f"fastapi {version} names no starlette")


def pip(*arguments: str) -> str:
    """Return what pip prints."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def rendered(releases: Mapping[str, Sequence[str]], accepted: Sequence[tuple[str, str]]) -> str:
    """Return the text of the table's module."""
    lines = [HEADER, "KNOWN_RELEASES: Final[Mapping[str, str]] = MappingProxyType(\n    {\n"]
    for package, versions in releases.items():
        body = textwrap.fill(" ".join(versions), 104, initial_indent=" " * 12, subsequent_indent=" " * 12)
        lines.append(f'        "{package}": """\n{body}\n        """,\n')
    lines.append('    }\n)\n"""Package to its known releases, parted by white space."""\n\n')
    lines.append("STARLETTE_OF_FASTAPI: Final[tuple[tuple[str, str], ...]] = (\n")
    lines.extend(f'    ("{first}", "{specifier}"),\n' for first, specifier in accepted)
    lines.append(')\n"""The Starlette versions accepted from a FastAPI release on, up to the next row\'s release."""\n')
    return "".join(lines)


if __name__ == "__main__":
    sys.exit(main())
