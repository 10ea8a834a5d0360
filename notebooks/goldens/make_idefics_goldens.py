"""Writes small random IDEFICS checkpoints, and what the reference says about prompts with pictures.

    python make_idefics_goldens.py GOLDENS

Writes GOLDENS/idefics/ by transformers 4.57.1: `base` and `instruct` differ in widths, heads, depth, the interval of the layers
that attend to images, norms of queries and keys, and the gates; `instruct` has one more token. Pixels, ids and the mask of the
images are IdeficsProcessor's, everything else the model's. fp32 on the CPU, seeded.
"""

import argparse
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
from transformers import IdeficsConfig, IdeficsForVisionText2Text, IdeficsImageProcessor, IdeficsProcessor, LlamaTokenizerFast

from make_checkpoints import tokenizer_config
from make_family_goldens import digest, rgb
from tiny_llava import build_tokenizer, write_golden, write_json

PIECES, STEPS = 446, 16
WORDS = ["<fake_token_around_image>", "<image>", "<end_of_utterance>"]
MODELS = {
    "base": dict(
        seed=201, words=2, template="Question: {} Answer:",
        text=dict(hidden_size=16, intermediate_size=40, num_hidden_layers=4, num_attention_heads=2, cross_layer_interval=2,
                  qk_layer_norms=False, alpha_type="float"),
        vision=dict(embed_dim=12, image_size=28, intermediate_size=20, patch_size=7, num_hidden_layers=3, num_attention_heads=2),
        perceiver=dict(resampler_n_latents=3, resampler_depth=2, resampler_n_heads=2, resampler_head_dim=5,
                       qk_layer_norms_perceiver=True),
    ),
    "instruct": dict(
        seed=203, words=3, template="User:{}<end_of_utterance>\nAssistant:",
        text=dict(hidden_size=24, intermediate_size=28, num_hidden_layers=6, num_attention_heads=3, cross_layer_interval=3,
                  qk_layer_norms=True, alpha_type="vector"),
        vision=dict(embed_dim=16, image_size=24, intermediate_size=24, patch_size=8, num_hidden_layers=2, num_attention_heads=4),
        perceiver=dict(resampler_n_latents=5, resampler_depth=3, resampler_n_heads=3, resampler_head_dim=4,
                       qk_layer_norms_perceiver=False),
    ),
}  # fmt: skip
# Questions and their pictures; where a question places none, the pictures come first.
ASKED = {
    "photo": ("What is it?", ["photo.png"]), "wide": ("Is there a dog in the image?", ["wide.png"]),
    "tall": ("What color is the Café's 2nd chair?", ["tall.png"]), "gray": ("What is it?", ["gray.jpg"]),
    "cmyk": ("Where?", ["cmyk.jpg"]), "turned": ("Where?", ["jpeg-rotated.jpg"]),
    "behind": ("Look at this <image> here.", ["square-96.png"]),
    "two": ("Which is it?", ["photo.png", "tall.png"]),
    "between": ("Is <image> like <image> or not?", ["wide.png", "portrait.jpg"]),
    "three": ("First <image><image> and then <image> please", ["photo.png", "wide.png", "square-96.png"]),
    "ended": ("Is it a dog?</s> Or a cat?", ["wide.png"]),
    "again": ("A dog <image> sits.</s> It is <image> a cat", ["photo.png", "wide.png"]),
    "none": ("What is a dog?", []),
}  # fmt: skip


def random_weights(model, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            noise = torch.randn(parameter.shape, generator=generator)
            fan_in = parameter.shape[1:].numel() if parameter.dim() > 1 else 1
            if re.search(r"(norm|layrnorm|layer_norm\d|layernorm|\.ln)\.weight$", name):
                value = 1 + 0.2 * noise
            elif name.endswith("bias"):
                value = 0.1 * noise
            elif "alpha" in name:
                value = 0.8 + 0.3 * noise
            elif re.search(r"class_embedding|position_embedding|embed_tokens|latents$", name):
                value = noise
            else:
                gain = 2.0 if "lm_head" in name else 1.7 if re.search(r"[qk]_proj", name) else 1.0
                value = gain * noise / math.sqrt(fan_in)
            parameter.copy_(value)


def make(folder: Path, settings: dict):
    """The checkpoint's folder, and the model and processor read back from it."""
    folder.mkdir(parents=True)
    words = {name: PIECES + at for at, name in enumerate(WORDS[: settings["words"]])}
    config = IdeficsConfig(
        vocab_size=PIECES, additional_vocab_size=len(words), vision_config=settings["vision"],
        perceiver_config=settings["perceiver"] | {"use_resampler": True}, use_resampler=True, pad_token_id=0, **settings["text"],
    )  # fmt: skip
    model = IdeficsForVisionText2Text(config).float().eval()
    random_weights(model, settings["seed"])
    model.save_pretrained(folder)
    written = build_tokenizer(PIECES + 2, image_first=False, legacy=True, merges_as_text=False)
    plain = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    kept = [token for token in written["added_tokens"] if token["id"] < PIECES]
    written["added_tokens"] = kept + [{"id": place, "content": name, **plain} for name, place in words.items()]
    write_json(folder / "tokenizer.json", written)
    special = {"<unk>": 0, "<s>": 1, "</s>": 2} | words
    more = {"pad_token": "<unk>", "additional_special_tokens": list(words), "legacy": True}
    write_json(folder / "tokenizer_config.json", tokenizer_config(special, add_bos_token=True) | more)
    images = IdeficsImageProcessor(image_size=settings["vision"]["image_size"])
    images.save_pretrained(folder)
    loaded = IdeficsForVisionText2Text.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager")
    loaded.eval().requires_grad_(False)  # the counter counts neither fused attention nor what wants gradients
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), loaded.parameters(), strict=True))
    return loaded, IdeficsProcessor(images, LlamaTokenizerFast.from_pretrained(folder), image_size=images.image_size)


def prompt(template: str, question: str, pictures: list) -> list:
    """The texts and pictures of a prompt, as the processor takes them."""
    before, behind = template.split("{}")
    if "<image>" in question:
        texts = (before + question + behind).split("<image>")
    elif before.startswith("User"):
        texts = [before] + [""] * (len(pictures) - 1) + [question + behind] if pictures else [before + question + behind]
    else:
        texts = [""] * len(pictures) + [before + question + behind]
    assert len(texts) == len(pictures) + 1
    pieces = [texts[0]]
    for picture, text in zip(pictures, texts[1:], strict=True):
        pieces += [picture, text]
    return [piece for piece in pieces if not isinstance(piece, str) or piece.strip(" ")]


def looks(resampler, features: torch.Tensor) -> torch.Tensor:
    """What each latent pays to each feature [latents, features] in the last block: mean over heads; the rest goes to the latents."""
    inputs = []
    attention = resampler.blocks[-1][0]
    hook = attention.register_forward_pre_hook(lambda _, given: inputs.append(given))
    resampler(features)
    hook.remove()
    context, latents = inputs[0]
    seen = torch.cat([attention.context_layer_norm(context), attention.latents_layer_norm(latents)], 1)
    heads = (1, -1, attention.n_heads, attention.head_dim)
    queries = attention.q_proj(attention.latents_layer_norm(latents)).view(heads).transpose(1, 2)
    keys = attention.k_proj(seen).view(heads).transpose(1, 2)
    if attention.qk_layer_norms:
        queries, keys = attention.q_layer_norm(queries), attention.k_layer_norm(keys)
    weights = (queries @ keys.mT * attention.qk_scale).softmax(-1)
    return weights[0].mean(0)[:, : context.shape[1]]


def constants(model, latents: torch.Tensor) -> torch.Tensor:
    """Keys and values of each block that attends to images, side by side: [images latents, blocks 2 width]."""
    parts = []
    for block in model.model.gated_cross_attn_layers:
        attention = block.cross_attn
        keys = attention.k_proj(latents)
        if attention.qk_layer_norms:
            keys = attention.k_layer_norm(keys.unflatten(-1, (attention.num_heads, -1))).flatten(-2)
        parts += [keys, attention.v_proj(latents)]
    return torch.cat(parts, -1).flatten(0, 1)


@torch.no_grad()
def case(model, processor, template: str, question: str, files: list[Path]) -> tuple[dict, dict]:
    pictures = [Image.fromarray(rgb(file)) for file in files]
    inputs = processor(text=[prompt(template, question, pictures)], add_end_of_utterance_token=False, return_tensors="pt")
    if not pictures:
        inputs["image_attention_mask"] = inputs["image_attention_mask"].long()
    ends = [2] + [PIECES + 2] * (model.config.additional_vocab_size > 2)  # </s>, and the end of a turn
    said = model.generate(
        **inputs, max_new_tokens=STEPS, do_sample=False, eos_token_id=ends, output_logits=True, return_dict_in_generate=True
    )
    ids = inputs["input_ids"][0].tolist()
    logits = torch.cat(said.logits)
    top = logits.topk(2).values
    seen = inputs["image_attention_mask"][0]
    expected = {
        "question": question, "files": [file.name for file in files], "ids": ids,
        "sees": [int(row.argmax()) if row.any() else -1 for row in seen],
        "greedy": said.sequences[0, len(ids) :].tolist(),
        "margins": [round(float(m), 5) for m in top[:, 0] - top[:, 1]],
    }  # fmt: skip
    tensors = {"logits": logits[0]}
    if pictures:
        pixels = inputs["pixel_values"][0]
        with FlopCounterMode(display=False) as tower:
            features = model.model.vision_model(pixels).last_hidden_state
        with FlopCounterMode(display=False) as resampler:
            latents = model.model.perceiver_resampler(features)
        with FlopCounterMode(display=False) as keys:
            rows = constants(model, latents)
        with FlopCounterMode(display=False) as everything:
            model(**inputs)
        parts = {"tower": tower, "resampler": resampler, "keys": keys, "all": everything}
        expected["flops"] = {name: counted.get_total_flops() for name, counted in parts.items()}
        # The reference computes logits of all rows, we of the last one.
        head = model.lm_head
        expected["flops"]["all"] -= 2 * (len(ids) - 1) * head.in_features * (head.out_features + head.out_additional_features)
        expected["pixels"] = [digest(one) for one in pixels]
        attention = torch.stack([looks(model.model.perceiver_resampler, one[None]) for one in features])
        tensors |= {"tower": features, "rows": rows, "looks": attention}
    return expected, tensors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("goldens", type=Path)
    arguments = parser.parse_args()
    output, images = arguments.goldens / "idefics", arguments.goldens / "images"
    shutil.rmtree(output, ignore_errors=True)
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    cases, tensors, pixels = {}, {}, {}
    for name, settings in MODELS.items():
        model, processor = make(output / name, settings)
        cases[name] = {}
        for key, (question, files) in ASKED.items():
            own = [images / file for file in files]
            cases[name][key], said = case(model, processor, settings["template"], question, own)
            tensors |= {f"{name}/{key}/{part}": tensor for part, tensor in said.items()}
    published = IdeficsImageProcessor()
    for file in sorted(images.iterdir()):
        # The reference takes a picture of 1 or 3 rows for one whose channels come first.
        if file.suffix != ".json" and len(rgb(file)) not in (1, 3):
            pixels[file.name] = digest(published(Image.fromarray(rgb(file)))[0])
    versions = {m.__name__: m.__version__ for m in (torch, transformers, np)}
    save_file({n: t.detach().clone().contiguous() for n, t in tensors.items()}, output / "idefics.safetensors")
    write_golden(output / "idefics.json", {"versions": versions, "cases": cases, "pixels": pixels})


if __name__ == "__main__":
    main()
