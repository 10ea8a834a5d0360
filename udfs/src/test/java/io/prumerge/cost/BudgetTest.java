package io.prumerge.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.reduction.ArrayPatchTokens;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerLayer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Methods whose size a budget chooses for each image, before a decoder of 6 layers. */
class BudgetTest {

  private static final int SIDE = 8;
  private static final int PATCHES = SIDE * SIDE;
  private static final int LAYERS = 6;
  private static final MethodCost MEASURES =
      new MethodCost(
          new CostModel(
              Shapes.llava(
                  Shapes.clip(24, 48, 4, 4, 3, 24, PATCHES, 14),
                  Shapes.llama(32, 64, LAYERS, 4, 2, 8, 300))));

  private static TokenReducer method(String spec) {
    return TokenReducers.of(MethodSpec.parse(spec));
  }

  /** An image with so many outliers of the class token's attention. */
  private static PatchTokens image(int outliers) {
    Random random = new Random(outliers);
    float[][] features = new float[PATCHES][24];
    float[] attention = new float[PATCHES];
    for (int patch = 0; patch < PATCHES; patch++) {
      attention[patch] = 0.001f * (1 + random.nextFloat());
      for (int i = 0; i < features[patch].length; i++) {
        features[patch][i] = random.nextFloat() - 0.5f;
      }
    }
    for (int outlier = 0; outlier < outliers; outlier++) {
      attention[5 * outlier] = 0.1f + outlier * 0.001f;
    }
    return new ArrayPatchTokens(features, features, attention, new byte[32])
        .with(new TowerEvidence.ClassAttention(new TowerLayer.Last()), attention)
        .with(MEASURES);
  }

  @ParameterizedTest
  @CsvSource({
    "33.3%, 33.3%, 21",
    "50.0%, 50%, 32",
    "0.1%, 0.1%, 1", // one at least
    "2.34375%, 2.34375%, 2", // 1.5: half to even
    "3.90625%, 3.90625%, 2", // 2.5
    "100%, 100%, 64"
  })
  void aShareIsOfTheImagesOwnPatches(String share, String canonical, int tokens) {
    TokenReducer method = method("divprune:tokens=" + share);
    assertThat(method.spec()).hasToString("divprune:tokens=" + canonical);
    assertThat(method.on(image(3)).tokens(image(3))).isEqualTo(tokens);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0%", "100.1%", "x%", "-3%", "1e1%", "%"})
  void othersAreNoShares(String share) {
    assertThatThrownBy(() -> method("divprune:tokens=" + share))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a share such as 33.3%");
  }

  private static double flops(String spec, PatchTokens image) {
    return MEASURES.flops(method(spec).on(image), image);
  }

  /** No other setting of the method's own key comes closer. */
  @ParameterizedTest
  @ValueSource(strings = {"uniform", "divprune", "vispruner", "scope", "prumerge", "fastv:layer=1"})
  void flopsAreAsCloseToAnotherMethodsAsANumberOfTokensCanBe(String name) {
    for (int outliers : new int[] {5, 7, 8}) {
      PatchTokens image = image(outliers);
      String other = "prumerge+";
      double target = flops(other, image);
      String join = name.contains(":") ? "," : ":";
      TokenReducer sized = method(name + join + "flops=@" + other).on(image);
      double distance = Math.abs(MEASURES.flops(sized, image) - target);
      for (int tokens = 1; tokens <= PATCHES; tokens++) {
        double own = flops(name + join + "tokens=" + tokens, image);
        assertThat(Math.abs(own - target))
            .as(sized.spec().toString())
            .isGreaterThanOrEqualTo(distance);
      }
      assertThat(sized.spec().toString()).startsWith(name + join + "tokens=");
    }
  }

  /**
   * What the cost model says of the chosen tokens, written out: a layer's products and its square.
   */
  @Test
  void flopsAreThoseOfAQuestionAloneWithFortyTokensOfText() {
    PatchTokens image = image(5);
    CostModel cost = MEASURES.cost();
    assertThat(flops("first:tokens=10", image))
        .isEqualTo(
            cost.tower().features() + cost.connector().of(10, 0) + cost.decoder().prefill(50));
    assertThat(flops("fastv:layer=2,tokens=10", image))
        .isEqualTo(
            cost.tower().features()
                + cost.connector().of(PATCHES, 0)
                + cost.decoder().prefill(TokenSchedule.parse("0:104,2:50"))
                + cost.decoder().evidence().attention(1, 0, 104));
    assertThat(flops("divprune:tokens=10", image))
        .as("all patches go through the connector, and are compared")
        .isEqualTo(
            cost.tower().features()
                + cost.connector().of(PATCHES, 0)
                + cost.decoder().prefill(50)
                + 3L * PATCHES * 32
                + 2L * PATCHES * PATCHES * 32);
  }

  @ParameterizedTest
  @CsvSource({
    "pyramiddrop:layers=2/4, ratio",
    "'v2drop:layers=2/4,ratios=0.5/0.25', ratios",
    "'sparsevlm:budgets=20/10,layers=0/2', budgets",
    "'sparsevlm:budgets=20/10,layers=0/2,version=2', budgets",
    "vtw, layer"
  })
  void methodsOfRatiosTurnThese(String name, String key) {
    PatchTokens image = image(4);
    String join = name.contains(":") ? "," : ":";
    double target = flops("uniform:tokens=30", image);
    TokenReducer sized = method(name + join + "flops=@uniform:tokens=30").on(image);
    assertThat(sized.spec().parameters()).containsKey(key);
    double step = name.equals("vtw") ? PATCHES / (double) LAYERS : 2;
    double token = flops("uniform:tokens=31", image) - target;
    assertThat(MEASURES.flops(sized, image)).isCloseTo(target, within(step * token));
    assertThat(MEASURES.layerMean(method(name + join + "tokens=@mean:32").on(image), image))
        .isCloseTo(32, within(step));
  }

  /** The number follows the image, as that of the other method does. */
  @Test
  void anotherMethodsCountIsThisImages() {
    for (int outliers : new int[] {2, 9}) {
      PatchTokens image = image(outliers);
      int count = method("prumerge").tokens(image);
      assertThat(method("fastv:layer=1,tokens=@prumerge").on(image).spec())
          .hasToString("fastv:layer=1,tokens=" + count);
      assertThat(method("random:seed=3,tokens=@prumerge").on(image).spec())
          .hasToString("random:seed=3,tokens=" + count);
      assertThat(method("uniform:tokens=@prumerge").tokens(image)).isEqualTo(count);
    }
    TokenReducer plain = method("prumerge");
    assertThat(plain.on(image(2))).isSameAs(plain);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "vtw:flops=@uniform:tokens=1 | Cannot spend the ",
        "fastv:layer=3,flops=@prumerge | Cannot spend the ",
        "uniform:flops=@prumerge+:ratio=1 | Cannot spend the ",
        "fastv:layer=3,tokens=@mean:16 | Cannot have 16 visual tokens in a layer on average: fastv:tokens=@mean:16 can have from 32.5 to 64.0; name another number or other layers",
        "fastv:layer=9,flops=@prumerge | Cannot drop visual tokens before layer 9",
        "fastv:layer=1,flops=@pact:layer=1 | Cannot tell the size of pact:layer=1 before the decoder has run"
      })
  void whatCannotBeMetIsSaid(String spec, String message) {
    assertThatThrownBy(() -> method(spec).on(image(3)))
        .isInstanceOf(ReductionException.class)
        .hasMessageStartingWith(message);
  }
}
