"""Runs the official code of ToMe, FlowCut and VScan on small towers, and writes what they leave of images.

    python make_inside_goldens.py GOLDENS --clones FOLDER --mini FOLDER

FOLDER of clones: facebookresearch/ToMe, TungChintao/FlowCut and Tencent/SelfEvolvingAgent, each under the last part of its
name, bare or not. `--mini`: conf/mini-llava. GOLDENS holds checkpoints/, images/, model/ and rivals/; inside/ is written.
fp32 on the CPU.

`sharp` says that the official code decides the same in double precision and with six draws of noise of 3e-6 on the
numbers that it gets; otherwise another correct program may differ.
"""

import argparse
import copy
import math
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from inside import Inside, Left
from make_goldens import versions
from make_rival_goldens import INPUTS, MINI_IMAGES, budgets, normalised
from tiny_llava import load_reference, write_golden

SHAKES = 6
NOISE = 3e-6
EVERY = 5  # of the rows, one of so many is written


def merged(patches: int, layers: int, tokens: int) -> list[int] | None:
    """Pairs by layer, as equal as can be, the larger numbers first."""
    for total in range(layers * (patches // 2) + 1):
        found, left = [], patches
        for layer in range(layers):
            found.append(min(total // layers + (layer < total % layers), left // 2))
            left -= found[-1]
        if left == tokens:
            return found
    return None


def shaken(x: torch.Tensor, seed: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return x.double() * (1 + NOISE * torch.randn(x.shape, generator=generator, dtype=torch.float64))


def sharp(first: Left, others: list[Left]) -> bool:
    return all(other.kept == first.kept and other.made == first.made for other in others)


def alike(first: Left, others: list[Left]) -> bool:
    size = 1e-3 * float(first.rows.abs().max())
    return all(torch.allclose(other.rows.float(), first.rows, rtol=0, atol=size) for other in others)


@torch.no_grad()
def tower_case(inside: Inside, model, key: str, pixels: torch.Tensor, tensors: dict) -> dict:
    tower = model.vision_tower if hasattr(model, "vision_tower") else model.model.vision_tower
    projector = model.multi_modal_projector if hasattr(model, "multi_modal_projector") else model.model.multi_modal_projector
    vision, wide = tower.vision_model, copy.deepcopy(tower.vision_model).double()
    first = vision.pre_layrnorm(vision.embeddings(pixels))
    starts = [first.double()] + [shaken(first, seed) for seed in range(SHAKES)]
    layers, patches = len(vision.encoder.layers), first.shape[1] - 1
    tower.set_attn_implementation("eager")
    output = tower(pixels, output_hidden_states=True, output_attentions=True)
    attentions = torch.stack([row[0, :, 0, 1:] for row in output.attentions])
    shallow = max(0, math.floor(6 * layers / 24 + 0.5) - 1)
    methods = {}

    def add(spec: str, left: Left, others: list[Left]):
        methods[spec] = {"tokens": len(left.rows), "kept": left.kept, "sharp": sharp(left, others) and alike(left, others)}
        tensors[f"{key}/{spec}"] = left.rows[::EVERY].contiguous()

    for tokens in budgets(patches):
        pairs = merged(patches, layers - 1, tokens)
        if pairs is not None:
            run = inside.tome(vision.encoder.layers[:-1], first, pairs)
            add(f"tome:tokens={tokens}", run, [inside.tome(wide.encoder.layers[:-1], x, pairs) for x in starts])
        run = inside.flowcut(vision.encoder.layers, first, tokens)
        add(f"flowcut:tokens={tokens}", run, [inside.flowcut(wide.encoder.layers, x, tokens) for x in starts])
        if math.isqrt(patches) % 4 == 0 and tokens >= 32:  # their code fails where a window gives no token
            seen = (output.hidden_states[-2][0, 1:], attentions)
            run = inside.vscan(*seen, projector, tokens, shallow)
            double = copy.deepcopy(projector).double()
            draws = [tuple(x.double() for x in seen)] + [tuple(shaken(x, s) for x in seen) for s in range(SHAKES)]
            others = [inside.vscan(*draw, double, tokens, shallow) for draw in draws]
            add(f"vscan:after=1,before={tokens}", run, others)
    return {"name": key, "methods": methods}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("goldens", type=Path)
    parser.add_argument("--clones", type=Path, required=True)
    parser.add_argument("--mini", type=Path, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    inside = Inside(arguments.clones)
    tensors: dict[str, torch.Tensor] = {}
    towers = []
    for name in ("mha", "gqa", "bf16"):
        model = load_reference(arguments.goldens / "checkpoints" / name)
        held = load_file(arguments.goldens / "model" / f"{name}.safetensors")
        for one in INPUTS:
            case = tower_case(inside, model, f"{name}/{one}", normalised(held[f"{one}/pixels"]), tensors)
            towers.append({"checkpoint": name, "input": one} | case)
    model = load_reference(arguments.mini)
    held = load_file(arguments.goldens / "rivals" / "rivals.safetensors")
    for one in MINI_IMAGES:
        key = f"mini/{one}"
        case = tower_case(inside, model, key, normalised(held[f"{key}/pixels"]), tensors)
        towers.append({"checkpoint": "mini", "input": one} | case)
    target = arguments.goldens / "inside"
    target.mkdir(exist_ok=True)
    written = {
        "command": "make_inside_goldens.py",
        "versions": versions(),
        "revisions": inside.revisions(),
        "every": EVERY,
        "towers": towers,
    }
    write_golden(target / "inside.json", written)
    save_file(tensors, target / "inside.safetensors")
    for row in towers:
        print(row["name"], len(row["methods"]), [spec for spec, found in row["methods"].items() if not found["sharp"]])


if __name__ == "__main__":
    main()
