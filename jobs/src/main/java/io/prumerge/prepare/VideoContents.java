package io.prumerge.prepare;

import static org.apache.spark.sql.functions.expr;

import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import io.prumerge.store.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The videos of an examples table.
 *
 * @param protocols by which frames were chosen, as they are spelt
 * @param clips videos, or parts of them, that can be shown
 * @param frames of these, each once
 * @param ofAllFrames clips whose folder has all frames of the video
 * @param ofChosenFrames clips whose folder has frames that were chosen before
 * @param fpsUnknown clips of all frames whose frames per second nothing tells
 * @param fpsAssumed clips of all frames whose frames per second are assumed
 * @param assumedFps these frames per second; 0 if none are assumed
 */
public record VideoContents(
    List<String> protocols,
    long clips,
    long frames,
    long ofAllFrames,
    long ofChosenFrames,
    long fpsUnknown,
    long fpsAssumed,
    double assumedFps) {

  public VideoContents {
    protocols = List.copyOf(protocols);
  }

  /** Returns what a table has; reads everything but the frames. */
  static VideoContents of(
      SparkSession spark, Path table, List<String> protocols, FrameChoice choice) {
    Row counts =
        shown(spark, table)
            .agg(
                expr("count(1)"),
                expr("coalesce(sum(size(video.frames.index)), 0)"),
                expr("count_if(video.source_frames IS NOT NULL)"),
                expr("count_if(video.source_frames IS NOT NULL AND video.source_fps IS NULL)"),
                expr("count_if(video.fps_assumed)"))
            .first();
    return new VideoContents(
        protocols,
        counts.getLong(0),
        counts.getLong(1),
        counts.getLong(2),
        counts.getLong(0) - counts.getLong(2),
        counts.getLong(3),
        counts.getLong(4),
        choice.sourceFps().orElse(0));
  }

  private static Dataset<Row> shown(SparkSession spark, Path table) {
    return Table.EXAMPLES
        .written(spark, List.of(table.toString()))
        .where("video.name IS NOT NULL AND width IS NOT NULL");
  }

  /**
   * Returns, for each protocol that cannot choose frames of some videos that others can, how many
   * these are and why the first.
   */
  static List<String> unavailable(SparkSession spark, Path table) {
    return shown(spark, table)
        .selectExpr("image_id", "inline(video.protocols)")
        .where("error IS NOT NULL")
        .groupBy("rule", "frames", "fps")
        .agg(expr("count(1)"), expr("min(struct(image_id, error)) AS first"))
        .selectExpr(
            "rule", "frames", "fps", "`count(1)` AS videos", "first.image_id", "first.error")
        .orderBy("rule", "frames", "fps")
        .collectAsList()
        .stream()
        .map(
            row ->
                Text.format(
                    "By %s, %s cannot be shown, such as %s: %s",
                    ExampleProtocols.protocol(row),
                    Texts.count(row.<Long>getAs("videos"), "video"),
                    row.getAs("image_id"),
                    row.getAs("error")))
        .toList();
  }

  /** Returns the counts in words. */
  String sentence() {
    List<String> parts = new ArrayList<>();
    parts.add(Text.format("%s, %s", Texts.count(clips, "video"), Texts.count(frames, "frame")));
    if (ofChosenFrames > 0) {
      parts.add(Text.format("%,d of frames chosen before", ofChosenFrames));
    }
    if (fpsAssumed > 0) {
      parts.add(Text.format("%,d at an assumed %s a second", fpsAssumed, assumedFps));
    }
    if (fpsUnknown > 0) {
      parts.add(Text.format("%,d of unknown frames per second", fpsUnknown));
    }
    return parts.stream().collect(Collectors.joining(", ")) + " by " + String.join(", ", protocols);
  }
}
