package io.prumerge.spark;

import java.util.function.UnaryOperator;
import org.apache.spark.sql.types.DataType;

/**
 * @param value of a record, as a row has it
 */
record RecordColumn(String name, DataType type, boolean addedLater, UnaryOperator<Object> value) {}
