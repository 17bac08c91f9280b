"""Read catalogues as ckanext-dcat does, with no service at all: what a portal would make of each file.

Run by the environment of CKAN with pairs of a media type and a file; writes a JSON list of each file's
data sets to the standard output.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import ckan.plugins  # noqa: F401 (its configuration can only be imported after it)
from ckan.common import config
from ckanext.dcat.processors import RDFParser


def read(media_type: str, text: str) -> dict[str, Any]:
    """Return the data sets of a page and the address of the next page, if it names one."""
    parser = RDFParser(profiles=["euro_dcat_ap_3"])
    parser.parse(text, _format=media_type)
    return {"datasets": list(parser.datasets()), "next": parser.next_page()}


def main(arguments: list[str]) -> None:
    """Read what the command line names."""
    config["ckan.site_url"] = "http://portal.test"
    config["ckan.plugins"] = ""
    pairs = zip(arguments[::2], arguments[1::2], strict=True)
    datasets = [
        read(media_type, Path(name).read_text(encoding="utf-8")) for media_type, name in pairs
    ]
    json.dump(datasets, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
