package io.prumerge.cost;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What cuts look at, by the products written out. */
class CutCostTest {

  private static Stream<Arguments> cuts() {
    long d = 4096;
    long query = 2 * d * d;
    long key = 2 * d * d;
    long score = 2 * d;
    long relevance = 10 * 576 * 2 * d;
    long recycled = 83 * 83 + 9 * 576 + 33 * 33 + 4 * 309 + 29 * 29 + 3 * 204;
    long rotated = 10 * (576 + 300 + 200) * 2 * 128;
    return Stream.of(
        Arguments.of("fastv:layer=2", query + 616 * score),
        Arguments.of("pyramiddrop", 3 * query + (616 + 328 + 184) * (key + score)),
        Arguments.of("dart", 8 * 576 * 2 * d), // the cosines of eight pivots
        Arguments.of("v2drop", 0L),
        Arguments.of("priortr", 10 * query + 10 * 616 * score),
        // Two states of 24 x 24 tokens, along their rows and along their columns.
        Arguments.of("clse", 3 * query + (616 + 370 + 250) * score + 2 * 2 * 576L * 24 * 2 * d),
        Arguments.of("vtw", 0L),
        Arguments.of(
            "sparsevlm",
            3 * 10 * query + 10 * (616 + 349 + 244) * score + relevance + recycled * 2 * d),
        Arguments.of(
            "sparsevlm:version=2",
            3 * 10 * query + 10 * (616 + 340 + 240) * score + relevance + rotated));
  }

  /** 576 visual tokens and 40 of text, 10 of them after the image; 32 heads of 128. */
  @ParameterizedTest
  @MethodSource("cuts")
  void whatCutsLookAtIsCounted(String method, long flops) {
    TokenReducer reducer = TokenReducers.of(MethodSpec.parse(method));
    ImageWork work = ImageWork.of(new ReductionWork(false, 576, 0, false));
    QuestionCost cost = Shapes.LLAVA_7B.question(work, reducer.cuts(576, 32), 40, 10, 1);
    assertThat(cost.reduction()).isEqualTo(flops);
  }

  /** Five tokens, of which four are steps; the prompt's are 40 of text. */
  @ParameterizedTest
  @CsvSource({"priortr, 192", "'priortr:layer=9,tokens=64', 64", "clse, 62", "vtw, -1"})
  void stepsSeeWhatIsLeftInEarlierLayers(String method, int left) {
    TokenReducer reducer = TokenReducers.of(MethodSpec.parse(method));
    ImageWork work = ImageWork.of(new ReductionWork(false, 576, 0, false));
    QuestionCost cost = Shapes.LLAVA_7B.question(work, reducer.cuts(576, 32), 40, 10, 5);
    TokenSchedule prompt =
        left < 0 ? TokenSchedule.parse("0:616,16:40") : TokenSchedule.constant(left + 40);
    assertThat(cost.decode()).isEqualTo(Shapes.LLAVA_7B.decoder().decode(prompt, 5));
  }
}
