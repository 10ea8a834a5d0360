"""Runs the acceptance in a folder that carry.py made: on any host with a JDK 17 and a Python that has torch.

    python accept.py [--work DIR] [OPTION...]      the acceptance's own options: --help, --device cuda|cpu, --only, --minutes

The engine runs on this Python's libtorch. DJL's JNI library was built for one version of it; for another one it is compiled
first, from jni/, by g++: no CUDA toolkit is needed. Checkpoints, results and what was compiled go to DIR, otherwise `work`.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
JNI = next((HERE / "lib").glob("pytorch-jni-*.jar"), None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, add_help=False)
    parser.add_argument("--work", type=Path, default=Path("work"))
    arguments, options = parser.parse_known_args()
    if JNI is None:
        sys.exit(f"Cannot find lib next to {__file__}: carry.py makes the folder that this script runs in")
    try:
        import torch
    except ImportError as e:
        sys.exit(f"Cannot import torch in {sys.executable}: {e}")
    work = arguments.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    folder = Path(torch.__file__).parent
    built, engine = re.search(r"pytorch-jni-([0-9.]+)-([0-9.]+)\.jar", JNI.name).groups()
    environment = {
        **os.environ, "PYTORCH_LIBRARY_PATH": str(folder / "lib"), "DJL_CACHE_DIR": str(work / "djl"), "DJL_OFFLINE": "true",
        "OPT_OUT_TRACKING": "true",
    }  # fmt: skip
    own = torch.__version__.split("+")[0]
    print(f"torch {torch.__version__} of {folder}; DJL's library is for {built}", flush=True)
    if own != built:
        library = work / f"libdjl_torch-{own}.so"
        if not library.exists():
            compile_jni(folder, library, torch.compiled_with_cxx11_abi())
        # Where DJL looks before it looks into its jar, for a GPU and without one.
        for flavor in ("cpu", "cu128"):
            place = work / "djl" / "pytorch" / f"{built}-{flavor}-linux-x86_64" / f"{engine}-libdjl_torch.so"
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(library, place)
    java = Path(os.environ["JAVA_HOME"]) / "bin/java" if "JAVA_HOME" in os.environ else "java"
    try:
        done = subprocess.run(
            [java, f"@{HERE / 'conf/jvm.options'}", "-Xmx6g", f"-Dproject.root={HERE}", f"-Dbench.libtorch={torch.__version__}",
             f"-Dlog4j2.configurationFile={HERE / 'conf/log4j2.properties'}", "-cp", HERE / "lib" / "*",
             "io.prumerge.bench.Acceptance", f"--work={work}", *([] if any(o.startswith("--python") for o in options) else
             [f"--python={sys.executable}"]), *options],
            env=environment,
        )  # fmt: skip
    except FileNotFoundError:
        sys.exit(f"Cannot run {java}: set JAVA_HOME to a JDK 17")
    sys.exit(done.returncode)


def compile_jni(torch: Path, library: Path, abi: bool) -> None:
    """Compiles DJL's sources against this torch, one file a core; what needs CUDA's own headers is left out of them."""
    sources = sorted((HERE / "jni").glob("*.cc"))
    if not sources:
        sys.exit(f"Cannot run on torch of {torch}: DJL's library is for another version; carry its sources by carry.py --djl")
    if not shutil.which("g++"):
        sys.exit("Cannot compile DJL's library for this torch: there is no g++")
    print(f"Compiling {library}", flush=True)
    objects = library.with_suffix("")
    objects.mkdir(exist_ok=True)
    include = [f"-I{path}" for path in (HERE / "jni", torch / "include", torch / "include/torch/csrc/api/include")]

    def one(source: Path) -> Path:
        made = objects / (source.name + ".o")
        subprocess.run(
            ["g++", "-std=c++17", "-O2", "-fPIC", "-w", f"-D_GLIBCXX_USE_CXX11_ABI={int(abi)}", *include, "-c", source, "-o", made],
            check=True,
        )  # fmt: skip
        return made

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        made = list(pool.map(one, sources))
    subprocess.run(
        ["g++", "-shared", "-o", library, *made, f"-L{torch / 'lib'}", "-Wl,--no-as-needed", "-ltorch", "-ltorch_cpu", "-lc10",
         "-Wl,--allow-shlib-undefined"],
        check=True,
    )  # fmt: skip
    shutil.rmtree(objects)


if __name__ == "__main__":
    main()
