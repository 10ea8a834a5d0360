package io.prumerge.torchscript;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The parameters of kernels, from their text. */
class KernelParametersTest {

  @Test
  void namesAreInTheOrderOfTheText() {
    assertThat(KernelParameters.of("cross_block"))
        .containsExactly("x", "blocks", "b", "images", "runs", "head_dim", "act", "eps");
  }

  /** Of two parts of which a processor gets one, the other's functions have the same parameters. */
  @ParameterizedTest
  @CsvSource({"packed, unpacked", "products, pieces"})
  void partsThatReplaceEachOtherHaveTheSame(String part, String other) {
    Map<String, List<String>> parameters = KernelParameters.ofPart(other);
    assertThat(KernelParameters.ofPart(part)).containsAllEntriesOf(parameters);
  }
}
