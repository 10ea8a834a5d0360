/**
 * LLaVA on tensors: vision tower, projector, language model, greedy decoding. It may use all
 * packages but {@code engine} and {@code spark}.
 */
package io.prumerge.model;
