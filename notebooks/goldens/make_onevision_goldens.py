"""Writes small random LLaVA-OneVision checkpoints, and what the reference says about pictures.

    python make_onevision_goldens.py GOLDENS --next CLONE

Writes GOLDENS/onevision/ by transformers 4.57.1 and the conversation template of LLaVA-VL/LLaVA-NeXT (df17966), which is read
from a clone and executed. fp32 on the CPU, seeded.

Substitution: SigLIP's post_layernorm is left out. 4.57.1 puts its output in the place of the last hidden state, a mistake
that huggingface/transformers#40994 mends. The authors' siglip_encoder.py takes the last layer's output as it is, and the
published checkpoints were trained with that.
"""

import argparse
import shutil
import sys
import types
from pathlib import Path

import numpy as np
import torch
import transformers
from safetensors.torch import save_file
from torch.utils.flop_counter import FlopCounterMode
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from transformers import (
    AutoTokenizer, LlavaOnevisionConfig, LlavaOnevisionForConditionalGeneration, LlavaOnevisionImageProcessor,
    LlavaOnevisionProcessor, Qwen2Config, Qwen2Tokenizer, Qwen2TokenizerFast, SiglipVisionConfig,
)  # fmt: skip

import corpus
from clones import source
from make_checkpoints import GAINS
from make_family_goldens import QUESTION, STEPS, digest, rgb
from make_tokenizer_goldens import TEXTS
from tiny_llava import random_weights, write_golden, write_json

SIDE, PATCH = 31, 7  # as 384 and 14: the last pixels of a side are in no patch
PIECES, ROWS = 480, 512
SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<image>", "<video>"]
END, EOS, IMAGE = PIECES, PIECES + 2, PIECES + 3
VISION = {
    "hidden_size": 16, "intermediate_size": 40, "num_hidden_layers": 3, "num_attention_heads": 2, "image_size": SIDE,
    "patch_size": PATCH, "vision_use_head": False,
}  # fmt: skip
TEXT = {
    "hidden_size": 16, "intermediate_size": 40, "num_hidden_layers": 2, "num_attention_heads": 4, "vocab_size": ROWS,
    "num_key_value_heads": 2, "rope_theta": 1e6, "eos_token_id": EOS, "bos_token_id": END,
}  # fmt: skip
ASKED = ["one.png", "wide.png", "tall.png", "rgba.png", "large.jpg", "wide-3.png", "wide-1.png", "high-1.png"]


def grids(side: int) -> list:
    return [[side * rows, side * cols] for rows in range(1, 7) for cols in range(1, 7)]


class ChannelsLast(LlavaOnevisionImageProcessor):
    """The slow processor, told that a picture of 1 or 3 rows is not channels-first either where it pads."""

    def _pad_for_patching(self, image, target_resolution, input_data_format):
        size = transformers.image_processing_utils.get_patch_output_size(image, target_resolution, input_data_format)
        padding = self._get_padding_size(size, target_resolution)
        return self.pad(image, padding=padding, input_data_format=input_data_format, data_format=input_data_format)


def write_tokenizer(folder: Path, specials: list[str]) -> Qwen2TokenizerFast:
    """Qwen2's form: byte pairs of bytes after its pattern, and the special tokens after them; none begins a text."""
    slow = folder / "slow"
    slow.mkdir(parents=True)
    trained = Tokenizer(models.BPE())
    trained.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(vocab_size=PIECES, show_progress=False, initial_alphabet=alphabet)
    trained.train_from_iterator(corpus.sentences(), trainer)
    assert trained.get_vocab_size() == PIECES
    trained.model.save(str(slow))
    tokenizer = Qwen2Tokenizer(str(slow / "vocab.json"), str(slow / "merges.txt"))
    tokenizer.add_tokens(specials, special_tokens=True)
    tokenizer.eos_token = "<|im_end|>"
    tokenizer.save_pretrained(slow)
    Qwen2TokenizerFast.from_pretrained(slow).save_pretrained(folder)
    shutil.rmtree(slow)
    for name in ("vocab.json", "merges.txt", "special_tokens_map.json", "added_tokens.json"):
        (folder / name).unlink(missing_ok=True)
    fast = AutoTokenizer.from_pretrained(folder)
    assert type(fast) is Qwen2TokenizerFast
    assert fast.convert_tokens_to_ids(specials) == list(range(PIECES, PIECES + len(specials)))
    return fast


def write_model(folder: Path, tied: bool, seed: int):
    config = LlavaOnevisionConfig(
        vision_config=SiglipVisionConfig(**VISION).to_dict() | {"vision_use_head": False},
        text_config=Qwen2Config(tie_word_embeddings=tied, **TEXT), image_token_index=IMAGE,
        video_token_index=IMAGE + 1, image_grid_pinpoints=grids(SIDE),
    )  # fmt: skip
    model = LlavaOnevisionForConditionalGeneration(config).float().eval()
    random_weights(model, seed=seed, gains=GAINS)
    model.generation_config.update(bos_token_id=END, eos_token_id=EOS, pad_token_id=END)
    model.save_pretrained(folder)
    steps = {
        "do_convert_rgb": True, "do_normalize": True, "do_pad": True, "do_rescale": True, "do_resize": True,
        "image_grid_pinpoints": grids(SIDE), "image_mean": [0.5] * 3, "image_std": [0.5] * 3, "resample": 3,
        "rescale_factor": 0.00392156862745098, "size": {"height": SIDE, "width": SIDE},
    }  # fmt: skip
    write_json(folder / "preprocessor_config.json", steps | {"image_processor_type": "LlavaOnevisionImageProcessor"})
    loaded = LlavaOnevisionForConditionalGeneration.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager"
    ).eval().requires_grad_(False)  # fmt: skip; the counter counts neither fused attention nor what wants gradients
    return loaded, ChannelsLast(**steps)


@torch.no_grad()
def without_norm(model) -> None:
    """The substitution, and that it is one."""
    tower = model.model.vision_tower
    pixels = torch.randn(2, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(3))
    rows = tower.vision_model.embeddings(pixels)
    for layer in tower.vision_model.encoder.layers:
        rows = layer(rows, None)
    rows = rows[0] if isinstance(rows, tuple) else rows
    with_norm = tower(pixels, output_hidden_states=True).hidden_states[-1]
    assert torch.equal(with_norm, tower.vision_model.post_layernorm(rows)), "this release has no such mistake"
    tower.vision_model.post_layernorm = torch.nn.Identity()
    assert torch.equal(tower(pixels, output_hidden_states=True).hidden_states[-1], rows)


def prompt(clone: Path) -> str:
    """Their template for Qwen2, with a place for the question."""
    module = sys.modules["conversation"] = types.ModuleType("conversation")
    text = source(clone, "llava/conversation.py")
    load = "AutoTokenizer.from_pretrained(tokenizer_id)"  # Llama 3's, from the network, for a template of its own
    assert text.count(load) == 1
    exec(text.replace(load, "None"), module.__dict__)
    talk = module.conv_templates["qwen_1_5"].copy()
    talk.append_message(talk.roles[0], "<image>\n{}")  # as their model_vqa scripts
    talk.append_message(talk.roles[1], None)
    return talk.get_prompt()


def greedy(step) -> dict:
    ids, margins, first = [], [], None
    for _ in range(STEPS):
        logits = step(ids)
        first = logits if first is None else first
        top = logits.topk(2)
        ids.append(int(top.indices[0]))
        margins.append(round(float(top.values[0] - top.values[1]), 5))
        if ids[-1] == EOS:
            break
    return {"greedy": ids, "margins": margins, "logits": first}


@torch.no_grad()
def case(model, processor, tokenizer, file: Path, template: str) -> tuple[dict, dict]:
    inputs = processor(rgb(file), input_data_format="channels_last", return_tensors="pt")
    pixels, sizes = inputs["pixel_values"], inputs["image_sizes"]
    features = torch.cat(list(model.get_image_features(pixels, sizes)))
    ids = tokenizer(template.format(QUESTION))["input_ids"]
    slot = ids.index(IMAGE)
    expanded = ids[:slot] + [IMAGE] * len(features) + ids[slot + 1 :]

    def step(so_far):
        row = torch.tensor([expanded + so_far])
        return model(input_ids=row, pixel_values=pixels, image_sizes=sizes).logits[0, -1]

    with FlopCounterMode(display=False) as tower:
        model.model.vision_tower(pixels[0])
    with FlopCounterMode(display=False) as counted:
        model(input_ids=torch.tensor([expanded]), pixel_values=pixels, image_sizes=sizes, logits_to_keep=1)
    flops = {"tower": tower.get_total_flops(), "all": counted.get_total_flops()}
    # What VisPruner's siglip_encoder.py and llava_arch.py (aefa01a) rank by.
    seen = model.model.vision_tower(pixels[0], output_attentions=True, output_hidden_states=True).attentions[-1]
    said = greedy(step)
    tensors = {"features": features, "logits": said.pop("logits"), "received": seen.mean(dim=-2).mean(dim=1)}
    return {"ids": ids, "views": pixels.shape[1], "tokens": len(features), "flops": flops} | said, tensors


def counts() -> list:
    """Tokens of pictures of many sizes, by the processor of the published checkpoints."""
    own = types.SimpleNamespace(
        image_processor=types.SimpleNamespace(image_grid_pinpoints=grids(384)), num_image_tokens=729,
        vision_aspect_ratio="anyres_max_9",
    )  # fmt: skip
    own._get_unpadded_features = types.MethodType(LlavaOnevisionProcessor._get_unpadded_features, own)
    generator = np.random.default_rng(5)
    sizes = [(1, 1), (384, 384), (1, 5000), (5000, 1), (640, 480), (2304, 2304), (2304, 384), (1152, 1152), (1216, 1216)]
    sizes += [tuple(int(x) for x in generator.integers(1, 3000, 2)) for _ in range(400)]
    count = LlavaOnevisionProcessor._get_number_of_features
    return [[height, width, count(own, height, width, 384, 384)] for height, width in sizes]


def encoded(tokenizer) -> dict:
    lists = [[], [EOS], [END, 1, EOS], [ROWS - 1], [50, ROWS - 1, 60]]
    lists += [tokenizer(text)["input_ids"] for text in ("naïve café", "木", "😀 a", " a", "a  b\n", "Yes, it 's . red")]
    lists += [tokenizer("木")["input_ids"][:2], tokenizer("😀")["input_ids"][2:]]  # parts of characters
    return {
        "encode": [{"text": text, "ids": tokenizer(text)["input_ids"]} for text in TEXTS],
        "decode": [{"ids": ids, "text": tokenizer.decode(ids, skip_special_tokens=True)} for ids in lists],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("goldens", type=Path)
    parser.add_argument("--next", type=Path, required=True)
    arguments = parser.parse_args()
    output, images = arguments.goldens / "onevision", arguments.goldens / "images"
    shutil.rmtree(output, ignore_errors=True)
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    template = prompt(arguments.next)
    cases, tensors, pixels = {}, {}, {}
    for name, tied, seed in [("tied", True, 81), ("untied", False, 83)]:
        tokenizer = write_tokenizer(output / name, SPECIALS)
        model, processor = write_model(output / name, tied, seed)
        without_norm(model)
        cases[name] = {}
        for picture in ASKED if tied else ASKED[1:3]:
            cases[name][picture], made = case(model, processor, tokenizer, images / picture, template)
            tensors |= {f"{name}/{picture}/{key}": tensor for key, tensor in made.items()}
        for file in sorted(images.iterdir()) if tied else []:
            if file.suffix != ".json":
                inputs = processor(rgb(file), input_data_format="channels_last", return_tensors="pt")
                pixels[file.name] = [digest(view) for view in inputs["pixel_values"][0]]
    save_file({n: t.detach().contiguous() for n, t in tensors.items()}, output / "onevision.safetensors")
    versions = {m.__name__: m.__version__ for m in (torch, transformers, np)}
    write_golden(
        output / "onevision.json",
        {"versions": versions, "template": template, "cases": cases, "pixels": pixels, "counts": counts()}
        | encoded(tokenizer),
    )


if __name__ == "__main__":
    main()
