package io.prumerge.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import com.sun.net.httpserver.HttpServer;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.ClipCheckpoint;
import io.prumerge.checkpoint.ModelFiles;
import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.engine.Answer;
import io.prumerge.engine.LlavaEngine;
import io.prumerge.host.DeviceException;
import io.prumerge.host.SparkSetting;
import io.prumerge.model.DeviceFailures;
import io.prumerge.reduction.ReducerJar;
import io.prumerge.spark.PrumergeExtensions.LlavaFunction;
import io.prumerge.spark.TaskModel.AnswerTimeout;
import io.prumerge.spark.version.Sequences;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import io.prumerge.zoo.LoadSettings;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkException;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.collection.Seq;

/** The predictor and the SQL function over a real session and a small checkpoint. */
@Tag("spark")
@Tag("model")
class PredictionTest {

  private static final StructType ROWS =
      new StructType()
          .add("id", DataTypes.IntegerType)
          .add("image", DataTypes.BinaryType)
          .add("questions", DataTypes.createArrayType(DataTypes.StringType))
          .add("budgets", DataTypes.createArrayType(DataTypes.IntegerType));

  /** What may differ between two runs of the same thing. */
  private static final Set<String> OF_THE_RUN =
      Set.of(
          "ms_preprocess",
          "ms_vision",
          "ms_reduction",
          "ms_select",
          "ms_prefill",
          "ms_decode",
          "host",
          "device",
          "assigned_device",
          "flops_executed",
          "timing",
          "ms_first_token",
          "ms_per_token");

  private static final ModelSettings MHA =
      new ModelSettings(
          Goldens.path("checkpoints/mha").toString(),
          LoadSettings.DEFAULT
              .with(LoadSettings.DEVICE, DeviceChoice.CPU)
              .with(LoadSettings.DTYPE, DtypeChoice.FP32)
              .with(LoadSettings.CONVERSATION, "vicuna_v1"),
          WeightsPin.NONE,
          ModelFiles.ANY,
          Map.of());

  private final SparkSession session = LocalSpark.session();

  private static LlavaPredictor predictor() {
    return new LlavaPredictor()
        .setModelUrl(Goldens.path("checkpoints/mha").toString())
        .setInputCol("image")
        .setPromptCol("questions")
        .setMethods("none", "prumerge")
        .setDevice("cpu")
        .setDtype("fp32")
        .setMaxNewTokens(3);
  }

  private static byte[] picture(int seed) throws IOException {
    BufferedImage image = new BufferedImage(40 + seed, 30, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        image.setRGB(x, y, (x * 6 << 16 | y * 8 << 8 | x * y) + seed * 7919);
      }
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(image, "png", png);
    return png.toByteArray();
  }

  private Dataset<Row> frame(Row... rows) {
    return session.createDataFrame(Arrays.asList(rows), ROWS);
  }

  private static Row row(int id, byte[] image, List<String> questions, List<Integer> budgets) {
    return RowFactory.create(id, image, questions, budgets);
  }

  private static List<Row> predictions(Dataset<Row> predicted) {
    return predicted
        .select(functions.col("id"), functions.explode(functions.col("predictions")).as("p"))
        .select("id", "p.*")
        .collectAsList();
  }

  @Test
  void tasksTakeTheModelThatWasLoadedAhead() throws Exception {
    LlavaEngine.releaseIdle();
    int loads = LlavaEngine.loads();
    predictor().preload();
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
    while (LlavaEngine.loads() == loads && System.nanoTime() < end) {
      Thread.sleep(20);
    }
    assertThat(LlavaEngine.loads() - loads).as("loaded without a task").isEqualTo(1);
    predictions(predictor().transform(frame(row(1, picture(0), List.of("What?"), null))));
    assertThat(LlavaEngine.loads() - loads).as("and not again by one").isEqualTo(1);
  }

  /** In place, in the middle of a task: weights that are mapped are computed with at once. */
  @Test
  void aFileThatIsChangedWhileATaskAnswersFailsIt(@TempDir Path model) throws IOException {
    Goldens.copyCheckpoint("mha", model);
    String weights = model.resolve("model.safetensors").toString();
    List<Row> rows = new ArrayList<>();
    for (int id = 0; id < 64; id++) {
      rows.add(row(id, picture(id), List.of("What?"), null));
    }
    Dataset<Row> all = frame(rows.toArray(Row[]::new)).coalesce(1);
    LlavaPredictor predictor = predictor().setModelUrl(model.toString());
    assertThat(predictions(predictor.transform(all))).hasSize(128);

    UserDefinedFunction changes =
        functions
            .udf(
                (UDF1<Integer, Integer>)
                    id -> {
                      if (id == 40) {
                        byte[] bytes = Files.readAllBytes(Path.of(weights));
                        bytes[bytes.length - 1]++;
                        // Not cut first: to read a mapped page that is gone ends the process.
                        Files.write(Path.of(weights), bytes, StandardOpenOption.WRITE);
                      }
                      return id;
                    },
                DataTypes.IntegerType)
            .asNondeterministic();
    Dataset<Row> changing = all.withColumn("id", changes.apply(functions.col("id")));
    assertThatThrownBy(() -> predictions(predictor.transform(changing)))
        .isInstanceOf(SparkException.class)
        .hasMessageContaining("model.safetensors had")
        .hasMessageContaining("by mv");

    assertThat(predictions(predictor.transform(all)))
        .as("the next query answers by what is there now")
        .hasSize(128);
  }

  @Test
  void aTaskRefusesOtherFilesThanTheDriverHasHashed(@TempDir Path model) throws IOException {
    Goldens.copyCheckpoint("mha", model);
    Checkpoint checkpoint = Checkpoint.open(model);
    Dataset<Row> asked = frame(row(1, picture(0), List.of("What?"), null));
    LlavaPredictor predictor =
        predictor().setModelUrl(model.toString()).answeringBy(checkpoint.hashed());
    assertThat(predictions(predictor.transform(asked))).hasSize(2);

    for (String name : List.of("generation_config.json", "tokenizer_config.json")) {
      String text = Files.readString(model.resolve(name));
      Files.writeString(model.resolve(name), text + " ");
      assertThatThrownBy(() -> predictions(predictor.copy(new ParamMap()).transform(asked)))
          .hasMessageContaining(name + " had");
      Files.writeString(model.resolve(name), text);
      assertThat(predictions(predictor.transform(asked))).as("put back").hasSize(2);
    }
    String tokenizer = Files.readString(model.resolve("tokenizer.json"));
    Files.writeString(model.resolve("tokenizer.json"), "{");
    assertThatThrownBy(() -> predictions(predictor.transform(asked)))
        .as("what was changed, not where the load stopped")
        .hasMessageContaining("tokenizer.json had");
    Files.writeString(model.resolve("tokenizer.json"), tokenizer);

    Files.writeString(model.resolve("processor_config.json"), "{}");
    assertThatThrownBy(() -> predictions(predictor.transform(asked)))
        .hasMessageContaining("and are model.safetensors");
  }

  /** What fails so is the tasks' to say. */
  @Test
  void loadingAheadFailsQuietly(@TempDir Path folder) throws Exception {
    LlavaPredictor wrong = predictor().setModelUrl(folder.toString());
    wrong.preload();
    Dataset<Row> asked = wrong.transform(frame(row(1, picture(0), List.of("What?"), null)));
    assertThatThrownBy(() -> predictions(asked)).hasMessageContaining(folder.toString());
  }

  @Test
  void answersEveryPromptUnderEveryMethodInOrder() throws IOException {
    Dataset<Row> predicted =
        predictor().transform(frame(row(1, picture(0), List.of("What?", "Is it red?"), null)));
    assertThat(predicted.schema()).isEqualTo(predictor().transformSchema(ROWS));
    List<Row> rows = predictions(predicted);
    assertThat(rows)
        .extracting(row -> row.getAs("prompt") + " " + row.getAs("method"))
        .containsExactly("What? none", "What? prumerge", "Is it red? none", "Is it red? prumerge");
    for (Row row : rows) {
      assertThat(row.<String>getAs("error")).isNull();
      assertThat(row.<String>getAs("prompt_sha256")).hasSize(64);
      assertThat(row.<String>getAs("answer")).isNotNull();
      assertThat(row.<String>getAs("finish_reason")).isIn("eos", "length");
      assertThat(row.<Integer>getAs("generated_tokens")).isBetween(1, 3);
      assertThat(row.<Integer>getAs("visual_tokens_before")).isEqualTo(576);
      long total = 0;
      for (String stage : List.of("vision", "reduction", "projector", "prefill", "decode")) {
        total += row.<Long>getAs("flops_" + stage);
      }
      assertThat(row.<Long>getAs("flops_total")).isEqualTo(total).isPositive();
      assertThat(row.<Long>getAs("kv_cache_bytes")).isPositive();
      assertThat(row.<Double>getAs("ms_vision")).isPositive();
      assertThat(row.<Double>getAs("ms_select"))
          .isBetween(0.0, row.<Double>getAs("ms_reduction"))
          .isPositive();
      assertThat(row.<String>getAs("dtype")).isEqualTo("fp32");
      assertThat(row.<String>getAs("device")).isEqualTo("cpu");
      assertThat(row.<String>getAs("assigned_device")).isNull();
      assertThat(row.<String>getAs("host")).isNotEmpty();
    }
    assertThat(rows.get(0).<Object>getAs("kept_indices")).isNull();
    assertThat(rows.get(0).<Integer>getAs("visual_tokens_after")).isEqualTo(576);
    List<Integer> kept = rows.get(1).getList(rows.get(1).fieldIndex("kept_indices"));
    assertThat(kept).doesNotHaveDuplicates().allMatch(index -> index >= 0 && index < 576);
    assertThat(rows.get(1).<Integer>getAs("visual_tokens_after")).isEqualTo(kept.size() + 1);
  }

  /** As every question about it in one row, and with the same answers as alone. */
  @Test
  void rowsWithTheSameImageThatFollowEachOtherEncodeItOnce() throws IOException {
    Row[] apart = {
      row(1, picture(0), List.of("What?"), null),
      row(2, picture(0), Arrays.asList("Is it red?", null), null),
      row(3, picture(0), List.of(), null),
      row(4, picture(1), List.of("What?"), null),
      row(5, picture(0), List.of("Why?"), null),
      row(6, null, List.of("Who?"), null),
      row(7, null, List.of("Where?"), null)
    };
    Row[] together = {
      row(1, picture(0), Arrays.asList("What?", "Is it red?", null), null), apart[3], apart[4]
    };
    predictions(predictor().transform(frame(apart[0]))); // computes what stays
    List<Row> rows = predictions(predictor().transform(frame(apart).coalesce(1)));
    assertThat(rows)
        .extracting(row -> row.getAs("id") + " " + row.getAs("prompt") + " " + row.getAs("method"))
        .containsExactly(
            "1 What? none",
            "1 What? prumerge",
            "2 Is it red? none",
            "2 Is it red? prumerge",
            "2 null none",
            "2 null prumerge",
            "4 What? none",
            "4 What? prumerge",
            "5 Why? none",
            "5 Why? prumerge",
            "6 Who? none",
            "6 Who? prumerge",
            "7 Where? none",
            "7 Where? prumerge");
    List<String> alone = new ArrayList<>();
    for (Row row : apart) {
      predictions(predictor().transform(frame(row)))
          .forEach(prediction -> alone.add(comparable(prediction)));
    }
    assertThat(rows).extracting(PredictionTest::comparable).isEqualTo(alone);
    assertThat(executed(rows.subList(0, 10)))
        .isEqualTo(executed(predictions(predictor().transform(frame(together).coalesce(1)))));
  }

  @Test
  void answersThatAreTimedAloneAreThoseOfSharedWork() throws IOException {
    Row[] images = {
      row(1, picture(0), List.of("What?", "Is it red?"), null),
      row(2, picture(1), List.of("What?"), null),
      row(3, picture(1), List.of("Is it red?"), null),
      row(4, new byte[] {1}, List.of("What?"), null)
    };
    List<Row> shared = predictions(predictor().transform(frame(images).coalesce(1)));
    List<Row> alone =
        predictions(predictor().setTiming("alone").transform(frame(images).coalesce(1)));
    List<Row> pairs =
        predictions(
            predictor().setTiming("alone").setTimingBatch(2).transform(frame(images).coalesce(1)));
    assertThat(alone)
        .extracting(PredictionTest::comparable)
        .isEqualTo(shared.stream().map(PredictionTest::comparable).toList());
    assertThat(pairs)
        .extracting(PredictionTest::comparable)
        .isEqualTo(shared.stream().map(PredictionTest::comparable).toList());
    assertThat(shared).extracting(row -> row.getAs("timing")).containsOnly("shared");
    assertThat(shared).extracting(row -> row.getAs("ms_first_token")).containsOnlyNulls();
    assertThat(pairs).extracting(row -> row.getAs("timing")).containsOnly("alone");
    assertThat(pairs).extracting(row -> row.getAs("ms_first_token")).containsOnlyNulls();
    for (Row row : alone) {
      assertThat(row.<String>getAs("timing")).isEqualTo("alone");
      if (row.getAs("error") != null) {
        assertThat(row.<Object>getAs("ms_first_token")).isNull();
        continue;
      }
      assertThat(row.<Double>getAs("ms_first_token"))
          .isGreaterThan(row.<Double>getAs("ms_vision"))
          .isGreaterThan(row.<Double>getAs("ms_prefill"));
      int tokens = row.<Integer>getAs("generated_tokens");
      assertThat(row.<Double>getAs("ms_per_token"))
          .isEqualTo(tokens == 1 ? null : row.<Double>getAs("ms_decode") / (tokens - 1));
    }
  }

  /** In an order and batches of its own, each answer has the same margin; errors have none. */
  @Test
  void marginsAreThereWhereTheyAreWanted() throws IOException {
    Row[] images = {
      row(1, picture(0), List.of("What?", "Is it red?"), null),
      row(2, picture(1), List.of("What?"), null),
      row(3, new byte[] {1}, List.of("What?"), null)
    };
    List<Row> plain = predictions(predictor().transform(frame(images).coalesce(1)));
    assertThat(plain).extracting(row -> row.getAs("margin")).containsOnlyNulls();
    LlavaPredictor wanting = predictor().setMargins(true);
    List<Row> margins = predictions(wanting.transform(frame(images).coalesce(1)));
    List<Row> alone =
        predictions(wanting.copy(ParamMap.empty()).setTiming("alone").transform(frame(images)));
    assertThat(margins).hasSameSizeAs(plain).hasSameSizeAs(alone);
    for (int i = 0; i < margins.size(); i++) {
      Double margin = margins.get(i).getAs("margin");
      assertThat(margins.get(i).<String>getAs("answer")).isEqualTo(plain.get(i).getAs("answer"));
      if (plain.get(i).getAs("error") != null) {
        assertThat(margin).isNull();
      } else {
        assertThat(margin).isPositive();
        assertThat(alone.get(i).<Double>getAs("margin")).isCloseTo(margin, within(1e-4));
      }
    }
  }

  @Test
  void theFirstQuestionCannotDecideWhereEachIsAskedByItself() throws IOException {
    Dataset<Row> rows = frame(row(1, picture(0), List.of("What?"), null));
    LlavaPredictor both = predictor().setTiming("alone").setReduceBy("first");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> both.transform(rows))
        .withMessageContaining("leave reduceBy at each");
  }

  @Test
  void rowsStayApartWhereTheFirstQuestionDecides() throws IOException {
    Row one = row(1, picture(0), List.of("What?"), null);
    Row other = row(2, picture(0), List.of("Is it red?"), null);
    LlavaPredictor first = predictor().setReduceBy("first");
    assertThat(executed(predictions(first.transform(frame(one, other).coalesce(1)))))
        .isEqualTo(
            executed(predictions(first.transform(frame(one))))
                + executed(predictions(first.transform(frame(other)))));
  }

  private static long executed(List<Row> predictions) {
    return predictions.stream().mapToLong(row -> row.<Long>getAs("flops_executed")).sum();
  }

  @Test
  void aClipModelIsPinnedAndEachQuestionHasItsOwnTokens() throws IOException {
    Path clip = Goldens.path("clips/mha");
    String hash = ClipCheckpoint.open(clip).digest();
    String method = "trim:clip=" + clip.toUri() + ",tokens=20";
    Dataset<Row> asked =
        frame(row(1, picture(0), List.of("Is it a dog?", "What colour is the car?"), null));
    List<Row> rows =
        predictions(
            predictor()
                .setMethods(method)
                .setClipSha256(hash + " " + clip.toUri())
                .transform(asked));
    assertThat(rows).extracting(row -> row.getAs("error")).containsOnlyNulls();
    assertThat(rows).extracting(row -> row.<String>getAs("method")).containsOnly(method);
    assertThat(rows).extracting(row -> row.<Integer>getAs("visual_tokens_after")).containsOnly(20);
    assertThat(rows.get(0).getList(rows.get(0).fieldIndex("kept_indices")))
        .isNotEqualTo(rows.get(1).getList(rows.get(1).fieldIndex("kept_indices")));
    LlavaPredictor other =
        predictor().setMethods(method).setClipSha256("0".repeat(64) + " " + clip.toUri());
    assertThatThrownBy(() -> predictions(other.transform(asked)))
        .hasStackTraceContaining("its SHA-256 is " + hash);
  }

  @Test
  void aMethodOfAJarIsAskedForByItsName(@TempDir Path folder) throws Exception {
    Path jar = ReducerJar.of(folder, "EveryTenth", "every");
    session.sql("ADD JAR '" + jar + "'"); // Spark 4's sessions do not see what addJar brings later
    ReducerJar.seen(
        () -> {
          LlavaPredictor predictor = predictor().setMethods("every:key=10");
          Dataset<Row> asked = frame(row(1, picture(0), List.of("What?"), null));
          Row row = predictions(predictor.transform(asked)).get(0);
          assertThat(row.<String>getAs("error")).isNull();
          assertThat(row.<String>getAs("method")).isEqualTo("every:key=10");
          assertThat(row.<Integer>getAs("visual_tokens_after")).isEqualTo(58);
        },
        jar);
  }

  @Test
  void aTaskBuildsReducersOnceForAllItsRows(@TempDir Path folder) throws Exception {
    Path jar = CountedMethod.jar(folder);
    session.sql("ADD JAR '" + jar + "'");
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      rows.add(row(i, picture(i), List.of("What?", "Where?"), null));
    }
    Dataset<Row> frame = frame(rows.toArray(Row[]::new));
    List<String> merged = comparable(predictor().setMethods("prumerge").transform(frame));
    ReducerJar.seen(
        () -> {
          LlavaPredictor counted = predictor().setMethods("counted");
          for (int tasks : new int[] {1, 3}) {
            Dataset<Row> predicted = counted.transform(frame.repartition(tasks));
            int before = CountedMethod.BUILT.get();
            List<String> answers = comparable(predicted);
            assertThat(CountedMethod.BUILT.get() - before).as(tasks + " tasks").isEqualTo(tasks);
            assertThat(answers)
                .isEqualTo(
                    merged.stream().map(row -> row.replace("=prumerge ", "=counted ")).toList());
          }
        },
        jar);
  }

  @Test
  void theSqlFunctionBuildsTheReducerOfEqualMethodsOnce(@TempDir Path folder) throws Exception {
    Seq<String> prompts = Sequences.sequence(List.of("What?"));
    ReducerJar.seen(
        () -> {
          LlavaFunction function = new LlavaFunction(MHA, 3, List.of(), Set.of());
          int before = CountedMethod.BUILT.get();
          for (int i = 0; i < 4; i++) {
            assertThat(function.call(picture(i), prompts, "counted")).hasSize(1);
          }
          assertThat(CountedMethod.BUILT.get() - before).isEqualTo(1);
          function.call(picture(0), prompts, "counted:k=8");
          function.call(picture(0), prompts, "counted");
          assertThat(CountedMethod.BUILT.get() - before).isEqualTo(3);
        },
        CountedMethod.jar(folder));
  }

  @Test
  void whatCannotBeAnsweredIsARow() throws IOException {
    byte[] cut = Arrays.copyOf(picture(0), 60);
    List<Row> rows =
        predictions(
            predictor()
                .setMethods("none")
                .transform(
                    frame(
                        row(1, null, List.of("Hello"), null),
                        row(2, new byte[0], List.of("What?"), null),
                        row(3, cut, List.of("What?"), null),
                        row(
                            4,
                            picture(0),
                            Arrays.asList("What?", " ", null, "<image> <image>?"),
                            null),
                        row(5, cut, List.of(), null),
                        row(6, cut, null, null))));
    assertThat(rows)
        .extracting(row -> row.getInt(0) + " " + kind(row))
        .containsExactly(
            "1 null",
            "2 image_missing",
            "3 image_corrupt",
            "4 null",
            "4 prompt_empty",
            "4 prompt_empty",
            "4 prompt_placeholder");
    assertThat(rows.get(0).<Integer>getAs("visual_tokens_before")).isZero();
    for (Row row : rows) {
      boolean fine = row.<String>getAs("error") == null;
      for (String column : List.of("answer", "text_tokens", "flops_total", "kv_cache_bytes")) {
        assertThat(row.<Object>getAs(column) != null).as(column).isEqualTo(fine);
      }
    }
    assertThat(rows.get(5).<String>getAs("prompt")).isNull();
    assertThat(rows.get(5).<String>getAs("prompt_sha256")).isNull();
  }

  /** Nothing is opened or fetched on behalf of a row. */
  @Test
  void anAddressInPlaceOfAnImageIsARow(@TempDir Path folder) throws IOException {
    Path file = Files.write(folder.resolve("a.png"), picture(0));
    AtomicInteger asked = new AtomicInteger();
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.incrementAndGet();
          exchange.close();
        });
    server.start();
    try {
      String url = "http://127.0.0.1:%d/a.png".formatted(server.getAddress().getPort());
      List<Row> rows = new ArrayList<>();
      for (String address : List.of(url, file.toUri().toString(), file.toString(), "../a.png")) {
        byte[] bytes = address.getBytes(StandardCharsets.UTF_8);
        rows.add(row(rows.size(), bytes, List.of("What?"), null));
      }
      assertThat(predictions(predictor().transform(frame(rows.toArray(Row[]::new)))))
          .hasSize(8)
          .allSatisfy(row -> assertThat(kind(row)).isEqualTo("image_unsupported"));
      assertThat(asked).hasValue(0);
    } finally {
      server.stop(0);
    }
  }

  private static String kind(Row row) {
    String error = row.getAs("error");
    return error == null ? null : error.substring(0, error.indexOf(": "));
  }

  @Test
  void aStringColumnIsOnePrompt() throws IOException {
    Dataset<Row> rows =
        frame(row(1, picture(0), List.of("What?"), null))
            .withColumn("question", functions.lit("What?"));
    assertThat(predictions(predictor().setPromptCol("question").transform(rows)))
        .extracting(row -> row.getAs("answer"))
        .isEqualTo(
            predictions(predictor().transform(rows)).stream()
                .map(row -> row.getAs("answer"))
                .toList());
  }

  @Test
  void theBudgetIsThePromptsOwnWhereItHasOne() throws IOException {
    List<String> questions = List.of("What?", "Where?", "Who?");
    Dataset<Row> rows = frame(row(1, picture(0), questions, Arrays.asList(1, null, 2)));
    assertThat(
            predictions(
                predictor().setMethods("none").setMaxNewTokensCol("budgets").transform(rows)))
        .extracting(row -> row.<Integer>getAs("generated_tokens"))
        .containsExactly(1, 3, 2);
    Dataset<Row> wrong = frame(row(1, picture(0), questions, List.of(1, 2)));
    assertThatExceptionOfType(SparkException.class)
        .isThrownBy(() -> predictor().setMaxNewTokensCol("budgets").transform(wrong).collect())
        .withStackTraceContaining("Cannot predict a row with 3 prompts and 2 values in budgets");
    Dataset<Row> negative = frame(row(1, picture(0), questions, List.of(1, -2, 0)));
    assertThat(
            predictions(
                predictor().setMethods("none").setMaxNewTokensCol("budgets").transform(negative)))
        .extracting(row -> row.getAs("generated_tokens"), row -> row.getAs("error"))
        .containsExactly(
            tuple(1, null),
            tuple(
                null,
                "max_new_tokens_invalid: the question asks for at most -2 new tokens; give a"
                    + " number, or 0 for the checkpoint's own"),
            tuple(20, null)); // the checkpoint's own
  }

  @Test
  void partitionsDoNotMatterAndTheModelIsLoadedOnce() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      rows.add(row(i, picture(i), List.of("What?", "Is it " + i + "?"), null));
    }
    Dataset<Row> frame = frame(rows.toArray(Row[]::new));
    int before = LlavaEngine.loads();
    List<String> one = comparable(predictor().transform(frame.repartition(1)));
    assertThat(one).hasSize(40);
    for (int partitions : new int[] {3, 10}) {
      assertThat(comparable(predictor().transform(frame.repartition(partitions)))).isEqualTo(one);
    }
    assertThat(LlavaEngine.loads() - before).isLessThanOrEqualTo(1);
  }

  private static List<String> comparable(Dataset<Row> predicted) {
    return predictions(predicted).stream().map(PredictionTest::comparable).sorted().toList();
  }

  private static String comparable(Row row) {
    StringBuilder text = new StringBuilder();
    for (String column : row.schema().fieldNames()) {
      if (!OF_THE_RUN.contains(column)) {
        text.append(column).append('=').append(row.<Object>getAs(column)).append(' ');
      }
    }
    return text.toString();
  }

  @Test
  void aWrongModelFailsTheTaskAndSaysWhy(@TempDir Path empty) throws IOException {
    Dataset<Row> rows = frame(row(1, picture(0), List.of("What?"), null));
    assertThatExceptionOfType(SparkException.class)
        .isThrownBy(() -> predictor().setModelUrl(empty.toString()).transform(rows).collect())
        .withStackTraceContaining("CheckpointException")
        .withStackTraceContaining(empty.toString());
  }

  @Test
  void otherWeightsThanThosePinnedFailTheTask() throws IOException {
    String weights = Checkpoint.open(Goldens.path("checkpoints/mha")).digest();
    Dataset<Row> rows = frame(row(1, picture(0), List.of("What?"), null));
    String other = "f".repeat(64);

    assertThat(predictor().setModelSha256(weights.toUpperCase(Locale.ROOT)).transform(rows).count())
        .isEqualTo(1);
    assertThatExceptionOfType(SparkException.class)
        .isThrownBy(() -> predictor().setModelSha256(other).transform(rows).collect())
        .withStackTraceContaining(
            "the SHA-256 of its weights is " + weights + ", but " + other + " is asked for");
  }

  @Test
  void aDeviceThatGetsOnIsNotTakenForHungHoweverLongItTakes() throws IOException {
    SparkConf conf = session.sparkContext().conf();
    long time = answered(50);
    long patience;
    do {
      // Of this machine as it is now: a busy one may stand still longer than an idle one works.
      patience = Math.max(time * 2 / 3, 1_000_000);
      conf.set(AnswerTimeout.KEY, patience / 1_000_000 + "ms");
      try {
        time = answered(100);
      } finally {
        conf.remove(AnswerTimeout.KEY);
      }
    } while (time <= patience); // a machine that had other work before says nothing
  }

  /** Returns the nanoseconds that long answers to so many questions take, by two methods. */
  private long answered(int questions) throws IOException {
    List<String> asked = IntStream.range(0, questions).mapToObj("Is it %d?"::formatted).toList();
    Dataset<Row> rows = frame(row(1, picture(0), asked, null));
    long start = System.nanoTime();
    assertThat(predictions(predictor().setMaxNewTokens(120).transform(rows)))
        .hasSize(2 * questions);
    return System.nanoTime() - start;
  }

  @Test
  void modelsHaveTheThreadsOfLocalMode() throws IOException {
    int processors = Runtime.getRuntime().availableProcessors();
    LlavaEngine.useThreads(processors + 2);
    try {
      MHA.acquire().close();
      assertThat(LlavaEngine.threads()).isEqualTo(Math.min(2, processors));
    } finally {
      LlavaEngine.useThreads(processors);
    }
  }

  @Test
  void anErrorOfCudaIsSaidToEndTheProcess() throws IOException {
    String folder = Goldens.path("checkpoints/mha").toString();
    ModelSettings settings =
        ModelSettings.of(
            (key, otherwise) -> key.equals(SparkSetting.MODEL.key()) ? folder : otherwise);
    try (TaskModel model = TaskModel.acquire(settings)) {
      CompletableFuture<List<Answer>> failed =
          CompletableFuture.failedFuture(DeviceFailures.broken());
      assertThatExceptionOfType(DeviceException.class)
          .isThrownBy(() -> model.answers(failed))
          .withMessageContaining(
              "has to end: Cannot run 'forward': CUDA error: device-side assert");
    }
  }

  /** On an executor it is the end of the executor: shown by DeviceFaultsIT. */
  @Test
  void aDeviceThatDoesNotAnswerInTimeFailsTheTask() throws IOException {
    List<String> questions = IntStream.range(0, 100).mapToObj("Is it %d?"::formatted).toList();
    Dataset<Row> rows = frame(row(1, picture(0), questions, null));
    SparkConf conf = session.sparkContext().conf();
    conf.set(AnswerTimeout.KEY, "1ms");
    try {
      assertThatExceptionOfType(SparkException.class)
          .isThrownBy(() -> predictor().transform(rows).collect())
          .withStackTraceContaining("DeviceException: The device cpu has made no progress for 1ms")
          .withStackTraceContaining("set spark.prumerge.answerTimeout");
    } finally {
      conf.remove(AnswerTimeout.KEY);
    }
    assertThat(predictions(predictor().transform(rows))).hasSize(200);
  }

  @Test
  void theSqlFunctionGivesTheSameAnswers() throws IOException {
    session.conf().set("spark.prumerge.model", Goldens.path("checkpoints/mha").toString());
    session.conf().set("spark.prumerge.device", "cpu");
    session.conf().set("spark.prumerge.dtype", "fp32");
    session.conf().set("spark.prumerge.maxNewTokens", "3");
    Dataset<Row> local =
        frame(
            row(1, picture(0), List.of("What?", "Where?"), null),
            row(2, picture(1), Arrays.asList("What?", null), null),
            row(3, null, List.of("Hello"), null),
            row(4, new byte[0], List.of("What?"), null),
            row(5, picture(0), null, null));
    List<String> expected =
        predictions(predictor().setMethods("prumerge").transform(local)).stream()
            .map(row -> row.getInt(0) + " " + row.getAs("answer") + " " + row.getAs("error"))
            .toList();
    // Once in tasks, once where the optimiser evaluates local rows on the driver.
    for (Dataset<Row> rows : List.of(local.repartition(2), local)) {
      rows.createOrReplaceTempView("pictures");
      List<Row> answers =
          session
              .sql(
                  "SELECT id, a.* FROM (SELECT id, explode(llava(image, questions, 'prumerge')) a"
                      + " FROM pictures) ORDER BY id")
              .collectAsList();
      assertThat(answers)
          .extracting(row -> row.getInt(0) + " " + row.getAs("answer") + " " + row.getAs("error"))
          .isEqualTo(expected);
      assertThat(session.sql("SELECT llava(image, questions, 'none') FROM pictures WHERE id = 5"))
          .satisfies(nothing -> assertThat(nothing.first().isNullAt(0)).isTrue());
    }
    Row both =
        session
            .sql(
                "SELECT llava(image, questions) AS one, llava(image, questions, 'none') AS other"
                    + " FROM pictures WHERE id = 1")
            .first();
    assertThat(both.getList(0)).as("without a method").hasSize(2).isEqualTo(both.getList(1));
    session.conf().set("spark.prumerge.modelSha256", "0".repeat(64));
    assertThatExceptionOfType(SparkException.class)
        .isThrownBy(() -> session.sql("SELECT llava(null, array('a'), 'none')").collect())
        .withStackTraceContaining("but " + "0".repeat(64) + " is asked for");
    session.conf().unset("spark.prumerge.modelSha256");
    assertThatExceptionOfType(SparkException.class)
        .isThrownBy(
            () ->
                session
                    .sql("SELECT llava(null, array('a'), m) FROM VALUES ('prune') AS methods(m)")
                    .collect())
        .withStackTraceContaining("Unknown method 'prune'");
  }
}
