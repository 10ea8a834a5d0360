package io.prumerge.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.prumerge.console.Failure;
import io.prumerge.source.RowCounts;
import io.prumerge.source.SideCounts;
import io.prumerge.store.Json;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A sum that does not close is a fault of ours, and said. */
class ExampleCountsTest {

  private static final PictureCounts PICTURES =
      new PictureCounts(3, 1, 1, new TreeMap<>(Map.of("image_corrupt", 1L)));

  private static final List<SideCounts> SIDES =
      List.of(
          new SideCounts("answers.json", 6, 2, 1, 2, 1, 0),
          new SideCounts("captions.json", 3, 3, 0, 0, 0, 0));

  /**
   * Ten rows of which six become seven questions; the limit leaves three with pictures, one not.
   */
  private static final ExampleCounts CLOSED =
      new ExampleCounts(rows(10, 6, 0), 7, 3, 1, PICTURES, SIDES);

  private static RowCounts rows(long met, long asked, long passedOver) {
    return new RowCounts(met, asked, 2, 1, 1, new TreeMap<>(Map.of("no id", 1L)), passedOver, 0);
  }

  private static List<SplitContents> written(long questions, long without) {
    return List.of(new SplitContents("b", "test", 3, questions, without, "", "", 3));
  }

  private static ExampleCounts closed(ExampleCounts counts, boolean own) {
    return counts.closed(own, 7, OptionalLong.of(4), written(3, 1));
  }

  private static void refused(ExampleCounts counts, String words) {
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> closed(counts, true))
        .withMessageStartingWith("The counts of what was read do not add up, which is a fault of")
        .withMessageContaining(words);
  }

  @Test
  void sumsThatCloseAreSaid() {
    assertThat(closed(CLOSED, true).sentence())
        .isEqualTo(
            "10 rows of the benchmark: 6 became questions, 2 of other splits, 1 without what the layout asks for, 1"
                + " left out; 7 questions, 3 beyond the limit, 1 without a picture; 3 pictures: 1"
                + " found, 1 missing, 1 image_corrupt; answers.json: 6 rows, 2 used, 1 for"
                + " questions that are not there, 2 repeated, 1 unreadable");
  }

  /** One file has the annotations of all splits, and MME's folder of results its questions. */
  @Test
  void figuresSayOfSideFilesOnlyWhatMayHaveChangedThem() {
    SideCounts ofOtherSplits = new SideCounts("problems.json", 9, 4, 5, 0, 0, 0);
    SideCounts repeated = new SideCounts("Your_Results", 5, 0, 0, 5, 0, 0);
    SideCounts unreadable = new SideCounts("labels.txt", 5, 4, 0, 0, 1, 0);
    assertThat(SideCounts.caveats(List.of(ofOtherSplits, repeated, unreadable)))
        .containsExactly("labels.txt: 5 rows, 4 used, 1 unreadable");
  }

  @Test
  void sumsThatDoNotCloseAreRefused() {
    refused(
        new ExampleCounts(rows(11, 6, 0), 7, 3, 1, PICTURES, SIDES),
        "11 rows of the benchmark: 6 became questions");
    refused(new ExampleCounts(rows(11, 6, 1), 7, 3, 1, PICTURES, SIDES), "1 passed over");
    refused(
        new ExampleCounts(rows(10, 6, 0), 8, 3, 1, PICTURES, SIDES), "8 questions were made and 7");
    refused(
        new ExampleCounts(rows(10, 6, 0), 7, 2, 1, PICTURES, SIDES),
        "4 are in the table and 2 beyond");
    refused(
        new ExampleCounts(rows(10, 6, 0), 7, 3, 2, PICTURES, SIDES),
        "2 questions without a picture");
    refused(
        new ExampleCounts(
            rows(10, 6, 0), 7, 3, 1, new PictureCounts(3, 1, 1, new TreeMap<>(Map.of())), SIDES),
        "3 pictures: 1 found, 1 missing");
    for (SideCounts side :
        List.of(
            new SideCounts("labels.txt", 4, 2, 1, 0, 0, 0),
            new SideCounts("labels.txt", 4, 2, 1, 0, 0, 1))) {
      refused(
          new ExampleCounts(rows(10, 6, 0), 7, 3, 1, PICTURES, List.of(side)),
          "labels.txt: 4 rows, 2 used, 1 for questions that are not there");
    }
  }

  @Test
  void noQuestionIsBeyondALimitThatWasNotGivenOrNotReached() {
    for (OptionalLong limit : List.of(OptionalLong.empty(), OptionalLong.of(5))) {
      assertThatExceptionOfType(Failure.class)
          .isThrownBy(() -> CLOSED.closed(true, 7, limit, written(3, 1)))
          .withMessageContaining("3 beyond the limit");
    }
  }

  /** A jar's reader was written before rows had outcomes. */
  @Test
  void aJarsBenchmarkMayPassRowsOver() {
    ExampleCounts counts = new ExampleCounts(rows(11, 6, 1), 7, 3, 1, PICTURES, SIDES);

    assertThat(closed(counts, false).sentence()).contains("1 passed over");
  }

  @Test
  void aManifestOfAnEarlierVersionHasNoCounts() {
    ExamplesManifest manifest =
        ExamplesManifest.builder()
            .contents(written(3, 1))
            .missingImages(1)
            .unreadableImages(1)
            .leftOutRows(1)
            .orientation("exif")
            .prompts("llava")
            .counts(List.of(CLOSED))
            .build();
    String text = Json.write(manifest);

    assertThat(Json.read(text, ExamplesManifest.class)).isEqualTo(manifest);
    String earlier = text.replaceFirst("(?s),\\s*\"counts\".*$", "}");
    assertThat(Json.read(earlier, ExamplesManifest.class).counted()).isEmpty();
    assertThat(manifest.refused()).containsExactly(Map.entry("image_corrupt", 1L));
    assertThat(Json.read(earlier, ExamplesManifest.class).refused())
        .containsExactly(Map.entry("corrupt, unsupported, too large or inexact", 1L));
    String withoutSides = text.replaceFirst("(?s),\\s*\"sides\".*$", "}]}");
    assertThat(Json.read(withoutSides, ExamplesManifest.class).counted().orElseThrow().sides())
        .isEmpty();
  }
}
