package io.prumerge;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Rows of questions with pictures, for tables of catalogs. */
final class QuestionsInTables {

  private static final StructType COLUMNS =
      StructType.fromDDL("id BIGINT, asked STRING, answer STRING, photo BINARY");

  private QuestionsInTables() {}

  static Dataset<Row> rows(SparkSession spark, long... ids) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (long id : ids) {
      BufferedImage image = new BufferedImage(6 + (int) id, 4, BufferedImage.TYPE_INT_RGB);
      ByteArrayOutputStream png = new ByteArrayOutputStream();
      ImageIO.write(image, "png", png);
      rows.add(RowFactory.create(id, "What is " + id + "?", "a" + id, png.toByteArray()));
    }
    return spark.createDataFrame(rows, COLUMNS).coalesce(1);
  }

  /** Writes a benchmark's file for a table, and returns its path. */
  static String file(Path folder, String table) throws IOException {
    Path file = folder.resolve("own.yaml");
    Files.writeString(
        file,
        String.join(
            "\n",
            "name: own",
            "data: table:" + table,
            "columns: {id: id, question: asked, answers: answer, image: photo}",
            "score: {exact: {rule: exact}}",
            ""));
    return file.toString();
  }

  /** Returns the ids of examples' questions, sorted. */
  static List<String> ids(Dataset<Row> examples) {
    return examples
        .selectExpr("inline(questions)")
        .orderBy("question_id")
        .select("question_id")
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }
}
