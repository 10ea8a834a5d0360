package io.prumerge.report;

import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducers;

/** Methods that others are expected to beat, such as random patches. */
public final class Controls {

  private Controls() {}

  /**
   * Returns whether a method is a control, as its class says; false for a name that is no method of
   * this class path, as foreign rows may have.
   */
  public static boolean has(String method) {
    try {
      return TokenReducers.named(MethodSpec.read(method).name()).about().control();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
