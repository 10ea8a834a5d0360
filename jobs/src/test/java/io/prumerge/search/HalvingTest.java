package io.prumerge.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.LocalSpark;
import io.prumerge.settings.sweep.SearchCost;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Searches among methods whose true front is known. */
@Tag("spark")
class HalvingTest {

  private static final int QUESTIONS = 1600;
  private static final List<Long> SIZES = Rung.sizes(50, 2, QUESTIONS);
  private static final List<String> FRONT =
      List.of("uniform:tokens=9", "uniform:tokens=32", "uniform:tokens=64", "none");

  /** As many looks at equal methods as their questions are worth. */
  private static final List<Long> FEW_SIZES = Rung.sizes(100, 4, QUESTIONS);

  private static Planted whole;
  private static StringWriter progress;

  /** Of a search that nothing disturbed. */
  private static Front front;

  @BeforeAll
  static void search() throws IOException {
    LocalSpark.session();
    whole = planted();
    progress = new StringWriter();
    front = search(whole, SIZES, progress);
  }

  /** Four methods on the front, and four that cost as much as one of them and are worse. */
  private static Planted planted() {
    return new Planted(QUESTIONS)
        .with("none", 0.95, 1000e6)
        .with("uniform:tokens=64", 0.80, 600e6)
        .with("uniform:tokens=32", 0.60, 400e6)
        .with("uniform:tokens=9", 0.30, 300e6)
        .with("random:tokens=64", 0.55, 601e6)
        .with("random:tokens=32", 0.35, 400e6)
        .with("first:tokens=64", 0.20, 600e6)
        .with("first:tokens=32", 0.10, 500e6);
  }

  private static Front search(Planted planted, List<Long> sizes, Writer progress)
      throws IOException {
    return new Halving(planted, SearchCost.FLOPS, new PrintWriter(progress, true))
        .run(planted.candidates(), sizes);
  }

  private static Front search(Planted planted, List<Long> sizes) throws IOException {
    return search(planted, sizes, Writer.nullWriter());
  }

  @Test
  void thePlantedFrontIsFoundBeforeTheQuestionsAreUsedUp() {
    assertThat(front.methods(CandidateStatus.FRONT)).containsExactlyElementsOf(FRONT);
    assertThat(front.methods(CandidateStatus.OPEN)).isEmpty();
    assertThat(front.separated()).isTrue();
    assertThat(front.rungs()).isLessThan(SIZES.size()).isEqualTo(whole.asked().size());
    assertThat(front.objective()).isEqualTo("textvqa accuracy");
    assertThat(whole.answers()).isLessThan(8L * QUESTIONS);
    assertThat(whole.asked().get(front.rungs() - 1).methods())
        .as("what was dropped is not asked any more")
        .hasSizeLessThan(8);
    assertThat(progress.toString())
        .contains("Rung 1 of at most 6: 8 candidates, 50 questions per benchmark")
        .containsPattern("Dropped first:tokens=32: uniform:tokens=\\d+ is better by [\\d.]+ \\[");
    assertThat(front.standings())
        .allSatisfy(
            standing ->
                assertThat(standing.better().isPresent())
                    .isEqualTo(standing.status() == CandidateStatus.DROPPED));
  }

  /** Two methods that are equal: no number of questions separates them, and none is dropped. */
  @Test
  @Tag("slow")
  void equalCandidatesStayUntilTheQuestionsAreUsedUp() throws IOException {
    Planted planted =
        new Planted(QUESTIONS)
            .with("none", 0.9, 1000e6)
            .with("uniform:tokens=64", 0.8, 600e6)
            .with("random:tokens=64", 0.8, 600e6);
    Front open = search(planted, FEW_SIZES);

    assertThat(open.separated()).isFalse();
    assertThat(open.rungs()).isEqualTo(FEW_SIZES.size());
    assertThat(open.methods(CandidateStatus.DROPPED)).isEmpty();
    assertThat(open.methods(CandidateStatus.FRONT)).contains("none");
  }

  /** A dearer one is not dropped for one that is as accurate: that could be chance. */
  @Test
  void onlyABetterOneDropsAnother() throws IOException {
    Planted planted =
        new Planted(QUESTIONS).with("none", 0.8, 1000e6).with("uniform:tokens=64", 0.8, 600e6);
    assertThat(search(planted, FEW_SIZES).methods(CandidateStatus.DROPPED)).isEmpty();
  }

  @Test
  void aSearchThatWasKilledFindsTheSame() throws IOException {
    Planted killed = planted().failingAt(2);
    assertThatThrownBy(() -> search(killed, SIZES)).hasMessage("killed");
    assertThat(killed.asked()).hasSize(1);

    Front resumed = search(killed, SIZES);

    assertThat(resumed.rungs()).isEqualTo(front.rungs());
    assertThat(figures(resumed).keySet()).isEqualTo(figures(front).keySet());
    figures(front)
        .forEach(
            (what, score) -> assertThat(figures(resumed).get(what)).isCloseTo(score, within(1e-9)));
  }

  private static Map<String, Double> figures(Front front) {
    Map<String, Double> figures = new HashMap<>();
    for (Candidate standing : front.standings()) {
      String what = standing.point().method() + " " + standing.status() + " " + standing.rung();
      figures.put(what, standing.point().score().orElseThrow());
    }
    return figures;
  }

  @Test
  void rungsGrowToAllQuestions() {
    assertThat(Rung.sizes(100, 2, 1000)).containsExactly(100L, 200L, 400L, 800L, 1000L);
    assertThat(Rung.sizes(100, 3, 100)).containsExactly(100L);
    assertThat(Rung.sizes(100, 2, 30)).containsExactly(30L);
    assertThat(Rung.sizes(1, Long.MAX_VALUE, 7)).containsExactly(1L, 7L);
  }
}
