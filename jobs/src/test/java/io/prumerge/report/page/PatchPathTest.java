package io.prumerge.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.report.page.SeenImages.PatchPath;
import java.awt.geom.Path2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PatchPathTest {

  private static final Pattern RECTANGLE = Pattern.compile("M(\\d+) (\\d+)h(\\d+)v1h-(\\d+)z");

  @Test
  void coversWhatIsNotKept() {
    assertThat(PatchPath.dropped(3, 3, List.of(4)))
        .isEqualTo("M0 0h3v1h-3zM0 1h1v1h-1zM2 1h1v1h-1zM0 2h3v1h-3z");
    assertThat(PatchPath.dropped(2, 2, List.of(0, 1, 2, 3))).isEmpty();
    assertThat(PatchPath.dropped(1, 1, List.of())).isEqualTo("M0 0h1v1h-1z");
  }

  @Test
  void coversEveryDroppedPatchAndNoOther() {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      int rows = 1 + random.nextInt(8);
      int cols = 1 + random.nextInt(8);
      List<Integer> kept = new ArrayList<>();
      for (int patch = 0; patch < rows * cols; patch++) {
        if (random.nextBoolean()) {
          kept.add(patch);
        }
      }
      Path2D covered = area(PatchPath.dropped(rows, cols, kept));
      for (int patch = 0; patch < rows * cols; patch++) {
        assertThat(covered.contains(patch % cols + 0.5, patch / cols + 0.5))
            .as("patch %d of %s", patch, kept)
            .isNotEqualTo(kept.contains(patch));
      }
    }
  }

  private static Path2D area(String path) {
    Path2D area = new Path2D.Double();
    Matcher rectangle = RECTANGLE.matcher(path);
    while (rectangle.find()) {
      double x = Double.parseDouble(rectangle.group(1));
      double y = Double.parseDouble(rectangle.group(2));
      double width = Double.parseDouble(rectangle.group(3));
      area.moveTo(x, y);
      area.lineTo(x + width, y);
      area.lineTo(x + width, y + 1);
      area.lineTo(x, y + 1);
      area.closePath();
    }
    return area;
  }

  @Test
  void onlySquaresHaveASide() {
    assertThat(PatchPath.side(576)).isEqualTo(24);
    assertThat(PatchPath.side(2)).isZero();
  }
}
