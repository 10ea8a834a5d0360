package stranger;

import io.prumerge.benchmark.Benchmark;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;

/** Somebody's own benchmark, packed with its line of registration as {@code --jars} takes it. */
public final class BenchmarkJar {

  private static final String COMPILED = "stranger/HowManyBenchmark.class";
  private static final String SERVICES = "META-INF/services/" + Benchmark.class.getName();

  private BenchmarkJar() {}

  /** Packs {@link HowManyBenchmark} into a jar in this folder. */
  public static Path in(Path folder) throws IOException {
    Path jar = folder.resolve("how-many.jar");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(file)) {
      entries.putNextEntry(new ZipEntry(COMPILED));
      try (InputStream compiled =
          BenchmarkJar.class.getClassLoader().getResourceAsStream(COMPILED)) {
        compiled.transferTo(entries);
      }
      entries.putNextEntry(new ZipEntry(SERVICES));
      entries.write("stranger.HowManyBenchmark\n".getBytes(StandardCharsets.UTF_8));
    }
    return jar;
  }
}
