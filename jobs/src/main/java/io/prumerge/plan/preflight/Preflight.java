package io.prumerge.plan.preflight;

import io.prumerge.checkpoint.TensorType;
import io.prumerge.console.Console;
import io.prumerge.console.Texts;
import io.prumerge.console.Wording;
import io.prumerge.cost.ModelShape;
import io.prumerge.engine.ModelWeights;
import io.prumerge.estimate.Hardware;
import io.prumerge.estimate.HardwareTable;
import io.prumerge.estimate.PrecisionScheme;
import io.prumerge.host.Gpu;
import io.prumerge.host.Gpus;
import io.prumerge.lang.Text;
import io.prumerge.plan.AskedCards;
import io.prumerge.plan.EvaluateOptions;
import io.prumerge.plan.RunPlan;
import io.prumerge.settings.RunSetting;
import io.prumerge.spark.TaskCores;
import io.prumerge.torch.PackedWeights;
import io.prumerge.torch.Precision;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.Devices;
import io.prumerge.zoo.DtypeChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.SparkContext;

/**
 * Checks whether the cluster in Spark's settings can execute a planned run, and estimates the least
 * time that devices need.
 *
 * @param executor an executor, as Spark's settings say
 * @param tasks that run at a time, by the executors that are there now
 * @param chunks parts the run would be committed in
 * @param partitions tasks of each
 * @param dtype of the run: what {@code auto} is on this machine, if it runs here. On executors'
 *     GPUs that is the checkpoints' own half type, bf16 if they have none (older GPUs choose fp16);
 *     on their processors it stays {@code auto}
 * @param precision dtype of the estimates: fp32 where only the executors' processors choose
 * @param neededMib MiB needed outside the heap of each executor; 0 if no model runs there
 * @param packedMib MiB of the largest second copy that {@link PackedWeights} may make; 0 if there
 *     can be none
 * @param host this machine, measured, if the run would be on its processors in a format that they
 *     are fast in
 * @param hours by hardware, this machine first; empty if no model runs there
 * @param cards plans for GPUs that were asked for
 * @param longestAnswer tokens of the longest answer of these plans
 * @param remarks about settings that waste resources or make a run slow
 */
public record Preflight(
    ExecutorShape executor,
    int tasks,
    int chunks,
    int partitions,
    String dtype,
    PrecisionScheme precision,
    long neededMib,
    long packedMib,
    Optional<Hardware> host,
    List<PreflightHours> hours,
    List<CardPlan> cards,
    int longestAnswer,
    List<String> remarks) {

  /** Images per batch with which a device's linear layers about reach their peak. */
  static final int TOGETHER = 16;

  /** The dtype that only executors know. */
  static final String UNDECIDED = "auto";

  private static final double GIGA = 1e9;
  private static final long MIB = 1 << 20;

  /** Checks a planned run against the current executors, and plans for GPUs that are asked for. */
  public static Preflight of(
      RunPlan plan, EvaluateOptions options, SparkContext context, AskedCards cards) {
    ExecutorShape executor = ExecutorShape.of(context.getConf());
    boolean onGpu = onGpu(options, executor);
    boolean local = context.isLocal();
    DtypeChoice asked = options.settings().get(RunSetting.DTYPE);
    Optional<Precision> known = known(asked, onGpu, local, plan.weightTypes());
    PrecisionScheme precision = PrecisionScheme.parse(known.orElse(Precision.FP32).label());
    TaskCores.use(); // which this machine is measured with
    Optional<Hardware> host =
        local && !onGpu && !plan.locals().isEmpty()
            ? known.filter(MeasuredHost::isFast).map(fast -> MeasuredHost.measured())
            : Optional.empty();
    Slots slots = Slots.of(context);
    long images = plan.plan().contents().images();
    int chunks =
        options.settings().number(RunSetting.CHUNKS).orElse(slots.chunks(images, plan.views()));
    String packs = context.getConf().get(PackedWeights.KEY, PackedWeights.AUTO);
    long packed = packedBytes(plan, precision, onGpu, packs);
    long copies = packs.equals(PackedWeights.ALWAYS) ? packed : 0;
    return new Preflight(
        executor,
        slots.count(),
        chunks,
        options
            .settings()
            .number(RunSetting.PARTITIONS)
            .orElse(slots.partitions(images, plan.views(), chunks)),
        known.map(Precision::label).orElse(UNDECIDED),
        precision,
        plan.locals().isEmpty()
            ? 0
            : ExecutorShape.neededMib(
                onGpu ? 0 : weightBytes(plan, precision) + quantizedBytes(plan) + copies),
        (packed + MIB - 1) / MIB,
        host,
        hours(plan, precision, host),
        CardPlan.of(plan, options, cards),
        CardPlan.answer(options),
        remarks(plan, executor, context, onGpu, known, precision));
  }

  private static List<String> remarks(
      RunPlan plan,
      ExecutorShape executor,
      SparkContext context,
      boolean onGpu,
      Optional<Precision> known,
      PrecisionScheme precision) {
    List<String> remarks = new ArrayList<>(executor.remarks());
    if (!onGpu) {
      ConvertedWeights.advice(plan.models(), (model, one) -> known.filter(one::equals).isPresent())
          .stream()
          .map(Wording::onCommandLine)
          .forEach(remarks::add);
    }
    if (onGpu && context.isLocal()) {
      OptionalInt cores = OptionalInt.of(context.defaultParallelism());
      remarks.addAll(
          GpuAdvice.of(
              cores, "local[" + GpuAdvice.CORES + "]", plan.views(), precision, localGpu()));
    } else if (onGpu) {
      String setting = ExecutorShape.CORES + "=" + GpuAdvice.CORES * Math.max(1, executor.gpus());
      remarks.addAll(
          GpuAdvice.of(executor.coresOfGpu(), setting, plan.views(), precision, List.of()));
    }
    return remarks;
  }

  /** Returns whether executors will run the model on a GPU, by what the driver knows. */
  private static boolean onGpu(EvaluateOptions options, ExecutorShape executor) {
    return options.settings().get(RunSetting.DEVICE) == DeviceChoice.CUDA
        || options.settings().get(RunSetting.DEVICE) == DeviceChoice.AUTO && executor.hasGpus();
  }

  /**
   * Returns the dtype that executors will use, by what the driver knows; empty if only their
   * processors choose it.
   *
   * @param local whether they are this machine
   * @param stored types of the models' weights
   */
  static Optional<Precision> known(
      DtypeChoice asked, boolean onGpu, boolean local, List<TensorType> stored) {
    if (onGpu) {
      boolean bf16 = !local || localGpu().stream().allMatch(Gpu::multipliesBf16);
      return Optional.of(onGpus(asked, stored, bf16));
    }
    return asked == DtypeChoice.AUTO && !local
        ? Optional.empty()
        : Optional.of(Devices.ofProcessor(asked));
  }

  /** Returns the GPU of a local run, if there is one. */
  private static List<Gpu> localGpu() {
    return Gpus.ofHost().all().stream().limit(1).toList();
  }

  /**
   * Returns the dtype on GPUs.
   *
   * @param bf16 whether they multiply it
   */
  static Precision onGpus(DtypeChoice asked, List<TensorType> stored, boolean bf16) {
    if (asked != DtypeChoice.AUTO) {
      return Devices.ofProcessor(asked); // the same everywhere
    }
    return stored.equals(List.of(TensorType.F16)) || !bf16 ? Precision.FP16 : Precision.BF16;
  }

  /** Returns the bytes of the largest model's weights: executors load one model at a time. */
  private static long weightBytes(RunPlan plan, PrecisionScheme precision) {
    int bits = precision.name().equals("fp32") ? Float.SIZE : Short.SIZE;
    return plan.locals().stream()
        .mapToLong(model -> ModelShape.of(model.checkpoint().config()).parameters())
        .map(parameters -> parameters * bits / Byte.SIZE)
        .max()
        .orElse(0);
  }

  /** Returns the most bytes that quantized weights take in addition to a model's own. */
  private static long quantizedBytes(RunPlan plan) {
    return plan.models().stream()
        .flatMap(
            model ->
                model.local().stream()
                    .map(local -> local.checkpoint().config().decoder())
                    .map(model.quantization()::bytes))
        .mapToLong(Long::longValue)
        .max()
        .orElse(0);
  }

  /** Returns the bytes of the largest second copy of a model's weights that executors may make. */
  private static long packedBytes(
      RunPlan plan, PrecisionScheme precision, boolean onGpu, String packs) {
    return onGpu || !precision.name().equals("bf16") || packs.equals(PackedWeights.NEVER)
        ? 0
        : plan.weights().stream().mapToLong(ModelWeights::packed).max().orElse(0);
  }

  private static List<PreflightHours> hours(
      RunPlan plan, PrecisionScheme precision, Optional<Hardware> host) {
    List<RooflineHours> models =
        plan.models().stream()
            .flatMap(
                model ->
                    model.local().stream()
                        .map(local -> RooflineHours.of(plan, model.title(), local, precision)))
            .toList();
    if (models.isEmpty()) {
      return List.of(); // the work is done elsewhere
    }
    int times = 1 + plan.repeats();
    List<PreflightHours> hours = new ArrayList<>();
    List<Hardware> devices = new ArrayList<>(host.stream().toList());
    devices.addAll(HardwareTable.bundled().devices());
    for (Hardware device : devices) {
      hours.add(
          new PreflightHours(
              device.name(),
              times * models.stream().mapToDouble(model -> model.on(device, 1)).sum(),
              times * models.stream().mapToDouble(model -> model.on(device, TOGETHER)).sum()));
    }
    return hours;
  }

  PreflightDocument document() {
    return new PreflightDocument(
        tasks,
        chunks,
        partitions,
        precision.name(),
        neededMib,
        packedMib,
        executor.overheadMib().orElse(null),
        remarks,
        hours,
        cards,
        dtype);
  }

  /** Prints everything as text, with warnings about wasted resources. */
  public void print(Console console) {
    if (hours.isEmpty()) {
      console
          .out()
          .printf(
              Locale.ROOT,
              "Executor: %s%nNo model runs on the executors.%n",
              executor.displayName());
      return;
    }
    console
        .out()
        .printf(
            Locale.ROOT,
            "Executor: %s%nMemory:   each needs %,d MiB outside its heap (%,d, and the weights in"
                + " %s if they are not on a GPU)%nWork:     %s of up to %s, %,d at a time on the"
                + " current executors%n%n",
            executor.displayName(),
            neededMib,
            ExecutorShape.RUNTIME_MIB,
            precision.name(),
            Texts.count(chunks, "chunk"),
            Texts.count(partitions, "task"),
            tasks);
    if (packedMib > 0) {
      console
          .out()
          .printf(
              Locale.ROOT,
              "A second copy of the decoder's weights takes %,d MiB, where the processor multiplies"
                  + " in bf16 and the memory is free; with %s=%s they are counted above.%n%n",
              packedMib,
              PackedWeights.KEY,
              PackedWeights.ALWAYS);
    }
    printHours(console);
    printCards(console);
    remarks.forEach(remark -> console.warn("%s", remark));
  }

  private void printHours(Console console) {
    List<List<String>> cells = new ArrayList<>();
    cells.add(List.of("hardware", "hours, image by image", TOGETHER + " images at once"));
    for (PreflightHours device : hours) {
      cells.add(List.of(device.hardware(), figure(device.single()), figure(device.batched())));
    }
    console.table(cells);
    console
        .out()
        .printf(
            Locale.ROOT,
            "%nThe hours are a lower bound (roofline) for one device in %s, up to the first token"
                + " of each answer.%n",
            precision.name());
    if (dtype.equals(UNDECIDED)) {
      console
          .out()
          .println(
              "Executors choose the dtype: bf16 on processors with AVX512-BF16 or AMX, where the"
                  + " weights take half as much memory, fp32 on others.");
    }
    host.ifPresent(
        machine ->
            console
                .out()
                .printf(
                    Locale.ROOT,
                    "Those of %s follow from what it was just measured to do: %.1f GFLOP/s in"
                        + " products of matrices in %s, %.1f GB/s in reading one.%n",
                    machine.name(),
                    machine.peaks().get(precision.weights()) / GIGA,
                    precision.name(),
                    machine.bytesPerSecond() / GIGA));
  }

  private void printCards(Console console) {
    if (cards.isEmpty()) {
      return;
    }
    console
        .out()
        .printf(
            Locale.ROOT,
            "%nEach card holds a whole model; the cards divide the images. Slots are cached"
                + " positions of a card; an image has slots for itself and for its questions with"
                + " answers of up to %,d tokens. Hours are those of all cards, images in batches of"
                + " %d.%n%n",
            longestAnswer,
            TOGETHER);
    console.table(CardPlan.cells(cards), CardPlan.NAMES);
    List<Hardware> known = HardwareTable.bundled().devices();
    cards.stream()
        .filter(card -> !card.fits())
        .map(card -> card.misfit(known))
        .distinct()
        .forEach(misfit -> console.warn("%s", misfit));
  }

  private static String figure(double value) {
    return Text.format("%.3g", value);
  }

  /** Returns why the models do not fit, with the setting to change; empty if they fit. */
  public Optional<String> problem() {
    return executor.problem(neededMib);
  }
}
