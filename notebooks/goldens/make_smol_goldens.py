"""Writes small random Idefics3 and SmolVLM checkpoints, and what the reference says about pictures.

    python make_smol_goldens.py GOLDENS

Writes GOLDENS/smol/ by transformers 4.57.1, with its slow image processors. `first` is an Idefics3 with a tied head, `second` a
SmolVLM with a head of its own; each is asked with its pictures split and whole. `narrow` and `wide` have the widths of SmolVLM's
256M and 2.2B, two layers in tower and decoder, and `first`'s tokenizer: their weights follow from `filled`, and are not kept.
fp32 on the CPU, seeded.
"""

import argparse
import json
import math
import re
import shutil
import zlib
from pathlib import Path

import numpy as np
import torch
import transformers
from PIL import Image
from safetensors.torch import save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    GPT2TokenizerFast, Idefics3Config, Idefics3ForConditionalGeneration, Idefics3ImageProcessor, Idefics3Processor,
    SmolVLMConfig, SmolVLMForConditionalGeneration, SmolVLMImageProcessor, SmolVLMProcessor,
)  # fmt: skip
from transformers.models.smolvlm.video_processing_smolvlm import SmolVLMVideoProcessor

import corpus
from make_family_goldens import digest
from make_qwen_goldens import made
from tiny_llava import write_golden, write_json

PIECES, STEPS = 420, 12
FRONT = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
# Published tokenizers have rows and columns up to 6; here larger ones are spelt, as there beyond 6.
ADDED = [f"<row_{row}_col_{col}>" for row in range(1, 4) for col in range(1, 4)]
ADDED += ["<global-img>", "<fake_token_around_image>", "<image>", "<end_of_utterance>"]
WORDS = PIECES + len(ADDED)
IMAGE, END = WORDS - 2, WORDS - 1
TEXT = dict(
    vocab_size=WORDS, model_type="llama", rms_norm_eps=1e-5, rope_theta=1e4, max_position_embeddings=8192, bos_token_id=1,
    eos_token_id=2, pad_token_id=2,
)  # fmt: skip
KINDS = {
    "idefics3": (Idefics3Config, Idefics3ForConditionalGeneration, Idefics3ImageProcessor),
    "smolvlm": (SmolVLMConfig, SmolVLMForConditionalGeneration, SmolVLMImageProcessor),
}
MODELS = {
    "first": dict(
        kind="idefics3", seed=301, scale=3, longest=72, tied=True,
        text=dict(hidden_size=24, intermediate_size=40, num_hidden_layers=2, num_attention_heads=3, num_key_value_heads=1),
        vision=dict(hidden_size=16, intermediate_size=24, num_hidden_layers=3, num_attention_heads=2, image_size=24, patch_size=4),
    ),
    "second": dict(
        kind="smolvlm", seed=303, scale=2, longest=112, tied=False,
        text=dict(hidden_size=16, intermediate_size=24, num_hidden_layers=3, num_attention_heads=2, num_key_value_heads=2),
        vision=dict(hidden_size=24, intermediate_size=28, num_hidden_layers=2, num_attention_heads=3, image_size=32, patch_size=5),
    ),
}  # fmt: skip
WIDTHS = {
    "narrow": dict(
        kind="idefics3", scale=4, longest=1024, tied=True,
        text=dict(hidden_size=576, intermediate_size=1536, num_hidden_layers=2, num_attention_heads=9, num_key_value_heads=3),
        vision=dict(hidden_size=768, intermediate_size=3072, num_hidden_layers=2, num_attention_heads=12, image_size=512, patch_size=16),
    ),
    "wide": dict(
        kind="smolvlm", scale=3, longest=768, tied=False,
        text=dict(hidden_size=2048, intermediate_size=8192, num_hidden_layers=2, num_attention_heads=32, num_key_value_heads=32),
        vision=dict(hidden_size=1152, intermediate_size=4304, num_hidden_layers=2, num_attention_heads=16, image_size=384, patch_size=14),
    ),
}  # fmt: skip
QUESTION = "Is there a dog in the image? 1234"
# Files, or pictures that `made` makes; several of one prompt are joined by +.
ASKED = [
    "photo.png", "wide.png", "tall.png", "portrait.jpg", "square-96.png", "gray.png", "gray.jpg", "palette.png", "rgba.png",
    "rgb-16.png", "1x900", "300x200", "20x20", "900x7", "photo.png+gray.png+20x20",
]  # fmt: skip
PLACED = ("See <image> and <image>. 5 or 67?", "tall.png+palette.png")
WHOLE = ["photo.png", "1x900", "rgba.png", "photo.png+gray.png"]
PIXELS = [(32, 128, True), (31, 100, True), (40, 90, False)]  # side, longest edge, whether pictures are split


def picture(images: Path, name: str) -> Image.Image:
    if re.fullmatch(r"\d+x\d+", name):
        width, height = map(int, name.split("x"))
        return Image.fromarray(made(width, height))
    return Image.open(images / name)


def write_tokenizer(folder: Path) -> GPT2TokenizerFast:
    """SmolVLM's form: byte pairs of bytes, each digit alone, special tokens before the others and after them."""
    trained = Tokenizer(models.BPE())
    trained.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    trained.decoder = decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(vocab_size=PIECES, show_progress=False, initial_alphabet=alphabet, special_tokens=FRONT)
    trained.train_from_iterator(list(corpus.sentences()) + ["a\n\nb"] * 20, trainer)
    assert trained.get_vocab_size() == PIECES
    trained.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in ADDED])
    assert [trained.token_to_id(token) for token in FRONT + ADDED] == [0, 1, 2, *range(PIECES, WORDS)]
    tokenizer = GPT2TokenizerFast(
        tokenizer_object=trained, bos_token="<|im_start|>", eos_token="<end_of_utterance>", pad_token="<|im_end|>",
        unk_token="<|endoftext|>", add_prefix_space=False,
    )  # fmt: skip
    tokenizer.save_pretrained(folder)
    for name in ("vocab.json", "merges.txt", "special_tokens_map.json", "added_tokens.json"):
        (folder / name).unlink(missing_ok=True)
    return GPT2TokenizerFast.from_pretrained(folder)


def random_weights(model, seed: int, tied: bool) -> None:
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            noise = torch.randn(parameter.shape, generator=generator)
            fan_in = parameter.shape[1:].numel() if parameter.dim() > 1 else 1
            if re.search(r"norm\d?\.weight$", name):
                value = 1 + 0.2 * noise
            elif name.endswith("bias"):
                value = 0.1 * noise
            elif "embed_tokens" in name:
                value = (2 / math.sqrt(parameter.shape[1]) if tied else 1.0) * noise
            elif "position_embedding" in name:
                value = noise
            else:
                gain = 2.0 if "lm_head" in name else 1.7 if re.search(r"[qk]_proj", name) else 1.0
                value = gain * noise / math.sqrt(fan_in)
            parameter.copy_(value)


def filled(name: str, shape: torch.Size) -> np.ndarray:
    """Numbers that follow from a tensor's name and shape: those of SplitMix64, whose state begins with the name's CRC-32."""
    count = math.prod(shape)
    steps = np.arange(1, count + 1, dtype=np.uint64)
    state = np.uint64(zlib.crc32(name.encode())) * np.uint64(1 << 32) + steps * np.uint64(0x9E3779B97F4A7C15)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    share = ((state ^ (state >> np.uint64(31))) >> np.uint64(40)).astype(np.float64) / (1 << 24) - 0.5
    if len(shape) == 1:
        value = 1 + 0.5 * share if "norm" in name and name.endswith("weight") else 0.25 * share
    elif "embed" in name and "patch" not in name:
        value = 0.25 * share
    else:
        value = 4 / math.sqrt(math.prod(shape[1:])) * share
    return value.astype(np.float32).reshape(shape)


def config_of(settings: dict):
    config, model, images = KINDS[settings["kind"]]
    # `tie_word_embeddings` of the decoder is what transformers 4 follows.
    text = TEXT | settings["text"] | {"tie_word_embeddings": settings["tied"]}
    made_of = config(
        vision_config=dict(settings["vision"]), text_config=text, scale_factor=settings["scale"], image_token_id=IMAGE,
        pad_token_id=2, tie_word_embeddings=settings["tied"],
    )  # fmt: skip
    side = settings["vision"]["image_size"]
    sizes = {"size": {"longest_edge": settings["longest"]}, "max_image_size": {"longest_edge": side}}
    return made_of, model, images(**sizes)


def processor_of(settings: dict, images, tokenizer):
    patches = settings["vision"]["image_size"] // settings["vision"]["patch_size"]
    tokens = (patches // settings["scale"]) ** 2
    if settings["kind"] == "idefics3":
        return Idefics3Processor(images, tokenizer, image_seq_len=tokens)
    return SmolVLMProcessor(images, tokenizer, SmolVLMVideoProcessor(), image_seq_len=tokens)


def make(folder: Path, settings: dict):
    """The checkpoint's folder, and the model and processor read back from it."""
    folder.mkdir(parents=True)
    tokenizer = write_tokenizer(folder)
    config, model, images = config_of(settings)
    written = model(config).float().eval()
    random_weights(written, settings["seed"], settings["tied"])
    written.generation_config.update(bos_token_id=1, eos_token_id=END, pad_token_id=2)
    written.save_pretrained(folder)
    images.save_pretrained(folder)
    loaded = model.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval().requires_grad_(False)
    assert all(torch.equal(a, b) for a, b in zip(written.parameters(), loaded.parameters(), strict=True))
    return loaded, processor_of(settings, images, tokenizer)


def prompt(question: str, count: int) -> str:
    """By the chat template that processing_smolvlm.py has."""
    before = "" if question.startswith("<image>") or count > 0 and "<image>" not in question else " "
    placed = question if "<image>" in question else "<image>" * count + question
    return f"<|im_start|>User:{before}{placed}<end_of_utterance>\nAssistant:"


@torch.no_grad()
def case(model, processor, images: Path, question: str, names: str) -> tuple[dict, dict]:
    pictures = [picture(images, name) for name in names.split("+")] if names else []
    text = prompt(question, len(pictures))
    shown = {"images": [pictures], "input_data_format": "channels_last"} if pictures else {}
    inputs = processor(text=text, **shown, return_tensors="pt")
    ids = inputs["input_ids"][0].tolist()
    said = model.generate(
        **inputs, max_new_tokens=STEPS, do_sample=False, eos_token_id=END, pad_token_id=2, output_logits=True,
        return_dict_in_generate=True,
    )  # fmt: skip
    logits = torch.cat(said.logits)
    top = logits.topk(2).values
    expected = {
        "question": question, "pictures": names, "ids": ids, "greedy": said.sequences[0, len(ids) :].tolist(),
        "margins": [round(float(margin), 5) for margin in top[:, 0] - top[:, 1]],
    }  # fmt: skip
    tensors = {"logits": logits[0]}
    if pictures:
        expected["views"] = len(inputs["pixel_values"][0])
        features = model.model.get_image_features(inputs["pixel_values"], inputs["pixel_attention_mask"])
        tensors["features"] = features.flatten(0, 1)
    return expected, tensors


def cases_of(model, processor, images: Path, asked: list, whole: list) -> tuple[dict, dict]:
    cases, tensors = {}, {}
    for splits, all_of_them in ((True, asked), (False, whole)):
        processor.image_processor.do_image_splitting = splits
        for question, names in all_of_them:
            key = ("split/" if splits else "whole/") + (names or "none") + ("" if question == QUESTION else "/placed")
            cases[key], got = case(model, processor, images, question, names)
            tensors |= {f"{key}/{part}": tensor for part, tensor in got.items()}
    return cases, tensors


def widths(settings: dict, images: Path, tokenizer) -> dict:
    config, kind, preparing = config_of(settings)
    model = kind._from_config(config, attn_implementation="eager").float().eval().requires_grad_(False)
    shapes = {}
    for name, parameter in model.named_parameters():
        shapes[name] = list(parameter.shape)
        parameter.copy_(torch.from_numpy(filled(name, parameter.shape)))
    processor = processor_of(settings, preparing, tokenizer)
    cases, tensors = cases_of(model, processor, images, [(QUESTION, "300x200")], [(QUESTION, "photo.png+gray.png")])
    for key, expected in cases.items():
        expected["logits"] = [round(float(logit), 6) for logit in tensors[key + "/logits"]]
    files = {"config": config.to_json_string(), "images": preparing.to_json_string()}
    return {name: json.loads(file) for name, file in files.items()} | {"shapes": shapes, "cases": cases}


def seen(images: Path, side: int, longest: int, splits: bool) -> tuple[dict, dict]:
    """Digests of the views of all pictures, and those that the reference refuses; it is told that channels come last."""
    processor = Idefics3ImageProcessor(
        size={"longest_edge": longest}, max_image_size={"longest_edge": side}, do_image_splitting=splits
    )
    digests, refused = {}, {}
    names = sorted(file.name for file in images.iterdir() if file.suffix != ".json")
    for name in [*names, "1x900", "900x7", "300x200", "97x61", "20x20", "100x99", "128x128", "32x32"]:
        with picture(images, name) as opened:
            try:
                got = processor([opened], return_tensors="np", return_row_col_info=True, input_data_format="channels_last")
                views = [digest(torch.from_numpy(view)) for view in got["pixel_values"][0]]
                digests[name] = [got["rows"][0][0], got["cols"][0][0], *views]
            except ValueError as error:
                refused[name] = f"{opened.mode}: {str(error)[:60]}"
    return digests, refused


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("goldens", type=Path)
    arguments = parser.parse_args()
    output, images = arguments.goldens / "smol", arguments.goldens / "images"
    shutil.rmtree(output, ignore_errors=True)
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    cases, tensors, pixels = {}, {}, {}
    for name, settings in MODELS.items():
        model, processor = make(output / name, settings)
        asked = [(QUESTION, names) for names in ASKED] + [PLACED, (QUESTION, "")]
        cases[name], got = cases_of(model, processor, images, asked, [(QUESTION, names) for names in WHOLE])
        tensors |= {f"{name}/{key}": tensor for key, tensor in got.items()}
    for side, longest, splits in PIXELS:
        digests, refused = seen(images, side, longest, splits)
        pixels[f"{side}/{longest}/{splits}".lower()] = digests
    versions = {m.__name__: m.__version__ for m in (torch, transformers, np)} | {"pillow": Image.__version__}
    save_file({n: t.detach().clone().contiguous() for n, t in tensors.items()}, output / "smol.safetensors")
    write_golden(output / "smol.json", {"versions": versions, "cases": cases, "pixels": pixels, "refused": refused})
    tokenizer = GPT2TokenizerFast.from_pretrained(output / "first")
    with torch.no_grad():
        made_of = {name: widths(settings, images, tokenizer) for name, settings in WIDTHS.items()}
    write_golden(output / "widths.json", made_of)


if __name__ == "__main__":
    main()
