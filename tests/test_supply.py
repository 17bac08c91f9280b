"""What a deployment installs: locked by digest; one wheel a commit, with the licences of what it carries."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import requires
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from support.programs import demand
from support.running import ROOT

from ogpld import __version__

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = PROJECT["project"]["optional-dependencies"]
#: What is installed with digests: without an extra, and with each.
LOCKS = {
    extra: (ROOT / f"deploy/requirements{extra and '-'}{extra}.lock").read_text(encoding="utf-8")
    for extra in ("", *EXTRAS)
}
THIRD_PARTY = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8")


def constraints() -> dict[str, str]:
    """Return the version of each package the tests run with."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").split()
    return {
        canonicalize_name(name): version for name, _, version in (x.partition("==") for x in lines)
    }


def locked(extra: str = "") -> dict[str, tuple[str, str, list[str]]]:
    """Return version, marker and digests of each package of a lock."""
    line = r"(?m)^([\w.-]+)==(\S+)([^\n]*)\n((?:    --hash=\S+[ \\]*\n)*)"
    return {
        name: (version, marker.strip(" \\"), re.findall(r"sha256:([0-9a-f]{64})", digests))
        for name, version, marker, digests in re.findall(line, LOCKS[extra])
    }


def deployed() -> set[str]:
    """Return the packages that a deployment may have, with and without the extras that are for it."""
    return {name for extra in LOCKS if extra != "dev" for name in locked(extra)}


def needed(requirements: list[str], extra: str = "") -> set[str]:
    """Return the packages that requirements lead to, here."""
    names: set[str] = set()
    waiting = list(requirements)
    while waiting:
        requirement = Requirement(waiting.pop())
        name = canonicalize_name(requirement.name)
        if name in names or (
            requirement.marker and not requirement.marker.evaluate({"extra": extra})
        ):
            continue
        names.add(name)
        waiting += requires(name) or []
    return names


@pytest.mark.parametrize("extra", LOCKS)
def test_a_lock_has_every_dependency_with_digests(extra: str) -> None:
    """Whatever the requirements lead to stands there, in the versions the tests run with."""
    entries = locked(extra)
    own = [*PROJECT["project"]["dependencies"], *(EXTRAS[extra] if extra else ())]
    wanted = [text for text in own if not text.startswith("ogpld[")]
    assert needed(wanted) <= set(entries)
    assert len(entries) == len(re.findall(r"(?m)^[\w.-]+==", LOCKS[extra]))
    versions = constraints()
    for name, (version, marker, digests) in entries.items():
        elsewhere = marker.startswith(";") and name not in versions  # a system without tests
        assert elsewhere or versions.get(name) == version, f"{name}: run make lock"
        assert digests, name
    for requirement in map(Requirement, wanted):
        assert entries[canonicalize_name(requirement.name)][0] in requirement.specifier
    assert "index-url" not in LOCKS[extra]
    if extra:
        assert locked("").keys() <= entries.keys()


def test_extras_that_are_named_are_there() -> None:
    """In help, hints and pages."""
    files = [*(ROOT / "ogpld").rglob("*.py"), *(ROOT / "docs").glob("*.md"), ROOT / "README.md"]
    texts = [path.read_text(encoding="utf-8") for path in files]
    assert {name for text in texts for name in re.findall(r"ogpld\[(\w+)\]", text)} <= EXTRAS.keys()


def test_requirements_are_bounded() -> None:
    """Each dependency below the next version that may break it; what builds the wheel is pinned."""
    for requirement in map(Requirement, PROJECT["project"]["dependencies"]):
        assert any(s.operator == "<" for s in requirement.specifier), requirement
    (builder,) = map(Requirement, PROJECT["build-system"]["requires"])
    assert str(builder.specifier) == f"=={constraints()[builder.name]}"
    assert str(builder) in PROJECT["project"]["optional-dependencies"]["dev"]


def test_software_of_others_is_listed() -> None:
    """Every Python package of a deployment, every browser package with its version and a text."""
    for name in deployed():
        assert re.search(rf"(?m)^\| {re.escape(name)} \| .+ \|$", THIRD_PARTY), name
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    headings = ", ".join(re.findall(r"(?m)^### (.+)$", THIRD_PARTY)).split(", ")
    for path, package in packages.items():
        if not path:
            continue
        name = path.rpartition("node_modules/")[2]
        assert f"\n| {name} | {package['version']} | " in THIRD_PARTY, "run make third-party"
        assert name in headings


#: Licences that software beside ours or in our files may have, as packages state them. MPL-2.0 is that of
#: single files, which are not changed here.
LICENCES = {
    "Apache Software License", "Apache-2.0", "Apache 2.0", "BSD", "BSD License", "BSD-2-Clause", "BSD-3-Clause",
    "3-Clause BSD License", "CC-BY-4.0", "CC0-1.0",
    "ISC License (ISCL)", "MIT", "MIT License", "MPL-2.0", "PSF-2.0", "W3C-20150513",
}  # fmt: skip


def licences() -> dict[str, str]:
    """Return the licence of each package in THIRD_PARTY.md."""
    rows = re.findall(r"(?m)^\| (?!package)([^|]+?) \|(?: [^|]+ \|)? ([^|]+?) \|$", THIRD_PARTY)
    return {name: re.sub(r"^\((.+)\)$", r"\1", licence) for name, licence in rows}


def is_allowed(licence: str) -> bool:
    """Say whether a licence is in the list: one side of an OR, both of an AND."""
    while inner := re.search(r"\(([^()]+ (?:OR|AND) [^()]+)\)", licence):
        licence = licence.replace(inner[0], "MIT" if is_allowed(inner[1]) else "none of these")
    return any(
        all(part.strip() in LICENCES for part in choice.split(" AND "))
        for choice in licence.split(" OR ")
    )


def test_licences_of_others_are_in_the_list() -> None:
    """Each package of a deployment and of the editor has one; what the list has not is looked at by somebody first."""
    table = licences()
    assert table.keys() >= deployed()
    (unsaid,) = (name for name, licence in table.items() if licence == "see its text below")
    assert f"\n### {unsaid}\n" in THIRD_PARTY
    refused = {n: x for n, x in table.items() if n != unsaid and not is_allowed(x)}
    assert refused == {}
    assert is_allowed("GPL-3.0 OR MIT")
    assert is_allowed("MIT AND (GPL-3.0 OR BSD-3-Clause)")
    assert not is_allowed("MIT AND (GPL-3.0 OR AGPL-3.0)")
    for licence in ("GPL-3.0-only", "MIT AND AGPL-3.0", "", "UNKNOWN"):
        assert not is_allowed(licence)


def test_a_release_has_one_version() -> None:
    """It stands in the package; what repeats it says the same."""
    assert PROJECT["project"]["dynamic"] == ["version"]
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {__version__}\n" in citation
    (heading, *_) = re.findall(r"(?m)^## (.+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"))
    assert heading == "Unreleased" or re.fullmatch(rf"{__version__} - \d{{4}}-\d\d-\d\d", heading)


def tree(folder: Path, mode: int) -> Path:
    """Return a copy of what is committed, with the editor's files, under other times and modes."""
    files = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    for name in filter(None, files.split("\0")):
        if name.startswith(("tests/", "bench/")) or not (ROOT / name).is_file():
            continue
        copy = folder / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, copy)
        copy.chmod(mode)
        os.utime(copy, (mode * 1_000_000, mode * 1_000_000))
    return folder


def pack(folder: Path, path: str) -> Path:
    """Return the wheel of a tree, made with this search path."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "out"],
        cwd=folder, env={"PATH": path, "HOME": str(folder)}, capture_output=True, check=True, timeout=300,
    )  # fmt: skip
    (wheel,) = (folder / "out").glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Give two wheels of the same commit: from trees of other times and modes, with Node and without."""
    there = importlib.util.find_spec("hatchling") is not None
    demand("hatchling", there=there, lacking="run make test, or pip install -e '.[dev]'")
    demand("git", there=(ROOT / ".git").exists(), lacking="the list of files comes from git")
    without = tree(tmp_path_factory.mktemp("without"), 0o644)
    node = tree(tmp_path_factory.mktemp("node"), 0o600)
    for name in ("npm", "node", "make"):
        program = node / "bin" / name
        program.parent.mkdir(exist_ok=True)
        editor = node / "ogpld/web/static/editor"
        program.write_text(f"#!/bin/sh\nmkdir -p {editor}\necho {name} > {editor}/yasgui.min.js\n")
        program.chmod(0o755)
    return pack(without, "/nowhere"), pack(node, f"{node}/bin:/usr/bin:/bin")


def test_a_commit_is_one_wheel(wheels: tuple[Path, Path]) -> None:
    """The same bytes, whatever programs, times and modes there are."""
    first, second = (hashlib.sha256(wheel.read_bytes()).hexdigest() for wheel in wheels)
    assert first == second


def test_a_wheel_carries_the_licences(wheels: tuple[Path, Path]) -> None:
    """Ours, that of the data, and the texts of software of others."""
    names = ZipFile(wheels[0]).namelist()
    for name in ("LICENSE", "THIRD_PARTY.md", "data/LICENSE"):
        assert any(there.endswith(f".dist-info/licenses/{name}") for there in names), name
    assert not [name for name in names if name.endswith(".pyc")]
