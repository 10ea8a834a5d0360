package io.prumerge.finetune;

import io.prumerge.console.Setting;
import io.prumerge.source.ImageFolder;
import io.prumerge.source.JsonItems;
import io.prumerge.source.JsonLine;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ObjIntConsumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Where the training data lie.
 *
 * @param file a JSON array of rows in LLaVA's form, gzip or not
 * @param images the images' folder, then others that its links may lead to
 * @param limit reads no more than the first rows of this number
 */
record DataSource(String file, List<String> images, int limit) implements Serializable {

  private static final long serialVersionUID = 1L;

  DataSource {
    images = List.copyOf(images);
  }

  /**
   * Reads the rows one by one.
   *
   * @param sink receives a row and its number, from 0
   * @throws io.prumerge.source.DataException with the line at which the file is no such array
   */
  void read(Configuration hadoop, ObjIntConsumer<JsonLine> sink) throws IOException {
    AtomicInteger next = new AtomicInteger();
    JsonItems.array(
        new Path(file),
        hadoop,
        line -> {
          int row = next.getAndIncrement();
          if (row < limit) {
            sink.accept(line, row);
          }
        });
  }

  /** Returns the folder that images are read from. */
  ImageFolder folder() {
    return new ImageFolder(images.get(0), images, Setting.IMAGES);
  }
}
