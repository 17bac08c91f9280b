"""A publisher may die at any moment: nothing is torn, nothing is lost."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from support.running import ROOT, environment

from ogpld.release.steps import STEPS

#: Kills at random are parted among so many tests, which workers share.
SHARES = 4


def run(home: Path, data: Path, specs: list[str]) -> list[dict[str, Any]]:
    """Run the publisher and return what it tells of every spec."""
    command = [
        sys.executable,
        str(ROOT / "tests/support/publisher.py"),
        str(home),
        str(data),
        *specs,
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment(home), timeout=1500
    )
    assert done.returncode == 0, done.stderr[-3000:] + done.stdout[-1000:]
    outcomes = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(outcomes) == len(specs)
    return outcomes


def killed_at(home: Path, data: Path, specs: Sequence[str]) -> list[dict[str, Any]]:
    """Kill a publisher at each of these; after each the next build is whole and leaves nothing."""
    outcomes = run(home, data, [*specs])
    for entry in outcomes:
        assert entry["said"], f"the build after it does not say what the sources say: {entry}"
        assert not entry["left"], f"something half-written is left: {entry}"
    return outcomes


def test_kill_at_every_step(small_data: Path, tmp_path: Path) -> None:
    """Before `current` is swung the old release is there, afterwards the new one; always whole."""
    at = {entry["spec"]: entry for entry in killed_at(tmp_path / "home", small_data, STEPS)}
    assert all(entry["killed"] for entry in at.values())
    assert [step for step in STEPS if at[step]["moved"]] == ["readers", "sweep"]


@pytest.mark.parametrize("share", range(SHARES))
def test_kill_at_random(small_data: Path, tmp_path: Path, kills: int, share: int) -> None:
    """At any moment of a build; the shares are run beside each other."""
    [quiet] = run(tmp_path / "quiet", small_data, ["none"])
    assert not quiet["killed"]
    chance = random.Random(6 + share)
    number = max(1, kills // SHARES)
    moments = [f"after:{chance.random() * quiet['seconds']:.4f}" for _ in range(number)]
    outcomes = killed_at(tmp_path / "home", small_data, moments)
    assert sum(entry["killed"] for entry in outcomes) >= number // 3


@pytest.mark.parametrize("rounds", [1])
def test_two_publishers(small_data: Path, tmp_path: Path, rounds: int, faults: bool) -> None:  # noqa: FBT001
    """One publishes, the other is told who does and ends with 75."""
    home = tmp_path / "home"
    command = [sys.executable, "-m", "ogpld", "--home", str(home), "build"]
    command += ["--sources", str(small_data / "sources")]
    for turn in range(20 if faults else rounds):
        table = small_data / "sources/members/members.csv"
        table.write_text(table.read_text().replace("Albania", f"Albania {turn}", 1))
        both = [
            subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                env=environment(home, dumps=False),
            )
            for _ in range(2)
        ]
        outputs = [process.communicate(timeout=60) for process in both]
        codes = sorted(process.returncode for process in both)
        assert codes in ([0, 75], [0, 0]), outputs
        if codes == [0, 75]:
            [refused] = [err for (_, err), p in zip(outputs, both, strict=True) if p.returncode]
            assert "publish-locked" in refused
            assert "another publisher (process " in refused
