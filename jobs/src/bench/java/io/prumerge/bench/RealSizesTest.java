package io.prumerge.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a GPU does in a decoder layer of 7B and 13B models, by {@code notebooks/bench/sizes.py}: the
 * kernels that operators are split into are counted, and the times that follow from bytes and FLOPs
 * are kept.
 */
@Tag("slow")
class RealSizesTest {

  private static final List<String> POOLS = List.of("9300", "35500", "102300", "204100");
  private static final int KERNELS_OF_A_LAYER = 27;
  private static final String PREFILL = "prefill of 16,384 rows";
  private static final Offset<Double> MILLIS = within(0.001);

  private static final String LAYOUT = "together.permute(2, 0, 3, 1, 4)";

  @TempDir private static Path temp;
  private static MetaScript script;
  private static JsonNode found;

  @BeforeAll
  static void askTheScript() throws Exception {
    script = new MetaScript("sizes.py", temp);
    if (MetaScript.runs()) {
      Path target = Path.of(System.getProperty("project.root")).resolve("jobs/target");
      Files.write(target.resolve("llava.pt"), MetaScript.archive());
      found = script.run();
    }
  }

  @BeforeEach
  void needsTorch() throws Exception {
    MetaScript.needed();
  }

  /** Of steps and of a prefill, in a pool of any size. */
  @ParameterizedTest
  @ValueSource(strings = {"llava-1.5-7b", "llava-1.5-13b", "qwen2.5-vl-7b"})
  void noOperatorOfALayerIsSplit(String model) {
    for (String slots : POOLS) {
      JsonNode passes = found.at("/layers/" + model).get(slots);
      assertThat(passes).hasSize(3);
      for (JsonNode pass : passes) {
        assertThat(total(pass, "split")).as(slots).isZero();
        assertThat(total(pass, "launches")).as(slots).isEqualTo(KERNELS_OF_A_LAYER);
      }
    }
  }

  /** Layers are too far apart for one kernel. */
  @ParameterizedTest
  @CsvSource({
    "llava-1.5-7b, 4, 8, 16, 32",
    "llava-1.5-13b, 4, 16, 24, 40",
    "qwen2.5-vl-7b, 1, 1, 4, 8",
  })
  void aSystemPromptIsCopiedByAtMostAKernelForEachLayer(
      String model, int least, int few, int many, int most) {
    List<Integer> known = List.of(least, few, many, most);
    for (int i = 0; i < POOLS.size(); i++) {
      assertThat(found.at("/copies/" + model).get(POOLS.get(i)).asInt())
          .as("%s slots", POOLS.get(i))
          .isBetween(1, known.get(i));
    }
  }

  /** Milliseconds of a layer with 800 TFLOP/s, 3 TB/s and 5 microseconds a kernel. */
  @ParameterizedTest
  @CsvSource({
    "llava-1.5-7b, 'prefill of 16,384 rows', 8.289, 0.328, 0.363, 1.668",
    "llava-1.5-7b, step of 64 rows, 0.138, 0.019, 0.015, 0.090",
    "llava-1.5-7b, step of 1 row, 0.135, 0.010, 0.015, 0.090",
    "llava-1.5-13b, 'prefill of 16,384 rows', 12.992, 0.410, 0.452, 2.080",
    "llava-1.5-13b, step of 64 rows, 0.215, 0.024, 0.015, 0.090",
    "llava-1.5-13b, step of 1 row, 0.212, 0.010, 0.015, 0.090",
    "qwen2.5-vl-7b, 'prefill of 16,384 rows', 9.546, 0.176, 0.117, 1.805",
    "qwen2.5-vl-7b, step of 64 rows, 0.159, 0.010, 0.015, 0.090",
    "qwen2.5-vl-7b, step of 1 row, 0.155, 0.010, 0.015, 0.090",
  })
  void timesByKindOfOperatorAreKept(
      String model,
      String pass,
      double products,
      double attention,
      double copies,
      double elementwise) {
    JsonNode work = found.at("/layers/" + model).get("102300").get(pass);
    assertThat(millis(work, "products")).isCloseTo(products, MILLIS);
    assertThat(millis(work, "attention")).isCloseTo(attention, MILLIS);
    assertThat(millis(work, "copies")).isCloseTo(copies, MILLIS);
    assertThat(millis(work, "elementwise")).isCloseTo(elementwise, MILLIS);
  }

  /** 13.2 GFLOP a row of the decoder, which is known from elsewhere. */
  @Test
  void productsOfAllLayersAreThoseOfTheDecodersWeights() {
    double gflop =
        operators(found.at("/layers/llava-1.5-7b/9300").get(PREFILL)).stream()
            .filter(each -> each.get("kind").asText().equals("products"))
            .mapToDouble(each -> each.get("gflop").asDouble())
            .sum();
    long weights = 4L * 4096 * 4096 + 3L * 4096 * 11008;
    assertThat(gflop).isCloseTo(2.0 * weights * 16_384 / 1e9, within(0.1));
  }

  /** In a pool whose keys and values are as far apart as all layers are long. */
  @Test
  void findsOperatorsThatAreSplit() throws Exception {
    JsonNode split = script.runWith("pool.py", LAYOUT, LAYOUT + ".contiguous()");
    JsonNode layers = split.at("/layers/llava-1.5-7b");
    for (String slots : POOLS) {
      for (JsonNode pass : layers.get(slots)) {
        assertThat(pass.at("/index_copy_/launches").asInt()).as(slots).isEqualTo(2);
        assertThat(total(pass, "split")).as(slots).isEqualTo(1);
      }
    }
    JsonNode copies = split.at("/copies/llava-1.5-7b");
    assertThat(POOLS.stream().map(slots -> copies.get(slots).asInt()))
        .containsExactly(4, 16, 32, 64);
  }

  private static List<JsonNode> operators(JsonNode pass) {
    return StreamSupport.stream(pass.spliterator(), false).toList();
  }

  private static int total(JsonNode pass, String field) {
    return operators(pass).stream().mapToInt(each -> each.get(field).asInt()).sum();
  }

  private static double millis(JsonNode pass, String kind) {
    return operators(pass).stream()
        .filter(each -> each.get("kind").asText().equals(kind))
        .mapToDouble(each -> each.get("ms").asDouble())
        .sum();
  }
}
