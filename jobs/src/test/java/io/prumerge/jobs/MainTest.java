package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.console.ExitCode;
import io.prumerge.console.Failure;
import io.prumerge.console.Problems;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("spark")
class MainTest {

  private static final Properties BUILT = new Properties();

  static {
    BUILT.setProperty("spark", "3.5");
    BUILT.setProperty("scala", "2.12");
  }

  @TempDir private Path folder;

  @BeforeAll
  static void session() {
    LocalSpark.session();
  }

  private static void refuses(CommandLineRun run, int code, String line) {
    assertThat(run.err().lines()).as("one line").singleElement().asString().startsWith(line);
    assertThat(run.code()).isEqualTo(code);
    assertThat(run.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"prepare", "evaluate", "sweep", "score", "report", "estimate", "mini", "demo"})
  void everyCommandHasHelp(String command) {
    CommandLineRun run = CommandLineRun.of(command, "--help");

    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("Usage: prumerge-spark " + command, "--verbose");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void tellsItsCommandsAndVersion() {
    assertThat(CommandLineRun.of("--help").out())
        .contains("prepare", "evaluate", "sweep", "score", "report", "estimate", "mini", "demo");
    assertThat(CommandLineRun.of("--help").out())
        .as("hidden commands are left out, and there are no colours without a terminal")
        .doesNotContain("generate-", "\u001b");
    assertThat(CommandLineRun.of("--version").out().lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("prumerge-spark "),
            line -> assertThat(line).matches("Spark 3\\.5\\.\\d+( \\(built for 3\\.5\\))?"),
            line -> assertThat(line).isEqualTo("DJL 0.38.0"),
            line -> assertThat(line).startsWith("libtorch "),
            line -> assertThat(line).startsWith("Java "));
    assertThat(CommandLineRun.of("evaluate", "--version").code()).isZero();
  }

  @Test
  void suggestsTheFlagThatWasMeant() {
    refuses(
        CommandLineRun.of(
            "evaluate",
            "--model",
            "m",
            "--examples",
            "e",
            "--method",
            "none",
            "--output",
            "o",
            "--max-error-rat=1"),
        ExitCode.USAGE,
        "prumerge-spark: Unknown option: '--max-error-rat=1'; did you mean --max-new-tokens or"
            + " --max-pixels or --max-error-rate?");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          evaluat --model x      | Unknown command 'evaluat'; known: init-benchmark,
          evaluat --model x      | ; did you mean evaluate? (prumerge-spark --help has more)
          foo                    | , demo, help (prumerge-spark --help has more)
          report runs/a --output o | Unexpected argument: 'runs/a'; a value stands after its option, such as --runs, --output
          mini --split test --seed x --images 1 --output o | '--seed': 'x' is not a whole number (
          mini --split test --seed 1 --images y --output o | '--images': 'y' is not a whole number (
          """)
  void saysInWordsWhatIsWrongWithALine(String line, String said) {
    CommandLineRun run = CommandLineRun.of(line.split(" "));

    refuses(run, ExitCode.USAGE, "prumerge-spark: ");
    assertThat(run.err()).contains(said);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          evaluate --method none prumege                     | prumerge or prumerge+?
          explain --method fastv:layr=3                      | layer?
          prepare --benchmark textvq --output o              | textvqa?
          prepare --benchmark pope --source s --prompts llva --output o | llava?
          evaluate --device cud                              | cuda?
          evaluate --dtype bf61                              | bf16?
          evaluate --image-aspect corp                       | crop?
          evaluate --reduce-by frist                         | first?
          prepare-model --dtype f16                          | bf16 or fp16?
          estimate --hardware h100                           | h100-sxm or h100-pcie?
          estimate --shape llava-1.5-7                       | llava-1.5-7b
          estimate --mode acurate                            | accurate?
          mini --split tain --seed 1 --images 1 --output o   | train?
          list method                                        | methods?
          list benchmarks mmbnch                             | mmbench or mvbench?
          help evalute                                       | evaluate?
          score --benchmark pope --answers a --source b --profile lmmseval | lmms-eval?
          """)
  void suggestsTheValueThatWasMeant(String line, String suggestion) {
    CommandLineRun run = CommandLineRun.of(line.split(" "));

    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).contains("did you mean " + suggestion);
  }

  /** The folders of a model, the CLIP model of a method, and a benchmark's files. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          explain --model llava-hf/llava-1.5-7b-hf                        | llava-hf/llava-1.5-7b-hf
          explain --model CONF+someone/llava-lora                         | someone/llava-lora
          explain --model CONF --prompt a --method trim:clip=openai/clip  | openai/clip
          explain --model CONF --prompt a --method trim:clip=hf:openai/clip@v1 | openai/clip --revision v1
          estimate --model hf:llava-hf/llava-1.5-7b-hf@v1                 | llava-hf/llava-1.5-7b-hf --revision v1
          prepare-model --model CONF+hf:someone/llava-lora                | someone/llava-lora
          prepare --benchmark pope --source lmms-lab/POPE                 | --repo-type dataset lmms-lab/POPE
          score --benchmark pope --answers pom.xml --source hf:lmms-lab/POPE@a/b | --repo-type dataset lmms-lab/POPE --revision a/b
          """)
  void aNameOnTheHubGetsTheCommandThatDownloadsIt(String line, String download) {
    Path conf = Path.of(System.getProperty("project.root"), "conf");
    List<String> arguments =
        new ArrayList<>(
            List.of(line.replace("CONF", conf.resolve("mini-llava").toString()).split(" ")));
    if (line.startsWith("explain")) {
      arguments.addAll(List.of("--image", conf.resolve("hardware.yaml").toString()));
      if (!line.contains("--method")) {
        arguments.addAll(List.of("--method", "none"));
      }
    }
    if (!line.matches("(estimate|score) .*")) {
      arguments.addAll(List.of("--output", folder.resolve("out").toString()));
    }

    CommandLineRun run = CommandLineRun.of(arguments.toArray(String[]::new));
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err().strip()).endsWith(": hf download " + download);
  }

  @Test
  void everyMethodOfTheCommandLineIsTaken() {
    refuses(
        CommandLineRun.of(
            "evaluate", "--method", "none", "fastv", "--method=vtw", "--method", "vtw:layer=16"),
        ExitCode.USAGE,
        "prumerge-spark: Missing required option: '--model=MODEL'");
    refuses(
        CommandLineRun.of("evaluate", "--method", "--model", "m"),
        ExitCode.USAGE,
        "prumerge-spark: Missing required parameter for option '--method'");
  }

  @Test
  void helpOfACommandIsItsOption() {
    assertThat(CommandLineRun.of("help", "sweep")).isEqualTo(CommandLineRun.of("sweep", "--help"));
    assertThat(CommandLineRun.of("help")).isEqualTo(CommandLineRun.of("--help"));
  }

  @Test
  void refusesWhatIsMissingOrUnknown() {
    refuses(CommandLineRun.of(), ExitCode.USAGE, "prumerge-spark: Missing command; known: ");
    refuses(
        CommandLineRun.of("prepare", "--source", "a", "--output", "b"),
        ExitCode.USAGE,
        "prumerge-spark: Missing required option: '--benchmark=NAME'");
    refuses(
        CommandLineRun.of("prepare", "--benchmark", "pop", "--source", "a", "--output", "b"),
        ExitCode.USAGE,
        "prumerge-spark: --benchmark: Unknown benchmark 'pop'; known: ai2d, ");
    refuses(
        CommandLineRun.of("evaluate", "--method", "prumerg"),
        ExitCode.USAGE,
        "prumerge-spark: Invalid value for option '--method'");
    refuses(
        CommandLineRun.of(
            "score", "--benchmark", "pope", "--answers", "a", "--source", "b", "--profile", "x"),
        ExitCode.USAGE,
        "prumerge-spark: Unknown profile 'x' of pope; known: official");
  }

  @Test
  void namesTheMistypedOptionRatherThanTheOneItLeavesMissing() {
    refuses(
        CommandLineRun.of("evaluate", "--modle", "x"),
        ExitCode.USAGE,
        "prumerge-spark: Unknown options: '--modle', 'x'; did you mean --model or --model-sha256?");
  }

  /** An option that takes several values, or a value and perhaps a number, stands before it. */
  @ParameterizedTest
  @CsvSource({
    "evaluate --examples e --metod none --model m --output o, --metod, --method",
    "evaluate --model m --metod none --examples e --output o, --metod, --method",
    "evaluate --limit --metod none --examples e --model m --output o, --metod, --method",
    "view run --hots, --hots, --host"
  })
  void noOptionTakesAMistypedOneForItsValue(String line, String mistyped, String meant) {
    String[] words = line.split(" ");
    refuses(
        CommandLineRun.of(words),
        ExitCode.USAGE,
        "prumerge-spark: Unknown option: '%s'; did you mean %s? (prumerge-spark %s --help has more)"
            .formatted(mistyped, meant, words[0]));
  }

  /** As above, with no option whose name is near. */
  @Test
  void aMistypedOptionWithoutANearOneIsNamedAlone() {
    CommandLineRun run = CommandLineRun.of("view", "run", "--metod", "none");

    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).startsWith("prumerge-spark: Unknown option").contains("'--metod'");
  }

  @Test
  void aFailureIsOneLineAndVerboseAddsTheTrace() {
    List<String> arguments =
        List.of(
            "prepare",
            "--benchmark",
            "pope",
            "--source",
            "nowhere",
            "--output",
            folder.resolve("out").toString());

    refuses(
        CommandLineRun.of(arguments.toArray(String[]::new)),
        ExitCode.USAGE,
        "prumerge-spark: --source nowhere does not exist");

    List<String> verbose = new ArrayList<>(arguments);
    verbose.add("--verbose");
    assertThat(CommandLineRun.of(verbose.toArray(String[]::new)).err())
        .contains("\tat io.prumerge.store.Folders");
  }

  /** None needs the model or the run that it names. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          evaluate --model m --examples e --method none --output o --model-sha256= | Cannot pin weights to '': a SHA-256 has 64
          evaluate --model m --examples e --method none --output o --square 0      | --square must be at least 1, it is 0
          evaluate --model m --examples e --method none --output o --min-pixels -1 | --min-pixels must be at least 1, it is -1
          explain --model m --image i --method none --output o --max-pixels 0      | --max-pixels must be at least 1, it is 0
          evaluate --model m --examples e --method none --output o --quantize int4 | Unknown value 'int4'; known: none, int8; did you mean int8?
          evaluate --model m --examples e --method none --output o --retry-errors=endpoint_faild | Unknown kind of error 'endpoint_faild'; known: image_missing,
          prepare --benchmark pope --source s --output o --split=                  | --split must not be empty
          score --benchmark pope --source s --answers a --split=                   | --split must not be empty
          view run --port 65536                                                    | --port must be 1 to 65535, or 0 for any free one, it is 65536
          view run --port -1                                                       | --port must be 1 to 65535, or 0 for any free one, it is -1
          finetune --model m --data d --images i --output o --lr -1                | Cannot train with a learning rate of -1.0; use a number from 0.0 on
          finetune --model m --data d --images i --output o --devices 10001        | --devices must be at most 10000, it is 10001
          finetune --model m --data d --images i --output o --keep-tokens-gb -1    | --keep-tokens-gb must be at least 0, it is -1
          finetune --model m --data d --images i --output /                        | --output file:/ exists already
          prepare-model --model m --output /                                       | --output file:/ exists already
          mini --split test --seed 1 --images 1 --output hdfs://h/x                | --output hdfs://h/x names a file system
          mini --split test --seed 1 --images 1 --output=                          | --output must not be empty
          evaluate --model m --examples e --method none --output o --chunks 100001 | --chunks must be at most 100000, it is 100001
          evaluate --model m --examples e --method none --output o --partitions 2147483647 | --partitions must be at most 100000, it is 2147483647
          prepare --benchmark pope --source hdfs://no.such.host/x --output o       | Cannot use --source 'hdfs://no.such.host/x' as a path: Cannot find the host no.such.host
          report runs/a runs/b                                                     | Unexpected arguments: 'runs/a', 'runs/b'; a value stands after its option, such as --runs, --output (
          sweep .                                                                  | The sweep file '.' is a folder; name a file in it
          """)
  void aWrongValueIsNamedInOneLine(String line, String problem) {
    CommandLineRun run = CommandLineRun.of(line.split(" "));

    assertThat(run.err().lines()).as("one line").singleElement().asString().contains(problem);
    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a:b", "nothing://host/a"})
  void refusesWhatCannotBeAPath(String output) {
    refuses(
        CommandLineRun.of("prepare", "--benchmark", "pope", "--source", ".", "--output", output),
        ExitCode.USAGE,
        "prumerge-spark: Cannot use --output '%s' as a path: ".formatted(output));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.8", "11", "18", "25"})
  void refusesAnotherJavaInOneLine(String java) {
    assertThat(Main.obstacle(java, BUILT, "3.5.9", "2.12.18"))
        .startsWith("this JVM is Java " + java + " (" + System.getProperty("java.home"))
        .endsWith("prumerge-spark runs on Java 17 and 21: point JAVA_HOME to one of them");
  }

  @ParameterizedTest
  @ValueSource(strings = {"17", "21"})
  void runsOnJava(String java) {
    assertThat(Main.obstacle(java, BUILT, "3.5.9", "2.12.18")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"4.1.2, 2.13.17", "3.4.4, 2.12.17", "3.50.0, 2.12.18", "3.5.9, 2.13.8"})
  void refusesAnotherSparkInOneLine(String spark, String scala) {
    assertThat(Main.obstacle("17", BUILT, spark, scala))
        .isEqualTo(
            "this jar was built for Spark 3.5 with Scala 2.12, and this is Spark %s with Scala %s;"
                + " use Spark 3.5 (pip install 'pyspark==3.5.*'), or a jar that was built for this"
                + " Spark",
            spark, scala);
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.5.0", "3.5.9", "3.5.1-amzn-0", "3.5"})
  void runsOnEverySparkOfItsLine(String spark) {
    assertThat(Main.obstacle("17", BUILT, spark, "2.12.18")).isEmpty();
    assertThat(Main.obstacle("17", new Properties(), spark, "2.12.18"))
        .as("classes that come from no build")
        .isEmpty();
  }

  @Test
  void anErrorOfTheJvmIsOneLineToo() {
    PrintWriter full =
        new PrintWriter(Writer.nullWriter()) {
          @Override
          public void flush() {
            throw new OutOfMemoryError("Java heap space");
          }
        };
    StringWriter err = new StringWriter();

    int code = Main.run(full, new PrintWriter(err, true), "--version");

    assertThat(code).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString().strip())
        .startsWith("prumerge-spark: There is not enough memory (Java heap space); give ");
  }

  @Test
  void refusesADemoWhoseFoldersAreNotHere() {
    refuses(
        CommandLineRun.of("demo", "--model", folder.resolve("none").toString()),
        ExitCode.USAGE,
        "prumerge-spark: Cannot find the checkpoint folder " + folder.resolve("none"));
  }

  @Test
  void findsOurOwnErrorInsideSparks() {
    Throwable ours = new Failure("Cannot open checkpoint x:\n  it is empty");
    assertThat(Problems.line(new SparkException("Job aborted\n\tat a.b.c", ours)))
        .isEqualTo("Cannot open checkpoint x: it is empty");
    assertThat(Problems.line(new IllegalStateException("a", new java.io.IOException("b\nc"))))
        .isEqualTo("IOException: b");
    Throwable reading =
        new SparkException(
            "Encountered error while reading file file:/a/b.parquet. Details:",
            new java.io.IOException("no page header"));
    assertThat(Problems.line(new SparkException("Job aborted\n\tat a.b.c", reading)))
        .isEqualTo("Cannot read file:/a/b.parquet: no page header");
    SparkException writing =
        new SparkException(
            "Job aborted due to stage failure: Task 1 in stage 2.0 failed",
            new SparkException(
                "[TASK_WRITE_FAILED] Task failed while writing rows to file:/a b/runs/x.",
                new java.io.IOException("No space left on device")));
    assertThat(Problems.line(writing))
        .isEqualTo("Cannot write file:/a b/runs/x: No space left on device");
    java.io.IOException full = new java.io.IOException("No space left on device");
    full.setStackTrace(
        new StackTraceElement[] {
          new StackTraceElement("java.io.FileOutputStream", "writeBytes", null, -2),
          new StackTraceElement("org.apache.spark.storage.DiskBlockObjectWriter", "w", null, 1)
        });
    assertThat(
            Problems.line(
                new SparkException("Task failed while writing rows to file:/runs/x.", full)))
        .isEqualTo(
            "Cannot write to Spark's local folders (spark.local.dir): No space left on device");
    assertThat(
            Problems.line(
                new SparkException(
                    "Job aborted: ExecutorLostFailure (executor 1 exited) Reason: Command exited"
                        + " with code 134")))
        .contains("Command exited with code 134; native code ended the executor")
        .contains("by mv");
    assertThat(Problems.line(new NullPointerException())).isEqualTo("NullPointerException");
    assertThat(Problems.line(new Failure("image '\033]0;a\007\u009b2J' is none")))
        .as("no control characters")
        .isEqualTo("image '\uFFFD]0;a\uFFFD\uFFFD2J' is none");
  }
}
