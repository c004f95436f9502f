"""The benchmarks run, and ours finds in them what it must: they are not measured here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import check

ROOT = Path(__file__).parents[1]


def test_ours_names_just_the_faults_that_were_planted(tmp_path: Path) -> None:
    check.make(tmp_path, 1, 60)
    wrong = json.loads((tmp_path / "wrong.json").read_text("utf-8"))
    for name, cells in wrong.items():
        assert check.ours(tmp_path / name) == {(name, sheet, cell) for sheet, cell in cells}


@pytest.mark.slow
def test_all_readers_find_the_same_cells() -> None:
    small = [sys.executable, "-m", "benchmarks.read", "--books", "1", "--rows", "50", "--rounds", "1"]
    done = subprocess.run(small, capture_output=True, text=True, check=False, cwd=ROOT)
    assert (done.returncode, done.stdout.count("| ours |")) == (0, 2), done.stderr
