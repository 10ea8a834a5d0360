package io.prumerge.spark;

import java.util.List;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of {@code predictions} that the engine fills, as fields of {@link LlavaPredictor}'s
 * output. With an {@code error} ({@code kind: message}) the answer, the counts and the question's
 * own cost are null; {@code flops_executed} and {@code ms_*} are 0, because failed work is not
 * charged to any question. Of a model behind an endpoint only what the service says is known; all
 * else is null.
 */
final class PredictionSchema {

  /** One prompt under one method. */
  static final StructType PREDICTION =
      DataTypes.createStructType(
          List.of(
              required("method", DataTypes.StringType),
              optional("method_sized", DataTypes.StringType),
              optional("prompt", DataTypes.StringType),
              optional("prompt_sha256", DataTypes.StringType),
              optional("answer", DataTypes.StringType),
              optional("finish_reason", DataTypes.StringType),
              optional("visual_tokens_before", DataTypes.IntegerType),
              optional("visual_tokens_after", DataTypes.IntegerType),
              optional("visual_tokens_layer_mean", DataTypes.DoubleType),
              optional("kept_indices", DataTypes.createArrayType(DataTypes.IntegerType, false)),
              optional("text_tokens", DataTypes.IntegerType),
              optional("prompt_tokens", DataTypes.IntegerType),
              optional("generated_tokens", DataTypes.IntegerType),
              optional("flops_vision", DataTypes.LongType),
              optional("flops_reduction", DataTypes.LongType),
              optional("flops_projector", DataTypes.LongType),
              optional("flops_prefill", DataTypes.LongType),
              optional("flops_decode", DataTypes.LongType),
              optional("flops_total", DataTypes.LongType),
              optional("flops_executed", DataTypes.LongType),
              optional("kv_cache_bytes", DataTypes.LongType),
              optional("ms_preprocess", DataTypes.DoubleType),
              optional("ms_vision", DataTypes.DoubleType),
              optional("ms_reduction", DataTypes.DoubleType),
              optional("ms_select", DataTypes.DoubleType),
              optional("ms_prefill", DataTypes.DoubleType),
              optional("ms_decode", DataTypes.DoubleType),
              optional("ms_request", DataTypes.DoubleType),
              optional("dtype", DataTypes.StringType),
              optional("device", DataTypes.StringType),
              optional("assigned_device", DataTypes.StringType),
              required("host", DataTypes.StringType),
              optional("error", DataTypes.StringType)));

  /** One row's predictions: prompts in their order, under each the methods in theirs. */
  static final ArrayType PREDICTIONS = DataTypes.createArrayType(PREDICTION, false);

  /** What the SQL function {@code llava} returns for each prompt. */
  static final ArrayType SQL_ANSWERS =
      DataTypes.createArrayType(
          DataTypes.createStructType(
              List.of(
                  optional("answer", DataTypes.StringType),
                  optional("finish_reason", DataTypes.StringType),
                  optional("visual_tokens_after", DataTypes.IntegerType),
                  optional("generated_tokens", DataTypes.IntegerType),
                  optional("error", DataTypes.StringType))),
          false);

  private PredictionSchema() {}

  private static StructField required(String name, DataType type) {
    return DataTypes.createStructField(name, type, false);
  }

  private static StructField optional(String name, DataType type) {
    return DataTypes.createStructField(name, type, true);
  }
}
