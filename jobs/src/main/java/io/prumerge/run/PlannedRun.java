package io.prumerge.run;

import io.prumerge.benchmark.file.AddedJars;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.engine.ModelWeights;
import io.prumerge.plan.ModelPlan;
import io.prumerge.plan.RunPlan;
import io.prumerge.plan.preflight.ConvertedWeights;
import io.prumerge.plan.preflight.Slots;
import io.prumerge.run.cache.MethodJars;
import io.prumerge.settings.RunConfiguration;
import io.prumerge.settings.RunSetting;
import io.prumerge.settings.RunTarget;
import io.prumerge.spark.HostDevice;
import io.prumerge.store.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import org.apache.spark.SparkContext;

/**
 * Makes the manifests that a run starts with.
 *
 * @param plan what the run is going to do
 * @param resolved configuration of each model's run
 */
record PlannedRun(
    SparkContext context,
    RunPlan plan,
    List<RunConfiguration> resolved,
    RunTarget target,
    RunWarnings warnings) {

  /**
   * Begins to load the first model where the tasks run in this process: until they want it, Spark
   * plans for seconds.
   */
  void preload() {
    ModelPlan first = plan.models().get(0);
    if (context.isLocal() && first.local().isPresent()) {
      Predictions.preload(resolved.get(0), first.weights(), first.files());
    }
  }

  /**
   * Makes the manifests of a new run. Does not write them.
   *
   * @param chunks requested number of chunks of each model's run; empty: by the task slots
   */
  Manifests fresh(OptionalInt chunks) {
    int count =
        chunks.orElseGet(
            () -> Slots.of(context).chunks(plan.plan().contents().images(), plan.views()));
    Environment environment = environment();
    if (environment.gpu().isEmpty()) {
      List<String> dtypes = environment.dtypes();
      ConvertedWeights.advice(
              plan.models(),
              (model, precision) -> dtypes.contains(model.quantization().dtype(precision)))
          .forEach(advice -> warnings.warn("%s", advice));
    }
    return Manifests.begin(count, environment, resolved).on(plan.plan().tables());
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
    Manifest.benchmarks(manifests.runs()).and(plan.plan().benchmarks());
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
    List<HostDevice> all = new ArrayList<>();
    Optional<RunConfiguration> here =
        resolved.stream().filter(one -> one.endpoint().isEmpty()).findFirst();
    Set<String> mixtures = new LinkedHashSet<>();
    for (ModelWeights weights : plan.weights()) {
      List<HostDevice> executors =
          Environment.executors(
              context,
              here.orElseThrow().settings().get(RunSetting.DEVICE),
              here.orElseThrow().settings().get(RunSetting.DTYPE),
              weights);
      mixtures.add(Environment.mixture(executors));
      all.addAll(executors);
    }
    for (String mixture : mixtures) {
      if (!mixture.isEmpty()) {
        warnings.warn(
            "%s auto becomes %s, so answers depend on the executor; name one dtype",
            Setting.DTYPE, mixture);
      }
    }
    SortedMap<String, String> jars =
        AddedJars.of(plan.plan().benchmarks(), plan.plan().contents().benchmarkNames());
    resolved.forEach(one -> jars.putAll(MethodJars.of(one)));
    return Environment.of(all).with(jars);
  }
}
