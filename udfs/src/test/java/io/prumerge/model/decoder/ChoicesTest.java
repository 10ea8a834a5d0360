package io.prumerge.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.torch.Torch;
import io.prumerge.torch.TorchRuntime;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The choice among logits made by hand. */
@Tag("model")
class ChoicesTest {

  private static final float NAN = Float.NaN;
  private static final int[] NONE = {};

  /**
   * Chooses by logits [rows, vocabulary].
   *
   * @param rows that may not have the ids
   */
  private static Choices choose(
      String function, float[] logits, int vocabulary, int[] rows, int... ids) {
    int outputs = logits.length / vocabulary;
    try (Torch torch = TorchRuntime.open();
        Torch.Value anything = torch.call("wavelengths", 10000.0, 4);
        Torch.Value like = torch.list(List.of(anything));
        Torch.Value values = torch.tensor(logits, like, outputs, vocabulary);
        Torch.Value lists = torch.indices(List.of(rows, ids), like);
        Torch.Value chosen = torch.call(function, values, lists, 0)) {
      return function.equals("choose")
          ? Choices.ids(chosen, torch)
          : Choices.withMargins(chosen, torch);
    }
  }

  private static Choices wanted(float[] logits, int vocabulary, int[] rows, int... ids) {
    Choices choices = choose("choose_with_margins", logits, vocabulary, rows, ids);
    Choices plain = choose("choose", logits, vocabulary, rows, ids);
    assertThat(choices.ids()).isEqualTo(plain.ids());
    assertThat(plain.margin(0)).as("not wanted").isEmpty();
    return choices;
  }

  @Test
  void eachRowHasItsIdAndMargin() {
    float[] logits = {1, 4, 2.5f, 4, 3, 4, -9, -7, -8.75f};
    Choices choices = wanted(logits, 3, NONE);
    assertThat(choices.ids()[0]).isEqualTo(1);
    assertThat(choices.margin(0)).hasValue(1.5);
    assertThat(choices.ids()[1]).as("the lowest of equal ones").isZero();
    assertThat(choices.margin(1)).hasValue(0);
    assertThat(choices.ids()[2]).isEqualTo(1);
    assertThat(choices.margin(2)).hasValue(1.75);
  }

  @Test
  void theMarginIsNotRounded() {
    float[] logits = {20.000002f, 20, 0, 1e-30f, 0, -1};
    Choices choices = wanted(logits, 3, NONE);
    assertThat(choices.margin(0)).hasValue(20.000002f - 20f);
    assertThat(choices.margin(1)).hasValue(1e-30f);
  }

  @Test
  void bannedIdsAreNotTheNextOnes() {
    float[] logits = {5, 4, 1, 5, 4, 1};
    Choices choices = wanted(logits, 3, new int[] {1}, 0);
    assertThat(choices.margin(0)).hasValue(1);
    assertThat(choices.ids()[1]).isEqualTo(1);
    assertThat(choices.margin(1)).hasValue(3);
  }

  @Test
  void withoutAnotherIdThereIsNoMargin() {
    assertThat(wanted(new float[] {3, 7}, 1, NONE).margin(1)).isEmpty();
    Choices only = wanted(new float[] {5, 4}, 2, new int[] {0}, 0);
    assertThat(only.ids()[0]).isEqualTo(1);
    assertThat(only.margin(0)).isEmpty();
  }

  @Test
  void logitsThatAreNotFiniteHaveNoIdAndHarmNoOthers() {
    Choices choices = wanted(new float[] {1, NAN, 2, 1, 3, 2}, 3, NONE);
    assertThat(choices.ids()[0]).isEqualTo(-1);
    assertThat(choices.margin(0)).isEmpty();
    assertThat(choices.margin(1)).hasValue(1);
  }
}
