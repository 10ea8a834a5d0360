package io.prumerge.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.config.LlavaConfig;
import io.prumerge.console.Console;
import io.prumerge.console.UsageException;
import io.prumerge.image.size.ImageBounds;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.store.Folders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Methods are tried on the examples' own pictures, never on one that nobody asks about. */
class MethodTrialsTest {

  private static final Path GOLDENS =
      Path.of(System.getProperty("project.root"), "udfs/src/test/resources/goldens");
  private static final ClipFolders CLIPS =
      new ClipFolders(Folders.withoutSpark(Console.SILENT).models());

  private static LlavaConfig model(String folder) {
    return Checkpoint.configuration(GOLDENS.resolve(folder));
  }

  /** Blocks of 8 pixels are its patches. */
  private static LlavaConfig qwen(int leastPixels, int mostPixels) {
    return model("qwen/qwen2_5_vl/tied").within(new ImageBounds(leastPixels, mostPixels, 0));
  }

  private static PlannedSize size(int width, int height, long rows) {
    return new PlannedSize(width, height, 1, rows);
  }

  private static MethodTrials tried(LlavaConfig model, List<PlannedSize> sizes, String... methods)
      throws IOException {
    return tried(SeenPictures.of(model, sizes), methods);
  }

  private static MethodTrials tried(SeenPictures pictures, String... methods) throws IOException {
    List<MethodSpec> specs = Stream.of(methods).map(MethodSpec::parse).toList();
    return MethodTrials.of(
        pictures,
        "MODEL",
        specs,
        method -> new MethodTrial(pictures, method, 10, 5, CLIPS).outcome());
  }

  private static int tokens(MethodTrials tried) {
    return tried.estimates().get(0).tokens();
  }

  /** More than a photograph of 640 x 480 pixels has, and than a small one of these bounds. */
  @ParameterizedTest
  @CsvSource({
    "1000000, 320, 320, divprune:tokens=1500, 1500",
    "1000000, 320, 320, none, 1600",
    "1024, 200, 200, divprune:tokens=14, 14",
    "1024, 200, 200, 'spatial:rows=4,cols=4', 16",
    "1024, 200, 200, 'fastv:layer=1,tokens=@mean:13', 16",
    "1000000, 320, 320, 'divprune:tokens=1200..fastv:layer=1,tokens=900', 1200",
    "1000000, 320, 320, 'clse:layers=1,tokens=@mean:1300', 1600",
    "1000000, 1000, 800, 'uniform:tokens=12000', 12000",
    "1000000, 1000, 800, 'divprune:tokens=12000', 12000"
  })
  void aNumberIsThatOfTheExamplesPictures(
      int most, int width, int height, String method, int tokens) throws IOException {
    MethodTrials tried = tried(qwen(64, most), List.of(size(width, height, 3)), method);
    assertThat(tokens(tried)).isEqualTo(tokens);
    assertThat(tried.misfits()).isEmpty();
  }

  @Test
  void whatNoPictureHasIsRefusedWithFigures() {
    List<PlannedSize> sizes = List.of(size(80, 80, 3), size(160, 80, 2));
    assertThatThrownBy(() -> tried(qwen(64, 1_000_000), sizes, "none", "divprune:tokens=201"))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot use divprune:tokens=201 with MODEL: Cannot keep 201 tokens: the image has 200"
                + " patches; give tokens=200 or fewer (the examples' pictures have 100 to 200"
                + " patches)");
  }

  @Test
  void picturesThatAreTooSmallAreCounted() throws IOException {
    List<PlannedSize> sizes = List.of(size(80, 80, 3), size(160, 80, 2), size(79, 81, 1));
    MethodTrials tried = tried(qwen(64, 1_000_000), sizes, "divprune:tokens=150", "none");
    assertThat(tokens(tried)).isEqualTo(150);
    assertThat(tried.misfits())
        .containsExactly(
            "divprune:tokens=150 cannot reduce 4 of 6 pictures, whose answers will be the error"
                + " reduction_failed (of one: Cannot keep 150 tokens: the image has 100 patches;"
                + " give tokens=100 or fewer)");
  }

  /** Whatever the row says: a picture of unknown size may have it. */
  @ParameterizedTest
  @CsvSource({"0, 0, 1", "80, 80, 2"})
  void whatIsNotKnownIsLeftToTheRow(int width, int height, int images) throws IOException {
    List<PlannedSize> sizes = List.of(size(80, 80, 3), new PlannedSize(width, height, images, 1));
    MethodTrials tried = tried(qwen(64, 1_000_000), sizes, "divprune:tokens=9000");
    assertThat(tokens(tried)).isEqualTo(9000);
    assertThat(tried.misfits()).hasSize(1).first().asString().contains("cannot reduce 3 of 3");
    assertThatThrownBy(() -> tried(qwen(64, 1_000_000), sizes, "divprune:tokens=99000000"))
        .hasMessageContaining("Cannot keep 99000000 tokens: the image has");
  }

  /** The longest picture has more patches than the most pixels. */
  @Test
  void aVeryLongPictureMayHaveMoreThanTheBounds() throws IOException {
    LlavaConfig model = qwen(64, 1024);
    SeenPictures unknown = SeenPictures.unknown(model);
    assertThat(tokens(tried(unknown, "divprune:tokens=20"))).isEqualTo(20);
    assertThat(tokens(tried(model, List.of(size(1600, 8, 1)), "divprune:tokens=20"))).isEqualTo(20);
    assertThatThrownBy(() -> tried(unknown, "divprune:tokens=20000"))
        .isInstanceOf(UsageException.class);
  }

  @Test
  void aPictureThatTheModelDoesNotTakeIsNone() {
    LlavaConfig model = qwen(64, 1_000_000);
    SeenPictures pictures = SeenPictures.of(model, List.of(size(80, 80, 1), size(2000, 8, 1)));
    assertThat(pictures.patches()).isEqualTo("100");
    assertThat(pictures.unknown()).isZero();
  }

  /** Up to 2 x 2 tiles of 16 patches, in addition to the whole image. */
  @ParameterizedTest
  @CsvSource({"32, 32, 80", "64, 64, 80", "64, 32, 48", "32, 64, 48"})
  void tilesAreThoseOfTheExamplesPictures(int width, int height, int patches) throws IOException {
    LlavaConfig model = model("families/next");
    List<PlannedSize> sizes = List.of(size(width, height, 1));
    assertThat(SeenPictures.of(model, sizes).patches()).isEqualTo(Integer.toString(patches));
    int most = patches - patches / 16; // one of each view less
    assertThat(tokens(tried(model, sizes, "uniform:tokens=" + most))).isEqualTo(most);
    assertThatThrownBy(() -> tried(model, sizes, "uniform:tokens=" + (patches + 1)))
        .isInstanceOf(UsageException.class);
  }

  /** Each of two images has its own patches. */
  @Test
  void imagesOfOnePromptHaveTheirPatchesTogether() throws IOException {
    LlavaConfig llava =
        Checkpoint.configuration(Path.of(System.getProperty("project.root"), "conf", "mini-llava"));
    List<PlannedSize> sizes = List.of(new PlannedSize(0, 0, 1, 4), new PlannedSize(0, 0, 2, 3));
    MethodTrials tried = tried(llava, sizes, "uniform:tokens=200", "prumerge");
    assertThat(tokens(tried)).isEqualTo(200);
    assertThat(tried.misfits()).hasSize(1).first().asString().contains("4 of 7 pictures");
    assertThatThrownBy(() -> tried(llava, sizes, "uniform:tokens=289"))
        .hasMessageContaining("the examples' pictures have 144 to 288 patches");
  }

  /** Of 12,500 patches not all pairs are looked at. */
  @Test
  void aBudgetOfFlopsIsEstimatedOnASmallerPicture() throws IOException {
    LlavaConfig model = qwen(1_000_000, 1_000_000);
    List<PlannedSize> sizes = List.of(size(1000, 800, 1));
    assertThat(tokens(tried(model, sizes, "divprune:flops=@uniform:tokens=2000")))
        .isBetween(1, 4096);
  }

  @Test
  void allMethodsThatAModelCannotRunAreNamedWithTheSpellingThatRuns() {
    assertThatThrownBy(
            () ->
                tried(
                    SeenPictures.unknown(qwen(64, 1_000_000)),
                    "none",
                    "prumerge",
                    "visionzip:tokens=64",
                    "pyramiddrop:layers=1",
                    "divprune:tokens=20"))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("Cannot use 3 of 5 methods with MODEL: (1) prumerge: Cannot look")
        .hasMessageContaining("(2) visionzip:tokens=64: Cannot look at the class token")
        .hasMessageContaining("; write visionzip:attention=received,tokens=64 (3) pyramiddrop")
        .hasMessageContaining("Cannot close up positions");
  }
}
