"""Writes small random InternVL checkpoints, and what the reference says about pictures.

    python make_intern_goldens.py GOLDENS --intern CLONE

Writes GOLDENS/intern/ by transformers 4.57.1, with its slow image processor, and the prompt, the tiles and the tower's names of
OpenGVLab/InternVL (2410d1d), which are read from a clone and executed. fp32 on the CPU, seeded. `small` has InternViT-300M's
form and a tied head, `large` InternViT-6B's and a head of its own; `chat` is `large` in the authors' layout, its tensors renamed
as transformers' convert_internvl_weights_to_hf.py does it, backwards, and its tokenizer in the slow tokenizer's files. `lora`
is a random LoRA of `small`'s decoder by peft.
"""

import argparse
import json
import math
import re
import shutil
import sys
import types
from pathlib import Path

import numpy as np
import peft
import torch
import transformers
from peft import LoraConfig, get_peft_model
from PIL import Image
from safetensors.torch import load_file, save_file
from torch.utils.flop_counter import FlopCounterMode
from transformers import (
    GotOcr2ImageProcessor, InternVLConfig, InternVLForConditionalGeneration, InternVLVisionConfig, Qwen2Config, Qwen2Tokenizer,
)  # fmt: skip

from clones import functions, source
from make_family_goldens import QUESTION, digest, rgb
from make_onevision_goldens import PIECES, ROWS, write_tokenizer
from make_qwen_goldens import MADE, greedy, made
from make_tokenizer_goldens import TEXTS
from tiny_llava import write_golden, write_json

SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<img>", "</img>", "<IMG_CONTEXT>", "<video>"]
IDS = {name: PIECES + at for at, name in enumerate(SPECIALS)}
END, EOS, IMAGE = IDS["<|endoftext|>"], IDS["<|im_end|>"], IDS["<IMG_CONTEXT>"]
PICTURE = "<img><IMG_CONTEXT></img>"
# The chat template of the folders in Hugging Face's layout, for pictures and a question.
PROMPT = "<|im_start|>user\n{}{}<|im_end|>\n<|im_start|>assistant\n"
TEXT = {
    "vocab_size": ROWS, "bos_token_id": END, "eos_token_id": EOS, "rope_theta": 1e4, "rms_norm_eps": 1e-6,
    "max_position_embeddings": 4096, "use_sliding_window": False,
}  # fmt: skip
MODELS = {
    "small": dict(
        seed=101, tied=True, tiles=(1, 6),
        text=dict(hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=2),
        vision=dict(
            hidden_size=16, intermediate_size=24, num_hidden_layers=3, num_attention_heads=2, image_size=[24, 24],
            patch_size=[4, 4], attention_bias=True, use_qk_norm=False, norm_type="layer_norm",
        ),
    ),
    "large": dict(
        seed=103, tied=False, tiles=(2, 12),
        text=dict(hidden_size=24, intermediate_size=40, num_hidden_layers=3, num_attention_heads=3, num_key_value_heads=1),
        vision=dict(
            hidden_size=24, intermediate_size=28, num_hidden_layers=4, num_attention_heads=3, image_size=[32, 32],
            patch_size=[4, 4], attention_bias=False, use_qk_norm=True, norm_type="rms_norm",
        ),
    ),
}  # fmt: skip
ASKED = [
    "one.png", "wide.png", "tall.png", "rgba.png", "cmyk.jpg", "gray.jpg", "jpeg-rotated.jpg", "wide-3.png", "wide-1.png",
    "high-1.png", "square-96.png",
]  # fmt: skip
SEVERAL = "one.png+97x61+tall.png"
LOOKED = ["one.png", "wide.png", "97x61"]  # of which it is written what methods see and leave
KEPT = 2  # patches of each view
MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


def random_weights(model, seed: int, tied: bool) -> None:
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in sorted(model.named_parameters()):
        noise = torch.randn(parameter.shape, generator=generator)
        fan_in = parameter.shape[1:].numel() if parameter.dim() > 1 else 1
        if re.search(r"(norm|norm_before|norm_after)\.weight", name) or "lambda_" in name:
            value = 1 + 0.2 * noise
        elif name.endswith("bias"):
            value = 0.1 * noise
        elif "embed_tokens" in name:
            value = (2 / math.sqrt(parameter.shape[1]) if tied else 1.0) * noise
        elif re.search(r"cls_token|position_embeddings", name):
            value = 0.5 * noise
        else:
            gain = 2.0 if "lm_head" in name else 1.7 if re.search(r"[qk]_proj", name) else 1.0
            value = gain * noise / math.sqrt(fan_in)
        parameter.data.copy_(value)


def steps_of(settings: dict) -> dict:
    """Of the image processor. crop_to_patches as published: the processor asks for tiles whatever the file says."""
    side, (least, most) = settings["vision"]["image_size"][0], settings["tiles"]
    return {
        "do_convert_rgb": True, "do_normalize": True, "do_rescale": True, "do_resize": True, "image_mean": MEAN, "image_std": STD,
        "max_patches": most, "min_patches": least, "resample": 3, "size": {"height": side, "width": side},
    }  # fmt: skip


def load(folder: Path, settings: dict):
    """The model, whose operations can be counted: neither fused attention nor gradients; and its processor."""
    model = InternVLForConditionalGeneration.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager")
    return model.eval().requires_grad_(False), GotOcr2ImageProcessor(**steps_of(settings), crop_to_patches=True)


def write_model(folder: Path, settings: dict):
    tied = settings["tied"]
    config = InternVLConfig(
        text_config=Qwen2Config(tie_word_embeddings=tied, **TEXT, **settings["text"]).to_dict(),
        vision_config=InternVLVisionConfig(**settings["vision"]).to_dict(), image_token_id=IMAGE, tie_word_embeddings=tied,
    )  # fmt: skip
    model = InternVLForConditionalGeneration(config).float().eval()
    random_weights(model, settings["seed"], tied)
    model.generation_config.update(bos_token_id=END, eos_token_id=EOS, pad_token_id=END)
    model.save_pretrained(folder)
    kind = {"image_processor_type": "GotOcr2ImageProcessorFast", "crop_to_patches": False}
    write_json(folder / "preprocessor_config.json", steps_of(settings) | kind)
    loaded, processor = load(folder, settings)
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), loaded.parameters(), strict=True))
    assert (loaded.lm_head.weight is loaded.model.language_model.embed_tokens.weight) == tied
    return loaded, processor


@torch.no_grad()
def with_lora(model, folder: Path):
    """The model with a random update of its decoder, which stands in a folder as peft writes it."""
    settings = LoraConfig(r=3, lora_alpha=6, target_modules=r".*language_model.*(q_proj|v_proj|up_proj)")
    adapted = get_peft_model(model, settings)
    generator = torch.Generator().manual_seed(107)
    for name, parameter in sorted(adapted.named_parameters()):
        if "lora_" in name:
            parameter.copy_(0.3 * torch.randn(parameter.shape, generator=generator))
    adapted.save_pretrained(folder)
    (folder / "README.md").unlink()
    written = json.loads((folder / "adapter_config.json").read_text())
    write_json(folder / "adapter_config.json", written | {"base_model_name_or_path": ""})
    return adapted.merge_and_unload().eval()


def original_name(name: str) -> str:
    """transformers' convert_internvl_weights_to_hf.py, backwards."""
    if not name.startswith(("vision_tower.", "multi_modal_projector.")):
        return name
    names = [
        ("vision_tower", "vision_model"), ("encoder.layer.", "encoder.layers."), ("cls_token", "class_embedding"),
        ("position_embeddings", "position_embedding"), ("patch_embeddings.projection", "patch_embedding"),
        ("lambda_", "ls"), ("attention.projection_layer", "attn.proj"), ("attention.", "attn."),
        ("layernorm_before", "norm1"), ("layernorm_after", "norm2"), ("multi_modal_projector.layer_norm", "mlp1.0"),
        ("multi_modal_projector.linear_1", "mlp1.1"), ("multi_modal_projector.linear_2", "mlp1.3"),
    ]  # fmt: skip
    for theirs, original in names:
        name = name.replace(theirs, original)
    return name


def write_chat(folder: Path, converted: Path, settings: dict) -> dict:
    """The authors' layout: their names, joined queries, keys and values, their settings and the slow tokenizer's files."""
    folder.mkdir()
    tensors = load_file(converted / "model.safetensors")
    renamed = {original_name(name): tensor for name, tensor in tensors.items()}
    for name in [name for name in renamed if ".q_proj." in name and name.startswith("vision_model")]:
        parts = [renamed.pop(name.replace("q_proj", part)) for part in ("q_proj", "k_proj", "v_proj")]
        renamed[name.replace("q_proj", "qkv")] = torch.cat(parts).contiguous()
    save_file(renamed, folder / "model.safetensors")
    vision, (least, most) = settings["vision"], settings["tiles"]
    side, patch = vision["image_size"][0], vision["patch_size"][0]
    # eos_token_id as InternVL3's: their chat() ends with <|im_end|> all the same.
    text = TEXT | settings["text"] | {"tie_word_embeddings": settings["tied"], "eos_token_id": END}
    config = {
        "architectures": ["InternVLChatModel"], "model_type": "internvl_chat", "downsample_ratio": 0.5, "dynamic_image_size": True,
        "force_image_size": side, "llm_config": text | {"architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2"},
        "max_dynamic_patch": most, "min_dynamic_patch": least, "pad2square": False, "ps_version": "v2", "select_layer": -1,
        "template": "internvl2_5", "tie_word_embeddings": False, "use_thumbnail": True,
        "vision_config": {
            "architectures": ["InternVisionModel"], "model_type": "intern_vit_6b", "image_size": side, "patch_size": patch,
            "qkv_bias": vision["attention_bias"], "qk_normalization": vision["use_qk_norm"], "norm_type": vision["norm_type"],
        } | {key: vision[key] for key in ("hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads")},
    }  # fmt: skip
    write_json(folder / "config.json", config)
    write_json(folder / "generation_config.json", {"eos_token_id": END})
    write_json(
        folder / "preprocessor_config.json",
        {"crop_size": side, "do_center_crop": True, "do_normalize": True, "do_resize": True, "image_mean": MEAN, "image_std": STD,
         "feature_extractor_type": "CLIPFeatureExtractor", "resample": 3, "size": side},
    )  # fmt: skip
    fast = json.loads((converted / "tokenizer.json").read_text())
    write_json(folder / "vocab.json", fast["model"]["vocab"])
    merges = [pair if isinstance(pair, str) else " ".join(pair) for pair in fast["model"]["merges"]]
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n", encoding="utf-8")
    write_json(folder / "added_tokens.json", IDS)
    shutil.copy(converted / "tokenizer_config.json", folder)
    slow = Qwen2Tokenizer.from_pretrained(folder)
    assert slow.convert_tokens_to_ids(SPECIALS) == list(IDS.values())
    return renamed, slow


def their_tower(clone: Path, vision: dict, renamed: dict):
    """Their InternViT with these tensors, which must be all of its own."""
    stubs = {"einops": {"rearrange": None}, "timm.layers": {"DropPath": torch.nn.Identity}}
    for name, content in stubs.items():
        sys.modules[name] = types.ModuleType(name)
        sys.modules[name].__dict__.update(content)
    sys.modules["timm"] = types.ModuleType("timm")
    module = types.ModuleType("intern")
    folder = "internvl_chat/internvl/model/internvl_chat"
    exec(source(clone, f"{folder}/configuration_intern_vit.py"), module.__dict__)
    text = source(clone, f"{folder}/modeling_intern_vit.py")
    own = "from .configuration_intern_vit import InternVisionConfig"
    assert text.count(own) == 1
    text = re.sub(r"from timm\.models\.layers import", "from timm.layers import", text.replace(own, ""))
    exec(text, module.__dict__)
    config = module.InternVisionConfig(
        hidden_size=vision["hidden_size"], intermediate_size=vision["intermediate_size"], num_hidden_layers=vision["num_hidden_layers"],
        num_attention_heads=vision["num_attention_heads"], image_size=vision["image_size"][0], patch_size=vision["patch_size"][0],
        qkv_bias=vision["attention_bias"], qk_normalization=vision["use_qk_norm"], norm_type=vision["norm_type"], use_flash_attn=False,
    )  # fmt: skip
    tower = module.InternVisionModel(config).eval()
    own = {name.removeprefix("vision_model."): t for name, t in renamed.items() if name.startswith("vision_model.")}
    tower.load_state_dict(own, strict=True)
    return tower.requires_grad_(False)


def prompt(clone: Path) -> str:
    """Their prompt for a picture and a question, as chat() makes it."""
    module = sys.modules["conversation"] = types.ModuleType("conversation")
    exec(source(clone, "internvl_chat/internvl/conversation.py"), module.__dict__)
    talk = module.get_conv_template("internvl2_5")
    talk.append_message(talk.roles[0], "<image>\n{}")
    talk.append_message(talk.roles[1], None)
    return talk.get_prompt()


def views_of(processor, picture: np.ndarray) -> torch.Tensor:
    inputs = processor(picture, input_data_format="channels_last", return_tensors="pt")
    assert len(inputs["pixel_values"]) == inputs["num_patches"].sum()
    return inputs["pixel_values"]


def steps(model, logits, cache, behind: int):
    def step(so_far):
        if not so_far:
            return logits
        at = torch.tensor([[behind + len(so_far) - 1]])
        ids = torch.tensor([so_far[-1:]])
        return model(input_ids=ids, position_ids=at, past_key_values=cache, use_cache=True).logits[0, -1]

    return step


def cells(values: torch.Tensor) -> torch.Tensor:
    """[views, patches, ...] as means over blocks of 2 x 2 patches."""
    half = math.isqrt(values.shape[1]) // 2
    return values.unflatten(1, (half, 2, half, 2)).mean(dim=(2, 4)).flatten(1, 2)


def seen(tower, pixels: torch.Tensor) -> dict:
    """What methods look at, of each block: attention of the class token, of all, over the patches alone, and PruMerge's."""
    weights, inputs = [], []
    last = tower.encoder.layer[-1]
    hooks = [layer.attention.register_forward_hook(lambda _, given, out: weights.append(out[1])) for layer in tower.encoder.layer]
    hooks.append(last.register_forward_pre_hook(lambda _, given: inputs.append(given[0])))
    tower(pixels)
    for hook in hooks:
        hook.remove()
    before = last.layernorm_before(inputs[0])
    queries = last.attention.q_norm(last.attention.q_proj(before[:, :1]))
    keys = last.attention.k_norm(last.attention.k_proj(before))
    full = (queries @ keys.mT / math.sqrt(keys.shape[-1])).softmax(-1)[:, 0, 1:]
    q, k = (x.unflatten(-1, (last.attention.num_heads, -1)).transpose(1, 2) for x in (queries, keys[:, 1:]))
    alone = (q @ k.mT / math.sqrt(k.shape[-1])).softmax(-1).mean(1)[:, 0]
    return {
        "class": torch.stack([cells(layer.mean(1)[:, 0, 1:]) for layer in weights]),
        "received": torch.stack([cells(layer.mean(1).mean(1)[:, 1:]) for layer in weights]),
        "full": cells(full), "keys": cells(keys[:, 1:]), "alone": cells(alone),
    }  # fmt: skip


@torch.no_grad()
def case(model, processor, tokenizer, template: str, pictures: list[np.ndarray]) -> tuple[dict, dict]:
    views = [views_of(processor, picture) for picture in pictures]
    pixels = torch.cat(views)
    features = model.get_image_features(pixels).flatten(0, 1)
    each = len(features) // len(pixels)
    ids = tokenizer(template.format((PICTURE + "\n") * len(pictures), QUESTION))["input_ids"]
    counts = iter([each * len(view) for view in views])
    expanded = [token for one in ids for token in ([one] * next(counts) if one == IMAGE else [one])]
    asked = dict(input_ids=torch.tensor([expanded]), pixel_values=pixels)
    first = model(**asked, use_cache=True)
    with FlopCounterMode(display=False) as tower:
        model.get_image_features(pixels)
    with FlopCounterMode(display=False) as counted:
        model(**asked, logits_to_keep=1)
    said = greedy(steps(model, first.logits[0, -1], first.past_key_values, len(expanded)), [EOS])
    assert said["greedy"] == model.generate(**asked, do_sample=False, max_new_tokens=16)[0, len(expanded) :].tolist()
    looked = seen(model.model.vision_tower, pixels)
    del looked["alone"]
    # The blocks that the class token looks at most in the last layer, of each view, in raster order.
    best = looked["class"][-1].topk(KEPT).indices.sort().values
    kept = (best + each * torch.arange(len(pixels))[:, None]).flatten()
    rows = model.get_input_embeddings()(torch.tensor([expanded])).clone()
    image = torch.tensor(expanded) == IMAGE
    rows[0, image] = features
    left = ~image
    left[image.nonzero()[kept]] = True
    fewer = {}
    for name, at in (("kept", torch.arange(int(left.sum()))), ("held", left.nonzero().flatten())):
        dropped = model.model.language_model(inputs_embeds=rows[:, left], position_ids=at[None], use_cache=True)
        logits = model.lm_head(dropped.last_hidden_state[0, -1])
        fewer[name] = greedy(steps(model, logits, dropped.past_key_values, int(at[-1]) + 1), [EOS])
    tensors = {"features": features, "logits": said.pop("logits")} | looked
    tensors |= {f"{name}_logits": answer.pop("logits") for name, answer in fewer.items()}
    written = {
        "ids": ids, "views": [len(view) for view in views], "tokens": len(features), "kept": kept.tolist(),
        "kept_greedy": fewer["kept"]["greedy"], "held_greedy": fewer["held"]["greedy"], "flops": {"tower": tower.get_total_flops(), "all": counted.get_total_flops()},
    }  # fmt: skip
    return written | said, tensors


def sizes(clone: Path) -> list:
    """[height, width, least, most, columns, rows] by transformers; the authors' agree, equally good grids of equal size apart."""
    grid = transformers.models.got_ocr2.image_processing_got_ocr2.get_optimal_tiled_canvas
    theirs = functions(
        source(clone, "internvl_chat/internvl/train/dataset.py"), ["find_closest_aspect_ratio", "dynamic_preprocess"], {}
    )["dynamic_preprocess"]
    generator = np.random.default_rng(5)
    pairs = [(1, 1), (448, 448), (896, 448), (5000, 28), (50, 3000), (480, 640), (1000, 667), (634, 634), (633, 633), (897, 897)]
    pairs += [tuple(int(x) for x in generator.integers(1, 3000, 2)) for _ in range(300)]
    pairs += [(n * 8, n * 5) for n in range(20, 220, 10)]  # as near to 1 : 4 as to 1 : 1
    rows = []
    for height, width in pairs:
        for least, most in ((1, 12), (1, 6), (3, 9), (1, 1)):
            columns, lines = grid((height, width), (448, 448), least, most)
            picture = Image.new("L", (1, 1))
            sized = []
            stub = types.SimpleNamespace(size=(width, height), resize=lambda size: sized.append(size) or picture)
            theirs(stub, least, most, 448, False)
            if sized[0] != (448 * columns, 448 * lines):
                assert sized[0][0] * sized[0][1] == 448 * columns * 448 * lines, (width, height, sized)
            rows.append([height, width, least, most, columns, lines])
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("goldens", type=Path)
    parser.add_argument("--intern", type=Path, required=True)
    arguments = parser.parse_args()
    output, images = arguments.goldens / "intern", arguments.goldens / "images"
    shutil.rmtree(output, ignore_errors=True)
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    template = prompt(arguments.intern)
    theirs = template.replace("<image>\n{}", "{}{}")
    cases, tensors, pixels = {}, {}, {}
    for name, settings in MODELS.items():
        tokenizer = write_tokenizer(output / name, SPECIALS)
        model, processor = write_model(output / name, settings)
        asked = {file: [rgb(images / file)] for file in (ASKED if settings["tied"] else ASKED[:5])}
        asked |= {f"{width}x{height}": [made(width, height)] for width, height in MADE[1:]}
        asked[SEVERAL] = [rgb(images / "one.png"), made(97, 61), rgb(images / "tall.png")]
        cases[name] = {}
        for picture, arrays in asked.items():
            cases[name][picture], got = case(model, processor, tokenizer, PROMPT, arrays)
            left = got if picture in LOOKED else {key: got[key] for key in ("features", "logits")}
            tensors |= {f"{name}/{picture}/{key}": tensor for key, tensor in left.items()}
        if name == "small":
            adapted = with_lora(model, output / "lora")
            cases["lora"] = {}
            for picture in LOOKED[:2]:
                cases["lora"][picture], got = case(adapted, processor, tokenizer, PROMPT, asked[picture])
                tensors |= {f"lora/{picture}/{key}": got[key] for key in ("logits", "kept_logits", "held_logits")}
    renamed, slow = write_chat(output / "chat", output / "large", MODELS["large"])
    tower = their_tower(arguments.intern, MODELS["large"]["vision"], renamed)
    cases["chat"] = {}
    for picture in ("wide.png", "97x61"):
        array = rgb(images / picture) if picture.endswith("png") else made(97, 61)
        cases["chat"][picture], got = case(model, processor, slow, theirs, [array])
        tensors |= {f"chat/{picture}/{key}": got[key] for key in ("logits", "kept_logits", "held_logits")}
        views = views_of(processor, array)
        again = model.model.vision_tower(views).last_hidden_state
        torch.testing.assert_close(tower(views).last_hidden_state, again, rtol=1e-4, atol=1e-4)
    processor = GotOcr2ImageProcessor(size={"height": 32, "width": 32}, image_mean=MEAN, image_std=STD, crop_to_patches=True)
    for file in sorted(images.iterdir()):
        if file.suffix != ".json":
            pixels[file.name] = [digest(view) for view in views_of(processor, rgb(file))]
    for width, height in MADE[1:]:
        pixels[f"{width}x{height}"] = [digest(view) for view in views_of(processor, made(width, height))]
    save_file({n: t.detach().contiguous() for n, t in tensors.items()}, output / "intern.safetensors")
    versions = {m.__name__: m.__version__ for m in (torch, transformers, peft, np)}
    encode = [{"text": text, "ids": slow(text)["input_ids"]} for text in TEXTS]
    write_golden(
        output / "intern.json",
        {"versions": versions, "template": template, "cases": cases, "pixels": pixels, "sizes": sizes(arguments.intern),
         "encode": encode},
    )  # fmt: skip


if __name__ == "__main__":
    main()
