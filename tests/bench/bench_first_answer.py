"""From the start of a program to the first answer of the local BigQuery.

Every variant is a process of its own; measured are the seconds from its start to its end. The
baseline only imports Google's client, which no program that uses it can do without.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ml_api_kit.gcp_accessor.local.process import start_local_server, stop_local_server
from tests.bench.interleave import compare, format_comparisons, interleave

ROUNDS = 5
BASELINE = "import of Google's client"
_IMPORT = "import google.cloud.bigquery"
_QUERY = (
    "from ml_api_kit.gcp_accessor import BigQueryAccessor\n"
    "assert BigQueryAccessor().execute_query('SELECT 1 + 1') == [[2]]"
)
_PLAIN = """
import json, os, urllib.request
from pathlib import Path
from ml_api_kit.gcp_accessor.local.process import start_local_server
server = start_local_server(Path(os.environ["MLAPI_LOCAL_FOLDER"]))
body = json.dumps({"query": "SELECT 1 + 1", "useLegacySql": False}).encode()
headers = {"Content-Type": "application/json"}
url = f"{server.url}/bigquery/v2/projects/local/queries"
answer = urllib.request.urlopen(urllib.request.Request(url, body, headers))
assert json.load(answer)["rows"] == [{"f": [{"v": "2"}]}]
"""
_CLI = [sys.executable, "-m", "ml_api_kit.cli"]


def main() -> None:
    """Print the comparison."""
    with tempfile.TemporaryDirectory() as root:
        measured = interleave(variants(Path(root)), rounds=ROUNDS)
    print(format_comparisons(compare(measured, baseline=BASELINE), unit="s"))


def variants(root: Path) -> dict[str, Callable[[], float]]:
    """What is compared, each in folders below `root`."""
    query = [sys.executable, "-c", _QUERY]

    def beside_a_server() -> float:
        folder = root / "running"
        start_local_server(folder)
        # It has done its work in the background by then, as on any desk.
        run(query, folder)
        time.sleep(5)
        return ended(run(query, folder), folder)

    def known_folder() -> float:
        return ended(run(query, root / "running"), root / "running")

    def new_folder() -> float:
        folder = Path(tempfile.mkdtemp(dir=root))
        return ended(run(query, folder), folder)

    def without_client() -> float:
        folder = Path(tempfile.mkdtemp(dir=root))
        return ended(run([sys.executable, "-c", _PLAIN], folder), folder)

    def start_command() -> float:
        folder = Path(tempfile.mkdtemp(dir=root))
        return ended(run([*_CLI, "gcp", "start"], folder), folder)

    return {
        BASELINE: lambda: run([sys.executable, "-c", _IMPORT], root),
        "query, beside a server": beside_a_server,
        "query that starts the server": known_folder,
        "query that starts it in a new folder": new_folder,
        "the same without Google's client": without_client,
        "mlapi gcp start in a new folder": start_command,
    }


def run(command: list[str], folder: Path) -> float:
    """The seconds that a process takes whose local servers are in `folder`."""
    environment = {**os.environ, "MLAPI_GCP_BACKEND": "local", "MLAPI_LOCAL_FOLDER": str(folder)}
    began_s = time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began_s


def ended(taken_s: float, folder: Path) -> float:
    """The same seconds, with the server of the folder ended."""
    stop_local_server(folder)
    return taken_s
