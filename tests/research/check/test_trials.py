import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from ml_api_kit.research.check.trial import try_modules
from ml_api_kit.research.check.trials import Trials
from tests.project.work_folders import penguins_work_folder


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return penguins_work_folder(tmp_path_factory.mktemp("trials") / "work")


@pytest.fixture(scope="module")
def trials(work: Path) -> Iterator[Trials]:
    with Trials(work) as trials:
        yield trials


@pytest.fixture
def module(work: Path) -> Iterator[Path]:
    """The file of a module, which is as it was after the test."""
    file = work / "package" / "preprocessing.py"
    kept = file.read_text()
    yield file
    file.write_text(kept)


def without_time(trial: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in trial.items() if key != "seconds_one_row"}


def test_a_trial_says_what_one_in_a_process_of_its_own_says(work: Path, trials: Trials) -> None:
    found = trials.run()
    assert (found["rows"], found["equal"]) == (342, 342)
    assert without_time(found) == without_time(try_modules(work))


def test_a_trial_is_of_the_modules_as_they_are_now(trials: Trials, module: Path) -> None:
    module.write_text(module.read_text().replace('== "male"', '== "female"'))
    found = trials.run()
    # Penguins of no known sex are neither.
    assert found["equal"] == 9
    assert found["first_difference"]["raw_index"] == 0


def test_a_module_that_fails_is_told_with_its_line(trials: Trials, module: Path) -> None:
    module.write_text(module.read_text().replace('frozen["means"]', 'frozen["medians"]'))
    assert trials.run()["error"].startswith("KeyError: 'medians' (preprocessing.py, line ")


@pytest.mark.parametrize(
    "line", ["print('{}')", "import os; os.write(1, b'{}\\n')", "import sys; sys.stdin.read()"]
)
def test_what_a_module_prints_or_reads_is_no_answer(
    trials: Trials, module: Path, line: str
) -> None:
    module.write_text(f"{module.read_text()}\n{line}\n")
    found = trials.run()
    assert found["equal"] == 342


def test_a_module_that_ends_its_process_is_told(trials: Trials, module: Path) -> None:
    module.write_text("import os\nos._exit(0)\n")
    assert trials.run() == {"error": "the process ended early"}


def test_trials_go_on_where_their_process_was_killed(work: Path) -> None:
    with Trials(work) as trials:
        assert trials.run()["equal"] == 342
        os.kill(trials.pid, signal.SIGKILL)
        assert trials.run()["equal"] == 342
