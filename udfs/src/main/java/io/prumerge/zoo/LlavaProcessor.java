package io.prumerge.zoo;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.config.CheckpointException;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.ModelFamily;
import io.prumerge.config.QueryConfig;
import io.prumerge.config.TextConfig;
import io.prumerge.config.VideoConfig;
import io.prumerge.config.VisionConfig;
import io.prumerge.family.Families;
import io.prumerge.family.Family;
import io.prumerge.image.Resolution;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.image.processor.ImageProcessor;
import io.prumerge.image.processor.ImageProcessors;
import io.prumerge.image.processor.RefusedVideos;
import io.prumerge.image.processor.VideoProcessor;
import io.prumerge.lang.Text;
import io.prumerge.text.ConversationTemplate;
import io.prumerge.text.ImageText;
import io.prumerge.text.InstructionTokenizer;
import io.prumerge.text.LlavaTokenizer;
import io.prumerge.text.PromptEncoder;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Prepares the input of the model and reads its output: pixels, prompts and text. Thread-safe.
 *
 * @param videos empty where the model takes none
 * @param imageAspect resolved
 * @param instructions the tokenizer of a connector that reads the prompt's text
 */
public record LlavaProcessor(
    ImageProcessors images,
    Optional<VideoProcessor> videos,
    ImageAspect imageAspect,
    PromptEncoder prompts,
    LlavaTokenizer tokenizer,
    Optional<InstructionTokenizer> instructions)
    implements AutoCloseable {

  /**
   * Reads the processor's files from the checkpoint's folders.
   *
   * @param template conversation template's name, or auto
   * @throws CheckpointException if a file cannot be used, its images do not fit the tower, or the
   *     aspect does not fit the model, or its template is not known
   */
  public static LlavaProcessor load(Checkpoint checkpoint, ImageAspect aspect, String template) {
    ConversationTemplate conversation =
        ConversationTemplate.named(template(checkpoint.folders(), template));
    ImageAspect resolved = imageAspect(checkpoint.folders(), aspect);
    requireShown(checkpoint, resolved);
    LlavaConfig model = checkpoint.config();
    Family family = Families.named(model.family().name());
    ImageProcessors images =
        opened(
            checkpoint.folders(),
            () -> family.imageProcessors(model, checkpoint.imageFolder(), resolved));
    requireFit(images.alone(), checkpoint);
    Optional<VideoProcessor> videos = videos(family, checkpoint);
    LlavaTokenizer tokenizer = tokenizer(checkpoint);
    Optional<InstructionTokenizer> instructions = Optional.empty();
    try {
      instructions = instructions(checkpoint);
      PromptEncoder prompts =
          new PromptEncoder(
              tokenizer,
              conversation,
              model.imageTokenId(),
              imageText(model.family()),
              instructions);
      return new LlavaProcessor(images, videos, resolved, prompts, tokenizer, instructions);
    } catch (RuntimeException e) {
      instructions.ifPresent(InstructionTokenizer::close);
      tokenizer.close();
      throw e;
    }
  }

  // Pictures are taken whatever is wrong with the files of videos.
  private static Optional<VideoProcessor> videos(Family family, Checkpoint checkpoint) {
    try {
      return family.videoProcessor(checkpoint.config(), checkpoint.imageFolder());
    } catch (IllegalArgumentException | UncheckedIOException e) {
      return Optional.of(new RefusedVideos(e.getMessage()));
    }
  }

  private static ImageText imageText(ModelFamily family) {
    boolean token = family.imageText().equals(ConversationTemplate.IMAGE_TOKEN);
    return new ImageText(
        family.imageText(),
        family.imageFirst(),
        !family.imageFirst() && (token || family.severalImages()),
        family.beside(),
        family.tiledText(),
        family.video().map(VideoConfig::text));
  }

  private static Optional<InstructionTokenizer> instructions(Checkpoint checkpoint) {
    return checkpoint
        .config()
        .family()
        .queries()
        .map(QueryConfig::words)
        .filter(words -> words.vocabulary() > 0)
        .map(
            words ->
                InstructionTokenizer.load(
                    checkpoint.folders().base(), words.vocabulary(), words.positions()));
  }

  private static void requireShown(Checkpoint checkpoint, ImageAspect aspect) {
    Optional<ImageAspect> own = checkpoint.config().family().aspect();
    boolean fits =
        own.map(only -> only == aspect)
            .orElse(aspect == ImageAspect.PAD || aspect == ImageAspect.CROP);
    if (!fits) {
      throw new CheckpointException(
          Text.format(
              "Cannot show images to %s with image aspect %s: it sees them %s; use auto",
              checkpoint.folders(),
              aspect.name().toLowerCase(Locale.ROOT),
              own.map(LlavaProcessor::seen).orElse("whole, padded or cropped")));
    }
  }

  private static String seen(ImageAspect only) {
    return switch (only) {
      case ANYRES -> "in tiles";
      case NATIVE -> "at their own size";
      default -> "stretched to a square";
    };
  }

  private static LlavaTokenizer tokenizer(Checkpoint checkpoint) {
    LlavaTokenizer tokenizer =
        checkpoint.addsImageToken()
            ? LlavaTokenizer.load(checkpoint.tokenizerFolder(), checkpoint.config().imageTokenId())
            : LlavaTokenizer.load(checkpoint.tokenizerFolder(), Families.tokenizers());
    TextConfig text = checkpoint.config().text();
    return tokenizer.within(text.longestPrompt(), text.vocabSize());
  }

  private static void requireFit(ImageProcessor preprocessor, Checkpoint checkpoint) {
    VisionConfig vision = checkpoint.config().vision();
    if (vision.kind().anySize() && vision.channels() == 3) {
      return; // what a side is a multiple of, the configuration has checked
    }
    int side = vision.imageSize();
    Resolution size = preprocessor.size(side, side);
    if (size.height() != side || size.width() != side || vision.channels() != 3) {
      throw new CheckpointException(
          Text.format(
              "Cannot use checkpoint %s: its image processor gives 3 x %d x %d pixels but its"
                  + " vision tower takes %d x %d x %d; let crop_size (or size) and vision_config"
                  + " agree",
              checkpoint.folders(), size.height(), size.width(), vision.channels(), side, side));
    }
  }

  /**
   * Returns the aspect as asked or, where {@code auto} leaves it to the checkpoint, as its files
   * say.
   *
   * @param folders the checkpoint's
   * @throws CheckpointException where its files cannot be read
   */
  public static ImageAspect imageAspect(ModelFolders folders, ImageAspect aspect) {
    return aspect == ImageAspect.AUTO ? Checkpoint.imageAspect(folders) : aspect;
  }

  private static <T> T opened(ModelFolders folders, Supplier<T> read) {
    try {
      return read.get();
    } catch (IllegalArgumentException | UncheckedIOException e) {
      throw Checkpoint.cannotOpen(folders, e);
    }
  }

  /**
   * Returns the name of the template as asked or, where {@code auto} leaves it to the checkpoint,
   * of its own.
   *
   * @param folders the checkpoint's
   * @throws CheckpointException where it has none that is known, or its files cannot be read
   */
  public static String template(ModelFolders folders, String template) {
    if (!template.equals(ConversationTemplate.AUTO)) {
      return template;
    }
    return Checkpoint.template(folders)
        .orElseThrow(
            () ->
                new CheckpointException(
                    Text.format(
                        "Cannot tell in which conversation template %s was trained: none is known"
                            + " of its language model; name one of %s",
                        folders, String.join(", ", ConversationTemplate.names()))));
  }

  @Override
  public void close() {
    instructions.ifPresent(InstructionTokenizer::close);
    tokenizer.close();
  }
}
