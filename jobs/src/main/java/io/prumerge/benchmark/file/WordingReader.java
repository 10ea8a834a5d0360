package io.prumerge.benchmark.file;

import io.prumerge.benchmark.PromptText;
import io.prumerge.store.YamlNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads the {@code prompts} of a file: one wording, or several by their names. */
final class WordingReader {

  static final List<String> WORDING =
      List.of("text", "open", "chinese", "images", "max_new_tokens");

  static final Map<String, ShownPictures> PICTURES =
      BenchmarkFileReader.byName(ShownPictures.values());

  private static final String TEXT = "text";
  private static final List<String> PLAIN = List.of("{question}", "\n{options}");
  private static final String ONLY = "default";

  private final CheckedYaml yaml;
  private final boolean haveOptions;

  /**
   * @param haveOptions whether the columns may have options
   */
  WordingReader(CheckedYaml yaml, boolean haveOptions) {
    this.yaml = yaml;
    this.haveOptions = haveOptions;
  }

  /** Returns the wordings by name, the default one first. */
  Map<String, QuestionWording> read(YamlNode node) {
    if (node == null) {
      return Map.of(ONLY, QuestionWording.of(PromptText.of(PLAIN)));
    }
    if (!node.isPresent()) {
      yaml.problem(node, "prompts has no value; leave the key out to ask the question alone");
      return Map.of(ONLY, QuestionWording.of(PromptText.of(PLAIN)));
    }
    if (node.map() == null) {
      return Map.of(ONLY, QuestionWording.of(pieces(node, "prompts")));
    }
    Map<String, QuestionWording> wordings = new LinkedHashMap<>();
    node.map()
        .forEach(
            (name, wording) -> {
              String place = "prompts." + name;
              yaml.requireName(wording, place, name);
              wordings.put(name, wording(wording, place));
            });
    yaml.requireSome(node, "prompts", wordings);
    return wordings;
  }

  private QuestionWording wording(YamlNode node, String place) {
    Map<String, YamlNode> keys = node.map();
    if (keys == null) {
      return QuestionWording.of(pieces(node, place));
    }
    String above = place + ".";
    Optional<String> unquoted =
        keys.keySet().stream()
            .filter(key -> !WORDING.contains(key) && !keys.get(key).isPresent())
            .findFirst();
    if (unquoted.isPresent()) {
      String name = unquoted.get();
      yaml.problem(
          node,
          String.format(
              Locale.ROOT,
              "%s: {%s} without quotes is a key '%s'; put the wording in quotes, as \"{%s}\"",
              place,
              name,
              name,
              name));
      return QuestionWording.of(PromptText.of(PLAIN));
    }
    yaml.requireKnown(above, keys, WORDING);
    if (!keys.containsKey(TEXT)) {
      yaml.problem(
          node, "the key '" + above + TEXT + "' is missing: it holds the wording's pieces");
    }
    OptionalInt most = yaml.positive(keys.get("max_new_tokens"), above + "max_new_tokens");
    return new QuestionWording(
        keys.containsKey(TEXT) ? pieces(keys.get(TEXT), above + TEXT) : PromptText.of(PLAIN),
        pieces(keys, above, "open"),
        pieces(keys, above, "chinese"),
        yaml.chosen(keys, above, "images", PICTURES, ShownPictures.FIRST),
        most);
  }

  private Optional<PromptText> pieces(Map<String, YamlNode> keys, String above, String key) {
    return Optional.ofNullable(keys.get(key)).map(node -> pieces(node, above + key));
  }

  private PromptText pieces(YamlNode node, String place) {
    PromptText text = PromptText.of(yaml.texts(node, place));
    if (!haveOptions && text.names().stream().anyMatch(OptionLines::areNamed)) {
      yaml.problem(node, place + ": {options} needs the key 'columns.options'");
    }
    return text;
  }
}
