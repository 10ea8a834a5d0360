package io.prumerge.model.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.torch.Torch;
import io.prumerge.torch.TorchRuntime;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the script computes for cuts, on numbers worked out by hand. */
@Tag("model")
class CutScriptTest {

  private static final int[] NONE = new int[0];

  /** SparseVLM's raters: two visual tokens, three of text. */
  @Test
  void relevanceIsTheMeanOfSoftmaxesOverTheText() {
    try (Torch torch = TorchRuntime.open();
        Torch.Value anything = torch.call("wavelengths", 10000.0, 4);
        Torch.Value like = torch.list(List.of(anything));
        Torch.Value visual = torch.tensor(new float[] {1, 0, 0, 1}, like, 2, 2);
        Torch.Value text = torch.tensor(new float[] {2, 0, 0, 1, 1, 1}, like, 3, 2);
        Torch.Value relevance = torch.call("relevance", text, visual)) {
      float[] values = relevance.toFloats(torch);
      assertThat(values[0]).isCloseTo(.4103f, within(5e-5f));
      assertThat(values[1]).isCloseTo(.2562f, within(5e-5f));
      assertThat(values[2]).isCloseTo(.3335f, within(5e-5f));
    }
  }

  /** SparseVLM+'s reference for heads of 128, at distances 0 to 576. */
  @Test
  void attentionIsDividedByWhatTheRotationAloneGives() {
    int[] columns = {576, 575, 566, 476, 276, 0};
    double[] expected = {11.3137, 10.9767, 7.5696, 5.3994, 3.4736, 2.6456};
    float[] attention = new float[2 * columns.length];
    Arrays.fill(attention, 1);
    float[] frequencies = new float[64];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = (float) Math.pow(10000, -i / 64.0);
    }
    try (Torch torch = TorchRuntime.open();
        Torch.Value anything = torch.call("wavelengths", 10000.0, 4);
        Torch.Value like = torch.list(List.of(anything));
        Torch.Value ones = torch.tensor(attention, like, 2, 1, columns.length);
        Torch.Value turns = torch.tensor(frequencies, like, 1, 64);
        Torch.Value lists =
            torch.indices(List.of(NONE, new int[] {576}, NONE, NONE, NONE, columns), like);
        Torch.Value relative =
            torch.call("llama_relative_attention", turns, 1.0, ones, 0, 6, lists, 128)) {
      float[] values = relative.toFloats(torch);
      assertThat(values).hasSize(12);
      for (int i = 0; i < values.length; i++) {
        assertThat(1 / values[i]).isCloseTo((float) expected[i % 6], within(2e-4f));
      }
    }
  }

  @Test
  void sumsAreWeightedRows() {
    try (Torch torch = TorchRuntime.open();
        Torch.Value anything = torch.call("wavelengths", 10000.0, 4);
        Torch.Value like = torch.list(List.of(anything));
        Torch.Value rows = torch.tensor(new float[] {1, 2, 3, 4, 5, 6}, like, 3, 2);
        Torch.Value share = torch.tensor(new float[] {0.5f, 0, 0.5f, 0, 1, -1}, like, 2, 3);
        Torch.Value sums = torch.call("sums", rows, share)) {
      assertThat(sums.toFloats(torch)).containsExactly(3, 4, -2, -2);
    }
  }
}
