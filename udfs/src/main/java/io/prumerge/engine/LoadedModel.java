package io.prumerge.engine;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.config.CheckpointException;
import io.prumerge.config.ModelFamily;
import io.prumerge.config.VisionConfig;
import io.prumerge.image.PatchGrid;
import io.prumerge.image.PictureLimit;
import io.prumerge.image.PixelBlocks;
import io.prumerge.image.PixelBytes;
import io.prumerge.image.PixelFloats;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.ViewPixels;
import io.prumerge.image.Visual;
import io.prumerge.image.codec.ImageDecoder;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.ImageLimits;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.image.processor.ClipPreprocessor;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.image.processor.ImageProcessor;
import io.prumerge.image.size.NativeSize;
import io.prumerge.model.LlavaModel;
import io.prumerge.model.text.QuestionReader;
import io.prumerge.model.tower.PreparedImages;
import io.prumerge.model.tower.PreparedView;
import io.prumerge.model.tower.SmallPixels;
import io.prumerge.reduction.PixelRule;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.text.LlavaTokenizer;
import io.prumerge.text.PromptEncoder;
import io.prumerge.text.TokenizerException;
import io.prumerge.torch.TorchRuntime;
import io.prumerge.zoo.Devices;
import io.prumerge.zoo.LlavaBlock;
import io.prumerge.zoo.LlavaCriteria;
import io.prumerge.zoo.LlavaInput;
import io.prumerge.zoo.LlavaProcessor;
import io.prumerge.zoo.LlavaTranslator;
import io.prumerge.zoo.LoadSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A model through DJL's zoo, with the processor that turns questions and images into its input. */
record LoadedModel(ZooModel<LlavaInput, String> zoo) implements AutoCloseable {

  /**
   * @param config resolved
   */
  static LoadedModel load(EngineConfig config) {
    TorchRuntime.engine();
    Device device =
        Devices.device(config.settings().get(LoadSettings.DEVICE), config.deviceAddress());
    LlavaCriteria criteria = new LlavaCriteria(config.folders(), config.settings().written());
    try {
      return new LoadedModel(criteria.on(device).loadModel());
    } catch (IOException
        | ModelNotFoundException
        | MalformedModelException
        | TokenizerException
        | IllegalArgumentException
        | UncheckedIOException e) {
      throw new CheckpointException("Cannot load " + config.model() + ": " + e.getMessage(), e);
    }
  }

  LlavaModel model() {
    return ((LlavaBlock) zoo.getBlock()).model();
  }

  Checkpoint checkpoint() {
    return model().checkpoint();
  }

  private LlavaProcessor processor() {
    return ((LlavaTranslator) zoo.getTranslator()).processor();
  }

  /** Returns the image processor for each picture of a prompt with {@code pictures} pictures. */
  ImageProcessor preprocessor(int pictures) {
    return processor().images().of(pictures);
  }

  /**
   * Returns the images of one prompt as the tower takes them, and in the smaller images that
   * methods ask for.
   *
   * @param visuals at least one
   * @throws ImageException as {@link #pictures}, or if the model takes no videos
   */
  PreparedImages prepare(List<Visual> visuals, List<TokenReducer> reducers) throws ImageException {
    if (visuals.stream().allMatch(Visual.Picture.class::isInstance)) {
      List<byte[]> images = visuals.stream().flatMap(one -> one.files().stream()).toList();
      return prepare(pictures(images), images, reducers);
    }
    requireSeveral(visuals.size());
    Optional<PictureLimit> limit = limit(reducers);
    int pictures = (int) visuals.stream().filter(Visual.Picture.class::isInstance).count();
    List<PreparedImages> images = new ArrayList<>();
    for (Visual visual : visuals) {
      try {
        images.add(
            visual instanceof Visual.Video video
                ? new VideoFrames(processor(), checkpoint().config().family()).of(video, limit)
                : beside((Visual.Picture) visual, limit, pictures));
      } catch (ImageException e) {
        throw e.of(images.size() + 1, visuals.size());
      }
    }
    return images.size() == 1 ? images.get(0) : PreparedImages.together(images);
  }

  // A picture in a prompt with a video, seen as without the video: transformers counts the pictures
  // alone (batch_num_images). No method makes it smaller.
  private PreparedImages beside(Visual.Picture visual, Optional<PictureLimit> limit, int pictures)
      throws ImageException {
    RgbImage picture = decoded(visual.encoded(), pictures);
    if (limit.isPresent()) {
      throw new ReductionException(
          limit.get() instanceof PictureLimit.OfFrames
              ? PictureLimit.OfFrames.OF_PICTURE
              : ImageProcessor.ONE_RESOLUTION);
    }
    ImageProcessor preprocessor = preprocessor(pictures);
    int patchSize = checkpoint().config().vision().patchSize();
    SmallerViews smaller = SmallerViews.of(preprocessor, patchSize, picture, List.of(), 1);
    return prepare(
        preprocessor, picture, picture, Sha256.of(visual.encoded()), smaller, Optional.empty());
  }

  /**
   * Returns the images of one prompt, decoded.
   *
   * @throws ImageException if one of them is no usable image, saying which; or if the model takes
   *     only one in a prompt
   */
  private List<RgbImage> pictures(List<byte[]> images) throws ImageException {
    requireSeveral(images.size());
    List<RgbImage> pictures = new ArrayList<>();
    for (byte[] image : images) {
      try {
        pictures.add(decoded(image, images.size()));
      } catch (ImageException e) {
        throw e.of(pictures.size() + 1, images.size());
      }
    }
    return pictures;
  }

  private void requireSeveral(int images) throws ImageException {
    ModelFamily family = checkpoint().config().family();
    if (images > 1 && !family.severalImages()) {
      throw ImageException.several(images, family.name());
    }
  }

  private RgbImage decoded(byte[] image, int images) throws ImageException {
    RgbImage picture = ImageDecoder.decode(image, ImageLimits.DEFAULT);
    preprocessor(images).requireTaken(picture.width(), picture.height());
    return picture;
  }

  // Reducers of one request have the tower see the same pixels.
  private static Optional<PictureLimit> limit(List<TokenReducer> reducers) {
    return reducers.stream().findFirst().flatMap(TokenReducer::picture);
  }

  /**
   * Returns the views of decoded pictures.
   *
   * @param bytes their encoded bytes
   * @param reducers that have the tower see the same pixels
   * @throws ReductionException if they see a smaller one, and the model sees none of the pictures
   *     so small
   */
  private PreparedImages prepare(
      List<RgbImage> decoded, List<byte[]> bytes, List<TokenReducer> reducers) {
    List<RgbImage> pictures = shrunk(decoded, limit(reducers));
    ImageProcessor preprocessor = within(reducers, pictures);
    int patchSize = checkpoint().config().vision().patchSize();
    int all =
        pictures.stream()
            .mapToInt(one -> preprocessor.grid(one.width(), one.height()).views())
            .sum();
    Optional<PixelRule> pixels =
        reducers.stream()
            .findFirst()
            .flatMap(TokenReducer::pixels)
            .filter(rule -> checkpoint().config().traits().takesSomePixels()); // or it is refused
    List<PreparedImages> images = new ArrayList<>();
    for (int i = 0; i < pictures.size(); i++) {
      RgbImage picture = pictures.get(i);
      SmallerViews smaller = SmallerViews.of(preprocessor, patchSize, picture, reducers, all);
      images.add(
          prepare(preprocessor, picture, decoded.get(i), Sha256.of(bytes.get(i)), smaller, pixels));
    }
    return images.size() == 1 ? images.get(0) : PreparedImages.together(images);
  }

  /** Returns smaller copies of pictures, if the limit asks for any. */
  private static List<RgbImage> shrunk(List<RgbImage> pictures, Optional<PictureLimit> limit) {
    return limit.isPresent() && limit.get() instanceof PictureLimit.OfPixels copy
        ? pictures.stream().map(copy::shrunk).toList()
        : pictures;
  }

  private ImageProcessor within(List<TokenReducer> reducers, List<RgbImage> pictures) {
    ImageProcessor all = preprocessor(pictures.size());
    Optional<PictureLimit> limit = limit(reducers);
    if (limit.isEmpty() || limit.get() instanceof PictureLimit.OfPixels) {
      return all;
    }
    if (limit.get() instanceof PictureLimit.OfFrames) {
      throw new ReductionException(PictureLimit.OfFrames.OF_PICTURE);
    }
    try {
      ImageProcessor limited = all.within(limit.get());
      pictures.forEach(one -> limited.grid(one.width(), one.height()));
      return limited;
    } catch (IllegalArgumentException e) {
      throw new ReductionException(e.getMessage());
    }
  }

  private PreparedImages prepare(
      ImageProcessor preprocessor,
      RgbImage picture,
      RgbImage own,
      byte[] sha256,
      SmallerViews smaller,
      Optional<PixelRule> rule) {
    List<PixelBytes> bytes = preprocessor.bytes(picture);
    List<ViewPixels> pixels = pixels(bytes);
    ViewGrid grid =
        preprocessor.grid(picture.width(), picture.height()).copyOf(own.width(), own.height());
    PreparedImages whole =
        pixels.size() > 1
            ? PreparedImages.ofViews(pixels, grid, sha256, smaller::view)
            : PreparedImages.whole(
                new PreparedView(pixels.get(0), sha256, padding(picture), smaller.view(0)), grid);
    return rule.map(one -> whole.keeping(one, blocks(bytes, grid))).orElse(whole);
  }

  // The device normalises them, or this thread does.
  private List<ViewPixels> pixels(List<PixelBytes> views) {
    return model().vision().takesBytes()
        ? List.copyOf(views)
        : views.stream().<ViewPixels>map(view -> new PixelFloats(view.values())).toList();
  }

  private List<PixelBlocks> blocks(List<PixelBytes> views, ViewGrid image) {
    PatchGrid grid = checkpoint().config().patches(image);
    VisionConfig vision = checkpoint().config().vision();
    int edge = vision.blockSize();
    int width = vision.kind().anySize() ? edge * grid.cols() : vision.imageSize();
    return views.stream().map(view -> new PixelBlocks(view, width, grid, edge)).toList();
  }

  private int[] padding(RgbImage picture) {
    VisionConfig vision = checkpoint().config().vision();
    ModelFamily family = checkpoint().config().family();
    boolean square = family.severalWhole() || family.size().filter(NativeSize::square).isPresent();
    return square || imageAspect() == ImageAspect.PAD
        ? ClipPreprocessor.paddedPatches(
            picture.width(), picture.height(), vision.imageSize(), vision.blockSize())
        : new int[0];
  }

  ImageAspect imageAspect() {
    return processor().imageAspect();
  }

  PromptEncoder prompts() {
    return processor().prompts();
  }

  LlavaTokenizer tokenizer() {
    return processor().tokenizer();
  }

  /** Reads questions for methods that choose by their text. */
  QuestionReader reader() {
    return model().reader(tokenizer(), prompts());
  }

  @Override
  public void close() {
    zoo.close();
  }

  /**
   * One picture's views in smaller images. Sizes that methods name are made at once, by the thread
   * that prepares the picture; those that follow from what the tower sees are made when they are
   * asked for. For one thread at a time.
   */
  private static final class SmallerViews {

    private final ImageProcessor processor;
    private final int patchSize;
    private final Map<Integer, Optional<List<float[]>>> bySide = new HashMap<>();
    private final RgbImage picture; // null if nobody asks for another size

    private SmallerViews(ImageProcessor processor, int patchSize, RgbImage picture) {
      this.processor = processor;
      this.patchSize = patchSize;
      this.picture = picture;
    }

    /**
     * @param processor of the picture's views
     * @param patchSize in pixels
     * @param views of all images of the prompt
     */
    static SmallerViews of(
        ImageProcessor processor,
        int patchSize,
        RgbImage picture,
        List<TokenReducer> reducers,
        int views) {
      boolean later =
          reducers.stream()
              .anyMatch(
                  reducer ->
                      reducer.sees().contains(TowerEvidence.SmallImage.OF_ANY_SIZE)
                          && reducer.smallSide(views).isEmpty());
      SmallerViews smaller = new SmallerViews(processor, patchSize, later ? picture : null);
      for (TokenReducer reducer : reducers) {
        reducer
            .smallSide(views)
            .ifPresent(
                side -> smaller.bySide.computeIfAbsent(side, one -> smaller.pixels(one, picture)));
      }
      return smaller;
    }

    private Optional<List<float[]>> pixels(int side, RgbImage shown) {
      int width = processor.size(shown.width(), shown.height()).width();
      boolean smaller = side >= 1 && side < width / patchSize;
      return smaller
          ? processor.ofSize(side * patchSize).map(other -> other.views(shown))
          : Optional.empty();
    }

    /** Returns one of the views. */
    SmallPixels view(int view) {
      return side -> {
        if (picture != null) {
          bySide.computeIfAbsent(side, one -> pixels(one, picture));
        }
        return bySide.getOrDefault(side, Optional.empty()).map(views -> views.get(view));
      };
    }
  }
}
