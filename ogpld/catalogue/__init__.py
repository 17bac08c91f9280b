"""Describe the data set itself: a DCAT catalogue and a VoID description, made at build.

Both are graphs of the release like any other, so that `/` in RDF, the endpoint and the dumps say the
same. Counts are those of the endpoint's default graph, with these two descriptions in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ogpld.catalogue.services import DATA_SERVICES
from ogpld.iris import Iris
from ogpld.rdf import (
    DCTERMS,
    NS,
    QB,
    RDF,
    RDFS,
    Literal,
    NamedNode,
    Namespace,
    Quad,
)
