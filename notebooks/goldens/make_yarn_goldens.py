"""What Qwen-VL's models say where their rotation of three parts is scaled for long texts, as their cards ask for.

    python make_yarn_goldens.py GOLDENS

Writes GOLDENS/qwen/yarn.json by transformers 4.57.1 in fp32: the checkpoints of qwen/ and qwen3/ with another
`rope_scaling`, which each case has; first logits and greedy tokens of pictures with the question of qwen.json.
"""

import argparse
import json
import shutil
import tempfile
from pathlib import Path

import torch
import transformers
from transformers import AutoTokenizer, Qwen2_5_VLForConditionalGeneration, Qwen2VLForConditionalGeneration
from transformers import Qwen2VLImageProcessor, Qwen3VLForConditionalGeneration

from make_family_goldens import QUESTION, rgb
from make_qwen_goldens import IMAGE, PICTURE, PROMPT, pixels_of
from tiny_llava import write_golden, write_json

MODELS = {
    "qwen/qwen2_vl/tied": Qwen2VLForConditionalGeneration,
    "qwen/qwen2_5_vl/tied": Qwen2_5_VLForConditionalGeneration,
    "qwen/qwen2_5_vl/untied": Qwen2_5_VLForConditionalGeneration,
    "qwen3/tied": Qwen3VLForConditionalGeneration,
}
PROMPT3 = PROMPT.replace("<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n", "")
SCALINGS = [
    {"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32},
    {"rope_type": "yarn", "factor": 2.5, "original_max_position_embeddings": 64, "beta_fast": 8, "truncate": None},
    {"rope_type": "linear", "factor": 3.0},
]
PICTURES = ["wide.png", "tall.png"]


@torch.no_grad()
def said(model, processor, tokenizer, picture, prompt: str) -> dict:
    pixels, grids = pixels_of(processor, picture)
    grids = torch.as_tensor(grids)
    ids = tokenizer(prompt.format(PICTURE, QUESTION))["input_ids"]
    count = int(grids.prod()) // 4
    expanded = torch.tensor([[token for one in ids for token in ([one] * count if one == IMAGE else [one])]])
    asked = dict(input_ids=expanded, pixel_values=pixels, image_grid_thw=grids)
    logits = model(**asked).logits[0, -1]
    greedy = model.generate(**asked, do_sample=False, temperature=None, max_new_tokens=16)[0, expanded.shape[1] :]
    return {"logits": logits.tolist(), "greedy": greedy.tolist()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("goldens", type=Path)
    goldens = parser.parse_args().goldens
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    cases = []
    for name, kind in MODELS.items():
        for scaling in SCALINGS:
            with tempfile.TemporaryDirectory() as temporary:
                folder = Path(temporary) / "model"
                shutil.copytree(goldens / name, folder)
                config = json.loads((folder / "config.json").read_text())
                text = config.get("text_config", config)
                text["rope_scaling"] = {
                    key: value for key, value in text["rope_scaling"].items() if key.startswith("mrope_")
                } | scaling
                if name.startswith("qwen3"):  # whose class knows no older key
                    text["rope_scaling"]["rope_type"] = text["rope_scaling"].pop("type", scaling.get("rope_type"))
                write_json(folder / "config.json", config)
                model = kind.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
                steps = json.loads((folder / "preprocessor_config.json").read_text())
                steps.pop("image_processor_type")
                size = steps.pop("size", None)  # which the slow class does not read
                if size:
                    steps |= {"min_pixels": size["shortest_edge"], "max_pixels": size["longest_edge"]}
                processor = Qwen2VLImageProcessor(**steps)
                tokenizer = AutoTokenizer.from_pretrained(folder)
                prompt = PROMPT3 if name.startswith("qwen3") else PROMPT
                answers = {
                    picture: said(model, processor, tokenizer, rgb(goldens / "images" / picture), prompt)
                    for picture in PICTURES
                }
                cases.append({"checkpoint": name, "rope_scaling": text["rope_scaling"], "answers": answers})
    versions = {m.__name__: m.__version__ for m in (torch, transformers)}
    write_golden(goldens / "qwen/yarn.json", {"versions": versions, "cases": cases})


if __name__ == "__main__":
    main()
