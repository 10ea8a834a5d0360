package io.prumerge.spark;

import ai.djl.Device;
import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Timer;
import io.prumerge.endpoint.EndpointAnswer;
import io.prumerge.engine.Answer;
import io.prumerge.engine.LlavaEngine;
import io.prumerge.engine.StageMillis;
import io.prumerge.host.Gpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Counts this JVM's answers for Spark's metric sinks. Repeated tasks count again: the metrics are
 * for watching a run, while its results come from its tables.
 */
final class ExecutorMetrics {

  private static final ExecutorMetrics JVM = new ExecutorMetrics();

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

  private static final double NANOS_PER_MILLI = 1e6;

  private final Counter questions = new Counter();
  private final Counter errors = new Counter();
  private final Counter tokensIn = new Counter();
  private final Counter tokensKept = new Counter();
  private final Timer batchTime = new Timer();

  ExecutorMetrics() {}

  /** Returns the metrics of this JVM; they count even if no registry shows them. */
  static ExecutorMetrics ofThisJvm() {
    return JVM;
  }

  /**
   * Registers, under Spark's prefix for the plugin, {@code questions} and {@code errors} (one for
   * each question and method, and those of them without an answer), {@code tokens_in} and {@code
   * tokens_kept} (visual tokens before and after reduction), {@code batch_time} (work on an image
   * with all its questions and methods), {@code device_memory_bytes}, {@code leases} (leases of
   * models and requests to them that have not ended) and {@code places} (requests in the devices'
   * queues). The last two are 0 when nothing runs.
   *
   * @param devices the executor's devices
   */
  void register(MetricRegistry registry, List<Device> devices) {
    registry.register("questions", questions);
    registry.register("errors", errors);
    registry.register("tokens_in", tokensIn);
    registry.register("tokens_kept", tokensKept);
    registry.register("batch_time", batchTime);
    registry.register("device_memory_bytes", (Gauge<Long>) () -> memory(devices));
    registry.register("leases", (Gauge<Integer>) LlavaEngine::leases);
    registry.register("places", (Gauge<Integer>) LlavaEngine::openRequests);
  }

  /**
   * Returns the counters and gauges for the driver's sinks.
   *
   * @param devices the executor's devices
   */
  ExecutorReport report(String executor, List<Device> devices) {
    return new ExecutorReport(
        executor,
        Map.of(
            "questions", questions.getCount(),
            "errors", errors.getCount(),
            "tokens_in", tokensIn.getCount(),
            "tokens_kept", tokensKept.getCount()),
        Map.of(
            "device_memory_bytes", memory(devices),
            "leases", (long) LlavaEngine.leases(),
            "places", (long) LlavaEngine.openRequests()));
  }

  /** Counts the answers to one request. The request's time is the sum of the answers' shares. */
  void countAnswers(List<Answer> answers) {
    double millis =
        answers.stream().map(one -> one.work().millis()).mapToDouble(ExecutorMetrics::sum).sum();
    batchTime.update(Math.round(millis * NANOS_PER_MILLI), TimeUnit.NANOSECONDS);
    questions.inc(answers.size());
    for (Answer answer : answers) {
      errors.inc(answer.error() == null ? 0 : 1);
      tokensIn.inc(answer.tokens().visualBefore());
      tokensKept.inc(answer.tokens().visualAfter());
    }
  }

  /** Counts the answers of an endpoint to one request; it may not tell the visual tokens. */
  void answeredElsewhere(List<EndpointAnswer> answers) {
    double millis = answers.stream().mapToDouble(EndpointAnswer::millis).sum();
    batchTime.update(Math.round(millis * NANOS_PER_MILLI), TimeUnit.NANOSECONDS);
    questions.inc(answers.size());
    for (EndpointAnswer answer : answers) {
      errors.inc(answer.error().isPresent() ? 1 : 0);
      tokensIn.inc(answer.visualTokens().orElse(0));
      tokensKept.inc(answer.visualTokens().orElse(0));
    }
  }

  private static double sum(StageMillis millis) {
    return millis.preprocess()
        + millis.vision()
        + millis.reduction()
        + millis.prefill()
        + millis.decode();
  }

  /**
   * Returns the bytes in use on the executor's GPUs. On the CPU, the process's resident memory,
   * which includes libtorch's allocations; -1 if the system does not report it.
   */
  private static long memory(List<Device> devices) {
    if (devices.stream().noneMatch(Device::isGpu)) {
      return residentMemory();
    }
    long sum = 0;
    for (Device device : devices) {
      OptionalLong free = Gpus.ofHost().freeBytes(device.getDeviceId());
      if (free.isEmpty()) {
        return -1;
      }
      sum += Gpus.ofHost().all().get(device.getDeviceId()).memoryBytes() - free.getAsLong();
    }
    return sum;
  }

  private static long residentMemory() {
    try {
      Matcher resident = RESIDENT.matcher(Files.readString(STATUS));
      return resident.find() ? Long.parseLong(resident.group(1)) << 10 : -1;
    } catch (IOException e) {
      return -1; // no Linux
    }
  }
}
