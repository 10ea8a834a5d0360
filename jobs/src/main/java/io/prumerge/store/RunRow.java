package io.prumerge.store;

import io.prumerge.spark.AddedLater;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * A finished run; a row of {@link Table#RUNS}.
 *
 * @param dtype resolved arithmetic; several, with a comma between, if hosts differ, null if it is
 *     unknown
 * @param configuration the manifest
 * @param configSha256 null, like the other hashes of the model, for what an endpoint does not have
 * @param nRows number of predictions
 * @param nErrors number of predictions with an error
 * @param startedAt in microseconds, like the end, as its file has it
 * @param codeVersion with a comma between several, like the rest of the environment
 * @param reduceBy null for an endpoint
 * @param answerBy null for an endpoint
 * @param mklOnAmd what came of the setting on the executors; null for an endpoint
 * @param packedWeights the same of that setting
 */
public record RunRow(
    String runId,
    String model,
    String modelPath,
    String dtype,
    List<String> methods,
    List<String> examples,
    String configuration,
    String configSha256,
    String tokenizerSha256,
    String weightsSha256,
    String promptsSha256,
    String examplesSha256,
    long nRows,
    long nErrors,
    String codeVersion,
    String sparkVersion,
    String javaVersion,
    String djlVersion,
    Instant startedAt,
    Instant endedAt,
    List<String> hosts,
    List<String> devices,
    String codeCommit,
    String codeSha256,
    String libtorchVersion,
    String gpu,
    String reduceBy,
    @AddedLater String mklOnAmd,
    @AddedLater String packedWeights,
    @AddedLater String answerBy) {

  public RunRow {
    startedAt = startedAt.truncatedTo(ChronoUnit.MICROS);
    endedAt = endedAt.truncatedTo(ChronoUnit.MICROS);
  }
}
