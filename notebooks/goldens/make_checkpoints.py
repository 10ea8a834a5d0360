"""Writes the three small random checkpoints of the parity tests.

    python make_checkpoints.py ../../udfs/src/test/resources/goldens/checkpoints

Each one goes a different way through the formats, in files, names, sizes, ropes and tokenizers; `transformers` 4.57.1, seeded.
"""

import argparse
from pathlib import Path

import torch

from tiny_llava import (
    build, build_tokenizer, old_name, random_weights, stored_tensors, v5_name, write_json, write_sharded, write_single,
)  # fmt: skip

MEAN = [0.48145466, 0.4578275, 0.40821073]
STD = [0.26862954, 0.26130258, 0.27577711]
GAINS = {
    "class": 1.0, "position": 0.9, "patch": 1.0, "vision_qk": 1.2, "last_qk": 1.1, "text_qk": 1.7, "head": 2.0, "other": 1.0,
}  # fmt: skip


def image_steps(**size) -> dict:
    return {
        "do_center_crop": True, "do_convert_rgb": True, "do_normalize": True, "do_rescale": True, "do_resize": True,
        "image_mean": MEAN, "image_std": STD, "image_processor_type": "CLIPImageProcessor", "resample": 3,
        "rescale_factor": 0.00392156862745098, **size,
    }  # fmt: skip


def tokenizer_config(names: dict[str, int], **extra) -> dict:
    return {
        "added_tokens_decoder": {
            str(i): {
                "content": name, "lstrip": False, "normalized": False, "rstrip": False, "single_word": False,
                "special": True,
            }
            for name, i in names.items()
        },
        "bos_token": "<s>", "clean_up_tokenization_spaces": False, "eos_token": "</s>", "pad_token": "<pad>",
        "padding_side": "left", "tokenizer_class": "LlamaTokenizer", "unk_token": "<unk>", **extra,
    }  # fmt: skip


def specials(image: int) -> dict[str, int]:
    return {"<unk>": 0, "<s>": 1, "</s>": 2, "<image>": image, "<pad>": image + 1}


def mha(folder: Path) -> None:
    """MHA, F32, one file, v4's names, defaults left out of config.json, sizes as plain integers, legacy tokenizer."""
    tokens, image = 680, 678
    config = {
        "architectures": ["LlavaForConditionalGeneration"],
        "ignore_index": -100,
        "image_token_index": image,
        "model_type": "llava",
        "pad_token_id": image + 1,
        "projector_hidden_act": "gelu",
        "text_config": {
            "architectures": ["LlamaForCausalLM"], "hidden_size": 48, "intermediate_size": 104,
            "max_position_embeddings": 4096, "model_type": "llama", "num_attention_heads": 4, "num_hidden_layers": 3,
            "rms_norm_eps": 1e-05, "torch_dtype": "float32", "vocab_size": 688,
        },
        "tie_word_embeddings": False,
        "torch_dtype": "float32",
        "transformers_version": "4.36.0.dev0",
        "vision_config": {
            "hidden_size": 48, "image_size": 96, "intermediate_size": 96, "model_type": "clip_vision_model",
            "num_attention_heads": 4, "num_hidden_layers": 4, "patch_size": 4, "projection_dim": 48,
        },
        "vision_feature_layer": -2,
        "vision_feature_select_strategy": "default",
        "vocab_size": 688,
    }  # fmt: skip
    model = build(config)
    random_weights(model, seed=20240514, gains=GAINS)
    write_json(folder / "config.json", config)
    write_single(folder, {old_name(name): tensor for name, tensor in stored_tensors(model).items()})
    write_json(folder / "tokenizer.json", build_tokenizer(tokens, image_first=False, legacy=True, merges_as_text=True))
    write_json(folder / "tokenizer_config.json", tokenizer_config(specials(image), add_bos_token=True, legacy=True))
    steps = image_steps(size=96, crop_size=96)
    del steps["do_convert_rgb"], steps["do_rescale"], steps["rescale_factor"], steps["image_processor_type"]
    write_json(folder / "preprocessor_config.json", steps | {"feature_extractor_type": "CLIPFeatureExtractor"})
    write_json(
        folder / "generation_config.json",
        {
            "_from_model_config": True, "bos_token_id": 1, "eos_token_id": 2, "pad_token_id": image + 1,
            "transformers_version": "4.36.0.dev0",
        },
    )  # fmt: skip


def gqa(folder: Path) -> None:
    """GQA, tied, three shards (the first in F16), new names, explicit head_dim, rope_theta 500000, Metaspace."""
    tokens, image = 640, 3
    config = {
        "architectures": ["LlavaForConditionalGeneration"],
        "dtype": "float32",
        "image_seq_length": 144,
        "image_token_index": image,
        "model_type": "llava",
        "multimodal_projector_bias": True,
        "projector_hidden_act": "gelu",
        "text_config": {
            "attention_bias": False, "bos_token_id": 1, "eos_token_id": 2, "head_dim": 24, "hidden_act": "silu",
            "hidden_size": 64, "intermediate_size": 112, "max_position_embeddings": 2048, "mlp_bias": False,
            "model_type": "llama", "num_attention_heads": 4, "num_hidden_layers": 3, "num_key_value_heads": 2,
            "pretraining_tp": 1, "rms_norm_eps": 1e-06, "rope_scaling": None, "rope_theta": 500000.0,
            "tie_word_embeddings": True, "use_cache": True, "vocab_size": 640,
        },
        "tie_word_embeddings": True,
        "transformers_version": "4.57.1",
        "vision_config": {
            "attention_dropout": 0.0, "hidden_act": "quick_gelu", "hidden_size": 60, "image_size": 168,
            "intermediate_size": 120, "layer_norm_eps": 1e-05, "model_type": "clip_vision_model", "num_attention_heads": 3,
            "num_channels": 3, "num_hidden_layers": 3, "patch_size": 14, "projection_dim": 60, "vocab_size": 32000,
        },
        "vision_feature_layer": -2,
        "vision_feature_select_strategy": "default",
    }  # fmt: skip
    model = build(config)
    random_weights(model, seed=20240318, gains=GAINS)
    tensors = stored_tensors(model)
    shards = [{}, {}, {}]
    for name, tensor in tensors.items():
        if name.startswith("model.vision_tower."):
            shards[0][name] = tensor.half()
        else:
            # The decoder's layers are split unevenly and the projector lies last, so no shard follows the model's order.
            shards[1 if "layers.0." in name or "layers.2." in name else 2][name] = tensor
    write_json(folder / "config.json", config)
    write_sharded(folder, shards)
    write_json(folder / "tokenizer.json", build_tokenizer(tokens, image_first=True, legacy=False, merges_as_text=False))
    write_json(
        folder / "tokenizer_config.json",
        tokenizer_config(specials(image), add_bos_token=True, add_eos_token=False, legacy=False),
    )
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
            "bos_token_id": 1, "eos_token_id": 2, "max_length": 64, "pad_token_id": image + 1,
            "transformers_version": "4.57.1",
        },
    )  # fmt: skip


def bf16(folder: Path) -> None:
    """BF16, v5's names and config spelling, all biases but the projector's, llama3 rope, two eos ids, 7x7 patches."""
    tokens, image = 666, 664
    config = {
        "architectures": ["LlavaForConditionalGeneration"],
        "dtype": "bfloat16",
        "image_token_id": image,
        "model_type": "llava",
        "multimodal_projector_bias": False,
        "projector_hidden_act": "gelu",
        "text_config": {
            "attention_bias": True, "bos_token_id": 1, "eos_token_id": BF16_EOS, "head_dim": 16, "hidden_act": "silu",
            "hidden_size": 64, "intermediate_size": 112, "max_position_embeddings": 2048, "mlp_bias": True,
            "model_type": "llama", "num_attention_heads": 4, "num_hidden_layers": 3, "num_key_value_heads": 4,
            "pad_token_id": image + 1, "rms_norm_eps": 1e-05,
            "rope_parameters": {
                "factor": 4.0, "high_freq_factor": 4.0, "low_freq_factor": 1.0, "original_max_position_embeddings": 128,
                "rope_theta": 10000.0, "rope_type": "llama3",
            },
            "tie_word_embeddings": False, "vocab_size": 672,
        },
        "tie_word_embeddings": False,
        "transformers_version": "5.0.0",
        "vision_config": {
            "hidden_act": "gelu", "hidden_size": 56, "image_size": 98, "intermediate_size": 96, "layer_norm_eps": 1e-05,
            "model_type": "clip_vision_model", "num_attention_heads": 4, "num_channels": 3, "num_hidden_layers": 4,
            "patch_size": 14, "projection_dim": 56,
        },
        "vision_feature_layer": -2,
        "vision_feature_select_strategy": "default",
    }  # fmt: skip
    model = build(config)
    random_weights(model, seed=20240318, gains=GAINS | {"last_qk": 1.0})
    write_json(folder / "config.json", config)
    write_single(folder, {v5_name(name): tensor.bfloat16() for name, tensor in stored_tensors(model).items()})
    write_json(folder / "tokenizer.json", build_tokenizer(tokens, image_first=False, legacy=False, merges_as_text=False))
    write_json(folder / "tokenizer_config.json", tokenizer_config(specials(image), legacy=False))
    steps = image_steps(size={"shortest_edge": 98}, crop_size={"height": 98, "width": 98})
    write_json(
        folder / "processor_config.json",
        {
            "image_processor": steps, "image_token": "<image>", "num_additional_image_tokens": 1, "patch_size": 14,
            "processor_class": "LlavaProcessor", "vision_feature_select_strategy": "default",
        },
    )  # fmt: skip
    write_json(
        folder / "generation_config.json",
        {
            "bos_token_id": 1, "eos_token_id": BF16_EOS, "max_new_tokens": 16, "pad_token_id": image + 1,
            "transformers_version": "5.0.0",
        },
    )  # fmt: skip


# The second id is a word that greedy decoding does emit (found by running it), so that a list's second entry ends rows.
BF16_EOS = [2, 297]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("output", type=Path)
    output = parser.parse_args().output
    torch.manual_seed(0)
    for make in (mha, gqa, bf16):
        folder = output / make.__name__
        folder.mkdir(parents=True, exist_ok=True)
        make(folder)
        print(folder, sum(file.stat().st_size for file in folder.iterdir()), "bytes")


if __name__ == "__main__":
    main()
