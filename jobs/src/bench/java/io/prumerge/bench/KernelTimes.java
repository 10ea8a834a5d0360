package io.prumerge.bench;

import java.util.Collection;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The work outside the tensors, by JMH in a JVM of its own. */
final class KernelTimes implements Section {

  private static final double PART = 0.04;
  private static final int ITERATIONS = 5;
  private static final int KERNELS = 4;

  @Override
  public String name() {
    return "kernels";
  }

  @Override
  public void run(Setting setting, Results results) throws Exception {
    long millis = setting.part(PART).toMillis() / (KERNELS * 2 * ITERATIONS);
    TimeValue iteration = new TimeValue(Math.max(20, millis), TimeUnit.MILLISECONDS);
    Collection<RunResult> runs =
        new Runner(
                new OptionsBuilder()
                    .include(Kernels.class.getName())
                    .param("root", setting.root().toString())
                    .param("work", setting.work().toString())
                    .forks(1)
                    .warmupIterations(ITERATIONS)
                    .warmupTime(iteration)
                    .measurementIterations(ITERATIONS)
                    .measurementTime(iteration)
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();
    for (RunResult run : runs) {
      String[] name = run.getParams().getBenchmark().split("\\.");
      results.add(
          Figure.of(
              name[name.length - 1],
              "JMH, one thread",
              run.getPrimaryResult().getScore(),
              Unit.MICROSECONDS,
              String.format(Locale.ROOT, "\u00b1 %.1f", run.getPrimaryResult().getScoreError())));
    }
  }
}
