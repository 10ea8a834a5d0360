"""Puts together what the acceptance needs on a GPU host that has nothing but Python with torch, and perhaps a JDK 17.

    python notebooks/bench/carry.py OUTPUT [--djl GIT] [--jre] [--answers SECTION,...] [--most MB]

OUTPUT becomes the folder to carry: this project's classes and the libraries of its engine, the miniature and the tests' small
checkpoints, the CPU's own answers, which are computed here, the peer of the section `wide`, and accept.py, which runs there.
--djl names a clone of deepjavalibrary/djl: with it the sources of DJL's JNI library go along, which accept.py compiles where
the host's torch is not the version that DJL was built for. --jre adds a Java, for hosts without one. Prints what each part
takes, and exits with 1 where all of them are more than --most megabytes (otherwise 60). Needs a JDK 17, and Maven's
registries; --classpath is for those who have compiled already.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Of Spark, of the readers of tables and of the web pages the acceptance uses nothing.
LIBRARIES = (
    "api", "commons-compress", "commons-io", "commons-lang3", "gson", "jackson-annotations", "jackson-core", "jackson-databind",
    "jackson-dataformat-yaml", "jna", "log4j-1.2-api", "log4j-api", "log4j-core", "log4j-slf4j2-impl", "picocli", "pytorch-engine",
    "pytorch-jni", "slf4j-api", "snakeyaml", "tokenizers", "webp-imageio",
)  # fmt: skip
# Native libraries of other systems.
OTHERS = re.compile(
    r"(native/lib|jnilib|native)/(osx|win|linux-aarch64|Mac|Windows|Linux/(?!x86_64))"
    r"|com/sun/jna/(?!linux-x86-64/)[a-z0-9]+-[a-z0-9-]+/"
)
# Classes of tests, which the benches use nothing of.
TESTS = re.compile(r".*(Test|IT)(\$.*)?\.class")
DJL = "engines/pytorch/pytorch-native/src/main/native"
DJL_SHARED = "api/src/main/native"
DJL_ENGINE = "engines/pytorch/pytorch-engine/src/main/java"
# Whose comparisons are with the CPU.
COMPARING = "agreement,methods,families,training"
GOLDENS = "udfs/src/test/resources/goldens"
# The tests' checkpoints; beside them lie what reference implementations gave for them, which only tests read.
CHECKPOINTS = ("clips", "families", "idefics", "intern", "layouts", "onevision", "opt", "queries", "qwen", "qwen3", "smol", "tiles")
OF_CHECKPOINT = re.compile(
    r"model.*\.safetensors|pytorch_model.*|.*config.*\.json|model.*\.index\.json|.*token.*|vocab\.json|merges\.txt|.*\.jinja"
)
PICTURES = ("photo.png", "wide.png", "jpeg-420.jpg")
MODULES = (
    "java.base", "java.desktop", "java.logging", "java.management", "java.naming", "java.net.http", "java.security.jgss", "java.sql",
    "java.xml", "jdk.management", "jdk.unsupported",
)  # fmt: skip
# What no drawing into memory needs: screens, sound, fonts.
SCREEN = re.compile(r"lib(awt_xawt|jawt|splashscreen|jsound|fontmanager|freetype)\.so")
# What Linux distributions' own builds of Java take from other packages, which an image for GPUs may lack.
SYSTEM = ("libz.so.1", "libjpeg.so.62", "libjpeg.so.8", "liblcms2.so.2")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=Path, help="a new or empty folder")
    parser.add_argument("--djl", type=Path, metavar="GIT", help="a clone of deepjavalibrary/djl, with its tags")
    parser.add_argument("--jre", action="store_true", help="add a Java that jlink makes of this one")
    parser.add_argument("--answers", default=COMPARING, metavar="SECTION,...", help="whose CPU's answers to compute; '' for none")
    parser.add_argument("--most", type=float, default=60, metavar="MB", help="what may be carried at once")
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
    goldens(output / GOLDENS)
    shutil.copy(ROOT / "notebooks/bench/accept.py", output)
    if arguments.djl:
        sources(arguments.djl, [output / "lib" / "*"], output / "jni")
    if arguments.jre:
        jre(output / "jre.tar.xz")
    if arguments.answers:
        answers(paths, output, arguments.answers)
    sizes = {part.name: size(part) for part in sorted(output.iterdir())}
    for name, bytes_ in sizes.items():
        print(f"{bytes_ / 1e6:8.2f} MB  {name}")
    total = sum(sizes.values()) / 1e6
    print(f"{output}: {total:.1f} MB. On the host: python accept.py --device cuda")
    if total > arguments.most:
        sys.exit(f"That is more than {arguments.most:.0f} MB; jre.tar.xz may go by itself, to be named by accept.py --jre")


def size(part: Path) -> int:
    return sum(file.stat().st_size for file in [part, *part.rglob("*")] if file.is_file())


def tool(name: str) -> str:
    """A tool of the JDK."""
    found = shutil.which(name, path=os.pathsep.join([str(Path(os.environ.get("JAVA_HOME", "")) / "bin"), os.environ["PATH"]]))
    if not found:
        sys.exit(f"Cannot find {name}: set JAVA_HOME to a JDK 17")
    return found


def goldens(output: Path) -> None:
    """Copies the tests' small checkpoints and the pictures that they are asked about."""
    for name in CHECKPOINTS:
        for file in (ROOT / GOLDENS / name).rglob("*"):
            if file.is_file() and file.parent.name != name and OF_CHECKPOINT.fullmatch(file.name):
                place = output / file.relative_to(ROOT / GOLDENS)
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, place)
    (output / "images").mkdir()
    for name in PICTURES:
        shutil.copy(ROOT / GOLDENS / "images" / name, output / "images")


def answers(paths: list[Path], output: Path, sections: str) -> None:
    """Asks the CPU of this machine what the device's answers are compared with, by the libtorch of the class path."""
    print("Computing the CPU's answers", flush=True)
    with tempfile.TemporaryDirectory() as work:
        done = subprocess.run(
            [tool("java"), f"@{ROOT / 'conf/jvm.options'}", "-Xmx3g", f"-Dproject.root={output}",
             f"-Dlog4j2.configurationFile={ROOT / 'conf/log4j2.properties'}", "-cp", os.pathsep.join(map(str, paths)),
             "io.prumerge.bench.Acceptance", "--device=cpu", "--shape=tiny", "--minutes=0", f"--only={sections}",
             f"--work={work}", f"--cpu-answers={output / 'cpu-answers.json'}"],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
    if done.returncode:
        sys.exit(f"Cannot compute the CPU's answers, as it says above and here:\n{done.stdout}")


def jre(output: Path) -> None:
    """Makes a small Java of the modules that the acceptance needs, with the libraries that this one has from elsewhere."""
    with tempfile.TemporaryDirectory() as temporary:
        made = Path(temporary) / "jre"
        subprocess.run(
            [tool("jlink"), "--add-modules", ",".join(MODULES), "--strip-debug", "--no-man-pages", "--no-header-files", "--output",
             made],
            check=True,
        )  # fmt: skip
        for file in (made / "lib").iterdir():
            if SCREEN.fullmatch(file.name):
                file.unlink()
        for library in [*(made / "lib").glob("*.so"), made / "bin/java"]:
            needed = subprocess.run(["ldd", library], stdout=subprocess.PIPE, text=True).stdout
            for name, place in re.findall(r"(\S+) => (/\S+)", needed):
                if name in SYSTEM and not (made / "lib" / name).exists():
                    shutil.copy(place, made / "lib" / name)
        with tarfile.open(output, "w:xz", preset=6) as tar:
            tar.add(made, "jre")


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
    """Packs folders of classes, without tests and their goldens, and copies jars, without what other systems need."""
    folder.mkdir(parents=True)
    missing = set(LIBRARIES)
    for number, path in enumerate(paths):
        if path.is_dir():
            with zipfile.ZipFile(folder / f"classes-{number}.jar", "w", zipfile.ZIP_DEFLATED) as jar:
                for file in sorted(path.rglob("*")):
                    name = file.relative_to(path).as_posix()
                    of_benches = file.suffix == ".class" and not TESTS.fullmatch(file.name)
                    if file.is_file() and (path.name != "test-classes" or of_benches):
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
    javac = tool("javac")
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
