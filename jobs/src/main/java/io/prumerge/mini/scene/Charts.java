package io.prumerge.mini.scene;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Generates random bar charts. */
final class Charts {

  /** First possible patch row below the bars. */
  private static final int FIRST_BASE = 9;

  private static final int LAST_BASE = 11;

  private Charts() {}

  static Chart draw(SceneRandom random) {
    int count = random.between(3, 4);
    int step = random.between(2, 3);
    int width = (count - 1) * step + 1;
    int column = random.between(1, Scene.GRID - 1 - width);
    int base = random.between(FIRST_BASE, LAST_BASE) * Scene.PATCH;
    List<Colour> colours = new ArrayList<>(Arrays.asList(Colour.values()));
    random.shuffle(colours);
    List<Integer> heights =
        IntStream.rangeClosed(1, Bar.HIGHEST).boxed().collect(Collectors.toList());
    random.shuffle(heights);
    List<Bar> bars = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int height = heights.get(i) * Scene.PATCH;
      Box box = new Box((column + i * step) * Scene.PATCH, base - height, Scene.PATCH, height);
      bars.add(new Bar(colours.get(i), heights.get(i), box));
    }
    return new Chart(bars);
  }
}
