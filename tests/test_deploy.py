"""Files for operators: systemd accepts the unit, the container is nobody's root, what they name is there."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from support.programs import demand
from support.running import ROOT

DEPLOY = ROOT / "deploy"
#: Instructions of a Containerfile (docs.docker.com/reference/dockerfile) that there are.
INSTRUCTIONS = {
    "FROM", "RUN", "CMD", "LABEL", "EXPOSE", "ENV", "ADD", "COPY", "ENTRYPOINT", "VOLUME", "USER",
    "WORKDIR", "ARG", "ONBUILD", "STOPSIGNAL", "HEALTHCHECK", "SHELL",
}  # fmt: skip


@pytest.fixture(scope="module")
def unit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unit with a program that is there."""
    there = bool(shutil.which("systemd-analyze"))
    demand("systemd", there=there, lacking="install systemd, for systemd-analyze")
    text = (DEPLOY / "ogpld.service").read_text(encoding="utf-8")
    assert "/opt/ogpld/bin/ogpld " in text
    path = tmp_path_factory.mktemp("unit") / "ogpld.service"
    path.write_text(text.replace("ExecStart=/opt/ogpld/bin/ogpld", "ExecStart=/bin/true"))
    return path


def test_systemd_accepts_the_unit(unit: Path) -> None:
    """Without a warning: an unknown setting is one."""
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_unit_is_confined(unit: Path) -> None:
    """What systemd calls its exposure stays below 2 of 10."""
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", unit],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-300:]


def test_the_unit_gives_a_server_time_to_end() -> None:
    """Longer than the defaults of drain and what the parent adds."""
    text = (DEPLOY / "ogpld.service").read_text(encoding="utf-8")
    (seconds,) = re.findall(r"(?m)^TimeoutStopSec=(\d+)$", text)
    assert int(seconds) >= 10 + 5 + 5
    assert "Restart=on-failure" in text


def test_the_steps_of_the_page_lead_to_the_unit() -> None:
    """Program, user, home, settings, a build as that user, then the unit; each before what wants it."""
    values = dict(
        line.split("=", 1)
        for line in (DEPLOY / "ogpld.service").read_text(encoding="utf-8").splitlines()
        if "=" in line and not line.startswith("#")
    )
    user, home = values["User"], f"/var/lib/{values['StateDirectory']}"
    program, _, arguments = values["ExecStart"].partition(" ")
    assert arguments == f"--home {home} serve"
    assert values["ConditionPathExists"] == f"{home}/current"
    folder = program.removesuffix("/bin/ogpld")
    page = (ROOT / "docs/operate.md").read_text(encoding="utf-8")
    steps = [
        rf"python3 -m venv {folder}-[\d-]+",
        rf"ln -sfn ogpld-[\d-]+ {folder}",
        rf"ln -sfn {program} /usr/local/bin/ogpld",
        rf"useradd --system --user-group --home-dir {home} .*{user}",
        rf"install -d -o {user} -g {values['Group']} -m {values['StateDirectoryMode'][1:]} {home}",
        rf"install -m 640 -g {values['Group']} ogpld.toml {home}/",
        rf"runuser -u {user} -- ogpld --home {home} build",
        r"install -m 644 deploy/ogpld.service /etc/systemd/system/",
        r"systemctl enable --now ogpld",
    ]
    places = [re.search(rf"(?m)^ {{4}}{step}$", page) for step in steps]
    assert [step for step, place in zip(steps, places, strict=True) if place is None] == []
    starts = [place.start() for place in places if place]
    assert starts == sorted(starts)


def test_no_step_is_said_in_the_unit_alone() -> None:
    """Comments of the unit print no commands: the page has them."""
    text = (DEPLOY / "ogpld.service").read_text(encoding="utf-8")
    comments = re.findall(r"(?m)^#(.*)$", text)
    assert [c for c in comments if re.search("useradd|systemctl|pip|runuser|install -", c)] == []


def instructions() -> list[tuple[str, str]]:
    """Return the instructions of the container file with what follows them."""
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    plain = re.sub(r"(?m)^#.*\n", "", text).replace("\\\n", " ")
    pairs = [line.split(maxsplit=1) for line in plain.splitlines() if line.strip()]
    return [(name, rest) for name, rest in pairs]


def test_the_container_file_can_be_read_and_is_nobodys_root() -> None:
    """Known instructions, lists in JSON, packages by digest, files that are there, a user without rights."""
    lines = instructions()
    assert {name for name, _ in lines} <= INSTRUCTIONS
    last_stage = lines[max(n for n, (name, _) in enumerate(lines) if name == "FROM") :]
    values = dict(last_stage)
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", values["USER"])
    for name in ("ENTRYPOINT", "CMD"):
        assert all(isinstance(word, str) for word in json.loads(values[name]))
    check = json.loads(values["HEALTHCHECK"].partition("CMD ")[2])
    compile(check[2], "healthcheck", "exec")
    assert "/healthz/live" in check[2]
    assert values["VOLUME"] == values["WORKDIR"] == "/var/lib/ogpld"
    for name, rest in lines:
        if name == "COPY" and "--from" not in rest and "dist/" not in rest:
            assert all((ROOT / word).exists() for word in rest.split()[:-1]), rest
    installs = [rest for name, rest in lines if name == "RUN" and "pip install" in rest]
    assert all("--require-hashes" in rest and "--no-deps" in rest for rest in installs)
    assert all(":latest" not in rest and ":" in rest for name, rest in lines if name == "FROM")
