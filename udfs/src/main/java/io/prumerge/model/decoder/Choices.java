package io.prumerge.model.decoder;

import io.prumerge.torch.Torch;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * What a pass chose, on the host.
 *
 * @param ids an id for each output; -1 where its logits are not finite
 * @param margins how far the id's logit is above that of the next one, by output; not finite where
 *     no other id could be chosen; none where they were not wanted
 */
public record Choices(int[] ids, float[] margins) {

  /** Vocabularies up to this size have ids that fp32 holds exactly. */
  public static final int MOST_EXACT_IDS = 1 << 24;

  /** Reads what the script's {@code choose} returns. */
  static Choices ids(Torch.Value chosen, Torch torch) {
    return new Choices(
        Arrays.stream(chosen.toLongs(torch)).mapToInt(Math::toIntExact).toArray(), new float[0]);
  }

  /** Reads what the script's {@code choose_with_margins} returns. */
  static Choices withMargins(Torch.Value chosen, Torch torch) {
    float[] values = chosen.toFloats(torch);
    int outputs = values.length / 2;
    return new Choices(
        IntStream.range(0, outputs).map(output -> (int) values[output]).toArray(),
        Arrays.copyOfRange(values, outputs, values.length));
  }

  /** Returns an output's margin; empty where no other id could be chosen, or it is not known. */
  public OptionalDouble margin(int output) {
    return margins.length > 0 && Float.isFinite(margins[output])
        ? OptionalDouble.of(margins[output])
        : OptionalDouble.empty();
  }
}
