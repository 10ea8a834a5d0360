package io.prumerge.metric.tally;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;

import io.prumerge.source.ImagePlace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * Joins the clusters of questions about several images that share one: within a benchmark's split,
 * two sets that name the same image are one cluster, and so are a set and a question about one of
 * its images, on and on. Sets are known by their images' names, since rows have the hash of the
 * whole set only. Where units join questions about different images, these are one cluster, too.
 *
 * <p>Executors find the clusters that share an image. The driver gets these alone, and joins them:
 * about 200 bytes for each.
 */
public final class SharedImages {

  /** Whether a row is about several images in one prompt; a video is one image. */
  static final String SEVERAL =
      "video IS NULL AND coalesce(startswith(image_id, '" + ImagePlace.Several.START + "'), false)";

  private static final StructType ROOTS = StructType.fromDDL("cluster BIGINT, root BIGINT");

  private final Map<Long, Long> parents = new HashMap<>();

  private SharedImages() {}

  /**
   * Adds the column {@code cluster} to rows.
   *
   * @param rows with the columns {@code benchmark, split, question_id, image_id, image_sha256,
   *     video}; read twice, or more if there are sets of images
   */
  public static Dataset<Row> clustered(Dataset<Row> rows) {
    Dataset<Row> own = rows.withColumn("cluster", expr(Clusters.CLUSTER));
    return own.where(expr(SEVERAL)).isEmpty() ? own : joined(own, named(own));
  }

  /**
   * Adds the column {@code cluster} to rows whose units may join images.
   *
   * @param rows of scores
   */
  static Dataset<Row> clusteredByUnits(Dataset<Row> rows) {
    Dataset<Row> own = rows.withColumn("cluster", expr(Clusters.CLUSTER));
    return joined(own, named(own).union(inUnits(own)));
  }

  /**
   * Joins clusters.
   *
   * @param names of images or units, each with a cluster that has it and whether it joins all that
   *     have it
   */
  private static Dataset<Row> joined(Dataset<Row> own, Dataset<Row> names) {
    SharedImages shared = new SharedImages();
    Iterator<Row> links =
        names
            .distinct()
            .groupBy("name")
            .agg(collect_set("cluster").as("clusters"), max("joins").as("joins"))
            .where("joins AND size(clusters) > 1")
            .select("clusters")
            .toLocalIterator();
    while (links.hasNext()) {
      List<Long> clusters = links.next().getList(0);
      clusters.forEach(cluster -> shared.join(clusters.get(0), cluster));
    }
    List<Row> roots = new ArrayList<>();
    for (Long cluster : List.copyOf(shared.parents.keySet())) {
      roots.add(RowFactory.create(cluster, shared.root(cluster)));
    }
    Dataset<Row> known = own.sparkSession().createDataFrame(roots, ROOTS);
    return own.join(known, own.col("cluster").equalTo(known.col("cluster")), "left")
        .drop(known.col("cluster"))
        .withColumn("cluster", coalesce(col("root"), col("cluster")))
        .drop("root");
  }

  /** Returns the images of all questions; one that a set names joins clusters. */
  private static Dataset<Row> named(Dataset<Row> own) {
    return own.where("image_id IS NOT NULL AND video IS NULL")
        .select(
            col("cluster"),
            col("benchmark"),
            col("split"),
            expr(SEVERAL).as("joins"),
            explode(
                    expr(
                        "if("
                            + SEVERAL
                            + ", from_json(image_id, 'ARRAY<STRING>'), array(image_id))"))
                .as("image"))
        .select(expr("xxhash64(benchmark, split, image)").as("name"), col("cluster"), col("joins"));
  }

  /** Returns the units of all questions, each of which joins clusters. */
  private static Dataset<Row> inUnits(Dataset<Row> own) {
    return own.where("unit IS NOT NULL")
        .select(
            col("cluster"),
            col("benchmark"),
            col("split"),
            explode(expr("split(unit, '\n')")).as("line"))
        .select(
            expr("xxhash64(benchmark, split, 'unit', line)").as("name"),
            col("cluster"),
            lit(true).as("joins"));
  }

  /** The smallest of joined clusters is their root, in whatever order they come. */
  private void join(long one, long other) {
    long a = root(one);
    long b = root(other);
    parents.put(Math.max(a, b), Math.min(a, b));
  }

  private long root(long cluster) {
    long at = cluster;
    for (long up = parent(at); up != at; up = parent(at)) {
      parents.put(at, parent(up)); // half of the way for all who come later
      at = up;
    }
    return at;
  }

  private long parent(long cluster) {
    return parents.getOrDefault(cluster, cluster);
  }
}
