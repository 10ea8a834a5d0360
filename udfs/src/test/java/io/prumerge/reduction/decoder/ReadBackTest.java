package io.prumerge.reduction.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.reduction.DeviceRule;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the host reads for the rules of cuts inside the decoder, as udfs/README.md has it. */
class ReadBackTest {

  private static final int TOKENS = 576;
  private static final int TEXT = 40;
  private static final int HEADS = 32;
  private static final int WIDTH = 8; // of states and keys, of which nothing is read
  private static final int MOST_BYTES = 16 << 10;
  private static final List<String> METHODS =
      List.of(
          "clse",
          "dart",
          "deeprandom",
          "fastv:layer=2",
          "fastv:layer=2,variant=rows",
          "pact",
          "priortr",
          "pyramiddrop",
          "sparsevlm",
          "sparsevlm:version=2",
          "v2drop",
          "vtw");

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

  private static String row(DeviceRules rules, String method) {
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
    String function = functions.stream().distinct().findFirst().map("`%s`"::formatted).orElse("");
    assertThat(bytes).as(method).isLessThanOrEqualTo(MOST_BYTES);
    return String.format(Locale.ROOT, "| `%s` | %,d | %s |", method, bytes, function);
  }

  @Test
  void thePageSaysHowManyBytesTheHostReadsForAnImage() throws IOException {
    List<String> page =
        Files.readAllLines(Path.of(System.getProperty("project.root"), "udfs/README.md"));
    try (DeviceRules rules = new DeviceRules()) {
      for (String method : METHODS) {
        assertThat(page).contains(row(rules, method));
      }
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
