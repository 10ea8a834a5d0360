package io.prumerge.engine;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.CheckpointException;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.checkpoint.VisionConfig;
import io.prumerge.image.ClipPreprocessor;
import io.prumerge.image.ImageAspect;
import io.prumerge.image.PaddedPatches;
import io.prumerge.image.RgbImage;
import io.prumerge.model.ImageInput;
import io.prumerge.model.LlavaModel;
import io.prumerge.model.Precision;
import io.prumerge.model.QuestionReader;
import io.prumerge.model.TorchRuntime;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.text.LlavaTokenizer;
import io.prumerge.text.PromptEncoder;
import io.prumerge.text.TokenizerException;
import io.prumerge.zoo.LlavaBlock;
import io.prumerge.zoo.LlavaCriteria;
import io.prumerge.zoo.LlavaInput;
import io.prumerge.zoo.LlavaProcessor;
import io.prumerge.zoo.LlavaTranslator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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

  ClipPreprocessor preprocessor() {
    return processor().preprocessor();
  }

  /**
   * A decoded picture as the tower takes it, also in the smaller images that methods ask for.
   *
   * @param bytes its encoded bytes
   */
  ImageInput input(RgbImage picture, byte[] bytes, List<TokenReducer> reducers) {
    VisionConfig vision = checkpoint().config().vision();
    Map<Integer, float[]> smaller = new HashMap<>();
    for (TokenReducer reducer : reducers) {
      for (TowerEvidence evidence : reducer.sees()) {
        if (evidence instanceof TowerEvidence.SmallImage small) {
          preprocessor()
              .ofSize(small.side() * vision.patchSize())
              .ifPresent(other -> smaller.put(small.side(), other.pixels(picture)));
        }
      }
    }
    int[] padding =
        imageAspect() == ImageAspect.PAD
            ? PaddedPatches.of(
                picture.width(), picture.height(), vision.imageSize(), vision.patchSize())
            : new int[0];
    return new ImageInput(preprocessor().pixels(picture), Sha256.of(bytes), padding, smaller);
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
