"""Runs the official code of MMTok, TRIM and CDPruner on random tensors and after small towers.

    python make_question_goldens.py GOLDENS --clones FOLDER --mini FOLDER

FOLDER of clones: MMTok, TRIM, CDPruner, bare or not. `--mini`: conf/mini-llava. GOLDENS holds checkpoints/ and model/
(make_checkpoints.py, make_goldens.py) and clips/ (make_clips.py); questions/ is written. fp32 on the CPU. `sharp` as in
make_rival_goldens.py.
"""

import argparse
import copy
import json
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from transformers import CLIPTextModelWithProjection, CLIPTokenizerFast, LlamaTokenizerFast

from questions import Clip, OfficialQuestions
from reference import (
    MINI_IMAGES, RANDOM_NOISE, TOWER_NOISE, budgets, draws, halves, normalised, pixels_of, processor_of, write,
)  # fmt: skip
from tiny_llava import load_reference

QUESTIONS = [
    "Is there a dog in the image?\nAnswer the question using a single word or phrase.",
    "What color is the car, and where is the 2nd bus_stop?\nAnswer with the option's letter from the given choices directly.",
    "Who is he?",
    "Überall – what's the ½ RED circle’s colour, 日本 or İstanbul? " + "Describe the kite and the vase in detail. " * 6,
]
# width, height, side, patch
SIZES = [(336, 336, 336, 14), (640, 480, 336, 14), (480, 640, 336, 14), (1000, 37, 336, 14), (3, 500, 168, 14),
         (501, 500, 168, 14), (640, 427, 96, 4), (333, 500, 98, 14), (7, 8, 336, 14), (1, 5000, 336, 14)]  # fmt: skip
RANDOM = [("n1", 1, 8, 6, 2, 50), ("n4", 4, 8, 6, 1, 51), ("n49", 49, 16, 12, 5, 52), ("n144", 144, 16, 24, 9, 53),
          ("n576", 576, 16, 24, 3, 54)]  # fmt: skip


def clip_of(folder: Path) -> Clip:
    """Both halves by transformers' own classes, from the folder's files."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    text = CLIPTextModelWithProjection.from_pretrained(folder).float().eval()
    file = folder / "model.safetensors"
    tensors = load_file(file) if file.is_file() else torch.load(folder / "pytorch_model.bin", weights_only=True)
    width, space = config["vision_config"]["hidden_size"], config["projection_dim"]
    norm = torch.nn.LayerNorm(width, eps=config["vision_config"].get("layer_norm_eps", 1e-5))
    norm.load_state_dict({k: tensors[f"vision_model.post_layernorm.{k}"].float() for k in ("weight", "bias")})
    projection = torch.nn.Linear(width, space, bias=False)
    projection.load_state_dict({"weight": tensors["visual_projection.weight"].float()})
    return Clip(CLIPTokenizerFast.from_pretrained(folder), text, norm.eval(), projection.eval())


def double(clip: Clip) -> Clip:
    """In double precision where patches are concerned; CDPruner's own code asks for `.float()` in front of it."""
    return Clip(clip.tokenizer, clip.text, copy.deepcopy(clip.norm).double(), copy.deepcopy(clip.projection).double())


def sharp(run, noise: float, tensors: list, kept: list[int]) -> bool:
    return all(run(*drawn) == kept for drawn in draws(tensors, noise))


def methods(official, seen: dict, noise: float, key: str, tensors: dict) -> dict:
    """seen: features [N, C], projected [N, D], words [m, D], trim [P], pieces [M, P], clip."""
    count = len(seen["features"])
    found = {}
    wide = double(seen["clip"])
    inputs = [seen["words"], seen["projected"], seen["features"]]
    for tokens in budgets(count):
        for alpha in (0.5, 0.9):
            def mmtok(words, projected, features, tokens=tokens, alpha=alpha):
                return official.mmtok(words, projected, features, tokens, alpha)

            kept = mmtok(*inputs)
            name = f"mmtok:tokens={tokens}" if alpha == 0.5 else f"mmtok:alpha={alpha},tokens={tokens}"
            found[name] = {"kept": kept, "sharp": sharp(mmtok, noise, inputs, kept)}
    # No more than the cosines' rank: beyond it, CDPruner's code chooses by rounding errors.
    rank = seen["projected"].shape[1]
    for tokens in sorted({max(1, min(count, rank // part)) for part in (2, 4, 8)}):

        def cdpruner(features, projected, pieces, tokens=tokens):
            precise = features.dtype == torch.float64
            clip = wide if precise else seen["clip"]
            embeds = clip.projection(clip.norm(features))
            return official.cdpruner(features, embeds, pieces, lambda _: projected[None], tokens)

        pair = [seen["features"], seen["projected"], seen["pieces"]]
        kept = cdpruner(*pair)
        found[f"cdpruner:tokens={tokens}"] = {"kept": kept, "sharp": sharp(cdpruner, noise, pair, kept)}
    for ratio in (-1, 0.125, 0.4):
        if count * ratio == count:
            continue

        def trim(features, text, ratio=ratio):
            return official.trim(features, text, wide, ratio)[0]

        pair = [seen["features"].double(), seen["trim"].double()]
        try:
            kept, rows = official.trim(*pair, wide, ratio)
        except RuntimeError:
            continue  # their code fails where no patch is kept
        name = "trim" if ratio < 0 else f"trim:ratio={ratio}"
        found[name] = {"kept": kept, "sharp": sharp(trim, noise, [seen["features"], seen["trim"]], kept)}
        tensors[f"{key}/{name}"] = rows[-1:].float().contiguous()
    return found


@torch.no_grad()
def random_case(official, name: str, patches: int, width: int, out: int, rows: int, seed: int, tensors: dict) -> dict:
    generator = torch.Generator().manual_seed(seed)

    def draw(*shape):
        return torch.randn(*shape, generator=generator)

    norm, projection = torch.nn.LayerNorm(width), torch.nn.Linear(width, 10, bias=False)
    projection.weight.copy_(draw(10, width) / width**0.5)
    features = draw(patches, width) + 0.5 * draw(1, width)
    seen = {
        "features": features,
        "projected": draw(patches, out),
        "words": draw(rows, out),
        "trim": 1.5 * draw(10),
        "pieces": draw(1 + rows % 3, 10),
        "clip": Clip(None, None, norm, projection),
    }
    embeds = projection(norm(features))
    tensors[f"{name}/features"] = features.contiguous()
    tensors[f"{name}/projected"] = seen["projected"]
    tensors[f"{name}/words"] = seen["words"]
    tensors[f"{name}/trim_products"] = (embeds @ seen["trim"]).contiguous()
    unit = F.normalize(embeds, dim=-1)
    tensors[f"{name}/piece_cosines"] = (F.normalize(seen["pieces"], dim=-1) @ unit.T).contiguous()
    return {"name": name, "patches": patches, "methods": methods(official, seen, RANDOM_NOISE, name, tensors)}


@torch.no_grad()
def look(model, pixels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """(features [T, C] with CLS, projected patches [N, D])"""
    tower, projector = halves(model)
    features = tower(pixels, output_hidden_states=True).hidden_states[-2][0]
    return features, projector(features[1:])


@torch.no_grad()
def tower_case(official, model, tokenizer, clip: Clip, key: str, pixels: torch.Tensor, question: str, tensors: dict) -> dict:
    features, projected = look(model, pixels)
    keywords = official.keywords(question)
    ids, words = official.words(keywords, tokenizer, model.get_input_embeddings())
    trim = official.trim_text(question, clip, features)
    asked = official.cdpruner_question(question)
    embeds, pieces = official.cdpruner_texts(asked, clip, features)
    tensors[f"{key}/trim_text"] = trim.contiguous()
    tensors[f"{key}/pieces"] = pieces.contiguous()
    tensors[f"{key}/clip_patches"] = embeds[::7].contiguous()
    tensors[f"{key}/word_cosines"] = (F.normalize(words, dim=-1) @ F.normalize(projected, dim=-1).T)[:, ::7].contiguous()
    tensors[f"{key}/trim_products"] = (embeds @ trim)[::7].contiguous()
    seen = {"features": features[1:], "projected": projected, "words": words, "trim": trim, "pieces": pieces, "clip": clip}
    return {
        "name": key, "question": question, "keywords": keywords, "word_ids": ids,
        "clip_ids": clip.tokenizer(question)["input_ids"],
        "methods": methods(official, seen, TOWER_NOISE, key, tensors),
    }  # fmt: skip


def ranges(indices: list[int]) -> list[list[int]]:
    found = []
    for index in indices:
        if found and found[-1][1] == index:
            found[-1][1] += 1
        else:
            found.append([index, index + 1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("goldens", type=Path)
    parser.add_argument("--clones", type=Path, required=True)
    parser.add_argument("--mini", type=Path, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    goldens = arguments.goldens
    official = OfficialQuestions(arguments.clones)
    tensors: dict[str, torch.Tensor] = {}
    cases = [random_case(official, *row, tensors) for row in RANDOM]
    towers = []
    held = load_file(goldens / "model" / "mha.safetensors")
    model, clip = load_reference(goldens / "checkpoints" / "mha"), clip_of(goldens / "clips" / "mha")
    tokenizer = LlamaTokenizerFast.from_pretrained(goldens / "checkpoints" / "mha")
    for i, question in enumerate(QUESTIONS):
        name = ("wide.png@pad", "rgba.png@crop")[i % 2]
        case = tower_case(official, model, tokenizer, clip, f"mha/{i}", normalised(held[f"{name}/pixels"]), question, tensors)
        towers.append({"checkpoint": "mha", "input": name} | case)
    model, clip = load_reference(arguments.mini), clip_of(goldens / "clips" / "mini")
    tokenizer, processor = LlamaTokenizerFast.from_pretrained(arguments.mini), processor_of(arguments.mini)
    for i, (question, name) in enumerate(zip(QUESTIONS, MINI_IMAGES)):
        normal, _ = pixels_of(processor, goldens / "images" / name, "pad")
        case = tower_case(official, model, tokenizer, clip, f"mini/{i}", normal, question, tensors)
        towers.append({"checkpoint": "mini", "input": name} | case)
    facts = {
        "command": "make_question_goldens.py",
        "revisions": official.revisions,
        "padding": [{"size": list(size), "ranges": ranges(official.padding(*size))} for size in SIZES],
        "cases": cases,
        "towers": towers,
    }
    write(goldens, "questions/questions", facts, tensors)
    for row in cases + towers:
        print(row["name"], len(row["methods"]), [spec for spec, found in row["methods"].items() if not found["sharp"]])


if __name__ == "__main__":
    main()
