package io.prumerge.run;

import io.prumerge.metric.Inference;
import io.prumerge.plan.EvaluateOptions;
import io.prumerge.published.PublishedFile;
import io.prumerge.settings.RunOptions;
import io.prumerge.settings.RunSetting;
import io.prumerge.settings.RunTarget;
import io.prumerge.store.CatalogTables;
import java.io.IOException;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/**
 * A run that is asked for, and where.
 *
 * @param options with the conversation templates of the run that the folder holds, if it holds one
 * @param state of the folder, before anything is done
 * @param published figures beside which the run's are put
 * @param catalog gets the rows of the finished run's tables
 */
record RunRequest(
    EvaluateOptions options,
    RunTarget target,
    RunDirectory directory,
    RunState state,
    Optional<PublishedFile> published,
    Optional<CatalogTables> catalog) {

  RunOptions settings() {
    return options.settings();
  }

  /** Looks for the errors that are asked again. */
  Retries retries(SparkSession spark) throws IOException {
    return Retries.of(spark, directory, target.retried());
  }

  /** Returns whether a finished run's tables hold all that is known, and nothing is asked again. */
  boolean isDone(Retries retries) throws IOException {
    return retries.isEmpty()
        && !directory.hasFewerErrors()
        && !directory.lacksRepeats(settings().get(RunSetting.REPEAT));
  }

  /** Returns how the answers of runs are compared. */
  Inference inference(Manifests manifests) {
    Inference inference =
        Inference.against(Inference.BASELINE).of(Manifest.benchmarks(manifests.runs()));
    return RunContrasts.added(manifests.runs(), options.contrasts(), inference);
  }
}
