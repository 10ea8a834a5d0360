package io.prumerge.load.report;

import io.prumerge.lang.Optionals;
import io.prumerge.lang.Text;
import io.prumerge.load.figure.GoodputLimits;
import io.prumerge.load.figure.LoadRow;
import io.prumerge.load.figure.LoadSubject;
import io.prumerge.load.figure.RequestTimes;
import io.prumerge.load.generate.LoadPattern;
import io.prumerge.store.FileNames;
import io.prumerge.store.Json;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.apache.commons.math3.stat.descriptive.rank.Percentile.EstimationType;

/**
 * One series of a point as the JSON that vLLM's {@code bench serve --save-result} writes ({@code
 * vllm/benchmarks/serve.py}), by its definitions: over all answers, warm-up and cool-down included,
 * from the first sending to the last end; by every chunk that has a choice, be it the role alone or
 * a thought, and all tokens that the server counts. What a server does not state is null, where
 * vLLM has 0; so are times by chunks in tests of earlier versions, which kept those with text
 * alone. Its largest tokens in a second are left out: it counts chunks.
 */
public final class VllmResult {

  private static final double SECOND = 1000;
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

  private final List<LoadRow> series;
  private final List<LoadRow> answered;
  private final List<RequestTimes> times;
  private final LocalDateTime date;

  /**
   * @param series all requests of a point that one process sent
   * @param date when they were
   */
  public VllmResult(List<LoadRow> series, LocalDateTime date) {
    this.series = List.copyOf(series);
    this.date = date;
    answered = series.stream().filter(LoadRow::isAnswered).toList();
    times = answered.stream().map(RequestTimes::new).toList();
  }

  /**
   * Returns the name that vLLM gives the file, with the server's name as its label; a repeat's
   * number follows the model, as vLLM asks a point once.
   */
  public String fileName() {
    LoadPattern pattern = series.get(0).series().pattern();
    LoadSubject subject = series.get(0).series().subject();
    int repeat = series.get(0).series().repeat();
    return FileNames.unique(
            Text.format(
                "%s-%sqps%s-%s%s-%s",
                subject.server(),
                rate(pattern),
                pattern.concurrency().isPresent()
                    ? "-concurrency" + pattern.concurrency().getAsInt()
                    : "",
                subject.model().replaceFirst(".*[/#]", ""),
                repeat == 1 ? "" : "-repeat" + repeat,
                DATE.format(date)))
        + ".json";
  }

  /** Returns the document on one line, as vLLM writes it. */
  public String json(Optional<GoodputLimits> limits) {
    return Json.line(values(limits));
  }

  Map<String, Object> values(Optional<GoodputLimits> limits) {
    LoadSubject subject = series.get(0).series().subject();
    LoadPattern pattern = series.get(0).series().pattern();
    double seconds = seconds();
    Long input = tokens(LoadRow::promptTokens);
    Long output = tokens(LoadRow::generatedTokens);
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("date", DATE.format(date));
    values.put("endpoint_type", "openai-chat");
    values.put("backend", "openai-chat");
    values.put("label", subject.server());
    values.put("model_id", subject.model());
    values.put("tokenizer_id", null);
    values.put("num_prompts", series.size());
    values.put("request_rate", rate(pattern));
    values.put("burstiness", pattern.burstiness().orElse(1));
    values.put("max_concurrency", Optionals.orNull(pattern.concurrency()));
    values.put("duration", seconds);
    values.put("completed", answered.size());
    values.put("failed", series.size() - answered.size());
    values.put("total_input_tokens", input);
    values.put("total_output_tokens", output);
    values.put("request_throughput", answered.size() / seconds);
    values.put("request_goodput", limits.map(given -> good(given) / seconds).orElse(null));
    values.put("output_throughput", output == null ? null : (Double) (output / seconds));
    values.put(
        "total_token_throughput",
        input == null || output == null ? null : (Double) ((input + output) / seconds));
    values.put("latencies", seconds(RequestTimes::vllmE2el));
    values.put("max_concurrent_requests", mostInFlight());
    put(values, "ttft", millis(RequestTimes::vllmTtft));
    put(values, "tpot", millis(RequestTimes::vllmTpot));
    put(
        values,
        "itl",
        times.stream().map(RequestTimes::vllmGaps).flatMapToDouble(Arrays::stream).toArray());
    put(values, "e2el", millis(RequestTimes::vllmE2el));
    return values;
  }

  /** Returns the rate in requests a second; {@code inf} in a closed loop, as there. */
  private static Object rate(LoadPattern pattern) {
    return pattern.isOfRate() ? "inf" : (Object) pattern.rate().getAsDouble();
  }

  private double seconds() {
    double first = sent(series).min().orElse(0);
    double last =
        series.stream().map(LoadRow::end).flatMapToDouble(OptionalDouble::stream).max().orElse(0);
    return (last - first) / SECOND;
  }

  private static DoubleStream sent(List<LoadRow> rows) {
    return rows.stream().map(LoadRow::sent).flatMapToDouble(OptionalDouble::stream);
  }

  /** Returns the tokens of all answers; null if they are not stated of each. */
  private Long tokens(Function<LoadRow, OptionalInt> count) {
    return answered.stream().map(count).allMatch(OptionalInt::isPresent)
        ? (Long) answered.stream().map(count).mapToLong(OptionalInt::getAsInt).sum()
        : null;
  }

  private double good(GoodputLimits limits) {
    return answered.stream().filter(row -> limits.areMetInVllm(row).orElse(false)).count();
  }

  private int mostInFlight() {
    // An answer that ends when another request is sent makes place for it, as there.
    double[][] events =
        Stream.concat(
                sent(answered).mapToObj(time -> new double[] {time, 1}),
                answered.stream()
                    .map(
                        row ->
                            new double[] {
                              row.sent().orElseThrow()
                                  + new RequestTimes(row).vllmE2el().orElseThrow(),
                              -1
                            }))
            .sorted(
                (one, other) ->
                    one[0] == other[0]
                        ? Double.compare(one[1], other[1])
                        : Double.compare(one[0], other[0]))
            .toArray(double[][]::new);
    int now = 0;
    int most = 0;
    for (double[] event : events) {
      now += (int) event[1];
      most = Math.max(most, now);
    }
    return most;
  }

  private double[] millis(Function<RequestTimes, OptionalDouble> time) {
    return times.stream().map(time).flatMapToDouble(OptionalDouble::stream).toArray();
  }

  private double[] seconds(Function<RequestTimes, OptionalDouble> time) {
    return DoubleStream.of(millis(time)).map(value -> value / SECOND).toArray();
  }

  /** Adds mean, median, population's standard deviation and 99th percentile of a time. */
  private static void put(Map<String, Object> values, String name, double[] millis) {
    Percentile sorted = new Percentile().withEstimationType(EstimationType.R_7);
    sorted.setData(millis);
    double mean = DoubleStream.of(millis).average().orElse(Double.NaN);
    double variance =
        DoubleStream.of(millis).map(value -> Math.pow(value - mean, 2)).average().orElse(0);
    boolean any = millis.length > 0;
    values.put("mean_" + name + "_ms", any ? (Double) mean : null);
    values.put("median_" + name + "_ms", any ? (Double) sorted.evaluate(50) : null);
    values.put("std_" + name + "_ms", any ? (Double) Math.sqrt(variance) : null);
    values.put("p99_" + name + "_ms", any ? (Double) sorted.evaluate(99) : null);
  }
}
