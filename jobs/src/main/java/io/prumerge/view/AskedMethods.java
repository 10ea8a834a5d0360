package io.prumerge.view;

import io.prumerge.metric.MethodNames;
import io.prumerge.metric.tally.MethodKey;
import io.prumerge.report.page.SeenImages;
import io.prumerge.run.ModelRun;
import io.prumerge.service.Unknown;
import io.prumerge.settings.RunSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The methods of all runs, each of each run, in their order. */
final class AskedMethods {

  private final List<ModelRun> runs;
  private final List<MethodKey> all = new ArrayList<>();
  private final MethodNames names;

  /**
   * @param folders names of the runs' folders by the runs' ids
   */
  AskedMethods(List<ModelRun> runs, Map<String, String> folders) {
    this.runs = List.copyOf(runs);
    for (ModelRun run : runs) {
      for (String method : run.configuration().methods()) {
        all.add(new MethodKey(run.id(), run.model(), method));
      }
    }
    Map<String, String> protocols =
        runs.stream()
            .filter(run -> !run.configuration().protocol().isEmpty())
            .collect(Collectors.toMap(ModelRun::id, run -> run.configuration().protocol()));
    names = new MethodNames(all, folders, protocols);
  }

  List<ModelRun> runs() {
    return runs;
  }

  /** Returns the names, each unique. */
  List<String> names() {
    return all.stream().map(names::name).toList();
  }

  /** Returns the number of a method of a run; -1 if the run's manifest does not have it. */
  int number(String run, String method) {
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).runId().equals(run) && all.get(i).method().equals(method)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Returns the method that a name means.
   *
   * @throws IllegalArgumentException if it means none
   */
  MethodKey named(String name) {
    return names.called(name).stream()
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(Unknown.message("method", name, names())));
  }

  /** Returns the run of a method; the first run for a number that no method has. */
  ModelRun runOf(int number) {
    String id = number < 0 ? runs.get(0).id() : all.get(number).runId();
    return runs.stream().filter(run -> run.id().equals(id)).findFirst().orElseThrow();
  }

  /** Returns how a method's model sees images. */
  SeenImages seen(int number) {
    ModelRun run = runOf(number);
    return SeenImages.of(
        run.configuration()
            .settings()
            .find(RunSetting.IMAGE_ASPECT)
            .map(Unknown::spelling)
            .orElse(""),
        run.shape(),
        run.tiling());
  }

  /** Returns which frames of videos a method saw; empty if its run has no videos. */
  String protocol(int number) {
    return runOf(number).configuration().protocol();
  }

  /** Returns a method of each run: every question was asked under all methods of its run. */
  List<MethodKey> oneOfEachRun() {
    return runs.stream()
        .map(run -> new MethodKey(run.id(), run.model(), run.configuration().methods().get(0)))
        .toList();
  }
}
