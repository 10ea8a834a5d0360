"""The trained weights as a Hugging Face folder that LlavaForConditionalGeneration loads as it is."""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer

from language import HEADS, HIDDEN, LAYERS, Language
from tower import DEVIATION, MEAN, WIDTH, Tower
from tower import HEADS as VISION_HEADS
from tower import HIDDEN as VISION_HIDDEN
from tower import LAYERS as VISION_LAYERS
from vocabulary import IMAGE, PAD, SPECIALS

TRANSFORMERS = "4.57.1"


def tensors(tower: Tower, language: Language) -> dict[str, torch.Tensor]:
    """All weights in bfloat16 under the names that transformers 4 writes."""
    parts = {
        "vision_tower": tower.clip.state_dict(),
        "multi_modal_projector.linear_1": language.linear_1.state_dict(),
        "multi_modal_projector.linear_2": language.linear_2.state_dict(),
        "language_model": language.llama.state_dict(),
    }
    return {
        f"{part}.{name}": tensor.bfloat16().contiguous()
        for part, weights in parts.items()
        for name, tensor in weights.items()
        if not name.endswith("position_ids")
    }


def config(tokens: int, image: int, pad: int) -> dict:
    return {
        "architectures": ["LlavaForConditionalGeneration"],
        "image_seq_length": 144,
        "image_token_index": image,
        "model_type": "llava",
        "multimodal_projector_bias": True,
        "pad_token_id": pad,
        "projector_hidden_act": "gelu",
        "text_config": {
            "bos_token_id": 1, "eos_token_id": 2, "hidden_act": "silu", "hidden_size": WIDTH, "intermediate_size": HIDDEN,
            "max_position_embeddings": 2048, "model_type": "llama", "num_attention_heads": HEADS,
            "num_hidden_layers": LAYERS, "num_key_value_heads": HEADS, "rms_norm_eps": 1e-05, "rope_theta": 10000.0,
            "tie_word_embeddings": False, "torch_dtype": "bfloat16", "vocab_size": tokens,
        },
        "tie_word_embeddings": False,
        "torch_dtype": "bfloat16",
        "transformers_version": TRANSFORMERS,
        "vision_config": {
            "hidden_act": "quick_gelu", "hidden_size": WIDTH, "image_size": 168, "intermediate_size": VISION_HIDDEN,
            "layer_norm_eps": 1e-05, "model_type": "clip_vision_model", "num_attention_heads": VISION_HEADS,
            "num_channels": 3, "num_hidden_layers": VISION_LAYERS, "patch_size": 14, "projection_dim": WIDTH,
        },
        "vision_feature_layer": -2,
        "vision_feature_select_strategy": "default",
    }  # fmt: skip


def tokenizer_config(tokenizer: Tokenizer, special: tuple[str, ...] = (IMAGE, PAD)) -> dict:
    added = {
        str(tokenizer.token_to_id(token)): {
            "content": token, "lstrip": False, "normalized": False, "rstrip": False, "single_word": False, "special": True,
        }
        for token in [*SPECIALS, *special]
    }  # fmt: skip
    return {
        "add_bos_token": True, "added_tokens_decoder": added, "bos_token": "<s>", "clean_up_tokenization_spaces": False,
        "eos_token": "</s>", "legacy": True, "model_max_length": 2048, "pad_token": PAD, "padding_side": "left",
        "tokenizer_class": "LlamaTokenizer", "unk_token": "<unk>",
    }  # fmt: skip


def image_steps() -> dict:
    return {
        "crop_size": {"height": 168, "width": 168}, "do_center_crop": True, "do_convert_rgb": True, "do_normalize": True,
        "do_rescale": True, "do_resize": True, "image_mean": [round(value, 8) for value in MEAN.double().tolist()],
        "image_processor_type": "CLIPImageProcessor", "image_std": [round(value, 8) for value in DEVIATION.double().tolist()],
        "processor_class": "LlavaProcessor", "resample": 3, "rescale_factor": 0.00392156862745098,
        "size": {"shortest_edge": 168},
    }  # fmt: skip


def write_json(file: Path, values: dict) -> None:
    file.write_text(json.dumps(values, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def export(folder: Path, tower: Tower, language: Language, tokenizer: Tokenizer, card: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    pad = tokenizer.token_to_id(PAD)
    save_file(tensors(tower, language), folder / "model.safetensors", metadata={"format": "pt"})
    write_json(folder / "config.json", config(tokenizer.get_vocab_size(), tokenizer.token_to_id(IMAGE), pad))
    tokenizer.save(str(folder / "tokenizer.json"))
    write_json(folder / "tokenizer_config.json", tokenizer_config(tokenizer))
    write_json(folder / "preprocessor_config.json", image_steps())
    write_json(
        folder / "processor_config.json",
        {
            "image_token": IMAGE, "num_additional_image_tokens": 1, "patch_size": 14, "processor_class": "LlavaProcessor",
            "vision_feature_select_strategy": "default",
        },
    )  # fmt: skip
    write_json(
        folder / "generation_config.json",
        {
            "bos_token_id": 1, "eos_token_id": 2, "max_new_tokens": 16, "pad_token_id": pad,
            "transformers_version": TRANSFORMERS,
        },
    )  # fmt: skip
    (folder / "README.md").write_text(card, encoding="utf-8")
