"""A release as plain files: every address of the site with rule files for web servers, no Python behind it."""
