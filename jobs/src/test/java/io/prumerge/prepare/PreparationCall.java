package io.prumerge.prepare;

import io.prumerge.LocalSpark;
import io.prumerge.console.Console;
import io.prumerge.launch.PreparationJob;
import java.io.IOException;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A preparation as a command line gives it, with a console of the test's. */
final class PreparationCall {

  private final PrepareSettings settings = new PrepareSettings();
  private final Console console;

  PreparationCall(Console console) {
    this.console = console;
  }

  PreparationCall benchmark(String name) {
    settings.benchmark.set(name);
    return this;
  }

  PreparationCall sources(String... places) {
    settings.sources.set(List.of(places));
    return this;
  }

  PreparationCall framesBy(String... rules) {
    settings.framesBy.set(List.of(rules));
    return this;
  }

  PreparationCall frames(String... numbers) {
    settings.frames.set(List.of(numbers));
    return this;
  }

  PreparationCall sourceFps(double rate) {
    settings.sourceFps.set(rate);
    return this;
  }

  PreparationCall output(String folder) {
    settings.output.set(folder);
    return this;
  }

  /** Returns the examples. */
  Dataset<Row> run() throws IOException {
    return new PreparationJob(LocalSpark::session, settings, console)
        .run()
        .read(LocalSpark.session());
  }
}
