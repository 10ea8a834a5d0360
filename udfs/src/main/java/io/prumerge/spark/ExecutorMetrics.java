package io.prumerge.spark;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Timer;
import io.prumerge.engine.Answer;
import io.prumerge.engine.StageMillis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What this JVM has answered, for Spark's metric sinks. Repeated tasks count again: these are for
 * watching a run, its figures come from its tables.
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

  /** The one of this JVM; counts whether a registry shows it or not. */
  static ExecutorMetrics ofThisJvm() {
    return JVM;
  }

  /**
   * Shows, under Spark's own prefix for the plugin, {@code questions} and {@code errors} (one for
   * each question and method, and those of them without an answer), {@code tokens_in} and {@code
   * tokens_kept} (visual tokens before and after reduction), {@code batch_time} (work on an image
   * with all its questions and methods) and {@code device_memory_bytes}.
   *
   * @param devices the executor's
   */
  void register(MetricRegistry registry, List<Device> devices) {
    registry.register("questions", questions);
    registry.register("errors", errors);
    registry.register("tokens_in", tokensIn);
    registry.register("tokens_kept", tokensKept);
    registry.register("batch_time", batchTime);
    registry.register("device_memory_bytes", (Gauge<Long>) () -> memory(devices));
  }

  /** Counts the answers to one request; its time is the sum of their shares of what ran. */
  void answered(List<Answer> answers) {
    double millis = answers.stream().map(Answer::millis).mapToDouble(ExecutorMetrics::sum).sum();
    batchTime.update(Math.round(millis * NANOS_PER_MILLI), TimeUnit.NANOSECONDS);
    questions.inc(answers.size());
    for (Answer answer : answers) {
      errors.inc(answer.error() == null ? 0 : 1);
      tokensIn.inc(answer.visualTokensBefore());
      tokensKept.inc(answer.visualTokensAfter());
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
   * Bytes in use of the executor's GPUs; on the CPU the process's own resident memory, which holds
   * what libtorch has allocated; -1 where the system does not say.
   */
  private static long memory(List<Device> devices) {
    return devices.stream().noneMatch(Device::isGpu)
        ? residentMemory()
        : devices.stream().mapToLong(device -> CudaUtils.getGpuMemory(device).getUsed()).sum();
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
