package io.prumerge.benchmark.file;

import com.google.re2j.Pattern;
import io.prumerge.benchmark.Breakdown;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.Pooling;
import io.prumerge.benchmark.PromptText;
import io.prumerge.benchmark.Statistic;
import io.prumerge.benchmark.rule.AnswerRules;
import io.prumerge.benchmark.rule.ProfileRule;
import io.prumerge.service.Unknown;
import io.prumerge.store.FileNames;
import io.prumerge.store.SparkData;
import io.prumerge.store.YamlNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Reads a {@link BenchmarkFile}, and goes on after a fault, so that all are found at once. */
final class BenchmarkFileReader {

  static final String ENCODING = "encoding";

  private static final String KINDS = "kinds";

  static final List<String> KEYS =
      List.of(
          "name",
          "data",
          "config",
          "split",
          ENCODING,
          "images",
          LayoutReader.IMAGE_OPTIONAL,
          LayoutReader.OPTIONS_HAVE_LETTERS,
          "question",
          "columns",
          "layouts",
          "answer_names",
          "category_pattern",
          "categories",
          KINDS,
          "texts",
          "prompts",
          "max_new_tokens",
          "orientation",
          "score",
          "figures",
          "answer_file");

  static final List<String> FIGURE =
      List.of("statistic", "pooling", "groups", "values", "unit", "breakdown");

  static final List<String> TEXT = List.of("of", "values");

  static final List<String> JUDGE =
      List.of("model", "instructions", "request", "max_tokens", "answer_field", "words_field");

  static final List<String> ANSWER_FILE =
      List.of("name", "id", "answer", "integer_ids", "picture_ids", "key", "processor");

  static final Map<String, Statistic> STATISTICS =
      byName(
          Statistic.MEAN,
          Statistic.UNITS,
          Statistic.F1,
          Statistic.PRECISION,
          Statistic.RECALL,
          Statistic.YES_RATIO,
          Statistic.MEAN_IOU,
          Statistic.CIDER,
          Statistic.BLEU_1,
          Statistic.BLEU_2,
          Statistic.BLEU_3,
          Statistic.BLEU_4,
          Statistic.ROUGE_L,
          Statistic.CHAIR_S,
          Statistic.CHAIR_I,
          Statistic.OBJECT_RECALL);

  static final Map<String, Pooling> POOLINGS = byName(Pooling.values());

  static final Map<String, Breakdown> BREAKDOWNS = byName(Breakdown.values());

  private static final String PLAIN_RULE = "exact";
  private static final String ANSWERED_ONLY = "_answered_only";

  private final CheckedYaml yaml;
  private final boolean published;
  private boolean haveKinds;
  private BenchmarkFile file;

  private BenchmarkFileReader(CheckedYaml yaml, boolean published) {
    this.yaml = yaml;
    this.published = published;
  }

  /**
   * Reads a file's text.
   *
   * @param called the file's name in messages
   */
  static BenchmarkFileReader of(String text, String called) {
    return of(text, called, false);
  }

  /** Reads the text of a file among this program's resources. */
  static BenchmarkFileReader ofPublished(String text, String called) {
    return of(text, called, true);
  }

  private static BenchmarkFileReader of(String text, String called, boolean published) {
    CheckedYaml yaml = new CheckedYaml(called);
    BenchmarkFileReader reader = new BenchmarkFileReader(yaml, published);
    try {
      reader.read(YamlNode.parse(text, called), text);
    } catch (IllegalArgumentException e) {
      yaml.problem(e.getMessage());
    }
    return reader;
  }

  /** Returns all faults in the order of their lines; none if the file is whole. */
  List<String> problems() {
    return yaml.problems();
  }

  /** Returns the file, as far as it could be read; null if it is no keys with values. */
  BenchmarkFile file() {
    return file;
  }

  private void read(YamlNode root, String text) {
    Map<String, YamlNode> keys = root.map();
    if (keys == null) {
      yaml.problem(root, "a benchmark is keys with values, such as name and data");
      return;
    }
    yaml.requireKnown("", keys, KEYS);
    haveKinds = keys.containsKey(KINDS);
    String name = name(keys);
    List<LocatedText> data = data(keys.get("data"));
    if (!keys.containsKey("data")) {
      yaml.problem(root, "the key 'data' is missing: it names the file of the questions");
    }
    List<DataLayout> layouts = new LayoutReader(yaml).read(root, keys);
    boolean haveOptions =
        layouts.stream()
            .map(DataLayout::columns)
            .anyMatch(columns -> columns.haveOptions() || !columns.isNamed());
    Map<String, QuestionWording> prompts =
        new WordingReader(yaml, haveOptions).read(keys.get("prompts"));
    Map<String, ChosenText> texts = texts(keys.get("texts"));
    if (!keys.containsKey("layouts")) {
      layouts = List.of(withPrompts(layouts.get(0), keys.get("prompts"), prompts, texts.keySet()));
    }
    Set<String> extra = new LinkedHashSet<>();
    layouts.forEach(layout -> extra.addAll(layout.columns().extra()));
    List<QuestionColumns> columns = layouts.stream().map(DataLayout::columns).toList();
    Map<String, ScoringProfile> profiles = profiles(keys.get("score"), columns, extra);
    List<MetricRule> figures = figures(keys.get("figures"), columns, profiles);
    requireHeadlines(keys.get("score"), profiles, figures);
    file =
        new BenchmarkFile(
            name,
            new QuestionData(
                data,
                yaml.text(keys, "", "config"),
                yaml.text(keys, "", "split").orElse("test"),
                yaml.chosen(keys, "", ENCODING, TextEncoding.NAMES, TextEncoding.USUAL),
                layouts),
            new MeantValues(
                answerNames(keys.get("answer_names")),
                yaml.patterns(keys, "", "category_pattern").stream().findFirst(),
                lists(keys.get("categories"), "categories"),
                lists(keys.get(KINDS), KINDS),
                texts),
            new Asking(
                prompts,
                yaml.positive(keys.get("max_new_tokens"), "max_new_tokens"),
                yaml.chosen(keys, "", "orientation", Map.of("exif", true, "stored", false), true)),
            new AnswerScoring(profiles, figures, answerFile(keys.get("answer_file"))),
            yaml.called(),
            text);
  }

  /** Returns places, or the one text of data that Spark reads by their format. */
  private List<LocatedText> data(YamlNode node) {
    return node == null || node.map() == null
        ? yaml.located(node, "data")
        : SparkData.of(node, "data.", yaml::problem).stream()
            .peek(data -> requirePath(data, node))
            .map(data -> new LocatedText("data", node.line(), data.toString()))
            .toList();
  }

  /** Refuses what is read of no files: a file may be a stranger's, and name any host. */
  private void requirePath(SparkData data, YamlNode node) {
    if (data.paths().isEmpty()) {
      yaml.problem(
          node,
          "the key 'data.path' is missing: what is read of no files, as by jdbc, is given as a"
              + " source, or is a table of a catalog, table:NAME");
    }
  }

  private String name(Map<String, YamlNode> keys) {
    YamlNode node = keys.get("name");
    if (node == null) {
      yaml.problem(1, "the key 'name' is missing: it is what tables call the benchmark");
      return "";
    }
    String name = yaml.text(node, "name").orElse("");
    if (node.text() != null && !CheckedYaml.isName(name)) {
      yaml.problem(
          node, "name: '" + name + "' must be letters, digits, '.', '_' or '-', at most 64");
    } else if (!published && Benchmarks.KNOWN.names().contains(name)) {
      yaml.problem(node, "name: '" + name + "' is a benchmark of this project; choose another");
    }
    return name;
  }

  /** Adds the columns that prompts name; only of several layouts may a table lack them. */
  private static DataLayout withPrompts(
      DataLayout layout, YamlNode node, Map<String, QuestionWording> prompts, Set<String> texts) {
    List<ColumnUse> uses = new ArrayList<>(layout.uses());
    prompts.forEach(
        (name, wording) -> {
          boolean alone = node == null || node.map() == null;
          for (String value : wording.names()) {
            if (!AskedText.hasValue(value) && !texts.contains(value)) {
              int line = alone ? node.line() : node.map().get(name).line();
              uses.add(new ColumnUse(alone ? "prompts" : "prompts." + name, value, line));
            }
          }
        });
    return layout.using(uses);
  }

  private Map<String, List<String>> lists(YamlNode node, String place) {
    Map<String, List<String>> lists = new LinkedHashMap<>();
    if (node != null) {
      yaml.map(node, place)
          .forEach((key, list) -> lists.put(key, yaml.texts(list, place + "." + key)));
      yaml.requireSome(node, place, lists);
    }
    return lists;
  }

  private Map<String, String> answerNames(YamlNode node) {
    Map<String, String> names = yaml.textsByKey(node, "answer_names");
    if (node != null) {
      yaml.requireSome(node, "answer_names", names);
    }
    return names;
  }

  private Map<String, ChosenText> texts(YamlNode node) {
    Map<String, ChosenText> texts = new LinkedHashMap<>();
    if (node == null) {
      return texts;
    }
    yaml.map(node, "texts")
        .forEach(
            (name, one) -> {
              String above = "texts." + name + ".";
              Map<String, YamlNode> keys = yaml.map(one, "texts." + name);
              yaml.requireKnown(above, keys, TEXT);
              yaml.requireName(one, "texts." + name, name);
              yaml.requireAll(one, above, keys, TEXT);
              texts.put(
                  name,
                  new ChosenText(
                      yaml.texts(keys, above, "of"),
                      yaml.textsByKey(keys.get("values"), above + "values")));
            });
    return texts;
  }

  private Optional<AnswerFile> answerFile(YamlNode node) {
    if (node == null) {
      return Optional.empty();
    }
    String above = "answer_file.";
    Map<String, YamlNode> keys = yaml.map(node, "answer_file");
    yaml.requireKnown(above, keys, ANSWER_FILE);
    String name = yaml.text(keys, above, "name").orElse("");
    if (!name.equals(FileNames.safe(name))) {
      yaml.problem(
          keys.get("name"),
          above + "name is a file's name of letters, digits and @ = , + . _ - (at most 120)");
    }
    boolean object =
        Collections.disjoint(keys.keySet(), List.of("id", "answer", "picture_ids", "key"))
            && !AnswerFile.hasLines(name);
    yaml.requireAll(node, above, keys, object ? List.of("name") : List.of("name", "id", "answer"));
    Optional<String> id = yaml.text(keys, above, "id");
    Optional<String> answer = yaml.text(keys, above, "answer");
    boolean integers = yaml.flag(keys, above, "integer_ids");
    boolean pictures = yaml.flag(keys, above, "picture_ids");
    if (integers && pictures) {
      yaml.problem(node, above + "integer_ids and " + above + "picture_ids: name one of them");
    }
    Optional<Pattern> key = yaml.patterns(keys, above, "key").stream().findFirst();
    if (key.isPresent() && key.get().groupCount() != 1) {
      yaml.problem(keys.get("key"), above + "key must have one group (...)");
    }
    return Optional.of(
        new AnswerFile(
            name,
            yaml.chosen(keys, above, "processor", AnswerFile.PROCESSORS, UnaryOperator.identity()),
            id.flatMap(
                one ->
                    answer.map(
                        other -> new AnswerFile.Fields(one, other, integers, pictures, key)))));
  }

  /**
   * @param layouts the columns of each
   * @param extra names of the questions' further values
   */
  private Map<String, ScoringProfile> profiles(
      YamlNode node, List<QuestionColumns> layouts, Set<String> extra) {
    if (node == null) {
      return Map.of(
          PLAIN_RULE,
          new ScoringProfile(
              AnswerRules.of(PLAIN_RULE, Map.of()), Optional.empty(), Optional.empty(), List.of()));
    }
    if (!published) {
      AnswerRules.shadowing().ifPresent(problem -> yaml.problem(node, problem));
    }
    Map<String, ScoringProfile> profiles = new LinkedHashMap<>();
    if (isRule(node, "score", "{default: {rule: %s}}")) {
      return profiles;
    }
    yaml.map(node, "score")
        .forEach(
            (name, profile) -> {
              String place = "score." + name;
              yaml.requireName(profile, place, name);
              rule(profile, place)
                  .ifPresent(
                      rule ->
                          profiles.put(
                              name,
                              new ScoringProfile(
                                  rule,
                                  yaml.text(profile.map(), place + ".", AnswerRules.HEADLINE),
                                  judge(profile.map().get(AnswerRules.JUDGE), place, rule, extra),
                                  figures(
                                      profile.map().get(AnswerRules.FIGURES),
                                      place + "." + AnswerRules.FIGURES,
                                      layouts,
                                      List.of(rule)))));
            });
    yaml.requireSome(node, "score", yaml.map(node, "score"));
    requireUsual(node, profiles);
    return profiles;
  }

  /** Runs score by the first profile, so it has a judge only if there is none without. */
  private void requireUsual(YamlNode node, Map<String, ScoringProfile> profiles) {
    boolean judgedFirst =
        profiles.values().stream().limit(1).anyMatch(one -> one.judge().isPresent());
    profiles.forEach(
        (name, profile) -> {
          if (judgedFirst && profile.judge().isEmpty()) {
            yaml.problem(
                node.map().get(name),
                "score."
                    + name
                    + ": has no judge, so it must be before the profiles that have one");
          }
        });
  }

  /**
   * Returns whether a rule's name stands where keys must, and notes it.
   *
   * @param written what to write instead, with a place for the name
   */
  private boolean isRule(YamlNode node, String place, String written) {
    String name = node.text();
    if (name == null || !AnswerRules.names().contains(name)) {
      return false;
    }
    yaml.problem(
        node,
        String.format(
            Locale.ROOT,
            "%s must be keys with values, it is '%s'; write " + written,
            place,
            name,
            name));
    return true;
  }

  private Optional<ProfileRule> rule(YamlNode profile, String place) {
    if (isRule(profile, place, "{rule: %s}")) {
      return Optional.empty();
    }
    Map<String, YamlNode> keys = yaml.map(profile, place);
    YamlNode rule = keys.get(AnswerRules.RULE);
    if (rule == null || !rule.isPresent()) {
      if (profile.map() != null) {
        yaml.problem(
            rule == null ? profile : rule,
            String.format(
                Locale.ROOT,
                "the key '%s.rule' %s; rules: %s%s",
                place,
                rule == null ? "is missing" : "has no value",
                rulesKnown(),
                instead(keys.keySet(), AnswerRules.RULE)));
      }
      return Optional.empty();
    }
    Map<String, Object> settings = new LinkedHashMap<>();
    keys.forEach((key, value) -> settings.put(key, value.plain()));
    settings.remove(AnswerRules.RULE);
    settings.remove(AnswerRules.HEADLINE);
    settings.remove(AnswerRules.JUDGE);
    settings.remove(AnswerRules.FIGURES);
    try {
      return Optional.of(AnswerRules.of(String.valueOf(rule.plain()), settings));
    } catch (IllegalArgumentException e) {
      yaml.problem(rule, place + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  private Optional<ProfileJudge> judge(
      YamlNode node, String profile, ProfileRule rule, Set<String> extra) {
    if (node == null) {
      return Optional.empty();
    }
    String place = profile + "." + AnswerRules.JUDGE;
    String above = place + ".";
    Map<String, YamlNode> keys = yaml.map(node, place);
    yaml.requireKnown(above, keys, JUDGE);
    yaml.requireAll(node, above, keys, List.of("model", "instructions", "request"));
    rule.problemWithJudge().ifPresent(problem -> yaml.problem(node, place + ": " + problem));
    PromptText request = PromptText.of(yaml.texts(keys, above, "request"));
    Set<String> known = new LinkedHashSet<>(ProfileJudge.VALUES);
    known.addAll(extra);
    for (String name : request.names()) {
      if (!known.contains(name) && !OptionLines.areNamed(name)) {
        yaml.problem(
            keys.get("request"), above + "request: " + Unknown.message("value", name, known));
      }
    }
    return Optional.of(
        new ProfileJudge(
            yaml.text(keys, above, "model").orElse(""),
            yaml.text(keys, above, "instructions").orElse(""),
            request,
            yaml.positive(keys.get("max_tokens"), above + "max_tokens"),
            yaml.text(keys, above, "answer_field"),
            yaml.text(keys, above, "words_field")));
  }

  /** Returns which key may stand in place of a missing one, as the end of a message. */
  private static String instead(Set<String> keys, String missing) {
    return keys.stream()
        .filter(key -> !key.equals(missing))
        .filter(key -> !Unknown.suggestion(key, Set.of(missing)).isEmpty())
        .findFirst()
        .map(key -> "; the key '" + key + "' is unknown: did you mean " + missing + "?")
        .orElse("");
  }

  private static String rulesKnown() {
    return String.join(", ", AnswerRules.names());
  }

  private void requireHeadlines(
      YamlNode node, Map<String, ScoringProfile> profiles, List<MetricRule> figures) {
    profiles.forEach(
        (name, profile) -> {
          List<String> names =
              (profile.figures().isEmpty() ? figures : profile.figures())
                  .stream().map(MetricRule::name).toList();
          profile
              .headline()
              .filter(headline -> !names.contains(headline))
              .ifPresent(
                  headline ->
                      yaml.problem(
                          node.map().get(name),
                          "score."
                              + name
                              + ".headline: "
                              + Unknown.message("figure", headline, names)));
        });
  }

  private List<MetricRule> figures(
      YamlNode node, List<QuestionColumns> layouts, Map<String, ScoringProfile> profiles) {
    List<ProfileRule> rules = profiles.values().stream().map(ScoringProfile::rule).toList();
    return node == null
        ? rules.stream().findFirst().map(ProfileRule::figures).orElse(List.of())
        : figures(node, AnswerRules.FIGURES, layouts, rules);
  }

  /**
   * @param node of the file's figures, or of a profile's own; null without any
   * @param layouts the columns of each
   * @param rules one of which must add to each figure's sums, if there are any
   */
  private List<MetricRule> figures(
      YamlNode node, String place, List<QuestionColumns> layouts, List<ProfileRule> rules) {
    if (node == null) {
      return List.of();
    }
    List<MetricRule> figures = new ArrayList<>();
    yaml.map(node, place)
        .forEach(
            (name, figure) -> {
              MetricRule rule = figure(name, place + "." + name, figure, layouts);
              if (!rules.isEmpty()
                  && rules.stream().noneMatch(one -> ScoringProfile.allows(one, rule))) {
                yaml.problem(
                    figure,
                    String.format(
                        Locale.ROOT,
                        "%s.%s: no rule under 'score' gives what the statistic %s needs",
                        place,
                        name,
                        rule.statistic().name().toLowerCase(Locale.ROOT)));
              }
              figures.add(rule);
            });
    yaml.requireSome(node, place, yaml.map(node, place));
    return figures;
  }

  /**
   * @param layouts the columns of each
   */
  private MetricRule figure(
      String name, String place, YamlNode node, List<QuestionColumns> layouts) {
    String above = place + ".";
    yaml.requireName(node, place, name);
    if (name.equals(MetricRules.LOYALTY) || name.endsWith(ANSWERED_ONLY)) {
      yaml.problem(
          node, place + ": reports have a figure of this name of their own; choose another");
    }
    Map<String, YamlNode> keys = yaml.map(node, place);
    yaml.requireKnown(above, keys, FIGURE);
    Statistic statistic = yaml.chosen(keys, above, "statistic", STATISTICS, Statistic.MEAN);
    Optional<String> unit = yaml.text(keys, above, "unit");
    boolean named = layouts.stream().allMatch(QuestionColumns::isNamed);
    if (named) {
      requireUnits(node, place, statistic, unit, layouts);
    }
    Pooling pooling = yaml.chosen(keys, above, "pooling", POOLINGS, Pooling.QUESTIONS);
    Optional<String> groups = yaml.text(keys, above, "groups");
    Set<String> categories = new LinkedHashSet<>();
    layouts.forEach(columns -> categories.addAll(columns.categories()));
    if (groups.isPresent() && !categories.contains(groups.get()) && named) {
      yaml.problem(
          keys.get("groups"),
          above
              + "groups: "
              + Unknown.message("column of columns.category", groups.get(), categories));
    }
    if (groups.isPresent() && haveKinds) {
      yaml.problem(
          keys.get("groups"), above + "groups: categories that " + KINDS + " names have no column");
    }
    boolean several = layouts.stream().anyMatch(columns -> columns.categories().size() > 1);
    List<String> values = yaml.texts(keys, above, "values");
    if (several && !values.isEmpty() && groups.isEmpty()) {
      yaml.problem(
          keys.get("values"),
          above
              + "values: the key 'groups' is missing, whose values they are; known: "
              + String.join(", ", categories));
    }
    String start = several ? groups.map(CategoryName::start).orElse("") : "";
    return new MetricRule(
        name,
        statistic,
        pooling,
        values.stream().map(start::concat).collect(Collectors.toSet()),
        values.isEmpty() ? start : "",
        unit.orElse(""),
        yaml.chosen(keys, above, "breakdown", BREAKDOWNS, Breakdown.BOTH));
  }

  private void requireUnits(
      YamlNode node,
      String place,
      Statistic statistic,
      Optional<String> unit,
      List<QuestionColumns> layouts) {
    Set<String> kinds = new LinkedHashSet<>();
    layouts.forEach(columns -> kinds.addAll(columns.units().keySet()));
    if (unit.isPresent() && !kinds.contains(unit.get())) {
      yaml.problem(
          node, place + ".unit: " + Unknown.message("kind of columns.units", unit.get(), kinds));
    } else if (statistic == Statistic.UNITS
        && unit.isEmpty()
        && layouts.stream().allMatch(columns -> columns.unit().isEmpty())) {
      yaml.problem(
          node,
          kinds.isEmpty()
              ? place + ": units needs the key 'columns.unit'"
              : place + ": the key 'unit' is missing; known: " + String.join(", ", kinds));
    }
  }

  @SafeVarargs
  static <E extends Enum<E>> Map<String, E> byName(E... constants) {
    Map<String, E> all = new LinkedHashMap<>();
    for (E constant : constants) {
      all.put(constant.name().toLowerCase(Locale.ROOT), constant);
    }
    return all;
  }
}
