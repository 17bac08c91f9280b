"""The read-only server: releases in, representations out.

Nothing foreign runs here: callers' SPARQL goes to the worker pool, documents are projected from
quads. Nothing of the importer or the SHACL engine may be imported, and no IRI, redirect or link is
ever made from the request's Host.
"""
