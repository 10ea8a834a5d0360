package io.prumerge.run.cache;

import static org.apache.spark.sql.functions.expr;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.prumerge.plan.ChunkedRows;
import io.prumerge.plan.ExampleFiles;
import io.prumerge.settings.RunConfiguration;
import io.prumerge.settings.RunSetting;
import io.prumerge.store.Table;
import io.prumerge.video.ChosenFrames;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.function.CoGroupFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.KeyValueGroupedDataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Looks up the questions about an image in an {@link AnswerCache}: makes one row per planned image.
 * Images and answers are grouped by the image's hash, a question without an image by its prompt.
 *
 * @param methods the methods' canonical spellings
 * @param answering what keys say in place of a method's spelling: that of the server that answers
 *     under it, if it is another than the model's own, or the spelling with the hash of the jar
 *     that brings the method
 * @param maxNewTokens token budget of every question; 0: each question's own
 * @param letters SQL expression of the letters of which one answers the question {@code q}
 * @param byFirst whether methods look at an image's first question, not at each
 * @param protocol by which the frames of videos are chosen; empty for pictures
 */
@DefaultSerializer(JavaSerializer.class) // Kryo cannot fill records
public record ImageLookup(
    ModelKey model,
    List<String> methods,
    Map<String, String> answering,
    int maxNewTokens,
    String letters,
    boolean byFirst,
    String protocol)
    implements CoGroupFunction<Long, Row, Row, Row> {

  private static final long serialVersionUID = 1L;

  /** The methods under which a question about the image has no answer, in the run's order. */
  public static final String MISSING = "missing";

  /** The answers to all questions about the image with the other methods. */
  public static final String ANSWERS = "answers";

  /** {@code question_id}, {@code method} and {@link AnswerCache#KEY} of what has no answer. */
  public static final String UNANSWERED = "unanswered";

  private static final StructType IMAGE =
      StructType.fromDDL(
          "chunk INT, file STRING, benchmark STRING, split STRING, image_key STRING,"
              + " image_id STRING, image_sha256 STRING, times STRING, video STRING");

  private static final StructType PLANNED =
      IMAGE.add(
          "questions",
          DataTypes.createArrayType(
              StructType.fromDDL(
                  "question_id STRING, category STRING, prompt STRING, max_new_tokens INT,"
                      + " letters ARRAY<STRING>")));

  /** The columns of {@link AnswerCache#SCHEMA} that an answer to another question may differ in. */
  private static final List<String> OF_THE_ANSWER =
      Arrays.stream(AnswerCache.SCHEMA.fieldNames())
          .filter(name -> !Set.of(AnswerCache.KEY, "method", "image_sha256").contains(name))
          .toList();

  /** Columns of the rows; the first are those of the image. */
  public static final StructType SCHEMA =
      IMAGE
          .add(MISSING, DataTypes.createArrayType(DataTypes.StringType))
          .add(ANSWERS, DataTypes.createArrayType(answer()))
          .add(
              UNANSWERED,
              DataTypes.createArrayType(
                  StructType.fromDDL("question_id STRING, method STRING, key STRING")));

  private static final int HASH = IMAGE.fieldIndex("image_sha256");
  private static final int TIMES = IMAGE.fieldIndex("times");
  private static final int ID = IMAGE.fieldIndex("image_id");

  /** Stands in place of an image's hash. */
  private static final String WITHOUT_IMAGE = "none";

  private static final String MISSING_IMAGE = "missing";

  /** A question with a method, with its row of the cache. */
  private record Found(Row question, String method, Row cached) {

    /** Returns the answer in the order of {@link #answer()}. */
    Row row() {
      List<Object> values = new ArrayList<>();
      values.add(question.getString(0));
      values.add(question.getString(1));
      values.add(method);
      OF_THE_ANSWER.forEach(name -> values.add(cached.getAs(name)));
      return RowFactory.create(values.toArray());
    }
  }

  /** Returns the lookup of a run. */
  public static ImageLookup of(ModelKey model, RunConfiguration configuration) {
    return new ImageLookup(
        model,
        configuration.methods(),
        answering(configuration),
        configuration.settings().get(RunSetting.MAX_NEW_TOKENS),
        configuration.letters("q.options"),
        configuration.reducesByFirst(),
        configuration.protocol());
  }

  private static Map<String, String> answering(RunConfiguration configuration) {
    Map<String, String> answering = new HashMap<>(configuration.serversByMethod());
    if (configuration.endpoint().isEmpty()) {
      for (String method : configuration.methods()) {
        Map<String, String> jars = MethodJars.of(method);
        if (!jars.isEmpty()) { // keys of this program's methods are those of earlier versions
          answering.put(method, method + " " + jars);
        }
      }
    }
    return answering;
  }

  private static StructType answer() {
    StructType answer = StructType.fromDDL("question_id STRING, category STRING, method STRING");
    for (String name : OF_THE_ANSWER) {
      answer = answer.add(AnswerCache.SCHEMA.apply(name));
    }
    return answer;
  }

  /**
   * Looks up planned images, without reading their bytes; those of videos are read, as the hash of
   * some frames is in no column. Shuffles the questions and the cache.
   *
   * @param planned rows of {@link Table#EXAMPLES} with their {@code image_key}, {@link
   *     ChunkedRows#CHUNK} and, if they come from files, {@link ExampleFiles#COLUMN}
   * @param cached {@link AnswerCache#answers}
   */
  public Dataset<Row> in(Dataset<Row> cached, Dataset<Row> planned) {
    boolean ofFiles = Arrays.asList(planned.columns()).contains(ExampleFiles.COLUMN);
    Optional<ChosenFrames> frames = ChosenFrames.of(protocol);
    Dataset<Row> images =
        planned.select(
            expr(ChunkedRows.CHUNK),
            expr(ofFiles ? ExampleFiles.COLUMN : "CAST(NULL AS STRING)").as(ExampleFiles.COLUMN),
            expr("benchmark"),
            expr("split"),
            expr("image_key"),
            expr("image_id"),
            expr(ChosenFrames.imageSha256(frames)).as("image_sha256"),
            expr(frames.map(chosen -> "to_json(" + chosen.times() + ")").orElse(ChosenFrames.NONE))
                .as("times"),
            expr(ChosenFrames.video(frames)).as("video"),
            expr("transform(questions, q -> struct(q.question_id, q.category, q.prompt,"
                    + " q.max_new_tokens, "
                    + letters
                    + " AS letters))")
                .as("questions"));
    return grouped(images, PLANNED, "questions[0].prompt")
        .cogroup(grouped(cached, AnswerCache.SCHEMA, "prompt"), this, Encoders.row(SCHEMA));
  }

  /** Groups by a number, because Spark sorts numbers faster than texts. */
  private static KeyValueGroupedDataset<Long, Row> grouped(
      Dataset<Row> rows, StructType columns, String prompt) {
    return rows.groupBy(expr("xxhash64(coalesce(image_sha256, " + prompt + "))").as("image_hash"))
        .as(Encoders.LONG(), Encoders.row(columns));
  }

  @Override
  public Iterator<Row> call(Long hash, Iterator<Row> images, Iterator<Row> answers) {
    Map<String, Row> byKey = new HashMap<>();
    if (images.hasNext()) {
      // Concurrent runs may have added the same answer.
      answers.forEachRemaining(answer -> byKey.putIfAbsent(answer.getString(0), answer));
    }
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(images, Spliterator.ORDERED), false)
        .map(image -> looked(image, byKey))
        .iterator();
  }

  private Row looked(Row image, Map<String, Row> byKey) {
    List<Found> found = new ArrayList<>();
    Set<String> missing = new HashSet<>();
    List<Row> unanswered = new ArrayList<>();
    Map<String, String> before = new HashMap<>();
    for (Row question : image.<Row>getList(IMAGE.size())) {
      for (String method : methods) {
        String key = key(image, question, method, before.getOrDefault(method, "")).sha256();
        if (byFirst) {
          before.put(method, key);
        }
        Row cached = byKey.get(key);
        if (cached == null) {
          missing.add(method);
          unanswered.add(RowFactory.create(question.getString(0), method, key));
        } else {
          found.add(new Found(question, method, cached));
        }
      }
    }
    Object[] values = new Object[SCHEMA.size()];
    for (int i = 0; i < IMAGE.size(); i++) {
      values[i] = image.get(i);
    }
    values[SCHEMA.fieldIndex(MISSING)] =
        methods.stream().filter(missing::contains).toArray(String[]::new);
    values[SCHEMA.fieldIndex(ANSWERS)] =
        found.stream()
            .filter(one -> !missing.contains(one.method()))
            .map(Found::row)
            .toArray(Row[]::new);
    values[SCHEMA.fieldIndex(UNANSWERED)] = unanswered.toArray(Row[]::new);
    return RowFactory.create(values);
  }

  private AnswerKey key(Row image, Row question, String method, String before) {
    String sha256 = image.getString(HASH);
    String place = image.isNullAt(ID) ? WITHOUT_IMAGE : sha256 == null ? MISSING_IMAGE : sha256;
    int budget = maxNewTokens > 0 || question.isNullAt(3) ? maxNewTokens : question.getInt(3);
    return new AnswerKey(
        place,
        image.isNullAt(TIMES) ? "" : image.getString(TIMES),
        question.getString(2),
        budget,
        question.getList(4),
        answering.getOrDefault(method, method),
        before,
        model);
  }
}
