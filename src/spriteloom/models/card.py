"""The model card of a run, README.md, in the form that model hubs read."""

from __future__ import annotations

import json

from spriteloom.training.runs import RunConfig


def model_card(config: RunConfig) -> str:
    """What it is, what it learned from, how it was trained, what it can be asked for, and how it is used."""
    preprocessing = config.data["preprocessing"]
    source = config.data["source"]
    trained = config.trained or {}
    metrics = {key: value for key, value in trained.items() if key not in ("steps", "epochs", "seconds")}
    lines = [
        "---",
        "library_name: spriteloom",
        "tags: [pixel-art, sprites]",
        "---",
        "",
        f"# {config.preset}",
        "",
        f"A model of the family `{config.family}`, trained by spriteloom {config.version}.",
        "",
        f"- **Data**: {config.data['pictures']:,} pictures of {preprocessing.get('size')}×"
        f"{preprocessing.get('size')} from `{source.get('name', source)}`, prepared by `{config.preprocessing}`. "
        f"Licence of the pictures: {source.get('licence') or 'as the source says'}.",
        f"- **Training**: {trained.get('steps', 0):,} steps in {trained.get('seconds', 0):,.0f} s, "
        f"{config.precision}, seed {config.seed}.",
        *([f"- **Conditions**: {', '.join(config.conditions)}."] if config.conditions else []),
        *([f"- **Base model**: `base/`, fingerprint `{config.base}`."] if config.base else []),
        "",
        "```python",
        "import spriteloom",
        "",
        'model = spriteloom.load("this folder")',
        "```",
        "",
    ]
    if metrics:
        lines += ["Metrics at the end of training:", "", "```json", json.dumps(metrics, indent=2), "```", ""]
    return "\n".join(lines)
