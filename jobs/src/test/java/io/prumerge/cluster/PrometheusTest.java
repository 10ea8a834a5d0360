package io.prumerge.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.benchmark.file.DogsAndCats;
import io.prumerge.run.AnswersOnly;
import java.io.File;
import java.io.Reader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plugin's metrics in Spark's web page, as a server that collects metrics reads them. */
@Tag("process")
@Tag("slow")
class PrometheusTest {

  private static final Path ROOT = Path.of(System.getProperty("project.root"));

  private static final String METRIC =
      "metrics_prumerge_driver_plugin_io_prumerge_spark_PrumergePlugin_%s{type=\"%s\"} %d";

  /** The longest that a report may take. */
  private static final int SECONDS = 300;

  @TempDir private Path folder;

  /** A session of its own, with the settings of a cluster: a JVM has only one. */
  public static final class Asked {

    private Asked() {}

    /** Asks in a folder with the settings of a file, and prints pages of the session. */
    public static void main(String[] arguments) throws Exception {
      Path folder = Path.of(arguments[0]);
      Properties file = new Properties();
      try (Reader reader = Files.newBufferedReader(Path.of(arguments[1]))) {
        file.load(reader);
      }
      SparkConf conf = new SparkConf().setMaster("local[2]").setAppName("metrics");
      conf.set("spark.ui.prometheus.enabled", "true");
      conf.set("spark.ui.port", "0").set("spark.driver.host", "127.0.0.1");
      conf.set("spark.driver.bindAddress", "127.0.0.1");
      conf.set("spark.executor.heartbeatInterval", "1s").set("spark.sql.shuffle.partitions", "2");
      conf.set("spark.sql.codegen.wholeStage", "false");
      conf.set("spark.sql.codegen.factoryMode", "NO_CODEGEN");
      for (String name : file.stringPropertyNames()) {
        if (name.startsWith("spark.metrics.") || name.equals("spark.plugins")) {
          conf.set(name, file.getProperty(name));
        }
      }
      try (SparkSession spark = SparkSession.builder().config(conf).getOrCreate()) {
        DogsAndCats.drawn(folder.resolve("pope"), 1).prepare(folder.resolve("examples"));
        AnswersOnly.run(
            spark,
            "--model",
            ROOT.resolve("conf/mini-llava").toString(),
            "--examples",
            folder.resolve("examples").toString(),
            "--method",
            "none",
            "prumerge",
            "--device",
            "cpu",
            "--output",
            folder.resolve("run").toString());
        String page = spark.sparkContext().uiWebUrl().get();
        long answers = spark.read().parquet(folder.resolve("run/predictions").toString()).count();
        // A report that came in the middle of the run counts a part.
        String counted = METRIC.formatted("executors_questions_Value", "gauges", answers);
        long end = System.nanoTime() + SECONDS * 1_000_000_000L;
        while (!get(page + "/metrics/prometheus/").contains(counted) && System.nanoTime() < end) {
          Thread.sleep(200);
        }
        System.out.println(get(page + "/metrics/prometheus/"));
        System.out.println("EXECUTORS\n" + get(page + "/metrics/executors/prometheus"));
        System.out.println("ANSWERS " + answers);
      }
    }

    private static String get(String address) throws Exception {
      HttpResponse<String> response =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create(address)).build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).as(address).isEqualTo(200);
      return response.body();
    }
  }

  @Test
  void theDriversPageHasWhatExecutorsCount() throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    try (var lines = Files.lines(Path.of(System.getProperty("jvm.options")))) {
      lines.filter(line -> line.startsWith("-")).forEach(command::add);
    }
    Stream.of(System.getProperty("jvm.tests", "").split(" +"))
        .filter(option -> !option.isBlank())
        .forEach(command::add);
    command.add("-Xmx1g");
    command.add("-Dproject.root=" + ROOT);
    command.add("-Dlog4j2.configurationFile=" + ROOT.resolve("conf/log4j2.properties"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Asked.class.getName()));
    command.add(folder.toString());
    command.add(ROOT.resolve("conf/spark/standalone-cpu.conf").toString());
    File err = folder.resolve("err").toFile();
    Process process = new ProcessBuilder(command).redirectError(err).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(out + Files.readString(err.toPath())).isZero();

    String[] pages = out.split("EXECUTORS\n");
    long answers = Long.parseLong(pages[1].replaceAll("(?s).*ANSWERS (\\d+).*", "$1"));
    assertThat(answers).isPositive();
    assertThat(pages[0])
        .contains(METRIC.formatted("executors_questions_Value", "gauges", answers))
        .contains(METRIC.formatted("executors_errors_Value", "gauges", 0))
        .contains("PrumergePlugin_executors_tokens_kept_Value{", "PrumergePlugin_executors_leases_")
        .as("the executor in the driver's JVM")
        .contains(METRIC.formatted("questions_Count", "counters", answers));
    assertThat(pages[1]).contains("metrics_executor_").doesNotContain("PrumergePlugin");
  }
}
