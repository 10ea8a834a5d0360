"""Writes what the reference answers about videos where a folder's two processor files have different bounds.

    python make_video_size_goldens.py GOLDENS

Reads GOLDENS/qwen/, qwen3/, video/ and intern-video/ and writes GOLDENS/video-sizes.json, by transformers 4.57.1, torch 2.7.1
and torchvision 0.22.1. fp32 on the CPU. Frames and prompts are those of make_qwen_video_goldens.py. Of Qwen's checkpoints
`files` takes the place of the folder's own; LLaVA-OneVision's and InternVL's have two files that differ, and their answers are
those that the folder's goldens have already.

- `cases`, by checkpoint and clip (`NxWIDTHxHEIGHT`, two frames a second): `tokens` of the video, `answer` without special
  tokens, `margins`; of Qwen `grid` [t, h, w] of merged patches.
"""

import argparse
import json
import shutil
import tempfile
from pathlib import Path

import numpy as np
import torch
import torchvision
import transformers
from transformers import AutoTokenizer

import make_qwen3_video_goldens as third
import make_qwen_video_goldens as first
from make_video_goldens import video
from tiny_llava import write_golden

CLIPS = [(5, 10, 9), (5, 90, 20)]  # frames, width, height
IMAGE, VIDEO = "preprocessor_config.json", "video_preprocessor_config.json"
SIDES = {"patch_size": 4, "merge_size": 2, "temporal_patch_size": 2}
EACH = {
    IMAGE: {"image_processor_type": "Qwen2VLImageProcessor", "min_pixels": 256, "max_pixels": 1920, **SIDES},
    VIDEO: {"video_processor_type": "Qwen2VLVideoProcessor", "min_pixels": 64, "max_pixels": 576, **SIDES},
}
ALL = {
    IMAGE: {
        "image_processor_type": "Qwen2VLImageProcessorFast", "size": {"shortest_edge": 256, "longest_edge": 1920},
        "image_mean": [0.5] * 3, "image_std": [0.5] * 3, **SIDES,
    },
    VIDEO: {
        "video_processor_type": "Qwen3VLVideoProcessor", "size": {"shortest_edge": 320, "longest_edge": 2880},
        "image_mean": [0.5] * 3, "image_std": [0.5] * 3, **SIDES,
    },
}  # fmt: skip
QWEN = {"qwen/qwen2_vl/tied": (first, EACH), "qwen/qwen2_5_vl/tied": (first, EACH), "qwen3/tied": (third, ALL)}
# By file of goldens: folder and case.
OTHERS = {"video/odd": ("video/video.json", "odd", "5"), "intern-video/three": ("intern-video/video.json", "three", "v:5")}


def qwen(goldens: Path, name: str) -> dict:
    kind, files = QWEN[name]
    cases = {}
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / Path(name).parent.name / "tied"  # the class follows from the parent's name
        shutil.copytree(goldens / name, folder)
        for file, content in files.items():
            (folder / file).write_text(json.dumps(content), encoding="utf-8")
        model, processor = kind.load(folder)
        for frames, width, height in CLIPS:
            times = "1/2" if kind is third else 2.0
            said, _ = kind.case(model, processor, [(video(frames, width, height), times)])
            cases[f"{frames}x{width}x{height}"] = {
                "grid": said["grids"][0], "tokens": int(np.prod(said["grids"][0])), "margins": said["margins"],
                "answer": processor.tokenizer.decode(said["greedy"], skip_special_tokens=True),
            }  # fmt: skip
    return cases


def known(goldens: Path, name: str) -> dict:
    file, model, asked = OTHERS[name]
    said = json.loads((goldens / file).read_text())["cases"][model][asked]
    tokens = said["tokens"] if isinstance(said["tokens"], int) else sum(said["tokens"])
    answer = AutoTokenizer.from_pretrained(goldens / name).decode(said["greedy"], skip_special_tokens=True)
    return {f"5x{said['width']}x{said['height']}": {"tokens": tokens, "answer": answer, "margins": said["margins"]}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("goldens", type=Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    cases = {name: qwen(arguments.goldens, name) for name in QWEN}
    cases |= {name: known(arguments.goldens, name) for name in OTHERS}
    versions = {m.__name__: m.__version__ for m in (torch, torchvision, transformers, np)}
    write_golden(
        arguments.goldens / "video-sizes.json",
        {"command": "make_video_size_goldens.py GOLDENS", "versions": versions, "files": {n: QWEN[n][1] for n in QWEN}}
        | {"cases": cases},
    )


if __name__ == "__main__":
    main()
