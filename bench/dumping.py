"""Writing the dumps of a release: seconds, peak memory and sizes, as the data grows.

    python bench/dumping.py HOME [--quads 100000 500000]

HOME has a release of the shipped data. For each size its plans are repeated under new keys (`grown.py`), a
release is made of that, and its dumps are written by a process of its own.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from ogpld.paths import shipped
from ogpld.release import Draft, Release, ReleaseStore, publish

_WRITE = """
import json, re, sys, time
from pathlib import Path
from ogpld.dumps.write import write_dumps
from ogpld.release import ReleaseStore
release_store = ReleaseStore(Path(sys.argv[1]))
release = release_store.current()
started, used = time.perf_counter(), time.process_time()
index = write_dumps(release_store, release, "https://creativecommons.org/licenses/by/4.0/")
print(json.dumps({
    "quads": release.manifest.quads,
    "seconds": round(time.perf_counter() - started, 1),
    "cpu": round(time.process_time() - used, 1),
    "peak": int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024,
    "data": release.data.stat().st_size,
    "dumps": sum(file.bytes for file in index.files),
    "files": len(index.files),
}))
"""


def grown(release: Release, quads: int, folder: Path) -> Path:
    """Return a home with a release of about so many quads."""
    lines = folder / "lines.nq"
    program = Path(__file__).with_name("grown.py")
    subprocess.run(
        [sys.executable, str(program), str(release.path), str(quads), str(lines)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    with lines.open("rb") as file:
        content = sorted(set(file))
    draft = Draft(
        ontology=shipped("ontology"),
        shapes=shipped("shapes"),
        manifest=release.manifest,
        lines=content,
    )
    publish(ReleaseStore(folder), draft)
    return folder


def main() -> None:
    """Print a line per size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--quads", type=int, nargs="+", default=[100_000, 500_000])
    options = parser.parse_args()
    release = ReleaseStore(options.home).current()
    if release is None:
        raise SystemExit(f"no release in {options.home}")
    for quads in options.quads:
        with tempfile.TemporaryDirectory() as folder:
            home = grown(release, quads, Path(folder))
            done = subprocess.run(
                [sys.executable, "-c", _WRITE, str(home)], check=True, stdout=subprocess.PIPE
            )
            told = json.loads(done.stdout)
            print(
                f"{told['quads']:>9,} quads  {told['seconds']:6.1f} s ({told['cpu']} s of CPU)  "
                f"peak {told['peak']} MB  {told['files']} files, {told['dumps'] / 1e6:.1f} MB "
                f"beside data of {told['data'] / 1e6:.1f} MB"
            )


if __name__ == "__main__":
    main()
