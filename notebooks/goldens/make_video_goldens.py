"""Writes a small random LLaVA-OneVision checkpoint for videos, and what the reference says about videos.

    python make_video_goldens.py GOLDENS --next CLONE

Reads GOLDENS/onevision/untied and writes GOLDENS/video/, by transformers 4.57.1, torch 2.7.1 and torchvision 0.22.1. fp32 on
the CPU, seeded; the substitution and the template are those of make_onevision_goldens.py. No frame is stored: frame t of a
video has (7 x + 13 y + 31 c + x y + t (17 + 3 x + 5 y)) mod 256 in column x, row y and channel c. Tolerances are
README.md's; bytes and pixels are exact.

- `odd` has 5 x 5 patches a frame, 3 x 3 behind the pooling, and two files of settings; `untied` 4 x 4, 2 x 2, and one file.
- `resized`: height, width, new height, new width and the SHA-256 of the resized bytes, height x width x 3, of frame 1.
- `steps`: settings, and the SHA-256 of the pixels of one frame.
- `files`: the files of a folder, and what AutoVideoProcessor makes of them.
- `cases`, by checkpoint and number of frames: `width`, `height`, `ids` (the video's token unexpanded), `pixels` of each frame,
  `tokens`, `flops`. Tensors: `features` with the learned row, `logits`, and `received`, the attention that patches get in the
  last layer, a mean over heads and queries, pooled as the features are (HoliTom e9b2972, llava_arch.py).
- `beside`, of `odd`: pictures (width, height) before a video in one prompt, `ids` with each run of tokens as one, `tokens` of
  each run, `greedy`, `margins`.
"""

import argparse
import hashlib
import json
import shutil
import tempfile
from pathlib import Path

import numpy as np
import torch
import torchvision
import transformers
from PIL import Image
from safetensors.torch import save_file
from torch.utils.flop_counter import FlopCounterMode
from torchvision.transforms import InterpolationMode
from torchvision.transforms.v2 import functional as vision
from transformers import (
    AutoTokenizer, AutoVideoProcessor, LlavaOnevisionConfig, LlavaOnevisionForConditionalGeneration, LlavaOnevisionImageProcessor,
    LlavaOnevisionProcessor, LlavaOnevisionVideoProcessor, Qwen2Config, SiglipVisionConfig,
)  # fmt: skip

import make_onevision_goldens as onevision
from make_checkpoints import GAINS
from make_family_goldens import QUESTION, digest
from tiny_llava import random_weights, write_golden, write_json

SIDE, PATCH, STEPS = 37, 7, 12
VIDEO = onevision.IMAGE + 1
CLIP = {"image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711]}
HALF = {"image_mean": [0.5] * 3, "image_std": [0.5] * 3}
VIDEOS = [(1, 66, 50), (2, 45, 61), (3, SIDE, SIDE), (5, 90, 20), (16, 40, 30)]  # frames, width, height
BESIDE = [[(50, 40)], [(50, 40), (40, 90)]]
# As make_onevision_goldens.prompt renders a user's message.
CHAT = (
    "{{ '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n' }}{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\n' }}{% for part in message['content'] %}"
    "{{ '<video>\n' if part['type'] == 'video' else part['text'] }}{% endfor %}{{ '<|im_end|>\n' }}{% endfor %}"
    "{{ '<|im_start|>assistant\n' }}"
)


def frame(t: int, width: int, height: int) -> np.ndarray:
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    return ((7 * x + 13 * y + 31 * c + x * y + t * (17 + 3 * x + 5 * y)) % 256).astype(np.uint8)


def video(frames: int, width: int, height: int) -> np.ndarray:
    return np.stack([frame(t, width, height) for t in range(frames)])


def settings(kind: str, side: int, **others) -> dict:
    return {
        "do_convert_rgb": True, "do_normalize": True, "do_rescale": True, "do_resize": True, "resample": 3,
        "rescale_factor": 0.00392156862745098, "size": {"height": side, "width": side},
        f"{kind}_processor_type": f"LlavaOnevision{kind.capitalize()}Processor", **others,
    }  # fmt: skip


def write_model(folder: Path) -> None:
    tokenizer = onevision.write_tokenizer(folder, onevision.SPECIALS)
    assert tokenizer.convert_tokens_to_ids("<video>") == VIDEO
    tower = SiglipVisionConfig(**onevision.VISION | {"image_size": SIDE, "patch_size": PATCH}).to_dict()
    config = LlavaOnevisionConfig(
        vision_config=tower | {"vision_use_head": False}, text_config=Qwen2Config(tie_word_embeddings=False, **onevision.TEXT),
        image_token_index=onevision.IMAGE, video_token_index=VIDEO, image_grid_pinpoints=onevision.grids(SIDE),
    )  # fmt: skip
    model = LlavaOnevisionForConditionalGeneration(config).float().eval()
    random_weights(model, seed=97, gains=GAINS)
    model.generation_config.update(bos_token_id=onevision.END, eos_token_id=onevision.EOS, pad_token_id=onevision.END)
    model.save_pretrained(folder)
    grids = {"do_pad": True, "image_grid_pinpoints": onevision.grids(SIDE)}
    write_json(folder / "preprocessor_config.json", settings("image", SIDE, **grids, **HALF))
    write_json(folder / "video_preprocessor_config.json", settings("video", SIDE, do_sample_frames=False, **CLIP))


def load(folder: Path):
    model = LlavaOnevisionForConditionalGeneration.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager")
    model.eval().requires_grad_(False)
    tower = model.model.vision_tower
    onevision.SIDE = model.config.vision_config.image_size
    onevision.without_norm(model)
    patches = (onevision.SIDE // model.config.vision_config.patch_size) ** 2
    assert tower.vision_model.embeddings.num_patches == patches
    processor = LlavaOnevisionProcessor(
        image_processor=LlavaOnevisionImageProcessor.from_pretrained(folder), tokenizer=AutoTokenizer.from_pretrained(folder),
        video_processor=AutoVideoProcessor.from_pretrained(folder), num_image_tokens=patches, vision_feature_select_strategy="full",
        chat_template=CHAT,
    )  # fmt: skip
    return model, processor


def greedy(model, inputs: dict) -> tuple[dict, torch.Tensor]:
    ids, margins, first = [], [], None
    shown = {key: value for key, value in inputs.items() if key not in ("input_ids", "attention_mask")}
    for _ in range(STEPS):
        row = torch.cat([inputs["input_ids"], torch.tensor([ids], dtype=torch.long)], dim=1)
        logits = model(input_ids=row, **shown).logits[0, -1]
        first = logits if first is None else first
        top = logits.topk(2)
        ids.append(int(top.indices[0]))
        margins.append(round(float(top.values[0] - top.values[1]), 5))
        if ids[-1] == onevision.EOS:
            break
    return {"greedy": ids, "margins": margins}, first


@torch.no_grad()
def case(model, processor, template: str, frames: int, width: int, height: int) -> tuple[dict, dict]:
    asked = [{"role": "user", "content": [{"type": "video"}, {"type": "text", "text": QUESTION}]}]
    text = processor.apply_chat_template(asked, add_generation_prompt=True)
    assert text == template.format(QUESTION).replace("<image>", "<video>")
    inputs = processor(text=text, videos=[video(frames, width, height)], return_tensors="pt")
    pixels, expanded = inputs["pixel_values_videos"], inputs["input_ids"][0].tolist()
    slot, tokens = expanded.index(VIDEO), expanded.count(VIDEO)
    ids = expanded[: slot + 1] + expanded[slot + tokens :]
    pooled = model.model.get_video_features(pixels, -1, "full")[0]
    features = torch.cat([pooled, model.model.image_newline[None]])
    assert len(features) == tokens
    with FlopCounterMode(display=False) as tower:
        seen = model.model.vision_tower(pixels[0], output_attentions=True).attentions[-1]
    with FlopCounterMode(display=False) as counted:
        model(input_ids=inputs["input_ids"], pixel_values_videos=pixels, logits_to_keep=1)
    received = model.model.apply_pooling(seen.mean(dim=1).mean(dim=1)[:, :, None])
    said, logits = greedy(model, inputs)
    return (
        {"width": width, "height": height, "ids": ids, "pixels": [digest(one) for one in pixels[0]], "tokens": tokens}
        | {"flops": {"tower": tower.get_total_flops(), "all": counted.get_total_flops()}} | said,
        {"features": features, "logits": logits, "received": received[:, :, 0]},
    )  # fmt: skip


@torch.no_grad()
def beside(model, processor, template: str, pictures: list, frames: int, width: int, height: int) -> dict:
    text = template.format(QUESTION).replace("<image>", "<image>\n" * len(pictures) + "<video>")
    shown = [[Image.fromarray(frame(0, *size)) for size in pictures]]
    inputs = processor(text=text, images=shown, videos=[video(frames, width, height)], return_tensors="pt")
    ids, tokens = [], []
    for token in inputs["input_ids"][0].tolist():
        if token in (VIDEO, onevision.IMAGE) and ids[-1] == token:
            tokens[-1] += 1
            continue
        ids.append(token)
        if token in (VIDEO, onevision.IMAGE):
            tokens.append(1)
    said, _ = greedy(model, inputs)
    return {"pictures": [list(size) for size in pictures], "video": [frames, width, height], "ids": ids, "tokens": tokens} | said


def resized() -> list:
    """Larger, smaller, sides of one pixel, one side kept; torch itself fails at a target of 1 x 1."""
    generator = np.random.default_rng(7)
    sizes = [(720, 1280, 384, 384), (360, 640, 384, 384), (384, 384, 27, 384), (5, 384, 384, 384), (1, 1, 384, 384), (1, 9, 4, 1)]
    sizes += [(1, 50, 7, 31), (50, 1, 31, 7), (50, 31, 1, 17), (31, 50, 17, 1), (2, 2, 3, 3), (3, 3, 2, 2), (29, 31, 29, 7)]
    sizes += [tuple(int(side) for side in generator.integers(1, 120, 4)) for _ in range(60)]
    made = []
    for height, width, to_height, to_width in sizes:
        bytes_in = torch.from_numpy(frame(1, width, height)).permute(2, 0, 1)
        out = vision.resize(bytes_in, [to_height, to_width], InterpolationMode.BICUBIC, antialias=True)
        made.append([height, width, to_height, to_width, byte_digest(out.permute(1, 2, 0))])
    return made


def byte_digest(bytes_out: torch.Tensor) -> str:
    return hashlib.sha256(bytes_out.contiguous().numpy().tobytes()).hexdigest()


def steps() -> list:
    """What is done to the bytes, in each way that a file can say it."""
    made = []
    for others in [
        CLIP, HALF, CLIP | {"rescale_factor": 1 / 127.5}, CLIP | {"do_rescale": False}, CLIP | {"do_normalize": False},
        {"do_rescale": False, "do_normalize": False, **CLIP}, {"image_mean": 0.25, "image_std": 0.3},
    ]:  # fmt: skip
        file = settings("video", SIDE, **others)
        processor = LlavaOnevisionVideoProcessor(**{key: value for key, value in file.items() if not key.endswith("_type")})
        pixels = processor(video(1, 45, 61), return_tensors="pt")["pixel_values_videos"][0, 0].float()
        made.append({"file": file, "pixels": digest(pixels)})
    return made


def files(model: Path) -> list:
    """Each file says another mean, so that what was read shows in the processor."""

    def said(kind: str, mean: float, **others) -> dict:
        return settings(kind, SIDE, image_mean=[mean] * 3, image_std=[0.5] * 3, **others)

    video_file, image_file, nesting = "video_preprocessor_config.json", "preprocessor_config.json", "processor_config.json"
    older = said("image", 0.2) | {"image_processor_type": "LlavaOnevisionImageProcessorFast"}
    unnamed = {key: value for key, value in said("video", 0.1).items() if not key.endswith("_type")}
    folders = [
        {video_file: said("video", 0.1), image_file: said("image", 0.2)},
        {image_file: said("image", 0.2)},
        {image_file: older},
        {video_file: unnamed},
        {video_file: {"video_processor": said("video", 0.1)}, image_file: said("image", 0.2)},
        {nesting: {"video_processor": said("video", 0.3)}},
        {nesting: {"video_processor": said("video", 0.3)}, image_file: said("image", 0.2)},
        {image_file: said("image", 0.2) | {"video_processor": said("video", 0.4)}},
        {video_file: {"video_processor_type": "LlavaOnevisionVideoProcessor"}},
        {image_file: said("image", 0.2) | {"image_processor_type": "SiglipImageProcessor"}},
    ]
    made = []
    for named in folders:
        with tempfile.TemporaryDirectory() as made_folder:
            folder = Path(made_folder)
            shutil.copy(model / "config.json", folder)
            for name, content in named.items():
                (folder / name).write_text(json.dumps(content), encoding="utf-8")
            processor = AutoVideoProcessor.from_pretrained(folder)
            assert type(processor) is LlavaOnevisionVideoProcessor
            made.append({"files": named, "mean": list(processor.image_mean), "size": dict(processor.size)})
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("goldens", type=Path)
    parser.add_argument("--next", type=Path, required=True)
    arguments = parser.parse_args()
    output = arguments.goldens / "video"
    shutil.rmtree(output / "odd", ignore_errors=True)
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    template = onevision.prompt(arguments.next)
    write_model(output / "odd")
    cases, tensors = {}, {}
    for name, folder, videos in [("odd", output / "odd", VIDEOS), ("untied", arguments.goldens / "onevision/untied", VIDEOS[:3])]:
        model, processor = load(folder)
        cases[name] = {}
        if name == "odd":
            together = [beside(model, processor, template, pictures, *VIDEOS[1]) for pictures in BESIDE]
        for frames, width, height in videos:
            cases[name][str(frames)], made = case(model, processor, template, frames, width, height)
            tensors |= {f"{name}/{frames}/{key}": tensor for key, tensor in made.items()}
    save_file({n: t.detach().contiguous() for n, t in tensors.items()}, output / "video.safetensors")
    versions = {m.__name__: m.__version__ for m in (torch, torchvision, transformers, np)}
    write_golden(
        output / "video.json",
        {"command": "make_video_goldens.py GOLDENS --next CLONE", "versions": versions, "template": template}
        | {"cases": cases, "beside": together, "resized": resized(), "steps": steps(), "files": files(output / "odd")},
    )  # fmt: skip


if __name__ == "__main__":
    main()
