"""A release that was damaged is noticed at start, and the one before is served from its own data."""

from __future__ import annotations

import logging
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.programs import demand
from support.running import environment
from support.sample_data import copy_sample

from ogpld.cli import main
from ogpld.config import Settings
from ogpld.release import Release, ReleaseStore
from ogpld.release.release_store import LOG
from ogpld.release.release_time import clock_doubt
from ogpld.stores import Query
from ogpld.web.current.current_release import CurrentRelease

pytestmark = pytest.mark.usefixtures("without_dumps")


def cut(path: Path) -> None:
    """Leave the first half of a file."""
    os.truncate(path, path.stat().st_size // 2)


def flip(path: Path, place: float = 0.5, length: int = 1) -> None:
    """Turn bytes of a file into others."""
    content = bytearray(path.read_bytes())
    start = min(int(len(content) * place), len(content) - length)
    content[start : start + length] = bytes(b ^ 0x55 for b in content[start : start + length])
    path.write_bytes(content)


#: What may happen to a release, by name.
DAMAGES: dict[str, Callable[[Release], None]] = {
    "data flipped": lambda r: flip(r.data),
    "data cut": lambda r: cut(r.data),
    "data gone": lambda r: r.data.unlink(),
    "blocks flipped": lambda r: flip(r.path / "blocks.json", 0.51),
    "subject of a block flipped": lambda r: (r.path / "blocks.json").write_text(
        (r.path / "blocks.json").read_text().replace("code/member-type/", "code/member-typf/", 1)
    ),
    "blocks gone": lambda r: (r.path / "blocks.json").unlink(),
    "manifest cut": lambda r: cut(r.path / "manifest.json"),
    "manifest gone": lambda r: (r.path / "manifest.json").unlink(),
    "model changed": lambda r: flip(r.path / "model/ontology/ogp.ttl"),
    "shape gone": lambda r: next((r.path / "model/shapes").glob("*.ttl")).unlink(),
    "folder gone": lambda r: shutil.rmtree(r.path),
    "bytes behind": lambda r: r.data.write_bytes(r.data.read_bytes() + b"\0"),
}


@pytest.fixture(scope="module")
def two_releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a home with two releases and the data of the second; nobody changes it."""
    folder = tmp_path_factory.mktemp("two")
    data = copy_sample(folder / "data", ("members", "institutions"))
    arguments = ["--home", str(folder / "home"), "build", "--sources", str(data / "sources")]
    assert main(arguments) == 0
    table = data / "sources/members/members.csv"
    table.write_text(table.read_text().replace("Albania,AL", "Albania the new,AL", 1))
    assert main(arguments) == 0
    return folder


@pytest.fixture
def home(two_releases: Path, small_data: Path, tmp_path: Path) -> Path:
    """A home with two releases, the second of the data beside it."""
    table = "sources/members/members.csv"
    shutil.copy2(two_releases / "data" / table, small_data / table)
    return Path(shutil.copytree(two_releases / "home", tmp_path / "home", symlinks=True))


@pytest.fixture
def live(home: Path) -> Iterator[CurrentRelease]:
    """What a server serves from, not started."""
    current = CurrentRelease(Settings(home=home, workers=1))
    yield current
    current.close()


def labels(live: CurrentRelease) -> bytes:
    """Return what the release in service says of Albania."""
    with live.lease() as serving:
        text = "SELECT ?n { <http://localhost:8000/id/member/ALB> <http://www.w3.org/2004/02/skos/core#prefLabel> ?n }"
        return serving.store.answer(Query(text, ("csv", ""))).body


@pytest.mark.parametrize("name", DAMAGES)
def test_the_release_before_is_served(
    home: Path, live: CurrentRelease, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Loudly, from its own data; `verify` names the damage and ends with 1."""
    first, second = ReleaseStore(home).releases()
    DAMAGES[name](second)
    with caplog.at_level(logging.ERROR, "ogpld"):
        live.start()
    assert f"SERVING {first.id} INSTEAD OF {second.id}" in caplog.text
    assert b"Albania\r\n" in labels(live)
    assert main(["--home", str(home), "releases", "verify"]) == 1
    assert main(["--home", str(home), "releases", "use", "1"]) == 0
    assert main(["--home", str(home), "releases", "list"]) == 0


def test_a_release_damaged_beside_is_not_taken_up(
    home: Path, live: CurrentRelease, caplog: pytest.LogCaptureFixture
) -> None:
    """A server that runs stays with what it has when `current` moves to a damaged release."""
    first, second = ReleaseStore(home).releases()
    ReleaseStore(home).use(first)
    flip(second.data)
    live.start()
    ReleaseStore(home).use(second)
    with caplog.at_level(logging.ERROR, "ogpld"):
        live.refresh()
    assert f"release {second.id} cannot be served" in caplog.text
    assert b"Albania\r\n" in labels(live)


def test_random_damage_is_never_served(home: Path, tmp_path: Path, faults: bool) -> None:  # noqa: FBT001
    """64 bytes anywhere in data, blocks, manifest or model: verification fails."""
    release = ReleaseStore(home).releases()[-1]
    chance = random.Random(64)
    judged = [release.data, release.path / "blocks.json", *(release.path / "model").rglob("*.*")]
    for turn in range(100 if faults else 10):
        copy = tmp_path / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(home, copy, symlinks=True)
        name = chance.choice(judged).relative_to(home)
        flip(copy / name, chance.random(), min(64, (copy / name).stat().st_size))
        assert main(["--home", str(copy), "releases", "verify", release.id]) == 1, (turn, name)


def test_publishing_over_a_damaged_release_is_refused(home: Path, small_data: Path) -> None:
    """Its changes could not be told; after a rollback it goes on, with a number of its own."""
    second = ReleaseStore(home).releases()[-1]
    flip(second.data)
    table = small_data / "sources/members/members.csv"
    table.write_text(table.read_text().replace("Estonia,EE", "Estonia the new,EE", 1))
    arguments = ["--home", str(home), "build", "--sources", str(small_data / "sources")]
    assert main(arguments) == 1
    assert ReleaseStore(home).current_name() == second.id
    assert main(["--home", str(home), "releases", "use", "1"]) == 0
    assert main(arguments) == 0
    current = ReleaseStore(home).current()
    assert current is not None
    assert current.manifest.sequence == 3


def test_prune_keeps_history(
    home: Path, small_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Manifest and changes stay; what is current, and what it was made from, keeps its data."""
    arguments = ["--home", str(home), "build", "--sources", str(small_data / "sources")]
    table = small_data / "sources/members/members.csv"
    for turn in range(3):
        table.write_text(table.read_text().replace("Estonia", f"Estonia {turn}", 1))
        assert main(arguments) == 0
    assert main(["--home", str(home), "releases", "prune", "--keep", "1"]) == 0
    releases = ReleaseStore(home).releases()
    assert [r.pruned for r in releases] == [True, True, True, False, False]
    assert {p.name for p in releases[0].path.iterdir()} == {
        "manifest.json",
        LOG,
        "pruned",
    }
    assert main(["--home", str(home), "releases", "verify"]) == 0
    capsys.readouterr()
    assert main(["--home", str(home), "releases", "use", "1"]) == 1
    assert "was pruned" in capsys.readouterr().err
    assert main(["--home", str(home), "releases", "verify", "1"]) == 1
    with pytest.raises(SystemExit, match="2"):
        main(["--home", str(home), "releases", "prune", "--keep", "x"])


@pytest.mark.parametrize("place", ["a line", "a cell", "quotes", "a letter", "nothing"])
def test_a_table_that_was_cut_is_not_published(
    home: Path, small_data: Path, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Wherever it ends: an error, or fewer things than before; the current release stays."""
    table = small_data / "sources/members/members.csv"
    content = table.read_bytes()
    letter = next(place for place, byte in enumerate(content) if byte > 127)
    end = {
        "a line": content.rindex(b"\n", 0, -1) + 1,
        "a cell": content.rindex(b",", 0, content.rindex(b",")) + 1,
        "quotes": content.rindex(b'"', 0, content.rindex(b'"')) + 2,
        "a letter": letter + 1,
        "nothing": 0,
    }[place]
    table.write_bytes(content[:end])
    before = ReleaseStore(home).current_name()
    capsys.readouterr()
    arguments = ["--home", str(home), "build", "--sources", str(small_data / "sources")]
    assert main(arguments) == 1
    output = capsys.readouterr()
    assert "members.csv" in output.out + output.err or "would disappear" in output.err
    assert ReleaseStore(home).current_name() == before
    assert len(ReleaseStore(home).releases()) == 2
    assert main(["--home", str(home), "releases", "verify"]) == 0


def test_a_damaged_log_is_found(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is worked out again for readers, so serving goes on, but the operator is told."""
    release = ReleaseStore(home).releases()[-1]
    cut(release.path / LOG)
    assert main(["--home", str(home), "releases", "verify"]) == 1
    assert f"{LOG} is damaged" in capsys.readouterr().out


@pytest.mark.parametrize("megabytes", [1, 12])
def test_a_full_disk_leaves_the_current_release(
    small_data: Path, tmp_path: Path, megabytes: int
) -> None:
    """On a file system of a few megabytes: a clear refusal, and what was there is whole."""
    mounted = tmp_path / "small"
    mounted.mkdir()
    script = (
        f"mount -t tmpfs -o size={megabytes}m none {mounted} || exit 99\n"
        f'build() {{ "{sys.executable}" -m ogpld --home {mounted}/home build '
        f"--sources {small_data}/sources; }}\n"
        f"for turn in 1 2 3 4 5 6 7 8 9 10 11 12; do\n"
        f'  sed -i "s/^Albania[^,]*/Albania $turn/" {small_data}/sources/members/members.csv\n'
        f"  build; code=$?\n"
        f'  if [ $code != 0 ]; then echo "refused $turn $code"; break; fi\n'
        f"done\n"
        f'[ -L {mounted}/home/current ] && "{sys.executable}" -m ogpld --home {mounted}/home releases verify\n'
        f'echo "verified $?"\n'
        f"ls -A {mounted}/home/releases | grep -c '^.tmp' \n"
    )
    command = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["-r"]), "sh", "-c", script]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment(tmp_path), timeout=120
    )
    mounted = done.returncode != 99 and "unshare" not in done.stderr
    demand("mount", there=mounted, lacking=f"no file system can be mounted here: {done.stderr}")
    assert "refused" in done.stdout, done.stdout + done.stderr
    assert " 1\n" in done.stdout
    assert "free" in done.stderr or "cannot be written" in done.stderr, done.stderr
    if megabytes > 1:
        assert "verified 0" in done.stdout, done.stdout + done.stderr
    assert done.stdout.rstrip().endswith("0"), "something half-written is left"


def test_a_read_only_home_is_served(home: Path, small_data: Path, tmp_path: Path) -> None:
    """Publishing is refused with a sentence, reading goes on."""
    script = (
        f"mount --bind {home} {home} && mount -o remount,bind,ro {home} || exit 99\n"
        f'"{sys.executable}" -m ogpld --home {home} build --sources {small_data}/sources; echo "build $?"\n'
        f'"{sys.executable}" -m ogpld --home {home} releases verify; echo "verify $?"\n'
        f'"{sys.executable}" -m ogpld --home {home} query "ASK {{ ?s ?p ?o }}"; echo "query $?"\n'
    )
    table = small_data / "sources/members/members.csv"
    table.write_text(table.read_text().replace("Estonia,EE", "Estonia the new,EE", 1))
    command = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["-r"]), "sh", "-c", script]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment(tmp_path), timeout=120
    )
    mounted = done.returncode != 99 and "unshare" not in done.stderr
    demand("mount", there=mounted, lacking=f"no file system can be mounted here: {done.stderr}")
    assert "build 1" in done.stdout, done.stdout + done.stderr
    assert "cannot be written" in done.stderr, done.stderr
    assert "verify 0" in done.stdout
    assert "query 0" in done.stdout


def test_a_clock_that_goes_back_changes_no_order(
    small_data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Releases are ordered by number; the time in the manifest never goes back, and one ahead is told."""
    from ogpld.release import write_release as write  # noqa: PLC0415

    class Clock(write.datetime):  # type: ignore[misc]
        """A clock a day ahead, then a day behind."""

        days = 1

        @classmethod
        def now(cls, tz=None):  # noqa: ANN001, ANN206
            """Return the time, skewed."""
            return super().now(tz) + write.timedelta(days=cls.days)

    monkeypatch.setattr(write, "datetime", Clock)
    arguments = [
        "--home",
        str(tmp_path / "home"),
        "build",
        "--sources",
        str(small_data / "sources"),
    ]
    table = small_data / "sources/members/members.csv"
    for days in (1, -1, 0):
        Clock.days = days
        table.write_text(table.read_text().replace("Estonia", f"Estonia {days + 5}", 1))
        assert main(arguments) == 0
    manifests = [release.manifest for release in ReleaseStore(tmp_path / "home").releases()]
    assert [m.sequence for m in manifests] == [1, 2, 3]
    assert [m.created for m in manifests] == sorted({m.created for m in manifests})
    warnings = capsys.readouterr().err
    assert warnings.count("in the future") == 2, (
        "the builds after the one with the wrong clock warn"
    )
    assert f"release {manifests[0].id} is of {manifests[0].created}, in the future" in warnings


def test_a_release_of_the_future_can_be_taken_back(
    small_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As docs/operate.md has it: the next release has its number and the time of now; no gap is left."""
    home = tmp_path / "home"
    build = ["--home", str(home), "build", "--sources", str(small_data / "sources")]
    table = small_data / "sources/members/members.csv"
    for name in ("one", "two"):
        table.write_text(table.read_text().replace("Estonia", f"Estonia {name}", 1))
        assert main(build) == 0
    first, second = ReleaseStore(home).releases()
    future = replace(second.manifest, created="2999-01-01T00:00:00Z")
    (second.path / "manifest.json").write_text(future.as_json(), encoding="utf-8")
    assert main(["--home", str(home), "releases", "use", first.id]) == 0
    second.path.rename(tmp_path / second.id)
    assert main(["--home", str(home), "releases", "verify"]) == 0
    assert main(build) == 0
    again = ReleaseStore(home).releases()[-1]
    assert again.manifest.sequence == 2
    assert again.time < datetime.now(UTC) + timedelta(minutes=1)
    assert "in the future" not in capsys.readouterr().err
    assert main(["--home", str(home), "releases", "verify"]) == 0


def test_a_clock_that_is_years_ahead_is_doubted_at_once(home: Path) -> None:
    """Not only at the build after it."""
    assert clock_doubt(ReleaseStore(home)) == ""
    for release in ReleaseStore(home).releases():
        long_ago = replace(release.manifest, created="2016-01-01T00:00:00Z")
        (release.path / "manifest.json").write_text(long_ago.as_json(), encoding="utf-8")
    assert "stop this build" in clock_doubt(ReleaseStore(home))
