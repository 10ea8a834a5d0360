package io.prumerge.mini.scene;

import java.util.Arrays;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Turns scenes into rows of {@link SceneTable}, on executors. */
final class SceneRows {

  private SceneRows() {}

  static Row row(Scene scene) {
    return RowFactory.create(
        scene.id(),
        scene.split().displayName(),
        scene.seed(),
        scene.index(),
        scene.kind().displayName(),
        scene.backdrop().background().displayName(),
        PngWriter.write(ScenePainter.paint(scene)),
        scene.caption(),
        scene.objects().stream().map(SceneRows::object).toArray(Row[]::new),
        scene.word().map(SceneRows::word).orElse(null),
        scene.chart().stream()
            .flatMap(chart -> chart.bars().stream())
            .map(SceneRows::bar)
            .toArray(Row[]::new),
        patches(PatchLabels.of(scene)));
  }

  private static Row object(SceneObject object) {
    Box box = object.box();
    return RowFactory.create(
        object.shape().displayName(),
        object.colour().displayName(),
        object.size().displayName(),
        object.position().displayName(),
        box.left(),
        box.top(),
        box.width(),
        box.height());
  }

  private static Row word(PrintedWord word) {
    Box box = word.box();
    return RowFactory.create(
        word.text(),
        word.kind().name().toLowerCase(Locale.ROOT),
        box.left(),
        box.top(),
        box.width(),
        box.height());
  }

  private static Row bar(Bar bar) {
    Box box = bar.box();
    return RowFactory.create(
        bar.colour().displayName(), bar.units(), box.left(), box.top(), box.width(), box.height());
  }

  private static Row patches(PatchLabels labels) {
    return RowFactory.create(
        Arrays.stream(PatchLabel.values()).map(label -> bytes(labels.values(label))).toArray());
  }

  private static byte[] bytes(int[] values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }
}
