"""Every cell of the Explorer's tables is a statement, a reason, or outside an indicator's use: counted again.

The cells are counted with the csv module alone, the statements in the release of everything shipped.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from pathlib import Path

import pytest
from support.explorer_rows import COMMITMENTS, PROCESS, shipped

from ogpld.rdf import NS, PROV, RDF, Quad, parse_quads, term_text
from ogpld.release import Release
from ogpld.release.blocks import read_data

#: What no value is called in these tables, and what a cell of a scale may say beside them.
REASONS = {"NR", "ND", "NA"}
