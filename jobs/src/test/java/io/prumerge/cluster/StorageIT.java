package io.prumerge.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.findify.s3mock.S3Mock;
import io.prumerge.LocalSpark;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.jobs.SameResult;
import io.prumerge.run.MadeUpVideos;
import io.prumerge.spark.ModelCache;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs on stores other than the local disk, each a server that is spoken to over sockets. */
@Tag("process")
@Tag("slow")
class StorageIT {

  @TempDir private static Path temp;
  private static Path source;
  private static List<String> expected;
  private static List<String> expectedOfVideos;

  @BeforeAll
  static void undisturbed() throws IOException {
    LocalSpark.session();
    Path mini = temp.resolve("mini");
    ran("mini", "--split", "test", "--seed", "3", "--images", "6", "--output", mini.toString());
    source = mini.resolve("vqav2");
    ran(prepare(temp.resolve("examples").toString()));
    Path run = temp.resolve("run");
    ran(evaluate(temp.resolve("examples").toString(), run.toString()));
    expected = SameResult.of(run.toString());
  }

  /** Writes questions about two videos, of which one is missing, and all frames of the other. */
  private static Path clips() throws IOException {
    Path clips = temp.resolve("clips");
    Path frames = Files.createDirectories(clips.resolve("frames/a"));
    Files.writeString(frames.resolve("frames.json"), "{\"fps\": 2, \"count\": 6}");
    for (int i = 0; i < 6; i++) {
      Files.write(frames.resolve(i + ".png"), MadeUpVideos.frame(1, i));
    }
    Files.write(
        clips.resolve("clips.jsonl"),
        List.of(
            "{\"v\": \"a.mp4\", \"q\": \"What?\", \"from\": null, \"answer\": \"yes\"}",
            "{\"v\": \"a.mp4\", \"q\": \"What?\", \"from\": 1, \"answer\": \"no\"}",
            "{\"v\": \"b.mp4\", \"q\": \"What?\", \"from\": null, \"answer\": \"no\"}"));
    Files.writeString(
        clips.resolve("clips.yaml"),
        """
        name: clips
        data: clips.jsonl
        images: frames
        columns: {video: v, start: from, question: q, answers: answer}
        """);
    return clips;
  }

  /** Prepares videos and asks about them by two protocols. */
  private static List<String> videosRunOn(String clips, String root) {
    String examples = root + "/examples";
    ran(
        "prepare --frames-by lmms-eval qwen3 --frames 2 3 --benchmark".split(" "),
        clips + "/clips.yaml",
        "--output",
        examples);
    ran(
        ("evaluate --frames-by lmms-eval qwen3 --frames 3 --method none frames=1 --device cpu"
                + " --dtype fp32 --max-error-rate 1 --chunks 2")
            .split(" "),
        "--model",
        MadeUpVideos.MODEL.toString(),
        "--examples",
        examples,
        "--output",
        root + "/run");
    return SameResult.of(root + "/run");
  }

  private static void assertVideosRunOn(String root) throws IOException {
    if (expectedOfVideos == null) {
      expectedOfVideos = videosRunOn(clips().toString(), temp.resolve("videos").toString());
    }
    assertThat(expectedOfVideos).as("2 protocols of 3 questions under 2 methods").hasSize(12);
    org.apache.hadoop.fs.Path clips = new org.apache.hadoop.fs.Path(root, "clips");
    clips
        .getFileSystem(LocalSpark.session().sparkContext().hadoopConfiguration())
        .copyFromLocalFile(new org.apache.hadoop.fs.Path(temp.resolve("clips").toUri()), clips);
    assertThat(videosRunOn(clips.toString(), root)).isEqualTo(expectedOfVideos);
  }

  private static String[] prepare(String examples) {
    return new String[] {
      "prepare", "--benchmark", "vqav2", "--source", source.toString(), "--output", examples
    };
  }

  private static String[] evaluate(String examples, String run, String... more) {
    List<String> arguments = new ArrayList<>(List.of("evaluate", "--examples", examples));
    arguments.add("--model");
    arguments.add(Path.of(System.getProperty("project.root"), "conf", "mini-llava").toString());
    arguments.addAll(List.of("--method", "prumerge", "--device", "cpu", "--dtype", "fp32"));
    arguments.addAll(List.of("--chunks", "2", "--output", run));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  private static void ran(String[] first, String... more) {
    ran(Stream.of(first, more).flatMap(Stream::of).toArray(String[]::new));
  }

  private static void ran(String... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.code()).as(run.err()).isZero();
  }

  /**
   * Prepares and evaluates, loses the end of it, goes on, and reuses its answers in another run.
   */
  private static void assertRunsOn(String root) throws IOException {
    String examples = root + "/examples";
    String run = root + "/run";
    String cache = root + "/answers";
    ran(prepare(examples));
    ran(evaluate(examples, run, "--answer-cache", cache));
    assertThat(SameResult.of(run)).isEqualTo(expected);

    org.apache.hadoop.fs.Path folder = new org.apache.hadoop.fs.Path(run);
    FileSystem store =
        folder.getFileSystem(LocalSpark.session().sparkContext().hadoopConfiguration());
    assertThat(store.delete(new org.apache.hadoop.fs.Path(folder, "_COMPLETE"), false)).isTrue();
    org.apache.hadoop.fs.Path chunks = new org.apache.hadoop.fs.Path(folder, "_chunks");
    assertThat(store.delete(new org.apache.hadoop.fs.Path(chunks, "committed-00001.json"), false))
        .isTrue();
    ran(evaluate(examples, run, "--resume", "--answer-cache", cache));
    assertThat(SameResult.of(run)).isEqualTo(expected);
    assertThat(store.listStatus(chunks))
        .filteredOn(FileStatus::isDirectory)
        .as("one chunk again")
        .hasSize(3);
  }

  /** A model on the store becomes one there, byte by byte as on the disk. */
  private static void assertConvertsOn(String root) throws IOException {
    Path next =
        Path.of(
            System.getProperty("project.root"),
            "udfs/src/test/resources/goldens/families/next-mistral");
    Path local = temp.resolve("converted");
    ran("prepare-model", "--model", next.toString(), "--output", local.toString());
    org.apache.hadoop.fs.Path model = new org.apache.hadoop.fs.Path(root, "model");
    FileSystem store =
        model.getFileSystem(LocalSpark.session().sparkContext().hadoopConfiguration());
    store.copyFromLocalFile(new org.apache.hadoop.fs.Path(next.toUri()), model);
    org.apache.hadoop.fs.Path converted = new org.apache.hadoop.fs.Path(root, "converted");
    System.setProperty(ModelCache.DIRECTORY, temp.resolve("copies").toString());
    try {
      ran("prepare-model", "--model", model.toString(), "--output", converted.toString());
    } finally {
      System.clearProperty(ModelCache.DIRECTORY);
    }
    Path back = temp.resolve("back");
    store.copyToLocalFile(false, converted, new org.apache.hadoop.fs.Path(back.toUri()), true);
    try (Stream<Path> files = Files.list(local)) {
      for (Path file : files.toList()) {
        assertThat(back.resolve(file.getFileName())).hasSameBinaryContentAs(file);
      }
    }
    assertThat(store.listStatus(converted)).hasSameSizeAs(local.toFile().listFiles());
  }

  @Test
  void onHdfs() throws IOException {
    MiniDFSCluster cluster =
        new MiniDFSCluster.Builder(new Configuration(), temp.resolve("hdfs").toFile()).build();
    try {
      cluster.waitActive();
      assertRunsOn("hdfs://127.0.0.1:%d/runs".formatted(cluster.getNameNodePort()));
      assertVideosRunOn("hdfs://127.0.0.1:%d/videos".formatted(cluster.getNameNodePort()));
      assertConvertsOn("hdfs://127.0.0.1:%d/models".formatted(cluster.getNameNodePort()));
    } finally {
      cluster.shutdown();
    }
  }

  @Test
  void onS3() throws IOException, InterruptedException {
    S3Mock server = new S3Mock.Builder().withPort(0).withInMemoryBackend().build();
    String endpoint = "http://127.0.0.1:" + server.start().localAddress().getPort();
    try {
      HttpRequest bucket =
          HttpRequest.newBuilder(URI.create(endpoint + "/bucket"))
              .PUT(HttpRequest.BodyPublishers.noBody())
              .build();
      assertThat(
              HttpClient.newHttpClient()
                  .send(bucket, HttpResponse.BodyHandlers.discarding())
                  .statusCode())
          .isEqualTo(200);
      Configuration hadoop = LocalSpark.session().sparkContext().hadoopConfiguration();
      hadoop.set("fs.s3a.endpoint", endpoint);
      hadoop.set("fs.s3a.path.style.access", "true");
      hadoop.set("fs.s3a.access.key", "anyone");
      hadoop.set("fs.s3a.secret.key", "anything");
      hadoop.set("fs.s3a.change.detection.mode", "none"); // this server has no ETags
      hadoop.set("fs.s3a.change.detection.version.required", "false");
      assertRunsOn("s3a://bucket/runs");
      assertVideosRunOn("s3a://bucket/videos");
    } finally {
      server.shutdown();
    }
  }
}
