package io.prumerge;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.console.Console;
import io.prumerge.mini.MiniFolder;
import io.prumerge.mini.scene.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Takes questions and examples from Delta tables, and appends runs to Delta tables. */
@Tag("spark")
@Tag("slow")
class DeltaTest {

  private static final String LLAVA =
      Path.of(System.getProperty("project.root"), "conf", "mini-llava").toString();

  @TempDir private static Path folder;
  private static SparkSession delta;
  private static PreparationResult prepared;

  @BeforeAll
  static void prepare() throws IOException {
    delta = LocalDelta.session();
    new MiniFolder(folder.resolve("data"), Console.SILENT).write(Split.TEST, 7, 2);
    prepared =
        Preparation.of(delta)
            .benchmark("pope")
            .sources(folder.resolve("data/pope").toString())
            .output(place("examples"))
            .run();
    delta.sql("CREATE SCHEMA runs LOCATION '" + folder.resolve("runs").toUri() + "'");
  }

  @AfterAll
  static void drop() {
    delta.sql("DROP SCHEMA runs CASCADE");
  }

  private static String place(String name) {
    return folder.resolve(name).toString();
  }

  private static Evaluation evaluation(Dataset<Row> examples) {
    return Evaluation.of(delta)
        .model(LLAVA)
        .examples(examples)
        .methods("none", "prumerge")
        .output(place("run"))
        .tables("spark_catalog.runs");
  }

  @Test
  void examplesComeFromADeltaTableAndARunIsAppendedOnceToOthers() throws IOException {
    delta.read().parquet(prepared.output()).write().format("delta").save(place("table"));
    Dataset<Row> rows = delta.read().format("delta").option("versionAsOf", 0).load(place("table"));

    EvaluationResult run = evaluation(rows).run();
    evaluation(rows).resume().run();

    assertThat(run.predictions().where("error IS NULL").count())
        .isEqualTo(2 * prepared.questions());
    assertThat(delta.sql("DESCRIBE DETAIL runs.summary").first().<String>getAs("format"))
        .isEqualTo("delta");
    assertThat(delta.table("runs.summary").collectAsList())
        .hasSameElementsAs(run.summary().collectAsList());
    assertThat(delta.table("runs.predictions").count()).isEqualTo(run.predictions().count());
  }

  @Test
  void questionsThatADeletionVectorHidesStayHiddenAndARunKeepsItsVersion() throws IOException {
    QuestionsInTables.rows(delta, 1, 2, 3).write().saveAsTable("runs.questions");
    delta.sql(
        "ALTER TABLE runs.questions SET TBLPROPERTIES ('delta.enableDeletionVectors' = true)");
    delta.sql("DELETE FROM runs.questions WHERE id = 2");
    try (Stream<Path> files = Files.list(folder.resolve("runs/questions"))) {
      assertThat(files.filter(file -> file.getFileName().toString().startsWith("deletion_vector")))
          .isNotEmpty();
    }

    assertThat(QuestionsInTables.ids(prepared("questions"))).containsExactly("1", "3");
    PreparationResult byPath =
        Preparation.of(delta)
            .benchmark(QuestionsInTables.file(folder, "runs.questions"))
            .sources("{format: delta, path: " + folder.resolve("runs/questions") + "}")
            .output(place("by-path"))
            .run();
    assertThat(QuestionsInTables.ids(byPath.examples())).containsExactly("1", "3");
    assertThat(Files.readString(folder.resolve("questions/_manifest.json")))
        .contains("\"kind\" : \"versionAsOf\"", "\"version\" : \"2\"");

    assertThat(asked().run().predictions().count()).isEqualTo(2);
    QuestionsInTables.rows(delta, 4).write().insertInto("runs.questions");
    assertThat(asked().resume().run().predictions().count()).isEqualTo(2);
    assertThat(QuestionsInTables.ids(prepared("newest"))).containsExactly("1", "3", "4");
  }

  private static Dataset<Row> prepared(String output) throws IOException {
    return Preparation.of(delta)
        .benchmark(QuestionsInTables.file(folder, "runs.questions"))
        .output(place(output))
        .run()
        .examples();
  }

  private static Evaluation asked() throws IOException {
    return Evaluation.of(delta)
        .model(LLAVA)
        .benchmark(QuestionsInTables.file(folder, "runs.questions"))
        .methods("none")
        .maxNewTokens(1)
        .output(place("first"));
  }
}
