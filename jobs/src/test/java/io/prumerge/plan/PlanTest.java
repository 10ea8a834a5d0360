package io.prumerge.plan;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.CountedWork;
import io.prumerge.LocalSpark;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.jobs.CustomExamples;
import io.prumerge.prepare.QuestionRows;
import io.prumerge.source.DataException;
import io.prumerge.source.ImagePlace;
import io.prumerge.spark.version.Sequences;
import io.prumerge.store.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.execution.SparkPlan;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class PlanTest {

  @TempDir private Path folder;

  private static BenchmarkQuestion question(String id, String image) {
    return new BenchmarkQuestion(
        id,
        Optional.ofNullable(image).map(ImagePlace.InFolder::new),
        "p" + id,
        OptionalInt.empty(),
        new Reference("p" + id, "c", List.of("yes"), List.of(), Map.of()));
  }

  /** Writes images whose names are their numbers of questions; null for a text-only question. */
  private String examples(String name, String benchmark, String... images) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < images.length; i++) {
      List<BenchmarkQuestion> questions = new ArrayList<>();
      int count = images[i] == null ? 1 : images[i].charAt(0) - '0';
      for (int j = 0; j < count; j++) {
        questions.add(question(name + i + "-" + j, images[i]));
      }
      Row row = QuestionRows.image(benchmark, "test", questions);
      rows.add(
          RowFactory.create(
              row.get(0),
              row.get(1),
              row.get(2),
              new byte[] {(byte) i},
              Sha256.hex(new byte[] {(byte) i}),
              1,
              1,
              row.get(3),
              null,
              null));
    }
    String path = folder.resolve(name).toString();
    Table.EXAMPLES.write(Table.EXAMPLES.of(LocalSpark.session(), rows), path);
    return path;
  }

  private static Plan plan(OptionalLong limit, String... paths) {
    try {
      return Plan.of(LocalSpark.session(), List.of(paths), limit);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static PlannedChunks chunks(int count) {
    return new PlannedChunks(count, true);
  }

  @Test
  void chunksPartTheImagesTheSameWayEveryTime() {
    Plan plan = plan(OptionalLong.empty(), examples("a", "pope", "3x", "2y", "1z", null, null));

    assertThat(plan.contents().images()).isEqualTo(5);
    assertThat(plan.contents().questions()).isEqualTo(8);
    List<String> seen = new ArrayList<>();
    for (int chunk = 0; chunk < 3; chunk++) {
      List<Row> rows = plan.chunked(chunks(3)).chunk(chunk).select("image_key").collectAsList();
      assertThat(plan.chunked(chunks(3)).chunk(chunk).select("image_key").collectAsList())
          .containsExactlyInAnyOrderElementsOf(rows);
      rows.forEach(row -> seen.add(row.getString(0)));
    }
    assertThat(seen)
        .containsExactlyInAnyOrder(
            "image 3x", "image 2y", "image 1z", "question a3-0", "question a4-0");
  }

  @Test
  void rowsOfOnePictureAreInOneChunk() {
    String[] images = {"1a", "1b", "1c", "1d", "1e", "1f", null};
    Plan plan =
        plan(
            OptionalLong.empty(),
            examples("a", "pope", images),
            examples("b", "mme", images)); // the same bytes, under the same names by chance
    for (int chunk = 0; chunk < 3; chunk++) {
      List<Row> rows =
          plan.chunked(chunks(3))
              .chunk(chunk)
              .where("image_id IS NOT NULL")
              .groupBy("image_sha256")
              .count()
              .collectAsList();
      assertThat(rows).extracting(row -> row.getLong(1)).containsOnly(2L);
    }
    long before =
        IntStream.range(0, 3)
            .mapToLong(
                chunk ->
                    plan.chunked(new PlannedChunks(3, false))
                        .chunk(chunk)
                        .select("image_sha256")
                        .distinct()
                        .count())
            .sum();
    assertThat(before).as("runs of earlier versions").isGreaterThan(images.length);
  }

  /** With many files of one row, no file belongs to two chunks. */
  @Test
  @Tag("slow")
  void aChunkOfManyFilesReadsOnlyItsOwn() {
    int files = 2 * ChunkedRows.FILES_PER_CHUNK;
    String[] images = IntStream.range(0, files).mapToObj("1-%d"::formatted).toArray(String[]::new);
    String one = examples("a", "pope", images);
    String many = folder.resolve("many").toString();
    Dataset<Row> rows = Table.EXAMPLES.read(LocalSpark.session(), List.of(one));
    Table.EXAMPLES.write(rows.repartitionByRange(files, col("image_id")), many);
    Plan plan = plan(OptionalLong.empty(), many);
    assertThat(plan.files().count()).isEqualTo(files);
    assertThat(plan.chunked(chunks(2)).filesPerChunk()).isEqualTo(ChunkedRows.FILES_PER_CHUNK);
    assertThat(plan.chunked(chunks(3)).filesPerChunk()).as("parts of files").isZero();
    assertThat(plan(OptionalLong.of(5), many).chunked(chunks(1)).filesPerChunk())
        .as("few of each")
        .isZero();
    assertThat(plan.files()).isNotEqualTo(plan(OptionalLong.empty(), one).files());

    List<String> seen = new ArrayList<>();
    long read = 0;
    for (int chunk = 0; chunk < 2; chunk++) {
      Dataset<Row> part = plan.chunked(chunks(2)).chunk(chunk).select("image_id", "image");
      part.collectAsList().forEach(row -> seen.add(row.getString(0)));
      read += filesRead(part);
    }
    assertThat(seen).containsExactlyInAnyOrder(images);
    assertThat(read).isEqualTo(files);
    assertThat(filesRead(plan.chunked(chunks(3)).chunk(0)))
        .as("too few for three")
        .isEqualTo(files);
    assertThat(plan(OptionalLong.of(5), many).chunked(chunks(1)).chunk(0).count()).isEqualTo(5);
  }

  private static long filesRead(Dataset<Row> rows) {
    SparkPlan executed = rows.queryExecution().executedPlan();
    executed.execute(); // counts the files, and starts no job
    return Sequences.list(executed.collectLeaves()).stream()
        .mapToLong(leaf -> leaf.metrics().get("numFiles").get().value())
        .sum();
  }

  @Test
  void limitCountsQuestionsPerBenchmarkAndKeepsImagesWhole() {
    String pope = examples("a", "pope", "3x", "2w", "1z");
    String custom = examples("b", "custom", "5v", null);

    Plan plan = plan(OptionalLong.of(3), pope, custom);

    assertThat(plan.contents().questions()).as("1 + 2 of pope, 5 of custom").isEqualTo(8);
    assertThat(plan.chunked(chunks(1)).chunk(0).select("image_id").collectAsList())
        .extracting(row -> row.getString(0))
        .containsExactlyInAnyOrder("1z", "2w", "5v");
    assertThat(plan.references().count()).isEqualTo(8);
  }

  /** Images without questions belong to them, if they stand before the last one. */
  @Test
  @Tag("slow")
  void limitTakesTheFirstImagesWithoutSortingTheOthers() throws TimeoutException {
    Row one =
        Table.EXAMPLES.read(LocalSpark.session(), List.of(examples("a", "pope", "1x"))).first();
    Dataset<Row> rows =
        LocalSpark.session()
            .range(0, 20_000, 1, 4)
            .selectExpr("lpad(CAST(pmod(id * 7919, 20000) AS STRING), 5, '0') AS name")
            .crossJoin(Table.EXAMPLES.of(LocalSpark.session(), List.of(one)))
            .withColumn("image_id", col("name"))
            .withColumn("split", expr("if(name < '00002', 'b', 'a')"))
            .withColumn(
                "questions",
                expr(
                    "if(name % 3 = 2, slice(questions, 1, 0), transform(questions, q ->"
                        + " named_struct('question_id', name, 'prompt', q.prompt, 'question',"
                        + " q.question, 'category', q.category, 'answers', q.answers, 'options',"
                        + " q.options, 'max_new_tokens', q.max_new_tokens, 'extra', q.extra)))"));

    Plan plan;
    try (CountedWork work = new CountedWork()) {
      plan = Plan.of(rows, OptionalLong.of(4));
      assertThat(work.shuffledBytes()).isLessThan(20_000);
    }

    assertThat(plan.chunked(chunks(1)).chunk(0).select("image_id").collectAsList())
        .extracting(row -> row.getString(0))
        .containsExactlyInAnyOrder("00002", "00003", "00004", "00005", "00006", "00007");
    assertThat(plan.contents().questions()).isEqualTo(4);
    assertThat(Plan.of(rows, OptionalLong.of(20_000)).contents().images()).isEqualTo(20_000);
  }

  @Test
  void hashesFollowTheDataAndNotTheFiles() {
    Plan one = plan(OptionalLong.empty(), examples("a", "pope", "3x"));
    Plan same = plan(OptionalLong.empty(), folder.resolve("a").toString());
    Plan other = plan(OptionalLong.empty(), examples("b", "pope", "3x"));

    assertThat(same.contents().examplesSha256())
        .isEqualTo(one.contents().examplesSha256())
        .hasSize(64);
    assertThat(other.contents().examplesSha256()).isNotEqualTo(one.contents().examplesSha256());
    assertThat(other.contents().promptsSha256()).isNotEqualTo(one.contents().promptsSha256());
  }

  @Test
  void refusesImagesAndQuestionsThatStandTwice() {
    String path = examples("a", "pope", "1x");

    assertThatThrownBy(() -> plan(OptionalLong.empty(), path, path))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "The examples hold image_key image 1x of pope/test 2 times; if several of examples have"
                + " that split, leave out all but one");
  }

  /** Writes a table with some columns' expressions in place of the columns. */
  private String changed(String path, String name, String... expressions) {
    Dataset<Row> rows = Table.EXAMPLES.read(LocalSpark.session(), List.of(path));
    for (int i = 0; i < expressions.length; i += 2) {
      rows = rows.withColumn(expressions[i], expr(expressions[i + 1]));
    }
    String changed = folder.resolve(name).toString();
    Table.EXAMPLES.write(rows, changed);
    return changed;
  }

  /** Each of these ended a run after its last answer, or gave another picture's answers. */
  @Test
  void refusesRowsThatARunCouldNotEndWith() {
    String question =
        "'prompt', q.prompt, 'question', q.question, 'category', q.category, 'answers', q.answers,"
            + " 'options', q.options, 'max_new_tokens', %s, 'extra', q.extra";
    String second = "transform(questions, (q, i) -> if(i = 1, named_struct('question_id', %s), q))";
    String path =
        changed(
            examples("a", "pope", "2a", "2b", "2c", "2d", "2e", "2f", "2g", "2h", "2i"),
            "changed",
            "benchmark",
            "if(image_id IN ('2a', '2b'), NULL, benchmark)",
            "split",
            "if(image_id = '2c', NULL, split)",
            "questions",
            "CASE image_id WHEN '2d' THEN NULL WHEN '2e' THEN array(questions[0], NULL)"
                + " WHEN '2f' THEN %s WHEN '2g' THEN %s ELSE questions END"
                    .formatted(
                        second.formatted(
                            "CAST(NULL AS STRING), " + question.formatted("q.max_new_tokens")),
                        second.formatted("q.question_id, " + question.formatted("-5"))),
            "image_sha256",
            "if(image_id = '2h', sha2('other', 256), image_sha256)");
    Dataset<Row> rows = Table.EXAMPLES.read(LocalSpark.session(), List.of(path));

    String found =
        String.join(
            "; ",
            "2 rows with no benchmark (NULL/test, image 2b, question a1-0)",
            "1 row with no split (pope/NULL, image 2c, question a2-0)",
            "1 row with no questions (pope/test, image 2d)",
            "1 row with a question that is null (pope/test, image 2e)",
            "1 row with a question without a question_id (pope/test, image 2f)",
            "1 row with a max_new_tokens below 0 (pope/test, image 2g, question a6-1)",
            "1 row with an image_sha256 that is not the image's (pope/test, image 2h, question"
                + " a7-0)");
    assertThatThrownBy(() -> plan(OptionalLong.of(1), path))
        .isInstanceOf(DataException.class)
        .hasMessage("Cannot use the examples in " + path + ": " + found);
    assertThatThrownBy(() -> Plan.of(rows, OptionalLong.empty()))
        .hasMessage("Cannot use the examples in the DataFrame: " + found);
  }

  @Test
  void refusesATextOnlyRowWithoutAnIdAndNamesAllFlaws() {
    String path =
        changed(
            examples("a", "pope", null, "1x"),
            "changed",
            "questions",
            "if(image_id IS NULL, array(), questions)",
            "image_sha256",
            "if(image_id IS NULL, image_sha256, upper(image_sha256))");

    assertThatThrownBy(() -> plan(OptionalLong.empty(), path))
        .hasMessageEndingWith(
            ": 1 row with no questions (pope/test, no image); 1 row with an image_sha256 that is"
                + " not the image's (pope/test, image 1x, question a1-0)");
  }

  /** Answers are told apart by their images' hashes. */
  @Test
  void hashesImagesThatHaveNoHash() {
    String path = examples("a", "pope", "1x", "1y", null);
    String second = "if(image_id = '1y', array(X'07', X'08'), NULL)";
    String several = changed(path, "several", "more_images", second, "image_sha256", "NULL");
    String missing = changed(several, "missing", "image", "if(image_id = '1y', NULL, image)");

    assertThat(plan(OptionalLong.empty(), changed(path, "none", "image_sha256", "NULL")).contents())
        .isEqualTo(plan(OptionalLong.empty(), path).contents());
    assertThat(hashes(plan(OptionalLong.of(9), several)))
        .containsExactlyInAnyOrder(
            Sha256.hex(new byte[] {0}),
            Sha256.hex(
                ByteBuffer.allocate(96)
                    .put(Sha256.of(new byte[] {1}))
                    .put(Sha256.of(new byte[] {7}))
                    .put(Sha256.of(new byte[] {8}))
                    .array()),
            Sha256.hex(new byte[] {2}));
    assertThat(hashes(plan(OptionalLong.empty(), missing)))
        .containsExactlyInAnyOrder(Sha256.hex(new byte[] {0}), null, Sha256.hex(new byte[] {2}));
  }

  private static List<String> hashes(Plan plan) {
    return plan.chunked(chunks(1)).chunk(0).select("image_sha256").collectAsList().stream()
        .map(row -> row.getString(0))
        .toList();
  }

  /** A prepared table's manifest spares reading the table. */
  @Test
  void aTableWithAManifestIsPlannedWithoutAJob() throws Exception {
    Path images = Files.createDirectory(folder.resolve("images"));
    Path questions =
        Files.writeString(
            folder.resolve("q.jsonl"),
            """
            {"question_id": 1, "image": "a.png", "text": "What?"}
            {"question_id": 2, "text": "Why?"}
            {"question_id": 3, "image": "a.png", "text": "Who?"}
            {"question_id": 4
            """);
    Files.write(images.resolve("a.png"), new byte[] {1});
    Path table = CustomExamples.prepared(questions, images, folder.resolve("prepared"));
    Plan known;
    List<String> prompts;
    try (CountedWork work = new CountedWork()) {
      known = plan(OptionalLong.empty(), table.toString());
      prompts = known.somePrompts();
      assertThat(work.jobs()).isZero();
    }
    Plan first;
    try (CountedWork work = new CountedWork()) {
      first = plan(OptionalLong.of(1), table.toString());
      assertThat(work.jobs()).as("where the first ones end, and what they hold").isEqualTo(3);
    }
    String other = examples("a", "pope", "3x", "2y");
    Plan both = plan(OptionalLong.empty(), table.toString(), other);

    Files.delete(table.resolve("_manifest.json"));
    Plan read = plan(OptionalLong.empty(), table.toString());
    assertThat(known.tables().flawed())
        .hasValue(
            "Of the examples' images, 0 are missing, 1 image_unsupported: their questions will have"
                + " an error; 1 row of the benchmarks' files could not be read when the examples"
                + " were prepared: scores are over fewer questions");
    assertThat(read.tables().flawed()).isEmpty();
    assertThat(known.contents()).isEqualTo(read.contents());
    assertThat(known.files()).isEqualTo(read.files());
    assertThat(first.contents())
        .isEqualTo(plan(OptionalLong.of(1), table.toString()).contents())
        .isNotEqualTo(known.contents());
    assertThat(prompts).isEqualTo(read.somePrompts()).containsExactlyInAnyOrder("What?", "Why?");
    assertThat(both.contents())
        .isEqualTo(plan(OptionalLong.empty(), table.toString(), other).contents());
  }
}
