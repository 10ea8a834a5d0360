package io.prumerge.run.cache;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.prumerge.plan.Plan;
import io.prumerge.plan.RunConfiguration;
import io.prumerge.store.Table;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Computes the keys of questions: one row per question and method.
 *
 * @param methods the methods' canonical spellings
 * @param maxNewTokens token budget of every question; 0: each question's own
 */
@DefaultSerializer(JavaSerializer.class) // Kryo cannot fill records
public record KeyedQuestions(AnswerKey.Model model, List<String> methods, int maxNewTokens)
    implements FlatMapFunction<Row, Row> {

  private static final long serialVersionUID = 1L;

  private static final StructType SCHEMA =
      StructType.fromDDL(
          "chunk INT, benchmark STRING, split STRING, image_key STRING, image_id STRING,"
              + " image_sha256 STRING, question_id STRING, category STRING, method STRING,"
              + " key STRING");

  /** Stands in place of an image's hash. */
  private static final String WITHOUT_IMAGE = "none";

  private static final String MISSING_IMAGE = "missing";

  /** Returns the keys of a run whose device and arithmetic are not {@code auto}. */
  public static KeyedQuestions of(RunConfiguration configuration) {
    return new KeyedQuestions(
        AnswerKey.Model.of(configuration), configuration.methods(), configuration.maxNewTokens());
  }

  /**
   * Returns the columns of keyed questions without the chunk, followed by the columns {@code
   * answer}.
   */
  public static StructType with(StructType answer) {
    StructType columns = new StructType();
    for (StructField field : SCHEMA.fields()) {
      columns = field.name().equals(Plan.CHUNK) ? columns : columns.add(field);
    }
    for (StructField field : answer.fields()) {
      columns = columns.add(field);
    }
    return columns;
  }

  /**
   * Computes the keys of planned questions, without reading the images' bytes.
   *
   * @param planned rows of {@link Table#EXAMPLES} with their {@code image_key} and {@link
   *     Plan#CHUNK}
   */
  public Dataset<Row> of(Dataset<Row> planned) {
    return planned
        .select(
            "benchmark", "split", "image_key", "image_id", "image_sha256", "questions", Plan.CHUNK)
        .flatMap(this, Encoders.row(SCHEMA));
  }

  @Override
  public Iterator<Row> call(Row image) {
    String sha256 = image.getString(4);
    String place = image.isNullAt(3) ? WITHOUT_IMAGE : sha256 == null ? MISSING_IMAGE : sha256;
    List<Row> keyed = new ArrayList<>();
    for (Row question : image.<Row>getList(5)) {
      for (String method : methods) {
        AnswerKey key =
            new AnswerKey(place, question.getAs("prompt"), budget(question), method, model);
        keyed.add(
            RowFactory.create(
                image.get(6),
                image.get(0),
                image.get(1),
                image.get(2),
                image.get(3),
                sha256,
                question.getAs("question_id"),
                question.getAs("category"),
                method,
                key.sha256()));
      }
    }
    return keyed.iterator();
  }

  private int budget(Row question) {
    Integer own = question.getAs("max_new_tokens");
    return maxNewTokens > 0 || own == null ? maxNewTokens : own;
  }
}
