"""The README does what it says, and the documentation names what there is."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from infra.local.settings import ROOT
from tests.client.datasets import PHOTOS

if TYPE_CHECKING:
    from tests.support.server import Server

README = (ROOT / "README.md").read_text()
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md",
         *sorted((ROOT / "docs").glob("*.md"))]  # fmt: skip
BLOCKS: list[tuple[str, str]] = re.findall(
    r"^```(\w+)\n(.*?)^```", README, re.MULTILINE | re.DOTALL
)
SHELL = [block for language, block in BLOCKS if language == "sh"]
PYTHON = [block for language, block in BLOCKS if language == "python"]
MAKE = [block.strip() for block in SHELL if block.startswith("make ")]
CLI = [block for block in SHELL if block.startswith("cvat-cli ")]


def test_every_block_is_run_below() -> None:
    assert {language for language, _ in BLOCKS} == {"sh", "python"}
    assert MAKE == ["make run", "make test"]
    assert len(PYTHON) == len(CLI) == 1
    assert len(SHELL) == len(MAKE) + len(CLI)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What someone gets who clones the repository."""
    place = tmp_path_factory.mktemp("clone") / "skylabel"
    subprocess.run(["git", "clone", "-q", "--shared", str(ROOT), str(place)], check=True)
    return place


def make(clone: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["make", *arguments], cwd=clone, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_clean_clone_can_be_made(clone: Path) -> None:
    """What these do when they are run takes minutes; here, that they would be run."""
    assert "-m infra.local" in make(clone, "--dry-run", "run")
    assert re.search(r"pytest .*tests", make(clone, "--dry-run", "test"))


def test_make_help_lists_every_command_that_the_pages_name(clone: Path) -> None:
    listed = set(re.findall(r"^make (\S+)", make(clone, "help"), re.MULTILINE))
    for page in PAGES:
        named = set(re.findall(r"`(?:[A-Z_]+=\S+ )*make ([a-z-]+)`", page.read_text()))
        assert named <= listed, page.name


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with the README's photograph."""
    shutil.copy(PHOTOS / "rocket.jpg", tmp_path / "photo.jpg")
    return tmp_path


def mine(text: str, server: Server) -> str:
    """A snippet as its reader would fill it in."""
    assert "http://localhost:8080" in text
    assert "PASSWORD" in text
    text = text.replace("http://localhost:8080", server.url)
    return text.replace("PASSWORD", server.password)


def test_the_python_snippet(server: Server, place: Path) -> None:
    subprocess.run([sys.executable, "-c", mine(PYTHON[0], server)], cwd=place, check=True)
    with zipfile.ZipFile(place / "street.zip") as archive:
        assert "images/default/photo.jpg" in archive.namelist()
        dataset = json.loads(archive.read("annotations/instances_default.json"))
    assert [image["file_name"] for image in dataset["images"]] == ["photo.jpg"]
    assert [category["name"] for category in dataset["categories"]] == ["car"]


def test_the_shell_commands(server: Server, place: Path) -> None:
    create, export = re.split(r"^(?=cvat-cli )", mine(CLI[0], server), flags=re.MULTILINE)[1:]
    binaries = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{binaries}:{os.environ['PATH']}"}

    def shell(command: str) -> str:
        done = subprocess.run(
            ["sh", "-euc", command], cwd=place, env=environment, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    task_id = shell(create).split()[-1]
    # On a server of one's own the first task is 1, as the README has it.
    assert " 1 street.zip" in export
    shell(export.replace(" 1 street.zip", f" {task_id} street.zip"))
    with zipfile.ZipFile(place / "street.zip") as archive:
        assert "annotations/instances_default.json" in archive.namelist()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_inside_the_repository_leads_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target), link


def anchors(page: Path) -> set[str]:
    """Names of a page's headings, as they are linked to."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_setting_is_documented_and_every_documented_one_is_read() -> None:
    sources = [*(ROOT / "infra" / "local").rglob("*.py"), ROOT / "chalicelib/platform/config.py"]
    pattern = re.compile(r'"(SKYLABEL_[A-Z_]+|PORT)"')
    read = {name for source in sources for name in pattern.findall(source.read_text())}
    assert len(read) > 10
    documented = set(
        re.findall(r"`(SKYLABEL_[A-Z_]+|PORT)`", (ROOT / "docs" / "running.md").read_text())
    )
    assert read == documented


def test_defaults_are_documented_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    from infra.local.settings import read_settings

    rows = re.findall(
        r"^\| `(\w+)` \| `?([^`|]+?)`? \|", (ROOT / "docs/running.md").read_text(), re.MULTILINE
    )
    defaults = dict(rows)
    for name in defaults:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(ROOT)
    settings = read_settings()
    assert defaults["PORT"] == str(settings.port)
    assert defaults["SKYLABEL_BIND"] == settings.bind
    assert ROOT / defaults["SKYLABEL_DATA_DIR"] == settings.data_dir
    assert defaults["SKYLABEL_ADMIN_USERNAME"] == settings.admin_username
    assert float(defaults["SKYLABEL_WORKER_IDLE_SECONDS"]) == settings.worker_idle_seconds
    assert ROOT / defaults["SKYLABEL_PAGES_DIR"] == settings.pages_dir
    assert bool(int(defaults["SKYLABEL_ACCESS_LOG"])) == settings.access_log
    assert bool(int(defaults["SKYLABEL_LAMBDA_LIMITS"])) == settings.lambda_limits
