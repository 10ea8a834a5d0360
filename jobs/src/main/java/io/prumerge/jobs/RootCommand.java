package io.prumerge.jobs;

import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.console.EndingJvm;
import io.prumerge.console.ExitCode;
import io.prumerge.console.Problems;
import io.prumerge.console.TextConverter;
import io.prumerge.console.UsageException;
import io.prumerge.console.Versions;
import io.prumerge.engine.ErrorKind;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.service.PlainNumber;
import io.prumerge.service.Unknown;
import io.prumerge.torch.Precision;
import io.prumerge.torch.Quantization;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The root command: options of all commands, and error handling. */
@Command(
    name = "prumerge-spark",
    description =
        "Measures what visual-token reduction costs and saves, on Spark: in LLaVA, Qwen-VL,"
            + " InternVL and the other families of 'list models'.",
    versionProvider = Versions.class,
    subcommands = {
      InitBenchmarkCommand.class,
      InitSweepCommand.class,
      PrepareCommand.class,
      PrepareModelCommand.class,
      EvaluateCommand.class,
      SweepCommand.class,
      SearchCommand.class,
      FinetuneCommand.class,
      ScoreCommand.class,
      ReportCommand.class,
      LoadCommand.class,
      ProbeCommand.class,
      ViewCommand.class,
      ExplainCommand.class,
      EstimateCommand.class,
      ListCommand.class,
      MiniCommand.class,
      DemoCommand.class,
      RootCommand.UsageCommand.class,
      CompletionCommand.class,
      ReferenceCommand.class,
      PythonCommand.class
    })
final class RootCommand implements Runnable {

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
      description = "Show what Spark logs, and the stack trace of an error.")
  private boolean verbose;

  private RootCommand() {}

  /** Runs one command and returns its exit code. */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    RootCommand root = new RootCommand();
    CommandLine command =
        parser(root)
            .setOut(out)
            .setErr(err)
            .setUsageHelpAutoWidth(true)
            .setParameterExceptionHandler(
                (problem, given) ->
                    root.refuse(problem, err, ExitCode.USAGE, Problems.line(problem)))
            .setExecutionStrategy(
                parsed -> {
                  if (root.verbose) {
                    StartLogging.verbose();
                  }
                  return new CommandLine.RunLast().execute(parsed);
                })
            .setExecutionExceptionHandler(
                (problem, failed, parsed) -> root.fail(problem, failed, parsed));
    try {
      return command.execute(args);
    } catch (
        Error e) { // picocli only handles exceptions; an OutOfMemoryError also becomes one line
      return root.refuse(e, err, ExitCode.FAILED, Problems.line(e));
    }
  }

  /** Returns what parses all command lines, without executing any. */
  static CommandLine parser() {
    return parser(new RootCommand());
  }

  private static CommandLine parser(RootCommand root) {
    return converting(new CommandLine(root))
        .setCaseInsensitiveEnumValuesAllowed(true)
        // else an option of several values takes a mistyped option after it for one of them
        .setUnmatchedOptionsAllowedAsOptionParameters(false);
  }

  private int fail(Exception problem, CommandLine command, ParseResult parsed) {
    int code = problem instanceof UsageException ? ExitCode.USAGE : ExitCode.FAILED;
    return refuse(problem, command.getErr(), code, Problems.line(problem));
  }

  private int refuse(Throwable problem, PrintWriter err, int code, String line) {
    if (!EndingJvm.explains(problem)) {
      err.println("prumerge-spark: " + line);
    }
    if (verbose) {
      problem.printStackTrace(err);
    }
    return code;
  }

  /** Refuses a command line without a command. */
  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "Missing command; known: " + String.join(", ", Problems.commands(spec.commandLine())));
  }

  /** Registers the converters of this project's types with a command and its subcommands. */
  private static CommandLine converting(CommandLine command) {
    return command
        .registerConverter(int.class, new TextConverter<>(PlainNumber::integer))
        .registerConverter(Integer.class, new TextConverter<>(PlainNumber::integer))
        .registerConverter(long.class, new TextConverter<>(PlainNumber::whole))
        .registerConverter(Long.class, new TextConverter<>(PlainNumber::whole))
        .registerConverter(double.class, new TextConverter<>(PlainNumber::decimal))
        .registerConverter(Double.class, new TextConverter<>(PlainNumber::decimal))
        .registerConverter(MethodSpec.class, new TextConverter<>(MethodSpec::parse))
        .registerConverter(WeightsPin.class, new TextConverter<>(WeightsPin::asked))
        .registerConverter(Quantization.class, TextConverter.choice(Quantization.class))
        .registerConverter(ErrorKind.class, new TextConverter<>(ErrorKind::named))
        .registerConverter(Precision.class, TextConverter.choice(Precision.class))
        .registerConverter(ListTopic.class, TextConverter.choice(ListTopic.class));
  }

  /**
   * {@code help}: prints what {@code COMMAND --help} does. Picocli's own {@code HelpCommand}
   * declares {@code --help} again, which every command inherits here.
   */
  @Command(name = "help", description = "Shows the help of a command.")
  static final class UsageCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Parameters(
        arity = "0..1",
        paramLabel = "COMMAND",
        description = "Without it, the list of commands.")
    private String command;

    @Override
    public Integer call() {
      CommandLine root = spec.root().commandLine();
      CommandLine asked = command == null ? root : root.getSubcommands().get(command);
      if (asked == null) {
        throw new UsageException(Unknown.message("command", command, Problems.commands(root)));
      }
      asked.usage(spec.commandLine().getOut());
      return ExitCode.DONE;
    }
  }
}
