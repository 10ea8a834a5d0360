"""PruMerge's scores and key products as the paper's text has them, from transformers' towers.

    python make_paper_goldens.py GOLDENS

GOLDENS holds images/ and checkpoints/ (make_checkpoints.py); paper/paper.json and paper.safetensors are written. fp32
on the CPU. Queries and keys are those of the layer whose output the features are; heads by themselves, softmax over
the patches alone, mean over the heads; products of keys summed over the heads. Of the products, every seventh row.
"""

import sys
from pathlib import Path

import torch

from reference import pixels_of, processor_of, write
from tiny_llava import load_reference

CASES = [("mha", "wide.png", "crop"), ("gqa", "wide.png", "pad"), ("bf16", "rgba.png", "crop")]


@torch.no_grad()
def main(goldens: Path) -> None:
    cases, tensors = [], {}
    for checkpoint, picture, aspect in CASES:
        folder = goldens / "checkpoints" / checkpoint
        model = load_reference(folder)
        vision = model.config.vision_config
        layer = model.config.vision_feature_layer
        depth = layer if layer >= 0 else vision.num_hidden_layers + 1 + layer
        attention = model.model.vision_tower.vision_model.encoder.layers[depth - 1].self_attn
        seen = {}
        attention.q_proj.register_forward_hook(lambda _, __, out: seen.update(q=out))
        attention.k_proj.register_forward_hook(lambda _, __, out: seen.update(k=out))
        pixels, _ = pixels_of(processor_of(folder), goldens / "images" / picture, aspect)
        model.model.vision_tower(pixels)
        heads = vision.num_attention_heads
        q, k = (seen[name][0].unflatten(-1, (heads, -1)).transpose(0, 1) for name in "qk")  # [heads, N + 1, head]
        scores = (q[:, :1] @ k[:, 1:].transpose(1, 2)) * q.shape[-1] ** -0.5
        name = f"{checkpoint}/{picture}@{aspect}"
        cases.append({"name": name, "checkpoint": checkpoint, "image": picture, "aspect": aspect})
        tensors[name + "/attention"] = scores.softmax(-1).mean((0, 1)).contiguous()
        tensors[name + "/products"] = (k[:, 1:] @ k[:, 1:].transpose(1, 2)).sum(0)[::7].contiguous()
    facts = {"command": "python make_paper_goldens.py GOLDENS", "tolerance": 1e-5, "cases": cases}
    write(goldens, "paper/paper", facts, tensors)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
