"""How a dataset is cited: BibTeX, RIS and CSL-JSON, with the release as its version.

Nobody is made an author: the publisher is named where the operator says who that is, and there is no DOI
until somebody registers one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from ogpld.catalogue.datasets import Dataset, DatasetFacts
from ogpld.config import Settings


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
    keywords: tuple[str, ...]

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
    )


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
    publisher = _tex(cited.publisher)
    fields = {
        "title": f"{{{_tex(cited.title)}}}",
        "author": f"{{{publisher}}}" if publisher else "",
        "publisher": publisher,
        "year": cited.year,
        "date": cited.date,
        "version": _tex(cited.version),
        "url": cited.url,
        "note": f"Data set, release {_tex(cited.version)}. Licence: {_tex(cited.licence)}",
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{cited.key},", *lines, "}", ""]).encode()


def _tex(text: str) -> str:
    return "".join(_TEX.get(character, character) for character in text)


def ris(cited: Citation) -> bytes:
    """Return a RIS record; lines end in CRLF."""
    fields = [
        ("TY", "DATA"),
        ("TI", cited.title),
        ("AU", cited.publisher),
        ("PB", cited.publisher),
        ("PY", cited.year),
        ("DA", cited.date.replace("-", "/")),
        ("ET", cited.version),
        ("UR", cited.url),
        ("AB", cited.description),
        *(("KW", keyword) for keyword in cited.keywords),
        ("N1", f"Licence: {cited.licence}"),
        ("ER", ""),
    ]
    lines = [f"{tag}  - {_line(value)}" for tag, value in fields if value or tag == "ER"]
    return "\r\n".join([*lines, ""]).encode()


def _line(text: str) -> str:
    return " ".join(text.split())


def csl(cited: Citation) -> bytes:
    """Return CSL-JSON, which citation processors read."""
    item: dict[str, object] = {
        "id": cited.key,
        "type": "dataset",
        "title": cited.title,
        "issued": {"date-parts": [[int(part) for part in cited.date.split("-")]]},
        "version": cited.version,
        "URL": cited.url,
        "abstract": cited.description,
        "keyword": ", ".join(cited.keywords),
        "note": f"Licence: {cited.licence}",
    }
    if cited.publisher:
        item["author"] = [{"literal": cited.publisher}]
        item["publisher"] = cited.publisher
    return (json.dumps([item], ensure_ascii=False, indent=1) + "\n").encode()
