from pathlib import Path

import pytest
from ml_api_kit.gcp_accessor import BigQueryAccessor

from {{ cookiecutter.package_name }}.config import Settings
from {{ cookiecutter.package_name }}.prediction import ProbabilityModel
from {{ cookiecutter.package_name }}.training import fit, train

# Source: Rizopoulos (2006), Journal of Statistical Software 17(5), section 3.1: the model fitted to
# these data by the R package ltm.
PUBLISHED_DISCRIMINATION = 0.755
PUBLISHED_DIFFICULTIES = [-3.615, -1.322, -0.318, -1.730, -2.780]
PUBLISHED_LOG_LIKELIHOOD = -2466.94


def test_train_reaches_the_published_values(
    accessor: BigQueryAccessor, tmp_path: Path, model: ProbabilityModel
) -> None:
    fitted = train(accessor, table=Settings.answers_table, folder=tmp_path / "artifacts")
    assert fitted.students == 1000
    assert fitted.discrimination == pytest.approx(PUBLISHED_DISCRIMINATION, abs=5e-4)
    assert list(fitted.difficulties.values()) == pytest.approx(PUBLISHED_DIFFICULTIES, abs=5e-4)
    assert fitted.log_likelihood == pytest.approx(PUBLISHED_LOG_LIKELIHOOD, abs=5e-3)
    written = ProbabilityModel(tmp_path / "artifacts")
    assert written.difficulties == fitted.difficulties
    assert list(written.difficulties.values()) == pytest.approx(
        list(model.difficulties.values()), abs=1e-5
    )


def test_fit_ignores_what_was_not_answered() -> None:
    patterns = {(1, 1): 40, (1, 0): 30, (0, 1): 10, (0, 0): 20}
    with_blanks = fit(patterns | {(None, None): 500}, items=("a", "b"))
    without = fit(patterns, items=("a", "b"))
    assert with_blanks.difficulties == pytest.approx(without.difficulties, abs=1e-3)


def test_fit_refuses_an_item_that_everybody_answered_alike() -> None:
    with pytest.raises(ValueError, match="item_b was not answered both"):
        fit({(1, 1): 3, (0, 1): 2}, items=("item_a", "item_b"))


def test_fit_refuses_to_learn_from_nothing() -> None:
    with pytest.raises(ValueError, match="no answers"):
        fit({}, items=("item_a",))
