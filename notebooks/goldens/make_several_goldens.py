"""Writes what transformers says about prompts with several images.

    python make_several_goldens.py GOLDENS

Reads GOLDENS/images/ and the small checkpoints GOLDENS/checkpoints/gqa (LLaVA-1.5), GOLDENS/families/next and
next-mistral (LLaVA-NeXT) and GOLDENS/onevision/; writes GOLDENS/several/. transformers 4.57.1, fp32 on the CPU. README.md
describes the files. LLaVA-OneVision has the substitution of make_onevision_goldens.py.
"""

import argparse
import json
import shutil
from pathlib import Path

import torch
import transformers
from safetensors.torch import save_file
from torch.utils.flop_counter import FlopCounterMode
from transformers import (
    LlamaTokenizerFast, LlavaNextForConditionalGeneration, LlavaNextProcessor, LlavaOnevisionForConditionalGeneration,
    LlavaOnevisionProcessor, LlavaProcessor, Qwen2TokenizerFast,
)  # fmt: skip

import corpus
import make_onevision_goldens as onevision
from make_family_goldens import ChannelsLast, digest, greedy, rgb
from reference import processor_of, versions
from tiny_llava import load_reference, write_golden

PROMPTS = {
    "vicuna_v1": corpus.SYSTEM + " USER: {} ASSISTANT:",
    "llava_v1": corpus.SYSTEM.replace("curious user", "curious human").replace("the user's", "the human's")
    + " USER: {} ASSISTANT:",
    "mistral_instruct": "[INST] {} [/INST]",
    "qwen_1_5": "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n{}<|im_end|>\n<|im_start|>assistant\n",
}
# Where a question names no places, its images come first, a line each: so do the chat templates of llava-1.5-7b-hf,
# llava-v1.6-vicuna-7b-hf and llava-v1.6-mistral-7b-hf, which "render all images first".
QUESTIONS = [
    (2, "Is there a dog in the image?"),
    (2, "Look at <image> and then at\n<image>\nWhich one has a dog?"),
    (3, "What color is the car?"),
    (3, "<image> is first, <image><image> follow. Where is the table?"),
]
# Pictures of odd sizes: wide, tall, tiny, large.
PICTURES = ["wide.png", "tall.png", "rgba.png"]
OTHERS = ["large.jpg", "one.png", "wide-3.png"]
MODELS = [
    ("gqa", "vicuna_v1"), ("next", "llava_v1"), ("next-mistral", "mistral_instruct"), ("tied", "qwen_1_5"),
    ("untied", "qwen_1_5"),
]  # fmt: skip
FOLDERS = {"gqa": "checkpoints", "tied": "onevision", "untied": "onevision"}


def llava(folder: Path):
    """(model, processor of images, processor of prompts)"""
    model, images = load_reference(folder), processor_of(folder)
    tokenizer = LlamaTokenizerFast.from_pretrained(folder)
    vision = model.config.vision_config
    return model, images, LlavaProcessor(
        images, tokenizer, patch_size=vision.patch_size, vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
    )  # fmt: skip


def llava_next(folder: Path):
    model = LlavaNextForConditionalGeneration.from_pretrained(folder, dtype=torch.float32)
    steps = json.loads((folder / "preprocessor_config.json").read_text())
    steps.pop("image_processor_type")
    images, tokenizer = ChannelsLast(**steps), LlamaTokenizerFast.from_pretrained(folder)
    return model, images, LlavaNextProcessor(
        images, tokenizer, patch_size=model.config.vision_config.patch_size,
        vision_feature_select_strategy="default", num_additional_image_tokens=1,
    )  # fmt: skip


class OneVisionProcessor(LlavaOnevisionProcessor):
    """Their processor for pictures alone: it asks for one of videos too."""

    def __init__(self, images, tokenizer, tokens: int):
        self.image_processor, self.tokenizer, self.num_image_tokens = images, tokenizer, tokens
        self.image_token, self.vision_feature_select_strategy = "<image>", "full"

    def __call__(self, images, text, return_tensors):
        seen = self.image_processor.preprocess()
        side = seen["pixel_values"].shape[-1]
        sizes, counts = iter(seen["image_sizes"]), iter(seen["batch_num_images"])
        (expanded,), _ = self._expand_image_tokens([text], sizes, side, side, self.image_token, counts)
        return self.tokenizer([expanded], return_tensors=return_tensors)


def llava_onevision(folder: Path):
    model = LlavaOnevisionForConditionalGeneration.from_pretrained(folder, dtype=torch.float32)
    onevision.without_norm(model)
    steps = json.loads((folder / "preprocessor_config.json").read_text())
    steps.pop("image_processor_type")
    images = onevision.ChannelsLast(**steps)
    vision = model.config.vision_config
    tokens = (vision.image_size // vision.patch_size) ** 2
    return model, images, OneVisionProcessor(images, Qwen2TokenizerFast.from_pretrained(folder), tokens)


def counted(run) -> int:
    """FLOPs by torch's counter, less the angles of the rotation, which are not computed by a product here."""
    with FlopCounterMode(display=False) as counter:
        run()
    turns = [sum(ops.values()) for name, ops in counter.get_flop_counts().items() if name.endswith("rotary_emb")]
    return counter.get_total_flops() - sum(turns)


def case(model, images, processor, files: list[Path], template: str, question: str) -> tuple[dict, dict]:
    tokenizer = processor.tokenizer
    placed = question if "<image>" in question else "<image>\n" * len(files) + question
    text = PROMPTS[template].format(placed)
    ids = tokenizer(text)["input_ids"]
    together = isinstance(processor, OneVisionProcessor)  # which sees several pictures of a prompt as one alone is not
    pictures = [rgb(file) for file in files]
    seen = dict(images([pictures] if together else pictures, input_data_format="channels_last", return_tensors="pt"))
    # The processor's own expansion; it takes pictures in one layout only, so it gets these pixels.
    images.preprocess = lambda *_, **__: transformers.BatchFeature(seen)
    expanded = processor(images=[rgb(file) for file in files], text=text, return_tensors="pt")["input_ids"][0].tolist()
    del images.preprocess
    features = [part.flatten(0, -2) for part in model.model.get_image_features(**seen)]
    image = model.config.image_token_id
    assert ids.count(image) == len(files) and expanded.count(image) == sum(map(len, features))

    def step(so_far):
        return model(input_ids=torch.tensor([expanded + so_far]), **seen).logits[0, -1]

    said = (onevision.greedy if together else greedy)(step)
    if together:  # one view each, which no other picture's number of views pads
        said["pixels"] = [digest(view) for (view,) in seen["pixel_values"]]
    tensors = {"features": torch.cat(features), "logits": said.pop("logits")}
    # A tower's last layer whose output nothing takes does not count.
    layers = model.model.vision_tower.vision_model.encoder.layers
    model.model.vision_tower.vision_model.encoder.layers = layers if together else layers[:-1]
    strategy = {"vision_feature_layer": -1}
    vision = counted(lambda: model.model.get_image_features(**seen, **strategy))
    again = model(input_ids=torch.tensor([expanded]), **seen, **strategy, logits_to_keep=1).logits[0, -1]
    assert torch.allclose(again, tensors["logits"], atol=1e-5)
    whole = counted(lambda: model(input_ids=torch.tensor([expanded]), **seen, **strategy, logits_to_keep=1))
    model.model.vision_tower.vision_model.encoder.layers = layers
    return {
        "images": [file.name for file in files], "template": template, "question": question, "ids": ids,
        "tokens": [len(part) for part in features], "flops": {"images": vision, "decoder": whole - vision}, **said,
    }, tensors  # fmt: skip


@torch.no_grad()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("goldens", type=Path)
    goldens = parser.parse_args().goldens
    output = goldens / "several"
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir()
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    cases, tensors = {}, {}
    for name, template in MODELS:
        kind = FOLDERS.get(name, "families")
        load = {"checkpoints": llava, "families": llava_next, "onevision": llava_onevision}[kind]
        model, images, processor = load(goldens / kind / name)
        # FlopCounterMode counts neither fused attention on the CPU nor parameters that want gradients.
        model.set_attn_implementation("eager")
        model.eval().requires_grad_(False)
        cases[name] = []
        for number, (count, question) in enumerate(QUESTIONS):
            files = [goldens / "images" / one for one in (OTHERS if number == 3 else PICTURES)[:count]]
            said, rows = case(model, images, processor, files, template, question)
            tensors |= {f"{name}/{number}/{key}": tensor for key, tensor in rows.items()}
            cases[name].append(said)
    write_golden(output / "several.json", {"versions": versions(), "cases": cases})
    save_file({key: tensor.contiguous() for key, tensor in tensors.items()}, output / "several.safetensors")


if __name__ == "__main__":
    main()
