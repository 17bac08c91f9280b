"""Processes that can be killed: what callers send runs here, never in the HTTP process."""
