"""Runs the gqa checkpoint under other configurations: rope types, feature layers, activations.

    python make_variant_goldens.py GOLDENS

Each variant is config.json with some fields laid over it (the weights fit all of them), so a test can write the folder
again with another config.json. A fresh model per run, fp32 on the CPU, as make_goldens.py; model/ has to be there.
"""

import argparse
import json
from pathlib import Path

import torch
import transformers
from safetensors.torch import load_file
from transformers import GenerationConfig

import corpus
from reference import NEW_TOKENS, decode, embed, normalised, write
from tiny_llava import load_reference

CHECKPOINT = "gqa"
LONG = corpus.SYSTEM + " USER: Where is the kite, to the left or to the right of the boat? ASSISTANT:"
SHORT = "USER: What color is the dog? ASSISTANT:"
FEATURE_STRIDE = 8


def rope(scaling: dict, **text) -> dict:
    return {"text_config": {"rope_scaling": scaling} | text}


# name: (overrides, prompts); LONG has about 90 tokens, SHORT about 20.
ROPES = {
    "default-theta": ({"text_config": {"rope_theta": 10000.0}}, [LONG]),
    "linear": (rope({"rope_type": "linear", "factor": 4.0}), [LONG]),
    "linear-old-key": (rope({"type": "linear", "factor": 2.5}), [LONG]),
    # past its limit in the prompt; passing it while decoding; never reaching it
    "dynamic": (rope({"rope_type": "dynamic", "factor": 2.0}, max_position_embeddings=32), [LONG]),
    "dynamic-growing": (rope({"rope_type": "dynamic", "factor": 4.0}, max_position_embeddings=24), [SHORT]),
    "dynamic-below": (rope({"rope_type": "dynamic", "factor": 4.0}, max_position_embeddings=512), [SHORT]),
    "llama3": (
        rope({
            "rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
            "original_max_position_embeddings": 64,
        }),
        [LONG, SHORT],
    ),
    "llama3-narrow": (
        rope({
            "rope_type": "llama3", "factor": 32.0, "low_freq_factor": 1.0, "high_freq_factor": 1.5,
            "original_max_position_embeddings": 512,
        }),
        [LONG],
    ),
    "yarn": (rope({"rope_type": "yarn", "factor": 4.0}, max_position_embeddings=1024), [LONG]),
    "yarn-original": (
        rope(
            {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 512}, max_position_embeddings=2048
        ),
        [LONG, SHORT],
    ),
    "yarn-attention": (
        rope({"rope_type": "yarn", "factor": 8.0, "attention_factor": 0.75, "original_max_position_embeddings": 256}),
        [LONG],
    ),
    "yarn-betas": (
        rope({
            "rope_type": "yarn", "factor": 8.0, "beta_fast": 16.0, "beta_slow": 2.0,
            "original_max_position_embeddings": 256,
        }),
        [LONG],
    ),
    "yarn-mscale": (
        rope({
            "rope_type": "yarn", "factor": 8.0, "mscale": 0.7, "mscale_all_dim": 1.2,
            "original_max_position_embeddings": 256,
        }),
        [LONG],
    ),
    "yarn-not-truncated": (
        rope({"rope_type": "yarn", "factor": 8.0, "truncate": False, "original_max_position_embeddings": 256}), [LONG],
    ),
    "text-gelu": ({"text_config": {"hidden_act": "gelu", "rms_norm_eps": 1e-3}}, [LONG]),
}  # fmt: skip
IMAGES = {
    "select-full": {"vision_feature_select_strategy": "full"},
    "layer-last": {"vision_feature_layer": -1},
    "layer-first": {"vision_feature_layer": 1},
    "layer-embeddings": {"vision_feature_layer": 0},
    "vision-gelu": {"vision_config": {"hidden_act": "gelu"}},
    "vision-gelu-tanh": {"vision_config": {"hidden_act": "gelu_pytorch_tanh"}},
    "vision-relu": {"vision_config": {"hidden_act": "relu", "layer_norm_eps": 1e-3}},
    "vision-silu": {"vision_config": {"hidden_act": "silu"}},
    "projector-relu": {"projector_hidden_act": "relu"},
    "projector-gelu-new": {"projector_hidden_act": "gelu_new"},
}
PICTURE = "lossless.webp@crop"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("goldens", type=Path)
    goldens = parser.parse_args().goldens
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    folder = goldens / "checkpoints" / CHECKPOINT
    generation = GenerationConfig.from_pretrained(folder)
    tokenizer = transformers.LlamaTokenizerFast.from_pretrained(folder)
    model_golden = json.loads((goldens / "model" / f"{CHECKPOINT}.json").read_text(encoding="utf-8"))
    case = next(case for case in model_golden["cases"] if case["input"] == PICTURE)
    pixels = normalised(load_file(goldens / "model" / f"{CHECKPOINT}.safetensors")[f"{PICTURE}/pixels"])
    tensors, texts, images = {}, [], []

    def fresh(overrides: dict):
        model = load_reference(folder, overrides)
        model.generation_config = generation
        return model

    for name, (overrides, prompts) in ROPES.items():
        for number, prompt in enumerate(prompts):
            ids = tokenizer(prompt)["input_ids"]
            inputs = {"input_ids": torch.tensor([ids])}
            answer, logits = decode(fresh(overrides), inputs, max_new_tokens=NEW_TOKENS)
            plain = decode(fresh({}), inputs, max_new_tokens=NEW_TOKENS)[1]
            key = f"{name}#{number}"
            tensors[f"{key}/logits"] = logits
            texts.append({"name": key, "overrides": overrides, "prompt": prompt, "ids": ids} | answer)
            print(key, len(ids), "tokens; logits differ from the plain model by", float((logits - plain).abs().max()))
    for name, overrides in IMAGES.items():
        model = fresh(overrides)
        with torch.no_grad():
            projected = model.get_image_features(
                pixels, model.config.vision_feature_layer, model.config.vision_feature_select_strategy
            )[0]  # fmt: skip
        answer, logits = decode(
            model, {"inputs_embeds": embed(model, case["ids"], projected)}, max_new_tokens=NEW_TOKENS
        )  # fmt: skip
        tensors[f"{name}/logits"] = logits
        tensors[f"{name}/features"] = projected[::FEATURE_STRIDE].contiguous()
        images.append({"name": name, "overrides": overrides, "visual_tokens": len(projected)} | answer)
        print(name, tuple(projected.shape), answer["greedy"][:4])
    head = {
        "command": "python make_variant_goldens.py GOLDENS", "dtype": "float32",
        "checkpoint": CHECKPOINT, "tolerance": model_golden["tolerance"], "feature_stride": FEATURE_STRIDE,
        "input": PICTURE, "ids": case["ids"],
    }  # fmt: skip
    write(goldens, "variants/variants", head | {"texts": texts, "images": images}, tensors)


if __name__ == "__main__":
    main()
