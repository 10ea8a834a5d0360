"""Writes what transformers' image processors make of pictures within the bounds that `resize` says.

    python make_resize_goldens.py GOLDENS

Writes GOLDENS/resize/resize.json by the slow image processors of transformers 4.57.1. Reads images/ and the processors of
intern/, families/ and onevision/. Needs numpy, Pillow and transformers alone, no torch.
"""

import argparse
import hashlib
import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import PIL
import transformers
from PIL import Image
from transformers import (
    GotOcr2ImageProcessor, LlavaNextImageProcessor, LlavaOnevisionImageProcessor, Qwen2VLImageProcessor,
)  # fmt: skip

FILES = ["rgba.png", "gray.jpg", "jpeg-rotated.jpg", "square-96.png"]
# Width and height of pictures whose pixels follow from their places, as in make_qwen_goldens.py; none becomes 1 or 3 pixels
# high, which the slow processors mistake for channels-first.
MADE = [(1000, 600), (600, 1000), (97, 61), (250, 190), (900, 90), (40, 400), (20, 30), (640, 480)]
# Patch size, fewest and most pixels of the run; Qwen2.5-VL's published ones, and Qwen3-VL's.
OWN = {"14": (14, 3136, 12845056), "16": (16, 65536, 16777216)}
TOKENS, PERCENT = [4, 64, 100, 256], ["10", "33.3", "50"]
TILES = {"intern": [1, 2, 3, 5, 12], "next": [2, 3, 4], "onevision": [1, 2, 3, 7, 36]}


def made(width: int, height: int) -> np.ndarray:
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    return ((7 * x + 13 * y + 31 * c + x * y) % 256).astype(np.uint8)


def digest(pixels: np.ndarray) -> str:
    return hashlib.sha256(np.ascontiguousarray(pixels).astype("<f4").tobytes()).hexdigest()


def own_size(patch: int, least: int, most: int, picture: np.ndarray) -> tuple[list[int], str]:
    processor = Qwen2VLImageProcessor(patch_size=patch, min_pixels=least, max_pixels=most)
    inputs = processor(picture, input_data_format="channels_last", return_tensors="np")
    return inputs["image_grid_thw"][0, 1:].tolist(), digest(inputs["pixel_values"])


def within(patch: int, least: int, most: int, picture: np.ndarray) -> dict:
    """By the limit: grid of patches and pixels; no pixels where more tokens than the limit are left."""
    rows, cols = own_size(patch, least, most, picture)[0]
    limits = {str(tokens): tokens for tokens in TOKENS}
    limits |= {f"{share}%": max(1, round(Fraction(share) / 100 * (rows * cols // 4))) for share in PERCENT}
    seen = {}
    for name, tokens in limits.items():
        pixels = tokens * (2 * patch) ** 2
        if pixels >= least:
            grid, sha256 = own_size(patch, least, min(most, pixels), picture)
            fits = grid[0] * grid[1] // 4 <= tokens
            seen[name] = {"tokens": tokens, "grid": grid, "sha256": sha256 if fits else None}
    return seen


def tiled(goldens: Path, family: str, most: int, picture: np.ndarray) -> list[str]:
    """Views in the processor's order."""
    if family == "intern":
        bounds = {"crop_to_patches": True, "min_patches": 1, "max_patches": most}
        processor = GotOcr2ImageProcessor.from_pretrained(goldens / "intern/large", **bounds)
        views = processor(picture, input_data_format="channels_last", return_tensors="np")["pixel_values"]
    else:
        kind, folder = {
            "next": (LlavaNextImageProcessor, "families/next"), "onevision": (LlavaOnevisionImageProcessor, "onevision/tied"),
        }[family]  # fmt: skip
        processor = kind.from_pretrained(goldens / folder)
        side = min(min(grid) for grid in processor.image_grid_pinpoints)
        processor.image_grid_pinpoints = [
            grid for grid in processor.image_grid_pinpoints if grid[0] // side * (grid[1] // side) <= most
        ]
        views = processor(picture, input_data_format="channels_last", return_tensors="np")["pixel_values"][0]
    return [digest(view) for view in views]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("goldens", type=Path)
    goldens = parser.parse_args().goldens
    transformers.logging.set_verbosity_error()
    pictures = {f"{width}x{height}": made(width, height) for width, height in MADE}
    for name in FILES:
        with Image.open(goldens / "images" / name) as opened:
            pictures[name] = np.asarray(opened.convert("RGB"))
    own = {
        kind: {name: within(*bounds, picture) for name, picture in pictures.items()} for kind, bounds in OWN.items()
    }
    tiles = {
        family: {
            str(most): {name: tiled(goldens, family, most, picture) for name, picture in pictures.items()} for most in limits
        }
        for family, limits in TILES.items()
    }  # fmt: skip
    (goldens / "resize").mkdir(exist_ok=True)
    versions = {module.__name__: module.__version__ for module in (transformers, np, PIL)}
    text = json.dumps({"versions": versions, "own": own, "tiles": tiles}, indent=1)
    (goldens / "resize/resize.json").write_text(text + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
