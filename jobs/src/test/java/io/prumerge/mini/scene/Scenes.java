package io.prumerge.mini.scene;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Scenes for tests. */
public final class Scenes {

  static final Backdrop PLAIN_GRAY = new Backdrop(Background.GRAY, 0x808080, Texture.PLAIN, 0);

  private Scenes() {}

  public static List<Scene> first(int count, long seed, Split split) {
    SceneGenerator generator = new SceneGenerator(seed, split);
    return IntStream.range(0, count).mapToObj(generator::scene).toList();
  }

  static Scene of(SceneObject... objects) {
    return new Scene(
        Split.TEST,
        0,
        0,
        SceneKind.OBJECTS,
        PLAIN_GRAY,
        List.of(objects),
        Optional.empty(),
        Optional.empty());
  }

  static Scene of(SceneObject object, String word, int left, int top) {
    Box box = new Box(left, top, word.length() * Scene.PATCH, Scene.PATCH);
    return new Scene(
        Split.TEST,
        0,
        0,
        SceneKind.WORD,
        PLAIN_GRAY,
        List.of(object),
        Optional.of(new PrintedWord(word, WordKind.RANDOM, box)),
        Optional.empty());
  }

  static Scene of(Bar... bars) {
    return new Scene(
        Split.TEST,
        0,
        0,
        SceneKind.CHART,
        PLAIN_GRAY,
        List.of(),
        Optional.empty(),
        Optional.of(new Chart(List.of(bars))));
  }

  static SceneObject object(Shape shape, Colour colour, int left, int top, int side) {
    ObjectSize size = side <= ObjectSize.SMALL.largest() ? ObjectSize.SMALL : ObjectSize.LARGE;
    return new SceneObject(shape, colour, size, new Box(left, top, side, side));
  }

  static Bar bar(Colour colour, int units, int column, int base) {
    int height = units * Scene.PATCH;
    Box box = new Box(column * Scene.PATCH, base * Scene.PATCH - height, Scene.PATCH, height);
    return new Bar(colour, units, box);
  }
}
