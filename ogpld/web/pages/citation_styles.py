"""The forms in which a dataset or a release is cited, as pages offer and routes answer them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ogpld.catalogue.citation import Citation, bibtex, csl, ris
from ogpld.catalogue.datacite import datacite_json, datacite_xml


@dataclass(frozen=True, slots=True)
class Style:
    """A form of citation: its suffix, its media type, what people call it, what writes it."""

    suffix: str
    media_type: str
    title: str
    write: Callable[[Citation], bytes]


STYLES = (
    Style("bib", "application/x-bibtex", "BibTeX", bibtex),
    Style("ris", "application/x-research-info-systems", "RIS", ris),
    Style("csl.json", "application/vnd.citationstyles.csl+json", "CSL-JSON", csl),
    Style(
        "datacite.json", "application/vnd.datacite.datacite+json", "DataCite JSON", datacite_json
    ),
    Style("datacite.xml", "application/vnd.datacite.datacite+xml", "DataCite XML", datacite_xml),
)
