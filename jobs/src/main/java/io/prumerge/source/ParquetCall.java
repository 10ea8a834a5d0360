package io.prumerge.source;

import java.io.IOException;

/** A call to the library. */
interface ParquetCall<T> {
  T done() throws IOException;
}
