"""Take a statement or a thing out of every release of a home, and keep a record without its content.

Releases never change otherwise (docs/decisions/0019-erasure.md).
"""
