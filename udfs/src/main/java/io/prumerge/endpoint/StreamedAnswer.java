package io.prumerge.endpoint;

import java.util.List;
import java.util.OptionalInt;

/**
 * An endpoint's answer to one question that was asked once, and when it came: in nanoseconds of
 * {@link System#nanoTime}.
 *
 * @param answer the answer, or the error of this one try
 * @param cachedTokens tokens of the prompt that the service had in its cache
 * @param sent when the request was handed to the network, before a connection is made
 * @param shownTokens tokens of the answer that the service sends as text: without a thought that it
 *     counts and keeps to itself
 * @param chunks when each chunk came, also of an answer that broke off; none of a service that does
 *     not stream
 * @param end when the answer was whole, or given up
 */
public record StreamedAnswer(
    EndpointAnswer answer,
    OptionalInt cachedTokens,
    OptionalInt shownTokens,
    long sent,
    List<StreamedChunk> chunks,
    long end) {

  public StreamedAnswer {
    chunks = List.copyOf(chunks);
  }

  /** Returns what comes of a question that was not sent. */
  static StreamedAnswer unsent(String error) {
    long now = System.nanoTime();
    return new StreamedAnswer(
        EndpointAnswer.unsent(error),
        OptionalInt.empty(),
        OptionalInt.empty(),
        now,
        List.of(),
        now);
  }
}
