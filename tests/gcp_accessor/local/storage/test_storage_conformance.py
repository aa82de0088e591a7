from pathlib import Path
from typing import Any

import pytest
from google.api_core.exceptions import MethodNotImplemented

from ml_api_kit.gcp_accessor.local.process import LocalServer
from tests.gcp_accessor.local.storage.conformance.registry import Case, Place, cases, table

CASES = cases()
PAGE = Path(__file__).parents[4] / "docs" / "data-access.md"


# aiohttp's remark on how gcsfs sends its blocks.
@pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.group}: {case.title}")
def test_local_storage_does_as_its_table_says(
    case: Case, storage_client: Any, bucket: Any, server: LocalServer, tmp_path: Path
) -> None:
    place = Place(storage_client, bucket, tmp_path, server.url)
    if not case.is_refused:
        case.run(place)
        return
    with pytest.raises(Exception, match="not supported by the local Cloud Storage: ") as refusal:
        case.run(place)
    assert isinstance(refusal.value, MethodNotImplemented)


def test_table_of_the_docs_is_that_of_the_cases() -> None:
    assert table(CASES) in PAGE.read_text()


def test_table_tells_every_case_once() -> None:
    titles = [(case.group, case.title) for case in CASES]
    assert len(titles) == len(set(titles)) >= 60
