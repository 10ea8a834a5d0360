package io.prumerge.plan;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.prumerge.prepare.ExampleKeys;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;

/**
 * The first images of each benchmark, in the order of their keys, that have at least a number of
 * questions together. It holds one key per benchmark.
 */
final class FirstImages implements Iterator<Row> {

  /** The last image of a benchmark that is kept. */
  private record Last(String split, String key, long questions) {}

  private final Iterator<Row> images;
  private final long limit;
  private final Map<String, Last> lasts = new HashMap<>();
  private Row next;

  /**
   * @param images rows of {@link ExampleKeys#sorted}
   * @param limit questions per benchmark, at least
   */
  FirstImages(Iterator<Row> images, long limit) {
    this.images = images;
    this.limit = limit;
  }

  @Override
  public boolean hasNext() {
    while (next == null && images.hasNext()) {
      Row image = images.next();
      Last last = lasts.get(image.getString(0));
      long before = last == null ? 0 : last.questions();
      if (before < limit) {
        next = image;
        lasts.put(
            image.getString(0),
            new Last(image.getString(1), image.getString(2), before + image.getInt(3)));
      }
    }
    return next != null;
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException("There are no more images within the limit");
    }
    Row image = next;
    next = null;
    return image;
  }

  /** Returns the condition that holds for the rows passed so far, and for no others. */
  Column passed() {
    Column any = lit(false);
    for (Map.Entry<String, Last> entry : lasts.entrySet()) {
      Last last = entry.getValue();
      Column upToLast =
          col("split")
              .lt(last.split())
              .or(
                  col("split")
                      .equalTo(last.split())
                      .and(col(ExampleKeys.IMAGE_KEY).leq(last.key())));
      any = any.or(col("benchmark").equalTo(entry.getKey()).and(upToLast));
    }
    return any;
  }
}
