package io.prumerge.model;

import io.prumerge.architecture.ClipWeights;
import io.prumerge.checkpoint.FeatureSelect;
import io.prumerge.checkpoint.LlavaConfig;
import io.prumerge.checkpoint.VisionConfig;
import io.prumerge.reduction.TokenReducer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;

/** CLIP's vision tower, run only as deep as the features and the scores need. */
public final class VisionTower implements AutoCloseable {

  /** How far the tower is run. */
  public enum Depth {
    /** To the layers whose output the projector takes. */
    FEATURES,
    /** Also to the input of the last layer, where CLS attention and keys come from. */
    SCORES;

    /** As far as these methods need it. */
    public static Depth of(Collection<TokenReducer> reducers) {
      return reducers.stream().anyMatch(TokenReducer::readsAttention) ? SCORES : FEATURES;
    }
  }

  private final Torch torch;
  private final LlavaConfig config;
  private final Torch.Value embeddings;
  private final Torch.Value layers;
  private final Torch.Value scoring;
  private final Torch.Value like;

  VisionTower(Torch torch, LlavaConfig config, TensorLoader loader) {
    this.torch = torch;
    this.config = config;
    ClipWeights weights = config.tower();
    this.embeddings = loader.struct(weights.embeddings());
    this.layers =
        loader.structs(IntStream.range(0, weights.wholeLayers()).mapToObj(weights::layer).toList());
    this.scoring = loader.struct(weights.scores());
    this.like = loader.like("tower_like", embeddings);
  }

  /**
   * Encodes a batch of images in one pass.
   *
   * @return one encoded image per input, in order; each is to be closed
   */
  public List<EncodedImage> encode(List<ImageInput> inputs, Depth depth) {
    VisionConfig vision = config.vision();
    int side = vision.imageSize();
    int size = vision.channels() * side * side;
    float[] batch = new float[size * inputs.size()];
    for (int i = 0; i < inputs.size(); i++) {
      System.arraycopy(inputs.get(i).pixels(), 0, batch, i * size, size);
    }
    Torch.Value[] states;
    try (Torch.Value input =
            torch.tensor(batch, like, inputs.size(), vision.channels(), side, side);
        Torch.Value result =
            torch.call(
                "tower",
                input,
                embeddings,
                layers,
                config.visionFeatureLayers().stream().mapToInt(Integer::intValue).toArray(),
                vision.layers() - 1,
                depth(depth),
                vision.heads(),
                vision.activation().ordinal(),
                vision.layerNormEps(),
                config.select() == FeatureSelect.DEFAULT)) {
      states = result.elements();
    }
    try (Torch.Value features = states[0];
        Torch.Value scored = states[1]) {
      return images(inputs, features, scored, depth(depth) >= vision.layers() - 1);
    }
  }

  private List<EncodedImage> images(
      List<ImageInput> inputs, Torch.Value features, Torch.Value scored, boolean reachesLast) {
    List<EncodedImage> images = new ArrayList<>();
    List<Torch.Value> open = new ArrayList<>();
    try {
      for (int i = 0; i < inputs.size(); i++) {
        open.add(torch.call("row", features, i));
        open.add(torch.call("row", scored, i));
        byte[] sha256 = inputs.get(i).sha256();
        images.add(
            new EncodedImage(
                torch, this, config, sha256, open.get(2 * i), open.get(2 * i + 1), reachesLast));
      }
      return images;
    } catch (RuntimeException e) {
      open.forEach(Torch.Value::close);
      throw e;
    }
  }

  /** Class attention [N] and keys [N, C] of one image, from the last layer's input [N + 1, C]. */
  Torch.Value[] score(Torch.Value lastInput) {
    try (Torch.Value result =
        torch.call("score", lastInput, scoring, config.vision().layerNormEps())) {
      return result.elements();
    }
  }

  private int depth(Depth depth) {
    return switch (depth) {
      case FEATURES -> config.featureDepth();
      case SCORES -> Math.max(config.featureDepth(), config.vision().layers() - 1);
    };
  }

  @Override
  public void close() {
    like.close();
    embeddings.close();
    layers.close();
    scoring.close();
  }
}
