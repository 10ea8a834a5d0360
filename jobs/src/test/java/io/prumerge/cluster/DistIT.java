package io.prumerge.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The distribution and the wheel: what is in them, and that they work in an empty folder with a JDK
 * and Python alone.
 */
@EnabledIfSystemProperty(named = "dist", matches = ".+", disabledReason = "needs -Pdist")
@Tag("process")
@Tag("slow")
class DistIT {

  private static final Path DIST = Path.of(System.getProperty("dist", "."));
  private static final Path ROOT = Path.of(System.getProperty("project.root"));
  private static final String OWN_LINE = "spark-3.5_2.12";
  private static final int MINUTES = 10;

  /** Rows, scores and errors of {@code load} and {@code answers} against the run's own report. */
  private static final String READ =
      """
      import shutil
      import sys

      import prumerge_spark
      import pyarrow.dataset as ds

      demo = sys.argv[1]
      run = demo + '/run'
      tables = prumerge_spark.load(run)
      assert {'predictions', 'scores', 'metrics', 'efficiency', 'summary', 'runs'} <= set(tables), list(tables)
      assert prumerge_spark.load(demo + '/report')['runs'].count_rows() == 2
      assert prumerge_spark.load('file://' + run)['scores'].count_rows() > tables['predictions'].count_rows()

      answers = prumerge_spark.answers(run)
      assert answers.num_rows == tables['predictions'].count_rows()
      answers = answers.to_pandas()
      assert not answers.duplicated(['benchmark', 'split', 'method', 'question_id']).any()
      assert answers[['prompt', 'answer', 'gold', 'score', 'visual_tokens_after']].notna().all(axis=None)
      assert answers.error.isna().all()

      metrics = tables['metrics'].to_table().to_pandas().query("family == 'confirmatory'")
      metrics = metrics[metrics.benchmark.isin(['vqav2', 'textvqa'])]  # whose figures are mean scores
      assert len(metrics) == 2 * answers.method.nunique()
      means = 100 * answers.groupby(['benchmark', 'method']).score.mean()
      for row in metrics.itertuples():
          assert abs(means[row.benchmark, row.method] - row.value) < 1e-9, row

      some = prumerge_spark.answers(run, ds.field('method') == 'none').to_pandas()
      assert len(some) == (answers.method == 'none').sum() and set(some.method) == {'none'}
      assert some.score.notna().all()

      shutil.copytree(run, demo + '/unfinished', ignore=shutil.ignore_patterns('_COMPLETE'))
      for folder, problem in [('/unfinished', 'is not finished'), ('/data', 'holds no tables')]:
          try:
              prumerge_spark.load(demo + folder)
              raise AssertionError(folder)
          except ValueError as refused:
              assert problem in str(refused), refused

      rows = prumerge_spark.estimate(
          model='conf/mini-llava', precision=['fp16', 'w8a8'], json=True, spark={'spark.driver.memory': '1g'})['rows']
      assert {row['precision'] for row in rows} == {'fp16', 'w8a8'}, rows[0]
      print('all is as it should be')
      """;

  @TempDir private static Path temp;
  private static Path wheel;
  private static Path tarball;

  @BeforeAll
  static void find() throws IOException {
    wheel = only(".whl");
    tarball = only("-bin.tar.gz");
  }

  private static Path only(String end) throws IOException {
    try (Stream<Path> files = Files.list(DIST)) {
      List<Path> found = files.filter(file -> file.toString().endsWith(end)).toList();
      assertThat(found).as("files *%s in %s", end, DIST).hasSize(1);
      return found.get(0);
    }
  }

  private record Result(int code, String out, String err) {}

  /** Runs a program in a folder, with a JDK and no Spark but the one that {@code more} names. */
  private static Result run(Path folder, Map<String, String> more, String... command)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile(temp, "out", ".log");
    Path err = Files.createTempFile(temp, "err", ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().keySet().removeIf(name -> name.matches("SPARK_.*|PYTHON.*|PRUMERGE_.*"));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("SPARK_SUBMIT_OPTS", System.getProperty("jvm.tests", ""));
    builder.environment().put("OMP_WAIT_POLICY", "PASSIVE");
    builder.environment().put("PRUMERGE_CLASS_ARCHIVE", "off");
    builder.environment().putAll(more);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES)).as("ends in time").isTrue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  private static Result ran(Path folder, Map<String, String> more, String... command)
      throws IOException, InterruptedException {
    Result result = run(folder, more, command);
    assertThat(result.code()).as(result.out() + result.err()).isZero();
    return result;
  }

  private static String text(ZipFile zip, String end) throws IOException {
    ZipEntry entry =
        zip.stream().filter(one -> one.getName().endsWith(end)).findFirst().orElseThrow();
    return new String(zip.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8);
  }

  /**
   * PyPA, "Recording installed projects": all files with their SHA-256 and size, itself without.
   */
  @Test
  void recordIsOfTheFilesInTheWheel() throws Exception {
    List<String> expected = new ArrayList<>();
    String last = "";
    try (ZipFile zip = new ZipFile(wheel.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        assertThat(entry.getTimeLocal()).isEqualTo(LocalDateTime.of(1980, 1, 1, 0, 0));
        last = entry.getName();
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        long size = 0;
        try (InputStream in = zip.getInputStream(entry)) {
          byte[] buffer = new byte[1 << 16];
          for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            digest.update(buffer, 0, n);
            size += n;
          }
        }
        String hash = Base64.getUrlEncoder().encodeToString(digest.digest()).replace("=", "");
        expected.add(
            last.endsWith("/RECORD") ? last + ",," : "%s,sha256=%s,%d".formatted(last, hash, size));
      }
      assertThat(text(zip, "/RECORD").lines()).containsExactlyElementsOf(expected);
      assertThat(last).endsWith(".dist-info/RECORD");
    }
  }

  @Test
  void theWheelSaysWhatItsNameSays() throws Exception {
    String[] name = wheel.getFileName().toString().replace(".whl", "").split("-");
    assertThat(name).hasSize(5);
    assertThat(name[1]).as("PEP 440").matches("\\d+(\\.\\d+)*(\\.dev\\d+)?");
    try (ZipFile zip = new ZipFile(wheel.toFile())) {
      assertThat(text(zip, name[0] + "-" + name[1] + ".dist-info/METADATA").lines())
          .contains("Name: prumerge-spark", "Version: " + name[1])
          .contains(
              lines().size() > 1
                  ? "Requires-Dist: pyspark >=3.5, <4.2, !=4.0.*"
                  : "Requires-Dist: pyspark >=3.5, <3.6")
          .noneMatch(line -> line.contains("@") || line.contains("$"));
      assertThat(text(zip, ".dist-info/WHEEL").lines())
          .contains(
              "Wheel-Version: 1.0",
              "Root-Is-Purelib: false",
              "Tag: " + String.join("-", Arrays.copyOfRange(name, 2, 5)));
    }
  }

  /** Returns the folders of the wheel's jars for the lines of Spark. */
  private static List<Path> lines() throws IOException {
    try (Stream<Path> folders = Files.list(DIST.resolve("wheel/prumerge_spark/jars"))) {
      return folders
          .filter(folder -> folder.getFileName().toString().startsWith("spark-"))
          .toList();
    }
  }

  /** Of one line and of another: the libraries, which are there once, are those of both. */
  @Test
  void theJarsForALineHaveWhatTheArchivesJarHas() throws Exception {
    Path archive = DIST.resolve(tarball.getFileName().toString().replace("-bin.tar.gz", ""));
    List<Path> lines = lines();
    assertThat(lines).extracting(line -> line.getFileName().toString()).contains(OWN_LINE);
    for (Path line : lines) {
      Path code = line.resolve("prumerge-spark-code.jar");
      Map<String, Long> here = new TreeMap<>(contents(code));
      try (JarFile jar = new JarFile(code.toFile())) {
        for (String name :
            jar.getManifest().getMainAttributes().getValue("Class-Path").split(" ")) {
          contents(line.resolve(name))
              .forEach((entry, crc) -> assertThat(here.put(entry, crc)).isIn(null, crc));
        }
      }
      assertThat(here)
          .isEqualTo(
              contents(
                  archive.resolve("jars").resolve(line.getFileName() + "/prumerge-spark-cpu.jar")));
    }
  }

  /** Returns the checksum of each file in a jar but the manifest. */
  private static Map<String, Long> contents(Path jar) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      return zip.stream()
          .filter(entry -> !entry.isDirectory() && !entry.getName().equals(JarFile.MANIFEST_NAME))
          .collect(
              Collectors.toMap(ZipEntry::getName, ZipEntry::getCrc, (a, b) -> a, TreeMap::new));
    }
  }

  @Test
  void aWheelRequiresTheLinesThatItHasJarsFor() throws Exception {
    Path folder = temp.resolve("tiny");
    for (String line : List.of("spark-3.5_2.12", "spark-4.1_2.13", "spark-4.3_2.13")) {
      Files.createFile(
          Files.createDirectories(folder.resolve("p/jars").resolve(line)).resolve("a.jar"));
    }
    Files.writeString(
        Files.createDirectories(folder.resolve("p-1.dist-info")).resolve("METADATA"),
        "Requires-Dist: pyspark @pyspark@\n");
    Path file = temp.resolve("tiny.zip");
    ran(
        temp,
        Map.of(),
        Path.of(System.getProperty("java.home"), "bin/java").toString(),
        ROOT.resolve("jobs/src/dist/java/Wheel.java").toString(),
        folder.toString(),
        file.toString());

    try (ZipFile zip = new ZipFile(file.toFile())) {
      assertThat(text(zip, "METADATA"))
          .isEqualTo("Requires-Dist: pyspark >=3.5, <4.4, !=4.0.*, !=4.2.*\n");
    }
  }

  @Test
  void aLineAddsLessThanFiveMegabytesToTheWheel() throws Exception {
    try (ZipFile zip = new ZipFile(wheel.toFile())) {
      assertThat(Collections.list(zip.entries()))
          .filteredOn(entry -> entry.getName().contains("/jars/spark-"))
          .hasSameSizeAs(lines())
          .allSatisfy(entry -> assertThat(entry.getCompressedSize()).isLessThan(5_000_000));
    }
  }

  @Test
  void allLinesAreOfTheCommitThatTheFolderNames() throws Exception {
    for (Path line : lines()) {
      try (ZipFile jar = new ZipFile(line.resolve("prumerge-spark-code.jar").toFile())) {
        Properties built = new Properties();
        built.load(new StringReader(text(jar, "console/build.properties")));
        assertThat(DIST.resolve(built.getProperty("commit", "unknown"))).as("%s", line).exists();
      }
    }
  }

  /** A library that needs a newer glibc than the system has does not load. */
  @Test
  void theTagIsTheNewestGlibcThatALibraryNeeds() throws Exception {
    String platform = System.getProperty("libtorch.platform");
    Matcher tag = Pattern.compile("manylinux_2_(\\d+)_").matcher(wheel.toString());
    assumeTrue(tag.find(), platform);
    String machine = platform.replace("linux-", "");
    int newest = 0;
    try (ZipInputStream jar =
        new ZipInputStream(Files.newInputStream(Path.of(System.getProperty("cpu.jar"))))) {
      for (ZipEntry entry = jar.getNextEntry(); entry != null; entry = jar.getNextEntry()) {
        if (entry.getName().matches(".*/(linux-|Linux/)" + machine + "/.*\\.so[.\\d]*")) {
          newest = Math.max(newest, glibc(jar));
        }
      }
    }

    assertThat(newest).isEqualTo(Integer.parseInt(tag.group(1)));
  }

  /** Returns the newest x of the symbols {@code GLIBC_2.x}, part by part, as libtorch is large. */
  private static int glibc(InputStream library) throws IOException {
    int newest = 0;
    String end = "";
    byte[] part = library.readNBytes(1 << 20);
    while (part.length > 0) {
      String text = end + new String(part, StandardCharsets.ISO_8859_1);
      Matcher needed = Pattern.compile("GLIBC_2\\.(\\d+)").matcher(text);
      while (needed.find()) {
        newest = Math.max(newest, Integer.parseInt(needed.group(1)));
      }
      end = text.substring(Math.max(0, text.length() - "GLIBC_2.99".length()));
      part = library.readNBytes(1 << 20);
    }
    return newest;
  }

  @Test
  void worksWithAJdkAndPythonAlone() throws Exception {
    Path environment = temp.resolve("venv");
    Path bin = environment.resolve("bin");
    String pip = bin.resolve("pip").toString();
    Path empty = Files.createDirectories(temp.resolve("empty"));
    String python = System.getenv().getOrDefault("PYTHON", "python3");
    Result made = run(temp, Map.of(), python, "-m", "venv", environment.toString());
    assumeTrue(made.code() == 0, () -> "no Python environment: " + made.out() + made.err());
    Result fetched = run(empty, Map.of(), requirements(pip));
    assumeTrue(fetched.code() == 0, () -> "not to be installed: " + fetched.err());

    ran(empty, Map.of(), pip, "install", "-q", "--no-index", wheel.toString());
    String command = bin.resolve("prumerge-spark").toString();
    String output = "prumerge-out/demo";
    Result demo = ran(empty, Map.of(), command, "demo", "--images", "8", "--output", output);
    assertThat(demo.out()).contains("What PruMerge costs and saves", "Which tokens?");
    assertThat(demo.err()).doesNotContain(" INFO ");
    Path run = empty.resolve(output).resolve("run");
    assertThat(run.resolve("_COMPLETE")).exists();
    Result read =
        ran(
            empty,
            Map.of(),
            bin.resolve("python").toString(),
            "-c",
            READ,
            empty.resolve(output).toString());
    assertThat(read.out()).contains("all is as it should be");

    ran(temp, Map.of(), "tar", "xzf", tarball.toString());
    Path home = temp.resolve(tarball.getFileName().toString().replace("-bin.tar.gz", ""));
    Map<String, String> spark = Map.of("SPARK_HOME", pyspark(environment).toString());
    String launcher = home.resolve("bin/prumerge-spark").toString();
    Result report =
        ran(
            empty,
            spark,
            launcher,
            "report",
            "--runs",
            run.toString(),
            "--output",
            "report",
            "--verbose");
    assertThat(report.err()).contains(" INFO ");
    assertThat(empty.resolve("report/report.html")).exists();
    for (String jar : List.of("cluster.jar", "cpu.jar")) {
      Path ours = Path.of(System.getProperty(jar));
      assertThat(home.resolve("jars").resolve(OWN_LINE).resolve(ours.getFileName()))
          .hasSameBinaryContentAs(ours);
    }
  }

  /** What the wheel depends on, in the versions of the notebooks, which CI has fetched before. */
  private static String[] requirements(String pip) throws IOException {
    List<String> command = new ArrayList<>(List.of(pip, "install", "-q", "--no-compile"));
    command.addAll(List.of("-c", ROOT.resolve("notebooks/requirements.txt").toString()));
    try (ZipFile zip = new ZipFile(wheel.toFile())) {
      text(zip, ".dist-info/METADATA")
          .lines()
          .filter(line -> line.startsWith("Requires-Dist: "))
          .forEach(line -> command.add(line.replace("Requires-Dist: ", "")));
    }
    return command.toArray(String[]::new);
  }

  private static Path pyspark(Path environment) throws IOException {
    try (Stream<Path> files = Files.walk(environment, 5)) {
      return files
          .filter(file -> file.endsWith(String.join(File.separator, "site-packages", "pyspark")))
          .findFirst()
          .orElseThrow();
    }
  }
}
