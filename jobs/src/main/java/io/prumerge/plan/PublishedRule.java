package io.prumerge.plan;

import io.prumerge.image.rule.TokenRule;
import io.prumerge.image.rule.TokenRules;
import io.prumerge.lang.Text;
import io.prumerge.reduction.RequestFields;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A published rule of a model that only servers run.
 *
 * @param rule by its name
 * @param settings of the rule, without a request's own
 */
record PublishedRule(TokenRules rule, SortedMap<String, String> settings) implements ServedRule {

  /** The rules of models by a part of their names, the first that fits. */
  private static final Map<Pattern, String> BY_NAME = new LinkedHashMap<>();

  private static void name(String part, String rule) {
    BY_NAME.put(Pattern.compile(part), rule);
  }

  static {
    name("gemma-?3(?!n)", "gemma-3");
    name("gemma-?4", "gemma-4");
    name("minicpm-?v-?4[._]6", "minicpm-v");
    name("pixtral", "pixtral");
    name("mistral-small-3", "pixtral:longest_edge=1540,patch_size=14,spatial_merge_size=2");
    name("phi-4-(multimodal|mm)", "phi-4");
    name("molmo-?2", "molmo2");
    name("gpt-4o-mini", "openai-tiles:base=2833,tile=5667");
    name("gpt-4o|gpt-4\\.1$", "openai-tiles");
    name("(^|/)o[13]($|-)", "openai-tiles:base=75,tile=150");
    name("claude", "claude");
  }

  /**
   * Reads {@code RULE} or {@code RULE:setting=value,...}; empty if there is no such rule.
   *
   * @throws IllegalArgumentException if its settings are not so
   */
  static Optional<PublishedRule> find(String text) {
    String[] parts = text.split(":", 2);
    Optional<TokenRules> rule = TokenRules.named(parts[0]);
    if (rule.isEmpty()) {
      return Optional.empty();
    }
    SortedMap<String, String> settings = new TreeMap<>();
    for (String setting : parts.length == 1 ? List.<String>of() : List.of(parts[1].split(","))) {
      int equals = setting.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException(
            Text.format("'%s' of '%s' must be setting=value", setting, text));
      }
      settings.put(setting.substring(0, equals), setting.substring(equals + 1));
    }
    rule.get().of(settings);
    return Optional.of(new PublishedRule(rule.get(), settings));
  }

  /** Returns the rule of a model by its name at the server; empty if the name tells none. */
  static Optional<PublishedRule> ofName(String model) {
    String name = model.toLowerCase(Locale.ROOT);
    return BY_NAME.entrySet().stream()
        .filter(known -> known.getKey().matcher(name).find())
        .flatMap(known -> find(known.getValue()).stream())
        .findFirst();
  }

  @Override
  public Optional<TokenRule> of(RequestFields fields) {
    SortedMap<String, String> all = new TreeMap<>(settings);
    all.putAll(fields.settings());
    return rule.defaults().keySet().containsAll(all.keySet())
        ? Optional.of(rule.of(all))
        : Optional.empty();
  }

  /** Returns the rule as {@link #find} reads it. */
  @Override
  public String toString() {
    return settings.isEmpty()
        ? rule.spelling()
        : settings.entrySet().stream()
            .map(setting -> setting.getKey() + "=" + setting.getValue())
            .collect(Collectors.joining(",", rule.spelling() + ":", ""));
  }
}
