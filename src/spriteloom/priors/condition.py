"""`ConditionSpace`: what can be asked for, and the vector that asks for it. Knows no model, no data set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

from spriteloom.errors import ImpossibleModel

Labels = Mapping[str, str | Sequence[str]]  # "types" → ("fire", "flying"), "shape" → "wings"
NEAREST = 3  # valid names that an error offers


@dataclass(frozen=True, kw_only=True)
class ConditionSpace:
    """Fields and the values each may have, in the order of the vector; no field where nothing is known.

    The vector is n-hot. Nothing known of a field leaves its part zero, which is also what label dropout
    leaves: the zero vector asks for anything.
    """

    fields: Mapping[str, tuple[str, ...]]

    @property
    def size(self) -> int:
        return sum(len(values) for values in self.fields.values())

    @classmethod
    def from_json(cls, fields: Mapping[str, Sequence[str]]) -> ConditionSpace:
        """Undoes `to_json`."""
        return cls(fields={field: tuple(values) for field, values in fields.items()})

    def to_json(self) -> dict[str, list[str]]:
        return {field: list(values) for field, values in self.fields.items()}

    @classmethod
    def of(cls, labels: Iterable[Labels], known: Mapping[str, tuple[str, ...]]) -> ConditionSpace:
        """The space of labels as they occur. A field whose values are all `known` gets those, in order.

        Any other field gets the values found, sorted. Fields stand in the order of `known`, others after.
        """
        found: dict[str, set[str]] = {}
        for each in labels:
            for field, value in each.items():
                found.setdefault(field, set()).update(_values(value))
        order = [*(field for field in known if field in found), *sorted(set(found) - set(known))]
        usual = {field: set(found[field]) <= set(known.get(field, ())) for field in order}
        return cls(
            fields={
                field: known[field] if usual[field] else tuple(sorted(found[field]))
                for field in order
                if found[field]
            }
        )

    def encode(self, labels: Labels) -> NDArray[np.float32]:
        """Labels → n-hot float32 (size,). Raises ImpossibleModel for what is not in the space."""
        vector = np.zeros(self.size, np.float32)
        start = 0
        asked = {field for field, value in labels.items() if _values(value)}
        if strange := asked - set(self.fields):
            raise ImpossibleModel(self._unknown_field(sorted(strange)[0]))
        for field, values in self.fields.items():
            for value in _values(labels.get(field, ())):
                if value not in values:
                    raise ImpossibleModel(_unknown_value(field, value, values))
                vector[start + values.index(value)] = 1
            start += len(values)
        return vector

    def known(self, labels: Labels) -> dict[str, tuple[str, ...]]:
        """Those labels that are in the space: a held-out sprite may have one that training never met."""
        return {
            field: tuple(value for value in _values(labels.get(field, ())) if value in values)
            for field, values in self.fields.items()
        }

    def words(self, vector: NDArray[np.floating]) -> dict[str, tuple[str, ...]]:
        """What a vector asks for: the values above 0 of each field that has any."""
        said, start = {}, 0
        for field, values in self.fields.items():
            chosen = tuple(values[i] for i in np.flatnonzero(vector[start : start + len(values)]))
            start += len(values)
            if chosen:
                said[field] = chosen
        return said

    def _unknown_field(self, field: str) -> str:
        if not self.fields:
            return f"this model was trained without labels and knows no {field}: leave it out"
        return f"this model knows no {field}: it can be asked for {', '.join(self.fields)}"


def _values(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _unknown_value(field: str, value: str, values: tuple[str, ...]) -> str:
    plain = {each.lower(): each for each in values}
    nearest = [plain[each] for each in get_close_matches(value.lower(), plain, NEAREST, cutoff=0.5)]
    hint = f"did you mean {' or '.join(nearest)}?" if nearest else f"it can be {', '.join(values)}"
    return f"{field} cannot be {value!r}: {hint}"
