package io.prumerge.plan;

import io.prumerge.reduction.ReduceBy;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Which questions a run asks and how they are answered.
 *
 * @param reduceBy questions that methods look at, if they look at any
 * @param answerBy how questions with lettered options are answered
 * @param limit questions per benchmark, or slightly more: an image keeps all its questions
 * @param maxNewTokens token budget of every question, in place of the benchmark's own
 * @param frames protocols by which the frames of videos are chosen
 */
public record QuestionOptions(
    ReduceBy reduceBy,
    AnswerBy answerBy,
    OptionalLong limit,
    OptionalInt maxNewTokens,
    AskedFrames frames) {

  public QuestionOptions {
    CountSetting.LIMIT.require(limit);
    CountSetting.MAX_NEW_TOKENS.require(maxNewTokens);
  }

  QuestionOptions limitedTo(OptionalLong number) {
    return new QuestionOptions(reduceBy, answerBy, number, maxNewTokens, frames);
  }
}
