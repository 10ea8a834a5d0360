package io.prumerge.plan;

import static org.apache.spark.sql.functions.expr;

import io.prumerge.store.Table;
import io.prumerge.video.ChosenFrames;
import io.prumerge.video.FrameProtocol;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * How large, how many and how dense the planned pictures and chosen frames are, and how long the
 * questions about them. Each answer is a Spark job.
 *
 * @param rows of {@link Table#EXAMPLES}
 */
record PlannedPictures(Dataset<Row> rows) {

  /**
   * Returns how many frames of a video a protocol chooses; where it says how many a second, the
   * mean of the planned videos that can be shown, rounded up, and at least 1.
   */
  int frames(FrameProtocol protocol) {
    OptionalInt stated = protocol.number().frames();
    if (stated.isPresent()) {
      return stated.getAsInt();
    }
    Row mean =
        rows.where("image_sha256 IS NOT NULL")
            .selectExpr(new ChosenFrames(protocol).count() + " AS frames")
            .where("frames > 0")
            .agg(expr("CAST(coalesce(ceil(avg(frames)), 1) AS INT)"))
            .first();
    return mean.getInt(0);
  }

  /**
   * Returns the sizes of the planned images or videos, but for those that are missing or of which
   * no frames can be chosen.
   *
   * @param frames what is seen of the videos; empty for pictures
   */
  List<PlannedSize> sizes(Optional<ChosenFrames> frames) {
    return rows
        .where("image_sha256 IS NOT NULL")
        .selectExpr(
            "coalesce(width, 0) AS width",
            "coalesce(height, 0) AS height",
            "1 + if(more_images IS NULL, 0, size(more_images)) AS images",
            framesOf(frames))
        .where(frames.isPresent() ? "frames > 0" : "true")
        .groupBy("width", "height", "images", "frames")
        .count()
        .collectAsList()
        .stream()
        .map(
            row ->
                new PlannedSize(
                    row.getInt(0), row.getInt(1), row.getInt(2), row.getInt(3), row.getLong(4)))
        .toList();
  }

  /** Returns how dense the chosen frames of the planned videos are that can be shown. */
  List<ChosenRate> rates(ChosenFrames chosen) {
    return rows
        .where("image_sha256 IS NOT NULL")
        .selectExpr(
            chosen.count() + " AS frames",
            chosen.fps() + " AS fps",
            chosen.fpsAssumed() + " AS assumed")
        .where("frames > 0 AND fps IS NOT NULL")
        .groupBy("frames", "fps", "assumed")
        .count()
        .collectAsList()
        .stream()
        .map(
            row ->
                new ChosenRate(row.getInt(0), row.getDouble(1), row.getBoolean(2), row.getLong(3)))
        .toList();
  }

  /**
   * Returns the planned questions whose pictures or videos are of use, by the pictures' sizes.
   *
   * @param frames as of {@link #sizes}
   */
  List<SentQuestions> sent(Optional<ChosenFrames> frames) {
    return rows
        .where("image_id IS NULL OR width IS NOT NULL")
        .selectExpr(
            "coalesce(width, 0) AS width",
            "coalesce(height, 0) AS height",
            "if(image_id IS NULL, 0, 1 + if(more_images IS NULL, 0, size(more_images))) AS images",
            framesOf(frames),
            "inline(questions)")
        .where(frames.isPresent() ? "images = 0 OR frames > 0" : "true")
        .groupBy("width", "height", "images", "frames")
        .agg(
            expr("count(1)"),
            expr("sum(octet_length(prompt))"),
            expr("sum(coalesce(max_new_tokens, 0))"),
            expr("count_if(coalesce(max_new_tokens, 0) = 0)"))
        .collectAsList()
        .stream()
        .map(
            row ->
                new SentQuestions(
                    new PlannedSize(
                        row.getInt(0), row.getInt(1), row.getInt(2), row.getInt(3), row.getLong(4)),
                    row.getLong(5),
                    row.getLong(6),
                    row.getLong(7)))
        .toList();
  }

  private static String framesOf(Optional<ChosenFrames> frames) {
    return frames.map(ChosenFrames::count).orElse("0") + " AS frames";
  }
}
