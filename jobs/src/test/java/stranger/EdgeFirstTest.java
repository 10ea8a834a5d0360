package stranger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.engine.LlavaEngine;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.ReducerFactory;
import io.prumerge.reduction.TokenReducer;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of a method that udfs/README.md names works from a jar. */
@Tag("model")
class EdgeFirstTest {

  private static final Path ROOT = Path.of(System.getProperty("project.root"));

  @TempDir private Path folder;

  @AfterAll
  static void unload() {
    LlavaEngine.releaseIdle();
  }

  private Path jar(Class<? extends ReducerFactory> factory) throws IOException {
    return StrangersJar.of(folder, ReducerFactory.class, factory);
  }

  private static CommandLineRun ran(String... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  @Test
  void choosesAsItSays() throws Exception {
    Path picture = folder.resolve("noise.png");
    BufferedImage noise = new BufferedImage(60, 60, BufferedImage.TYPE_INT_RGB);
    IntStream.range(0, 3600).forEach(i -> noise.setRGB(i % 60, i / 60, i * 7919 & 0xffffff));
    ImageIO.write(noise, "png", picture.toFile());
    StrangersJar.seen(
        jar(EdgeFirst.Factory.class),
        () -> {
          List<Integer> border =
              kept(picture, "fastervlm:tokens=40").stream()
                  .filter(EdgeFirstTest::atBorder)
                  .toList();

          assertThat(border).hasSizeBetween(2, 39);
          assertThat(kept(picture, "edgefirst:tokens=" + border.size())).isEqualTo(border);
          assertThat(kept(picture, "edgefirst:tokens=45").stream().filter(EdgeFirstTest::atBorder))
              .as("all of a grid of 12 x 12")
              .hasSize(44);
        });
  }

  private List<Integer> kept(Path picture, String method) throws IOException {
    CommandLineRun run =
        ran(
            "explain",
            "--json",
            "--device",
            "cpu",
            "--model",
            ROOT.resolve("conf/mini-llava").toString(),
            "--image",
            picture.toString(),
            "--method",
            method,
            "--output",
            folder.resolve(method.replace(':', '-')).toString());
    List<Integer> kept = new ArrayList<>();
    new ObjectMapper()
        .readTree(run.out())
        .at("/images/0/methods/0/kept_indices")
        .forEach(patch -> kept.add(patch.intValue()));
    return kept;
  }

  private static boolean atBorder(int patch) {
    return patch / 12 % 11 == 0 || patch % 12 % 11 == 0;
  }

  @Test
  void isListedBesideTheOthers() throws Exception {
    StrangersJar.seen(
        jar(EdgeFirst.Factory.class),
        () -> {
          assertThat(ran("list", "methods").out()).contains("prumerge+", "edgefirst", "fastv");
          assertThat(ran("list", "methods", "edgefirst").out())
              .containsPattern("shortest spec +edgefirst:tokens=64")
              .containsPattern("needs +class token")
              .containsPattern("stage +before the decoder");
        });
  }

  /** A method that cannot do without a key that {@link ReducerFactory#about} does not give. */
  public static final class Unexplained implements ReducerFactory {

    @Override
    public String name() {
      return "unexplained";
    }

    @Override
    public List<String> keys() {
      return List.of("reach");
    }

    @Override
    public TokenReducer create(Parameters parameters) {
      throw parameters.refusal("reach", "a number");
    }
  }

  @Test
  void aMethodWithoutAnExampleDoesNotHideTheOthers() throws Exception {
    StrangersJar.seen(
        jar(Unexplained.class),
        () -> {
          assertThat(ran("list", "methods").out()).contains("prumerge+", "unexplained", "fastv");
          assertThat(ran("list", "methods", "unexplained").out())
              .containsPattern("stage +unknown: about\\(\\) gives no example of unexplained");
        });
  }
}
