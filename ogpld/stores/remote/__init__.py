"""SPARQL over HTTP: a release that another engine holds (SPARQL 1.1 Query, Protocol, Graph Store Protocol).

An engine holds several releases at once. Each has graphs of its own, whose names say what is in them
(`release_graphs.py`) and that nobody changes, so a query that names the graphs of one release
(`dataset_rewriting.py`) never sees another one. What engines do differently is in docs/engines.md.
"""
