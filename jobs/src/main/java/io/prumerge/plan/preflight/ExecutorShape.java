package io.prumerge.plan.preflight;

import io.prumerge.lang.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.SparkConf;

/**
 * The resources of an executor in Spark's settings. Checks whether the model fits it.
 *
 * @param cores empty if the cluster manager decides
 * @param coresPerTask {@code spark.task.cpus}
 * @param gpus number of GPUs per executor
 * @param gpusPerTask number of GPUs per task, below 1 for a share of one
 * @param heapMib {@code spark.executor.memory}
 * @param overheadMib memory limit of the container outside the heap; empty without a container
 */
public record ExecutorShape(
    OptionalInt cores,
    int coresPerTask,
    int gpus,
    double gpusPerTask,
    long heapMib,
    Optional<Long> overheadMib) {

  /**
   * Memory outside the heap and the weights: libtorch with its threads' buffers, the host memory of
   * a CUDA context, and pinned staging buffers (1 to 3 GiB together).
   */
  static final long RUNTIME_MIB = 3 << 10;

  /** Spark's default overhead: a tenth of the heap, but at least {@link #LEAST_OVERHEAD_MIB}. */
  private static final double DEFAULT_FACTOR = 0.1;

  private static final long LEAST_OVERHEAD_MIB = 384;

  static final String CORES = "spark.executor.cores";
  private static final String OVERHEAD = "spark.executor.memoryOverhead";

  /** Reads Spark's settings. */
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

  /** Returns whether each task gets GPUs or a share of one. */
  public boolean hasGpus() {
    return gpus > 0 && gpusPerTask > 0;
  }

  /**
   * Returns the MiB that an executor needs outside the heap.
   *
   * @param weightBytes bytes of all weights in the executor's own memory; 0 if they are on a GPU
   */
  public static long neededMib(long weightBytes) {
    return RUNTIME_MIB + (weightBytes >> 20);
  }

  /** Returns the tasks that run at a time on an executor's cores; empty if they are unknown. */
  private OptionalInt tasksByCores() {
    return cores.isPresent()
        ? OptionalInt.of(cores.getAsInt() / coresPerTask)
        : OptionalInt.empty();
  }

  private int tasksByGpus() {
    return gpusPerTask < 1 ? gpus * (int) Math.floor(1 / gpusPerTask) : (int) (gpus / gpusPerTask);
  }

  /**
   * Returns the tasks that run at a time on executors with {@code allCores} cores in total; at
   * least 1.
   */
  int tasks(int allCores) {
    int byCores = allCores / coresPerTask;
    boolean byGpus = hasGpus() && cores.isPresent() && tasksByCores().getAsInt() > tasksByGpus();
    return Math.max(1, byGpus ? allCores / cores.getAsInt() * tasksByGpus() : byCores);
  }

  /** Returns the cores for each GPU of an executor; empty if they are unknown. */
  public OptionalInt coresOfGpu() {
    return cores.isPresent() && gpus > 0
        ? OptionalInt.of(cores.getAsInt() / gpus)
        : OptionalInt.empty();
  }

  /** Returns warnings about settings that waste resources, each with the better setting. */
  public List<String> remarks() {
    List<String> remarks = new ArrayList<>();
    if (hasGpus() && tasksByCores().isPresent()) {
      int byCores = tasksByCores().getAsInt();
      int byGpus = tasksByGpus();
      if (byCores < byGpus) {
        remarks.add(
            Text.format(
                "An executor's cores allow %d tasks at a time, its GPUs allow %d: GPUs stay idle."
                    + " Set %s=%d, or increase spark.task.resource.gpu.amount",
                byCores, byGpus, CORES, byGpus * coresPerTask));
      } else if (byCores > byGpus) {
        remarks.add(
            Text.format(
                "An executor's cores allow %d tasks at a time, its GPUs allow %d: cores stay idle."
                    + " Set spark.task.cpus=%d, so that tasks decode images on them",
                byCores, byGpus, Math.max(1, cores.getAsInt() / Math.max(1, byGpus))));
      }
    }
    return remarks;
  }

  /**
   * Returns why a model does not fit, with the setting to change; empty if it fits.
   *
   * @param needed MiB outside the heap
   */
  public Optional<String> problem(long needed) {
    return overheadMib
        .filter(overhead -> overhead < needed)
        .map(
            overhead ->
                Text.format(
                    "An executor has %,d MiB outside its heap but needs about %,d: the cluster"
                        + " manager would kill it (exit code 137). Add --conf %s=%dm",
                    overhead, needed, OVERHEAD, needed));
  }

  /** Returns the resources as text. */
  String displayName() {
    return Text.format(
        "%s cores, %d gpu, %,d MiB heap, %s outside it; a task takes %d cores, %s gpu",
        cores.isPresent() ? Integer.toString(cores.getAsInt()) : "all",
        gpus,
        heapMib,
        overheadMib.map(mib -> Text.format("%,d MiB", mib)).orElse("no limit"),
        coresPerTask,
        gpusPerTask == Math.rint(gpusPerTask)
            ? Long.toString((long) gpusPerTask)
            : Double.toString(gpusPerTask));
  }
}
