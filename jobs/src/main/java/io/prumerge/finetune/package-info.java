/** Trains LoRA adapters with the tokens that a method leaves, on LLaVA's conversations. */
package io.prumerge.finetune;
