package io.prumerge.family;

import io.prumerge.image.processor.PreprocessorFile;
import io.prumerge.image.processor.ProcessorClass;
import io.prumerge.image.processor.StretchedFrames;
import io.prumerge.image.size.TargetSize;
import io.prumerge.lang.Text;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * The files of video processors that stretch each frame to one square: LLaVA-OneVision's and
 * InternVL's (transformers 4.57.1, {@code video_processing_llava_onevision.py}, {@code
 * video_processing_internvl.py}), which have the same steps and defaults. A file that names no
 * class has the model's. {@code do_sample_frames} and what goes with it are not read: whoever asks
 * has chosen the frames.
 */
final class VideoFiles {

  private static final String ONE_VISION = "LlavaOnevisionVideoProcessor";
  private static final String INTERN_VL = "InternVLVideoProcessor";
  private static final String SIZE = "size";
  private static final String CROP = "do_center_crop";
  private static final int SIDE = 384;

  private VideoFiles() {}

  /**
   * Returns the video processor of a folder of LLaVA-OneVision.
   *
   * @param side of the square that the tower takes, in pixels
   * @throws IllegalArgumentException if there is no file or a value is not usable; the message
   *     names the file and the value
   * @throws java.io.UncheckedIOException if a file cannot be read
   */
  static StretchedFrames oneVision(Path folder, int side) {
    return read(folder, ONE_VISION, side);
  }

  /**
   * Returns the frame processor of a folder of InternVL; parameters and errors as {@link
   * #oneVision}.
   */
  static StretchedFrames internVl(Path folder, int side) {
    return read(folder, INTERN_VL, side);
  }

  private static StretchedFrames read(Path folder, String name, int side) {
    ProcessorClass<StretchedFrames> videos =
        new ProcessorClass<>(Set.of(name), true, file -> frames(file, side));
    return PreprocessorFile.readVideo(folder, List.of(videos));
  }

  private static StretchedFrames frames(PreprocessorFile file, int side) {
    file.requireResize();
    if (file.flag(CROP, false)) {
      throw new IllegalArgumentException(CROP + " is true, but this model sees whole frames");
    }
    TargetSize.Exact size = file.exact(SIZE, SIDE);
    if (size.height() != side || size.width() != side) {
      throw new IllegalArgumentException(
          Text.format(
              "%s is %d x %d, but the tower takes %d x %d pixels",
              SIZE, size.height(), size.width(), side, side));
    }
    return new StretchedFrames(side, file.steps(ClipImages.STEPS));
  }
}
