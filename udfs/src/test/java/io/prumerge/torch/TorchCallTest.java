package io.prumerge.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.prumerge.torchscript.LlavaScript;
import io.prumerge.torchscript.LlavaScript.TorchArchive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the module is called, as far as a processor can tell what a GPU would see. */
@Tag("model")
class TorchCallTest {

  private static final int RUNS = 4;

  // An optimiser would see that both are the same.
  private static final String TWICE =
      """
      class Twice(Module):
        __parameters__ = []
        __buffers__ = []

        def twice(self: __torch__.Twice, x: Tensor) -> Tensor:
          return torch.add(torch.sin(x), torch.sin(x))
      """;

  /**
   * On CUDA it would compile kernels at run time that round differently from one run to the next.
   */
  @Test
  void everyThreadThatCallsRunsTheOperatorsAsTheyAreWritten(@TempDir Path folder) throws Exception {
    ExecutorService another = Executors.newSingleThreadExecutor();
    try (Torch torch = TorchRuntime.open()) {
      for (int thread = 0; thread < 2; thread++) {
        Path trace = folder.resolve("trace" + thread);
        Runnable calls =
            () -> {
              torch.call("wavelengths", 10000.0, 4).close();
              profile(trace);
            };
        if (thread == 0) {
          calls.run();
        } else {
          CompletableFuture.runAsync(calls, another).get();
        }
        assertThat(Files.readString(trace).split("\"aten::sin\"", -1)).hasSize(2 * RUNS + 1);
      }
    } finally {
      another.shutdown();
    }
  }

  /** Of any shape and dtype, without a rounding. */
  @Test
  void severalTensorsAreReadAtOnceAsTheyAre() {
    try (Torch torch = TorchRuntime.open();
        Torch.Value thirds = torch.tensor(new float[] {1 / 3f, 2 / 3f}, 2);
        Torch.Value halves = torch.tensor(new float[] {0.5f, 1.5f, 2.5f, 3.5f}, 2, 2);
        Torch.Value narrow = torch.call("place", halves, "cpu", Precision.BF16.torchCode());
        Torch.Value none = torch.tensor(new float[0], 0, 7)) {
      long before = Torch.reads();
      assertThat(torch.floats(List.of(narrow, none, thirds)))
          .containsExactly(
              new float[] {0.5f, 1.5f, 2.5f, 3.5f}, new float[0], new float[] {1 / 3f, 2 / 3f});
      assertThat(Torch.reads() - before).isEqualTo(1);
    }
  }

  private static void profile(Path trace) {
    try (PtNDManager manager = (PtNDManager) NDManager.newBaseManager(Device.cpu(), "PyTorch");
        NDArray ones = manager.ones(new Shape(8));
        IValue input = IValue.from((PtNDArray) ones);
        PtSymbolBlock module =
            JniUtils.loadModule(manager, TorchArchive.of("Twice", TWICE, Map.of()), false, false)) {
      JniUtils.startProfile(false, false, false);
      for (int run = 0; run < RUNS; run++) {
        IValueUtils.runMethod(module, "twice", input).close();
      }
      JniUtils.stopProfile(trace.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The script pins them there for a GPU; a tensor that is on the GPU already cannot be pinned. */
  @Test
  void arraysBecomeTensorsOnTheProcessorAndGoWhereTheWeightsAre() {
    try (Torch torch = TorchRuntime.open();
        Torch.Value numbers = torch.call("wavelengths", 10000.0, 4);
        Torch.Value elsewhere = torch.call("place", numbers, "meta", Precision.FP32.torchCode());
        Torch.Value weights = torch.list(List.of(elsewhere));
        Torch.Value made = torch.tensor(new float[] {1, 2}, weights, 2)) {
      assertThat(torch.arrays()).isEqualTo(Device.cpu());
      assertThatThrownBy(() -> torch.call("floats", made))
          .hasMessageContaining("Cannot copy out of meta tensor");
    }
  }

  @Test
  void weightsAreConvertedWhereTheyArePlaced(@TempDir Path folder) throws IOException {
    Path trace = folder.resolve("trace");
    try (Torch torch = TorchRuntime.open();
        Torch.Value numbers = torch.call("wavelengths", 10000.0, 4)) {
      JniUtils.startProfile(false, true, false);
      torch.call("place", numbers, "meta", Precision.BF16.torchCode()).close();
      JniUtils.stopProfile(trace.toString());
    }
    // The copy to another device as it is stored, then the conversion there.
    assertThat(Files.readString(trace).split("\"aten::_to_copy\"", -1)).hasSize(2 + 1);
  }

  /** DJL's own copy from a device keeps a manager for each array that it copied. */
  @Test
  void whatIsReadComesFromTheScriptOnTheHost() {
    try (Torch torch = TorchRuntime.open();
        Torch.Value numbers = torch.call("wavelengths", 10000.0, 4);
        Torch.Value elsewhere = torch.call("place", numbers, "meta", Precision.FP32.torchCode());
        Torch.Value row = torch.call("concat", List.of(elsewhere, elsewhere))) {
      for (String read : List.of("floats", "longs")) {
        assertThatThrownBy(() -> torch.call(read, row))
            .isInstanceOf(TorchException.class)
            .hasMessageContaining("Cannot copy out of meta tensor");
      }
    }
  }

  /**
   * cuDNN would take TF32 for fp32; products of matrices and attention do not, unless told to. The
   * operator that can be told is the one that conv2d calls, so a processor gives the same bits.
   */
  @Test
  void convolutionsSayThatFp32IsFp32() {
    String text = LlavaScript.text("clip");
    Matcher convolution =
        Pattern.compile("torch\\._convolution\\(.*?\\n    \\)", Pattern.DOTALL).matcher(text);
    assertThat(convolution.find()).isTrue();
    assertThat(convolution.group()).contains("allow_tf32=False");
    assertThat(text).doesNotContain("conv2d(").containsOnlyOnce("_convolution(");
    String module =
        """
        class Both(Module):
          __parameters__ = []
          __buffers__ = []

          def differing(self: __torch__.Both, pixels: Tensor, patch: Tensor) -> Tensor:
            p = torch.size(patch, 2)
            ours = %s
            plain = torch.conv2d(pixels, patch, None, [p, p], [0, 0], [1, 1], 1)
            return torch.sum(torch.ne(ours, plain))
        """
            .formatted(convolution.group().strip().replace("e.patch_bias", "None"));
    try (PtNDManager manager = (PtNDManager) NDManager.newBaseManager(Device.cpu(), "PyTorch");
        NDArray pixels = manager.randomNormal(new Shape(2, 3, 336, 336));
        NDArray patch = manager.randomNormal(new Shape(64, 3, 14, 14));
        IValue first = IValue.from((PtNDArray) pixels);
        IValue second = IValue.from((PtNDArray) patch);
        PtSymbolBlock both =
            JniUtils.loadModule(manager, TorchArchive.of("Both", module, Map.of()), false, false);
        IValue result = IValueUtils.runMethod(both, "differing", first, second);
        NDArray differing = result.toTensor(manager)) {
      assertThat(differing.getLong()).isZero();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** By its text: some of its operators have no kernel for tensors without data. */
  @Test
  void chosenIdsComeToTheHostInsideTheScript() {
    assertThat(result("choose")).startsWith("ops.longs(");
    assertThat(result("choose_with_margins")).startsWith("ops.joined(");
  }

  /** What a function of the decoder's part returns. */
  private static String result(String function) {
    String text = LlavaScript.text("decoder");
    String own = text.substring(text.indexOf("def " + function + "(")).split("\n\n\n")[0];
    return own.substring(own.lastIndexOf("  return ") + "  return ".length());
  }
}
