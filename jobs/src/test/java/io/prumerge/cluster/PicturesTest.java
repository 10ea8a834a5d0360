package io.prumerge.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code notebooks/pictures/make.py} draws by itself. */
@Tag("process")
class PicturesTest {

  private static final Path NOTEBOOKS =
      Path.of(System.getProperty("project.root")).resolve("notebooks");

  private static final String MARKS =
      """
      import make
      for mark in make.marks(open('%s').read()):
          print(mark.row, make.SERIES[mark.series].name(), mark.value, mark.low, mark.high)
      """;

  @TempDir private static Path temp;
  private static Optional<String> lacks;

  @BeforeAll
  static void lookForPackages() throws InterruptedException {
    lacks = python().lacks(NOTEBOOKS.resolve("requirements.txt"));
  }

  /** Test by test: reports count no tests of a class that is left out as a whole. */
  @BeforeEach
  void needsPython() {
    assumeTrue(
        lacks.isEmpty(),
        () -> "no Python with the packages of notebooks/requirements.txt: " + lacks.orElseThrow());
  }

  @Test
  void readsEachBudgetsRetentions() throws Exception {
    Python.Result result =
        marks(
            """
            # Leaderboard
            ## 48 visual tokens
            | method | group | retention % | above chance % |
            |---|---|---:|---:|
            | `none` | a | 100.0 | 100.0 |
            | `dart:layer=1` | a | 100.0 (99.3–100.7) | 100.0 |
            | `random`, 3 seeds | gh | 81.1 (79.8–82.4; ±0.2) | 75.8 |
            ## 16 visual tokens
            | `holov:mode=capped,positions=kept` | b | 55.1 (52.8–57.3) | 30.8 |
            | `a:positions=kept` | b | 5.5 (5.2–5.7) | 30.8 |
            | `a:positions=kept..dart:layer=1` | b | 98.3 (97.3–99.2) | 97.3 |
            ## Other numbers
            | `divprune` | 89.6 | 88.9 |
            """);

    assertThat(result.exitCode()).as(result.printed()).isZero();
    assertThat(result.printed().lines())
        .containsExactly(
            "dart:layer=1 48 visual tokens 100.0 99.3 100.7",
            "random 48 visual tokens 81.1 79.8 82.4",
            "holov:mode=capped 16 visual tokens, positions=kept 55.1 52.8 57.3",
            "a 16 visual tokens, positions=kept 5.5 5.2 5.7",
            "a:positions=kept..dart:layer=1 16 visual tokens 98.3 97.3 99.2");
  }

  /** A row is never left out of the picture because its form has changed. */
  @Test
  void refusesARowWithoutAnInterval() throws Exception {
    Python.Result result = marks("## 48 visual tokens\n| `dart` | a | 100.0 | 100.0 |\n");

    assertThat(result.exitCode()).isNotZero();
    assertThat(result.printed()).contains("Failure", "| `dart` | a | 100.0 | 100.0 |");
  }

  @Test
  void drawsTheWholePageOnOneScreen() throws Exception {
    Path picture = temp.resolve("leaderboard.png");

    Python.Result result =
        ran("import make, pathlib\nmake.leaderboard(pathlib.Path('%s'))\n".formatted(picture));

    assertThat(result.exitCode()).as(result.printed()).isZero();
    BufferedImage drawn = ImageIO.read(picture.toFile());
    assertThat(drawn.getWidth()).isEqualTo(1100);
    assertThat(drawn.getHeight()).isBetween(500, 1000);
  }

  private static Python.Result marks(String page) throws IOException, InterruptedException {
    return ran(MARKS.formatted(Files.writeString(temp.resolve("page.md"), page)));
  }

  private static Python.Result ran(String script) throws IOException, InterruptedException {
    Files.write(temp.resolve("script.py"), List.of(script));
    return python().module("script");
  }

  private static Python python() {
    String path = NOTEBOOKS.resolve("pictures") + System.getProperty("path.separator") + temp;
    return new Python(temp, Map.of("PYTHONPATH", path, "PYTHONDONTWRITEBYTECODE", "1"));
  }
}
