package io.prumerge.mini.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.image.codec.RgbImage;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClipGeneratorTest {

  private static final List<Clip> TRAIN = clips(2000, 1, Split.TRAIN);

  private static List<Clip> clips(int count, long seed, Split split) {
    ClipGenerator generator = new ClipGenerator(seed, split);
    return IntStream.range(0, count).mapToObj(generator::clip).toList();
  }

  private static List<Clip> of(ClipEvent kind) {
    return TRAIN.stream().filter(clip -> clip.kind() == kind).toList();
  }

  @Test
  void aClipDependsOnItsNumberAlone() {
    ClipGenerator generator = new ClipGenerator(1, Split.TRAIN);
    for (int index : new int[] {1999, 7, 0, 7}) {
      assertThat(generator.clip(index)).isEqualTo(TRAIN.get(index));
    }
    assertThat(new HashSet<>(TRAIN.stream().map(Clip::id).toList())).hasSize(TRAIN.size());
    assertThatThrownBy(() -> generator.clip(-1)).hasMessage("Clip -1; numbers start at 0");
  }

  @Test
  void splitsShareNoClipUnderAnySeeds() {
    Set<List<ClipObject>> train = new HashSet<>();
    Set<List<ClipObject>> test = new HashSet<>();
    for (long seed = 0; seed < 3; seed++) {
      clips(500, seed, Split.TRAIN).forEach(clip -> train.add(clip.objects()));
      clips(500, seed, Split.TEST).forEach(clip -> test.add(clip.objects()));
    }
    assertThat(train).hasSize(1500);
    assertThat(test).hasSize(1500).doesNotContainAnyElementsOf(train);
  }

  @Test
  void kindsFollowInTurnAndObjectsHaveDifferentShapesAndColours() {
    for (Clip clip : TRAIN) {
      assertThat(clip.kind()).isEqualTo(ClipEvent.values()[clip.index() % 4]);
      assertThat(clip.objects().stream().map(ClipObject::shape)).doesNotHaveDuplicates();
      for (int frame = 0; frame < Clip.FRAMES; frame++) {
        int at = frame;
        assertThat(clip.objects().stream().map(object -> object.states().get(at).colour()))
            .doesNotHaveDuplicates();
      }
    }
  }

  @Test
  void changesOfColourAreFourFramesApart() {
    for (Clip clip : of(ClipEvent.COUNT)) {
      assertThat(clip.objects())
          .hasSize(2)
          .allSatisfy(
              object -> {
                assertThat(object.changes()).isBetween(1, 4);
                assertApart(changes(object));
              });
    }
    for (Clip clip : of(ClipEvent.ORDER)) {
      assertThat(clip.objects()).hasSize(4).allMatch(object -> object.changes() == 1);
      assertApart(clip.objects().stream().map(ClipObject::firstChange).sorted().toList());
    }
  }

  @Test
  void eightFramesAtEqualDistancesShowEveryChange() {
    int[] chosen = {0, 3, 6, 9, 13, 16, 19, 23}; // lmms-eval:8
    for (Clip clip : TRAIN) {
      for (ClipObject object : clip.objects()) {
        List<ObjectState> seen = IntStream.of(chosen).mapToObj(object.states()::get).toList();
        long changes =
            IntStream.range(1, seen.size())
                .filter(i -> seen.get(i).colour() != seen.get(i - 1).colour())
                .count();
        assertThat(changes).isEqualTo(object.changes());
      }
    }
  }

  private static List<Integer> changes(ClipObject object) {
    return IntStream.range(1, Clip.FRAMES)
        .filter(
            frame -> object.states().get(frame).colour() != object.states().get(frame - 1).colour())
        .boxed()
        .toList();
  }

  private static void assertApart(List<Integer> frames) {
    assertThat(frames).allMatch(frame -> frame >= 1 && frame < Clip.FRAMES);
    for (int i = 1; i < frames.size(); i++) {
      assertThat(frames.get(i) - frames.get(i - 1)).isGreaterThanOrEqualTo(4);
    }
  }

  @Test
  void objectsThatChangePlacesFillTheFourQuarters() {
    for (Clip clip : of(ClipEvent.SHUFFLE)) {
      for (int frame = 0; frame < Clip.FRAMES; frame++) {
        int at = frame;
        assertThat(
                clip.objects().stream()
                    .map(object -> object.states().get(at))
                    .map(state -> state.left() / 56 + 2 * (state.top() / 56)))
            .containsExactlyInAnyOrder(0, 1, 2, 3);
      }
    }
  }

  @Test
  void whatLeavesOnOneSideComesBackOnTheOther() {
    RgbImage moved = ClipPainter.paint(starAt(100, 90), 0);
    RgbImage origin = ClipPainter.paint(starAt(0, 0), 0);
    assertThat(moved.width()).isEqualTo(112);
    assertThat(moved.height()).isEqualTo(112);
    for (int y = 0; y < Clip.SIDE; y++) {
      for (int x = 0; x < Clip.SIDE; x++) {
        assertThat(pixel(moved, (x + 100) % 112, (y + 90) % 112)).isEqualTo(pixel(origin, x, y));
      }
    }
    assertThat(pixel(origin, 15, 15)).isEqualTo(SceneColours.of(Colour.RED));
    assertThat(pixel(origin, 60, 60)).isEqualTo(TRAIN.get(0).backdrop().tint());
  }

  private static Clip starAt(int left, int top) {
    ObjectState state = new ObjectState(left, top, Colour.RED);
    ClipObject star = new ClipObject(Shape.STAR, 30, Collections.nCopies(Clip.FRAMES, state));
    return new Clip(Split.TRAIN, 1, 0, ClipEvent.DIRECTION, TRAIN.get(0).backdrop(), List.of(star));
  }

  private static int pixel(RgbImage image, int x, int y) {
    int at = 3 * (y * image.width() + x);
    byte[] rgb = image.rgb();
    return (rgb[at] & 255) << 16 | (rgb[at + 1] & 255) << 8 | rgb[at + 2] & 255;
  }
}
