package io.prumerge.mini.question;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.mini.scene.Bar;
import io.prumerge.mini.scene.Box;
import io.prumerge.mini.scene.Scene;
import io.prumerge.mini.scene.SceneObject;
import io.prumerge.mini.scene.Scenes;
import io.prumerge.mini.scene.Split;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PhraseTest {

  /** Returns the boxes of all that the phrase is true of, by the words that it shares with it. */
  private static List<Box> meant(Scene scene, String phrase) {
    List<Box> boxes = new ArrayList<>();
    for (SceneObject object : scene.objects()) {
      String said =
          "%s %s object %s"
              .formatted(
                  object.colour().displayName(),
                  object.shape().displayName(),
                  object.position().displayName());
      if (holds(said, phrase)) {
        boxes.add(object.box());
      }
    }
    scene
        .word()
        .filter(word -> phrase.equals(word.text().matches("[0-9]+") ? "number" : "word"))
        .ifPresent(word -> boxes.add(word.box()));
    List<Bar> bars = scene.chart().map(chart -> chart.bars()).orElse(List.of());
    int[] heights = bars.stream().mapToInt(Bar::units).sorted().toArray();
    for (Bar bar : bars) {
      String height =
          bar.units() == heights[0]
              ? "shortest"
              : bar.units() == heights[heights.length - 1] ? "tallest" : "";
      if (holds(bar.colour().displayName() + " bar " + height, phrase)) {
        boxes.add(bar.box());
      }
    }
    return boxes;
  }

  private static boolean holds(String said, String phrase) {
    return Arrays.asList(said.split(" ")).containsAll(Arrays.asList(phrase.split(" ")));
  }

  @Test
  void everyPhraseMeansOneThingAndItsBoxIsThatThings() {
    Set<String> forms = new TreeSet<>();
    for (Scene scene : Scenes.first(1500, 2, Split.TEST)) {
      for (Phrase phrase : Phrase.of(scene)) {
        forms.add(phrase.form());
        assertThat(meant(scene, phrase.text()))
            .as("%s in: %s", phrase.text(), scene.caption())
            .containsExactly(phrase.box());
      }
    }
    assertThat(forms).containsExactly("bar", "colour", "height", "place", "shape", "thing", "word");
  }
}
