package io.prumerge.load.figure;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.load.figure.LoadRows.Request;
import io.prumerge.load.generate.GeneratorUse;
import io.prumerge.load.generate.LoadChunks;
import io.prumerge.load.generate.LoadOutcome;
import io.prumerge.load.generate.LoadPattern;
import io.prumerge.load.generate.LoadReply;
import io.prumerge.load.generate.LoadRequest;
import io.prumerge.load.generate.PointPlan;
import io.prumerge.load.generate.PointRun;
import io.prumerge.load.server.AskedQuestion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class LoadTablesTest {

  @Test
  void rowsAreReadAsTheyWereWritten(@TempDir Path folder) {
    SparkSession spark = LocalSpark.session();
    LoadSeries open = LoadRows.series("s", LoadPattern.open(2.5, 1, OptionalInt.empty()), 1, "1/1");
    List<LoadRow> rows =
        List.of(
            new Request(open, 0).sent(0, 1).answered(5, 2., 3.).tokens(9, 0, 2).row(),
            new Request(open, 1).sent(0, 1).failed(2).row(),
            new Request(open, 2).row());
    String path = folder.resolve("load").toString();
    LoadRow.TABLE.write(spark, rows, path);

    assertThat(LoadRow.TABLE.records(LoadRow.TABLE.read(spark, List.of(path))))
        .containsExactlyInAnyOrderElementsOf(rows);

    List<LoadPointRow> points =
        LoadPoints.of(rows, Optional.of(GoodputLimits.parse(List.of("e2el:5"))), "none");
    String report = folder.resolve("report").toString();
    LoadPointRow.TABLE.write(spark, points, report);
    assertThat(LoadPointRow.TABLE.records(LoadPointRow.TABLE.read(spark, List.of(report))))
        .isEqualTo(points);
  }

  @Test
  void aRequestsRowHasItsAnswersTimes() {
    LoadSeries series = LoadRows.closed("s", 16);
    LoadRequest request =
        new LoadRequest(
            0,
            7,
            0,
            OptionalDouble.of(1),
            new LoadChunks(List.of(2., 3.), OptionalDouble.of(3), List.of(1.5)),
            OptionalDouble.of(4),
            LoadOutcome.LATE,
            new LoadReply(
                Optional.of("yes"),
                Optional.of("length"),
                OptionalInt.of(600),
                OptionalInt.of(576),
                OptionalInt.of(0),
                OptionalInt.of(2),
                OptionalInt.of(1),
                Optional.empty(),
                List.of(),
                0));
    PointRun run =
        new PointRun(
            new PointPlan(LoadPattern.closed(16), List.of(7), 1, Duration.ZERO),
            List.of(request),
            new GeneratorUse(0.5, 0.1));

    LoadRow row =
        LoadRow.of(
                series,
                run,
                PhaseShares.DEFAULT,
                number -> new AskedQuestion("q" + number, Optional.of("i")))
            .get(0)
            .withScore(OptionalDouble.of(1));

    assertThat(row.texts()).containsExactly(2., 3.);
    assertThat(row.chunksWithoutText()).hasValue(List.of(1.5));
    assertThat(LoadRow.TABLE.values(row))
        .containsEntry("point", "c16")
        .containsEntry("arrivals", "closed")
        .containsEntry("question_id", "q7")
        .containsEntry("phase", "measured")
        .containsEntry("ms_first_text", 2.0)
        .containsEntry("ms_first_answer", 3.0)
        .containsEntry("shown_tokens", 1)
        .containsEntry("finish_reason", "length")
        .containsEntry("visual_tokens", 576)
        .containsEntry("outcome", "late")
        .containsEntry("score", 1.0)
        .containsEntry("ms_generator_delay", 0.5);
  }
}
