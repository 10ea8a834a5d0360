package io.prumerge.plan.preflight;

import io.prumerge.checkpoint.TensorType;
import io.prumerge.config.LlavaConfig;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.cost.ModelShape;
import io.prumerge.estimate.Format;
import io.prumerge.estimate.Hardware;
import io.prumerge.estimate.PrecisionScheme;
import io.prumerge.lang.Text;
import io.prumerge.model.PassLimits;
import io.prumerge.model.decoding.Packs;
import io.prumerge.plan.AskedCards;
import io.prumerge.plan.BenchmarkSize;
import io.prumerge.plan.EvaluateOptions;
import io.prumerge.plan.LocalModel;
import io.prumerge.plan.MethodEstimate;
import io.prumerge.plan.ModelPlan;
import io.prumerge.plan.RunEstimate;
import io.prumerge.plan.RunPlan;
import io.prumerge.settings.RunSetting;
import io.prumerge.torch.Precision;
import io.prumerge.torch.Quantization;
import io.prumerge.zoo.DtypeChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One model on GPUs of one kind. Each of them holds a whole model, and they divide the images.
 *
 * @param dtype arithmetic
 * @param cards number of GPUs
 * @param memoryBytes of each
 * @param weightBytes of the model, on each
 * @param slots cached positions of each ({@link PassLimits}); 0 if the model does not fit
 * @param requests images with their questions that are answered at once on each, under the method
 *     that takes most slots; 0 if not one fits
 * @param cores that all need at least; 0 if not one request fits
 * @param hours of all, a lower bound (roofline) up to the first token of each answer, in batches of
 *     {@value Preflight#TOGETHER} images; null if not one request fits
 */
record CardPlan(
    String model,
    String hardware,
    String dtype,
    int cards,
    long memoryBytes,
    long weightBytes,
    long slots,
    long requests,
    int cores,
    Double hours) {

  /**
   * Bytes of a CUDA context with libtorch's kernels and cuBLAS' workspaces, which a GPU's memory
   * holds beside the weights.
   */
  static final long CONTEXT_BYTES = 900_000_000;

  /**
   * Tokens of the longest answers if the run sets no limit of its own. Benchmarks set smaller ones.
   */
  static final int LONGEST_ANSWER = 1024;

  /** Leading columns of words in {@link #cells}. */
  static final int NAMES = 3;

  private static final double GIGA = 1e9;

  /** Returns a line for each model, kind and number. */
  static List<CardPlan> of(RunPlan plan, EvaluateOptions options, AskedCards asked) {
    List<CardPlan> cards = new ArrayList<>();
    for (ModelPlan model : plan.models()) {
      if (model.local().isPresent()) {
        for (Hardware hardware : asked.hardware()) {
          PrecisionScheme precision = precision(model.local().get(), options, hardware);
          for (int count : asked.counts().isEmpty() ? List.of(1) : asked.counts()) {
            cards.add(of(plan, options, model, hardware, precision, count));
          }
        }
      }
    }
    return cards;
  }

  private static PrecisionScheme precision(
      LocalModel model, EvaluateOptions options, Hardware hardware) {
    DtypeChoice asked = options.settings().get(RunSetting.DTYPE);
    return PrecisionScheme.parse(dtype(asked, model.checkpoint().weightType(), hardware));
  }

  /** Returns the dtype that executors will use on a GPU of this kind. */
  static String dtype(DtypeChoice asked, TensorType stored, Hardware hardware) {
    boolean bf16 = hardware.peaks().containsKey(Format.BF16);
    return Preflight.onGpus(asked, List.of(stored), bf16).label();
  }

  private static CardPlan of(
      RunPlan plan,
      EvaluateOptions options,
      ModelPlan model,
      Hardware hardware,
      PrecisionScheme scheme,
      int count) {
    if (model.quantization() != Quantization.NONE) {
      throw new UsageException(
          Wording.of(
              "Cannot plan for %s with %s %s, for which GPUs have no kernels; leave one of them"
                  + " out",
              Setting.HARDWARE, Setting.QUANTIZE, model.quantization().label()));
    }
    LocalModel local = model.local().orElseThrow();
    LlavaConfig config = local.checkpoint().config();
    Precision precision = Precision.valueOf(scheme.name().toUpperCase(Locale.ROOT));
    long memory = hardware.memoryBytes().orElseThrow();
    long weights = ModelShape.of(config).parameters() * precision.bytes();
    long free = memory - CONTEXT_BYTES - weights;
    long slots = free <= 0 ? 0 : PassLimits.of(config, precision, free, false).slots();
    long requests = ImageSlots.of(plan, options, local.estimate()).requests(slots);
    double hours =
        RooflineHours.of(plan, model.title(), local, scheme).on(hardware, Preflight.TOGETHER);
    return new CardPlan(
        model.title(),
        hardware.name(),
        scheme.name(),
        count,
        memory,
        weights,
        slots,
        requests,
        requests == 0 ? 0 : count * GpuAdvice.CORES,
        requests == 0 ? null : (1 + plan.repeats()) * hours / count);
  }

  /**
   * The slots of an image under the method that takes most.
   *
   * @param least with one of its questions
   * @param all with as many of them as come at a time
   */
  private record ImageSlots(long least, long all) {

    static ImageSlots of(RunPlan plan, EvaluateOptions options, RunEstimate estimate) {
      BenchmarkSize size =
          plan.plan().contents().benchmarks().stream().reduce(BenchmarkSize::plus).orElseThrow();
      long questions = size.questionsOfImage();
      // The last token is read from its logits, and has no slot.
      long behind = estimate.behind() + answer(options) - 1L;
      long together = Math.max(behind, Math.min(questions * behind, Packs.MOST_SLOTS));
      long least = 0;
      long all = 0;
      for (MethodEstimate method : estimate.methods()) {
        long prefix = estimate.before() + (long) method.rows();
        least = Math.max(least, prefix + behind);
        all =
            Math.max(all, method.parts() == 0 ? questions * (prefix + behind) : prefix + together);
      }
      return new ImageSlots(least, all);
    }

    long requests(long slots) {
      return slots < least ? 0 : Math.max(1, slots / all);
    }
  }

  /** Returns the tokens of the longest answer. */
  static int answer(EvaluateOptions options) {
    return options.settings().number(RunSetting.MAX_NEW_TOKENS).orElse(LONGEST_ANSWER);
  }

  /** Returns whether one request fits, and with it any number of them one after the other. */
  boolean fits() {
    return requests > 0;
  }

  /** Returns the lines of a table, its head first; a dash stands for what does not fit. */
  static List<List<String>> cells(List<CardPlan> cards) {
    List<List<String>> cells = new ArrayList<>();
    cells.add(
        List.of(
            "model",
            "hardware",
            "dtype",
            "cards",
            "GB",
            "weights, GB",
            "slots",
            "images at once",
            "cores",
            "hours"));
    cards.forEach(card -> cells.add(card.line()));
    return cells;
  }

  private List<String> line() {
    List<String> line =
        new ArrayList<>(
            List.of(model, hardware, dtype, number(cards), giga(memoryBytes), giga(weightBytes)));
    line.addAll(
        fits()
            ? List.of(number(slots), number(requests), number(cores), Text.format("%.3g", hours))
            : List.of("-", "-", "-", "-"));
    return line;
  }

  private static String number(long number) {
    return Text.format("%,d", number);
  }

  private static String giga(long bytes) {
    return Text.format("%.1f", bytes / GIGA);
  }

  /**
   * Returns why the model does not fit.
   *
   * @param known hardware of which some may be large enough
   */
  String misfit(List<Hardware> known) {
    List<String> larger =
        known.stream()
            .filter(other -> other.memoryBytes().orElse(0) > memoryBytes)
            .filter(other -> other.memoryBytes().getAsLong() > weightBytes + CONTEXT_BYTES)
            .map(Hardware::name)
            .toList();
    return Text.format(
        "%s does not fit %s: its weights in %s take %.1f GB and a CUDA context %.1f, of %.1f GB%s."
            + " More cards do not help, since each holds a whole model. %s",
        model,
        hardware,
        dtype,
        weightBytes / GIGA,
        CONTEXT_BYTES / GIGA,
        memoryBytes / GIGA,
        slots == 0 ? "" : ", and an image with one question does not fit into what is left",
        larger.isEmpty()
            ? "No card that is known is larger"
            : "Of " + String.join(", ", larger) + " one is enough");
  }
}
