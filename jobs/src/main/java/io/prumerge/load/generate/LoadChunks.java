package io.prumerge.load.generate;

import io.prumerge.endpoint.ChunkContent;
import io.prumerge.endpoint.StreamedChunk;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * When the chunks of a streamed answer came, in milliseconds from the point's start. A chunk may
 * have several tokens.
 *
 * @param texts each with text, of a thought or of the answer
 * @param firstAnswer the first with text of the answer
 * @param withoutText each other that has a choice, as vLLM's bench counts them
 */
public record LoadChunks(List<Double> texts, OptionalDouble firstAnswer, List<Double> withoutText) {

  private static final double NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  public LoadChunks {
    texts = List.copyOf(texts);
    withoutText = List.copyOf(withoutText);
  }

  /**
   * @param start of the point, by the clock of the chunks
   */
  static LoadChunks of(List<StreamedChunk> chunks, long start) {
    return new LoadChunks(
        times(chunks, start, content -> content != ChunkContent.NONE),
        times(chunks, start, ChunkContent.ANSWER::equals).stream()
            .mapToDouble(Double::doubleValue)
            .findFirst(),
        times(chunks, start, ChunkContent.NONE::equals));
  }

  private static List<Double> times(
      List<StreamedChunk> chunks, long start, Predicate<ChunkContent> which) {
    return chunks.stream()
        .filter(chunk -> which.test(chunk.content()))
        .map(chunk -> (chunk.nanos() - start) / NANOS)
        .toList();
  }

  /** Returns the first text. */
  public OptionalDouble firstText() {
    return texts.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(texts.get(0));
  }
}
