"""Writes what small models make of a picture when their towers see some blocks of its pixels alone.

    python make_pixel_goldens.py GOLDENS --pixelprune CLONE

CLONE: OPPO-Mente-Lab/PixelPrune. Reads checkpoints of Qwen3-VL, Qwen2-VL, LLaVA-1.5 and LLaVA-OneVision in GOLDENS, writes
GOLDENS/pixelprune/page.png and towers.* by transformers 4.57.1 with its slow image processor, fp32 on the CPU. The authors' selectors
choose blocks of pixels; the tower's own modules then run over their patches, with positions and turns of the whole picture's. Rows of
Qwen's decoder are left out by hand, as make_qwen3_goldens.py does it; LLaVA's take consecutive positions. Of LLaVA-OneVision,
without the norm that make_onevision_goldens.py leaves out, the learned rows of its tiles are left out too.
"""

import argparse
import json
import typing
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch
import transformers
from PIL import Image
from safetensors.torch import save_file
from torch.utils.flop_counter import FlopCounterMode
from transformers import (
    AutoTokenizer, GenerationConfig, LlavaOnevisionForConditionalGeneration, Qwen2VLForConditionalGeneration,
    Qwen2VLImageProcessor, Qwen3VLForConditionalGeneration,
)  # fmt: skip
from transformers.image_processing_utils import select_best_resolution

import make_onevision_goldens
import make_qwen3_goldens
import make_qwen_goldens
from clones import functions, revision, source
from make_family_goldens import QUESTION, rgb
from make_goldens import TEMPLATES
from make_qwen_goldens import IMAGE, PICTURE, greedy, made, pixels_of, steps
from reference import NEW_TOKENS, decode, embed, pixels_of as square_pixels, processor_of
from tiny_llava import load_reference, write_golden

MODELS = ["qwen3/tied", "qwen3/untied", "qwen/qwen2_vl/tied", "qwen/qwen2_vl/untied"]
SQUARES = ["checkpoints/mha", "checkpoints/gqa", "onevision/untied"]
# Threshold of the authors' selector by spec; 12.5 of 255 levels where 1 is 127.5 of them.
SPECS = {
    "pixelprune": ("anchored", 0.0),
    "pixelprune:tau=0.1": ("anchored", 0.1),
    "pixelprune:predictor=sliding,tau=0.1": ("sliding", 0.1),
    "pixelprune:predictor=raster": ("raster", 0.0),
    "pixelprune:steps=12": ("anchored", 12.5 / 127.5),
}
PAGE = (72, 48)


def page(width: int, height: int) -> np.ndarray:
    """Strokes on white paper, beside a picture of slowly rising values."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    ink = (y >= 13) & (y < 21) & (x >= 14) & (x < 40) & (7 * x % 11 < 4)
    picture = (x >= width // 2) & (y >= height // 4)
    return np.where(picture, 100 + x // 2 + y // 2 + 9 * c, np.where(ink, 20, 255)).astype(np.uint8)


class Selectors:
    def __init__(self, clone: Path):
        names = vars(typing) | {"torch": torch}
        self.planes = functions(
            source(clone, "pixelprune/methods/pred_2d.py"),
            ["_sim2d", "Pred2DSelector._select_2d_loco_fast", "Pred2DSelector._select_2d_loco_anchored"], dict(names),
        )  # fmt: skip
        self.lines = functions(
            source(clone, "pixelprune/dedup.py"), ["_reduce_distance", "_compute_adjacent_diff", "deduplicate_consecutive"],
            dict(names),
        )  # fmt: skip

    def kept(self, blocks: torch.Tensor, rows: int, cols: int, walk: str, threshold: float) -> list[int]:
        """Of blocks [N, values] in raster order."""
        if walk == "raster":
            return self.lines["deduplicate_consecutive"](blocks, "max", threshold)[0].tolist()
        name = "_select_2d_loco_fast" if walk == "sliding" or threshold == 0 else "_select_2d_loco_anchored"
        settings = SimpleNamespace(method="max", threshold=threshold)
        return self.planes[name](settings, blocks, rows, cols, blocks.device).tolist()


def tower(visual, pixels: torch.Tensor, grid: torch.Tensor, kept: list[int]) -> list[torch.Tensor]:
    """The merger's rows of the kept blocks, and those of earlier layers."""
    patches = (4 * torch.tensor(kept)[:, None] + torch.arange(4)).flatten()
    turns = visual.rot_pos_emb(grid)[patches]
    angles = torch.cat([turns, turns], dim=-1)
    with FlopCounterMode(display=False) as counted:
        x = visual.patch_embed(pixels[patches])
        if hasattr(visual, "fast_pos_embed_interpolate"):
            x = x + visual.fast_pos_embed_interpolate(grid)[patches]
        segment = torch.tensor([0, len(x)], dtype=torch.int32)
        levels, deeper = [], getattr(visual, "deepstack_visual_indexes", [])
        for number, block in enumerate(visual.blocks):
            x = block(x, cu_seqlens=segment, position_embeddings=(angles.cos(), angles.sin()))
            if number in deeper:
                levels.append(visual.deepstack_merger_list[deeper.index(number)](x))
        rows = visual.merger(x)
    return [rows, *levels], counted.get_total_flops()


def said(model, ids: list[int], grid: torch.Tensor, kept: list[int], streams: list[torch.Tensor]) -> dict:
    """The answer with the kept blocks' rows at their places; the text stays where it was."""
    count = int(grid.prod() // 4)
    expanded = [token for one in ids for token in ([one] * count if one == IMAGE else [one])]
    positions, delta = model.model.get_rope_index(torch.tensor([expanded]), grid)
    image = torch.tensor(expanded) == IMAGE
    left = ~image
    left[image.nonzero()[kept, 0]] = True
    rows = model.get_input_embeddings()(torch.tensor(expanded)).clone()
    rows[image & left] = streams[0]
    deeper = {}
    if len(streams) > 1:
        deeper = {"visual_pos_masks": image[left][None], "deepstack_visual_embeds": streams[1:]}
    out = model.model.language_model(
        inputs_embeds=rows[left][None], position_ids=positions[:, :, left], use_cache=True, **deeper
    )
    logits = model.lm_head(out.last_hidden_state[0, -1])
    return greedy(steps(model, logits, out.past_key_values, len(expanded) + int(delta)))


@torch.no_grad()
def case(model, processor, tokenizer, prompt: str, picture: np.ndarray, selectors: Selectors, specs: list[str]):
    pixels, grid = pixels_of(processor, picture)
    rows, cols = (grid[0, 1:] // 2).tolist()
    ids = tokenizer(prompt.format(PICTURE, QUESTION))["input_ids"]
    whole = model.model.visual(pixels, grid_thw=grid)
    whole = [whole[0], *whole[1]] if isinstance(whole, tuple) else [whole]
    assert all(torch.equal(*two) for two in zip(whole, tower(model.model.visual, pixels, grid, list(range(rows * cols)))[0]))
    written, tensors = {}, {}
    for spec in specs:
        kept = selectors.kept(pixels.view(rows * cols, -1), rows, cols, *SPECS[spec])
        streams, flops = tower(model.model.visual, pixels, grid, kept)
        answer = said(model, ids, grid, kept, streams)
        tensors[f"{spec}/features"] = torch.cat(streams, dim=1)
        tensors[f"{spec}/logits"] = answer.pop("logits")
        written[spec] = {"grid": [rows, cols], "kept": kept, "flops": flops} | answer
    return written, tensors


def patches_of(model, pixels: torch.Tensor) -> torch.Tensor:
    """[N, 3, P, P] of a view [3, S, S], in raster order."""
    size = model.config.vision_config.patch_size
    return pixels.unfold(1, size, size).unfold(2, size, size).permute(1, 2, 0, 3, 4).flatten(0, 1)


def square_rows(model, pixels: torch.Tensor, kept: list[int]) -> torch.Tensor:
    """Projected rows of a view's kept patches; the class token, where there is one, is in the tower with them."""
    vision = model.model.vision_tower.vision_model
    places, layers = vision.embeddings.position_embedding.weight, vision.encoder.layers
    x = vision.embeddings.patch_embedding(patches_of(model, pixels)[kept]).flatten(1)
    clip = hasattr(vision.embeddings, "class_embedding")
    if clip:
        x = torch.cat([vision.embeddings.class_embedding[None], x]) + places[[0, *(1 + patch for patch in kept)]]
        x = vision.pre_layrnorm(x)
    else:
        x = x + places[kept]
    x = x[None]
    for layer in layers[: len(layers) + 1 + model.config.vision_feature_layer]:
        x = layer(x, None, None)[0] if clip else layer(x, None)
    return model.model.multi_modal_projector(x[0, int(clip) :])


def place(patch: int, side: int, columns: int) -> tuple[int, int]:
    """Line and column at which a patch is fed, numbered through all views: the whole image, then the whole grid of tiles."""
    view, own = divmod(patch, side * side)
    if view == 0:
        return -1, own
    return (view - 1) // columns * side + own // side, (view - 1) % columns * side + own % side


@torch.no_grad()
def square_case(model, views: torch.Tensor, columns: int, prompt: list[int], selectors: Selectors, specs: list[str]):
    """views: [V, 3, S, S], the whole image and its tiles in `columns`; the tower sees each by itself."""
    model.set_attn_implementation("eager")  # fused attention is not counted
    vision = model.config.vision_config
    side = vision.image_size // vision.patch_size
    layer = model.model.vision_tower(views, output_hidden_states=True).hidden_states[model.config.vision_feature_layer]
    for view, whole in zip(views, model.model.multi_modal_projector(layer[:, -side * side :])):
        assert torch.allclose(square_rows(model, view, list(range(side * side))), whole, rtol=1e-5, atol=1e-5)
    written, tensors = {}, {}
    for spec in specs:
        kept = [selectors.kept(patches_of(model, view).flatten(1), side, side, *SPECS[spec]) for view in views]
        with FlopCounterMode(display=False) as counted:
            rows = torch.cat([square_rows(model, view, own) for view, own in zip(views, kept)])
        numbered = [view * side * side + patch for view, own in enumerate(kept) for patch in own]
        fed = sorted(numbered, key=lambda patch: place(patch, side, columns))
        rows = rows[[numbered.index(patch) for patch in fed]]
        answer, logits = decode(model, {"inputs_embeds": embed(model, prompt, rows)}, max_new_tokens=NEW_TOKENS)
        tensors[f"{spec}/features"], tensors[f"{spec}/logits"] = rows, logits
        written[spec] = {"grid": [side, side], "kept": fed, "flops": counted.get_total_flops(), "ids": prompt} | answer
    return written, tensors


def llava(folder: Path, picture: Path) -> tuple:
    """LLaVA-1.5, its view of a picture, the columns of its tiles and the prompt."""
    model = load_reference(folder)
    model.generation_config = GenerationConfig.from_pretrained(folder)
    pixels, _ = square_pixels(processor_of(folder), picture, "pad")
    return model, pixels, 1, TEMPLATES["vicuna_v1"].format("<image>\n" + QUESTION)


def onevision(folder: Path, picture: Path) -> tuple:
    """The same of LLaVA-OneVision, whose tower is SigLIP's."""
    model = LlavaOnevisionForConditionalGeneration.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager")
    model = model.eval().requires_grad_(False)
    make_onevision_goldens.without_norm(model)
    processor = make_onevision_goldens.ChannelsLast.from_pretrained(folder)
    pixels = processor(rgb(picture), input_data_format="channels_last", return_tensors="pt")["pixel_values"][0]
    best = select_best_resolution(rgb(picture).shape[:2], processor.image_grid_pinpoints)
    golden = json.loads((folder.parent / "onevision.json").read_text(encoding="ascii"))
    return model, pixels, best[1] // model.config.vision_config.image_size, golden["template"].format(QUESTION)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("goldens", type=Path)
    parser.add_argument("--pixelprune", type=Path, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    selectors = Selectors(arguments.pixelprune)
    pictures = {"page.png": page(*PAGE), "97x61": made(97, 61)}
    cases, tensors = {}, {}
    for name in MODELS:
        folder = arguments.goldens / name
        third = name.startswith("qwen3")
        kind = Qwen3VLForConditionalGeneration if third else Qwen2VLForConditionalGeneration
        model = kind.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval().requires_grad_(False)
        settings = (make_qwen3_goldens if third else make_qwen_goldens).MODELS[name.split("/", 1)[1]]
        low, high = settings["bounds"]
        colours = {"image_mean": make_qwen3_goldens.MEAN, "image_std": make_qwen3_goldens.MEAN} if third else {}
        processor = Qwen2VLImageProcessor(
            min_pixels=low, max_pixels=high, patch_size=settings["vision"]["patch_size"], merge_size=2, **colours
        )
        tokenizer = AutoTokenizer.from_pretrained(folder)
        prompt = (make_qwen3_goldens if third else make_qwen_goldens).PROMPT
        specs = [spec for spec in SPECS if third or "steps" not in spec]  # where a step is the same in each channel
        cases[name] = {}
        for picture, array in pictures.items():
            some = specs if picture == "page.png" else specs[:1]  # the other keeps all of its blocks
            cases[name][picture], got = case(model, processor, tokenizer, prompt, array, selectors, some)
            tensors |= {f"{name}/{picture}/{key}": tensor.contiguous() for key, tensor in got.items()}
    output = arguments.goldens / "pixelprune"
    Image.fromarray(pictures["page.png"]).save(output / "page.png")
    squares = {}
    for name in SQUARES:
        folder = arguments.goldens / name
        model, views, columns, prompt = (onevision if name.startswith("onevision") else llava)(folder, output / "page.png")
        prompt = AutoTokenizer.from_pretrained(folder)(prompt)["input_ids"]
        squares[name], got = square_case(model, views, columns, prompt, selectors, list(SPECS)[:3])
        tensors |= {f"{name}/page.png/{key}": tensor.contiguous() for key, tensor in got.items()}
    save_file(tensors, output / "towers.safetensors")
    versions = {m.__name__: m.__version__ for m in (torch, transformers, np)}
    revisions = {"PixelPrune": revision(arguments.pixelprune)}
    write_golden(output / "towers.json", {"versions": versions, "revisions": revisions, "cases": cases, "squares": squares})


if __name__ == "__main__":
    main()
