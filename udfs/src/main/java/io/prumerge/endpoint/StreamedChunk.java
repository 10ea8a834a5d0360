package io.prumerge.endpoint;

/**
 * A chunk of a streamed answer that has a choice. It is not a token: it may have several.
 *
 * @param nanos when it came, by the clock of the answer's other times
 */
public record StreamedChunk(long nanos, ChunkContent content) {}
