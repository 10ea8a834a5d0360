"""Writes the demo's small random checkpoint.

    python make_demo_checkpoint.py ../../conf/mini-llava
"""

import argparse
from pathlib import Path

import torch

from make_checkpoints import GAINS, image_steps, specials, tokenizer_config
from tiny_llava import build, build_tokenizer, old_name, random_weights, stored_tensors, write_json, write_single

SEED = 20240412
TOKENS, ROWS, IMAGE = 640, 640, 638
CARD = """# mini-llava (random weights)

A LLaVA-1.5 checkpoint in shape and file format only: **its weights are random numbers, it has learnt nothing, and its answers
and scores mean nothing.** It is here so that the demo can run the whole path, from an image to the Parquet report, with no
download, on a laptop. A trained model of the same kind is to take its place.

| | |
|---|---|
| vision tower | CLIP ViT, {vision_width} wide, 4 layers, 4 heads, 168x168 pixels in 14x14 patches: 144 visual tokens |
| projector | two layers, GELU |
| language model | Llama, {text_width} wide, 3 layers, 4 heads, {tokens} tokens |
| weights | {parameters:,} parameters, bfloat16, Hugging Face layout |
| tokenizer | byte-fallback BPE in Llama's form, ready for the `vicuna_v1` prompt |
| made by | `notebooks/goldens/make_demo_checkpoint.py`, seed {seed}, transformers 4.57.1 |

Two things are not left to chance: the last layer's keys and queries are scaled so that the class token attends to a few
patches more than to the others (some 5 % stand out, as in the real model, so PruMerge has something to keep), and the head's
rows of byte and special tokens other than `</s>` are zero, so that answers are made of readable pieces.

Licence: Apache-2.0, as the repository.
"""


def config() -> dict:
    return {
        "architectures": ["LlavaForConditionalGeneration"],
        "image_token_index": IMAGE,
        "model_type": "llava",
        "pad_token_id": IMAGE + 1,
        "projector_hidden_act": "gelu",
        "text_config": {
            "hidden_size": 128, "intermediate_size": 256, "max_position_embeddings": 2048, "model_type": "llama",
            "num_attention_heads": 4, "num_hidden_layers": 3, "rms_norm_eps": 1e-05, "torch_dtype": "bfloat16",
            "vocab_size": ROWS,
        },
        "tie_word_embeddings": False,
        "torch_dtype": "bfloat16",
        "transformers_version": "4.57.1",
        "vision_config": {
            "hidden_act": "quick_gelu", "hidden_size": 96, "image_size": 168, "intermediate_size": 192,
            "model_type": "clip_vision_model", "num_attention_heads": 4, "num_hidden_layers": 4, "patch_size": 14,
            "projection_dim": 96,
        },
        "vision_feature_layer": -2,
        "vision_feature_select_strategy": "default",
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("output", type=Path)
    folder = parser.parse_args().output
    folder.mkdir(parents=True, exist_ok=True)
    described = config()
    model = build(described)
    random_weights(model, seed=SEED, gains=GAINS)
    tokenizer = build_tokenizer(TOKENS, image_first=False, legacy=True, merges_as_text=False)
    unreadable = [i for name, i in tokenizer["model"]["vocab"].items() if name.startswith("<0x") or i in (0, 1)]
    with torch.no_grad():
        model.lm_head.weight[unreadable + [IMAGE, IMAGE + 1]] = 0
    tensors = {old_name(name): tensor.bfloat16() for name, tensor in stored_tensors(model).items()}
    write_single(folder, tensors)
    write_json(folder / "config.json", described)
    write_json(folder / "tokenizer.json", tokenizer)
    write_json(folder / "tokenizer_config.json", tokenizer_config(specials(IMAGE), add_bos_token=True, legacy=True))
    steps = image_steps(size={"shortest_edge": 168}, crop_size={"height": 168, "width": 168})
    write_json(folder / "preprocessor_config.json", steps | {"processor_class": "LlavaProcessor"})
    write_json(
        folder / "processor_config.json",
        {
            "image_token": "<image>", "num_additional_image_tokens": 1, "patch_size": 14,
            "processor_class": "LlavaProcessor", "vision_feature_select_strategy": "default",
        },
    )  # fmt: skip
    write_json(
        folder / "generation_config.json",
        {
            "bos_token_id": 1, "eos_token_id": 2, "max_new_tokens": 16, "pad_token_id": IMAGE + 1,
            "transformers_version": "4.57.1",
        },
    )  # fmt: skip
    card = CARD.format(
        vision_width=96, text_width=128, tokens=TOKENS, seed=SEED, parameters=sum(t.numel() for t in tensors.values())
    )
    (folder / "README.md").write_text(card, encoding="utf-8")
    print(folder, sum(file.stat().st_size for file in folder.iterdir()), "bytes")


if __name__ == "__main__":
    main()
