"""What a web server has to know of an export beside its files, and the rule files made of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from ogpld.export.accept_table import FormWeight, weights_of
from ogpld.export.addresses import THING
from ogpld.export.file_tree import FileTree
from ogpld.export.records import HEADERS, REDIRECTS, AddressRecord
from ogpld.formats import media

#: Forms of an address in their order: media type and suffix; and whether `Accept` decides.
FormList = tuple[tuple[tuple[str, str], ...], bool]
#: Parameters that mail and social networks add to links, as the server passes them over.
IGNORED = r"utm_\w+|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|mc_cid|mc_eid|igshid|_ga|_gl"


@dataclass
class HeaderTable:
    """A header: what it is by the ending of a file, and the files that differ."""

    by_ending: dict[str, str] = field(default_factory=dict)
    by_file: dict[str, str] = field(default_factory=dict)


@dataclass
class ExportRules:
    """What a web server has to know.

    Attributes:
        prefix: the path of the base IRI, "" for a whole host.
        site: the folder of the files below that of the export.
        languages: those that pages have files in beside the first.
        form_lists: every list of forms that an address has.
        thing_list: the number of that of things' documents.
        lists: the number of the list of each other address that has no suffix.
        redirects: status and place by address.
        headers: the headers of files by name.
    """

    prefix: str
    site: str
    languages: Sequence[str]
    form_lists: list[FormList] = field(default_factory=list)
    thing_list: int = 0
    lists: dict[str, int] = field(default_factory=dict)
    redirects: dict[str, tuple[int, str]] = field(default_factory=dict)
    headers: dict[str, HeaderTable] = field(default_factory=dict)

    @property
    def suffixes(self) -> list[str]:
        """Every suffix of a form."""
        return sorted({suffix for forms, _ in self.form_lists for _, suffix in forms if suffix})

    @property
    def paged(self) -> list[str]:
        """The suffixes of data that has a file for each page of a list."""
        names = {row.name for row in media.DOCUMENT_FORMS if row is not media.HTML}
        return [suffix for suffix in self.suffixes if suffix in names]

    @property
    def weights(self) -> dict[str, FormWeight]:
        """How `Accept` weighs each form that is negotiated, by the name of the form."""
        return {
            weight.name: weight
            for forms, negotiates in self.form_lists
            if negotiates
            for weight in weights_of([kind for kind, _ in forms])
        }


def rules_of(
    records: Mapping[str, AddressRecord], site: str, prefix: str, languages: Sequence[str]
) -> ExportRules:
    """Return the rules for the records of an export."""
    rules = ExportRules(prefix, site, list(languages)[1:])
    thing = re.compile(re.escape(prefix) + THING)
    numbers: dict[FormList, int] = {}
    things: Counter[int] = Counter()
    for record in records.values():
        if record.status in REDIRECTS:
            rules.redirects[record.path] = record.status, record.location
        elif record.status == HTTPStatus.OK and record.forms and record.forms[0][1]:
            number = numbers.setdefault((record.forms, record.negotiates), len(numbers))
            rules.lists[record.path] = number
            if thing.fullmatch(record.path):
                things[number] += 1
    rules.form_lists = list(numbers)
    rules.thing_list = things.most_common(1)[0][0] if things else 0
    rules.lists = {
        path: number
        for path, number in rules.lists.items()
        if number != rules.thing_list or not thing.fullmatch(path)
    }
    files = {name: headers for r in records.values() for name, headers in r.files.items()}
    for place, header in enumerate(HEADERS):
        rules.headers[header] = _header_table(
            {name.removeprefix(site): values[place] for name, values in files.items()}
        )
    return rules


def _header_table(values: Mapping[str, str]) -> HeaderTable:
    """Return a header as what most files of an ending have, and those that differ."""
    counts: dict[str, Counter[str]] = {}
    for name, value in values.items():
        counts.setdefault(ending(name), Counter())[value] += 1
    by_ending = {end: counter.most_common(1)[0][0] for end, counter in counts.items()}
    by_file = {n: v for n, v in values.items() if v != by_ending[ending(n)]}
    return HeaderTable(by_ending, by_file)


def ending(name: str) -> str:
    """Return what decides about the headers of a file: its language and its suffix."""
    last = name.rpartition("/")[2]
    language = re.search(r"~([a-z]{2,3}|gone)\.html$", last)
    suffix = last.rpartition(".")[2] if "." in last else ""
    return f"~{language[1]}.{suffix}" if language else f".{suffix}" if suffix else ""


def write_rules(
    tree: FileTree,
    site: str,
    records: Mapping[str, AddressRecord],
    prefix: str,
    languages: Sequence[str],
) -> None:
    """Write the rule files of an export."""
    from ogpld.export.apache_rules import apache_files  # noqa: PLC0415
    from ogpld.export.nginx_rules import nginx_files  # noqa: PLC0415
    from ogpld.export.worker_rules import worker_files  # noqa: PLC0415

    rules = rules_of(records, site, prefix, languages)
    for name, text in _files(rules, nginx_files, apache_files, worker_files):
        tree.write(name, text.encode())


def _files(rules: ExportRules, *makers: object) -> Iterator[tuple[str, str]]:
    for make in makers:
        yield from make(rules)  # type: ignore[operator]
