package io.prumerge.bench;

import ai.djl.pytorch.jni.JniUtils;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.engine.ImageRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The operators that libtorch ran on an engine's device thread. Libtorch's profiler sees the thread
 * that started it only. An engine's future completes on its device thread, so what depends on the
 * future starts and stops the profiler there.
 *
 * @param threads calls of each thread, an outer one before those inside it
 */
record OperatorTrace(Collection<List<Call>> threads) {

  /** Products by packed weights are oneDNN's. */
  private static final Pattern OPERATOR = Pattern.compile("(aten|mkldnn|onednn)::.+");

  /**
   * A call of an operator.
   *
   * @param start microseconds
   * @param end microseconds
   */
  record Call(String name, double start, double end) {
    double micros() {
      return end - start;
    }
  }

  /**
   * Answers requests under the profiler.
   *
   * @param engine has a single device thread
   * @param first is answered before, without being counted
   */
  static OperatorTrace of(EngineLoop engine, ImageRequest first, List<ImageRequest> requests)
      throws Exception {
    Path file = Files.createTempFile("operators", ".json");
    try {
      engine.then(
          first, () -> JniUtils.startProfile(false /* CUDA's clocks */, false /* shapes */, false));
      engine.answer(requests);
      engine.then(first, () -> JniUtils.stopProfile(file.toString()));
      return read(file);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /** Runs work under the profiler. It has to do all of its own on the calling thread. */
  static OperatorTrace ofThisThread(Runnable work) throws IOException {
    Path file = Files.createTempFile("operators", ".json");
    try {
      JniUtils.startProfile(false /* CUDA's clocks */, false /* shapes */, false);
      try {
        work.run();
      } finally {
        JniUtils.stopProfile(file.toString());
      }
      return read(file);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /**
   * Returns the least milliseconds of each operator in some rounds: a step's are a difference of
   * two of them.
   */
  static Map<String, Double> least(int rounds, Callable<OperatorTrace> round) throws Exception {
    Map<String, Double> least = new HashMap<>();
    for (int i = 0; i < rounds; i++) {
      round.call().millis().forEach((name, millis) -> least.merge(name, millis, Math::min));
    }
    return least;
  }

  /**
   * Returns the operators that take longest, as text.
   *
   * @param format of a name and its milliseconds
   */
  static String longest(Map<String, Double> millis, int count, String format) {
    return millis.entrySet().stream()
        .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder()))
        .limit(count)
        .map(
            entry ->
                String.format(
                    Locale.ROOT,
                    format,
                    entry.getKey().replaceFirst("^aten::", ""),
                    entry.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static OperatorTrace read(Path file) throws IOException {
    Map<Long, List<Call>> threads = new HashMap<>();
    for (JsonNode event : new ObjectMapper().readTree(file.toFile())) {
      String name = event.path("name").asText();
      if (OPERATOR.matcher(name).matches()) {
        double start = event.path("ts").asDouble();
        threads
            .computeIfAbsent(event.path("tid").asLong(), tid -> new ArrayList<>())
            .add(new Call(name, start, start + event.path("dur").asDouble()));
      }
    }
    threads
        .values()
        .forEach(
            calls ->
                calls.sort(
                    Comparator.comparingDouble(Call::start)
                        .thenComparing(Comparator.comparingDouble(Call::end).reversed())));
    return new OperatorTrace(threads.values());
  }

  /** Milliseconds of each operator by name, without those of the operators that it calls. */
  Map<String, Double> millis() {
    Map<String, Double> millis = new HashMap<>();
    for (List<Call> calls : threads) {
      Deque<Call> open = new ArrayDeque<>();
      for (Call call : calls) {
        while (!open.isEmpty() && open.peek().end() < call.end()) {
          open.pop();
        }
        if (!open.isEmpty()) {
          millis.merge(open.peek().name(), -call.micros() / 1e3, Double::sum);
        }
        millis.merge(call.name(), call.micros() / 1e3, Double::sum);
        open.push(call);
      }
    }
    return millis;
  }
}
