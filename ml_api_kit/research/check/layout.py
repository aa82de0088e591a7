"""Where a converted project keeps what the check needs, relative to its folder."""

from __future__ import annotations

#: What the check found, and what it is about.
CONVERSION = "conversion.json"
#: A sample of the golden cases, which the project's own tests use.
SAMPLE_GOLDEN = "tests/golden/sample.jsonl"
#: All golden cases; the repository of the project leaves them out.
ALL_GOLDEN = "tests/golden/all.jsonl.gz"
#: Modules as the research code wrote them, in pandas, where the project's own are rewritten.
NOTEBOOK_MODULES = "tests/golden/notebook"
