package io.prumerge.run;

import io.prumerge.plan.RunWork;
import java.io.Serializable;
import org.apache.spark.sql.Row;
import org.apache.spark.util.DoubleAccumulator;
import org.apache.spark.util.LongAccumulator;

/** Counts, inside a task, the answers of each image and their estimated FLOPs. */
final class WorkMeter implements Serializable {

  private static final long serialVersionUID = 1L;

  private final LongAccumulator answers;
  private final DoubleAccumulator flops;
  private final double perImage;
  private final double perQuestion;
  private final double perTextQuestion;

  WorkMeter(WorkCounter counter, RunWork work) {
    this.answers = counter.answers();
    this.flops = counter.flops();
    this.perImage = work.perImage();
    this.perQuestion = work.perQuestion();
    this.perTextQuestion = work.perTextQuestion();
  }

  /**
   * Counts one image and returns its row.
   *
   * @param row row with {@code image_id}, {@code questions} and {@code predictions}
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
