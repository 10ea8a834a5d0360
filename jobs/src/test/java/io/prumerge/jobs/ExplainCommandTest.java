package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.engine.LlavaEngine;
import io.prumerge.host.Processor;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.imageio.ImageIO;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests explain with the small checkpoint of the repository. */
@Tag("model")
class ExplainCommandTest {

  private static final String MODEL =
      Path.of(System.getProperty("project.root"), "conf", "mini-llava").toString();

  @TempDir private Path folder;

  @AfterAll
  static void unload() {
    LlavaEngine.releaseIdle();
  }

  private Path picture(String name, int width, int height) throws IOException {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = picture.createGraphics();
    pen.setColor(new Color(230, 220, 200));
    pen.fillRect(0, 0, width, height);
    pen.setColor(new Color(200, 40, 30));
    pen.fillOval(width / 3, height / 4, width / 3, height / 3);
    pen.dispose();
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    ImageIO.write(picture, "png", file.toFile());
    return file;
  }

  private CommandLineRun explain(Path image, String... more) {
    return run(MODEL, image, more);
  }

  private CommandLineRun run(String model, Path image, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("explain", "--device", "cpu", "--dtype", "fp32", "--model", model));
    arguments.addAll(List.of("--image", image.toString()));
    arguments.addAll(Arrays.asList(more));
    if (!arguments.contains("--method")) {
      arguments.addAll(List.of("--method", "prumerge"));
    }
    if (!arguments.contains("--output")) {
      arguments.addAll(List.of("--output", folder.resolve("out").toString()));
    }
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  private static JsonNode json(CommandLineRun run) throws IOException {
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.problems()).isEmpty();
    return new ObjectMapper().readTree(run.out());
  }

  @Test
  void saysTheTemplateAndTheNumbersThatTheDecoderMultiplies() throws IOException {
    assumeThat(Processor.ofHost().multipliesInt8()).isTrue();
    Path image = picture("q.png", 30, 50);
    String[] asked = {"--json", "--prompt", "What is it?", "--max-new-tokens", "2"};
    JsonNode plain = json(explain(image, asked));
    assertThat(plain.get("dtype").textValue()).isEqualTo("fp32");
    assertThat(plain.get("conversation").textValue()).isEqualTo("vicuna_v1");
    List<String> more = new ArrayList<>(List.of(asked));
    more.addAll(List.of("--quantize", "int8", "--conv-mode", "llava_v1"));
    more.addAll(List.of("--output", folder.resolve("other").toString()));
    JsonNode other = json(explain(image, more.toArray(String[]::new)));
    assertThat(other.get("dtype").textValue()).isEqualTo("fp32+int8");
    assertThat(other.get("conversation").textValue()).isEqualTo("llava_v1");
  }

  private static List<Integer> ints(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::intValue).toList();
  }

  private static double[] sorted(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .mapToDouble(JsonNode::doubleValue)
        .sorted()
        .toArray();
  }

  private static double percentile(double[] sorted, double share) {
    double place = (sorted.length - 1) * share;
    int below = (int) place;
    return sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]);
  }

  @Test
  void aTemplateOfOtherModelsIsNamedWhereThereIsAQuestion() throws IOException {
    Path image = picture("q.png", 30, 50);
    String own = "not made for llava";
    assertThat(explain(image, "--conv-mode=qwen2_vl").err()).doesNotContain(own);
    String output = folder.resolve("asked").toString();
    assertThat(explain(image, "--conv-mode=qwen2_vl", "--prompt=Where?", "--output", output).err())
        .contains(own);
  }

  /** Qwen2.5-VL whose second layer of three attends to the whole picture. */
  @Test
  void withoutAClassTokenThePageShowsWhatPatchesGet() throws IOException {
    JsonNode document =
        json(
            run(
                golden("qwen/qwen2_5_vl/untied"),
                picture("odd.png", 91, 37),
                "--json",
                "--prompt=Where?",
                "--max-new-tokens=2",
                "--conv-mode=qwen2_vl",
                "--method",
                "none",
                "divprune:tokens=50%"));
    JsonNode image = document.get("images").get(0);

    assertThat(document.get("image_aspect").textValue()).isEqualTo("native");
    assertThat(image.get("grid_side").isNull()).isTrue();
    assertThat(image.at("/grid/rows").intValue()).isEqualTo(3);
    assertThat(image.at("/grid/cols").intValue()).isEqualTo(8);
    assertThat(image.get("attention")).hasSize(24);
    assertThat(image.at("/received/layer").intValue()).isEqualTo(2);
    assertThat(image.at("/received/layers").intValue()).isEqualTo(3);
    assertThat(image.at("/seen/width").doubleValue()).isEqualTo(91);
    JsonNode half = image.get("methods").get(1);
    assertThat(half.get("kept_indices")).hasSize(12);
    assertThat(half.get("flops_vision")).isEqualTo(image.at("/methods/0/flops_vision"));
    assertThat(half.get("error").isNull()).isTrue();
    assertThat(Files.readString(folder.resolve("out/explain.html")))
        .contains(
            "91 × 37 pixels as 8 × 3 patches. ",
            "images at its own size",
            "Attention that each patch gets of all patches in layer 2 of the tower&#39;s 3");
  }

  @Test
  void theNumbersAreThoseOfTheDefinitions() throws IOException {
    JsonNode document =
        json(
            explain(
                picture("odd.png", 91, 37),
                "--json",
                "--prompt",
                "Is there a red circle in the image?",
                "--max-new-tokens",
                "3",
                "--image-aspect",
                "pad",
                "--method",
                "none",
                "prumerge",
                "prumerge+",
                "uniform:tokens=@prumerge"));
    JsonNode image = document.get("images").get(0);
    double[] attention = sorted(image.get("attention"));
    double q1 = percentile(attention, 0.25);
    double q3 = percentile(attention, 0.75);
    JsonNode prumerge = image.get("methods").get(1);

    assertThat(document.get("image_aspect").textValue()).isEqualTo("pad");
    assertThat(attention).hasSize(144);
    assertThat(image.get("q1").doubleValue()).isCloseTo(q1, within(1e-8));
    assertThat(image.get("q3").doubleValue()).isCloseTo(q3, within(1e-8));
    assertThat(image.get("fence").doubleValue()).isCloseTo(q3 + 1.5 * (q3 - q1), within(1e-7));
    assertThat(image.get("seen").get("top").doubleValue()).isEqualTo(-27);
    assertThat(image.get("seen").get("width").doubleValue()).isEqualTo(91);
    assertThat(ints(image.get("outliers")))
        .isNotEmpty()
        .containsExactlyInAnyOrderElementsOf(ints(prumerge.get("kept_indices")));
    assertThat(prumerge.get("visual_tokens_before").intValue()).isEqualTo(144);
    assertThat(prumerge.get("visual_tokens_after").intValue())
        .isEqualTo(image.get("outliers").size() + 1);
    assertThat(prumerge.get("merges")).hasSize(image.get("outliers").size());
    for (JsonNode merge : prumerge.get("merges")) {
      assertThat(merge.get("neighbours")).hasSize(32);
      for (JsonNode neighbour : merge.get("neighbours")) {
        assertThat(neighbour.get("weight").floatValue())
            .isEqualTo(image.get("attention").get(neighbour.get("patch").intValue()).floatValue());
      }
    }
    JsonNode uniform = image.get("methods").get(3);
    assertThat(uniform.get("visual_tokens_after")).isEqualTo(prumerge.get("visual_tokens_after"));
    assertThat(uniform.get("merges")).isEmpty();
    assertThat(uniform.get("flops_reduction").longValue()).isZero();
    assertThat(image.get("methods").get(0).get("kept_indices").isNull()).isTrue();
    for (JsonNode method : image.get("methods")) {
      assertThat(method.get("answer").textValue()).isNotBlank();
      assertThat(method.get("error").isNull()).isTrue();
      assertThat(method.get("flops_total").longValue())
          .isEqualTo(
              Stream.of("vision", "reduction", "projector", "prefill", "decode")
                  .mapToLong(stage -> method.get("flops_" + stage).longValue())
                  .sum());
    }
  }

  @Test
  void writesPicturesAndAPageWithoutSpark() throws IOException {
    SparkSession.clearActiveSession();
    SparkSession.clearDefaultSession();
    Path image = picture("a b/x.png", 60, 60);
    Path namesake = picture("other/x.png", 1, 1);
    CommandLineRun run =
        explain(
            image,
            namesake.toString(),
            "--prompt",
            "<script>alert(1)</script> & \"what\" is it?",
            "--max-new-tokens",
            "2",
            "--method",
            "prumerge",
            "random:seed=7,tokens=@prumerge:k=16");
    Path out = folder.resolve("out");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("prumerge", "of 144").endsWith("explain.html\n");
    assertThat(SparkSession.getDefaultSession().isDefined()).isFalse();
    for (String each : List.of("1-x.png", "2-x.png")) {
      try (Stream<Path> files = Files.list(out.resolve(each))) {
        assertThat(files.map(file -> file.getFileName().toString()))
            .containsExactlyInAnyOrder(
                "attention.png",
                "histogram.png",
                "kept-prumerge.png",
                "merged-prumerge.png",
                "kept-random_seed=7,tokens=@prumerge_k=16.png");
      }
    }
    BufferedImage kept = ImageIO.read(out.resolve("1-x.png/kept-prumerge.png").toFile());
    assertThat(kept.getWidth()).isEqualTo(1008);
    String page = Files.readString(out.resolve("explain.html"));
    assertThat(page)
        .contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;what&quot; is it?")
        .doesNotContain("<script");
    try (Stream<Path> files = Files.list(out)) {
      assertThat(files).as("nothing else").hasSize(3);
    }
  }

  @Test
  void imagesTogetherAreOnePrompt() throws IOException {
    Path image = picture("p.png", 60, 60);
    String other = picture("q.png", 30, 50).toString();
    String[] asked = {"--json", "--together", "--max-new-tokens", "2", "--prompt"};
    List<String> first = new ArrayList<>(List.of(other));
    first.addAll(List.of(asked));
    first.add("What is in <image> and not in <image>?");
    JsonNode images = json(explain(image, first.toArray(String[]::new))).get("images");

    assertThat(images).hasSize(2);
    JsonNode one = images.get(0).at("/methods/0");
    JsonNode two = images.get(1).at("/methods/0");
    assertThat(two.get("answer")).isEqualTo(one.get("answer"));
    assertThat(two.get("flops_total")).isEqualTo(one.get("flops_total"));
    for (String stage : List.of("vision", "reduction", "projector", "prefill", "decode")) {
      assertThat(two.get("flops_" + stage)).as("of both").isEqualTo(one.get("flops_" + stage));
    }
    assertThat(ints(two.get("kept_indices"))).isNotEmpty().allMatch(patch -> patch < 144);
    assertThat(one.get("visual_tokens_before").intValue()).isEqualTo(144);

    List<String> again = new ArrayList<>(List.of(other));
    again.addAll(List.of(asked));
    again.addAll(List.of("What is <image>?", "--output", folder.resolve("again").toString()));
    assertRefused(1, explain(image, again.toArray(String[]::new)), "is not that of its images, 2");
  }

  @Test
  void withoutAQuestionTheLanguageModelIsNotAsked() throws IOException {
    JsonNode method = json(explain(picture("p.png", 30, 50), "--json")).at("/images/0/methods/0");

    assertThat(method.get("answer").isNull()).isTrue();
    assertThat(method.get("flops_prefill").isNull()).isTrue();
    assertThat(method.get("flops_vision").longValue()).isPositive();
    assertThat(method.get("flops_reduction").longValue()).isPositive();
  }

  /** LLaVA-NeXT, 4 x 4 patches a view, the picture in 1 x 2 tiles. */
  @Test
  void tilesAreShownBesideTheWholeImage() throws IOException {
    String next =
        Path.of(MODEL, "../../udfs/src/test/resources/goldens/families/next")
            .normalize()
            .toString();
    Path image = picture("wide.png", 56, 28);
    String[] methods = {
      "--conv-mode", "llava_v1", "--method", "none", "prumerge", "first:tokens=7"
    };
    List<String> arguments = new ArrayList<>(List.of("--json"));
    arguments.addAll(Arrays.asList(methods));
    JsonNode shown = json(run(next, image, arguments.toArray(String[]::new))).at("/images/0");
    assertThat(shown.get("attention")).hasSize(16);
    assertThat(shown.get("tiles")).hasSize(2);
    assertThat(shown.at("/tiles/1/attention")).hasSize(16);
    assertThat(shown.at("/tiles/1/seen/left").doubleValue()).isEqualTo(28);
    JsonNode none = shown.at("/methods/0");
    assertThat(ints(none.get("visual_tokens_of_views"))).containsExactly(16, 16, 16);
    assertThat(none.get("visual_tokens_after").intValue()).isEqualTo(3 * 16 + 4);
    List<Integer> outliers = new ArrayList<>(ints(shown.get("outliers")));
    shown.get("tiles").forEach(tile -> outliers.addAll(ints(tile.get("outliers"))));
    JsonNode prumerge = shown.at("/methods/1");
    List<Integer> kept = ints(prumerge.get("kept_indices"));
    assertThat(outliers).isNotEmpty().allMatch(patch -> patch < 48).isSubsetOf(kept);
    assertThat(prumerge.get("visual_tokens_after").intValue()).isEqualTo(kept.size() + 3);
    assertThat(ints(prumerge.get("visual_tokens_of_views")).stream().mapToInt(one -> one).sum())
        .isEqualTo(kept.size() + 3);
    assertThat(ints(shown.at("/methods/2/kept_indices"))).containsExactly(0, 1, 16, 17, 32, 33);

    List<String> again = new ArrayList<>(Arrays.asList(methods));
    again.addAll(List.of("--output", folder.resolve("tiles").toString()));
    CommandLineRun table = run(next, image, again.toArray(String[]::new));
    assertThat(table.code()).as(table.err()).isZero();
    assertThat(table.out()).contains("whole image", "tile 1.2", "6 of 52");
    try (Stream<Path> files = Files.list(folder.resolve("tiles/1-wide.png"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .contains(
              "kept-prumerge.png",
              "tiles-kept-prumerge.png",
              "tiles-attention.png",
              "tile-1.1-histogram.png",
              "tile-1.2-histogram.png");
    }
    assertThat(Files.readString(folder.resolve("tiles/explain.html")))
        .contains("seen whole and in tiles", "and in 1 × 2 tiles of as many", "Attention in each");
  }

  @Test
  void methodsThatLookAtTheQuestionShowWhatItKeeps() throws IOException {
    Path clip = Path.of(MODEL, "../../udfs/src/test/resources/goldens/clips/mini").normalize();
    Path image = picture("p.png", 30, 50);
    String[] methods = {"mmtok:tokens=9", "trim:clip=" + clip + ",tokens=9"};
    JsonNode red =
        json(
            explain(image, "--json", "--prompt", "Is it red?", "--method", methods[0], methods[1]));
    for (int m = 0; m < methods.length; m++) {
      JsonNode method = red.at("/images/0/methods/" + m);
      assertThat(method.get("method").textValue()).isEqualTo(methods[m]);
      assertThat(method.get("answer").isNull()).isFalse();
      assertThat(method.get("flops_reduction").longValue()).isPositive();
    }
  }

  @Test
  void whatIsGivenWronglyIsRefusedInOneLine() throws IOException {
    Path fine = picture("fine.png", 20, 20);
    Files.createDirectories(folder.resolve("there"));

    assertRefused(2, explain(folder.resolve("no.png")), "--image", "no.png does not exist");
    assertRefused(2, explain(folder), "--image", "is a folder");
    Path unreadable = Path.of("/proc/self/mem"); // for root too
    if (Files.exists(unreadable)) {
      assertRefused(2, explain(unreadable), "Cannot read --image file:" + unreadable + ": ");
    }
    assertRefused(2, explain(fine, "--method", "prumrge"), "Unknown method 'prumrge'", "prumerge+");
    assertRefused(2, explain(fine, "--method", "none", "none"), "given twice");
    assertRefused(
        2, explain(fine, "--output", folder.resolve("there").toString()), "exists already");
    assertRefused(2, explain(fine, "--conv-mode", "latin"), "latin");
    assertRefused(2, explain(fine, "--method", "mmtok:tokens=9"), "mmtok:tokens=9", "--prompt");
    assertRefused(2, explain(fine, "--max-new-tokens", "0"), "--max-new-tokens");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void whatCannotBeDoneFailsInOneLineAndLeavesNothing() throws IOException {
    Path fine = picture("fine.png", 20, 20);
    Path cut = folder.resolve("cut.png");
    Files.write(cut, Arrays.copyOf(Files.readAllBytes(fine), 60));

    assertRefused(1, explain(cut), "Cannot explain", "cut.png");
    assertRefused(1, explain(fine, cut.toString()), "cut.png");
    assertRefused(
        1,
        explain(fine, "--method", "first:tokens=145"),
        "Cannot explain",
        "fine.png: Cannot keep 145 tokens: the image has 144 patches");
    assertRefused(1, explain(fine, "--prompt", " "), "prompt_empty");
    assertRefused(1, explain(fine, "--prompt", "<image> or <image>?"), "prompt_placeholder");
    assertRefused(1, run(folder.toString(), fine), folder.toString());
    assertRefused(1, run(folder.resolve("gone").toString(), fine), "gone", "no such folder");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void aQFormerShowsItsQueries() throws IOException {
    String model = golden("queries/instructblip");
    Path image = picture("wide.png", 60, 20);
    String prompt = "Is there a dog in the image?";
    String[] asked = {"--prompt", prompt, "--conv-mode", "instructblip", "--max-new-tokens", "2"};
    JsonNode document =
        json(
            run(model, image, with(asked, "--json", "--method", "none", "fastv:layer=1,tokens=2")));
    JsonNode explained = document.get("images").get(0);
    assertThat(explained.get("queries").get("layer").intValue()).isEqualTo(3);
    assertThat(explained.get("queries").get("queries"))
        .hasSize(5)
        .allMatch(one -> one.size() == 16);
    JsonNode none = explained.get("methods").get(0);
    JsonNode fastv = explained.get("methods").get(1);
    assertThat(none.get("visual_tokens_after").intValue()).isEqualTo(5);
    assertThat(none.get("answer").isNull()).isFalse();
    assertThat(none.get("staying")).isEmpty();
    assertThat(fastv.get("staying")).hasSize(1);
    assertThat(fastv.get("staying").get(0).get("layer").intValue()).isEqualTo(1);
    assertThat(fastv.get("staying").get(0).get("queries")).hasSize(2);
    assertThat(none.get("flops_projector").longValue())
        .isEqualTo(
            none.get("flops_total").longValue()
                - none.get("flops_vision").longValue()
                - none.get("flops_prefill").longValue()
                - none.get("flops_decode").longValue());
    assertThat(Files.readString(folder.resolve("out").resolve("explain.html")))
        .contains("What the queries look at", "From layer 1 on: 2 of 5 queries");
    assertThat(folder.resolve("out/1-wide.png/queries-fastv_layer=1,tokens=2-from-1.png"))
        .isNotEmptyFile();
  }

  @Test
  void whatAQFormerCannotShowIsRefused() throws IOException {
    String model = golden("queries/instructblip");
    Path image = picture("wide.png", 60, 20);
    String[] asked = {"--prompt", "Is there a dog?", "--conv-mode", "instructblip"};
    assertRefused(2, run(model, image, "--method", "none"), "Q-Former reads", "--prompt");
    assertRefused(2, run(model, image, with(asked, "--method", "prumerge")), "queries make 5");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void allMethodsThatAModelCannotRunAreNamed() throws IOException {
    assertRefused(
        2,
        run(
            golden("qwen/qwen2_5_vl/tied"),
            picture("wide.png", 60, 20),
            with(
                new String[] {"--conv-mode", "qwen2_vl"},
                "--method",
                "none",
                "prumerge",
                "visionzip:tokens=4")),
        "Cannot use 2 of 3 methods with ",
        "(1) prumerge: Cannot look at the class token",
        "write visionzip:attention=received,tokens=4");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  private static String[] with(String[] first, String... more) {
    return Stream.concat(Stream.of(first), Stream.of(more)).toArray(String[]::new);
  }

  private static String golden(String name) {
    return Path.of(
            System.getProperty("project.root"), "udfs", "src", "test", "resources", "goldens")
        .resolve(name)
        .toString();
  }

  private static void assertRefused(int code, CommandLineRun run, String... parts) {
    assertThat(run.code()).as(run.err()).isEqualTo(code);
    assertThat(run.problems())
        .singleElement()
        .asString()
        .startsWith("prumerge-spark: ")
        .contains(parts);
    assertThat(run.out()).isEmpty();
  }
}
