package io.prumerge.reduction.pixel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.prumerge.image.PatchGrid;
import io.prumerge.image.PixelBlocks;
import io.prumerge.image.PixelBytes;
import io.prumerge.image.PixelSteps;
import io.prumerge.image.PixelValues;
import io.prumerge.image.Resample;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PixelPruneTest {

  private static TokenReducer method(String spec) {
    return TokenReducers.of(MethodSpec.parse(spec));
  }

  @ParameterizedTest
  @CsvSource({
    "pixelprune, pixelprune",
    "pixelprune:tau=0, pixelprune",
    "pixelprune:steps=0, pixelprune",
    "pixelprune:predictor=anchored, pixelprune",
    "pixelprune:tau=0.050, pixelprune:tau=0.05",
    "'pixelprune:steps=3,predictor=raster', 'pixelprune:predictor=raster,steps=3'",
    "'pixelprune:positions=kept,tau=0.0', pixelprune:positions=kept",
  })
  void specsHaveOneSpelling(String written, String canonical) {
    assertThat(method(written).spec()).hasToString(canonical);
    assertThat(method(written).pixels()).isEqualTo(method(canonical).pixels());
  }

  @ParameterizedTest
  @CsvSource({
    "'pixelprune:steps=1,tau=0.1', both say how much blocks may differ",
    "pixelprune:tau=-0.1, tau must be a number from 0 on",
    "pixelprune:tau=NaN, tau must be a number",
    "pixelprune:steps=256, steps must be a whole number from 0 to 255",
    "pixelprune:steps=-1, steps must be a whole number from 0 to 255",
    "pixelprune:predictor=left, predictor must be anchored or sliding or raster",
    "pixelprune:tokens=9, Unknown key 'tokens' of method 'pixelprune'",
    "pixelprune..fastv:layer=1, 'pixelprune leaves out pixels before the tower, and stands alone'",
    "random:tokens=@pixelprune, tokens must be",
    "fastv:flops=@pixelprune, flops must be",
  })
  void whatItCannotBeIsRefusedInOneLine(String spec, String why) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> method(spec))
        .withMessageContaining(why)
        .satisfies(refusal -> assertThat(refusal.getMessage()).doesNotContain("\n"));
  }

  /** A step is a level of a byte; of values it is as much as the channel's spread makes of it. */
  @Test
  void stepsAreOfBytesAndTauIsOfValues() {
    PixelValues table =
        new PixelValues(
            new PixelSteps(Resample.BICUBIC, List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5)));
    byte[] bytes = {10, 10, 10, 12, 10, 10, 14, 10, 10};
    PixelBlocks line = new PixelBlocks(new PixelBytes(bytes, table), 3, new PatchGrid(1, 3), 1);
    assertThat(kept("pixelprune", line)).containsExactly(0, 1, 2);
    assertThat(kept("pixelprune:steps=2", line)).containsExactly(0, 2);
    assertThat(kept("pixelprune:tau=0.016", line)).containsExactly(0, 2); // 2 / 127.5 is 0.0157
    assertThat(kept("pixelprune:tau=0.015", line)).containsExactly(0, 1, 2);
    assertThat(kept("pixelprune:predictor=sliding,steps=2", line)).containsExactly(0);
  }

  private static int[] kept(String spec, PixelBlocks blocks) {
    return method(spec).pixels().orElseThrow().kept(blocks);
  }
}
