package io.prumerge.plan;

import io.prumerge.image.rule.TokenRule;
import io.prumerge.image.rule.TokenRules;
import io.prumerge.lang.Text;
import io.prumerge.reduction.RequestFields;
import io.prumerge.service.Unknown;
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
 * The rule by which a model behind an endpoint makes visual tokens of a picture.
 *
 * @param rule by its name
 * @param settings of the rule, without a request's own
 * @param guessed whether the model's name told it
 */
public record ServedRule(TokenRules rule, SortedMap<String, String> settings, boolean guessed) {

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
   * Reads {@code RULE} or {@code RULE:setting=value,...}.
   *
   * @throws IllegalArgumentException if there is no such rule, or its settings are not so
   */
  public static ServedRule parse(String text) {
    return parse(text, false);
  }

  private static ServedRule parse(String text, boolean guessed) {
    String[] parts = text.split(":", 2);
    TokenRules rule =
        TokenRules.named(parts[0])
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        Unknown.message("rule", parts[0], TokenRules.names())));
    SortedMap<String, String> settings = new TreeMap<>();
    for (String setting : parts.length == 1 ? List.<String>of() : List.of(parts[1].split(","))) {
      int equals = setting.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException(
            Text.format("'%s' of '%s' must be setting=value", setting, text));
      }
      settings.put(setting.substring(0, equals), setting.substring(equals + 1));
    }
    rule.of(settings);
    return new ServedRule(rule, settings, guessed);
  }

  /** Returns the rule of a model by its name at the server; empty if the name tells none. */
  public static Optional<ServedRule> ofName(String model) {
    String name = model.toLowerCase(Locale.ROOT);
    return BY_NAME.entrySet().stream()
        .filter(known -> known.getKey().matcher(name).find())
        .map(known -> parse(known.getValue(), true))
        .findFirst();
  }

  /**
   * Returns the rule as a request asks for it; empty if it has none of these fields.
   *
   * @throws IllegalArgumentException if the model has no such budget
   */
  public Optional<TokenRule> of(RequestFields fields) {
    SortedMap<String, String> all = new TreeMap<>(settings);
    all.putAll(fields.settings());
    return rule.defaults().keySet().containsAll(all.keySet())
        ? Optional.of(rule.of(all))
        : Optional.empty();
  }

  /** Returns the rule as {@link #parse} reads it. */
  @Override
  public String toString() {
    return settings.isEmpty()
        ? rule.spelling()
        : settings.entrySet().stream()
            .map(setting -> setting.getKey() + "=" + setting.getValue())
            .collect(Collectors.joining(",", rule.spelling() + ":", ""));
  }
}
