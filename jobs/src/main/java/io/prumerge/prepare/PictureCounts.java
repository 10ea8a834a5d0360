package io.prumerge.prepare;

import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

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
    return sentence("picture");
  }

  /**
   * Returns the counts in words, without those that are 0.
   *
   * @param what they count, such as {@code picture}
   */
  String sentence(String what) {
    return Texts.count(named, what)
        + ": "
        + Text.format("%,d found", found)
        + faults().stream().map(fault -> ", " + fault).collect(Collectors.joining());
  }

  /**
   * Returns what a figure says of pictures that models cannot be shown; nothing if all can.
   *
   * @param what they are, such as {@code picture}
   */
  Optional<String> caveat(String what) {
    return found == named
        ? Optional.empty()
        : Optional.of(
            Text.format(
                "%,d of its %s cannot be shown (%s), so that questions about %s are errors",
                named - found,
                Texts.count(named, what),
                String.join(", ", faults()),
                named - found == 1 ? "it" : "them"));
  }

  private List<String> faults() {
    List<String> faults = new ArrayList<>();
    if (missing > 0) {
      faults.add(Text.format("%,d missing", missing));
    }
    refused.forEach((error, count) -> faults.add(Text.format("%,d %s", count, error)));
    return faults;
  }
}
