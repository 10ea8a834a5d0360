package io.prumerge.reduction;

import io.prumerge.service.Unknown;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Whose attention scores the patches, the key {@code attention} of some methods: {@code class}, the
 * class token's, or {@code received}, what a patch gets from all positions. The latter is what
 * VisPruner's authors take from SigLIP ({@code siglip_encoder.py}), and those of HiPrune and VScan
 * from Qwen2.5-VL: towers without a class token.
 */
public enum ScoringAttention {
  CLASS,
  RECEIVED;

  /** The parameter's key. */
  public static final String KEY = "attention";

  /** The parameter. */
  public static final Parameter<ScoringAttention> PARAMETER = Parameter.choice(KEY, CLASS);

  /** Returns the attention that a spec names; {@link #CLASS} by default. */
  public static ScoringAttention of(Parameters parameters) {
    return parameters.value(PARAMETER);
  }

  /** Returns canonical values with this key's, which is left out if it is the default. */
  public SortedMap<String, String> with(Map<String, String> others) {
    SortedMap<String, String> values = new TreeMap<>(others);
    if (this == RECEIVED) {
      values.put(KEY, Unknown.spelling(this));
    }
    return values;
  }

  /** Returns this attention in a layer, mean over the heads. */
  public TowerEvidence in(TowerLayer layer) {
    return this == CLASS
        ? new TowerEvidence.ClassAttention(layer)
        : new TowerEvidence.ColumnAttention(layer);
  }
}
