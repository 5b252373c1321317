"""Train a codec and a prior on a folder of your own pictures, and draw new sprites.

    python examples/train_on_your_folder.py my-sprites --out trained --minutes 5

The folder needs at least a few dozen pictures. A metadata.csv beside them, with file_name, species and types,
gives labels.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import spriteloom as sl


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", help="your pictures: PNG, GIF, WebP or Aseprite")
    parser.add_argument("--out", type=Path, default=Path("trained"))
    parser.add_argument("--size", type=int, default=32, help="side of the square that holds every sprite")
    parser.add_argument(
        "--minutes", type=float, default=5, help="of training, for the codec and the prior together"
    )
    parser.add_argument("-n", type=int, default=16, help="how many new sprites")
    options = parser.parse_args()

    # 1. A data set: every sprite centered on a square, split by species.
    source = sl.open_source(options.folder)
    path = options.out / "set.parquet"
    report = sl.prepare(source, sl.preprocessing_named("pixel"), out=path, size=options.size)
    print("pictures:", report.pictures, "skipped:", len(report.skipped))
    data = sl.SpriteSet.open(path)

    # 2. A codec: one of 256 codes for each block of 2×2 pixels.
    codec, prior = options.out / "codec", options.out / "prior"
    sl.train("pixel-vqvae-medres", data, codec, budget=sl.Budget(minutes=options.minutes / 5))
    print("reconstruction:", sl.evaluate(sl.load(codec), data).to_json())

    # 3. A prior: which codes follow one another.
    sl.train("prior", data, prior, base=codec, budget=sl.Budget(minutes=4 * options.minutes / 5))

    # 4. New sprites, each named by its seed.
    new = options.out / "new"
    new.mkdir(exist_ok=True)
    for sprite in sl.load(prior).generate(options.n, seed=0, colors=16):
        sprite.save(new / f"{sprite.name}.png")
    print(f"{options.n} new sprites in {new}")


if __name__ == "__main__":
    main()
