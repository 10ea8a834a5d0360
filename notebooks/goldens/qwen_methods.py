"""What methods see of small Qwen2-VL and Qwen2.5-VL models, and the official choices on it, from clones of their repositories.

`look` calls transformers' own blocks one by one. Nothing of the authors' code stands here: their whole forward passes are cut
out of the files in a clone and executed, with stand-ins for tower and decoder.
"""

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Iterator, List, Optional, Tuple, Union

import torch
import torch.nn.functional as F
from torch.utils.flop_counter import FlopCounterMode
from transformers.models.qwen2_5_vl.modeling_qwen2_5_vl import apply_rotary_pos_emb_vision

from clones import functions, locals_of, revision, source
from layers import PactRules
from questions import OfficialQuestions
from reference import draws

HIPRUNE = "Qwen2_5_VL/qwen2_5_vl_HiPrune.py", ["Qwen2_5_VLForConditionalGeneration.forward"]
VSCAN = "VScan/qwen/model/qwen2_5_vl_custom.py", ["Qwen2_5_VLForConditionalGeneration_X.forward"]
VSCAN_UTILS = "VScan/qwen/model/qwen2_5_vl_utils.py", ["window_selection", "token_merging"]
VISIONZIP = "qwen_visionzip/qwen2_5vl_visionzip.py", ["Qwen2_5_VLForConditionalGeneration.forward"]
MMTOK = "mmtok/core/mmtok_core.py", ["MMTokCore.apply_selection_preprocess_qwen", "MMTokCore.select_vision_tokens"]


CLONES = ("HiPrune", "SelfEvolvingAgent", "MMTok", "GlimpsePrune", "PACT")


@dataclass(frozen=True)
class Seen:
    """What the tower shows of one picture of N cells; attention is what a cell gets, mean over heads, queries and its patches."""

    grid: tuple[int, int]
    last: torch.Tensor  # [N], in the last layer that attends to the whole picture
    shallow: torch.Tensor  # [N], in HiPrune's layer
    early: torch.Tensor  # [N], in VScan's layer
    keys: torch.Tensor  # [N, heads, head] of the last layer, rotated, mean over a cell's patches
    features: torch.Tensor  # [N, 4, C]
    projected: torch.Tensor  # [N, D]
    flops: int  # of one of the attentions, as torch counts

    @property
    def cells(self) -> int:
        return len(self.last)

    def tensors(self) -> list[torch.Tensor]:
        return [self.last, self.shallow, self.early, self.keys, self.features, self.projected]

    def draws(self, noise: float) -> Iterator["Seen"]:
        """In double precision; then so with noise."""
        for last, shallow, early, keys, features, projected in draws(self.tensors(), noise):
            yield replace(
                self, last=last, shallow=shallow, early=early, keys=keys, features=features, projected=projected
            )


def whole_layers(visual) -> list[int]:
    return list(getattr(visual, "fullatt_block_indexes", range(len(visual.blocks))))


def alike(number: int, of: int, visual) -> int:
    """The layer as deep as number (from 1) of so many, or the next that attends to the whole picture; from 0."""
    depth = len(visual.blocks)
    at = max(0, math.floor(number * depth / of + 0.5) - 1)
    return next((layer for layer in range(at, depth) if layer in whole_layers(visual)), at)


@torch.no_grad()
def look(model, pixels: torch.Tensor, grids: torch.Tensor) -> list[Seen]:
    visual = model.model.visual
    hidden = visual.patch_embed(pixels)
    turns = visual.rot_pos_emb(grids)
    cells, heads = len(hidden) // 4, visual.blocks[0].attn.num_heads
    order, windows = torch.arange(cells), None
    if hasattr(visual, "get_window_index"):
        order, windows = visual.get_window_index(grids)
        windows = torch.unique_consecutive(torch.tensor(windows, dtype=torch.int32))
    hidden = hidden.view(cells, 4, -1)[order].view(4 * cells, -1)
    turns = turns.view(cells, 4, -1)[order].view(4 * cells, -1)
    angles = torch.cat([turns, turns], dim=-1)
    angles = angles.cos(), angles.sin()
    segments = F.pad((grids[:, 1] * grids[:, 2]).cumsum(0, dtype=torch.int32), (1, 0))
    rotated = {}
    for number, block in enumerate(visual.blocks):
        whole = number in whole_layers(visual)
        if whole:
            qkv = block.attn.qkv(block.norm1(hidden)).view(4 * cells, 3, heads, -1).permute(1, 0, 2, 3)
            rotated[number] = apply_rotary_pos_emb_vision(qkv[0], qkv[1], *angles)
        hidden = block(hidden, cu_seqlens=segments if whole else windows, position_embeddings=angles)
    back = order.argsort()
    projected = visual.merger(hidden)
    projected = projected if windows is None else projected[back]
    assert torch.allclose(projected, torch.cat(list(model.get_image_features(pixels, grids))), atol=1e-6)
    last, shallow, early = max(rotated), alike(9, 24, visual), alike(6, 24, visual)
    seen, start = [], 0
    for _, height, width in grids.tolist():
        end = start + height * width // 4
        own = order[start:end].argsort()

        def received(layer: int) -> torch.Tensor:
            q, k = (x[4 * start : 4 * end].transpose(0, 1) for x in rotated[layer])
            weights = (q @ k.transpose(1, 2) * q.shape[-1] ** -0.5).softmax(-1)
            return weights.mean(0).mean(0).view(-1, 4).mean(1)[own]

        with FlopCounterMode(display=False) as counted:
            deep = received(last)
        keys = rotated[last][1][4 * start : 4 * end].view(end - start, 4, heads, -1).mean(1)[own]
        seen.append(
            Seen(
                grid=(height // 2, width // 2), last=deep, shallow=received(shallow), early=received(early),
                keys=keys, features=hidden[4 * start : 4 * end].view(end - start, 4, -1)[own],
                projected=projected[start:end], flops=counted.get_total_flops(),
            )  # fmt: skip
        )
        start = end
    return seen


def share(percent: str, cells: int) -> int:
    """Half to even."""
    return max(1, round(Fraction(percent) * cells / 100))


class OfficialQwen:
    def __init__(self, clones: Path):
        names = {
            "torch": torch, "F": F, "Optional": Optional, "List": List, "Tuple": Tuple, "Union": Union,
            "CrossEntropyLoss": torch.nn.CrossEntropyLoss, "Qwen2_5_VLCausalLMOutputWithPast": SimpleNamespace,
        }  # fmt: skip
        self._hiprune = functions(source(clones / "HiPrune", HIPRUNE[0]), HIPRUNE[1], dict(names))
        scan = functions(source(clones / "SelfEvolvingAgent", VSCAN_UTILS[0]), VSCAN_UTILS[1], dict(names))
        self._vscan = functions(source(clones / "SelfEvolvingAgent", VSCAN[0]), VSCAN[1], scan)
        self._visionzip = functions(source(clones / "GlimpsePrune", VISIONZIP[0]), VISIONZIP[1], dict(names))
        self.questions = OfficialQuestions(clones)
        self._mmtok = functions(source(clones / "MMTok", MMTOK[0]), MMTOK[1], dict(names))
        self.pact = PactRules(clones / "PACT")
        self.revisions = {name: revision(clones / name) for name in CLONES}

    @staticmethod
    def _stand_in(model, tower: tuple, **more):
        """A stand-in for the model: its tower returns `tower`, its decoder nothing of use."""

        class Decoder:
            embed_tokens = model.get_input_embeddings()

            def __call__(self, inputs_embeds, **_):
                return Outputs((inputs_embeds,))

        class Outputs(tuple):
            past_key_values = hidden_states = attentions = None

        visual = type("Visual", (), {"dtype": torch.float32, "__call__": lambda self, pixels, grid_thw: tower})()
        return SimpleNamespace(
            config=model.config, visual=visual, model=Decoder(), rope_deltas=None, lm_head=lambda x: x,
            get_rope_index=lambda ids, grids, *_: model.model.get_rope_index(ids, grids), **more,
        )  # fmt: skip

    @staticmethod
    def _given(ids: torch.Tensor, grid: torch.Tensor) -> dict:
        return {
            "input_ids": ids, "attention_mask": torch.ones_like(ids), "pixel_values": torch.zeros(1),
            "image_grid_thw": grid[None], "output_attentions": False, "output_hidden_states": False,
            "return_dict": True,
        }  # fmt: skip

    @torch.no_grad()
    def hiprune(
        self, model, ids, grid, seen: Seen, percent: str, alpha: float, sums: bool = False
    ) -> tuple[list[int], torch.Tensor]:
        """Kept cells, and positions of the whole sequence. `sums`: of attention, as their tower hands it over."""
        scale = 4 * seen.cells if sums else 1
        layers = [seen.shallow * scale, seen.last * scale]
        self._hiprune |= {"OBJECT_LAYER": 1, "ALPHA": alpha, "RETAIN": float(Fraction(percent) / 100)}
        stand_in = self._stand_in(model, (seen.projected.float(), layers))
        _, local = locals_of(self._hiprune["forward"], stand_in, **self._given(ids, grid))
        return local["select_mask"].nonzero().flatten().tolist(), local["position_ids"]

    @torch.no_grad()
    def vscan(self, model, ids, grid, seen: Seen, before: int) -> tuple[list[int], torch.Tensor, torch.Tensor]:
        """Kept cells, rows, positions of the whole sequence."""
        tower = seen.projected.float(), seen.early.clone(), seen.last.clone()
        stand_in = self._stand_in(model, tower, image_token_ratio=(before + 0.5) / seen.cells)
        _, local = locals_of(self._vscan["forward"], stand_in, **self._given(ids, grid))
        return local["keep_indices"].tolist(), local["image_embeds"], local["position_ids"]

    @torch.no_grad()
    def visionzip(
        self, model, ids, grid, seen: Seen, dominant: int, contextual: int
    ) -> tuple[list[int], torch.Tensor, torch.Tensor]:
        """Kept cells, rows, positions of the whole sequence."""
        tower = seen.projected.float(), seen.last.float(), seen.keys.mean(1)[None].float()
        shares = {"dominant_ratio": (dominant + 0.5) / seen.cells, "contextual_ratio": (contextual + 0.5) / seen.cells}
        _, local = locals_of(
            self._visionzip["forward"], self._stand_in(model, tower, **shares), **self._given(ids, grid)
        )
        kept = local["select_mask"].nonzero().flatten().tolist()
        first = local["first"]
        return kept, local["inputs_embeds"][0, first : first + len(kept)], local["position_ids"]

    @torch.no_grad()
    def mmtok(self, model, tokenizer, question: str, seen: Seen, tokens: int) -> list[int]:
        selector = self.questions._mmtok["SemanticTokenSelector"](tokens, 0.5)
        core = SimpleNamespace(
            target_vision_tokens=tokens, token_selector=selector, softmax_tv_temperature=0.01, softmax_vv_temperature=0.2,
            _encode_text_with_token_pooling=lambda text: self.questions.words(text, tokenizer, model.get_input_embeddings())[1],
        )  # fmt: skip
        core.select_vision_tokens = lambda **given: self._mmtok["select_vision_tokens"](core, **given)
        kept, _ = self._mmtok["apply_selection_preprocess_qwen"](
            core, seen.projected, seen.features.mean(1), question, target_vision_tokens=tokens
        )
        return kept
