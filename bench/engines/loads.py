"""How many answers a second servers give: load by `wrk`, in rounds that are interleaved."""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

_WRK = """local requests, number = {%s}, 0
request = function() number = number %% #requests + 1 return requests[number] end
"""


def load(url: str, paths: Sequence[str], accept: str, connections: int, seconds: float) -> float:
    """Return the answers a second; 0 when any is no success."""
    host = urlsplit(url).netloc
    requests = [
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: {accept}\r\n\r\n" for path in paths
    ]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(_WRK % ",\n".join(map(json.dumps, requests)))
        script.flush()
        output = subprocess.run(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s", "--timeout=30s", "-s", script.name, f"http://{host}"],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)|Socket errors", output)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", output)
    return 0.0 if failed or not rate else float(rate[1])


def interleaved(
    names: Sequence[str], measure: Callable[[str, int], float], rounds: int
) -> dict[str, list[float]]:
    """Return what was measured of each name by round, the order turned in every second one.

    Args:
        names: of what is compared.
        measure: given a name and the number of the round.
        rounds: how many.
    """
    figures: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds):
        for name in names if number % 2 == 0 else reversed(names):
            figures[name].append(measure(name, number))
            time.sleep(0.1)
    return figures


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> str:
    """Return the median of the ratios of rounds, "-" where there are none."""
    pairs = [(one, other) for one, other in zip(ours, theirs, strict=True) if one and other]
    return f"{statistics.median(one / other for one, other in pairs):.2f}" if pairs else "-"
