"""Writes small random InternVL3.5 checkpoints, and what the reference says about videos with InternVL, and pictures with 3.5.

    python make_internvl_video_goldens.py GOLDENS --intern CLONE

Reads GOLDENS/intern and writes GOLDENS/intern-video/, by transformers 4.57.1, torch 2.7.1 and torchvision 0.22.1, and the
template, the tiles and MVBench's text of OpenGVLab/InternVL (2410d1d), which are read from a clone. fp32 on the CPU, seeded;
weights of new ones are stored in bf16; frames are those of make_video_goldens.py, pictures those of make_intern_goldens.py, whose functions make the checkpoints.

- `three` has a Qwen3 decoder with heads of a width of their own and a file for videos; `three-chat` is the same in the
  authors' layout. `small` and `chat` are make_intern_goldens.py's, on Qwen2, without that file.
- `cases`, by checkpoint and what is shown (`v:FRAMES`, a picture's name, or several joined by `+`): `ids`, in which each run
  of image tokens is one, `pixels` of each view, `tokens` of each run, `flops`, `greedy`, `margins`. Tensors: `features` in
  the order of the sequence, `logits`.
- Pixels of videos are those of InternVLVideoProcessor; in the authors' layout of the slow image processor with one tile, as
  their `dynamic_preprocess` with max_num 1 resizes a frame.
"""

import argparse
import json
import re
import shutil
from pathlib import Path

import numpy as np
import torch
import torchvision
import transformers
from PIL import Image
from safetensors.torch import save_file
from torch.utils.flop_counter import FlopCounterMode
from transformers import (
    AutoTokenizer, AutoVideoProcessor, GotOcr2ImageProcessor, InternVLConfig, InternVLForConditionalGeneration, InternVLProcessor,
    InternVLVisionConfig, Qwen3Config,
)  # fmt: skip

import make_intern_goldens as intern
from clones import functions, source
from make_family_goldens import QUESTION, digest, rgb
from make_onevision_goldens import write_tokenizer
from make_qwen_goldens import made
from make_video_goldens import CLIP, VIDEOS, video
from tiny_llava import write_golden, write_json

STEPS = 12
THREE = dict(
    seed=109, tied=False, tiles=(1, 6),
    text=dict(
        hidden_size=16, intermediate_size=24, num_hidden_layers=3, num_attention_heads=2, num_key_value_heads=1, head_dim=12,
    ),
    vision=intern.MODELS["small"]["vision"],
)  # fmt: skip
SHOWN = {frames: (width, height) for frames, width, height in VIDEOS}
EXTRA = {"start_image_token": "<img>", "end_image_token": "</img>", "context_image_token": "<IMG_CONTEXT>", "video_token": "<video>"}


def random_weights(model, seed: int) -> None:
    intern.random_weights(model, seed, False)
    generator = torch.Generator().manual_seed(seed + 1)
    for name, parameter in sorted(model.named_parameters()):
        if re.search(r"[qk]_norm\.weight", name):
            parameter.data.copy_(1 + 0.2 * torch.randn(parameter.shape, generator=generator))


def write_model(folder: Path) -> None:
    write_tokenizer(folder, intern.SPECIALS)
    config = InternVLConfig(
        text_config=Qwen3Config(tie_word_embeddings=False, **intern.TEXT, **THREE["text"]).to_dict(),
        vision_config=InternVLVisionConfig(**THREE["vision"]).to_dict(), image_token_id=intern.IMAGE, tie_word_embeddings=False,
    )  # fmt: skip
    model = InternVLForConditionalGeneration(config).float().eval()
    random_weights(model, THREE["seed"])
    model.generation_config.update(bos_token_id=intern.END, eos_token_id=intern.EOS, pad_token_id=intern.END)
    model.to(torch.bfloat16).save_pretrained(folder)  # half as large; read in fp32
    steps = intern.steps_of(THREE)
    kind = {"image_processor_type": "GotOcr2ImageProcessorFast", "crop_to_patches": False}
    write_json(folder / "preprocessor_config.json", steps | kind)
    of_images = {"min_patches", "max_patches"}
    kind = {"video_processor_type": "InternVLVideoProcessor", "do_sample_frames": False, **CLIP}
    write_json(folder / "video_preprocessor_config.json", {k: v for k, v in steps.items() if k not in of_images} | kind)


def write_chat(folder: Path, converted: Path) -> None:
    intern.write_chat(folder, converted, THREE)
    file = folder / "config.json"
    config = json.loads(file.read_text())
    config["llm_config"] |= {"architectures": ["Qwen3ForCausalLM"], "model_type": "qwen3"}
    write_json(file, config)


def load(folder: Path, settings: dict):
    model = InternVLForConditionalGeneration.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager")
    patches = (settings["vision"]["image_size"][0] // settings["vision"]["patch_size"][0]) ** 2
    processor = InternVLProcessor(
        image_processor=GotOcr2ImageProcessor(**intern.steps_of(settings), crop_to_patches=True),
        tokenizer=AutoTokenizer.from_pretrained(folder, extra_special_tokens=EXTRA),
        video_processor=AutoVideoProcessor.from_pretrained(folder), image_seq_length=patches // 4,
    )  # fmt: skip
    return model.eval().requires_grad_(False), processor


def greedy(model, inputs: dict) -> tuple[dict, torch.Tensor]:
    ids, margins, first = [], [], None
    for _ in range(STEPS):
        row = torch.cat([inputs["input_ids"], torch.tensor([ids], dtype=torch.long)], dim=1)
        logits = model(input_ids=row, pixel_values=inputs["pixel_values"]).logits[0, -1]
        first = logits if first is None else first
        top = logits.topk(2)
        ids.append(int(top.indices[0]))
        margins.append(round(float(top.values[0] - top.values[1]), 5))
        if ids[-1] == intern.EOS:
            break
    said = model.generate(**inputs, do_sample=False, max_new_tokens=STEPS)[0, inputs["input_ids"].shape[1] :].tolist()
    assert said == ids
    return {"greedy": ids, "margins": margins}, first


def runs(ids: list[int]) -> tuple[list[int], list[int]]:
    """ids with each run of image tokens as one, and the tokens of each run"""
    short, counts = [], []
    for at, token in enumerate(ids):
        if token == intern.IMAGE and at and ids[at - 1] == intern.IMAGE:
            counts[-1] += 1
            continue
        short.append(token)
        if token == intern.IMAGE:
            counts.append(1)
    return short, counts


@torch.no_grad()
def case(model, processor, template: str, shown: str, images: Path, authors: bool) -> tuple[dict, dict]:
    pictures, videos, placeholders = [], [], []
    for one in shown.split("+"):
        if one.startswith("v:"):
            frames = int(one[2:])
            videos.append(video(frames, *SHOWN[frames]))
            placeholders.append("<video>")
        else:
            pictures.append(rgb(images / one) if one.endswith("png") else made(*map(int, one.split("x"))))
            placeholders.append("<IMG_CONTEXT>")
    text = template.format("".join(one + "\n" for one in placeholders), QUESTION)
    given = {"images": pictures, "images_kwargs": {"input_data_format": "channels_last"}} if pictures else {}
    inputs = processor(text=text, **given, **({"videos": videos} if videos else {}), return_tensors="pt")
    inputs = {"input_ids": inputs["input_ids"], "pixel_values": inputs["pixel_values"]}
    if authors and videos:
        slow = GotOcr2ImageProcessor(**intern.steps_of(THREE) | {"size": processor.image_processor.size}, crop_to_patches=False)
        inputs["pixel_values"] = slow(list(videos[0]), input_data_format="channels_last", return_tensors="pt")["pixel_values"]
    ids, counts = runs(inputs["input_ids"][0].tolist())
    pixels = inputs["pixel_values"]
    features = model.get_image_features(pixels).flatten(0, 1)
    assert len(features) == sum(counts)
    with FlopCounterMode(display=False) as tower:
        model.get_image_features(pixels)
    with FlopCounterMode(display=False) as counted:
        model(**inputs, logits_to_keep=1)
    said, logits = greedy(model, inputs)
    written = {"ids": ids, "tokens": counts, "pixels": [digest(view) for view in pixels]}
    if videos:
        written["frames"], (written["width"], written["height"]) = len(videos[0]), SHOWN[len(videos[0])]
    return (
        written | {"flops": {"tower": tower.get_total_flops(), "all": counted.get_total_flops()}} | said,
        {"features": features, "logits": logits},
    )  # fmt: skip


def check_authors(clone: Path) -> None:
    """A frame is one tile, of its own aspect or not; the text of MVBench's evaluation is the processor's."""
    tiles = functions(
        source(clone, "internvl_chat/internvl/train/dataset.py"), ["find_closest_aspect_ratio", "dynamic_preprocess"], {"Image": Image}
    )["dynamic_preprocess"]
    for frames, width, height in VIDEOS:
        frame = Image.fromarray(video(frames, width, height)[-1])
        (tile,) = tiles(frame, image_size=24, use_thumbnail=True, max_num=1)
        assert np.array_equal(np.asarray(tile), np.asarray(frame.resize((24, 24), Image.Resampling.BICUBIC)))
    assert r"'\n'.join(['Frame{}: <image>'.format(i + 1)" in source(clone, "internvl_chat/eval/mvbench/evaluate_mvbench.py")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("goldens", type=Path)
    parser.add_argument("--intern", type=Path, required=True)
    arguments = parser.parse_args()
    output, images = arguments.goldens / "intern-video", arguments.goldens / "images"
    for name in ("three", "three-chat"):
        shutil.rmtree(output / name, ignore_errors=True)
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    check_authors(arguments.intern)
    theirs = intern.prompt(arguments.intern).replace("<image>\n{}", "{}{}")
    write_model(output / "three")
    write_chat(output / "three-chat", output / "three")
    videos = [f"v:{frames}" for frames in SHOWN]
    pictures = ["one.png", "wide.png", "97x61"]
    three, small, large = output / "three", arguments.goldens / "intern/small", arguments.goldens / "intern/large"
    asked = [
        ("three", three, THREE, videos + pictures + ["97x61+v:2", "v:3+one.png"]),
        ("three-chat", three, THREE, ["v:1", "v:3", "wide.png"]),
        ("small", small, intern.MODELS["small"], videos + ["97x61+v:2"]),
        ("chat", large, intern.MODELS["large"], ["v:2"]),
    ]
    cases, tensors = {}, {}
    for name, folder, settings, shown in asked:
        model, processor = load(folder, settings)
        authors = name.endswith("chat")
        cases[name] = {}
        for one in shown:
            cases[name][one], got = case(model, processor, theirs if authors else intern.PROMPT, one, images, authors)
            tensors |= {f"{name}/{one}/{key}": tensor for key, tensor in got.items()}
    save_file({n: t.detach().contiguous() for n, t in tensors.items()}, output / "video.safetensors")
    versions = {m.__name__: m.__version__ for m in (torch, torchvision, transformers, np)}
    write_golden(
        output / "video.json",
        {"command": "make_internvl_video_goldens.py GOLDENS --intern CLONE", "versions": versions, "cases": cases},
    )


if __name__ == "__main__":
    main()
