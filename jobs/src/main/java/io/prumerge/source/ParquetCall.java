package io.prumerge.source;

import java.io.IOException;

/** A call to the Parquet library. */
interface ParquetCall<T> {
  T done() throws IOException;
}
