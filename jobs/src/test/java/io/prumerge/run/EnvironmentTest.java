package io.prumerge.run;

import static io.prumerge.torch.SettingEffect.NOT_NEEDED;
import static io.prumerge.torch.SettingEffect.ON;
import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.checkpoint.TensorType;
import io.prumerge.engine.ModelWeights;
import io.prumerge.engine.ResolvedDevice;
import io.prumerge.host.Processor;
import io.prumerge.spark.ExecutorDevices;
import io.prumerge.spark.HostDevice;
import io.prumerge.torch.Quantization;
import io.prumerge.torch.SettingEffect;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("spark")
class EnvironmentTest {

  private static HostDevice on(String host, SettingEffect mkl, String dtype, String gpu) {
    SettingEffect packed = dtype.equals("bf16") && gpu.isEmpty() ? ON : NOT_NEEDED;
    return on(host, new ResolvedDevice("2.7.1", mkl, packed, dtype, gpu));
  }

  private static HostDevice on(String host, ResolvedDevice device) {
    return new HostDevice(host, "17.0.9", device);
  }

  private static final ModelWeights SMALL =
      new ModelWeights(TensorType.F16, 1 << 10, Quantization.NONE);

  private static final List<HostDevice> MIXED =
      List.of(
          on("b", SettingEffect.NOT_NEEDED, "fp32", ""),
          on("a", SettingEffect.ON, "bf16", "H100"),
          on("c", SettingEffect.ON, "bf16", "H100"),
          on("c", SettingEffect.ON, "bf16", ""));

  @Test
  void saysWhichHostsComeToWhichArithmetic() {
    assertThat(Environment.mixture(MIXED)).isEqualTo("bf16 on a, c and fp32 on b");
    assertThat(Environment.mixture(MIXED.subList(1, 4))).isEmpty();
    assertThat(Environment.mixture(List.of())).isEmpty();
  }

  @Test
  void namesEveryValueOnce() {
    Environment environment = Environment.of(MIXED);

    assertThat(environment.dtype()).isEqualTo("bf16, fp32");
    assertThat(environment.gpu()).isEqualTo("H100");
    assertThat(environment.libtorchVersion()).isEqualTo("2.7.1");
    assertThat(environment.mklOnAmd()).isEqualTo("not needed, on");
    assertThat(environment.packedWeights()).isEqualTo("not needed, on");
    assertThat(environment.javaVersion()).isEqualTo("17.0.9");
  }

  private static Environment.Builder first() {
    return Environment.builder()
        .codeVersion("1")
        .codeCommit("commit")
        .codeSha256("code")
        .libtorchVersion("2.7.1")
        .mklOnAmd("on")
        .packedWeights("on")
        .javaVersion("17")
        .dtype("fp32")
        .gpu("A");
  }

  @Test
  void comparesWhatAnswersDependOnAndBothKnow() {
    Environment was = first().build();

    assertThat(
            was.differences(
                first()
                    .codeVersion("2")
                    .codeCommit("other")
                    .packedWeights("not in effect")
                    .gpu("B")
                    .build()))
        .as("the same classes, whatever they are called")
        .isEmpty();
    assertThat(was.differences(Environment.builder().codeSha256("code").build())).isEmpty();
    assertThat(
            was.differences(
                first()
                    .codeSha256("new")
                    .libtorchVersion("2.8")
                    .mklOnAmd("off")
                    .packedWeights("off")
                    .javaVersion("21")
                    .dtype("bf16")
                    .build()))
        .isEqualTo(
            "code_sha256 was code, is now new; libtorch_version was 2.7.1, is now 2.8; spark.prumerge.mklOnAmd was true, is now false; spark.prumerge.packWeights was auto, is now off; java_version was 17, is now 21; dtype was fp32, is now bf16");
  }

  /** Which executors are asked first changes what came of the setting, not the setting. */
  @Test
  void aMixedClusterHasOneSettingOfMklsKernels() {
    Environment mixed = Environment.of(MIXED);

    assertThat(mixed.mklSetting()).isEqualTo("true");
    for (SettingEffect one :
        List.of(SettingEffect.ON, SettingEffect.NOT_IN_EFFECT, SettingEffect.NOT_NEEDED)) {
      assertThat(Environment.of(List.of(on("a", one, "fp32", ""))).mklSetting()).isEqualTo("true");
    }
    assertThat(Environment.of(List.of(on("a", SettingEffect.OFF, "fp32", ""))).mklSetting())
        .isEqualTo("false");
    assertThat(Environment.of(List.of()).mklSetting()).as("nobody said").isEmpty();
  }

  @Test
  void soHasItOneSettingOfPackedWeights() {
    assertThat(Environment.of(MIXED).packSetting()).isEqualTo("auto");
    for (SettingEffect one : SettingEffect.values()) {
      ResolvedDevice device = new ResolvedDevice("2.7.1", SettingEffect.ON, one, "bf16", "");
      assertThat(Environment.of(List.of(on("a", device))).packSetting())
          .isEqualTo(one == SettingEffect.OFF ? "off" : "auto");
      assertThat(Environment.ofTraining(List.of(on("a", device))).packSetting())
          .as("a training does not use them")
          .isEmpty();
    }
    assertThat(Environment.of(List.of()).packSetting()).as("nobody said").isEmpty();
  }

  @Test
  void asksTheExecutors() {
    assertThat(ExecutorDevices.of(LocalSpark.session().sparkContext(), "cpu", "fp32", SMALL, 2))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.device().dtype()).isEqualTo("fp32");
              assertThat(one.device().libtorch()).startsWith("2.");
              assertThat(one.device().gpu()).isEmpty();
              assertThat(one.device().mklOnAmd())
                  .isIn(
                      Processor.ofHost().amd()
                          ? List.of(SettingEffect.ON, SettingEffect.NOT_IN_EFFECT)
                          : List.of(SettingEffect.NOT_NEEDED));
              assertThat(one.device().packedWeights()).isEqualTo(NOT_NEEDED);
              assertThat(one.java()).isEqualTo(Runtime.version().toString());
            });
    assertThat(ExecutorDevices.of(LocalSpark.session().sparkContext(), "cpu", "bf16", SMALL, 2))
        .singleElement()
        .extracting(one -> one.device().packedWeights())
        .isEqualTo(Processor.ofHost().vectorsBf16() ? ON : NOT_NEEDED);
    assertThat(ExecutorDevices.of(LocalSpark.session().sparkContext(), "cuda", "fp32", SMALL, 2))
        .as("the first task refuses a missing device")
        .isEmpty();
  }
}
