package io.prumerge.run;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.when;

import io.prumerge.checkpoint.Sha256;
import io.prumerge.endpoint.VisionEndpoint;
import io.prumerge.plan.Plan;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What a server counts of questions' words alone: its count of a whole prompt less these is that of
 * the picture, where it states none.
 *
 * @param byPrompt tokens by the SHA-256 of a question's text
 */
record WordTokens(SortedMap<String, Integer> byPrompt) {

  /** Nothing is counted. */
  static final WordTokens NONE = new WordTokens(new TreeMap<>());

  private static final String PROMPT = "prompt_sha256";
  private static final String WORDS = "word_tokens";
  private static final StructType SCHEMA =
      new StructType()
          .add(PROMPT, DataTypes.StringType, false)
          .add(WORDS, DataTypes.IntegerType, false);

  private static final TokenReducer WHOLE = TokenReducers.of(MethodSpec.NONE);

  /**
   * Asks for one token of the words of a sample of questions about pictures, each once.
   *
   * @param most distinct texts
   * @throws io.prumerge.endpoint.EndpointException if the endpoint answers no question at all
   */
  static WordTokens of(Plan plan, VisionEndpoint endpoint, int most) {
    SortedMap<String, Integer> tokens = new TreeMap<>();
    for (String text : plan.distinctPrompts(most)) {
      OptionalInt counted = endpoint.counted(List.of(), text, WHOLE).prompt();
      if (counted.isPresent()) {
        tokens.put(Sha256.hex(text.getBytes(StandardCharsets.UTF_8)), counted.getAsInt());
      }
    }
    return new WordTokens(tokens);
  }

  /**
   * Returns answers with the pictures' tokens where only their prompts' are stated. Lazy.
   *
   * @param others methods of other servers, whose templates may have other words
   */
  Dataset<Row> told(Dataset<Row> answers, Set<String> others) {
    if (byPrompt.isEmpty()) {
      return answers;
    }
    List<Row> rows = new ArrayList<>();
    byPrompt.forEach((prompt, tokens) -> rows.add(RowFactory.create(prompt, tokens)));
    Dataset<Row> words = answers.sparkSession().createDataFrame(rows, SCHEMA);
    Column more = col("prompt_tokens").minus(col(WORDS));
    Column visual = coalesce(col("visual_tokens_after"), when(more.gt(0), more));
    return answers
        .join(
            broadcast(words.withColumnRenamed(PROMPT, "words_of")),
            col(PROMPT)
                .equalTo(col("words_of"))
                .and(col("image_id").isNotNull())
                .and(not(col("method").isin(others.toArray()))),
            "left")
        .withColumn("visual_tokens_after", visual)
        .withColumn("visual_tokens_before", coalesce(col("visual_tokens_before"), visual))
        .withColumn(
            "visual_tokens_layer_mean",
            coalesce(col("visual_tokens_layer_mean"), visual.cast("double")))
        .withColumn("text_tokens", coalesce(col("text_tokens"), col(WORDS)))
        .select(Arrays.stream(answers.columns()).map(name -> col(name)).toArray(Column[]::new));
  }
}
