"""Hold data to shapes: the gate of a build, and any data or document on request.

gate       a build's statements against our shapes; places: from a finding back to its cells
task       a stranger's document against our shapes, in a worker; documents, jsonld read it
sandbox    anybody's data against anybody's shapes, in a child process of its own (child)
shacl/     the validator itself, which knows none of the above
"""

from ogpld.validate.gate import Earlier, check

__all__ = ["Earlier", "check"]
