"""Runs the official code of ToMe, FlowCut and VScan on small towers, and writes what they leave of images.

    python make_inside_goldens.py GOLDENS --clones FOLDER --mini FOLDER

FOLDER of clones: facebookresearch/ToMe, TungChintao/FlowCut and Tencent/SelfEvolvingAgent, each under the last part of its
name, bare or not. `--mini`: conf/mini-llava. GOLDENS holds checkpoints/, images/ and model/; inside/ is written.
fp32 on the CPU.

`sharp` says that the official code decides the same in double precision and with six draws of noise of 3e-6 on the
numbers that it gets; otherwise another correct program may differ.
"""

import argparse
import copy
import math
from pathlib import Path

import torch

from inside import Inside, Left
from reference import TOWER_NOISE, budgets, draws, halves, normalised, towers, write

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


def alike(first: Left, other: Left) -> bool:
    size = 1e-3 * float(first.rows.abs().max())
    same = (other.kept, other.made) == (first.kept, first.made)
    return same and torch.allclose(other.rows.float(), first.rows, rtol=0, atol=size)


@torch.no_grad()
def methods_of(inside: Inside, model, pixels: torch.Tensor, key: str, tensors: dict) -> dict:
    tower, projector = halves(model)
    vision, wide = tower.vision_model, copy.deepcopy(tower.vision_model).double()
    first = vision.pre_layrnorm(vision.embeddings(pixels))
    starts = [x for (x,) in draws([first], TOWER_NOISE)]
    layers, patches = len(vision.encoder.layers), first.shape[1] - 1
    tower.set_attn_implementation("eager")
    output = tower(pixels, output_hidden_states=True, output_attentions=True)
    attentions = torch.stack([row[0, :, 0, 1:] for row in output.attentions])
    shallow = max(0, math.floor(6 * layers / 24 + 0.5) - 1)
    methods = {}

    def add(spec: str, left: Left, others: list[Left]):
        sharp = all(alike(left, other) for other in others)
        methods[spec] = {"tokens": len(left.rows), "kept": left.kept, "sharp": sharp}
        tensors[f"{key}/{spec}"] = left.rows[::EVERY].contiguous()

    for tokens in budgets(patches):
        pairs = merged(patches, layers - 1, tokens)
        if pairs is not None:
            run = inside.tome(vision.encoder.layers[:-1], first, pairs)
            add(f"tome:tokens={tokens}", run, [inside.tome(wide.encoder.layers[:-1], x, pairs) for x in starts])
        run = inside.flowcut(vision.encoder.layers, first, tokens)
        add(f"flowcut:tokens={tokens}", run, [inside.flowcut(wide.encoder.layers, x, tokens) for x in starts])
        if math.isqrt(patches) % 4 == 0 and tokens >= 32:  # their code fails where a window gives no token
            seen = [output.hidden_states[-2][0, 1:], attentions]
            run = inside.vscan(*seen, projector, tokens, shallow)
            double = copy.deepcopy(projector).double()
            others = [inside.vscan(*drawn, double, tokens, shallow) for drawn in draws(seen, TOWER_NOISE)]
            add(f"vscan:after=1,before={tokens}", run, others)
    return methods


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("goldens", type=Path)
    parser.add_argument("--clones", type=Path, required=True)
    parser.add_argument("--mini", type=Path, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    inside = Inside(arguments.clones)
    tensors: dict[str, torch.Tensor] = {}
    cases = [
        case | {"methods": methods_of(inside, model, normalised(raw), case["name"], tensors)}
        for case, model, raw in towers(arguments.goldens, arguments.mini)
    ]
    facts = {
        "command": "make_inside_goldens.py",
        "revisions": inside.revisions,
        "every": EVERY,
        "towers": cases,
    }
    write(arguments.goldens, "inside/inside", facts, tensors)
    for row in cases:
        print(row["name"], len(row["methods"]), [spec for spec, found in row["methods"].items() if not found["sharp"]])


if __name__ == "__main__":
    main()
