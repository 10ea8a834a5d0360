package io.prumerge.training;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.config.LlavaConfig;
import io.prumerge.engine.LlavaEngine;
import io.prumerge.engine.ModelLease;
import io.prumerge.model.LlavaModel;
import io.prumerge.model.decoder.DecoderParts;
import io.prumerge.torch.KernelCall;
import io.prumerge.torch.Precision;
import io.prumerge.torch.TensorLoader;
import io.prumerge.torch.Torch;
import io.prumerge.torch.TorchRuntime;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.util.Arrays;
import java.util.List;

/**
 * Trains a LoRA adapter of a loaded model, and its connector where asked. The model itself stays as
 * it is and may answer questions meanwhile. Several may train one model, each for one thread at a
 * time.
 *
 * <p>The same model, settings and batches give the same bits on one machine with the same number of
 * threads ({@link LlavaEngine#threads}), also when a training is {@link #restore restored} in
 * between. Each step sets it for its own thread: tasks come on any, and libtorch would give each
 * thread the number that was set last when it first came.
 */
public final class AdapterTrainer implements AutoCloseable {

  private final Torch torch;
  private final TrainingSettings settings;
  private final TrainedLayout layout;
  private final ExampleCheck check;
  private final List<TrainedVector> vectors; // all that is on the device
  private final TrainedVector values;
  private final TrainedVector mean;
  private final TrainedVector square;
  private final TrainedVector gradients;
  private final AdamW optimizer;
  private final GradientPasses passes;
  private final int threads = LlavaEngine.threads();
  private int steps;

  private AdapterTrainer(LlavaModel model, TrainingSettings settings, TrainedLayout layout) {
    DecoderParts decoder = model.decoder();
    this.torch = decoder.torch();
    this.settings = settings;
    this.layout = layout;
    this.check =
        new ExampleCheck(
            model.checkpoint().config(), settings.lora(), decoder.rope().orElseThrow());
    this.vectors = TrainedVector.several(4, torch, decoder.like(), layout);
    this.values = vectors.get(0);
    this.mean = vectors.get(1);
    this.square = vectors.get(2);
    this.gradients = vectors.get(3);
    this.optimizer = new AdamW(torch, layout, settings, mean, square);
    this.passes = new GradientPasses(model, settings, values);
  }

  /**
   * Begins a training: lora_A uniform as peft draws it, by our own generator; lora_B zero; the
   * connector as the checkpoint has it.
   *
   * @param model is to stay open as long as this is
   * @throws IllegalArgumentException if the model runs in fp16, in which small gradients vanish, or
   *     the trained values are too many, or there are no gradients for its parts
   * @throws io.prumerge.torch.TorchException if the device cannot hold the trained values
   */
  public static AdapterTrainer open(ModelLease model, TrainingSettings settings) {
    return open(model.model(), settings);
  }

  static AdapterTrainer open(LlavaModel model, TrainingSettings settings) {
    if (model.precision() == Precision.FP16) {
      throw new IllegalArgumentException(
          "Cannot train in fp16: small gradients would vanish; use bf16 or fp32");
    }
    TrainedLayout layout = new TrainedLayout(model.checkpoint().config(), settings.lora());
    AdapterTrainer trainer = new AdapterTrainer(model, settings, layout);
    try {
      trainer.begin(model.checkpoint());
      return trainer;
    } catch (RuntimeException e) {
      trainer.close();
      throw e;
    }
  }

  private void begin(Checkpoint checkpoint) {
    UniformStart start = new UniformStart(settings.seed());
    for (TrainedTensor place : layout.adapter()) {
      if (place.isDown()) {
        values.put(place.start(), start.matrix(place.count(), place.shape().get(1)));
      }
    }
    try (TensorLoader loader = new TensorLoader(torch, checkpoint, "cpu", Precision.FP32)) {
      for (TrainedTensor place : layout.connector()) {
        try (Torch.Value weight = loader.load(place.name())) {
          values.put(place.start(), weight.toFloats(torch));
        }
      }
    }
  }

  /**
   * Refuses a model that no adapter can be trained of.
   *
   * @param config is all that is looked at
   * @throws IllegalArgumentException in one line, which names the model's family
   */
  public static void requireGradients(LlavaConfig config) {
    TrainedParts.of(config);
  }

  /**
   * Returns the number of values that a training would train.
   *
   * @throws IllegalArgumentException as {@link #open} does
   */
  public static int parameters(LlavaConfig config, LoraSettings lora) {
    return new TrainedLayout(config, lora).count();
  }

  /** Returns the number of trained values. */
  public int parameters() {
    return layout.count();
  }

  /** Returns the steps taken so far. */
  public int steps() {
    return steps;
  }

  /**
   * Takes one step of the optimiser. Loss and gradients are the means over all answer tokens of the
   * batch, as in transformers' trainer.
   *
   * @throws IllegalArgumentException if an example does not fit the model, saying how; nothing has
   *     changed
   * @throws IllegalStateException if the batch has no answer token, loss or gradients are no finite
   *     numbers, or all steps were taken; nothing has changed
   * @throws io.prumerge.torch.TorchException if the device fails; go on from a saved state
   */
  public StepResult step(List<TrainingExample> batch) {
    requireStepsLeft();
    double loss = sum(batch);
    return update(loss, batch.stream().mapToLong(TrainingExample::answerTokens).sum());
  }

  /**
   * Returns the sums of a part of a batch, for several devices that take each step together: add
   * them up and let every device {@link #apply} the sum. May throw as {@link #step}; a part may
   * have no answer token.
   */
  public BatchGradients gradients(List<TrainingExample> part) {
    requireStepsLeft();
    double loss = sum(part);
    long tokens = part.stream().mapToLong(TrainingExample::answerTokens).sum();
    return new BatchGradients(loss, tokens, gradients.get());
  }

  /** Takes one step with the sums over a whole batch. May throw as {@link #step}. */
  public StepResult apply(BatchGradients sum) {
    requireStepsLeft();
    if (sum.values().length != layout.count()) {
      throw new IllegalArgumentException(
          "Cannot take a step of "
              + layout.count()
              + " values with gradients of "
              + sum.values().length);
    }
    gradients.put(0, sum.values());
    return update(sum.loss(), sum.answerTokens());
  }

  private double sum(List<TrainingExample> examples) {
    check.check(examples);
    TorchRuntime.useThreads(threads);
    gradients.clear();
    return passes.add(examples, steps, gradients);
  }

  private StepResult update(double loss, long tokens) {
    if (tokens == 0) {
      throw new IllegalStateException("Cannot take a step: the batch has no answer token");
    }
    TorchRuntime.useThreads(threads);
    double norm = norm() / tokens;
    if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
      throw new IllegalStateException(
          "Cannot take step "
              + (steps + 1)
              + ": the loss is "
              + loss / tokens
              + " and the gradient's norm "
              + norm
              + "; try a lower learning rate");
    }
    double rate = optimizer.rate(steps);
    optimizer.step(steps, values, gradients, 1.0 / tokens);
    steps++;
    return new StepResult(steps, loss / tokens, tokens, rate, norm);
  }

  private double norm() {
    try (Torch.Value norm = torch.call("norm_of", gradients.flat())) {
      return norm.toFloats(torch)[0];
    }
  }

  private void requireStepsLeft() {
    if (steps >= settings.steps()) {
      throw new IllegalStateException(
          "Cannot go on: all " + settings.steps() + " steps of this training were taken");
    }
  }

  /**
   * Writes all that a training goes on from: trained values, moments and the number of steps taken;
   * 12 bytes for each trained value.
   */
  public void saveState(OutputStream state) throws IOException {
    state().write(steps, state);
  }

  /**
   * Goes on from a state that {@link #saveState} wrote, of a training of the same model with the
   * same settings.
   *
   * @throws IOException if it cannot be read, is cut short or damaged or is of other settings; this
   *     training is not to be used then
   */
  public void restore(InputStream state) throws IOException {
    steps = state().read(state);
  }

  private TrainingState state() {
    return new TrainingState(settings, List.of(values, mean, square));
  }

  /**
   * Writes the adapter as peft does: {@code adapter_config.json} and {@code
   * adapter_model.safetensors}, the connector in it where it was trained. transformers with peft
   * and {@code --model BASE+ADAPTER} load it, and compute with it in fp32.
   *
   * @param folder is made if it is not there; these two files in it are replaced
   * @param base name of the base model for {@code base_model_name_or_path}
   * @param type of the stored values
   */
  public void saveAdapter(Path folder, String base, Precision type) throws IOException {
    AdapterFolder.write(folder, base, settings.lora(), layout, values, type);
  }

  @Override
  public void close() {
    vectors.forEach(TrainedVector::close);
  }

  /**
   * AdamW on the trained values, adapter and connector at rates of their own. Source: torch 2.7.1,
   * {@code torch/optim/adamw.py}, _single_tensor_adamw. (DJL's adds epsilon to a second moment
   * whose bias is not corrected.)
   */
  private static final class AdamW {

    private final Torch torch;
    private final TrainedLayout layout;
    private final TrainingSettings settings;
    private final TrainedVector mean;
    private final TrainedVector square;

    /**
     * @param mean where the mean of the gradients is kept
     * @param square where the mean of their squares is kept
     */
    AdamW(
        Torch torch,
        TrainedLayout layout,
        TrainingSettings settings,
        TrainedVector mean,
        TrainedVector square) {
      this.torch = torch;
      this.layout = layout;
      this.settings = settings;
      this.mean = mean;
      this.square = square;
    }

    /** Returns the adapter's rate in a step, from 0. */
    double rate(int step) {
      OptimizerSettings optimizer = settings.optimizer();
      return optimizer.learningRate() * optimizer.share(step, settings.steps());
    }

    /**
     * Takes a step.
     *
     * @param step from 0
     * @param share what the gradients, which are sums, are multiplied by
     */
    void step(int step, TrainedVector values, TrainedVector gradients, double share) {
      double along = settings.optimizer().share(step, settings.steps());
      int adapter = layout.adapterEnd();
      update(
          step, 0, adapter, settings.optimizer().learningRate() * along, values, gradients, share);
      if (layout.count() > adapter) {
        double rate = settings.optimizer().connectorRate() * along;
        update(step, adapter, layout.count(), rate, values, gradients, share);
      }
    }

    private void update(
        int step,
        int start,
        int end,
        double rate,
        TrainedVector values,
        TrainedVector gradients,
        double share) {
      OptimizerSettings optimizer = settings.optimizer();
      double meanBias = 1 - Math.pow(optimizer.beta1(), step + 1);
      double squareBias = 1 - Math.pow(optimizer.beta2(), step + 1);
      new KernelCall(torch, "adamw")
          .with("x", values.flat())
          .with("gradients", gradients.flat())
          .with("mean", mean.flat())
          .with("square", square.flat())
          .with("start", start)
          .with("end", end)
          .with("share", share)
          .with("keep", 1 - rate * optimizer.weightDecay())
          .with("beta1", optimizer.beta1())
          .with("beta2", optimizer.beta2())
          .with("rate", rate / meanBias)
          .with("root", Math.sqrt(squareBias))
          .with("eps", optimizer.epsilon())
          .run()
          .close();
    }
  }

  /**
   * What a training goes on from, as bytes: 8 of a mark, the settings' SHA-256, the number of steps
   * (big-endian), vectors of fp32 (little-endian), and the SHA-256 of all that. Vectors pass in
   * pieces, so that memory does not hold them twice.
   *
   * @param settings of the training
   * @param vectors what is to be written or overwritten, in order
   */
  private record TrainingState(TrainingSettings settings, List<TrainedVector> vectors) {

    private static final byte[] MARK = "PRUTUNE1".getBytes(StandardCharsets.US_ASCII);

    private byte[] fingerprint() {
      return Sha256.of(settings.toString().getBytes(StandardCharsets.UTF_8));
    }

    void write(int steps, OutputStream target) throws IOException {
      DigestOutputStream digested = new DigestOutputStream(target, Sha256.digest());
      DataOutputStream out = new DataOutputStream(digested);
      out.write(MARK);
      out.write(fingerprint());
      out.writeInt(steps);
      for (TrainedVector vector : vectors) {
        for (int[] piece : vector.pieces()) {
          out.write(bytes(vector.get(piece[0], piece[1])));
        }
      }
      out.flush();
      target.write(digested.getMessageDigest().digest());
      target.flush();
    }

    /** Returns the little-endian bytes of numbers. */
    static byte[] bytes(float[] numbers) {
      ByteBuffer bytes =
          ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(numbers);
      return bytes.array();
    }

    /**
     * Overwrites the vectors.
     *
     * @return the number of steps
     * @throws IOException if it is no state, of other settings, cut short or damaged
     */
    int read(InputStream source) throws IOException {
      DigestInputStream digested = new DigestInputStream(source, Sha256.digest());
      DataInputStream in = new DataInputStream(digested);
      require(Arrays.equals(in.readNBytes(MARK.length), MARK), "it is no state of a training");
      byte[] expected = fingerprint();
      require(
          Arrays.equals(in.readNBytes(expected.length), expected),
          "it is of a training with other settings than " + settings);
      int steps = in.readInt();
      for (TrainedVector vector : vectors) {
        for (int[] piece : vector.pieces()) {
          byte[] bytes = in.readNBytes((piece[1] - piece[0]) * Float.BYTES);
          float[] numbers = new float[piece[1] - piece[0]];
          require(bytes.length == numbers.length * Float.BYTES, "it is cut short");
          ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(numbers);
          vector.put(piece[0], numbers);
        }
      }
      byte[] digest = digested.getMessageDigest().digest();
      require(
          Arrays.equals(source.readNBytes(digest.length), digest), "it is cut short or damaged");
      return steps;
    }

    private static void require(boolean right, String problem) throws IOException {
      if (!right) {
        throw new IOException("Cannot go on from the training's state: " + problem);
      }
    }
  }
}
