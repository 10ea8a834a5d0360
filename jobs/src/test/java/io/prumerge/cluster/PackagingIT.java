package io.prumerge.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.family.Families;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is in the two jars, and what is not. */
@Tag("process")
@Tag("slow")
class PackagingIT {

  private static final String LIBTORCH = "pytorch/cpu/";

  /** Where Spark's own classes and those of what it ships would lie. */
  private static final List<String> SPARKS_OWN =
      List.of(
          "org/apache/spark/",
          "scala/",
          "org/apache/hadoop/",
          "com/fasterxml/",
          "org/slf4j/",
          "org/apache/logging/",
          "org/apache/commons/",
          "com/google/gson/");

  /** Class names before relocation; after a dot it is an address such as github.com. */
  private static final Pattern OLD_NAME =
      Pattern.compile(
          "(?<!\\.)(com[/.]google[/.](gson|re2j)[/.]|org[/.]apache[/.]commons[/.]compress[/.])");

  private static JarFile jar(String property) throws IOException {
    return new JarFile(System.getProperty(property));
  }

  private static List<String> entries(JarFile jar) {
    List<String> names = new ArrayList<>();
    Enumeration<JarEntry> entries = jar.entries();
    while (entries.hasMoreElements()) {
      names.add(entries.nextElement().getName());
    }
    return names;
  }

  private static String text(JarFile jar, String entry) throws IOException {
    return new String(
        jar.getInputStream(jar.getEntry(entry)).readAllBytes(), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cluster.jar", "cpu.jar"})
  void leaveToSparkWhatSparkBrings(String property) throws IOException {
    try (JarFile jar = jar(property)) {
      List<String> entries = entries(jar);
      assertThat(entries).doesNotHaveDuplicates();
      assertThat(entries).noneMatch(name -> SPARKS_OWN.stream().anyMatch(name::startsWith));
      assertThat(entries).noneMatch(name -> name.matches("META-INF/.*\\.(SF|DSA|RSA)"));
      assertThat(entries).noneMatch(name -> name.endsWith("module-info.class"));
    }
  }

  /** Else an older one only says that some class has another version than it knows. */
  @ParameterizedTest
  @ValueSource(strings = {"cluster.jar", "cpu.jar"})
  void everyJavaThatSparkStartsOnCanLoadTheEntryPoint(String property) throws IOException {
    try (JarFile jar = jar(property)) {
      byte[] entryPoint =
          jar.getInputStream(jar.getEntry("io/prumerge/jobs/Main.class")).readNBytes(8);

      assertThat(entryPoint[7]).as("class files of Java 8").isEqualTo((byte) 52);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cluster.jar", "cpu.jar"})
  void bringAllThatIsNeededAtRunTime(String property) throws IOException {
    String platform = System.getProperty("libtorch.platform");
    try (JarFile jar = jar(property)) {
      List<String> entries = entries(jar);
      assertThat(entries)
          .contains(
              "io/prumerge/jobs/Main.class",
              "io/prumerge/torchscript/llama.torchscript",
              "io/prumerge/estimate/hardware.yaml",
              "io/prumerge/console/build.properties",
              "ai/djl/engine/api.properties",
              "pytorch-engine.properties",
              "jnilib/pytorch.properties",
              "native/lib/tokenizers.properties",
              "META-INF/LICENSE",
              "META-INF/NOTICE");
      assertThat(entries).anyMatch(name -> name.startsWith("jnilib/" + platform + "/cpu/"));
      assertThat(entries).anyMatch(name -> name.startsWith("jnilib/linux-x86_64/cu128/"));
      assertThat(entries).anyMatch(name -> name.startsWith("native/lib/" + platform + "/cpu/"));
      assertThat(entries).anyMatch(name -> name.matches("native/.*webp-imageio\\.(so|dylib|dll)"));
      assertThat(jar.getManifest().getMainAttributes().getValue("Main-Class"))
          .isEqualTo("io.prumerge.jobs.Main");
      assertThat(jar.getManifest().getMainAttributes().getValue("Implementation-Version"))
          .isNotEmpty();
    }
  }

  /** A class that still asked for the old name would get Spark's older version. */
  @Test
  void relocateWhatSparkHasInOlderVersions() throws IOException {
    try (JarFile jar = jar("cluster.jar")) {
      for (String name : entries(jar)) {
        if (name.endsWith(".class") || name.startsWith("META-INF/services/")) {
          byte[] content = jar.getInputStream(jar.getEntry(name)).readAllBytes();
          assertThat(OLD_NAME.matcher(new String(content, StandardCharsets.ISO_8859_1)).find())
              .as(name)
              .isFalse();
        }
      }
      assertThat(entries(jar))
          .contains("io/prumerge/shaded/gson/Gson.class", "io/prumerge/shaded/re2j/Pattern.class")
          .anyMatch(name -> name.startsWith("io/prumerge/shaded/commons/compress/"));
    }
  }

  @Test
  void mergeServices() throws IOException {
    try (JarFile jar = jar("cluster.jar")) {
      assertThat(text(jar, "META-INF/services/ai.djl.engine.EngineProvider"))
          .contains(
              "ai.djl.pytorch.engine.PtEngineProvider", "ai.djl.engine.rust.RsEngineProvider");
      assertThat(text(jar, "META-INF/services/org.apache.spark.sql.SparkSessionExtensionsProvider"))
          .contains("io.prumerge.spark.PrumergeExtensions");
      Set<String> entries = new HashSet<>(entries(jar));
      for (String service : entries) {
        if (service.startsWith("META-INF/services/") && !service.endsWith("/")) {
          for (String line : text(jar, service).lines().toList()) {
            String type = line.strip();
            if (!type.isEmpty() && !type.startsWith("#")) {
              assertThat(entries).contains(type.replace('.', '/') + ".class");
            }
          }
        }
      }
    }
  }

  /** Asks the packed classes themselves, whose services file is merged of several jars'. */
  @ParameterizedTest
  @ValueSource(strings = {"cluster.jar", "cpu.jar"})
  void knowAllFamiliesOfModels(String property) throws Exception {
    URL jar = Path.of(System.getProperty(property)).toUri().toURL();
    try (URLClassLoader packed =
        new URLClassLoader(new URL[] {jar}, getClass().getClassLoader()) {
          @Override
          protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            boolean own = name.startsWith("io.prumerge.") && findLoadedClass(name) == null;
            return own ? findClass(name) : super.loadClass(name, resolve);
          }

          @Override
          public Enumeration<URL> getResources(String name) throws IOException {
            return findResources(name);
          }
        }) {
      Object all = packed.loadClass(Families.class.getName()).getMethod("all").invoke(null);
      assertThat(all).hasToString(Families.all().toString());
    }
  }

  @Test
  void differByLibtorchAndDuckDbOnly() throws IOException {
    try (JarFile cluster = jar("cluster.jar");
        JarFile cpu = jar("cpu.jar")) {
      assertThat(entries(cluster)).noneMatch(name -> name.startsWith("pytorch/"));
      assertThat(Files.size(Path.of(cluster.getName()))).isLessThan(64L << 20);
      List<String> more = entries(cpu);
      more.removeAll(entries(cluster));
      String libraries = LIBTORCH + System.getProperty("libtorch.platform") + "/";
      assertThat(more)
          .contains("native/lib/pytorch.properties")
          .contains("org/duckdb/DuckDBDriver.class")
          .anyMatch(name -> name.startsWith(libraries) && name.contains("torch_cpu"))
          .anyMatch(name -> name.startsWith("libduckdb_java.so_"))
          .allMatch(
              name ->
                  name.startsWith("pytorch/")
                      || name.startsWith("native/lib/")
                      || name.equals("org/")
                      || name.startsWith("org/duckdb/")
                      || name.startsWith("libduckdb_java.so_")
                      || name.equals("META-INF/services/java.sql.Driver")
                      || name.startsWith("META-INF/native-image/"));
      for (String name : entries(cluster)) {
        ZipEntry same = cpu.getEntry(name);
        assertThat(same.getCrc()).as(name).isEqualTo(cluster.getEntry(name).getCrc());
      }
    }
  }
}
