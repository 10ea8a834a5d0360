package io.prumerge.score;

import java.io.IOException;

/** A judge's reply without a grade; another request would not help. */
final class JudgeRefusal extends IOException {

  private static final long serialVersionUID = 1L;

  JudgeRefusal(String message) {
    super(message);
  }
}
