package io.prumerge.launch;

import io.prumerge.reduction.MethodSpec;
import io.prumerge.settings.NamedModel;

/** Reads the method of a report that the others are compared with. */
public final class BaselineReader {

  private BaselineReader() {}

  /**
   * Reads a method, or what may be the label of a server; whether a run has it shows when the runs
   * are opened.
   *
   * @throws IllegalArgumentException as {@link MethodSpec#parse}
   */
  public static MethodSpec read(String text) {
    return NamedModel.isLabel(text) ? MethodSpec.read(text) : MethodSpec.parse(text);
  }
}
