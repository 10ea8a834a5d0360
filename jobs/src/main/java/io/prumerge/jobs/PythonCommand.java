package io.prumerge.jobs;

import io.prumerge.console.ExitCode;
import io.prumerge.lang.Text;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Spec;

/**
 * {@code generate-python}: prints the wheel's functions, one for each command, from its options.
 */
@Command(
    name = "generate-python",
    hidden = true,
    description =
        "Prints a typed Python function for each command: notebooks/python/prumerge_spark/jobs.py.")
final class PythonCommand implements Callable<Integer> {

  private static final int WIDTH = 120;

  /**
   * Commands that tell about others or go on until they are interrupted, and options that do not
   * belong to a function.
   */
  private static final Set<String> OTHERS = Set.of("help", "list", "view", "--help", "--version");

  /** Python's keywords. */
  private static final Set<String> KEYWORDS =
      Set.of(
          ("and as assert async await break class continue def del elif else except finally for"
                  + " from global if import in is lambda nonlocal not or pass raise return try while"
                  + " with yield")
              .split(" "));

  private static final Pattern FLAG = Pattern.compile("--[a-z][a-z0-9-]*");

  private static final Map<Class<?>, String> TYPES =
      Map.of(
          int.class, "int",
          Integer.class, "int",
          long.class, "int",
          Long.class, "int",
          double.class, "float",
          Double.class, "float");

  @Spec private CommandSpec spec;

  /**
   * A parameter of a function.
   *
   * @param text what help says of it
   */
  private record Parameter(String name, String type, boolean required, String text) {

    String declared() {
      return required
          ? Text.format("%s: %s", name, type)
          : type.equals("bool")
              ? name + ": bool = False"
              : Text.format("%s: %s | None = None", name, type);
    }
  }

  @Override
  public Integer call() {
    List<CommandSpec> commands =
        spec.root().subcommands().values().stream()
            .map(CommandLine::getCommandSpec)
            .filter(command -> !command.usageMessage().hidden() && !OTHERS.contains(command.name()))
            .toList();
    StringBuilder file =
        new StringBuilder(
            """
            ""\"The commands of prumerge-spark as functions.

            This file is generated: `prumerge-spark generate-python > notebooks/python/prumerge_spark/jobs.py`. A test compares it.

            Each function runs its command, shows what it prints, and raises `subprocess.CalledProcessError` if it fails. It
            runs in the session of PySpark's that is at hand, if that has this project's jar, and in a process of its own
            otherwise, or if `spark` has Spark's settings by name, such as `{"spark.master": "local[4]"}`. With `json=True`
            it returns the document that the command prints.
            ""\"

            from collections.abc import Mapping, Sequence
            from os import PathLike
            from typing import Any, Literal

            from .command import run

            """);
    file.append("__all__ = [\n");
    commands.forEach(command -> file.append("    \"" + name(command.name()) + "\",\n"));
    file.append("]\n");
    commands.forEach(command -> function(file, command));
    spec.commandLine().getOut().print(file);
    spec.commandLine().getOut().flush();
    return ExitCode.DONE;
  }

  private static void function(StringBuilder file, CommandSpec command) {
    List<Parameter> parameters = new ArrayList<>();
    List<String> leading = new ArrayList<>();
    for (PositionalParamSpec positional : command.positionalParameters()) {
      String name = positional.paramLabel().toLowerCase(Locale.ROOT);
      leading.add(name);
      parameters.add(new Parameter(name, type(positional), true, text(positional)));
    }
    command.options().stream()
        .filter(option -> !OTHERS.contains(option.longestName()))
        .map(
            option ->
                new Parameter(
                    name(option.longestName()), type(option), option.required(), text(option)))
        .sorted(
            Comparator.comparing((Parameter one) -> !one.required()).thenComparing(Parameter::name))
        .forEach(parameters::add);
    parameters.add(
        new Parameter("spark", "Mapping[str, str]", false, "Spark's settings of the driver."));
    boolean document = command.findOption("--json") != null;

    file.append("\n\ndef ").append(name(command.name())).append("(\n");
    for (int i = 0; i < parameters.size(); i++) {
      if (i == leading.size()) {
        file.append("    *,\n");
      }
      file.append("    ").append(parameters.get(i).declared()).append(",\n");
    }
    file.append(") -> ").append(document ? "Any" : "None").append(":\n");
    wrapped(file, "    \"\"\"" + String.join(" ", command.usageMessage().description()), "    ");
    file.append('\n');
    for (Parameter parameter : parameters) {
      wrapped(file, "    :param " + parameter.name() + ": " + parameter.text(), "        ");
    }
    file.append("    \"\"\"\n    ")
        .append(document ? "return " : "")
        .append(
            Stream.concat(Stream.of(command.name()), leading.stream())
                .map(word -> '"' + word + '"')
                .collect(Collectors.joining(", ", "run(locals(), ", ")\n")));
  }

  /** Returns the name in Python of a command or an option: with a low line behind a keyword. */
  private static String name(String spelt) {
    String name = spelt.replaceFirst("^--", "").replace('-', '_');
    return KEYWORDS.contains(name) ? name + "_" : name;
  }

  private static String type(ArgSpec parameter) {
    boolean several = parameter.isMultiValue();
    if (parameter instanceof OptionSpec && parameter.arity().max() == 0) {
      return "bool";
    }
    String one = one(parameter);
    return (parameter.arity().min() == 0 && several ? "bool | " : "")
        + (several ? one + " | Sequence[" + one + "]" : one);
  }

  private static String one(ArgSpec parameter) {
    String label = parameter.paramLabel();
    if (label.matches("(DIR|FILE|MODEL)(\\|(DIR|FILE))?")) {
      return "str | PathLike[str]";
    }
    if (label.contains("|") && label.equals(label.toLowerCase(Locale.ROOT))) {
      return Stream.of(label.split("\\|"))
          .map(value -> '"' + value + '"')
          .collect(Collectors.joining(", ", "Literal[", "]"));
    }
    return TYPES.getOrDefault(parameter.auxiliaryTypes()[0], "str");
  }

  private static String text(ArgSpec parameter) {
    return FLAG.matcher(String.join(" ", parameter.description()))
        .replaceAll(flag -> name(flag.group()));
  }

  /** Appends a text in lines of the page's width. */
  private static void wrapped(StringBuilder file, String text, String indent) {
    StringBuilder line = new StringBuilder();
    for (String word : text.replaceFirst("^ +", "").split(" +")) {
      String margin = line.isEmpty() ? text.replaceFirst("\\S.*", "") : " ";
      if (line.length() + margin.length() + word.length() > WIDTH) {
        file.append(line).append('\n');
        line.setLength(0);
        margin = indent;
      }
      line.append(margin).append(word);
    }
    file.append(line).append('\n');
  }
}
