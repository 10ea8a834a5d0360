package io.prumerge.family;

import io.prumerge.image.PixelSteps;
import io.prumerge.image.processor.NativeProcessor;
import io.prumerge.image.processor.PreprocessorConfig;
import io.prumerge.image.processor.PreprocessorFile;
import io.prumerge.image.size.NativeSize;
import java.nio.file.Path;

/** What families read of the files of their image processors, for the tests of these. */
public final class ImageFiles {

  /** CLIP's steps. */
  public static final PixelSteps CLIP = ClipImages.STEPS;

  private ImageFiles() {}

  /** Returns the preprocessing of a view of LLaVA, its successors included. */
  public static PreprocessorConfig llava(Path folder) {
    return PreprocessorFile.read(folder, LlavaFamily.PROCESSORS);
  }

  /** Returns the preprocessing of a view of InternVL. */
  public static PreprocessorConfig intern(Path folder) {
    return PreprocessorFile.read(folder, InternVlFamily.PROCESSORS).view();
  }

  /** Returns the image processor of Qwen2-VL. */
  public static NativeProcessor qwen(Path folder) {
    return new NativeProcessor(
        qwenSize(folder), PreprocessorFile.read(folder, QwenVlFamily.PROCESSORS).steps());
  }

  /** Returns the bounds of Qwen2-VL's pictures. */
  public static NativeSize qwenSize(Path folder) {
    return PreprocessorFile.read(folder, QwenVlFamily.PROCESSORS).size();
  }

  /** Returns the steps of SmolVLM and Idefics3. */
  public static PixelSteps smol(Path folder) {
    return PreprocessorFile.read(folder, SmolVlmFamily.PROCESSORS).steps();
  }
}
