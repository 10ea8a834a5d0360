"""Stage 1 of the model that watches: a SigLIP ViT that learns what is in every patch of a frame.

The patches of the last layer but one, which the language model will read, learn their labels. The last layer learns from
what these have found, and without changing it, which shapes in which colours the whole frame shows: that gives a meaning to
its attention, which some methods rank patches by.
"""

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from transformers import SiglipVisionConfig, SiglipVisionModel

from attention import PLAIN
from data import COLOURS, SHAPES
from tower import WIDTH, initialise, positions
from training import Optimisers, Run, learning_rate
from video_data import CLIP_FRAMES, PATCH_PIXELS, PATCHES, SIDE, Clip, decoded, objects, shown

LAYERS, HEADS, HIDDEN = 5, 4, 512
CLIPS, OF_EACH = 16, 4  # clips of a step, and frames of each
PEAK = 6e-3
FRAME_WEIGHT = 10.0
PAIRS = len(SHAPES) * len(COLOURS)


def config() -> SiglipVisionConfig:
    return SiglipVisionConfig(
        hidden_size=WIDTH, intermediate_size=HIDDEN, num_hidden_layers=LAYERS, num_attention_heads=HEADS, image_size=SIDE,
        patch_size=SIDE // PATCHES, vision_use_head=False, attn_implementation=PLAIN,
    )  # fmt: skip


def pixel_values(frames: np.ndarray) -> torch.Tensor:
    """What the video processor makes of frames that already have the right size."""
    return ((torch.from_numpy(frames).float() / 255 - 0.5) / 0.5).permute(0, 3, 1, 2)


class Tower(nn.Module):
    """The SigLIP model and the heads that are there for training only."""

    def __init__(self):
        super().__init__()
        self.siglip = SiglipVisionModel(config())
        self.vision = self.siglip.vision_model
        self.patch_head = nn.Sequential(nn.LayerNorm(WIDTH), nn.Linear(WIDTH, len(SHAPES) + len(COLOURS) + 1))
        self.frame_head = nn.Linear(WIDTH, PAIRS)
        nn.init.constant_(self.frame_head.bias, -3.0)
        initialise(self.vision.encoder.layers)
        self.vision.embeddings.position_embedding.weight.data.copy_(positions(PATCHES))

    def hidden_parameters(self) -> list[nn.Parameter]:
        return [parameter for parameter in self.vision.encoder.parameters() if parameter.ndim == 2]

    def features(self, pixels: torch.Tensor) -> torch.Tensor:
        """hidden_states[-2]: frames x 64 x WIDTH."""
        states = self.vision.embeddings(pixels)
        for layer in self.vision.encoder.layers[:-1]:
            states = layer(states, None)
        return states

    def patch_loss(self, states: torch.Tensor, shapes: torch.Tensor, colours: torch.Tensor):
        """shapes, colours: frames x 64, -1 where a patch shows none"""
        logits = self.patch_head(states).flatten(0, 1).float()
        of_shapes, of_colours, painted = logits.split([len(SHAPES), len(COLOURS), 1], dim=1)
        shapes, colours = shapes.flatten(), colours.flatten()
        on = shapes >= 0
        loss = functional.binary_cross_entropy_with_logits(painted[:, 0], on.float())
        told = {}
        for name, given, right in (("shape", of_shapes[on], shapes[on]), ("colour", of_colours[on], colours[on])):
            loss = loss + functional.cross_entropy(given, right)
            told[name] = (given.argmax(1) == right).float().mean().item()
        return loss, told

    def frame_loss(self, states: torch.Tensor, pairs: torch.Tensor):
        """pairs: frames x PAIRS"""
        last = self.vision.encoder.layers[-1](states.detach(), None)
        given = self.frame_head(self.vision.post_layernorm(last).mean(1)).float()
        loss = functional.binary_cross_entropy_with_logits(given, pairs)
        hits = ((given > 0) & (pairs > 0)).sum().item()
        return FRAME_WEIGHT * loss, {"f1": 2 * hits / max(1, ((given > 0).sum() + (pairs > 0).sum()).item())}


def labels(clips: list[Clip], chosen: list[np.ndarray], pixels: np.ndarray) -> list[torch.Tensor]:
    """Shapes and colours of patches, and which pairs of them a frame shows."""
    colours = shown(pixels, PATCHES, PATCH_PIXELS)
    owners = objects(clips, chosen, colours)
    shapes, at = np.full(owners.shape, -1), 0
    for clip, frames in zip(clips, chosen):
        part = slice(at, at + len(frames))
        shapes[part] = np.append(clip.shapes, -1)[owners[part]]
        at += len(frames)
    pairs = np.zeros((len(pixels), PAIRS + 1), np.float32)
    rows = np.arange(len(pixels))[:, None, None]
    pairs[rows, np.where(shapes >= 0, shapes * len(COLOURS) + colours, PAIRS)] = 1
    return [torch.from_numpy(one) for one in (shapes.reshape(len(pixels), -1), colours.reshape(len(pixels), -1), pairs[:, :-1])]


def train(run: Run, tower: Tower, clips: list[Clip], steps: int, seed: int) -> None:
    optimisers = Optimisers(tower.hidden_parameters(), tower.parameters())

    def loss(step: int):
        random = np.random.default_rng([seed, 1, step])
        drawn = [clips[i] for i in random.choice(len(clips), CLIPS, replace=False)]
        chosen = [random.choice(CLIP_FRAMES, OF_EACH, replace=False) for _ in drawn]
        pixels = decoded(drawn, chosen)
        shapes, colours, pairs = labels(drawn, chosen, pixels)
        with torch.autocast("cpu", torch.bfloat16):
            states = tower.features(pixel_values(pixels))
            dense, told = tower.patch_loss(states, shapes, torch.where(shapes >= 0, colours, -1))
            whole, more = tower.frame_loss(states, pairs)
        return dense + whole, {"dense": dense.item(), **told, **more}

    run.phase("tower", steps, optimisers, lambda step: learning_rate(step, steps, PEAK, 0.0), loss)
