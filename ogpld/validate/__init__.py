"""The gate: a dataset and the shapes in, a report out; a Violation refuses the release.

This package must never be reachable from the web process: shapes are evaluated by pySHACL, which can
neither be stopped nor bounded (reliability.md 2.6). A validator that raises is a refusal, never a pass.
"""

from ogpld.validate.gate import check

__all__ = ["check"]
