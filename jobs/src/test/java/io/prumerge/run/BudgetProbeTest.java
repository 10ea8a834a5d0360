package io.prumerge.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.endpoint.Endpoint;
import io.prumerge.endpoint.Patience;
import io.prumerge.endpoint.VideoAs;
import io.prumerge.endpoint.VisionEndpoint;
import io.prumerge.endpoint.budget.BudgetJudgement;
import io.prumerge.endpoint.budget.BudgetProbe;
import io.prumerge.endpoint.budget.BudgetVerdict;
import io.prumerge.image.rule.PictureTokens;
import io.prumerge.image.rule.TokenRule;
import io.prumerge.image.rule.TokenRules;
import io.prumerge.image.size.NativeSize;
import io.prumerge.image.size.NearestAspectTiling;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.RequestFields;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.run.BudgetServer.Behaviour;
import io.prumerge.run.BudgetServer.Family;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetProbeTest {

  private static final List<String> GEMMA = List.of("70", "140", "280", "560", "1120");
  private static final List<String> QWEN =
      List.of("131072", "524288", "1048576", "2097152", "4194304");
  private static final List<String> INTERN = List.of("1", "4", "6", "12");

  @ParameterizedTest
  @CsvSource({
    "HONOUR, GEMMA4, AS_ASKED, 0",
    "IGNORE, GEMMA4, IGNORED, 4",
    "CLAMP, GEMMA4, CLAMPED, 2",
    "REFUSE, GEMMA4, REFUSED, 2",
    "REFUSE_UNKNOWN, GEMMA4, REFUSED, 5",
    "USAGE_TOTAL, GEMMA4, AS_ASKED, 0",
    "USAGE_VLLM, GEMMA4, AS_ASKED, 0",
    "USAGE_SGLANG, GEMMA4, AS_ASKED, 0",
    "USAGE_NONE, GEMMA4, UNCOUNTED, 0",
    "USAGE_LIE, GEMMA4, AS_ASKED, 0",
    "USAGE_CONSTANT, GEMMA4, NOT_COUNTING_PICTURES, 0",
    "USAGE_CACHED_OUT, GEMMA4, AS_ASKED, 0",
    "CACHE_EQUAL_KEYS, GEMMA4, DEPENDS_ON_ORDER, 5",
    "PER_REQUEST_MAX, GEMMA4, AS_ASKED, 0",
    "RESIZE_FIRST, GEMMA4, AS_ASKED, 0",
    "OFF_BY_SPECIAL, GEMMA4, AS_ASKED, 0",
    "STREAM_USAGE_ONLY, GEMMA4, AS_ASKED, 0",
    "HONOUR, QWEN3_VL, AS_ASKED, 0",
    "IGNORE, QWEN3_VL, IGNORED, 3",
    "CLAMP, QWEN3_VL, CLAMPED, 2",
    "RESIZE_FIRST, QWEN3_VL, CLAMPED, 4",
    "CACHE_EQUAL_KEYS, QWEN3_VL, DEPENDS_ON_ORDER, 5",
    "HONOUR, INTERNVL, AS_ASKED, 0",
    "IGNORE, INTERNVL, IGNORED, 3",
    "CLAMP, INTERNVL, CLAMPED, 2",
    "THUMBNAIL, INTERNVL, OTHER_COUNT, 3"
  })
  void eachBehaviourHasItsVerdict(
      Behaviour behaviour, Family family, BudgetVerdict verdict, int budgets) throws IOException {
    BudgetJudgement judged = judged(behaviour, family);
    assertThat(judged.verdict()).as(judged.toString()).isEqualTo(verdict);
    assertThat(judged.at()).as(judged.toString()).hasSize(budgets);
  }

  @Test
  void aBudgetBetweenTwoIsServedAsTheLower() throws IOException {
    try (BudgetServer server = new BudgetServer(Behaviour.SNAP, Family.GEMMA4)) {
      BudgetJudgement judged =
          BudgetJudgement.of(
              BudgetProbe.of(
                      endpoint(server),
                      methods("max_soft_tokens", List.of("280", "400", "560")),
                      fields ->
                          Optional.of(
                              TokenRules.GEMMA_4.of(
                                  Map.of(
                                      "max_soft_tokens",
                                      fields
                                          .settings()
                                          .get("max_soft_tokens")
                                          .replace("400", "560")))),
                      1)
                  .counts(),
              Optional.empty());
      assertThat(judged.verdict()).isEqualTo(BudgetVerdict.OTHER_COUNT);
      assertThat(judged.at()).containsExactly("request:max_soft_tokens=400");
    }
  }

  @Test
  void whatIsRefusedIsNotAskedAgainAndTheRestStands() throws IOException {
    BudgetJudgement judged = judged(Behaviour.REFUSE, Family.GEMMA4);
    assertThat(judged.sentence()).contains("max_soft_tokens 560 is not supported");
    assertThat(judged.others()).map(BudgetJudgement::verdict).contains(BudgetVerdict.AS_ASKED);
  }

  /** The one way to another number of tokens that every server has. */
  @Test
  void smallerCopiesAreCountedAsTheyAreSent() throws IOException {
    try (BudgetServer server = new BudgetServer(Behaviour.HONOUR, Family.QWEN3_VL)) {
      List<TokenReducer> sizes =
          Stream.of("resize:pixels=100000", "resize:longest=640", "none")
              .map(spec -> TokenReducers.of(MethodSpec.parse(spec)))
              .toList();
      BudgetProbe probe =
          BudgetProbe.of(
              endpoint(server), sizes, fields -> Optional.of(rule(Family.QWEN3_VL, fields)), 1);
      assertThat(BudgetJudgement.of(probe.counts(), Optional.empty()).verdict())
          .isEqualTo(BudgetVerdict.AS_ASKED);
      assertThat(server.asked).hasSize(BudgetProbe.requests(3));
      assertThat(server.asked.stream().map(body -> body.get("max_tokens").intValue()))
          .containsOnly(1);
    }
  }

  private static BudgetJudgement judged(Behaviour behaviour, Family family) throws IOException {
    String field =
        switch (family) {
          case GEMMA4 -> "max_soft_tokens";
          case QWEN3_VL -> "max_pixels";
          case INTERNVL -> "max_dynamic_patch";
        };
    List<String> budgets =
        switch (family) {
          case GEMMA4 -> GEMMA;
          case QWEN3_VL -> QWEN;
          case INTERNVL -> INTERN;
        };
    try (BudgetServer server = new BudgetServer(behaviour, family)) {
      return BudgetJudgement.of(
          BudgetProbe.of(
                  endpoint(server),
                  methods(field, budgets),
                  fields -> Optional.of(rule(family, fields)),
                  1)
              .counts(),
          Optional.empty());
    }
  }

  private static List<TokenReducer> methods(String field, List<String> budgets) {
    return budgets.stream()
        .map(budget -> TokenReducers.of(MethodSpec.parse("request:" + field + "=" + budget)))
        .toList();
  }

  private static TokenRule rule(Family family, RequestFields fields) {
    Map<String, String> asked = fields.settings();
    return switch (family) {
      case GEMMA4 -> TokenRules.GEMMA_4.of(asked);
      case QWEN3_VL -> {
        long most = Long.parseLong(asked.getOrDefault("max_pixels", "16777216"));
        NativeSize size = new NativeSize(32, 65_536, most);
        yield (width, height) -> new PictureTokens(size.grid(width, height).patches(), 2);
      }
      case INTERNVL -> {
        NearestAspectTiling tiling =
            new NearestAspectTiling(
                448, 1, Integer.parseInt(asked.getOrDefault("max_dynamic_patch", "12")));
        yield (width, height) -> new PictureTokens(256 * tiling.grid(width, height).views(), 2);
      }
    };
  }

  private static VisionEndpoint endpoint(BudgetServer server) {
    return new VisionEndpoint(
        Endpoint.parse("openai:" + server.url() + "#m"),
        VideoAs.PICTURES,
        Optional.empty(),
        Patience.MODEL);
  }
}
