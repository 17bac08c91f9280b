"""The pipeline: read, map, derive, check, freeze, in that order, and nothing else.

Left of the release this is a batch program without HTTP; `ogpld check` runs it up to the
gate, `ogpld build` to the end.
"""

from ogpld.build.inputs import Inputs
from ogpld.build.pipeline import Published, publish_sources
from ogpld.build.whole import Checked, check_sources

__all__ = ["Checked", "Inputs", "Published", "check_sources", "publish_sources"]
