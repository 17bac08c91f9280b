"""The command line imports what the command that runs needs, and no more."""

from __future__ import annotations

import argparse
import contextlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.running import ROOT

from ogpld import __version__
from ogpld.cli.main import _COMMANDS, _runner, main
from ogpld.cli.parser import make_parser
from ogpld.program_digest import program_digest

#: What only those load that publish, validate or serve: modules that take long to import.
_HEAVY = (
    "ogpld.pipeline",
    "ogpld.validate",
    "ogpld.web.app",
    "ogpld.doctor.client",
    "openpyxl",
    "flask",
)


def numbers(parser: argparse.ArgumentParser) -> Iterator[tuple[str, Callable[[str], object]]]:
    """Yield the options of all commands that take a number, each with what reads it."""
    for action in parser._actions:  # noqa: SLF001
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for name, child in action.choices.items():
                yield from ((f"{name} {option}", read) for option, read in numbers(child))
        elif callable(action.type) and action.type is not Path:
            with contextlib.suppress(argparse.ArgumentTypeError, ValueError):
                if isinstance(action.type("1"), int | float):
                    yield action.option_strings[0], action.type


NUMBERS = dict(numbers(make_parser()))


def test_the_options_with_numbers_are_found() -> None:
    """Of every kind: seconds, mebibytes, counts."""
    wanted = {"validate --timeout", "validate --memory", "doctor --timeout", "doctor --sample"}
    wanted |= {"build --jobs", "export --jobs", "releases prune --keep", "pull --max-bytes"}
    assert wanted <= NUMBERS.keys()


@pytest.mark.parametrize(
    "text", ["nan", "inf", "-inf", "1e10", "1e400", "-1", "", "9" * 20, "9" * 5000]
)
@pytest.mark.parametrize("option", NUMBERS)
def test_a_number_out_of_range_is_refused(option: str, text: str) -> None:
    """With the range, before anything is done: what is too large would be a fault in the middle."""
    with pytest.raises(argparse.ArgumentTypeError, match=r" from [\d.]+ to [\d,]+$"):
        NUMBERS[option](text)


@pytest.mark.parametrize("option", NUMBERS)
def test_the_ends_of_a_range_are_in_it(option: str) -> None:
    """As the message names them."""
    with pytest.raises(argparse.ArgumentTypeError) as refusal:
        NUMBERS[option]("-1")
    least, _, most = str(refusal.value).rpartition(" from ")[2].replace(",", "").partition(" to ")
    assert [NUMBERS[option](end) for end in (least, most)] == [float(least), float(most)]


@pytest.mark.parametrize(
    ("option", "text"),
    [("--timeout", "inf"), ("--timeout", "nan"), ("--memory", "-5"), ("--memory", "9" * 20)],
)
def test_a_number_that_cannot_be_is_no_verdict(
    option: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """1 of `validate` says that data does not conform; a wrong option is 2."""
    with pytest.raises(SystemExit, match="2"):
        main(["validate", "--data", "a.ttl", "--shapes", "s.ttl", f"{option}={text}"])
    assert "is no" in capsys.readouterr().err


def test_the_largest_numbers_can_be_worked_with(tmp_path: Path) -> None:
    """A week and 16 TiB are no fault of the system's calls."""
    file = tmp_path / "a.ttl"
    file.write_text("<http://a.example/> a <http://a.example/B> .")
    arguments = ["validate", "--data", str(file), "--shapes", str(file)]
    assert main([*arguments, "--timeout", "604800", "--memory", "16777216"]) == 0


def test_the_version_tells_builds_apart(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a digest of the program's files: the number alone is that of many commits."""
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    output = capsys.readouterr().out
    assert output == f"ogpld {__version__} (build {program_digest()})\n"
    for name in ("program_digest.py", "other.py"):
        (tmp_path / name).write_text(name)
    monkeypatch.setattr("ogpld.program_digest.__file__", str(tmp_path / "program_digest.py"))
    program_digest.cache_clear()
    before = program_digest()
    (tmp_path / "other.py").write_text("another")
    program_digest.cache_clear()
    assert program_digest() != before
    program_digest.cache_clear()


def test_every_command_has_its_function() -> None:
    """What can be typed, but for `settings`, which comes before the settings are used."""
    choices = next(a for a in make_parser()._actions if isinstance(a, argparse._SubParsersAction))  # noqa: SLF001
    assert {*choices.choices} - {"settings"} == _COMMANDS.keys()
    assert all(callable(_runner(command)) for command in _COMMANDS)


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("ogpld.cli.main", ("ogpld.release", *_HEAVY)),
        ("ogpld.cli.serve", _HEAVY),
    ],
)
def test_a_command_loads_no_other(module: str, heavy: tuple[str, ...]) -> None:
    """Nor does the process that keeps a server running: what it loads it holds as long as it lives."""
    program = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert sorted({*done.stdout.split()} & {*heavy}) == []
