"""What docs/operate.md prints is run as it is printed, but for folders and ports; what is not has its reason here."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from support.programs import demand
from support.running import ROOT, Server, environment, free_port, start_server, stop_server
from support.small import Small

from ogpld.settings_reader import settings_in_force

#: First words of what is printed and not run, each with the reason.
NOT_RUN = {
    "python3 -m venv /opt/ogpld": "`make release` does the same in an empty environment",
    "/opt/ogpld-2026-11-30/bin/python -m pip": "as above",
    "ln -sfn": "wants root; tests/test_deploy.py holds the steps to the unit",
    "useradd": "as above",
    "install -d -o ogpld": "as above",
    "install -m 640 -g ogpld": "as above",
    "install -m 644 deploy/ogpld.service": "wants root; tests/test_deploy.py has systemd look at the unit",
    "systemctl enable": "as above",
    "systemctl status": "as above",
    "journalctl -u ogpld": "wants systemd at work; the id is followed in tests/counterparts/test_proxies.py",
    "ogpld doctor https://data.example.org/": "wants a public site; tests/doctor asks one",
    "pip install 'ogpld[cluster]'": "the environment of the tests has it",
    "ogpld --home /var/lib/ogpld releases use 7": "tests/faults/test_damage.py takes a release back so",
    "mv /var/lib/ogpld/releases/8-": "as above",
    "dask scheduler": "tests/counterparts/test_dask.py starts one with its workers, and builds there",
    "dask worker": "as above",
    "ogpld --home /var/lib/ogpld build --cluster": "as above",
    "ogpld --home /var/lib/ogpld serve": "serves until somebody ends it; the server here was started so",
}


def blocks() -> list[str]:
    """Return the indented blocks of the page."""
    text = (ROOT / "docs/operate.md").read_text(encoding="utf-8")
    return [
        dedent(block).strip("\n") for block in re.findall(r"(?m)(?:^ {4}.*\n|^\n(?= {4}))+", text)
    ]


def lines() -> list[str]:
    """Return what is printed, a command each, run here as who runs the tests; the settings are none."""
    printed = (line for block in blocks() if " = " not in block for line in block.splitlines())
    return [line.removeprefix("runuser -u ogpld -- ") for line in printed if line]


def reason(command: str) -> str:
    """Return why a command is not run, "" for one that is."""
    return next((why for words, why in NOT_RUN.items() if command.startswith(words)), "")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What stands here for what is printed; the settings of the page are in the home."""
    folder = tmp_path_factory.mktemp("operate")
    site = Small(folder)
    site.publish(site.lines)
    (folder / "backups").mkdir()
    (settings,) = (block for block in blocks() if " = " in block)
    (site.home / "ogpld.toml").write_text(
        settings.replace("https://data.example.org/", "http://localhost:8000/"), "utf-8"
    )
    return {
        "/var/lib/ogpld-new": str(folder / "new"),
        "/var/lib/ogpld-replica": str(folder / "replica"),
        "/var/lib/ogpld": str(site.home),
        "/srv/backups": str(folder / "backups"),
        "sources": str(folder / "data"),
    }


@pytest.fixture(scope="module")
def server(folders: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the settings of the page, on other ports."""
    folders["localhost:9464"] = f"localhost:{(port := free_port())}"
    home = Path(folders["/var/lib/ogpld"])
    log = tmp_path_factory.mktemp("log") / "log"
    made = start_server(home, log, metrics_port=port, drain_notice=0, workers=1)
    folders["localhost:8000"] = made.url.removeprefix("http://").replace("127.0.0.1", "localhost")
    yield made
    stop_server(made)


def test_settings_of_the_page_are_settings() -> None:
    """Each is one, of its type."""
    (text,) = (block for block in blocks() if " = " in block)
    values = tomllib.loads(text)
    assert len(values) >= 6
    assert settings_in_force(values, {}, None).settings.metrics_port == 9464


def test_commands_of_the_page(folders: dict[str, str], server: Server) -> None:
    """In their order; each ends well and prints something."""
    demand("curl", there=bool(shutil.which("curl")), lacking="install it")
    assert server.process.poll() is None
    commands = [line for line in lines() if not reason(line)]
    assert len(commands) >= 12
    values = environment(Path("/nowhere"), sources=folders["sources"], dumps=False)
    del values["OGPLD_HOME"]
    path = f"{Path(sys.executable).parent}:{values['PATH']}"
    places = {name: place for name, place in folders.items() if name != "sources"}
    for command in commands:
        here = re.sub(
            "|".join(map(re.escape, places)), lambda match: places[match[0]], command
        ).replace("curl ", "curl --silent --show-error --fail-with-body ")
        done = subprocess.run(
            ["bash", "-c", here],
            env={**values, "PATH": path}, cwd=folders["/srv/backups"],
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{command}\nended with {done.returncode}:\n{done.stderr}"
        assert done.stdout.strip(), command


def test_reasons_are_of_commands_there_are() -> None:
    """None is left over."""
    assert [words for words in NOT_RUN if not any(c.startswith(words) for c in lines())] == []


def test_files_that_the_page_names_are_there() -> None:
    """Those of `deploy/`, and metrics that there are."""
    text = (ROOT / "docs/operate.md").read_text(encoding="utf-8")
    files = set(re.findall(r"`(deploy/[\w./-]+)`", text))
    assert len(files) >= 5
    assert all((ROOT / name).exists() for name in files)
    contract = (ROOT / "docs/contract.md").read_text(encoding="utf-8")
    assert all(name in contract for name in re.findall(r"ogpld_[a-z_]+", text))
