package io.prumerge.fuzz;

import java.util.ArrayList;
import java.util.List;

/** All readers of foreign bytes. */
final class Targets {

  private Targets() {}

  static List<Target> all() {
    List<Target> targets = new ArrayList<>();
    targets.addAll(ModelFiles.targets());
    targets.addAll(ImageFiles.targets());
    targets.addAll(HardwareFiles.targets());
    targets.addAll(SweepFiles.targets());
    targets.addAll(PublishedFiles.targets());
    targets.addAll(BenchmarkFiles.questions());
    targets.addAll(BenchmarkFiles.answers());
    targets.addAll(ParquetFiles.targets());
    targets.addAll(RunFiles.targets());
    return targets;
  }
}
