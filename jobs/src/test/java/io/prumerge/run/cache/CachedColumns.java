package io.prumerge.run.cache;

import org.apache.spark.sql.types.StructType;

/** The columns of the cache's files. */
public final class CachedColumns {

  private CachedColumns() {}

  public static StructType schema() {
    return AnswerCache.SCHEMA;
  }
}
