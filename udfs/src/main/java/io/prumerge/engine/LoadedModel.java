package io.prumerge.engine;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.CheckpointException;
import io.prumerge.image.ImageAspect;
import io.prumerge.image.ImageProcessor;
import io.prumerge.model.LlavaModel;
import io.prumerge.model.Precision;
import io.prumerge.model.TorchRuntime;
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

  ImageAspect imageAspect() {
    return processor().imageAspect();
  }

  PromptEncoder prompts() {
    return processor().prompts();
  }

  LlavaTokenizer tokenizer() {
    return processor().tokenizer();
  }

  @Override
  public void close() {
    zoo.close();
  }
}
