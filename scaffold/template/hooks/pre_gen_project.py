"""Refuses a name from which no Python package can be named; `mlapi new` says it in more words."""

import keyword
import sys

PACKAGE = "{{ cookiecutter.package_name }}"

if not PACKAGE.isidentifier() or keyword.iskeyword(PACKAGE) or PACKAGE in sys.stdlib_module_names:
    sys.exit(f"{PACKAGE!r} cannot name a Python package: choose another project_name.")
