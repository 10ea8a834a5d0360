package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.host.DriverLibrary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that finds the driver of a card of 24 GB, of which LLaVA-1.5-7B's weights and a context
 * have taken 15 GB, but whose libtorch is the processor's.
 */
@Tag("process")
class DriverOnlyTest {

  @Test
  void theDriversCardIsSeenMeasuredAndRefused(@TempDir Path folder) throws Exception {
    DriverLibrary.compiled(folder, 75, 24_000_000_000L, 9_000_000_000L);
    Files.writeString(
        folder.resolve("config.json"),
        "{\"model_type\":\"llava\",\"text_config\":{\"vocab_size\":32064}}");
    Path out = folder.resolve("out");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djna.library.path=" + folder,
                "-cp",
                System.getProperty("java.class.path"),
                DriverOnly.class.getName(),
                folder.toString())
            .redirectOutput(out.toFile())
            .redirectError(folder.resolve("err").toFile())
            .start();

    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(folder.resolve("err"))).isZero();
    List<String> lines = Files.readAllLines(out);
    assertThat(lines.get(0))
        .contains("ordinal=0, name=first, capability=75, memoryBytes=24000000000")
        .contains("ordinal=1, name=second");
    assertThat(lines.get(1)).isEqualTo("9000000000");
    assertThat(lines.get(2)).startsWith("PassLimits[images=32, rows=7602, slots=9");
    assertThat(lines.get(3)).isEqualTo("OptionalLong[9000000000]");
    assertThat(lines.get(4)).as("devices that libtorch can open").isEqualTo("0");
    assertThat(lines.get(5))
        .startsWith(
            "this libtorch is built for the CPU, or for a newer CUDA than the driver's 12.4");
    assertThat(lines.get(6)).startsWith("Cannot use gpu(0): ");
    assertThat(lines).hasSize(7);
  }
}
