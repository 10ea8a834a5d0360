"""Writes a Qwen3-VL whose tower has the size of the 2B and 4B model's, with random weights, before a decoder of almost nothing.

    python qwen3_tower.py SMALL OUTPUT

SMALL: the tests' checkpoint goldens/qwen3/tied, whose decoder and tokenizer it takes. Its answers mean nothing. It is for
counting: pictures become as many blocks as the published model makes of them, methods before the tower leave as many of
them, and the tower does as much work. Needs transformers 4.57 or later.
"""

import argparse
import json
import shutil
from pathlib import Path

import torch
from transformers import Qwen3VLConfig, Qwen3VLForConditionalGeneration

# Of config.json of Qwen/Qwen3-VL-4B-Instruct, but for the decoder's width.
TOWER = {
    "depth": 24, "hidden_size": 1024, "intermediate_size": 4096, "num_heads": 16, "patch_size": 16, "num_position_embeddings": 2304,
    "deepstack_visual_indexes": [5, 11, 17],
}  # fmt: skip
# Of its preprocessor_config.json.
PIXELS = {"patch_size": 16, "size": {"shortest_edge": 65536, "longest_edge": 16777216}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("small", type=Path)
    parser.add_argument("output", type=Path, help="a new folder")
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True)
    settings = json.loads((arguments.small / "config.json").read_text())
    settings["vision_config"] |= TOWER
    settings["text_config"]["num_hidden_layers"] = len(TOWER["deepstack_visual_indexes"])
    torch.manual_seed(0)
    model = Qwen3VLForConditionalGeneration(Qwen3VLConfig.from_dict(settings)).to(torch.bfloat16)
    model.save_pretrained(arguments.output)
    for file in arguments.small.iterdir():
        if not (arguments.output / file.name).exists():
            shutil.copy(file, arguments.output)
    processor = json.loads((arguments.small / "preprocessor_config.json").read_text()) | PIXELS
    (arguments.output / "preprocessor_config.json").write_text(json.dumps(processor, indent=1))
    # transformers 5 writes `rope_parameters` and other names there; this is the published form.
    settings["dtype"] = "bfloat16"
    (arguments.output / "config.json").write_text(json.dumps(settings, indent=2))


if __name__ == "__main__":
    main()
