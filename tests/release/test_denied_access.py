"""What a user may not read or write is said as such: no release is called missing or damaged for it."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.running import environment
from support.sample_data import copy_sample

from ogpld.cli import main
from ogpld.denied_access import denied_access
from ogpld.release import ReleaseStore

#: The user nobody of Debian.
_NOBODY = 65534

pytestmark = pytest.mark.usefixtures("without_dumps")


def _give_away(folder: Path) -> None:
    """Let nobody but another user enter a folder; who is not root cannot give it away, and shuts it."""
    if os.geteuid() == 0:
        os.chown(folder, _NOBODY, _NOBODY)
    folder.chmod(0o700 if os.geteuid() == 0 else 0)


def _confined(home: Path, *arguments: str) -> tuple[int, str]:
    """Run a command as a user, or a root, whom rights of files bind; return its code and its output."""
    without = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search")
    done = subprocess.run(
        [
            *(without if os.geteuid() == 0 else ()),
            *(sys.executable, "-m", "ogpld", *arguments),
        ],
        capture_output=True,
        text=True,
        env=environment(home, dumps="false"),
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A home with a release of what is beside it."""
    home = tmp_path / "home"
    sources = copy_sample(tmp_path / "data", ("members", "institutions"))
    assert main(["--home", str(home), "build", "--sources", str(sources)]) == 0
    return home


def test_a_home_of_others_is_not_an_empty_one(place: Path) -> None:
    """Whoever may not enter is told so, and who may, by every command."""
    _give_away(place)
    for command in (["releases", "list"], ["releases", "verify"], ["serve"], ["build"]):
        code, output = _confined(place, *command)
        assert code != 0, command
        assert "Permission denied" in output, output
        assert "Traceback" not in output
        assert "no release" not in output
        assert "belongs to " in output, output


def test_a_release_of_others_is_not_damaged(place: Path) -> None:
    """Neither is it to be built anew."""
    release = ReleaseStore(place).current()
    assert release is not None
    _give_away(release.path)
    for command in (["build"], ["releases", "verify"], ["serve"]):
        code, output = _confined(place, *command)
        assert code == 1, command
        assert "Permission denied for user " in output, output
        assert f"{release.path} belongs to " in output
        assert "damaged" not in output
        assert "Traceback" not in output
    _, output = _confined(place, "releases", "list")
    assert f"! {release.id}  cannot be read" in output


def test_a_cache_of_others_is_passed_over(place: Path) -> None:
    """One build as another user keeps no later build from ending."""
    _give_away(next((place / "build").iterdir()))
    table = place.parent / "data/sources/members/members.csv"
    table.write_text(table.read_text().replace("Estonia", "Eesti", 1))
    code, output = _confined(place, "build", "--sources", str(place.parent / "data"))
    assert (code, "Traceback" in output) == (0, False), output
    assert "published release 2-" in output


def test_root_in_the_home_of_another_user_is_warned(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What root makes there the user cannot write."""
    if os.geteuid() == 0:
        os.chown(place, _NOBODY, _NOBODY)
    monkeypatch.setattr("ogpld.denied_access.os.geteuid", lambda: 0)
    assert main(["--home", str(place), "build", "--sources", str(place.parent / "data")]) == 0
    assert "warning: root works in" in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_made_and_no_other_is_given_away(tmp_path: Path) -> None:
    """The nearest folder that is there may be the system's: nothing hands it over."""
    tmp_path.chmod(0o500)
    _give_away(tmp_path)
    error = PermissionError(errno.EACCES, "Permission denied", str(tmp_path / "a" / "home"))
    hint = denied_access(error).hint
    assert "install -d -o" in hint
    assert "chown" not in hint
    here = denied_access(PermissionError(errno.EACCES, "Permission denied", "/etc"))
    assert "chown" not in here.hint
