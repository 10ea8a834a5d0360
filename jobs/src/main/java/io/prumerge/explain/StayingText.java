package io.prumerge.explain;

import io.prumerge.engine.StayingTokens;
import io.prumerge.lang.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The tokens that stay inside the decoder, in words. */
final class StayingText {

  private StayingText() {}

  /**
   * Returns the text for the queries of a Q-Former, counted from 1, as tokens are.
   *
   * @param all the number of all queries
   */
  static String queries(StayingTokens staying, int all) {
    if (staying.tokens().isEmpty()) {
      return Text.format("From layer %d on: no query", staying.layer());
    }
    return Text.format(
        "From layer %d on: %d of %d queries (%s)",
        staying.layer(),
        staying.tokens().size(),
        all,
        staying.places().stream()
            .map(query -> Integer.toString(query + 1))
            .collect(Collectors.joining(", ")));
  }

  /**
   * Returns the text for the tokens of other models.
   *
   * @param all the number of tokens that the decoder receives
   */
  static String tokens(StayingTokens staying, int all) {
    String tokens =
        staying.tokens().isEmpty()
            ? "no visual token"
            : Text.format("%d of %d tokens (%s)", staying.tokens().size(), all, kinds(staying));
    return layers(staying.layer(), staying.last()) + ": " + tokens;
  }

  /** Returns the layers from one to another, from 0. */
  static String layers(int first, int last) {
    return first == last
        ? Text.format("Layer %d", first)
        : Text.format("Layers %d to %d", first, last);
  }

  private static String kinds(StayingTokens staying) {
    List<String> kinds = new ArrayList<>();
    add(kinds, staying.patches().size(), "patch", "patches");
    add(kinds, staying.sums(), "sum of several", "sums of several");
    add(kinds, staying.others(), "other", "others");
    return String.join(", ", kinds);
  }

  private static void add(List<String> kinds, int count, String one, String several) {
    if (count > 0) {
      kinds.add(count(count, one, several));
    }
  }

  /** Returns a number with the noun of what it counts, whose plural is not that with an s. */
  static String count(int number, String one, String several) {
    return number + " " + (number == 1 ? one : several);
  }
}
