"""Writes a small random LLaVA-Video checkpoint in its authors' layout, and what their code says about videos and a picture.

    python make_llava_video_goldens.py GOLDENS --next CLONE

Reads GOLDENS/images/; writes GOLDENS/llava-video/, by LLaVA-VL/LLaVA-NeXT (df17966), which is read from a clone and executed,
and Qwen2 of transformers 4.57.1. fp32 on the CPU, seeded; frames are those of make_video_goldens.py. README.md describes the
keys. transformers has no such class, and the published config.json could not be read: its keys here are those that the
authors' code and lmms-eval's `llava_vid` (75571cf) ask for.

Substitutions: the tower has a size of its own instead of 729 patches of 384 pixels, which siglip_encoder.py has written out.

- `cases`, by variant: its `overrides` of config.json, and by number of frames `width`, `height`, `ids` (the image's token
  unexpanded; the authors have none, ours comes after the tokenizer's), `pixels` of each frame, `tokens`. Tensors: `features`
  with the learned rows, `logits`.
- `picture`: the same of one picture, in tiles.
"""

import argparse
import math
import re
import shutil
import sys
import tempfile
import types
from abc import ABC, abstractmethod
from pathlib import Path

import numpy as np
import torch
import transformers
from PIL import Image
from safetensors.torch import save_file
from torch import nn
from transformers import AutoTokenizer, Qwen2Config, Qwen2ForCausalLM

import make_onevision_goldens as onevision
from clones import functions, revision, source
from make_checkpoints import GAINS
from make_family_goldens import QUESTION, digest
from make_video_goldens import PATCH, SIDE, STEPS, video
from tiny_llava import random_weights, write_golden, write_json, write_single

SPECIALS = onevision.SPECIALS[:3]
IMAGE = onevision.PIECES + len(SPECIALS)
AUTHORS_IMAGE = -200
TOWER = "siglip-so-small"
VISION = {
    "hidden_size": 16, "image_size": SIDE, "intermediate_size": 40, "model_type": "siglip_vision_model", "num_attention_heads": 2,
    "num_hidden_layers": 4, "patch_size": PATCH,
}  # fmt: skip
FLAT = {
    "_name_or_path": "lmms-lab/llava-onevision-qwen2-7b-ov-si", "add_faster_video": False, "add_time_instruction": False,
    "architectures": ["LlavaQwenForCausalLM"], "attention_dropout": 0.0, "faster_token_stride": 10, "force_sample": True,
    "hidden_act": "silu", "image_aspect_ratio": "anyres_max_9", "image_crop_resolution": None,
    "image_grid_pinpoints": onevision.grids(SIDE), "image_split_resolution": None, "initializer_range": 0.02,
    "max_position_embeddings": 4096, "max_window_layers": 2, "mm_hidden_size": 16, "mm_newline_position": "grid",
    "mm_patch_merge_type": "spatial_unpad", "mm_projector_lr": None, "mm_projector_type": "mlp2x_gelu", "mm_resampler_type": None,
    "mm_spatial_pool_mode": "average", "mm_spatial_pool_stride": 2,
    "mm_tunable_parts": "mm_vision_tower,mm_mlp_adapter,mm_language_model", "mm_use_im_patch_token": False,
    "mm_use_im_start_end": False, "mm_vision_select_feature": "patch", "mm_vision_select_layer": -2,
    "mm_vision_tower": "google/" + TOWER, "mm_vision_tower_lr": 2e-06, "model_type": "llava", "pos_skipping_range": 4096,
    "rms_norm_eps": 1e-06, "rope_scaling": None, "sliding_window": 131072, "tie_word_embeddings": False,
    "tokenizer_model_max_length": 32768, "tokenizer_padding_side": "right", "torch_dtype": "float32", "use_cache": True,
    "use_mm_proj": True, "use_pos_skipping": False, "use_sliding_window": False, "vision_tower_pretrained": None, **onevision.TEXT,
}  # fmt: skip
# lmms-eval's settings, those of the other pooling, and LLaVA-OneVision's; each with numbers of frames, widths and heights.
VARIANTS = {
    "average": ({}, [(1, 66, 50), (2, 45, 61), (3, SIDE, SIDE), (5, 90, 20)]),
    "bilinear": ({"mm_spatial_pool_mode": "bilinear"}, [(3, 66, 50)]),
    "one_token": ({"mm_spatial_pool_mode": "bilinear", "mm_newline_position": "one_token"}, [(3, 66, 50)]),
}
PICTURE = "wide.png"


def module(name: str, **names) -> types.ModuleType:
    made = sys.modules[name] = types.ModuleType(name)
    made.__dict__.update(names)
    return made


def authors(clone: Path) -> tuple[type, type, types.ModuleType]:
    """(their model's base, their tower, their functions of pictures)"""
    module("llava")
    module("llava.utils", rank0_print=lambda *_: None)
    module("llava.constants", IMAGE_TOKEN_INDEX=AUTHORS_IMAGE)
    pictures = module("llava.mm_utils")
    exec(source(clone, "llava/mm_utils.py"), pictures.__dict__)
    encoder = module("llava_siglip_encoder")
    text, changed = re.subn(r"== 729\b", "== self.num_patches", source(clone, "llava/model/multimodal_encoder/siglip_encoder.py"))
    assert changed == 2
    exec(text, encoder.__dict__)
    names = {
        "ABC": ABC, "abstractmethod": abstractmethod, "math": math, "re": re, "torch": torch, "nn": nn, "IGNORE_INDEX": -100,
        "IMAGE_TOKEN_INDEX": AUTHORS_IMAGE, "get_anyres_image_grid_shape": pictures.get_anyres_image_grid_shape,
        "rank0_print": lambda *_: None, "rank_print": lambda *_: None,
    }  # fmt: skip
    found = functions(source(clone, "llava/model/llava_arch.py"), ["unpad_image", "LlavaMetaForCausalLM"], names)
    return found["LlavaMetaForCausalLM"], encoder, pictures


class Small(nn.Module):
    """The parts as their LlavaQwenForCausalLM has them: what `get_model` returns."""

    def __init__(self, encoder: types.ModuleType, folder: Path):
        super().__init__()
        decoder = Qwen2ForCausalLM(Qwen2Config(tie_word_embeddings=False, **onevision.TEXT)).float().eval()
        self.layers, self.embed_tokens, self.norm = decoder.model.layers, decoder.model.embed_tokens, decoder.model.norm
        width = onevision.TEXT["hidden_size"]
        self.mm_projector = nn.Sequential(nn.Linear(VISION["hidden_size"], width), nn.GELU(), nn.Linear(width, width))
        self.image_newline = nn.Parameter(torch.zeros(width))
        self.vision_tower = encoder.SigLipVisionTower(str(folder), None)
        self.vision_tower.config = encoder.SigLipVisionConfig(**VISION)
        self.lm_head = decoder.lm_head
        self.decoder = [decoder]  # not twice among the parameters
        self.config = types.SimpleNamespace(  # what random_weights asks for
            vision_config=types.SimpleNamespace(num_hidden_layers=VISION["num_hidden_layers"] - 1),
            text_config=types.SimpleNamespace(tie_word_embeddings=False),
        )

    def get_vision_tower(self):
        return self.vision_tower


def write_tower(encoder: types.ModuleType, folder: Path) -> None:
    """A SigLIP of as many layers as its folder states; their tower leaves out the last one."""
    torch.manual_seed(5)
    encoder.SigLipVisionModel(encoder.SigLipVisionConfig(**VISION)).save_pretrained(folder)
    write_json(folder / "config.json", {"model_type": "siglip", "vision_config": VISION})


class Model:
    """Answers as their `generate`: embeddings in, tokens out."""

    def __init__(self, base: type, small: Small, settings: dict):
        config = types.SimpleNamespace(**settings)

        class Causal(base):
            device, dtype = torch.device("cpu"), torch.float32

            def get_model(self):
                return small

        self.causal, self.small = Causal(), small
        self.causal.config, self.causal.model = config, small

    def embeddings(self, ids: list[int], pixels: torch.Tensor, modality: str, sizes: list) -> torch.Tensor:
        row = torch.tensor([ids])
        return self.causal.prepare_inputs_labels_for_multimodal(row, None, None, None, None, [pixels], [modality], sizes)[4]

    def answer(self, embedded: torch.Tensor) -> tuple[dict, torch.Tensor]:
        ids, margins, first = [], [], None
        for _ in range(STEPS):
            said = self.small.embed_tokens(torch.tensor([ids], dtype=torch.long))
            logits = self.small.decoder[0](inputs_embeds=torch.cat([embedded, said], dim=1)).logits[0, -1]
            first = logits if first is None else first
            top = logits.topk(2)
            ids.append(int(top.indices[0]))
            margins.append(round(float(top.values[0] - top.values[1]), 5))
            if ids[-1] == onevision.EOS:
                break
        return {"greedy": ids, "margins": margins}, first


@torch.no_grad()
def case(model: Model, ids: list[int], pixels: torch.Tensor, modality: str, sizes: list) -> tuple[dict, dict]:
    embedded = model.embeddings(ids, pixels, modality, sizes)
    slot, tokens = ids.index(AUTHORS_IMAGE), embedded.shape[1] - len(ids) + 1
    said, logits = model.answer(embedded)
    own = [IMAGE if token == AUTHORS_IMAGE else token for token in ids]
    return (
        {"ids": own, "pixels": [digest(one) for one in pixels], "tokens": tokens} | said,
        {"features": embedded[0, slot : slot + tokens], "logits": logits},
    )  # fmt: skip


def write_checkpoint(folder: Path, small: Small) -> None:
    named = {name if name.startswith("lm_head") else f"model.{name}": part for name, part in small.named_parameters()}
    write_single(folder, {name: part.detach().contiguous() for name, part in named.items()})
    write_json(folder / "config.json", FLAT)
    write_json(
        folder / "generation_config.json",
        {"bos_token_id": onevision.END, "eos_token_id": [onevision.EOS, onevision.END], "pad_token_id": onevision.END},
    )
    (folder / TOWER).mkdir()
    write_json(folder / TOWER / "config.json", {"model_type": "siglip", "vision_config": VISION})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("goldens", type=Path)
    parser.add_argument("--next", type=Path, required=True)
    arguments = parser.parse_args()
    output = arguments.goldens / "llava-video"
    shutil.rmtree(output, ignore_errors=True)
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    template = onevision.prompt(arguments.next)
    base, encoder, pictures = authors(arguments.next)
    folder = output / "checkpoint"
    assert len(onevision.write_tokenizer(folder, SPECIALS)) == IMAGE
    with tempfile.TemporaryDirectory() as tower:
        write_tower(encoder, Path(tower))
        small = Small(encoder, Path(tower))
    assert len(small.vision_tower.vision_tower.vision_model.encoder.layers) == VISION["num_hidden_layers"] - 1
    random_weights(small, seed=59, gains=GAINS)
    small.requires_grad_(False)
    write_checkpoint(folder, small)
    ids = pictures.tokenizer_image_token(template.format(QUESTION), AutoTokenizer.from_pretrained(folder))
    images = encoder.SigLipImageProcessor(size=(SIDE, SIDE), crop_size={"height": SIDE, "width": SIDE})
    cases, tensors = {}, {}
    for name, (overrides, videos) in VARIANTS.items():
        model = Model(base, small, FLAT | overrides)
        cases[name] = {"overrides": overrides, "videos": {}}
        for frames, width, height in videos:
            pixels = images.preprocess(video(frames, width, height), return_tensors="pt")["pixel_values"]
            made, own = case(model, ids, pixels, "video", None)
            cases[name]["videos"][str(frames)] = {"width": width, "height": height} | made
            tensors |= {f"{name}/{frames}/{key}": tensor for key, tensor in own.items()}
    with Image.open(arguments.goldens / "images" / PICTURE) as opened:
        shown = opened.convert("RGB")
    pixels = pictures.process_images([shown], images, types.SimpleNamespace(**FLAT))[0]
    picture, own = case(Model(base, small, FLAT), ids, pixels, "image", [shown.size])
    tensors |= {f"picture/{key}": tensor for key, tensor in own.items()}
    save_file({n: t.detach().contiguous() for n, t in tensors.items()}, output / "llava-video.safetensors")
    versions = {m.__name__: m.__version__ for m in (torch, transformers, np)}
    write_golden(
        output / "llava-video.json",
        {"command": "make_llava_video_goldens.py GOLDENS --next CLONE", "versions": versions}
        | {"revisions": {"LLaVA-VL/LLaVA-NeXT": revision(arguments.next)}, "template": template, "cases": cases}
        | {"picture": {"file": PICTURE} | picture},
    )  # fmt: skip
    for file in output.rglob("*"):
        if file.is_file():
            file.chmod(0o644)


if __name__ == "__main__":
    main()
