"""Parse, dispatch, print, exit."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from importlib import import_module

from ogpld.catalogue.authority import check_settings
from ogpld.cli.parser import make_parser
from ogpld.cli.settings import run_settings
from ogpld.config import Settings
from ogpld.denied_access import denied_access, foreign_owner
from ogpld.errors import OgpldError
from ogpld.settings_reader import SettingsInForce, settings_in_force


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    options = make_parser().parse_args(arguments)
    try:
        in_force = _settings(options)
        options.base_origin = in_force.origins.get("base_iri", "default")
        check_settings(in_force.settings, in_force.origins)
        if options.command in {"serve", "settings"}:
            for sentence in in_force.idle():
                _tell(options, in_force, f"warning: {sentence}")
        if options.command in {"build", "pull"} and (
            owner := foreign_owner(in_force.settings.home)
        ):
            sys.stderr.write(
                f"warning: root works in {in_force.settings.home}, which belongs to {owner}, who cannot write"
                f" what root makes there\n  -> run it as {owner}; to hand over what was made:"
                f" chown -R {owner}: {in_force.settings.home}\n"
            )
        if options.command == "settings":
            return run_settings(options, in_force)
        return _runner(options.command)(options, in_force.settings)
    except OgpldError as error:
        sys.stderr.write(f"ogpld: {error.code}: {error}\n")
        # 1 of `validate` says that data does not conform, so a failure of the command is 2
        return 2 if options.command == "validate" else error.exit_code
    except PermissionError as error:
        sys.stderr.write(f"ogpld: release: {denied_access(error)}\n")
        return 2 if options.command == "validate" else 1
    except KeyboardInterrupt:
        sys.stderr.write("ogpld: interrupted\n")
        return 130
    except BrokenPipeError:  # the reader of our output (head, less) has had enough
        sys.stderr.close()
        return 0


#: Settings that are options too. The doctor's --base-iri is that of another server.
_OPTIONS = ("home", "sources", "base_iri", "host", "port", "workers")


def _settings(options: argparse.Namespace) -> SettingsInForce:
    """Read the settings that a command runs with."""
    names = ("home",) if options.command == "doctor" else _OPTIONS
    return settings_in_force({name: getattr(options, name, None) for name in names})


#: The function of each subcommand, by its module in this folder: only that of the one that runs is imported,
#: which takes most of the time of a short command and of a server's parent process.
_COMMANDS = {
    "build": "build.run_build",
    "check": "build.run_check",
    "validate": "validate.run_validate",
    "template": "template.run_template",
    "serve": "serve.run_serve",
    "releases": "releases.run_releases",
    "diff": "diff.run_diff",
    "doctor": "doctor.run_doctor",
    "query": "query.run_query",
    "claims": "claims.run_claims",
    "links": "links.run_links",
    "match": "match.run_match",
    "export": "export.run_export",
    "mcp": "mcp.run_mcp",
    "backup": "backup.run_backup",
    "restore": "backup.run_restore",
    "push": "push.run_push",
    "pull": "pull.run_pull",
}


def _tell(options: argparse.Namespace, in_force: SettingsInForce, sentence: str) -> None:
    """Write a sentence to standard error, as a line of the log where a server is started."""
    if options.command == "serve":
        from ogpld.web.server.log_lines import tell  # noqa: PLC0415  (it is heavy for other commands)

        tell(in_force.settings.log_format, "WARNING", sentence)
    else:
        sys.stderr.write(f"{sentence}\n")


def _runner(command: str) -> Callable[[argparse.Namespace, Settings], int]:
    module, _, name = _COMMANDS[command].partition(".")
    runner: Callable[[argparse.Namespace, Settings], int]
    runner = getattr(import_module(f"ogpld.cli.{module}"), name)
    return runner
