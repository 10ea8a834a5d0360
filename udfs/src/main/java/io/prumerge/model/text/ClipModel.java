package io.prumerge.model.text;

import io.prumerge.architecture.ClipTextWeights;
import io.prumerge.checkpoint.ClipCheckpoint;
import io.prumerge.config.ClipConfig;
import io.prumerge.cost.TextCost;
import io.prumerge.lang.Text;
import io.prumerge.reduction.ClipReading;
import io.prumerge.reduction.ReductionException;
import io.prumerge.text.ClipTokenizer;
import io.prumerge.torch.Precision;
import io.prumerge.torch.TensorLoader;
import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * CLIP's text tower and both projections on a device, in fp32 whatever the model's precision, as
 * the authors of the methods load them. Thread-safe.
 */
public final class ClipModel implements AutoCloseable {

  private final Torch torch;
  private final ClipCheckpoint checkpoint;
  private final ClipTokenizer tokenizer;
  private final Torch.Value ends;
  private final Torch.Value layers;
  private final Torch.Value vision;

  private ClipModel(
      Torch torch, ClipCheckpoint checkpoint, ClipTokenizer tokenizer, TensorLoader loader) {
    ClipTextWeights weights = checkpoint.config().weights();
    this.torch = torch;
    this.checkpoint = checkpoint;
    this.tokenizer = tokenizer;
    this.ends = loader.struct(weights.ends());
    this.layers =
        loader.structs(IntStream.range(0, weights.layers()).mapToObj(weights::layer).toList());
    this.vision = loader.struct(weights.vision());
  }

  /**
   * Loads the weights; on the CPU, those that are stored in fp32 stay mapped from their files.
   *
   * @throws io.prumerge.text.TokenizerException if the folder has no usable tokenizer
   */
  static ClipModel load(Torch torch, ClipCheckpoint checkpoint, String device) {
    ClipTokenizer tokenizer = ClipTokenizer.load(checkpoint.folder());
    try (TensorLoader loader = new TensorLoader(torch, checkpoint, device, Precision.FP32)) {
      ClipModel model = new ClipModel(torch, checkpoint, tokenizer, loader);
      loader.handOver();
      return model;
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  ClipConfig config() {
    return checkpoint.config();
  }

  ClipCheckpoint checkpoint() {
    return checkpoint;
  }

  /** Returns the features [N, C] in CLIP's space [N, P]; the caller closes them. */
  Torch.Value patches(Torch.Value features) {
    return torch.call("clip_patches", features, vision, config().visionEps());
  }

  /** Reads a text, piece by piece. */
  TextFeatures texts(String text, ClipReading reading, TextCost cost) {
    List<int[]> pieces = pieces(text, reading);
    int[] lengths = pieces.stream().mapToInt(piece -> piece.length).toArray();
    return new TextFeatures(texts(pieces), pieces.size(), cost.clipTexts(config(), lengths));
  }

  /**
   * Returns the products of a text's pieces with patches in CLIP's space, and their FLOPs alone.
   *
   * @param patches [N, P]
   */
  TextEvidence products(
      TextFeatures texts, ClipReading reading, Torch.Value patches, TextCost cost) {
    boolean cosines = reading == ClipReading.PIECES;
    return new TextEvidence(
        torch.call(cosines ? "cosines_with" : "products", texts.pieces(), patches),
        cost.clipProducts(config(), texts.count(), cosines));
  }

  /** Texts of ids in CLIP's space [texts, P]; each text's last token stands for it. */
  public Torch.Value texts(List<int[]> texts) {
    return torch.call(
        "clip_texts",
        texts.stream().flatMapToInt(IntStream::of).toArray(),
        texts.stream().mapToInt(text -> text.length).toArray(),
        ends,
        layers,
        config().text().heads(),
        config().text().activation().code(),
        config().text().layerNormEps());
  }

  // No token sees those after it, so nothing runs after the one that stands for its piece.
  public List<int[]> pieces(String text, ClipReading reading) {
    int most = config().positions();
    List<int[]> whole =
        switch (reading) {
          case CUT_OFF -> List.of(tokenizer.cutOff(text, most));
          case PIECES -> tokenizer.pieces(text, most);
        };
    List<int[]> pieces = new ArrayList<>();
    for (int[] ids : whole) {
      if (ids.length == 0 || IntStream.of(ids).anyMatch(id -> id >= config().vocabulary())) {
        throw new ReductionException(
            Text.format(
                "Cannot read '%s' with the CLIP model %s: its tokenizer gives %s, but its embedding"
                    + " has the tokens 0 to %d",
                text, checkpoint.folder(), Arrays.toString(ids), config().vocabulary() - 1));
      }
      pieces.add(Arrays.copyOf(ids, config().standing(ids) + 1));
    }
    return pieces;
  }

  @Override
  public void close() {
    vision.close();
    layers.close();
    ends.close();
    tokenizer.close();
  }
}
