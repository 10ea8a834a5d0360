package io.prumerge.run.cache;

import io.prumerge.checkpoint.Sha256;
import io.prumerge.plan.RunConfiguration;
import io.prumerge.store.Json;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;

/**
 * Everything that decides an answer: where two are equal, so are the answers.
 *
 * @param imageSha256 of the image's bytes, or what stands in its place
 * @param maxNewTokens 0 = the checkpoint's own
 * @param method canonical spelling
 */
public record AnswerKey(
    String imageSha256, String prompt, int maxNewTokens, String method, Model model) {

  /**
   * What all questions of a run have in common.
   *
   * @param imageAspect how pixels are made, beside the checkpoint's own settings
   * @param conversation template's name; the template itself is code
   * @param configSha256 of the checkpoint's settings: model, generation and image processor
   * @param dtype arithmetic, as resolved
   * @param device kind of device, as resolved
   * @param codeSha256 of the classes that answer
   */
  public record Model(
      String imageAspect,
      String conversation,
      String configSha256,
      String tokenizerSha256,
      String weightsSha256,
      String dtype,
      String device,
      String codeSha256)
      implements Serializable {

    private static final long serialVersionUID = 1L;

    /** That of a run whose device and arithmetic were named. */
    public static Model of(RunConfiguration configuration) {
      return new Model(
          configuration.imageAspect(),
          configuration.conversation(),
          configuration.configSha256(),
          configuration.tokenizerSha256(),
          configuration.weightsSha256(),
          configuration.dtype(),
          configuration.device(),
          CodeDigest.sha256());
    }

    String sha256() {
      return hash(this);
    }
  }

  String sha256() {
    return hash(this);
  }

  private static String hash(Object record) {
    return Sha256.hex(Json.write(record).getBytes(StandardCharsets.UTF_8));
  }
}
