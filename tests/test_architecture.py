"""The direction of imports is a rule with teeth: planted violations are caught, the tree itself is clean."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("pulse", "dashboard", "alerts", "collectors", "sql")
PLANTED = {
    "a KPI that knows Redis": ("pulse/kpi/planted.py", "import redis\n"),
    "a rule that knows the database, by way of another module": ("alerts/rules/planted.py", "import alerts.planted_way\n"),
    "a collector that knows the alerts": ("collectors/planted.py", "import alerts.frame\n"),
    "history that knows the live way": ("sql/planted.py", "import pulse.live.keys\n"),
    "an alert that draws": ("alerts/planted.py", "import streamlit\n"),
    "the core that knows the dashboard": ("pulse/live/planted.py", "import dashboard\n"),
}


def lint_imports(tree: Path) -> subprocess.CompletedProcess[str]:
    lint = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-cache"]
    return subprocess.run(lint, cwd=tree, capture_output=True, text=True, timeout=120, env={"PYTHONPATH": str(tree)}, check=False)


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tree = tmp_path_factory.mktemp("tree")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tree / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tree)
    return tree


def test_the_tree_keeps_the_direction_of_imports(copied: Path) -> None:
    outcome = lint_imports(copied)

    assert outcome.returncode == 0, outcome.stdout


@pytest.mark.parametrize("violation", PLANTED, ids=str)
def test_a_planted_violation_is_caught(violation: str, copied: Path) -> None:
    name, source = PLANTED[violation]
    planted, way = copied / name, copied / "alerts/planted_way.py"
    planted.write_text(source)
    way.write_text("import sqlalchemy\n")

    outcome = lint_imports(copied)
    planted.unlink()
    way.unlink()

    assert outcome.returncode != 0
    assert "BROKEN" in outcome.stdout
