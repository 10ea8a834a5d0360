package io.prumerge.benchmark.file;

import io.prumerge.service.Unknown;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Keys of a file that no row's value is, though one is nearly: as misspelt, they change nothing,
 * and a figure of such values is over the others alone.
 */
final class UnmetKeys {

  /** Values of a place that are kept: answers may be as many as rows. */
  private static final int MOST = 1000;

  private final Map<String, Place> places = new TreeMap<>();

  private record Place(Set<String> unmet, Set<String> others) {}

  /**
   * Takes a row's value.
   *
   * @param place where the file has the keys that it is looked for among
   */
  void look(String place, Set<String> keys, String value) {
    if (keys.isEmpty()) {
      return;
    }
    Place at =
        places.computeIfAbsent(
            place, absent -> new Place(new TreeSet<>(keys), new LinkedHashSet<>()));
    at.unmet().remove(value);
    if (at.others().size() < MOST && !keys.contains(value)) {
      at.others().add(value);
    }
  }

  /**
   * Returns what is said of them.
   *
   * @param called the file's name in messages
   */
  List<String> notes(String called) {
    List<String> notes = new ArrayList<>();
    places.forEach(
        (place, at) -> {
          for (String key : at.unmet()) {
            String meant = Unknown.suggestion(key, at.others());
            if (!meant.isEmpty()) {
              notes.add(called + ": " + place + ": no row has '" + key + "'" + meant);
            }
          }
        });
    return notes;
  }
}
