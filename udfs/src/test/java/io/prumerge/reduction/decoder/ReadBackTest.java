package io.prumerge.reduction.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.reduction.DeviceRule;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What the host reads for the rules of cuts inside the decoder: bytes for an image of {@value
 * #TOKENS} visual tokens with one question of {@value #TEXT} tokens, and the device's function.
 */
class ReadBackTest {

  private static final int TOKENS = 576;
  private static final int TEXT = 40;
  private static final int HEADS = 32;
  private static final int WIDTH = 8; // of states and keys, of which nothing is read
  private static final int MOST_BYTES = 16 << 10;
  private static final List<String> READ =
      List.of(
          "clse 9072",
          "dart 532 dart",
          "deeprandom 0",
          "fastv:layer=2 2304",
          "fastv:layer=2,variant=rows 1152 fastv_rows",
          "pact 2304 pact",
          "priortr 768 priortr",
          "pyramiddrop 4032",
          "sparsevlm 3600 sparsevlm",
          "sparsevlm:version=2 2472 sparsevlm_plus",
          "v2drop 1732 v2drop",
          "vtw 0");
  private static final List<String> METHODS =
      READ.stream().map(line -> line.split(" ")[0]).toList();

  // Elements of a piece of evidence; the functions look at sizes alone.
  private static int size(Evidence evidence, int tokens) {
    int rows = evidence.perQuestion() ? TEXT : tokens;
    if (evidence instanceof Evidence.Hidden || evidence instanceof Evidence.Keys) {
      return rows * WIDTH;
    }
    if (evidence instanceof Evidence.TextRelevance) {
      return TEXT;
    }
    if (evidence instanceof Evidence.TextHeadAttention) {
      return HEADS * TEXT * tokens;
    }
    if (evidence instanceof Evidence.TextAttention) {
      return TEXT * tokens;
    }
    return evidence instanceof Evidence.KeyCosines ? tokens * tokens : tokens;
  }

  private static String read(DeviceRules rules, String method) {
    long bytes = 0;
    int tokens = TOKENS;
    List<String> functions = new ArrayList<>();
    for (LayerCut cut : TokenReducers.of(MethodSpec.parse(method)).cuts(TOKENS, HEADS)) {
      Map<Evidence, float[]> seen = new HashMap<>();
      for (Evidence evidence : cut.sees()) {
        seen.put(evidence, new float[size(evidence, tokens)]);
      }
      if (cut.onDevice(tokens).isEmpty()) {
        bytes += 4L * seen.values().stream().mapToInt(values -> values.length).sum();
      } else {
        bytes += 4L * rules.seen(cut, tokens, seen).made().length;
        cut.onDevice(tokens).map(DeviceRule::function).ifPresent(functions::add);
      }
      tokens = cut.count(tokens);
    }
    String function = functions.stream().distinct().findFirst().orElse("");
    assertThat(bytes).as(method).isLessThanOrEqualTo(MOST_BYTES);
    return String.format(Locale.ROOT, "%s %d %s", method, bytes, function).strip();
  }

  @Test
  void theHostReadsFewBytesOfAnImage() {
    try (DeviceRules rules = new DeviceRules()) {
      assertThat(METHODS).map(method -> read(rules, method)).isEqualTo(READ);
    }
  }

  @Test
  void noMethodInsideTheDecoderIsForgotten() {
    List<String> known = METHODS.stream().map(method -> method.split(":")[0]).toList();
    List<String> inside =
        TokenReducers.names().stream()
            .filter(
                name ->
                    TokenReducers.named(name)
                        .getClass()
                        .getPackageName()
                        .equals(ReadBackTest.class.getPackageName()))
            .filter(name -> !name.equals("vscan")) // its cut is FastV's
            .toList();
    assertThat(known).containsAll(inside);
  }
}
