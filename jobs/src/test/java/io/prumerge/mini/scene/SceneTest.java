package io.prumerge.mini.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SceneTest {

  private static final SceneObject CIRCLE = Scenes.object(Shape.CIRCLE, Colour.RED, 10, 10, 20);
  private static final SceneObject STAR = Scenes.object(Shape.STAR, Colour.BLUE, 100, 120, 33);

  @Test
  void describesObjects() {
    assertThat(Scenes.of(CIRCLE, STAR).caption())
        .isEqualTo("red circle top left, blue star bottom right");
  }

  @Test
  void describesWords() {
    assertThat(Scenes.of(STAR, "STOP", 14, 14).caption())
        .isEqualTo("blue star bottom right, word STOP");
  }

  @Test
  void describesCharts() {
    Scene scene = Scenes.of(Scenes.bar(Colour.RED, 3, 1, 9), Scenes.bar(Colour.GREEN, 1, 3, 9));
    assertThat(scene.caption()).isEqualTo("chart with red 3, green 1");
    assertThat(scene.chart().orElseThrow().tallest().colour()).isEqualTo(Colour.RED);
    assertThat(scene.chart().orElseThrow().shortest().colour()).isEqualTo(Colour.GREEN);
  }

  @Test
  void hasANameForFiles() {
    assertThat(Scenes.first(8, 42, Split.TRAIN).get(7).id()).isEqualTo("train-42-000007");
  }

  @Test
  void knowsWhatIsLeftAndAbove() {
    assertThat(CIRCLE.leftOf(STAR)).isTrue();
    assertThat(STAR.leftOf(CIRCLE)).isFalse();
    assertThat(CIRCLE.above(STAR)).isTrue();
    assertThat(STAR.above(CIRCLE)).isFalse();
    SceneObject beside = Scenes.object(Shape.RING, Colour.RED, 30, 10, 20);
    assertThat(CIRCLE.leftOf(beside)).isFalse();
    SceneObject clearlyBeside = Scenes.object(Shape.RING, Colour.RED, 31, 10, 20);
    assertThat(CIRCLE.leftOf(clearlyBeside)).isTrue();
  }

  @Test
  void refusesAWordWithoutAWord() {
    assertThatThrownBy(
            () ->
                new Scene(
                    Split.TEST,
                    0,
                    0,
                    SceneKind.WORD,
                    Scenes.PLAIN_GRAY,
                    List.of(CIRCLE),
                    Optional.empty(),
                    Optional.empty()))
        .hasMessageContaining("do not make a scene of kind word");
  }

  @Test
  void refusesWhatCannotBePainted() {
    assertThatThrownBy(() -> new Box(150, 0, 19, 14))
        .hasMessage("19x14 at (150, 0) is not inside 168x168 pixels");
    assertThatThrownBy(() -> Scenes.object(Shape.RING, Colour.RED, 0, 0, 25))
        .hasMessageContaining("is not the box of a large object");
    assertThatThrownBy(() -> Scenes.of(CIRCLE, "Stop", 14, 14))
        .hasMessage("Word 'Stop' is not 1 to 12 of A to Z and 0 to 9");
    assertThatThrownBy(() -> Scenes.bar(Colour.RED, 8, 0, 9))
        .hasMessage("Bar of 8 units; 1 to 7 can be drawn");
    assertThatThrownBy(
            () -> Scenes.of(Scenes.bar(Colour.RED, 3, 1, 9), Scenes.bar(Colour.RED, 1, 3, 9)))
        .hasMessageContaining("Two bars share a colour or a height");
  }

  @Test
  void namesItsSplits() {
    assertThat(Split.named("test")).isEqualTo(Split.TEST);
    assertThatThrownBy(() -> Split.named("dev"))
        .hasMessage("Unknown split 'dev'; known: train, test");
  }
}
