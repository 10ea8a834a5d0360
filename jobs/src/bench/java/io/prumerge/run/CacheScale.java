package io.prumerge.run;

import io.prumerge.plan.Plan;
import io.prumerge.run.cache.AnswerCache;
import io.prumerge.run.cache.ModelKey;
import io.prumerge.store.Folders;
import io.prumerge.store.Table;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Adds a run's answers to an answer cache, then looks all of them up, and prints the times. */
public final class CacheScale {

  private final SparkSession spark;
  private final RunDirectory directory;
  private final Manifest manifest;
  private final Plan plan;
  private final ModelKey model;
  private final AnswerCache cache;
  private final Path scratch;

  /**
   * @param run folder of a {@link GeneratedRun}
   * @param plan of its examples
   * @param cache folder that does not exist yet
   */
  public CacheScale(SparkSession spark, String run, Plan plan, String cache) throws IOException {
    Folders folders = new Folders(spark);
    Path root = new Path(run);
    this.spark = spark;
    this.directory = new RunDirectory(root, folders.fileSystem(root));
    this.manifest = directory.manifests().runs().get(0);
    this.plan = plan;
    this.scratch = new Path(cache);
    Environment environment = manifest.latest();
    this.model =
        ModelKey.of(
            manifest.configuration(),
            environment.libtorchVersion(),
            environment.mklSetting(),
            environment.packSetting(),
            environment.javaVersion());
    this.cache = new AnswerCache(spark, folders.fileSystem(scratch), scratch, model);
  }

  /** Looks up in an empty cache, fills it, and looks up again. */
  public void run() throws IOException {
    FoundAnswers none = lookUp("in the empty cache");
    long start = System.nanoTime();
    for (Map.Entry<Integer, Path> chunk : directory.committed().entrySet()) {
      Dataset<Row> planned = plan.chunked(manifest.plannedChunks()).chunk(chunk.getKey());
      new ReusedAnswers(cache, manifest, planned, none.of(spark, chunk.getKey()))
          .keep(Table.PREDICTIONS.written(spark, List.of(chunk.getValue().toString())));
    }
    print("added", start);
    none.delete();
    FoundAnswers all = lookUp("in the full cache");
    long found = 0;
    for (int chunk = 0; chunk < manifest.chunks(); chunk++) {
      found += all.of(spark, chunk).selectExpr("inline(answers)").count();
    }
    all.delete();
    System.out.printf(Locale.ROOT, "%,d answers found%n", found);
  }

  private FoundAnswers lookUp(String where) throws IOException {
    long start = System.nanoTime();
    FoundAnswers found =
        FoundAnswers.of(
            cache,
            model,
            manifest.configuration(),
            plan.chunked(manifest.plannedChunks()).numbered(),
            plan.contents().images() / manifest.chunks(),
            directory.fileSystem(),
            scratch.suffix("-found"));
    print("looked up " + where, start);
    return found;
  }

  private static void print(String what, long start) {
    System.out.printf(Locale.ROOT, "%s: %.1f s%n", what, (System.nanoTime() - start) / 1e9);
  }
}
