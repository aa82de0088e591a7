"""Makes `python -m ml_api_kit.cli` the same as `mlapi`."""

from ml_api_kit.cli import main

main()
