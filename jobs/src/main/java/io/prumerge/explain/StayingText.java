package io.prumerge.explain;

import io.prumerge.engine.StayingQueries;
import java.util.Locale;
import java.util.stream.Collectors;

/** The queries that stay inside the decoder, in words; counted from 1, as tokens are. */
final class StayingText {

  private StayingText() {}

  /**
   * @param all the number of all queries
   */
  static String of(StayingQueries staying, int all) {
    if (staying.queries().isEmpty()) {
      return String.format(Locale.ROOT, "From layer %d on: no query", staying.layer());
    }
    return String.format(
        Locale.ROOT,
        "From layer %d on: %d of %d queries (%s)",
        staying.layer(),
        staying.queries().size(),
        all,
        staying.queries().stream()
            .map(query -> Integer.toString(query + 1))
            .collect(Collectors.joining(", ")));
  }
}
