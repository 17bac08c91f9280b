"""Publish again and again, and be killed while at it: run as a program by `tests/faults`.

    python publisher.py HOME DATA SPEC…

A SPEC is the name of a step of publishing, `after:SECONDS`, or `none`. For each, a table of DATA gets
another row text, a forked child publishes and is killed at that moment, and what is there is looked at:
the current release must be the old one or the new one, whole. Then a build without a kill must come to
what the sources say and leave nothing half-written. One line of JSON a SPEC.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import signal
import sys
import time
from pathlib import Path

from dying import die_at

from ogpld.config import Settings
from ogpld.pipeline import Inputs, publish_sources
from ogpld.pipeline.progress import Progress
from ogpld.release import Release, ReleaseStore


def publish(home: Path, data: Path) -> None:
    """Publish as `ogpld build` does, in a child: the engine's threads do not survive a fork."""
    died, _ = killed(home, data, "none")
    if died:
        raise SystemExit("a publisher nobody killed has died")


def _publish(home: Path, data: Path) -> None:
    publish_sources(Inputs(data=data), Settings(home=home), Progress(io.StringIO()))


def change(data: Path, turn: int) -> None:
    """Change one cell."""
    table = data / "sources/members/members.csv"
    lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
    name, comma, rest = lines[1].partition(",")
    lines[1] = f"{name.partition(' no ')[0]} no {turn}{comma}{rest}"
    table.write_text("".join(lines), encoding="utf-8")


def killed(home: Path, data: Path, spec: str) -> tuple[bool, float]:
    """Publish in a child and kill it; return whether it was killed, and after how long."""
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        try:
            if not spec.startswith("after:"):
                die_at(spec)
            _publish(home, data)
            os._exit(0)
        except BaseException as error:  # noqa: BLE001  (a child that ends must not return)
            sys.stderr.write(f"{spec}: {error!r}\n")
            os._exit(3)
    if spec.startswith("after:"):
        time.sleep(float(spec.partition(":")[2]))
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) not in {0, 75}:
        raise SystemExit(f"{spec}: the child failed with {os.WEXITSTATUS(status)}")
    return os.WIFSIGNALED(status), time.monotonic() - started


def text_of(release: Release) -> str:
    """Return a digest of what a release says, read from its data alone."""
    release.verify()
    digest = hashlib.sha256()
    for line in release.lines():
        digest.update(line)
    return digest.hexdigest()


def main(home: Path, data: Path, specs: list[str]) -> None:
    """Run every spec."""
    release_store = ReleaseStore(home)
    publish(home, data)
    for turn, spec in enumerate(specs, 1):
        old = release_store.current()
        if old is None:
            raise SystemExit("no release is current")
        before = {r.id: text_of(r) for r in release_store.releases() if not r.pruned}
        change(data, turn)
        died, seconds = killed(home, data, spec)
        current = release_store.current()
        if current is None:
            raise SystemExit(f"{spec}: no release is current any more")
        text_of(current)
        if current.manifest.sequence not in {old.manifest.sequence, release_store.last_sequence()}:
            raise SystemExit(f"{spec}: current is neither the old nor the new release")
        for release in (r for r in release_store.releases() if not r.pruned):
            if text_of(release) != before.get(release.id, text_of(release)):
                raise SystemExit(f"{spec}: {release.id} was changed")
        publish(home, data)
        after = release_store.current()
        if after is None:
            raise SystemExit(f"{spec}: no release is current after the next build")
        half = (
            *release_store.folder.glob(".*"),
            *home.glob(".current-*"),
            *(home / "build").glob(".*"),
        )
        left = [path.name for path in half]
        present = any(f"no {turn}".encode() in line for line in after.lines())
        event = {"spec": spec, "killed": died, "seconds": seconds, "moved": current.id != old.id}
        sys.stdout.write(json.dumps({**event, "said": present, "left": left}) + "\n")
        release_store.prune(3)  # the disk of a machine that runs tests is small


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
