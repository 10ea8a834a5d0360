package io.prumerge.leaderboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.metric.tally.MethodKey;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BudgetGroupTest {

  private static List<BudgetGroup> groups(String... methods) {
    return BudgetGroup.of(
        Stream.of(methods).map(one -> new MethodKey("run", "mini", one)).toList(), "none");
  }

  private static List<String> lines(BudgetGroup group) {
    return group.lines().stream().map(BudgetGroup::name).toList();
  }

  @Test
  void largestBudgetsComeFirstAndSeedsShareALine() {
    List<BudgetGroup> groups =
        groups(
            "none",
            "prumerge",
            "fastervlm:tokens=16",
            "fastervlm:tokens=128",
            "random:seed=1,tokens=16",
            "random:seed=2,tokens=16",
            "downsample:tokens=16",
            "uniform:tokens=@fastv");

    assertThat(groups)
        .extracting(group -> group.budget().name())
        .containsExactly("128", "16", "@fastv", "own");
    assertThat(lines(groups.get(1)))
        .containsExactly(
            "fastervlm:tokens=16", "random:tokens=16, 2 seeds", "downsample:tokens=16");
    assertThat(groups.get(1).smallerPicture().orElseThrow().method())
        .isEqualTo("downsample:tokens=16");
    assertThat(groups.get(0).smallerPicture()).isEmpty();
    assertThat(groups.get(1).pairs().entrants()).hasSize(4);
  }

  /** Models that see a picture at its own size are asked under shares of its patches. */
  @Test
  void sharesOfAnImagesPatchesAreBudgetsBehindNumbers() {
    List<BudgetGroup> groups =
        groups(
            "none",
            "divprune:tokens=5%",
            "divprune:tokens=25%",
            "fastv:layer=1",
            "random:seed=1,tokens=25%",
            "random:seed=2,tokens=25%",
            "uniform:tokens=@prumerge",
            "first:tokens=12.5%",
            "first:tokens=16");

    assertThat(groups)
        .extracting(group -> group.budget().name())
        .containsExactly("16", "25%", "12.5%", "5%", "@prumerge", "own");
    assertThat(lines(groups.get(1)))
        .containsExactly("divprune:tokens=25%", "random:tokens=25%, 2 seeds");
  }

  @Test
  void theSmallerPictureIsDownsamplesElseResizes() {
    List<BudgetGroup> groups =
        groups(
            "none",
            "resize:tokens=64",
            "first:tokens=64",
            "resize:tokens=16",
            "downsample:tokens=16",
            "resizer:tokens=4");

    assertThat(groups)
        .extracting(group -> group.smallerPicture().map(MethodKey::method))
        .containsExactly(
            Optional.of("resize:tokens=64"), Optional.of("downsample:tokens=16"), Optional.empty());
  }

  /** PruMerge's own number is what the others take, so it is compared with them. */
  @Test
  void aMethodIsWithThoseThatTakeItsNumber() {
    List<BudgetGroup> groups =
        groups(
            "none", "prumerge", "prumerge+", "uniform:tokens=@prumerge", "first:tokens=@prumerge");

    assertThat(groups).hasSize(2);
    assertThat(lines(groups.get(0)))
        .containsExactly("prumerge", "uniform:tokens=@prumerge", "first:tokens=@prumerge");
    assertThat(lines(groups.get(1))).containsExactly("prumerge+");
  }

  @Test
  void runsAreApartAndMayLackTheBaseline() {
    List<BudgetGroup> groups =
        BudgetGroup.of(
            List.of(
                new MethodKey("a", "mini", "none"),
                new MethodKey("a", "mini", "pool:tokens=9"),
                new MethodKey("b", "other", "pool:tokens=9")),
            "none");

    assertThat(groups).extracting(BudgetGroup::runId).containsExactly("a", "b");
    assertThat(groups.get(0).baseline()).isPresent();
    assertThat(groups.get(1).baseline()).isEmpty();
    assertThat(groups.get(1).pairs().entrants()).hasSize(1);
  }

  @Test
  void aBaselineAloneHasNoTable() {
    assertThat(groups("none")).isEmpty();
    assertThat(groups()).isEmpty();
  }
}
