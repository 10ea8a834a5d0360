"""Writes what the reference says about videos of small random Qwen3-VL checkpoints.

    python make_qwen3_video_goldens.py GOLDENS

Reads the checkpoints of GOLDENS/qwen3/ and writes GOLDENS/qwen3-video/, by transformers 4.57.1, torch 2.7.1 and torchvision
0.22.1. fp32 on the CPU. No frame is stored: they are those of make_video_goldens.py; the prompt is that of
make_qwen3_goldens.py with a video in the picture's place. Frames are chosen before: the processor gets their places and the
rate of the whole video, and samples none. Tolerances are README.md's; bytes and pixels are exact.

- `cases`, by checkpoint: what is asked (`NxWIDTHxHEIGHT` frames, `@` every how many frames of how many a second; without it
  nothing is known of their times; with a picture before or behind it), `seconds` of each frame, `text` in the video's place,
  `ids` with one token for each view, `grids` [t, h, w] of merged patches of each, `pixels` of each frame, `positions` [3][n] of
  the expanded ids, `delta`, `flops`, 12 greedy tokens. Tensors: `features` (the rows, then those of the levels), `logits`; of a
  video alone `left`, logits where the decoder has the first two rows of each view at their places, and no others.
- `sizes`: frames, height and width of a video, bounds, and the height and width that smart_resize makes of them, or its error.
- `files`: the files of a folder, and the bounds that AutoVideoProcessor makes of them.
- `times`: seconds of a pair's frames, and the text that the processor writes for them.
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
from safetensors.torch import save_file
from torch.utils.flop_counter import FlopCounterMode
from transformers import (
    AutoTokenizer, AutoVideoProcessor, Qwen2VLImageProcessor, Qwen3VLForConditionalGeneration, Qwen3VLProcessor,
    Qwen3VLVideoProcessor,
)  # fmt: skip
from transformers.models.qwen3_vl.video_processing_qwen3_vl import smart_resize
from transformers.video_utils import VideoMetadata

import make_qwen3_goldens as qwen3
from make_family_goldens import QUESTION, digest
from make_qwen_goldens import END, EOS, IDS, PICTURE, made
from make_video_goldens import video
from tiny_llava import write_golden

STEPS, LEFT = 12, 2
PAD = IDS["<|video_pad|>"]
VIDEO = "<|vision_start|><|video_pad|><|vision_end|>"
SIZES = [(2, 20, 33), (3, 64, 20), (5, 45, 29), (16, 30, 26)]  # frames, width, height


def load(folder: Path):
    model = Qwen3VLForConditionalGeneration.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager")
    size = json.loads((folder / "preprocessor_config.json").read_text())["size"]
    images = Qwen2VLImageProcessor.from_pretrained(
        folder, min_pixels=size["shortest_edge"], max_pixels=size["longest_edge"]
    )
    processor = Qwen3VLProcessor(
        image_processor=images, tokenizer=AutoTokenizer.from_pretrained(folder),
        video_processor=AutoVideoProcessor.from_pretrained(folder),
    )  # fmt: skip
    assert type(processor.video_processor) is Qwen3VLVideoProcessor
    return model.eval().requires_grad_(False), processor


def frames_of(processor, pixels: torch.Tensor, grid: list[int]) -> list[torch.Tensor]:
    """Frames [3, H, W] of the rows of patches, the doubled one twice."""
    t, h, w = grid
    p, m = processor.patch_size, processor.merge_size
    rows = pixels.view(t, h // m, w // m, m, m, 3, 2, p, p)
    rows = rows.permute(0, 6, 5, 1, 3, 7, 2, 4, 8)
    return list(rows.reshape(2 * t, 3, h * p, w * p))


def metadata(frames: int, times: str) -> VideoMetadata:
    """Of frames of which each STEP-th was chosen of a video with RATE frames a second, `STEP/RATE`."""
    if not times:
        return VideoMetadata(total_num_frames=frames, fps=None, frames_indices=list(range(frames)))
    step, rate = times.split("/")
    places = [int(step) * frame for frame in range(frames)]
    return VideoMetadata(total_num_frames=places[-1] + 1, fps=float(rate), frames_indices=places)


@torch.no_grad()
def case(model, processor, asked: list) -> tuple[dict, dict]:
    """Asks about some visuals in their order: an array of a picture [H, W, 3], or (frames, times)."""
    shown = [PICTURE if isinstance(visual, np.ndarray) else VIDEO for visual in asked]
    pictures = [visual for visual in asked if isinstance(visual, np.ndarray)]
    videos = [visual for visual in asked if not isinstance(visual, np.ndarray)]
    known = [metadata(len(frames), times) for frames, times in videos]
    seconds = [place / known[0].fps for place in known[0].frames_indices] if known[0].fps else []
    text = qwen3.PROMPT.format("".join(shown), QUESTION)
    inputs = processor(
        text=text, images=pictures or None, videos=[frames for frames, _ in videos], return_tensors="pt",
        images_kwargs={"input_data_format": "channels_last"},
        videos_kwargs={"do_sample_frames": False, "video_metadata": known},
    )  # fmt: skip
    expanded = inputs["input_ids"]
    row = expanded[0].tolist()
    ids = [one for at, one in enumerate(row) if at == 0 or one != row[at - 1] or one not in (PAD, qwen3.IMAGE)]
    written = processor.tokenizer.decode(ids)
    start, end = written.index("<", len("<|im_start|>user\n")), written.index(QUESTION)
    grids = [grid for grid in inputs.get("image_grid_thw", torch.empty(0, 3)).tolist()]
    video_grids = inputs["video_grid_thw"].tolist()
    order = [grids.pop(0) if isinstance(visual, np.ndarray) else video_grids.pop(0) for visual in asked]
    given = {"image_grid_thw": inputs.get("image_grid_thw"), "video_grid_thw": inputs["video_grid_thw"]}
    # The index takes its own copy: it repeats the grids of a video's views.
    positions, delta = model.model.get_rope_index(expanded, **given)
    fed = {"pixel_values": inputs.get("pixel_values"), "pixel_values_videos": inputs["pixel_values_videos"], **given}
    rows, levels = model.get_video_features(inputs["pixel_values_videos"], inputs["video_grid_thw"])
    with FlopCounterMode(display=False) as tower:
        model.model.visual(inputs["pixel_values_videos"], grid_thw=inputs["video_grid_thw"])
    with FlopCounterMode(display=False) as counted:
        model(input_ids=expanded, position_ids=positions, logits_to_keep=1, **fed)
    said, logits = greedy(model, expanded, positions, int(delta), fed)
    pixels = frames_of(processor.video_processor, inputs["pixel_values_videos"], inputs["video_grid_thw"][0].tolist())
    made_of = {
        "seconds": seconds, "text": written[start:end], "ids": ids, "grids": [[t, h // 2, w // 2] for t, h, w in order],
        "pixels": [digest(one) for one in pixels], "positions": positions[:, 0].tolist(), "delta": int(delta),
        "flops": {"tower": tower.get_total_flops(), "all": counted.get_total_flops()},
    }  # fmt: skip
    tensors = {"features": torch.cat([torch.cat(list(rows)), *levels], dim=1), "logits": logits}
    if len(asked) == 1:
        tensors["left"] = left(model, expanded[0], positions, torch.cat(list(rows)), levels, order[0][0])
    return made_of | said, tensors


def left(model, ids, positions, rows, levels, views: int) -> torch.Tensor:
    """Logits of a prompt with the first `LEFT` rows of each view, by hand."""
    video = ids == PAD
    embedded = model.get_input_embeddings()(ids)
    embedded[video] = rows
    kept = torch.arange(len(rows)) % (len(rows) // views) < LEFT
    stays = ~video
    stays[video] = kept
    out = model.model.language_model(
        inputs_embeds=embedded[stays][None], position_ids=positions[:, :, stays], visual_pos_masks=video[stays][None],
        deepstack_visual_embeds=[level[kept] for level in levels],
    )  # fmt: skip
    return model.lm_head(out.last_hidden_state[0, -1])


def greedy(model, ids, positions, delta: int, fed: dict) -> tuple[dict, torch.Tensor]:
    said, margins, first = [], [], None
    for _ in range(STEPS):
        row = torch.cat([ids, torch.tensor([said], dtype=torch.long)], dim=1)
        behind = torch.arange(ids.shape[1], row.shape[1]) + delta
        at = torch.cat([positions, behind.expand(3, 1, -1)], dim=2)
        logits = model(input_ids=row, position_ids=at, **fed).logits[0, -1]
        first = logits if first is None else first
        top = logits.topk(2)
        said.append(int(top.indices[0]))
        margins.append(round(float(top.values[0] - top.values[1]), 5))
        if said[-1] in (EOS, END):
            break
    return {"greedy": said, "margins": margins}, first


def asked_of(name: str) -> dict:
    if name == "untied":
        return {f"{n}x{w}x{h}@5/30": [(video(n, w, h), "5/30")] for n, w, h in SIZES[1:3]}
    asked = {f"{n}x{w}x{h}@15/30": [(video(n, w, h), "15/30")] for n, w, h in SIZES}
    asked["3x30x26"] = [(video(3, 30, 26), "")]
    frames, picture = video(3, 30, 26), made(33, 21)
    asked["picture+3x30x26@10/24"] = [picture, (frames, "10/24")]
    asked["3x30x26@10/24+picture"] = [(frames, "10/24"), picture]
    return asked


def sizes() -> list:
    made_of = []
    for frames in (1, 2, 3, 4, 5, 7, 16, 64, 768):
        for height, width in ((360, 640), (720, 1280), (33, 6599), (32, 32), (31, 900), (6401, 32), (1000, 100)):
            for least, most in ((4096, 25165824), (131072, 786432), (4 * 64 * 64, 4 * 96 * 96)):
                try:
                    got = list(smart_resize(frames, height, width, 2, 32, least, most))
                except ValueError as error:
                    got = str(error)
                made_of.append([frames, height, width, least, most, got])
    return made_of


def files(model: Path) -> list:
    said = {"image_processor_type": "Qwen2VLImageProcessorFast", "patch_size": 16, "merge_size": 2, "temporal_patch_size": 2}
    own_said = {"video_processor_type": "Qwen3VLVideoProcessor", "patch_size": 16, "merge_size": 2, "temporal_patch_size": 2}
    picture_edges = {"size": {"shortest_edge": 65536, "longest_edge": 16777216}}
    edges = {"size": {"shortest_edge": 4096, "longest_edge": 25165824}}
    image, own = "preprocessor_config.json", "video_preprocessor_config.json"
    folders = [
        {image: said | picture_edges, own: own_said | edges},
        {image: said | picture_edges},
        {image: said},
        {image: said | {"min_pixels": 3136, "max_pixels": 12845056}},
        {image: said, own: own_said | edges | {"min_pixels": 3136, "max_pixels": 12845056}},
        {image: said | edges, own: own_said},
    ]
    made_of = []
    for named in folders:
        with tempfile.TemporaryDirectory() as made_folder:
            folder = Path(made_folder)
            shutil.copy(model / "config.json", folder)
            for file, content in named.items():
                (folder / file).write_text(json.dumps(content), encoding="utf-8")
            processor = AutoVideoProcessor.from_pretrained(folder)
            assert type(processor) is Qwen3VLVideoProcessor
            edge = processor.size
            made_of.append({"files": named, "bounds": [edge["shortest_edge"], edge["longest_edge"]]})
    return made_of


def times(processor) -> list:
    given = [([0, 15], 30), ([0, 1], 24), ([10, 10], 24), ([1, 2], 10), ([3, 4], 10), ([0, 333], 25), ([9000, 9001], 29.97)]
    given += [([10**8, 10**8], 7), ([0, 0], 1), ([0, 3], 10), ([1, 4], 10), ([7, 8], 10), ([0, 1], 3)]
    return [
        [[place / rate for place in places], f"<{processor._calculate_timestamps(list(places), rate, 2)[0]:.1f} seconds>"]
        for places, rate in given
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("goldens", type=Path)
    arguments = parser.parse_args()
    output = arguments.goldens / "qwen3-video"
    output.mkdir(exist_ok=True)
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    cases, tensors, processor = {}, {}, None
    for name in qwen3.MODELS:
        model, processor = load(arguments.goldens / "qwen3" / name)
        cases[name] = {}
        for asked, visuals in asked_of(name).items():
            cases[name][asked], got = case(model, processor, visuals)
            tensors |= {f"{name}/{asked}/{key}": tensor for key, tensor in got.items()}
    save_file({n: t.detach().contiguous() for n, t in tensors.items()}, output / "qwen3-video.safetensors")
    versions = {m.__name__: m.__version__ for m in (torch, torchvision, transformers, np)}
    write_golden(
        output / "qwen3-video.json",
        {"command": "make_qwen3_video_goldens.py GOLDENS", "versions": versions, "cases": cases, "sizes": sizes()}
        | {"files": files(arguments.goldens / "qwen3/tied"), "times": times(processor)},
    )


if __name__ == "__main__":
    main()
