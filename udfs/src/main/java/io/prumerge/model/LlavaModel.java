package io.prumerge.model;

import ai.djl.Device;
import io.prumerge.annotation.VisibleForTesting;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.config.LlavaConfig;
import io.prumerge.cost.ModelShape;
import io.prumerge.cost.TextCost;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.connector.Projector;
import io.prumerge.model.connector.ReducedView;
import io.prumerge.model.connector.TokenLayout;
import io.prumerge.model.decoder.CachePlan;
import io.prumerge.model.decoder.DecoderParts;
import io.prumerge.model.decoder.LanguageModel;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.decoding.GreedyPasses;
import io.prumerge.model.decoding.GroupState;
import io.prumerge.model.decoding.QuestionState;
import io.prumerge.model.decoding.StopTokens;
import io.prumerge.model.text.ClipModels;
import io.prumerge.model.text.QuestionReader;
import io.prumerge.model.tower.EncodedView;
import io.prumerge.model.tower.PreparedImages;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.model.tower.VisionTower;
import io.prumerge.text.LlavaTokenizer;
import io.prumerge.text.PromptEncoder;
import io.prumerge.torch.Precision;
import io.prumerge.torch.Quantization;
import io.prumerge.torch.TensorLoader;
import io.prumerge.torch.Torch;
import io.prumerge.torch.TorchException;
import io.prumerge.torch.TorchRuntime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A checkpoint ready to run on one device: tower, projector, layout and language model. The parts
 * are stateless and may be used from several threads.
 */
public final class LlavaModel implements AutoCloseable {

  private final Torch torch;
  private final Device device;
  private final Checkpoint checkpoint;
  private final Precision precision;
  private final Quantization quantization;
  private final VisionTower vision;
  private final Projector projector;
  private final TokenLayout layout;
  private final LanguageModel language;
  private final ClipModels clips;
  private final DeviceMemory memory;
  private final long free;

  private LlavaModel(
      Torch torch,
      Device device,
      Checkpoint checkpoint,
      Precision precision,
      Quantization quantization,
      VisionTower vision,
      Projector projector,
      TokenLayout layout,
      LanguageModel language,
      DeviceMemory memory,
      long free) {
    this.torch = torch;
    this.device = device;
    this.checkpoint = checkpoint;
    this.precision = precision;
    this.quantization = quantization;
    this.vision = vision;
    this.projector = projector;
    this.layout = layout;
    this.language = language;
    this.clips = new ClipModels(torch, checkpoint.config(), torchName(device));
    this.memory = memory;
    this.free = free;
  }

  /**
   * Loads the weights. On the CPU, tensors stored in the wanted precision stay mapped from their
   * files.
   *
   * @throws io.prumerge.config.CheckpointException naming the tensor that does not fit
   * @throws TorchException if the device cannot hold them
   */
  public static LlavaModel load(Checkpoint checkpoint, Device device, Precision precision) {
    return load(checkpoint, device, precision, Quantization.NONE);
  }

  /**
   * Loads a model whose decoder has quantized weights.
   *
   * @throws io.prumerge.host.DeviceException if the device has no kernels for them
   */
  public static LlavaModel load(
      Checkpoint checkpoint, Device device, Precision precision, Quantization quantization) {
    CachePlan plan = CachePlan.of(device, precision, quantization, checkpoint.config());
    return load(checkpoint, device, precision, plan);
  }

  /** Loads a model with a given plan of its caches. */
  @VisibleForTesting
  public static LlavaModel load(
      Checkpoint checkpoint, Device device, Precision precision, CachePlan plan) {
    return load(checkpoint, device, precision, plan, TorchRuntime.open());
  }

  /**
   * Loads a model that runs on a given module.
   *
   * @param torch is closed with the model, or here where it cannot be loaded
   */
  @VisibleForTesting
  public static LlavaModel load(
      Checkpoint checkpoint, Device device, Precision precision, CachePlan plan, Torch torch) {
    DeviceMemory memory = DeviceMemory.of(device);
    if (device.isGpu()) { // which gets every tensor now, and the processor only when it is used
      ReadAhead.start(ReadAhead.inFileOrder(checkpoint.tensors().values()));
    }
    try (TensorLoader loader = new TensorLoader(torch, checkpoint, torchName(device), precision)) {
      LlavaConfig config = checkpoint.config();
      Projector projector = Projector.of(torch, config, loader);
      TokenLayout layout = new TokenLayout(torch, config.layout(), loader);
      LlavaModel model =
          new LlavaModel(
              torch,
              device,
              checkpoint,
              precision,
              plan.quantization(),
              new VisionTower(torch, config, loader, projector, layout),
              projector,
              layout,
              new LanguageModel(torch, config, loader, plan),
              memory,
              memory.free() - loader.mappedBytes() - plan.copyBytes(config.decoder()));
      model.language.stack().limit(plan.slots(model.limits(1).slots()));
      ReadAhead.start(loader.mapped());
      loader.handOver();
      return model;
    } catch (RuntimeException e) {
      torch.close();
      throw e;
    }
  }

  private static String torchName(Device device) {
    return device.isGpu() ? "cuda:" + device.getDeviceId() : "cpu";
  }

  /** Returns the device in use: {@code cpu} or {@code cuda:N}. */
  public String device() {
    return torchName(device);
  }

  public Checkpoint checkpoint() {
    return checkpoint;
  }

  public Precision precision() {
    return precision;
  }

  /** Returns the arithmetic, as the {@code dtype} column spells it. */
  public String dtype() {
    return quantization.dtype(precision);
  }

  public VisionTower vision() {
    return vision;
  }

  public Projector projector() {
    return projector;
  }

  /** Waits until a GPU has done what it was asked, so that a clock read next has its time too. */
  public void await() {
    torch.await(language.parts().like());
  }

  /** Encodes the images of a batch of prompts, as much at once as the device takes. */
  public List<EncodedImages> encode(List<PreparedImages> images, TowerDepth depth) {
    return encode(images, depth, limits(1).images());
  }

  /**
   * Encodes the images of a batch of prompts. All views of those without a video go through the
   * tower in one pass; those of a prompt with a video in passes of their own.
   *
   * @param most as the views of a prompt with a video count in each pass ({@link
   *     PassLimits#passes})
   * @return one per prompt, in order; each is to be closed
   */
  public List<EncodedImages> encode(List<PreparedImages> images, TowerDepth depth, int most) {
    List<PreparedImages> pictures = images.stream().filter(one -> !one.hasVideo()).toList();
    Deque<EncodedView> open = new ArrayDeque<>();
    try {
      if (!pictures.isEmpty()) {
        open.addAll(
            vision.encode(pictures.stream().flatMap(one -> one.views().stream()).toList(), depth));
      }
      Iterator<EncodedView> ofPictures = List.copyOf(open).iterator();
      List<EncodedImages> encoded = new ArrayList<>();
      for (PreparedImages image : images) {
        List<EncodedView> views =
            image.hasVideo()
                ? vision.encodeInPasses(
                    image.views(),
                    depth,
                    PassLimits.passes(checkpoint.config(), image.grids(), most))
                : Stream.generate(ofPictures::next).limit(image.views().size()).toList();
        if (image.hasVideo()) {
          open.addAll(views);
        }
        encoded.add(new EncodedImages(views, image.grids(), layout.layout()));
      }
      return encoded;
    } catch (RuntimeException | Error e) {
      open.forEach(EncodedView::close);
      throw e;
    }
  }

  /**
   * Makes the second copy of the decoder's weights now, where there is one, not in the first pass.
   */
  public void pack() {
    language.pack();
  }

  /**
   * Returns the tokens that a method left of a prompt's images, as the language model receives them
   * after each of some questions.
   *
   * @param instructions ids of the questions' words, where the connector reads them; else one that
   *     is empty
   * @return one for each; the caller closes them
   */
  public List<ProjectedTokens> project(ReducedImages tokens, List<int[]> instructions) {
    int count = tokens.views().stream().mapToInt(ReducedView::tokens).sum();
    return projector.project(tokens.views(), instructions).stream()
        .map(rows -> layout.arrange(rows, count, tokens.order().rows()))
        .map(rows -> new ProjectedTokens(rows, tokens.runs(), tokens.projections()))
        .toList();
  }

  /** Projects tokens by a connector that reads no question. */
  public ProjectedTokens project(ReducedImages tokens) {
    return project(tokens, List.of(new int[0])).get(0);
  }

  /**
   * Returns the cross-attention of a connector's queries, or latents, to the features of a view,
   * row-major [queries, features].
   *
   * @param all the images' tokens, nothing dropped
   * @param view which of theirs
   * @param instruction as of {@link #project}
   * @see Projector#queryAttention
   */
  public float[] queryAttention(ReducedImages all, int view, int[] instruction) {
    try (Torch.Value attention =
        projector.queryAttention(all.views().get(view).features(), instruction)) {
      return floats(attention);
    }
  }

  /**
   * Returns a copy of the rows [tokens, width] that a method left of one view, as fp32; from before
   * the connector or after it, as their stage says.
   */
  public float[] rows(ReducedView tokens) {
    return floats(tokens.features());
  }

  /**
   * Returns the decoder's weights, for work other than answering. They are the model's and stay
   * open.
   */
  public DecoderParts decoder() {
    return language.parts();
  }

  /** Returns the CLIP models that methods name. */
  public ClipModels clips() {
    return clips;
  }

  /**
   * Reads questions for methods that choose by their text.
   *
   * @param tokenizer the checkpoint's
   * @param prompts of the questions
   */
  public QuestionReader reader(LlavaTokenizer tokenizer, PromptEncoder prompts) {
    return new QuestionReader(
        torch,
        language,
        clips,
        tokenizer,
        prompts,
        new TextCost(ModelShape.of(checkpoint.config())));
  }

  /** Returns the limits of a batch where {@code batches} run at once. */
  public PassLimits limits(int batches) {
    return PassLimits.of(checkpoint.config(), precision, free / batches, !device.isGpu());
  }

  /**
   * Returns greedy decoding that ends at any of the stop tokens, with the checkpoint's penalty of
   * repetitions.
   */
  public GreedyPasses greedy(StopTokens stop) {
    return new GreedyPasses(language, stop, checkpoint.generation().repetitionPenalty());
  }

  /** Returns the logits [vocabulary] of a single question's last prompt position. */
  public float[] logits(PromptGroup group) {
    int questions = group.suffixes().size();
    try (GroupState state = new GroupState(group, QuestionState.of(group), language, questions);
        Torch.Value logits = language.logits(List.of(state.prompts()))) {
      return floats(logits);
    }
  }

  /** Returns a copy of a tensor's elements as fp32. */
  public float[] floats(Torch.Value tensor) {
    try (Torch.Value host = torch.call("floats", tensor)) {
      return host.toFloats(torch);
    }
  }

  @Override
  public void close() {
    clips.close();
    vision.close();
    projector.close();
    layout.close();
    language.close();
    torch.close();
    memory.closed(checkpoint.folders().toString());
  }
}
