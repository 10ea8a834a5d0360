package io.prumerge.family;

import io.prumerge.image.PixelSteps;
import io.prumerge.image.Resample;
import io.prumerge.image.processor.PreprocessorConfig;
import io.prumerge.image.processor.PreprocessorFile;
import io.prumerge.image.processor.ProcessorClass;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * CLIP's image processor, and what others share with it (transformers 4.57.1, {@code
 * image_processing_clip.py}, {@code image_utils.py}).
 */
final class ClipImages {

  /** The steps of most classes where a file says nothing: OPENAI_CLIP_MEAN, OPENAI_CLIP_STD. */
  static final PixelSteps STEPS =
      new PixelSteps(
          Resample.BICUBIC,
          List.of(0.48145466, 0.4578275, 0.40821073),
          List.of(0.26862954, 0.26130258, 0.27577711));

  /** The names of CLIP's class, which files that name none have too. */
  static final Set<String> NAMES =
      Set.of("CLIPImageProcessor", "CLIPImageProcessorFast", "CLIPFeatureExtractor");

  static final ProcessorClass<PreprocessorConfig> CLASS =
      new ProcessorClass<>(NAMES, true, ClipImages::cropped);

  private static final int SIDE = 224;

  private ClipImages() {}

  /** Reads the settings of a class that resizes the shorter side and crops the middle. */
  static PreprocessorConfig cropped(PreprocessorFile file) {
    return new PreprocessorConfig(
        file.resized(SIDE), file.cropped(SIDE), file.flag("do_pad", false), file.steps(STEPS));
  }

  /**
   * Returns a class that resizes to both sides as stated, crops nothing and pads to no square,
   * whatever the file says of these.
   *
   * @param key that has the size
   * @param side of the square where a file has no size
   */
  static ProcessorClass<PreprocessorConfig> stretching(Set<String> names, String key, int side) {
    return new ProcessorClass<>(names, file -> stretched(file, key, side));
  }

  /** Reads the settings of such a class. */
  static PreprocessorConfig stretched(PreprocessorFile file, String key, int side) {
    return new PreprocessorConfig(
        file.stretched(key, side), Optional.empty(), false, file.steps(STEPS));
  }
}
