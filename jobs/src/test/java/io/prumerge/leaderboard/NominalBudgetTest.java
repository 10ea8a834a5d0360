package io.prumerge.leaderboard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NominalBudgetTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fastervlm:tokens=48 | 48",
        "fastervlm:tokens=48..fastv:tokens=16 | own",
        "fastervlm:tokens=48..fastv:tokens=@mean:32 | 32",
        "first:flops=@prumerge..vtw | flops=@prumerge",
        "fastv:layer=1,tokens=@mean:48 | 48",
        "holov:mode=capped,tokens=048 | 48",
        "random:seed=2,tokens=16 | 16",
        "spatial:cols=6,rows=4 | 24",
        "visionzip:contextual=10,dominant=54 | 64",
        "uniform:tokens=@fastervlm:tokens=32 | 32",
        "uniform:tokens=@prumerge | @prumerge",
        "random:seed=7,tokens=@prumerge:k=16,summary=false | @prumerge:k=16,summary=false",
        "fastv:flops=@prumerge,layer=1 | flops=@prumerge",
        "divprune:tokens=25% | 25%",
        "frames=50% | 50%", // of the frames, and so of the tokens
        "frames=4 | own",
        "divprune:tokens=@frames=50% | 50%",
        "divprune:tokens=012.50% | 12.5%",
        "random:seed=2,tokens=100% | 100%",
        "uniform:tokens=@divprune:tokens=25% | 25%",
        "uniform:tokens=@fastv:layer=2,ratio=0.5 | @fastv:layer=2,ratio=0.5",
        "divprune:tokens=25%..fastv:layer=1 | own",
        "divprune:tokens=0% | own",
        "divprune:tokens=% | own",
        "prumerge | own",
        "prumerge:k=8 | own",
        "spatial:rows=4 | own",
        "first:tokens=0 | own",
        "first:tokens=-3 | own",
        "first:tokens=99999999999 | own",
        "first:tokens= | own",
        "<script>:x | own",
      })
  void readsTheNumberThatANameAsksFor(String method, String budget) {
    NominalBudget read = NominalBudget.of(method);

    assertThat(read.name()).isEqualTo(budget);
    assertThat(read.tokens().isPresent()).isEqualTo(budget.matches("[0-9]+"));
  }

  @Test
  void saysTheBudgetInWords() {
    assertThat(NominalBudget.words("48")).isEqualTo("48 visual tokens");
    assertThat(NominalBudget.words("12.5%")).isEqualTo("12.5 % of each image's patches");
    assertThat(NominalBudget.words("@prumerge")).isEqualTo("As many visual tokens as prumerge");
    assertThat(NominalBudget.words("flops=@vtw")).isEqualTo("As many FLOPs as vtw");
    assertThat(NominalBudget.words("own")).isEqualTo("Each method's own number");
  }
}
