package stranger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.LocalSpark;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.console.ExitCode;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.jobs.CustomExamples;
import io.prumerge.store.Table;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs of a method of one's own are those of its jar. */
@Tag("spark")
@Tag("model")
class AddedMethodRunTest {

  private static final String MODEL =
      Path.of(System.getProperty("project.root"), "conf", "mini-llava").toString();

  @TempDir private static Path folder;

  private static SparkSession spark;
  private static Path jar;
  private static Path examples;

  @BeforeAll
  static void prepare() throws IOException {
    spark = LocalSpark.session();
    jar = OwnJar.ofMethod(folder.resolve("method/edgefirst.jar"), "edgefirst", "edgefirst");
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    spark.sql("ADD JAR '" + jar + "'"); // for tasks; this thread sees it within StrangersJar.seen
    thread.setContextClassLoader(before);
    Path images = Files.createDirectories(folder.resolve("images"));
    ImageIO.write(
        new BufferedImage(20, 20, BufferedImage.TYPE_INT_RGB),
        "png",
        images.resolve("0.png").toFile());
    Path questions =
        Files.writeString(
            folder.resolve("questions.jsonl"),
            "{\"question_id\": 1, \"image\": \"0.png\", \"text\": \"What is it?\"}\n");
    examples = CustomExamples.prepared(questions, images, folder.resolve("examples"));
  }

  private static CommandLineRun evaluate(String run, String... more) {
    List<String> arguments = new ArrayList<>(List.of("evaluate", "--model", MODEL));
    arguments.addAll(List.of("--max-new-tokens", "2", "--device", "cpu", "--dtype", "fp32"));
    arguments.addAll(List.of("--examples", "" + examples, "--output", "" + folder.resolve(run)));
    arguments.addAll(List.of("--answer-cache", "" + folder.resolve("cache")));
    arguments.addAll(List.of("--method", "none", "random:tokens=@edgefirst:tokens=16"));
    arguments.addAll(List.of(more));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  private static JsonNode jars(String run) throws IOException {
    return new ObjectMapper()
        .readTree(folder.resolve(run).resolve("manifest.json").toFile())
        .at("/environment/jars");
  }

  /** Returns the methods whose answers came from the cache. */
  private static List<String> cached(String run) {
    return Table.PREDICTIONS
        .read(spark, List.of(folder.resolve(run).resolve("predictions").toString()))
        .where("flops_executed = 0")
        .select("method")
        .as(Encoders.STRING())
        .collectAsList();
  }

  private static void done(CommandLineRun run) {
    assertThat(run.code()).as(run.err()).isZero();
  }

  @Test
  void aChangedJarIsAskedAnewAndRefusedByAResumedRun() throws Exception {
    Path complete = folder.resolve("first/_COMPLETE");
    StrangersJar.seen(
        jar,
        () -> {
          done(evaluate("first"));
          Files.delete(complete);
          done(evaluate("first", "--resume"));
          done(evaluate("again"));
        });
    assertThat(cached("first")).isEmpty();
    assertThat(cached("again")).as("the same jar").hasSize(2);
    String first = Sha256.hex(Files.readAllBytes(jar));
    assertThat(jars("first"))
        .isEqualTo(new ObjectMapper().createObjectNode().put("method edgefirst", first));

    Path other = OwnJar.ofMethod(folder.resolve("other/edgefirst.jar"), "+= 1;", "+= 2;");
    String second = Sha256.hex(Files.readAllBytes(other));
    Files.delete(complete);
    StrangersJar.seen(
        other,
        () -> {
          CommandLineRun resumed = evaluate("first", "--resume");
          assertThat(resumed.code()).isEqualTo(ExitCode.USAGE);
          assertThat(resumed.err())
              .contains("the jar of the method edgefirst was " + first + ", is now " + second);
          done(evaluate("changed"));
        });
    assertThat(cached("changed")).as("a method of ours stays cached").containsExactly("none");
  }
}
