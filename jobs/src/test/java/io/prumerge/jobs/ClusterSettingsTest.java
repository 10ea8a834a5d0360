package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.prumerge.engine.DeviceChoice;
import io.prumerge.spark.GpuSettings;
import io.prumerge.spark.ModelCache;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.plugin.SparkPlugin;
import org.apache.spark.internal.config.ConfigEntry;
import org.apache.spark.package$;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The settings below {@code conf/}, held against what Spark itself knows. */
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
          "spark\\.master|spark\\.executorEnv\\.[A-Z_]+"
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
            "kubernetes.conf",
            "local.conf",
            "standalone-worker.conf",
            "standalone.conf",
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

  private Process discover(String nvidiaSmi) throws IOException, InterruptedException {
    Path tools = Files.createDirectories(temp.resolve("tools"));
    Path fake = Files.writeString(tools.resolve("nvidia-smi"), "#!/bin/sh\n" + nvidiaSmi + "\n");
    assertThat(fake.toFile().setExecutable(true)).isTrue();
    ProcessBuilder builder = new ProcessBuilder(DISCOVERY.toString()).redirectErrorStream(true);
    builder.environment().put("PATH", tools + ":" + System.getenv("PATH"));
    Process process = builder.start();
    process.waitFor();
    return process;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8})
  void theDiscoveryScriptPrintsWhatSparkReads(int gpus) throws Exception {
    Process process = discover("seq 0 " + (gpus - 1));

    assertThat(process.exitValue()).isZero();
    JsonNode found = new ObjectMapper().readTree(process.getInputStream());
    assertThat(found.path("name").asText()).isEqualTo("gpu");
    assertThat(found.path("addresses")).hasSize(gpus).allMatch(JsonNode::isTextual);
    assertThat(found.path("addresses").path(gpus - 1).asText())
        .isEqualTo(Integer.toString(gpus - 1));
  }

  @Test
  void theDiscoveryScriptFailsWithItsDriver() throws Exception {
    assertThat(discover("echo no devices were found >&2; exit 6").exitValue()).isNotZero();
  }
}
