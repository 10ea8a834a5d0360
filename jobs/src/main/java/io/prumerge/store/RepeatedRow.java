package io.prumerge.store;

import io.prumerge.spark.AddedLater;
import java.util.OptionalDouble;

/**
 * An answer to a question that was asked again, as a repeat is committed. Readers find {@link
 * RepeatRow}.
 *
 * @param prediction as in {@link Table#PREDICTIONS}
 * @param margin as in {@link RepeatRow}
 */
public record RepeatedRow(PredictionRow prediction, @AddedLater OptionalDouble margin) {

  /** One row per question and method of a repeat. */
  public static final Table<RepeatedRow> TABLE = Table.of("repeated", RepeatedRow.class);
}
