package io.prumerge.zoo;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.CheckpointException;
import io.prumerge.checkpoint.VisionConfig;
import io.prumerge.image.ClipPreprocessor;
import io.prumerge.image.ImageAspect;
import io.prumerge.image.PreprocessorConfig;
import io.prumerge.text.ConversationTemplate;
import io.prumerge.text.LlavaTokenizer;
import io.prumerge.text.PromptEncoder;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Prepares the input of the model and reads its output: pixels, prompts and text. Thread-safe.
 *
 * @param imageAspect pad or crop, resolved
 */
public record LlavaProcessor(
    ClipPreprocessor preprocessor,
    ImageAspect imageAspect,
    PromptEncoder prompts,
    LlavaTokenizer tokenizer)
    implements AutoCloseable {

  /**
   * Reads the processor's files from the checkpoint's folder.
   *
   * @param template conversation template's name
   * @throws CheckpointException if its images do not fit the tower
   */
  public static LlavaProcessor load(Checkpoint checkpoint, ImageAspect aspect, String template) {
    ConversationTemplate conversation = ConversationTemplate.named(template);
    PreprocessorConfig config = PreprocessorConfig.read(checkpoint.folder());
    ImageAspect resolved = imageAspect(checkpoint.folder(), aspect);
    ClipPreprocessor preprocessor = new ClipPreprocessor(config, resolved);
    requireFit(preprocessor, checkpoint);
    LlavaTokenizer tokenizer = LlavaTokenizer.load(checkpoint.folder());
    try {
      PromptEncoder prompts =
          new PromptEncoder(tokenizer, conversation, checkpoint.config().imageTokenId());
      return new LlavaProcessor(preprocessor, resolved, prompts, tokenizer);
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  private static void requireFit(ClipPreprocessor preprocessor, Checkpoint checkpoint) {
    VisionConfig vision = checkpoint.config().vision();
    int side = vision.imageSize();
    if (preprocessor.height() != side || preprocessor.width() != side || vision.channels() != 3) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "Cannot use checkpoint %s: its image processor gives 3 x %d x %d pixels but its vision tower takes %d x %d x %d; let crop_size (or size) and vision_config agree",
              checkpoint.folder(),
              preprocessor.height(),
              preprocessor.width(),
              vision.channels(),
              side,
              side));
    }
  }

  /**
   * Pad or crop, as asked or, where {@code auto} leaves it to the checkpoint, as its files say:
   * LLaVA's own configs by image_aspect_ratio, Hugging Face's processor by do_pad; llava-hf says
   * neither and crops.
   *
   * @param folder the checkpoint's
   * @throws CheckpointException where its files cannot be read
   */
  public static ImageAspect imageAspect(Path folder, ImageAspect aspect) {
    if (aspect != ImageAspect.AUTO) {
      return aspect;
    }
    boolean pad =
        Checkpoint.configuration(folder).imageAspectRatio().filter("pad"::equals).isPresent()
            || PreprocessorConfig.read(folder).doPad();
    return pad ? ImageAspect.PAD : ImageAspect.CROP;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
