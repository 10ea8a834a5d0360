package io.prumerge.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.checkpoint.ModelFiles;
import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.console.Work;
import io.prumerge.plan.RunWork;
import io.prumerge.prepare.ExampleKeys;
import io.prumerge.store.Table;
import java.util.List;
import java.util.OptionalInt;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Checks Spark's plan between the examples and the model. */
@Tag("spark")
class PredictionsTest {

  /** Returns the plan's exchanges and sorts, without their children. */
  private static List<String> moves(OptionalInt tasks) {
    SparkSession spark = LocalSpark.session();
    Row row = RowFactory.create(new Object[Table.EXAMPLES.schema().length()]);
    Manifest manifest =
        Manifests.begin(1, RunDirectoryTest.ENVIRONMENT, List.of(RunDirectoryTest.CONFIGURATION))
            .runs()
            .get(0);
    try (WorkCounter counter = new WorkCounter(spark.sparkContext(), Work.NOTHING)) {
      WorkMeter meter = new WorkMeter(counter, new RunWork(0, 0, 0));
      Dataset<Row> examples = ExampleKeys.named(Table.EXAMPLES.of(spark, List.of(row, row)));
      return new Predictions(Table.PREDICTIONS, manifest, WeightsPin.NONE, ModelFiles.ANY, meter, 1)
          .of(examples, List.of("none"), tasks)
          .queryExecution()
          .executedPlan()
          .toString()
          .lines()
          .map(line -> line.replaceFirst("^[ +:*()0-9-]*", ""))
          .filter(line -> line.startsWith("Exchange") || line.startsWith("Sort "))
          .toList();
    }
  }

  @Test
  void imagesOfWholeFilesAreAskedWhereTheyAreRead() {
    assertThat(moves(OptionalInt.empty())).isEmpty();
  }

  @Test
  void rowsOfOnePictureGoToOneTaskNextToEachOther() {
    List<String> moves = moves(OptionalInt.of(7));
    assertThat(moves).hasSize(2);
    assertThat(moves.get(0)).startsWith("Sort [coalesce(image_sha256").contains("image_key");
    assertThat(moves.get(1))
        .startsWith("Exchange hashpartitioning(coalesce(image_sha256")
        .contains(", 7)");
  }
}
