"""A small store in workers."""

from support.sample_store import sample_file, sample_pool

__all__ = ["sample_file", "sample_pool"]
