package io.prumerge.image.rule;

import io.prumerge.lang.Text;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** The rules by name. Their settings are those of the models' processors, with their defaults. */
public enum TokenRules {
  GEMMA_3(
      "gemma-3",
      "do_pan_and_scan=false,pan_and_scan_min_crop_size=256,pan_and_scan_max_num_crops=4,"
          + "pan_and_scan_min_ratio_to_activate=1.2",
      given ->
          new Gemma3Rule(
              given.flag("do_pan_and_scan"),
              given.count("pan_and_scan_min_crop_size"),
              given.count("pan_and_scan_max_num_crops"),
              given.number("pan_and_scan_min_ratio_to_activate"))),
  GEMMA_4(
      "gemma-4", "max_soft_tokens=280", given -> new Gemma4Rule(given.count("max_soft_tokens"))),
  MINICPM_V(
      "minicpm-v",
      "max_slice_nums=9,downsample_mode=16x",
      given ->
          new MiniCpmRule(
              given.count("max_slice_nums"),
              given.oneOf("downsample_mode", "16x", "4x").equals("16x") ? 16 : 4)),
  PIXTRAL(
      "pixtral",
      "longest_edge=1024,patch_size=16,spatial_merge_size=1",
      given ->
          new PixtralRule(
              given.count("longest_edge"),
              given.count("patch_size") * given.count("spatial_merge_size"))),
  PHI_4("phi-4", "dynamic_hd=36", given -> new Phi4Rule(given.count("dynamic_hd"))),
  MOLMO_2("molmo2", "max_crops=8", given -> new Molmo2Rule(given.count("max_crops"))),
  OPENAI_TILES(
      "openai-tiles",
      "base=85,tile=170,detail=high",
      given ->
          new OpenAiTilesRule(
              given.count("base"),
              given.count("tile"),
              given.oneOf("detail", "high", "low", "auto").equals("low"))),
  OPENAI_PATCHES(
      "openai-patches",
      "patches=1536,factor=1",
      given -> new OpenAiPatchesRule(given.count("patches"), given.number("factor"))),
  CLAUDE(
      "claude",
      "edge=1568,tokens=1568",
      given -> new ClaudeRule(given.count("edge"), given.count("tokens")));

  /** What is given of a rule's settings, over its defaults. */
  private record Settings(String rule, Map<String, String> values) {

    int count(String key) {
      double number = number(key);
      if (number < 1 || number > 1 << 24 || number != Math.rint(number)) {
        throw refusal(key, "a whole number from 1 to 16777216");
      }
      return (int) number;
    }

    double number(String key) {
      try {
        double number = Double.parseDouble(values.get(key));
        if (number > 0 && number < Double.POSITIVE_INFINITY) {
          return number;
        }
      } catch (NumberFormatException e) {
        // says no more than that
      }
      throw refusal(key, "a number above 0");
    }

    boolean flag(String key) {
      return oneOf(key, "true", "false").equals("true");
    }

    String oneOf(String key, String... words) {
      if (!Arrays.asList(words).contains(values.get(key))) {
        throw refusal(key, "one of " + String.join(", ", words));
      }
      return values.get(key);
    }

    private IllegalArgumentException refusal(String key, String wanted) {
      return new IllegalArgumentException(
          Text.format("%s of %s must be %s, it is '%s'", key, rule, wanted, values.get(key)));
    }
  }

  private final String spelling;
  private final Map<String, String> defaults;
  private final Function<Settings, TokenRule> made;

  TokenRules(String spelling, String defaults, Function<Settings, TokenRule> made) {
    this.spelling = spelling;
    this.defaults = new LinkedHashMap<>();
    this.made = made;
    for (String setting : defaults.split(",")) {
      this.defaults.put(setting.split("=")[0], setting.split("=")[1]);
    }
  }

  /** Returns the name of the rule, such as {@code gemma-4}. */
  public String spelling() {
    return spelling;
  }

  /** Returns the rule's settings with their defaults. */
  public Map<String, String> defaults() {
    return Map.copyOf(defaults);
  }

  /**
   * Returns the rule with some settings; others are left to their defaults.
   *
   * @throws IllegalArgumentException that names a setting that the rule has not, or its value
   */
  public TokenRule of(Map<String, String> settings) {
    Map<String, String> all = new TreeMap<>(defaults);
    settings.forEach(
        (key, value) -> {
          if (all.put(key, value) == null) {
            throw new IllegalArgumentException(
                Text.format(
                    "%s has no setting '%s'; it has %s",
                    spelling, key, String.join(", ", defaults.keySet())));
          }
        });
    return made.apply(new Settings(spelling, all));
  }

  /** Returns the rule of a name; empty if there is none. */
  public static Optional<TokenRules> named(String name) {
    return Arrays.stream(values()).filter(rule -> rule.spelling.equals(name)).findFirst();
  }

  /** Returns all names. */
  public static List<String> names() {
    return Arrays.stream(values()).map(TokenRules::spelling).toList();
  }
}
