package io.prumerge.mini.scene;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;

/**
 * The numbers that seed scenes and stand in tables of their patches' labels. The constants' order
 * is that in which they are drawn, so that another one makes other scenes.
 */
class CodesTest {

  @Test
  void splitsSeedTheirScenes() {
    assertThat(codes(Split.values(), Split::code)).containsExactly("TRAIN 0", "TEST 1");
  }

  @Test
  void patchesAreLabelled() {
    assertThat(codes(Colour.values(), Colour::code))
        .containsExactly(
            "RED 0", "ORANGE 1", "YELLOW 2", "GREEN 3", "BLUE 4", "PURPLE 5", "WHITE 6", "BLACK 7");
    assertThat(codes(Shape.values(), Shape::code))
        .containsExactly("CIRCLE 0", "SQUARE 1", "TRIANGLE 2", "STAR 3", "CROSS 4", "RING 5");
    assertThat(codes(ObjectSize.values(), ObjectSize::code)).containsExactly("SMALL 0", "LARGE 1");
  }

  private static <E extends Enum<E>> String[] codes(E[] constants, ToIntFunction<E> code) {
    return Arrays.stream(constants)
        .map(constant -> constant.name() + " " + code.applyAsInt(constant))
        .toArray(String[]::new);
  }
}
