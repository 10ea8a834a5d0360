package io.prumerge.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.prumerge.report.page.CardView;
import io.prumerge.store.CompleteTables;
import io.prumerge.store.Json;
import io.prumerge.store.RunFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher, with a spark-submit that prints what it gets. {@code DistIT} has a real one. */
@DisabledOnOs(OS.WINDOWS)
@Tag("process")
class LauncherTest {

  private static final String CPU = "jars/spark-3.5_2.12/prumerge-spark-cpu.jar";
  private static final String CLUSTER = "jars/spark-3.5_2.12/prumerge-spark.jar";

  private static final String QUICK =
      "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m -XX:MetaspaceSize=256m"
          + " -XX:+UseSerialGC -Xmn320m ";

  /** What Spark's scripts and the launcher itself call. */
  private static final String SYSTEM_PATH = "/usr/bin:/bin";

  private static final Duration ARCHIVE_WAIT = Duration.ofMinutes(20);

  @TempDir private Path temp;
  private Path home;
  private Path spark;

  @BeforeEach
  void makeADistributionAndASpark() throws IOException {
    home = temp.toRealPath().resolve("a folder");
    spark = spark("spark", "spark-core_2.12-3.5.9.jar");
    Path source = Path.of(System.getProperty("project.root"), "jobs/src/dist/bin/prumerge-spark");
    Files.createDirectories(home.resolve("bin"));
    Files.copy(source, home.resolve("bin/prumerge-spark"));
    executable(home.resolve("bin/prumerge-spark"));
    for (String jar : List.of(CPU, CLUSTER)) {
      Files.createDirectories(home.resolve(jar).getParent());
      Files.createFile(home.resolve(jar));
    }
  }

  /** A distribution whose spark-submit prints each of its arguments in a line. */
  private Path spark(String name, String core) throws IOException {
    Path folder = Files.createDirectories(temp.toRealPath().resolve(name));
    Files.createDirectories(folder.resolve("jars"));
    Files.createFile(folder.resolve("jars").resolve(core));
    script(folder.resolve("bin/spark-submit"), "printf '%s\\n' \"$@\"");
    return folder;
  }

  private static Path script(Path file, String lines) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/usr/bin/env bash\n" + lines + "\n");
    return executable(file);
  }

  private static Path executable(Path file) {
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }

  private record Result(int code, String out, String err) {}

  private Result run(Map<String, String> environment, String... arguments) throws Exception {
    return run(home.resolve("bin/prumerge-spark"), environment, arguments);
  }

  private Result run(Path launcher, Map<String, String> environment, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().put("PATH", SYSTEM_PATH);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    Path err = Files.createTempFile(temp, "err", "");
    Process process = builder.redirectError(err.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), out, Files.readString(err));
  }

  private List<String> arguments(Map<String, String> environment, String... arguments)
      throws Exception {
    Result result = run(environment, arguments);
    assertThat(result.code()).as(result.err()).isZero();
    return result.out().lines().toList();
  }

  private Map<String, String> here() {
    return Map.of("SPARK_HOME", spark.toString());
  }

  /** Returns the jar that spark-submit gets. */
  private Path jar(Map<String, String> more, String... arguments) throws Exception {
    Map<String, String> environment = new HashMap<>(more);
    environment.putAll(here());
    List<String> got = arguments(environment, arguments);
    return Path.of(got.get(got.indexOf("io.prumerge.jobs.Main") + 1));
  }

  private static void refused(Result result, String line) {
    assertThat(result.err().lines()).singleElement().isEqualTo("prumerge-spark: " + line);
    assertThat(result.out()).isEmpty();
    assertThat(result.code()).isEqualTo(1);
  }

  @Test
  void optionsOfSparkStandBeforeTheCommand() throws Exception {
    assertThat(
            arguments(
                here(),
                "--master",
                "local[2]",
                "--conf=spark.a=b c",
                "-c",
                "spark.d=e",
                "--verbose",
                "evaluate",
                "--name",
                "*"))
        .containsExactly(
            "--master",
            "local[2]",
            "--conf",
            "spark.a=b c",
            "-c",
            "spark.d=e",
            "--class",
            "io.prumerge.jobs.Main",
            home.resolve(CPU).toString(),
            "--verbose",
            "evaluate",
            "--name",
            "*");
    assertThat(arguments(here()))
        .containsExactly("--class", "io.prumerge.jobs.Main", home.resolve(CPU).toString());
    refused(run(here(), "--master"), "--master needs a value");
  }

  @Test
  void theJarBringsLibtorchUnlessExecutorsAreToldOfAnother() throws Exception {
    Path cpu = home.resolve(CPU);
    Path cluster = home.resolve(CLUSTER);
    String setting = "spark.executorEnv.PYTORCH_LIBRARY_PATH";
    Path file = Files.writeString(temp.resolve("a.conf"), "\n " + setting + "  /opt/lib\n");
    Path other = Files.writeString(temp.resolve("b.conf"), "spark.master yarn\n#" + setting + "\n");

    assertThat(jar(Map.of(), "--master", "spark://a:1", "evaluate")).isEqualTo(cpu);
    assertThat(jar(Map.of(), "--properties-file", other.toString(), "evaluate")).isEqualTo(cpu);
    assertThat(jar(Map.of("PYTORCH_LIBRARY_PATH", "/opt/lib"), "evaluate")).isEqualTo(cluster);
    assertThat(jar(Map.of(), "--conf", setting + "=/opt/lib", "evaluate")).isEqualTo(cluster);
    assertThat(jar(Map.of(), "--properties-file=" + file, "evaluate")).isEqualTo(cluster);
    assertThat(jar(Map.of("PRUMERGE_JAR", "local:///a.jar"), "--conf", setting + "=/opt/lib"))
        .isEqualTo(Path.of("local:///a.jar"));
    Files.createDirectories(spark.resolve("conf"));
    Files.copy(file, spark.resolve("conf/spark-defaults.conf"));
    assertThat(jar(Map.of(), "evaluate")).isEqualTo(cluster);
    Files.delete(cluster);
    assertThat(jar(Map.of(), "evaluate")).as("without the other").isEqualTo(cpu);
  }

  @Test
  void theJarIsThatOfTheSparkThatIsFound() throws Exception {
    Path four = spark("four", "spark-core_2.13-4.1.2.jar");
    Map<String, String> onFour = Map.of("SPARK_HOME", four.toString());

    refused(
        run(onFour, "demo"),
        four
            + " is Spark 4.1.2 with Scala 2.13, for which there is no jar here; point SPARK_HOME to"
            + " Spark 3.5 with Scala 2.12 (pip install 'pyspark==3.5.*')");

    Path jar = home.resolve("jars/spark-4.1_2.13/prumerge-spark-cpu.jar");
    Files.createDirectories(jar.getParent());
    Files.createFile(jar);
    assertThat(arguments(onFour, "demo")).contains(jar.toString());
    assertThat(jar(Map.of(), "demo")).isEqualTo(home.resolve(CPU));

    Path scala = spark("scala", "spark-core_2.13-3.5.9.jar");
    refused(
        run(Map.of("SPARK_HOME", scala.toString()), "demo"),
        scala
            + " is Spark 3.5.9 with Scala 2.13, for which there is no jar here; point SPARK_HOME to"
            + " Spark 3.5 with Scala 2.12 (pip install 'pyspark==3.5.*') or 4.1 with Scala 2.13"
            + " (pip install 'pyspark==4.1.*')");
  }

  /** The wheel's jar names them, by which this machine finds them, but no other does. */
  @Test
  void theLibrariesOfAWheelGoToExecutorsOnOtherMachines() throws Exception {
    Path code = home.resolve(CPU).resolveSibling("prumerge-spark-code.jar");
    Path libraries = Files.createDirectories(home.resolve("jars/libraries"));
    List<Path> jars = List.of(code, libraries.resolve("a.jar"), libraries.resolve("b.jar"));
    for (Path jar : jars) {
      Files.createFile(jar);
    }
    String both = jars.get(1) + "," + jars.get(2);

    assertThat(jar(Map.of(), "evaluate")).isEqualTo(code);
    assertThat(arguments(here(), "--master", "local[2]", "demo")).doesNotContain("--jars");
    assertThat(arguments(here(), "--master", "yarn", "demo"))
        .containsSubsequence("--jars", both, "--class", code.toString());
    assertThat(arguments(here(), "--master", "yarn", "--jars", "/own.jar", "demo"))
        .containsSubsequence("--jars", "/own.jar", "--jars", both + ",/own.jar");
    assertThat(arguments(here(), "--master", "yarn", "--conf", "spark.jars=/own.jar", "demo"))
        .containsSubsequence("--jars", both + ",/own.jar");
    Map<String, String> own = new HashMap<>(here());
    own.put("PRUMERGE_JAR", "/all.jar");
    assertThat(arguments(own, "--master", "yarn", "demo")).doesNotContain("--jars");
  }

  @Test
  void withoutSparkOneLineSaysWhichToInstall() throws Exception {
    refused(
        run(Map.of(), "demo"),
        "there is no Spark: no spark-submit is on the PATH, and SPARK_HOME is not set; install"
            + " Spark 3.5 with Scala 2.12 (pip install 'pyspark==3.5.*')");
    refused(
        run(Map.of("SPARK_HOME", "/nowhere"), "demo"),
        "SPARK_HOME is /nowhere, which has no bin/spark-submit; point it to Spark 3.5 with Scala"
            + " 2.12 (pip install 'pyspark==3.5.*')");
  }

  /** A distribution's, behind a link; pip's, which is far from its jars; and a vendor's. */
  @Test
  void findsSparkOnThePath() throws Exception {
    Path link = Files.createDirectories(temp.resolve("link"));
    Files.createSymbolicLink(link.resolve("spark-submit"), spark.resolve("bin/spark-submit"));
    Files.writeString(
        spark.resolve("bin/find-spark-home"),
        "export SPARK_HOME=\"$(cd \"$(dirname \"$0\")\"/..; pwd)\"");
    Path pip = Files.createDirectories(temp.resolve("pip"));
    Files.copy(spark.resolve("bin/spark-submit"), pip.resolve("spark-submit"));
    Files.writeString(pip.resolve("find-spark-home"), "export SPARK_HOME='" + spark + "'");
    Path vendor = temp.resolve("vendor");
    script(
        vendor.resolve("spark-submit"),
        """
        if [ "$1" = --version ]; then
          echo 'WARN: a version 9.9 of something else is old' >&2
          printf '%s\\n' 'Welcome to' '   /___/ .__/\\_,_/_/ /_/\\_\\   version 3.5.1-vendor-0' \\
            'Using Scala version 2.12.18, OpenJDK 64-Bit Server VM, 17.0.15' >&2
        else
          printf '%s\\n' "$@"
        fi\
        """);

    for (Path folder : List.of(link, pip, vendor)) {
      assertThat(arguments(Map.of("PATH", folder + ":" + SYSTEM_PATH), "demo"))
          .as(folder.toString())
          .containsExactly(
              "--class", "io.prumerge.jobs.Main", home.resolve(CPU).toString(), "demo");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.8.0_392", "11.0.2", "25", "25.0.1"})
  void refusesAnotherJava(String version) throws Exception {
    Path java =
        script(temp.resolve("jdk/bin/java"), "echo 'openjdk version \"" + version + "\"' >&2");

    refused(
        run(Map.of("SPARK_HOME", spark.toString(), "JAVA_HOME", temp.resolve("jdk").toString())),
        "%s is Java %s; prumerge-spark runs on Java 17 and 21: point JAVA_HOME to one of them"
            .formatted(java, version));
  }

  @Test
  void withoutJavaOneLineSaysWhichToInstall() throws Exception {
    refused(
        run(Map.of("SPARK_HOME", spark.toString(), "JAVA_HOME", "/nowhere"), "demo"),
        "there is no /nowhere/bin/java; install a JDK 17 or 21, and point JAVA_HOME to it");
  }

  @Test
  void aCloneHasNoJars() throws Exception {
    Path clone = script(temp.toRealPath().resolve("clone/bin/prumerge-spark"), "");
    Files.copy(home.resolve("bin/prumerge-spark"), clone, StandardCopyOption.REPLACE_EXISTING);

    refused(
        run(executable(clone), here(), "demo"),
        "there are no jars in %s; ./mvnw -Pdist -DskipTests package makes a folder of launcher and jars"
            .formatted(clone.getParent().resolveSibling("jars")));
  }

  @Test
  void whatIsSetStays() throws Exception {
    script(
        spark.resolve("bin/spark-submit"),
        "printf '%s\\n"
            + "' \"$SPARK_DRIVER_MEMORY\" \"$PRUMERGE_CONF\" \"$SPARK_SUBMIT_OPTS\" | sed"
            + " 's/\"-XX:ErrorFile=.* >&2\" //'");
    Path link = temp.resolve("prumerge-spark");
    Files.createSymbolicLink(link, home.resolve("bin/prumerge-spark"));

    assertThat(run(link, here(), "demo").out().lines().map(String::strip))
        .containsExactly(
            "4g",
            home.resolve("conf").toString(),
            (onGpu() ? "" : QUICK)
                + "\"-Dlog4j2.configurationFile="
                + home.resolve("conf/log4j2.properties")
                + "\"");
    Path conf = Files.createDirectories(temp.resolve("spark-conf"));
    Files.createFile(conf.resolve("log4j2.properties"));
    assertThat(
            arguments(
                Map.of(
                    "SPARK_HOME", spark.toString(),
                    "SPARK_DRIVER_MEMORY", "9g",
                    "PRUMERGE_CONF", "/conf",
                    "SPARK_CONF_DIR", conf.toString(),
                    "SPARK_SUBMIT_OPTS", "-Da=b"),
                "demo"))
        .containsExactly("9g", "/conf", "-Da=b");
  }

  @Test
  void aPathBelowConfThatIsNotHereIsTheDistributions() throws Exception {
    Path conf = Files.createDirectories(home.resolve("conf/spark")).getParent();
    Path pod = Files.createFile(conf.resolve("spark/pod.yaml"));
    Path settings =
        Files.writeString(
            conf.resolve("spark/pods.conf"),
            "spark.files conf/absent.sh\nspark.kubernetes.executor.podTemplateFile conf/spark/pod.yaml\n");

    assertThat(arguments(here(), "--properties-file", "conf/spark/pods.conf", "demo"))
        .startsWith(
            "--properties-file",
            settings.toString(),
            "--conf",
            "spark.kubernetes.executor.podTemplateFile=" + pod,
            "--class");
    assertThat(arguments(here(), "--properties-file=conf/spark/absent.conf", "demo"))
        .startsWith("--properties-file", "conf/spark/absent.conf", "--class");
  }

  /** As where weights that are mapped are cut off; the JVM itself then says what signal it was. */
  @Test
  void aProcessThatNativeCodeEndsLeavesItsLogAndALine() throws Exception {
    script(
        spark.resolve("bin/spark-submit"),
        "eval \"set -- $SPARK_SUBMIT_OPTS\"; exec \"$JAVA_HOME/bin/java\" \"$@\" -cp '"
            + Path.of(BusError.class.getProtectionDomain().getCodeSource().getLocation().toURI())
            + "' "
            + BusError.class.getName());
    Path logs = Files.createDirectories(temp.resolve("crash logs"));
    Result result = run(Map.of("SPARK_HOME", spark.toString(), "TMPDIR", logs.toString()), "demo");

    assertThat(result.code()).as(result.out() + result.err()).isEqualTo(134); // SIGABRT
    Path log;
    try (Stream<Path> files = Files.list(logs)) {
      log = files.filter(file -> file.toString().endsWith(".log")).findFirst().orElseThrow();
    }
    assertThat(log.getFileName().toString()).matches("prumerge-crash-\\d+\\.log");
    assertThat(log).content().contains("SIGBUS");
    assertThat(result.err().lines().filter(line -> line.startsWith("prumerge-spark: ")))
        .singleElement()
        .asString()
        .contains("see " + log + ": if that says SIGBUS", "by mv", "--resume");
  }

  /** Whether this machine has a GPU, for which the driver's JVM keeps its own settings. */
  private static boolean onGpu() {
    return Files.exists(Path.of("/dev/nvidiactl")) || Files.exists(Path.of("/dev/kfd"));
  }

  /** Returns whether spark-submit is told to start a JVM for short work. */
  private boolean quick(Map<String, String> more, String... arguments) throws Exception {
    Map<String, String> environment = new HashMap<>(more);
    environment.putAll(here());
    return arguments(environment, arguments).get(0).startsWith(QUICK);
  }

  /** Returns the folder of a run that is complete with a number of answers. */
  private String run(String name, long answers) throws IOException {
    Path folder = Files.createDirectories(temp.resolve(name));
    Files.writeString(
        folder.resolve(CompleteTables.NAME),
        Json.write(
            new CompleteTables(
                RunFormat.CURRENT,
                "attempt",
                "source",
                answers,
                7,
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>())));
    return folder.toString();
  }

  @Test
  void theDriversJvmIsForShortWorkIfNothingIsSaidAboutIt() throws Exception {
    assumeThat(onGpu()).isFalse();
    script(spark.resolve("bin/spark-submit"), "echo \"$SPARK_SUBMIT_OPTS\"");
    assertThat(quick(Map.of(), "demo")).isTrue();
    assertThat(quick(Map.of(), "--master", "local[4]", "demo")).isTrue();
    assertThat(quick(Map.of(), "--conf", "spark.master=local", "demo")).isTrue();
    assertThat(quick(Map.of(), "--master", "yarn", "--master", "local", "demo")).isTrue();

    assertThat(quick(Map.of(), "report", "run")).isFalse();
    assertThat(quick(Map.of(), "--master", "yarn", "demo")).isFalse();
    assertThat(quick(Map.of(), "--master=local-cluster[2,1,1024]", "demo")).isFalse();
    assertThat(quick(Map.of(), "-c", "spark.master=spark://host:7077", "demo")).isFalse();
    assertThat(quick(Map.of(), "--driver-memory", "16g", "demo")).isFalse();
    assertThat(quick(Map.of(), "--driver-java-options", "-XX:+UseG1GC", "demo")).isFalse();
    assertThat(quick(Map.of(), "-c", "spark.driver.extraJavaOptions=-Da=b", "demo")).isFalse();
    assertThat(quick(Map.of("SPARK_DRIVER_MEMORY", "8g"), "demo")).isFalse();
    assertThat(quick(Map.of("SPARK_SUBMIT_OPTS", "-XX:+UseParallelGC"), "demo")).isFalse();
    String small = run("small", 20_000);
    String large = run("large", 140_000);
    assertThat(quick(Map.of(), "report", "--runs", small, "--output", "new")).isTrue();
    assertThat(quick(Map.of(), "report", "--output", "new", "--runs=" + small)).isTrue();
    assertThat(quick(Map.of(), "report", "--runs", small, small, "--output", "new")).isTrue();
    assertThat(quick(Map.of(), "report", "--runs", small, large, "--output", "new")).isFalse();
    assertThat(quick(Map.of(), "report", "--runs", small, "--runs", large)).isFalse();
    assertThat(quick(Map.of(), "report", "--runs", small, "s3a://runs/a")).isFalse();
    Path properties = spark.resolve("conf/spark-defaults.conf");
    Files.createDirectories(properties.getParent());
    Files.writeString(properties, "  spark.driver.extraJavaOptions  -XX:+UseZGC\n");
    assertThat(quick(Map.of(), "demo")).isFalse();
    Files.writeString(properties, "spark.masters local\nspark.master yarn\n");
    assertThat(quick(Map.of(), "demo")).isFalse();
    assertThat(quick(Map.of(), "--master", "local[*]", "demo")).isTrue();
  }

  /** A spark-submit that starts a JVM as Spark's does, whose jar is of this test's classes. */
  private Map<String, String> withClasses() throws IOException {
    script(
        spark.resolve("bin/spark-submit"),
        """
        if [ -n "$SAY" ]; then echo "$SPARK_SUBMIT_OPTS"; exit; fi
        [ "$1" != --driver-class-path ] || ahead=$2:
        eval "set -- $SPARK_SUBMIT_OPTS"
        exec "$JAVA_HOME/bin/java" -Xlog:class+load -cp \
          "$ahead${SPARK_CONF_DIR:-$SPARK_HOME/conf}/:$SPARK_HOME/jars/*" "$@" %s $FEW
        """
            .formatted(LoadsAPage.class.getName()));
    home = Files.move(home, home.resolveSibling("folder"));
    jar(home.resolve(CPU), LoadsAPage.class, CardView.class);
    jar(spark.resolve("jars/spark-core_2.12-3.5.9.jar"), BusError.class);
    return Map.of("SPARK_HOME", spark.toString(), "XDG_CACHE_HOME", cache().toString());
  }

  private static void jar(Path file, Class<?>... classes) throws IOException {
    try (ZipOutputStream jar = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Class<?> one : classes) {
        String entry = one.getName().replace('.', '/') + ".class";
        jar.putNextEntry(new ZipEntry(entry));
        jar.write(one.getClassLoader().getResourceAsStream(entry).readAllBytes());
      }
    }
  }

  private Path cache() {
    return temp.resolve("a cache");
  }

  /** Returns the archives of classes, after the processes that make them have ended. */
  private List<Path> archives() throws Exception {
    Path folder = cache().resolve("prumerge-spark");
    for (long end = System.nanoTime() + ARCHIVE_WAIT.toNanos(); System.nanoTime() < end; ) {
      try (Stream<Path> files = Files.list(folder)) {
        List<Path> found = files.toList();
        if (found.stream().allMatch(file -> file.toString().endsWith(".jsa"))) {
          return found;
        }
      }
      Thread.sleep(200);
    }
    throw new AssertionError(folder + " still has files of archives in the making");
  }

  private static boolean isFromAnArchive(Result result) {
    assertThat(result.code()).as(result.out() + result.err()).isZero();
    assertThat(result.out()).contains(LoadsAPage.class.getName()).doesNotContain("[cds");
    return result
        .out()
        .lines()
        .anyMatch(line -> line.contains(LoadsAPage.class.getName() + " source: shared objects"));
  }

  /** Returns what the JVM is told about classes: to use an archive, to list for one, or nothing. */
  private String told(Map<String, String> environment, String... more) throws Exception {
    Map<String, String> all = new HashMap<>(environment);
    all.put("SAY", "yes");
    String[] command = Stream.concat(Stream.of(more), Stream.of("demo")).toArray(String[]::new);
    String options = run(all, command).out();
    return options.contains("-XX:SharedArchiveFile=")
        ? "use"
        : options.contains("-XX:DumpLoadedClassList=") ? "list" : "";
  }

  @Test
  void theFirstRunsLeaveAnArchiveOfTheirClasses() throws Exception {
    Map<String, String> environment = withClasses();
    assertThat(told(environment)).isEqualTo("list");
    Map<String, String> few = new HashMap<>(environment);
    few.put("FEW", "classes");
    assertThat(isFromAnArchive(run(few, "evaluate"))).isFalse();
    assertThat(archives()).as("of a run that fails early").isEmpty();

    ExecutorService two = Executors.newFixedThreadPool(2);
    Callable<Result> first = () -> run(environment, "evaluate");
    for (Future<Result> one : two.invokeAll(List.of(first, first))) {
      assertThat(isFromAnArchive(one.get())).isFalse();
    }
    two.shutdown();

    assertThat(archives()).singleElement();
    assertThat(isFromAnArchive(run(environment, "report"))).isTrue();
    Files.createDirectories(spark.resolve("conf"));
    Files.createFile(spark.resolve("conf/spark-env.sh.template"));
    assertThat(isFromAnArchive(run(environment, "report"))).as("with templates").isTrue();
  }

  /**
   * Returns the environment with a Java that writes a line into a file for each archive it makes.
   */
  private Map<String, String> counted(Map<String, String> environment, Path made)
      throws IOException {
    Path java = Path.of(System.getProperty("java.home"), "bin/java");
    script(
        temp.resolve("jdk/bin/java"),
        "[[ \"$*\" != *-Xshare:dump* ]] || { echo one >>'%s'; sleep 2; }\nexec '%s' \"$@\""
            .formatted(made, java));
    Map<String, String> counted = new HashMap<>(environment);
    counted.put("JAVA_HOME", temp.resolve("jdk").toString());
    return counted;
  }

  @Test
  void ofSeveralLaunchersOneMakesTheArchive() throws Exception {
    Path made = temp.resolve("made");
    Map<String, String> environment = counted(withClasses(), made);
    ExecutorService four = Executors.newFixedThreadPool(4);
    Callable<Result> one = () -> run(environment, "evaluate");
    for (Future<Result> ended : four.invokeAll(List.of(one, one, one, one))) {
      assertThat(isFromAnArchive(ended.get())).isFalse();
    }
    four.shutdown();

    Path archive = archives().get(0);
    assertThat(archives()).containsExactly(archive);
    assertThat(Files.readAllLines(made)).hasSize(1);
    assertThat(isFromAnArchive(run(environment, "report"))).isTrue();
  }

  @Test
  void aMakerThatWasKilledLeavesItsLockForHalfAnHour() throws Exception {
    Path made = temp.resolve("made");
    Map<String, String> environment = counted(withClasses(), made);
    run(environment, "evaluate");
    Path archive = archives().get(0);
    Files.delete(archive);
    Path lock = Files.createDirectory(Path.of(archive + ".lock"));
    run(environment, "evaluate");
    awaitNoList();
    assertThat(archive).as("locked").doesNotExist();

    Files.setLastModifiedTime(lock, FileTime.from(Instant.now().minus(Duration.ofMinutes(32))));
    run(environment, "evaluate");
    assertThat(archives()).containsExactly(archive);
    assertThat(Files.readAllLines(made)).hasSize(2);
  }

  private void awaitNoList() throws Exception {
    boolean listed = true;
    for (long end = System.nanoTime() + ARCHIVE_WAIT.toNanos();
        listed && System.nanoTime() < end; ) {
      Thread.sleep(200);
      try (Stream<Path> files = Files.list(cache().resolve("prumerge-spark"))) {
        listed = files.anyMatch(file -> file.toString().endsWith(".list"));
      }
    }
    assertThat(listed).isFalse();
  }

  @Test
  void anArchiveIsOfItsJarsAlone() throws Exception {
    Map<String, String> environment = withClasses();
    run(environment, "demo");
    Path archive = archives().get(0);
    assertThat(told(environment)).isEqualTo("use");
    assertThat(isFromAnArchive(run(environment, "demo"))).isTrue();

    Map<String, String> off = new HashMap<>(environment);
    off.put("PRUMERGE_CLASS_ARCHIVE", "off");
    assertThat(told(off)).isEmpty();
    assertThat(told(environment, "--master", "yarn")).isEmpty();
    assertThat(told(environment, "--driver-class-path", "/a.jar")).isEmpty();
    Files.createDirectories(spark.resolve("conf"));
    Path defaults = Files.createFile(spark.resolve("conf/spark-defaults.conf"));
    assertThat(told(environment)).as("with a file on the class path").isEmpty();
    Files.delete(defaults);

    jar(home.resolve(CPU), LoadsAPage.class, CardView.class, BusError.class);
    assertThat(told(environment)).as("with another jar").isEqualTo("list");
    run(environment, "demo");
    Path other = archives().stream().filter(one -> !one.equals(archive)).findFirst().orElseThrow();
    Files.copy(archive, other, StandardCopyOption.REPLACE_EXISTING);
    assertThat(isFromAnArchive(run(environment, "demo"))).as("with the old archive").isFalse();
    assertThat(other.toFile().delete() && other.toFile().createNewFile()).isTrue();
    assertThat(isFromAnArchive(run(environment, "demo"))).as("with an empty one").isFalse();
  }
}
