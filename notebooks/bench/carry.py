"""Puts together what the acceptance needs on a GPU host that has nothing but Python with torch, and a JDK 17.

    python notebooks/bench/carry.py OUTPUT [--djl GIT]

OUTPUT becomes the folder to carry, below 60 MB: this project's classes and the libraries of its engine, the miniature,
the peer of the section `wide`, and accept.py, which runs there. --djl names a clone of deepjavalibrary/djl: with it the
sources of DJL's JNI library go along, which accept.py compiles where the host's torch is not the version that DJL was
built for. Needs a JDK 17, and Maven's registries; --classpath is for those who have compiled already.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Of Spark, of the readers of tables and of the web pages the acceptance uses nothing.
LIBRARIES = (
    "api", "gson", "jackson-annotations", "jackson-core", "jackson-databind", "jackson-dataformat-yaml", "jna", "log4j-1.2-api",
    "log4j-api", "log4j-core", "log4j-slf4j2-impl", "picocli", "pytorch-engine", "pytorch-jni", "slf4j-api", "snakeyaml",
    "tokenizers", "webp-imageio",
)  # fmt: skip
# Native libraries of other systems.
OTHERS = re.compile(
    r"(native/lib|jnilib|native)/(osx|win|linux-aarch64|Mac|Windows|Linux/(?!x86_64))"
    r"|com/sun/jna/(?!linux-x86-64/)[a-z0-9]+-[a-z0-9-]+/"
)
DJL = "engines/pytorch/pytorch-native/src/main/native"
DJL_SHARED = "api/src/main/native"
DJL_ENGINE = "engines/pytorch/pytorch-engine/src/main/java"
LIMIT = 60_000_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=Path, help="a new or empty folder")
    parser.add_argument("--djl", type=Path, metavar="GIT", help="a clone of deepjavalibrary/djl, with its tags")
    parser.add_argument("--classpath", help="the bench's compiled classes and libraries; otherwise Maven is asked")
    arguments = parser.parse_args()
    output = arguments.output.resolve()
    if output.exists() and any(output.iterdir()):
        sys.exit(f"Cannot write to {output}: it is not empty")
    # Once each: Maven's path of jobs names the classes of udfs too.
    paths = [Path(path) for path in dict.fromkeys((arguments.classpath or compiled()).split(os.pathsep)) if path]
    libraries(paths, output / "lib")
    for part in ("conf/mini-llava", "notebooks/bench"):
        shutil.copytree(ROOT / part, output / part, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("conf/jvm.options", "conf/log4j2.properties"):
        shutil.copy(ROOT / file, output / file)
    shutil.copy(ROOT / "notebooks/bench/accept.py", output)
    if arguments.djl:
        sources(arguments.djl, [output / "lib" / "*"], output / "jni")
    size = sum(file.stat().st_size for file in output.rglob("*") if file.is_file())
    print(f"{output}: {size / 1e6:.1f} MB. On the host: python accept.py --device cuda")
    if size > LIMIT:
        sys.exit(f"That is more than {LIMIT / 1e6:.0f} MB")


def compiled() -> str:
    """Compiles the project with its benches, and returns the class path that they run with."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "classpath"
        subprocess.run(
            [ROOT / "mvnw", "-q", "-B", "-ntp", "-Pbench", "test-compile", "dependency:build-classpath", "-DincludeScope=test",
             "-pl", "jobs", "-am", f"-Dmdep.outputFile={file}"],
            cwd=ROOT, check=True,
        )  # fmt: skip
        own = [ROOT / module / "target" / part for module in ("jobs", "udfs") for part in ("classes", "test-classes")]
        return os.pathsep.join([*map(str, own), file.read_text()])


def libraries(paths: list[Path], folder: Path) -> None:
    """Packs folders of classes, without the goldens of tests, and copies jars, without what other systems need."""
    folder.mkdir(parents=True)
    missing = set(LIBRARIES)
    for number, path in enumerate(paths):
        if path.is_dir():
            with zipfile.ZipFile(folder / f"classes-{number}.jar", "w", zipfile.ZIP_DEFLATED) as jar:
                for file in sorted(path.rglob("*")):
                    name = file.relative_to(path).as_posix()
                    if file.is_file() and (path.name != "test-classes" or file.suffix == ".class"):
                        jar.write(file, name)
        elif ROOT in path.resolve().parents:
            shutil.copy(path, folder)
        elif (name := re.sub(r"-[0-9][^-]*(-[0-9.]+)?\.jar$", "", path.name)) in missing:
            missing.remove(name)
            with zipfile.ZipFile(path) as jar, zipfile.ZipFile(folder / path.name, "w", zipfile.ZIP_DEFLATED) as kept:
                for entry in jar.infolist():
                    if not OTHERS.match(entry.filename):
                        kept.writestr(entry, jar.read(entry), zipfile.ZIP_DEFLATED)
    if missing:
        sys.exit(f"Cannot find on the class path: {', '.join(sorted(missing))}")


def sources(git: Path, classpath: list[Path], folder: Path) -> None:
    """Takes the JNI library's sources at the tag of the engine's version, with all headers that they include."""
    jar = next(classpath[0].parent.glob("pytorch-engine-*.jar"))
    tag = "v" + re.search(r"-([0-9.]+)\.jar$", jar.name)[1]
    javac = shutil.which("javac", path=os.pathsep.join([str(Path(os.environ.get("JAVA_HOME", "")) / "bin"), os.environ["PATH"]]))
    if not javac:
        sys.exit("Cannot find javac: set JAVA_HOME to a JDK 17")
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        with open(work / "djl.tar", "wb") as tar:
            taken = subprocess.run(["git", "-C", git, "archive", tag, DJL, DJL_SHARED, DJL_ENGINE], stdout=tar)
        if taken.returncode:
            sys.exit(f"Cannot take {tag} from {git}: name a clone of deepjavalibrary/djl that has this tag")
        shutil.unpack_archive(work / "djl.tar", work)
        folder.mkdir()
        for file in (work / DJL).iterdir():
            if file.suffix in (".cc", ".h"):
                shutil.copy(file, folder)
        shutil.copytree(work / DJL_SHARED / "djl", folder / "djl")
        subprocess.run(
            [javac, "-proc:none", "-nowarn", "-cp", os.pathsep.join(map(str, classpath)), "-sourcepath", work / DJL_ENGINE,
             "-h", folder, "-d", work / "classes", work / DJL_ENGINE / "ai/djl/pytorch/jni/PyTorchLibrary.java"],
            check=True,
        )  # fmt: skip
        include = Path(javac).resolve().parents[1] / "include"
        shutil.copy(include / "jni.h", folder)
        shutil.copy(include / "linux/jni_md.h", folder)


if __name__ == "__main__":
    main()
