"""The notebook and the R script make their figures, and the numbers in them are those of the tables."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from collections import Counter
from pathlib import Path

import pytest
import requests
from support.programs import demand, output, python
from support.running import ROOT
from support.sites import Site

NOTEBOOKS = ROOT / "docs/notebooks"
FIGURES = ("completion-by-cycle", "ambition-against-results", "members-against-others")
UNKNOWN = "not known"
#: Members that are compared with all others.
MEMBERS = {"EST": "Estonia", "LVA": "Latvia"}
Rows = list[dict[str, str]]


def table(site: Site, segment: str) -> Rows:
    """Return a list as its CSV has it."""
    answer = requests.get(f"{site.url}/doc/{segment}.csv", timeout=60)
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8"))))


def labels(name: str) -> dict[str, str]:
    """Return the labels of a code list by code, as its file has them; no value is not known."""
    with (ROOT / f"ontology/codelists/{name}.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    code, label = list(rows[0])[:2]
    return {row[code]: row[label] for row in rows} | {"": UNKNOWN}


def expected(site: Site) -> dict[str, Counter[tuple[str, ...]]]:
    """Return the numbers of the figures, counted from the tables of commitments and plans."""
    cycles = {row["key"]: row["cycle"] for row in table(site, "action-plan")}
    completion, impact = labels("completion"), labels("potential-impact")
    opened, early = labels("opened-government"), labels("early-results")
    potential = labels("potential-for-results")
    counts: dict[str, Counter[tuple[str, ...]]] = {name: Counter() for name in FIGURES}
    for row in table(site, "commitment"):
        end = completion[row["completion"]]
        cycle = min(cycles[plan] for plan in row["plans"].split(";"))
        counts[FIGURES[0]][cycle, end] += 1
        pair = ("impact-opened", impact[row["potentialImpact"]], opened[row["openedGovernment"]])
        counts[FIGURES[1]][pair] += 1
        pair = (
            "potential-early",
            potential[row["potentialForResults"]],
            early[row["earlyResults"]],
        )
        counts[FIGURES[1]][pair] += 1
        counts[FIGURES[2]][MEMBERS.get(row["member"], "Others"), end] += 1
    return counts


def check(site: Site, folder: Path, text: str) -> None:
    """Hold what a program wrote to the tables."""
    counts = expected(site)
    total = sum(counts[FIGURES[0]].values())
    assert total > 100
    assert f"{total:,} commitments" in text
    assert f"{site.url}, release 1-" in text
    assert f"{site.url}/dataset/ogpld" in text
    for name, wanted in counts.items():
        assert (folder / f"{name}.png").read_bytes().startswith(b"\x89PNG")
        assert any(UNKNOWN in key for key in wanted)
        lines = (folder / f"{name}.csv").read_text(encoding="utf-8").splitlines()
        rows = list(csv.DictReader(lines))
        got = {
            tuple(v for k, v in row.items() if k not in {"commitments", "share"}): int(row["commitments"])
            for row in rows
        }  # fmt: skip
        assert got == wanted, name
        assert len(got) == len(rows)
    assert {group for group, _ in counts[FIGURES[2]]} == {*MEMBERS.values(), "Others"}
    sizes = Counter[str]()
    for (group, _), number in counts[FIGURES[2]].items():
        sizes[group] += number
    for row in rows:
        assert (
            abs(float(row["share"]) - 100 * int(row["commitments"]) / sizes[row["group"]]) <= 0.0501
        )


@pytest.mark.counterpart("notebook")
def test_the_notebook_makes_its_figures(site: Site, tmp_path: Path) -> None:
    """From its first cell to its last, against a server."""
    program = python("notebook", "notebook")
    environment = {
        **os.environ,
        "OGPLD_URL": f"{site.url}/",
        "OGPLD_FIGURES": str(tmp_path / "figures"),
        "OGPLD_MEMBERS": " ".join(MEMBERS),
        "MPLBACKEND": "agg",
        "IPYTHONDIR": str(tmp_path),
        "MPLCONFIGDIR": str(tmp_path),
    }
    script = Path(__file__).with_name("run_notebook.py")
    text = output(
        [program, script, NOTEBOOKS / "ogp-figures.ipynb"], 240, env=environment, cwd=tmp_path
    )
    check(site, tmp_path / "figures", text)


@pytest.mark.counterpart("r")
def test_the_r_script_makes_its_figures(site: Site, tmp_path: Path) -> None:
    """The same numbers, with no packages."""
    program = shutil.which("Rscript")
    demand("r", there=bool(program), lacking="install r-base-core")
    assert program is not None
    environment = {
        **os.environ,
        "OGPLD_URL": site.url,
        "OGPLD_FIGURES": str(tmp_path / "figures"),
        "OGPLD_MEMBERS": " ".join(MEMBERS),
    }
    script = NOTEBOOKS / "ogp-figures.R"
    # what it says of the source goes to standard error
    text = output(["sh", "-c", f'"{program}" --vanilla "{script}" 2>&1'], 240, env=environment)
    check(site, tmp_path / "figures", text)


def test_the_notebook_is_kept_without_its_outputs() -> None:
    """They would be those of another release."""
    notebook = json.loads((NOTEBOOKS / "ogp-figures.ipynb").read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert cells
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in cells)
