"""Runs the official PruMerge functions (42Shawn/LLaVA-PruMerge) from a clone of their repository.

Nothing of their code stands here: the file named SOURCE is read from a clone at run time and executed with two textual
substitutions, both applied to numbers only:

- the layer whose keys and queries are hooked, hard-coded `[23]`, is read as the tower's last layer;
- the hard-coded `575`, the end of PruMerge+'s grid, is read as N - 1 (unchanged for 24x24 patches).

The functions return features only; the kept indices and the attention are taken from their local variables when they return.
"""

import re
import sys
import types
from dataclasses import dataclass

import numpy as np
import torch

from clones import locals_of

SOURCE = "llava/model/multimodal_encoder/clip_encoder.py"
NEIGHBOURS = 32


@dataclass(frozen=True)
class Reduced:
    kept: list[int]  # patch indices in the order fed, summary excluded
    attention: torch.Tensor  # [N], CLS row, CLS key excluded, not renormalised
    features: torch.Tensor  # [len(kept) + 1, C], before the projector


class Official:
    """The official reduction over one vision tower of `patches` patches."""

    def __init__(self, source: str, vision_tower: torch.nn.Module, select_layer: int, patches: int):
        layers = len(vision_tower.vision_model.encoder.layers)
        source, hooked = re.subn(r"\[23\]", f"[{layers - 1}]", source)
        source, ends = re.subn(r"\b575\b", str(patches - 1), source)
        assert (hooked, ends) == (4, 2), "the official file is not the one these substitutions were written for"
        for name in ("matplotlib", "matplotlib.pyplot"):  # imported there, never used
            sys.modules.setdefault(name, types.ModuleType(name))
        namespace = {"__name__": "clip_encoder"}
        exec(compile(source, "clip_encoder.py", "exec"), namespace)
        tower_class = namespace["CLIPVisionTower"]
        self._tower = tower_class.__new__(tower_class)
        torch.nn.Module.__init__(self._tower)
        self._tower.vision_tower = vision_tower
        self._tower.select_layer = select_layer
        self._tower.select_feature = "patch"

    @torch.no_grad()
    def reduce(self, pixels: torch.Tensor, method: str, **keys) -> Reduced:
        """`method` is "prumerge" or "prumerge+"; one image, [1, 3, S, S]."""
        names = {"prumerge": "token_prune_merge_advanced", "prumerge+": "token_prune_merge_advanced_plus"}
        features, local = locals_of(getattr(self._tower, names[method]), pixels, **keys)
        return Reduced(local["idx"][0].tolist(), local["cls_attn"][0].clone(), features[0].clone())


def last_layer(vision_tower: torch.nn.Module, pixels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """(features [N, C], attention [N], keys [N, C]) of one image by our own reading, independent of the official code."""
    tower = vision_tower.vision_model
    with torch.no_grad():
        hidden = tower(pixels, output_hidden_states=True).hidden_states[-2]
        layer = tower.encoder.layers[-1]
        normed = layer.layer_norm1(hidden)
        query, key = layer.self_attn.q_proj(normed[:, :1]), layer.self_attn.k_proj(normed)
        attention = (query @ key.transpose(1, 2) * key.shape[-1] ** -0.5).softmax(-1)[0, 0, 1:]
    return hidden[0, 1:], attention, key[0, 1:]


def outliers(attention: torch.Tensor) -> tuple[int, float]:
    """Values strictly above the fence, and the distance of the value nearest to it."""
    values = attention.numpy()
    first, third = np.percentile(values, [25, 75])
    fence = third + 1.5 * (third - first)
    return int((values > fence).sum()), float(np.abs(values - fence).min())


def gaps(attention: torch.Tensor, keys: torch.Tensor, kept: list[int], top: int) -> dict[str, float]:
    """How far the decisions are from flipping: smaller than rounding and another correct program may differ.

    score: smallest difference between neighbours in the descending order of the first `top` + 1 scores.
    neighbour: smallest difference between a kept patch's 32nd and 33rd cosine.
    """
    descending = attention.double().sort(descending=True).values[: top + 1]
    steps = (descending[:-1] - descending[1:])
    unit = torch.nn.functional.normalize(keys.double(), dim=-1)
    cosines = unit[kept] @ unit.T
    cosines[torch.arange(len(kept)), torch.tensor(kept, dtype=torch.long)] = -2
    ranked = cosines.sort(dim=-1, descending=True).values
    neighbour = ranked[:, NEIGHBOURS - 1] - ranked[:, NEIGHBOURS] if len(kept) and keys.shape[0] > NEIGHBOURS + 1 else None
    return {
        "score": float(steps.min()) if len(steps) else None,
        "neighbour": float(neighbour.min()) if neighbour is not None else None,
    }


def merge(features: torch.Tensor, attention: torch.Tensor, keys: torch.Tensor, kept: list[int]) -> torch.Tensor:
    """Steps 4 and 5 of llava-model.md section 8 in double precision, slow and obvious: the check on the golden."""
    features, attention, keys = features.double(), attention.double(), keys.double()
    unit = keys / keys.norm(dim=-1, keepdim=True).clamp_min(1e-12)
    rows = []
    for i in kept:
        cosines = unit @ unit[i]
        cosines[i] = -2
        nearest = cosines.argsort(descending=True)[:NEIGHBOURS]
        rows.append(features[i] + (attention[nearest, None] * features[nearest]).sum(0))
    dropped = [j for j in range(len(features)) if j not in set(kept)]
    rows.append((attention[dropped, None] * features[dropped]).sum(0))
    return torch.stack(rows)
