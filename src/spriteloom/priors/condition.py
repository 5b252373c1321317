"""`ConditionSpace`: the labels that a model can be conditioned on, and their vectors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

from spriteloom.errors import ImpossibleModel

Labels = Mapping[str, str | Sequence[str]]  # "types" → ("fire", "flying"), "shape" → "wings"
NEAREST = 3  # valid names that an error suggests


@dataclass(frozen=True, kw_only=True)
class ConditionSpace:
    """Fields and their values, in the order of the vector; no fields for a model without labels.

    The vector is n-hot. A field without labels is zero in it, as after label dropout: the zero vector is the
    unconditional one.
    """

    fields: Mapping[str, tuple[str, ...]]

    @property
    def size(self) -> int:
        return sum(len(values) for values in self.fields.values())

    @classmethod
    def from_json(cls, fields: Mapping[str, Sequence[str]]) -> ConditionSpace:
        """The inverse of `to_json`."""
        return cls(fields={field: tuple(values) for field, values in fields.items()})

    def to_json(self) -> dict[str, list[str]]:
        return {field: list(values) for field, values in self.fields.items()}

    @classmethod
    def of(cls, labels: Iterable[Labels], known: Mapping[str, tuple[str, ...]]) -> ConditionSpace:
        """The space of some labels. A field has all `known` values, in order, or its own, sorted, if others occur."""
        values: dict[str, set[str]] = {}
        for sprite_labels in labels:
            for field, value in sprite_labels.items():
                values.setdefault(field, set()).update(_values(value))
        order = [*(field for field in known if field in values), *sorted(set(values) - set(known))]
        complete = {field: values[field] <= set(known.get(field, ())) for field in order}
        sorted_values = {field: tuple(sorted(values[field])) for field in order if values[field]}
        return cls(fields={f: known[f] if complete[f] else own for f, own in sorted_values.items()})

    def encode(self, labels: Labels) -> NDArray[np.float32]:
        """Labels → n-hot float32 (size,). Raises ImpossibleModel for labels that are not in the space."""
        vector = np.zeros(self.size, np.float32)
        start = 0
        if unknown := {field for field, value in labels.items() if _values(value)} - set(self.fields):
            raise ImpossibleModel(self._unknown_field(sorted(unknown)[0]))
        for field, values in self.fields.items():
            for value in _values(labels.get(field, ())):
                if value not in values:
                    raise ImpossibleModel(_unknown_value(field, value, values))
                vector[start + values.index(value)] = 1
            start += len(values)
        return vector

    def known(self, labels: Labels) -> dict[str, tuple[str, ...]]:
        """The labels that are in the space; a held-out sprite may have others."""
        return {
            field: tuple(value for value in _values(labels.get(field, ())) if value in values)
            for field, values in self.fields.items()
        }

    def words(self, vector: NDArray[np.floating]) -> dict[str, tuple[str, ...]]:
        """The labels of a vector: the values above 0 of each field that has any."""
        labels, start = {}, 0
        for field, values in self.fields.items():
            chosen = tuple(values[i] for i in np.flatnonzero(vector[start : start + len(values)]))
            start += len(values)
            if chosen:
                labels[field] = chosen
        return labels

    def _unknown_field(self, field: str) -> str:
        if not self.fields:
            return f"this model was trained without labels and knows no {field}: leave it out"
        return f"this model knows no {field}: choose from {', '.join(self.fields)}"


def _values(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _unknown_value(field: str, value: str, values: tuple[str, ...]) -> str:
    lower = {valid.lower(): valid for valid in values}
    nearest = [lower[match] for match in get_close_matches(value.lower(), lower, NEAREST, cutoff=0.5)]
    hint = f"did you mean {' or '.join(nearest)}?" if nearest else f"it can be {', '.join(values)}"
    return f"{field} cannot be {value!r}: {hint}"
