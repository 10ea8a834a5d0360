package io.prumerge.load;

import io.prumerge.load.figure.GoodputLimits;
import io.prumerge.load.figure.PhaseShares;
import io.prumerge.load.generate.LoadPattern;
import io.prumerge.load.server.ChosenQuestions;
import io.prumerge.plan.AskedExamples;
import io.prumerge.settings.NamedModel;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A load test.
 *
 * @param servers in the order of their curves; the first is the one that others are compared with
 * @param examples whose pictures and questions are sent
 * @param questions which of these
 * @param loads what is put on the servers
 * @param limits of times that goodput is counted by; empty: it is not counted
 * @param vllm whether points are also written as vLLM's {@code bench serve} does
 */
public record LoadOptions(
    List<NamedModel> servers,
    AskedExamples examples,
    ChosenQuestions questions,
    AskedLoads loads,
    Optional<GoodputLimits> limits,
    boolean vllm) {

  public LoadOptions {
    servers = List.copyOf(servers);
  }

  /**
   * What is put on the servers, and which part of it counts.
   *
   * @param patterns known before anything is measured
   * @param sweepRates rates between one at a time and as fast as possible
   * @param burstiness of these
   * @param repeats how often each point is measured
   * @param drainSeconds that requests in flight at a point's end are waited for
   */
  public record AskedLoads(
      List<LoadPattern> patterns,
      OptionalInt sweepRates,
      double burstiness,
      int repeats,
      PhaseShares phases,
      double drainSeconds) {

    public AskedLoads {
      patterns = List.copyOf(patterns);
    }
  }
}
