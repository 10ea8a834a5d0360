package io.prumerge.prepare;

import io.prumerge.console.Texts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What became of the pictures that questions name, each counted once, and in each prompt that has
 * it among several.
 *
 * @param named that questions name
 * @param found that models can be shown
 * @param missing whose file is missing or empty
 * @param refused how many cannot be used, by the error that their questions will have
 */
public record PictureCounts(long named, long found, long missing, SortedMap<String, Long> refused) {

  public PictureCounts {
    refused = Collections.unmodifiableSortedMap(new TreeMap<>(refused));
  }

  /** Returns whether each picture has one outcome. */
  boolean closes() {
    return named == found + missing + refused.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Returns the counts in words, without those that are 0. */
  String sentence() {
    List<String> outcomes = new ArrayList<>();
    outcomes.add(String.format(Locale.ROOT, "%,d found", found));
    if (missing > 0) {
      outcomes.add(String.format(Locale.ROOT, "%,d missing", missing));
    }
    refused.forEach(
        (error, count) -> outcomes.add(String.format(Locale.ROOT, "%,d %s", count, error)));
    return Texts.count(named, "picture") + ": " + String.join(", ", outcomes);
  }
}
