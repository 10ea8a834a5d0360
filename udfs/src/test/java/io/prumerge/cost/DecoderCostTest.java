package io.prumerge.cost;

import static io.prumerge.cost.Shapes.LLAVA_7B;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.architecture.OptWeights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected numbers come from the cost notes' tables, and from the products written out. */
class DecoderCostTest {

  private static final DecoderCost DECODER = LLAVA_7B.decoder();

  /** OPT-2.7B by hand: four square matrices and two of the MLP, one table of positions. */
  @Test
  void optHasSixMatricesInALayer() {
    DecoderShape opt =
        new DecoderShape(new OptWeights(2560, 10240, 32, 2048, 50272, true, true), 32, 32, 80);
    DecoderCost cost = new DecoderCost(opt);
    long layer = 4L * 2560 * 2560 + 2L * 2560 * 10240;
    assertThat(cost.prefill(72))
        .isEqualTo(32 * (2 * 72 * layer + 4L * 72 * 72 * 2560) + 2L * 2560 * 50272);
    assertThat(opt.kvCacheElements(TokenSchedule.constant(72))).isEqualTo(2L * 72 * 32 * 2560);
    assertThat(opt.parameters()).isEqualTo(2_651_596_800L); // facebook/opt-2.7b
    assertThat(cost.evidence().rotation(5, 7)).isZero();
    assertThat(DECODER.evidence().rotation(5, 7)).isEqualTo(2L * 5 * 7 * 128);
  }

  @Test
  void groupedHeadsShareKeysAndValues() {
    DecoderCost cost = new DecoderCost(Shapes.GROUPED);
    long weights = 7 * 30 + 2 * 7 * 10 + 30 * 7 + 3 * 7 * 11;

    assertThat(cost.prefill(4)).isEqualTo(3 * (2 * 4 * weights + 4L * 4 * 4 * 30) + 2 * 7 * 13);
    assertThat(Shapes.GROUPED.kvCacheElements(TokenSchedule.constant(4))).isEqualTo(2 * 3 * 10 * 4);
  }

  /** The published schedules: FastV, PyramidDrop, SparseVLM v1, and pruning before the decoder. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0:576,2:288              | 4.5470 | 306
          0:576,2:192              | 3.3549 | 216
          0:576,2:144              | 2.7622 | 171
          0:576,2:128              | 2.5652 | 156
          0:576,2:64               | 1.7795 | 96
          0:576,8:288,16:144,24:72 | 4.0853 | 270
          0:576,3:309,7:204,16:113 | 3.2345 | 206.5
          0:576,3:312,7:117,16:39  | 2.4337 | 145.4
          0:576,3:82,7:32,16:18    | 1.6049 | 82.3
          0:192                    | 3.0333 | 192
          0:128                    | 2.1910 | 128
          0:64                     | 1.3529 | 64
          """)
  void tokensDroppedInsideTheDecoder(String visual, double prefillTera, double mean) {
    TokenSchedule schedule = TokenSchedule.parse(visual);

    assertThat(DECODER.prefill(schedule.plus(40)) / 1e12).isEqualTo(prefillTera, within(5e-5));
    assertThat(schedule.mean(32)).isEqualTo(mean, within(0.05));
    assertThat(DECODER.shape().kvCacheElements(schedule))
        .isEqualTo(2L * 4096 * Math.round(mean32(schedule)));
  }

  private static double mean32(TokenSchedule schedule) {
    return schedule.mean(32) * 32;
  }

  @Test
  void aScheduleIsTheSumOfItsLayers() {
    TokenSchedule schedule = TokenSchedule.parse("0:5,1:3,2:1");
    DecoderCost cost = new DecoderCost(Shapes.GROUPED);
    long prefill = cost.head(1);
    long decode = cost.head(1);
    for (int tokens : new int[] {5, 3, 1}) {
      prefill += rows(cost, tokens, 0) / 3;
      decode += rows(cost, 1, tokens - 1) / 3;
    }

    assertThat(cost.prefill(schedule)).isEqualTo(prefill);
    assertThat(cost.decodeStep(schedule)).isEqualTo(decode);
  }

  @Test
  void executedRowsPayForTheKeysTheySee() {
    long linear = rows(DECODER, 1, 0) - 4L * 32 * 4096;

    assertThat(rows(DECODER, 20, 600)).isEqualTo(20 * linear + 4L * 32 * 20 * 620 * 4096);
    assertThat(rows(DECODER, 0, 600)).isZero();
    assertThat(DECODER.decodeStep(TokenSchedule.constant(617)))
        .isEqualTo(rows(DECODER, 1, 616) + DECODER.head(1));
    assertThat(DECODER.prefill(616)).isEqualTo(rows(DECODER, 616, 0) + DECODER.head(1));
  }

  private static long rows(DecoderCost cost, long rows, long cached) {
    long layers = cost.shape().layers();
    return cost.of(layers * rows, layers * rows * (cached + rows), 0);
  }

  @Test
  void decodeIsEveryTokenAfterTheFirst() {
    assertThat(DECODER.decode(TokenSchedule.constant(616), 0)).isZero();
    assertThat(DECODER.decode(TokenSchedule.constant(616), 1)).isZero();
    assertThat(DECODER.decode(TokenSchedule.constant(616), 3))
        .isEqualTo(
            DECODER.decodeStep(TokenSchedule.constant(617))
                + DECODER.decodeStep(TokenSchedule.constant(618)));
  }

  @Test
  void aCountThatDoesNotFitIsAnError() {
    int huge = Integer.MAX_VALUE;
    DecoderShape shape = Shapes.llama(huge, huge, huge, huge, huge, 1, huge);

    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> new DecoderCost(shape).prefill(1));
  }
}
