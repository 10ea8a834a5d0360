package io.prumerge.torch;

import ai.djl.util.Utils;
import io.prumerge.host.Gpu;
import io.prumerge.lang.Text;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The GPUs that a CUDA build of libtorch has kernels for, by the compiler's flags that the build
 * itself names (ATen's {@code CUDAHooks::showConfig}).
 */
final class CudaKernels {

  // sm_90a is for the same GPUs as sm_90.
  private static final Pattern FLAG = Pattern.compile("code=sm_(\\d{2,3})");
  private static final int LONGEST_FLAG = 16;
  private static final int CHUNK = 1 << 20;

  private CudaKernels() {}

  /**
   * Returns the capabilities, ten times the major number plus the minor one, in ascending order;
   * none where no folder has such a build, or it does not say. Reads the whole library, which takes
   * a second or more.
   *
   * @param libraryPath folders, of which the first with the library is read
   */
  static Collection<Integer> of(String libraryPath) throws IOException {
    TreeSet<Integer> capabilities = new TreeSet<>();
    List<Path> builds =
        Arrays.stream(libraryPath.split(File.pathSeparator))
            .map(folder -> Path.of(folder, System.mapLibraryName("torch_cuda")))
            .filter(Files::isRegularFile)
            .toList();
    if (builds.isEmpty()) {
      return capabilities;
    }
    try (InputStream library = Files.newInputStream(builds.get(0))) {
      String rest = "";
      for (byte[] bytes = library.readNBytes(CHUNK);
          bytes.length > 0;
          bytes = library.readNBytes(CHUNK)) {
        String text = rest + new String(bytes, StandardCharsets.ISO_8859_1);
        Matcher flag = FLAG.matcher(text);
        while (flag.find()) {
          capabilities.add(Integer.parseInt(flag.group(1)));
        }
        rest = text.substring(Math.max(0, text.length() - LONGEST_FLAG));
      }
    }
    return capabilities;
  }

  /** Returns a clause about those of this process' libtorch; empty where it does not say. */
  static String clause() {
    String path = Utils.getEnvOrSystemProperty(TorchRuntime.LIBRARY_PATH);
    try {
      Collection<Integer> capabilities = path == null ? List.of() : of(path);
      return capabilities.isEmpty()
          ? ""
          : Text.format(
              " (that in %s has them for %s)",
              path, capabilities.stream().map(Gpu::version).collect(Collectors.joining(", ")));
    } catch (IOException e) {
      return ""; // what is wrong is known without it
    }
  }
}
