"""The settings of the small checkpoints as transformers 5 saves them.

    PYTHON5 make_saved_goldens.py GOLDENS

Writes GOLDENS/families/saved.json: config.json of each folder as 5.24.0 saves it, and its image processor's settings
where that version can open it without torchvision.
"""

import argparse
import json
import re
import tempfile
from pathlib import Path

import transformers
from transformers import AutoConfig, AutoImageProcessor

FOLDERS = [
    "checkpoints/mha", "checkpoints/gqa", "families/next", "families/next-mistral", "onevision/tied", "onevision/untied",
    "queries/instructblip", "queries/blip2", "opt/blip2", "opt/llava", "idefics/base", "idefics/instruct", "intern/small",
    "intern/large", "qwen/qwen2_vl/tied", "qwen/qwen2_vl/untied", "qwen/qwen2_5_vl/tied", "qwen/qwen2_5_vl/untied",
    "qwen3/tied", "qwen3/untied", "layouts/hf",
]  # fmt: skip


def saved(folder: Path) -> dict:
    with tempfile.TemporaryDirectory() as temporary:
        AutoConfig.from_pretrained(folder).save_pretrained(temporary)
        files = {"config.json": json.loads((Path(temporary) / "config.json").read_text(encoding="utf-8"))}
    try:
        with tempfile.TemporaryDirectory() as temporary:
            AutoImageProcessor.from_pretrained(folder).save_pretrained(temporary)
            preprocessor = Path(temporary) / "preprocessor_config.json"
            files["preprocessor_config.json"] = json.loads(preprocessor.read_text(encoding="utf-8"))
    except (ImportError, OSError, ValueError):
        pass
    return files


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("goldens", type=Path)
    goldens = parser.parse_args().goldens
    folders = {name: saved(goldens / name) for name in FOLDERS}
    text = json.dumps({"transformers": transformers.__version__, "folders": folders}, indent=1)
    text = re.sub(r"\[\s+(-?[\d.e-]+),?\s+(-?[\d.e-]+)\s+\]", r"[\1, \2]", text)
    (goldens / "families/saved.json").write_text(text + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
