package io.prumerge.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.prumerge.estimate.Hardware.Roofline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HardwareTableTest {

  private static final String MINE =
      "mine: {bandwidth_gb_per_s: 2, tera_per_s: {fp16: 3}, source: a test}\n";

  @TempDir private Path folder;

  @Test
  void knowsVendorsAndTheToolsOwnApart() {
    HardwareTable table = HardwareTable.bundled();

    assertThat(table.names()).hasSize(23).contains("h100-sxm", "llm-viewer/h100-sxm");
    assertThat(table.named("h100-sxm").bytesPerSecond()).isEqualTo(3350e9);
    assertThat(table.named("llm-viewer/h100-sxm").bytesPerSecond()).isEqualTo(3072e9);
    Hardware v100 = table.named("llm-viewer/v100");
    assertThat(v100.roofline(Format.FP16)).isEqualTo(new Roofline(112e12, 900e9));
    assertThat(v100.roofline(Format.INT8)).isEqualTo(new Roofline(62e12, 900e9));
    assertThat(v100.onChipBytes()).hasValue(20_480_000);
    assertThat(table.named("v100-pcie").memoryBytes()).hasValue(16_000_000_000L);
    assertThat(table.names())
        .allSatisfy(name -> assertThat(table.named(name).source()).isNotBlank());
  }

  @ParameterizedTest
  @CsvSource({
    "v100-pcie, INT4, INT8, 56e12",
    "v100-pcie, BF16, FP32, 14e12",
    "v100-pcie, TF32, FP32, 14e12",
    "v100-pcie, FP8, FP16, 112e12",
    "h100-sxm, INT4, INT8, 1978.9e12",
    "t4, INT4, INT4, 260e12",
    "llm-viewer/a100, FP8, FP16, 312e12"
  })
  void widensWhatHasNoUnit(String name, Format asked, Format run, double rate) {
    Hardware hardware = HardwareTable.bundled().named(name);

    assertThat(hardware.runsAs(asked)).isEqualTo(run);
    assertThat(hardware.roofline(asked).operationsPerSecond()).isEqualTo(rate);
  }

  @Test
  void saysWhatItCannotRun() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HardwareTable.bundled().named("llm-viewer/a100").runsAs(Format.BF16))
        .withMessage(
            "Hardware 'llm-viewer/a100' states no rate for bf16 nor for anything wider; it has [int8, fp16]");
  }

  @Test
  void listsWhatItKnows() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HardwareTable.bundled().named("v100"))
        .withMessageStartingWith("Unknown hardware 'v100'; known: v100-pcie, v100-sxm2, t4, ");
  }

  @Test
  void aFileOfOnesOwnWins() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("mine.yaml"),
            MINE
                + "t4: {bandwidth_gb_per_s: 300, tera_per_s: {fp16: 60}, source: measured, remark: ours}\n");

    HardwareTable table = HardwareTable.bundled().with(file);

    assertThat(table.names()).hasSize(24).endsWith("mine");
    assertThat(table.named("t4").bytesPerSecond()).isEqualTo(300e9);
    assertThat(table.named("t4").remark()).isEqualTo("ours");
    assertThat(table.named("mine").memoryBytes()).isEqualTo(OptionalLong.empty());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          a: {bandwidth_gb_per_s: 2, tera_per_s: {fp16: 3}} | it needs bandwidth_gb_per_s, tera_per_s and source
          a: {bandwidth_gb_per_s: 2, source: x}             | it needs bandwidth_gb_per_s, tera_per_s and source
          a: {tera_per_s: {fp16: 3}, source: x}             | its bandwidth must be positive but is 0.0 bytes/s
          a: {bandwidth_gb_per_s: 2, tera_per_s: {fp16: -3}, source: x} | its rate for fp16 must be positive
          a: {bandwidth_gb_per_s: 2, tera_per_s: {fp7: 3}, source: x}   | Unknown number format 'fp7'; known: int4, int8, fp8,
          a: {bandwidth: 2, tera_per_s: {fp16: 3}, source: x}           | x: unknown key 'a.bandwidth'; known: bandwidth_gb_per_s, memory_gb,
          a: {source: x, source: y}                                     | Cannot read x at line 1: Duplicate field 'source'
          a:                                                            | x: the key 'a' has no value
          a: {bandwidth_gb_per_s: 2, tera_per_s: {fp16: }, source: x}   | x: the key 'a.tera_per_s.fp16' has no value
          a: [                                                          | Cannot read x at line 1
          a: {bandwidth_gb_per_s: "2", tera_per_s: {fp16: 3}, source: x} | x: a.bandwidth_gb_per_s must be a number but is "2"
          ""                                                            | x: the file must be keys with values but is
          """)
  void refusesWhatIsWrong(String yaml, String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HardwareTable.parse(yaml, "x"))
        .withMessageContaining(reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"\\x", "\"\\UFFFFFFFF\""})
  void refusesEscapesOfNothing(String yaml) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HardwareTable.parse(yaml, "x"))
        .withMessageStartingWith("Cannot read x: it has an invalid escape: ");
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    Assertions.assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> HardwareTable.bundled().with(folder.resolve("no.yaml")))
        .withMessageStartingWith("Cannot read hardware file " + folder);
  }
}
