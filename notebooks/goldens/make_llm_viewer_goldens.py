"""LLM-Viewer's figures, made by the tool itself at two commits.

    python notebooks/goldens/make_llm_viewer_goldens.py CLONE jobs/src/test/resources/goldens/cost

CLONE: a clone of https://github.com/hahnyuan/LLM-Viewer. The tool runs unchanged; transformers, which it asks only for a
configuration by name, is replaced by a stand-in that answers with the dimensions below.

Writes llm_viewer.jsonl.gz: one row per mode, model, hardware, length, precision, batch and attention, with the totals of both
stages. `bytes` are load_weight, load_act, store_act, load_kv_cache, store_kv_cache; `footprint` weights, cache, activations.
"""

import contextlib
import gzip
import io
import itertools
import json
import os
import subprocess
import sys
import tempfile
import types
from pathlib import Path

COMMITS = {"llm-viewer": "472f71f", "llm-viewer-2024-03-11": "2e6d47b"}
# width, MLP, layers, heads, key and value heads, vocabulary
MODELS = {
    "llava-1.5-7b": (4096, 11008, 32, 32, 32, 32000),
    "llava-1.5-13b": (5120, 13824, 40, 40, 40, 32000),
    "llava-1.6-mistral-7b": (4096, 14336, 32, 32, 8, 32000),
}
HARDWARE = {"llm-viewer/v100": "nvidia_V100", "llm-viewer/a6000": "nvidia_A6000", "llm-viewer/h100-pcie": "nvidia_H100_PCIe"}
PRECISIONS = {"fp16": (16, 16, 16), "w8a8": (8, 8, 8), "w4a16": (4, 16, 16), "w4a4": (4, 4, 4), "fp16kv8": (16, 16, 8)}
BYTES = ["load_weight", "load_act", "store_act", "load_kv_cache", "store_kv_cache"]


def stand_in():
    """What the tool takes from transformers."""
    class AutoConfig:
        @staticmethod
        def from_pretrained(model, **_):
            keys = ["hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads", "vocab_size"]
            return types.SimpleNamespace(**dict(zip(keys, MODELS[model.removeprefix("Llama/")])))

    module = types.ModuleType("transformers")
    module.AutoConfig, module.AutoTokenizer, module.AutoModelForCausalLM = AutoConfig, None, None
    return module


def stage(totals):
    bounds = ["memory_consumption_weight", "memory_consumption_kv_cache", "memory_consumption_tmp_act"]
    return {"ops": totals["OPs"], "ms": totals["inference_time"] * 1e3, "bytes": [totals[name] for name in BYTES],
            "footprint": [totals[name] for name in bounds]}


def figures(mode):
    """Runs inside a checkout of the tool."""
    sys.modules["transformers"] = stand_in()
    sys.path.insert(0, os.getcwd())
    from model_analyzer import ModelAnalyzer
    for model, hardware, length, precision, batch, flash in itertools.product(
            MODELS, HARDWARE, [1, 70, 103, 700], PRECISIONS, [1, 3], [False, True]):
        with contextlib.redirect_stdout(io.StringIO()):
            bits = dict(zip(["w_bit", "a_bit", "kv_bit"], PRECISIONS[precision]))
            analyzer = ModelAnalyzer("Llama/" + model, HARDWARE[hardware])
            totals = analyzer.analyze(length, batch, use_flashattention=flash, **bits)["total_results"]
        print(json.dumps({"mode": mode, "model": model, "hardware": hardware, "tokens": length, "precision": precision, "batch": batch,
                          "attention": "flash" if flash else "eager", "prefill": stage(totals["prefill"]), "decode": stage(totals["decode"])}))


def main():
    clone, out = Path(sys.argv[1]), Path(sys.argv[2])
    rows = []
    for mode, commit in COMMITS.items():
        with tempfile.TemporaryDirectory() as checkout:
            archive = subprocess.run(["git", "-C", str(clone), "archive", commit], check=True, capture_output=True).stdout
            subprocess.run(["tar", "x", "-C", checkout], check=True, input=archive)
            script = [sys.executable, str(Path(__file__).resolve()), "--inside", mode]
            rows.append(subprocess.run(script, cwd=checkout, check=True, capture_output=True).stdout)
    out.mkdir(parents=True, exist_ok=True)
    (out / "llm_viewer.jsonl.gz").write_bytes(gzip.compress(b"".join(rows), mtime=0))


if __name__ == "__main__":
    if sys.argv[1] == "--inside":
        figures(sys.argv[2])
    else:
        main()
