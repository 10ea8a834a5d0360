"""The launcher of prumerge-spark, on the Spark of the installed pyspark unless SPARK_HOME names one."""

import importlib.util
import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

_FOLDER = Path(os.path.abspath(__file__)).parent
_JARS = _FOLDER / "jars"

# By these a session of Spark Connect has spark-submit, too, ask its server.
_CONNECT = ("SPARK_CONNECT_MODE_ENABLED", "SPARK_LOCAL_REMOTE", "SPARK_REMOTE")


def main():
    """The console command prumerge-spark."""
    try:
        environment = _environment()
    except RuntimeError as problem:
        sys.exit(f"prumerge-spark: {problem}")
    os.execvpe("bash", _launched(*sys.argv[1:]), environment)


def jars():
    """Returns the wheel's jars for a session of PySpark, as the setting `spark.jars` takes them.

    `SparkSession.builder.config("spark.jars", prumerge_spark.jars())`

    :raises RuntimeError: if there is no Spark, or one of a line that the wheel has no jar for
    """
    folders = (_JARS / _line(Path(_environment()["SPARK_HOME"])), _JARS / "libraries")
    return ",".join(str(jar) for folder in folders for jar in sorted(folder.glob("*.jar")))


def run(parameters, command, *leading):
    """Runs a command, and returns the document that it prints if it is asked for JSON.

    :param parameters: of its function, by name
    :param leading: names of those that stand before the options
    """
    words = [command, *(os.fspath(parameters[name]) for name in leading)]
    for name, given in parameters.items():
        if name in (*leading, "spark"):
            continue
        flag = "--" + name.rstrip("_").replace("_", "-")  # as_ stands for --as: as is a keyword
        several = isinstance(given, Sequence) and not isinstance(given, str)
        for value in given if several else [given]:
            if value is True:
                words.append(flag)
            elif value is not None and value is not False:
                words.append(f"{flag}={os.fspath(value) if isinstance(value, os.PathLike) else value}")
    document = parameters.get("json", False)
    session = None if parameters["spark"] else _session_at_hand()
    if session:
        printed = _run_in(session, words)
        if document:
            return json.loads(printed)
        print(printed, end="")
        return None
    settings = [word for item in (parameters["spark"] or {}).items() for word in ("--conf", "=".join(item))]
    done = subprocess.run(
        _launched(*settings, *words),
        env={name: value for name, value in _environment().items() if name not in _CONNECT},
        check=True,
        stdout=subprocess.PIPE if document else None,
        text=True,
    )
    return json.loads(done.stdout) if document else None


def _session_at_hand():
    """The running session of PySpark's; None if there is none, or if its JVM lacks this project's jar.

    One of Spark Connect is refused: its driver, and the tables that its names mean, are on a server.
    """
    pyspark = sys.modules.get("pyspark.sql")
    session = pyspark.SparkSession.getActiveSession() if pyspark else None
    jvm = getattr(session, "_jvm", None)
    if session is not None and jvm is None:
        raise RuntimeError(
            "Cannot run a command in a session of Spark Connect, whose driver is on its server: start a session without"
            " remote(...), or give the settings of a Spark of the command's own, as spark={'spark.master': 'local[*]'}"
        )
    # Py4J takes a name that is no class for a package.
    return session if jvm and type(jvm.io.prumerge.jobs.Main).__name__ == "JavaClass" else None


def ship_conf(jvm):
    """Tells a JVM that the launcher has not started where the wheel has the paths below conf/."""
    conf = _FOLDER / "conf"
    properties = jvm.java.lang.System
    if conf.is_dir() and properties.getProperty("prumerge.conf") is None:
        properties.setProperty("prumerge.conf", str(conf))


def _run_in(session, words):
    """Runs a command in the JVM of a session, and returns what it prints."""
    jvm = session._jvm
    ship_conf(jvm)
    arguments = session.sparkContext._gateway.new_array(jvm.String, len(words))
    for i, word in enumerate(words):
        arguments[i] = word
    out, err = jvm.java.io.StringWriter(), jvm.java.io.StringWriter()
    code = jvm.io.prumerge.jobs.Main.run(jvm.java.io.PrintWriter(out), jvm.java.io.PrintWriter(err), arguments)
    print(err.toString(), end="", file=sys.stderr)
    if code:
        raise subprocess.CalledProcessError(code, words, out.toString(), err.toString())
    return out.toString()


def _launched(*words):
    return ["bash", str(_FOLDER / "bin" / "prumerge-spark"), *words]


def _environment():
    if "SPARK_HOME" in os.environ:
        return dict(os.environ)
    pyspark = _pyspark()
    if _JARS.is_dir():  # as in the wheel, but not in the sources
        _line(pyspark)
    return {"SPARK_HOME": str(pyspark), **os.environ}


def _pyspark():
    """The folder of the installed pyspark, found without importing it, which takes longer than all the rest."""
    found = importlib.util.find_spec("pyspark")
    if found is None:
        raise RuntimeError(f"There is no pyspark for {sys.executable}: {_to_install()}")
    return Path(found.submodule_search_locations[0])


def _line(spark):
    """The folder of our jars for a Spark, such as spark-3.5_2.12. Its version is in the names of its own."""
    core = next((jar.name for jar in spark.glob("jars/spark-core_*.jar")), None)
    if core is None:
        raise RuntimeError(f"{spark} brings no Spark: {_to_install()}")
    scala, version, line = re.fullmatch(r"spark-core_(.+?)-((\d+\.\d+).*)\.jar", core).groups()
    folder = f"spark-{line}_{scala}"
    if not (_JARS / folder).is_dir():
        raise RuntimeError(
            f"{spark} is Spark {version} with Scala {scala}, for which there is no jar here: {_to_install()}"
        )
    return folder


def _to_install():
    lines = sorted(folder.name.removeprefix("spark-").partition("_")[0] for folder in _JARS.glob("spark-*"))
    return " or ".join(f"pip install 'pyspark=={line}.*'" for line in lines) or "install the wheel, which has jars"
