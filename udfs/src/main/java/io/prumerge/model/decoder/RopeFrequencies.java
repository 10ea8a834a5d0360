package io.prumerge.model.decoder;

import io.prumerge.config.RopeScaling;
import io.prumerge.config.TextConfig;
import io.prumerge.torch.Torch;
import java.util.List;
import java.util.function.Function;

/**
 * Inverse frequencies of the rotary embedding in fp32, as {@code transformers}
 * (modeling_rope_utils.py) computes them; the angles are position times these. Where a position has
 * parts, there is a row of frequencies for each.
 */
public final class RopeFrequencies implements AutoCloseable {

  private final Torch torch;
  private final TextConfig text;
  private final RopeScaling rope;
  private final Torch.Value like;
  private final float[] ordinary;
  private final double attentionFactor;
  private final Torch.Value ordinaryTensor;

  /**
   * @param like on whose device the frequencies are
   */
  RopeFrequencies(Torch torch, TextConfig text, Torch.Value like) {
    this.torch = torch;
    this.text = text;
    this.rope = text.positions().rope().orElseThrow();
    this.like = like;
    RopeScaling each = rope instanceof RopeScaling.Multimodal parts ? parts.frequencies() : rope;
    this.ordinary = scaled(inverse(wavelengths(rope.theta())), each);
    this.attentionFactor = each instanceof RopeScaling.Yarn yarn ? yarn.attentionFactor() : 1.0;
    this.ordinaryTensor =
        rope instanceof RopeScaling.Multimodal parts ? byPart(parts) : tensor(ordinary, 1);
  }

  // Each pair's frequency where its part is, and 0 for the others: their sum is the angle.
  private Torch.Value byPart(RopeScaling.Multimodal parts) {
    float[] frequencies = new float[RopeAxes.PARTS * ordinary.length];
    for (int pair = 0; pair < ordinary.length; pair++) {
      frequencies[parts.part(pair) * ordinary.length + pair] = ordinary[pair];
    }
    return torch.tensor(frequencies, like, 1, RopeAxes.PARTS, ordinary.length);
  }

  /**
   * Runs something with the frequencies [1, head_dim / 2] of a sequence of {@code length}
   * positions, or [1, 3, head_dim / 2] with M-RoPE. They are on the device already, but for those
   * that follow the length.
   */
  <T> T with(int length, Function<Torch.Value, T> run) {
    if (!dependsOn(length)) {
      return run.apply(ordinaryTensor);
    }
    try (Torch.Value own = tensor(at(length), 1)) {
      return run.apply(own);
    }
  }

  /**
   * Runs something with the frequencies of several groups' rows: one row of them for all, unless
   * some group's rotation follows its length.
   */
  <T> T with(List<Rows> groups, Function<Torch.Value, T> run) {
    if (groups.stream().noneMatch(group -> dependsOn(group.ropeLength()))) {
      return run.apply(ordinaryTensor);
    }
    int half = ordinary.length;
    int total = groups.stream().mapToInt(Rows::count).sum();
    float[] each = new float[total * half];
    int row = 0;
    for (Rows group : groups) {
      float[] frequencies = at(group.ropeLength());
      for (int i = 0; i < group.count(); i++) {
        System.arraycopy(frequencies, 0, each, half * row++, half);
      }
    }
    try (Torch.Value own = tensor(each, total)) {
      return run.apply(own);
    }
  }

  /** Returns the frequencies on the device of sequences that are not too long for them. */
  public Torch.Value ordinary() {
    return ordinaryTensor;
  }

  private Torch.Value tensor(float[] frequencies, int rows) {
    return torch.tensor(frequencies, like, rows, ordinary.length);
  }

  /** Returns the factor of cosines and sines; 1 for all types but yarn. */
  public double attentionFactor() {
    return attentionFactor;
  }

  /**
   * Returns the frequencies [head_dim / 2] of a sequence of {@code length} positions, the one being
   * added included. Only {@code dynamic} looks at the length, and only past
   * max_position_embeddings.
   */
  private float[] at(int length) {
    if (!dependsOn(length)) {
      return ordinary;
    }
    RopeScaling.Dynamic dynamic = (RopeScaling.Dynamic) rope;
    double grown = dynamic.factor() * length / text.positions().trained() - (dynamic.factor() - 1);
    double d = text.heads().width();
    return inverse(wavelengths(dynamic.theta() * Math.pow(grown, d / (d - 2))));
  }

  /** Returns whether the frequencies of a sequence of this length differ from a short one's. */
  public boolean dependsOn(int length) {
    return rope instanceof RopeScaling.Dynamic && length > text.positions().trained();
  }

  private float[] wavelengths(double theta) {
    try (Torch.Value value = torch.call("wavelengths", theta, text.heads().width())) {
      return value.toFloats(torch);
    }
  }

  private static float[] inverse(float[] wavelengths) {
    float[] inverse = new float[wavelengths.length];
    for (int i = 0; i < inverse.length; i++) {
      inverse[i] = 1f / wavelengths[i];
    }
    return inverse;
  }

  private static float[] scaled(float[] inverse, RopeScaling rope) {
    float[] result = inverse.clone();
    if (rope instanceof RopeScaling.Linear linear) {
      for (int i = 0; i < result.length; i++) {
        result[i] /= (float) linear.factor();
      }
    } else if (rope instanceof RopeScaling.Llama3 llama3) {
      for (int i = 0; i < result.length; i++) {
        result[i] = llama3(inverse[i], llama3);
      }
    } else if (rope instanceof RopeScaling.Yarn yarn) {
      yarn(result, yarn);
    }
    return result;
  }

  // Long waves are stretched by the factor, short ones kept, those between are blended.
  private static float llama3(float frequency, RopeScaling.Llama3 rope) {
    float wave = (float) (2 * Math.PI) / frequency;
    double longest = rope.originalMaxPositions() / rope.lowFreqFactor();
    double shortest = rope.originalMaxPositions() / rope.highFreqFactor();
    if (wave < shortest) {
      return frequency;
    }
    float stretched = frequency / (float) rope.factor();
    if (wave > longest) {
      return stretched;
    }
    float smooth =
        (rope.originalMaxPositions() / wave - (float) rope.lowFreqFactor())
            / (float) (rope.highFreqFactor() - rope.lowFreqFactor());
    return (1 - smooth) * stretched + smooth * frequency;
  }

  private static void yarn(float[] frequencies, RopeScaling.Yarn rope) {
    int d = 2 * frequencies.length;
    double low = correction(rope.betaFast(), d, rope);
    double high = correction(rope.betaSlow(), d, rope);
    if (rope.truncate()) {
      low = Math.floor(low);
      high = Math.ceil(high);
    }
    low = Math.max(low, 0);
    high = Math.min(high, d - 1);
    if (low == high) {
      high += 0.001; // the reference's guard against a division by zero
    }
    for (int i = 0; i < frequencies.length; i++) {
      float ramp = Math.min(Math.max((float) (i - low) / (float) (high - low), 0f), 1f);
      float kept = 1 - ramp;
      float interpolated = frequencies[i] / (float) rope.factor();
      frequencies[i] = interpolated * (1 - kept) + frequencies[i] * kept;
    }
  }

  // The dimension whose wave turns so many times within the original context.
  private static double correction(double turns, int d, RopeScaling.Yarn rope) {
    return d
        * Math.log(rope.originalMaxPositions() / (turns * 2 * Math.PI))
        / (2 * Math.log(rope.theta()));
  }

  @Override
  public void close() {
    ordinaryTensor.close();
  }
}
