package io.prumerge.spark;

import java.util.Arrays;
import java.util.Locale;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The columns of a table that a predictor reads, and the one that it appends. */
final class InputColumns {

  private final LlavaParams params;
  private final StructType schema;

  InputColumns(LlavaParams params, StructType schema) {
    this.params = params;
    this.schema = schema;
  }

  /**
   * Refuses a table without the columns that are named, with other types, or with the output.
   *
   * @throws IllegalArgumentException naming column and parameter
   */
  void check() {
    demand(params.inputCol(), DataTypes.BinaryType);
    demand(params.promptCol(), DataTypes.StringType);
    if (params.isSet(params.maxNewTokensCol())) {
      demand(params.maxNewTokensCol(), DataTypes.IntegerType);
    }
    String output = value(params.outputCol());
    for (String name : schema.fieldNames()) {
      if (name.equalsIgnoreCase(output)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Cannot append outputCol '%s': the input has a column '%s' already",
                output,
                name));
      }
    }
  }

  private String value(Param<String> param) {
    return params.getOrDefault(param);
  }

  /**
   * A parameter's value.
   *
   * @throws IllegalArgumentException if it has none
   */
  String required(Param<String> param) {
    if (!params.isDefined(param)) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "Cannot predict without %s: %s", param.name(), param.doc()));
    }
    return value(param);
  }

  private DataType type(Param<String> param) {
    String column = required(param);
    if (!Arrays.asList(schema.fieldNames()).contains(column)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Unknown column '%s' of %s; known: %s",
              column,
              param.name(),
              String.join(", ", schema.fieldNames())));
    }
    return schema.apply(column).dataType();
  }

  /** A column must have one value of this type, or an array of them. */
  private void demand(Param<String> param, DataType one) {
    DataType type = type(param);
    boolean many = type instanceof ArrayType array && array.elementType().equals(one);
    if (!many && !type.equals(one)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Cannot use column '%s' as %s: it is %s, not %s or array<%s>",
              value(param),
              param.name(),
              type.simpleString(),
              one.simpleString(),
              one.simpleString()));
    }
  }
}
