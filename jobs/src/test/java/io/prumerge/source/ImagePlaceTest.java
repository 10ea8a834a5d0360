package io.prumerge.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is said of places of each kind, and their JSON. */
class ImagePlaceTest {

  private static final ImagePlace FILE = new ImagePlace.InFolder("a/é \"1\".jpg");
  private static final ImagePlace RANGE = new ImagePlace.Base64Range("2", "/in/q.tsv", 70, 9);
  private static final ImagePlace TEXT = new ImagePlace.Base64Text("3", "iVBORw0KGgo=");
  private static final ImagePlace CELL =
      new ImagePlace.ParquetCell("4", "/in/a b.parquet", 5_000_000_000L, "image.bytes", 1);
  private static final ImagePlace VIDEO = new ImagePlace.Video("clip.mp4", 0.1, null, 29.97);
  private static final ImagePlace ROWS =
      new ImagePlace.Video(
          "5", null, 2.5, null, new FrameList("5", "/in/v.parquet", 7, "frames", 3));
  private static final ImagePlace SEVERAL = new ImagePlace.Several(List.of(CELL, FILE, TEXT));

  static List<ImagePlace> places() {
    return List.of(FILE, RANGE, TEXT, CELL, VIDEO, ROWS, SEVERAL);
  }

  @Test
  void hereIsEachKind() {
    assertThat(places().stream().map(Object::getClass).distinct())
        .containsExactlyInAnyOrder(ImagePlace.class.getPermittedSubclasses());
  }

  @ParameterizedTest
  @MethodSource("places")
  void aPlaceIsReadFromItsJson(ImagePlace place) {
    assertThat(ImagePlace.parse(place.json())).isEqualTo(place);
  }

  /** SQL tells kinds by how their texts begin. */
  @ParameterizedTest
  @MethodSource("places")
  void theKindIsTheFirstOfTheJson(ImagePlace place) {
    assertThat(Stream.of(ImagePlace.Several.KIND, ImagePlace.Video.KIND))
        .filteredOn(kind -> place.json().startsWith("{\"kind\":\"" + kind + "\","))
        .containsExactlyElementsOf(
            place == SEVERAL
                ? List.of(ImagePlace.Several.KIND)
                : place.video().stream().map(video -> ImagePlace.Video.KIND).toList());
  }

  @Test
  void messagesSayWhereItIs() {
    assertThat(places())
        .extracting(ImagePlace::where)
        .containsExactly(
            "a file of this name",
            "q.tsv:byte 70",
            "the text of a row",
            "a b.parquet:row 5000000000",
            "a file of this name",
            "a file of this name",
            "a b.parquet:row 5000000000");
  }

  @Test
  void onlySomeAreVideosOrFiles() {
    assertThat(places()).filteredOn(ImagePlace::ownFile).containsExactly(FILE);
    assertThat(places())
        .filteredOn(place -> place.video().isPresent())
        .containsExactly(VIDEO, ROWS)
        .allSatisfy(place -> assertThat(place.video()).isEqualTo(Optional.of(place)));
    assertThat(places()).filteredOn(ImagePlace::hasBeginning).containsExactly(FILE, RANGE);
    assertThat(new ImagePlace.Base64Range("2", "/in/q.tsv.gz", 70, 9).hasBeginning()).isFalse();
  }

  @Test
  void otherTextsAreNoPlaces() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImagePlace.parse("{\"kind\":\"page\",\"id\":\"1\"}"))
        .withMessage("No place of an image: {\"kind\":\"page\",\"id\":\"1\"}");
  }
}
