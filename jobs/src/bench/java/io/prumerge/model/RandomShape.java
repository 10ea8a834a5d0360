package io.prumerge.model;

/**
 * Dimensions of a checkpoint with random weights; patches of 14 pixels, heads of both halves as
 * wide as their width over their number.
 *
 * @param vision width of the tower; its MLP is four times as wide
 * @param imageSide pixels
 * @param text width of the decoder
 * @param vocabulary at least that of the checkpoint whose tokenizer is borrowed
 */
public record RandomShape(
    int vision,
    int visionLayers,
    int visionHeads,
    int imageSide,
    int text,
    int mlp,
    int textLayers,
    int textHeads,
    int vocabulary) {

  /** Decoder layers of LLaVA-1.5-7B. */
  public static final int LAYERS_OF_7B = 32;

  static final int PATCH = 14;

  /** LLaVA-1.5-7B's widths and its whole tower, with so many of its decoder layers. */
  public static RandomShape wide(int textLayers) {
    return new RandomShape(1024, 24, 16, 336, 4096, 11008, textLayers, 32, 32000);
  }

  /** Half of those widths, with heads as wide, and half as many of them. */
  public static RandomShape half(int textLayers) {
    return new RandomShape(512, 24, 8, 336, 2048, 5504, textLayers, 16, 32000);
  }

  /** What takes a millisecond. */
  public static RandomShape tiny() {
    return new RandomShape(32, 2, 2, 56, 32, 64, 2, 2, 832);
  }

  /** The same with another number of decoder layers. */
  public RandomShape withTextLayers(int layers) {
    return new RandomShape(
        vision, visionLayers, visionHeads, imageSide, text, mlp, layers, textHeads, vocabulary);
  }

  int visionMlp() {
    return 4 * vision;
  }

  /** Visual tokens of an image. */
  public int patches() {
    return (imageSide / PATCH) * (imageSide / PATCH);
  }

  /** A folder's name. */
  public String label() {
    return "random-%dx%d-%dx%d".formatted(vision, visionLayers, text, textLayers);
  }
}
