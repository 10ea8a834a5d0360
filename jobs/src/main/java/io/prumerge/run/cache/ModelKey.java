package io.prumerge.run.cache;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.prumerge.console.CodeDigest;
import io.prumerge.settings.ModelHashes;
import io.prumerge.settings.RunConfiguration;
import java.io.Serializable;
import java.util.Collections;
import java.util.SortedMap;

/**
 * The part of the key that all questions of a run share.
 *
 * @param hashes of the checkpoint's files; of a model behind an endpoint, its spelling stands in
 *     place of the settings' hash
 * @param settings as {@link RunConfiguration#ofAllAnswers} has them; of a conversation template the
 *     name: the template itself is code
 * @param executors of a model behind an endpoint, to which pictures are sent as they are, the code
 *     alone
 */
public record ModelKey(
    @JsonUnwrapped ModelHashes hashes,
    SortedMap<String, Object> settings,
    @JsonUnwrapped ExecutorKey executors)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  /**
   * Returns the key of a run whose device and arithmetic are not {@code auto}.
   *
   * @param libtorch versions of libtorch that executors load
   * @param mklOnAmd the setting of its kernels on AMD processors
   * @param packWeights the setting of packed weights
   * @param java versions of their Java
   */
  public static ModelKey of(
      RunConfiguration configuration,
      String libtorch,
      String mklOnAmd,
      String packWeights,
      String java) {
    return new ModelKey(
        configuration
            .hashes()
            .orElseGet(
                () -> new ModelHashes(configuration.model(), "", "", Collections.emptySortedMap())),
        configuration.ofAllAnswers(),
        configuration.endpoint().isPresent()
            ? new ExecutorKey("", "", "", "", CodeDigest.sha256())
            : new ExecutorKey(libtorch, mklOnAmd, packWeights, java, CodeDigest.sha256()));
  }

  String sha256() {
    return AnswerKey.hash(this);
  }
}
