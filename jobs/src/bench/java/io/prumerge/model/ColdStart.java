package io.prumerge.model;

import com.sun.jna.NativeLong;
import io.prumerge.engine.EngineConfig;
import io.prumerge.engine.ImageRequest;
import io.prumerge.engine.LlavaEngine;
import io.prumerge.engine.ModelLease;
import io.prumerge.engine.Question;
import io.prumerge.host.LibC;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.torch.TorchRuntime;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.LoadSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * Measures how long a checkpoint takes from an empty page cache to its first answer, compared with
 * a plain read of its files and a warm answer in the same run, and the heap it adds.
 *
 * <p>Run: {@code main CHECKPOINT IMAGE METHOD}.
 */
public final class ColdStart {

  private static final int DONT_NEED = 4;

  private ColdStart() {}

  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    byte[] image = Files.readAllBytes(Path.of(args[1]));
    TorchRuntime.engine();
    long heapBefore = heap();
    forget(folder);
    double read = seconds(() -> readAll(folder));
    forget(folder);
    EngineConfig config =
        new EngineConfig(
            folder.toString(),
            -1,
            LoadSettings.DEFAULT
                .with(LoadSettings.DEVICE, DeviceChoice.CPU)
                .with(LoadSettings.IMAGE_ASPECT, ImageAspect.PAD)
                .with(LoadSettings.CONVERSATION, "vicuna_v1"));
    ImageRequest request =
        new ImageRequest(
            image,
            List.of(new Question("Is there a cat in the image?", 2)),
            List.of(MethodSpec.parse(args[2])));
    long start = System.nanoTime();
    try (ModelLease lease = LlavaEngine.acquire(config)) {
      lease.answer(request);
      double first = (System.nanoTime() - start) / 1e9;
      long heap = heap() - heapBefore;
      double warm = Double.MAX_VALUE;
      for (int i = 0; i < 3; i++) {
        warm = Math.min(warm, seconds(() -> lease.answer(request)));
      }
      System.out.printf(
          "%s: cold read %.1f s, first answer %.1f s, warm answer %.1f s: %.2f of read + warm;"
              + " heap +%d MB%n",
          lease.model().precision().label(), read, first, warm, first / (read + warm), heap >> 20);
    }
  }

  /** Work that may fail on a file. */
  private interface Work {
    void run() throws IOException;
  }

  private static double seconds(Work work) throws IOException {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }

  private static void readAll(Path folder) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(16 << 20);
    for (Path file : weights(folder)) {
      try (FileChannel channel = FileChannel.open(file)) {
        while (channel.read(buffer.clear()) >= 0) {
          // Only the time counts.
        }
      }
    }
  }

  /** Drops a checkpoint's weights from the system's cache of files. */
  public static void forget(Path folder) throws IOException {
    LibC c = LibC.load();
    for (Path file : weights(folder)) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.force(false); // pages that were not written yet stay
      }
      int fd = c.open(file.toString(), 0);
      c.posix_fadvise(fd, new NativeLong(0), new NativeLong(0), DONT_NEED);
      c.close(fd);
    }
  }

  private static List<Path> weights(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".safetensors")).sorted().toList();
    }
  }

  private static long heap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
