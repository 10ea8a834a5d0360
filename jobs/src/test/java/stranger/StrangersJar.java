package stranger;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;

/** Somebody's own class, packed with its line of registration as {@code --jars} takes it. */
public final class StrangersJar {

  private StrangersJar() {}

  /**
   * Packs a class and those in it into a jar in this folder.
   *
   * @param service that it implements
   */
  public static <S> Path of(Path folder, Class<S> service, Class<? extends S> own)
      throws IOException {
    Path jar = folder.resolve("own.jar");
    List<Class<?>> classes = new ArrayList<>(List.of(own.getNestHost()));
    classes.addAll(List.of(own.getNestHost().getDeclaredClasses()));
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(file)) {
      for (Class<?> each : classes) {
        String compiled = each.getName().replace('.', '/') + ".class";
        entries.putNextEntry(new ZipEntry(compiled));
        try (InputStream bytes = each.getClassLoader().getResourceAsStream(compiled)) {
          bytes.transferTo(entries);
        }
      }
      entries.putNextEntry(new ZipEntry("META-INF/services/" + service.getName()));
      entries.write((own.getName() + "\n").getBytes(StandardCharsets.UTF_8));
    }
    return jar;
  }

  /** What is done in a thread that sees a jar. */
  public interface Body {
    void run() throws Exception;
  }

  /** Runs the body with a context class loader that sees the jar, as {@code --jars} does it. */
  static void seen(Path jar, Body body) throws Exception {
    seen(List.of(jar), Thread.currentThread().getContextClassLoader(), body);
  }

  /**
   * Runs the body with a context class loader that sees jars.
   *
   * @param others what sees all else
   */
  public static void seen(List<Path> jars, ClassLoader others, Body body) throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    List<URL> urls = new ArrayList<>();
    for (Path jar : jars) {
      urls.add(jar.toUri().toURL());
    }
    try (URLClassLoader session = new URLClassLoader(urls.toArray(URL[]::new), others)) {
      thread.setContextClassLoader(session);
      body.run();
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
