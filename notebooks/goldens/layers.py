"""Runs the official rules of methods that drop visual tokens between decoder layers, from clones of their repositories.

Nothing of their code stands here: single functions are cut out of the files in a clone and executed. Three things around
them differ: Python sets of ints are walked through in ascending order, the noise that SparseVLM adds to densities falls
from token to token, so that the first of equal ones is denser, and its budgets are the caller's.
"""

import math
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch
from torch import nn
from transformers.modeling_attn_mask_utils import _prepare_4d_causal_attention_mask

from clones import functions, source


class Ascending(set):
    """A set of ints whose order is the same everywhere."""

    def __iter__(self):
        return iter(sorted(super().__iter__()))

    def __sub__(self, other):
        return Ascending(super().__sub__(other))


class Einops:
    @staticmethod
    def rearrange(x, pattern):
        return {"b l r -> b l () r": x.unsqueeze(2), "b l r -> b () l r": x.unsqueeze(1)}[pattern]


class PactRules:
    """PACT's functions; the argument is a clone."""

    def __init__(self, pact: Path):
        self.reduction = functions(
            source(pact, "transformers/PACT/utils.py"),
            [
                "normal_compute_pairwise_distances",
                "DBDPC",
                "compute_fastest_cluster_means_with_arbitrary_ids",
                "merge_clusters",
                "token_reduction",
            ],
            {"torch": torch, "np": np},
        )["token_reduction"]

    def clusters(self, states, keys, chosen: list[int], cutoff: float):
        """Centres, the means of their clusters and the sizes; states [n, D], keys [n, d], both of the visual tokens."""
        config = SimpleNamespace(
            synchro=False,
            avoid_numerical_instability_DBDPC=True,
            coef_pruned=1.5,
            take_mean=True,
            get_mean_position_id=False,
        )
        pruned = [token for token in range(len(states)) if token not in set(chosen)]
        found = []
        for precise in (False, True):  # what rounding decides is no golden
            x, k = (states.double(), keys.double()) if precise else (states, keys)
            merged, mask, sizes, _ = self.reduction(
                x[chosen], k[chosen], cutoff, [0, 0], config, pruned_hiddens=x[pruned], pruned_keys=k[pruned]
            )
            places = mask[:, 0].nonzero()[:, 0]
            found.append(([chosen[int(place)] for place in places], merged[places], sizes[places]))
        assert found[0][0] == found[1][0] and torch.equal(found[0][2], found[1][2]), "too close to call"
        return found[0]


class Rules(PactRules):
    """The official functions; each argument is a clone."""

    def __init__(self, pyramiddrop: Path, dart: Path, sparsevlm: Path, pact: Path):
        super().__init__(pact)
        self.drop = functions(
            source(pyramiddrop, "llava/model/modeling_llama_pdrop.py"),
            ["rotate_half", "apply_rotary_pos_emb", "LlamaModel.pdrop_rank_drop"],
            {
                "torch": torch,
                "nn": nn,
                "math": math,
                "IGNORE_INDEX": -100,
                "_prepare_4d_causal_attention_mask": _prepare_4d_causal_attention_mask,
            },
        )["pdrop_rank_drop"]
        self.retained = functions(
            source(dart, "external/DART/llava/model/language_model/modeling_llama_self.py"),
            ["DART.get_retained_image_token"],
            {"torch": torch, "math": math, "set": Ascending, "LlamaConfig": SimpleNamespace},
        )["get_retained_image_token"]
        self.score = functions(
            source(sparsevlm, "llava/model/language_model/score.py"),
            ["attn_postprocess_topk", "select_attn_head_by_sum"],
            {"torch": torch, "sparse_token_dict": {}, "layer_dict": {}, "RETAIN_TOKN": 0},
        )
        self.cluster = functions(
            source(sparsevlm, "llava/model/language_model/utils.py"),
            ["index_points", "cluster_and_merge"],
            {"torch": torch, "ein": Einops},
        )["cluster_and_merge"]

    def dart_kept(self, states, keys, start: int, visual: int, tokens: int) -> list[int]:
        """states [1, T, D] after the last norm, keys [1, heads, T, d]."""
        config = {
            "K": 0,
            "image_token_start_index": start,
            "image_token_length": visual,
            "max_num_trunction": tokens,
            "pivot_image_token": 4,
            "pivot_text_token": 4,
            "reduction_ratio": 0.0,
        }
        holder = SimpleNamespace(DART_config=config, text_length=None)
        kept = self.retained(None, holder, states, keys)
        return sorted(int(index) - start for index in kept)

    def topk(self, attention, start: int, visual: int, raters, budget: int):
        self.score["sparse_token_dict"][0] = [budget]
        self.score["layer_dict"][0] = 0
        mask, _, relation = self.score["attn_postprocess_topk"](
            attention, start, visual, start + visual, (None, raters), 0
        )
        return mask[0].nonzero()[:, 0].tolist(), relation[0]

    def merged(self, states: torch.Tensor, clusters: int) -> torch.Tensor:
        drawn, torch.rand = torch.rand, lambda shape, **keys: torch.arange(shape[-1], 0, -1).expand(shape).to(keys["dtype"])
        try:
            return self.cluster(states[None], clusters)[0]
        finally:
            torch.rand = drawn
