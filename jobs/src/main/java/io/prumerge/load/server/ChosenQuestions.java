package io.prumerge.load.server;

import io.prumerge.load.generate.LoadShare;
import java.util.OptionalInt;

/**
 * Which questions are asked, the same at every point and of every server.
 *
 * @param limit empty: all
 * @param maxNewTokens tokens of an answer at most; empty: as the examples say
 */
public record ChosenQuestions(
    QuestionsPerPicture perPicture,
    OptionalInt limit,
    OptionalInt maxNewTokens,
    long seed,
    LoadShare share) {}
