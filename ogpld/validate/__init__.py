"""Hold data to shapes: the gate of a build, and any data or document on request.

gate       a build's statements against our shapes; finding_places: from a finding back to its cells
task       a submitted document against our shapes, in a worker; documents and safe_jsonld read it
sandbox    any data against any shapes, in a child process of its own (child)
shacl/     the validator itself, which imports none of the above
"""

from ogpld.validate.gate import PreviousFindings, check

__all__ = ["PreviousFindings", "check"]
