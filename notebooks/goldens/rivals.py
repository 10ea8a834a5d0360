"""Runs the official code of rival reduction methods from clones of their repositories.

Nothing of their code stands here: single functions are cut out of the files in a clone and executed, with stand-ins for
the objects around them. Substitutions touch numbers, `.cuda()` and random draws only, and each says so below.
"""

import math
import os
import re
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Iterator

import torch
import torch.nn.functional as F

from clones import functions, revision, source
from reference import draws

CLASS_TOKEN, ZERO, MIXED = -1, -2, -3

FILES = {
    "FasterVLM": ("llava/model/llava_arch.py", ["LlavaMetaForCausalLM.encode_images"]),
    "VisPruner": ("llava/model/llava_arch.py", ["LlavaMetaForCausalLM.encode_images"]),
    "HiRED": ("transformers/src/transformers/models/llava/modeling_llava.py", ["LlavaForConditionalGeneration.HiRED_token_selection"]),
    "HiPrune": ("LLaVA/llava/model/llava_arch.py", ["LlavaMetaForCausalLM.encode_images"]),
    "divprune": ("LLaVA/llava/model/llava_arch.py", ["LlavaMetaForCausalLM.pairwise_cosine_similarity", "LlavaMetaForCausalLM.DivPrune"]),
    "VisionZip": ("visionzip/clip_encoder.py", ["CLIPVisionTower_VisionZip.forward"]),
    "SCOPE": ("scope/clip_encoder.py", ["SCOPE"]),
    "HoloV": ("llava/model/utils.py", ["HoloV"]),
    "PruneSID": ("prunesid/prunesid_llava/clip_encoder.py", ["batch_similarity_nms", "batch_pca", "CLIPVisionTower_PruneSID.forward"]),
}


@dataclass(frozen=True)
class Seen:
    """What the tower shows of one image; T = N + 1 positions, CLS first."""

    features: torch.Tensor  # [T, W], output of the last layer that the features need
    deep: torch.Tensor  # [H, T, T], attention of that layer
    shallow: torch.Tensor  # [H, T, T], attention of HiPrune's object layer
    keys: torch.Tensor  # [T, head], its keys, mean over the heads
    projector: torch.nn.Module

    @property
    def patches(self) -> int:
        return len(self.features) - 1

    def draws(self, noise: float) -> Iterator["Seen"]:
        """In double precision; then so with noise."""
        for drawn in draws([self.features, self.deep, self.shallow, self.keys], noise):
            yield Seen(*drawn, Wide(self.projector))


class Wide(torch.nn.Module):
    """A module in fp32 that takes and gives double precision."""

    def __init__(self, inner: torch.nn.Module):
        super().__init__()
        self._inner = inner

    def forward(self, x):
        return self._inner(x.float()).double()


@dataclass(frozen=True)
class Chosen:
    kept: list[int]  # in the order fed: patches, CLASS_TOKEN, ZERO, or MIXED for a sum
    rows: torch.Tensor | None = None  # where tokens are sums or zero: [tokens, W] or, after the connector, [tokens, D]


class Exact:
    """torch with a singular value decomposition in place of `pca_lowrank`, which draws random numbers."""

    def __getattr__(self, name):
        return getattr(torch, name)

    @staticmethod
    def pca_lowrank(x: torch.Tensor, q: int):
        wide = x.to(torch.float64)
        wide = wide - wide.mean(dim=-2, keepdim=True)
        u, s, vh = torch.linalg.svd(wide, full_matrices=False)
        return u[..., :q].to(x.dtype), s[..., :q].to(x.dtype), vh[..., :q, :].transpose(-1, -2).to(x.dtype)


class Official:
    def __init__(self, clones: Path):
        self._functions = {name: self._cut(clones / name, *where) for name, where in FILES.items()}
        self.revisions = {name: revision(clones / name) for name in FILES}

    @staticmethod
    def _cut(clone: Path, file: str, wanted: list[str]) -> dict:
        text = source(clone, file)
        if clone.name == "HiPrune":  # runs on the CPU, and on grids other than 24 x 24
            text, moved = re.subn(r"\.cuda\(\)", "", text)
            text, steps = re.subn(r"shallow_token_indices ([-+]) 24\b", r"shallow_token_indices \1 SIDE", text)
            text, ends = re.subn(r"clamp\(0, 575\)", "clamp(0, SIDE * SIDE - 1)", text)
            assert (moved >= 2, steps, ends) == (True, 2, 1)
        return functions(text, wanted, {"torch": Exact(), "nn": torch.nn, "F": F, "math": math, "os": os})

    def run(self, name: str, seen: Seen, tokens: int, **keys) -> Chosen:
        with torch.no_grad():
            return getattr(self, "_" + name)(seen, tokens, **keys)

    def _model(self, seen: Seen, output, **more):
        """A stand-in for LLaVA: its tower returns `output`."""
        model = SimpleNamespace(get_vision_tower=lambda: lambda images, **_: output, mm_projector=seen.projector)
        return SimpleNamespace(get_model=lambda: model, **more)

    @staticmethod
    def _mask(mask: torch.Tensor) -> Chosen:
        return Chosen(mask.nonzero().flatten().tolist())

    def _fastervlm(self, seen: Seen, tokens: int) -> Chosen:
        output = (seen.features[None, 1:], seen.deep[None, :, 0, 1:])
        model = self._model(seen, output, get_visual_token_num=lambda: tokens)
        return self._mask(self._functions["FasterVLM"]["LlavaMetaForCausalLM.encode_images"](model, None)[1][0])

    def _vispruner(self, seen: Seen, tokens: int, important: float = 0.5) -> Chosen:
        output = (seen.features[None, 1:], seen.deep[None, :, 0, 1:])
        model = self._model(
            seen, output, get_visual_token_num=lambda: tokens, get_important_ratio=lambda: important
        )
        return self._mask(self._functions["VisPruner"]["LlavaMetaForCausalLM.encode_images"](model, None)[1][0])

    def _hired(self, seen: Seen, tokens: int) -> Chosen:
        rate = (tokens + 0.5) / seen.patches
        select = self._functions["HiRED"]["LlavaForConditionalGeneration.HiRED_token_selection"]
        return self._mask(select(None, seen.deep[None], seen.patches, rate))

    def _hiprune(self, seen: Seen, tokens: int, alpha: float = 0.1, **_) -> Chosen:
        os.environ.update(HIPRUNE_RETENTION=str(tokens), HIPRUNE_OBJECT_LAYER="1", HIPRUNE_ALPHA=str(alpha))
        self._functions["HiPrune"]["SIDE"] = math.isqrt(seen.patches)
        layers = [seen.shallow[None].clone(), seen.deep[None].clone(), None]  # the second last is the features'
        model = self._model(seen, (seen.features[None, 1:], layers), config=SimpleNamespace(mm_vision_select_layer=-2))
        return self._mask(self._functions["HiPrune"]["LlavaMetaForCausalLM.encode_images"](model, None)[1][0])

    def _divprune(self, seen: Seen, tokens: int, order: str = "spatial") -> Chosen:
        functions = self._functions["divprune"]
        model = SimpleNamespace(pairwise_cosine_similarity=lambda x: functions["pairwise_cosine_similarity"](None, x))
        projected = seen.projector(seen.features[1:])
        picks, _ = functions["DivPrune"](model, projected, seen.patches, threshold_ratio=tokens / seen.patches)
        return Chosen(picks.tolist() if order == "picked" else sorted(picks.tolist()))

    def _scope(self, seen: Seen, tokens: int) -> Chosen:
        picks, _ = self._functions["SCOPE"]["SCOPE"](
            seen.features[None, 1:], tokens, seen.deep[None, :, 0, 1:].sum(dim=1)
        )
        return Chosen(sorted(picks[0].tolist()))

    def _visionzip(self, seen: Seen, tokens: int = 0, dominant: int = 0, contextual: int = 0) -> Chosen:
        contextual = contextual or tokens * 10 // 64
        dominant = dominant or tokens - contextual
        images = seen.features[None]
        layer = SimpleNamespace(metric=seen.keys[None])
        tower = self._tower(seen, [layer, None])
        tower._info = {"dominant": dominant - 1, "contextual": contextual}
        stand_in = SimpleNamespace(vision_tower=tower, device=images.device, dtype=images.dtype)
        rows, indices = self._functions["VisionZip"]["forward"](stand_in, images)
        kept = sorted(indices[0].tolist())
        return Chosen([index - 1 for index in kept] + [MIXED] * contextual, rows[0])

    @staticmethod
    def _tower(seen: Seen, layers: list):
        """Called as the tower; the second last hidden states and attentions are the features'."""

        class Tower:
            vision_model = SimpleNamespace(encoder=SimpleNamespace(layers=layers))

            def __call__(self, images, **_):
                return SimpleNamespace(hidden_states=[seen.features[None], None], attentions=[seen.deep[None], None])

        return Tower()

    def _holov(self, seen: Seen, tokens: int, runs: int = 16) -> Chosen:
        projected = seen.projector(seen.features[1:])
        attention = seen.deep[:, 0, 1:].mean(dim=0)
        rows = self._functions["HoloV"]["HoloV"](projected[None], attention[None], runs, tokens)[0]
        kept = []
        for row in rows:
            same = (projected == row).all(dim=1).nonzero().flatten().tolist()
            kept.append(same[0] if same else ZERO)
        return Chosen(kept, rows)

    def _prunesid(self, seen: Seen, tokens: int) -> Chosen:
        images = seen.features[None]
        stand_in = SimpleNamespace(
            vision_tower=self._tower(seen, []), device=images.device, dtype=images.dtype, need_token_num=tokens
        )
        _, indices = self._functions["PruneSID"]["forward"](stand_in, images)
        return Chosen([index - 1 for index in indices[0].tolist()])
