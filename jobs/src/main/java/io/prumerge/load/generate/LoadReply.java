package io.prumerge.load.generate;

import io.prumerge.endpoint.StreamedChunk;
import java.util.List;

/**
 * A server's reply with its times, in nanoseconds of the {@link LoadClock}.
 *
 * @param chunks when each chunk came; none of an answer that is not streamed
 * @param end when the reply was whole, or broke off
 */
public record LoadReply(LoadAnswer answer, List<StreamedChunk> chunks, long end) {

  public LoadReply {
    chunks = List.copyOf(chunks);
  }
}
