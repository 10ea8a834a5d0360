package io.prumerge.finetune;

import java.io.Serializable;

/**
 * A LoRA adapter.
 *
 * @param rank of LoRA
 * @param alpha a product counts alpha / rank times
 * @param dropout probability with which an adapter sees an element of its input as 0
 */
public record AdapterRecipe(int rank, double alpha, double dropout) implements Serializable {

  private static final long serialVersionUID = 1L;
}
