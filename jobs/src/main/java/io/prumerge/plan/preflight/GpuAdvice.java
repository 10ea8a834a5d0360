package io.prumerge.plan.preflight;

import io.prumerge.estimate.PrecisionScheme;
import io.prumerge.host.Gpu;
import io.prumerge.lang.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** What makes a run on GPUs slow, with the setting to change. */
public final class GpuAdvice {

  /**
   * Cores for each GPU, at least. One core drives the GPU, and another one prepares {@value
   * #PREPARED} images a second; PruMerge's answers of few tokens take 300 to 430 a second on an
   * H100. Frames of videos are images here: each goes through the tower.
   */
  public static final int CORES = 4;

  /**
   * Images of 640 x 480 pixels that a core prepares a second, about: decoding takes 1.5 ms,
   * resizing 2.6 ms.
   */
  private static final int PREPARED = 240;

  private GpuAdvice() {}

  /**
   * Returns remarks about a run on GPUs.
   *
   * @param cores of one GPU's executor or, divided among several, of one of its GPUs; empty if they
   *     are unknown
   * @param setting that gives it enough
   * @param views of a row: 1 of images, the frames of a video
   * @param gpus those that the run is known to use: a local run's
   */
  static List<String> of(
      OptionalInt cores, String setting, int views, PrecisionScheme precision, List<Gpu> gpus) {
    List<String> remarks = new ArrayList<>();
    if (cores.isPresent() && cores.getAsInt() < CORES) {
      remarks.add(
          Text.format(
              "A GPU has %d of the processor's cores: %s are then prepared more slowly than it"
                  + " answers questions about them. Give it at least %d: %s",
              cores.getAsInt(),
              views == 1
                  ? "images"
                  : Text.format(
                      "videos of %,d frames, of which a core prepares about %.3g a second,",
                      views, (double) PREPARED / views),
              CORES,
              setting));
    }
    if (precision.name().equals("fp32")) {
      remarks.add(
          "In fp32 a GPU has neither fast products nor attention over a pool. For speed leave the"
              + " dtype at auto, or set bf16 or fp16");
    }
    for (Gpu gpu : gpus) {
      if (!gpu.multipliesBf16()) {
        remarks.add(
            Text.format(
                "GPU %d, %s, has compute capability %s: attention over a pool needs Ampere (8.0) or"
                    + " newer, and a step's kernels grow here with the number of images",
                gpu.ordinal(), gpu.name(), gpu.version()));
      }
    }
    return remarks;
  }
}
