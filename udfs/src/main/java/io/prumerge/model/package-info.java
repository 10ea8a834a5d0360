/** LLaVA on tensors: vision tower, projector, language model, passes of greedy decoding. */
package io.prumerge.model;
