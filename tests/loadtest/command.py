"""Runs `mlapi load-test` as the command line's root does: an MlApiError is one sentence."""

import sys

from ml_api_kit.cli.load_test import load_test
from ml_api_kit.errors import MlApiError

if __name__ == "__main__":
    try:
        load_test(prog_name="mlapi load-test")
    except MlApiError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.exit_code)
