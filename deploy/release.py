"""Make a release of the program in dist/, and try it in empty environments: `make release`.

    python deploy/release.py [--rehearse] [--python PROGRAM ...]

Wheel and sdist of this commit are packed, each is installed beside the packages of `deploy/requirements.lock`
(by digest) in an environment that has nothing else, and publishes and answers there. Beside them go SBOMs
(CycloneDX) of what an installation has and of the browser libraries, and SHA256SUMS. The version
stands in `ogpld/__init__.py` alone; CITATION.cff has to say the same, and CHANGELOG.md when it was released.
`--rehearse` does not ask for that date, nor for a clean tree. A Python that is not here is named; where
OGPLD_REQUIRE names it (`python3.12`), that is a failure.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"
#: Versions of Python that pyproject.toml names, tried where they are installed.
PYTHONS = ("python3.11", "python3.12", "python3.13")
#: One that is tried as soon as every dependency has a wheel for it.
NEXT_PYTHON = "python3.14"
#: What writes the SBOM of an environment.
CYCLONEDX = "cyclonedx-bom==7.5.0"
#: What an installation has to do, in this order.
TRIAL = (
    ["template", "plan", "--xlsx", "--output", "plan.xlsx"],
    ["build", "--sources", "data"],
    ["releases", "verify"],
    ["query", "ASK { ?s ?p ?o }"],
    ["backup", "backup.tar"],
)
#: Seconds in which its server has to answer.
START = 60.0


def run(*command: str | Path, **options: object) -> str:
    """Run a program to its end, and return what it printed; end with what it complained of."""
    done = subprocess.run(  # noqa: S603  (ours, by full path or name)
        [str(part) for part in command],
        capture_output=True, text=True, check=False, **options,  # type: ignore[call-overload]
    )  # fmt: skip
    if done.returncode:
        sys.exit(
            f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        )
    return str(done.stdout)


def version() -> str:
    """Return the version, which stands in one place."""
    text = (ROOT / "ogpld/__init__.py").read_text(encoding="utf-8")
    return str(re.findall(r'(?m)^__version__ = "(.+)"$', text)[0])


def faults(number: str, *, rehearse: bool) -> list[str]:
    """Return what keeps this commit from being released."""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    heading = re.findall(r"(?m)^## (.+)$", changelog)[0]
    problems = []
    if f"\nversion: {number}\n" not in (ROOT / "CITATION.cff").read_text(encoding="utf-8"):
        problems.append(f"CITATION.cff does not say version: {number}")
    if not rehearse and not re.fullmatch(rf"{re.escape(number)} - \d{{4}}-\d\d-\d\d", heading):
        problems.append(f"CHANGELOG.md begins with {heading!r}, not with '{number} - YYYY-MM-DD'")
    if not rehearse and run("git", "status", "--porcelain", cwd=ROOT):
        problems.append("there are changes that are not committed")
    return problems


def pack() -> tuple[Path, Path]:
    """Return wheel and sdist; the same commit gives the same bytes."""
    shutil.rmtree(DIST, ignore_errors=True)
    epoch = (
        os.environ.get("SOURCE_DATE_EPOCH")
        or run("git", "log", "-1", "--format=%ct", cwd=ROOT).strip()
    )
    environment = {**os.environ, "SOURCE_DATE_EPOCH": epoch}
    run(sys.executable, "-m", "hatchling", "build", "-d", DIST, cwd=ROOT, env=environment)
    (wheel,), (sdist,) = DIST.glob("*.whl"), DIST.glob("*.tar.gz")
    return wheel, sdist


def program_of(name: str) -> str | None:
    """Return an interpreter that runs: one on the search path or of pyenv, whose newest counts."""
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    minor = name.removeprefix("python")
    installed = sorted(root.glob(f"versions/{minor}.*/bin/{name}"), key=os.path.getmtime)
    for program in (shutil.which(name), *map(str, reversed(installed))):
        if (
            program
            and subprocess.run([program, "-c", ""], capture_output=True, check=False).returncode  # noqa: S603
            == 0
        ):
            return program
    return None


def has_wheels(python: str, folder: Path) -> bool:
    """Say whether every locked package has a wheel for an interpreter, which a new one lacks for months."""
    run(python, "-m", "venv", folder)
    quiet = ["--quiet", "--disable-pip-version-check"]
    pip: list[str | Path] = [folder / "bin/python", "-m", "pip", *quiet, "download"]
    lock = ROOT / "deploy/requirements.lock"
    options: list[str | Path] = [
        "--only-binary",
        ":all:",
        "--require-hashes",
        "--requirement",
        lock,
    ]
    done = subprocess.run(  # noqa: S603
        [*pip, *options, "--dest", folder / "wheels"], capture_output=True, check=False
    )
    return done.returncode == 0


def pythons(wanted: list[str], folder: Path) -> list[str]:
    """Return the interpreters to try, those that are named or those that run; say which do not.

    One that OGPLD_REQUIRE names has to be there.
    """
    required = os.environ.get("OGPLD_REQUIRE", "").split(",")
    there = []
    for name in wanted or (*PYTHONS, NEXT_PYTHON):
        program = program_of(name)
        if program is None:
            reason = f"{name} is not here"
        elif name == NEXT_PYTHON and not has_wheels(program, folder / "wheels"):
            reason = f"a dependency has no wheel for {name} yet"
        else:
            there.append(program)
            continue
        if name in required:
            sys.exit(f"no release: OGPLD_REQUIRE names {name}, and {reason}")
        sys.stdout.write(f"not tried: {reason}\n")
    if not there:
        sys.exit("there is no Python to try the release with; name one: --python PROGRAM")
    return there


def environment_of(folder: Path, python: str, package: Path) -> Path:
    """Return the programs of a new environment that has a package, the locked ones, and nothing else."""
    run(python, "-m", "venv", folder)
    pip = (folder / "bin/python", "-m", "pip", "--quiet", "--disable-pip-version-check")
    run(*pip, "install", "--require-hashes", "--requirement", ROOT / "deploy/requirements.lock")
    if package.suffix == ".gz":  # its build backend, which is no part of an installation
        run(*pip, "install", "--constraint", ROOT / "constraints.txt", "hatchling")
        run(*pip, "install", "--no-deps", "--no-build-isolation", package)
    else:
        run(*pip, "install", "--no-deps", package)
    run(*pip, "check")
    return folder / "bin"


def try_out(programs: Path, folder: Path, number: str) -> None:
    """Have an installation do what it is for, in a folder of its own, without our settings."""
    folder.mkdir()
    for name in ("members", "institutions"):
        shutil.copytree(ROOT / "data/sources" / name, folder / "data/sources" / name)
    environment = {
        "PATH": "/usr/bin:/bin", "HOME": str(folder), "OGPLD_HOME": str(folder / "home"),
        "OGPLD_DUMPS": "false", "LANG": "C.UTF-8",
    }  # fmt: skip
    text = run(programs / "ogpld", "--version", cwd=folder, env=environment)
    if not text.startswith(f"ogpld {number} (build "):
        sys.exit(f"what was installed says {text!r}, not version {number}")
    for arguments in TRIAL:
        run(programs / "ogpld", *arguments, cwd=folder, env=environment)
    serve(programs, folder, environment)


def serve(programs: Path, folder: Path, environment: dict[str, str]) -> None:
    """Start the server of an installation, have it answer a query, and stop it; end where it does not."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    log = folder / "serve.log"
    with log.open("wb") as stream:
        server = subprocess.Popen(  # noqa: S603
            [programs / "ogpld", "serve", "--port", str(port)],
            cwd=folder, env=environment, stdout=stream, stderr=stream,
        )  # fmt: skip
    url = f"http://127.0.0.1:{port}/sparql?query=ASK%20%7B%3Fs%20%3Fp%20%3Fo%7D&format=json"
    answer, end = None, time.monotonic() + START
    try:
        while answer is None and server.poll() is None and time.monotonic() < end:
            try:
                with urllib.request.urlopen(url, timeout=START) as response:
                    answer = json.load(response)
            except OSError:
                time.sleep(0.2)
    finally:
        server.terminate()
        status = server.wait(START)
    if not answer or not answer["boolean"] or status:
        text = log.read_text(encoding="utf-8")
        sys.exit(f"its server answered {answer} and ended with {status}:\n{text}")


def write_sboms(programs: Path, tools: Path, number: str) -> list[Path]:
    """Write what an installation has, and the libraries for browsers, as CycloneDX."""
    installed = DIST / f"ogpld-{number}.cdx.json"
    run(sys.executable, "-m", "venv", tools)
    run(tools / "bin/python", "-m", "pip", "--quiet", "install", CYCLONEDX)
    run(
        tools / "bin/cyclonedx-py", "environment", "--output-reproducible",
        "--pyproject", ROOT / "pyproject.toml", "--output-file", installed, programs / "python",
    )  # fmt: skip
    written = [installed]
    if shutil.which("npm"):
        folder = tools / "npm"
        folder.mkdir()
        for name in ("package.json", "package-lock.json"):
            content = json.loads((ROOT / name).read_text(encoding="utf-8"))
            content["version"] = number  # npm names what has a version
            if "packages" in content:
                content["packages"][""]["version"] = number
            (folder / name).write_text(json.dumps(content), encoding="utf-8")
        text = run("npm", "sbom", "--sbom-format", "cyclonedx", "--package-lock-only", cwd=folder)
        written.append(DIST / f"ogpld-editor-{number}.cdx.json")
        written[-1].write_text(text, encoding="utf-8")
    else:
        sys.stdout.write("no npm here: there is no SBOM of the libraries for browsers\n")
    return written


def main() -> int:
    """Make the release, and say what was tried."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rehearse", action="store_true", help="ask for no date and no clean tree")
    parser.add_argument(
        "--python", action="append", default=[], metavar="PROGRAM", help="try with this one"
    )
    options = parser.parse_args()
    number = version()
    if problems := faults(number, rehearse=options.rehearse):
        sys.exit("no release:\n" + "\n".join(f"  {problem}" for problem in problems))
    wheel, sdist = pack()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for count, python in enumerate(pythons(options.python, folder)):
            for package in (wheel, sdist) if count == 0 else (wheel,):
                kind = "sdist" if package is sdist else "wheel"
                programs = environment_of(folder / f"{kind}{count}", python, package)
                try_out(programs, folder / f"{kind}{count}-trial", number)
                sys.stdout.write(
                    f"{kind} with {run(python, '--version').strip()}: publishes, verifies, serves, answers\n"
                )
        made = write_sboms(folder / "wheel0/bin", folder / "tools", number)
    files = sorted([wheel, sdist, *made])
    sums = "".join(f"{hashlib.sha256(f.read_bytes()).hexdigest()}  {f.name}\n" for f in files)
    (DIST / "SHA256SUMS").write_text(sums, encoding="ascii")
    sys.stdout.write(sums)
    return 0


if __name__ == "__main__":
    sys.exit(main())
