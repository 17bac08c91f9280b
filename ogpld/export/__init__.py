"""A release as plain files: every address of the site, with rules for web servers."""
