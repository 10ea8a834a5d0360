package io.prumerge.mini.scene;

import io.prumerge.spark.NamedRow;
import io.prumerge.store.ImageParquet;
import java.util.Arrays;
import java.util.Locale;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The training table {@code scenes.parquet}, one row per scene:
 *
 * <ul>
 *   <li>{@code scene_id}, {@code split}, {@code seed}, {@code scene_index}: identify the scene
 *   <li>{@code kind}: objects, word or chart; {@code background}: its colour's name
 *   <li>{@code image}: the PNG file
 *   <li>{@code caption}: the answer to "Describe the image."
 *   <li>{@code objects}: array of {@code shape}, {@code colour}, {@code size}, {@code position} and
 *       the bounding box {@code left}, {@code top}, {@code width}, {@code height} in pixels
 *   <li>{@code word}: {@code text}, {@code kind} and bounding box; null if there is none
 *   <li>{@code bars}: array of {@code colour}, {@code units} and bounding box, from left to right
 *   <li>{@code patches}: one array per {@link PatchLabel} under its name, with a value for each of
 *       the 144 patches in raster order, as {@link PatchLabels} describes them
 * </ul>
 */
public final class SceneTable {

  /** Scenes per task: about five seconds of work and one file of about ten megabytes. */
  private static final int SCENES_PER_TASK = 2500;

  private static final StructType OBJECT = boxed("shape", "colour", "size", "position");
  private static final StructType WORD = boxed("text", "kind");
  private static final StructType BAR =
      box(
          new StructType()
              .add("colour", DataTypes.StringType, false)
              .add("units", DataTypes.IntegerType, false));
  private static final StructType PATCHES = patches();
  private static final StructType SCHEMA =
      new StructType()
          .add("scene_id", DataTypes.StringType, false)
          .add("split", DataTypes.StringType, false)
          .add("seed", DataTypes.LongType, false)
          .add("scene_index", DataTypes.IntegerType, false)
          .add("kind", DataTypes.StringType, false)
          .add("background", DataTypes.StringType, false)
          .add("image", DataTypes.BinaryType, false)
          .add("caption", DataTypes.StringType, false)
          .add("objects", array(OBJECT), false)
          .add("word", WORD, true)
          .add("bars", array(BAR), false)
          .add("patches", PATCHES, false);

  private SceneTable() {}

  /** Returns the columns and types. */
  public static StructType schema() {
    return SCHEMA;
  }

  /**
   * Writes scenes 0 to {@code scenes} - 1. Executors generate them from their numbers; none passes
   * through the driver.
   *
   * @param output a folder that does not exist yet
   */
  public static void write(SparkSession spark, long seed, Split split, int scenes, String output) {
    int tasks = Math.max(1, (scenes + SCENES_PER_TASK - 1) / SCENES_PER_TASK);
    JavaRDD<Row> rows =
        spark
            .range(0, scenes, 1, tasks)
            .javaRDD()
            .map(index -> Rows.row(new SceneGenerator(seed, split).scene(Math.toIntExact(index))));
    ImageParquet.write(spark.createDataFrame(rows, schema()), output);
  }

  private static DataType array(StructType element) {
    return DataTypes.createArrayType(element, false);
  }

  private static StructType boxed(String... names) {
    StructType type = new StructType();
    for (String name : names) {
      type = type.add(name, DataTypes.StringType, false);
    }
    return box(type);
  }

  private static StructType box(StructType type) {
    return type.add("left", DataTypes.IntegerType, false)
        .add("top", DataTypes.IntegerType, false)
        .add("width", DataTypes.IntegerType, false)
        .add("height", DataTypes.IntegerType, false);
  }

  private static StructType patches() {
    DataType values = DataTypes.createArrayType(DataTypes.ByteType, false);
    return new StructType(
        Arrays.stream(PatchLabel.values())
            .map(label -> DataTypes.createStructField(label.displayName(), values, false))
            .toArray(StructField[]::new));
  }

  /** Turns scenes into rows of {@link SceneTable}, on executors. */
  private static final class Rows {

    private Rows() {}

    static Row row(Scene scene) {
      return new NamedRow(SCHEMA)
          .with("scene_id", scene.id())
          .with("split", scene.split().displayName())
          .with("seed", scene.seed())
          .with("scene_index", scene.index())
          .with("kind", scene.kind().displayName())
          .with("background", scene.backdrop().background().displayName())
          .with("image", PngWriter.write(ScenePainter.paint(scene)))
          .with("caption", scene.caption())
          .with("objects", scene.objects().stream().map(Rows::object).toArray(Row[]::new))
          .with("word", scene.word().map(Rows::word).orElse(null))
          .with(
              "bars",
              scene.chart().stream()
                  .flatMap(chart -> chart.bars().stream())
                  .map(Rows::bar)
                  .toArray(Row[]::new))
          .with("patches", patches(PatchLabels.of(scene)))
          .row();
    }

    private static Row object(SceneObject object) {
      return boxed(OBJECT, object.box())
          .with("shape", object.shape().displayName())
          .with("colour", object.colour().displayName())
          .with("size", object.size().displayName())
          .with("position", object.position().displayName())
          .row();
    }

    private static Row word(PrintedWord word) {
      return boxed(WORD, word.box())
          .with("text", word.text())
          .with("kind", word.kind().name().toLowerCase(Locale.ROOT))
          .row();
    }

    private static Row bar(Bar bar) {
      return boxed(BAR, bar.box())
          .with("colour", bar.colour().displayName())
          .with("units", bar.units())
          .row();
    }

    private static NamedRow boxed(StructType columns, Box box) {
      return new NamedRow(columns)
          .with("left", box.left())
          .with("top", box.top())
          .with("width", box.width())
          .with("height", box.height());
    }

    private static Row patches(PatchLabels labels) {
      NamedRow patches = new NamedRow(PATCHES);
      for (PatchLabel label : PatchLabel.values()) {
        patches.with(label.displayName(), bytes(labels.values(label)));
      }
      return patches.row();
    }

    private static byte[] bytes(int[] values) {
      byte[] bytes = new byte[values.length];
      for (int i = 0; i < values.length; i++) {
        bytes[i] = (byte) values[i];
      }
      return bytes;
    }
  }
}
