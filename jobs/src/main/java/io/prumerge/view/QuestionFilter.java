package io.prumerge.view;

import io.prumerge.metric.tally.MethodKey;
import io.prumerge.service.Unknown;
import java.util.Arrays;
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
    Place place, Answered answered, Contest contest, Optional<String> text, Order order) {

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

  private static final String RANKED_DOWN = "-";

  /** The benchmark's file, and the part of it. */
  record Place(Optional<String> benchmark, Optional<String> split, Optional<String> category) {}

  /**
   * An answer that a question has.
   *
   * @param method whose; empty: that of any method
   * @param error {@code any}, {@code none}, or a kind of error
   * @param least visual tokens
   * @param most visual tokens
   */
  record Answered(
      Optional<MethodKey> method,
      Optional<Result> result,
      Optional<String> error,
      Optional<Double> least,
      Optional<Double> most) {}

  /** The method that is right, and the one that is wrong. */
  record Contest(Optional<MethodKey> right, Optional<MethodKey> wrong) {}

  /** What an answer is worth. */
  enum Result {
    RIGHT("score = 1"),
    PARTLY("score > 0 AND score < 1"),
    WRONG("score = 0"),
    UNKNOWN("score IS NULL");

    private final String condition;

    Result(String condition) {
      this.condition = condition;
    }

    /** Returns the condition on a row of scores. */
    String condition() {
      return condition;
    }
  }

  /** What questions are sorted by, before their keys. */
  enum Order {
    KEY("", false),
    RIGHT("right", false),
    RIGHT_DOWN("right", true),
    TOKENS("tokens", false),
    TOKENS_DOWN("tokens", true);

    private final String column;
    private final boolean down;

    Order(String column, boolean down) {
      this.column = column;
      this.down = down;
    }

    static Order of(Optional<String> sort) {
      return Arrays.stream(values())
          .filter(one -> one.toString().equals(sort.orElse("")))
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      Unknown.message(
                          "sort",
                          sort.orElse(""),
                          Arrays.stream(values()).map(Order::toString).toList())));
    }

    boolean isRanked() {
      return this != KEY;
    }

    boolean isDown() {
      return down;
    }

    /** Returns whether the rank is the share of right answers, else the tokens. */
    boolean isByScore() {
      return this == RIGHT || this == RIGHT_DOWN;
    }

    /** Returns the value of {@code sort} in links. */
    @Override
    public String toString() {
      return (down ? RANKED_DOWN : "") + column;
    }
  }

  /**
   * Reads a link.
   *
   * @throws IllegalArgumentException if it names an unknown method, order or result
   */
  static QuestionFilter of(Parameters link, AskedMethods methods) {
    return new QuestionFilter(
        new Place(link.text("benchmark"), link.text("split"), link.text("category")),
        new Answered(
            link.text("method").map(methods::named),
            link.text("result").map(text -> Unknown.choice(Result.class, "result", text)),
            link.text("error"),
            link.number("min"),
            link.number("max")),
        new Contest(link.text("right").map(methods::named), link.text("wrong").map(methods::named)),
        link.text("text").map(text -> text.toLowerCase(Locale.ROOT)),
        Order.of(link.text("sort")));
  }

  /** Returns the filter of the same questions in the order of their keys. */
  QuestionFilter unsorted() {
    return new QuestionFilter(place, answered, contest, text, Order.KEY);
  }

  /** Copies what a link says of the list into another link. */
  static void copy(Parameters from, Map<String, String> to) {
    for (String name : NAMES) {
      from.text(name).ifPresent(value -> to.put(name, value));
    }
  }
}
