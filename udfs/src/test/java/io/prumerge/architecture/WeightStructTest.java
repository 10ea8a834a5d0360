package io.prumerge.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class WeightStructTest {

  private static final WeightStruct STRUCT = WeightStruct.of("Norm", "scale", "bias?");
  private static final Weight SCALE = Weight.other("scale", "norm.weight", 4L);
  private static final Weight BIAS = Weight.other("bias", "norm.bias", 4L);

  @Test
  void ordersWeightsByItsFields() {
    assertThat(STRUCT.block("tower.", List.of(BIAS, SCALE)))
        .isEqualTo(new WeightBlock("Norm", "tower.", List.of(SCALE, BIAS.only(true))));
  }

  @Test
  void leavesOptionalFieldsEmpty() {
    assertThat(STRUCT.block("", List.of(SCALE)).weights())
        .containsExactly(SCALE, Weight.absent("bias"));
    assertThat(STRUCT.block("", List.of(SCALE, BIAS.only(false))).weights())
        .containsExactly(SCALE, BIAS.only(false));
  }

  @Test
  void refusesWeightsThatAreNotItsFields() {
    refuses("Cannot fill the struct Norm: scale has no weight", BIAS);
    refuses("Cannot fill the struct Norm: bias has two weights", SCALE, BIAS, BIAS);
    refuses(
        "Cannot fill the struct Norm: shift is none of its fields",
        SCALE,
        Weight.other("shift", "norm.shift", 4L));
    refuses(
        "Cannot fill the struct Norm: scale has a weight that a checkpoint may lack",
        SCALE.only(true));
  }

  private static void refuses(String message, Weight... weights) {
    assertThatThrownBy(() -> STRUCT.block("", List.of(weights)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
