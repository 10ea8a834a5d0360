package io.prumerge.prepare;

import static org.apache.spark.sql.functions.expr;

import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.store.Table;
import io.prumerge.video.FrameNumber;
import io.prumerge.video.FrameProtocol;
import io.prumerge.video.FrameRule;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The protocols by which frames of an examples table's videos were chosen. */
public final class ExampleProtocols {

  private ExampleProtocols() {}

  /**
   * Returns the protocols, in the order in which videos name them; none without a video. Reads no
   * frame.
   *
   * @param examples rows of {@link Table#EXAMPLES}
   * @throws DataException if some rows have videos and others images
   */
  public static List<FrameProtocol> of(Dataset<Row> examples) {
    List<Row> all =
        examples
            .selectExpr(
                "image_id IS NOT NULL AND video.name IS NULL AS picture",
                "posexplode_outer(video.protocols) AS (place, protocol)")
            .selectExpr("picture", "place", "protocol.rule", "protocol.frames", "protocol.fps")
            .groupBy("picture", "rule", "frames", "fps")
            .agg(expr("min(place) AS place"), expr("count(1) AS rows"))
            .where("picture OR rule IS NOT NULL")
            .orderBy("place", "rule", "frames", "fps")
            .collectAsList();
    long pictures =
        all.stream().filter(row -> row.getBoolean(0)).mapToLong(row -> row.getAs("rows")).sum();
    List<FrameProtocol> protocols =
        all.stream().filter(row -> !row.getBoolean(0)).map(ExampleProtocols::protocol).toList();
    requireOneKind(pictures, !protocols.isEmpty());
    return protocols;
  }

  /**
   * Returns the protocol of a row.
   *
   * @param row with the columns {@code rule}, {@code frames} and {@code fps}
   */
  static FrameProtocol protocol(Row row) {
    Integer frames = row.getAs("frames");
    Double rate = row.getAs("fps");
    return new FrameProtocol(
        FrameRule.of(row.getAs("rule")),
        frames == null ? FrameNumber.perSecond(rate) : FrameNumber.of(frames));
  }

  /**
   * Refuses examples with videos and images: a run asks about videos by a protocol.
   *
   * @param pictures rows with images
   * @param videos whether others have videos
   */
  public static void requireOneKind(long pictures, boolean videos) {
    if (pictures > 0 && videos) {
      throw new DataException(
          Text.format(
              "Cannot ask about videos and images in one run, but %,d of the examples' rows have"
                  + " images and others videos; evaluate each kind in a folder of its own",
              pictures));
    }
  }
}
