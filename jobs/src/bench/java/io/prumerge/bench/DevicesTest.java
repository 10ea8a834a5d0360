package io.prumerge.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.family.Families;
import io.prumerge.torchscript.LlavaScript;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
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

  private static final Path SCRIPT =
      Path.of(System.getProperty("project.root")).resolve("notebooks/bench/devices.py");
  private static final String PYTHON = System.getenv().getOrDefault("PYTHON", "python3");

  @TempDir private static Path temp;
  private static boolean torch;

  /** What the script says of the product's own functions; it takes its time. */
  private static JsonNode found;

  @BeforeAll
  static void askTheScript() throws Exception {
    Process process =
        new ProcessBuilder(PYTHON, "-c", "import torch")
            .redirectErrorStream(true)
            .redirectOutput(temp.resolve("import.log").toFile())
            .start();
    torch = process.waitFor() == 0;
    if (torch) {
      found = run(LlavaScript.archive(true, true, Families.structs()));
    }
  }

  @BeforeEach
  void needsTorch() {
    assumeTrue(torch, "no Python with torch; name one by the environment variable PYTHON");
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
        run(
            changed(
                "parts/decoder.py",
                "slot = torch.arange(n, dtype=4, device=s.device)",
                "slot = torch.arange(n, dtype=4, device=torch.device(\"cpu\"))"));
    assertThat(texts(faulty.get("mixed"))).isNotEmpty().allMatch(where -> where.contains(": "));
  }

  private static JsonNode run(InputStream archive) throws Exception {
    Path file = Files.createTempFile(temp, "llava", ".pt");
    Path output = Files.createTempFile(temp, "devices", ".json");
    Path errors = Files.createTempFile(temp, "devices", ".log");
    Files.write(file, archive.readAllBytes());
    int code =
        new ProcessBuilder(PYTHON, SCRIPT.toString(), file.toString())
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start()
            .waitFor();
    assertThat(code).as(() -> text(errors)).isZero();
    return new ObjectMapper().readTree(output.toFile());
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static InputStream changed(String end, String from, String to) throws IOException {
    ByteArrayOutputStream changed = new ByteArrayOutputStream();
    boolean done = false;
    try (ZipInputStream in =
            new ZipInputStream(LlavaScript.archive(true, true, Families.structs()));
        ZipOutputStream out = new ZipOutputStream(changed)) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        byte[] bytes = in.readAllBytes();
        if (entry.getName().endsWith(end)) {
          String text = new String(bytes, StandardCharsets.UTF_8);
          done = text.contains(from);
          bytes = text.replace(from, to).getBytes(StandardCharsets.UTF_8);
        }
        out.putNextEntry(new ZipEntry(entry.getName()));
        out.write(bytes);
        out.closeEntry();
      }
    }
    assertThat(done).as("the text that the fault is planted into").isTrue();
    return new ByteArrayInputStream(changed.toByteArray());
  }

  private static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }
}
