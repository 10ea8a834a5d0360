package io.prumerge.reduction.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.reduction.ArrayPatchTokens;
import io.prumerge.reduction.ArrayReduction;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducers;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PooledTokensTest {

  private static ArrayPatchTokens patches(int side) {
    float[][] features =
        IntStream.range(0, side * side).mapToObj(i -> new float[] {i}).toArray(float[][]::new);
    return new ArrayPatchTokens(
        features, new float[side * side][1], new float[side * side], new byte[32]);
  }

  private static ArrayReduction reduce(String method, ArrayPatchTokens patches) {
    return (ArrayReduction) TokenReducers.of(MethodSpec.parse(method)).reduce(patches);
  }

  @Test
  void cellsAreMeans() {
    double[][] rows = reduce("pool:tokens=4", patches(4)).rows();

    // Patches 0 1 4 5, 2 3 6 7, 8 9 12 13, 10 11 14 15.
    assertThat(IntStream.range(0, 4).mapToDouble(i -> rows[i][0]))
        .containsExactly(2.5, 4.5, 10.5, 12.5);
  }

  /** Five patches to two cells: 0 to 2 and 2 to 4, as torch's adaptive pooling has it. */
  @Test
  void cellsOverlapWhereTheGridDoesNotDivide() {
    double[][] rows = reduce("pool:cols=2,rows=1", patches(5)).rows();

    assertThat(rows).hasNumberOfRows(2);
    assertThat(rows[0][0]).isCloseTo(11, within(1e-5));
    assertThat(rows[1][0]).isCloseTo(13, within(1e-5));
  }

  @ParameterizedTest
  @CsvSource({"4, 1, 1", "4, 7, 6", "24, 64, 64", "24, 128, 128", "24, 192, 192", "24, 575, 576"})
  void tokensAreThoseOfTheNearestGrid(int side, int wanted, int tokens) {
    assertThat(reduce("pool:tokens=" + wanted, patches(side)).tokens()).isEqualTo(tokens);
  }

  @Test
  void allTokensAreLeftAsTheyAre() {
    ArrayReduction all = reduce("pool:tokens=9", patches(3));

    assertThat(all.keptIndices()).isEmpty();
    assertThat(all.tokens()).isEqualTo(9);
  }

  @Test
  void aMeanStandsForNoPatch() {
    assertThat(reduce("pool:tokens=4", patches(4)).keptIndices()).hasValue(new int[0]);
  }

  @Test
  void aControlMayFollowAnotherMethod() {
    assertThat(reduce("pool:tokens=@prumerge", patches(6)).tokens()).isEqualTo(2);
  }
}
