package io.prumerge.run;

import io.prumerge.plan.RunEstimate;
import java.io.Serializable;
import org.apache.spark.sql.Row;
import org.apache.spark.util.DoubleAccumulator;
import org.apache.spark.util.LongAccumulator;

/** Counts, inside a task, each image with all its answers, by what they are estimated to cost. */
final class WorkMeter implements Serializable {

  private static final long serialVersionUID = 1L;

  private final LongAccumulator answers;
  private final DoubleAccumulator flops;
  private final double perImage;
  private final double perQuestion;
  private final double perTextQuestion;

  WorkMeter(WorkCounter counter, RunEstimate estimate) {
    this.answers = counter.answers();
    this.flops = counter.flops();
    this.perImage = estimate.perImage();
    this.perQuestion = estimate.perQuestion();
    this.perTextQuestion = estimate.perTextQuestion();
  }

  /**
   * Counts one image, and gives it back.
   *
   * @param row with {@code image_id}, {@code questions} and {@code predictions}
   */
  Row counted(Row row) {
    int questions = row.getList(row.fieldIndex("questions")).size();
    answers.add(row.getList(row.fieldIndex("predictions")).size());
    flops.add(
        row.isNullAt(row.fieldIndex("image_id"))
            ? questions * perTextQuestion
            : perImage + questions * perQuestion);
    return row;
  }
}
