package io.prumerge.benchmark.file;

import io.prumerge.benchmark.rule.ValueForm;
import java.util.List;
import java.util.Map;

/** The keys of a text that the values of columns choose. */
final class TextKeys {

  /** Columns whose values, joined by a space, choose the text. */
  static final Key<List<String>> OF = Key.texts("of").required();

  /** The texts: {@code {number 2: "Round to two places.", text: "Answer in a word."}}. */
  static final Key<Map<String, String>> VALUES =
      Key.of("values", ValueForm.TEXT.byKey("value", 0), CheckedYaml::textsByKey).required();

  static final KeyGroup GROUP = KeyGroup.of("text", OF, VALUES);

  private TextKeys() {}
}
