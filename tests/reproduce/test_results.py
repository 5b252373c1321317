"""Results as JSON and back."""

from __future__ import annotations

import json
import math
from dataclasses import fields, replace

import pytest

from spriteloom.reproduce.results import Confusion, Floor, Plates, Results, named

from .kit import begun, results


def there_and_back(found: Results) -> Results:
    return Results.from_json(json.loads(json.dumps(found.to_json(), allow_nan=False)))


@pytest.mark.parametrize("found", [results(), begun()], ids=["whole", "begun"])
def test_what_is_written_is_read_again(found: Results):
    assert there_and_back(found) == found


def test_every_part_of_the_results_is_in_the_json():
    found = results().to_json()
    assert list(found) == [field.name for field in fields(Results)]
    assert all(found[name] for name in ("table2", "table3", "table5", "table6", "table8", "floor", "bits"))
    assert found["table5"][0]["fd_interval"] == [323.746, 327.746]


def test_what_is_not_finite_is_null():
    odd = replace(results(), floor=Floor(n=3, fd=math.inf), seconds=math.nan)
    assert odd.to_json()["floor"]["fd"] is None
    assert math.isnan(there_and_back(odd).seconds)


def test_no_picture_is_in_the_json():
    kinds = set()

    def walk(value: object) -> None:
        kinds.add(type(value))
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        for one in inner:
            walk(one)

    walk(results().to_json())
    assert kinds <= {dict, list, str, int, float, bool, type(None)}
    assert not {field.name for field in fields(Plates)} & (set(results().to_json()) - {"table6"})
    assert "base64" not in json.dumps(results().to_json())


def test_keys_of_a_later_version_are_left_out_and_defaults_may_be_missing():
    found = begun().to_json() | {"something": 1}
    del found["notes"]
    assert Results.from_json(found) == begun()


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"seconds": "long"}, "Results.seconds"),
        ({"table2": [{"label": "VAE"}]}, r"Results.table2\[0\] has no mse"),
        ({"machine": None}, "Results.machine"),
        ({"floor": {"n": 1.5}}, "Results.floor.n"),
        ({"floor": {"n": 1, "fd_interval": [1.0]}}, "Results.floor.fd_interval"),
        ({"stages": {"training": True}}, "Results.stages.training"),
    ],
)
def test_what_is_no_such_thing_is_named(change: dict[str, object], where: str):
    with pytest.raises(ValueError, match=where):
        Results.from_json(results().to_json() | change)


def test_a_row_is_named_by_its_label_and_its_size():
    assert named("VQ-VAE", "LowRes") == "VQ-VAE LowRes"
    assert named("Pixel VQ-VAE, our training", "HiRes") == "Pixel VQ-VAE HiRes, our training"
    assert named("counts on our MedRes codes", "MedRes") == "counts on our MedRes codes"
    assert named("VAE", None) == "VAE"


def test_shares_of_a_confusion_add_up_in_each_row_that_was_asked_for():
    found = Confusion(labels=("a", "b"), counts=((3, 1), (0, 0)))
    assert found.shares() == [[0.75, 0.25], [0, 0]]
