package io.prumerge.estimate;

import io.prumerge.cost.TokenSchedule;

/** Scenarios for the tests of this package. */
final class Scenarios {

  static final HardwareTable HARDWARE = HardwareTable.bundled();
  static final ShapeTable SHAPES = ShapeTable.bundled();

  private Scenarios() {}

  static Scenario of(
      String shape, int visual, int text, String precision, String hardware, CostMode mode) {
    return of(
        SHAPES.named(shape),
        TokenSchedule.constant(visual),
        text,
        1,
        precision,
        AttentionKernel.EAGER,
        HARDWARE.named(hardware),
        mode);
  }

  static Scenario of(
      NamedShape shape,
      TokenSchedule visual,
      int text,
      int batch,
      String precision,
      AttentionKernel attention,
      Hardware hardware,
      CostMode mode) {
    return new Scenario(
        shape,
        new PromptTokens(visual, text),
        batch,
        PrecisionScheme.parse(precision),
        attention,
        ReductionKind.PRUMERGE,
        hardware,
        mode);
  }
}
