"""What can be typed: subcommands, options and help texts with examples.

Options of the larger commands stand in modules of their own (`*_arguments.py`).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ogpld import __version__
from ogpld.cli.backup_arguments import BACKUP, BACKUP_EXAMPLES, RESTORE, RESTORE_EXAMPLES, add_file
from ogpld.cli.counts import jobs, seconds, whole_number
from ogpld.cli.doctor_arguments import add_doctor
from ogpld.cli.export_arguments import EXPORT, EXPORT_EXAMPLES, add_export_arguments
from ogpld.cli.match_arguments import MATCH, MATCH_EXAMPLES, add_match_arguments
from ogpld.cli.pull_arguments import PULL, PULL_EXAMPLES, add_pull_arguments
from ogpld.cli.push_arguments import PUSH_EXAMPLES, add_push_arguments
from ogpld.cli.releases_arguments import RELEASES, RELEASES_EXAMPLES, add_releases_arguments
from ogpld.cli.template import add_template_arguments
from ogpld.program_digest import program_digest

_EXAMPLES = """\
examples:
  ogpld build                         build the shipped data into a release
  ogpld check --sources my-data       findings by file, row and column, no release
  ogpld serve --port 8080             serve the current release
  ogpld query 'SELECT * { ?s ?p ?o } LIMIT 5'
  ogpld releases use 3                go back to release 3

Releases live in --home DIR or OGPLD_HOME (default ./var). Settings come from DIR/ogpld.toml, OGPLD_*
variables and options; options win. `ogpld settings` prints what is in force.
"""


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    text: str,
    examples: str,
    home: str = "default: OGPLD_HOME or ./var",
) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name,
        help=text,
        description=text[0].upper() + text[1:] + ".",
        epilog=f"examples:\n{examples}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    # SUPPRESS: a subcommand's default must not undo a --home given before it
    parser.add_argument(
        "--home",
        type=Path,
        default=argparse.SUPPRESS,
        metavar="DIR",
        help=f"folder of the releases ({home})",
    )
    return parser


def _sources(parser: argparse.ArgumentParser) -> None:
    _sources_folder(parser)
    parser.add_argument(
        "--input",
        action="append",
        default=[],
        metavar="NAME=FILE",
        help="read FILE in place of the table of source NAME",
    )
    parser.add_argument("--base-iri", metavar="IRI", help="mint instance IRIs under this")


def _add_where(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--jobs",
        type=jobs,
        metavar="N",
        help="processes at once where the data is large (default: the cores this process may use)",
    )
    parser.add_argument(
        "--cluster",
        metavar="ADDRESS",
        help="map and check at the workers of a Dask cluster: tcp://HOST:8786 (extra: ogpld[cluster])",
    )


def _sources_folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--sources",
        type=Path,
        metavar="DIR",
        help="folder of source folders, or the data folder that holds it (default: the setting "
        "sources, else the shipped data)",
    )


class _Version(argparse.Action):
    """Prints version and build, which is looked at only then."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print and end."""
        sys.stdout.write(f"ogpld {__version__} (build {program_digest()})\n")
        parser.exit()


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="ogpld",
        description="Publish Open Government Partnership data as linked open data.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--version", action=_Version, nargs=0, help="say version and build, and end"
    )
    parser.add_argument("--home", type=Path, metavar="DIR", help="folder of the releases")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _add_build(commands)
    _add_validate(commands)
    _add_template(commands)
    _add_serve(commands)
    _add_settings(commands)
    add_releases_arguments(_command(commands, "releases", RELEASES, RELEASES_EXAMPLES))
    _add_diff(commands)
    _add_query(commands)
    _add_claims(commands)
    _add_doctor(commands)
    _add_mcp(commands)
    add_match_arguments(_command(commands, "match", MATCH, MATCH_EXAMPLES))
    _add_links(commands)
    add_export_arguments(_command(commands, "export", EXPORT, EXPORT_EXAMPLES))
    add_file(_command(commands, "backup", BACKUP, BACKUP_EXAMPLES))
    add_file(_command(commands, "restore", RESTORE, RESTORE_EXAMPLES))
    _add_push(commands)
    add_pull_arguments(_command(commands, "pull", PULL, PULL_EXAMPLES))
    return parser


def _add_push(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    what = "load a release into SPARQL stores of others, and remember where each stands"
    add_push_arguments(_command(commands, "push", what, PUSH_EXAMPLES))


def _add_links(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    links = _command(
        commands,
        "links",
        "find faults of the tables of bodies named in texts, and of outside identifiers",
        "  ogpld links check\n  ogpld links check my-data --json > faults.json\n\n"
        "exit status: 0 no faults, 1 some; only files are read, nothing is written or asked",
    )
    links.add_argument("action", choices=("check",), help="read the links of a folder of data")
    links.add_argument(
        "sources",
        type=Path,
        nargs="?",
        metavar="DIR",
        help="the data folder (default: the setting sources, else the shipped data)",
    )
    links.add_argument("--json", action="store_true", help="as JSON, for programs")
    links.set_defaults(input=[])


def _add_doctor(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    doctor = _command(
        commands,
        "doctor",
        "check any server of linked data, and score its catalogue as data.europa.eu would",
        "  ogpld doctor http://localhost:8000/\n"
        "  ogpld doctor https://data.example.org/ --format json > examination.json\n"
        "  ogpld doctor http://localhost:7878/ --sparql http://localhost:7878/query --only sparql\n\n"
        "exit status: 0 every check passes, 1 some fail, 2 the server cannot be examined, or not whole\n"
        "Each failure is shown with the request that shows it, as a line for curl. Only reads are\n"
        "sent, and one update that changes nothing, to see it refused.",
    )
    add_doctor(doctor)


def _add_mcp(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    mcp = _command(
        commands,
        "mcp",
        "let language models ask a release, over standard input and output",
        "  ogpld mcp\n  ogpld --home /srv/ogpld mcp --release 3\n\n"
        "Speaks the Model Context Protocol; a client starts it as a command. Queries run under the\n"
        "limits of the public endpoint.",
    )
    mcp.add_argument("--release", metavar="ID", help="another release than the current one")


def _add_build(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    build = _command(
        commands,
        "build",
        "read sources, validate, write and publish a release",
        "  ogpld build\n  ogpld build --sources data --home /srv/ogpld\n"
        "  ogpld build --input ogp-commitments=commitments.xlsx\n"
        "  ogpld build --full --allow-shrink\n"
        "  ogpld build --cluster tcp://scheduler.example.org:8786",
    )
    _sources(build)
    _add_where(build)
    build.add_argument("--full", action="store_true", help="build even if no input changed")
    build.add_argument(
        "--allow-shrink", action="store_true", help="publish even if things disappear"
    )
    build.add_argument(
        "--move-base",
        action="store_true",
        help="publish under another base IRI than before: every IRI changes",
    )
    check = _command(
        commands,
        "check",
        "do the same up to validation; findings name file, row and column",
        "  ogpld check\n  ogpld check --sources data --format json > findings.json",
    )
    _sources(check)
    _add_where(check)
    check.add_argument("--format", choices=("text", "json", "turtle"), default="text")
    check.add_argument(
        "--all", action="store_true", help="show every cause, also where hundreds say the same"
    )


def _add_claims(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    claims = _command(
        commands,
        "claims",
        "hold published figures against a release",
        "  ogpld claims check\n  ogpld claims check --claims paper/claims.csv --release 3",
    )
    claims.add_argument("action", choices=("check",), help="ask every claim; 1 when one differs")
    claims.add_argument(
        "--claims",
        metavar="FILE",
        help="table of claims with ID.rq beside it (default: claims/claims.csv of the sources)",
    )
    claims.add_argument("--release", metavar="ID", help="another release than the current one")


def _add_validate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    validate = _command(
        commands,
        "validate",
        "hold any RDF data to any SHACL shapes",
        "  ogpld validate --data plan.ttl --shapes shapes/\n"
        "  ogpld validate --data a.nt --data b.jsonld --shapes s.ttl --format turtle\n\n"
        "exit status: 0 the data conforms, 1 it does not, 2 something could not be read or run\n"
        "Shapes run in a process of their own, without network or files. SHACL Core and\n"
        "SPARQL-based constraints are compiled; what is not goes to pySHACL, and is named.",
    )
    for role, text in (("data", "what is to be checked"), ("shapes", "what it is held to")):
        validate.add_argument(
            f"--{role}",
            type=Path,
            action="append",
            required=True,
            metavar="FILE",
            help=f"{text}: an RDF file, or a folder of them; may be given again",
        )
    validate.add_argument("--format", choices=("turtle", "text", "json"), default="text")
    validate.add_argument(
        "--timeout",
        type=seconds,
        default=600.0,
        metavar="SECONDS",
        help="stop after this time (default: 600)",
    )
    validate.add_argument(
        "--memory",
        type=whole_number(1, 16_777_216),
        default=4096,
        metavar="MIB",
        help="memory the validator may take (default: 4096)",
    )


def _add_template(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    template = _command(
        commands,
        "template",
        "write an empty table to fill in, as CSV or as an Excel workbook with the code lists",
        "  ogpld template commitment > commitments.csv\n"
        "  ogpld template milestones --language et --language en --output milestones.csv\n"
        "  ogpld template plan --xlsx --output plan.xlsx   (plan, commitments and milestones)",
        home="not used: a template needs none",
    )
    add_template_arguments(template)


def _add_serve(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    serve = _command(
        commands,
        "serve",
        "serve the current release; SIGTERM drains, a new release is taken up while serving",
        "  ogpld serve\n  ogpld serve --host 0.0.0.0 --port 80 --workers 4",
    )
    _listening(serve)


def _listening(parser: argparse.ArgumentParser) -> None:
    """Add the options that are settings of a server; their values are checked with the settings."""
    parser.add_argument("--host", metavar="ADDRESS", help="address to listen on")
    parser.add_argument("--port", metavar="N", help="port to listen on")
    parser.add_argument("--workers", metavar="N", help="query workers (default: cores)")


def _add_settings(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    settings = _command(
        commands,
        "settings",
        "print every setting that is in force, and where it was set",
        "  ogpld settings\n  ogpld --home /srv/ogpld settings --json\n"
        "  ogpld settings --port 80   (as `ogpld serve --port 80` would have them)",
    )
    _sources_folder(settings)
    settings.add_argument("--base-iri", metavar="IRI", help="mint instance IRIs under this")
    _listening(settings)
    settings.add_argument("--json", action="store_true", help="as JSON, for programs")


def _add_diff(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    diff = _command(
        commands,
        "diff",
        "tell what changed from one release to another, thing by thing",
        "  ogpld diff 3 4\n  ogpld diff 1 4 --format csv > changes.csv\n"
        "  ogpld diff 4 3 --format rdfpatch   (every statement, as an RDF Patch)",
    )
    diff.add_argument("old", metavar="A", help="id or sequence number of the one release")
    diff.add_argument("new", metavar="B", help="id or sequence number of the other")
    diff.add_argument("--format", choices=("text", "json", "csv", "rdfpatch"), default="text")


def _add_query(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    query = _command(
        commands,
        "query",
        "run SPARQL from the shell, without the limits of the public endpoint",
        "  ogpld query 'ASK { ?s ?p ?o }'\n  ogpld query queries/plans.rq --format csv\n"
        "  echo 'SELECT * { ?s ?p ?o } LIMIT 1' | ogpld query -\n"
        "  ogpld query --list\n  ogpld query completion-changes --set member=GEO",
    )
    query.add_argument(
        "text",
        metavar="TEXT_OR_FILE",
        nargs="?",
        help="query, file, name of a question, or - for standard input",
    )
    query.add_argument("--list", action="store_true", help="list the questions that have names")
    query.add_argument(
        "--set",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="what a question is asked about; may be given again",
    )
    query.add_argument("--release", metavar="ID", help="another release than the current one")
    query.add_argument(
        "--format", metavar="F", default="", help="table, json, xml, csv, tsv; or ttl, nt, rdf"
    )
