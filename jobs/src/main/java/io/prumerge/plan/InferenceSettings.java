package io.prumerge.plan;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.prumerge.benchmark.Letters;
import io.prumerge.engine.Timing;
import io.prumerge.torch.Quantization;
import java.util.Locale;

/**
 * How a model is asked.
 *
 * <p>Earlier versions, which say nothing of some of these, had the defaults.
 *
 * @param quantize of the decoder's products
 * @param conversation name of the conversation template
 * @param reduceBy {@code each} or {@code first}: questions that methods look at
 * @param answerBy {@code text} or {@code letter-logits}: how questions with lettered options are
 *     answered
 * @param limit questions per benchmark; 0: all
 * @param maxNewTokens token budget of every question; 0: each benchmark's own
 * @param timing {@code shared} or {@code alone}: how answers are timed
 * @param timingBatch images at a time where they are timed alone
 */
public record InferenceSettings(
    String device,
    String dtype,
    @JsonSetter(nulls = Nulls.AS_EMPTY) String quantize,
    String imageAspect,
    String conversation,
    String reduceBy,
    @JsonSetter(nulls = Nulls.AS_EMPTY) String answerBy,
    long limit,
    int maxNewTokens,
    @JsonSetter(nulls = Nulls.AS_EMPTY) String timing,
    @JsonSetter(nulls = Nulls.AS_EMPTY) int timingBatch) {

  private static final String SHARED = Timing.SHARED.name().toLowerCase(Locale.ROOT);

  public InferenceSettings {
    boolean local = !device.isEmpty();
    quantize = local && quantize.isEmpty() ? Quantization.NONE.label() : quantize;
    answerBy = local && answerBy.isEmpty() ? AnswerBy.TEXT.toString() : answerBy;
    timing = timing.isEmpty() ? SHARED : timing;
    timingBatch = Math.max(1, timingBatch);
  }

  /**
   * Returns the SQL expression of the letters of which one answers a question; of none where a text
   * does.
   *
   * @param options expression of the question's options
   */
  public String letters(String options) {
    return answersByLetters() ? Letters.present(options) : "CAST(array() AS ARRAY<STRING>)";
  }

  /** Returns whether the letters' logits answer questions with options. */
  public boolean answersByLetters() {
    return answerBy.equals(AnswerBy.LETTER_LOGITS.toString());
  }

  /** Returns the quantization of the decoder's products; none of a model behind an endpoint. */
  public Quantization quantization() {
    return quantize.isEmpty()
        ? Quantization.NONE
        : Quantization.valueOf(quantize.toUpperCase(Locale.ROOT));
  }

  /** Returns whether answers are timed one at a time. */
  public boolean timesAlone() {
    return !timing.equals(SHARED);
  }
}
