package io.prumerge.benchmark.file;

import io.prumerge.benchmark.PromptText;
import io.prumerge.benchmark.rule.ValueForm;
import io.prumerge.lang.Text;
import io.prumerge.store.YamlNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads the {@code prompts} of a file: one wording, or several by their names. */
final class WordingReader {

  /** The text or its pieces; one whose {@code {column}} is empty is left out. */
  private static final Key<YamlNode> TEXT =
      Key.node("text", ValueForm.TEXTS).required("it holds the wording's pieces");

  /** Of questions without options. */
  private static final Key<YamlNode> OPEN = Key.node("open", ValueForm.TEXTS);

  /** Of questions whose text has a Chinese character. */
  private static final Key<YamlNode> CHINESE = Key.node("chinese", ValueForm.TEXTS);

  /**
   * Where pictures stand: by default first; where the text says {@code <image 1>}; or the first of
   * them alone.
   */
  private static final Key<ShownPictures> IMAGES =
      Key.choice("images", FigureKeys.byName(ShownPictures.values()), ShownPictures.FIRST);

  /** Of an answer, in place of the file's. */
  private static final Key<OptionalInt> MAX_NEW_TOKENS = Key.positive("max_new_tokens");

  /** The keys of a wording that depends on the question. */
  static final KeyGroup GROUP = KeyGroup.of("wording", TEXT, OPEN, CHINESE, IMAGES, MAX_NEW_TOKENS);

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
    return yaml.someOf(node, "prompts", wordings);
  }

  private QuestionWording wording(YamlNode node, String place) {
    if (node.map() == null) {
      return QuestionWording.of(pieces(node, place));
    }
    List<String> known = GROUP.names();
    Optional<String> unquoted =
        node.map().keySet().stream()
            .filter(key -> !known.contains(key) && !node.map().get(key).isPresent())
            .findFirst();
    if (unquoted.isPresent()) {
      String name = unquoted.get();
      yaml.problem(
          node,
          Text.format(
              "%s: {%s} without quotes is a key '%s'; put the wording in quotes, as \"{%s}\"",
              place, name, name, name));
      return QuestionWording.of(PromptText.of(PLAIN));
    }
    GivenKeys keys = GivenKeys.of(yaml, node, place, GROUP);
    return new QuestionWording(
        pieces(keys, TEXT).orElse(PromptText.of(PLAIN)),
        pieces(keys, OPEN),
        pieces(keys, CHINESE),
        keys.get(IMAGES),
        keys.get(MAX_NEW_TOKENS));
  }

  private Optional<PromptText> pieces(GivenKeys keys, Key<YamlNode> key) {
    return Optional.ofNullable(keys.get(key)).map(node -> pieces(node, keys.place(key)));
  }

  private PromptText pieces(YamlNode node, String place) {
    PromptText text = PromptText.of(yaml.texts(node, place));
    if (!haveOptions && text.names().stream().anyMatch(OptionLines::areNamed)) {
      yaml.problem(node, place + ": {options} needs the key 'columns.options'");
    }
    return text;
  }
}
