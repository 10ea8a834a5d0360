package io.prumerge.mini.scene;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class SceneTableTest {

  @TempDir private Path folder;

  @Test
  void holdsWhatTheGeneratorMakes() {
    List<Row> rows = written(30);
    assertThat(rows).hasSize(30);
    for (int i = 0; i < rows.size(); i++) {
      Scene scene = new SceneGenerator(5, Split.TRAIN).scene(i);
      Row row = rows.get(i);
      assertThat(row.<String>getAs("scene_id")).isEqualTo(scene.id());
      assertThat(row.<String>getAs("caption")).isEqualTo(scene.caption());
      assertThat(row.<byte[]>getAs("image")).isEqualTo(PngWriter.write(ScenePainter.paint(scene)));
      assertThat(row.getList(row.fieldIndex("objects"))).hasSize(scene.objects().size());
      assertThat(row.isNullAt(row.fieldIndex("word"))).isEqualTo(scene.word().isEmpty());
      Row patches = row.getStruct(row.fieldIndex("patches"));
      for (PatchLabel label : PatchLabel.values()) {
        List<Byte> values = patches.getList(patches.fieldIndex(label.displayName()));
        assertThat(values.stream().mapToInt(Byte::intValue).toArray())
            .isEqualTo(PatchLabels.of(scene).values(label));
      }
    }
  }

  @Test
  void namesItsNestedColumns() {
    Row row =
        written(30).stream().filter(each -> each.getAs("word") != null).findFirst().orElseThrow();
    PrintedWord word =
        new SceneGenerator(5, Split.TRAIN).scene(row.getAs("scene_index")).word().orElseThrow();
    Row written = row.getStruct(row.fieldIndex("word"));
    assertThat(written.<String>getAs("text")).isEqualTo(word.text());
    assertThat(written.<Integer>getAs("left")).isEqualTo(word.box().left());
    assertThat(written.<Integer>getAs("width")).isEqualTo(word.box().width());
  }

  @Test
  void mayBeEmpty() {
    assertThat(written(0)).isEmpty();
  }

  private List<Row> written(int scenes) {
    SparkSession spark = LocalSpark.session();
    String output = folder.resolve("scenes.parquet").toString();
    SceneTable.write(spark, 5, Split.TRAIN, scenes, output);
    return spark.read().parquet(output).orderBy("scene_index").collectAsList();
  }
}
