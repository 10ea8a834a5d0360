"""Writes adapters of the small Qwen2-VL, Qwen2.5-VL and Qwen3-VL checkpoints, and their folders as transformers 5 saves them.

    python make_qwen_folder_goldens.py GOLDENS               # transformers 4.57.1, peft 0.17.1: adapters
    python make_qwen_folder_goldens.py GOLDENS --save        # transformers 5.23.0 with torchvision: the folders

Reads GOLDENS/qwen/, GOLDENS/qwen3/ and GOLDENS/images/, writes GOLDENS/qwen-folders/. fp32 on the CPU, seeded. The adapters' reference is
peft's merge into the models of 4.57.1. Those of the folders are the checkpoints' own goldens: nothing but the files' form
differs.
"""

import argparse
import json
import re
import shutil
from pathlib import Path

import torch
import transformers
from safetensors.torch import load_file, save_file

from tiny_llava import write_golden, write_json

MODELS = {
    "qwen2_5_vl/untied": {
        "r": 3, "lora_alpha": 5, "use_rslora": True, "modules_to_save": ["lm_head"],
        "target_modules": [
            "q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj", "qkv", "attn.proj", "merger.mlp.0",
            "merger.mlp.2",
        ],
        "rank_pattern": {"v_proj": 2, "visual.blocks.1.mlp.up_proj": 4}, "alpha_pattern": {"layers.0.self_attn.q_proj": 9},
    },
    "qwen2_vl/tied": {
        "r": 2, "lora_alpha": 3, "target_modules": ["q_proj", "v_proj", "o_proj", "down_proj", "qkv", "fc1", "fc2"],
    },
    "qwen3/tied": {
        "r": 2, "lora_alpha": 3,
        "target_modules": ["q_proj", "k_proj", "up_proj", "qkv", "attn.proj", "linear_fc1", "linear_fc2"],
        "rank_pattern": {"visual.merger.linear_fc1": 3, "deepstack_merger_list.1.linear_fc2": 1},
    },
}  # fmt: skip
PICTURES = ["wide.png", "97x61"]


def checkpoint(goldens: Path, name: str) -> Path:
    return goldens / name if name.startswith("qwen3") else goldens / "qwen" / name


def older(name: str) -> str:
    """The name of a module or tensor before transformers 4.52, which put the tower and the decoder into one model."""
    return re.sub(r"^(base_model\.model\.)model\.", r"\1", re.sub(r"model\.language_model\.", "model.model.", name))


def adapters(goldens: Path) -> None:
    import peft
    from peft import LoraConfig, PeftModel, get_peft_model

    import make_qwen3_goldens as qwen3
    import make_qwen_goldens as qwen
    from make_family_goldens import rgb

    output = goldens / "qwen-folders/adapters"
    shutil.rmtree(output, ignore_errors=True)
    cases, tensors = {}, {}
    for name, settings in MODELS.items():
        folder, third = checkpoint(goldens, name), name.startswith("qwen3")
        kind = (
            transformers.Qwen2_5_VLForConditionalGeneration
            if name.startswith("qwen2_5")
            else transformers.Qwen3VLForConditionalGeneration if third else transformers.Qwen2VLForConditionalGeneration
        )
        steps = json.loads((folder / "preprocessor_config.json").read_text())
        steps.pop("image_processor_type")
        if third:  # the slow class does not read it
            size = steps.pop("size")
            steps |= {"min_pixels": size["shortest_edge"], "max_pixels": size["longest_edge"]}
        case = qwen3.case if third else qwen.case
        processor = transformers.Qwen2VLImageProcessor(**steps)
        tokenizer = transformers.Qwen2TokenizerFast.from_pretrained(folder)

        def load():
            return kind.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()

        adapted = get_peft_model(load(), LoraConfig(**settings))
        generator = torch.Generator().manual_seed(7)
        with torch.no_grad():
            for parameter_name, parameter in sorted(adapted.named_parameters()):
                if "lora_" in parameter_name:
                    drawn = torch.randn(parameter.shape, generator=generator)
                    parameter.copy_(0.4 * drawn / parameter.shape[1] ** 0.5)
            if "modules_to_save" in settings:
                adapted.base_model.model.lm_head.modules_to_save["default"].weight.mul_(0.9)
        written = output / name
        adapted.save_pretrained(written)
        (written / "README.md").unlink(missing_ok=True)
        config = json.loads((written / "adapter_config.json").read_text())
        write_json(written / "adapter_config.json", config | {"base_model_name_or_path": name})
        if not third:  # which is no older than 4.57
            second = output / (name + "-older")
            second.mkdir(parents=True)
            shutil.copy(written / "adapter_config.json", second)
            named = load_file(written / "adapter_model.safetensors")
            renamed = {older(tensor): value for tensor, value in named.items()}
            assert len(renamed) == len(named) and renamed.keys() != named.keys()
            save_file(renamed, second / "adapter_model.safetensors", metadata={"format": "pt"})

        merged = PeftModel.from_pretrained(load(), written).merge_and_unload().eval().requires_grad_(False)
        cases[name] = {}
        for picture in PICTURES:
            size = re.fullmatch(r"(\d+)x(\d+)", picture)
            pixels = qwen.made(int(size[1]), int(size[2])) if size else rgb(goldens / "images" / picture)
            said, made = case(merged, processor, tokenizer, [pixels])
            cases[name][picture] = {key: said[key] for key in ("ids", "greedy", "margins")}
            tensors |= {f"{name}/{picture}/{key}": made[key] for key in ("features", "logits")}
            plain, before = case(load().requires_grad_(False), processor, tokenizer, [pixels])
            assert not torch.allclose(before["features"], made["features"], atol=1e-2)
            assert not torch.allclose(before["logits"], made["logits"], atol=1e-2)
    versions = {m.__name__: m.__version__ for m in (torch, transformers, peft)}
    save_file({n: t.detach().contiguous() for n, t in tensors.items()}, output / "adapters.safetensors")
    write_golden(output / "adapters.json", {"versions": versions, "cases": cases})


def folders(goldens: Path) -> None:
    assert int(transformers.__version__.split(".")[0]) >= 5, transformers.__version__
    for name in MODELS:
        source, output = checkpoint(goldens, name), goldens / "qwen-folders/saved" / name
        shutil.rmtree(output, ignore_errors=True)
        model = transformers.AutoModelForImageTextToText.from_pretrained(source, dtype=torch.float32)
        model.save_pretrained(output, save_original_format=name.startswith("qwen2_5"))  # else the names in memory
        images = transformers.AutoImageProcessor.from_pretrained(source)
        tokenizer = transformers.AutoTokenizer.from_pretrained(source)
        kind = transformers.Qwen2_5_VLProcessor if name.startswith("qwen2_5") else transformers.Qwen2VLProcessor
        video = transformers.Qwen2VLVideoProcessor()
        if name.startswith("qwen3"):
            kind, video = transformers.Qwen3VLProcessor, transformers.Qwen3VLVideoProcessor()
        kind(image_processor=images, tokenizer=tokenizer, video_processor=video, chat_template="{{ messages }}").save_pretrained(output)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("goldens", type=Path)
    parser.add_argument("--save", action="store_true", help="write the folders of transformers 5")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    (folders if arguments.save else adapters)(arguments.goldens)


if __name__ == "__main__":
    main()
