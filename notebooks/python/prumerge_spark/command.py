"""The launcher of prumerge-spark, on the Spark of the installed pyspark unless SPARK_HOME names one."""

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Sequence

# By these a session of Spark Connect has spark-submit, too, ask its server.
_CONNECT = ("SPARK_CONNECT_MODE_ENABLED", "SPARK_LOCAL_REMOTE", "SPARK_REMOTE")


def main():
    """The console command prumerge-spark."""
    os.execvpe("bash", _launched(*sys.argv[1:]), _environment())


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
    conf = os.path.join(os.path.dirname(os.path.abspath(__file__)), "conf")
    properties = jvm.java.lang.System
    if os.path.isdir(conf) and properties.getProperty("prumerge.conf") is None:
        properties.setProperty("prumerge.conf", conf)


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
    return ["bash", os.path.join(os.path.dirname(__file__), "bin", "prumerge-spark"), *words]


def _environment():
    if "SPARK_HOME" in os.environ:
        return dict(os.environ)
    # Where it is, without importing it, which takes longer than all the rest.
    pyspark = importlib.util.find_spec("pyspark").submodule_search_locations[0]
    return {"SPARK_HOME": pyspark, **os.environ}
