package io.prumerge.training;

import io.prumerge.architecture.RowConnector;
import io.prumerge.config.Activation;
import io.prumerge.model.LlavaModel;
import io.prumerge.model.decoder.DecoderParts;
import io.prumerge.model.decoder.LayerDimensions;
import io.prumerge.model.decoder.RopeFrequencies;
import io.prumerge.reduction.Stage;
import io.prumerge.torch.KernelCall;
import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Runs examples forward and back. The gradient is written out in {@code training.torchscript}
 * instead of recorded by autograd: it needs no weights of its own, and no switch of the thread or
 * the process.
 */
final class GradientPasses {

  /** Keys of a pass: more than any decoder has adapters. */
  private static final long KEYS = 1 << 16;

  private final LlavaModel model;
  private final DecoderParts decoder;
  private final Torch torch;
  private final TrainingSettings settings;
  private final TrainedVector values;

  GradientPasses(LlavaModel model, TrainingSettings settings, TrainedVector values) {
    this.model = model;
    this.decoder = model.decoder();
    this.torch = decoder.torch();
    this.settings = settings;
    this.values = values;
  }

  /**
   * Adds the gradients of the sum of all answer tokens' cross-entropies. Examples that follow each
   * other and are about the same image compute what they have in common once.
   *
   * @param examples checked; those without an answer are left out
   * @param step number of steps before this one; decides with the seed what dropout leaves out
   * @return that sum
   */
  double add(List<TrainingExample> examples, int step, TrainedVector gradients) {
    List<TrainingExample> pass = new ArrayList<>();
    double loss = 0;
    int rows = 0;
    long key = key(step);
    for (TrainingExample example : examples) {
      if (example.answerTokens() == 0) {
        continue;
      }
      int own = example.length();
      if (!pass.isEmpty()) {
        own -= PackedExamples.common(pass.get(pass.size() - 1), example, imageToken());
        if (rows + own > settings.passRows()) {
          loss += run(pass, key, gradients);
          key += KEYS;
          pass.clear();
          rows = 0;
          own = example.length();
        }
      }
      pass.add(example);
      rows += own;
    }
    return pass.isEmpty() ? loss : loss + run(pass, key, gradients);
  }

  // Keys of other passes and of their adapters are next to it; those of other steps are far away.
  private long key(int step) {
    return UniformStart.mixed(settings.seed() + step * UniformStart.GOLDEN);
  }

  private int imageToken() {
    return model.checkpoint().config().imageTokenId();
  }

  private float run(List<TrainingExample> pass, long key, TrainedVector gradients) {
    PackedExamples packed = PackedExamples.of(pass, imageToken());
    try (Torch.Value lists = torch.indices(packed.lists(), decoder.like());
        PassImages images = new PassImages(model, values, packed);
        Torch.Value x = torch.call("begin", decoder.ends(), lists, images.rows());
        Torch.Value learned = learn(x, lists, packed.rows(), key, gradients)) {
      Torch.Value[] parts = learned.elements();
      try (Torch.Value loss = parts[0];
          Torch.Value gradient = parts[1]) {
        images.addGradient(gradient, lists, gradients);
        return model.floats(loss)[0];
      }
    }
  }

  private Torch.Value learn(
      Torch.Value x, Torch.Value lists, int[] rows, long key, TrainedVector gradients) {
    RopeFrequencies rope = decoder.rope().orElseThrow();
    return new KernelCall(torch, "learn")
        .with("x", x)
        .with("lists", lists)
        .with("at", PackedExamples.POSITIONS)
        .with("segments", PackedExamples.SEGMENTS)
        .with("frequencies", rope.ordinary())
        .with("turn", rope.attentionFactor())
        .with("w", decoder.ends())
        .with("layers", decoder.layers())
        .with("loras", values.loras())
        .with("gradients", gradients.loras())
        .with("rows", rows)
        .with("keep", !settings.recompute())
        .with("scale", settings.lora().scale())
        .with("drop", settings.lora().dropout())
        .with("key", key)
        .withAny(LayerDimensions.of(decoder.text()))
        .run();
  }

  /**
   * The images' tokens of one pass on the device, those from before the connector led through it:
   * the trained one, in fp32, or the model's own.
   */
  private static final class PassImages implements AutoCloseable {

    private final LlavaModel model;
    private final Torch torch;
    private final Torch.Value like;
    private final TrainedVector values;
    private final RowConnector connector;
    private final Optional<Activation> between;
    private final Optional<Torch.Value> taken;
    private final Optional<Torch.Value> projected;

    PassImages(LlavaModel model, TrainedVector values, PackedExamples packed) {
      this.model = model;
      this.torch = model.decoder().torch();
      this.like = model.decoder().like();
      this.values = values;
      this.connector = TrainedParts.of(model.checkpoint().config()).connector();
      this.between = model.checkpoint().config().family().linear().orElseThrow().between();
      this.taken = packed.images().stream().findFirst().map(first -> tokens(packed, first));
      try {
        this.projected =
            taken
                .filter(tokens -> packed.images().get(0).stage() == Stage.BEFORE_CONNECTOR)
                .map(this::project);
      } catch (RuntimeException e) {
        taken.ifPresent(Torch.Value::close);
        throw e;
      }
    }

    private Torch.Value tokens(PackedExamples packed, ReducedImage first) {
      return torch.tensor(packed.tokens(), like, packed.visualRows(), first.width());
    }

    private Torch.Value project(Torch.Value tokens) {
      if (values.connector().isPresent()) {
        return call(connector.function())
            .with("x", tokens)
            .with("w", values.connector().get())
            .run();
      }
      try (Torch.Value rounded = torch.call("as_like", tokens, like)) {
        return model.projector().patches(rounded);
      }
    }

    /** Returns one tensor [rows, D], or none in a pass without images. */
    List<Torch.Value> rows() {
      return projected.or(() -> taken).stream().toList();
    }

    /**
     * Adds the gradients of a connector that is trained.
     *
     * @param gradient by the decoder's input
     * @param lists the pass's
     */
    void addGradient(Torch.Value gradient, Torch.Value lists, TrainedVector gradients) {
      if (projected.isPresent() && values.connector().isPresent()) {
        call(connector.function() + "_gradient")
            .with("d", gradient)
            .with("lists", lists)
            .with("at", PackedExamples.VISUAL)
            .with("x", taken.orElseThrow())
            .with("w", values.connector().get())
            .with("g", gradients.connector().orElseThrow())
            .run()
            .close();
      }
    }

    // A call with the function between the connector's two layers, where it has two.
    private KernelCall call(String kernel) {
      KernelCall call = new KernelCall(torch, kernel);
      return between.map(activation -> call.with("act", activation.code())).orElse(call);
    }

    @Override
    public void close() {
      projected.ifPresent(Torch.Value::close);
      taken.ifPresent(Torch.Value::close);
    }
  }
}
