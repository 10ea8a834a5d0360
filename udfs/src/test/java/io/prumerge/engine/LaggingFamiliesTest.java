package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.Goldens;
import io.prumerge.engine.LaggingDevice.Asked;
import io.prumerge.model.FirstQwen;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReducerFactory;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.script.ScriptText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every method, pair and family on a device that only queues what it is asked: nothing is read that
 * was not copied to the host, how often the host waits for an image, and that the stages' times
 * have all of its work.
 */
@Tag("model")
class LaggingFamiliesTest {

  private static final String ONE_VIEW = "checkpoints/mha"; // which the CLIP model fits
  private static final String NONE = "none";
  private static final int PLAIN_WAITS = 4;
  private static final int MOST_WAITS = 11;
  private static final int PAIRS = 250;
  // HiRED's attention of the first layer is computed for every view, before it is known that there
  // are tiles, of which it is not looked at: nobody is charged it.
  private static final int TILES = 6;

  /** Waits for an image with one view, a question and two passes. */
  private static final Map<String, Integer> WAITS =
      Map.ofEntries(
          Map.entry("apet", 7),
          Map.entry("cdpruner", 9),
          Map.entry("clse", 6),
          Map.entry("dart", 5),
          Map.entry("deeprandom", 4),
          Map.entry("divprune", 6),
          Map.entry("downsample", 5),
          Map.entry("fastervlm", 6),
          Map.entry("fastv", 5),
          Map.entry("first", 4),
          Map.entry("flowcut", 8),
          Map.entry("hiprune", 6),
          Map.entry("hired", 6),
          Map.entry("holov", 8),
          Map.entry("mmtok", 8),
          Map.entry("none", 4),
          Map.entry("otprune", 6),
          Map.entry("pact", 5),
          Map.entry("pool", 4),
          Map.entry("priortr", 5),
          Map.entry("prumerge", 6),
          Map.entry("prumerge+", 6),
          Map.entry("prunesid", 9),
          Map.entry("pyramiddrop", 5),
          Map.entry("random", 4),
          Map.entry("scope", 8),
          Map.entry("script", 7),
          Map.entry("sparsevlm", 5),
          Map.entry("spatial", 4),
          Map.entry("tome", 9),
          Map.entry("trim", 7),
          Map.entry("uniform", 4),
          Map.entry("v2drop", 5),
          Map.entry("visionzip", 6),
          Map.entry("vispruner", 8),
          Map.entry("vscan", 9),
          Map.entry("vtw", 4));

  /** Parameters where a method's own are those of large models. */
  private static final Map<String, String> SMALL =
      Map.ofEntries(
          Map.entry("cdpruner", "clip=CLIP,tokens=8"),
          Map.entry("clse", "layers=1,tokens=8"),
          Map.entry("dart", "layer=1,tokens=2"),
          Map.entry("deeprandom", "layer=1"),
          Map.entry("fastv", "layer=1,ratio=0.5"),
          Map.entry("hiprune", "layer=1,tokens=8"),
          Map.entry("holov", "mode=capped,tokens=16"),
          Map.entry("pact", "layer=1"),
          Map.entry("priortr", "layer=1,tokens=8"),
          Map.entry("prunesid", "tokens=9"),
          Map.entry("pyramiddrop", "layers=1"),
          Map.entry("resize", "tokens=16"),
          Map.entry("script", "SCRIPT,tokens=8"),
          Map.entry("sparsevlm", "budgets=4,layers=0"),
          Map.entry("tome", "tokens=50%"),
          Map.entry("trim", "clip=CLIP,tokens=8"),
          Map.entry("v2drop", "layers=1,ratios=0.5"),
          Map.entry("visionzip", "tokens=9"),
          Map.entry("vscan", "layer=1,tokens=8"),
          Map.entry("vtw", "layer=1"));

  /** The same methods for families whose towers have no class token, or see tiles. */
  private static final List<String> OTHERS =
      List.of(
          "fastervlm:attention=received,tokens=8",
          "prumerge:attention=received",
          "resize:tiles=1",
          "sparsevlm:budgets=4,layers=0,version=2",
          "visionzip:attention=received,tokens=9",
          "vispruner:attention=received,tokens=8",
          "vscan:attention=received,layer=1,tokens=8");

  private static final int MOST_AGAIN = 4;

  @TempDir private static Path temp;
  private static Path script;

  @BeforeAll
  static void writeTheScript() throws Exception {
    script = temp.resolve("own.pt");
    Files.write(
        script,
        ScriptText.bytes(
            "{\"sees\": \"class_attention\", \"tokens\": \"exact\"}",
            "Tensor",
            ScriptText.FASTERVLM));
  }

  /** What a device did for each spec that was answered, and why others were not. */
  private record Answered(Map<String, Asked> asked, Map<String, String> refused) {

    Map<String, Integer> waits() {
      Map<String, Integer> waits = new LinkedHashMap<>();
      asked.forEach((spec, one) -> waits.put(spec, one.waits()));
      return waits;
    }
  }

  /**
   * The smallest checkpoint of a family.
   *
   * @param methods that it answers at least
   * @param mostWaits of the host for an image, whose views are up to seven, under any method
   */
  private record Family(String checkpoint, int methods, int mostWaits) {}

  private static LaggingDevice device(String checkpoint, int lagMillis) throws Exception {
    if (checkpoint.startsWith("first-qwen/")) {
      Path folder = Files.createTempDirectory(temp, "qwen");
      FirstQwen.write(checkpoint.substring("first-qwen/".length()), folder);
      return new LaggingDevice(folder, "auto", lagMillis);
    }
    String conversation = checkpoint.startsWith("opt/llava") ? "plain" : "auto";
    return new LaggingDevice(Goldens.path(checkpoint), conversation, lagMillis);
  }

  private static List<String> methods() {
    return Stream.concat(
            TokenReducers.names().stream().map(LaggingFamiliesTest::spec), OTHERS.stream())
        .map(LaggingFamiliesTest::known)
        .toList();
  }

  private static String known(String spec) {
    return spec.replace("CLIP", Goldens.path("clips/mha").toString())
        .replace("SCRIPT", script.toString());
  }

  private static String spec(String name) {
    ReducerFactory factory = TokenReducers.named(name);
    String small = factory.about().example().replace("tokens=64", "tokens=8");
    String parameters = SMALL.getOrDefault(name, small);
    return parameters.isEmpty() ? name : name + ":" + parameters;
  }

  private static Answered ask(LaggingDevice device, List<String> specs) throws Exception {
    Map<String, Asked> asked = new LinkedHashMap<>();
    Map<String, String> refused = new LinkedHashMap<>();
    device.ask(NONE); // computes what stays
    for (String spec : specs) {
      try {
        Asked one = device.ask(spec);
        if (one.answer().error() == null) {
          asked.put(spec, one);
        } else {
          refused.put(spec, one.answer().error());
        }
      } catch (ReductionException e) {
        refused.put(spec, e.getMessage());
      }
    }
    assertThat(refused.values())
        .allMatch(why -> why.replace("reduction_failed: ", "").startsWith("Cannot "));
    return new Answered(asked, refused);
  }

  private static Stream<Family> families() {
    return Stream.of(
        new Family("layouts/hf", 39, 11),
        new Family("layouts/llava", 39, 11),
        new Family("families/next", 38, 28),
        new Family("families/shikra", 39, 11),
        new Family("first-qwen/base", 11, 5),
        new Family("idefics/base", 1, 4),
        new Family("intern/small", 34, 46),
        new Family("onevision/tied", 27, 46),
        new Family("opt/llava", 39, 11),
        new Family("opt/blip2", 11, 5),
        new Family("queries/blip2", 11, 5),
        new Family("queries/instructblip", 11, 5),
        new Family("qwen/qwen2_vl/tied", 22, 10),
        new Family("qwen/qwen2_5_vl/tied", 21, 10),
        new Family("qwen3/tied", 22, 10),
        new Family("smol/first", 24, 28),
        new Family("smol/second", 24, 34));
  }

  /** A GPU's host waits once a pass, for the tower's time, and for the connector's. */
  @ParameterizedTest
  @MethodSource("families")
  void everyFamilyReadsOnlyWhatWasCopiedToTheHost(Family family) throws Exception {
    try (LaggingDevice device = device(family.checkpoint(), 0)) {
      Answered answered = ask(device, methods());
      assertThat(answered.asked())
          .as("refused: %s", answered.refused())
          .hasSizeGreaterThanOrEqualTo(family.methods());
      assertThat(answered.waits()).containsEntry(NONE, PLAIN_WAITS);
      assertThat(answered.waits().values()).allMatch(waits -> waits <= family.mostWaits());
    }
  }

  /** Of one view: waits for each piece of evidence, and for its time, in addition to the others. */
  @Test
  void theHostWaitsAFewTimesAnImage() throws Exception {
    try (LaggingDevice device = device(ONE_VIEW, 0)) {
      Answered answered = ask(device, methods());
      assertThat(answered.refused())
          .containsOnlyKeys(
              "frames:n=4",
              "resize:tokens=16",
              "resize:tiles=1",
              "request:max_soft_tokens=280",
              "dycoke", // of videos alone, as the next three
              "evs:pruned=0.5",
              "holitom",
              "vidcom2");
      Map<String, Integer> waits = answered.waits();
      WAITS.forEach(
          (name, count) -> assertThat(waits).as(name).containsEntry(known(spec(name)), count));
      assertThat(waits.values()).allMatch(count -> count <= MOST_WAITS);
    }
  }

  /** A pair waits for what its first method reads, and for what its second one reads. */
  @Test
  void everyPairWaitsForBothOfItsMethods() throws Exception {
    int pairs = 0;
    try (LaggingDevice device = device("checkpoints/gqa", 0)) {
      Map<String, Integer> alone = ask(device, methods()).waits();
      for (String first : alone.keySet()) {
        for (String second : alone.keySet()) {
          String pair = first + ".." + second;
          if (follows(pair)) {
            pairs++;
            Asked both = device.ask(pair);
            assertThat(both.answer().error()).as(pair).isNull();
            assertThat(both.waits())
                .as(pair)
                .isEqualTo(alone.get(first) + alone.get(second) - PLAIN_WAITS);
          }
        }
      }
    }
    assertThat(pairs).isGreaterThanOrEqualTo(PAIRS);
  }

  private static boolean follows(String pair) {
    try {
      TokenReducers.of(MethodSpec.parse(pair));
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"checkpoints/gqa", "families/next", "qwen/qwen2_5_vl/tied"})
  void theStagesOfEveryMethodAddUp(String checkpoint) throws Exception {
    stagesAddUp(checkpoint);
  }

  /** Of families whose towers or connectors are other ones. */
  @Tag("slow")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "first-qwen/base",
        "idefics/base",
        "intern/small",
        "onevision/tied",
        "opt/llava",
        "queries/instructblip",
        "qwen/qwen2_vl/tied",
        "qwen3/tied",
        "smol/first"
      })
  void theStagesOfEveryMethodAddUpOnOtherFamilies(String checkpoint) throws Exception {
    stagesAddUp(checkpoint);
  }

  /**
   * Whatever a method reads, the host waits for it in its stage. What the device does while a busy
   * machine holds the host up between two stages is in none, so it is asked again then.
   */
  private static void stagesAddUp(String checkpoint) throws Exception {
    try (LaggingDevice device = device(checkpoint, 1)) {
      for (Map.Entry<String, Asked> first : ask(device, methods()).asked().entrySet()) {
        String method = first.getKey();
        Asked asked = first.getValue();
        for (int again = 0; again < MOST_AGAIN && unseen(method, asked); again++) {
          asked = device.ask(method);
        }
        StageMillis millis = asked.answer().work().millis();
        assertThat(total(millis)).as(method).isGreaterThanOrEqualTo(charged(method, asked) - 3);
        assertThat(millis.prefill() + millis.decode())
            .as(method)
            .isGreaterThanOrEqualTo(asked.passes().size() - 1);
      }
    }
  }

  private static boolean unseen(String method, Asked asked) {
    StageMillis millis = asked.answer().work().millis();
    return total(millis) < charged(method, asked) - 3
        || millis.prefill() + millis.decode() < asked.passes().size() - 1;
  }

  private static int charged(String method, Asked asked) {
    return asked.calls() - (method.startsWith("hired:") ? TILES : 0);
  }

  private static double total(StageMillis millis) {
    return millis.preprocess()
        + millis.vision()
        + millis.reduction()
        + millis.prefill()
        + millis.decode();
  }
}
