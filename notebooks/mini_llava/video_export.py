"""The trained weights as a Hugging Face folder that LlavaOnevisionForConditionalGeneration loads as it is."""

import json
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import LlavaOnevisionConfig, LlavaOnevisionForConditionalGeneration

from export import tokenizer_config, write_json
from video_data import END, SIDE, VIDEO
from video_language import Language
from video_tower import Tower

IMAGE, START, PAD = "<image>", "<|im_start|>", "<pad>"
SPECIAL = (IMAGE, PAD, VIDEO, START, END)


def model_of(tower: Tower, language: Language, tokenizer: Tokenizer) -> LlavaOnevisionForConditionalGeneration:
    """The same weights in transformers' model, in float32."""
    vision, text = tower.siglip.config.to_dict(), language.qwen.config.to_dict()
    ids = {token: tokenizer.token_to_id(token) for token in SPECIAL}
    end = {"eos_token_id": ids[END], "bos_token_id": None, "pad_token_id": ids[PAD]}
    for config in (vision, text):
        config.pop("_attn_implementation_autoset", None)
    config = LlavaOnevisionConfig(
        vision_config=vision, text_config=text | end, image_token_index=ids[IMAGE], video_token_index=ids[VIDEO],
        vision_feature_layer=-2, vision_feature_select_strategy="full", image_grid_pinpoints=[[SIDE, SIDE]],
        tie_word_embeddings=False,
    )  # fmt: skip
    model = LlavaOnevisionForConditionalGeneration(config).eval()
    model.model.vision_tower.load_state_dict(tower.siglip.state_dict())
    model.model.multi_modal_projector.linear_1.load_state_dict(language.linear_1.state_dict())
    model.model.multi_modal_projector.linear_2.load_state_dict(language.linear_2.state_dict())
    model.model.language_model.load_state_dict(language.qwen.model.state_dict())
    model.lm_head.load_state_dict(language.qwen.lm_head.state_dict())
    model.model.image_newline.data.copy_(language.newline.data)
    model.generation_config.update(max_new_tokens=16, **end)
    return model


def steps(kind: str, **others) -> dict:
    return {
        "do_convert_rgb": True, "do_normalize": True, "do_rescale": True, "do_resize": True, "image_mean": [0.5] * 3,
        "image_std": [0.5] * 3, "resample": 3, "rescale_factor": 0.00392156862745098, "size": {"height": SIDE, "width": SIDE},
        f"{kind}_processor_type": f"LlavaOnevision{kind.capitalize()}Processor", "processor_class": "LlavaOnevisionProcessor",
        **others,
    }  # fmt: skip


def export(folder: Path, tower: Tower, language: Language, tokenizer: Tokenizer, card: str) -> None:
    model_of(tower, language, tokenizer).to(torch.bfloat16).save_pretrained(folder)
    tokenizer.save(str(folder / "tokenizer.json"))
    described = tokenizer_config(tokenizer, SPECIAL)
    write_json(
        folder / "tokenizer_config.json", described | {"add_bos_token": False, "bos_token": None, "eos_token": END}
    )
    grids = {"do_pad": True, "image_grid_pinpoints": [[SIDE, SIDE]]}
    write_json(folder / "preprocessor_config.json", steps("image", **grids))
    write_json(folder / "video_preprocessor_config.json", steps("video", do_sample_frames=False))
    for file in ("config.json", "generation_config.json"):
        write_json(folder / file, json.loads((folder / file).read_text(encoding="utf-8")))
    (folder / "README.md").write_text(card, encoding="utf-8")
