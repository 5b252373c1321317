"""The whole reproduction at its smallest: every model, table and plate, and nothing done twice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from spriteloom.errors import ImpossibleModel
from spriteloom.reproduce.jobs import jobs
from spriteloom.reproduce.paper import TABLE2, TABLE3, TABLE5, TABLE8
from spriteloom.reproduce.reproducing import GUIDANCES, JUDGED, reproduce
from spriteloom.reproduce.results import Results
from spriteloom.reproduce.scales import SCALES, scale, smoke

from .kit import Averages, all_cores

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reproduction")


@pytest.fixture(scope="module")
def results(out: Path) -> Results:
    with all_cores():
        return reproduce(smoke(), out, features=Averages())


def test_every_row_of_the_paper_is_there(results: Results):
    for rows, table in ((results.table2, TABLE2), (results.table3, TABLE3), (results.table8, TABLE8)):
        assert set(table) <= {row.name for row in rows}
        assert all(row.paper_mse == table[row.name].mse for row in rows if row.name in table)
    assert set(TABLE5) <= {row.name for row in results.table5}
    assert all(row.paper_fid == TABLE5[row.name].fid for row in results.table5 if row.name in TABLE5)


def test_the_parameters_are_the_papers(results: Results):
    found = {row.name: (row.parameters, row.prior_parameters) for row in results.table5}
    for name, row in TABLE5.items():
        assert found[name][0] == row.parameters
        assert found[name][1] in (None, 13_444_864)


def test_there_is_a_page_a_text_and_json_without_pictures(results: Results, out: Path):
    assert results.scale == "smoke" and "<table" in (out / "index.html").read_text()
    assert "Table 5" in (out / "results.md").read_text()
    plain = json.loads((out / "results.json").read_text())
    assert Results.from_json(plain).to_json() == plain
    assert "base64" not in (out / "results.json").read_text()


def test_every_model_says_what_it_took(results: Results):
    assert [model.job for model in results.models] == [job.name for job in jobs(smoke())]
    assert all(model.seconds > 0 for model in results.models)


def test_conditions_bits_and_swaps_are_measured(results: Results):
    assert len(results.conditioning) == len(JUDGED) * len(GUIDANCES)
    assert all(one.n == smoke().samples for one in results.conditioning)
    assert sum(one.confusion_types is not None for one in results.conditioning) == len(JUDGED)
    assert len(results.bits) == sum(job.kind == "priors" for job in jobs(smoke()))
    assert {row.method for row in results.table6} >= {"rank-codes", "rank"}


def test_what_is_done_is_not_done_again(results: Results, out: Path):
    said: list[str] = []
    before = {path: path.stat().st_mtime_ns for path in (out / "runs").rglob("model.safetensors")}
    again = reproduce(smoke(), out, features=Averages(), say=said.append)
    assert not [words for words in said if words.startswith("training")]
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert [row.fd for row in again.table5] == [row.fd for row in results.table5]


def test_equal_budgets_for_models_of_a_kind():
    for name in SCALES:
        chosen = scale(name)
        for kind in ("codecs", "pictures", "priors"):
            alike = [job for job in jobs(chosen) if (job.kind, job.patience) == (kind, "equal")]
            assert len({job.budget(chosen) for job in alike}) == 1


def test_an_unknown_scale_is_refused():
    with pytest.raises(ImpossibleModel, match="choose one of smoke, cpu, full"):
        scale("huge")
