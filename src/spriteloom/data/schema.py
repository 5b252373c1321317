"""The columns of a prepared set, in Arrow's words and in those of Hugging Face `datasets`.

Knows nothing of preprocessings or pictures' contents. The file's metadata carry two JSON texts: "huggingface", which
makes `datasets.load_dataset("parquet", …)` decode the image column, and "spriteloom", see `prepare.py`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

FORMAT = 1  # of the "spriteloom" metadata and the columns; raised when old readers would misread new files

STRINGS_FIRST = ("name", "species", "split")
STRINGS_LAST = ("shape", "color", "view", "form")


def columns(*, materialized: bool) -> dict[str, str]:
    """Column names in order, each with its kind: image, string, strings, bool or int32."""
    found = {"image": "image"}
    if materialized:
        found |= {"mask": "image", "variant": "string"}
    found |= dict.fromkeys(STRINGS_FIRST, "string")
    found |= {"types": "strings"} | dict.fromkeys(STRINGS_LAST, "string")
    found |= {"shiny": "bool", "frame": "int32", "path": "string", "text": "string"}
    return found | {"width": "int32", "height": "int32", "placement": "string"}


def arrow_schema(kinds: dict[str, str], info: dict[str, Any] | None = None) -> pa.Schema:
    """The Arrow schema of such columns; with `info`, that and the features stand in its metadata."""
    import pyarrow as pa

    types = {
        "image": pa.struct([("bytes", pa.binary()), ("path", pa.string())]),
        "string": pa.string(),
        "strings": pa.list_(pa.string()),
        "bool": pa.bool_(),
        "int32": pa.int32(),
    }
    schema = pa.schema([(name, types[kind]) for name, kind in kinds.items()])
    if info is None:
        return schema
    texts = {"huggingface": _features(kinds), "spriteloom": info}
    return schema.with_metadata({key: json.dumps(text, ensure_ascii=False) for key, text in texts.items()})


def image_struct(pngs: list[bytes], paths: list[str]) -> pa.StructArray:
    """An image column: PNG bytes and the names they would have as files."""
    import pyarrow as pa

    return pa.StructArray.from_arrays([pa.array(pngs, pa.binary()), pa.array(paths)], names=["bytes", "path"])


def _features(kinds: dict[str, str]) -> dict[str, Any]:
    known: dict[str, dict[str, Any]] = {
        "image": {"_type": "Image"},
        "strings": {"feature": {"dtype": "string", "_type": "Value"}, "_type": "Sequence"},
    }
    features = {name: known.get(kind, {"dtype": kind, "_type": "Value"}) for name, kind in kinds.items()}
    return {"info": {"features": features}}
