"""Writes what authors' functions leave of random videos: VidCom2, with LLaVA-Video's learned rows too, and DyCoke's first stage.

    python make_video_method_goldens.py GOLDENS --vidcom2 CLONE --dycoke CLONE

Writes GOLDENS/video-methods/authors.json, by xuyang-liu16/VidCom2 (944a17d) and KD-TAO/DyCoke (dd74634), which are read from
clones and executed. fp32 on the CPU, seeded; values of `x` [frames, tokens, dim] are rounded to three decimals. README.md
describes the keys.

Substitutions: a frame of VidCom2 has 3 x 3 tokens instead of 14 x 14 or 13 x 13, which MODEL_SPECS has written out.
"""

import argparse
import typing
from pathlib import Path

import torch
import torch.nn.functional as F

from clones import functions, revision, source
from tiny_llava import write_golden

VIDCOM2 = "token_compressor/vidcom2/vidcom2.py"
DYCOKE = "llava/model/llava_arch.py"
SIDE = 3
SPECS = {
    "llava_ov": {"tpf": SIDE * SIDE, "mapper": "linear"},
    "llava_vid": {"tpf": SIDE * SIDE, "mapper": "grid_vid", "grid": SIDE},
}
NAMES = [
    "vidcom2_compression", "select_low_var_channels", "compute_gaussian_scores", "_multi_scale_gaussian", "compute_scales",
    "select_outlier_indices", "map_features", "_map_linear_offset", "_map_grid_vid",
]  # fmt: skip


def video(frames: int, tokens: int, dim: int, seed: int) -> torch.Tensor:
    """Scenes of three frames that differ a little from each other."""
    generator = torch.Generator().manual_seed(seed)
    scenes = torch.randn((frames // 3 + 1, tokens, dim), generator=generator)
    x = scenes[[frame // 3 for frame in range(frames)]] + 0.4 * torch.randn((frames, tokens, dim), generator=generator)
    return torch.round(x * 1000) / 1000


def case(x: torch.Tensor, **keys) -> dict:
    frames, tokens, dim = x.shape
    return {"frames": frames, "tokens": tokens, "dim": dim} | keys | {"x": [round(float(value), 3) for value in x.flatten()]}


def vidcom2(clone: Path) -> list[dict]:
    names = {"torch": torch, "F": F, "MODEL_SPECS": SPECS} | vars(typing)
    compress = functions(source(clone, VIDCOM2), NAMES, names)["vidcom2_compression"]
    cases = []
    for frames, ratio, seed in [(1, 0.25, 1), (2, 0.5, 2), (3, 1.0, 3), (4, 0.25, 4), (5, 0.15, 5), (7, 0.6, 6)]:
        x = video(frames, SIDE * SIDE, 8, seed)
        flat = x.flatten(0, 1)
        # rows that name their own places in the sequence, behind all of whose lines a learned one stands
        places = torch.arange(frames * SIDE * (SIDE + 1))[:, None]
        lines = compress(flat, "llava_vid", base_scale=ratio, img_feat=places)[:, 0]
        kept = compress(flat, "llava_ov", base_scale=ratio)
        rows = [next(i for i, row in enumerate(flat) if torch.equal(row, one)) for one in kept]
        cases.append(case(x, R=ratio, kept=rows, lines=lines.tolist()))
    return cases


def dycoke(clone: Path) -> list[dict]:
    reduce = functions(source(clone, DYCOKE), ["dycole_ttm"], {"torch": torch})["dycole_ttm"]
    cases = []
    for frames, tokens, k, seed in [(5, 9, 0.3, 11), (6, 9, 0.7, 12), (7, 9, 0.5, 13), (9, 4, 0.7, 14), (13, 4, 0.3, 15)]:
        x = video(frames, tokens, 6, seed)
        flat = x.flatten(0, 1)
        kept = reduce(flat, num_tokens_per_frame=tokens, merging_ratio=k)
        rows = [next(i for i, row in enumerate(flat) if torch.equal(row, one)) for one in kept]
        cases.append(case(x, k=k, kept=rows))
    for frames in range(1, 5):
        try:
            reduce(video(frames, 4, 3, 1).flatten(0, 1), num_tokens_per_frame=4)
            raise AssertionError(f"{frames} frames")
        except RuntimeError:
            pass
    return cases


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("goldens", type=Path)
    parser.add_argument("--vidcom2", type=Path, required=True)
    parser.add_argument("--dycoke", type=Path, required=True)
    given = parser.parse_args()
    folder = given.goldens / "video-methods"
    folder.mkdir(exist_ok=True)
    write_golden(
        folder / "authors.json",
        {
            "revisions": {"vidcom2": revision(given.vidcom2), "dycoke": revision(given.dycoke)},
            "vidcom2": vidcom2(given.vidcom2),
            "dycoke": dycoke(given.dycoke),
        },
    )


if __name__ == "__main__":
    main()
