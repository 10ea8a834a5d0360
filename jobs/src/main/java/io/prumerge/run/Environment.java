package io.prumerge.run;

import io.prumerge.checkpoint.TensorType;
import io.prumerge.console.Versions;
import io.prumerge.plan.RunConfiguration;
import io.prumerge.plan.Slots;
import io.prumerge.run.cache.CodeDigest;
import io.prumerge.spark.ExecutorDevices;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.SparkContext;

/**
 * The code, libraries and devices of a run. Texts are empty if unknown. If executors differ, a text
 * lists all values, separated by commas.
 *
 * @param codeVersion version of this project
 * @param codeCommit commit of its sources
 * @param codeSha256 hash of the classes that produce answers
 * @param libtorchVersion version of libtorch that executors load
 * @param dtype resolved arithmetic
 * @param gpu model names of the executors' GPUs; empty on the CPU
 */
record Environment(
    String codeVersion,
    String codeCommit,
    String codeSha256,
    String libtorchVersion,
    String dtype,
    String gpu) {

  /** Returns the environment of this code on these executors. */
  static Environment of(List<ExecutorDevices.OnHost> executors) {
    return new Environment(
        Versions.project(),
        Versions.commit().orElse(""),
        CodeDigest.sha256(),
        joined(executors, one -> one.device().libtorch()),
        joined(executors, one -> one.device().dtype()),
        joined(executors, one -> one.device().gpu()));
  }

  /**
   * Asks the executors how they resolve {@code configuration}.
   *
   * @param stored type of the checkpoint's stored weights
   */
  static List<ExecutorDevices.OnHost> executors(
      SparkContext context, RunConfiguration configuration, TensorType stored) {
    return ExecutorDevices.of(
        context, configuration.device(), configuration.dtype(), stored, Slots.of(context).count());
  }

  /**
   * Returns which executors use which arithmetic, if they resolve {@code --dtype auto} differently;
   * otherwise an empty text.
   */
  static String mixture(List<ExecutorDevices.OnHost> executors) {
    List<String> dtypes =
        executors.stream().map(one -> one.device().dtype()).distinct().sorted().toList();
    if (dtypes.size() < 2) {
      return "";
    }
    return dtypes.stream()
        .map(
            dtype ->
                String.format(
                    Locale.ROOT,
                    "%s on %s",
                    dtype,
                    executors.stream()
                        .filter(one -> one.device().dtype().equals(dtype))
                        .map(ExecutorDevices.OnHost::host)
                        .distinct()
                        .sorted()
                        .collect(Collectors.joining(", "))))
        .collect(Collectors.joining(" and "));
  }

  private static String joined(
      List<ExecutorDevices.OnHost> executors, Function<ExecutorDevices.OnHost, String> part) {
    return executors.stream()
        .map(part)
        .filter(text -> !text.isEmpty())
        .distinct()
        .sorted()
        .collect(Collectors.joining(", "));
  }

  /**
   * Returns a text with the differences of {@code now} that answers depend on and that are known on
   * both sides; empty if there are none.
   */
  String differences(Environment now) {
    List<String> differences = new ArrayList<>();
    difference("code_sha256", codeSha256, now.codeSha256, differences);
    difference("libtorch_version", libtorchVersion, now.libtorchVersion, differences);
    difference("dtype", dtype, now.dtype, differences);
    return String.join("; ", differences);
  }

  private static void difference(String name, String was, String is, List<String> differences) {
    if (!was.isEmpty() && !is.isEmpty() && !was.equals(is)) {
      differences.add(String.format(Locale.ROOT, "%s was %s, is now %s", name, was, is));
    }
  }
}
