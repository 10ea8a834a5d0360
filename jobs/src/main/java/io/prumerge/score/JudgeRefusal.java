package io.prumerge.score;

import java.io.IOException;

/** A judge that answered, but not what was asked; asking again would not help. */
final class JudgeRefusal extends IOException {

  private static final long serialVersionUID = 1L;

  JudgeRefusal(String message) {
    super(message);
  }
}
