package io.prumerge.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.prumerge.architecture.LlamaWeights;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.cost.CostModel;
import io.prumerge.cost.DecoderShape;
import io.prumerge.cost.Matrix;
import io.prumerge.cost.ModelShape;
import io.prumerge.estimate.ShapeTable.NamedShape;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShapeTableTest {

  private static final ShapeTable SHAPES = ShapeTable.bundled();

  @ParameterizedTest
  @CsvSource({
    "llava-1.5-7b,  6738415616,  324487168, 576",
    "llava-1.5-13b, 13015864320, 334974976, 576",
    "llava-1.6-vicuna-7b, 6738415616, 324487168, 2880",
    "llava-1.6-mistral-7b, 7241732096, 324487168, 2880",
    "llava-1.6-34b, 34388917248, 362242048, 2880",
    "llava-onevision-0.5b, 494090112, 399584544, 7290",
    "llava-onevision-7b, 7616075264, 414728736, 7290",
    "internvl3-8b, 7612820992, 331552768, 3328"
  })
  void parametersAreThoseOfTheCheckpoints(String name, long text, long vision, int tokens) {
    NamedShape shape = SHAPES.named(name);

    assertThat(shape.shape().decoder().parameters()).isEqualTo(text);
    assertThat(shape.shape().visionParameters()).isEqualTo(vision);
    assertThat(shape.shape().parameters()).isEqualTo(text + vision);
    assertThat(shape.visualTokens()).isEqualTo(tokens);
  }

  @Test
  void everyShapeCanBeCounted() {
    assertThat(SHAPES.names()).hasSize(10).contains("mini");
    assertThat(SHAPES.names())
        .allSatisfy(
            name ->
                assertThat(new CostModel(SHAPES.named(name).shape()).decoder().prefill(1))
                    .isPositive());
  }

  @Test
  void theTowerAndTheProjectorAreCounted() {
    ModelShape shape = SHAPES.named("llava-1.5-7b").shape();

    assertThat(shape.tower().parameters()).isEqualTo(303_507_456L);
    assertThat(shape.visionParameters() - shape.tower().parameters()).isEqualTo(20_979_712L);
    assertThat(shape.parameters()).isEqualTo(7_062_902_784L);
    assertThat(Matrix.weights(shape.decoder().layer()) * 32).isEqualTo(6_476_005_376L);
  }

  @Test
  void tyingAndBiasesChangeParameters() {
    DecoderShape plain = decoder(false);
    DecoderShape tied = decoder(true);

    assertThat(plain.parameters())
        .isEqualTo(2 * 80 + 2 * (8 * 12 + 2 * 8 * 6 + 12 * 8 + 3 * 8 * 12 + 16) + 8);
    assertThat(tied.parameters())
        .isEqualTo(plain.parameters() - 80 + 2 * (12 + 6 + 6 + 8 + 12 + 12 + 8));
  }

  private static DecoderShape decoder(boolean all) {
    return new DecoderShape(new LlamaWeights(8, 12, 2, 12, 6, 10, all, all, all), 4, 2, 3);
  }

  @Test
  void listsWhatItKnows() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SHAPES.named("7b"))
        .withMessageStartingWith("Unknown shape '7b'; known: llava-1.5-7b, llava-1.5-13b, ");
  }

  @Test
  void theMiniatureHasTheDimensionsOfItsCheckpoint() {
    Path folder = Path.of(System.getProperty("project.root"), "conf", "mini-llava");
    assertThat(SHAPES.named("mini").shape())
        .isEqualTo(ModelShape.of(Checkpoint.configuration(folder)));
  }
}
