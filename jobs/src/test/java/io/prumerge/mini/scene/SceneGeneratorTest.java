package io.prumerge.mini.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.mini.scene.SceneGenerator.Words;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SceneGeneratorTest {

  private static final List<Scene> TRAIN = Scenes.first(4000, 1, Split.TRAIN);

  @Test
  void aSceneDependsOnItsNumberAlone() {
    SceneGenerator generator = new SceneGenerator(1, Split.TRAIN);
    for (int index : new int[] {3999, 7, 0, 7}) {
      assertThat(generator.scene(index)).isEqualTo(TRAIN.get(index));
    }
  }

  @Test
  void otherSeedsAndNumbersMakeOtherScenes() {
    assertThat(new HashSet<>(TRAIN.stream().map(Scene::backdrop).toList())).hasSize(TRAIN.size());
    List<Scene> other = Scenes.first(100, 2, Split.TRAIN);
    assertThat(other.stream().map(Scene::backdrop))
        .doesNotContainAnyElementsOf(TRAIN.stream().map(Scene::backdrop).toList());
  }

  @Test
  void splitsShareNoDescriptionUnderAnySeeds() {
    Set<String> train = new HashSet<>();
    Set<String> test = new HashSet<>();
    for (long seed = 0; seed < 4; seed++) {
      Scenes.first(1000, seed, Split.TRAIN).forEach(scene -> train.add(SplitRule.content(scene)));
      Scenes.first(1000, seed, Split.TEST).forEach(scene -> test.add(SplitRule.content(scene)));
    }
    assertThat(test).doesNotContainAnyElementsOf(train);
  }

  @Test
  void splitIgnoresWhatCannotBeSaid() {
    Scene scene = TRAIN.get(1);
    Backdrop other = new Backdrop(scene.backdrop().background(), 0x123456, Texture.PLAIN, 99);
    List<SceneObject> objects = new ArrayList<>(scene.objects());
    Collections.reverse(objects);
    Scene same =
        new Scene(Split.TEST, 5, 6, scene.kind(), other, objects, scene.word(), scene.chart());
    assertThat(SplitRule.splitOf(same)).isEqualTo(SplitRule.splitOf(scene)).isEqualTo(Split.TRAIN);
  }

  @Test
  void foregroundStaysBelowAQuarter() {
    int sum = 0;
    for (Scene scene : TRAIN) {
      int foreground = PatchLabels.of(scene).foreground();
      assertThat(foreground).as(scene.caption()).isBetween(1, 35);
      sum += foreground;
    }
    double share = sum / (144.0 * TRAIN.size());
    assertThat(share).isBetween(0.08, 0.10);
  }

  @Test
  void thingsKeepTheirDistance() {
    for (Scene scene : TRAIN) {
      List<Box> boxes =
          Stream.concat(
                  scene.objects().stream().map(SceneObject::box),
                  scene.word().stream().map(PrintedWord::box))
              .toList();
      for (int i = 0; i < boxes.size(); i++) {
        for (int j = 0; j < i; j++) {
          assertThat(boxes.get(i).nearerThan(7, boxes.get(j))).as(scene.caption()).isFalse();
        }
      }
    }
  }

  @Test
  void anObjectLiesWhollyInOneQuarter() {
    for (Scene scene : TRAIN) {
      for (SceneObject object : scene.objects()) {
        Box box = object.box();
        assertThat(box.left() >= 88 || box.right() <= 80).isTrue();
        assertThat(box.top() >= 88 || box.bottom() <= 80).isTrue();
        assertThat(Math.min(box.left(), box.top())).isGreaterThanOrEqualTo(5);
        assertThat(Math.max(box.right(), box.bottom())).isLessThanOrEqualTo(163);
      }
    }
  }

  @Test
  void objectsOfDifferentSidesAreClearlyLeftOrRight() {
    for (Scene scene : TRAIN) {
      for (SceneObject one : scene.objects()) {
        for (SceneObject other : scene.objects()) {
          String left = one.position().horizontal();
          if (left.equals("left") && other.position().horizontal().equals("right")) {
            assertThat(one.leftOf(other)).isTrue();
          }
          if (one.position().vertical().equals("top")
              && other.position().vertical().equals("bottom")) {
            assertThat(one.above(other)).isTrue();
          }
        }
      }
    }
  }

  @Test
  void objectsStandInReadingOrder() {
    for (Scene scene : TRAIN) {
      assertThat(scene.objects().stream().map(SceneObject::position)).isSorted();
    }
  }

  @Test
  void everythingOccurs() {
    occurs(Shape.values(), scene -> scene.objects().stream().map(SceneObject::shape));
    occurs(Colour.values(), scene -> scene.objects().stream().map(SceneObject::colour));
    occurs(ObjectSize.values(), scene -> scene.objects().stream().map(SceneObject::size));
    occurs(Quarter.values(), scene -> scene.objects().stream().map(SceneObject::position));
    occurs(Background.values(), scene -> Stream.of(scene.backdrop().background()));
    occurs(Texture.values(), scene -> Stream.of(scene.backdrop().texture()));
    occurs(SceneKind.values(), scene -> Stream.of(scene.kind()));
    occurs(WordKind.values(), scene -> scene.word().stream().map(PrintedWord::kind));
    occurs(
        Colour.values(),
        scene -> scene.chart().stream().flatMap(chart -> chart.bars().stream()).map(Bar::colour));
    occurs(
        new Integer[] {1, 2, 3, 4, 5, 6, 7},
        scene -> scene.chart().stream().flatMap(chart -> chart.bars().stream()).map(Bar::units));
    occurs(
        new Integer[] {1, 2, 3, 4},
        scene ->
            scene.kind() == SceneKind.OBJECTS ? Stream.of(scene.objects().size()) : Stream.empty());
    assertThat(
            TRAIN.stream().flatMap(scene -> scene.objects().stream()).map(SceneObject::displayName))
        .containsAll(
            Arrays.stream(Shape.values())
                .flatMap(
                    shape ->
                        Arrays.stream(Colour.values())
                            .map(colour -> colour.displayName() + " " + shape.displayName()))
                .toList());
  }

  @Test
  void everyWordAndEveryCharacterOccurs() {
    List<PrintedWord> words = TRAIN.stream().map(Scene::word).flatMap(Optional::stream).toList();
    assertThat(
            words.stream()
                .filter(word -> word.kind() == WordKind.REAL)
                .map(PrintedWord::text)
                .collect(Collectors.toSet()))
        .containsExactlyInAnyOrderElementsOf(Words.REAL);
    String letters =
        words.stream()
            .filter(word -> word.kind() != WordKind.REAL)
            .map(PrintedWord::text)
            .collect(Collectors.joining());
    for (char character : GlyphMasks.CHARACTERS.toCharArray()) {
      assertThat(letters).contains(String.valueOf(character));
    }
  }

  @Test
  void realWordsAreDistinctAndPrintable() {
    assertThat(Words.REAL).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(40);
    assertThat(Words.REAL).allMatch(word -> word.matches("[A-Z]{3,6}"));
  }

  @Test
  void halfOfTheScenesRepeatAShape() {
    List<List<Shape>> several =
        TRAIN.stream()
            .map(scene -> scene.objects().stream().map(SceneObject::shape).toList())
            .filter(shapes -> shapes.size() > 1)
            .toList();
    long repeating =
        several.stream().filter(shapes -> new HashSet<>(shapes).size() < shapes.size()).count();
    assertThat(repeating / (double) several.size()).isBetween(0.45, 0.55);
  }

  @Test
  void commonThingsAreCommon() {
    assertThat(count("red circle")).isGreaterThan(10 * count("white ring"));
  }

  @Test
  void refusesNegativeNumbers() {
    assertThatThrownBy(() -> new SceneGenerator(1, Split.TEST).scene(-1))
        .hasMessage("Scene -1; numbers start at 0");
  }

  private static long count(String name) {
    return TRAIN.stream()
        .flatMap(scene -> scene.objects().stream())
        .filter(object -> object.displayName().equals(name))
        .count();
  }

  private static <T> void occurs(T[] expected, Function<Scene, Stream<T>> values) {
    assertThat(TRAIN.stream().flatMap(values).collect(Collectors.toSet()))
        .containsExactlyInAnyOrder(expected);
  }
}
