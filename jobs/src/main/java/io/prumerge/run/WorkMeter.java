package io.prumerge.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.udf;

import io.prumerge.plan.RunWork;
import java.io.Serializable;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF3;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.util.DoubleAccumulator;
import org.apache.spark.util.LongAccumulator;

/** Counts, inside a task, the answers of each image and their estimated FLOPs. */
final class WorkMeter implements Serializable {

  private static final long serialVersionUID = 1L;

  private final LongAccumulator made;
  private final LongAccumulator answers;
  private final DoubleAccumulator flops;
  private final double perImage;
  private final double perQuestion;
  private final double perTextQuestion;

  WorkMeter(WorkCounter counter, RunWork work) {
    this.made = counter.made();
    this.answers = counter.answers();
    this.flops = counter.flops();
    this.perImage = work.perImage();
    this.perQuestion = work.perQuestion();
    this.perTextQuestion = work.perTextQuestion();
  }

  /** Returns what counts answers as they are made. */
  LongAccumulator made() {
    return made;
  }

  /**
   * Returns a condition that holds for every row with {@code image_id}, {@code questions} and
   * {@code predictions}, and counts the row where a task asks whether it holds. A function of whole
   * rows would have all their answers decoded and encoded once more.
   */
  Column counts() {
    UDF3<Boolean, Integer, Integer, Boolean> count = this::count;
    return udf(count, DataTypes.BooleanType)
        .asNondeterministic() // so that it is evaluated where it stands, once per row
        .apply(col("image_id").isNull(), size(col("questions")), size(col("predictions")));
  }

  private boolean count(boolean textOnly, int questions, int predictions) {
    answers.add(predictions);
    flops.add(textOnly ? questions * perTextQuestion : perImage + questions * perQuestion);
    return true;
  }
}
