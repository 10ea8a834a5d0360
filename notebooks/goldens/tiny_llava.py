"""Small random LLaVA folders: tokenizer, weights, files on disk, and the reference model read back from them.

Everything is seeded; the numbers below were tuned by hand until the models are "sharp": logits with a
standard deviation of 1 to 4, a CLS attention with 3 to 8 % of outliers, answers that depend on the image.
"""

import json
import math
import re
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import LlavaConfig, LlavaForConditionalGeneration

import corpus

BYTES = [f"<0x{b:02X}>" for b in range(256)]
PRINTABLE = [chr(c) for c in range(33, 127) if chr(c) not in "~^`|"] + ["é", "ü"]


def write_json(path: Path, value) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def write_golden(path: Path, value) -> None:
    """JSON in ASCII, each list of numbers on one line."""
    text = json.dumps(value, indent=1)
    text = re.sub(r"\[\n[-\d.eE+,\s]*\]", lambda found: re.sub(r"\s+", " ", found[0]).replace("[ ", "[").replace(" ]", "]"), text)
    assert json.loads(text) == value
    path.write_text(text + "\n", encoding="ascii")


# --- tokenizer ---------------------------------------------------------------------------------------


def build_tokenizer(vocab_size: int, image_first: bool, legacy: bool, merges_as_text: bool) -> dict:
    """tokenizer.json of a byte-fallback BPE in Llama's form with `vocab_size` tokens in all.

    image_first: <image>, <pad> stand at 3, 4; otherwise after the last token, as in llava-1.5-7b-hf.
    legacy: Prepend + Replace normalizer; otherwise a Metaspace pre-tokenizer with prepend_scheme "first".
    merges_as_text: merges as "a b", the older spelling; otherwise as ["a", "b"].
    """
    trained = Tokenizer(models.BPE())
    trained.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=True)
    pieces = vocab_size - 5 - len(BYTES)
    trained.train_from_iterator(
        corpus.sentences(),
        trainers.BpeTrainer(
            vocab_size=pieces, initial_alphabet=PRINTABLE + ["▁"], show_progress=False, min_frequency=2
        ),
    )
    learned = json.loads(trained.to_str())["model"]
    names = ["<unk>", "<s>", "</s>"] + (["<image>", "<pad>"] if image_first else []) + BYTES
    names += [piece for piece, _ in sorted(learned["vocab"].items(), key=lambda item: item[1])]
    names += [] if image_first else ["<image>", "<pad>"]
    assert len(names) == len(set(names)) == vocab_size, len(names)
    merges = [tuple(m.split(" ")) if isinstance(m, str) else tuple(m) for m in learned["merges"]]

    # At the end, <image> and <pad> are added tokens outside the model's own vocabulary, as in llava-1.5-7b-hf.
    outside = () if image_first else ("<image>", "<pad>")
    model_vocab = {name: i for i, name in enumerate(names) if name not in outside}
    tokenizer = Tokenizer(models.BPE(model_vocab, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    if legacy:
        tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    else:
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="first", split=False)
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s>:1 $B:1", special_tokens=[("<s>", 1)]
    )
    written = json.loads(tokenizer.to_str())
    written["added_tokens"] = [
        {
            "id": names.index(token), "content": token, "single_word": False, "lstrip": False, "rstrip": False,
            "normalized": False, "special": True,
        }
        for token in sorted(["<unk>", "<s>", "</s>", "<image>", "<pad>"], key=names.index)
    ]  # fmt: skip
    if merges_as_text:
        written["model"]["merges"] = [f"{a} {b}" for a, b in merges]
    return written


# --- weights -----------------------------------------------------------------------------------------


def random_weights(model: LlavaForConditionalGeneration, seed: int, gains: dict[str, float]) -> None:
    """Overwrites every parameter with seeded normals; `gains` are factors on 1/sqrt(fan_in) and the like."""
    generator = torch.Generator().manual_seed(seed)
    last = model.config.vision_config.num_hidden_layers - 1
    tied = model.config.text_config.tie_word_embeddings
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            noise = torch.randn(parameter.shape, generator=generator)
            fan_in = parameter.shape[1:].numel() if parameter.dim() > 1 else 1
            vision = "vision_tower" in name
            if name.endswith("norm.weight") or re.search(r"layer_?norm\d?\.weight|layrnorm\.weight", name):
                value = 1 + 0.2 * noise
            elif name.endswith("bias"):
                value = 0.1 * noise
            elif name.endswith("class_embedding"):
                value = gains["class"] * noise
            elif "position_embedding" in name:
                value = gains["position"] * noise
            elif "patch_embedding" in name:
                value = gains["patch"] * noise / math.sqrt(fan_in)
            elif "embed_tokens" in name:
                value = (gains["head"] / math.sqrt(parameter.shape[1]) if tied else 1.0) * noise
            elif "lm_head" in name:
                value = gains["head"] * noise / math.sqrt(fan_in)
            elif re.search(r"[qk]_proj", name):
                if not vision:
                    gain = gains["text_qk"]
                elif f"layers.{last}." in name:
                    gain = gains["last_qk"]
                else:
                    gain = gains["vision_qk"]
                value = gain * noise / math.sqrt(fan_in)
            else:
                value = gains["other"] * noise / math.sqrt(fan_in)
            parameter.copy_(value)


def old_name(name: str) -> str:
    """In-memory name of transformers 4.57 -> the name it writes ("HF old")."""
    name = re.sub(r"^model\.language_model\.", "language_model.model.", name)
    name = re.sub(r"^lm_head\.", "language_model.lm_head.", name)
    return re.sub(r"^model\.", "", name)


def v5_name(name: str) -> str:
    """In-memory name -> the name transformers 5 writes."""
    return old_name(name).replace("vision_tower.vision_model.", "vision_tower.")


def memory_name(name: str) -> str:
    """Any of the spellings used here -> the in-memory name of transformers 4.57."""
    if re.match(r"^(model\.)?vision_tower\.", name):
        return re.sub(r"^(model\.)?vision_tower\.(vision_model\.)?", "model.vision_tower.vision_model.", name)
    name = re.sub(r"^language_model\.model\.", "model.language_model.", name)
    name = re.sub(r"^language_model\.lm_head\.", "lm_head.", name)
    return re.sub(r"^multi_modal_projector\.", "model.multi_modal_projector.", name)


def stored_tensors(model: LlavaForConditionalGeneration) -> dict[str, torch.Tensor]:
    """Parameters by in-memory name, without the head where it is tied."""
    tied = model.config.text_config.tie_word_embeddings
    return {
        name: parameter.detach().contiguous()
        for name, parameter in model.named_parameters(remove_duplicate=False)
        if not (tied and name == "lm_head.weight")
    }


def write_single(folder: Path, tensors: dict[str, torch.Tensor]) -> None:
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})


def write_sharded(folder: Path, shards: list[dict[str, torch.Tensor]]) -> None:
    weight_map, total = {}, 0
    for i, shard in enumerate(shards, start=1):
        file = f"model-{i:05d}-of-{len(shards):05d}.safetensors"
        save_file(shard, folder / file, metadata={"format": "pt"})
        for name, tensor in shard.items():
            weight_map[name] = file
            total += tensor.numel() * tensor.element_size()
    write_json(
        folder / "model.safetensors.index.json",
        {"metadata": {"total_size": total}, "weight_map": dict(sorted(weight_map.items()))},
    )


# --- reading back ------------------------------------------------------------------------------------


def v4_config(config: dict) -> dict:
    """config.json as transformers 4.57 understands it: v5's rope_parameters and image_token_id respelt."""
    config = json.loads(json.dumps(config))
    if "image_token_id" in config:
        config["image_token_index"] = config.pop("image_token_id")
    rope = config["text_config"].pop("rope_parameters", None)
    if rope is not None:
        config["text_config"]["rope_theta"] = rope.pop("rope_theta")
        if rope["rope_type"] != "default":
            config["text_config"]["rope_scaling"] = rope
    return config


def read_tensors(folder: Path) -> dict[str, torch.Tensor]:
    tensors = {}
    for file in sorted(folder.glob("model*.safetensors")):
        with safe_open(file, "pt") as opened:
            for name in opened.keys():
                tensors[name] = opened.get_tensor(name)
    return tensors


def build(config: dict) -> LlavaForConditionalGeneration:
    """A model of that config in fp32 with whatever weights transformers draws."""
    return LlavaForConditionalGeneration(LlavaConfig.from_dict(v4_config(config))).float().eval()


def load_reference(folder: Path, overrides: dict | None = None) -> LlavaForConditionalGeneration:
    """The reference model of a folder in fp32: weights converted exactly, names respelt, strictly loaded.

    overrides: {"text_config": {...}, "vision_config": {...}, other top-level fields} laid over config.json.
    """
    config = v4_config(json.loads((folder / "config.json").read_text(encoding="utf-8")))
    for key, value in (overrides or {}).items():
        if isinstance(value, dict):
            config[key] |= value
        else:
            config[key] = value
    model = build(config)
    tensors = {memory_name(name): tensor.float() for name, tensor in read_tensors(folder).items()}
    missing, unexpected = model.load_state_dict(tensors, strict=False)
    assert not unexpected, unexpected
    tied = model.config.text_config.tie_word_embeddings
    assert missing == (["lm_head.weight"] if tied else []), missing
    if tied:
        model.tie_weights()
    return model


