package io.prumerge.reduction;

import java.util.Locale;

/**
 * Whether a server such as vLLM could run a method. It lays a prompt out before the tower runs, so
 * that it must know each image's number of tokens by then; and its attention kernels show no
 * attention, so that it must choose from embeddings alone: features, connector outputs and words'
 * embeddings.
 *
 * @param why in a few words
 */
public record Servable(Answer answer, String why) {

  /** Whether a server could. */
  public enum Answer {
    /** Whatever the spec. */
    YES,
    /** If the spec has a number, as {@code tokens=64}; not if it follows another method's. */
    WITH_A_FIXED_COUNT,
    /** Whatever the spec. */
    NO
  }

  /** Of a method whose number of tokens is always known. */
  public static Servable yes(String why) {
    return new Servable(Answer.YES, why);
  }

  /** Of a method whose spec says how many tokens it leaves. */
  public static Servable withAFixedCount(String why) {
    return new Servable(Answer.WITH_A_FIXED_COUNT, why);
  }

  /** Of a method that no server can run. */
  public static Servable no(String why) {
    return new Servable(Answer.NO, why);
  }

  /** Returns the answer and why. */
  @Override
  public String toString() {
    return answer.name().toLowerCase(Locale.ROOT).replace('_', ' ') + ": " + why;
  }
}
