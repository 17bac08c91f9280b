"""How data is cited: a sentence, BibTeX, RIS and CSL-JSON, with the release as its version.

Authors and publisher are settings. Where no author is set the publisher is one, and where neither is set the
citation has none: nobody is made an author. There is no DOI until somebody registers one.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date

from ogpld.catalogue.datasets import Dataset, DatasetFacts
from ogpld.config import Settings
from ogpld.setting_values import AUTHOR


@dataclass(frozen=True, slots=True)
class Author:
    """Who is cited.

    Attributes:
        family: family name of a person, or the whole name of a body.
        forename: given names of a person, "" for a body.
    """

    family: str
    forename: str = ""

    @property
    def inverted(self) -> str:
        """The family name first: `Doe, Jane`."""
        return f"{self.family}, {self.forename}" if self.forename else self.family

    @property
    def abbreviated(self) -> str:
        """The given names as initials (APA 7, section 9.8): `Doe, J.-P. M.`."""
        words = [
            "-".join(f"{part[0]}." for part in word.split("-") if part)
            for word in self.forename.split()
        ]
        return f"{self.family}, {' '.join(words)}" if self.forename else self.family


def read_authors(text: str) -> tuple[Author, ...]:
    """Return the authors of the setting `authors`: `Doe, Jane; {Ministry of Labour, Trade}; Some Body`.

    Names are separated by semicolons. A comma divides family and given names; a name without one, or in
    braces, is that of a body.
    """
    authors = []
    for name in AUTHOR.findall(text):
        words = _line(name)
        family, _, forename = (part.strip() for part in words.partition(","))
        if words.startswith("{") and words.endswith("}"):
            family, forename = words[1:-1].strip(), ""
        if family:
            authors.append(Author(family, forename))
    return tuple(authors)


def authors_of(settings: Settings) -> tuple[Author, ...]:
    """Return who is cited as author: those of the settings, else the publisher, else nobody."""
    publisher = _line(settings.publisher_name)
    return read_authors(settings.authors) or ((Author(publisher),) if publisher else ())


@dataclass(frozen=True, slots=True)
class Citation:
    """What is cited.

    Attributes:
        key: for the files of reference managers.
        title: of the dataset.
        url: of this version where it has an address of its own, else of the dataset.
        whole: IRI of the dataset, whatever its version.
        version: id of the release.
        date: day of the release, YYYY-MM-DD.
        publisher: who publishes, "" where the operator has not said.
        licence: address of the licence.
        description: of the dataset.
        keywords: of the dataset.
        authors: who is cited as author, none where nobody is named.
        container: title of the data set that what is cited is a part of, "" for the data set itself.
        archive_url: where `url` says other things once there is another release: the address that keeps it.
    """

    key: str
    title: str
    url: str
    whole: str
    version: str
    date: str
    publisher: str
    licence: str
    description: str
    keywords: tuple[str, ...] = ()
    authors: tuple[Author, ...] = ()
    container: str = ""
    archive_url: str = ""

    @property
    def remark(self) -> str:
        """What has to be known of an address that does not keep what it says, "" of one that does."""
        if not self.archive_url:
            return ""
        page = f"Live page as of release {self.version}, may change"
        return f"{page}; the release is kept at {self.archive_url}"

    @property
    def year(self) -> str:
        """Year of the release."""
        return self.date[:4]


def cite(
    facts: DatasetFacts, dataset: Dataset, settings: Settings, release: str, created: str
) -> Citation:
    """Return how a dataset is cited as it is in a release.

    Args:
        facts: of the release in service.
        dataset: the dataset.
        settings: who publishes.
        release: id of the release that is cited.
        created: its time.
    """
    overall = dataset.name == facts.whole.name
    return Citation(
        key=f"{dataset.name}-{release}",
        title=dataset.title,
        url=f"{facts.base}release/{release}" if overall else dataset.iri,
        whole=dataset.iri,
        version=release,
        date=created[:10],
        publisher=settings.publisher_name,
        licence=dataset.licence,
        description=dataset.description,
        keywords=dataset.keywords,
        authors=authors_of(settings),
    )


def sentence(cited: Citation) -> str:
    """Return the sentence that cites it, as APA has it for data sets (APA 7, section 10.9).

    The publisher is left out where it is the author, and the title comes first where there is no author.
    """
    day = date.fromisoformat(cited.date)
    issued = f"({day.year}, {day:%B} {day.day})."
    title = f"{_line(cited.title)} (release {cited.version}) [Data set]."
    names = [author.abbreviated for author in cited.authors]
    listed = (
        names[0] if len(names) == 1 else ", ".join(names[:-1]) + ", & " + names[-1] if names else ""
    )
    parts = [_ended(listed), issued, title] if listed else [title, issued]
    if cited.container:
        parts.append(f"In {_ended(_line(cited.container))}")
    if cited.publisher and [cited.publisher] != [author.family for author in cited.authors]:
        parts.append(_ended(_line(cited.publisher)))
    parts += [f"{cited.remark}."] if cited.remark else []
    return _line(" ".join([*parts, cited.url]))


def _ended(text: str) -> str:
    """Return a text with a full stop, if it has none and is not empty."""
    return text if not text or text.endswith((".", "?", "!")) else f"{text}."


def _remarks(cited: Citation) -> list[str]:
    """Return what notes of a record say, without the full stops."""
    return [*filter(None, [cited.remark]), f"Licence: {cited.licence}"]


_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def bibtex(cited: Citation) -> bytes:
    """Return a BibTeX entry."""
    fields = {
        "title": f"{{{_tex(cited.title)}}}",
        "author": " and ".join(_tex_name(author) for author in cited.authors),
        "booktitle": f"{{{_tex(cited.container)}}}" if cited.container else "",
        "publisher": _tex(cited.publisher),
        "year": cited.year,
        "date": cited.date,
        "version": _tex(cited.version),
        "url": cited.url.translate(_URL),
        "note": _tex(". ".join([f"Data set, release {cited.version}", *_remarks(cited)])),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    key = re.sub(r"[^A-Za-z0-9:./+-]+", "-", cited.key)
    return "\n".join([f"@misc{{{key},", *lines, "}", ""]).encode()


#: Characters that would end or open a field of BibTeX in an address.
_URL = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20"})


def _tex(text: str) -> str:
    return "".join(_TEX.get(character, character) for character in _line(text))


def _tex_name(author: Author) -> str:
    """Return a name; that of a body in braces, so that it is not taken apart."""
    if author.forename:
        return f"{{{_tex(author.family)}}}, {{{_tex(author.forename)}}}"
    return f"{{{_tex(author.family)}}}"


def ris(cited: Citation) -> bytes:
    """Return a RIS record; lines end in CRLF."""
    fields = [
        ("TY", "DATA"),
        ("TI", cited.title),
        ("T2", cited.container),
        *(("AU", author.inverted) for author in cited.authors),
        ("PB", cited.publisher),
        ("PY", cited.year),
        ("DA", cited.date.replace("-", "/")),
        ("ET", cited.version),
        ("UR", cited.url),
        ("AB", cited.description),
        *(("KW", keyword) for keyword in cited.keywords),
        ("N1", ". ".join(_remarks(cited))),
        ("ER", ""),
    ]
    lines = [f"{tag}  - {_line(value)}" for tag, value in fields if value or tag == "ER"]
    return "\r\n".join([*lines, ""]).encode()


#: Characters that a text of one line cannot have: controls, and what some programs take for line ends.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def _line(text: str) -> str:
    """Return a text on one line."""
    return " ".join(_CONTROL.sub(" ", text).split())


def csl(cited: Citation) -> bytes:
    """Return CSL-JSON, which citation processors read."""
    item: dict[str, object] = {
        "id": cited.key,
        "type": "dataset",
        "title": _line(cited.title),
        "issued": {"date-parts": [[int(part) for part in cited.date.split("-")]]},
        "version": cited.version,
        "URL": cited.url,
        "abstract": cited.description,
        "keyword": ", ".join(cited.keywords),
        "note": ". ".join(_remarks(cited)),
        "container-title": _line(cited.container),
        "publisher": _line(cited.publisher),
        "author": [
            {"family": author.family, "given": author.forename}
            if author.forename
            else {"literal": author.family}
            for author in cited.authors
        ],
    }
    item = {name: value for name, value in item.items() if value}
    return (json.dumps([item], ensure_ascii=False, indent=1) + "\n").encode()
