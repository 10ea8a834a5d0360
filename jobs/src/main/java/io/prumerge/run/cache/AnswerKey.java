package io.prumerge.run.cache;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.console.CodeDigest;
import io.prumerge.plan.InferenceSettings;
import io.prumerge.plan.ModelHashes;
import io.prumerge.plan.ResolutionBounds;
import io.prumerge.plan.RunConfiguration;
import io.prumerge.store.Json;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;

/**
 * Everything that determines an answer: equal keys have equal answers.
 *
 * @param imageSha256 hash of the image's bytes, or a placeholder without an image
 * @param maxNewTokens token budget; 0: the checkpoint's own
 * @param letters of which one is the answer; none where it is a text
 * @param method the method's canonical spelling
 * @param before hash of the key of the question before it about the same image, if methods look at
 *     the image's first question, so that keys depend on all questions up to their own: the first
 *     that could be asked decided; empty for the first question, and if methods look at each
 *     question
 */
public record AnswerKey(
    String imageSha256,
    String prompt,
    int maxNewTokens,
    List<String> letters,
    String method,
    String before,
    Model model) {

  /**
   * The part of the key that all questions of a run share.
   *
   * @param imageAspect image preprocessing, beside the checkpoint's own settings
   * @param resolution sizes of pictures that keep their own
   * @param conversation name of the conversation template; the template itself is code
   */
  public record Model(
      String imageAspect,
      @JsonUnwrapped ResolutionBounds resolution,
      String conversation,
      @JsonUnwrapped ModelHashes hashes,
      @JsonUnwrapped Executors executors)
      implements Serializable {

    private static final long serialVersionUID = 1L;

    /**
     * Returns the key of a run whose device and arithmetic are not {@code auto}. For a model behind
     * an endpoint, its spelling stands in place of the settings' hash, and the user's label in
     * place of the weights'; what executors run is not asked there, as pictures are sent as they
     * are.
     *
     * @param libtorch versions of libtorch that executors load
     * @param mklOnAmd the setting of its kernels on AMD processors
     * @param packWeights the setting of packed weights
     * @param java versions of their Java
     */
    public static Model of(
        RunConfiguration configuration,
        String libtorch,
        String mklOnAmd,
        String packWeights,
        String java) {
      if (configuration.endpoint().isPresent()) {
        return new Model(
            "",
            configuration.resolution(),
            "",
            new ModelHashes(
                configuration.model(),
                "",
                configuration.endpointVersion(),
                Collections.emptySortedMap()),
            new Executors("", "", "", "", "", "", "", CodeDigest.sha256()));
      }
      InferenceSettings settings = configuration.settings();
      return new Model(
          settings.imageAspect(),
          configuration.resolution(),
          settings.conversation(),
          configuration.hashes(),
          new Executors(
              settings.dtype(),
              settings.quantize(),
              settings.device(),
              libtorch,
              mklOnAmd,
              packWeights,
              java,
              CodeDigest.sha256()));
    }

    String sha256() {
      return hash(this);
    }
  }

  /**
   * What computes the answers.
   *
   * @param dtype resolved arithmetic
   * @param quantize of the decoder's products
   * @param device resolved kind of device
   * @param libtorch version of libtorch that executors load
   * @param mklOnAmd the setting of the kernels that its MKL takes on AMD processors
   * @param packWeights the setting of packed weights
   * @param java version of executors' Java, whose libraries decode JPEG
   * @param codeSha256 hash of the classes that produce answers
   */
  public record Executors(
      String dtype,
      String quantize,
      String device,
      String libtorch,
      String mklOnAmd,
      String packWeights,
      String java,
      String codeSha256)
      implements Serializable {

    private static final long serialVersionUID = 1L;
  }

  String sha256() {
    return hash(this);
  }

  private static String hash(Object record) {
    return Sha256.hex(Json.write(record).getBytes(StandardCharsets.UTF_8));
  }
}
