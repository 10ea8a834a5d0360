package io.prumerge.benchmark.vqa;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/** Number words, articles and contractions of the VQA evaluators: {@code vqa-words.txt}. */
final class VqaWords {

  private static final String RESOURCE = "vqa-words.txt";

  private static final Map<String, String> REPLACEMENTS = load();

  private VqaWords() {}

  private static Map<String, String> load() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                VqaWords.class.getResourceAsStream(RESOURCE), StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .map(line -> line.split(" "))
          .collect(
              Collectors.toUnmodifiableMap(
                  entry -> entry[0], entry -> entry.length == 1 ? "" : entry[1]));
    } catch (IOException e) {
      throw new UncheckedIOException("The resource " + RESOURCE + " cannot be read", e);
    }
  }

  /** The replacement of a lower-case word; empty if the word is dropped. */
  static String replaced(String word) {
    return REPLACEMENTS.getOrDefault(word, word);
  }
}
