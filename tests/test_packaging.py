"""The wheel carries everything the program needs, nothing it does not, and works where the source is not."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = (
    "kernel",
    "branches",
    "patrons",
    "catalog",
    "notices",
    "transit",
    "circ",
    "purchasing",
    "search",
    "web",
    "migrations",
)
PASSWORD = "four unrelated words here"


def run(*command: str | Path, cwd: Path, given: str = "", **environment: str) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        input=given,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "LC_ALL": "en_US.UTF-8", **environment},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built by the project's own build system, which is among the tools, so that nothing is fetched."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index"]
    run(*pip, "-w", folder, ROOT, cwd=folder)
    return next(folder.glob("tongjie-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh virtual environment with the wheel in it; what it stands on is lent by the environment that runs the tests."""
    folder = tmp_path_factory.mktemp("fresh") / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder.parent)
    python = folder / "bin" / "python"
    options = ["install", "-q", "--no-deps", "--no-index", wheel]
    run(sys.executable, "-m", "pip", "--python", python, *options, cwd=folder.parent)
    packages = next((folder / "lib").glob("python*/site-packages"))
    (packages / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "bin"


def tracked(*folders: str) -> set[str]:
    listed = run("git", "ls-files", "--", *folders, cwd=ROOT).splitlines()
    return {name for name in listed if (ROOT / name).is_file()}


def test_the_wheel_carries_every_file_of_the_rooms(wheel: Path) -> None:
    carried = set(ZipFile(wheel).namelist())
    assert tracked(*PACKAGES) - carried == set()


@pytest.mark.parametrize(
    "pattern",
    [
        "migrations/versions/*.py",
        "web/templates/*.html",
        "web/static/css/*.css",
        "web/static/js/*.js",
        "web/static/vendor/**/*.*",
        "web/demo/data/**/*.txt",
    ],
)
def test_the_wheel_carries_what_is_no_module(wheel: Path, pattern: str) -> None:
    expected = {str(path.relative_to(ROOT)) for path in ROOT.glob(pattern)}
    assert expected
    assert expected <= set(ZipFile(wheel).namelist())


def test_the_wheel_carries_rooms_and_nothing_else(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)


def test_the_image_is_built_from_all_rooms() -> None:
    lines = (ROOT / "docker" / "Dockerfile").read_text().splitlines()
    assert set(PACKAGES) <= {line.split()[1] for line in lines if line.startswith("COPY ")}
    assert {f"!{name}" for name in PACKAGES} <= set((ROOT / "docker" / "Dockerfile.dockerignore").read_text().split())


def test_make_check_looks_at_all_rooms() -> None:
    (named,) = re.findall(r"^PACKAGES := (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(PACKAGES) <= set(named.split())


def test_an_installed_program_runs_from_its_own_files(installed: Path, tmp_path: Path) -> None:
    where = run(
        installed / "python", "-c", "import web, migrations; print(web.__file__, migrations.__file__)", cwd=tmp_path
    )
    assert all(path.startswith(str(installed.parent)) for path in where.split())


def test_an_installed_program_sets_a_county_up_and_finds_it_sound(installed: Path, tmp_path: Path) -> None:
    data = {"TONGJIE_DATA_DIR": str(tmp_path / "data")}
    tongjie = installed / "tongjie"
    assert "Usage: tongjie" in run(tongjie, "--help", cwd=tmp_path)
    run(tongjie, "init", "--admin", "boss", "--password-stdin", cwd=tmp_path, given=PASSWORD, **data)
    run(tongjie, "org", "add", "ZG", "County library", "--kind", "hub", "--parent", "NET", cwd=tmp_path, **data)
    assert "ZG" in run(tongjie, "org", "list", cwd=tmp_path, **data)
    run(tongjie, "search", "rebuild", cwd=tmp_path, **data)
    assert '"clean": true' in run(tongjie, "doctor", "--json", cwd=tmp_path, **data)
