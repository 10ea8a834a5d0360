package io.prumerge.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.prumerge.plan.preflight.ExecutorShape;
import io.prumerge.plan.preflight.GpuAdvice;
import io.prumerge.spark.GpuSettings;
import io.prumerge.spark.ModelCache;
import io.prumerge.zoo.DeviceChoice;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.plugin.SparkPlugin;
import org.apache.spark.internal.config.ConfigEntry;
import org.apache.spark.package$;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The settings below {@code conf/}, held against what Spark itself knows. */
@Tag("process")
class ClusterSettingsTest {

  private static final Path ROOT = Path.of(System.getProperty("project.root"));
  private static final Path FOLDER = ROOT.resolve("conf").resolve("spark");
  private static final Path DISCOVERY = ROOT.resolve("conf").resolve("gpu-discovery.sh");

  /** Where Spark registers its settings; a class registers them when it is loaded. */
  private static final List<String> REGISTERS =
      List.of(
          "org.apache.spark.internal.config.package$",
          "org.apache.spark.internal.config.UI$",
          "org.apache.spark.internal.config.Worker$",
          "org.apache.spark.sql.internal.SQLConf$");

  /** Registered in a jar that is no part of this build; by Spark's page on Kubernetes. */
  private static final Set<String> KUBERNETES =
      Set.of(
          "spark.kubernetes.container.image",
          "spark.kubernetes.authenticate.driver.serviceAccountName",
          "spark.kubernetes.executor.podTemplateFile");

  /** What Spark reads by a prefix, or by a name that it does not register. */
  private static final Pattern FAMILIES =
      Pattern.compile(
          "spark\\.master|spark\\.metrics\\.conf\\.driver\\.sink\\.prometheusServlet\\.(class|path)"
              + "|spark\\.(executorEnv|yarn\\.appMasterEnv)\\.[A-Z_]+"
              + "|spark\\.kubernetes\\.executor\\.volumes\\.(persistentVolumeClaim|emptyDir)\\.[a-z]+"
              + "\\.(mount\\.(path|readOnly)|options\\.(claimName|sizeLimit))"
              + "|spark\\.(executor|task|worker)\\.resource\\.gpu\\.(amount|discoveryScript|vendor)");

  private static final Set<String> OURS =
      Set.of(
          ModelCache.DIRECTORY,
          "spark.prumerge.answerTimeout",
          "spark.prumerge.model",
          "spark.prumerge.device",
          "spark.prumerge.dtype",
          "spark.prumerge.imageAspect");

  @TempDir private Path temp;

  @BeforeAll
  static void register() throws ClassNotFoundException {
    for (String register : REGISTERS) {
      Class.forName(register);
    }
  }

  static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(".conf")).sorted().toList();
    }
  }

  /** As {@code spark-submit --properties-file} reads it. */
  private static Properties properties(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    return properties;
  }

  private static SparkConf conf(String name, String master) throws IOException {
    SparkConf conf = new SparkConf(false).set("spark.master", master);
    properties(FOLDER.resolve(name))
        .forEach((key, value) -> conf.set(key.toString(), value.toString()));
    return conf;
  }

  @Test
  void thereIsOneForEachClusterManager() throws IOException {
    assertThat(files())
        .extracting(file -> file.getFileName().toString())
        .containsExactly(
            "kubernetes-cpu.conf",
            "kubernetes.conf",
            "local.conf",
            "standalone-cpu.conf",
            "standalone-worker.conf",
            "standalone.conf",
            "yarn-cpu.conf",
            "yarn.conf");
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyKeyIsOneThatSparkOrWeKnow(Path file) throws IOException {
    assertThat(properties(file).stringPropertyNames())
        .isNotEmpty()
        .allSatisfy(
            key ->
                assertThat(
                        OURS.contains(key)
                            || KUBERNETES.contains(key)
                            || FAMILIES.matcher(key).matches()
                            || ConfigEntry.findEntry(key) != null)
                    .as(key)
                    .isTrue());
  }

  @Test
  void aKeyNobodyKnowsWouldBeFound() {
    assertThat(ConfigEntry.findEntry("spark.executor.memoryOverheat")).isNull();
    assertThat(ConfigEntry.findEntry("spark.executor.memoryOverhead")).isNotNull();
  }

  @Test
  void clustersGiveEveryTaskItsGpuAndWasteNone() throws IOException {
    long weights = 7_063_427_072L * 2; // LLaVA-1.5-7B in 16 bits
    for (String[] one :
        new String[][] {
          {"standalone.conf", "spark://m:7077"},
          {"yarn.conf", "yarn"},
          {"kubernetes.conf", "k8s://m"}
        }) {
      SparkConf conf = conf(one[0], one[1]);
      assertThatCode(() -> GpuSettings.check(conf, DeviceChoice.CUDA)).doesNotThrowAnyException();
      ExecutorShape shape = ExecutorShape.of(conf);
      assertThat(shape.hasGpus()).isTrue();
      assertThat(shape.remarks()).isEmpty();
      assertThat(shape.coresOfGpu().orElseThrow()).isGreaterThanOrEqualTo(GpuAdvice.CORES);
      assertThat(conf.get("spark.executor.extraJavaOptions")).contains("G1HeapRegionSize=8m");
      assertThat(shape.problem(ExecutorShape.neededMib(0))).as(one[0]).isEmpty();
      assertThat(
              shape.overheadMib().isPresent()
                  && shape.problem(ExecutorShape.neededMib(weights)).isEmpty())
          .as("on the CPU the weights need more")
          .isFalse();
    }
    SparkConf local = conf("local.conf", "replaced by the file");
    assertThatCode(() -> GpuSettings.check(local, DeviceChoice.CUDA)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "standalone-cpu.conf, spark://m:7077",
    "yarn-cpu.conf, yarn",
    "kubernetes-cpu.conf, k8s://m"
  })
  void clustersWithoutGpusHaveRoomForTheWeights(String file, String master) throws IOException {
    SparkConf conf = conf(file, master);
    assertThatCode(() -> GpuSettings.check(conf, DeviceChoice.CPU)).doesNotThrowAnyException();
    ExecutorShape shape = ExecutorShape.of(conf);
    assertThat(shape.hasGpus()).isFalse();
    assertThat(shape.remarks()).isEmpty();
    assertThat(shape.problem(ExecutorShape.neededMib(7_063_427_072L * 2))).isEmpty();
  }

  @Test
  void whatIsNamedIsThere() throws Exception {
    for (Path file : files()) {
      Properties settings = properties(file);
      for (String key : List.of("spark.files", "spark.kubernetes.executor.podTemplateFile")) {
        if (settings.containsKey(key)) {
          assertThat(ROOT.resolve(settings.getProperty(key))).isRegularFile();
        }
      }
      if (settings.containsKey("spark.plugins")) {
        assertThat(
                Class.forName(settings.getProperty("spark.plugins"))
                    .getDeclaredConstructor()
                    .newInstance())
            .isInstanceOf(SparkPlugin.class);
      }
    }
    assertThat(Files.readString(FOLDER.resolve("Dockerfile")))
        .contains("apache/spark:" + package$.MODULE$.SPARK_VERSION() + "-")
        .contains("conf/gpu-discovery.sh", "jobs/target/prumerge-spark.jar");
  }

  @Test
  void thePodTemplateMountsWhatItDefines() throws IOException {
    JsonNode pod =
        new ObjectMapper(new YAMLFactory()).readTree(FOLDER.resolve("executor-pod.yaml").toFile());
    assertThat(pod.path("kind").asText()).isEqualTo("Pod");
    JsonNode container = pod.path("spec").path("containers").path(0);
    assertThat(container.path("name").asText()).isEqualTo("spark-kubernetes-executor");
    assertThat(container.path("volumeMounts").findValuesAsText("name"))
        .isNotEmpty()
        .containsExactlyInAnyOrderElementsOf(
            pod.path("spec").path("volumes").findValuesAsText("name"));
    Properties settings = properties(FOLDER.resolve("kubernetes.conf"));
    assertThat(container.path("volumeMounts").findValuesAsText("mountPath"))
        .anyMatch(path -> settings.getProperty("spark.prumerge.model").startsWith(path + "/"))
        .contains(settings.getProperty("spark.prumerge.cacheDir"));
  }

  @Test
  void theImageHasTheLibtorchThatDjlIsBuiltForWhereTheSettingsLookForIt() throws Exception {
    String dockerfile = Files.readString(FOLDER.resolve("Dockerfile"));
    String path =
        properties(FOLDER.resolve("kubernetes.conf"))
            .getProperty("spark.executorEnv.PYTORCH_LIBRARY_PATH");
    Properties jni = new Properties();
    try (InputStream in = getClass().getResourceAsStream("/jnilib/pytorch.properties")) {
      jni.load(in);
    }
    String libtorch = jni.getProperty("jni_version").split("-")[0];
    assertThat(dockerfile).contains("torch==" + libtorch, "PYTORCH_LIBRARY_PATH=" + path);
    assertThat(Files.readString(ROOT.resolve("conf/README.md"))).contains("torch==" + libtorch);
  }

  @Test
  void theImageHasWhatTheLauncherLooksFor() throws IOException {
    String dockerfile = Files.readString(FOLDER.resolve("Dockerfile"));
    String jar =
        "/opt/prumerge/jars/spark-%s_%s/prumerge-spark.jar"
            .formatted(
                package$.MODULE$.SPARK_VERSION().replaceFirst("\\.\\d+$", ""),
                scala.util.Properties.versionNumberString().replaceFirst("\\.\\d+$", ""));
    assertThat(dockerfile)
        .contains(" /opt/prumerge/bin/prumerge-spark\n", " /opt/prumerge/conf\n", " " + jar + "\n")
        .contains("PATH=/opt/prumerge/bin:$PATH", "\nCMD [\"prumerge-spark\", \"demo\"]\n")
        .doesNotContain("ENTRYPOINT");
    assertThat(Files.readString(FOLDER.resolve("kubernetes.conf"))).contains("local://" + jar);
    List<String> sent = Files.readAllLines(ROOT.resolve(".dockerignore"));
    Matcher copy = Pattern.compile("(?m)^COPY (?:--chmod=\\d+ )?([a-z]\\S*) ").matcher(dockerfile);
    int copies = 0;
    for (; copy.find(); copies++) {
      String source = copy.group(1);
      assertThat(sent).anyMatch(line -> (source + "/").startsWith(line.replace("!", "") + "/"));
      if (!source.contains("target/")) {
        assertThat(ROOT.resolve(source)).exists();
      }
    }
    assertThat(copies).isEqualTo(4);
  }

  /** DJL publishes none for this libtorch: who looks for it finds nothing. */
  @Test
  void nobodyIsSentToAnArtifactWithCuda() throws IOException {
    List<Path> pages = new ArrayList<>();
    for (String folder : List.of("conf", "udfs/src/main", "jobs/src/main")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
        files
            .filter(file -> file.toString().matches(".*(file|[.](md|conf|sh|java|yaml))"))
            .filter(Files::isRegularFile)
            .forEach(pages::add);
      }
    }
    assertThat(pages)
        .hasSizeGreaterThan(100)
        .allSatisfy(
            page -> assertThat(Files.readString(page)).doesNotContain("pytorch-native-" + "cu"));
  }

  /**
   * Runs the script.
   *
   * @param nvidiaSmi the program in place of nvidia-smi
   * @param visible CUDA_VISIBLE_DEVICES; null where it is not set
   */
  private Process discover(String nvidiaSmi, String visible)
      throws IOException, InterruptedException {
    Path tools = Files.createDirectories(temp.resolve("tools"));
    Path fake = Files.writeString(tools.resolve("nvidia-smi"), "#!/bin/sh\n" + nvidiaSmi + "\n");
    assertThat(fake.toFile().setExecutable(true)).isTrue();
    ProcessBuilder builder = new ProcessBuilder(DISCOVERY.toString());
    builder.environment().put("PATH", tools + ":" + System.getenv("PATH"));
    builder.environment().remove("CUDA_VISIBLE_DEVICES");
    if (visible != null) {
      builder.environment().put("CUDA_VISIBLE_DEVICES", visible);
    }
    Process process = builder.start();
    process.waitFor();
    return process;
  }

  private static String listing(String... lines) {
    return "[ \"$*\" = -L ] || exit 2\ncat <<'END'\n" + String.join("\n", lines) + "\nEND";
  }

  private static String[] gpus(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "GPU " + i + ": NVIDIA H100 80GB HBM3 (UUID: GPU-" + i + "d5ba0d6-d33d)")
        .toArray(String[]::new);
  }

  private List<String> addresses(String nvidiaSmi, String visible) throws Exception {
    Process process = discover(nvidiaSmi, visible);
    assertThat(process.exitValue()).isZero();
    JsonNode found = new ObjectMapper().readTree(process.getInputStream());
    assertThat(found.path("name").asText()).isEqualTo("gpu");
    List<String> addresses = new ArrayList<>();
    for (JsonNode address : found.path("addresses")) {
      assertThat(address.isTextual()).isTrue();
      addresses.add(address.asText());
    }
    return addresses;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 11})
  void theDiscoveryScriptPrintsWhatSparkReads(int gpus) throws Exception {
    assertThat(addresses(listing(gpus(gpus)), null))
        .isEqualTo(IntStream.range(0, gpus).mapToObj(Integer::toString).toList());
  }

  /** CUDA numbers anew what the variable selects, up to the first that it does not know. */
  @ParameterizedTest
  @CsvSource({
    "'2,3', 2",
    "'3', 1",
    "'1, 0,2', 3",
    "'0,1,9,2', 2",
    "'0,-1,2', 1",
    "'GPU-2d5ba0d6-d33d,GPU-0', 2",
    "'GPU-f', 0",
    "'-1', 0",
    "'', 0"
  })
  void theAddressesAreOrdinalsOfWhatCudaMaySee(String visible, int count) throws Exception {
    if (count > 0) {
      assertThat(addresses(listing(gpus(4)), visible))
          .isEqualTo(IntStream.range(0, count).mapToObj(Integer::toString).toList());
    } else {
      Process process = discover(listing(gpus(4)), visible);
      assertThat(process.exitValue()).isEqualTo(1);
      assertThat(process.getErrorStream())
          .hasContent(
              "Cannot find a GPU: nvidia-smi lists 4, and CUDA_VISIBLE_DEVICES is '"
                  + visible
                  + "'");
    }
  }

  /** CUDA shows a program one instance, and no other GPU. */
  @ParameterizedTest
  @CsvSource({
    ", 1",
    "'MIG-c6d4f1ef-42e4', 1",
    "'MIG-cba,MIG-c6d', 1",
    "'0', 1",
    "'1', 1",
    "'1,0', 1",
    "'1,2', 2"
  })
  void withInstancesThereIsOneAddress(String visible, int count) throws Exception {
    String[] gpus = gpus(3);
    String listing =
        listing(
            gpus[0],
            "  MIG 1g.10gb     Device  0: (UUID: MIG-c6d4f1ef-42e4)",
            "  MIG 1g.10gb     Device  1: (UUID: MIG-cba663e8-9bed)",
            gpus[1],
            gpus[2]);
    assertThat(addresses(listing, visible))
        .isEqualTo(IntStream.range(0, count).mapToObj(Integer::toString).toList());
  }

  @Test
  void theDiscoveryScriptFailsWithItsDriver() throws Exception {
    assertThat(discover("echo no devices were found >&2; exit 6", null).exitValue()).isEqualTo(6);
    Process none = discover("echo No devices found.", null);
    assertThat(none.exitValue()).isEqualTo(1);
    assertThat(none.getErrorStream())
        .hasContent("Cannot find a GPU: nvidia-smi lists 0, and CUDA_VISIBLE_DEVICES is 'not set'");
  }
}
