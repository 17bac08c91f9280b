"""Every cell of the Explorer's tables is a statement, a reason, or outside an indicator's use: counted again.

The cells are counted with the csv module alone, the statements in the release of everything shipped.
"""

from __future__ import annotations

#: What no value is called in these tables, and what a cell of a scale may say beside them.
REASONS = {"NR", "ND", "NA"}
