package io.prumerge;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.console.Console;
import io.prumerge.mini.MiniFolder;
import io.prumerge.mini.scene.Split;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The project that {@code jobs/API.md} shows, built by Maven and run in a folder of its own. Maven
 * has this build's libraries, fetches those that only a project of its own gets, and has this
 * version as {@code ./mvnw install} puts it into a local repository.
 */
@Tag("process")
@Tag("slow")
class ExampleProjectTest {

  private static final Path ROOT = Path.of(System.getProperty("project.root"));
  private static final int MOST_LINES = 60;
  private static final int MINUTES = 10;

  @TempDir private static Path folder;

  @Test
  void thePageShowsAProjectThatBuildsAndRuns() throws Exception {
    String page = Files.readString(ROOT.resolve("jobs/API.md"));
    String pom = first("(?s)```xml project\n(.*?)```", page);
    String code = first("(?s)```java project\n(.*?)```", page);
    assertThat(pom.lines().count() + code.lines().count()).isLessThan(MOST_LINES);
    Path project = Files.createDirectory(folder.resolve("first-run"));
    Path sources = Files.createDirectories(project.resolve("src/main/java"));
    Files.writeString(project.resolve("pom.xml"), pom);
    Files.writeString(sources.resolve("FirstRun.java"), code);
    String version = first("<version>(.*?)</version>", Files.readString(ROOT.resolve("pom.xml")));
    install("prumerge-spark-parent", version, "pom.xml");
    install("prumerge-udfs", version, "udfs/pom.xml");
    install("prumerge-jobs", version, "jobs/pom.xml");

    run(
        project,
        List.of(
            ROOT.resolve("mvnw").toString(),
            "--no-snapshot-updates",
            "--batch-mode",
            "--quiet",
            "-Dmaven.repo.local=" + folder.resolve("repository"),
            "-Dmaven.repo.local.tail=" + System.getProperty("localRepository"),
            plugin("maven-compiler-plugin") + ":compile",
            plugin("maven-jar-plugin") + ":jar"));

    new MiniFolder(folder.resolve("data"), Console.SILENT).write(Split.TEST, 7, 2);
    String jar = project.resolve("target/first-run-1.jar").toString();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(System.getProperty("jvm.tests").split(" ")));
    command.addAll(
        List.of(
            "@" + System.getProperty("jvm.options"),
            "-Dspark.master=local[2]",
            "-Dspark.ui.enabled=false",
            "-Dspark.driver.host=127.0.0.1",
            "-Dspark.sql.shuffle.partitions=2",
            "-Dlog4j2.configurationFile=" + System.getProperty("log4j2.configurationFile"),
            "-cp",
            jar + File.pathSeparator + System.getProperty("java.class.path"),
            "FirstRun",
            ROOT.resolve("conf/mini-llava").toString(),
            folder.resolve("data/pope").toString(),
            folder.resolve("run").toString()));
    String printed = run(project, command);

    assertThat(printed).containsPattern("\\| +none\\| *100\\.0\\|").contains("prumerge|");
    assertThat(folder.resolve("run/_COMPLETE")).exists();
  }

  private static String first(String pattern, String text) {
    Matcher found = Pattern.compile(pattern).matcher(text);
    assertThat(found.find()).as(pattern).isTrue();
    return found.group(1);
  }

  /** Returns a plugin in this build's version, which is there. */
  private static String plugin(String name) throws IOException {
    String version =
        first(
            "<artifactId>" + name + "</artifactId>\\s*<version>(.*?)</version>",
            Files.readString(ROOT.resolve("pom.xml")));
    return "org.apache.maven.plugins:" + name + ":" + version;
  }

  /** Puts a module into the local repository: its POM and, if it has classes, their jar. */
  private static void install(String name, String version, String pom) throws IOException {
    Path place =
        Files.createDirectories(
            folder.resolve("repository/io/prumerge").resolve(name).resolve(version));
    Files.copy(ROOT.resolve(pom), place.resolve(name + "-" + version + ".pom"));
    Path classes = ROOT.resolve(pom).resolveSibling("target/classes");
    if (Files.exists(classes)) {
      jar(classes, place.resolve(name + "-" + version + ".jar"));
    }
  }

  private static void jar(Path classes, Path jar) throws IOException {
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file);
        Stream<Path> entries = Files.walk(classes)) {
      for (Path entry : entries.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(entry).toString().replace('\\', '/')));
        Files.copy(entry, out);
        out.closeEntry();
      }
    }
  }

  /** Runs a program in a folder and returns what it prints; it must end well. */
  private static String run(Path place, List<String> command)
      throws IOException, InterruptedException {
    Path log = Files.createTempFile(folder, "printed", ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(place.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("MAVEN_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
    Process process = builder.start();
    try {
      assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES)).as("it ends").isTrue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    String printed = Files.readString(log);
    assertThat(process.exitValue()).as(printed).isZero();
    return printed;
  }
}
