package io.prumerge.engine;

import io.prumerge.text.EncodedPrompt;

/** A question whose prompt could be encoded, with its place in the request. */
record EncodedQuestion(int index, Question question, EncodedPrompt prompt) {}
