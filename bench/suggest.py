"""How fast `/suggest` answers 16 clients that type at the same time, at any size of the data.

    python bench/suggest.py [--home var] [--quads 500000] [--clients 16] [--texts 150] [--pause 100]

The names of a release are repeated under new keys as `grown.py` does, until its statements would be so many.
Each client types names letter by letter over a connection of its own, with a pause between two letters
(--pause, in milliseconds) as people make it; 0 asks as fast as answers come, which measures throughput. Texts
that were asked before are answered from what is kept, so that two rounds are printed: the first with texts
nobody asked before, the second with the same texts again.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import quote

from ogpld.release import Release, ReleaseStore
from ogpld.release.release_store import SEARCH
from ogpld.search.index_file import write_index
from ogpld.search.name_table import Name, NamedThing, named_things

#: Classes that grow with the data; members, bodies and codes stay as they are.
_GROWING = {"ActionPlan", "Commitment", "Milestone", "SubCommitment", "Report", "Cluster"}


def grown_things(release: Release, quads: int) -> list[NamedThing]:
    """Return the things of a release, those of plans repeated until there are that many statements."""
    things = list(named_things(release))
    share = quads / release.quads
    repeated = [thing for thing in things if thing.class_name in _GROWING]
    most = round(len(repeated) * (share - 1)) if share > 1 else 0
    for number in range(most):
        old, turn = repeated[number % len(repeated)], number // len(repeated) + 1
        names = [Name(f"{name.text} {turn}", name.language, name.kind) for name in old.names]
        iri, key = f"{old.iri}x{turn}", f"{old.key}x{turn}"
        things.append(
            NamedThing(iri, old.class_name, key, old.label, old.member, names, topics=old.topics)
        )
    return things


def typed(things: list[NamedThing], number: int, seed: int) -> list[str]:
    """Return what a client asks for while it types names, a third of them with a typing error."""
    chance = random.Random(seed)
    texts: list[str] = []
    while len(texts) < number:
        name = chance.choice(chance.choice(things).names).text[:16]
        if len(name) > 4 and chance.random() < 1 / 3:
            place = chance.randrange(1, len(name) - 1)
            name = name[:place] + name[place + 1] + name[place] + name[place + 2 :]
        texts += [name[:end] for end in range(1, len(name) + 1)]
    return texts[:number]


def client(port: int, texts: list[str], pause: float, times: list[float]) -> None:
    """Ask for each text; note how long each answer took, in seconds."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for text in texts:
        began = time.perf_counter()
        connection.request("GET", f"/suggest?q={quote(text)}&format=json")
        answer = connection.getresponse()
        answer.read()
        if answer.status != http.client.OK:
            raise SystemExit(f"{answer.status} for {text!r}")
        times.append(time.perf_counter() - began)
        time.sleep(pause)


def measure(port: int, texts: list[list[str]], pause: float, title: str) -> None:
    """Let all clients type at once, and print their waiting."""
    times: list[list[float]] = [[] for _ in texts]
    before = os.getloadavg()[0]
    threads = [
        threading.Thread(target=client, args=(port, own, pause, noted))
        for own, noted in zip(texts, times, strict=True)
    ]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    everything = sorted(value * 1000 for noted in times for value in noted)
    cuts = statistics.quantiles(everything, n=100)
    print(
        f"{title}: {len(everything):,} answers in {seconds:.1f} s, "
        f"p50 {cuts[49]:.1f} ms, p95 {cuts[94]:.1f} ms, p99 {cuts[98]:.1f} ms, "
        f"load {before:.1f} before and {os.getloadavg()[0]:.1f} after on {os.cpu_count()} cores"
    )


def main() -> None:
    """Make the index, start a server, measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, default=Path("var"))
    parser.add_argument("--quads", type=int, default=500_000)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--texts", type=int, default=150, help="texts that each client asks for")
    parser.add_argument("--pause", type=float, default=100.0, help="milliseconds between two")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        shutil.copytree(options.home, home, symlinks=True, ignore=shutil.ignore_patterns("dumps"))
        release = ReleaseStore(home).current()
        if release is None:
            raise SystemExit("there is no release: ogpld build")
        things = grown_things(release, options.quads)
        began = time.perf_counter()
        write_index(release.path / SEARCH, things, release.id)
        names = sum(len(thing.names) for thing in things)
        print(
            f"{len(things):,} things with {names:,} names as in {options.quads:,} statements; "
            f"index of {(release.path / SEARCH).stat().st_size / 1e6:.1f} MB "
            f"written in {time.perf_counter() - began:.1f} s"
        )
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        command = [sys.executable, "-m", "ogpld", "serve", "--home", str(home), "--port", str(port)]
        unbounded = {"OGPLD_BUDGET_PAGES": "0", "OGPLD_CLIENT_PAGES": "0"}
        server = subprocess.Popen(command, env={**os.environ, **unbounded})
        try:
            for _ in range(600):
                time.sleep(0.1)
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except OSError:
                    continue
            texts = [typed(things, options.texts, seed) for seed in range(options.clients)]
            for title in ("new texts", "the same again"):
                measure(port, texts, options.pause / 1000, title)
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
