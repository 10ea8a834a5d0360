package io.prumerge.report.page;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Where the images are.
 *
 * @param folders of examples; if empty, those that the runs name
 * @param rows examples that are in no folder, used instead of all folders
 */
public record PictureSources(List<String> folders, Optional<Dataset<Row>> rows) {

  public PictureSources {
    folders = List.copyOf(folders);
  }
}
