package io.prumerge.run;

import io.prumerge.checkpoint.TensorType;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.plan.RunConfiguration;
import io.prumerge.plan.RunPlan;
import io.prumerge.plan.RunTarget;
import io.prumerge.spark.ExecutorDevices;
import io.prumerge.store.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.SparkContext;

/**
 * Makes the manifests that a run starts with.
 *
 * @param plan what the run is going to do
 * @param resolved configuration of each model's run
 */
record RunStart(
    SparkContext context,
    RunPlan plan,
    List<RunConfiguration> resolved,
    RunTarget target,
    RunWarnings warnings) {

  /** Makes the manifests of a new run. Does not write them. */
  Manifests fresh(int chunks) {
    return Manifests.begin(chunks, environment(), resolved);
  }

  /**
   * Reads the manifests of an unfinished run. Records a changed environment in them, if the target
   * allows the change.
   *
   * @param chunks requested number of chunks, if any
   * @throws UsageException if the run was started with other settings, or in another environment
   */
  Manifests resumed(RunDirectory directory, OptionalInt chunks) throws IOException {
    Manifests manifests = directory.manifests();
    manifests.require(target.output(), resolved.stream().map(Json::fields).toList(), chunks);
    Environment now = environment();
    String differences =
        manifests.latest().requireResumable(now, target.output(), target.allowCodeChange());
    if (differences.isEmpty()) {
      return manifests;
    }
    warnings.warn("the environment has changed: %s", differences);
    Manifests changed = manifests.changed(now);
    directory.change(changed);
    return changed;
  }

  /** Returns the environment on the current executors; all their models have the same settings. */
  private Environment environment() {
    List<ExecutorDevices.OnHost> all = new ArrayList<>();
    Optional<RunConfiguration> here =
        resolved.stream().filter(one -> one.endpoint().isEmpty()).findFirst();
    for (TensorType stored : plan.weightTypes()) {
      List<ExecutorDevices.OnHost> executors =
          Environment.executors(
              context, here.orElseThrow().device(), here.orElseThrow().dtype(), stored);
      String mixture = Environment.mixture(executors);
      if (!mixture.isEmpty()) {
        warnings.warn(
            "%s auto becomes %s, so answers depend on the executor; name one dtype",
            Setting.DTYPE, mixture);
      }
      all.addAll(executors);
    }
    return Environment.of(all);
  }
}
