/** LLaVA on tensors: an image becomes tokens, prompts become passes, passes become answers. */
package io.prumerge.model;
