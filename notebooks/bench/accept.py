"""Runs the acceptance in a folder that carry.py made: on any host with a Python that has torch, and a JDK 17 or carry.py --jre.

    python accept.py [--work DIR] [--limit SECONDS] [--output FILE] [--jre FILE] [--compile] [OPTION...]

OPTION: the acceptance's own, such as --device cuda|cpu, --only SECTION,..., --minutes, --shape; `--help` lists them.

Each section runs in a process of its own, the most important first. One that fails, crashes or takes longer than its share
of --limit (otherwise 570 seconds) is a missed goal and does not stop the others. At the end one JSON is printed, its details
cut short; FILE (otherwise DIR/acceptance.json) has all of it. Exit code: 1 if a goal was missed.

The engine runs on this Python's libtorch. DJL's JNI library was built for one version of it; for another one, or with
--compile, it is compiled first, from jni/, by g++: no CUDA toolkit is needed. With torch 2.9 or later it can then give memory
back to a GPU's driver. Checkpoints, results and what was compiled go to DIR, otherwise `work`.
"""

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
JNI = next((HERE / "lib").glob("pytorch-jni-*.jar"), None)
LIMIT = 570  # a machine that is lent for ten minutes a command has this long after its start
LEAST = 15  # seconds: with less time left a section is not begun
SHOWN = 90  # characters of a figure's detail that are printed
# The one source that gives memory back. What others have for CUDA is for streams that are never used.
GIVES_BACK = "ai_djl_pytorch_jni_PyTorchLibrary_system.cc"
# Stands in for torch's header of this name, which includes CUDA's own: those that torch's wheels bring are not complete.
ALLOCATOR = "c10/cuda/CUDACachingAllocator.h"
BY_DEVICE = "c10/core/CachingDeviceAllocator.h"
OWN_ALLOCATOR = f"""#include <{BY_DEVICE}>
namespace c10::cuda::CUDACachingAllocator {{
inline void emptyCache() {{ c10::getDeviceAllocator(c10::kCUDA)->emptyCache(); }}
}}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, add_help=False)
    parser.add_argument("--work", type=Path, default=Path("work"))
    parser.add_argument("--limit", type=float, default=LIMIT)
    parser.add_argument("--output", type=Path)
    parser.add_argument("--jre", type=Path, default=HERE / "jre.tar.xz")
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--help", action="store_true")
    arguments, options = parser.parse_known_args()
    began = time.monotonic()
    if JNI is None:
        sys.exit(f"Cannot find lib next to {__file__}: carry.py makes the folder that this script runs in")
    try:
        import torch
    except ImportError as e:
        sys.exit(f"Cannot import torch in {sys.executable}: {e}")
    work = arguments.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, **libtorch(torch, work, arguments.compile)}
    java = runtime(work, arguments.jre)
    if not any(option.startswith("--python") for option in options):
        options.append(f"--python={sys.executable}")
    if (HERE / "cpu-answers.json").exists() and not any(option.startswith("--cpu-answers") for option in options):
        options.append(f"--cpu-answers={HERE / 'cpu-answers.json'}")
    command = [
        java, f"@{HERE / 'conf/jvm.options'}", "-Xmx6g", f"-Dproject.root={HERE}", f"-Dbench.libtorch={torch.__version__}",
        f"-Dlog4j2.configurationFile={HERE / 'conf/log4j2.properties'}", "-cp", HERE / "lib" / "*",
        "io.prumerge.bench.Acceptance", f"--work={work}", *options,
    ]  # fmt: skip
    if arguments.help:
        print(__doc__, flush=True)
        sys.exit(subprocess.run([*command, "--help"], env=environment).returncode)
    listed = subprocess.run([*command, "--list"], env=environment, stdout=subprocess.PIPE, text=True)
    if listed.returncode:
        sys.exit(listed.returncode)  # it has said why
    sections = json.loads(listed.stdout)
    only = [name for name in arguments.only.split(",") if name]
    if unknown := set(only) - {section["name"] for section in sections}:
        sys.exit(f"Cannot run {', '.join(sorted(unknown))}: the sections are {', '.join(s['name'] for s in sections)}")
    results = {"facts": {}, "sections": [], "figures": []}
    for section in sections:
        if not only or section["name"] in only:
            share = section["seconds"] * arguments.limit / LIMIT
            left = arguments.limit - (time.monotonic() - began)
            run(command, section, 0 if left < LEAST else min(share, left), environment, work, results)
    results["missed"] = [s["section"] for s in results["sections"] if s["state"] != "done"]
    results["seconds"] = round(time.monotonic() - began)
    output = arguments.output or work / "acceptance.json"
    output.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    print(short(results))
    sys.exit(1 if results["missed"] else 0)


def run(command: list, section: dict, seconds: float, environment: dict, work: Path, results: dict) -> None:
    """Runs a section in a process of its own, unless no seconds are left, and adds its figures and how it ended."""
    name = section["name"]
    ended = {"section": name, "seconds": 0.0, "state": "no time left"}
    results["sections"].append(ended)
    if seconds > 0:
        found = work / "results.json"
        found.unlink(missing_ok=True)
        log = work / f"{name}.log"
        start = time.monotonic()
        with open(log, "w") as out:
            process = subprocess.Popen(
                [*command, f"--only={name}"], env={**environment, **section["environment"]}, stdout=out, stderr=out,
                start_new_session=True,
            )  # fmt: skip
            try:
                code = process.wait(seconds)
                ended["state"] = "done" if code == 0 else "a goal is missed" if code == 1 and found.exists() else f"ended with {code}"
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                ended["state"] = f"stopped after {seconds:.0f} s"
        ended["seconds"] = round(time.monotonic() - start, 1)
        if found.exists():
            written = json.loads(found.read_text())
            results["facts"].update(written["facts"])
            figures = written.get("figures", [])
            results["figures"] += [{"section": name, **figure} for figure in figures]
            if any(figure["detail"].startswith("failed: ") for figure in figures):
                ended["state"] = "failed"
        if ended["state"] not in ("done", "a goal is missed"):
            print("".join(log.read_text(errors="replace").splitlines(True)[-20:]), file=sys.stderr)
    print(f"{name}: {ended['seconds']} s, {ended['state']}", file=sys.stderr, flush=True)


def short(results: dict) -> str:
    """The results as JSON with a figure a line."""

    def line(entry: dict) -> str:
        brief = {key: round(value, 4) if isinstance(value, float) and abs(value) > 1e-3 else value for key, value in entry.items()}
        if len(brief.get("detail", "")) > SHOWN:
            brief["detail"] = brief["detail"][:SHOWN] + "..."
        return json.dumps(brief, ensure_ascii=False)

    parts = [f'"facts": {json.dumps(results["facts"], ensure_ascii=False)}']
    for name in ("sections", "figures"):
        parts.append(f'"{name}": [\n' + ",\n".join(map(line, results[name])) + "\n]")
    parts.append(f'"missed": {json.dumps(results["missed"])}, "seconds": {results["seconds"]}')
    return "{" + ",\n".join(parts) + "}"


def runtime(work: Path, packed: Path) -> Path | str:
    """The host's Java of version 17 or later, else the carried one."""
    home = os.environ.get("JAVA_HOME")
    for java in ([Path(home) / "bin/java"] if home else []) + ["java"]:
        try:
            said = subprocess.run([java, "-version"], stderr=subprocess.PIPE, text=True).stderr
        except OSError:
            continue
        if (version := re.search(r'version "(\d+)', said)) and int(version[1]) >= 17:
            return java
    if not packed.exists():
        sys.exit(f"Cannot find a Java 17: set JAVA_HOME to one, or make {packed.name} by carry.py --jre")
    if not (work / "jre").exists():
        with tarfile.open(packed) as tar:
            tar.extractall(work)
    return work / "jre/bin/java"


def libtorch(torch, work: Path, forced: bool) -> dict:
    """Puts DJL's library for this torch where DJL looks for it; returns what tells DJL of this torch."""
    folder = Path(torch.__file__).parent
    built, engine = re.search(r"pytorch-jni-([0-9.]+)-([0-9.]+)\.jar", JNI.name).groups()
    own = torch.__version__.split("+")[0]
    print(f"torch {torch.__version__} of {folder}; DJL's library is for {built}", file=sys.stderr, flush=True)
    if own != built or forced:
        library = work / f"libdjl_torch-{torch.__version__}.so"
        if not library.exists():
            compile_jni(folder, library, torch.compiled_with_cxx11_abi())
        # Where DJL looks before it looks into its jar, for a GPU and without one.
        for flavor in ("cpu", "cu128"):
            place = work / "djl" / "pytorch" / f"{built}-{flavor}-linux-x86_64" / f"{engine}-libdjl_torch.so"
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(library, place)
    return {
        "PYTORCH_LIBRARY_PATH": str(folder / "lib"), "DJL_CACHE_DIR": str(work / "djl"), "DJL_OFFLINE": "true",
        "OPT_OUT_TRACKING": "true",
    }  # fmt: skip


def compile_jni(torch: Path, library: Path, abi: bool) -> None:
    """Compiles DJL's sources against this torch, one file a core."""
    sources = sorted((HERE / "jni").glob("*.cc"))
    if not sources:
        sys.exit(f"Cannot run on torch of {torch}: DJL's library is for another version; carry its sources by carry.py --djl")
    if not shutil.which("g++"):
        sys.exit("Cannot compile DJL's library for this torch: there is no g++")
    by_device = torch / "include" / BY_DEVICE
    gives_back = by_device.exists() and "getDeviceAllocator" in by_device.read_text()
    print(f"Compiling {library}, which {'gives' if gives_back else 'cannot give'} memory back", file=sys.stderr, flush=True)
    objects = library.with_suffix("")
    (objects / ALLOCATOR).parent.mkdir(parents=True, exist_ok=True)
    (objects / ALLOCATOR).write_text(OWN_ALLOCATOR)
    include = [f"-I{path}" for path in (HERE / "jni", torch / "include", torch / "include/torch/csrc/api/include")]

    def one(source: Path) -> Path:
        made = objects / (source.name + ".o")
        with_cuda = [f"-I{objects}", "-DUSE_CUDA"] if gives_back and source.name == GIVES_BACK else []
        subprocess.run(
            ["g++", "-std=c++17", "-O2", "-fPIC", "-w", f"-D_GLIBCXX_USE_CXX11_ABI={int(abi)}", *with_cuda, *include, "-c", source,
             "-o", made],
            check=True,
        )  # fmt: skip
        return made

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        made = list(pool.map(one, sources))
    # Every name must be one of libtorch's, or the JVM would end where it is first called.
    subprocess.run(
        ["g++", "-shared", "-o", library, *made, f"-L{torch / 'lib'}", "-Wl,--no-as-needed", "-ltorch", "-ltorch_cpu", "-lc10",
         "-Wl,--allow-shlib-undefined", "-Wl,-z,defs"],
        check=True,
    )  # fmt: skip
    shutil.rmtree(objects)


if __name__ == "__main__":
    main()
