package io.prumerge.spark;

import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.ReducerFactory;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;

/** The method {@code counted}: does what {@code prumerge} does, and counts its reducers. */
public final class CountedMethod implements ReducerFactory {

  /** Reducers that this JVM has built. */
  static final AtomicInteger BUILT = new AtomicInteger();

  /** Returns a jar that registers the method; its class is the tests' own. */
  static Path jar(Path folder) throws IOException {
    Path jar = folder.resolve("counted.jar");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(file)) {
      entries.putNextEntry(new ZipEntry("META-INF/services/" + ReducerFactory.class.getName()));
      entries.write(CountedMethod.class.getName().getBytes(StandardCharsets.UTF_8));
    }
    return jar;
  }

  @Override
  public String name() {
    return "counted";
  }

  @Override
  public List<String> keys() {
    return TokenReducers.named("prumerge").keys();
  }

  @Override
  public TokenReducer create(Parameters parameters) {
    BUILT.incrementAndGet();
    return TokenReducers.named("prumerge").create(parameters);
  }
}
