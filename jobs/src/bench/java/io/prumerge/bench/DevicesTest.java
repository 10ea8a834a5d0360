package io.prumerge.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every function of the forward pass on tensors of the {@code meta} device, by {@code
 * notebooks/bench/devices.py}: what would fail on a GPU because a tensor is on the processor.
 */
@Tag("slow")
class DevicesTest {

  @TempDir private static Path temp;
  private static MetaScript script;

  /** What the script says of the product's own functions; it takes its time. */
  private static JsonNode found;

  @BeforeAll
  static void askTheScript() throws Exception {
    script = new MetaScript("devices.py", temp);
    if (MetaScript.runs()) {
      found = script.run();
    }
  }

  @BeforeEach
  void needsTorch() throws Exception {
    MetaScript.needed();
  }

  @Test
  void runsEveryFunctionWithTensorsOfOneDevice() {
    assertThat(texts(found.get("unknown"))).as("functions that devices.py has to learn").isEmpty();
    assertThat(texts(found.get("mixed"))).isEmpty();
    assertThat(texts(found.get("functions")))
        .contains("tower", "merge", "llama_span", "opt_span", "choose");
  }

  /** A step and a prefill: what a GPU launches does not depend on the number of images. */
  @Test
  void aLayerOnThePoolLaunchesFewKernelsHoweverManyImagesThereAre() {
    JsonNode all = found.get("kernels");
    for (String decoder : List.of("llama", "opt")) {
      JsonNode kernels = all.get(decoder);
      for (String images : List.of("1", "7")) {
        assertThat(kernels.get(images)).hasSize(2);
        for (JsonNode count : kernels.get(images)) {
          assertThat(count.asDouble()).as(decoder).isBetween(15.0, 30.0);
          assertThat(count).isEqualTo(kernels.get("1").get(0));
        }
      }
    }
  }

  /** What a pass needs of the host comes by one function. */
  @Test
  void noFunctionOfTheDecoderCopiesFromTheHost() {
    JsonNode copies = found.get("copies");
    assertThat(copies.get("indices").get(0).asInt()).isEqualTo(1);
    for (String function :
        List.of(
            "llama_embed",
            "llama_span",
            "llama_pooled_span",
            "llama_head",
            "opt_embed",
            "opt_pooled_span",
            "opt_place",
            "opt_span",
            "opt_head",
            "dart",
            "fastv_rows",
            "pact",
            "priortr",
            "sparsevlm",
            "sparsevlm_plus",
            "v2drop")) {
      assertThat(copies.has(function)).as(function).isFalse();
    }
    assertThat(copies.get("choose").get(0).asInt()).isZero();
  }

  @Test
  void findsTensorsThatAreMadeOnTheProcessor() throws Exception {
    JsonNode faulty =
        script.runWith(
            "decoder.py",
            "slot = torch.arange(n, dtype=4, device=s.device)",
            "slot = torch.arange(n, dtype=4, device=torch.device(\"cpu\"))");
    assertThat(texts(faulty.get("mixed"))).isNotEmpty().allMatch(where -> where.contains(": "));
  }

  private static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }
}
