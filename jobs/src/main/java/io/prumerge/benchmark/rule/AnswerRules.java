package io.prumerge.benchmark.rule;

import io.prumerge.service.Unknown;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** The rules by name, with the keys that each takes. */
public final class AnswerRules {

  /** The key that names a rule's way to read an answer. */
  public static final String PARSER = "parser";

  /**
   * @param newParser the parser that {@link #newParser} names; null for a rule that has none
   */
  private record Entry(
      Set<String> keys,
      Function<RuleSettings, AnswerRule> maker,
      Function<RuleSettings, String> newParser) {

    Entry(Set<String> keys, Function<RuleSettings, AnswerRule> maker) {
      this(keys, maker, null);
    }
  }

  private static final Map<String, Entry> ALL =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("anls", new Entry(Set.of("threshold"), AnlsRule::of)),
              Map.entry("caption", new Entry(Set.of(RougeLRule.TOKENS), CaptionRule::of)),
              Map.entry("chair", new Entry(ChairRule.KEYS, ChairRule::of)),
              Map.entry("contains", new Entry(ContainsRule.KEYS, ContainsRule::of)),
              Map.entry("exact", new Entry(ExactRule.KEYS, ExactRule::of)),
              Map.entry(
                  "letter", new Entry(LetterRule.KEYS, LetterRule::of, LetterRule::newParser)),
              Map.entry("math-vision", new Entry(Set.of(), settings -> new MathVisionRule())),
              Map.entry("math-vista", new Entry(MathVistaRule.KEYS, MathVistaRule::of)),
              Map.entry(
                  "mmmu-open", new Entry(MmmuOpenRule.KEYS, MmmuOpenRule::of, keys -> "official")),
              Map.entry("number", new Entry(Set.of("abs", "rel"), NumberRule::of)),
              Map.entry("relaxed", new Entry(Set.of("tolerance", "python_lists"), RelaxedRule::of)),
              Map.entry("rouge-l", new Entry(Set.of(RougeLRule.TOKENS), RougeLRule::of)),
              Map.entry("vqa", new Entry(Set.of(), settings -> new VqaRule())),
              Map.entry("yes-no", new Entry(YesNoRule.KEYS, YesNoRule::of, keys -> "words"))));

  private AnswerRules() {}

  /** Returns all names, sorted. */
  public static Set<String> names() {
    return ALL.keySet();
  }

  /** Returns the keys that a rule takes, sorted. */
  public static Set<String> keys(String rule) {
    return new TreeSet<>(entry(rule).keys());
  }

  /**
   * Returns a rule.
   *
   * @param settings values by the rule's keys, as YAML gives them
   * @throws IllegalArgumentException naming the rule, key or value that is not known, and those
   *     that are
   */
  public static AnswerRule of(String rule, Map<String, Object> settings) {
    Entry entry = entry(rule);
    for (String key : settings.keySet()) {
      if (!entry.keys().contains(key)) {
        throw new IllegalArgumentException(
            Unknown.message("key of the rule " + rule, key, keys(rule)));
      }
    }
    return entry.maker().apply(new RuleSettings(settings));
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
    Entry entry = ALL.get(rule);
    if (entry == null) {
      throw new IllegalArgumentException(Unknown.message("rule", rule, ALL.keySet()));
    }
    return entry;
  }
}
