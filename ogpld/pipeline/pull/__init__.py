"""Fetch releases from mirrors: verified block by block, switched to at the end."""
