"""Builds the wheel of ml-api-kit into the project, so that it runs where nobody has ml-api-kit.

Runs when cookiecutter itself bakes this template out of the repository; `mlapi new` packs the wheel
it was installed from instead.
"""

import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(r"{{ cookiecutter._repo_dir }}").resolve().parents[1]

command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", "vendor", "--quiet"]
built = subprocess.run([*command, str(REPOSITORY)], check=False)
if built.returncode:
    sys.exit(f"The wheel of ml-api-kit could not be built from {REPOSITORY}; see pip's words above.")
