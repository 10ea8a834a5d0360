"""Adaptive PruMerge for a Hugging Face LLaVA: the steps of the authors' code (42Shawn/LLaVA-PruMerge), all kept tokens at once.

Two things are cheaper here than in the authors' loop: only the class token's row of the attention is computed, and the merging is
one product. Scores and merging run in float32, as in Java, so that both sides keep the same patches.
"""

import torch

NEIGHBOURS = 32


class PruMerge:
    """Keeps the last layer's keys and queries of the forward pass that runs."""

    def __init__(self, tower):
        self.tower = tower
        # transformers 5 has the transformer at the tower itself.
        attention = getattr(tower, "vision_model", tower).encoder.layers[-1].self_attn
        attention.q_proj.register_forward_hook(lambda module, args, output: setattr(self, "queries", output))
        attention.k_proj.register_forward_hook(lambda module, args, output: setattr(self, "keys", output))

    def __call__(self, pixels: torch.Tensor) -> tuple[torch.Tensor, list[int]]:
        """The visual tokens of one image before the projector, and the patches kept, in the order fed."""
        states = self.tower(pixels, output_hidden_states=True).hidden_states
        features = states[-2][0, 1:]
        keys, query = self.keys[0].float(), self.queries[0, 0].float()
        scores = (keys @ query * keys.shape[1] ** -0.5).softmax(0)[1:]
        kept = self.kept(scores)
        merged = self.merged(features.float(), keys[1:], scores, kept)
        return merged.to(features.dtype), kept.tolist()

    @staticmethod
    def kept(scores: torch.Tensor) -> torch.Tensor:
        low, high = torch.quantile(scores, torch.tensor([0.25, 0.75], device=scores.device))
        count = max(1, int((scores > high + 1.5 * (high - low)).sum()))
        return scores.argsort(descending=True, stable=True)[:count]

    @staticmethod
    def merged(features: torch.Tensor, keys: torch.Tensor, scores: torch.Tensor, kept: torch.Tensor) -> torch.Tensor:
        unit = torch.nn.functional.normalize(keys, dim=1)
        likeness = unit[kept] @ unit.T
        likeness.scatter_(1, kept[:, None], -torch.inf)
        near = likeness.topk(min(NEIGHBOURS, len(scores) - 1), dim=1).indices
        weights = torch.zeros_like(likeness).scatter_(1, near, scores[near])
        rest = scores.index_fill(0, kept, 0)
        return torch.cat([features[kept] + weights @ features, (rest @ features)[None]])
