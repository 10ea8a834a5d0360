"""Writes what the reference says about videos of small random Qwen2-VL and Qwen2.5-VL checkpoints.

    python make_qwen_video_goldens.py GOLDENS

Reads the checkpoints of GOLDENS/qwen/ and writes GOLDENS/qwen-video/, by transformers 4.57.1, torch 2.7.1 and torchvision
0.22.1. fp32 on the CPU. No frame is stored: they are those of make_video_goldens.py; the prompt is that of
make_qwen_goldens.py with a video in the picture's place. Tolerances are README.md's; bytes and pixels are exact.

- `cases`, by checkpoint: what is asked (`NxWIDTHxHEIGHT` frames, `@` frames per second; with a picture before or behind it),
  `ids` (the tokens unexpanded), `grids` [t, h, w] of merged patches of each, `pixels` of each frame, `seconds` of a pair as the
  processor gives them, `positions` [3][n] of the expanded ids, `delta`, `flops`, 12 greedy tokens. Tensors: `features`, `logits`.
- `files`: the files of a folder, and the bounds that AutoVideoProcessor makes of them.
- `times`: seconds of a pair, tokens per second, and the times of 16 pairs by this code and by the published one (transformers
  4.49, get_rope_index, before it truncated seconds; QwenLM/Qwen2.5-VL, rope2d.py, has the same).
"""

import argparse
import copy
import json
import shutil
import tempfile
from pathlib import Path

import numpy as np
import torch
import torchvision
import transformers
from safetensors.torch import save_file
from torch.utils.flop_counter import FlopCounterMode
from transformers import (
    AutoTokenizer, AutoVideoProcessor, Qwen2_5_VLForConditionalGeneration, Qwen2_5_VLProcessor, Qwen2VLForConditionalGeneration,
    Qwen2VLImageProcessor, Qwen2VLProcessor, Qwen2VLVideoProcessor,
)  # fmt: skip

import make_qwen_goldens as qwen
from make_family_goldens import QUESTION, digest
from make_video_goldens import video
from tiny_llava import write_golden

STEPS = 12
VIDEO = "<|vision_start|><|video_pad|><|vision_end|>"
SIZES = [(1, 41, 30), (2, 20, 33), (3, 64, 20), (5, 45, 29), (16, 30, 26)]  # frames, width, height
MODELS = {"qwen2_vl/tied": SIZES, "qwen2_5_vl/tied": SIZES, "qwen2_vl/untied": SIZES[3:4], "qwen2_5_vl/untied": SIZES[1:4]}


def load(folder: Path):
    newer = folder.parent.name == "qwen2_5_vl"
    kind = Qwen2_5_VLForConditionalGeneration if newer else Qwen2VLForConditionalGeneration
    model = kind.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval().requires_grad_(False)
    # The class keeps bounds that a file states for all that come after.
    Qwen2VLVideoProcessor.size = {"shortest_edge": 128 * 28 * 28, "longest_edge": 28 * 28 * 768}
    processor = (Qwen2_5_VLProcessor if newer else Qwen2VLProcessor)(
        image_processor=Qwen2VLImageProcessor.from_pretrained(folder), tokenizer=AutoTokenizer.from_pretrained(folder),
        video_processor=AutoVideoProcessor.from_pretrained(folder),
    )  # fmt: skip
    return model, processor


def frames_of(processor, pixels: torch.Tensor, grid: list[int]) -> list[torch.Tensor]:
    """Frames [3, H, W] of the rows of patches, the doubled one twice."""
    t, h, w = grid
    p, m = processor.patch_size, processor.merge_size
    rows = pixels.view(t, h // m, w // m, m, m, 3, 2, p, p)
    rows = rows.permute(0, 6, 5, 1, 3, 7, 2, 4, 8)
    return list(rows.reshape(2 * t, 3, h * p, w * p))


@torch.no_grad()
def case(model, processor, asked: list) -> tuple[dict, dict]:
    """Asks about some visuals in their order: arrays of pictures [H, W, 3], or frames with their rate."""
    places, pictures, videos, rates = "", [], [], []
    for visual in asked:
        places += qwen.PICTURE if isinstance(visual, np.ndarray) else VIDEO
        if isinstance(visual, np.ndarray):
            pictures.append(visual)
        else:
            videos.append(visual[0])
            rates.append(visual[1])
    text = qwen.PROMPT.format(places, QUESTION)
    newer = isinstance(processor, Qwen2_5_VLProcessor)
    inputs = processor(
        text=text, images=pictures or None, videos=videos, return_tensors="pt", images_kwargs={"input_data_format": "channels_last"},
        **({"videos_kwargs": {"fps": rates}} if newer else {}),
    )  # fmt: skip
    ids = processor.tokenizer(text)["input_ids"]
    expanded = inputs["input_ids"]
    grids = [grid for grid in inputs.get("image_grid_thw", torch.empty(0, 3)).tolist()]
    video_grids = inputs["video_grid_thw"].tolist()
    order = [grids.pop(0) if isinstance(visual, np.ndarray) else video_grids.pop(0) for visual in asked]
    given = {"image_grid_thw": inputs.get("image_grid_thw"), "video_grid_thw": inputs["video_grid_thw"]}
    seconds = {"second_per_grid_ts": inputs["second_per_grid_ts"]} if newer else {}
    positions, delta = model.model.get_rope_index(expanded, **given, **seconds)
    shown = {"pixel_values": inputs.get("pixel_values"), "pixel_values_videos": inputs["pixel_values_videos"], **given}
    with FlopCounterMode(display=False) as tower:
        features = torch.cat(list(model.get_video_features(inputs["pixel_values_videos"], inputs["video_grid_thw"])))
    with FlopCounterMode(display=False) as counted:
        rows = model.model(input_ids=expanded, position_ids=positions, **shown)
        model.lm_head(rows.last_hidden_state[:, -1:])
    said, logits = greedy(model, expanded, positions, int(delta), shown)
    pixels = frames_of(processor.video_processor, inputs["pixel_values_videos"], inputs["video_grid_thw"][0].tolist())
    written = {
        "ids": ids, "grids": [[t, h // 2, w // 2] for t, h, w in order], "pixels": [digest(one) for one in pixels],
        "seconds": inputs["second_per_grid_ts"].tolist() if newer else [], "positions": positions[:, 0].tolist(), "delta": int(delta),
        "flops": {"tower": tower.get_total_flops(), "all": counted.get_total_flops()},
    }  # fmt: skip
    return written | said, {"features": features, "logits": logits}


def greedy(model, ids, positions, delta: int, shown: dict) -> tuple[dict, torch.Tensor]:
    said, margins, first = [], [], None
    for _ in range(STEPS):
        row = torch.cat([ids, torch.tensor([said], dtype=torch.long)], dim=1)
        behind = torch.arange(ids.shape[1], row.shape[1]) + delta
        at = torch.cat([positions, behind.expand(3, 1, -1)], dim=2)
        logits = model(input_ids=row, position_ids=at, **shown).logits[0, -1]
        first = logits if first is None else first
        top = logits.topk(2)
        said.append(int(top.indices[0]))
        margins.append(round(float(top.values[0] - top.values[1]), 5))
        if said[-1] in (qwen.EOS, qwen.END):
            break
    return {"greedy": said, "margins": margins}, first


def asked_of(name: str) -> dict:
    asked = {f"{n}x{w}x{h}": [(video(n, w, h), 2.0)] for n, w, h in MODELS[name]}
    if name.endswith("untied"):
        return asked
    made = qwen.made(33, 21)
    frames = video(3, 30, 26)
    asked["picture+3x30x26"] = [made, (frames, 2.0)]
    asked["3x30x26+picture"] = [(frames, 2.0), made]
    if name.startswith("qwen2_5"):
        for rate in (0.25, 1.0, 1.05, 4.0):
            asked[f"5x45x29@{rate}"] = [(video(5, 45, 29), rate)]
        # Times far apart: more positions than tokens.
        asked["3x30x26@0.125+picture"] = [(frames, 0.125), made]
    return asked


def files(model: Path) -> list:
    said = {"image_processor_type": "Qwen2VLImageProcessor", "patch_size": 14, "merge_size": 2, "temporal_patch_size": 2}
    video_said = {"video_processor_type": "Qwen2VLVideoProcessor", "patch_size": 14, "merge_size": 2, "temporal_patch_size": 2}
    edges = {"size": {"shortest_edge": 3136, "longest_edge": 200704}}
    image, own = "preprocessor_config.json", "video_preprocessor_config.json"
    folders = [
        {image: said | {"min_pixels": 3136, "max_pixels": 12845056}},
        {image: said},
        {image: said | edges},
        {image: said | edges | {"max_pixels": 401408}},
        {image: said | {"min_pixels": 6272}},
        {own: video_said | edges, image: said | {"min_pixels": 3136, "max_pixels": 12845056}},
        {own: video_said | {"min_pixels": 100352, "max_pixels": 602112}, image: said},
        {own: video_said},
    ]
    made = []
    for named in folders:
        with tempfile.TemporaryDirectory() as made_folder:
            folder = Path(made_folder)
            shutil.copy(model / "config.json", folder)
            for file, content in named.items():
                (folder / file).write_text(json.dumps(content), encoding="utf-8")
            Qwen2VLVideoProcessor.size = {"shortest_edge": 128 * 28 * 28, "longest_edge": 28 * 28 * 768}
            processor = AutoVideoProcessor.from_pretrained(folder)
            assert type(processor) is Qwen2VLVideoProcessor
            pixels = processor(torch.from_numpy(video(3, 640, 40)).permute(0, 3, 1, 2), return_tensors="pt")
            edge = processor.size
            made.append(
                {"files": named, "bounds": [edge["shortest_edge"], edge["longest_edge"]]}
                | {"grid": [side // 2 for side in pixels["video_grid_thw"][0, 1:].tolist()]}
            )
    return made


def times(model) -> list:
    """By get_rope_index itself, and by the line that it had before, of 16 pairs of one token each."""
    made = []
    config = copy.deepcopy(model.config)
    start, pad = config.vision_start_token_id, config.video_token_id
    for per_second in (2, 4, 25):
        model.model.config.vision_config.tokens_per_second = per_second
        for seconds in (0.04, 0.1, 0.5, 2 / 3, 0.999999999, 1.0, 1.9, 2.0, 8 / 3, 30.03):
            given = torch.tensor([seconds])
            grid = torch.tensor([[16, 2, 2]])
            at, _ = model.model.get_rope_index(torch.tensor([[start] + [pad] * 16]), None, grid, given)
            time_tensor = torch.arange(16).view(-1, 1).expand(-1, 1) * seconds * per_second
            made.append(
                {"seconds": seconds, "per_second": per_second, "transformers": (at[0, 0, 1:] - 1).tolist()}
                | {"published": time_tensor.long().flatten().tolist()}
            )
    model.model.config.vision_config.tokens_per_second = config.vision_config.tokens_per_second
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("goldens", type=Path)
    arguments = parser.parse_args()
    output = arguments.goldens / "qwen-video"
    output.mkdir(exist_ok=True)
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    cases, tensors = {}, {}
    for name in MODELS:
        model, processor = load(arguments.goldens / "qwen" / name)
        cases[name] = {}
        for asked, visuals in asked_of(name).items():
            cases[name][asked], made = case(model, processor, visuals)
            tensors |= {f"{name}/{asked}/{key}": tensor for key, tensor in made.items()}
    model, _ = load(arguments.goldens / "qwen/qwen2_5_vl/tied")
    save_file({n: t.detach().contiguous() for n, t in tensors.items()}, output / "qwen-video.safetensors")
    versions = {m.__name__: m.__version__ for m in (torch, torchvision, transformers, np)}
    write_golden(
        output / "qwen-video.json",
        {"command": "make_qwen_video_goldens.py GOLDENS", "versions": versions, "cases": cases, "times": times(model)}
        | {"files": files(arguments.goldens / "qwen/qwen2_5_vl/tied")},
    )


if __name__ == "__main__":
    main()
