package io.prumerge.benchmark.rule;

import io.prumerge.benchmark.AnswerRuleFactory;
import io.prumerge.benchmark.RuleSettings;
import io.prumerge.console.CodeOrigin;
import io.prumerge.lang.Text;
import io.prumerge.service.NamedServices;
import io.prumerge.service.Unknown;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The rules by name, with the keys that each takes: this program's, and those of jars ({@link
 * AnswerRuleFactory}).
 */
public final class AnswerRules {

  /** The key that names a rule's way to read an answer. */
  public static final String PARSER = "parser";

  /** The key that names a profile's rule. */
  public static final String RULE = "rule";

  /** The key that puts a figure before the others of a profile. */
  public static final String HEADLINE = "headline";

  /** The key of a profile's judge, whose words the rule scores. */
  public static final String JUDGE = "judge";

  /** The key of a profile's own figures, in place of the file's. */
  public static final String FIGURES = "figures";

  /** The keys of every profile, which no rule has. */
  private static final Set<String> OF_PROFILES = Set.of(RULE, HEADLINE, JUDGE, FIGURES);

  private static final String KIND = "rule";

  private static final NamedServices<AnswerRuleFactory> ADDED =
      new NamedServices<>(AnswerRuleFactory.class, KIND, factory -> List.of(factory.name()));

  /**
   * @param newParser the parser that {@link #newParser} names; null for a rule that has none
   */
  private record Entry(
      List<RuleKey<?>> keys,
      Function<RuleSettings, ProfileRule> maker,
      Function<RuleSettings, String> newParser) {

    Entry(List<RuleKey<?>> keys, Function<RuleSettings, ProfileRule> maker) {
      this(keys, maker, null);
    }
  }

  private static final Map<String, Entry> OWN =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("anls", new Entry(List.of(AnlsRule.THRESHOLD), AnlsRule::of)),
              Map.entry("caption", new Entry(List.of(RougeLRule.TOKENS), CaptionRule::of)),
              Map.entry("chair", new Entry(List.of(ChairRule.OBJECTS), ChairRule::of)),
              Map.entry("contains", new Entry(ContainsRule.KEYS, ContainsRule::of)),
              Map.entry("exact", new Entry(ExactRule.KEYS, ExactRule::of)),
              Map.entry(
                  "letter", new Entry(LetterRule.KEYS, LetterRule::of, LetterRule::newParser)),
              Map.entry("math-vision", new Entry(List.of(), settings -> new MathVisionRule())),
              Map.entry("math-vista", new Entry(MathVistaRule.KEYS, MathVistaRule::of)),
              Map.entry(
                  "mmmu-open", new Entry(MmmuOpenRule.KEYS, MmmuOpenRule::of, keys -> "official")),
              Map.entry(
                  "number", new Entry(List.of(NumberRule.ABS, NumberRule.REL), NumberRule::of)),
              Map.entry(
                  "relaxed",
                  new Entry(
                      List.of(RelaxedRule.TOLERANCE, RelaxedRule.PYTHON_LISTS), RelaxedRule::of)),
              Map.entry("rouge-l", new Entry(List.of(RougeLRule.TOKENS), RougeLRule::of)),
              Map.entry("vqa", new Entry(List.of(VqaRule.PARSER), VqaRule::of)),
              Map.entry(
                  "yes-no", new Entry(List.of(YesNoRule.PARSER), YesNoRule::of, keys -> "words"))));

  private AnswerRules() {}

  /** Returns all names, sorted. */
  public static Set<String> names() {
    Set<String> all = new TreeSet<>(ADDED.names());
    all.addAll(OWN.keySet());
    return all;
  }

  /**
   * Returns why a jar's rules cannot be used: one has the name of a rule of this program, which
   * would otherwise hide it. Empty if all have names of their own.
   */
  public static Optional<String> shadowing() {
    return ADDED.names().stream()
        .filter(OWN::containsKey)
        .findFirst()
        .map(
            name -> {
              Class<?> added = ADDED.named(name).getClass();
              return Text.format(
                  "Cannot use the rule '%s' of %s in %s: this program has a rule of that name (%s"
                      + " in %s); give it another name, or leave out its jar",
                  name,
                  added.getName(),
                  CodeOrigin.of(added),
                  AnswerRules.class.getName(),
                  CodeOrigin.of(AnswerRules.class));
            });
  }

  /** Returns whether the calling thread finds the class that made a rule under its name. */
  static boolean isFound(AddedRule rule) {
    return ADDED.find(rule.name()).filter(rule.type()::isInstance).isPresent();
  }

  /** Returns the keys that a rule takes, sorted. */
  public static Set<String> keys(String rule) {
    return declared(rule).stream()
        .map(RuleKey::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Returns the keys that a rule of this program takes, with what their values may be. */
  public static List<RuleKey<?>> declared(String rule) {
    return entry(rule).keys();
  }

  /**
   * Returns a rule.
   *
   * @param settings values by the rule's keys, as YAML gives them
   * @throws IllegalArgumentException naming the rule, key or value that is not known, and those
   *     that are; or the classes, if several offer the rule
   */
  public static ProfileRule of(String rule, Map<String, Object> settings) {
    Entry entry = entry(rule);
    Set<String> known = keys(rule);
    for (String key : settings.keySet()) {
      if (!known.contains(key)) {
        throw new IllegalArgumentException(Unknown.message("key of the rule " + rule, key, known));
      }
    }
    return entry.maker().apply(new RuleSettings(settings));
  }

  /**
   * Returns the rule that a key gives with its own keys, as in {@code {rule: exact}}; empty if the
   * key is not given.
   */
  static Optional<ProfileRule> nested(RuleSettings settings, String key) {
    if (!settings.has(key)) {
      return Optional.empty();
    }
    if (!(settings.value(key).orElse(null) instanceof Map<?, ?> keys)
        || !(keys.get(RULE) instanceof String)) {
      throw settings.refusal(key, "a rule with its keys, such as {rule: exact}");
    }
    Map<String, Object> own = new LinkedHashMap<>();
    keys.forEach((name, value) -> own.put(String.valueOf(name), value));
    return Optional.of(of((String) own.remove(RULE), own));
  }

  /**
   * Returns the parser that new files get whose rule names none. A rule without the key goes on
   * with its first parser, so that files of earlier versions mean what they meant.
   *
   * @param settings those of a rule that {@link #of} makes
   * @return empty if the rule names its parser, or has none
   */
  public static Optional<String> newParser(String rule, Map<String, Object> settings) {
    return settings.containsKey(PARSER)
        ? Optional.empty()
        : Optional.ofNullable(entry(rule).newParser())
            .map(named -> named.apply(new RuleSettings(settings)));
  }

  private static Entry entry(String rule) {
    Entry own = OWN.get(rule);
    return own != null
        ? own
        : ADDED
            .find(rule)
            .map(AnswerRules::added)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        Unknown.message(KIND, rule, names())
                            + (Unknown.suggestion(rule, names()).isEmpty()
                                ? "; a rule of your own needs its jar in spark.jars"
                                : "")));
  }

  private static Entry added(AnswerRuleFactory factory) {
    Set<String> keys = new LinkedHashSet<>(factory.keys());
    keys.stream()
        .filter(OF_PROFILES::contains)
        .findFirst()
        .ifPresent(
            key -> {
              throw new IllegalArgumentException(
                  Text.format(
                      "Cannot use the rule '%s': the key '%s' of %s is one of every profile; name"
                          + " it otherwise",
                      factory.name(), key, factory.getClass().getName()));
            });
    return new Entry(
        keys.stream().<RuleKey<?>>map(RuleKey::any).toList(),
        settings -> AddedRule.of(factory, settings));
  }
}
