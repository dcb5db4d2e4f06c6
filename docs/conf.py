"""Sphinx settings. Nothing is fetched while building: no intersphinx."""

from importlib.metadata import version as installed_version

project = "stackmodel"
author = "stackmodel contributors"
project_copyright = "stackmodel contributors"
version = release = installed_version("stackmodel")

extensions = ["myst_parser", "sphinx.ext.autodoc", "numpydoc"]
exclude_patterns = ["_build"]

myst_heading_anchors = 3

autosummary_generate = False  # numpydoc loads autosummary; it has no lists to write out

autodoc_typehints = "none"  # numpydoc's Parameters have them
autodoc_member_order = "bysource"
numpydoc_show_class_members = False  # autodoc lists them

html_theme = "furo"
html_title = "stackmodel"
html_show_sourcelink = False
