"""What no tracked file may say, and that constraints.txt pins every dependency: the part of `make check` that no linter knows."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
TEXT = {".cfg", ".css", ".html", ".js", ".json", ".md", ".py", ".sh", ".toml", ".txt", ".yaml", ".yml", ""}
VENDORED = ("web/static/vendor/",)
CONFIGURATION = re.compile(r"^(Makefile|pyproject\.toml|constraints\.txt|\.ci/.*|docker/.*)$")

# A folder of one machine; a package registry; a word that promises work instead of doing it.
MACHINE_PATH = re.compile(r"""(?:^|[\s"'(=:])/(?:root|home|work|farm|Users)/\w""")
REGISTRY = re.compile(r"\b(?:pypi|pythonhosted|npmjs|crates|debian|maven(?:\.apache)?)\.(?:org|io|com)\b")
PROMISE = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|X" r"XX)\b")
# Where things are installed from is the machine's own affair, so set-up files name no server but this machine and its containers.
FOREIGN_URL = re.compile(r"https?://(?!127\.0\.0\.1|localhost|host[:/]|elasticsearch[:/])")
NAME = re.compile(r"^[A-Za-z0-9._-]+")


def main() -> int:
    found = [line for path in tracked_files() for line in problems(path)] + unpinned()
    print("\n".join(found) if found else "tidy: nothing found")
    return 1 if found else 0


def tracked_files() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607
    return [
        name
        for name in listed.stdout.splitlines()
        if Path(name).suffix in TEXT and not name.startswith(VENDORED) and (ROOT / name).is_file()
    ]


def problems(name: str) -> list[str]:
    found = []
    for number, line in enumerate((ROOT / name).read_text(errors="replace").splitlines(), 1):
        for pattern, reason in (
            (MACHINE_PATH, "names a folder of one machine"),
            (REGISTRY, "names a package registry"),
            (PROMISE, "promises work instead of doing it"),
        ):
            if pattern.search(line):
                found.append(f"{name}:{number}: {reason}: {line.strip()[:100]}")
        if CONFIGURATION.match(name) and FOREIGN_URL.search(line):
            found.append(f"{name}:{number}: a set-up file names a server: {line.strip()[:100]}")
    return found


def unpinned() -> list[str]:
    """Dependencies of pyproject.toml without an exact version in constraints.txt."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    pinned = {_name(line) for line in (ROOT / "constraints.txt").read_text().splitlines() if "==" in line}
    missing = sorted({_name(one) for one in wanted} - pinned)
    return [f"constraints.txt pins no {name}: run `make constraints`" for name in missing]


def _name(requirement: str) -> str:
    found = NAME.match(requirement)
    return re.sub(r"[-_.]+", "-", found.group()).lower() if found else ""


if __name__ == "__main__":
    sys.exit(main())
