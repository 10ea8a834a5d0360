package io.prumerge.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.SparkConf;

/**
 * An executor as Spark's settings say, and whether the model fits it.
 *
 * @param cores empty where the cluster manager decides
 * @param coresPerTask {@code spark.task.cpus}
 * @param gpus addresses it is given
 * @param gpusPerTask addresses, below 1 for a share of one
 * @param heapMib {@code spark.executor.memory}
 * @param overheadMib what the container allows beside the heap; empty where nobody enforces it
 */
public record ExecutorShape(
    OptionalInt cores,
    int coresPerTask,
    int gpus,
    double gpusPerTask,
    long heapMib,
    Optional<Long> overheadMib) {

  /**
   * Beside the heap and the weights: libtorch and its threads' buffers, the driver's host memory of
   * a CUDA context, pinned staging buffers (1 to 3 GiB together).
   */
  static final long RUNTIME_MIB = 3 << 10;

  /** Spark's own defaults: a tenth of the heap, at least so much. */
  private static final double DEFAULT_FACTOR = 0.1;

  private static final long LEAST_OVERHEAD_MIB = 384;

  private static final String CORES = "spark.executor.cores";
  private static final String OVERHEAD = "spark.executor.memoryOverhead";

  /** Reads the settings. */
  public static ExecutorShape of(SparkConf conf) {
    String master = conf.get("spark.master", "");
    boolean container = master.startsWith("yarn") || master.startsWith("k8s");
    long heap = conf.getSizeAsMb("spark.executor.memory", "1g");
    double factor = conf.getDouble("spark.executor.memoryOverheadFactor", DEFAULT_FACTOR);
    long usual = Math.max(LEAST_OVERHEAD_MIB, (long) (heap * factor));
    return new ExecutorShape(
        conf.contains(CORES)
            ? OptionalInt.of(conf.getInt(CORES, 1))
            : container ? OptionalInt.of(1) : OptionalInt.empty(),
        conf.getInt("spark.task.cpus", 1),
        conf.getInt("spark.executor.resource.gpu.amount", 0),
        conf.getDouble("spark.task.resource.gpu.amount", 0),
        heap,
        container ? Optional.of(conf.getSizeAsMb(OVERHEAD, usual + "m")) : Optional.empty());
  }

  /** Whether tasks get a GPU each, or a share. */
  public boolean hasGpus() {
    return gpus > 0 && gpusPerTask > 0;
  }

  /**
   * MiB needed beside the heap.
   *
   * @param weightBytes of all weights that lie in the executor's own memory
   */
  public static long neededMib(long weightBytes) {
    return RUNTIME_MIB + (weightBytes >> 20);
  }

  /** Tasks at a time by cores and by GPUs; empty where either is not known. */
  private OptionalInt tasksByCores() {
    return cores.isPresent()
        ? OptionalInt.of(cores.getAsInt() / coresPerTask)
        : OptionalInt.empty();
  }

  private int tasksByGpus() {
    return gpusPerTask < 1 ? gpus * (int) Math.floor(1 / gpusPerTask) : (int) (gpus / gpusPerTask);
  }

  /** Tasks at a time of executors with so many cores together; at least 1. */
  int tasks(int allCores) {
    int byCores = allCores / coresPerTask;
    boolean byGpus = hasGpus() && cores.isPresent() && tasksByCores().getAsInt() > tasksByGpus();
    return Math.max(1, byGpus ? allCores / cores.getAsInt() * tasksByGpus() : byCores);
  }

  /** Settings that waste something, each with what to set. */
  public List<String> remarks() {
    List<String> remarks = new ArrayList<>();
    if (hasGpus() && tasksByCores().isPresent()) {
      int byCores = tasksByCores().getAsInt();
      int byGpus = tasksByGpus();
      if (byCores < byGpus) {
        remarks.add(
            String.format(
                Locale.ROOT,
                "An executor's cores allow %d tasks at a time, its GPUs %d: GPUs stay idle. Set %s=%d, or a greater spark.task.resource.gpu.amount",
                byCores,
                byGpus,
                CORES,
                byGpus * coresPerTask));
      } else if (byCores > byGpus) {
        remarks.add(
            String.format(
                Locale.ROOT,
                "An executor's cores allow %d tasks at a time, its GPUs %d: cores stay idle. Set spark.task.cpus=%d, so that a task has them for decoding images",
                byCores,
                byGpus,
                Math.max(1, cores.getAsInt() / Math.max(1, byGpus))));
      }
    }
    return remarks;
  }

  /**
   * What keeps a model from fitting, with the setting that mends it; empty when it fits.
   *
   * @param needed MiB beside the heap
   */
  public Optional<String> problem(long needed) {
    return overheadMib
        .filter(overhead -> overhead < needed)
        .map(
            overhead ->
                String.format(
                    Locale.ROOT,
                    "An executor has %,d MiB beside its heap, the model needs about %,d: the cluster manager would kill it (exit code 137). Add --conf %s=%dm",
                    overhead,
                    needed,
                    OVERHEAD,
                    needed));
  }

  /** For people. */
  String displayName() {
    return String.format(
        Locale.ROOT,
        "%s cores, %d gpu, %,d MiB heap, %s beside it; a task takes %d cores, %s gpu",
        cores.isPresent() ? Integer.toString(cores.getAsInt()) : "all",
        gpus,
        heapMib,
        overheadMib.map(mib -> String.format(Locale.ROOT, "%,d MiB", mib)).orElse("no limit"),
        coresPerTask,
        gpusPerTask == Math.rint(gpusPerTask)
            ? Long.toString((long) gpusPerTask)
            : Double.toString(gpusPerTask));
  }
}
