package io.prumerge.engine;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.config.CheckpointException;
import io.prumerge.config.VisionConfig;
import io.prumerge.image.ImageAspect;
import io.prumerge.image.ImageProcessor;
import io.prumerge.image.PaddedPatches;
import io.prumerge.image.RgbImage;
import io.prumerge.image.ViewGrid;
import io.prumerge.model.ImageViews;
import io.prumerge.model.LlavaModel;
import io.prumerge.model.text.QuestionReader;
import io.prumerge.model.tower.ImageInput;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.text.LlavaTokenizer;
import io.prumerge.text.PromptEncoder;
import io.prumerge.text.TokenizerException;
import io.prumerge.torch.Precision;
import io.prumerge.torch.TorchRuntime;
import io.prumerge.zoo.LlavaBlock;
import io.prumerge.zoo.LlavaCriteria;
import io.prumerge.zoo.LlavaInput;
import io.prumerge.zoo.LlavaProcessor;
import io.prumerge.zoo.LlavaTranslator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** A model through DJL's zoo, with the processor that turns questions and images into its input. */
record LoadedModel(ZooModel<LlavaInput, String> zoo, String device) implements AutoCloseable {

  /**
   * @param config resolved
   */
  static LoadedModel load(EngineConfig config) {
    TorchRuntime.engine();
    Device device = Devices.device(config.device(), config.deviceAddress());
    LlavaCriteria criteria =
        new LlavaCriteria(
            config.folders(),
            Precision.valueOf(config.dtype().name()),
            config.imageAspect(),
            config.template());
    try {
      return new LoadedModel(
          criteria.on(device).loadModel(), device.isGpu() ? "cuda:" + device.getDeviceId() : "cpu");
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

  ImageProcessor preprocessor() {
    return processor().preprocessor();
  }

  /**
   * A decoded picture as the tower takes it, and in the smaller images that methods ask for.
   *
   * @param bytes its encoded bytes
   */
  ImageViews views(RgbImage picture, byte[] bytes, List<TokenReducer> reducers) {
    List<float[]> pixels = preprocessor().views(picture);
    byte[] sha256 = Sha256.of(bytes);
    int patchSize = checkpoint().config().vision().patchSize();
    SmallerViews smaller = SmallerViews.of(preprocessor(), patchSize, picture, reducers);
    if (pixels.size() > 1) {
      ViewGrid grid = preprocessor().grid(picture.width(), picture.height());
      return ImageViews.of(pixels, grid, sha256, smaller::view);
    }
    return ImageViews.whole(
        new ImageInput(pixels.get(0), sha256, padding(picture), smaller.view(0)),
        picture.width(),
        picture.height());
  }

  private int[] padding(RgbImage picture) {
    VisionConfig vision = checkpoint().config().vision();
    return imageAspect() == ImageAspect.PAD
        ? PaddedPatches.of(
            picture.width(), picture.height(), vision.imageSize(), vision.patchSize())
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
    return model().reader(tokenizer());
  }

  @Override
  public void close() {
    zoo.close();
  }
}
