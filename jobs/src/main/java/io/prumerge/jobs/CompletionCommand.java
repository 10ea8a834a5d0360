package io.prumerge.jobs;

import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.console.ExitCode;
import io.prumerge.console.Problems;
import io.prumerge.estimate.CostMode;
import io.prumerge.estimate.HardwareTable;
import io.prumerge.estimate.ShapeTable;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.template.Templates;
import io.prumerge.text.ConversationTemplate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Spec;

/**
 * {@code generate-completion}: prints a script that lets a shell complete commands, options and
 * values. Picocli's own generator spells enums as Java does, completes no paths for options of type
 * String and no second value of an option.
 */
@Command(
    name = "generate-completion",
    hidden = true,
    description =
        "Prints a completion script for bash and zsh, for a command or function named prumerge-spark.")
final class CompletionCommand implements Callable<Integer> {

  private static final String SCRIPT = "completion.sh";

  /** Stands for the lines of the commands in the script. */
  private static final String PLACE = "@table@";

  /** The names that options without a type of their own take. */
  private static final Map<String, Supplier<Collection<String>>> NAMES =
      Map.of(
          "--conv-mode", CompletionCommand::templates,
          "--hardware", () -> HardwareTable.bundled().names(),
          "--shape", () -> ShapeTable.bundled().names(),
          "--mode", () -> Stream.of(CostMode.values()).map(CostMode::displayName).toList(),
          "--profile", CompletionCommand::profiles);

  /** The options that take BASE+ADAPTER. */
  private static final Set<String> MODELS = Set.of("--model", "--tuned");

  private static final Set<String> FILES = Set.of("FILE", "DIR|FILE", "FILE|DIR");

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    List<String> lines = new ArrayList<>();
    CommandLine root = spec.root().commandLine();
    List<String> commands = Problems.commands(root);
    lines.add(line("-", "@1", "1", words("word", commands)));
    spec.root().options().forEach(option -> add(lines, "-", option, commands));
    for (String name : commands) {
      CommandSpec command = root.getSubcommands().get(name).getCommandSpec();
      command.options().forEach(option -> add(lines, name, option, commands));
      for (PositionalParamSpec parameter : command.positionalParameters()) {
        lines.add(
            line(name, "@" + (parameter.index().min() + 1), "1", values(parameter, "", commands)));
      }
    }
    String script = Templates.resource(CompletionCommand.class, SCRIPT);
    spec.commandLine().getOut().print(script.replace(PLACE, String.join("\n", lines)));
    spec.commandLine().getOut().flush();
    return ExitCode.DONE;
  }

  private static void add(
      List<String> lines, String command, OptionSpec option, List<String> commands) {
    String name = option.longestName();
    int most = option.arity().max();
    String count = most > 1 ? "n" : String.valueOf(most);
    lines.add(line(command, name, count, most == 0 ? "free" : values(option, name, commands)));
  }

  private static String line(String... words) {
    return String.join(" ", words);
  }

  private static String words(String kind, Collection<String> words) {
    return kind + " " + String.join(" ", words);
  }

  /** Returns the kind of a parameter's values, and the values if they can be listed. */
  private static String values(ArgSpec parameter, String name, List<String> commands) {
    String label = parameter.paramLabel();
    if (MODELS.contains(name)) {
      return "model";
    }
    if (label.equals("DIR")) {
      return "folder";
    }
    if (FILES.contains(label)) {
      return "file";
    }
    if (label.equals("COMMAND")) {
      return words("word", commands);
    }
    // As help shows them, such as auto|pad|crop, which may be fewer than the type has.
    if (label.contains("|") && label.equals(label.toLowerCase(Locale.ROOT))) {
      return words("word", List.of(label.split("\\|")));
    }
    if (NAMES.containsKey(name)) {
      return words(parameter.splitRegex().isEmpty() ? "word" : "list", NAMES.get(name).get());
    }
    List<String> known = known(parameter);
    return known.isEmpty() ? "free" : words("word", known);
  }

  private static List<String> known(ArgSpec parameter) {
    Class<?> type = parameter.auxiliaryTypes()[0];
    if (type == MethodSpec.class) {
      return List.copyOf(TokenReducers.names());
    }
    if (parameter.completionCandidates() == null) {
      return List.of();
    }
    Stream<String> spelt =
        StreamSupport.stream(parameter.completionCandidates().spliterator(), false);
    return type.isEnum()
        ? spelt.map(constant -> constant.toLowerCase(Locale.ROOT)).toList()
        : spelt.toList();
  }

  private static Set<String> templates() {
    Set<String> templates = new TreeSet<>(ConversationTemplate.names());
    templates.add(ConversationTemplate.AUTO);
    return templates;
  }

  private static Set<String> profiles() {
    return Benchmarks.KNOWN.names().stream()
        .flatMap(name -> Benchmarks.KNOWN.named(name).profiles().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
