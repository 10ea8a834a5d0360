package io.prumerge.mini.question;

import io.prumerge.lang.Text;
import io.prumerge.mini.scene.Bar;
import io.prumerge.mini.scene.Box;
import io.prumerge.mini.scene.Chart;
import io.prumerge.mini.scene.Scene;
import io.prumerge.mini.scene.SceneFacts;
import io.prumerge.mini.scene.SceneObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A referring expression: it is true of one thing in the picture and of no other.
 *
 * @param form how it refers: by thing, shape, colour, place, word, bar or height
 * @param box of what it refers to
 */
public record Phrase(String form, String text, Box box) {

  /** Returns every phrase about a scene; for some scenes there is none. */
  public static List<Phrase> of(Scene scene) {
    SceneFacts facts = new SceneFacts(scene);
    List<Phrase> phrases = new ArrayList<>();
    for (SceneObject object : facts.unmistakable()) {
      phrases.add(new Phrase("thing", object.displayName(), object.box()));
    }
    for (SceneObject object : facts.onlyOfShape()) {
      phrases.add(new Phrase("shape", object.shape().displayName(), object.box()));
    }
    for (SceneObject object : facts.onlyOfColour()) {
      phrases.add(new Phrase("colour", object.colour().displayName() + " object", object.box()));
    }
    for (SceneObject object : scene.objects()) {
      if (onlyOfShapeThere(object, scene)) {
        phrases.add(
            new Phrase(
                "place",
                object.shape().displayName() + " " + object.position().displayName(),
                object.box()));
      }
    }
    scene
        .word()
        .ifPresent(word -> phrases.add(new Phrase("word", WordQuestions.whole(word), word.box())));
    scene.chart().ifPresent(chart -> add(chart, phrases));
    return phrases;
  }

  private static boolean onlyOfShapeThere(SceneObject object, Scene scene) {
    return scene.objects().stream()
            .filter(
                other -> other.shape() == object.shape() && other.position() == object.position())
            .count()
        == 1;
  }

  private static void add(Chart chart, List<Phrase> phrases) {
    for (Bar bar : chart.bars()) {
      phrases.add(new Phrase("bar", Text.format("%s bar", bar.colour().displayName()), bar.box()));
    }
    Comparator<Bar> byHeight = Comparator.comparing(Bar::units);
    phrases.add(
        new Phrase(
            "height", "tallest bar", chart.bars().stream().max(byHeight).orElseThrow().box()));
    phrases.add(
        new Phrase(
            "height", "shortest bar", chart.bars().stream().min(byHeight).orElseThrow().box()));
  }
}
