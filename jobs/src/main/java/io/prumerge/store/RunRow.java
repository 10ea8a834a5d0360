package io.prumerge.store;

import io.prumerge.spark.AddedLater;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * A finished run; a row of {@link Table#RUNS}.
 *
 * @param modelPath the folder, the name on the hub, or the endpoint
 * @param dtype as in {@code predictions}; several, with a comma between, if hosts differ; null if
 *     unknown
 * @param methods in their order
 * @param examples paths of the tables
 * @param configuration the manifest, as JSON; {@code servers} are the others of pairs of servers
 * @param configSha256 of the settings of model, generation and image processor; null, like the
 *     other hashes of the model, for what an endpoint does not have
 * @param tokenizerSha256 of the tokenizer's files
 * @param weightsSha256 of the weights
 * @param promptsSha256 of the questions' prompts
 * @param examplesSha256 of the questions and the hashes of their images, and of which frames of
 *     videos are shown and when
 * @param nRows number of predictions
 * @param nErrors number of those with an error
 * @param codeVersion of this project; with a comma between several, like the rest of the
 *     environment
 * @param sparkVersion of the driver, like those of Java and DJL
 * @param javaVersion likewise
 * @param djlVersion likewise
 * @param startedAt in microseconds
 * @param endedAt likewise
 * @param hosts all that answered
 * @param devices in use
 * @param codeCommit of this project's sources
 * @param codeSha256 of the classes that produce answers
 * @param libtorchVersion that executors loaded
 * @param gpu model names of the executors' GPUs; empty on the CPU
 * @param reduceBy {@code each} or {@code first}: the question that methods look at ({@code
 *     --reduce-by}); null for an endpoint
 * @param mklOnAmd what came of {@code mklOnAmd}: {@code on}, {@code off}, {@code not needed} (no
 *     AMD, or not Linux on x86-64), {@code not in effect} (the executor's log says why: libtorch
 *     was loaded before, or temporary files may not be programs). Null for an endpoint
 * @param packedWeights the same of {@code packWeights}: {@code on} (of a quantized model the head
 *     alone), {@code off}, {@code not needed} (not bf16, a processor without its units or with AMX,
 *     or a GPU), {@code not in effect} (too little free memory)
 * @param answerBy {@code text} or {@code letter-logits} ({@code --answer-by}); null as {@code
 *     mkl_on_amd}
 * @param counts where everything went that {@code prepare} read, for each benchmark's split whose
 *     tables all say it; null if none does
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
    @AddedLater String answerBy,
    @AddedLater List<CountsRow> counts) {

  public RunRow {
    startedAt = startedAt.truncatedTo(ChronoUnit.MICROS);
    endedAt = endedAt.truncatedTo(ChronoUnit.MICROS);
  }
}
