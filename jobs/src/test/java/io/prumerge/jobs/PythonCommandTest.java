package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.prumerge.GeneratedFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The wheel's functions, with a launcher that prints what it gets. {@code DistIT} has the wheel.
 */
class PythonCommandTest {

  private static final Path SOURCES =
      Path.of(System.getProperty("project.root"), "notebooks", "python", "prumerge_spark");

  @TempDir private Path folder;

  @Test
  void theCommittedFunctionsAreWhatTheCommandsTake() throws IOException {
    CommandLineRun run = CommandLineRun.of("generate-python");

    assertThat(run.code()).isZero();
    GeneratedFile.requireCurrent(
        SOURCES.resolve("jobs.py"),
        run.out(),
        "prumerge-spark generate-python > notebooks/python/prumerge_spark/jobs.py");
    assertThat(run.out().lines())
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(120));
    assertThat(run.out())
        .contains(
            "def evaluate(", "\n    dtype: Literal[\"auto\", \"fp32\", \"bf16\", \"fp16\"] | None")
        .doesNotContain("--", "def generate");
  }

  /** Returns what a program prints that has the functions. */
  private List<String> printed(String program) throws Exception {
    Path module = Files.createDirectories(folder.resolve("prumerge_spark/bin")).getParent();
    for (String file : List.of("jobs.py", "command.py")) {
      Files.copy(SOURCES.resolve(file), module.resolve(file));
    }
    Files.writeString(module.resolve("__init__.py"), "from .jobs import *\n");
    Files.writeString(
        module.resolve("bin/prumerge-spark"),
        """
        for word in "$@"; do [ "$word" != --json ] || { echo '{"rows": [1, 2]}'; exit; }; done
        printf '%s\\n' "$SPARK_HOME" "$@"
        [ "$1" != demo ] || exit 2
        """);
    ProcessBuilder python =
        new ProcessBuilder(
            System.getenv().getOrDefault("PYTHON", "python3"),
            "-c",
            "import subprocess\nimport prumerge_spark as p\nfrom pathlib import Path\n" + program);
    python.environment().put("PYTHONPATH", folder.toString());
    python.environment().put("SPARK_HOME", "/spark");
    Process process;
    try {
      process = python.redirectErrorStream(true).start();
    } catch (IOException e) {
      assumeTrue(false, "there is no Python: " + e.getMessage());
      return List.of();
    }
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    return out.lines().toList();
  }

  @Test
  @Tag("process")
  @DisabledOnOs(OS.WINDOWS)
  void aFunctionsArgumentsAreTheCommandsOptions() throws Exception {
    assertThat(
            printed(
                """
                p.evaluate(model='a b', examples=[Path('pope'), 'mme'], method=('none', 'prumerge'), output=Path('r'),
                           as_=['half=openai:http://b/v1#m'],
                           max_new_tokens=4, max_error_rate=0.5, resume=True, dry_run=False, retry_errors=['x', 'y'],
                           spark={'spark.master': 'local[2]', 'spark.a': 'b=c'})
                """))
        .containsExactly(
            "/spark",
            "--conf",
            "spark.master=local[2]",
            "--conf",
            "spark.a=b=c",
            "evaluate",
            "--method=none",
            "--method=prumerge",
            "--model=a b",
            "--as=half=openai:http://b/v1#m",
            "--examples=pope",
            "--examples=mme",
            "--max-error-rate=0.5",
            "--max-new-tokens=4",
            "--output=r",
            "--resume",
            "--retry-errors=x",
            "--retry-errors=y");
  }

  /** Of a pyspark that came in by force, too: pip asks for one of these lines. */
  @Test
  @Tag("process")
  @DisabledOnOs(OS.WINDOWS)
  void theJarsAreForThePySparkThatIsInstalled() throws Exception {
    Path jars =
        Files.createDirectories(folder.resolve("prumerge_spark/jars/libraries")).getParent();
    Files.createFile(jars.resolve("libraries/java.jar"));
    for (String line : List.of("spark-3.5_2.12", "spark-4.1_2.13")) {
      Files.createFile(Files.createDirectories(jars.resolve(line)).resolve("code.jar"));
    }
    String install = "pip install 'pyspark==3.5.*' or pip install 'pyspark==4.1.*'";
    String refusal = "%s is Spark %s with Scala 2.13, for which there is no jar here: %s";
    Path pyspark = folder.resolve("pyspark");

    assertThat(
            printed(
                """
                import importlib, os, sys
                from prumerge_spark.command import jars, main
                del os.environ['SPARK_HOME']
                sys.path = [str(Path(p.__path__[0]).parent)]  # without another pyspark
                pyspark = Path(sys.path[0]) / 'pyspark'
                def refused(asked):
                    try:
                        print(asked())
                    except RuntimeError as problem:
                        print(problem)
                refused(jars)
                (pyspark / 'jars').mkdir(parents=True)
                importlib.invalidate_caches()
                refused(lambda: p.demo())
                for core in ['2.12-3.5.9', '2.13-4.1.2', '2.13-4.0.1', '2.13-4.2.0', '2.13-3.5.9']:
                    jar = pyspark / f'jars/spark-core_{core}.jar'
                    jar.touch()
                    refused(jars)
                    jar.unlink()
                jar.touch()
                refused(lambda: p.estimate(shape='x', json=True))
                jar.rename(pyspark / 'jars/spark-core_2.13-4.1.2.jar')
                print(p.estimate(shape='x', json=True)['rows'])
                os.environ['SPARK_HOME'] = '/nowhere'
                refused(jars)
                os.environ.pop('SPARK_HOME')
                (pyspark / 'jars/spark-core_2.13-4.1.2.jar').rename(jar)
                try:
                    main()
                except SystemExit as ended:
                    print(ended)
                """))
        .satisfiesExactly(
            line -> assertThat(line).startsWith("There is no pyspark for ").endsWith(install),
            line -> assertThat(line).isEqualTo(pyspark + " brings no Spark: " + install),
            line -> assertThat(line).isEqualTo(both(jars, "spark-3.5_2.12")),
            line -> assertThat(line).isEqualTo(both(jars, "spark-4.1_2.13")),
            line -> assertThat(line).isEqualTo(refusal.formatted(pyspark, "4.0.1", install)),
            line -> assertThat(line).isEqualTo(refusal.formatted(pyspark, "4.2.0", install)),
            line -> assertThat(line).isEqualTo(refusal.formatted(pyspark, "3.5.9", install)),
            line -> assertThat(line).isEqualTo(refusal.formatted(pyspark, "3.5.9", install)),
            line -> assertThat(line).isEqualTo("[1, 2]"),
            line -> assertThat(line).isEqualTo("/nowhere brings no Spark: " + install),
            line ->
                assertThat(line)
                    .isEqualTo("prumerge-spark: " + refusal.formatted(pyspark, "3.5.9", install)));
  }

  private static String both(Path jars, String line) {
    return jars.resolve(line + "/code.jar") + "," + jars.resolve("libraries/java.jar");
  }

  @Test
  @Tag("process")
  @DisabledOnOs(OS.WINDOWS)
  void aSessionIsToldOnceWhereTheWheelsConfIs() throws Exception {
    Files.createDirectories(folder.resolve("prumerge_spark/conf"));
    assertThat(
            printed(
                """
                from types import SimpleNamespace as Namespace
                from prumerge_spark.command import ship_conf

                def told(properties):
                    system = Namespace(getProperty=properties.get, setProperty=properties.__setitem__)
                    ship_conf(Namespace(java=Namespace(lang=Namespace(System=system))))
                    print(properties)

                told({})
                told({'prumerge.conf': 'own'})
                """))
        .containsExactly(
            "{'prumerge.conf': '" + folder.resolve("prumerge_spark/conf") + "'}",
            "{'prumerge.conf': 'own'}");
  }

  @Test
  @Tag("process")
  @DisabledOnOs(OS.WINDOWS)
  void aSessionOfSparkConnectIsRefusedUnlessTheCommandHasItsOwn() throws Exception {
    Files.createDirectories(folder.resolve("pyspark/sql"));
    Files.writeString(folder.resolve("pyspark/__init__.py"), "");
    Files.writeString(
        folder.resolve("pyspark/sql/__init__.py"),
        """
        class SparkSession:
            @classmethod
            def getActiveSession(cls):
                return cls()

            def __getattr__(self, name):
                raise AttributeError(f"[JVM_ATTRIBUTE_NOT_SUPPORTED] Attribute `{name}` is not supported")
        """);
    assertThat(
            printed(
                """
                import os
                import pyspark.sql
                os.environ["SPARK_REMOTE"] = "sc://localhost"
                with open(p.__path__[0] + "/bin/prumerge-spark", "a") as launcher:
                    launcher.write('echo "remote: $SPARK_REMOTE"')
                try:
                    p.demo()
                except RuntimeError as refused:
                    print(refused)
                p.prepare(benchmark="own.yaml", output="o", spark={"spark.master": "local[2]"})
                """))
        .containsExactlyInAnyOrder(
            "Cannot run a command in a session of Spark Connect, whose driver is on its server:"
                + " start a session without remote(...), or give the settings of a Spark of the"
                + " command's own, as spark={'spark.master': 'local[*]'}",
            "/spark",
            "--conf",
            "spark.master=local[2]",
            "prepare",
            "--benchmark=own.yaml",
            "--output=o",
            "remote: ");
  }

  @Test
  @Tag("process")
  @DisabledOnOs(OS.WINDOWS)
  void thePagesCallsAreRight() throws Exception {
    String page = Files.readString(SOURCES.resolveSibling("../README.md").normalize());
    String calls = page.replaceFirst("(?s).*## The commands as functions.*?```python\n", "");
    calls = calls.substring(0, calls.indexOf("```")).replaceAll("\nprumerge_spark.answers.*", "");

    assertThat(printed("import prumerge_spark\n" + calls + "print(estimates)"))
        .contains("evaluate", "--examples=pope.examples", "--image-aspect=pad", "[1, 2]")
        .contains("spark.driver.memory=8g");
  }

  @Test
  @Tag("process")
  @DisabledOnOs(OS.WINDOWS)
  void aFileStandsFirstADocumentIsReturnedAndAFailureRaised() throws Exception {
    assertThat(
            printed(
                """
                p.sweep(Path('a.yaml'), output='o', retry_errors=True)
                print(p.estimate(shape=['x', 'y'], json=True)['rows'])
                try:
                    p.demo()
                except subprocess.CalledProcessError as failed:
                    print('failed', failed.returncode)
                try:
                    p.evaluate(modle='m')
                except TypeError as refused:
                    print('refused')
                """))
        .containsExactlyInAnyOrder(
            "/spark",
            "sweep",
            "a.yaml",
            "--output=o",
            "--retry-errors",
            "[1, 2]",
            "/spark",
            "demo",
            "failed 2",
            "refused");
  }
}
