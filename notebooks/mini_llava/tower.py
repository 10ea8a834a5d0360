"""Stage 1: the vision tower, a CLIP ViT that learns what is in every patch and, through its class token, in the picture.

The patches of the last layer but one, which the language model will read, learn their labels. The class token learns what
the whole picture shows, and only from the last layer's attention: its own stream is cut off from gradients before that
layer. That gives the attention a meaning without ever supervising it.
"""

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from transformers import CLIPVisionConfig, CLIPVisionModel

from attention import PLAIN, plain
from data import LABELS, TARGETS, Scenes
from training import Optimisers, Run, learning_rate

WIDTH, LAYERS, HEADS, HIDDEN = 192, 6, 4, 576
GRID = 12
BATCH = 64
PEAK = 6e-3
SHARES = [0.42, 0.38, 0.20]  # of a batch, by kind of picture; reading needs the most
CLASS_WEIGHT = 30.0
PENALTY, PENALTY_FROM = 0.01, 1 / 3
READ_OUT_BATCH, READ_OUT_PEAK = 64, 3e-3
MEAN = torch.tensor([0.48145466, 0.4578275, 0.40821073])
DEVIATION = torch.tensor([0.26862954, 0.26130258, 0.27577711])


def config() -> CLIPVisionConfig:
    return CLIPVisionConfig(
        hidden_size=WIDTH, intermediate_size=HIDDEN, num_hidden_layers=LAYERS, num_attention_heads=HEADS, image_size=168,
        patch_size=14, projection_dim=WIDTH, hidden_act="quick_gelu", attn_implementation=PLAIN,
    )  # fmt: skip


def pixel_values(pixels: np.ndarray) -> torch.Tensor:
    """What the image processor makes of pictures that already have the right size."""
    values = torch.from_numpy(pixels).float().div_(255)
    return ((values - MEAN) / DEVIATION).permute(0, 3, 1, 2)


def positions(side: int) -> torch.Tensor:
    """Sines and cosines of row and column of side x side patches, to start from."""
    rates = 10 ** (-torch.arange(WIDTH // 4) / (WIDTH // 4) * 2) * 2
    angles = torch.arange(side).float()[:, None] * rates
    axis = torch.cat([angles.sin(), angles.cos()], dim=1)
    grid = torch.cat([axis[:, None].expand(side, side, -1), axis[None].expand(side, side, -1)], dim=2)
    return 0.3 * grid.reshape(side * side, WIDTH)


def initialise(layers: nn.ModuleList) -> None:
    """Draws the weights of a vision tower's layers."""
    for layer in layers:
        for linear in [layer.self_attn.q_proj, layer.self_attn.k_proj, layer.self_attn.v_proj, layer.mlp.fc1]:
            nn.init.normal_(linear.weight, std=linear.in_features**-0.5)
        for linear in [layer.self_attn.out_proj, layer.mlp.fc2]:
            nn.init.normal_(linear.weight, std=(2 * len(layers) * linear.in_features) ** -0.5)


class Tower(nn.Module):
    """The CLIP model and the heads that are there for training only."""

    def __init__(self):
        super().__init__()
        self.clip = CLIPVisionModel(config())
        self.vision = self.clip.vision_model
        self.classes = [*LABELS.values(), GRID, GRID]
        self.patch_head = nn.Sequential(nn.LayerNorm(WIDTH), nn.Linear(WIDTH, sum(self.classes)))
        self.class_head = nn.Linear(WIDTH, TARGETS)
        nn.init.constant_(self.class_head.bias, -3.0)
        initialise(self.vision.encoder.layers)
        self.vision.embeddings.position_embedding.weight.data.copy_(torch.cat([torch.zeros(1, WIDTH), positions(GRID)]))

    def hidden_parameters(self) -> list[nn.Parameter]:
        return [parameter for parameter in self.vision.encoder.parameters() if parameter.ndim == 2]

    def features(self, pixels: torch.Tensor) -> torch.Tensor:
        """hidden_states[-2], class token first: batch x 145 x WIDTH."""
        states = self.vision.pre_layrnorm(self.vision.embeddings(pixels))
        for layer in self.vision.encoder.layers[:-1]:
            states = layer(states, None, None)[0]
        return states

    def read_out(self, states: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The class token after the last layer, and its attention logits as one head, as PruMerge sees them."""
        layer = self.vision.encoder.layers[-1]
        own = states[:, :1].detach()
        normed = layer.layer_norm1(torch.cat([own, states[:, 1:]], dim=1))
        attention = layer.self_attn
        query, key, value = attention.q_proj(normed[:, :1]), attention.k_proj(normed), attention.v_proj(normed)
        heads = [part.unflatten(2, (HEADS, -1)).transpose(1, 2) for part in (query, key, value)]
        own = own + attention.out_proj(plain(attention, *heads, None)[0].flatten(2))
        own = own + layer.mlp(layer.layer_norm2(own))
        logits = (query @ key.mT)[:, 0].float() * WIDTH**-0.5
        return self.class_head(self.vision.post_layernorm(own[:, 0])).float(), logits

    def patch_loss(self, states: torch.Tensor, labels: torch.Tensor) -> tuple[torch.Tensor, dict[str, float]]:
        places = torch.arange(GRID * GRID).expand(len(labels), -1)
        wanted = torch.cat([labels.long(), (places // GRID)[..., None], (places % GRID)[..., None]], dim=2).flatten(0, 1)
        logits = self.patch_head(states[:, 1:]).flatten(0, 1).float().split(self.classes, dim=1)
        total, shown = 0.0, {}
        for name, given, right in zip([*LABELS, "row", "column"], logits, wanted.unbind(1)):
            kept = (right >= 0).nonzero()[:, 0]
            if len(kept):
                given, right = given[kept], right[kept]
                total = total + functional.cross_entropy(given, right)
                shown[name] = (given.argmax(1) == right).float().mean().item()
        return total, shown

    def class_loss(self, states: torch.Tensor, targets: torch.Tensor, penalty: float):
        """The multi-label loss, with a penalty on the spread of the attention logits against a heavy-tailed background."""
        given, logits = self.read_out(states)
        loss = functional.binary_cross_entropy_with_logits(given, targets.float())
        hits = ((given > 0) & (targets > 0)).sum().item()
        f1 = 2 * hits / max(1, (given > 0).sum().item() + (targets > 0).sum().item())
        spread = logits.var(dim=1).mean()
        return CLASS_WEIGHT * loss + penalty * spread, {"class": loss.item(), "f1": f1, "spread": spread.item()}


def draw(scenes: Scenes, pools: list[np.ndarray], key: list[int], count: int) -> np.ndarray:
    """Pictures of a step, in fixed shares by kind."""
    random = np.random.default_rng(key)
    counts = np.round(np.cumsum([0, *SHARES]) * count).astype(int)
    return np.concatenate([random.choice(pool, n) for pool, n in zip(pools, np.diff(counts)) if len(pool)])


def train(run: Run, tower: Tower, scenes: Scenes, pools: list[np.ndarray], steps: int, read_out_steps: int, seed: int):
    optimisers = Optimisers(tower.hidden_parameters(), tower.parameters())

    def loss(step: int):
        chosen = draw(scenes, pools, [seed, 1, step], BATCH)
        with torch.autocast("cpu", torch.bfloat16):
            states = tower.features(pixel_values(scenes.images(chosen)))
            dense, shown = tower.patch_loss(states, torch.from_numpy(scenes.labels[chosen]))
            penalty = PENALTY if step >= PENALTY_FROM * steps else 0.0
            whole, more = tower.class_loss(states, torch.from_numpy(scenes.targets[chosen]), penalty)
        return dense + whole, {"dense": dense.item(), **shown, **more}

    run.phase("tower", steps, optimisers, lambda step: learning_rate(step, steps, PEAK, 0.0), loss)
    read_out(run, tower, scenes, pools, read_out_steps, seed)


def read_out(run: Run, tower: Tower, scenes: Scenes, pools: list[np.ndarray], steps: int, seed: int) -> None:
    """Trains the last layer and the class head once more, without penalty: so sparse is the attention that PruMerge sees."""
    last = tower.vision.encoder.layers[-1]
    trained = [*last.parameters(), *tower.vision.post_layernorm.parameters(), *tower.class_head.parameters()]
    hidden = [parameter for parameter in last.parameters() if parameter.ndim == 2]
    optimisers = Optimisers(hidden, trained)

    def loss(step: int):
        chosen = draw(scenes, pools, [seed, 2, step], READ_OUT_BATCH)
        with torch.autocast("cpu", torch.bfloat16):
            with torch.no_grad():
                states = tower.features(pixel_values(scenes.images(chosen)))
            return tower.class_loss(states, torch.from_numpy(scenes.targets[chosen]), 0.0)

    run.phase("read_out", steps, optimisers, lambda step: learning_rate(step, steps, READ_OUT_PEAK, 0.0), loss)


@torch.no_grad()
def all_features(tower: Tower, scenes: Scenes, chosen: np.ndarray) -> torch.Tensor:
    """What the projector reads, as bfloat16: pictures x 144 x WIDTH."""
    found = torch.empty(len(chosen), GRID * GRID, WIDTH, dtype=torch.bfloat16)
    for first in range(0, len(chosen), BATCH):
        part = chosen[first : first + BATCH]
        with torch.autocast("cpu", torch.bfloat16):
            found[first : first + len(part)] = tower.features(pixel_values(scenes.images(part)))[:, 1:]
    return found
