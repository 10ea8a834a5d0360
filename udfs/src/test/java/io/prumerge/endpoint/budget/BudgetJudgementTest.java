package io.prumerge.endpoint.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.image.rule.PictureTokens;
import io.prumerge.image.rule.TokenRule;
import io.prumerge.image.rule.TokenRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

class BudgetJudgementTest {

  private static final List<Integer> BUDGETS = List.of(70, 140, 280, 560, 1120);
  private static final int[][] SIZES = {{640, 480}, {1920, 1080}, {336, 336}, {500, 1000}};

  /** What a server counts of a picture at a budget, given what the rule says there. */
  private interface Server {
    OptionalInt count(int budget, int[] size, PictureTokens rule);
  }

  @Test
  void countsWithAndWithoutSpecialTokensAreAsAsked() {
    assertThat(judged((budget, size, rule) -> OptionalInt.of(rule.visual() + rule.special())))
        .isEqualTo(
            new BudgetJudgement(
                BudgetVerdict.AS_ASKED,
                List.of(),
                "asked 70 to 1120, counted 57 to 1,102",
                Optional.empty()));
    assertThat(verdict((budget, size, rule) -> OptionalInt.of(rule.visual())))
        .isEqualTo(BudgetVerdict.AS_ASKED);
  }

  @Test
  void oneCountAtAllBudgetsIsIgnored() {
    BudgetJudgement judged = judged(served(budget -> 280));
    assertThat(judged.verdict()).isEqualTo(BudgetVerdict.IGNORED);
    assertThat(judged.at()).containsExactly("70", "140", "560", "1120");
    assertThat(judged.sentence())
        .isEqualTo("asked 70 to 1120, counted 255 to 268 at all: the budget is ignored");
  }

  /** One budget alone tells nothing; beside what is counted without it, it does. */
  @Test
  void aBudgetThatCountsAsNoneDoesIsIgnored() {
    List<BudgetCounts> all = counts(served(budget -> 280));
    assertThat(BudgetJudgement.of(all.subList(0, 1), Optional.empty()).verdict())
        .isEqualTo(BudgetVerdict.OTHER_COUNT);
    BudgetJudgement judged = BudgetJudgement.of(all.subList(0, 1), Optional.of(all.get(2)));
    assertThat(judged.verdict()).isEqualTo(BudgetVerdict.IGNORED);
    assertThat(judged.at()).containsExactly("70");
    assertThat(BudgetJudgement.of(all.subList(2, 3), Optional.of(all.get(2))).verdict())
        .as("the budget is the default")
        .isEqualTo(BudgetVerdict.AS_ASKED);
  }

  @Test
  void theFirstBudgetAboveAClampIsNamed() {
    BudgetJudgement judged = judged(served(budget -> Math.min(budget, 280)));
    assertThat(judged.verdict()).isEqualTo(BudgetVerdict.CLAMPED);
    assertThat(judged.at()).containsExactly("560", "1120");
    assertThat(judged.sentence()).isEqualTo("from 560 on counted 255 to 268");
  }

  @Test
  void anotherCountInTheMiddleIsNoClamp() {
    BudgetJudgement judged = judged(served(budget -> budget == 140 ? 70 : budget));
    assertThat(judged.verdict()).isEqualTo(BudgetVerdict.OTHER_COUNT);
    assertThat(judged.at()).containsExactly("140");
  }

  @Test
  void aConstantDifferenceIsNamed() {
    BudgetJudgement judged =
        judged((budget, size, rule) -> OptionalInt.of(rule.visual() + (budget > 100 ? 9 : 0)));
    assertThat(judged.verdict()).isEqualTo(BudgetVerdict.OTHER_COUNT);
    assertThat(judged.sentence())
        .isEqualTo(
            "at 140, 280, 560, 1120 counted 129 to 1,109, expected 120 to 1,100 (+9 wherever they"
                + " differ)");
  }

  @Test
  void aServerThatCountsNothingOrPlaceholdersCannotBeCompared() {
    assertThat(verdict((budget, size, rule) -> OptionalInt.empty()))
        .isEqualTo(BudgetVerdict.UNCOUNTED);
    assertThat(judged((budget, size, rule) -> OptionalInt.of(1)).sentence())
        .isEqualTo("the server counts 1 for a picture, whatever its size");
    assertThat(verdict((budget, size, rule) -> OptionalInt.of(2)))
        .isEqualTo(BudgetVerdict.NOT_COUNTING_PICTURES);
  }

  @Test
  void budgetsThatCountOtherwiseInReverseDependOnOrder() {
    List<BudgetCounts> budgets = new ArrayList<>();
    for (BudgetCounts budget : counts(served(asked -> asked))) {
      budgets.add(
          new BudgetCounts(
              budget.budget(),
              budget.expected(),
              budget.counted(),
              counts(served(asked -> 1120)).get(0).counted(),
              Optional.empty()));
    }
    BudgetJudgement judged = BudgetJudgement.of(budgets, Optional.empty());
    assertThat(judged.verdict()).isEqualTo(BudgetVerdict.DEPENDS_ON_ORDER);
    assertThat(judged.at()).containsExactly("70", "140", "280", "560");
  }

  @Test
  void aRefusalLeavesTheOtherBudgetsTheirVerdict() {
    List<BudgetCounts> budgets = new ArrayList<>(counts(served(asked -> asked)));
    budgets.set(3, refused("560"));
    budgets.set(4, refused("1120"));
    BudgetJudgement judged = BudgetJudgement.of(budgets, Optional.empty());
    assertThat(judged.verdict()).isEqualTo(BudgetVerdict.REFUSED);
    assertThat(judged.at()).containsExactly("560", "1120");
    assertThat(judged.sentence()).isEqualTo("the server refuses 560, 1120: not supported");
    assertThat(judged.others()).map(BudgetJudgement::verdict).contains(BudgetVerdict.AS_ASKED);
    assertThat(BudgetJudgement.of(List.of(refused("70")), Optional.empty()).others()).isEmpty();
  }

  @Test
  void withoutARuleOnlyWhetherCountsDifferIsTold() {
    assertThat(BudgetJudgement.of(unruled(served(budget -> budget)), Optional.empty()).verdict())
        .isEqualTo(BudgetVerdict.DIFFERS);
    assertThat(BudgetJudgement.of(unruled(served(budget -> 280)), Optional.empty()).at())
        .containsExactly("70", "140", "280", "560", "1120");
    assertThat(
            BudgetJudgement.of(unruled(served(budget -> budget)).subList(2, 3), Optional.empty())
                .sentence())
        .isEqualTo("asked 280, counted 255 to 268");
  }

  @Test
  void noBudgetIsNoJudgement() {
    assertThatThrownBy(() -> BudgetJudgement.of(List.of(), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static BudgetCounts refused(String budget) {
    return new BudgetCounts(
        budget, Optional.empty(), List.of(), List.of(), Optional.of("not supported"));
  }

  private static Server served(IntUnaryOperator budget) {
    return (asked, size, any) -> {
      PictureTokens tokens = rule(budget.applyAsInt(asked)).of(size[0], size[1]);
      return OptionalInt.of(tokens.visual() + tokens.special());
    };
  }

  private static BudgetVerdict verdict(Server server) {
    return judged(server).verdict();
  }

  private static BudgetJudgement judged(Server server) {
    return BudgetJudgement.of(counts(server), Optional.empty());
  }

  private static List<BudgetCounts> unruled(Server server) {
    return counts(server).stream()
        .map(
            counts ->
                new BudgetCounts(
                    counts.budget(),
                    Optional.empty(),
                    counts.counted(),
                    counts.reversed(),
                    counts.refusal()))
        .toList();
  }

  private static List<BudgetCounts> counts(Server server) {
    List<BudgetCounts> all = new ArrayList<>();
    for (int budget : BUDGETS) {
      List<PictureTokens> expected = new ArrayList<>();
      List<OptionalInt> counted = new ArrayList<>();
      for (int[] size : SIZES) {
        expected.add(rule(budget).of(size[0], size[1]));
        counted.add(server.count(budget, size, expected.get(expected.size() - 1)));
      }
      all.add(
          new BudgetCounts("" + budget, Optional.of(expected), counted, counted, Optional.empty()));
    }
    return all;
  }

  private static TokenRule rule(int budget) {
    return TokenRules.GEMMA_4.of(Map.of("max_soft_tokens", "" + budget));
  }
}
