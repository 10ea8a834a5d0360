"""Runs the official code of rival methods on random tensors and on small towers, and writes what it chooses.

    python make_rival_goldens.py GOLDENS --clones FOLDER --mini FOLDER

FOLDER of clones: one per name in rivals.FILES, bare or not. `--mini`: conf/mini-llava. GOLDENS holds checkpoints/, images/
and model/ (make_checkpoints.py, make_image_goldens.py, make_goldens.py); rivals/ is written. fp32 on the CPU; transformers' eager attention.

`sharp` says that the official code chooses the same in double precision and when each number of the evidence is
multiplied by 1 + noise, of 2e-7 for random tensors and of 3e-6 after a tower, where the evidence itself is rounded
differently; otherwise another correct program may differ.
"""

import argparse
import math
from pathlib import Path

import torch
from transformers import LlavaForConditionalGeneration

from reference import RANDOM_NOISE, TOWER_NOISE, budgets, halves, normalised, towers, write
from rivals import Chosen, Official, Seen

# patches, width, decoder's width, heads, seed
RANDOM = [
    ("n1", 1, 8, 6, 2, 10),
    ("n4", 4, 8, 6, 2, 11),
    ("n36", 36, 16, 12, 4, 12),
    ("n49", 49, 16, 12, 4, 13),
    ("n144", 144, 16, 24, 4, 14),
    ("n196", 196, 16, 24, 4, 17),
    ("n576-a", 576, 16, 24, 4, 15),
    ("n576-b", 576, 16, 24, 4, 16),
]

def specs(patches: int, layer: int) -> dict[str, tuple[str, int, dict]]:
    """Canonical spelling -> (name, tokens, keys) of what is run."""
    found = {}
    for tokens in budgets(patches):
        for name in ("fastervlm", "hired", "scope", "holov", "divprune", "visionzip", "prunesid"):
            found[f"{name}:tokens={tokens}"] = (name, tokens, {})
        found[f"divprune:order=picked,tokens={tokens}"] = ("divprune", tokens, {"order": "picked"})
        found[f"hiprune:layer={layer},tokens={tokens}"] = ("hiprune", tokens, {})
        found[f"hiprune:alpha=0.4,layer={layer},tokens={tokens}"] = ("hiprune", tokens, {"alpha": 0.4})
        found[f"holov:runs=5,tokens={tokens}"] = ("holov", tokens, {"runs": 5})
        found[f"vispruner:tokens={tokens}"] = ("vispruner", tokens, {})
        found[f"vispruner:important=0.75,tokens={tokens}"] = ("vispruner", tokens, {"important": 0.75})
    dominant, contextual = max(1, patches // 7), max(1, patches // 12)
    found[f"visionzip:contextual={contextual},dominant={dominant}"] = (
        "visionzip", 0, {"dominant": dominant, "contextual": contextual},
    )  # fmt: skip
    return found


def choose(official: Official, seen: Seen, noise: float, name: str, tokens: int, keys: dict) -> dict | tuple[dict, Chosen]:
    try:
        chosen = official.run(name, seen, tokens, **keys)
    except (RuntimeError, ZeroDivisionError, IndexError, ValueError) as error:
        return {"error": str(error).splitlines()[0]}, None
    sharp = True
    for other in seen.draws(noise):
        again = official.run(name, other, tokens, **keys)
        same = again.kept == chosen.kept
        if same and chosen.rows is not None:
            same = torch.allclose(again.rows.float(), chosen.rows, rtol=0, atol=1e-3 * float(chosen.rows.abs().max()))
        sharp &= same
    return {"kept": chosen.kept, "sharp": sharp}, chosen


def methods(official: Official, seen: Seen, noise: float, layer: int, key: str, tensors: dict) -> dict:
    results = {}
    for spec, (name, tokens, keys) in specs(seen.patches, layer).items():
        results[spec], chosen = choose(official, seen, noise, name, tokens, keys)
        if chosen is not None and chosen.rows is not None and tokens <= min(budgets(seen.patches)):
            results[spec]["rows"] = True
            tensors[f"{key}/{spec}"] = chosen.rows.contiguous()
    return results


def random_case(official: Official, name: str, patches: int, width: int, out: int, heads: int, seed: int, tensors: dict):
    generator = torch.Generator().manual_seed(seed)

    def draw(*shape):
        return torch.randn(*shape, generator=generator)

    total = patches + 1
    projector = torch.nn.Linear(width, out)
    with torch.no_grad():
        projector.weight.copy_(draw(out, width))
        projector.bias.copy_(0.3 * draw(out))
    seen = Seen(
        features=draw(total, width) + 0.5 * draw(1, width),
        deep=(1.5 * draw(heads, total, total) + 1.5 * draw(1, 1, total)).softmax(-1),
        shallow=(1.5 * draw(heads, total, total) + 1.5 * draw(1, 1, total)).softmax(-1),
        keys=draw(total, 8),
        projector=projector,
    )
    with torch.no_grad():
        tensors[f"{name}/features"] = seen.features.clone()
        tensors[f"{name}/projected"] = projector(seen.features[1:]).contiguous()
    tensors[f"{name}/class_attention"] = seen.deep[:, 0, 1:].mean(0).contiguous()
    tensors[f"{name}/column_attention"] = seen.deep.mean(0).mean(0)[1:].contiguous()
    tensors[f"{name}/shallow_attention"] = seen.shallow.mean(0).mean(0)[1:].contiguous()
    tensors[f"{name}/keys"] = seen.keys[1:].contiguous()
    return {"name": name, "patches": patches, "width": width, "methods": methods(official, seen, RANDOM_NOISE, 9, name, tensors)}


@torch.no_grad()
def look(model: LlavaForConditionalGeneration, pixels: torch.Tensor, layer: int) -> Seen:
    """The evidence by transformers' eager attention; `layer` counts from 1."""
    tower, projector = halves(model)
    assert model.config.vision_feature_layer == -2
    tower.set_attn_implementation("eager")
    output = tower(pixels, output_hidden_states=True, output_attentions=True)
    block = tower.vision_model.encoder.layers[-2]
    keys = block.self_attn.k_proj(block.layer_norm1(output.hidden_states[-3]))[0]
    heads = tower.config.num_attention_heads
    return Seen(
        features=output.hidden_states[-2][0],
        deep=output.attentions[-2][0],
        shallow=output.attentions[layer - 1][0],
        keys=keys.view(len(keys), heads, -1).mean(1),
        projector=projector,
    )


def tower_case(official: Official, case: dict, model, raw: torch.Tensor, tensors: dict) -> dict:
    key = case["name"]
    layer = max(1, math.floor(9 * model.config.vision_config.num_hidden_layers / 24 + 0.5))
    seen = look(model, normalised(raw), layer)
    if case["checkpoint"] == "mini":
        tensors[f"{key}/pixels"] = raw.contiguous()
    tensors[f"{key}/class_attention"] = seen.deep[:, 0, 1:].mean(0).contiguous()
    tensors[f"{key}/column_attention"] = seen.shallow.mean(0).mean(0)[1:].contiguous()
    tensors[f"{key}/keys"] = seen.keys[1::7].contiguous()
    return case | {"layer": layer, "methods": methods(official, seen, TOWER_NOISE, layer, key, tensors)}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("goldens", type=Path)
    parser.add_argument("--clones", type=Path, required=True)
    parser.add_argument("--mini", type=Path, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    official = Official(arguments.clones)
    tensors: dict[str, torch.Tensor] = {}
    cases = [random_case(official, *row, tensors) for row in RANDOM]
    seen = [tower_case(official, *tower, tensors) for tower in towers(arguments.goldens, arguments.mini)]
    facts = {
        "command": "make_rival_goldens.py",
        "revisions": official.revisions,
        "cases": cases,
        "towers": seen,
    }
    write(arguments.goldens, "rivals/rivals", facts, tensors)
    for row in cases + seen:
        bad = {spec: found for spec, found in row["methods"].items() if "error" in found or not found["sharp"]}
        print(row["name"], {spec: found.get("error", "not sharp") for spec, found in bad.items()})


if __name__ == "__main__":
    main()
