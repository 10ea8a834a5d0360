package io.prumerge.load.figure;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The times of an answered request, in milliseconds, by the definitions of vLLM's {@code bench
 * serve} ({@code vllm/benchmarks/serve.py}, {@code lib/endpoint_request_func.py}) and of guidellm
 * ({@code src/guidellm/schemas/request_stats.py}). Both count from when the request was sent, and
 * thoughts as text. A time of each token is that of tokens which came as text: the numerator has no
 * time of others. vLLM's own, which also count chunks without text and tokens that never came, are
 * those named for it.
 */
public final class RequestTimes {

  private static final OptionalDouble NONE = OptionalDouble.empty();

  private final LoadRow row;

  public RequestTimes(LoadRow row) {
    this.row = row;
  }

  /** Returns the whole reply's end less the sending: vLLM's end-to-end latency. */
  OptionalDouble e2el() {
    return less(row.end(), row.sent());
  }

  /** Returns the first text less the sending, of a thought or of the answer. */
  OptionalDouble ttft() {
    return less(row.firstText(), row.sent());
  }

  /** Returns {@link #e2el} with the wait before the request was sent. */
  OptionalDouble plannedE2el() {
    return less(row.end(), OptionalDouble.of(row.planned()));
  }

  /** Returns {@link #ttft} with the wait before the request was sent. */
  OptionalDouble plannedTtft() {
    return less(row.firstText(), OptionalDouble.of(row.planned()));
  }

  /**
   * Returns the first text of the answer less the sending: guidellm's time to the first output
   * token.
   */
  OptionalDouble guidellmTimeToFirstOutputToken() {
    return less(row.firstAnswer(), row.sent());
  }

  /**
   * Returns (latency - TTFT) / (tokens - 1), the time per output token. Answers of one token have
   * none.
   */
  OptionalDouble tpot() {
    int tokens = shownTokens();
    return tokens > 1 ? divided(less(row.end(), row.firstText()), tokens - 1) : NONE;
  }

  /** Returns the gaps between neighbouring chunks with text: the inter-token latencies. */
  double[] gaps() {
    return gaps(row.texts());
  }

  private static double[] gaps(List<Double> times) {
    return IntStream.range(1, times.size())
        .mapToDouble(i -> times.get(i) - times.get(i - 1))
        .toArray();
  }

  /**
   * Returns the first chunk with a choice less the sending: vLLM's time to the first token, also
   * where that chunk has no text.
   */
  public OptionalDouble vllmTtft() {
    return less(first(chunks()), row.sent());
  }

  /**
   * Returns the last chunk with a choice less the sending: vLLM's latency; of an answer that is not
   * streamed, or of earlier versions' tests, {@link #e2el}.
   */
  public OptionalDouble vllmE2el() {
    List<Double> chunks = chunks();
    return chunks.isEmpty() ? e2el() : less(last(chunks), row.sent());
  }

  /** Returns (latency - TTFT) / (tokens - 1), of all tokens that the server counts: vLLM's. */
  public OptionalDouble vllmTpot() {
    int tokens = tokens();
    List<Double> chunks = chunks();
    return tokens > 1 ? divided(less(last(chunks), first(chunks)), tokens - 1) : NONE;
  }

  /** Returns the gaps between chunks with a choice: vLLM's, which it pools over requests. */
  public double[] vllmGaps() {
    return gaps(chunks());
  }

  /** Returns when chunks with a choice came; none if that is not known, as of earlier versions. */
  private List<Double> chunks() {
    return row.chunksWithoutText()
        .map(others -> Stream.of(row.texts(), others).flatMap(List::stream).sorted().toList())
        .orElse(List.of());
  }

  /**
   * Returns (last text - sending) / tokens: guidellm's time per output token, which has the time to
   * the first one in it; without texts, the end stands for the last. guidellm weights requests by
   * their tokens.
   */
  OptionalDouble guidellmTimePerOutputToken() {
    int tokens = tokens();
    OptionalDouble last = row.texts().isEmpty() ? row.end() : last(row.texts());
    return tokens > 0 ? divided(less(last, row.sent()), tokens) : NONE;
  }

  /**
   * Returns (last text - first text) / (tokens - 1): guidellm's inter-token latency. It weights
   * requests by their tokens but the first.
   */
  OptionalDouble guidellmInterTokenLatency() {
    int tokens = shownTokens();
    return tokens > 1 ? divided(less(last(row.texts()), row.firstText()), tokens - 1) : NONE;
  }

  /** Returns the tokens of the answer, thoughts included; 0 if the server states none. */
  int tokens() {
    return row.generatedTokens().orElse(0);
  }

  /**
   * Returns the tokens that came as text; 0 if the server states none. Earlier versions' tests have
   * no such count: all tokens.
   */
  int shownTokens() {
    return row.shownTokens().orElseGet(this::tokens);
  }

  private static OptionalDouble first(List<Double> times) {
    return times.isEmpty() ? NONE : OptionalDouble.of(times.get(0));
  }

  private static OptionalDouble last(List<Double> times) {
    return times.isEmpty() ? NONE : OptionalDouble.of(times.get(times.size() - 1));
  }

  private static OptionalDouble less(OptionalDouble later, OptionalDouble earlier) {
    return later.isPresent() && earlier.isPresent()
        ? OptionalDouble.of(later.getAsDouble() - earlier.getAsDouble())
        : NONE;
  }

  private static OptionalDouble divided(OptionalDouble time, int by) {
    return time.isPresent() ? OptionalDouble.of(time.getAsDouble() / by) : NONE;
  }
}
