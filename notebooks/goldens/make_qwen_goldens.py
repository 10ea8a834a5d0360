"""Writes small random Qwen2-VL and Qwen2.5-VL checkpoints, and what the reference says about pictures.

    python make_qwen_goldens.py GOLDENS

Writes GOLDENS/qwen/ by transformers 4.57.1, with its slow image processor. fp32 on the CPU, seeded. The prompt is the published
chat template's for a picture and a question. Two folders have the published, flat form of config.json.
"""

import argparse
import json
import math
import re
import shutil
from pathlib import Path

import numpy as np
import torch
import transformers
from PIL import Image
from safetensors.torch import save_file
from torch.utils.flop_counter import FlopCounterMode
from transformers import (
    Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration, Qwen2VLConfig, Qwen2VLForConditionalGeneration,
    Qwen2VLImageProcessor,
)  # fmt: skip
from transformers.models.qwen2_vl.image_processing_qwen2_vl import smart_resize

from make_family_goldens import QUESTION, digest, rgb
from make_onevision_goldens import PIECES, ROWS, write_tokenizer
from tiny_llava import write_golden, write_json

STEPS, FIRST, SQUARE = 16, 23, 112
PENALTIES = [1.05, 1.3]
SPECIALS = [
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|vision_pad|>", "<|image_pad|>",
    "<|video_pad|>",
]  # fmt: skip
IDS = {name: PIECES + at for at, name in enumerate(SPECIALS)}
END, EOS, IMAGE = IDS["<|endoftext|>"], IDS["<|im_end|>"], IDS["<|image_pad|>"]
PROMPT = (
    "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n{}{}<|im_end|>\n<|im_start|>assistant\n"
)
PICTURE = "<|vision_start|><|image_pad|><|vision_end|>"
TOKENS = {
    "image_token_id": IMAGE, "video_token_id": IDS["<|video_pad|>"], "vision_start_token_id": IDS["<|vision_start|>"],
    "vision_end_token_id": IDS["<|vision_end|>"],
}  # fmt: skip
TEXT = {
    "vocab_size": ROWS, "bos_token_id": END, "eos_token_id": EOS, "rope_theta": 1e4, "rms_norm_eps": 1e-6,
    "max_position_embeddings": 4096, "use_sliding_window": False,
}  # fmt: skip
# Windows of 2 x 2 and of 3 x 3 merged cells; heads of 8, 12, 4 and 8.
SMALL = dict(hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=2)
LARGER = dict(hidden_size=24, intermediate_size=40, num_hidden_layers=3, num_attention_heads=3, num_key_value_heads=1)
MODELS = {
    "qwen2_5_vl/tied": dict(
        seed=91, flat=True, bounds=(256, 4096), tied=True, section=[2, 1, 1], text=SMALL,
        vision=dict(
            depth=4, hidden_size=16, intermediate_size=20, num_heads=2, out_hidden_size=16, patch_size=4, window_size=16,
            fullatt_block_indexes=[1, 3],
        ),
    ),
    "qwen2_5_vl/untied": dict(
        seed=93, flat=False, bounds=(576, 7200), tied=False, section=[1, 2, 1], text=LARGER,
        vision=dict(
            depth=3, hidden_size=24, intermediate_size=28, num_heads=2, out_hidden_size=24, patch_size=6, window_size=36,
            fullatt_block_indexes=[1],
        ),
    ),
    "qwen2_vl/tied": dict(
        seed=95, flat=False, bounds=(256, 4096), tied=True, section=[1, 1, 2], text=SMALL,
        vision=dict(depth=2, embed_dim=16, hidden_size=16, mlp_ratio=2, num_heads=4, patch_size=4),
    ),
    "qwen2_vl/untied": dict(
        seed=97, flat=True, bounds=(576, 7200), tied=False, section=[2, 1, 1], text=LARGER,
        vision=dict(depth=3, embed_dim=16, hidden_size=24, mlp_ratio=3, num_heads=2, patch_size=6),
    ),
}  # fmt: skip
ASKED = [
    "one.png", "wide.png", "tall.png", "rgba.png", "cmyk.jpg", "gray.jpg", "jpeg-rotated.jpg", "wide-3.png", "wide-1.png",
    "high-1.png", "square-96.png",
]  # fmt: skip
# Width and height of pictures whose pixels follow from their places; the first is too long for the processor.
MADE = [(201, 1), (200, 3), (3, 200), (3000, 50), (28, 5000), (97, 61)]


def made(width: int, height: int) -> np.ndarray:
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    return ((7 * x + 13 * y + 31 * c + x * y) % 256).astype(np.uint8)


def random_weights(model, seed: int, tied: bool) -> None:
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in sorted(model.named_parameters()):
        noise = torch.randn(parameter.shape, generator=generator)
        fan_in = parameter.shape[1:].numel() if parameter.dim() > 1 else 1
        if re.search(r"(norm\d?|ln_q)\.weight", name):
            value = 1 + 0.2 * noise
        elif name.endswith("bias"):
            value = 0.1 * noise
        elif "embed_tokens" in name:
            value = (2 / math.sqrt(parameter.shape[1]) if tied else 1.0) * noise
        else:
            gain = 2.0 if "lm_head" in name else 1.7 if re.search(r"qkv|[qk]_proj", name) else 1.0
            value = gain * noise / math.sqrt(fan_in)
        parameter.data.copy_(value)


def write_model(folder: Path, name: str, settings: dict):
    newer = name.startswith("qwen2_5")
    rope = {"type": "mrope", "mrope_section": settings["section"]}
    text = TEXT | settings["text"]
    config = (Qwen2_5_VLConfig if newer else Qwen2VLConfig)(
        text_config=text | {"rope_scaling": dict(rope), "tie_word_embeddings": settings["tied"]},
        vision_config=settings["vision"], tie_word_embeddings=settings["tied"], **TOKENS,
    )
    kind = Qwen2_5_VLForConditionalGeneration if newer else Qwen2VLForConditionalGeneration
    model = kind(config).float().eval()
    random_weights(model, settings["seed"], settings["tied"])
    model.generation_config.update(bos_token_id=END, eos_token_id=[EOS, END], pad_token_id=END, do_sample=True)
    model.generation_config.update(temperature=1e-6)
    model.save_pretrained(folder)
    if settings["flat"]:
        flatten(folder / "config.json", text | {"rope_scaling": rope, "tie_word_embeddings": settings["tied"]})
    low, high = settings["bounds"]
    steps = {
        "min_pixels": low, "max_pixels": high, "patch_size": settings["vision"]["patch_size"], "temporal_patch_size": 2,
        "merge_size": 2, "image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711],
    }  # fmt: skip
    write_json(folder / "preprocessor_config.json", steps | {"image_processor_type": "Qwen2VLImageProcessor"})
    loaded = kind.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    loaded = loaded.requires_grad_(False)  # the counter counts neither fused attention nor what wants gradients
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), loaded.parameters(), strict=True))
    assert (loaded.lm_head.weight is loaded.model.language_model.embed_tokens.weight) == settings["tied"]
    return loaded, Qwen2VLImageProcessor(**steps)


def flatten(file: Path, text: dict) -> None:
    """The published form: the decoder's settings at the top, and only what differs from the classes' defaults."""
    config = json.loads(file.read_text())
    del config["text_config"]
    config["vision_config"]["in_chans"] = 3
    write_json(file, config | text)


def pixels_of(processor, picture: np.ndarray) -> tuple[torch.Tensor, list]:
    inputs = processor(picture, input_data_format="channels_last", return_tensors="pt")
    return inputs["pixel_values"], inputs["image_grid_thw"]


def steps(model, logits, cache, behind: int):
    def step(so_far):
        if not so_far:
            return logits
        at = torch.full((3, 1, 1), behind + len(so_far) - 1)
        ids = torch.tensor([so_far[-1:]])
        return model(input_ids=ids, position_ids=at, past_key_values=cache, use_cache=True).logits[0, -1]

    return step


def greedy(step, ends=(EOS, END)) -> dict:
    ids, margins, first = [], [], None
    for _ in range(STEPS):
        logits = step(ids)
        first = logits if first is None else first
        top = logits.topk(2)
        ids.append(int(top.indices[0]))
        margins.append(round(float(top.values[0] - top.values[1]), 5))
        if ids[-1] in ends:
            break
    return {"greedy": ids, "margins": margins, "logits": first}


@torch.no_grad()
def case(model, processor, tokenizer, pictures: list[np.ndarray]) -> tuple[dict, dict]:
    pixels, grids = zip(*(pixels_of(processor, picture) for picture in pictures))
    pixels, grids = torch.cat(pixels), torch.cat(grids)
    features = torch.cat(list(model.get_image_features(pixels, grids)))
    ids = tokenizer(PROMPT.format(PICTURE * len(pictures), QUESTION))["input_ids"]
    counts = iter((grids.prod(dim=1) // 4).tolist())
    expanded = [token for one in ids for token in ([one] * next(counts) if one == IMAGE else [one])]
    positions, delta = model.model.get_rope_index(torch.tensor([expanded]), grids)

    first = model(input_ids=torch.tensor([expanded]), pixel_values=pixels, image_grid_thw=grids, use_cache=True)
    behind = len(expanded) + int(delta)
    with FlopCounterMode(display=False) as tower:
        model.model.visual(pixels, grid_thw=grids)
    with FlopCounterMode(display=False) as counted:
        rows = model.model(input_ids=torch.tensor([expanded]), pixel_values=pixels, image_grid_thw=grids)
        model.lm_head(rows.last_hidden_state[:, -1:])  # Qwen2-VL's class gives logits of all rows
    said = greedy(steps(model, first.logits[0, -1], first.past_key_values, behind))
    asked = dict(input_ids=torch.tensor([expanded]), pixel_values=pixels, image_grid_thw=grids)
    penalised = {
        str(penalty): model.generate(
            **asked, do_sample=False, temperature=None, max_new_tokens=STEPS, repetition_penalty=penalty
        )[0, len(expanded) :].tolist()
        for penalty in PENALTIES
    }  # fmt: skip
    # The first tokens of the picture alone, at their own positions; the text stays where it was.
    rows = model.get_input_embeddings()(torch.tensor([expanded])).clone()
    image = torch.tensor(expanded) == IMAGE
    rows[0, image] = features
    left = ~image | (image.cumsum(0) <= FIRST)
    dropped = model.model.language_model(
        inputs_embeds=rows[:, left], position_ids=positions[:, :, left], use_cache=True
    )
    logits = model.lm_head(dropped.last_hidden_state[0, -1])
    first_said = greedy(steps(model, logits, dropped.past_key_values, behind))
    tensors = {"features": features, "logits": said.pop("logits"), "first_logits": first_said.pop("logits")}
    written = {
        "ids": ids, "grids": grids[:, 1:].tolist(), "tokens": len(features), "positions": positions[:, 0].tolist(),
        "delta": int(delta), "first": first_said["greedy"], "penalised": penalised, "flops": {"tower": tower.get_total_flops(), "all": counted.get_total_flops()},
    }  # fmt: skip
    return written | said, tensors


def sizes() -> list:
    """[height, width, factor, least, most, resized height, resized width]; the published bounds and the class's."""
    generator = np.random.default_rng(5)
    pairs = [(1, 1), (20, 20), (28, 5000), (42, 70), (50, 3000), (336, 336), (427, 640), (480, 640), (1000, 667), (2000, 3000)]
    pairs += [tuple(int(x) for x in generator.integers(1, 6000, 2)) for _ in range(300)]
    pairs += [(14 + 28 * n, 42 + 28 * m) for n in range(6) for m in range(6)]
    rows = []
    for height, width in pairs:
        for bounds in ((3136, 12845056), (3136, 1003520), (65536, 65536)):
            if max(height, width) / min(height, width) <= 200:
                rows.append([height, width, 28, *bounds, *smart_resize(height, width, 28, *bounds)])
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("goldens", type=Path)
    arguments = parser.parse_args()
    output, images = arguments.goldens / "qwen", arguments.goldens / "images"
    shutil.rmtree(output, ignore_errors=True)
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    cases, tensors, pixels, squares = {}, {}, {}, {}
    for name, settings in MODELS.items():
        tokenizer = write_tokenizer(output / name, SPECIALS)
        model, processor = write_model(output / name, name, settings)
        asked = {file: [rgb(images / file)] for file in (ASKED if settings["tied"] else ASKED[1:4])}
        asked |= {f"{width}x{height}": [made(width, height)] for width, height in MADE[1:]}
        asked["one.png+97x61+tall.png"] = [rgb(images / "one.png"), made(97, 61), rgb(images / "tall.png")]
        cases[name] = {}
        for picture, arrays in asked.items():
            cases[name][picture], got = case(model, processor, tokenizer, arrays)
            tensors |= {f"{name}/{picture}/{key}": tensor for key, tensor in got.items()}
    processor = Qwen2VLImageProcessor(min_pixels=3136, max_pixels=200704)
    for file in sorted(images.iterdir()):
        if file.suffix != ".json":
            pixels[file.name] = seen(processor, rgb(file))
    for width, height in MADE[1:]:
        pixels[f"{width}x{height}"] = seen(processor, made(width, height))
    processor = Qwen2VLImageProcessor(min_pixels=SQUARE**2, max_pixels=SQUARE**2)
    for file in ("wide.png", "tall.png", "gray.jpg", "square-96.png"):
        squares[file] = seen(processor, squared(rgb(images / file)))
    squares["3x200"] = seen(processor, squared(made(3, 200)))
    save_file({n: t.detach().contiguous() for n, t in tensors.items()}, output / "qwen.safetensors")
    versions = {m.__name__: m.__version__ for m in (torch, transformers, np)}
    write_golden(
        output / "qwen.json",
        {"versions": versions, "prompt": PROMPT.format(PICTURE, "{}"), "cases": cases, "pixels": pixels,
         "squares": squares, "sizes": sizes()},
    )


def squared(picture: np.ndarray) -> np.ndarray:
    """In the middle of a square of the mean colour, resized: smart_resize alone rounds some sides up."""
    height, width = picture.shape[:2]
    side = max(height, width)
    square = np.empty((side, side, 3), np.uint8)
    square[:] = [122, 116, 104]
    top, left = (side - height) // 2, (side - width) // 2
    square[top : top + height, left : left + width] = picture
    return np.asarray(Image.fromarray(square).resize((SQUARE, SQUARE), Image.Resampling.BICUBIC))


def seen(processor, picture: np.ndarray) -> dict:
    values, grid = pixels_of(processor, picture)
    return {"grid": grid[0, 1:].tolist(), "sha256": digest(values)}


if __name__ == "__main__":
    main()
