package io.prumerge.jobs;

import java.io.PrintWriter;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The one entry point: by {@code spark-submit}, by {@code java}, by the Maven wrapper. */
@Command(
    name = "prumerge-spark",
    description = "Measures what visual-token reduction costs and saves: LLaVA-1.5 on Spark.",
    versionProvider = Versions.class,
    subcommands = {
      PrepareCommand.class,
      EvaluateCommand.class,
      SweepCommand.class,
      ScoreCommand.class,
      ReportCommand.class,
      ExplainCommand.class,
      EstimateCommand.class,
      MiniCommand.class,
      DemoCommand.class,
      CompletionCommand.class,
      ReferenceCommand.class
    })
public final class Main implements Runnable {

  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help and exit.")
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show the versions of this project and what it runs on, and exit.")
  private boolean version;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of an error.")
  private boolean verbose;

  private Main() {}

  /** Runs one command; the JVM ends with its exit code. */
  public static void main(String[] args) {
    PrintWriter err = new PrintWriter(System.err, true);
    int code = ExitCode.FAILED;
    if (sparkIsThere()) {
      code = run(new PrintWriter(System.out, true), err, args);
    } else {
      err.println(
          "prumerge-spark: Spark is not on the class path; start this jar by spark-submit, as in: spark-submit --class %s JAR --help"
              .formatted(Main.class.getName()));
    }
    // YARN takes any System.exit before its own bookkeeping for a failure, so success just returns.
    if (code != ExitCode.DONE) {
      System.exit(code);
    }
  }

  /** Our jar holds no Spark, though plain {@code java -jar} starts it. */
  private static boolean sparkIsThere() {
    return Main.class.getClassLoader().getResource("org/apache/spark/sql/SparkSession.class")
        != null;
  }

  /** Runs one command and returns its exit code. */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    Main main = new Main();
    CommandLine command =
        new CommandLine(main)
            .setOut(out)
            .setErr(err)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setUsageHelpAutoWidth(true)
            .setParameterExceptionHandler(
                (problem, given) ->
                    main.refuse(problem, err, ExitCode.USAGE, Problems.line(problem)))
            .setExecutionExceptionHandler(
                (problem, failed, parsed) -> main.fail(problem, failed, parsed));
    try {
      return command.execute(args);
    } catch (Error e) { // picocli hands over exceptions only; a heap too small is one line too
      return main.refuse(e, err, ExitCode.FAILED, Problems.line(e));
    }
  }

  private int fail(Exception problem, CommandLine command, ParseResult parsed) {
    int code = problem instanceof UsageException ? ExitCode.USAGE : ExitCode.FAILED;
    return refuse(problem, command.getErr(), code, Problems.line(problem));
  }

  private int refuse(Throwable problem, PrintWriter err, int code, String line) {
    err.println("prumerge-spark: " + line);
    if (verbose) {
      problem.printStackTrace(err);
    }
    return code;
  }

  /** Without a command. */
  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        spec.subcommands().entrySet().stream()
            .filter(command -> !command.getValue().getCommandSpec().usageMessage().hidden())
            .map(Map.Entry::getKey)
            .collect(Collectors.joining(", ", "Missing command; known: ", "")));
  }
}
