package io.prumerge.benchmark.file;

import com.google.re2j.Pattern;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.Pooling;
import io.prumerge.benchmark.PromptText;
import io.prumerge.benchmark.Statistic;
import io.prumerge.benchmark.rule.AnswerRules;
import io.prumerge.benchmark.rule.ProfileRule;
import io.prumerge.lang.Text;
import io.prumerge.service.Unknown;
import io.prumerge.store.FileNames;
import io.prumerge.store.SparkData;
import io.prumerge.store.YamlNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads a {@link BenchmarkFile}, and goes on after a fault, so that all are found at once. */
final class BenchmarkFileReader {

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
    if (root.map() == null) {
      yaml.problem(root, "a benchmark is keys with values, such as name and data");
      return;
    }
    GivenKeys keys = GivenKeys.of(yaml, root, "", FileKeys.GROUP);
    haveKinds = keys.has(FileKeys.KINDS);
    String name = name(keys);
    List<LocatedText> data = data(keys.get(FileKeys.DATA));
    List<DataLayout> layouts = new LayoutReader(yaml).read(root, keys);
    boolean haveOptions =
        layouts.stream()
            .map(DataLayout::columns)
            .anyMatch(columns -> columns.haveOptions() || !columns.isNamed());
    YamlNode wordings = keys.get(FileKeys.PROMPTS);
    Map<String, QuestionWording> prompts = new WordingReader(yaml, haveOptions).read(wordings);
    Map<String, ChosenText> texts = texts(keys.get(FileKeys.TEXTS));
    if (!keys.has(FileKeys.LAYOUTS)) {
      layouts = List.of(withPrompts(layouts.get(0), wordings, prompts, texts.keySet()));
    }
    Set<String> extra = new LinkedHashSet<>();
    layouts.forEach(layout -> extra.addAll(layout.columns().extra()));
    List<QuestionColumns> columns = layouts.stream().map(DataLayout::columns).toList();
    Map<String, ScoringProfile> profiles = profiles(keys.get(FileKeys.SCORE), columns, extra);
    List<MetricRule> figures = figures(keys, columns, profiles);
    requireHeadlines(keys.get(FileKeys.SCORE), profiles, figures);
    file =
        new BenchmarkFile(
            name,
            new QuestionData(
                data,
                keys.get(FileKeys.CONFIG),
                keys.get(FileKeys.SPLIT).orElse("test"),
                keys.get(FileKeys.ENCODING),
                layouts),
            new MeantValues(
                keys.get(FileKeys.ANSWER_NAMES),
                keys.get(FileKeys.CATEGORY_PATTERN),
                keys.get(FileKeys.CATEGORIES),
                keys.get(FileKeys.KINDS),
                texts),
            new Asking(prompts, keys.get(FileKeys.MAX_NEW_TOKENS), keys.get(FileKeys.ORIENTATION)),
            new AnswerScoring(profiles, figures, answerFile(keys.get(FileKeys.ANSWER_FILE))),
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

  private String name(GivenKeys keys) {
    YamlNode node = keys.node(FileKeys.NAME);
    String name = keys.get(FileKeys.NAME).orElse("");
    if (node == null) {
      return name;
    }
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

  private static Map<String, ChosenText> texts(Map<String, GivenKeys> given) {
    Map<String, ChosenText> texts = new LinkedHashMap<>();
    given.forEach(
        (name, keys) ->
            texts.put(name, new ChosenText(keys.get(TextKeys.OF), keys.get(TextKeys.VALUES))));
    return texts;
  }

  private static Optional<AnswerFile> answerFile(GivenKeys keys) {
    if (keys.node() == null) {
      return Optional.empty();
    }
    String name = keys.get(AnswerFileKeys.NAME).orElse("");
    if (!name.equals(FileNames.safe(name))) {
      keys.problem(
          AnswerFileKeys.NAME,
          " is a file's name of letters, digits and @ = , + . _ - (at most 120)");
    }
    if (AnswerFile.hasLines(name) || AnswerFileKeys.OF_FIELDS.stream().anyMatch(keys::has)) {
      keys.require(Stream.of(AnswerFileKeys.ID, AnswerFileKeys.ANSWER));
    }
    Optional<String> id = keys.get(AnswerFileKeys.ID);
    Optional<String> answer = keys.get(AnswerFileKeys.ANSWER);
    boolean integers = keys.get(AnswerFileKeys.INTEGER_IDS);
    boolean pictures = keys.get(AnswerFileKeys.PICTURE_IDS);
    if (integers && pictures) {
      keys.requireOneOf(AnswerFileKeys.INTEGER_IDS, AnswerFileKeys.PICTURE_IDS);
    }
    Optional<Pattern> key = keys.get(AnswerFileKeys.KEY);
    if (key.isPresent() && key.get().groupCount() != 1) {
      keys.problem(AnswerFileKeys.KEY, " must have one group (...)");
    }
    return Optional.of(
        new AnswerFile(
            name,
            keys.get(AnswerFileKeys.PROCESSOR),
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
                              profile(rule, GivenKeys.open(yaml, profile, place), layouts, extra)));
            });
    yaml.someOf(node, "score", yaml.map(node, "score"));
    requireUsual(node, profiles);
    return profiles;
  }

  private ScoringProfile profile(
      ProfileRule rule, GivenKeys keys, List<QuestionColumns> layouts, Set<String> extra) {
    return new ScoringProfile(
        rule,
        keys.get(ProfileKeys.HEADLINE),
        judge(keys.get(ProfileKeys.JUDGE), rule, extra),
        figures(keys.get(ProfileKeys.FIGURES), layouts, List.of(rule)));
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
        Text.format(
            "%s must be keys with values, it is '%s'; write " + written, place, name, name));
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
            Text.format(
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
    settings.keySet().removeAll(ProfileKeys.GROUP.names());
    try {
      return Optional.of(AnswerRules.of(String.valueOf(rule.plain()), settings));
    } catch (IllegalArgumentException e) {
      yaml.problem(rule, place + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  private static Optional<ProfileJudge> judge(GivenKeys keys, ProfileRule rule, Set<String> extra) {
    if (keys.node() == null) {
      return Optional.empty();
    }
    rule.problemWithJudge().ifPresent(problem -> keys.problem(": " + problem));
    PromptText request = PromptText.of(keys.get(JudgeKeys.REQUEST));
    Set<String> known = new LinkedHashSet<>(ProfileJudge.VALUES);
    known.addAll(extra);
    for (String name : request.names()) {
      if (!known.contains(name) && !OptionLines.areNamed(name)) {
        keys.problem(JudgeKeys.REQUEST, ": " + Unknown.message("value", name, known));
      }
    }
    return Optional.of(
        new ProfileJudge(
            keys.get(JudgeKeys.MODEL).orElse(""),
            keys.get(JudgeKeys.INSTRUCTIONS).orElse(""),
            request,
            keys.get(JudgeKeys.MAX_TOKENS),
            keys.get(JudgeKeys.ANSWER_FIELD),
            keys.get(JudgeKeys.WORDS_FIELD)));
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
      GivenKeys keys, List<QuestionColumns> layouts, Map<String, ScoringProfile> profiles) {
    List<ProfileRule> rules = profiles.values().stream().map(ScoringProfile::rule).toList();
    return keys.has(FileKeys.FIGURES)
        ? figures(keys.get(FileKeys.FIGURES), layouts, rules)
        : rules.stream().findFirst().map(ProfileRule::figures).orElse(List.of());
  }

  /**
   * @param given the file's figures, or a profile's own
   * @param layouts the columns of each
   * @param rules one of which must add to each figure's sums, if there are any
   */
  private List<MetricRule> figures(
      Map<String, GivenKeys> given, List<QuestionColumns> layouts, List<ProfileRule> rules) {
    List<MetricRule> figures = new ArrayList<>();
    given.forEach(
        (name, figure) -> {
          MetricRule rule = figure(name, figure, layouts);
          if (!rules.isEmpty()
              && rules.stream().noneMatch(one -> ScoringProfile.allows(one, rule))) {
            figure.problem(
                ": no rule under 'score' gives what the statistic "
                    + rule.statistic().name().toLowerCase(Locale.ROOT)
                    + " needs");
          }
          figures.add(rule);
        });
    return figures;
  }

  /**
   * @param layouts the columns of each
   */
  private MetricRule figure(String name, GivenKeys keys, List<QuestionColumns> layouts) {
    if (name.equals(MetricRules.LOYALTY) || name.endsWith(ANSWERED_ONLY)) {
      keys.problem(": reports have a figure of this name of their own; choose another");
    }
    Statistic statistic = keys.get(FigureKeys.STATISTIC);
    Optional<String> unit = keys.get(FigureKeys.UNIT);
    boolean named = layouts.stream().allMatch(QuestionColumns::isNamed);
    if (named) {
      requireUnits(keys, statistic, unit, layouts);
    }
    Pooling pooling = keys.get(FigureKeys.POOLING);
    Optional<String> groups = keys.get(FigureKeys.GROUPS);
    Set<String> categories = new LinkedHashSet<>();
    layouts.forEach(columns -> categories.addAll(columns.categories()));
    if (groups.isPresent() && !categories.contains(groups.get()) && named) {
      keys.problem(
          FigureKeys.GROUPS,
          ": " + Unknown.message("column of columns.category", groups.get(), categories));
    }
    if (groups.isPresent() && haveKinds) {
      keys.problem(FigureKeys.GROUPS, ": categories that kinds names have no column");
    }
    boolean several = layouts.stream().anyMatch(columns -> columns.categories().size() > 1);
    List<String> values = keys.get(FigureKeys.VALUES);
    if (several && !values.isEmpty() && groups.isEmpty()) {
      keys.problem(
          FigureKeys.VALUES,
          ": the key 'groups' is missing, whose values they are; known: "
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
        keys.get(FigureKeys.BREAKDOWN));
  }

  private static void requireUnits(
      GivenKeys keys, Statistic statistic, Optional<String> unit, List<QuestionColumns> layouts) {
    Set<String> kinds = new LinkedHashSet<>();
    layouts.forEach(columns -> kinds.addAll(columns.units().keySet()));
    if (unit.isPresent() && !kinds.contains(unit.get())) {
      keys.problem(".unit: " + Unknown.message("kind of columns.units", unit.get(), kinds));
    } else if (statistic == Statistic.UNITS
        && unit.isEmpty()
        && layouts.stream().allMatch(columns -> columns.unit().isEmpty())) {
      keys.problem(
          kinds.isEmpty()
              ? ": units needs the key 'columns.unit'"
              : ": the key 'unit' is missing; known: " + String.join(", ", kinds));
    }
  }
}
