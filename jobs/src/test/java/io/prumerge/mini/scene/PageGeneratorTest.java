package io.prumerge.mini.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.image.codec.RgbImage;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PageGeneratorTest {

  private static final List<FormPage> TRAIN = pages(2000, 1, Split.TRAIN);

  private static List<FormPage> pages(int count, long seed, Split split) {
    PageGenerator generator = new PageGenerator(seed, split);
    return IntStream.range(0, count).mapToObj(generator::page).toList();
  }

  @Test
  void aPageDependsOnItsNumberAlone() {
    PageGenerator generator = new PageGenerator(1, Split.TRAIN);
    for (int index : new int[] {1999, 7, 0, 7}) {
      assertThat(generator.page(index)).isEqualTo(TRAIN.get(index));
    }
    assertThat(new HashSet<>(TRAIN.stream().map(FormPage::id).toList())).hasSize(TRAIN.size());
    assertThatThrownBy(() -> generator.page(-1)).hasMessage("Page -1; numbers start at 0");
  }

  @Test
  void splitsShareNoPageUnderAnySeeds() {
    Set<String> train = new HashSet<>();
    Set<String> test = new HashSet<>();
    for (long seed = 0; seed < 3; seed++) {
      pages(500, seed, Split.TRAIN).forEach(page -> train.add(page.text()));
      pages(500, seed, Split.TEST).forEach(page -> test.add(page.text()));
    }
    assertThat(train).hasSize(1500);
    assertThat(test).hasSize(1500).doesNotContainAnyElementsOf(train);
  }

  @Test
  void backdropsAreNotThoseOfScenes() {
    assertThat(TRAIN.stream().map(FormPage::backdrop))
        .doesNotContainAnyElementsOf(
            Scenes.first(2000, 1, Split.TRAIN).stream().map(Scene::backdrop).toList());
  }

  @Test
  void aPageHasFourToSixLinesOnThePatchGrid() {
    for (FormPage page : TRAIN) {
      assertThat(page.lines()).hasSizeBetween(4, 6);
      assertThat(page.labelLeft() % Scene.PATCH)
          .isIn(page.print() == PrintSize.SMALL ? List.of(0) : List.of(13, 0, 1));
      assertThat((page.valueLeft() - page.labelLeft()) % Scene.PATCH).isZero();
      for (PageLine line : page.lines()) {
        assertThat(line.label()).isIn(PageGenerator.LABELS);
        assertThat(line.value()).matches("[A-Z0-9]{2,4}").isNotIn("AN", "THE");
      }
    }
    assertThat(
            TRAIN.stream().flatMap(page -> page.lines().stream()).map(PageLine::label).distinct())
        .hasSize(PageGenerator.LABELS.size());
    assertThat(PageGenerator.LABELS.stream().map(label -> label.charAt(0)).distinct())
        .hasSize(PageGenerator.LABELS.size());
  }

  @Test
  void everyCharacterIsPaintedInItsPlace() {
    for (PrintSize print : PrintSize.values()) {
      everyCharacterIsPaintedInItsPlace(
          TRAIN.stream().filter(page -> page.print() == print).findFirst().orElseThrow());
    }
  }

  private static void everyCharacterIsPaintedInItsPlace(FormPage page) {
    byte[] backdrop = ScenePainter.BackdropPainter.paint(page.backdrop());
    RgbImage image = ScenePainter.paint(page);
    boolean[] inked = new boolean[Scene.SIDE * Scene.SIDE];
    for (PageLine line : page.lines()) {
      ink(line.label(), page.print(), page.labelLeft(), line.top(), inked);
      ink(line.value(), page.print(), page.valueLeft(), line.top(), inked);
    }
    byte[] painted = image.rgb();
    for (int pixel = 0; pixel < inked.length; pixel++) {
      assertThat(painted[3 * pixel] != backdrop[3 * pixel]).isEqualTo(inked[pixel]);
    }
  }

  private static void ink(String text, PrintSize print, int left, int top, boolean[] inked) {
    for (int i = 0; i < text.length(); i++) {
      char one = text.charAt(i);
      Mask mask = print == PrintSize.SMALL ? GlyphMasks.small(one) : GlyphMasks.of(one);
      for (int y = 0; y < Scene.PATCH; y++) {
        for (int x = 0; x < Scene.PATCH; x++) {
          if (mask.at(x, y) > 0) {
            inked[(top + y) * Scene.SIDE + left + i * Scene.PATCH + x] = true;
          }
        }
      }
    }
  }

  @Test
  void linesThatCannotBeToldApartAreNoPage() {
    PageLine line = new PageLine("DATE", "12", 14);
    for (List<PageLine> lines :
        List.of(
            List.<PageLine>of(),
            List.of(line, new PageLine("DATE", "13", 28)),
            List.of(line, new PageLine("ROOM", "12", 28)))) {
      assertThatThrownBy(
              () ->
                  new FormPage(Split.TEST, 0, 0, PrintSize.SMALL, Scenes.PLAIN_GRAY, 14, 84, lines))
          .hasMessageContaining("do not make a page: no two may share label or value");
    }
  }
}
