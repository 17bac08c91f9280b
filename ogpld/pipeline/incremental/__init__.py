"""Build a release from the one before it, reading only what changed."""
