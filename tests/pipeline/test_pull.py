"""`ogpld pull`: a home comes to the releases of a mirror, whatever mirrors and moments do to it."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from support.processes import wait_for
from support.release_mirror import ReleaseMirror, Script, honest, release_mirror
from support.running import environment
from support.small import Small

from ogpld.cli import main
from ogpld.pipeline.pull import mirror as mirrors
from ogpld.pipeline.pull import release_fetch
from ogpld.pipeline.pull.pull_release import PULLING
from ogpld.release import ReleaseStore, steps
from ogpld.release.blocks import read_index
from ogpld.release.erasure.erasure_record import Erasure, read_erasures, write_erasure
from ogpld.release.write_release import sweep

pytestmark = pytest.mark.usefixtures("without_dumps")

DATA, LISTS, REPORT = "data.nq.gz", "files.json", "report.json.gz"
BOMB = gzip.compress(bytes(65 << 20), 1)


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two releases, the second of which changed one member."""
    site = Small(tmp_path_factory.mktemp("origin"))
    for name in ("", " two"):
        site.publish(line.replace("Albania,AL", f"Albania{name},AL") for line in site.lines)
    return site.home


@pytest.fixture(scope="module")
def earlier(origin: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that pulled the first of the two, with requests that are no larger than the largest block."""
    home = tmp_path_factory.mktemp("earlier") / "home"
    release = ReleaseStore(origin).get("1")
    digest, largest = release.manifest.digest, max(block.size for block in release.blocks())
    with release_mirror(origin) as mirror, pytest.MonkeyPatch.context() as patch:
        patch.setenv("OGPLD_DUMPS", "false")
        for module in (release_fetch, mirrors):
            patch.setattr(module, "PIECE", largest)
        assert pull(home, mirror, "--digest", digest) == 0
    pieces = Counter(path.partition("/files/")[2] for path, _ in mirror.requests)
    assert pieces[DATA] > 3
    assert pieces["sources/members/members.csv"] > 1
    assert contents(home) == {n: c for n, c in contents(origin).items() if "/2-" not in n}
    return home


@pytest.fixture
def home(earlier: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(earlier, tmp_path / "home", symlinks=True))


def pull(home: Path, mirror: ReleaseMirror, *options: str) -> int:
    """Pull from a mirror; return the exit code."""
    return main(["--home", str(home), "pull", mirror.url, *options])


def contents(home: Path) -> dict[str, bytes]:
    """Return the files of a home that pulling brings, the search index apart: it is as it was made."""
    return {
        name: path.read_bytes()
        for path in home.rglob("*")
        if path.is_file()
        and (name := path.relative_to(home).as_posix()).startswith(("releases/", "contexts/"))
        and path.name not in {"search.sqlite", "statistics.jsonl.gz"}
    }


def test_a_home_becomes_what_the_mirror_is(
    origin: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every file, what is made from them too; then there is nothing to do."""
    home = tmp_path / "home"
    with release_mirror(origin) as mirror:
        assert pull(home, mirror, "--dry-run") == 0
        planned = capsys.readouterr().out.replace("to fetch", "fetched").replace("would be", "is")
        assert not home.exists()
        assert pull(home, mirror) == 0
        assert capsys.readouterr().out == planned
        assert contents(home) == contents(origin)
        current = ReleaseStore(origin).current_name() or ""
        assert ReleaseStore(home).current_name() == current
        for name in ("search.sqlite", "statistics.jsonl.gz"):
            place = f"releases/{current}/{name}"
            assert (home / place).read_bytes() == (origin / place).read_bytes()
        assert not (home / PULLING).exists()
        assert main(["--home", str(home), "releases", "verify"]) == 0
        mirror.sizes.clear()
        assert pull(home, mirror) == 0
    assert [*mirror.sizes] == ["releases/index.json"]
    assert "nothing newer" in capsys.readouterr().out


def test_only_what_is_lacking_is_fetched(home: Path, origin: Path) -> None:
    """Bytes counted: of the data the blocks that changed, of the files those that changed."""
    old, new = (ReleaseStore(origin).get(number).path for number in "12")
    before = {block.digest for block in read_index(old / "blocks.json")}
    lacking = [block for block in read_index(new / "blocks.json") if block.digest not in before]
    assert 0 < len(lacking) < 10
    with release_mirror(origin) as mirror:
        assert pull(home, mirror) == 0
    sent = {path.partition("/files/")[2]: size for path, size in mirror.sizes.items()}
    assert sent.pop(DATA) == sum(block.size for block in lacking)
    del sent[""]
    assert sent == {
        name: (new / name).stat().st_size
        for name in sent
        if not (old / name).exists() or (old / name).read_bytes() != (new / name).read_bytes()
    }
    assert contents(home) == contents(origin)


def relisted(change: Callable[[dict[str, dict[str, object]]], object]) -> Script:
    """Return a script that changes the list of files of the second release."""

    def script(path: str, body: bytes) -> bytes:
        if not path.startswith("release/2-") or not path.endswith(LISTS):
            return body
        listed = json.loads(body)
        change(listed["files"])
        return json.dumps(listed).encode()

    return script


def replaced(name: str, content: bytes) -> Script:
    """Return a script that sends another file, and lists it so."""
    entry = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    relist = relisted(lambda files: files.update({name: entry}))

    def script(path: str, body: bytes) -> bytes | None:
        return content if path.endswith(f"/files/{name}") else relist(path, body)

    return script


def at(name: str, change: Callable[[bytes], bytes | None]) -> Script:
    """Return a script that changes the answers whose path ends so."""
    return lambda path, body: change(body) if path.endswith(name) else body


def flipped(body: bytes) -> bytes:
    """Change a byte in each thousand."""
    return b"".join(
        bytes([body[n] ^ 1]) + body[n + 1 : n + 1000] for n in range(0, len(body), 1000)
    )


EVIL = {"size": 4, "sha256": "0" * 64}
#: By what a mirror does: its script, and the exit code.
SCRIPTS: dict[str, tuple[Script, int]] = {
    "sends a block of zeros": (at(DATA, lambda body: bytes(len(body))), 1),
    "sends another file": (at("changes.jsonl.gz", flipped), 1),
    "cuts": (at(LISTS, lambda body: b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n" + body), 1),
    "cuts, and does not say so": (at("manifest.json", lambda body: body[:-9]), 1),
    "sends too much": (at("manifest.json", lambda body: body + b" "), 1),
    "sends without end": (
        at("manifest.json", lambda _: b"HTTP/1.1 200 OK\r\n\r\n" + bytes(1 << 20)), 1),
    "hangs": (at(DATA, lambda _: None), 75),
    "closes": (at(DATA, lambda _: b"HTTP"), 1),
    "is busy": (at(LISTS, lambda _: b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"), 75),
    "sends HTML": (at("index.json", lambda _: b"<html>"), 1),
    "sends JSON that nests deep": (at("index.json", lambda _: b"[" * 200_000), 1),
    "sends JSON of something else": (at(LISTS, lambda _: b'{"files": [1]}'), 1),
    "redirects": (at(LISTS, lambda _: b"HTTP/1.1 302 F\r\nLocation: http://127.0.0.1:1/\r\n\r\n"), 1),
    "sends another range": (
        at(DATA, lambda body: b"HTTP/1.1 206 P\r\nContent-Range: bytes 0-9/10\r\nContent-Length: 10\r\n\r\n" + body[:10]), 1),
    "lists a way out": (relisted(lambda files: files.update({"../../../evil": EVIL})), 1),
    "lists an absolute path": (relisted(lambda files: files.update({"/evil": EVIL})), 1),
    "lists a hidden file": (relisted(lambda files: files.update({"model/.evil": EVIL})), 1),
    "lists a derived file": (relisted(lambda files: files.update({"search.sqlite": EVIL})), 1),
    "lists a file as folder": (relisted(lambda files: files.update({"void.ttl/evil": EVIL})), 1),
    "lists a petabyte": (relisted(lambda files: files["void.ttl"].update(size=10**15)), 1),
    "lists no data": (relisted(lambda files: files.pop(DATA)), 1),
    "sends a bomb": (replaced(REPORT, BOMB), 1),
    "lists a model of its own": (replaced("model/ontology/codelists/phase.csv", b"evil"), 1),
    "has a manifest of its own": (replaced("manifest.json", b"{}"), 1),
    "has blocks of its own": (replaced("blocks.json", b'{"blocks": [["<a>", 1, 99999999999, 1, "0"]]}'), 1),
}  # fmt: skip


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_mirror_that_lies_or_fails_changes_nothing(name: str, home: Path, origin: Path) -> None:
    """It ends in time with its exit code, and the release before stays."""
    script, code = SCRIPTS[name]
    before, current = contents(home), ReleaseStore(home).current_name()
    with release_mirror(origin, script) as mirror:
        assert pull(home, mirror, "--timeout", "0.4") == code
    assert contents(home) == before
    assert ReleaseStore(home).current_name() == current
    assert not [*home.parent.rglob("*evil*")]


def test_the_next_mirror_is_taken(home: Path, origin: Path) -> None:
    """After one where nobody listens and after each that lies or fails, whatever these left."""
    dead = "http://127.0.0.1:9/"
    assert main(["--home", str(home), "pull", dead, "--timeout", "0.4"]) == 75
    (home / PULLING).mkdir()
    sweep(ReleaseStore(home))  # as an erasure does: nothing of a pull that died stays
    assert not (home / PULLING).exists()

    def worse(script: Script) -> Script:
        """Spoil the data too: files that one mirror sent as they are need not come from the next."""
        return lambda path, body: script(path, flipped(body) if path.endswith(DATA) else body)

    with ExitStack() as stack:
        scripts = [worse(script) for script, _ in SCRIPTS.values()]
        bad = [stack.enter_context(release_mirror(origin, script)) for script in scripts]
        good = stack.enter_context(release_mirror(origin))
        urls = [dead, *(mirror.url for mirror in (*bad, good))]
        assert main(["--home", str(home), "pull", *urls, "--timeout", "0.4"]) == 0
        assert all(mirror.requests for mirror in (*bad, good))
    assert contents(home) == contents(origin)


@pytest.mark.parametrize(
    "url", ["ftp://a.example/", "a.example", "http://u:p@a.example/", "file:///etc"]
)
def test_other_addresses_are_refused(url: str, tmp_path: Path) -> None:
    """Before anything is asked or written."""
    assert main(["--home", str(tmp_path / "home"), "pull", url]) == 2
    assert not (tmp_path / "home").exists()


def test_a_pull_that_is_killed_goes_on(origin: Path, tmp_path: Path) -> None:
    """By SIGKILL, when all but data of the second release was there: its lock is gone, and little is fetched again."""
    home = tmp_path / "home"
    stuck = f"release/{ReleaseStore(origin).current_name()}/files/{DATA}"
    with release_mirror(origin, at(stuck, lambda _: None)) as mirror:
        process = subprocess.Popen(
            [sys.executable, "-m", "ogpld", "pull", mirror.url], env=environment(home, dumps=False)
        )
        wait_for(lambda: stuck in mirror.sizes or stuck in dict(mirror.requests), 30)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert not (home / "current").exists()
        assert not (home / "releases").exists()
        mirror.script = honest
        mirror.requests.clear()
        assert pull(home, mirror) == 0
    again = [path for path, _ in mirror.requests if "/files/" in path]
    assert again == [stuck]
    assert contents(home) == contents(origin)


def test_a_pull_that_dies_at_a_step(
    home: Path, origin: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before releases are moved in, and before the switch: that before is in service, the next pull ends it."""

    class Killed(BaseException):
        pass

    before = ReleaseStore(home).current_name()
    with release_mirror(origin) as mirror:
        for step in ("rename", "current"):

            def die(reached: str, last: str = step) -> None:
                if reached == last:
                    raise Killed

            with monkeypatch.context() as patch, pytest.raises(Killed):
                patch.setattr(steps, "begin", die)
                pull(home, mirror)
            assert ReleaseStore(home).current_name() == before
        assert pull(home, mirror) == 0
    assert ReleaseStore(home).current_name() == ReleaseStore(origin).current_name()
    assert contents(home) == contents(origin)


def test_a_mirror_that_is_behind_takes_nothing_back(
    home: Path, earlier: Path, origin: Path
) -> None:
    """Unless its release is named by its digest; a digest that it has not is refused."""
    new, old = (ReleaseStore(origin).get(number) for number in "21")
    with release_mirror(origin) as ahead, release_mirror(earlier) as behind:
        assert main(["--home", str(home), "pull", behind.url, ahead.url]) == 0
        (home / PULLING).mkdir()  # of a pull that died
        assert pull(home, behind) == 0
        assert not (home / PULLING).exists()
        assert ReleaseStore(home).current_name() == new.id
        assert pull(home, behind, "--digest", new.manifest.digest) == 0
        assert pull(home, behind, "--digest", "0" * 64) == 1
        assert pull(home, behind, "--digest", old.manifest.digest) == 0
        assert ReleaseStore(home).current_name() == old.id


def test_other_releases_are_not_mixed(
    tmp_path: Path, origin: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A home that has releases of its own, or from before an erasure, is left as it is."""
    site = Small(tmp_path)
    site.publish(site.lines[:-3])
    before = contents(site.home)
    with release_mirror(origin) as mirror:
        assert pull(site.home, mirror) == 1
    assert "pull into an empty home" in capsys.readouterr().err
    assert contents(site.home) == before


def test_what_is_beside_the_releases_comes_along(origin: Path, tmp_path: Path) -> None:
    """Releases that were pruned, and the records of erasures."""
    place = Path(shutil.copytree(origin, tmp_path / "origin", symlinks=True))
    store = ReleaseStore(place)
    old, home = store.get("1"), tmp_path / "home"
    for path in old.path.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name not in {"manifest.json", "changes.jsonl.gz"}:
            path.unlink()
    (old.path / "pruned").touch()
    record = Erasure(1, "2026-11-29", "asked for", (), (), (), store.current_name() or "")
    write_erasure(place, record)
    with release_mirror(place) as mirror:
        assert pull(home, mirror) == 0
        assert pull(home, mirror, "--digest", old.manifest.digest) == 1
    assert contents(home) == contents(place)
    assert read_erasures(home) == [record]


def test_a_release_that_is_damaged_at_the_mirror_is_not_taken(
    origin: Path, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The mirror lists the files as they are there; the manifest says what they were."""
    damaged = Path(shutil.copytree(origin, tmp_path / "damaged", symlinks=True))
    (damaged / "current/void.ttl").write_bytes(b"")
    before = contents(home)
    with release_mirror(damaged) as mirror:
        assert pull(home, mirror) == 1
    assert "void.ttl was changed or cut" in capsys.readouterr().err
    assert contents(home) == before
