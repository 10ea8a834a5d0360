package io.prumerge.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.config.LlavaConfig;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducers;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class PaidTokensTest {

  private static final Path ROOT = Path.of(System.getProperty("project.root"));
  private static final LlavaConfig LLAVA = config("conf/mini-llava");
  private static final LlavaConfig QWEN =
      config("udfs/src/test/resources/goldens/qwen/qwen2_5_vl/tied");

  private static LlavaConfig config(String folder) {
    return Checkpoint.configuration(ModelFolders.of(ROOT.resolve(folder)));
  }

  private static SentQuestions sent(
      int width, int height, int images, long questions, long bytes, long limits, long unlimited) {
    return new SentQuestions(
        new PlannedSize(width, height, images, questions), bytes, limits, unlimited);
  }

  private static PaidTokens paid(
      long times, OptionalInt limit, Optional<LlavaConfig> config, SentQuestions... sent) {
    return paid(
        times, limit, config.map(one -> new CheckpointRule("m", one)), List.of("none"), sent);
  }

  private static PaidTokens paid(
      long times,
      OptionalInt limit,
      Optional<? extends ServedRule> rule,
      List<String> methods,
      SentQuestions... sent) {
    return PaidTokens.of(
        "m",
        "openai:u#m",
        List.of(sent),
        times,
        methods.stream().map(spec -> TokenReducers.of(MethodSpec.parse(spec))).toList(),
        limit,
        rule.map(one -> one));
  }

  @Test
  void allAreSumsOverQuestions() {
    PaidTokens paid =
        paid(
            3,
            OptionalInt.empty(),
            Optional.of(LLAVA),
            sent(100, 50, 1, 7, 402, 7 * 16, 0),
            sent(0, 0, 0, 2, 20, 2 * 64, 0));

    assertThat(paid)
        .isEqualTo(
            new PaidTokens("m", "openai:u#m", 27, 3 * 106, 3L * 7 * 144, 0, 3L * (112 + 128)));
    assertThat(paid.sentence())
        .isEqualTo(
            "Tokens to pay to openai:u#m, estimated, of 27 requests: about 318 of text (4 bytes a"
                + " token, without the server's template); 3,024 of pictures; at most 720 of"
                + " answers");
  }

  @Test
  void picturesCountByTheirSizesWhereTheFamilySeesThem() {
    PaidTokens small = paid(1, OptionalInt.empty(), Optional.of(QWEN), sent(56, 56, 1, 1, 4, 1, 0));
    PaidTokens large =
        paid(1, OptionalInt.empty(), Optional.of(QWEN), sent(224, 224, 1, 5, 4, 1, 0));

    assertThat(small.visualTokens()).isPositive();
    assertThat(large.visualTokens()).isGreaterThan(5 * small.visualTokens());
  }

  @Test
  void whatIsNotKnownIsSaid() {
    PaidTokens nobody = paid(1, OptionalInt.empty(), Optional.empty(), sent(9, 9, 1, 4, 40, 8, 3));

    assertThat(nobody.visualTokens()).isNull();
    assertThat(nobody.unknownPictures()).isEqualTo(4);
    assertThat(nobody.mostAnswerTokens()).isNull();
    assertThat(nobody.sentence())
        .contains("those of the pictures in 4 requests are not known, since no checkpoint")
        .endsWith(
            "of answers as many as the server's own limit allows, since some questions have none");
    assertThat(
            paid(2, OptionalInt.of(6), Optional.empty(), sent(9, 9, 1, 4, 40, 8, 3))
                .mostAnswerTokens())
        .as("of the command")
        .isEqualTo(2 * 4 * 6);
    PaidTokens text = paid(1, OptionalInt.of(6), Optional.empty(), sent(0, 0, 0, 4, 41, 0, 4));
    assertThat(text.visualTokens()).as("no pictures").isZero();
    assertThat(text.textTokens()).isEqualTo(11);
  }

  @Test
  void budgetsAreCountedByTheRuleOfThePictureAsItIsSent() {
    PaidTokens paid =
        paid(
            1,
            OptionalInt.of(1),
            PublishedRule.find("gemma-4"),
            List.of("none", "request:max_soft_tokens=70", "resize:longest=320"),
            sent(640, 480, 1, 10, 40, 1, 0));
    assertThat(paid.requests()).isEqualTo(30);
    assertThat(paid.textTokens()).isEqualTo(30);
    assertThat(paid.visualTokens()).isEqualTo(10L * (266 + 63 + 266));

    PaidTokens unknown =
        paid(
            1,
            OptionalInt.of(1),
            PublishedRule.find("gemma-4"),
            List.of("none", "request:detail=low"),
            sent(640, 480, 1, 10, 40, 1, 0));
    assertThat(unknown.visualTokens()).isNull();
    assertThat(unknown.sentence()).contains("no published rule has its budgets");
  }
}
