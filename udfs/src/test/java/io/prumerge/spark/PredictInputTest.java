package io.prumerge.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.image.FrameTimes;
import io.prumerge.image.Visual;
import io.prumerge.spark.version.Sequences;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** What a row shows, as pictures and as a video. */
class PredictInputTest {

  private static final StructType SCHEMA =
      new StructType()
          .add("images", DataTypes.createArrayType(DataTypes.BinaryType))
          .add("times", DataTypes.createArrayType(DataTypes.DoubleType))
          .add("told", LlavaPredictor.TIMES);

  private static final byte[] FIRST = {1};
  private static final byte[] SECOND = {2, 3};

  private static PredictInput input(boolean video, int times) {
    int none = PredictInput.NO_COLUMN;
    return new PredictInput(0, video, times, none, none, none, 0, false);
  }

  private static Row row(List<byte[]> images, List<Double> times) {
    return new GenericRowWithSchema(
        new Object[] {
          images == null ? null : Sequences.sequence(images),
          times == null ? null : Sequences.sequence(times),
          null
        },
        SCHEMA);
  }

  private static FrameTimes times(List<Double> seconds) {
    List<byte[]> frames = List.of(FIRST, SECOND, FIRST);
    List<Visual> visuals = input(true, 1).visuals(row(frames, seconds));
    assertThat(visuals).hasSize(1);
    assertThat(visuals.get(0).files()).containsExactlyElementsOf(frames);
    return ((Visual.Video) visuals.get(0)).times();
  }

  @Test
  void imagesAreSeveralPicturesOrTheFramesOfOneVideo() {
    Row row = row(List.of(FIRST, SECOND), null);
    assertThat(input(false, PredictInput.NO_COLUMN).visuals(row))
        .hasSize(2)
        .allMatch(one -> one instanceof Visual.Picture);
    assertThat(input(true, PredictInput.NO_COLUMN).visuals(row))
        .hasSize(1)
        .allMatch(one -> one instanceof Visual.Video && one.bytes() == 3);
  }

  @Test
  void noFramesAreAMissingVideoAndNullIsNone() {
    PredictInput input = input(true, 1);
    assertThat(input.visuals(row(null, null))).isEmpty();
    List<Visual> missing = input.visuals(row(List.of(), List.of()));
    assertThat(missing).hasSize(1).allMatch(one -> one.bytes() == 0);
    List<Visual> gap = input.visuals(row(Arrays.asList(FIRST, null), null));
    assertThat(gap.get(0).files()).containsExactly(FIRST, new byte[0]);
  }

  @Test
  void timesAreKnownIfEachFrameHasOne() {
    assertThat(times(null)).isEqualTo(FrameTimes.UNKNOWN);
    assertThat(times(Arrays.asList(0.0, null, 2.0))).isEqualTo(FrameTimes.UNKNOWN);
    assertThat(times(List.of(1.0, 1.5, 2.0)))
        .isEqualTo(new FrameTimes(List.of(1.0, 1.5, 2.0), OptionalDouble.of(2), false));
    assertThat(times(List.of(1.0, 1.0, 1.0)).rate()).as("no time passes").isEmpty();
  }

  private static FrameTimes told(Object... times) {
    Row told = times.length == 0 ? null : new GenericRowWithSchema(times, LlavaPredictor.TIMES);
    Row row =
        new GenericRowWithSchema(
            new Object[] {Sequences.sequence(List.of(FIRST, SECOND)), null, told}, SCHEMA);
    return ((Visual.Video) input(true, 2).visuals(row).get(0)).times();
  }

  private static Object seconds(Double... seconds) {
    return Sequences.sequence(Arrays.asList(seconds));
  }

  @Test
  void timesMaySayTheRateOfTheFramesAndThatItIsAssumed() {
    assertThat(told(seconds(1.0, 1.5), 1.5, false))
        .isEqualTo(new FrameTimes(List.of(1.0, 1.5), OptionalDouble.of(1.5), false));
    assertThat(told(seconds(1.0, 1.5), 1.5, true).assumed()).isTrue();
    assertThat(told(seconds(1.0, 1.5), 1.5, null).assumed()).isFalse();
    assertThat(told(seconds(1.0, null), 4.0, true))
        .as("the seconds follow from the rate")
        .isEqualTo(new FrameTimes(List.of(0.0, 0.25), OptionalDouble.of(4), true));
    assertThat(told(null, 4.0, false)).isEqualTo(FrameTimes.steady(2, 4, false));
    assertThat(told(seconds(1.0, 1.5), null, true))
        .as("no rate is assumed where none is told")
        .isEqualTo(FrameTimes.at(List.of(1.0, 1.5)));
    assertThat(told(null, null, true)).isEqualTo(FrameTimes.UNKNOWN);
    assertThat(told()).isEqualTo(FrameTimes.UNKNOWN);
  }

  @Test
  void videosShowTheSameWithTheSameBytesAndTimes() {
    Visual.Video one = new Visual.Video(List.of(FIRST), FrameTimes.at(List.of(1.0)));
    assertThat(one.shows(new Visual.Video(List.of(FIRST.clone()), one.times()))).isTrue();
    assertThat(one.shows(new Visual.Video(List.of(FIRST), FrameTimes.UNKNOWN))).isFalse();
    assertThat(one.shows(new Visual.Video(List.of(SECOND), one.times()))).isFalse();
    Visual picture = new Visual.Picture(FIRST);
    assertThat(picture.shows(one)).isFalse();
    assertThat(one.shows(picture)).isFalse();
    assertThat(picture.shows(new Visual.Picture(FIRST.clone()))).isTrue();
  }
}
