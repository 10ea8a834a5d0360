package io.prumerge.run.cache;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.prumerge.console.CodeDigest;
import io.prumerge.settings.ModelHashes;
import io.prumerge.settings.RunConfiguration;
import io.prumerge.settings.RunSetting;
import io.prumerge.settings.SettingValues;
import java.io.Serializable;
import java.util.Collections;

/**
 * The part of the key that all questions of a run share.
 *
 * @param imageAspect image preprocessing, in addition to the checkpoint's own settings; of a model
 *     behind an endpoint, how it is sent videos
 * @param resolution bounds of pictures that keep their own size, and of frames
 * @param conversation name of the conversation template; the template itself is code
 */
public record ModelKey(
    String imageAspect,
    @JsonUnwrapped ResolutionBounds resolution,
    String mrope,
    String conversation,
    @JsonUnwrapped ModelHashes hashes,
    @JsonUnwrapped ExecutorKey executors)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  /**
   * Returns the key of a run whose device and arithmetic are not {@code auto}. For a model behind
   * an endpoint, its spelling stands in place of the settings' hash, and the user's label in place
   * of the weights'; what executors run is not asked there, as pictures are sent as they are.
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
    SettingValues settings = configuration.settings();
    if (configuration.endpoint().isPresent()) {
      return new ModelKey(
          settings.spelling(RunSetting.VIDEO_AS),
          ResolutionBounds.of(configuration),
          "",
          "",
          new ModelHashes(
              configuration.model(),
              "",
              settings.get(RunSetting.ENDPOINT_VERSION),
              Collections.emptySortedMap()),
          new ExecutorKey("", "", "", "", "", "", "", CodeDigest.sha256()));
    }
    return new ModelKey(
        settings.spelling(RunSetting.IMAGE_ASPECT),
        ResolutionBounds.of(configuration),
        settings.spelling(RunSetting.MROPE),
        settings.get(RunSetting.CONVERSATION),
        configuration.hashes().orElseThrow(),
        new ExecutorKey(
            settings.spelling(RunSetting.DTYPE),
            settings.spelling(RunSetting.QUANTIZE),
            settings.spelling(RunSetting.DEVICE),
            libtorch,
            mklOnAmd,
            packWeights,
            java,
            CodeDigest.sha256()));
  }

  String sha256() {
    return AnswerKey.hash(this);
  }
}
