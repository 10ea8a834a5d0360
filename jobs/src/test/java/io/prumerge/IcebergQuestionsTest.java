package io.prumerge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.prumerge.console.Failure;
import io.prumerge.console.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileUtil;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Questions come from an Iceberg table, which changes while runs are asked. */
@Tag("spark")
@Tag("slow")
class IcebergQuestionsTest {

  private static final SparkSession SPARK = LocalSpark.session();
  private static final String LLAVA =
      Path.of(System.getProperty("project.root"), "conf", "mini-llava").toString();

  @TempDir private Path folder;

  @BeforeEach
  void create() throws Exception {
    LocalLake.in(folder.resolve("lake"));
    QuestionsInTables.rows(SPARK, 1, 2, 3, 4, 5).writeTo("lake.shop.questions").create();
    SPARK.sql("DELETE FROM lake.shop.questions WHERE id IN (2, 5)");
  }

  @AfterEach
  void drop() {
    SPARK.sql("DROP TABLE lake.shop.questions");
  }

  private static long snapshot() {
    return SPARK
        .sql("SELECT snapshot_id FROM lake.shop.questions.snapshots ORDER BY committed_at DESC")
        .first()
        .getLong(0);
  }

  private Evaluation evaluation(String output) throws IOException {
    return Evaluation.of(SPARK)
        .model(LLAVA)
        .benchmark(QuestionsInTables.file(folder, "lake.shop.questions"))
        .methods("none")
        .maxNewTokens(1)
        .output(folder.resolve(output).toString());
  }

  private ScoringResult score(String... runs) throws IOException {
    return Scoring.of(SPARK)
        .benchmark(QuestionsInTables.file(folder, "lake.shop.questions"))
        .answers(Stream.of(runs).map(run -> folder.resolve(run).toString()).toList())
        .run();
  }

  @Test
  void deletedRowsStayDeletedAndTheManifestHasTheSnapshot() throws IOException {
    PreparationResult prepared =
        Preparation.of(SPARK)
            .benchmark(QuestionsInTables.file(folder, "lake.shop.questions"))
            .output(folder.resolve("examples").toString())
            .run();

    assertThat(QuestionsInTables.ids(prepared.examples())).containsExactly("1", "3", "4");
    assertThat(prepared.examples().where("width IS NULL").count()).isZero();
    assertThat(Files.readString(folder.resolve("examples/_manifest.json")))
        .contains(
            "\"table\" : \"lake.shop.questions\"",
            "\"kind\" : \"snapshot-id\"",
            "\"version\" : \"" + snapshot() + "\"");

    LocalLake.settings(folder.resolve("lake"))
        .forEach((key, value) -> SPARK.conf().set(key.replace(".lake", ".default_iceberg"), value));
    PreparationResult byPath =
        Preparation.of(SPARK)
            .benchmark(QuestionsInTables.file(folder, "lake.shop.questions"))
            .sources("{format: iceberg, path: " + location() + "}")
            .output(folder.resolve("by-path").toString())
            .run();
    assertThat(QuestionsInTables.ids(byPath.examples())).containsExactly("1", "3", "4");
  }

  /** Returns where the catalog has it: in the folder of the first test that asked for it. */
  private static String location() {
    return SPARK
        .sql("DESCRIBE TABLE EXTENDED lake.shop.questions")
        .where("col_name = 'Location'")
        .first()
        .getString(1);
  }

  private static void exchangeQuestionsAndAnswers() {
    for (String renamed : List.of("asked TO x", "answer TO asked", "x TO answer")) {
      SPARK.sql("ALTER TABLE lake.shop.questions RENAME COLUMN " + renamed);
    }
  }

  @Test
  void aRunGoesOnWithItsSchemaOrIsRefused() throws Exception {
    assumeTrue(SPARK.version().startsWith("3."), "Iceberg for Spark 4.1 has no such reading");
    exchangeQuestionsAndAnswers();
    long snapshot = snapshot();
    evaluation("run").run();
    assertThat(Files.readString(folder.resolve("run/manifest.json")))
        .contains("\"version\" : \"" + snapshot + "\"", "\"schema\" : \"3\"");
    SPARK.sql("INSERT INTO lake.shop.questions VALUES (9, 'Yes', 'Is it?', null)");

    FileUtil.fullyDelete(folder.resolve("prepared").toFile());
    assertThat(evaluation("run").resume().run().predictions().count()).isEqualTo(3);
    assertThat(score("run").counted()).singleElement().asString().contains("; 3 questions");

    exchangeQuestionsAndAnswers();
    FileUtil.fullyDelete(folder.resolve("prepared").toFile());
    assertThatThrownBy(() -> evaluation("run").resume().run())
        .isInstanceOf(Failure.class)
        .hasMessageContaining(
            "it has no snapshot-id %d with the schema 3 any more, but snapshot-id %d with the schema"
                .formatted(snapshot, snapshot()));
  }

  @Test
  void aRunGoesOnWithItsSnapshotAndANewOneTakesTheNewest() throws Exception {
    EvaluationResult run = evaluation("run").run();
    assertThat(run.predictions().count()).isEqualTo(3);
    QuestionsInTables.rows(SPARK, 6, 7).write().insertInto("lake.shop.questions");

    assertThat(evaluation("run").resume().run().predictions().count()).isEqualTo(3);
    assertThat(evaluation("later").run().predictions().count()).isEqualTo(5);
    assertThat(score("run").counted()).singleElement().asString().contains("; 3 questions");
    assertThat(score("later").counted()).singleElement().asString().contains("; 5 questions");
    assertThatThrownBy(() -> score("run", "later"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("the runs read table:lake.shop.questions in different versions");

    long first =
        SPARK
            .sql("SELECT snapshot_id FROM lake.shop.questions.snapshots ORDER BY committed_at")
            .collectAsList()
            .get(1)
            .getLong(0);
    assertThat(Files.readString(folder.resolve("run/manifest.json"))).contains("\"" + first + "\"");
    FileUtil.fullyDelete(folder.resolve("prepared").toFile());
    SPARK.sql("DROP TABLE lake.shop.questions");
    QuestionsInTables.rows(SPARK, 1, 3, 4).writeTo("lake.shop.questions").create();
    assertThatThrownBy(() -> evaluation("run").resume().run())
        .isInstanceOf(Failure.class)
        .hasMessageContaining("it has no snapshot-id " + first + " any more");
  }
}
