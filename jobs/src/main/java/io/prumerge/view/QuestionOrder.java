package io.prumerge.view;

import io.prumerge.service.Unknown;
import java.util.Arrays;
import java.util.Optional;

/** What questions are sorted by, before their keys. */
enum QuestionOrder {
  KEY("", false),
  RIGHT("right", false),
  RIGHT_DOWN("right", true),
  TOKENS("tokens", false),
  TOKENS_DOWN("tokens", true);

  private final String column;
  private final boolean down;

  QuestionOrder(String column, boolean down) {
    this.column = column;
    this.down = down;
  }

  static QuestionOrder of(Optional<String> sort) {
    return Arrays.stream(values())
        .filter(one -> one.toString().equals(sort.orElse("")))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    Unknown.message(
                        "sort",
                        sort.orElse(""),
                        Arrays.stream(values()).map(QuestionOrder::toString).toList())));
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
    return (down ? QuestionFilter.RANKED_DOWN : "") + column;
  }
}
