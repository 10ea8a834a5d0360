"""Writes one small random model in every layout that is read, and what transformers and peft say about it.

    python make_layout_goldens.py GOLDENS

Writes GOLDENS/layouts/: transformers 4.57.1, peft 0.21.2, torch 2.7.1, sentencepiece 0.2.3, seeded. README.md
describes the folders and the keys of layouts.json.
"""

import argparse
import json
import random
import re
import shutil
from pathlib import Path

import peft
import sentencepiece
import torch
import transformers
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import save_file
from transformers import (
    AddedToken, CLIPConfig, CLIPModel, LlamaConfig, LlamaForCausalLM, LlamaTokenizer, LlamaTokenizerFast, LlavaConfig,
    LlavaForConditionalGeneration,
)  # fmt: skip

import corpus
from make_checkpoints import GAINS, image_steps
from tiny_llava import load_reference, old_name, random_weights, write_golden, write_json, write_single

VOCABULARY, GROWN = 320, 384  # 322 rounded up to 64, as convert_llava_weights_to_hf.py does
TEXT = {
    "hidden_size": 16, "intermediate_size": 40, "max_position_embeddings": 2048, "num_attention_heads": 2,
    "num_hidden_layers": 2, "num_key_value_heads": 1, "rms_norm_eps": 1e-05,
}  # fmt: skip
VISION = {
    "hidden_size": 16, "image_size": 28, "intermediate_size": 24, "num_attention_heads": 2, "num_hidden_layers": 3,
    "patch_size": 7, "projection_dim": 8,
}  # fmt: skip
FLAT = {
    "architectures": ["LlavaLlamaForCausalLM"], "bos_token_id": 1, "eos_token_id": 2, "freeze_mm_mlp_adapter": False,
    "hidden_act": "silu", "image_aspect_ratio": "pad", "image_grid_pinpoints": None, "initializer_range": 0.02,
    "mm_hidden_size": 16, "mm_projector_type": "mlp2x_gelu", "mm_use_im_patch_token": False,
    "mm_use_im_start_end": False, "mm_vision_select_feature": "patch", "mm_vision_select_layer": -2,
    "mm_vision_tower": "openai/clip", "model_type": "llava", "pad_token_id": 0, "tie_word_embeddings": False,
    "tokenizer_model_max_length": 2048, "tokenizer_padding_side": "right", "torch_dtype": "float16",
    "tune_mm_mlp_adapter": False, "unfreeze_mm_vision_tower": False, "use_cache": True, "use_mm_proj": True,
    "vocab_size": VOCABULARY, **TEXT,
}  # fmt: skip
TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def twin(seed: int) -> LlavaForConditionalGeneration:
    """The model as transformers has it, fp16 values in fp32; new rows drawn as its conversion script draws them."""
    config = LlavaConfig(
        text_config=LlamaConfig(vocab_size=GROWN, **TEXT).to_dict(),
        vision_config=CLIPConfig(vision_config=VISION).vision_config.to_dict(),
        image_token_index=VOCABULARY,
    )
    model = LlavaForConditionalGeneration(config).eval()
    random_weights(model, seed=seed, gains=GAINS)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(parameter.half().float())
        embedding = model.model.language_model.embed_tokens.weight
        mu = embedding[:VOCABULARY].mean(0)
        sigma = (embedding[:VOCABULARY] - mu).T @ (embedding[:VOCABULARY] - mu) / VOCABULARY
        torch.manual_seed(seed)
        drawn = torch.distributions.MultivariateNormal(mu, covariance_matrix=1e-5 * sigma)
        for weight in (embedding, model.lm_head.weight):
            weight[VOCABULARY:] = drawn.sample((GROWN - VOCABULARY,)).half().float()
    return model


def original_name(name: str) -> str:
    """In-memory name -> the one LLaVA's own code gives (the inverse of convert_llava_weights_to_hf.py)."""
    name = re.sub(r"^model\.language_model\.", "model.", name)
    name = name.replace("model.multi_modal_projector.linear_1", "model.mm_projector.0")
    return name.replace("model.multi_modal_projector.linear_2", "model.mm_projector.2")


def original_tensors(model: LlavaForConditionalGeneration) -> dict[str, torch.Tensor]:
    """All but the tower, fp16, without the new rows."""
    tensors = {}
    for name, parameter in model.named_parameters():
        if "vision_tower" not in name:
            rows = VOCABULARY if re.search(r"embed_tokens|lm_head", name) else parameter.shape[0]
            tensors[original_name(name)] = parameter.detach()[:rows].half().contiguous()
    return tensors


def train_tokenizer(folder: Path) -> Path:
    """tokenizer.model with the settings of Llama's."""
    text = folder / "corpus.txt"
    text.write_text("\n".join(corpus.sentences()), encoding="utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(text), model_prefix=str(folder / "tokenizer"), vocab_size=VOCABULARY, model_type="bpe",
        byte_fallback=True, normalization_rule_name="identity", remove_extra_whitespaces=False, split_digits=True,
        allow_whitespace_only_pieces=True, num_threads=1, character_coverage=1.0, minloglevel=2,
    )  # fmt: skip
    text.unlink()
    (folder / "tokenizer.vocab").unlink()
    return folder / "tokenizer.model"


def odd_texts(seed: int) -> list[str]:
    """Prompts, and random strings of pieces, spaces, bytes and characters from many scripts."""
    draw = random.Random(seed)
    atoms = ["dog", " ", "  ", "\n", "\t", "Is", "the", "?", "ASSISTANT:", "1", "42", "é", "木", "😀", "\u00a0", "▁", "<0x41>",
             "\u200d", "ß", "'", "s", ".", "Answer", "picture", "xyzzy", "\x00", "~"]  # fmt: skip
    texts = ["", " ", "a", " a", "a  b", "\nWhat is this? ASSISTANT:", corpus.SYSTEM + " USER: ", *corpus.sentences()[:40]]
    return texts + ["".join(draw.choices(atoms, k=draw.randint(1, 14))) for _ in range(400)]


def write_original(folder: Path, tensors: dict[str, torch.Tensor], tokenizer: Path) -> None:
    """Two .bin shards. Some tensors are views: of one storage that they share, transposed, or with an offset."""
    folder.mkdir(parents=True)
    write_json(folder / "config.json", FLAT)
    write_json(folder / "generation_config.json", {"bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0})
    write_tokenizer(folder, tokenizer)
    tensors = dict(tensors)
    for layer in (0, 1):
        q, k = (f"model.layers.{layer}.self_attn.{side}_proj.weight" for side in "qk")
        both = torch.cat([torch.zeros(3, 16).half(), tensors[q], tensors[k]])
        tensors[q], tensors[k] = both[3 : 3 + len(tensors[q])], both[3 + len(tensors[q]) :]
        down = f"model.layers.{layer}.mlp.down_proj.weight"
        tensors[down] = tensors[down].T.contiguous().T
    parameters = {name: torch.nn.Parameter(tensor, False) for name, tensor in tensors.items() if "norm" in name}
    tensors |= parameters
    names = sorted(tensors)
    shards = [names[: len(names) // 2], names[len(names) // 2 :]]
    weight_map = {}
    for i, shard in enumerate(shards, start=1):
        file = f"pytorch_model-{i:05d}-of-{len(shards):05d}.bin"
        state = torch.nn.Module().state_dict()  # an OrderedDict with _metadata, as save_pretrained has it
        state.update({name: tensors[name] for name in shard})
        torch.save(state, folder / file)
        weight_map |= dict.fromkeys(shard, file)
    write_json(folder / "pytorch_model.bin.index.json", {"metadata": {"total_size": 1}, "weight_map": weight_map})


def write_tokenizer(folder: Path, tokenizer: Path) -> None:
    shutil.copy(tokenizer, folder / "tokenizer.model")
    write_json(
        folder / "tokenizer_config.json",
        {
            "add_bos_token": True, "add_eos_token": False, "bos_token": "<s>", "clean_up_tokenization_spaces": False,
            "eos_token": "</s>", "model_max_length": 2048, "padding_side": "right", "tokenizer_class": "LlamaTokenizer",
            "unk_token": "<unk>",
        },
    )  # fmt: skip


def write_clip(folder: Path, model: LlavaForConditionalGeneration) -> None:
    """A whole CLIP model, text side and all, as openai's repository has it."""
    folder.mkdir(parents=True)
    text = {"hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "vocab_size": 9,
            "max_position_embeddings": 4}  # fmt: skip
    torch.manual_seed(1)
    clip = CLIPModel(CLIPConfig(text_config=text, vision_config=VISION, projection_dim=8))
    vision = model.model.vision_tower.vision_model.state_dict()
    clip.vision_model.load_state_dict(vision)
    torch.save(clip.half().state_dict(), folder / "pytorch_model.bin")
    write_json(folder / "config.json", {"model_type": "clip", "projection_dim": 8, "vision_config_dict": VISION})
    write_json(folder / "preprocessor_config.json", image_steps(size=28, crop_size=28))


def write_hf(folder: Path, model: LlavaForConditionalGeneration, tokenizer: Path) -> None:
    """The twin in the Hugging Face layout, with the tokenizer that transformers makes of tokenizer.model."""
    folder.mkdir(parents=True)
    config = model.config.to_diff_dict() | {"image_aspect_ratio": "pad", "torch_dtype": "float16", "model_type": "llava"}
    config["text_config"] = {"model_type": "llama", "vocab_size": GROWN, **TEXT}
    config["vision_config"] = {"model_type": "clip_vision_model", **VISION}
    write_json(folder / "config.json", config)
    write_single(folder, {old_name(name): tensor.detach().half().contiguous() for name, tensor in model.named_parameters()})
    write_json(folder / "generation_config.json", {"bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0})
    write_json(folder / "preprocessor_config.json", image_steps(size=28, crop_size=28))
    # By default the fast class of 4.57.1 forgets the space in front, which the slow class and llava-hf's file have.
    fast = LlamaTokenizerFast(str(tokenizer), legacy=True, add_prefix_space=True)
    fast.add_tokens(AddedToken("<image>", special=True, normalized=False), special_tokens=True)
    fast.add_special_tokens({"pad_token": "<pad>"})
    fast.save_pretrained(folder)
    (folder / "tokenizer.model").unlink(missing_ok=True)
    (folder / "special_tokens_map.json").unlink(missing_ok=True)
    settings = json.loads((folder / "tokenizer_config.json").read_text())
    del settings["add_prefix_space"]  # it would make from_pretrained look for tokenizer.model again
    write_json(folder / "tokenizer_config.json", settings)


def save_lora(model: PeftModel, folder: Path, safetensors: bool) -> None:
    with torch.no_grad():
        generator = torch.Generator().manual_seed(7)
        for name, parameter in sorted(model.named_parameters()):
            if "lora_" in name:
                parameter.copy_(0.3 * torch.randn(parameter.shape, generator=generator) / parameter.shape[1] ** 0.5)
    model.save_pretrained(folder, safe_serialization=safetensors)
    (folder / "README.md").unlink(missing_ok=True)


def llama(model: LlavaForConditionalGeneration) -> LlamaForCausalLM:
    """The language model alone, without the new rows."""
    alone = LlamaForCausalLM(LlamaConfig(vocab_size=VOCABULARY, **TEXT)).eval()
    alone.load_state_dict({n: t.float() for n, t in original_tensors(model).items() if "mm_projector" not in n})
    return alone


def with_language(model: LlavaForConditionalGeneration, alone: LlamaForCausalLM) -> LlavaForConditionalGeneration:
    """The twin with another language model in place of its own."""
    with torch.no_grad():
        for name, parameter in alone.named_parameters():
            own = model.get_parameter(re.sub(r"^model\.", "model.language_model.", name))
            own[: len(parameter)] = parameter
    return model


def projector(seed: int) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    shapes = {"0.weight": (16, 16), "0.bias": (16,), "2.weight": (16, 16), "2.bias": (16,)}
    return {f"model.mm_projector.{n}": (0.25 * torch.randn(s, generator=generator)).half() for n, s in shapes.items()}


def with_projector(model: LlavaForConditionalGeneration, tensors: dict[str, torch.Tensor]) -> None:
    with torch.no_grad():
        for name, tensor in tensors.items():
            name = name.replace("mm_projector.0", "multi_modal_projector.linear_1")
            model.get_parameter(name.replace("mm_projector.2", "multi_modal_projector.linear_2")).copy_(tensor.float())


def answers(model: LlavaForConditionalGeneration, pixels: torch.Tensor, ids: list[int]) -> dict:
    """What the model says about the pixels: features, last logits, greedy ids."""
    patches = (VISION["image_size"] // VISION["patch_size"]) ** 2
    slot = ids.index(VOCABULARY)
    expanded = torch.tensor([ids[:slot] + [VOCABULARY] * patches + ids[slot + 1 :]])
    with torch.no_grad():
        features = model.get_image_features(
            pixel_values=pixels, vision_feature_layer=-2, vision_feature_select_strategy="default"
        )
        greedy, margins = [], []
        for _ in range(12):
            logits = model(input_ids=expanded, pixel_values=pixels).logits[0, -1]
            first = logits if not greedy else first
            top = logits.topk(2)
            greedy.append(int(top.indices[0]))
            margins.append(round(float(top.values[0] - top.values[1]), 5))
            if greedy[-1] == 2:
                break
            expanded = torch.cat([expanded, top.indices[None, :1]], 1)
    features = torch.cat(list(features)) if isinstance(features, (list, tuple)) else features
    return {"features": features.reshape(-1, 16), "logits": first[:VOCABULARY], "greedy": greedy, "margins": margins}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("goldens", type=Path)
    goldens = parser.parse_args().goldens / "layouts"
    shutil.rmtree(goldens, ignore_errors=True)
    goldens.mkdir(parents=True)
    torch.manual_seed(0)
    tokenizer = train_tokenizer(goldens)
    model = twin(20251)
    ids = LlamaTokenizer(str(tokenizer), legacy=True)("USER: ")["input_ids"] + [VOCABULARY]
    ids += LlamaTokenizer(str(tokenizer), legacy=True)("\nIs there a dog? ASSISTANT:", add_special_tokens=False)["input_ids"]
    pixels = torch.randn(1, 3, 28, 28, generator=torch.Generator().manual_seed(5))
    cases, tensors = {}, {"pixels": pixels[0]}

    def add(name: str, reference: LlavaForConditionalGeneration) -> None:
        said = answers(reference, pixels, ids)
        tensors[f"{name}/features"], tensors[f"{name}/logits"] = said.pop("features"), said.pop("logits")
        cases[name] = said

    write_original(goldens / "llava", original_tensors(model), tokenizer)
    write_clip(goldens / "clip", model)
    write_hf(goldens / "hf", model, tokenizer)
    add("llava", load_reference(goldens / "hf"))

    vicuna = llama(model)
    (goldens / "vicuna").mkdir()
    write_json(goldens / "vicuna/config.json", {"model_type": "llama", "vocab_size": VOCABULARY, **TEXT})
    torch.save(vicuna.half().state_dict(), goldens / "vicuna/pytorch_model.bin")
    vicuna.float()
    write_tokenizer(goldens / "vicuna", tokenizer)

    # LLaVA's own training: LoRA of the language model, the projector whole.
    lora = get_peft_model(
        llama(model), LoraConfig(r=4, lora_alpha=8, target_modules=TARGETS, bias="none", task_type="CAUSAL_LM")
    )
    save_lora(lora, goldens / "lora", safetensors=False)
    write_json(goldens / "lora/config.json", FLAT | {"model_type": "llava_llama"})
    trained = projector(11)
    torch.save({f"base_model.model.{n}": t for n, t in trained.items()}, goldens / "lora/non_lora_trainables.bin")
    merged = lora.merge_and_unload()
    reference = with_language(load_reference(goldens / "hf"), merged)
    with_projector(reference, trained)
    add("lora", reference)

    # A projector alone.
    (goldens / "projector").mkdir()
    write_json(goldens / "projector/config.json", FLAT)
    trained = projector(13)
    torch.save(trained, goldens / "projector/mm_projector.bin")
    reference = load_reference(goldens / "hf")
    with_projector(reference, trained)
    add("projector", reference)

    # peft's own folders on the twin.
    for name, safetensors, settings in [
        (
            "patterns", True,
            {
                "r": 3, "lora_alpha": 5, "target_modules": [*TARGETS, "linear_1", "fc1"], "use_rslora": True,
                "rank_pattern": {"v_proj": 2, "layers.1.mlp.up_proj": 5}, "modules_to_save": ["lm_head"],
                "alpha_pattern": {"language_model.layers.0.self_attn.q_proj": 9, "^model.vision_tower.*fc1": 2},
            },
        ),
        ("fan", False, {"r": 2, "lora_alpha": 3, "target_modules": ["o_proj", "down_proj"], "fan_in_fan_out": True}),
    ]:  # fmt: skip
        adapted = get_peft_model(load_reference(goldens / "hf"), LoraConfig(**settings))
        if "modules_to_save" in settings:
            with torch.no_grad():
                adapted.base_model.model.lm_head.modules_to_save["default"].weight.mul_(0.9)
        save_lora(adapted, goldens / name, safetensors)
        config = json.loads((goldens / name / "adapter_config.json").read_text())
        write_json(goldens / name / "adapter_config.json", config | {"fan_in_fan_out": "fan_in_fan_out" in settings})
        whole = PeftModel.from_pretrained(load_reference(goldens / "hf"), goldens / name).merge_and_unload()
        add(name, whole)
        # The same merge into a base in fp16; peft keeps the adapter in fp32.
        half = PeftModel.from_pretrained(load_reference(goldens / "hf").half(), goldens / name).merge_and_unload()
        halves = dict(half.named_parameters())
        for key, parameter in whole.named_parameters():
            if re.search(r"layers\.1\.(self_attn\.[qv]|mlp\.(up|fc1|down))|layers\.0\.self_attn\.[qo]", key):
                for dtype in (torch.float32, torch.bfloat16, torch.float16):
                    tensors[f"{name}/{str(dtype)[6:]}/{old_name(key)}"] = parameter.detach().to(dtype)
                tensors[f"{name}/halves/{old_name(key)}"] = halves[key].detach()

    texts = odd_texts(3)
    slow = LlamaTokenizer(str(tokenizer), legacy=True)
    encoded = [{"text": text, "ids": slow(text)["input_ids"]} for text in texts]
    versions = {m.__name__: m.__version__ for m in (torch, transformers, peft, sentencepiece)}
    tokenizer.unlink()
    save_file({n: t.contiguous() for n, t in tensors.items()}, goldens / "layouts.safetensors")
    write_golden(goldens / "layouts.json", {"versions": versions, "ids": ids, "cases": cases, "encoded": encoded})


if __name__ == "__main__":
    main()
