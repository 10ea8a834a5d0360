package io.prumerge.benchmark.file;

import io.prumerge.benchmark.Breakdown;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.Pooling;
import io.prumerge.benchmark.PromptText;
import io.prumerge.benchmark.Statistic;
import io.prumerge.benchmark.rule.AnswerRule;
import io.prumerge.benchmark.rule.AnswerRules;
import io.prumerge.service.Unknown;
import io.prumerge.store.Yaml;
import io.prumerge.store.YamlNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads a {@link BenchmarkFile}, and goes on after a fault, so that all are found at once. */
final class BenchmarkFileReader {

  static final List<String> KEYS =
      List.of(
          "name",
          "data",
          "split",
          "images",
          "columns",
          "prompts",
          "max_new_tokens",
          "orientation",
          "score",
          "figures");

  static final List<String> COLUMNS =
      List.of("id", "image", "question", "options", "answers", "category", "unit");

  static final List<String> FIGURE = List.of("statistic", "pooling", "groups");

  static final Map<String, Statistic> STATISTICS =
      byName(
          Statistic.MEAN,
          Statistic.UNITS,
          Statistic.F1,
          Statistic.PRECISION,
          Statistic.RECALL,
          Statistic.YES_RATIO,
          Statistic.MEAN_IOU);

  static final Map<String, Pooling> POOLINGS = byName(Pooling.values());

  /** It becomes a part of files' names and of other names. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  private static final String QUESTION = "question";
  private static final String OPTIONS = "options";
  private static final List<String> PLAIN_PROMPT = List.of("{question}", "\n{options}");
  private static final String ONLY_PROMPT = "default";
  private static final String PLAIN_RULE = "exact";
  private static final String ANSWERED_ONLY = "_answered_only";

  private final String called;
  private final List<Problem> problems = new ArrayList<>();
  private final List<ColumnUse> uses = new ArrayList<>();
  private BenchmarkFile file;

  /** A fault at a line, from 1. */
  private record Problem(int line, String text) {}

  private BenchmarkFileReader(String called) {
    this.called = called;
  }

  /**
   * Reads a file's text.
   *
   * @param called the file's name in messages
   */
  static BenchmarkFileReader of(String text, String called) {
    BenchmarkFileReader reader = new BenchmarkFileReader(called);
    try {
      reader.read(YamlNode.parse(text, called), text);
    } catch (IllegalArgumentException e) {
      reader.problems.add(new Problem(0, e.getMessage()));
    }
    return reader;
  }

  /** Returns all faults in the order of their lines; none if the file is whole. */
  List<String> problems() {
    return problems.stream()
        .sorted(Comparator.comparingInt(Problem::line))
        .map(Problem::text)
        .toList();
  }

  /** Returns the file, as far as it could be read; null if it is no keys with values. */
  BenchmarkFile file() {
    return file;
  }

  private void read(YamlNode root, String text) {
    Map<String, YamlNode> keys = root.map();
    if (keys == null) {
      problem(root, "a benchmark is keys with values, such as name and data");
      return;
    }
    requireKnown("", keys, KEYS);
    String name = name(keys);
    List<String> data = texts(keys, "data");
    if (!keys.containsKey("data")) {
      problem(root, "the key 'data' is missing: it names the file of the questions");
    }
    QuestionColumns columns = columns(root, keys.get("columns"));
    Map<String, PromptText> prompts = prompts(keys.get("prompts"), columns);
    Map<String, AnswerRule> rules = rules(keys.get("score"));
    file =
        new BenchmarkFile(
            name,
            data,
            text(keys, "split").orElse("test"),
            texts(keys, "images"),
            columns,
            prompts,
            maxNewTokens(keys.get("max_new_tokens")),
            turned(keys.get("orientation")),
            rules,
            figures(keys.get("figures"), columns, rules),
            uses,
            text);
  }

  private String name(Map<String, YamlNode> keys) {
    YamlNode node = keys.get("name");
    if (node == null) {
      problem(1, "the key 'name' is missing: it is what tables call the benchmark");
      return "";
    }
    String name = text(node, "name").orElse("");
    if (node.text() != null && !NAME.matcher(name).matches()) {
      problem(node, "name: '" + name + "' must be letters, digits, '.', '_' or '-', at most 64");
    } else if (Benchmarks.KNOWN.names().contains(name)) {
      problem(node, "name: '" + name + "' is a benchmark of this project; choose another");
    }
    return name;
  }

  private QuestionColumns columns(YamlNode root, YamlNode node) {
    Map<String, YamlNode> keys = node == null ? Map.of() : map(node, "columns");
    requireKnown("columns.", keys, COLUMNS);
    if (!keys.containsKey(QUESTION)) {
      problem(
          node == null ? root : node,
          "the key 'columns.question' is missing: it names the column of the questions");
    }
    YamlNode options = keys.get(OPTIONS);
    return new QuestionColumns(
        column(keys, "id"),
        used(keys, "image"),
        column(keys, QUESTION).orElse(""),
        used(keys, OPTIONS),
        options != null && options.list() == null,
        column(keys, "answers"),
        used(keys, "category"),
        column(keys, "unit"));
  }

  private Optional<String> column(Map<String, YamlNode> keys, String key) {
    YamlNode node = keys.get(key);
    Optional<String> column = node == null ? Optional.empty() : text(node, "columns." + key);
    column.ifPresent(one -> uses.add(new ColumnUse("columns." + key, one, node.line())));
    return column;
  }

  private List<String> used(Map<String, YamlNode> keys, String key) {
    List<String> columns = texts(keys.get(key), "columns." + key);
    columns.forEach(one -> uses.add(new ColumnUse("columns." + key, one, keys.get(key).line())));
    return columns;
  }

  private Map<String, PromptText> prompts(YamlNode node, QuestionColumns columns) {
    if (node == null) {
      return Map.of(ONLY_PROMPT, PromptText.of(PLAIN_PROMPT));
    }
    if (node.map() == null) {
      return Map.of(ONLY_PROMPT, wording(node, "prompts", columns));
    }
    Map<String, PromptText> prompts = new LinkedHashMap<>();
    node.map()
        .forEach(
            (name, wording) -> {
              String place = "prompts." + name;
              requireName(wording, place, name);
              prompts.put(name, wording(wording, place, columns));
            });
    requireSome(node, "prompts", prompts);
    return prompts;
  }

  private PromptText wording(YamlNode node, String place, QuestionColumns columns) {
    PromptText text = PromptText.of(texts(node, place));
    for (String value : text.names()) {
      if (value.equals(OPTIONS)) {
        if (columns.options().isEmpty() && columns.isNamed()) {
          problem(node, place + ": {options} needs the key 'columns.options'");
        }
      } else if (!value.equals(QUESTION)) {
        uses.add(new ColumnUse(place, value, node.line()));
      }
    }
    return text;
  }

  private OptionalInt maxNewTokens(YamlNode node) {
    if (node == null) {
      return OptionalInt.empty();
    }
    if (node.value() instanceof Integer tokens && tokens > 0) {
      return OptionalInt.of(tokens);
    }
    problem(node, "max_new_tokens must be a whole number above 0, it is " + shown(node));
    return OptionalInt.empty();
  }

  private boolean turned(YamlNode node) {
    return node == null
        || choice(node, "orientation", Map.of("exif", true, "stored", false)).orElse(true);
  }

  private Map<String, AnswerRule> rules(YamlNode node) {
    if (node == null) {
      return Map.of(PLAIN_RULE, AnswerRules.of(PLAIN_RULE, Map.of()));
    }
    Map<String, AnswerRule> rules = new LinkedHashMap<>();
    map(node, "score")
        .forEach(
            (name, profile) -> {
              requireName(profile, "score." + name, name);
              rule(profile, "score." + name).ifPresent(rule -> rules.put(name, rule));
            });
    requireSome(node, "score", map(node, "score"));
    return rules;
  }

  private Optional<AnswerRule> rule(YamlNode profile, String place) {
    Map<String, YamlNode> keys = map(profile, place);
    YamlNode rule = keys.get("rule");
    if (rule == null) {
      if (profile.map() != null) {
        problem(profile, place + ": the key 'rule' is missing; rules: " + rulesKnown());
      }
      return Optional.empty();
    }
    Map<String, Object> settings = new LinkedHashMap<>();
    keys.forEach((key, value) -> settings.put(key, value.plain()));
    settings.remove("rule");
    try {
      return Optional.of(AnswerRules.of(String.valueOf(rule.plain()), settings));
    } catch (IllegalArgumentException e) {
      problem(rule, place + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  private static String rulesKnown() {
    return String.join(", ", AnswerRules.names());
  }

  private List<MetricRule> figures(
      YamlNode node, QuestionColumns columns, Map<String, AnswerRule> rules) {
    if (node == null) {
      return rules.values().stream().findFirst().map(AnswerRule::isYesNo).orElse(false)
          ? List.of(
              MetricRule.pooled("f1", Statistic.F1),
              MetricRule.pooled("accuracy", Statistic.MEAN),
              MetricRule.pooled("precision", Statistic.PRECISION),
              MetricRule.pooled("recall", Statistic.RECALL),
              MetricRule.pooled("yes_ratio", Statistic.YES_RATIO))
          : List.of(MetricRule.pooled("accuracy", Statistic.MEAN));
    }
    List<MetricRule> figures = new ArrayList<>();
    map(node, "figures").forEach((name, figure) -> figures.add(figure(name, figure, columns)));
    requireSome(node, "figures", map(node, "figures"));
    return figures;
  }

  private MetricRule figure(String name, YamlNode node, QuestionColumns columns) {
    String place = "figures." + name;
    requireName(node, place, name);
    if (name.equals(MetricRules.LOYALTY) || name.endsWith(ANSWERED_ONLY)) {
      problem(node, place + ": reports have a figure of this name of their own; choose another");
    }
    Map<String, YamlNode> keys = map(node, place);
    requireKnown(place + ".", keys, FIGURE);
    Statistic statistic = chosen(keys, place, "statistic", STATISTICS, Statistic.MEAN);
    if (statistic == Statistic.UNITS && columns.unit().isEmpty() && columns.isNamed()) {
      problem(node, place + ": units needs the key 'columns.unit'");
    }
    Pooling pooling = chosen(keys, place, "pooling", POOLINGS, Pooling.QUESTIONS);
    Optional<String> groups =
        keys.containsKey("groups") ? text(keys.get("groups"), place + ".groups") : Optional.empty();
    if (groups.isPresent() && !columns.categories().contains(groups.get()) && columns.isNamed()) {
      problem(
          keys.get("groups"),
          place
              + ".groups: "
              + Unknown.message("column of columns.category", groups.get(), columns.categories()));
    }
    return new MetricRule(
        name,
        statistic,
        pooling,
        Set.of(),
        columns.categories().size() > 1 ? groups.map(CategoryName::start).orElse("") : "",
        Breakdown.BOTH);
  }

  private <T> T chosen(
      Map<String, YamlNode> keys, String place, String key, Map<String, T> known, T otherwise) {
    return keys.containsKey(key)
        ? choice(keys.get(key), place + "." + key, known).orElse(otherwise)
        : otherwise;
  }

  private <T> Optional<T> choice(YamlNode node, String place, Map<String, T> known) {
    Optional<String> text = text(node, place);
    if (text.isPresent() && !known.containsKey(text.get())) {
      problem(node, place + ": " + Unknown.message("value", text.get(), known.keySet()));
    }
    return text.map(known::get);
  }

  private void requireName(YamlNode node, String place, String name) {
    if (!NAME.matcher(name).matches()) {
      problem(node, place + ": a name is letters, digits, '.', '_' or '-', at most 64");
    }
  }

  private void requireSome(YamlNode node, String place, Map<String, ?> values) {
    if (values.isEmpty() && node.map() != null) {
      problem(node, place + " names none");
    }
  }

  private void requireKnown(String above, Map<String, YamlNode> keys, Collection<String> known) {
    keys.forEach(
        (key, value) -> {
          if (!known.contains(key)) {
            problem(value, Yaml.unknownKey(above + key, key, known));
          }
        });
  }

  private Map<String, YamlNode> map(YamlNode node, String place) {
    if (node.map() == null) {
      problem(node, place + " must be keys with values, it is " + shown(node));
      return Map.of();
    }
    return node.map();
  }

  private Optional<String> text(Map<String, YamlNode> keys, String key) {
    return keys.containsKey(key) ? text(keys.get(key), key) : Optional.empty();
  }

  /** Returns a text; a number is a column's name, too. */
  private Optional<String> text(YamlNode node, String place) {
    Object value = node.value();
    if (value instanceof String || value instanceof Number) {
      String text = value.toString();
      if (!text.isBlank()) {
        return Optional.of(text);
      }
    }
    problem(node, place + " must be a text, it is " + shown(node));
    return Optional.empty();
  }

  private List<String> texts(Map<String, YamlNode> keys, String key) {
    return texts(keys.get(key), key);
  }

  /** Returns a list of texts; of a text, this one; none if there is no value. */
  private List<String> texts(YamlNode node, String place) {
    if (node == null) {
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    List<YamlNode> all = node.list() == null ? List.of(node) : node.list();
    all.forEach(one -> text(one, place).ifPresent(texts::add));
    if (all.isEmpty()) {
      problem(node, place + " names none");
    }
    return texts;
  }

  private static String shown(YamlNode node) {
    return node.isPresent() ? "'" + node.plain() + "'" : "empty";
  }

  private void problem(YamlNode node, String problem) {
    problem(node.line(), problem);
  }

  private void problem(int line, String problem) {
    problems.add(new Problem(line, called + ":" + line + ": " + problem));
  }

  @SafeVarargs
  private static <E extends Enum<E>> Map<String, E> byName(E... constants) {
    Map<String, E> all = new LinkedHashMap<>();
    for (E constant : constants) {
      all.put(constant.name().toLowerCase(Locale.ROOT), constant);
    }
    return all;
  }
}
