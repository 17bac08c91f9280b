"""The forms in which a dataset or a release is cited, as pages offer and routes answer them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ogpld.catalogue.citation import Citation, bibtex, csl, ris
from ogpld.catalogue.datacite import datacite_json, datacite_xml
from ogpld.formats import media

#: The forms of a citation, and what writes each.
STYLES: Mapping[media.MediaType, Callable[[Citation], bytes]] = {
    media.BIBTEX: bibtex,
    media.RIS: ris,
    media.CSL: csl,
    media.DATACITE_JSON: datacite_json,
    media.DATACITE_XML: datacite_xml,
}
