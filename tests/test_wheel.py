"""An installed wheel is a whole portal: what lies beside the package in the source has come along."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.project import FILES, ROOT

FIRST_PAGE = """
import os, portal, portal.settings
settings = portal.settings.Settings.from_environment(os.environ)
page = portal.create_app(settings).test_client().get("/en/")
print(portal.__file__, portal.settings.PROJECT, page.status_code)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds what an installation from the wheel would."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("installed")
    for name in FILES:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, source / name)
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*build, "--wheel-dir", source / "dist", source], check=True)
    with zipfile.ZipFile(next((source / "dist").glob("*.whl"))) as wheel:
        wheel.extractall(target)
    return target


def test_a_wheel_carries_all_that_the_portal_reads(installed):
    beside = ("programme.toml", "static/", "templates/", "translations/")
    expected = {name for name in FILES if name.startswith("portal/")}
    expected |= {f"portal/house/{name}" for name in FILES if name.startswith(beside)}

    missing = {name for name in expected if not (installed / name).is_file()}

    assert missing == set()


def test_an_installed_wheel_shows_its_first_page(installed, tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(installed), "KODUTEE_VAR": str(tmp_path)}

    answer = subprocess.run(
        [sys.executable, "-c", FIRST_PAGE],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )

    assert answer.stdout.split() == [
        str(installed / "portal/__init__.py"),
        str(installed / "portal/house"),
        "200",
    ]
