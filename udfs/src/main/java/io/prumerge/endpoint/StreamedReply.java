package io.prumerge.endpoint;

import java.util.List;
import java.util.Optional;

/**
 * What came of one streamed request, in nanoseconds of {@link System#nanoTime}.
 *
 * @param reply the answer; empty with an error
 * @param error why there is none
 * @param sent when the request was handed to the network
 * @param chunks when each chunk came, also of an answer that broke off
 * @param end when the answer was whole, or given up
 */
record StreamedReply(
    Optional<ChatReply> reply,
    Optional<ChatException> error,
    long sent,
    List<StreamedChunk> chunks,
    long end) {}
