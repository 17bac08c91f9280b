"""The pipeline: read, map, derive, check, freeze, in that order, and nothing else.

Left of the release this is a batch program without HTTP; `ogpld check` runs it up to the
gate, `ogpld build` to the end.
"""

from ogpld.pipeline.full_build import Checked, check_sources
from ogpld.pipeline.inputs import Inputs
from ogpld.pipeline.pipeline import publish_sources
from ogpld.pipeline.publication import Published

__all__ = ["Checked", "Inputs", "Published", "check_sources", "publish_sources"]
