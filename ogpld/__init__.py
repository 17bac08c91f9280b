"""ogpld: linked open data publisher for the Open Government Partnership.

Action plans, commitments, milestones and assessments as RDF, held to SHACL shapes, served as
dereferenceable IRIs, JSON-LD and a SPARQL endpoint. In short: tables are read, mapped to quads,
checked, frozen into an immutable release, and only releases are served.
"""

__version__ = "0.1.0"

__all__ = ["__version__"]
