"""Runs transformers' CLIP tower over pictures made smaller, its positions interpolated.

    python make_small_goldens.py GOLDENS

GOLDENS holds images/ and checkpoints/ (make_checkpoints.py); small/small.json and small.safetensors are written. fp32
on the CPU. The processor is the checkpoint's own with size and crop_size of the smaller image.
"""

import hashlib
import json
import sys
from pathlib import Path

import torch

from reference import pixels_of, processor_of, write
from tiny_llava import load_reference

# checkpoint, picture, aspect, side in patches
CASES = [
    ("mha", "wide.png", "crop", 1),
    ("mha", "wide.png", "pad", 8),
    ("mha", "rgba.png", "crop", 13),
    ("mha", "wide.png", "crop", 23),
    ("gqa", "wide.png", "crop", 5),
    ("bf16", "jpeg-420.jpg", "pad", 3),
    ("bf16", "wide.png", "crop", 6),
]


@torch.no_grad()
def main(goldens: Path) -> None:
    cases, tensors = [], {}
    for checkpoint, picture, aspect, side in CASES:
        folder = goldens / "checkpoints" / checkpoint
        model = load_reference(folder)
        config = model.config
        edge = side * config.vision_config.patch_size
        processor = processor_of(folder)
        processor.size = {"shortest_edge": edge}
        processor.crop_size = {"height": edge, "width": edge}
        pixels, _ = pixels_of(processor, goldens / "images" / picture, aspect)
        assert pixels.shape == (1, 3, edge, edge), pixels.shape
        states = model.model.vision_tower(pixels, output_hidden_states=True, interpolate_pos_encoding=True).hidden_states
        layers = config.vision_feature_layer
        layers = [layers] if isinstance(layers, int) else layers
        features = torch.cat([states[layer][0, 1:] for layer in layers], dim=-1)
        name = f"{checkpoint}/{picture}@{aspect}/{side}"
        cases.append(
            {
                "name": name,
                "checkpoint": checkpoint,
                "image": picture,
                "aspect": aspect,
                "side": side,
                "pixels_sha256": hashlib.sha256(pixels.numpy().astype("<f4").tobytes()).hexdigest(),
            }
        )
        tensors[name] = features.contiguous()
    facts = {"command": "python make_small_goldens.py GOLDENS", "tolerance": 1e-4, "cases": cases}
    write(goldens, "small/small", facts, tensors)
    print(json.dumps([case["name"] for case in cases]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
