package io.prumerge.run.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.checkpoint.Sha256;
import io.prumerge.console.CodeOrigin;
import io.prumerge.engine.LlavaEngine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stranger.OwnJar;
import stranger.StrangersJar;

/** Tests which code a method of somebody's own is known by. */
class MethodJarsTest {

  private static final String METHOD = "edgefirst:tokens=4";
  private static final String SERVICE = "META-INF/services/io.prumerge.reduction.ReducerFactory";

  @TempDir private Path folder;

  /** Returns what the method is known by in a session with jars. */
  private static String known(Path... jars) throws Exception {
    List<String> known = new ArrayList<>();
    StrangersJar.seen(
        List.of(jars),
        Thread.currentThread().getContextClassLoader(),
        () -> known.addAll(MethodJars.of(METHOD).values()));
    assertThat(known).hasSize(1);
    return known.get(0);
  }

  private static String hash(Path jar) throws IOException {
    return Sha256.hex(Files.readAllBytes(jar));
  }

  /** What a method calls may stand in any of a session's jars. */
  @Test
  void otherJarsOfTheSessionCount() throws Exception {
    Path method = OwnJar.ofMethod(folder.resolve("m/method.jar"), "edgefirst", "edgefirst");
    Path helper = OwnJar.of(folder.resolve("a/helper.jar"));
    Path changed = OwnJar.of(folder.resolve("b/helper.jar"), "right ? 1 : 0", "right ? 0 : 1");

    assertThat(known(method)).isEqualTo(hash(method));
    assertThat(known(method, helper)).isEqualTo(hash(method) + ", " + hash(helper));
    assertThat(known(changed, method)).isEqualTo(hash(method) + ", " + hash(changed));
    Path renamed = Files.copy(helper, folder.resolve("0.jar"));
    assertThat(known(renamed, method)).as("its name").isEqualTo(known(method, helper));
  }

  /** The session is given one jar, whose manifest names the others, as Java's class loaders do. */
  @Test
  void jarsThatAJarNamesAsItsClassPathCount() throws Exception {
    Path method = OwnJar.ofMethod(folder.resolve("m/method.jar"), "edgefirst", "edgefirst");
    Path helper = OwnJar.of(folder.resolve("m/my lib/helper.jar"));
    Path named =
        naming("named.jar", "m/my%20lib/helper.jar none.jar m/ ./named.jar https://x.org/a.jar");
    Path first = naming("first.jar", "named.jar\\ named.jar");

    assertThat(known(method, first).split(", "))
        .startsWith(hash(method))
        .containsExactlyInAnyOrder(hash(method), hash(first), hash(named), hash(helper));
    String before = known(method, first);
    Files.delete(helper);
    assertThat(known(method, first)).isNotEqualTo(before);
  }

  /** Packs a jar that only names others. */
  private Path naming(String name, String others) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, others);
    Path jar = folder.resolve(name);
    try (OutputStream out = Files.newOutputStream(jar)) {
      new JarOutputStream(out, manifest).close();
    }
    return jar;
  }

  /** As Maven's shade plug-in packs a project with what it depends on. */
  @Test
  void aMethodInOneJarWithThisProgramCounts() throws Exception {
    Path one = OwnJar.ofMethod(folder.resolve("a/method.jar"), "+= 1;", "+= 1;");
    Path other = OwnJar.ofMethod(folder.resolve("b/method.jar"), "+= 1;", "+= 2;");

    Map<String, String> known = inside(packed(one, "one.jar"), METHOD);
    assertThat(known).containsOnlyKeys("method edgefirst");
    assertThat(inside(packed(other, "other.jar"), METHOD))
        .containsOnlyKeys("method edgefirst")
        .isNotEqualTo(known);
    assertThat(inside(folder.resolve("one.jar"), "prumerge")).isEmpty();
  }

  /** Packs this program's classes and a method's jar into one jar. */
  private Path packed(Path method, String name) throws IOException {
    Path jar = folder.resolve(name);
    try (OutputStream out = Files.newOutputStream(jar);
        ZipOutputStream entries = new ZipOutputStream(out)) {
      entries.setLevel(Deflater.NO_COMPRESSION);
      ByteArrayOutputStream services = new ByteArrayOutputStream();
      add(CodeOrigin.of(LlavaEngine.class).path(), entries, services);
      add(CodeOrigin.of(CodeOrigin.class).path(), entries, services);
      add(method, entries, services);
      entries.putNextEntry(new ZipEntry(SERVICE));
      entries.write(services.toByteArray());
    }
    return jar;
  }

  /** Adds the classes of a folder, or of a jar as Maven's later phases have them. */
  private static void add(Path source, ZipOutputStream entries, OutputStream services)
      throws IOException {
    if (!Files.isDirectory(source)) {
      try (FileSystem jar = FileSystems.newFileSystem(source)) {
        addAll(jar.getPath("/"), entries, services);
      }
    } else {
      addAll(source, entries, services);
    }
  }

  private static void addAll(Path root, ZipOutputStream entries, OutputStream services)
      throws IOException {
    if (Files.exists(root.resolve(SERVICE))) {
      Files.copy(root.resolve(SERVICE), services);
    }
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".class")).toList()) {
        entries.putNextEntry(new ZipEntry(root.relativize(file).toString()));
        Files.copy(file, entries);
      }
    }
  }

  /** Returns what the program that is packed in a jar says of a method's code. */
  @SuppressWarnings("unchecked") // as MethodJars declares it
  private static Map<String, String> inside(Path jar, String method) throws Exception {
    List<Map<String, String>> known = new ArrayList<>();
    StrangersJar.seen(
        List.of(jar),
        new Libraries(),
        () -> {
          ClassLoader packed = Thread.currentThread().getContextClassLoader();
          Method of =
              Class.forName(MethodJars.class.getName(), true, packed)
                  .getDeclaredMethod("of", String.class);
          of.setAccessible(true);
          known.add((Map<String, String>) of.invoke(null, method));
        });
    return known.get(0);
  }

  /** Sees the libraries of the tests, but neither this program nor its services. */
  private static final class Libraries extends ClassLoader {

    Libraries() {
      super(MethodJarsTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith("io.prumerge.")) {
        throw new ClassNotFoundException(name);
      }
      return super.loadClass(name, resolve);
    }

    @Override
    public URL getResource(String name) {
      return isOwn(name) ? null : super.getResource(name);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
      return isOwn(name) ? Collections.emptyEnumeration() : super.getResources(name);
    }

    @Override
    public InputStream getResourceAsStream(String name) {
      return isOwn(name) ? null : super.getResourceAsStream(name);
    }

    private static boolean isOwn(String name) {
      return name.contains("io/prumerge/") || name.contains("io.prumerge.");
    }
  }
}
