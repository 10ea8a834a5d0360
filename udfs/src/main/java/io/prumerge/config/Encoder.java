package io.prumerge.config;

/**
 * Dimensions of a stack of layers, each of attention and an MLP.
 *
 * @param hiddenSize width of every position
 * @param intermediateSize width of the MLPs
 * @param layers all of them
 * @param heads attention heads
 * @param activation of the MLPs
 * @param layerNormEps inside the root of every layer norm
 */
public record Encoder(
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    Activation activation,
    double layerNormEps) {

  /** Returns the settings, with these values for those that are not stated. */
  public Encoder stated(Settings part) {
    return new Encoder(
        part.integer("hidden_size", hiddenSize),
        part.integer("intermediate_size", intermediateSize),
        part.integer("num_hidden_layers", layers),
        part.integer("num_attention_heads", heads),
        part.text("hidden_act").map(Activation::named).orElse(activation),
        part.decimal("layer_norm_eps", layerNormEps));
  }

  /**
   * Refuses dimensions that no model has.
   *
   * @param part of the model, for the message
   */
  void require(String part) {
    Require.positive(part + " hidden_size", hiddenSize);
    Require.positive(part + " intermediate_size", intermediateSize);
    Require.layers(part + " num_hidden_layers", layers);
    Require.positive(part + " num_attention_heads", heads);
    Require.positive(part + " layer_norm_eps", layerNormEps);
    Require.multiple(part + " hidden_size", hiddenSize, "num_attention_heads", heads);
  }
}
