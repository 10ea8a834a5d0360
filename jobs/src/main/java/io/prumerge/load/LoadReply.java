package io.prumerge.load;

import java.util.List;

/**
 * A server's reply with its times, in nanoseconds of the {@link LoadClock}.
 *
 * @param texts when each chunk with text came; none of an answer that is not streamed
 * @param end when the reply was whole, or broke off
 */
public record LoadReply(LoadAnswer answer, List<Long> texts, long end) {

  public LoadReply {
    texts = List.copyOf(texts);
  }
}
