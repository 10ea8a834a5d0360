package io.prumerge.view;

import io.prumerge.metric.tally.MethodKey;
import io.prumerge.service.Unknown;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Which questions a list has, and in which order.
 *
 * @param place of the questions
 * @param answered what some answer to them is
 * @param contest of two methods
 * @param text part of the prompt, the reference, an answer or an id, in any case
 */
record QuestionFilter(
    Place place,
    AnswerFilter answered,
    Contest contest,
    Optional<String> text,
    QuestionOrder order) {

  /** Names of the parameters of links that choose questions. */
  static final List<String> NAMES =
      List.of(
          "benchmark",
          "split",
          "category",
          "method",
          "result",
          "error",
          "min",
          "max",
          "right",
          "wrong",
          "text",
          "sort");

  static final String RANKED_DOWN = "-";

  /** The benchmark's file, and the part of it. */
  record Place(Optional<String> benchmark, Optional<String> split, Optional<String> category) {}

  /** The method that is right, and the one that is wrong. */
  record Contest(Optional<MethodKey> right, Optional<MethodKey> wrong) {}

  /**
   * Reads a link.
   *
   * @throws IllegalArgumentException if it names an unknown method, order or result
   */
  static QuestionFilter of(QueryParameters link, AskedMethods methods) {
    return new QuestionFilter(
        new Place(link.text("benchmark"), link.text("split"), link.text("category")),
        new AnswerFilter(
            link.text("method").map(methods::named),
            link.text("result").map(text -> Unknown.choice(AnswerResult.class, "result", text)),
            link.text("error"),
            link.number("min"),
            link.number("max")),
        new Contest(link.text("right").map(methods::named), link.text("wrong").map(methods::named)),
        link.text("text").map(text -> text.toLowerCase(Locale.ROOT)),
        QuestionOrder.of(link.text("sort")));
  }

  /** Returns the filter of the same questions in the order of their keys. */
  QuestionFilter unsorted() {
    return new QuestionFilter(place, answered, contest, text, QuestionOrder.KEY);
  }

  /** Copies what a link says of the list into another link. */
  static void copy(QueryParameters from, Map<String, String> to) {
    for (String name : NAMES) {
      from.text(name).ifPresent(value -> to.put(name, value));
    }
  }
}
