"""Hold data to shapes: the gate of a build, any data against any shapes, a stranger's document.

    shapes graph ──reading──▶ Shapes ──engine──▶ results ──▶ findings ──places──▶ file, row, column
                     graph       │      scope, patterns, sets, logic, queries
                                 ├──affected──▶ what a change makes worth asking again
                                 └──judge──▶ pySHACL, for what is not compiled

`gate` is what a build calls, `run` what `ogpld validate` runs in a child process, `task` what the
server runs in a worker. SHACL is the W3C Recommendation of 2017; sections are named where they are
followed.
"""

from ogpld.validate.gate import Earlier, check

__all__ = ["Earlier", "check"]
