/** LoRA fine-tuning of a loaded model, one optimiser step at a time. */
package io.prumerge.training;
