package io.prumerge.mini;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Multiple-choice questions without a picture: one option fits the words of the question. They
 * teach what a letter in front of an option means, before anything has to be seen.
 */
final class LookUps {

  private static final String NO_HINT = "";
  private static final int OPTIONS = 5;

  private LookUps() {}

  static ChoiceQuestion draw(SceneRandom random) {
    List<Colour> colours = new ArrayList<>(Arrays.asList(Colour.values()));
    List<Shape> shapes = new ArrayList<>(Arrays.asList(Shape.values()));
    random.shuffle(colours);
    random.shuffle(shapes);
    List<String> things = new ArrayList<>();
    for (int i = 0; i < OPTIONS; i++) {
      things.add(new Thing(colours.get(i), shapes.get(i)).english());
    }
    String text =
        switch (random.below(3)) {
          case 0 -> "Which option is %s?".formatted(colours.get(0).english());
          case 1 -> "Which option is a %s?".formatted(shapes.get(0).english());
          default -> "Which option says %s?".formatted(things.get(0));
        };
    return new ChoiceQuestion(
        Topic.LOOK_UP, NO_HINT, text, things.get(0), things.subList(1, OPTIONS));
  }
}
