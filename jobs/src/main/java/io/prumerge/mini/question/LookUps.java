package io.prumerge.mini.question;

import io.prumerge.lang.Text;
import io.prumerge.mini.scene.Colour;
import io.prumerge.mini.scene.SceneRandom;
import io.prumerge.mini.scene.Shape;
import io.prumerge.mini.scene.Thing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Multiple-choice questions without a picture, in which one option matches the words of the
 * question. They teach a model to answer with an option's letter before it has to use the picture.
 */
public final class LookUps {

  private static final String NO_HINT = "";
  private static final int OPTIONS = 5;

  private LookUps() {}

  public static ChoiceQuestion draw(SceneRandom random) {
    List<Colour> colours = new ArrayList<>(Arrays.asList(Colour.values()));
    List<Shape> shapes = new ArrayList<>(Arrays.asList(Shape.values()));
    random.shuffle(colours);
    random.shuffle(shapes);
    List<String> things = new ArrayList<>();
    for (int i = 0; i < OPTIONS; i++) {
      things.add(new Thing(colours.get(i), shapes.get(i)).displayName());
    }
    String text =
        switch (random.below(3)) {
          case 0 -> Text.format("Which option is %s?", colours.get(0).displayName());
          case 1 -> Text.format("Which option is a %s?", shapes.get(0).displayName());
          default -> Text.format("Which option says %s?", things.get(0));
        };
    return new ChoiceQuestion(
        Topic.LOOK_UP, NO_HINT, text, things.get(0), things.subList(1, OPTIONS));
  }
}
