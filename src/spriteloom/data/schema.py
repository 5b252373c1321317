"""The columns of a prepared set, for Arrow and for Hugging Face `datasets`.

The file's metadata hold two JSON texts: "huggingface", from which `datasets.load_dataset("parquet", …)` knows
the image columns, and "spriteloom", described in `prepare.py`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

FORMAT = 1  # of the "spriteloom" metadata and the columns; raise it when old readers would misread new files

NAME_COLUMNS = ("name", "species", "split")
LABEL_COLUMNS = ("shape", "color", "view", "form")
ITEM_COLUMNS = (*LABEL_COLUMNS, "types", "shiny", "path", "text")  # taken from a source's item


def columns(*, materialized: bool) -> dict[str, str]:
    """Column names in order, each with its kind: image, string, strings, bool or int32."""
    kinds = {"image": "image"}
    if materialized:
        kinds |= {"mask": "image", "variant": "string"}
    kinds |= dict.fromkeys(NAME_COLUMNS, "string")
    kinds |= {"types": "strings"} | dict.fromkeys(LABEL_COLUMNS, "string")
    kinds |= {"shiny": "bool", "frame": "int32", "path": "string", "text": "string"}
    return kinds | {"width": "int32", "height": "int32", "placement": "string"}


def arrow_schema(kinds: dict[str, str], info: dict[str, Any] | None = None) -> pa.Schema:
    """The Arrow schema of such columns; with `info`, its metadata hold both JSON texts."""
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
    """An image column: PNG bytes and file names."""
    import pyarrow as pa

    return pa.StructArray.from_arrays([pa.array(pngs, pa.binary()), pa.array(paths)], names=["bytes", "path"])


def _features(kinds: dict[str, str]) -> dict[str, Any]:
    special: dict[str, dict[str, Any]] = {
        "image": {"_type": "Image"},
        "strings": {"feature": {"dtype": "string", "_type": "Value"}, "_type": "Sequence"},
    }
    features = {name: special.get(kind, {"dtype": kind, "_type": "Value"}) for name, kind in kinds.items()}
    return {"info": {"features": features}}
