package io.prumerge.run;

import io.prumerge.lease.DriverLease;
import io.prumerge.metric.Inference;
import io.prumerge.plan.ModelPlan;
import io.prumerge.plan.RunPlan;
import io.prumerge.settings.RunOptions;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * A run that this driver answers.
 *
 * @param manifests one of each model in the plan, in its order
 * @param inference how the report compares the answers
 * @param retries errors that are asked again
 * @param lease that is required for every commit
 * @param settings tasks per chunk, the answer cache, and how answers are timed
 * @param words of each model what its server counts of questions' words; none before it is asked
 */
record StartedRun(
    RunPlan plan,
    Manifests manifests,
    Inference inference,
    Retries retries,
    RunDirectory directory,
    DriverLease lease,
    RunOptions settings,
    List<WordTokens> words) {

  /** Returns the run with what is known of each model's servers. */
  StartedRun knowing(List<EndpointProbe.Probed> probed) {
    return new StartedRun(
        plan,
        manifests.doubting(doubts(probed)),
        inference,
        retries,
        directory,
        lease,
        settings,
        probed.stream().map(EndpointProbe.Probed::words).toList());
  }

  /** Returns the {@linkplain Manifests#doubting reasons} of each model's. */
  static List<List<String>> doubts(List<EndpointProbe.Probed> probed) {
    return probed.stream().map(EndpointProbe.Probed::doubts).toList();
  }

  /** Returns the plan of a model, from 0. */
  ModelPlan model(int model) {
    return plan.models().get(model);
  }

  /** Returns the manifest of a model's run, from 0. */
  Manifest manifest(int model) {
    return manifests.runs().get(model);
  }

  /** Returns the chunks of a model's run that are not among the committed ones. */
  List<Integer> openChunks(int model, Collection<Integer> committed) {
    return IntStream.range(0, manifests.chunks())
        .filter(chunk -> !committed.contains(manifests.number(model, chunk)))
        .boxed()
        .toList();
  }

  /** Returns the chunks of a model's run that are not committed, or have errors to ask again. */
  List<Integer> askedChunks(int model, Collection<Integer> committed) {
    SortedSet<Integer> done = new TreeSet<>(committed);
    done.removeAll(retries.chunks().errors().keySet());
    return openChunks(model, done);
  }

  /** Returns the numbers of the repeats that are not committed, or have errors to ask again. */
  SortedSet<Integer> askedRepeats() throws IOException {
    SortedSet<Integer> asked =
        new TreeSet<>(directory.repeats().openRepeats(plan.repeats(), plan.models().size()));
    asked.addAll(retries.repeats().errors().keySet());
    return asked;
  }
}
