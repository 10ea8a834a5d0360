package stranger;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.benchmark.AnswerRuleFactory;
import io.prumerge.console.CodeOrigin;
import io.prumerge.reduction.ReducerFactory;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.ToolProvider;

/**
 * Somebody's own rule or method, compiled against this project's classes and seen by no test's
 * class path.
 */
public final class OwnJar {

  private static final Path EXAMPLES =
      Path.of(System.getProperty("project.root"), "jobs/src/test/java/stranger");

  private OwnJar() {}

  /**
   * Compiles the example of jobs/BENCHMARKS.md as a class {@code elsewhere.FirstWord}.
   *
   * @param jar where it is packed; its folder must be empty or missing
   * @param from a text of the example's source that is replaced
   */
  public static Path of(Path jar, String from, String to) throws IOException {
    return packed(jar, "FirstWord", AnswerRuleFactory.class, "FirstWord", from, to);
  }

  /**
   * Compiles the example of udfs/README.md as a class {@code elsewhere.EdgeFirst}.
   *
   * @param jar as {@link #of(Path, String, String)} takes it
   */
  public static Path ofMethod(Path jar, String from, String to) throws IOException {
    return packed(jar, "EdgeFirst", ReducerFactory.class, "EdgeFirst$Factory", from, to);
  }

  private static Path packed(
      Path jar, String example, Class<?> service, String factory, String from, String to)
      throws IOException {
    String name = example + ".java";
    String source = Files.readString(EXAMPLES.resolve(name));
    assertThat(source).contains(from);
    Path folder = Files.createDirectories(jar.getParent());
    Path file = folder.resolve(name);
    Files.writeString(
        file, source.replace(from, to).replace("package stranger", "package elsewhere"));
    ByteArrayOutputStream problems = new ByteArrayOutputStream();
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, problems, "-d", "" + folder, "-cp", classPath(), "" + file);
    assertThat(code).as(problems.toString(StandardCharsets.UTF_8)).isZero();
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out);
        Stream<Path> classes = Files.list(folder.resolve("elsewhere"))) {
      entries.putNextEntry(new ZipEntry("META-INF/services/" + service.getName()));
      entries.write(("elsewhere." + factory + "\n").getBytes(StandardCharsets.UTF_8));
      for (Path made : classes.sorted().toList()) {
        entries.putNextEntry(new ZipEntry("elsewhere/" + made.getFileName()));
        Files.copy(made, entries);
      }
    }
    return jar;
  }

  /** Compiles the example as it is. */
  public static Path of(Path jar) throws IOException {
    return of(jar, "first-word", "first-word");
  }

  private static String classPath() {
    return Stream.of(AnswerRuleFactory.class, ReducerFactory.class)
        .map(type -> CodeOrigin.of(type).toString())
        .collect(Collectors.joining(File.pathSeparator));
  }
}
