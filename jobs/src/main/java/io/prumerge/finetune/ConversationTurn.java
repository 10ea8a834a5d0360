package io.prumerge.finetune;

/**
 * A question and its answer.
 *
 * @param question the human's text, without the image placeholder
 * @param answer what the model is trained to say
 */
record ConversationTurn(String question, String answer) {}
