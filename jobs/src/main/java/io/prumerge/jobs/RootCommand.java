package io.prumerge.jobs;

import io.prumerge.Preparation;
import io.prumerge.Reporting;
import io.prumerge.ReportingResult;
import io.prumerge.Scoring;
import io.prumerge.ScoringResult;
import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.Benchmarks;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.console.Console;
import io.prumerge.console.ExitCode;
import io.prumerge.console.Failure;
import io.prumerge.console.Problems;
import io.prumerge.console.UsageException;
import io.prumerge.console.Versions;
import io.prumerge.conversion.ModelConversion;
import io.prumerge.explain.Explain;
import io.prumerge.explain.ExplainDocument;
import io.prumerge.explain.ExplainOptions;
import io.prumerge.explain.ExplainTable;
import io.prumerge.explain.ExplainedImage;
import io.prumerge.plan.ModelOptions;
import io.prumerge.prepare.PrepareOptions;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.report.LeaderboardTable;
import io.prumerge.score.ScoreOptions;
import io.prumerge.store.Folders;
import io.prumerge.store.Json;
import io.prumerge.torch.Precision;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The root command: options of all commands, and error handling. */
@Command(
    name = "prumerge-spark",
    description = "Measures what visual-token reduction costs and saves: LLaVA-1.5 on Spark.",
    versionProvider = Versions.class,
    subcommands = {
      RootCommand.PrepareCommand.class,
      RootCommand.PrepareModelCommand.class,
      EvaluateCommand.class,
      SweepCommand.class,
      SearchCommand.class,
      FinetuneCommand.class,
      RootCommand.ScoreCommand.class,
      RootCommand.ReportCommand.class,
      RootCommand.ExplainCommand.class,
      EstimateCommand.class,
      MiniCommand.class,
      DemoCommand.class,
      RootCommand.CompletionCommand.class,
      ReferenceCommand.class
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
        TextConverter.registered(new CommandLine(root))
            .setOut(out)
            .setErr(err)
            .setCaseInsensitiveEnumValuesAllowed(true)
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

  /** Refuses a command line without a command. */
  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        spec.subcommands().entrySet().stream()
            .filter(command -> !command.getValue().getCommandSpec().usageMessage().hidden())
            .map(Map.Entry::getKey)
            .collect(Collectors.joining(", ", "Missing command; known: ", "")));
  }

  /**
   * Parses an option's value. Turns the IllegalArgumentException of a refused text into a usage
   * error.
   *
   * @param parse parser, which throws IllegalArgumentException for an invalid text
   */
  private record TextConverter<T>(Function<String, T> parse) implements ITypeConverter<T> {

    /** Registers the converters of this project's types with a command and its subcommands. */
    static CommandLine registered(CommandLine command) {
      return command
          .registerConverter(Benchmark.class, new TextConverter<>(Benchmarks::named))
          .registerConverter(MethodSpec.class, new TextConverter<>(MethodSpec::parse))
          .registerConverter(PromptProfile.class, new TextConverter<>(PromptProfile::named))
          .registerConverter(WeightsPin.class, new TextConverter<>(WeightsPin::new));
    }

    @Override
    public T convert(String text) {
      try {
        return parse.apply(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  /**
   * {@code generate-completion}: prints a script that lets a shell complete commands, options and
   * values.
   */
  @Command(
      name = "generate-completion",
      hidden = true,
      description =
          "Prints a completion script for bash and zsh, for a command or function named prumerge-spark.")
  static final class CompletionCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
      CommandSpec root = spec.root();
      // Shells need line feeds on every system.
      spec.commandLine().getOut().print(AutoComplete.bash(root.name(), root.commandLine()) + "\n");
      spec.commandLine().getOut().flush();
      return ExitCode.DONE;
    }
  }

  /** {@code prepare}: turns a benchmark's files into an examples table. */
  @Command(name = "prepare", description = "Turns a benchmark's files into an examples table.")
  static final class PrepareCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private PrepareOptions.Settings settings;

    @Override
    public Integer call() throws Exception {
      Console console = Console.of(spec.commandLine());
      try (Sessions sessions = Sessions.of(console, () -> "prepare " + settings.benchmark.name())) {
        Preparation.of(sessions::session, settings).console(console).run();
      }
      return ExitCode.DONE;
    }
  }

  /** {@code score}: scores existing answers. */
  @Command(name = "score", description = "Scores existing answers.")
  static final class ScoreCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private ScoreOptions.Settings settings;

    @Option(names = "--json", description = "Print one JSON document instead of a table.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
      Console console = Console.of(spec.commandLine());
      try (Sessions sessions = Sessions.of(console, () -> "score " + settings.benchmark.name())) {
        ScoringResult scored = Scoring.of(sessions::session, settings).console(console).run();
        scored.warnings().forEach(warning -> console.warn("%s", warning));
        if (json) {
          console.out().println(scored.json());
        } else {
          scored.lines().forEach(console.out()::println);
        }
        scored
            .failure()
            .ifPresent(
                problem -> {
                  throw new Failure(problem);
                });
      }
      return ExitCode.DONE;
    }
  }

  /** {@code explain}: shows what methods do with single images, without Spark. */
  @Command(
      name = "explain",
      description =
          "Shows which patches of an image each method keeps and merges, the attention scores behind it, and the answers.")
  static final class ExplainCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private SharedFlags.Methods methods;

    @Mixin private ExplainOptions.Settings settings;

    @Option(names = "--json", description = "Print one JSON document instead of a table.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
      ExplainOptions options = settings.options(methods.asked());
      Console console = Console.of(spec.commandLine());
      Explain.Result result =
          console.during(
              "Explaining", () -> new Explain(Folders.withoutSpark(console)).run(options));
      if (json) {
        console.out().println(Json.write(ExplainDocument.of(result)));
      } else {
        for (ExplainedImage image : result.images()) {
          ExplainTable.lines(image).forEach(console.out()::println);
        }
        console.out().println(result.page());
      }
      return ExitCode.DONE;
    }
  }

  /** {@code prepare-model}: converts a model of any layout into one safetensors folder. */
  @Command(
      name = "prepare-model",
      description =
          "Converts a model of any layout, adapter included, into one safetensors folder that transformers reads too.")
  static final class PrepareModelCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Option(
        names = "--model",
        required = true,
        paramLabel = "DIR",
        description =
            ModelOptions.FOLDER
                + " The CLIP folder of LLaVA's own layout lies in or beside it, or is added as +CLIP.")
    private String model;

    @Option(
        names = "--dtype",
        paramLabel = "fp32|bf16|fp16",
        description = "Type of all weights; default: the type that most of them have.")
    private Precision dtype;

    @Option(
        names = "--output",
        required = true,
        paramLabel = "DIR",
        description = "A new folder; it appears when it is whole.")
    private String output;

    @Override
    public Integer call() throws IOException {
      Console console = Console.of(spec.commandLine());
      new ModelConversion(Folders.withoutSpark(console), console)
          .run(model, Optional.ofNullable(dtype), output);
      return ExitCode.DONE;
    }
  }

  /** {@code report}: writes the tables and pages of one report of finished runs. */
  @Command(name = "report", description = "Writes one report of finished runs.")
  static final class ReportCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private Reporting.Settings settings;

    @Mixin private SharedFlags.Contrasts contrasts;

    @Mixin private SharedFlags.Tables tables;

    @Option(
        names = "--json",
        description = "Print the summary as one JSON document instead of a table.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
      Console console = Console.of(spec.commandLine());
      try (Sessions sessions =
          Sessions.of(console, () -> "report of " + Sessions.names(settings.runs))) {
        Reporting reporting =
            Reporting.of(sessions::session, settings).contrasts(contrasts.asked()).console(console);
        tables.asked().ifPresent(reporting::tables);
        ReportingResult report = reporting.run();
        report.warnings().forEach(warning -> console.warn("%s", warning));
        if (json) {
          console.out().println(report.json());
        } else {
          console.table(report.cells());
          for (LeaderboardTable table : report.leaderboards()) {
            console.out().println();
            console.out().println(table.title() + ":");
            console.table(table.cells());
          }
          console.out().println("Parquet: " + report.output());
          console.out().println("Report: " + report.page());
        }
      }
      return ExitCode.DONE;
    }
  }
}
