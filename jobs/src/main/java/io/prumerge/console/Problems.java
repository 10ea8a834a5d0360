package io.prumerge.console;

import io.prumerge.location.CauseText;
import io.prumerge.location.Location;
import io.prumerge.service.Unknown;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.ExceptionFailure;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns errors into one line of text. */
public final class Problems {

  private static final String OURS = "io.prumerge.";
  // What picocli says of a mistyped option where a value should stand. Its name is in this text
  // alone: it is not among the command's unmatched arguments.
  private static final Pattern MISTYPED =
      Pattern.compile("Unknown option: '(-[^']+)'; Expected parameter for option .*");
  // What picocli says of words that belong to no option.
  private static final Pattern UNMATCHED =
      Pattern.compile("Unmatched (arguments?) (?:from|at) index \\d+");
  private static final Pattern READING =
      Pattern.compile("Encountered error while reading file (\\S+?)\\.(?:\\s|$)");
  private static final Pattern WRITING =
      Pattern.compile("Task failed while writing rows to (.+?)\\.(?:\\s|$)");
  // What an executor's end is called by: standalone and local clusters, YARN, Kubernetes.
  private static final Pattern ABORTED =
      Pattern.compile("(?:[Ee]xited with code|[Ee]xit status:|[Ee]xit code:?) 134\\b");
  private static final List<String> SPILLING =
      List.of(
          "org.apache.spark.storage.",
          "org.apache.spark.shuffle.",
          "org.apache.spark.util.collection.");
  private static final Pattern HADOOPS_CLASS = Pattern.compile("^Class (\\S+) not found$");
  private static final Pattern CONTROL = Pattern.compile("\\p{Cc}");

  private Problems() {}

  /**
   * Returns the message of the outermost exception of this project, which has the most context.
   * Without one, returns the root cause, with the file that Spark was reading: Spark wraps a task's
   * exception in several layers whose messages hold the executor's stack trace.
   */
  public static String line(Throwable problem) {
    List<Throwable> chain = chain(problem);
    Throwable root = chain.get(chain.size() - 1);
    return chain.stream()
        .filter(cause -> cause.getClass().getName().startsWith(OURS))
        .filter(cause -> cause.getMessage() != null)
        .findFirst()
        .map(cause -> oneLine(text(cause)))
        .orElseGet(() -> place(chain) + firstLine(words(root)) + end(chain));
  }

  /** Returns whether a file is missing, or is not what Spark takes it for. */
  public static boolean isOfReading(Throwable problem) {
    List<Throwable> chain = chain(problem);
    return found(chain, READING).isPresent()
        || chain.stream().anyMatch(FileNotFoundException.class::isInstance);
  }

  private static List<Throwable> chain(Throwable problem) {
    List<Throwable> chain = new ArrayList<>();
    for (Throwable cause = problem; cause != null && !chain.contains(cause); ) {
      chain.add(cause);
      cause = cause.getCause();
    }
    return chain;
  }

  /** Returns what happened, in words, with what to give the command that failed so. */
  private static String words(Throwable root) {
    String message = root.getMessage();
    if (message == null) {
      return CauseText.of(root);
    }
    if (root instanceof ClassNotFoundException || root instanceof NoClassDefFoundError) {
      return "Cannot find the Java class "
          + HADOOPS_CLASS.matcher(message).replaceFirst("$1").replace('/', '.')
          + ": the jar that has it is not on the class path (--jars and --packages of spark-submit"
          + " add jars)";
    }
    if (root instanceof OutOfMemoryError) {
      return "There is not enough memory ("
          + message
          + "); give the process more: -Xmx, or --driver-memory and --executor-memory of"
          + " spark-submit";
    }
    return CauseText.of(root);
  }

  private static String text(Throwable problem) {
    return problem instanceof WordedException worded
        ? worded.wording().onCommandLine()
        : problem.getMessage();
  }

  /**
   * Returns the file that Spark was reading, or the folder that it was writing to, if it says so:
   * Parquet's errors name no file, and those of a full disk neither.
   */
  private static String place(List<Throwable> chain) {
    Optional<String> read = found(chain, READING);
    if (read.isPresent()) {
      return "Cannot read " + read.get() + ": ";
    }
    Throwable root = chain.get(chain.size() - 1);
    if (!(root instanceof IOException)) {
      return "";
    }
    return isOfLocalFolders(root)
        ? "Cannot write to Spark's local folders (spark.local.dir): "
        : found(chain, WRITING).map(folder -> "Cannot write " + folder + ": ").orElse("");
  }

  /** Returns whether Spark has failed to write files of its own, which no table has. */
  public static boolean isOfLocalFolders(Throwable root) {
    return Arrays.stream(root.getStackTrace())
        .anyMatch(frame -> SPILLING.stream().anyMatch(frame.getClassName()::startsWith));
  }

  private static Optional<String> found(List<Throwable> chain, Pattern pattern) {
    return chain.stream()
        .map(Throwable::getMessage)
        .filter(message -> message != null)
        .map(pattern::matcher)
        .filter(Matcher::find)
        .findFirst()
        .map(found -> printable(found.group(1)));
  }

  /** Says what ended an executor that native code has aborted: its Java has no error of it. */
  private static String end(List<Throwable> chain) {
    return chain.stream()
            .map(Throwable::getMessage)
            .anyMatch(message -> message != null && ABORTED.matcher(message).find())
        ? "; native code ended the executor, as it does if a file of the model's weights is cut off"
            + " while it is in use: its crash log says SIGBUS then; replace such files by mv"
        : "";
  }

  /** Returns a task's exception as the driver received it. */
  public static String line(ExceptionFailure failure) {
    return failure.exception().isDefined()
        ? line(failure.exception().get())
        : failure.className() + ": " + firstLine(String.valueOf(failure.description()));
  }

  /**
   * Returns the error of a wrong option or value, with the nearest options and a pointer to the
   * help.
   */
  public static String line(ParameterException problem) {
    // A mistyped option is also reported as a missing one; the spelling is the useful message.
    CommandLine command = problem.getCommandLine();
    Matcher mistyped = MISTYPED.matcher(String.valueOf(problem.getMessage()));
    List<String> unknown =
        mistyped.matches() ? List.of(mistyped.group(1)) : command.getUnmatchedArguments();
    ParameterException told =
        unknown.isEmpty() ? problem : new UnmatchedArgumentException(command, unknown);
    if (command.getParent() == null && !unknown.isEmpty() && !unknown.get(0).startsWith("-")) {
      return oneLine(Unknown.message("command", unknown.get(0), commands(command))) + help(command);
    }
    String words = UNMATCHED.matcher(oneLine(told.getMessage())).replaceFirst("Unexpected $1");
    StringBuilder line = new StringBuilder(words);
    if (told instanceof UnmatchedArgumentException unmatched) {
      List<String> near = unmatched.getSuggestions();
      if (!near.isEmpty()) {
        line.append("; did you mean ").append(String.join(" or ", near)).append('?');
      } else if (unknown.stream().noneMatch(word -> word.startsWith("-"))) {
        line.append(valuesStandAfter(command));
      }
    }
    return line.append(help(command)).toString();
  }

  private static String help(CommandLine command) {
    return " (" + command.getCommandSpec().qualifiedName() + " --help has more)";
  }

  /** Returns the names of all commands that the help lists. */
  public static List<String> commands(CommandLine root) {
    return root.getSubcommands().entrySet().stream()
        .filter(one -> !one.getValue().getCommandSpec().usageMessage().hidden())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Returns after which required options a command's values stand; nothing if it has none. */
  private static String valuesStandAfter(CommandLine command) {
    String required =
        command.getCommandSpec().requiredArgs().stream()
            .filter(ArgSpec::isOption)
            .map(option -> ((OptionSpec) option).longestName())
            .collect(Collectors.joining(", "));
    return required.isEmpty() ? "" : "; a value stands after its option, such as " + required;
  }

  private static String firstLine(String message) {
    return printable(message.lines().findFirst().orElse(""));
  }

  private static String oneLine(String message) {
    return printable(message.lines().map(String::strip).collect(Collectors.joining(" ")));
  }

  /**
   * Replaces control characters, which a terminal would obey, because messages quote files; and
   * passwords of URLs, because libraries' messages quote what they were given.
   */
  private static String printable(String line) {
    return Location.shown(CONTROL.matcher(line).replaceAll("\uFFFD"));
  }
}
