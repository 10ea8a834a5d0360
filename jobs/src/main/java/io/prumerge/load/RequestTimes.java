package io.prumerge.load;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * The times of an answered request, in milliseconds, by the definitions of vLLM's {@code bench
 * serve} ({@code vllm/benchmarks/serve.py}) and of guidellm ({@code
 * src/guidellm/schemas/request_stats.py}). Both count from when the request was sent.
 */
final class RequestTimes {

  private static final OptionalDouble NONE = OptionalDouble.empty();

  private final LoadRow row;

  RequestTimes(LoadRow row) {
    this.row = row;
  }

  /** Returns the whole reply's end less the sending: vLLM's end-to-end latency. */
  OptionalDouble e2el() {
    return less(row.end(), row.sent());
  }

  /** Returns the first text less the sending. */
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
   * Returns (latency - TTFT) / (tokens - 1): vLLM's time per output token. Answers of one token
   * have none.
   */
  OptionalDouble tpot() {
    int tokens = tokens();
    return tokens > 1 ? divided(less(row.end(), row.firstText()), tokens - 1) : NONE;
  }

  /**
   * Returns the gaps between neighbouring chunks with text: vLLM's inter-token latencies, which it
   * pools over requests.
   */
  double[] gaps() {
    List<Double> texts = row.texts();
    return IntStream.range(1, texts.size())
        .mapToDouble(i -> texts.get(i) - texts.get(i - 1))
        .toArray();
  }

  /**
   * Returns (last text - sending) / tokens: guidellm's time per output token, which has the time to
   * the first one in it; without texts, the end stands for the last. guidellm weights requests by
   * their tokens.
   */
  OptionalDouble guidellmTimePerOutputToken() {
    int tokens = tokens();
    OptionalDouble last = row.texts().isEmpty() ? row.end() : lastText();
    return tokens > 0 ? divided(less(last, row.sent()), tokens) : NONE;
  }

  /**
   * Returns (last text - first text) / (tokens - 1): guidellm's inter-token latency. It weights
   * requests by their tokens but the first.
   */
  OptionalDouble guidellmInterTokenLatency() {
    int tokens = tokens();
    return tokens > 1 ? divided(less(lastText(), row.firstText()), tokens - 1) : NONE;
  }

  /** Returns the tokens of the answer; 0 if the server states none. */
  int tokens() {
    return row.generatedTokens().orElse(0);
  }

  private OptionalDouble lastText() {
    List<Double> texts = row.texts();
    return texts.isEmpty() ? NONE : OptionalDouble.of(texts.get(texts.size() - 1));
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
