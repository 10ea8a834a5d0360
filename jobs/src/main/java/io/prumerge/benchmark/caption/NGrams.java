package io.prumerge.benchmark.caption;

import io.prumerge.text.PythonText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How often a text has each sequence of one to four words. Words are parted at all white space, as
 * the evaluators part the text that the tokens were joined to (salaniz/pycocoevalcap, {@code
 * precook}): a token that holds white space is several words.
 */
final class NGrams {

  /** The longest sequences. */
  static final int LONGEST = 4;

  private final int words;
  private final List<Map<String, Integer>> counts;

  private NGrams(int words, List<Map<String, Integer>> counts) {
    this.words = words;
    this.counts = counts;
  }

  static NGrams of(List<String> tokens) {
    List<String> words = new ArrayList<>();
    tokens.forEach(token -> words.addAll(PythonText.split(token)));
    List<Map<String, Integer>> counts = new ArrayList<>();
    for (int n = 1; n <= LONGEST; n++) {
      Map<String, Integer> ofLength = new LinkedHashMap<>();
      for (int i = 0; i + n <= words.size(); i++) {
        ofLength.merge(String.join(" ", words.subList(i, i + n)), 1, Integer::sum);
      }
      counts.add(ofLength);
    }
    return new NGrams(words.size(), counts);
  }

  /** Returns the number of words. */
  int words() {
    return words;
  }

  /** Returns the number of sequences of {@code n} words, repeated ones included. */
  int sequences(int n) {
    return Math.max(0, words - n + 1);
  }

  /** Returns how often each sequence of {@code n} words occurs, in the order of the text. */
  Map<String, Integer> counts(int n) {
    return counts.get(n - 1);
  }
}
