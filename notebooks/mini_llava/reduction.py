"""Which visual tokens the language model sees: all, PruMerge's, or evenly spaced ones of the same number."""

import torch

from tower import WIDTH, Tower

NEIGHBOURS = 32


@torch.no_grad()
def keys_and_scores(tower: Tower, states: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Keys of the last layer and the class token's attention to the patches, over all channels as one head."""
    layer = tower.vision.encoder.layers[-1]
    normed = layer.layer_norm1(states)
    query, keys = layer.self_attn.q_proj(normed[:, :1]), layer.self_attn.k_proj(normed)
    scores = (query @ keys.mT * WIDTH**-0.5).softmax(-1)[:, 0, 1:]
    return keys[:, 1:], scores


def prumerge(features: torch.Tensor, keys: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
    """Adaptive PruMerge of one picture, as the authors' code has it: outliers, merged neighbours, a summary token."""
    low, high = torch.quantile(scores, torch.tensor([0.25, 0.75]))
    count = max(1, int((scores > high + 1.5 * (high - low)).sum()))
    kept = scores.argsort(descending=True, stable=True)[:count]
    unit = torch.nn.functional.normalize(keys, dim=1)
    likeness = unit[kept] @ unit.T
    likeness[torch.arange(count), kept] = -torch.inf
    near = likeness.topk(NEIGHBOURS, dim=1).indices
    merged = features[kept] + (scores[near][..., None] * features[near]).sum(1)
    rest = torch.ones(len(scores), dtype=torch.bool)
    rest[kept] = False
    return torch.cat([merged, (scores[rest][:, None] * features[rest]).sum(0, keepdim=True)])


def uniform(features: torch.Tensor, count: int) -> torch.Tensor:
    """The middles of `count` even stretches."""
    return features[((torch.arange(count) + 0.5) * len(features) / count).long()]


@torch.no_grad()
def reduced(tower: Tower, pixels: torch.Tensor) -> dict[str, list[torch.Tensor]]:
    """Visual tokens of every picture, by method."""
    states = tower.features(pixels)
    keys, scores = keys_and_scores(tower, states)
    patches = states[:, 1:]
    pruned = [prumerge(*one) for one in zip(patches, keys, scores)]
    return {
        "none": list(patches),
        "prumerge": pruned,
        "uniform": [uniform(one, len(other)) for one, other in zip(patches, pruned)],
    }
