"""Writes small random checkpoints of the other families, and what the reference says about pictures.

    python make_family_goldens.py GOLDENS --shikra CLONE --hired CLONE

Writes GOLDENS/families/: LLaVA-NeXT with a Llama and with a Mistral decoder by transformers 4.57.1, and Shikra by the
authors' code (shikras/shikra ff79a4c), which is read from a clone and executed with the substitutions named below. `hired.json` is what HiRED's code (hasanar1f/HiRED 502d6dd) chooses of tiles. fp32 on the CPU, seeded.
"""

import argparse
import hashlib
import shutil
import types
from pathlib import Path

import numpy as np
import torch
import transformers
from PIL import Image
from safetensors.torch import save_file
from transformers import (
    CLIPImageProcessor, CLIPVisionConfig, CLIPVisionModel, LlamaConfig, LlamaTokenizer, LlamaTokenizerFast,
    LlavaNextConfig, LlavaNextForConditionalGeneration, LlavaNextImageProcessor, LlavaNextProcessor, MistralConfig,
)  # fmt: skip

import corpus
from clones import functions, source
from make_checkpoints import GAINS, image_steps, specials, tokenizer_config
from make_layout_goldens import VISION, VOCABULARY, train_tokenizer
from tiny_llava import build_tokenizer, random_weights, write_golden, write_json

GRIDS = [[28, 56], [56, 28], [56, 56], [84, 28], [28, 84]]
STEPS, TOKENS, IMAGE, ROWS = 8, 448, 446, 448
TEXT = {"hidden_size": 16, "intermediate_size": 40, "num_hidden_layers": 2, "vocab_size": ROWS}
LLAMA = LlamaConfig(num_attention_heads=2, num_key_value_heads=2, rms_norm_eps=1e-5, max_position_embeddings=4096, **TEXT)
MISTRAL = MistralConfig(num_attention_heads=4, num_key_value_heads=2, rms_norm_eps=1e-5, sliding_window=None, **TEXT)
PROMPTS = {
    "llava_v1": corpus.SYSTEM.replace("curious user", "curious human").replace("the user's", "the human's")
    + " USER: <image>\n{} ASSISTANT:",
    "mistral_instruct": "[INST] <image>\n{} [/INST]",
}
QUESTION = "Is there a dog in the image?"
# Every odd picture is preprocessed; these are also asked about.
ASKED = ["one.png", "wide.png", "tall.png", "rgba.png", "large.jpg", "wide-3.png"]


class ChannelsLast(LlavaNextImageProcessor):
    """The slow processor, told that a picture of 1 or 3 rows is not channels-first either where it pads."""

    def _pad_for_patching(self, image, target_resolution, input_data_format):
        size = transformers.image_processing_utils.get_patch_output_size(image, target_resolution, input_data_format)
        padding = self._get_padding_size(size, target_resolution)
        return self.pad(image, padding=padding, input_data_format=input_data_format, data_format=input_data_format)


def rgb(file: Path) -> np.ndarray:
    with Image.open(file) as opened:
        return np.asarray(opened.convert("RGB"))


def digest(pixels: torch.Tensor) -> str:
    return hashlib.sha256(pixels.contiguous().numpy().astype("<f4").tobytes()).hexdigest()


def greedy(step) -> dict:
    """`step(ids so far)` gives the last logits; the greedy ids, their margins and the first logits."""
    ids, margins, first = [], [], None
    for _ in range(STEPS):
        logits = step(ids)
        first = logits if first is None else first
        top = logits.topk(2)
        ids.append(int(top.indices[0]))
        margins.append(round(float(top.values[0] - top.values[1]), 5))
        if ids[-1] == 2:
            break
    return {"greedy": ids, "margins": margins, "logits": first}


@torch.no_grad()
def next_case(model, processor, tokenizer, file: Path, template: str) -> dict:
    image = rgb(file)
    inputs = processor(image, input_data_format="channels_last", return_tensors="pt")
    pixels, sizes = inputs["pixel_values"], inputs["image_sizes"]
    features = torch.cat(list(model.get_image_features(pixels, sizes)))
    ids = tokenizer(PROMPTS[template].format(QUESTION))["input_ids"]
    slot = ids.index(IMAGE)
    counter = LlavaNextProcessor(
        processor, tokenizer, patch_size=VISION["patch_size"], vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
    )  # fmt: skip
    height, width = (int(x) for x in sizes[0])
    assert counter._get_number_of_features(height, width, 28, 28) - 1 == len(features)
    expanded = ids[:slot] + [IMAGE] * len(features) + ids[slot + 1 :]

    def step(so_far):
        row = torch.tensor([expanded + so_far])
        return model(input_ids=row, pixel_values=pixels, image_sizes=sizes).logits[0, -1]

    return {"ids": ids, "views": pixels.shape[1], "features": features, "template": template} | greedy(step)


def make_next(folder: Path, text_config, template: str, seed: int):
    folder.mkdir(parents=True)
    config = LlavaNextConfig(
        vision_config=CLIPVisionConfig(**VISION), text_config=text_config, image_token_index=IMAGE,
        image_grid_pinpoints=GRIDS, vision_feature_layer=-2,
    )  # fmt: skip
    model = LlavaNextForConditionalGeneration(config).float().eval()
    random_weights(model, seed=seed, gains=GAINS)
    model.generation_config.update(bos_token_id=1, eos_token_id=2, pad_token_id=IMAGE + 1)
    model.save_pretrained(folder)
    written = build_tokenizer(TOKENS, image_first=False, legacy=True, merges_as_text=False)
    write_json(folder / "tokenizer.json", written)
    write_json(folder / "tokenizer_config.json", tokenizer_config(specials(IMAGE), add_bos_token=True, legacy=True))
    steps = image_steps(size={"shortest_edge": 28}, crop_size={"height": 28, "width": 28})
    steps |= {"image_processor_type": "LlavaNextImageProcessor", "image_grid_pinpoints": GRIDS, "do_pad": True}
    write_json(folder / "preprocessor_config.json", steps)
    loaded = LlavaNextForConditionalGeneration.from_pretrained(folder, dtype=torch.float32).eval()
    steps.pop("image_processor_type")
    return loaded, ChannelsLast(**steps), LlamaTokenizerFast.from_pretrained(folder)


# --- the authors' code -------------------------------------------------------------------------------


SHIKRA_TOKENS = {"<im_patch>": VOCABULARY, "<im_start>": VOCABULARY + 1, "<im_end>": VOCABULARY + 2}


def make_shikra(folder: Path, repository: Path, images: Path) -> tuple[dict, dict]:
    """Substitution: the width of the features, hard-coded as 1024 where a tensor of zeros is projected."""
    text = source(repository, "mllm/models/shikra/shikra.py")
    assert text.count("torch.zeros(256, 1024,") == 1
    namespace = {"__name__": "shikra"}
    exec(text.replace("torch.zeros(256, 1024,", "torch.zeros(256, self.config.mm_hidden_size,"), namespace)
    folder.mkdir(parents=True)
    clip = folder / "clip-tiny"
    tower = CLIPVisionModel(CLIPVisionConfig(**VISION)).eval()
    config = namespace["ShikraConfig"](
        vocab_size=VOCABULARY + 3, hidden_size=16, intermediate_size=40, num_hidden_layers=2, num_attention_heads=2,
        rms_norm_eps=1e-6, max_position_embeddings=2048,
    )  # fmt: skip
    config.mm_vision_tower, config.mm_hidden_size, config.mm_vision_select_layer = str(clip), 16, -2
    config.use_mm_proj = True
    tower.save_pretrained(clip)
    model = namespace["ShikraLlamaForCausalLM"](config).float().eval()
    vision = model.model.vision_tower[0]
    random_weights(types.SimpleNamespace(
        config=types.SimpleNamespace(vision_config=vision.config, text_config=config),
        named_parameters=lambda: [*model.named_parameters(), *((f"vision_tower.{n}", p) for n, p in vision.named_parameters())],
    ), seed=51, gains=GAINS)  # fmt: skip
    vision.save_pretrained(clip)
    vision.config.use_im_start_end = True
    for key, token in (("im_patch_token", "<im_patch>"), ("im_start_token", "<im_start>"), ("im_end_token", "<im_end>")):
        setattr(vision.config, key, SHIKRA_TOKENS[token])
    steps = image_steps(size={"shortest_edge": 28}, crop_size={"height": 28, "width": 28})
    write_json(clip / "preprocessor_config.json", steps)
    tensors = {name: tensor for name, tensor in model.state_dict().items() if "vision_tower" not in name}
    torch.save(tensors, folder / "pytorch_model.bin")
    write_json(folder / "config.json", config.to_diff_dict() | {
        "mm_vision_tower": "openai/clip-tiny", "mm_use_im_start_end": True, "architectures": ["ShikraLlamaForCausalLM"],
    })  # fmt: skip
    write_json(folder / "added_tokens.json", SHIKRA_TOKENS)
    write_json(folder / "generation_config.json", {"bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0})
    slow = LlamaTokenizer(str(train_tokenizer(folder)), legacy=True)
    write_json(folder / "tokenizer_config.json", {"tokenizer_class": "LlamaTokenizer", "add_bos_token": True})

    expand = functions(source(repository, "mllm/dataset/utils/transform.py"), ["expand2square"], {"Image": Image})
    expand = expand["expand2square"]
    processor = CLIPImageProcessor(**{k: v for k, v in steps.items() if k != "image_processor_type"})
    # Their transformers (cae78c46) strips the spaces next to added tokens.
    before = slow(corpus.SYSTEM + " USER: Please take a look at the image")["input_ids"]
    behind = slow(f"and promptly provide an answer for '{QUESTION}'. ASSISTANT:", add_special_tokens=False)["input_ids"]
    start, patch, end = (SHIKRA_TOKENS[token] for token in ("<im_start>", "<im_patch>", "<im_end>"))
    patches = (VISION["image_size"] // VISION["patch_size"]) ** 2
    cases, tensors = {}, {}
    for name in ("wide.png", "tall.png", "square-96.png"):
        square = expand(Image.fromarray(rgb(images / name)))
        pixels = processor(np.asarray(square), input_data_format="channels_last", return_tensors="pt")["pixel_values"]
        with torch.no_grad():
            states = vision(pixels, output_hidden_states=True).hidden_states[-2]
            features = model.model.mm_projector(states[:, 1:])[0]

            def step(so_far):
                row = torch.tensor([before + [start] + [patch] * patches + [end] + behind + so_far])
                return model(input_ids=row, images=pixels, return_dict=True, use_cache=False).logits[0, -1]

            case = greedy(step)
        tensors[f"shikra/{name}/features"], tensors[f"shikra/{name}/logits"] = features, case.pop("logits")
        cases[name] = {"ids": before + [start, patch, end] + behind, "pixels": digest(pixels[0]), **case}
    return cases, tensors


def hired_of(repository: Path, parts=None):
    """Their choice, view by view, of attention [views, heads, T, T] in the first and in the last layer, the whole image first.

    parts: in place of their function for the tiles' tokens.
    """
    text = source(repository, "transformers/src/transformers/models/llava_next/modeling_llava_next.py")
    names = [f"LlavaNextForConditionalGeneration.HiRED_{name}" for name in ("sub_img_budgets", "token_selection")]
    namespace = functions(text, names, {"torch": torch, "get_anyres_image_grid_shape": None})
    budgets, select = (namespace[name] for name in names)
    own = types.SimpleNamespace(config=types.SimpleNamespace(
        image_grid_pinpoints=None, vision_config=types.SimpleNamespace(image_size=None)
    ))  # fmt: skip
    own.HiRED_sub_img_budgets = parts or types.MethodType(budgets, own)

    def chosen(first, last, rows: int, cols: int, rate: float, alpha: float) -> list[list[int]]:
        namespace["get_anyres_image_grid_shape"] = lambda *_: (cols, rows)
        masks = select(own, first, last, [len(last)], 0, last.shape[-1] - 1, rate, alpha, [None])[0]
        return [mask.nonzero()[:, 0].tolist() for mask in masks]

    return chosen


def make_hired(repository: Path) -> list[dict]:
    """What their code chooses of random attention; heads and contexts as they take them."""
    chosen = hired_of(repository)
    generator, cases = torch.Generator().manual_seed(9), []
    for rows, cols, patches, rate, alpha in [
        (2, 2, 144, 0.2, 0.5), (1, 2, 144, 0.1, 0.5), (3, 1, 144, 0.33, 0.25), (2, 2, 16, 0.6, 0.75), (1, 3, 36, 0.9, 0.5),
    ]:  # fmt: skip
        views = 1 + rows * cols
        first, last = (torch.rand(views, 2, 1 + patches, 1 + patches, generator=generator) for _ in range(2))
        cases.append({
            "rows": rows, "cols": cols, "tokens": int(views * patches * rate), "alpha": alpha,
            "first": first[0, :, 0, 1:].mean(0).tolist(),
            "last": last[:, :, 0, 1:].mean(1).tolist(),
            "kept": chosen(first, last, rows, cols, rate, alpha),
        })  # fmt: skip
    return cases


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("goldens", type=Path)
    parser.add_argument("--shikra", type=Path, required=True)
    parser.add_argument("--hired", type=Path, required=True)
    arguments = parser.parse_args()
    output, images = arguments.goldens / "families", arguments.goldens / "images"
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    cases, tensors, pixels = {}, {}, {}
    for name, text_config, template, seed in [
        ("next", LLAMA, "llava_v1", 41), ("next-mistral", MISTRAL, "mistral_instruct", 43),
    ]:  # fmt: skip
        model, processor, tokenizer = make_next(output / name, text_config, template, seed)
        cases[name] = {}
        for picture in ASKED if name == "next" else ASKED[1:3]:
            case = next_case(model, processor, tokenizer, images / picture, template)
            for key in ("features", "logits"):
                tensors[f"{name}/{picture}/{key}"] = case.pop(key)
            cases[name][picture] = case
        for file in sorted(images.iterdir()) if name == "next" else []:
            if file.suffix != ".json":
                inputs = processor(rgb(file), input_data_format="channels_last", return_tensors="pt")
                pixels[file.name] = [digest(view) for view in inputs["pixel_values"][0]]
    cases["shikra"], said = make_shikra(output / "shikra", arguments.shikra, images)
    tensors |= said
    versions = {m.__name__: m.__version__ for m in (torch, transformers, np)}
    save_file({n: t.detach().contiguous() for n, t in tensors.items()}, output / "families.safetensors")
    write_golden(output / "families.json", {"versions": versions, "cases": cases, "pixels": pixels})
    write_golden(output / "hired.json", make_hired(arguments.hired))


if __name__ == "__main__":
    main()
